"""How the pages reach the database.

Opening a DuckDB file of 100,000 reports costs more than most queries on it, so the connection that reads is held for a
moment after each page (`HELD`) and then given back: DuckDB lets no other process write while it is open. One thread
owns it and answers the pages in turn. Decisions go through one writer, which opens only for its transaction.
"""

from __future__ import annotations

import queue
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator
from concurrent.futures import Future
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any, Generic, TypeVar

from pipeline.errors import StoreError
from pipeline.store import Connection, Database, open_db
from pipeline.store.schema import Dialect

T = TypeVar("T")

HELD = 1.5
"""Seconds that the reading connection is held when nobody asks for a page."""
LONGEST = 6.0
"""Seconds after which it is given back whatever happens, so that a run that waits to write gets in."""
WAIT = 10.0
"""Seconds to wait for a run that is writing."""
REMEMBERED = 256
"""Answers kept for the present state of the database."""


class Held(Database):
    """A connection that is open already, in the shape of a Database, for the functions of store and compare."""

    def __init__(self, connection: Connection, dialect: Dialect) -> None:
        super().__init__()
        self.dialect = dialect
        self._connection = connection
        self._current = True

    @contextmanager
    def connect(self, *, write: bool) -> Iterator[Connection]:
        if write:
            raise StoreError("网页的查询连接只读，不能写入")
        yield self._connection

    def lock_merge(self, connection: Connection) -> None:
        raise StoreError("网页的查询连接只读，不能写入")

    def alone(self) -> AbstractContextManager[None]:
        raise StoreError("网页的查询连接只读，不能写入")

    def exists(self) -> bool:
        return True


class Data:
    """The database as the pages see it. Raises StoreError from every method while another program holds the file."""

    def __init__(self, url: str | Path, *, wait: float = WAIT, held: float = HELD, longest: float = LONGEST) -> None:
        self.url = str(url)
        self._reader = open_db(url, wait=wait, locked=True)
        self._writer = open_db(url, wait=wait)
        self._held_for, self._longest = held, longest
        self._asked: queue.SimpleQueue[_Job[Any] | None] = queue.SimpleQueue()
        self._remembered: OrderedDict[Hashable, Any] = OrderedDict()
        self._state: object = None
        self._guard = threading.Lock()
        self._thread = threading.Thread(target=self._serve, name="gongkai-reader", daemon=True)
        self._thread.start()

    # --- reading ---------------------------------------------------------------------------------------------

    def read(self, work: Callable[[Database], T]) -> T:
        """Runs `work` with the reading connection, after the pages that asked before."""
        return self._ask(_Job(work))

    def remembered(self, key: Hashable, work: Callable[[Database], T]) -> T:
        """Like read, but the answer is kept until the database changes."""
        state = self.state()
        with self._guard:
            if state is None or state != self._state:
                self._remembered.clear()
                self._state = state
            if key in self._remembered:
                self._remembered.move_to_end(key)
                found: T = self._remembered[key]
                return found
        answer = self.read(work)
        with self._guard:
            if state is not None and state == self._state:
                self._remembered[key] = answer
                while len(self._remembered) > REMEMBERED:
                    self._remembered.popitem(last=False)
        return answer

    def forget(self) -> None:
        """Throws away what is remembered; for measuring."""
        with self._guard:
            self._remembered.clear()

    def state(self) -> object:
        """Changes whenever the database may have changed."""
        if self._reader.dialect == "postgres":
            return int(time.monotonic() / 20)
        found = []
        path = Path(getattr(self._reader, "path", self.url))
        for file in (path, path.with_name(path.name + ".wal")):
            try:
                told = file.stat()
            except OSError:
                continue
            found.append((told.st_mtime_ns, told.st_size, told.st_ino))
        return tuple(found)

    # --- writing ---------------------------------------------------------------------------------------------

    def write(self, work: Callable[[Connection], T]) -> T:
        """Runs `work` in one transaction of the writer, with the reading connection given back before."""

        def transaction() -> T:
            with self._writer.transaction() as connection:
                return work(connection)

        return self._ask(_Job(transaction, alone=True))

    def prepare(self) -> None:
        """Brings a database of an older version up to date. Raises StoreError where there is none."""
        with self._writer.reading():
            pass

    def close(self) -> None:
        """Ends the reading thread and gives everything back."""
        self._asked.put(None)
        self._thread.join()
        self._reader.close()
        self._writer.close()

    # --- the thread ------------------------------------------------------------------------------------------

    def _ask(self, job: _Job[T]) -> T:
        self._asked.put(job)
        return job.future.result()

    def _serve(self) -> None:
        """Answers jobs in turn; holds the reading connection for a moment, and never across a write."""
        waiting: _Job[Any] | None = None
        while True:
            job = waiting or self._asked.get()
            waiting = None
            if job is None:
                return
            if job.alone:
                job.run(None)
                continue
            try:
                with self._reader.reading() as connection:
                    waiting, ended = self._answer(job, Held(connection, self._reader.dialect))
            except BaseException as error:  # the connection could not be had; told to the page that asked
                job.fail(error)
                continue
            if ended:
                return

    def _answer(self, job: _Job[Any], db: Database) -> tuple[_Job[Any] | None, bool]:
        """Runs reading jobs until none comes for a moment; gives a job that must wait, and whether to end."""
        until = time.monotonic() + self._longest
        while True:
            job.run(db)
            left = min(self._held_for, until - time.monotonic())
            try:
                following = self._asked.get(timeout=left) if left > 0 else None
            except queue.Empty:
                return None, False
            if following is None:
                return None, left > 0
            if following.alone:
                return following, False
            job = following


class _Job(Generic[T]):
    """Something to be run by the reading thread. `alone` means: without the reading connection open."""

    def __init__(self, work: Callable[..., T], *, alone: bool = False) -> None:
        self.work = work
        self.alone = alone
        self.future: Future[T] = Future()

    def run(self, db: Database | None) -> None:
        try:
            self.future.set_result(self.work() if db is None else self.work(db))
        except BaseException as error:  # told to the page that asked
            self.future.set_exception(error)

    def fail(self, error: BaseException) -> None:
        if not self.future.done():
            self.future.set_exception(error)
