"""Heads of tables that a page break cuts from their bodies.

The parts of a long table stay tables of their own; who reads them knows how rows go on. But three rows of head cannot
be understood without the body under them, nor a body without its head, so that a short piece at the foot of a page is
put over the table at the top of the next one. Which columns are the same is told by the edges on the page.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import msgspec

from pipeline.ingest.build import CellText
from pipeline.ingest.pdfgrid import NEAR, Table

HEAD_ROWS = 3
"""The statutory tables have at most so many rows of head."""


def joined(upper: Table, lower: Table) -> Table | None:
    """The two as one table; None where they do not stand in one another's columns or the upper is more than a head."""
    if upper.rows > HEAD_ROWS or abs(upper.x0 - lower.x0) > NEAR or abs(upper.x1 - lower.x1) > NEAR:
        return None
    above, below = _edges(upper), _edges(lower)
    fine, coarse = (above, below) if len(above) >= len(below) else (below, above)
    if not all(any(abs(x - y) <= NEAR for y in fine) for x in coarse):
        return None
    first, second, cut = _mended(_moved(upper, fine, 0), _moved(lower, fine, upper.rows), upper.rows)
    return msgspec.structs.replace(
        upper,
        cells=(*first, *second),
        rows=upper.rows + lower.rows - cut,
        columns=len(fine) - 1,
        bottom=lower.bottom,
    )


_WORDS = re.compile(r"[\u4e00-\u9fff（）()、]+")


def _mended(upper: list[CellText], lower: list[CellText], at: int) -> tuple[list[CellText], list[CellText], int]:
    """Both parts with the words that the break left over put back to their cells, and by how many rows they are less.

    `at` is the first row of the lower part. Words that stand in it right under words of the upper part are the rest of
    these, if the line above was full: where nothing else stands in it, a row is cut; where heads of a lower level do,
    cells that reach down to it.
    """
    rest = [c for c in lower if c.row == at]
    words = [c for c in rest if c.text]
    over = {(c.column, c.colspan): c for c in upper if c.row + c.rowspan == at}
    ends = {(c.column, c.colspan): c.text for c in rest if (c.column, c.colspan) in over}
    if not any(ends.values()) or not all(_WORDS.fullmatch(c.text) for c in words):
        return upper, lower, 0
    if any(text and not _fills(over[place]) for place, text in ends.items()) or any(c.rowspan > 1 for c in rest):
        return upper, lower, 0
    below = [c for c in lower if c.row > at]
    if not below:
        return upper, lower, 0
    cut = len(ends) == len(rest)

    def whole(cell: CellText) -> CellText:
        place = (cell.column, cell.colspan)
        if over.get(place) is not cell or place not in ends:
            return cell
        return msgspec.structs.replace(cell, text=cell.text + ends[place], rowspan=cell.rowspan + (not cut))

    first = [whole(cell) for cell in upper]
    if cut:
        return first, [msgspec.structs.replace(c, row=c.row - 1) for c in below], 1
    return first, [c for c in lower if c.row > at or (c.column, c.colspan) not in ends], 0


LARGEST = 18.0
"""Points: type in tables is not larger."""


def _fills(cell: CellText) -> bool:
    """Whether the words of a cell can have been broken because its line was full, in the largest type that fits."""
    if not cell.text or cell.box is None:
        return bool(cell.text)
    x0, top, x1, bottom = cell.box
    return (len(cell.text) + 1) * min(bottom - top, LARGEST) >= x1 - x0


def _edges(table: Table) -> list[float]:
    """Left and right edges of the cells, those nearer than a double border as one."""
    edges: list[float] = []
    for x in sorted({x for cell in table.cells if cell.box for x in (cell.box[0], cell.box[2])}):
        if not edges or x - edges[-1] > NEAR:
            edges.append(x)
    return edges


def _moved(table: Table, edges: Sequence[float], down: int) -> list[CellText]:
    """The cells in the columns between these edges, `down` rows lower."""
    out = []
    for cell in table.cells:
        if cell.box is None:
            continue
        first, last = _nearest(edges, cell.box[0]), _nearest(edges, cell.box[2])
        out.append(msgspec.structs.replace(cell, row=cell.row + down, column=first, colspan=max(1, last - first)))
    return out


def _nearest(edges: Sequence[float], x: float) -> int:
    return min(range(len(edges)), key=lambda i: abs(edges[i] - x))
