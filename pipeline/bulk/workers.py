"""A supervisor of worker processes that can be killed one by one.

When a document takes too long or takes its worker down, only that worker is replaced and only that document is set
aside; its neighbours go on. A worker may also die of something else (killed by hand, the machine short of memory): a
document is only blamed when workers die of it again while they have nothing else to do.
"""

from __future__ import annotations

import os
import queue
import socket
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path

import msgspec

import pipeline
from pipeline.bulk.discover import Item
from pipeline.bulk.worker import Done, Setup, decode_done, encode_message
from pipeline.errors import WorkerError

__all__ = ["Done", "Pool", "Setup", "default_workers"]

SECONDS = 120.0
"""Time a document may take before its worker is killed."""
START_SECONDS = 120.0
"""Time a worker may take to compile the matchers."""
SLICE = 25
"""Documents whose rows are handed over together."""
RECYCLE = 20_000
"""Documents a worker reads before it is replaced: a leak in some library must not add up."""
DEATHS = 3
"""Workers a document may take down before it is set aside; from the second on they have nothing else to do."""
PROGRAM = "pipeline.bulk.worker:main"
"""The function a worker process runs."""

_ROOT = str(Path(pipeline.__file__).parents[1])


class _Worker:
    """One process and our end of its pipe.

    A plain subprocess, not multiprocessing: that would run the caller's main module again in every worker (a notebook
    or a script without a guard), and refuses where the caller is itself a daemon (a Dask worker).
    """

    def __init__(self, setup: Setup, program: str) -> None:
        ours, theirs = socket.socketpair()
        module, _, function = program.partition(":")
        code = f"import sys; from {module} import {function} as main; main(int(sys.argv[1]), sys.argv[2])"
        path = os.pathsep.join(filter(None, (_ROOT, os.environ.get("PYTHONPATH"))))
        try:
            self.process = subprocess.Popen(
                [sys.executable, "-P", "-c", code, str(theirs.fileno()), msgspec.json.encode(setup).decode()],
                pass_fds=(theirs.fileno(),),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,  # what a library prints is no part of our output
                env={**os.environ, "PYTHONPATH": path},
                start_new_session=True,  # Ctrl-C goes to the supervisor, which ends its workers itself
            )
        except OSError as error:
            raise WorkerError(f"启动不了工作进程（{error.strerror or error}）：请看内存和进程数是否用尽") from error
        finally:
            theirs.close()
        self.pipe = Connection(ours.detach())
        self.served = 0
        self.ready = False

    def wait_ready(self) -> None:
        """Until the matchers are compiled. Raises WorkerError when that does not come about."""
        if self.ready:
            return
        try:
            self.ready = self.pipe.poll(START_SECONDS) and self.pipe.recv_bytes() == b"ready"
        except (EOFError, OSError):
            self.ready = False
        if not self.ready:
            raise WorkerError("工作进程没有在两分钟内就绪：请看内存是否不足，或用 gongkai lexicon check 检查词典")

    def stop(self) -> None:
        with suppress(OSError):
            self.pipe.close()
        self.process.kill()
        self.process.wait()


class Pool:
    """A fixed number of workers, shared by threads: each call of `run` drives one worker until its batch is done."""

    def __init__(
        self, workers: int, setup: Setup | None = None, *, seconds: float = SECONDS, program: str = PROGRAM
    ) -> None:
        self._setup = setup or Setup()
        self._seconds = seconds
        self._program = program
        self._idle: queue.SimpleQueue[_Worker] = queue.SimpleQueue()
        self._all: set[_Worker] = set()
        self._lock = threading.Lock()
        self._closed = False
        for _ in range(workers):
            self._idle.put(self._start())

    def _start(self) -> _Worker:
        with self._lock:
            if self._closed:
                raise WorkerError("处理已停止")
            worker = _Worker(self._setup, self._program)
            self._all.add(worker)
        return worker

    def _drop(self, worker: _Worker) -> None:
        with self._lock:
            self._all.discard(worker)
        worker.stop()

    def run(self, batch: Sequence[Item], each: Callable[[Done], None] | None = None) -> list[Done]:
        """Processes a batch on the next free worker; `each` is called as each document is done.

        Every item ends in exactly one Done, whatever happens to the worker. Raises WorkerError when no worker starts.
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
        deaths: Counter[int] = Counter()
        starts = 0
        try:
            while todo:
                suspect = todo[0][0] in deaths
                part = todo[:1] if suspect else [one for one in todo[:SLICE] if one[0] not in deaths]
                got: list[Done] = []
                try:
                    worker.wait_ready()
                    starts = 0
                    self._ask(worker, part, got)
                except WorkerError:
                    # Killed while it compiled, or the machine is out of something: once more, then it is told.
                    starts += 1
                    self._drop(worker)
                    worker = self._start()
                    if starts > 1:
                        raise
                except (EOFError, OSError) as error:
                    self._drop(worker)
                    worker = self._start()
                    # The rows of a slice come with its last document: what was read before is read again.
                    index, item = part[len(got)]
                    code = "timeout" if isinstance(error, TimeoutError) else "worker_lost"
                    deaths[index] += 1
                    if code == "timeout" or deaths[index] >= DEATHS:
                        todo.remove((index, item))
                        yield self._blamed(index, item, code)
                    else:  # the others first, then the suspect alone
                        todo.remove((index, item))
                        todo.append((index, item))
                else:
                    for (index, item), done in zip(part, got, strict=True):
                        todo.remove((index, item))
                        yield msgspec.structs.replace(done, index=index)
            worker.served += len(batch)
            if worker.served >= RECYCLE:
                self._drop(worker)
                worker = self._start()
        finally:
            self._idle.put(worker)

    def _ask(self, worker: _Worker, part: Sequence[tuple[int, Item]], got: list[Done]) -> None:
        """Has a slice read; fills `got`. Raises TimeoutError, EOFError or OSError when the worker does not answer."""
        worker.pipe.send_bytes(encode_message([item for _, item in part]))
        while len(got) < len(part):
            if not worker.pipe.poll(self._seconds):
                raise TimeoutError
            got.append(decode_done(worker.pipe.recv_bytes()))

    def _blamed(self, index: int, item: Item, code: str) -> Done:
        seconds = self._seconds if code == "timeout" else 0.0
        told = _WHY[code].format(item.source, self._seconds)
        return Done(index=index, outcome="set_aside", problems=((code, told),), seconds=seconds)

    def pids(self) -> list[int]:
        """The process ids of the workers (for tests that kill one, and for measuring)."""
        with self._lock:
            return [worker.process.pid for worker in self._all]

    def close(self) -> None:
        with self._lock:
            self._closed = True
            workers = list(self._all)
        for worker in workers:
            self._drop(worker)

    def __enter__(self) -> Pool:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


_WHY = {
    "timeout": "处理「{0}」超过每份文件的时限 {1:.0f} 秒，已放弃：请单独检查这个文件",
    "worker_lost": f"处理「{{0}}」时工作进程接连 {DEATHS} 次异常退出，已放弃：请单独检查这个文件",
}


def default_workers() -> int:
    """As many workers as this process may use cores."""
    if hasattr(os, "sched_getaffinity"):
        return max(1, len(os.sched_getaffinity(0)))
    return os.cpu_count() or 1
