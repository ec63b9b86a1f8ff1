"""The main job as plain functions: plan what is to be done, put it into batches, make pieces to load of what is done.

Both `gongkai run` without Prefect and the flow in flows/ call exactly these.
"""

from __future__ import annotations

import hashlib
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import msgspec

from pipeline.bulk.costs import batches
from pipeline.bulk.discover import Ignored, Item, Missing, content, discover
from pipeline.bulk.versions import item_version
from pipeline.bulk.worker import Done
from pipeline.store import Outcome, SourceFile

SETTLED_NS = 2_000_000_000
"""A file that changed less than this before it was read may change again within the same tick of the clock."""
_CHUNK = 256


@dataclass(frozen=True)
class Job:
    """What is to be done: items new to this database, and what is left out and why."""

    items: tuple[Item, ...]
    known: int = 0
    duplicates: tuple[tuple[Item, str], ...] = ()
    """Items whose bytes another item of this job or the database has: (item, sha256); only their address is new."""
    missing: tuple[Missing, ...] = ()
    ignored: int = 0
    seen: tuple[SourceFile, ...] = ()
    """What files looked like that were hashed in this plan: the next run need not hash them again."""

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
    kept: int = 0
    """Documents whose result was kept although the lexicon changed, because the change cannot matter to them."""
    duplicates: int = 0
    ignored: int = 0
    cells: int = 0
    figures: int = 0
    findings: int = 0
    differs: int = 0
    across: int = 0
    """Findings across years, levels and versions of the reports that this run touched."""
    lapsed: int = 0
    """Decisions that were made about documents which others have replaced since."""
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


class Seen:
    """What earlier runs saw of files and archives, by source; of an archive also what is in it."""

    def __init__(self, files: Mapping[str, SourceFile]) -> None:
        self._files = files
        self._archives: dict[str, list[SourceFile]] | None = None

    def sha256(self, item: Item) -> str:
        """The SHA-256 of a file that has not changed since it was hashed, else ""."""
        held = self._files.get(item.source)
        same = held is not None and item.stamp > 0 and (held.size, held.mtime_ns) == (item.size, item.stamp)
        return held.sha256 if same and held is not None else ""

    def entries(self, archive: str, stamp: int) -> list[Item | Ignored] | None:
        """The entries of an archive that has not changed, if all of them could be listed."""
        whole = self._files.get(archive)
        if whole is None or whole.mtime_ns != stamp:
            return None
        if self._archives is None:
            self._archives = {}
            for source, file in self._files.items():
                path, mark, _ = source.partition("!/")
                if mark:
                    self._archives.setdefault(path, []).append(file)
        # An archive may lie in another: what counts is the outermost, which is the file.
        rows = [file for file in self._archives.get(archive, []) if file.mtime_ns == stamp]
        if len(rows) != whole.size:
            return None
        rows.sort(key=lambda file: int(file.sha256[64:]))
        return [
            Item(row.source, archive, row.source[len(archive) + 2 :], row.size, row.sha256[:64], stamp=stamp)
            if row.sha256[:64].strip()
            else Ignored(row.source, stamp)
            for row in rows
        ]


