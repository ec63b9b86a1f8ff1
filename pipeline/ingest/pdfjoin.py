"""Heads of tables that a page break cuts from their bodies.

The parts of a long table stay tables of their own; who reads them knows how rows go on. But three rows of head cannot
be understood without the body under them, nor a body without its head, so that a short piece at the foot of a page is
put over the table at the top of the next one. Which columns are the same is told by the edges on the page.
"""

from __future__ import annotations

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
    cells = [*_moved(upper, fine, 0), *_moved(lower, fine, upper.rows)]
    return msgspec.structs.replace(
        upper, cells=tuple(cells), rows=upper.rows + lower.rows, columns=len(fine) - 1, bottom=lower.bottom
    )


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
