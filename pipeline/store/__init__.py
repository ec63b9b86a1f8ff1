"""The database of reports: DuckDB in a file by default, PostgreSQL for shared use.

with open_db("reports.duckdb") as db:
    run = db.start_run({"inputs": ["reports/"]})
    db.load(results, run=run, outcomes=[Outcome(source, sha256, "done")])
    db.finish_run(run)
"""

from __future__ import annotations

from pathlib import Path

from pipeline.errors import StoreError
from pipeline.store.database import Connection, Database, Loaded
from pipeline.store.loader import Loader
from pipeline.store.rows import decode, encode
from pipeline.store.runs import Outcome, SourceFile

__all__ = ["Connection", "Database", "Loaded", "Loader", "Outcome", "SourceFile", "decode", "encode", "open_db"]


def open_db(url: str | Path, *, wait: float = 30.0, memory: str = "1GB", locked: bool = False) -> Database:
    """The database at a path, duckdb:///path, or postgresql://user@host/name. Nothing is opened until it is needed.

    `wait` is how many seconds to wait for another process; `memory` limits DuckDB; `locked` is for the web's readers.
    """
    told = str(url)
    if told.startswith(("postgresql://", "postgres://")):
        from pipeline.store.postgres import PostgresDatabase

        return PostgresDatabase(told, wait=wait)
    if "://" in told and not told.startswith("duckdb://"):
        raise StoreError(f"不认识的数据库地址 {told.split('://', 1)[0]}://，请写文件路径或 postgresql://…")
    path = told.removeprefix("duckdb://").removeprefix("/") if told.startswith("duckdb:///") else told
    if told.startswith("duckdb:////"):
        path = told.removeprefix("duckdb:///")
    if not path.strip():
        raise StoreError("没有给出数据库路径，请写 --db 文件.duckdb")
    from pipeline.store.duck import DuckDatabase

    return DuckDatabase(path, wait=wait, memory=memory, locked=locked)
