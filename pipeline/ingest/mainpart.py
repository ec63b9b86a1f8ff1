"""Which part of a web page is the report.

No words are needed for it: the report is where the long paragraphs and the tables are. Its element is the smallest one
that holds all of these, all numbered headings, marked headings and whatever repeats the title of the page; what stands
outside is menus, links and imprint. If there is too little to be sure, everything stays. Only short pieces can ever be
left out, and of these not the ones with a date (the publication date often stands in a box of its own).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipeline.ingest.pieces import Grid, Piece, Prose, Where

_LONG = 50
_SURE = 3
_NUMBERED = re.compile(r"[（(]?[一二三四五六七八九十]{1,3}[、.．）)]")
_DATE = re.compile(r"(?:19|20)\d\d\s?[-年./]\s?\d{1,2}\s?[-月./]\s?\d{1,2}")


def main_part(pieces: Sequence[Piece], title: str | None) -> list[Piece]:
    """The pieces that belong to the report, in order; all of them when it is not clear."""
    heavy = [p for p in pieces if _is_heavy(p)]
    beside = sum(_chars(p) for p in heavy if p.side)
    if beside * 3 < sum(map(_chars, heavy)):
        heavy = [p for p in heavy if not p.side or isinstance(p, Grid)]  # an imprint, however long
    if len(heavy) < _SURE:
        return list(pieces)
    wanted = [p for p in pieces if _is_landmark(p, title)]
    place = _around([p.where for p in (*heavy, *wanted)])
    within: dict[int, bool] = {}
    must = {id(p) for p in (*heavy, *wanted)}
    return [p for p in pieces if id(p) in must or _stays(p, place, within)]


def _is_heavy(piece: Piece) -> bool:
    """A long paragraph or a table, not made of links."""
    if isinstance(piece, Grid):
        return piece.linked * 2 < piece.chars
    return len(piece.text) >= _LONG and piece.linked * 2 < len(piece.text)


def _chars(piece: Piece) -> int:
    return piece.chars if isinstance(piece, Grid) else len(piece.text)


def _is_landmark(piece: Piece, title: str | None) -> bool:
    """A heading of the report or its title; never a link."""
    if isinstance(piece, Grid) or piece.linked * 2 > len(piece.text):
        return False
    if _NUMBERED.match(piece.text):
        return True
    if piece.side:
        return False
    return title is not None and len(piece.text) >= 8 and piece.text in title


def _around(places: Sequence[Where]) -> Where:
    """The smallest container that holds all these."""
    common = places[0]
    for place in places:
        if place is common:
            continue
        while place[1] > common[1]:
            place = place[0]
        while common[1] > place[1]:
            common = common[0]
        while place is not common:
            place, common = place[0], common[0]
    return common


def _stays(piece: Piece, place: Where, known: dict[int, bool]) -> bool:
    """Whether a piece is kept: inside the report's element and no menu, or bearing a date.

    A name such as "nav" on an element is a hint at most: prose inside the report's element stays whatever it is in.
    """
    if isinstance(piece, Prose) and piece.linked == 0 and len(piece.text) < 200 and _DATE.search(piece.text):
        return True
    if piece.side and piece.linked * 2 >= _chars(piece):
        return False
    where = piece.where
    inside = known.get(id(where))
    if inside is None:
        outer = where
        while outer[1] > place[1]:
            outer = outer[0]
        inside = known[id(where)] = outer is place
    return inside
