"""One run from start to end: the planned job, the database, the summary; and the runner that needs no orchestrator."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import closing, nullcontext
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline import across
from pipeline.bulk import job as bulk
from pipeline.bulk.cache import CacheFile, RunsCache, place
from pipeline.bulk.discover import Item
from pipeline.bulk.loading import Piece, patiently
from pipeline.bulk.logs import tell
from pipeline.bulk.records import data_versions, set_aside_of
from pipeline.bulk.versions import carry_over, note, version
from pipeline.bulk.workers import Done, Pool, Setup, default_workers
from pipeline.errors import UsageError
from pipeline.ingest.limits import LIMITS
from pipeline.lexicon import load as load_lexicon

if TYPE_CHECKING:
    from pipeline.lexicon import Lexicon
    from pipeline.store import Database

Progress = Callable[[Sequence[Item], Sequence[Done]], None]
AHEAD = 2
"""Batches under way for each worker, and pieces waiting to be loaded: more would only take memory."""


@dataclass
class Session:
    """A run under way. `begun` is set when the first batch is handed out, so that start-up is told apart."""

    db: Database
    run: int
    job: bulk.Job
    version: str
    workers: int
    inputs: list[str] = field(default_factory=list)
    setup: Setup = field(default_factory=Setup)
    progress: Progress | None = None
    summary: bulk.Summary = field(default_factory=bulk.Summary)
    begun: float = 0.0
    finished: bool = False
    _pool: Pool | None = None
    _piece: Piece = field(default_factory=Piece)

    def pool(self) -> Pool:
        """The workers, started while the inputs were hashed if it was clear by then that they are needed."""
        pool, self._pool = self._pool or Pool(self.workers, self.setup), None
        return pool

    def take(self, batch: Sequence[Item], done: Sequence[Done]) -> Piece | None:
        """Counts a batch that is done. Gives a piece to load when enough has come together."""
        payloads = [payload for one in done for payload in one.payloads]
        self._piece.add(payloads, bulk.outcomes(batch, done, self.version))
        self.summary.add(batch, done)
        for one in done:
            if one.outcome == "set_aside":
                code, message = one.problems[0]
                tell("set_aside", run=self.run, source=batch[one.index].source, code=code, message=message)
        tell("batch", run=self.run, documents=len(done), so_far=self.summary.documents, all=len(self.job.items))
        if self.progress:
            self.progress(batch, done)
        return self.rest() if self._piece.full else None

    def rest(self) -> Piece | None:
        """What has come together so far."""
        piece, self._piece = self._piece, Piece()
        return piece if piece.documents else None

    def load(self, piece: Piece) -> None:
        """Loads a piece in one transaction. Raises StoreError."""
        began = time.monotonic()
        piece.load(self.db, self.run)
        tell("loaded", run=self.run, documents=piece.documents, seconds=round(time.monotonic() - began, 3))

    def finish(self) -> bulk.Summary:
        """Records what was left out and closes the run; a second call only gives the summary again."""
        if self.finished:
            return self.summary
        from pipeline.store import Outcome, decisions

        self.summary.seconds = time.monotonic() - self.begun if self.begun else 0.0
        outcomes = [Outcome(m.source, None, "set_aside", m.code, m.message) for m in self.job.missing]
        self.db.record_outcomes(self.run, outcomes)
        self.db.add_sources((item.source, sha256) for item, sha256 in self.job.duplicates)
        self.summary.lapsed = len(decisions.held(self.db, only_lapsed=True))
        file = CacheFile(Path(self.setup.cache)) if self.setup.cache else None
        with closing(file) if file else nullcontext():
            kept = RunsCache(file) if file else None
            lexicon = load_lexicon(self.setup.folder)
            self.summary.across = patiently(lambda: across.refresh(self.db, lexicon, kept=kept)).findings
        self.summary.add_missing(self.job.missing)
        self.summary.known = self.job.known
        self.summary.duplicates = len(self.job.duplicates) - self.job.known
        self.summary.ignored = self.job.ignored
        self.db.finish_run(self.run, summary=self._counts())
        tell("finished", run=self.run, **self._counts())
        self.finished = True
        return self.summary

    def _counts(self) -> dict[str, Any]:
        """What the run record says; what was unchanged is counted and not listed, or every run would grow by it."""
        told = self.summary
        counts = {"done": told.done, "done_with_problems": told.done_with_problems, "set_aside": len(told.set_aside),
                  "unchanged": told.known + told.duplicates, "kept": told.kept}  # fmt: skip
        return {name: count for name, count in counts.items() if count} | {"seconds": round(told.seconds, 1)}

    def close(self) -> None:
        """Ends workers that were started and not used."""
        if self._pool is not None:
            self._pool.close()
            self._pool = None

    def __enter__(self) -> Session:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def start(
    inputs: Sequence[str],
    db: Database,
    *,
    workers: int = 0,
    again: bool = False,
    only: Iterable[str] | None = None,
    lexicon_folder: Path | None = None,
    ready_workers: bool = True,
    progress: Progress | None = None,
) -> Session:
    """Plans a run. With `again`, documents that are done are done again; with `only`, those with these SHA-256."""
    lexicon = load_lexicon(lexicon_folder)
    now = version(lexicon)
    cache = place()
    kept = _carry_over(db, lexicon, cache) if db.exists() and not again else 0
    run = db.start_run({"inputs": list(inputs), "data_version": now.data})
    note(db, now)
    setup = Setup(str(lexicon_folder) if lexicon_folder else None, str(cache) if cache else None)
    count = workers or default_workers()
    pools: list[Pool] = []
    chosen = set(only) if only is not None else set()

    def known(shas: set[str]) -> Mapping[str, str]:
        if again:
            return {}
        return {sha: data for sha, data in data_versions(db, shas).items() if sha not in chosen}

    def fresh() -> None:
        if ready_workers:
            pools.append(Pool(count, setup))

    job = bulk.plan(inputs, known, now.data, LIMITS.max_bytes, seen=db.source_files(), fresh=fresh)
    db.record_source_files(job.seen)
    if only is not None:
        job = replace(job, items=tuple(item for item in job.items if item.sha256 in chosen))
    tell("planned", run=run, items=len(job.items), known=job.known, missing=len(job.missing), kept=kept)
    session = Session(db, run, job, now.data, count, list(inputs), setup, progress, bulk.Summary(kept=kept))
    session._pool = pools[0] if pools else None
    return session


def _carry_over(db: Database, lexicon: Lexicon, cache: Path | None) -> int:
    """Keeps the results that a change of aliases does not matter to; gives their number."""
    from pipeline.bulk.traces import Judge

    with closing(Judge(CacheFile(cache), lexicon)) if cache else nullcontext() as judge:
        return carry_over(db, lexicon, judge)


def retry(
    db: Database,
    *,
    number: int | None = None,
    workers: int = 0,
    lexicon_folder: Path | None = None,
    ready_workers: bool = True,
    progress: Progress | None = None,
) -> Session:
    """Plans to read again what was set aside, in one run or in all. Inputs are those of these runs, manifests too."""
    return start(
        inputs_of(db, number), db, workers=workers, only=set_aside_of(db, number), lexicon_folder=lexicon_folder,
        ready_workers=ready_workers, progress=progress,
    )  # fmt: skip


def inputs_of(db: Database, number: int | None = None) -> list[str]:
    """What one run, or all runs together, were given to read. Raises UsageError where there is no such run."""
    runs = [told for told in db.runs() if number in (None, told["run"])] if db.exists() else []
    if not runs:
        raise UsageError("没有这一次处理的记录：用 gongkai runs 看有哪些")
    return list(dict.fromkeys(text for told in reversed(runs) for text in told["parameters"].get("inputs", [])))


def run_plain(session: Session) -> None:
    """Processes and loads every batch with threads of our own: what `gongkai run` does without Prefect."""
    batches = list(session.job.batches)[::-1]
    with session.pool() as pool, ThreadPoolExecutor(session.workers) as threads, ThreadPoolExecutor(1) as loader:
        session.begun = time.monotonic()
        waiting: dict[Future[list[Done]], tuple[Item, ...]] = {}
        loads: list[Future[None]] = []
        try:
            while batches or waiting:
                while batches and len(waiting) < AHEAD * session.workers:
                    batch = batches.pop()
                    waiting[threads.submit(pool.run, batch)] = batch
                for future in wait(waiting, return_when=FIRST_COMPLETED).done:
                    piece = session.take(waiting.pop(future), future.result())
                    _queue(loader, loads, session, piece)
            _queue(loader, loads, session, session.rest())
            for load in loads:
                load.result()
        except BaseException:
            pool.close()  # workers that are at something give up at once
            threads.shutdown(wait=False, cancel_futures=True)
            loader.shutdown(wait=False, cancel_futures=True)
            raise


def _queue(loader: ThreadPoolExecutor, loads: list[Future[None]], session: Session, piece: Piece | None) -> None:
    """Hands a piece to the thread that loads; waits where that one is behind, so that memory stays flat."""
    if piece is not None:
        loads.append(loader.submit(patiently, lambda: session.load(piece)))
    while loads and (len(loads) > AHEAD or loads[0].done()):
        loads.pop(0).result()


current: ContextVar[Session | None] = ContextVar("current", default=None)
"""The session that the flow shall work on, when the command line has planned it already."""