def plan(
    inputs: Sequence[str],
    known: Callable[[set[str]], Mapping[str, str]],
    version: str,
    limit: int,
    *,
    seen: Mapping[str, SourceFile] | None = None,
    fresh: Callable[[], None] | None = None,
) -> Job:
    """Discovers everything under the inputs, hashes what may have changed, and leaves out what is done already.

    `known` gives the version under which each of some SHA-256 was read. `fresh` is called when the first files show
    that there is something to do, so that workers can start while the rest is hashed.
    """
    memory = Seen(seen or {})
    items: list[Item] = []
    missing: list[Missing] = []
    ignored: list[Ignored] = []
    for found in discover(inputs, memory):
        if isinstance(found, Item):
            items.append(found)
        elif isinstance(found, Missing):
            missing.append(found)
        else:
            ignored.append(found)
    hashed: list[Item] = []
    began = time.time_ns()
    for number, part in enumerate(_hash(items, memory, limit)):
        hashed += [one for one in part if isinstance(one, Item)]
        missing += [one for one in part if isinstance(one, Missing)]
        if fresh and number == 0 and _any_new(part, known, version):
            fresh()
    done = known({item.sha256 for item in hashed})
    todo: dict[str, Item] = {}
    duplicates: list[tuple[Item, str]] = []
    for item in hashed:
        if done.get(item.sha256) == item_version(version, item) or item.sha256 in todo:
            duplicates.append((item, item.sha256))
        else:
            todo[item.sha256] = msgspec.structs.replace(item, held=done.get(item.sha256, ""))
    return Job(
        items=tuple(todo.values()),
        known=sum(sha not in todo for _, sha in duplicates),
        duplicates=tuple(duplicates),
        missing=tuple(missing),
        ignored=len(ignored),
        seen=tuple(_settled(hashed, ignored, missing, memory, began)),
    )


def _any_new(part: Sequence[Item | Missing], known: Callable[[set[str]], Mapping[str, str]], version: str) -> bool:
    hashed = [one for one in part if isinstance(one, Item)]
    done = known({item.sha256 for item in hashed})
    return any(done.get(item.sha256) != item_version(version, item) for item in hashed)


def _hash(items: Sequence[Item], memory: Seen, limit: int) -> Iterator[list[Item | Missing]]:
    def one(item: Item) -> Item | Missing:
        if item.sha256:  # an archive's entry, hashed when it was listed
            return item
        if sha256 := memory.sha256(item):
            return msgspec.structs.replace(item, sha256=sha256)
        try:
            data = content(item, limit)
        except OSError as error:
            message = f"读不到「{item.source}」：{error.strerror or error}"
            return Missing(item.source, "missing_file", message)
        return msgspec.structs.replace(item, sha256=hashlib.sha256(data).hexdigest(), size=len(data))

    # hashlib lets go of the interpreter lock, so threads do help here.
    with ThreadPoolExecutor(4) as threads:
        for start in range(0, len(items), _CHUNK):
            yield list(threads.map(one, items[start : start + _CHUNK]))


def _settled(
    hashed: Sequence[Item], ignored: Sequence[Ignored], missing: Sequence[Missing], memory: Seen, began: int
) -> Iterator[SourceFile]:
    """What may be trusted next time: files that had not changed for a while when they were hashed.

    An archive is remembered as a whole, with the number of its entries, and each entry with its place behind its hash.
    """
    broken = {one.source.partition("!/")[0] for one in missing}
    archives: dict[str, list[SourceFile]] = {}
    for item in hashed:
        if not 0 < item.stamp < began - SETTLED_NS:
            continue
        if item.member is None:
            if not memory.sha256(item):
                yield SourceFile(item.source, item.size, item.stamp, item.sha256)
        elif item.path not in broken:
            rows = archives.setdefault(item.path, [])
            rows.append(SourceFile(item.source, item.size, item.stamp, f"{item.sha256}{len(rows)}"))
    for one in ignored:
        path, mark, _ = one.source.partition("!/")
        if mark and path not in broken and 0 < one.stamp < began - SETTLED_NS:
            rows = archives.setdefault(path, [])
            rows.append(SourceFile(one.source, 0, one.stamp, f"{'':64}{len(rows)}"))
    for path, rows in archives.items():
        if memory.entries(path, rows[0].mtime_ns) is None:
            yield from rows
            yield SourceFile(path, len(rows), rows[0].mtime_ns, f"{'':64}")


def outcomes(batch: Sequence[Item], done: Sequence[Done], version: str) -> list[Outcome]:
    """What the run record says of each document of a batch."""
    return [
        Outcome(
            source=batch[one.index].source,
            sha256=batch[one.index].sha256,
            status=one.outcome,
            code=one.problems[0][0] if one.problems else None,
            reason="；".join(message for _, message in one.problems) or None,
            seconds=one.seconds,
            data_version=item_version(version, batch[one.index]),
        )
        for one in done
    ]
