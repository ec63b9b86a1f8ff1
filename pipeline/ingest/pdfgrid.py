"""Ruling lines and characters → tables.

Lines that touch make one table. Its columns and rows are the places where lines run; two neighbouring places are one
cell where no line runs between them. A character belongs to the cell in which its middle lies: the number of columns or
the order of the text never decides which cell a number is in.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from itertools import pairwise
from operator import itemgetter

from pipeline.ingest.build import CellText
from pipeline.ingest.pdfpage import Char, Line, Page
from pipeline.model import Struct

NEAR = 3.0
"""Lines nearer than this (points) are one: double borders, and cells drawn one by one."""
SAME_LINE = 0.45
"""Baselines that differ by less than this part of a character's width are one line (raised or mixed type)."""
MAX_PRODUCT = 4_000_000
_BY_LINE = itemgetter(5, 1)
_FROM_LEFT = itemgetter(1)


class Table(Struct, frozen=True):
    """A table on one page: where it is and its cells."""

    x0: float
    top: float
    x1: float
    bottom: float
    cells: tuple[CellText, ...]
    rows: int
    columns: int


def find_tables(page: Page) -> tuple[list[Table], list[Char]]:
    """The tables of a page from top to bottom, and the characters outside them."""
    verticals, horizontals = _merge(page.verticals), _merge(page.horizontals)
    if len(verticals) < 2 or len(horizontals) < 2 or len(verticals) * len(horizontals) > MAX_PRODUCT:
        return [], list(page.chars)
    areas = [_Area(v, h) for v, h in _connected(verticals, horizontals) if len(v) >= 2 and len(h) >= 2]
    areas.sort(key=lambda area: (area.ys[0], area.xs[0]))
    outside: list[Char] = list(page.chars)
    for area in areas:
        outside = area.take(outside)
    tables = []
    for area in areas:
        table = area.table(page.number)
        if table is not None:
            tables.append(table)
        else:  # a frame around text is no table
            outside += [char for chars in area.chars.values() for char in chars]
    return tables, outside


def _merge(lines: Sequence[Line]) -> list[Line]:
    """Lines at about the same place that touch or overlap become one."""
    merged: list[Line] = []
    group: list[Line] = []
    for line in sorted(lines):
        if group and line[0] - group[0][0] > NEAR:
            merged += _join(group)
            group = []
        group.append(line)
    return merged + _join(group) if group else merged


def _join(group: list[Line]) -> list[Line]:
    if len(group) == 1:
        return group
    place = sum([line[0] for line in group]) / len(group)
    out: list[Line] = []
    for _, a, b in sorted(group, key=_FROM_LEFT):
        if out and a <= out[-1][2] + NEAR:
            out[-1] = (place, out[-1][1], max(out[-1][2], b))
        else:
            out.append((place, a, b))
    return out


def _connected(verticals: list[Line], horizontals: list[Line]) -> list[tuple[list[Line], list[Line]]]:
    """Groups of lines that cross or touch each other."""
    parent = list(range(len(verticals) + len(horizontals)))

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    for i, (x, top, bottom) in enumerate(verticals):
        for j, (y, left, right) in enumerate(horizontals):
            if left - NEAR <= x <= right + NEAR and top - NEAR <= y <= bottom + NEAR:
                parent[root(i)] = root(len(verticals) + j)
    groups: dict[int, tuple[list[Line], list[Line]]] = {}
    for i, line in enumerate(verticals):
        groups.setdefault(root(i), ([], []))[0].append(line)
    for j, line in enumerate(horizontals):
        groups.setdefault(root(len(verticals) + j), ([], []))[1].append(line)
    return list(groups.values())


def _places(lines: Sequence[Line]) -> list[float]:
    places: list[float] = []
    for place in sorted(line[0] for line in lines):
        if not places or place - places[-1] > NEAR:
            places.append(place)
    return places


