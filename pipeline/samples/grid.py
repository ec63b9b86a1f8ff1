"""The tables laid out as grids: what every renderer (HTML, DOCX, PDF, XLSX, text) prints.

A grid is a list of rows; a row holds only the cells that begin in it, as in HTML. `key` tells which figure of the truth
a cell prints, None for labels.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import NamedTuple

from pipeline.samples import forms
from pipeline.samples.forms import Key


class Box(NamedTuple):
    """One cell: its label, or the key of the value that it prints."""

    text: str
    key: Key | None = None
    colspan: int = 1
    rowspan: int = 1
    head: bool = False


Row = tuple[Box, ...]
Grid = tuple[Row, ...]
Print = Callable[[Key], str]


@cache
def table2(form: str) -> Grid:
    """Table 2: four columns; blocks of article 20 (1), (5), (6), (8) and, in the form of 2019, (9)."""
    rows: list[Row] = []
    for block in forms.TABLE2[form]:
        rows.append((Box(block.item, colspan=4, head=True),))
        spans = {1: (3,), 2: (1, 2), 3: (1, 1, 1)}[len(block.heads)]
        heads = (Box(t, colspan=s, head=True) for t, s in zip(block.heads, spans, strict=True))
        rows.append((Box("信息内容", head=True), *heads))
        for label, codes in block.lines:
            values = (Box("", (code, None), colspan=s) for code, s in zip(codes, spans, strict=True))
            rows.append((Box(label), *values))
    return tuple(rows)


@cache
def table3(form: str) -> Grid:
    """Table 3: three columns of labels and seven of values."""
    corporate = forms.COLUMNS[1:6]
    rows: list[Row] = [
        (Box(forms.RELATION_LABEL, colspan=3, rowspan=3, head=True), Box("申请人情况", colspan=7, head=True)),
        (
            Box("自然人", rowspan=2, head=True),
            Box("法人或其他组织", colspan=5, head=True),
            Box("总计", rowspan=2, head=True),
        ),
        tuple(Box(forms.COLUMN_LABELS[c], head=True) for c in corporate),
    ]

    def values(code: str) -> Row:
        return tuple(Box("", (code, c)) for c in forms.COLUMNS)

    for line in (forms.RECEIVED, forms.CARRIED_IN):
        rows.append((Box(line.label, colspan=3), *values(line.code)))
    results = (*forms.RESULTS[form], forms.HANDLED)
    group = ""
    for index, line in enumerate(results):
        row: list[Box] = []
        if index == 0:
            row.append(Box(forms.RESULTS_LABEL, rowspan=len(results)))
        if not line.group:
            row.append(Box(line.label, colspan=2))
        else:
            if line.group != group:
                row.append(Box(line.group, rowspan=sum(other.group == line.group for other in results)))
            row.append(Box(line.label))
        group = line.group
        rows.append((*row, *values(line.code)))
    rows.append((Box(forms.CARRIED_OUT.label, colspan=3), *values(forms.CARRIED_OUT.code)))
    return tuple(rows)


@cache
def table4() -> Grid:
    """Table 4: fifteen columns; one line of values."""
    outcomes = tuple(Box(text, head=True) for text in forms.OUTCOME_LABELS)
    tall = tuple(Box(text, rowspan=2, head=True) for text in forms.OUTCOME_LABELS)
    return (
        (Box("行政复议", colspan=5, head=True), Box("行政诉讼", colspan=10, head=True)),
        (*tall, Box("未经复议直接起诉", colspan=5, head=True), Box("复议后起诉", colspan=5, head=True)),
        outcomes + outcomes,
        tuple(Box("", (code, None)) for code in forms.codes4()),
    )


@cache
def sheet() -> Grid:
    """The statistics sheet of 2014–2018: indicator, unit, number."""
    head = tuple(Box(text, head=True) for text in ("统计指标", "单位", "统计数"))
    lines = [
        (Box(label), Box(unit or "——"), Box("", (code, None)) if code else Box("——"))
        for code, label, unit in forms.SHEET
    ]
    return (head, *lines)


def width(grid: Grid) -> int:
    """The number of columns of a grid."""
    return sum(box.colspan for box in grid[0])


def expand(grid: Grid) -> list[list[Box | None]]:
    """Rows of full width in which a cell stands at its upper left corner and None where it spreads to."""
    columns = width(grid)
    out: list[list[Box | None]] = [[None] * columns for _ in grid]
    taken = [[False] * columns for _ in grid]
    for r, row in enumerate(grid):
        c = 0
        for box in row:
            while taken[r][c]:
                c += 1
            out[r][c] = box
            for rr in range(r, min(r + box.rowspan, len(grid))):
                for cc in range(c, c + box.colspan):
                    taken[rr][cc] = True
            c += box.colspan
    return out
