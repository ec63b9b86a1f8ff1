"""The flows: process_reports (discover → batches → process → load → across years → summary) and retry_set_aside.

Thin: all work is in pipeline.bulk. A Prefect task is a batch of documents, since one task per document would cost more
than the document. The CPU work runs in worker processes (pipeline.bulk.workers) that each task drives, or on Dask.
Loading happens in the flow's own process, since DuckDB lets one process write. The record of what was done is in our
own database, never in Prefect's: an ephemeral server forgets most task runs.
"""

from __future__ import annotations

import queue
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Annotated, Any, Protocol, cast
from uuid import UUID

from prefect import flow, tags, task
from prefect.artifacts import create_progress_artifact, create_table_artifact, update_progress_artifact
from prefect.cache_policies import NO_CACHE
from prefect.futures import PrefectFuture
from prefect.task_runners import ThreadPoolTaskRunner
from pydantic import Field

from flows import engines
from pipeline.bulk import session as sessions
from pipeline.bulk.discover import Item
from pipeline.bulk.job import Summary
from pipeline.bulk.loading import Piece, patiently
from pipeline.bulk.session import AHEAD, Session, current
from pipeline.bulk.workers import Done, Pool
from pipeline.store import Database, open_db

THREADS = 64
"""Upper bound of the task runner's threads; the pool of workers is what limits the work."""
LISTED = 200
"""Documents set aside that the artifact lists; `gongkai runs show` has all."""

Inputs = Annotated[
    list[str], Field(min_length=1, description="文件、文件夹、通配符、压缩包、@清单、清单 CSV、s3:// 等地址")
]
Db = Annotated[str, Field(description="数据库：文件路径，或 postgresql:// 地址")]
Workers = Annotated[int, Field(ge=0, le=256, description="工作进程数，0 为每核一个")]
Engine = Annotated[str, Field(pattern=r"^(local|dask(:.+)?)$", description="local、dask，或 dask:地址")]
Plan = Callable[[Database, bool], Session]


@task(name="plan", cache_policy=NO_CACHE, retries=3, retry_delay_seconds=[5, 30, 120])
def plan(make: Plan, database: Database, local: bool) -> Session:
    """Discovers and hashes the inputs; storage that does not answer is asked again."""
    return make(database, local)


@task(name="process_batch", cache_policy=NO_CACHE, task_run_name="batch {number}", retries=0)
def process_batch(pool: Pool, batch: Sequence[Item], number: int) -> list[Done]:
    """One batch on the next free worker."""
    return pool.run(batch)


@task(name="process_batch_dask", cache_policy=NO_CACHE, task_run_name="batch {number}", retries=0)
def process_batch_dask(batch: bytes, setup: bytes, place: str, number: int) -> None:
    """One batch on the cluster; what comes of it lies at `place`."""
    engines.work_on(batch, setup, place)


@task(
    name="load_piece", cache_policy=NO_CACHE, task_run_name="load {documents}", retries=2, retry_delay_seconds=[10, 60]
)
def load_piece(load: Callable[[], None], documents: int) -> None:
    """One transaction. What passes is waited for here; what does not, Prefect tries again twice.

    `load` is a closure, since Prefect walks through every parameter that it can look into.
    """
    patiently(load)


@flow(name="process_reports", task_runner=ThreadPoolTaskRunner(max_workers=THREADS))  # type: ignore[arg-type]  # Prefect's own generics
def process_reports(
    inputs: Inputs, db: Db = "gongkai.duckdb", workers: Workers = 0, engine: Engine = "local", again: bool = False
) -> dict[str, int]:
    """把 inputs 下的所有报告读入数据库 db；没有变化的不会重做。返回汇总的各项数目。

    `gongkai run` plans first and hands its session over through `current`.
    """

    def make(database: Database, ready: bool) -> Session:
        return sessions.start(inputs, database, workers=workers, again=again, ready_workers=ready)

    return _flow(make, db, engine)


@flow(name="retry_set_aside", task_runner=ThreadPoolTaskRunner(max_workers=THREADS))  # type: ignore[arg-type]  # Prefect's own generics
def retry_set_aside(
    db: Db = "gongkai.duckdb", run: int | None = None, workers: Workers = 0, engine: Engine = "local"
) -> dict[str, int]:
    """把搁置的文件再读一次：run 指定哪一次处理，不写就是全部。返回汇总的各项数目。"""

    def make(database: Database, ready: bool) -> Session:
        return sessions.retry(database, number=run, workers=workers, ready_workers=ready)

    return _flow(make, db, engine)


@flow(name="relink", task_runner=ThreadPoolTaskRunner(max_workers=THREADS))  # type: ignore[arg-type]  # Prefect's own generics
def relink(db: Db = "gongkai.duckdb", workers: Workers = 0, engine: Engine = "local") -> dict[str, int]:
    """词典改动后，按以前各次处理的输入再走一遍：只重做改动涉及的文件。返回汇总的各项数目。"""

    def make(database: Database, ready: bool) -> Session:
        return sessions.start(sessions.inputs_of(database), database, workers=workers, ready_workers=ready)

    return _flow(make, db, engine)


