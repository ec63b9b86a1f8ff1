"""The main job as plain functions: plan what is to be done, do it batch by batch, load, count.

    job = plan(inputs, db)          discover, hash, leave out what is known
    for batch in job.batches: done = pool.run(batch); load(db, run, batch, done)

Both `gongkai run` without Prefect and the flow in flows/ call exactly these.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import msgspec

from pipeline.bulk.discover import Ignored, Item, Missing, content, discover
from pipeline.bulk.workers import Done

if TYPE_CHECKING:
    from pipeline.store import Database

BATCH_DOCUMENTS = 100
BATCH_BYTES = 32 << 20
"""A batch ends at either: enough documents to make a transaction worth while, few enough to lose little."""


@dataclass(frozen=True)
class Job:
    """What is to be done: items new to this database, and what is left out and why."""

    items: tuple[Item, ...]
    known: int = 0
    duplicates: tuple[tuple[Item, str], ...] = ()
    """Items whose bytes another item of this job or the database has: (item, sha256); only their address is new."""
    missing: tuple[Missing, ...] = ()
    ignored: int = 0

    @property
    def batches(self) -> tuple[tuple[Item, ...], ...]:
        return tuple(batches(self.items))


@dataclass
class Summary:
    """What a run did. `set_aside` has one (source, code, message) for each document that gave nothing."""

    documents: int = 0
    done: int = 0
    done_with_problems: int = 0
    known: int = 0
    duplicates: int = 0
    ignored: int = 0
    cells: int = 0
    figures: int = 0
    findings: int = 0
    differs: int = 0
    seconds: float = 0.0
    set_aside: list[tuple[str, str, str]] = field(default_factory=list)
    problems: Counter[str] = field(default_factory=Counter)

    def add(self, batch: Sequence[Item], done: Sequence[Done]) -> None:
        for one in done:
            self.documents += 1
            if one.outcome == "set_aside":
                code, message = one.problems[0]
                self.set_aside.append((batch[one.index].source, code, message))
                continue
            self.done += one.outcome == "done"
            self.done_with_problems += one.outcome == "done_with_problems"
            self.problems.update(code for code, _ in one.problems)
            cells, figures, findings, differs = one.counts
            self.cells += cells
            self.figures += figures
            self.findings += findings
            self.differs += differs

    def add_missing(self, missing: Sequence[Missing]) -> None:
        for one in missing:
            self.documents += 1
            self.set_aside.append((one.source, one.code, one.message))


def plan(inputs: Sequence[str], known: Callable[[set[str]], set[str]], limit: int) -> Job:
    """Discovers and hashes everything under the inputs; leaves out bytes that `known` (a query) says are done.

    Hashing reads every file once: on an unchanged corpus that is all that a run costs.
    """
    items: list[Item] = []
    missing: list[Missing] = []
    ignored = 0
    for found in discover(inputs):
        if isinstance(found, Item):
            items.append(found)
        elif isinstance(found, Missing):
            missing.append(found)
        else:
            ignored += isinstance(found, Ignored)
    hashed, unreadable = _hash(items, limit)
    missing += unreadable
    done = known({item.sha256 for item in hashed})
    fresh: list[Item] = []
    duplicates: list[tuple[Item, str]] = []
    seen: set[str] = set()
    for item in hashed:
        if item.sha256 in done or item.sha256 in seen:
            duplicates.append((item, item.sha256))
        else:
            seen.add(item.sha256)
            fresh.append(item)
    return Job(
        items=tuple(fresh),
        known=sum(sha in done for _, sha in duplicates),
        duplicates=tuple(duplicates),
        missing=tuple(missing),
        ignored=ignored,
    )


def _hash(items: Sequence[Item], limit: int) -> tuple[list[Item], list[Missing]]:
    def one(item: Item) -> Item | Missing:
        if item.sha256:  # an archive's entry, hashed when it was listed
            return item
        try:
            data = content(item, limit)
        except OSError as error:
            message = f"读不到「{item.source}」：{error.strerror or error}"
            return Missing(item.source, "missing_file", message)
        return msgspec.structs.replace(item, sha256=hashlib.sha256(data).hexdigest(), size=len(data))

    # hashlib lets go of the interpreter lock, so threads do help here.
    with ThreadPoolExecutor(4) as threads:
        hashed = list(threads.map(one, items))
    return [x for x in hashed if isinstance(x, Item)], [x for x in hashed if isinstance(x, Missing)]


def batches(items: Sequence[Item]) -> Iterator[tuple[Item, ...]]:
    """Batches by number and size, in order of input."""
    batch: list[Item] = []
    size = 0
    for item in items:
        if batch and (len(batch) >= BATCH_DOCUMENTS or size + item.size > BATCH_BYTES):
            yield tuple(batch)
            batch, size = [], 0
        batch.append(item)
        size += item.size
    if batch:
        yield tuple(batch)


def load(db: Database, run: int, batch: Sequence[Item], done: Sequence[Done], version: str) -> None:
    """Loads one batch in one transaction: its reports, and the outcome of each document."""
    from pipeline.store import Outcome

    outcomes = [
        Outcome(
            source=batch[one.index].source,
            sha256=batch[one.index].sha256,
            status=one.outcome,
            code=one.problems[0][0] if one.problems else None,
            reason="；".join(message for _, message in one.problems) or None,
            seconds=one.seconds,
            data_version=version,
        )
        for one in done
    ]
    payloads = [one.payload for one in done if one.payload]
    db.load_encoded(payloads, run=run, outcomes=outcomes)
