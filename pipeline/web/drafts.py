"""Uploaded drafts: read in a worker that can be killed, shown, kept nowhere.

The worker is one of the pool that `gongkai run` uses, with the same limits of time and memory. The file lies in a
folder of its own while it is read, under a name of ours, and is gone when the answer is.
"""

from __future__ import annotations

import re
import tempfile
import threading
from pathlib import Path
from typing import Any

from pipeline.bulk.discover import Item
from pipeline.bulk.workers import Pool
from pipeline.errors import ReadError, StoreError
from pipeline.model import DocumentResult
from pipeline.store.read import _result
from pipeline.store.rows import decode

WAITING = 4
"""Drafts that may wait for the worker; more are told to come back."""
_ENDING = re.compile(r"\.[A-Za-z0-9]{1,5}$", re.ASCII)


class Drafts:
    """The one worker for drafts, started when it is first needed."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._pool: Pool | None = None
        self._guard = threading.Lock()
        self._places = threading.Semaphore(WAITING)

    def warm(self) -> None:
        """Starts the worker, so that it is ready when the draft comes."""
        with self._guard:
            if self._pool is None:
                self._pool = Pool(1, seconds=self._seconds)

    def check(self, content: bytes, name: str) -> DocumentResult:
        """What is read from a draft. Raises ReadError where it cannot be read, StoreError when too many wait."""
        if not self._places.acquire(blocking=False):
            raise StoreError("正在核对的文件太多，请稍等片刻再提交")
        try:
            self.warm()
            assert self._pool is not None
            with tempfile.TemporaryDirectory(prefix="gongkai-draft-") as folder:
                # The name only serves to tell formats apart and to be shown; the file has a name of ours.
                path = Path(folder, "draft" + ending(name))
                path.write_bytes(content)
                (done,) = self._pool.run([Item(source=name, path=str(path), size=len(content))])
        finally:
            self._places.release()
        if not done.payload:
            raise ReadError(done.problems[0][1] if done.problems else "没有读到内容，请换一个文件")
        return _read(done.payload, name)

    def close(self) -> None:
        with self._guard:
            if self._pool is not None:
                self._pool.close()
                self._pool = None


def ending(name: str) -> str:
    """The ending of a file name, where it is a plain one."""
    found = _ENDING.search(name)
    return found[0].lower() if found else ""


def _read(payload: bytes, name: str) -> DocumentResult:
    """The document of a payload, as the store would give it back."""
    rows: dict[str, list[dict[str, Any]]] = {table: batch.to_pylist() for table, batch in decode(payload).items()}
    return _result(rows, name)
