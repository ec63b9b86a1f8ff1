"""The record of runs: which documents were done, done with problems or set aside, and why. Ours, never Prefect's."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Literal

import orjson

from pipeline.store.identity import document_id
from pipeline.store.rows import pack

if TYPE_CHECKING:
    from pipeline.store.database import Connection

Status = Literal["done", "done_with_problems", "set_aside", "unchanged"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one source in a run. `code` and `reason` are those of the error where it was set aside."""

    source: str
    sha256: str | None
    status: Status
    code: str | None = None
    reason: str | None = None
    seconds: float | None = None
    data_version: str = ""


@dataclass(frozen=True, slots=True)
class SourceFile:
    """What a file looked like when it was last read: the same size and time spare reading it again."""

    source: str
    size: int
    mtime_ns: int
    sha256: str


def _now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)


class RunRecord(ABC):
    """The part of the database that tells of runs."""

    @property
    @abstractmethod
    def by_bytes(self) -> str: ...

    @abstractmethod
    def transaction(self) -> Any: ...

    @abstractmethod
    def connect(self, *, write: bool) -> Any: ...

    @abstractmethod
    def reading(self) -> Any: ...

    @abstractmethod
    def lock_merge(self, connection: Connection) -> None: ...

    @abstractmethod
    def exists(self) -> bool: ...

    def start_run(self, parameters: dict[str, Any] | None = None) -> int:
        """Opens a run and gives its number."""
        told = orjson.dumps(parameters or {}, option=orjson.OPT_SORT_KEYS, default=str).decode()
        with self.transaction() as connection:
            self.lock_merge(connection)
            run = int(connection.value("SELECT COALESCE(MAX(run_id), 0) + 1 FROM runs"))
            connection.run(
                "INSERT INTO runs (run_id, status, parameters, started_at) VALUES (?, ?, ?, ?)",
                (run, "running", told, _now()),
            )
        return run

    def finish_run(self, run: int, *, status: str = "finished", summary: dict[str, Any] | None = None) -> None:
        """Closes a run; without a summary the counts by status are written."""
        with self.transaction() as connection:
            counts = summary
            if counts is None:
                counts = dict(
                    connection.rows(
                        "SELECT status, COUNT(*) FROM run_documents WHERE run_id = ? GROUP BY status ORDER BY status",
                        (run,),
                    )
                )
            connection.run(
                "UPDATE runs SET status = ?, finished_at = ?, summary = ? WHERE run_id = ?",
                (status, _now(), orjson.dumps(counts, option=orjson.OPT_SORT_KEYS).decode(), run),
            )

    def record_outcome(
        self, run: int | None, source: str, sha256: str | None, status: Status, reason: str | None = None,
        seconds: float | None = None, *, code: str | None = None, data_version: str = "",
    ) -> None:  # fmt: skip
        """Records what became of one source. For many use record_outcomes, or load with outcomes."""
        self.record_outcomes(run, [Outcome(source, sha256, status, code, reason, seconds, data_version)])

    def record_outcomes(self, run: int | None, outcomes: Sequence[Outcome]) -> None:
        """Records what became of several sources, in one transaction."""
        if not outcomes:
            return
        with self.transaction() as connection:
            self.write_outcomes(connection, run, outcomes)

    def write_outcomes(self, connection: Connection, run: int | None, outcomes: Sequence[Outcome]) -> None:
        """Inside a transaction: the run's lines, what was set aside, and new places of known documents."""
        import pyarrow as pa

        from pipeline.store import merge

        self.lock_merge(connection)
        if run is not None:
            told = {o.source: (run, o.source, o.sha256, o.status, o.code, o.reason, o.seconds) for o in outcomes}
            connection.stage("new_run_documents", pa.Table.from_batches([pack("run_documents", list(told.values()))]))
            connection.run(
                "INSERT INTO run_documents (run_id, source, sha256, status, code, reason, seconds) "
                "SELECT run_id, source, sha256, status, code, reason, seconds FROM new_run_documents WHERE TRUE "
                "ON CONFLICT (run_id, source) DO UPDATE SET sha256 = excluded.sha256, status = excluded.status, "
                "code = excluded.code, reason = excluded.reason, seconds = excluded.seconds"
            )
        aside: dict[str, tuple[Any, ...]] = {}
        for o in sorted(outcomes, key=lambda o: o.source, reverse=True):  # the first source by name stays
            if o.status == "set_aside" and o.sha256:
                aside[o.sha256] = (o.sha256, o.source, o.code or "error", o.reason, o.data_version)
        if aside:
            connection.stage("new_set_aside", pa.Table.from_batches([pack("set_aside", list(aside.values()))]))
            connection.run(
                "INSERT INTO set_aside (sha256, source, code, reason, data_version) "
                "SELECT sha256, source, code, reason, data_version FROM new_set_aside WHERE TRUE "
                "ON CONFLICT (sha256) DO UPDATE SET "
                "source = CASE WHEN excluded.source < set_aside.source THEN excluded.source ELSE set_aside.source END, "
                "code = excluded.code, reason = excluded.reason, data_version = excluded.data_version"
            )
        again = {o.source: document_id(o.sha256) for o in outcomes if o.status == "unchanged" and o.sha256}
        if again:
            seen = [(source, document, None, True, None) for source, document in again.items()]
            staged = pa.Table.from_batches([pack("document_sources", seen)])
            connection.stage("seen_sources", staged)
            new = connection.arrow(  # only what is new: an unchanged corpus must not cost a write
                "SELECT n.* FROM seen_sources n JOIN documents d ON d.document_id = n.document_id "
                "LEFT JOIN document_sources s ON s.source = n.source AND s.document_id = n.document_id AND s.current "
                "WHERE s.source IS NULL"
            )
            if new.num_rows:
                connection.stage("new_document_sources", new.cast(staged.schema))
                connection.run(
                    "CREATE TEMP TABLE affected AS SELECT DISTINCT d.report_id FROM documents d "
                    "JOIN new_document_sources n ON n.document_id = d.document_id UNION "
                    "SELECT d.report_id FROM documents d JOIN document_sources s ON s.document_id = d.document_id "
                    "JOIN new_document_sources n ON n.source = s.source"
                )
                for sql in (*merge.SOURCES, *merge.reports(self.by_bytes)):
                    connection.run(sql)

    def add_sources(self, pairs: Iterable[tuple[str, str]]) -> None:
        """Notes further places, (source, sha256), of documents that are held already."""
        self.record_outcomes(None, [Outcome(source, sha256, "unchanged") for source, sha256 in pairs])

    def known(self, sha256s: Iterable[str], data_version: str, *, set_aside: bool = True) -> set[str]:
        """Which of these files were read by the same code and lexicon: a run need not read them again.

        With `set_aside` also those that could not be read; a retry leaves them out.
        """
        wanted = set(sha256s)
        if not wanted or not self.exists():
            return set()
        held: set[str] = set()
        with self.reading() as connection:
            rows = connection.rows("SELECT sha256 FROM documents WHERE data_version = ?", (data_version,))
            held.update(row[0] for row in rows if row[0] in wanted)
            if set_aside:
                rows = connection.rows("SELECT sha256 FROM set_aside WHERE data_version = ?", (data_version,))
                held.update(row[0] for row in rows if row[0] in wanted)
        return held

    def set_aside(self) -> list[tuple[str, str, str, str | None]]:
        """(source, sha256, code, reason) of every document that could not be read, by source."""
        with self.reading() as connection:
            rows = connection.rows("SELECT source, sha256, code, reason FROM set_aside")
        return sorted((row[0], row[1], row[2], row[3]) for row in rows)

    def source_files(self) -> dict[str, SourceFile]:
        """What every file looked like when it was last read, by source."""
        if not self.exists():
            return {}
        with self.reading() as connection:
            rows = connection.rows("SELECT source, size, mtime_ns, sha256 FROM source_files")
        return {row[0]: SourceFile(*row) for row in rows}

    def record_source_files(self, files: Sequence[SourceFile]) -> None:
        """Remembers size, time and SHA-256 of files."""
        import pyarrow as pa

        if not files:
            return
        told = {f.source: (f.source, f.size, f.mtime_ns, f.sha256) for f in files}
        with self.transaction() as connection:
            self.lock_merge(connection)
            connection.stage("new_source_files", pa.Table.from_batches([pack("source_files", list(told.values()))]))
            connection.run(
                "INSERT INTO source_files (source, size, mtime_ns, sha256) "
                "SELECT source, size, mtime_ns, sha256 FROM new_source_files WHERE TRUE ON CONFLICT (source) "
                "DO UPDATE SET size = excluded.size, mtime_ns = excluded.mtime_ns, sha256 = excluded.sha256"
            )

    def runs(self) -> list[dict[str, Any]]:
        """All runs, the newest first."""
        with self.reading() as connection:
            rows = connection.rows(
                "SELECT run_id, status, parameters, started_at, finished_at, summary FROM runs ORDER BY run_id DESC"
            )
        return [
            {
                "run": row[0], "status": row[1], "parameters": orjson.loads(row[2] or "{}"), "started_at": row[3],
                "finished_at": row[4], "summary": orjson.loads(row[5] or "{}"),
            }
            for row in rows
        ]  # fmt: skip

    def run_documents(self, run: int, status: str | None = None) -> list[Outcome]:
        """What became of the sources of a run, by source."""
        with self.reading() as connection:
            rows = connection.rows(
                "SELECT source, sha256, status, code, reason, seconds FROM run_documents WHERE run_id = ?", (run,)
            )
        return sorted(
            (Outcome(*row) for row in rows if status is None or row[2] == status), key=lambda outcome: outcome.source
        )