def _flow(make: Plan, db: str, engine: str) -> dict[str, int]:
    address = engines.cluster_address(engine)
    held = current.get()
    if held is not None:
        return _finish(held, address)
    with open_db(db) as database, plan(make, database, address is None) as session:
        return _finish(session, address)


def _finish(session: Session, address: str | None) -> dict[str, int]:
    """Works through the session and leaves its summary as artifacts."""
    with tags("gongkai", f"run-{session.run}"):
        if session.job.items and address is None:
            with session.pool() as pool:
                _work(session, _Local(pool), AHEAD * session.workers)
        elif session.job.items and address is not None:
            token = current.set(session)
            try:
                with engines.one_server(address):
                    _on_dask.with_options(task_runner=engines.dask_runner(address, session.workers))(address)
            finally:
                current.reset(token)
        summary = session.finish()
        create_table_artifact(key="gongkai-summary", table=summary_rows(summary), description="本次处理的汇总")
        if summary.set_aside:
            rows = [{"文件": s, "原因": message, "代码": code} for s, code, message in summary.set_aside[:LISTED]]
            create_table_artifact(key="gongkai-set-aside", table=rows, description="搁置的文件和原因")
    return _counts(summary)


class _Result(Protocol):
    def result(self) -> Any: ...


class _Engine(Protocol):
    """How batches are handed out and come back, and how pieces are loaded meanwhile."""

    def submit(self, batch: Sequence[Item], number: int) -> PrefectFuture[Any]: ...

    def collect(self, future: PrefectFuture[Any], number: int) -> Sequence[Done]: ...

    def load(self, load: Callable[[], None], documents: int) -> _Result: ...


class _Local:
    """Tasks in threads of this process, each of which drives a worker."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    def submit(self, batch: Sequence[Item], number: int) -> PrefectFuture[Any]:
        return process_batch.submit(self._pool, batch, number)

    def collect(self, future: PrefectFuture[Any], number: int) -> Sequence[Done]:
        done: list[Done] = future.result()
        return done

    def load(self, load: Callable[[], None], documents: int) -> _Result:
        return load_piece.submit(load, documents)


class _Cluster:
    """Tasks on Dask; what goes there and comes back lies in the exchange. Loading stays here, in a thread."""

    def __init__(self, session: Session, folder: str, loader: ThreadPoolExecutor) -> None:
        self._setup = engines.encode(session.setup)
        self._place = f"{folder.rstrip('/')}/run-{session.run}-"
        self._loader = loader

    def submit(self, batch: Sequence[Item], number: int) -> PrefectFuture[Any]:
        return process_batch_dask.submit(
            engines.encode(list(batch)), self._setup, f"{self._place}{number}.gongkai", number
        )

    def collect(self, future: PrefectFuture[Any], number: int) -> Sequence[Done]:
        future.result()
        return engines.collect(f"{self._place}{number}.gongkai")

    def load(self, load: Callable[[], None], documents: int) -> _Result:
        return self._loader.submit(patiently, load)


def _work(session: Session, engine: _Engine, most: int) -> None:
    """Keeps `most` batches under way; each piece that is full is loaded while the workers go on."""
    todo = list(enumerate(session.job.batches, 1))[::-1]
    waiting: dict[int, tuple[PrefectFuture[Any], tuple[Item, ...]]] = {}
    ended: queue.SimpleQueue[int] = queue.SimpleQueue()
    loads: list[_Result] = []
    progress = cast(UUID, create_progress_artifact(progress=0.0, key="gongkai-progress", description="已处理的百分比"))

    def load(piece: Piece | None) -> None:
        if piece is None:
            return
        loads.append(engine.load(lambda: session.load(piece), piece.documents))
        share = 100 * session.summary.documents / len(session.job.items)
        update_progress_artifact(artifact_id=progress, progress=min(100.0, share))
        while len(loads) > AHEAD:  # where loading is behind, so that memory stays flat
            loads.pop(0).result()

    session.begun = time.monotonic()
    while todo or waiting:
        while todo and len(waiting) < most:
            number, batch = todo.pop()
            future = engine.submit(batch, number)
            waiting[number] = future, batch
            future.add_done_callback(partial(_put, ended, number))
        number = ended.get()
        future, batch = waiting.pop(number)
        load(session.take(batch, engine.collect(future, number)))
    load(session.rest())
    for one in loads:
        one.result()


def _put(ended: queue.SimpleQueue[int], number: int, _: object) -> None:
    ended.put(number)


@flow(name="process_on_dask")
def _on_dask(address: str) -> None:
    """The batches of the session at hand, on a Dask cluster.

    Nothing but this call: the flow goes to the cluster pickled by value with every global it names, and a session's
    context variable cannot go.
    """
    _work_on_cluster(address)


def _work_on_cluster(address: str) -> None:
    session = current.get()
    assert session is not None
    with engines.exchange(address) as folder, ThreadPoolExecutor(1) as loader:
        _work(session, _Cluster(session, folder, loader), engines.ahead(address, session.workers))


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
