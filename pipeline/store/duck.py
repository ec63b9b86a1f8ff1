"""DuckDB: the embedded default. One file, short connections, no extension is ever loaded from anywhere."""

from __future__ import annotations

import os
import random
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from pipeline.errors import StoreError, StoreUnavailable
from pipeline.store.database import Connection, Database
from pipeline.store.schema import Dialect


class DuckConnection(Connection):
    def __init__(self, con: Any) -> None:
        self._con = con

    def run(self, sql: str, params: Sequence[Any] = ()) -> None:
        self._con.execute(sql, list(params)) if params else self._con.execute(sql)

    def rows(self, sql: str, params: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        found: list[tuple[Any, ...]] = self._con.execute(sql, list(params)).fetchall()
        return found

    def arrow(self, sql: str, params: Sequence[Any] = ()) -> Any:
        return self._con.sql(sql, params=list(params) if params else None).to_arrow_table()

    def stream(self, sql: str, params: Sequence[Any] = (), size: int = 20_000) -> Iterator[Any]:
        yield from self._con.sql(sql, params=list(params) if params else None).to_arrow_reader(size)

    def stage(self, name: str, table: Any) -> None:
        self._con.register(name, table)

    def append(self, name: str, table: Any) -> None:
        self.stage("appended_rows", table)
        names = ", ".join(table.schema.names)
        self.run(f"INSERT INTO {name} ({names}) SELECT {names} FROM appended_rows")
        self._con.unregister("appended_rows")


def _full(error: BaseException) -> str | None:
    """What is full when a write failed for that; None for any other error."""
    told = str(error)
    if "No space left" in told or "Disk quota" in told or "File too large" in told:
        return "磁盘已满，请腾出空间后再运行一次"
    return None


class DuckDatabase(Database):
    """A database in one DuckDB file.

    DuckDB lets one process in while it writes. Every connection here is short, waits up to `wait` seconds for others,
    and then says who holds the file. `locked` is for connections that serve others: no access to files, no settings.
    """

    dialect: Dialect = "duckdb"

    def __init__(self, path: str, *, wait: float = 30.0, memory: str = "1GB", locked: bool = False) -> None:
        super().__init__()
        self.path = Path(path)
        self.wait = wait
        self.locked = locked
        self._config: dict[str, Any] = {
            "memory_limit": memory,
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
        }
        self._gate = threading.RLock()

    def exists(self) -> bool:
        return self.path.is_file()

    @contextmanager
    def connect(self, *, write: bool) -> Iterator[DuckConnection]:
        """A short connection. A write is one transaction; the gate keeps threads of this process apart."""
        if not write and not self.exists():
            raise StoreError(f"没有数据库 {self.path}，请先用 gongkai run 建立，或检查 --db")
        with self._gate:
            con = self._open(write)
            try:
                if write:
                    con.execute("BEGIN")
                    try:
                        yield DuckConnection(con)
                        con.execute("COMMIT")
                    except BaseException as error:
                        with suppress(Exception):  # a failed COMMIT has rolled back already
                            con.execute("ROLLBACK")
                        if (told := _full(error)) is not None:
                            raise StoreUnavailable(f"写不进数据库 {self.path}：{told}，本次未写入") from error
                        raise
                else:
                    yield DuckConnection(con)
            finally:
                con.close()

    def _open(self, write: bool) -> Any:
        import duckdb

        if write and not self.path.parent.is_dir():
            raise StoreError(f"文件夹 {self.path.parent} 不存在，请先建立它，或改用别的 --db")
        if self.path.is_dir() or (self.path.exists() and not os.access(self.path, os.W_OK if write else os.R_OK)):
            raise StoreError(f"{self.path} 不能{'写入' if write else '读取'}，请检查权限，或改用别的 --db")
        deadline = time.monotonic() + self.wait
        pause = 0.02
        while True:
            try:
                con = duckdb.connect(str(self.path), read_only=not write, config=self._config)
                if write:  # a second thread doubles the cost of a load of a thousand documents and gains nothing
                    con.execute("SET threads = 1")
                if self.locked:
                    con.execute("SET enable_external_access = false")
                    con.execute("SET lock_configuration = true")
                return con
            except (duckdb.IOException, duckdb.ConnectionException) as error:
                told = str(error)
                busy = "lock" in told or "different configuration" in told
                if not busy:
                    raise StoreError(f"打不开数据库 {self.path}：它不是 DuckDB 文件或已损坏，请换一个 --db") from error
                if time.monotonic() + pause > deadline:
                    raise StoreUnavailable(
                        f"数据库 {self.path} 正被另一个程序使用，等了 {self.wait:g} 秒；请等它结束后再试"
                    ) from error
            except duckdb.Error as error:
                raise StoreError(f"打不开数据库 {self.path}：请确认它由本程序建立，且版本相容") from error
            time.sleep(pause * (0.5 + random.random()))
            pause = min(pause * 2, 0.5)

    def lock_merge(self, connection: Connection) -> None:
        """DuckDB has one writer anyway."""
        return None

    @contextmanager
    def alone(self) -> Iterator[None]:
        """By a lock on the folder: the file itself is DuckDB's to lock, and only while a connection is open."""
        try:
            import fcntl
        except ImportError:  # no such locks on this system
            yield
            return
        folder = os.open(self.path.parent, os.O_RDONLY)
        try:
            with suppress(OSError):  # a file system that has none
                fcntl.flock(folder, fcntl.LOCK_EX)
            yield
        finally:
            os.close(folder)
