"""The flow `process_reports`: discover → batches → process → load → summary. Thin: all work is in pipeline.bulk.

A Prefect task is a batch of documents: one task per document would cost more than the document. The CPU work runs in
worker processes (pipeline.bulk.workers); each task is one thread that drives one worker. Loading happens in the flow's
own process, since DuckDB lets one process write. The record of what was done is in our own database, never in
Prefect's: an ephemeral server forgets most task runs.
"""

from __future__ import annotations

import time
from collections.abc import Sequence

from prefect import flow, tags, task
from prefect.artifacts import create_table_artifact
from prefect.cache_policies import NO_CACHE
from prefect.futures import PrefectFuture, wait
from prefect.task_runners import ThreadPoolTaskRunner

from pipeline.bulk.discover import Item
from pipeline.bulk.job import Summary
from pipeline.bulk.loading import Piece, patiently
from pipeline.bulk.session import AHEAD, Session, current, start
from pipeline.bulk.workers import Done, Pool
from pipeline.store import open_db

THREADS = 64
"""Upper bound of the task runner's threads; the pool of workers is what limits the work."""


@task(name="process_batch", cache_policy=NO_CACHE, task_run_name="batch {number}", retries=0)
def process_batch(pool: Pool, batch: Sequence[Item], number: int) -> list[Done]:
    """One batch on the next free worker."""
    return pool.run(batch)


@task(
    name="load_piece", cache_policy=NO_CACHE, task_run_name="load {documents}", retries=2, retry_delay_seconds=[10, 60]
)
def load_piece(session: Session, piece: Piece, documents: int) -> None:
    """One transaction. What passes is waited for here; what does not, Prefect tries again twice."""
    patiently(lambda: session.load(piece))


@flow(name="process_reports", task_runner=ThreadPoolTaskRunner(max_workers=THREADS))  # type: ignore[arg-type]  # Prefect's own generics
def process_reports(inputs: list[str], db: str = "gongkai.duckdb", workers: int = 0) -> dict[str, int]:
    """Every report under `inputs` into the database `db`; `workers` 0 means one per core.

    Returns the counts of the summary. `gongkai run` plans first and hands its session over through `current`.
    """
    session = current.get()
    if session is not None:
        return _finish(session)
    with open_db(db) as database:
        return _finish(start(inputs, database, workers=workers))


def _finish(session: Session) -> dict[str, int]:
    """Works through the session and leaves its summary as an artifact."""
    _work(session)
    summary = session.finish()
    create_table_artifact(key="gongkai-summary", table=summary_rows(summary), description="本次处理的汇总")
    return _counts(summary)


def _work(session: Session) -> None:
    """Keeps two batches a worker under way; each piece that is full is loaded while the workers go on."""
    todo = list(enumerate(session.job.batches, 1))[::-1]
    waiting: dict[PrefectFuture[list[Done]], tuple[Item, ...]] = {}
    loads: list[PrefectFuture[None]] = []
    with session.pool() as pool, tags("gongkai", f"run-{session.run}"):
        session.begun = time.monotonic()
        while todo or waiting:
            while todo and len(waiting) < AHEAD * session.workers:
                number, batch = todo.pop()
                waiting[process_batch.submit(pool, batch, number)] = batch
            for future in wait(list(waiting), timeout=0.1).done:
                _load(session, session.take(waiting.pop(future), future.result()), loads)
        _load(session, session.rest(), loads)
        for load in loads:
            load.result()


def _load(session: Session, piece: Piece | None, loads: list[PrefectFuture[None]]) -> None:
    """Hands a piece to the task that loads, and waits where loading is behind, so that memory stays flat."""
    if piece is not None:
        loads.append(load_piece.submit(session, piece, piece.documents))
    while len(loads) > AHEAD:
        loads.pop(0).result()


def summary_rows(summary: Summary) -> list[dict[str, object]]:
    """The summary as the rows of a table artifact."""
    names = {"documents": "文件", "done": "完成", "done_with_problems": "完成但有问题", "set_aside": "搁置",
             "cells": "单元格", "figures": "正文数字", "findings": "核对结论", "differs": "不一致"}  # fmt: skip
    return [{"项目": names[key], "数量": count} for key, count in _counts(summary).items()]


def _counts(summary: Summary) -> dict[str, int]:
    return {
        "documents": summary.documents,
        "done": summary.done,
        "done_with_problems": summary.done_with_problems,
        "set_aside": len(summary.set_aside),
        "cells": summary.cells,
        "figures": summary.figures,
        "findings": summary.findings,
        "differs": summary.differs,
    }
