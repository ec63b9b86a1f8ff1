"""Worker processes that can be killed one by one.

A worker compiles the matchers once, then reads documents off its pipe and tells of each as soon as it is done; the rows
follow for some documents at a time. When a document takes too long or takes the worker down, only that worker is
replaced and only that document is set aside; its neighbours go on. Messages are msgpack and Arrow bytes, never pickle.
"""

from __future__ import annotations

import multiprocessing
import os
import queue
import resource
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import msgspec

from pipeline.bulk.discover import Item, content
from pipeline.errors import ReadError, WorkerError
from pipeline.lexicon import load

if TYPE_CHECKING:
    from pipeline.model import DocumentResult

MEMORY = 3 << 30
"""Bytes a worker may allocate before its document is set aside."""
SECONDS = 120.0
"""Time a document may take before its worker is killed."""
START_SECONDS = 120.0
"""Time a worker may take to compile the matchers."""
SLICE = 25
"""Documents whose rows are handed over together."""
RECYCLE = 20_000
"""Documents a worker reads before it is replaced: a leak in some library must not add up."""


class Done(msgspec.Struct, frozen=True):
    """One document's outcome as the pool hands it over. `payload` is for the store; empty when set aside unread."""

    index: int
    outcome: Literal["done", "done_with_problems", "set_aside"]
    problems: tuple[tuple[str, str], ...]
    seconds: float
    payload: bytes = b""
    counts: tuple[int, int, int, int] = (0, 0, 0, 0)
    """Cells, figures, findings, findings that differ."""


_encode = msgspec.msgpack.Encoder().encode
_items = msgspec.msgpack.Decoder(list[Item]).decode
_done = msgspec.msgpack.Decoder(Done).decode


def process_item(item: Item, index: int, lexicon_folder: Path | None) -> tuple[Done, DocumentResult | None]:
    """Reads one item in this process. Every failure of the document itself becomes an outcome."""
    from pipeline.ingest.limits import LIMITS
    from pipeline.run import default_pipeline, outcome

    began = time.perf_counter()
    try:
        data = content(item, LIMITS.max_bytes)
        folder = Path(item.path).parent if item.member is None and "://" not in item.path else None
        result = default_pipeline(lexicon_folder).process(data, item.source, beside=folder)
    except ReadError as error:
        return _lost(index, error.code, error.message, began)
    except OSError as error:
        return _lost(index, "missing_file", f"读不到「{item.source}」：{error.strerror or error}", began)
    except MemoryError:
        return _lost(
            index, "limit", f"处理「{item.source}」时超出内存上限（{MEMORY >> 20} MB）：请单独检查这个文件", began
        )
    except RecursionError:
        return _lost(index, "limit", f"「{item.source}」嵌套过深：请另存为普通网页或 Word 后再试", began)
    except Exception as error:
        # A fault of ours must not cost the neighbours of the document that shows it; it is told, and can be retried.
        return _lost(
            index, "internal", f"读取时程序出错（{type(error).__name__}：{error}）：请把这个文件发给维护者", began
        )
    done = Done(
        index=index,
        outcome=outcome(result),
        problems=tuple((p.code, p.message) for p in result.problems),
        seconds=time.perf_counter() - began,
        counts=(
            len(result.cells),
            len(result.figures),
            len(result.findings),
            sum(f.verdict == "differs" for f in result.findings),
        ),
    )
    return done, None if done.outcome == "set_aside" else result


def process_items(items: Sequence[Item], lexicon_folder: Path | None = None) -> Iterator[Done]:
    """A slice of a batch in this process: a Done for each item, the last of them with the rows of all.

    Rows are written once for several documents: for one alone that would cost a third of reading it.
    """
    from pipeline.run import data_version
    from pipeline.store.rows import encode

    results: list[DocumentResult] = []
    for index, item in enumerate(items):
        done, result = process_item(item, index, lexicon_folder)
        if result is not None:
            results.append(result)
        if index == len(items) - 1 and results:
            done = msgspec.structs.replace(done, payload=encode(results, data_version(load(lexicon_folder))))
        yield done


def _lost(index: int, code: str, message: str, began: float) -> tuple[Done, None]:
    seconds = time.perf_counter() - began
    return Done(index=index, outcome="set_aside", problems=((code, message),), seconds=seconds), None


def _serve(pipe: Connection, lexicon_folder: str | None) -> None:
    """Life of a worker: compile, then slices of batches until the pipe closes."""
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
    from pipeline.run import default_pipeline

    folder = Path(lexicon_folder) if lexicon_folder else None
    default_pipeline(folder)
    pipe.send_bytes(b"ready")
    with suppress(EOFError, OSError):
        while True:
            for done in process_items(_items(pipe.recv_bytes()), folder):
                pipe.send_bytes(_encode(done))


