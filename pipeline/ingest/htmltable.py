"""Tables of a page while they are being read: rows of cells, and in the end data or layout."""

from __future__ import annotations

import re

from pipeline.ingest.grid import expand
from pipeline.ingest.layout import cell_text, is_layout
from pipeline.ingest.limits import Limits
from pipeline.ingest.pieces import Grid, Piece, Where

_INTEGER = re.compile(r"\s*(\d{1,6})")


class OpenTable:
    """An open table: what to return to, and its rows of (pieces, rowspan, colspan)."""

    __slots__ = ("group_ends", "heading", "outer", "outer_table", "rows")

    def __init__(self, outer: list[Piece], outer_table: OpenTable | None, heading: int | None) -> None:
        self.outer = outer
        self.outer_table = outer_table
        self.heading = heading
        self.rows: list[list[tuple[list[Piece], int, int]]] = []
        self.group_ends: list[int] = []

    def end_group(self) -> None:
        """Closes the row group: rowspans do not reach beyond it."""
        self.group_ends += [len(self.rows)] * (len(self.rows) - len(self.group_ends))


def span(printed: str | None, default: int) -> int:
    """A rowspan or colspan as browsers read it: leading digits, otherwise the default."""
    found = _INTEGER.match(printed or "")
    return int(found[1]) if found else default


def finished(table: OpenTable, where: Where, side: bool, limits: Limits) -> list[Piece]:
    """A table as one Grid, or, where it only arranges the page, as the pieces of its cells."""
    filled = [cell for row in table.rows for cell, _, _ in row if cell]
    pieces = [piece for cell in filled for piece in cell]
    if is_layout(filled):
        return pieces
    rows = [[(cell_text(cell) if cell else "", down, across) for cell, down, across in row] for row in table.rows]
    cells = expand(rows, table.group_ends, limits)
    if not any(cell.column for cell in cells):
        return pieces
    return [Grid(cells, sum(p.linked for p in pieces), sum(len(c.text) for c in cells), where, side)]
