"""Rows and columns of a sheet that are hidden: what stands in them is not displayed, and not read.

Rows that a filter hides for the moment are part of the table and stay. A merged cell is displayed as long as any of
what it covers is; its content then moves to the first row and column that show.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from pipeline.ingest.limits import Limits, check_cells
from pipeline.ingest.ooxml import Element

_S = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_REF = re.compile(r"\$?[A-Za-z]{1,3}\$?([0-9]{1,7})(?::\$?[A-Za-z]{1,3}\$?([0-9]{1,7}))?")
_LAST_COLUMN = 16384
_TRUE = ("1", "true")

Merge = tuple[int, int, int, int]
"""First row, first column, last row, last column."""
Texts = dict[int, dict[int, str]]
"""Row → column → what is displayed."""


class Hidden(NamedTuple):
    """Rows and columns, from 0."""

    rows: set[int]
    columns: set[int]


def hidden_columns(root: Element, limits: Limits) -> set[int]:
    """The columns that are hidden, or have no width."""
    found: set[int] = set()
    work = 0
    for column in root.iterfind(f"{_S}cols/{_S}col"):
        if column.get("hidden") not in _TRUE and column.get("width") != "0":
            continue
        low, high = column.get("min") or "", column.get("max") or ""
        if low.isdecimal() and high.isdecimal() and len(low) < 9 and len(high) < 9:
            reach = range(int(low) - 1, min(int(high), _LAST_COLUMN))
            work += len(reach)
            check_cells(work, limits)
            found.update(reach)
    return found


def is_hidden(row: Element) -> bool:
    """Whether a row says that it is hidden, or has no height."""
    return row.get("hidden") in _TRUE or row.get("ht") == "0"


def filtered(root: Element) -> tuple[int, int]:
    """The first and last row of the range in which a filter is set; (0, -1) without one."""
    auto = root.find(_S + "autoFilter")
    if auto is None or auto.find(_S + "filterColumn") is None:
        return 0, -1
    match = _REF.fullmatch(auto.get("ref") or "")
    return (int(match[1]) - 1, int(match[2] or match[1]) - 1) if match else (0, -1)


def leave_out(texts: Texts, merges: dict[int, list[Merge]], hidden: Hidden, limits: Limits) -> int:
    """Takes hidden cells out of `texts` and `merges`; gives how many of them held something."""
    if not hidden.rows and not hidden.columns:
        return 0
    moved: list[Merge] = []
    work = 0
    for ranges in merges.values():
        for top, left, bottom, right in ranges:
            row = next((r for r in range(top, bottom + 1) if r not in hidden.rows), None)
            column = next((c for c in range(left, right + 1) if c not in hidden.columns), None)
            work += (bottom if row is None else row) - top + (right if column is None else column) - left
            check_cells(work, limits)
            if row is None or column is None:
                continue
            moved.append((row, column, bottom, right))
            text = texts.get(top, {}).pop(left, "") if (row, column) != (top, left) else ""
            if text:
                texts.setdefault(row, {})[column] = text
    merges.clear()
    for merge in moved:
        merges.setdefault(merge[0], []).append(merge)
    lost = 0
    for row in [r for r in texts if r in hidden.rows]:
        lost += len(texts.pop(row))
    for cells in texts.values():
        for column in [c for c in cells if c in hidden.columns]:
            del cells[column]
            lost += 1
    for row in [r for r, cells in texts.items() if not cells]:
        del texts[row]
    return lost