class _Worker:
    def __init__(self, context: Any, lexicon_folder: Path | None) -> None:
        self.pipe, theirs = context.Pipe()
        folder = str(lexicon_folder) if lexicon_folder else None
        self.process = context.Process(target=_serve, args=(theirs, folder), daemon=True)
        self.process.start()
        theirs.close()
        self.served = 0
        self.ready = False

    def wait_ready(self) -> None:
        if not self.ready:
            if not self.pipe.poll(START_SECONDS) or self.pipe.recv_bytes() != b"ready":
                raise WorkerError("工作进程没有在两分钟内就绪：请看内存是否不足，或用 gongkai lexicon check 检查词典")
            self.ready = True

    def stop(self) -> None:
        with suppress(OSError):
            self.pipe.close()
        self.process.kill()
        self.process.join()


class Pool:
    """A fixed number of workers, shared by threads: each call of `run` drives one worker until its batch is done."""

    def __init__(self, workers: int, lexicon_folder: Path | None = None, seconds: float = SECONDS) -> None:
        # spawn: the parent may hold threads (Prefect does), which fork does not survive.
        self._context = multiprocessing.get_context("spawn")
        self._folder = lexicon_folder
        self._seconds = seconds
        self._idle: queue.SimpleQueue[_Worker] = queue.SimpleQueue()
        self._all: set[_Worker] = set()
        for _ in range(workers):
            self._idle.put(self._start())

    def _start(self) -> _Worker:
        worker = _Worker(self._context, self._folder)
        self._all.add(worker)
        return worker

    def _drop(self, worker: _Worker) -> None:
        self._all.discard(worker)
        worker.stop()

    def run(self, batch: Sequence[Item], each: Callable[[Done], None] | None = None) -> list[Done]:
        """Processes a batch on the next free worker; `each` is called as each document is done.

        Every item ends in exactly one Done, whatever happens to the worker.
        """
        done: list[Done] = []
        for outcome in self._stream(batch):
            done.append(outcome)
            if each:
                each(outcome)
        return done

    def _stream(self, batch: Sequence[Item]) -> Iterator[Done]:
        worker = self._idle.get()
        todo = list(enumerate(batch))
        strikes: Counter[int] = Counter()
        size = SLICE
        try:
            while todo:
                part = todo[:size]
                got: list[Done] = []
                try:
                    worker.wait_ready()
                    worker.pipe.send_bytes(_encode([item for _, item in part]))
                    while len(got) < len(part):
                        if not worker.pipe.poll(self._seconds):
                            raise TimeoutError
                        got.append(_done(worker.pipe.recv_bytes()))
                except (EOFError, OSError) as error:
                    self._drop(worker)
                    worker = self._start()
                    # The rows of a slice come with its last document: what was read before is read again, without
                    # the culprit. A worker may die of something else (killed by hand, the machine short of memory),
                    # so that a document is only blamed when it takes down a second worker.
                    index, item = part[len(got)]
                    code = "timeout" if isinstance(error, TimeoutError) else "worker_lost"
                    strikes[index] += 1
                    if code == "worker_lost" and strikes[index] < 2:
                        size = max(1, len(got))
                        continue
                    todo.remove((index, item))
                    yield Done(
                        index=index,
                        outcome="set_aside",
                        problems=((code, _WHY[code].format(item.source, self._seconds)),),
                        seconds=self._seconds if code == "timeout" else 0.0,
                    )
                    continue
                for (index, _), done in zip(part, got, strict=True):
                    yield msgspec.structs.replace(done, index=index)
                del todo[: len(part)]
                size = SLICE
            worker.served += len(batch)
            if worker.served >= RECYCLE:
                self._drop(worker)
                worker = self._start()
        finally:
            self._idle.put(worker)

    def pids(self) -> list[int]:
        """The process ids of the workers (for tests that kill one)."""
        return [worker.process.pid for worker in self._all if worker.process.pid]

    def close(self) -> None:
        for worker in list(self._all):
            self._drop(worker)

    def __enter__(self) -> Pool:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


_WHY = {
    "timeout": "处理「{0}」超过 {1:.0f} 秒，已放弃：请单独检查这个文件",
    "worker_lost": "处理「{0}」时工作进程异常退出，已放弃：请单独检查这个文件",
}


def default_workers() -> int:
    """As many workers as this process may use cores."""
    return max(1, len(os.sched_getaffinity(0)))
