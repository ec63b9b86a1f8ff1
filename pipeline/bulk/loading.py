"""From batches that are done to transactions: gathered into large pieces, loaded with patience.

Each transaction on DuckDB costs the same however much is in it (1.2 ms a document when loaded a hundred at a time,
0.03 ms a thousand at a time), so batches are gathered. What was read and not yet loaded when a run is killed is read
again by the next: a piece must therefore not be too large either.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from pipeline.errors import StoreError

if TYPE_CHECKING:
    from pipeline.store import Database, Outcome

DOCUMENTS = 1000
BYTES = 64 << 20
SECONDS = 20.0
"""A piece is loaded when it is full by number, by size or by age."""
PATIENCE = (1.0, 2.0, 4.0, 8.0, 15.0, 30.0, 60.0, 60.0, 60.0, 60.0)
"""Pauses before a database that is busy or gone is asked again: five minutes in all."""

T = TypeVar("T")


@dataclass
class Piece:
    """Rows and outcomes for one transaction."""

    payloads: list[bytes] = field(default_factory=list)
    outcomes: list[Outcome] = field(default_factory=list)
    size: int = 0
    since: float = field(default_factory=time.monotonic)

    @property
    def documents(self) -> int:
        return len(self.outcomes)

    @property
    def full(self) -> bool:
        old = self.documents > 0 and time.monotonic() - self.since >= SECONDS
        return self.documents >= DOCUMENTS or self.size >= BYTES or old

    def add(self, payloads: list[bytes], outcomes: list[Outcome]) -> None:
        """Takes a batch."""
        if not self.outcomes:
            self.since = time.monotonic()
        self.payloads += payloads
        self.outcomes += outcomes
        self.size += sum(map(len, payloads))

    def load(self, db: Database, run: int) -> None:
        """One transaction: all of it or nothing."""
        db.load_encoded(self.payloads, run=run, outcomes=self.outcomes)


def patiently(work: Callable[[], T], pauses: tuple[float, ...] = PATIENCE) -> T:
    """Does something with the database; waits and tries again where it is busy, restarting or full."""
    for pause in pauses:
        try:
            return work()
        except StoreError as error:
            if not error.passing:
                raise
        time.sleep(pause)
    return work()
