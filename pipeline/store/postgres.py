"""PostgreSQL, for shared use: documents are staged by COPY and merged as on DuckDB, their rows are appended by COPY.

Several loaders may work at once: they merge one after the other, under an advisory lock.
"""

from __future__ import annotations

import io
import re
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from pipeline.errors import StoreError, StoreUnavailable
from pipeline.store.database import Connection, Database
from pipeline.store.schema import SCALE, Dialect

_LOCK = 7_205_759_403_792_793
"""The key of the advisory lock that keeps merges apart."""

_ALONE = _LOCK + 1
"""The key of the advisory lock of `alone`."""

_BLOCK = 1 << 25
"""So many bytes are parsed at a time; no row may be longer, and no text that is read is."""

_NUMERIC = 1700
"""The type number PostgreSQL gives numeric."""

_BUSY = frozenset({"53300", "57P03", "08001", "08006", "40P01", "55P03"})
"""Too many connections, starting up, unreachable, deadlock, lock not available: worth another try."""


def _sql(text: str) -> str:
    """? as psycopg writes parameters."""
    return text.replace("%", "%%").replace("?", "%s")


class PostgresConnection(Connection):
    def __init__(self, con: Any) -> None:
        self._con = con

    def run(self, sql: str, params: Sequence[Any] = ()) -> None:
        self._con.execute(_sql(sql), params) if params else self._con.execute(sql)

    def rows(self, sql: str, params: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        found: list[tuple[Any, ...]] = (
            self._con.execute(_sql(sql), params) if params else self._con.execute(sql)
        ).fetchall()
        return found

    def arrow(self, sql: str, params: Sequence[Any] = ()) -> Any:
        import pyarrow as pa

        cursor = self._con.execute(_sql(sql), params) if params else self._con.execute(sql)
        schema = _schema(cursor.description)
        return pa.Table.from_batches([_batch(schema, cursor.fetchall())], schema=schema)

    def stream(self, sql: str, params: Sequence[Any] = (), size: int = 20_000) -> Iterator[Any]:
        """Through COPY: Arrow parses it four times as fast as rows come through Python. NULL is the blank unquoted."""
        import pyarrow as pa
        import pyarrow.csv as pc

        given = params or None
        text = _sql(sql) if params else sql
        described = self._con.execute(f"SELECT * FROM ({text}) AS q LIMIT 0", given).description
        schema = _schema(described)
        if fitting := _within_scale(described):
            text = f"SELECT {fitting.replace('%', '%%') if params else fitting} FROM ({text}) AS q"
        marks = {"strings_can_be_null": True, "quoted_strings_can_be_null": False, "null_values": [""]}
        with self._con.cursor() as cursor, cursor.copy(f"COPY ({text}) TO STDOUT (FORMAT csv)", given) as copy:
            first = next((bytes(block) for block in copy), b"")
            if not first:
                return
            reader = pc.open_csv(
                io.BufferedReader(_Blocks(first, copy), _BLOCK),
                pc.ReadOptions(column_names=schema.names, block_size=_BLOCK, use_threads=False),
                pc.ParseOptions(newlines_in_values=True),
                pc.ConvertOptions(column_types=schema, true_values=["t"], false_values=["f"], **marks),
            )
            for batch in reader:
                whole = pa.RecordBatch.from_arrays(batch.columns, schema=schema)
                for start in range(0, whole.num_rows, size):
                    yield whole.slice(start, size)

    def stage(self, name: str, table: Any) -> None:
        self.run(f"DROP TABLE IF EXISTS {name}")
        columns = ", ".join(f"{field.name} {_type(field.type)}" for field in table.schema)
        self.run(f"CREATE TEMP TABLE {name} ({columns}) ON COMMIT DROP")
        self.append(name, table)
        self.run(f"ANALYZE {name}")

    def append(self, name: str, table: Any) -> None:
        """Through COPY, straight into the table: by way of a staging table the large ones took twice as long."""
        import pyarrow as pa
        import pyarrow.csv as pc

        text = io.BytesIO()
        names = ", ".join(table.schema.names)
        fields = [pa.field(f.name, pa.string()) if pa.types.is_boolean(f.type) else f for f in table.schema]
        pc.write_csv(table.cast(pa.schema(fields)), text, pc.WriteOptions(include_header=False))
        with self._con.cursor() as cursor, cursor.copy(f"COPY {name} ({names}) FROM STDIN (FORMAT csv)") as copy:
            copy.write(text.getbuffer())


class _Blocks(io.RawIOBase):
    """What COPY sends, as a file."""

    def __init__(self, first: bytes, copy: Any) -> None:
        super().__init__()
        self._left = first
        self._copy = copy

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if not self._left:
            self._left = next((bytes(block) for block in self._copy), b"")
        count = min(len(buffer), len(self._left))
        buffer[:count] = self._left[:count]
        self._left = self._left[count:]
        return count


def _type(kind: Any) -> str:
    import pyarrow as pa

    if pa.types.is_string(kind):
        return "TEXT"
    if pa.types.is_decimal(kind):
        return f"NUMERIC(38, {SCALE})"
    if pa.types.is_boolean(kind):
        return "BOOLEAN"
    if pa.types.is_int64(kind):
        return "BIGINT"
    if pa.types.is_integer(kind):
        return "INTEGER"
    return "TIMESTAMP" if pa.types.is_timestamp(kind) else "DOUBLE PRECISION"


def _schema(description: Any) -> Any:
    """The Arrow schema of a result, by the types PostgreSQL names."""
    import pyarrow as pa

    known = {
        16: pa.bool_(), 20: pa.int64(), 21: pa.int32(), 23: pa.int32(), 25: pa.string(), 700: pa.float64(),
        701: pa.float64(), 1043: pa.string(), 1114: pa.timestamp("us"), _NUMERIC: pa.decimal128(38, SCALE),
    }  # fmt: skip
    return pa.schema([pa.field(column.name, known.get(column.type_code, pa.string())) for column in description])


def _within_scale(description: Any) -> str:
    """What to select so that no number has more decimals than the schema (quotients have); "" where none can."""
    long = [column.type_code == _NUMERIC and column.scale != SCALE for column in description]
    names = ['"' + column.name.replace('"', '""') + '"' for column in description]
    taken = [f"ROUND({name}, {SCALE}) AS {name}" if cut else name for name, cut in zip(names, long, strict=True)]
    return ", ".join(taken) if any(long) else ""


def _batch(schema: Any, rows: Sequence[Sequence[Any]]) -> Any:
    import pyarrow as pa

    lists = list(zip(*rows, strict=True)) if rows else [()] * len(schema)
    arrays = [
        pa.array([_fit(v) for v in values] if pa.types.is_decimal(field.type) else values, type=field.type)
        for field, values in zip(schema, lists, strict=True)
    ]
    return pa.RecordBatch.from_arrays(arrays, schema=schema)


def _fit(value: Any) -> Any:
    """A numeric within the scale of the schema: averages have more digits."""
    return None if value is None else round(value, SCALE)


class PostgresDatabase(Database):
    """A database on a PostgreSQL server."""

    dialect: Dialect = "postgres"

    def __init__(self, url: str, *, wait: float = 30.0) -> None:
        super().__init__()
        try:
            import psycopg
        except ImportError as error:
            raise StoreError("连接 PostgreSQL 需要 psycopg，请先 pip install 'gongkai[postgres]'") from error
        self._psycopg: Any = psycopg
        self._url = url
        self.wait = wait
        self.turn = 600.0
        """So many seconds a loader waits for others to merge; a thousand documents take them one or two."""

    @property
    def place(self) -> str:
        """The address without its password, for messages."""
        return re.sub(r"(://[^:/@]*):[^@/]*@", r"\1@", self._url.partition("?")[0])

    def exists(self) -> bool:
        with self.connect(write=False) as connection:
            found = connection.value("SELECT to_regclass('run_documents') IS NOT NULL")
        return bool(found)

    @contextmanager
    def connect(self, *, write: bool) -> Iterator[PostgresConnection]:
        kept = getattr(self._here, "kept", None)
        con = kept or self._open()
        try:
            con.read_only = not write
            with con.transaction():
                try:
                    yield PostgresConnection(con)
                except self._psycopg.errors.UndefinedTable as error:
                    if write:
                        raise
                    raise StoreError(f"{self.place} 里还没有数据，请先用 gongkai run 载入，或检查 --db") from error
        except (self._psycopg.OperationalError, self._psycopg.InterfaceError) as error:
            # Restarted, unreachable or out of room under way: nothing of the transaction is there.
            told = {
                "53100": "磁盘已满，请腾出空间后再运行一次",
                "55P03": f"另一个程序一直在写入，等了 {self.turn:g} 秒；请等它结束后再运行一次",
            }.get(getattr(error, "sqlstate", None) or "", "连接中断，请看服务是否正在重启")
            raise StoreUnavailable(f"写不进数据库 {self.place}：{told}，本次未写入") from error
        finally:
            if con is not kept:
                con.close()

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Everything of this thread inside goes over the one connection that holds the lock.

        So nothing is written once the lock is lost, as when the server restarts.
        """
        self._here.kept = self._open()
        try:
            with self.connect(write=True) as connection:
                connection.run("SET LOCAL lock_timeout = 0")  # the other one may have a whole country to check
                connection.value(f"SELECT pg_advisory_lock({_ALONE})")
            yield
        finally:
            self._here.kept.close()
            self._here.kept = None

    def _open(self) -> Any:
        deadline = time.monotonic() + self.wait
        pause = 0.05
        while True:
            try:
                return self._psycopg.connect(self._url, connect_timeout=max(2, int(self.wait)))
            except self._psycopg.OperationalError as error:
                state = getattr(error, "sqlstate", None)
                worth = state in _BUSY or (state is None and "starting up" in str(error)) or "too many" in str(error)
                if not worth or time.monotonic() + pause > deadline:
                    passing = StoreUnavailable if worth or state is None else StoreError
                    raise passing(f"连不上数据库 {self.place}，请检查地址、用户名、密码和服务是否启动") from error
            except (self._psycopg.ProgrammingError, ValueError) as error:
                raise StoreError(f"数据库地址 {self.place} 写法不对，应为 postgresql://用户@主机/库名") from error
            time.sleep(pause)
            pause = min(pause * 2, 1.0)

    def finish_run(self, run: int, *, status: str = "finished", summary: dict[str, Any] | None = None) -> None:
        """Closes a run and tells the planner what was loaded: else the first comparisons take ten times as long."""
        super().finish_run(run, status=status, summary=summary)
        with self.transaction() as connection:
            for table in ("documents", "reports", "document_sources", "cells", "figures", "findings"):
                connection.run(f"ANALYZE {table}")

    def lock_merge(self, connection: Connection) -> None:
        connection.run(f"SET LOCAL lock_timeout = {int(self.turn * 1000)}")
        connection.value(f"SELECT pg_advisory_xact_lock({_LOCK})")
        connection.run("SET LOCAL lock_timeout = DEFAULT")
