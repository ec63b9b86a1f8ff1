"""One run from start to end: the planned job, the database, the summary; and the runner that needs no orchestrator."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextvars import ContextVar
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.bulk import job as bulk
from pipeline.bulk.discover import Item
from pipeline.bulk.workers import Done, Pool, default_workers
from pipeline.ingest.limits import LIMITS
from pipeline.lexicon import load as load_lexicon
from pipeline.run import data_version

if TYPE_CHECKING:
    from pipeline.store import Database

Progress = Callable[[Sequence[Item], Sequence[Done]], None]


@dataclass
class Session:
    """A run under way. `begun` is set when the first batch is handed out, so that start-up is told apart."""

    db: Database
    run: int
    job: bulk.Job
    version: str
    workers: int
    lexicon_folder: Path | None = None
    progress: Progress | None = None
    summary: bulk.Summary = field(default_factory=bulk.Summary)
    begun: float = 0.0
    finished: bool = False

    def pool(self) -> Pool:
        return Pool(self.workers, self.lexicon_folder)

    def take(self, batch: Sequence[Item], done: Sequence[Done]) -> None:
        """Loads a batch that is done, and counts it."""
        bulk.load(self.db, self.run, batch, done, self.version)
        self.summary.add(batch, done)
        if self.progress:
            self.progress(batch, done)

    def finish(self) -> bulk.Summary:
        """Records what was left out and closes the run; a second call only gives the summary again."""
        if self.finished:
            return self.summary
        self.finished = True
        from pipeline.store import Outcome

        outcomes = [Outcome(m.source, None, "set_aside", m.code, m.message) for m in self.job.missing]
        outcomes += [Outcome(item.source, sha256, "unchanged") for item, sha256 in self.job.duplicates]
        self.db.record_outcomes(self.run, outcomes)
        self.summary.add_missing(self.job.missing)
        self.summary.known = self.job.known
        self.summary.duplicates = len(self.job.duplicates) - self.job.known
        self.summary.ignored = self.job.ignored
        self.summary.seconds = time.monotonic() - self.begun if self.begun else 0.0
        self.db.finish_run(self.run)
        return self.summary


def start(
    inputs: Sequence[str],
    db: Database,
    *,
    workers: int = 0,
    again: bool = False,
    lexicon_folder: Path | None = None,
    progress: Progress | None = None,
) -> Session:
    """Plans a run. With `again`, documents that are already done are done again."""
    version = data_version(load_lexicon(lexicon_folder))
    run = db.start_run({"inputs": list(inputs), "data_version": version})
    job = bulk.plan(inputs, (lambda _: set()) if again else (lambda shas: db.known(shas, version)), LIMITS.max_bytes)
    return Session(db, run, job, version, workers or default_workers(), lexicon_folder, progress)


def run_plain(session: Session) -> None:
    """Processes and loads every batch with threads of our own: what `gongkai run` does without Prefect."""
    batches = list(session.job.batches)[::-1]
    session.begun = time.monotonic()
    with session.pool() as pool, ThreadPoolExecutor(session.workers) as threads:
        waiting: dict[Future[list[Done]], tuple[Item, ...]] = {}
        while batches or waiting:
            while batches and len(waiting) < 2 * session.workers:
                batch = batches.pop()
                waiting[threads.submit(pool.run, batch)] = batch
            for future in wait(waiting, return_when=FIRST_COMPLETED).done:
                session.take(waiting.pop(future), future.result())


current: ContextVar[Session | None] = ContextVar("current", default=None)
"""The session that the flow shall work on, when the command line has planned it already."""
