"""gongkai: reads annual reports on government information disclosure into figures that can be compared.

    import pipeline

    db = pipeline.open_db("reports.duckdb")          # or postgresql://user@host/name
    db.pandas("SELECT * FROM rates WHERE year = 2023")
    db.facts(codes=["t3.received"])                  # the long table, with source and offsets

Nothing but this is imported with the package; the database comes with the first call.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.store import Database

__version__ = "0.1.0"
__all__ = ["__version__", "open_db"]


def open_db(url: str | Path, *, wait: float = 30.0, memory: str = "1GB") -> Database:
    """The database at a path, duckdb:///path, or postgresql://user@host/name.

    `wait` is how many seconds to wait for a program that is writing; `memory` limits DuckDB.
    """
    from pipeline.store import open_db as opened

    return opened(url, wait=wait, memory=memory)
