"""What both engines share: loading, the run record, decisions, the content hash. Engines add how to reach the data."""

from __future__ import annotations

import hashlib
import threading
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from pipeline.errors import StoreError
from pipeline.model import DocumentResult, Finding
from pipeline.store import decisions, merge, places, relinked, rows, runs
from pipeline.store.schema import OF_DOCUMENT, TABLES, VERSION, VIEWS, Dialect, migrations
from pipeline.store.views import NAMES

if TYPE_CHECKING:
    from pipeline.lexicon import Lexicon
    from pipeline.store.read import Frame


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a load did: documents in the batch, those of them that were new to the database, and rows written."""

    documents: int = 0
    new: int = 0
    rows: int = 0


class Connection(ABC):
    """An open connection. SQL is written with ? for parameters; only what both engines understand is used."""

    @abstractmethod
    def run(self, sql: str, params: Sequence[Any] = ()) -> None:
        """Runs a statement that gives nothing back."""

    @abstractmethod
    def rows(self, sql: str, params: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """All rows of a query."""

    @abstractmethod
    def arrow(self, sql: str, params: Sequence[Any] = ()) -> Any:
        """A query as a pyarrow.Table."""

    @abstractmethod
    def stream(self, sql: str, params: Sequence[Any] = (), size: int = 20_000) -> Iterator[Any]:
        """A query as Arrow record batches of about `size` rows, however many there are."""

    @abstractmethod
    def stage(self, name: str, table: Any) -> None:
        """Makes an Arrow table readable as `name` until the end of the transaction."""

    @abstractmethod
    def append(self, name: str, table: Any) -> None:
        """Adds the rows of an Arrow table to a table of the database that has columns of these names."""

    def value(self, sql: str, params: Sequence[Any] = ()) -> Any:
        """The first column of the first row, None where there is no row."""
        found = self.rows(sql, params)
        return found[0][0] if found else None


class Database(runs.RunRecord, ABC):
    """A database of reports. Made by `open_db`."""

    dialect: Dialect

    def __init__(self) -> None:
        self._ready = False
        self._current = False
        self._here = threading.local()

    # --- engines ---------------------------------------------------------------------------------------------

    @abstractmethod
    def connect(self, *, write: bool) -> Any:
        """A context manager that gives a Connection; short, and waiting where the database is busy."""

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """A connection to write with: all or nothing."""
        self.prepare()
        with self.connect(write=True) as connection:
            yield connection

    @abstractmethod
    def lock_merge(self, connection: Connection) -> None:
        """Holds back other writers until the end of the transaction."""

    @abstractmethod
    def alone(self) -> AbstractContextManager[None]:
        """Keeps others that ask for the same out until its end; loads go on meanwhile."""

    @abstractmethod
    def exists(self) -> bool:
        """Whether there is a database to read."""

    def close(self) -> None:
        """Gives back what the engine holds."""
        return None

    def __enter__(self) -> Database:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # --- schema ----------------------------------------------------------------------------------------------

    def prepare(self, lexicon: Lexicon | None = None) -> None:
        """Creates the tables or brings them up to date; names, units and views come from the lexicon."""
        if self._ready and lexicon is None:
            return
        from pipeline.store.dictionary import indicator_rows

        views, staged, fingerprint = indicator_rows(lexicon)
        regions, of_regions = places.regions_staged(lexicon)
        with self.connect(write=True) as connection:
            self.lock_merge(connection)
            found = self._migrate(connection)
            held = connection.value("SELECT value FROM meta WHERE name = 'indicators'")
            if held != fingerprint or found < VERSION:
                connection.run("DELETE FROM indicators")
                connection.append("indicators", staged)
                for name in NAMES:
                    connection.run(f"DROP VIEW IF EXISTS {name}")
                for name, definition in views:
                    connection.run(f"CREATE VIEW {name} AS {definition}")
                self._note(connection, "indicators", fingerprint)
                self._note(connection, "views", str(VIEWS))
            if found < VERSION or connection.value("SELECT value FROM meta WHERE name = 'regions'") != of_regions:
                connection.run("DELETE FROM regions")
                connection.append("regions", regions)
                for sql in places.refill(self.by_bytes):
                    connection.run(sql)
                self._note(connection, "regions", of_regions)
        self._ready = True

    def _migrate(self, connection: Connection) -> int:
        """Brings the tables to VERSION; gives the version found (0 for an empty database)."""
        tables = connection.value("SELECT COUNT(*) FROM information_schema.tables WHERE table_name = 'run_documents'")
        found = 0
        if tables:
            found = int(connection.value("SELECT value FROM meta WHERE name = 'schema'") or 0)
        self._too_new(found)
        if found < VERSION and found:
            for name in NAMES:
                connection.run(f"DROP VIEW IF EXISTS {name}")
        for number, steps in migrations(self.dialect, found):
            for sql in steps:
                connection.run(sql)
            self._note(connection, "schema", str(number))
        return found

    @staticmethod
    def _note(connection: Connection, name: str, value: str) -> None:
        connection.run(
            "INSERT INTO meta (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            (name, value),
        )

    # --- loading ---------------------------------------------------------------------------------------------

    def load(
        self, results: Sequence[DocumentResult], *, run: int | None = None, data_version: str = "",
        outcomes: Sequence[runs.Outcome] = (),
    ) -> Loaded:  # fmt: skip
        """Loads documents in one transaction; loading the same again changes nothing."""
        return self.load_batches([rows.batches(results, data_version)], run=run, outcomes=outcomes)

    def load_encoded(
        self, payloads: Sequence[bytes] | bytes, *, run: int | None = None, outcomes: Sequence[runs.Outcome] = ()
    ) -> Loaded:
        """Like load, from what `rows.encode` and `relinked.encode` made in other processes."""
        given = [payloads] if isinstance(payloads, bytes) else payloads
        parts = [relinked.decode(payload) for payload in given if payload.startswith(relinked.MAGIC)]
        batches = [rows.decode(payload) for payload in given if not payload.startswith(relinked.MAGIC)]
        return self.load_batches(batches, run=run, outcomes=outcomes, parts=parts)

    def load_batches(
        self, given: Sequence[dict[str, Any]], *, run: int | None = None, outcomes: Sequence[runs.Outcome] = (),
        parts: Sequence[tuple[Any, Any]] = (),
    ) -> Loaded:  # fmt: skip
        """Loads record batches by table, with what became of the documents, all in one transaction.

        `parts` are figures alone, of documents that differ in nothing else (relinked.py).
        """
        staged = _together(given) if given else {}
        with self.transaction() as connection:
            loaded = self._merge(connection, staged) if staged and staged["documents"].num_rows else Loaded()
            if parts:
                relinked.merge(self, connection, parts)
            if outcomes:
                self.write_outcomes(connection, run, outcomes)
        return loaded

    def _merge(self, connection: Connection, staged: dict[str, Any]) -> Loaded:
        for name in ("documents", "document_sources"):
            connection.stage(f"new_{name}", staged[name])
        self.lock_merge(connection)
        clash = connection.value(merge.CLASH)
        if clash:
            raise StoreError(f"文件 {clash[:16]}… 的编号与库中另一文件相同，未载入；请改动文件（如加一空行）后重试")
        known = int(connection.value(merge.KNOWN))
        for sql in merge.PREPARE:
            connection.run(sql)
        if known:
            for sql in merge.forget():
                connection.run(sql)
        for sql in merge.documents(self.by_bytes):
            connection.run(sql)
        for name in OF_DOCUMENT:
            connection.append(name, staged[name])
        for sql in (*merge.SOURCES, *merge.reports(self.by_bytes)):
            connection.run(sql)
        count = staged["documents"].num_rows
        return Loaded(count, count - known, sum(table.num_rows for table in staged.values()))

    # --- beside the documents ----------------------------------------------------------------------------------

    def load_across(self, found: Mapping[str, Sequence[tuple[Finding, str | None]]]) -> None:
        """Replaces the findings across years and levels of these reports: (finding, the other report's id)."""
        import pyarrow as pa

        lines = [
            (report, seq, other, *rows.finding_row(finding))
            for report, held in found.items()
            for seq, (finding, other) in enumerate(held)
        ]
        with self.transaction() as connection:
            self.lock_merge(connection)
            for report in found:
                connection.run("DELETE FROM across_findings WHERE report_id = ?", (report,))
            connection.append("across_findings", pa.Table.from_batches([rows.pack("across_findings", lines)]))

    def decide(
        self, report_id: str, check: str, code: str | None, applicant: str | None, decision: str | None, *,
        value: Decimal | None = None, reason: str | None = None, author: str | None = None,
        decided_at: str | None = None,
    ) -> None:  # fmt: skip
        """Records what someone decided about a finding (None takes it back). It stands through later loads."""
        with self.transaction() as connection:
            decisions.write(
                connection, report_id, check, code, applicant, decision, value=value, reason=reason, author=author,
                decided_at=decided_at,
            )  # fmt: skip

    # --- content ---------------------------------------------------------------------------------------------

    def content_hash(self) -> str:
        """A hash of all content: equal for equal input, whatever the engine, the order and the number of loads."""
        total = hashlib.sha256()
        with self.reading() as connection:
            for table in TABLES:
                if not table.content:
                    continue
                names = [name for name in table.names if name not in table.unhashed]
                count, mixed = 0, 0
                for batch in connection.stream(f"SELECT {', '.join(names)} FROM {table.name}"):
                    count += batch.num_rows
                    for line in _lines(batch):
                        mixed += int.from_bytes(hashlib.sha256(line).digest()[:16], "big")
                total.update(f"{table.name} {count} {mixed % 2**128}\n".encode())
        return total.hexdigest()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A short connection that only reads; a database of an older version is brought up to date first."""
        opened: Connection | None = getattr(self._here, "connection", None)
        if opened is not None:
            yield opened
            return
        if not self._current:
            with self.connect(write=False) as connection:
                held = dict(connection.rows("SELECT name, value FROM meta WHERE name IN ('schema', 'views')"))
            self._too_new(int(held.get("schema", 0)))
            if held != {"schema": str(VERSION), "views": str(VIEWS)}:
                self.prepare()
            self._current = True
        with self.connect(write=False) as connection:
            yield connection

    @contextmanager
    def together(self) -> Iterator[None]:
        """The queries of this thread inside go over one connection: opened once, and they see one state of the data."""
        with self.reading() as connection:
            outer = getattr(self._here, "connection", None)
            self._here.connection = connection
            try:
                yield
            finally:
                self._here.connection = outer

    @staticmethod
    def _too_new(found: int) -> None:
        if found > VERSION:
            raise StoreError(f"数据库由更新的版本建立（结构 {found}，本程序 {VERSION}），请先升级本程序")

    def query(self, sql: str, params: Sequence[Any] = ()) -> Any:
        """A query as a pyarrow.Table, over a short connection that only reads."""
        with self.reading() as connection:
            return connection.arrow(sql, params)

    def arrow(self, sql: str, params: Sequence[Any] = ()) -> Any:
        """A query as a pyarrow.Table: numbers are exact decimals."""
        return self.query(sql, params)

    def pandas(self, sql: str, params: Sequence[Any] = ()) -> Any:
        """A query as a pandas frame: numbers are floats, blanks NaN."""
        from pipeline.store.read import frame

        return frame(self, sql, params, "pandas")

    def polars(self, sql: str, params: Sequence[Any] = ()) -> Any:
        """A query as a polars frame: numbers are exact decimals, blanks null."""
        from pipeline.store.read import frame

        return frame(self, sql, params, "polars")

    def facts(
        self, codes: Sequence[str] = (), *, years: Sequence[int] = (), region: str | None = None,
        level: str | None = None, organ: str | None = None, kind: Frame = "pandas",
    ) -> Any:  # fmt: skip
        """The long facts (cells and figures of current versions) as a frame; `kind` is pandas, polars or arrow."""
        from pipeline.store.read import Selection, facts

        return facts(self, Selection(tuple(years), region, level, None, organ), codes, kind)

    def select(self, sql: str, params: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """A query as a list of rows, over a short connection that only reads."""
        with self.reading() as connection:
            found: list[tuple[Any, ...]] = connection.rows(sql, params)
        return found

    @property
    def by_bytes(self) -> str:
        """What orders text by its code points behind ORDER BY, whatever the server's language."""
        return ' COLLATE "C"' if self.dialect == "postgres" else ""


def _lines(batch: Any) -> list[bytes]:
    """The rows of a batch, each in one way of writing whichever engine gave it."""
    import pyarrow as pa
    import pyarrow.compute as pc

    columns = [column.cast(pa.string()).cast(pa.binary()) for column in batch.columns]
    joined = pc.binary_join_element_wise(*columns, b"\x1f", null_handling="replace", null_replacement=b"\x00")
    lines: list[bytes] = joined.to_pylist()
    return lines


def _together(given: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Several batches as one; of a document that stands in more than one, the last stays."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if len(given) > 1:
        last: dict[str, int] = {}
        where: dict[str, tuple[int, str]] = {}
        for place, batch in enumerate(given):
            for document in batch["documents"]["document_id"].to_pylist():
                last[document] = place
            for row in batch["document_sources"].to_pylist():
                if row["current"]:
                    where[row["source"]] = (place, row["document_id"])
        if sum(batch["documents"].num_rows for batch in given) > len(last):
            given = [
                {
                    name: table
                    if name == "document_sources"
                    else table.filter(
                        pc.is_in(
                            table["document_id"], pa.array([d for d, p in last.items() if p == place], pa.string())
                        )
                    )
                    for name, table in batch.items()
                }
                for place, batch in enumerate(given)
            ]
        sources = {
            (row["source"], row["document_id"]): (
                row["source"], row["document_id"], row["address"], where[row["source"]][1] == row["document_id"],
                row["retrieved_on"],
            )
            for batch in given
            for row in batch["document_sources"].to_pylist()
        }  # fmt: skip
        merged = {n: pa.Table.from_batches([batch[n] for batch in given]) for n in given[0] if n != "document_sources"}
        merged["document_sources"] = pa.Table.from_batches([rows.pack("document_sources", list(sources.values()))])
        return merged
    return {name: pa.Table.from_batches([batch]) for name, batch in given[0].items()}
