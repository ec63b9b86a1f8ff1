"""Stretches of lines that may be tables without rulings, over page breaks; and what they turn out to be."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence, Set

import msgspec

from pipeline.ingest.loosehead import VALUE, Piece
from pipeline.ingest.pdfgrid import Table
from pipeline.ingest.pdflines import Item, Laid, TextLine
from pipeline.ingest.pdfloose import LIFT, read_region

_WIDE = 0.55
"""A line of one piece that fills more than this part of the page's text is prose."""
_WORDS = re.compile(r"[\u4e00-\u9fff]")
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
    for region, closed in list(_regions(pages)):
        sizes = sorted(place.line.size for place in region if _WORDS.search(place.line.text))
        size = sizes[len(sizes) // 2] if sizes else region[0].line.size
        rows = [_pieces(place.line, number, size) for number, place in enumerate(region)]
        for loose in read_region(rows, _walls(region), closed):
            _replace(region, rows, loose.table, loose.pieces)


def _regions(pages: Sequence[Laid]) -> Iterator[tuple[list[_Place], bool]]:
    """Runs of lines that are short or have gaps, of one size of type, with at least two that have gaps.

    With each, whether prose closes it: then nothing of it can stand in what follows.
    """
    run: list[_Place] = []
    size = 0.0
    for page in pages:
        lines = [i for i in page.items if isinstance(i, TextLine) and id(i) not in page.furniture]
        wide = max((i.x1 for i in lines), default=0.0) - min((i.x0 for i in lines), default=0.0)
        for item in page.items:
            if id(item) in page.furniture:
                continue
            if isinstance(item, Table) or not (item.parts or item.x1 - item.x0 < _WIDE * wide):
                yield from _whole(run, _closes(item))
                run = []
                continue
            if _WORDS.search(item.text):  # digits are lower than characters of the same type
                if run and size and not 1 / _SIZES < item.size / size < _SIZES:
                    yield from _whole(run, _closes(item))
                    run = []
                size = item.size
            run.append(_Place(page, item))
    yield from _whole(run, True)


def _closes(item: Item) -> bool:
    """Whether a line cannot belong to the table above it: words, and no value among them."""
    return isinstance(item, TextLine) and not any(VALUE.fullmatch(part[0]) for part in item.parts or [(item.text,)])


def _whole(run: list[_Place], closed: bool) -> Iterator[tuple[list[_Place], bool]]:
    if sum(1 for place in run if place.line.parts) >= 2:
        yield run, closed


def _pieces(line: TextLine, number: int, size: float) -> list[Piece]:
    """The pieces of a line, lifted to the height of its page."""
    lift = LIFT * line.page
    parts = line.parts or ((line.text, line.x0, line.top, line.x1, line.bottom, line.base or line.bottom),)
    return [
        Piece(text, x0, x1, top + lift, bottom + lift, base + lift, size, line.page, number)
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


def _replace(region: Sequence[_Place], rows: Sequence[Sequence[Piece]], table: Table, taken: Set[Piece]) -> None:
    """The table where its first line stood; its lines are gone but for pieces that are in no cell."""
    first = True
    for place, row in zip(region, rows, strict=True):
        rest = [piece for piece in row if piece not in taken]
        if len(rest) == len(row):
            continue
        items = place.page.items
        at = _index(items, place.line)
        items[at : at + 1] = [*([table] if first else []), *(_line(place.line, piece) for piece in rest)]
        first = False


def _line(line: TextLine, piece: Piece) -> TextLine:
    return msgspec.structs.replace(line, text=piece.text, x0=piece.x0, x1=piece.x1, parts=())


def _index(items: Sequence[Item], line: TextLine) -> int:
    return next(i for i, item in enumerate(items) if item is line)
