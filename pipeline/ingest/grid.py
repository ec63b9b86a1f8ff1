"""Rows of cells with spans → a grid in which every cell has one place, as browsers lay it out.

Spans lie: a rowspan may reach beyond the table, a colspan may be 100 in a table of five columns, two cells may claim
the same place. A rowspan is cut at the end of its row group; a place claimed twice stays with the cell that came first;
rows and columns in which no cell begins (which nobody sees either) are taken out. Cells keep their origin: what a
merged cell covers is not repeated.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

from pipeline.ingest.build import CellText
from pipeline.ingest.limits import Limits, exceeded

SourceCell = tuple[str, int, int]
"""Text, rowspan (0: to the end of the group), colspan."""
_MAX_COLUMNS = 1000  # HTML's own bound of colspan


def expand(rows: Sequence[Sequence[SourceCell]], group_ends: Sequence[int], limits: Limits) -> list[CellText]:
    """Places the cells. `group_ends[r]` is the row behind the last one of the row group that row r belongs to."""
    placed: list[tuple[int, int, int, int, str]] = []
    busy: list[int] = []  # per column: the first row that is free again
    for r, row in enumerate(rows):
        c = 0
        for text, rowspan, colspan in row:
            width = len(busy)
            while c < width and busy[c] > r:
                c += 1
            end = group_ends[r]
            height = end - r if rowspan == 0 else min(rowspan, end - r)
            if colspan == 1:
                shown = 1
            else:
                colspan = min(max(colspan, 1), _MAX_COLUMNS)
                shown = _free_run(busy, c, colspan, r)
            if c + colspan > _MAX_COLUMNS * 4:
                raise exceeded("表格列数", _MAX_COLUMNS * 4, "表格标记有误，请用浏览器另存为 DOCX 后再试")
            if c + colspan > width:
                busy += [0] * (c + colspan - width)
            until = r + height
            for k in range(c, c + colspan):
                if busy[k] < until:
                    busy[k] = until
            placed.append((r, c, height, shown, text))
            c += colspan
    return compact(placed)


def _free_run(busy: list[int], column: int, colspan: int, row: int) -> int:
    """How many of the `colspan` columns from `column` are not yet taken in this row (at least 1)."""
    for k in range(column + 1, min(column + colspan, len(busy))):
        if busy[k] > row:
            return k - column
    return colspan


def compact(placed: Sequence[tuple[int, int, int, int, str]]) -> list[CellText]:
    """(row, column, rowspan, colspan, text) → cells without the rows and columns in which no cell begins."""
    rows = sorted({p[0] for p in placed})
    columns = sorted({p[1] for p in placed})
    plain = rows == list(range(len(rows))) and columns == list(range(len(columns)))
    height, width = len(rows), len(columns)
    out: list[CellText] = []
    for r, c, rowspan, colspan, text in placed:
        if rowspan != 1 or not plain:
            below = min(r + rowspan, height) if plain else bisect_left(rows, r + rowspan)
            r = r if plain else bisect_left(rows, r)
            rowspan = max(1, below - r)
        if colspan != 1 or not plain:
            right = min(c + colspan, width) if plain else bisect_left(columns, c + colspan)
            c = c if plain else bisect_left(columns, c)
            colspan = max(1, right - c)
        if rowspan == 1 and colspan == 1:
            out.append(CellText(row=r, column=c, text=text))
        else:
            out.append(CellText(row=r, column=c, text=text, rowspan=rowspan, colspan=colspan))
    return out
