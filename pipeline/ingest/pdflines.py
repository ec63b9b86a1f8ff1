"""Lines of text outside tables, page by page, and which of them are page numbers and running heads."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence, Set
from difflib import SequenceMatcher
from itertools import compress, pairwise
from operator import sub
from typing import NamedTuple

from pipeline.ingest.pdfgrid import Table, find_tables, line_text, split_lines
from pipeline.ingest.pdfpage import Char, Page
from pipeline.model import Struct

_PAGE_NUMBER = re.compile(r"^[\s\-—–―－·•第]*\d{1,3}(?:\s*/\s*\d{1,3})?[\s\-—–―－·•页]*$")
_SCANNED_NUMBER = re.compile(
    r"^[\s\-—–―－·•.一第]*[\dOoQIl|丨SBZsz]{1,3}(?:\s*/\s*[\dOoQIl|丨SBZsz]{1,3})?[\s\-—–―－·•.一页]*$"
)
"""A page number as it may be recognised: letters for digits, 一 for a dash."""
_EDGE = 0.09
"""Page numbers and running heads stand in this part of the page at its top and bottom."""
_OFTEN = 3
"""Pages at whose edge a running head stands at least."""
_SAME = 0.8
"""Share of characters in which a running head is recognised alike."""
GAP = 0.55
"""A gap this wide (in heights of type) parts a line into pieces: the cells of a table without rulings."""
_SHOWN = 0.9
"""A gap this wide is printed as a blank."""

Part = tuple[str, float, float, float, float, float]
"""Text, x0, top, x1, bottom, baseline of a piece of a line."""


class TextLine(Struct, frozen=True):
    """A line of text outside tables; `parts` where wide gaps part it."""

    text: str
    x0: float
    top: float
    x1: float
    bottom: float
    size: float
    page: int
    parts: tuple[Part, ...] = ()
    base: float = 0.0
    """The baseline; 0 where it is not known (pictures)."""


Item = TextLine | Table


class Laid(NamedTuple):
    """A page ready to be written: its lines and tables, and the ids of those that are page numbers or running heads."""

    number: int
    kind: str
    items: list[Item]
    furniture: Set[int]
    walls: tuple[tuple[float, float, float], ...] = ()
    """Horizontal rulings outside tables."""


def items_of(page: Page) -> list[Item]:
    """Lines and tables of a page from top to bottom."""
    tables, outside = find_tables(page)
    items: list[Item] = [*tables, *(_line(chars, page.number) for chars in split_lines(outside))]
    items.sort(key=lambda item: item.top)
    return items


def _line(chars: list[Char], page: int) -> TextLine:
    characters, starts, tops, ends, bottoms, bases, _ = zip(*chars, strict=True)
    heights = list(map(sub, bottoms, tops))
    # Digits are lower than characters of the same type: they tell the size only where they are alone.
    tall = sorted(compress(heights, [character >= "\u4e00" for character in characters])) or sorted(heights)
    size = tall[len(tall) * 3 // 4]
    wide = GAP * size
    cuts = [i for i, gap in enumerate(map(sub, starts[1:], ends), 1) if gap > wide]
    parts: tuple[Part, ...] = ()
    if cuts:
        pieces = [chars[a:b] for a, b in zip((0, *cuts), (*cuts, len(chars)), strict=True)]
        parts = tuple(_part(piece) for piece in pieces)
        text = parts[0][0]
        for before, part in pairwise(parts):
            text += (" " if part[1] - before[3] > _SHOWN * size else "") + part[0]
    else:
        text = line_text(chars)
    return TextLine(
        text=text,
        x0=starts[0],
        top=min(tops),
        x1=max(ends),
        bottom=max(bottoms),
        size=size,
        page=page,
        parts=parts,
        base=bases[len(bases) // 2],
    )


def _part(chars: Sequence[Char]) -> Part:
    bases = sorted([c[5] for c in chars])
    return (
        line_text(chars),
        chars[0][1],
        min([c[2] for c in chars]),
        max([c[3] for c in chars]),
        max([c[4] for c in chars]),
        bases[len(bases) // 2],
    )


def running_lines(pages: Sequence[Page]) -> set[str]:
    """Lines that stand at the edge of at least three pages: running heads and feet."""
    seen: Counter[str] = Counter()
    for page in pages:
        high, low = page.height * _EDGE, page.height * (1 - _EDGE)
        edge = [c for c in page.chars if c[4] < high or c[2] > low]
        seen.update({line_text(line) for line in split_lines(edge)})
    return {text for text, count in seen.items() if count >= _OFTEN}


def furniture(items: Sequence[Item], page: Page, running: set[str]) -> Set[int]:
    """The ids of page numbers and running heads."""
    return {id(i) for i in items if isinstance(i, TextLine) and _is_furniture(i, page, running)}


def scanned_furniture(pages: Mapping[int, Sequence[Item]], sizes: Mapping[int, tuple[float, float]]) -> Set[int]:
    """The ids of page numbers and running heads of pages that were recognised; `sizes`: width and height of each."""
    edges: dict[int, list[TextLine]] = {}
    for number, items in pages.items():
        lines = [item for item in items if isinstance(item, TextLine)]
        edges[number] = [line for line in lines if _at_edge(line, _high(items, *sizes[number]))]
    seen = Counter(text for lines in edges.values() for text in {line.text for line in lines})
    running = [text for text, count in seen.items() if count >= _OFTEN]
    return {
        id(line)
        for lines in edges.values()
        for line in lines
        if _SCANNED_NUMBER.match(line.text) or any(_alike(line.text, text) for text in running)
    }


def _high(items: Sequence[Item], width: float, height: float) -> float:
    """The height of a page as it was read: one that lay on its side was turned, and reaches beyond its edges."""
    return width if any(item.x1 > width or item.bottom > height for item in items) else height


def _alike(one: str, other: str) -> bool:
    """Whether two lines are the same but for a few characters recognised wrongly."""
    return one == other or SequenceMatcher(None, one, other).ratio() >= _SAME


def _at_edge(line: TextLine, height: float) -> bool:
    return line.bottom < height * _EDGE or line.top > height * (1 - _EDGE)


def _is_furniture(line: TextLine, page: Page, running: set[str]) -> bool:
    if not _at_edge(line, page.height):
        return False
    bare = "".join(part[0] for part in line.parts) or line.text
    return bool(_PAGE_NUMBER.match(bare)) or line.text in running or bare in running