class _Area:
    """One connected net of lines, filling with characters."""

    def __init__(self, verticals: list[Line], horizontals: list[Line]) -> None:
        horizontals = horizontals + _open_ends(verticals, horizontals)
        self.xs, self.ys = _places(verticals), _places(horizontals)
        self.columns, self.rows = max(len(self.xs) - 1, 0), max(len(self.ys) - 1, 0)
        self.chars: dict[int, list[Char]] = {}
        self.group = list(range(self.rows * self.columns))
        for c, lines in enumerate(_beside(verticals, self.xs)):
            for r in range(self.rows if 0 < c < self.columns else 0):
                if not _runs(lines, (self.ys[r] + self.ys[r + 1]) / 2):
                    self._unite(r * self.columns + c - 1, r * self.columns + c)
        for r, lines in enumerate(_beside(horizontals, self.ys)):
            for c in range(self.columns if 0 < r < self.rows else 0):
                if not _runs(lines, (self.xs[c] + self.xs[c + 1]) / 2):
                    self._unite((r - 1) * self.columns + c, r * self.columns + c)
        self.roots = [self._root(i) for i in range(len(self.group))]
        """For each field of the net the first field of its cell."""

    def _root(self, i: int) -> int:
        while self.group[i] != i:
            self.group[i] = self.group[self.group[i]]
            i = self.group[i]
        return i

    def _unite(self, i: int, j: int) -> None:
        a, b = self._root(i), self._root(j)
        self.group[max(a, b)] = min(a, b)

    def take(self, chars: Sequence[Char]) -> list[Char]:
        """Takes the characters whose middle lies within the net; gives the others."""
        xs, ys, rows, columns, roots, held = self.xs, self.ys, self.rows, self.columns, self.roots, self.chars
        if not roots:
            return list(chars)
        x0, x1, y0, y1 = xs[0], xs[-1], ys[0], ys[-1]
        outside: list[Char] = []
        for char in chars:
            x, y = char[6], (char[2] + char[4]) / 2
            if not (x0 <= x <= x1 and y0 <= y <= y1):
                outside.append(char)
                continue
            c, r = bisect_right(xs, x) - 1, bisect_right(ys, y) - 1
            root = roots[(r if r < rows else r - 1) * columns + (c if c < columns else c - 1)]
            if root in held:
                held[root].append(char)
            else:
                held[root] = [char]
        return outside

    def table(self, page: int) -> Table | None:
        """The table, or None where the net is a frame or a decoration: fewer than two cells."""
        spans: dict[int, list[int]] = {}
        for i, root in enumerate(self.roots):
            spans.setdefault(root, []).append(i)
        if len(spans) < 2:
            return None
        cells = []
        xs, ys = [round(x, 1) for x in self.xs], [round(y, 1) for y in self.ys]
        for root, members in spans.items():
            r0, c0 = divmod(root, self.columns)
            r1, c1 = r0, c0
            if len(members) > 1:
                columns = [i % self.columns for i in members]
                r1, c0, c1 = members[-1] // self.columns, min(columns), max(columns)
            chars = self.chars.get(root)
            cells.append(
                CellText(
                    row=r0,
                    column=c0,
                    text=cell_text(chars, self.xs[c1 + 1]) if chars else "",
                    rowspan=r1 - r0 + 1,
                    colspan=c1 - c0 + 1,
                    page=page,
                    box=(xs[c0], ys[r0], xs[c1 + 1], ys[r1 + 1]),
                )
            )
        cells.sort(key=lambda cell: (cell.row, cell.column))
        return Table(
            x0=self.xs[0],
            top=self.ys[0],
            x1=self.xs[-1],
            bottom=self.ys[-1],
            cells=tuple(cells),
            rows=self.rows,
            columns=self.columns,
        )


def _open_ends(verticals: Sequence[Line], horizontals: Sequence[Line]) -> list[Line]:
    """The border that is missing where a page break cuts a row: verticals run on beyond the last horizontal."""
    closing: list[Line] = []
    for end, sign in ((1, -1.0), (2, 1.0)):
        edge = max(line[0] * sign for line in horizontals)
        beyond = [line for line in verticals if line[end] * sign > edge + 2 * NEAR]
        if len(beyond) >= 2:
            place = max(line[end] * sign for line in beyond) * sign
            closing.append((place, min(line[0] for line in beyond), max(line[0] for line in beyond)))
    return closing


def _beside(lines: Sequence[Line], places: Sequence[float]) -> list[list[Line]]:
    """For each place across the lines that run there."""
    return [[line for line in lines if abs(line[0] - place) <= NEAR] for place in places]


def _runs(lines: Sequence[Line], middle: float) -> bool:
    """Whether one of the lines runs past a place along them."""
    return any(start - 1 <= middle <= end + 1 for _, start, end in lines)


def cell_text(chars: Sequence[Char], right: float) -> str:
    """The characters of a cell as text: lines from top to bottom, joined without a break.

    A long label or number is broken wherever the cell ends, at `right`, so that a break there means nothing. Where two
    lines of digits could have stood on one line they are two numbers (rows without a ruling between them).
    """
    if len(chars) == 1:
        return chars[0][0]
    lines = split_lines(chars)
    text = line_text(lines[0])
    for above, below in pairwise(lines):
        end = above[-1]
        two = end[0].isdigit() and below[0][0].isdigit() and right - end[3] > 2.5 * (end[3] - end[1]) + 2 * NEAR
        text += ("\n" if two else "") + line_text(below)
    return text


def split_lines(chars: Sequence[Char]) -> list[list[Char]]:
    """Characters by line, top to bottom, each from left to right."""
    if len(chars) < 2 or (chars[0][5] == chars[-1][5] and _in_line(chars)):
        return [list(chars)] if chars else []
    lines: list[list[Char]] = []
    base = 0.0
    for char in sorted(chars, key=_BY_LINE):
        if lines and char[5] - base < SAME_LINE * max(char[3] - char[1], 6.0):
            lines[-1].append(char)
        else:
            lines.append([char])
            base = char[5]
    for line in lines:
        line.sort(key=_FROM_LEFT)
    return lines


def _in_line(chars: Sequence[Char]) -> bool:
    """Whether all stand on one baseline, from left to right as they come."""
    base, x = chars[0][5], chars[0][1]
    for char in chars:
        if char[5] != base or char[1] < x:
            return False
        x = char[1]
    return True


_PAIR = re.compile(r"[\x00-\x7f]{2}")


def line_text(line: Sequence[Char], gap: float = 0.3) -> str:
    """A line's text; a blank where two Latin letters or digits stand apart by more than `gap` of their height."""
    text = "".join([char[0] for char in line])
    if _PAIR.search(text) is None:
        return text
    pieces: list[str] = []
    last: Char | None = None
    for char in line:
        if last is not None and last[0].isascii() and char[0].isascii():
            size = max(last[4] - last[2], char[4] - char[2], 4.0)
            if char[1] - last[3] > gap * size and (last[0].isalnum() or char[0].isalnum()):
                pieces.append(" ")
        pieces.append(char[0])
        last = char
    return "".join(pieces)
