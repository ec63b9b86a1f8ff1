"""Gathers what workers hand over and loads it in large pieces.

Each load rewrites the last block of every table that is not yet full (1.2 ms a document when loaded a hundred at a
time, 0.03 ms a thousand at a time), so documents are gathered. What was gathered when a run stops is loaded too.

    with Loader(db, run) as loader:
        loader.add(payloads, outcomes)
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from pipeline.store.runs import Outcome

if TYPE_CHECKING:
    from pipeline.store.database import Database

DOCUMENTS = 1000
BYTES = 128 << 20
SECONDS = 20.0


class Loader:
    """A buffer in front of `load_encoded`: full by number, by size or by age."""

    def __init__(
        self, db: Database, run: int | None = None, *, documents: int = DOCUMENTS, size: int = BYTES,
        seconds: float = SECONDS, clock: Callable[[], float] = time.monotonic,
    ) -> None:  # fmt: skip
        self._db, self._run = db, run
        self._most, self._size, self._seconds, self._clock = documents, size, seconds, clock
        self._payloads: list[bytes] = []
        self._outcomes: list[Outcome] = []
        self._bytes = 0
        self._since = clock()

    def add(self, payloads: Sequence[bytes], outcomes: Sequence[Outcome] = ()) -> None:
        """Takes what was read; loads when there is enough of it."""
        if not self._payloads and not self._outcomes:
            self._since = self._clock()
        self._payloads += payloads
        self._outcomes += outcomes
        self._bytes += sum(map(len, payloads))
        full = max(len(self._payloads), len(self._outcomes)) >= self._most or self._bytes >= self._size
        if full or self._clock() - self._since >= self._seconds:
            self.flush()

    def flush(self) -> None:
        """Loads all that was gathered, in one transaction."""
        if not self._payloads and not self._outcomes:
            return
        payloads, outcomes = self._payloads, self._outcomes
        self._payloads, self._outcomes, self._bytes = [], [], 0
        self._db.load_encoded(payloads, run=self._run, outcomes=outcomes)

    def __enter__(self) -> Loader:
        return self

    def __exit__(self, *_: object) -> None:
        self.flush()
