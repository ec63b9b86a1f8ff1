"""A raw table as a grid: spans expanded, so that every place knows the cell that covers it."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from pipeline.model import GridCell, RawTable
from pipeline.tables.labels import key

EMPTY = -1
CLASH = -2
"""Two cells claim one place: the spans of the source lie."""

PROSE = 25
"""From this length on the only cell of a row outside the form's rows is prose that a reader took into the table."""

LARGEST = 60_000
"""Places of a grid at most; statutory tables have some 300. A larger table is not read."""


class Grid:
    """`at[row][column]` is the index of the covering cell, EMPTY or CLASH; `by_row[row]` the cells that begin there."""

    __slots__ = ("at", "by_row", "cells", "columns", "document_text", "keys", "rows", "table", "texts")

    def __init__(self, table: RawTable, text: str) -> None:
        self.table = table
        self.cells: tuple[GridCell, ...] = table.cells
        self.document_text = text
        self.texts = [text[cell.start : cell.end].strip() for cell in table.cells]
        self.keys = [key(one) if one and not one.isdigit() else "" for one in self.texts]
        self.rows = rows = table.rows
        self.columns = columns = table.columns
        self.at = [[EMPTY] * columns for _ in range(rows)]
        self.by_row: list[list[int]] = [[] for _ in range(rows)]
        for index, cell in enumerate(table.cells):
            row, column = cell.row, cell.column
            if row >= rows or column >= columns:
                continue
            self.by_row[row].append(index)
            if cell.rowspan == 1 and cell.colspan == 1:
                line = self.at[row]
                line[column] = index if line[column] == EMPTY else CLASH
                continue
            for line in self.at[row : row + cell.rowspan]:
                for place in range(column, min(column + cell.colspan, columns)):
                    line[place] = index if line[place] == EMPTY else CLASH
        for starts in self.by_row:
            starts.sort(key=self._column)

    def _column(self, index: int) -> int:
        return self.cells[index].column

    def span(self, index: int) -> tuple[int, int]:
        """First column and column behind the last of a cell."""
        cell = self.cells[index]
        return cell.column, min(cell.column + cell.colspan, self.columns)

    def stretch(self, rows: Iterable[int]) -> tuple[int, int]:
        """The text that these rows take; all of the table unless prose stands in it above or below them."""
        numbers = sorted(rows)
        if not numbers or not self._prose((*range(numbers[0]), *range(numbers[-1] + 1, self.rows))):
            return self.table.start, self.table.end
        inside = [self.cells[i] for row in range(numbers[0], numbers[-1] + 1) for i in self.by_row[row]]
        return min(cell.start for cell in inside), max(cell.end for cell in inside)

    def _prose(self, rows: Iterable[int]) -> bool:
        return any(len(self.by_row[row]) == 1 and len(self.texts[self.by_row[row][0]]) >= PROSE for row in rows)


WIDEST = 300
"""Columns at most."""


def fits(table: RawTable) -> bool:
    """Whether a table is of a size that can be a form's; guards time and memory against endless tables."""
    return 0 < table.rows * table.columns <= LARGEST and table.columns <= WIDEST and len(table.cells) <= LARGEST


def turned(table: RawTable) -> RawTable:
    """The table on its other side: its rows as columns."""
    cells = sorted(
        (
            msgspec.structs.replace(cell, row=cell.column, column=cell.row, rowspan=cell.colspan, colspan=cell.rowspan)
            for cell in table.cells
        ),
        key=lambda cell: (cell.row, cell.column),
    )
    return msgspec.structs.replace(table, rows=table.columns, columns=table.rows, cells=tuple(cells))
