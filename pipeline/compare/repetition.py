"""Repeated prose: what a report takes over from the year before, and what different organs share.

Sentences are compared without digits and white space, so that last year's sentence with this year's number counts as
repeated. Short sentences and those that many organs have (the statute's own wording) say nothing and are left out.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pipeline.store.read import EVERYTHING, Selection, where

if TYPE_CHECKING:
    from pipeline.store.database import Database

_END = re.compile(r"[。；！？\n]")
_NOISE = re.compile(r"[\s\d，、：（）()“”《》〔〕.%％-]+")
SHORTEST = 12
"""Characters of a sentence without digits and marks: below that, alike means nothing."""


@dataclass(frozen=True, slots=True)
class Repeated:
    """How much of a report's prose (characters of the sentences that count) stands in another report too."""

    report_id: str
    organ: str | None
    year: int | None
    other_report_id: str
    other_organ: str | None
    other_year: int | None
    shared: int
    counted: int

    @property
    def share(self) -> float:
        return self.shared / self.counted if self.counted else 0.0


def sentences(text: str, spans: Sequence[tuple[int, int]] = ()) -> frozenset[str]:
    """The sentences of a text that count, without digits and marks; of the given spans only, where there are any."""
    pieces = [text[begin:end] for begin, end in spans] if spans else [text]
    found = (_NOISE.sub("", part) for piece in pieces for part in _END.split(piece))
    return frozenset(part for part in found if len(part) >= SHORTEST)


def _weight(parts: Iterable[str]) -> int:
    return sum(map(len, parts))


@dataclass(frozen=True, slots=True)
class _Prose:
    report_id: str
    organ: str | None
    region_code: str | None
    year: int | None
    parts: frozenset[str]


def _prose(db: Database, selection: Selection) -> list[_Prose]:
    """The sentences of every report, of its six sections where they were found."""
    condition, params = where(db, selection)
    spans: dict[str, list[tuple[int, int]]] = {}
    for document, begin, end in db.select(
        "SELECT s.document_id, s.start_pos, s.end_pos FROM reports r JOIN sections s ON s.document_id = r.document_id "
        f"WHERE s.number > 0 AND {condition}",
        params,
    ):
        spans.setdefault(document, []).append((begin, end))
    rows = db.select(
        "SELECT r.report_id, r.organ, r.region_code, r.year, r.document_id, t.text FROM reports r "
        f"JOIN texts t ON t.document_id = r.document_id WHERE {condition}",
        params,
    )
    return sorted(
        (
            _Prose(report, organ, region, year, sentences(text, sorted(spans.get(document, ()))))
            for report, organ, region, year, document, text in rows
        ),
        key=lambda prose: prose.report_id,
    )


def from_last_year(db: Database, selection: Selection = EVERYTHING, *, least: float = 0.3) -> list[Repeated]:
    """Reports whose prose repeats that of the same organ's year before by at least this share, the most first."""
    prose = [one for one in _prose(db, selection) if one.organ and one.year is not None]
    by_year = {(one.organ, one.region_code, one.year): one for one in prose}
    found = []
    for one in prose:
        before = by_year.get((one.organ, one.region_code, (one.year or 0) - 1))
        if before is not None:
            found.append(_pair(one, before, one.parts))
    return _most(found, least)


def between_organs(
    db: Database, selection: Selection = EVERYTHING, *, least: float = 0.3, common: int = 20
) -> list[Repeated]:
    """Pairs of organs of one year whose prose is alike by at least this share of the shorter one, the most first.

    A sentence that more than `common` reports of the selection have is everybody's wording and does not count.
    """
    prose = _prose(db, selection)
    counts = Counter(part for one in prose for part in one.parts)
    kept = [replace(one, parts=frozenset(s for s in one.parts if counts[s] <= common)) for one in prose]
    holders: dict[str, list[int]] = {}
    for n, one in enumerate(kept):
        for part in one.parts:
            if counts[part] > 1:
                holders.setdefault(part, []).append(n)
    shared: Counter[tuple[int, int]] = Counter()
    for part, places in holders.items():
        for a, left in enumerate(places):
            for right in places[a + 1 :]:
                if kept[left].year == kept[right].year and not _same_organ(kept[left], kept[right]):
                    shared[left, right] += len(part)
    found = []
    for left, right in shared:
        one, other = sorted((kept[left], kept[right]), key=lambda p: (_weight(p.parts), p.report_id))
        found.append(_pair(one, other, one.parts))
    return _most(found, least)


def _same_organ(one: _Prose, other: _Prose) -> bool:
    return one.organ is not None and (one.organ, one.region_code) == (other.organ, other.region_code)


def _pair(one: _Prose, other: _Prose, parts: frozenset[str]) -> Repeated:
    return Repeated(
        one.report_id, one.organ, one.year, other.report_id, other.organ, other.year, _weight(parts & other.parts),
        _weight(parts),
    )  # fmt: skip


def _most(found: Iterable[Repeated], least: float) -> list[Repeated]:
    kept = (one for one in found if one.counted and one.share >= least)
    return sorted(kept, key=lambda one: (-one.share, one.report_id, one.other_report_id))
