"""Stretches of lines that may be tables without rulings, over page breaks; and what they turn out to be."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pipeline.ingest.loosehead import Piece
from pipeline.ingest.pdfgrid import Table
from pipeline.ingest.pdfloose import LIFT, read_region
from pipeline.ingest.pdflines import Item, Laid, TextLine

_WIDE = 0.55
"""A line of one piece that fills more than this part of the page's text is prose."""
_SIZES = 1.2
"""Type that differs by more than this factor is not of the same table."""


class _Place:
    """A line of a region and where it stands."""

    __slots__ = ("line", "page")

    def __init__(self, page: Laid, line: TextLine) -> None:
        self.page = page
        self.line = line


def find_loose_tables(pages: Sequence[Laid]) -> None:
    """Puts tables without rulings in the place of their lines, in `pages` themselves."""
    if sum(1 for page in pages for item in page.items if isinstance(item, TextLine) and item.parts) < 2:
        return
    for region in list(_regions(pages)):
        rows = [_pieces(place.line, number) for number, place in enumerate(region)]
        for loose in read_region(rows, _walls(region)):
            _replace(region, loose.table, loose.lines)


def _regions(pages: Sequence[Laid]) -> Iterator[list[_Place]]:
    """Runs of lines that are short or have gaps, of one size of type, with at least two that have gaps."""
    run: list[_Place] = []
    for page in pages:
        lines = [i for i in page.items if isinstance(i, TextLine) and id(i) not in page.furniture]
        wide = max((i.x1 for i in lines), default=0.0) - min((i.x0 for i in lines), default=0.0)
        for item in page.items:
            if id(item) in page.furniture:
                continue
            if isinstance(item, Table) or not (item.parts or item.x1 - item.x0 < _WIDE * wide):
                yield from _whole(run)
                run = []
                continue
            if run and not 1 / _SIZES < item.size / max(run[-1].line.size, 0.1) < _SIZES:
                yield from _whole(run)
                run = []
            run.append(_Place(page, item))
    yield from _whole(run)


def _whole(run: list[_Place]) -> Iterator[list[_Place]]:
    if sum(1 for place in run if place.line.parts) >= 2:
        yield run


def _pieces(line: TextLine, number: int) -> list[Piece]:
    """The pieces of a line, lifted to the height of its page."""
    lift = LIFT * line.page
    parts = line.parts or ((line.text, line.x0, line.top, line.x1, line.bottom, line.bottom - 0.1 * line.size),)
    return [
        Piece(text, x0, x1, top + lift, bottom + lift, base + lift, line.size, line.page, number)
        for text, x0, top, x1, bottom, base in parts
    ]


def _walls(region: Sequence[_Place]) -> list[float]:
    """The heights of rulings that run through at least half of the region's width."""
    x0, x1 = min(p.line.x0 for p in region), max(p.line.x1 for p in region)
    pages = {place.page.number: place.page for place in region}
    return sorted(
        y + LIFT * number
        for number, page in pages.items()
        for y, a, b in page.walls
        if min(b, x1) - max(a, x0) > 0.5 * (x1 - x0)
    )


def _replace(region: Sequence[_Place], table: Table, lines: frozenset[int]) -> None:
    """The table where its first line stood; its lines are gone."""
    places = [region[number] for number in sorted(lines)]
    items = places[0].page.items
    at = _index(items, places[0].line)
    items[at] = table
    for place in places[1:]:
        del place.page.items[_index(place.page.items, place.line)]


def _index(items: Sequence[Item], line: TextLine) -> int:
    return next(i for i, item in enumerate(items) if item is line)



