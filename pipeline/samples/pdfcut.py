"""Rows and groups that a page break goes through: lines of a cell that fit stay, the rest go to the next page."""

from __future__ import annotations

from typing import NamedTuple

from pipeline.samples.grid import Box

Lines = dict[tuple[int, int], list[str]]


class Sheet(NamedTuple):
    """A table as it is drawn: rows of full width, the lines of each cell, the height of each row. Changed in place."""

    rows: list[list[Box | None]]
    lines: Lines
    heights: list[float]


def cut_row(sheet: Sheet, row: int, fit: int, leading: float, margin: float) -> bool:
    """Makes two rows of one, `fit` lines in the first; False where it has no more lines than that."""
    own = [c for c, box in enumerate(sheet.rows[row]) if box and box.rowspan == 1]
    most = max((len(sheet.lines[row, c]) for c in own), default=0)
    if not 1 <= fit < most:
        return False
    for r in range(row + 1):
        for c, box in enumerate(sheet.rows[r]):
            if box and box.rowspan > 1 and r + box.rowspan > row:
                sheet.rows[r][c] = box._replace(rowspan=box.rowspan + 1)
    lower: list[Box | None] = [None] * len(sheet.rows[row])
    for c in own:
        box = sheet.rows[row][c]
        lower[c] = box._replace(key=None) if box else None
    sheet.rows.insert(row + 1, lower)
    moved = {(r + (r > row), c): lines for (r, c), lines in sheet.lines.items()}
    for c in own:
        whole = moved[row, c]
        moved[row, c], moved[row + 1, c] = whole[:fit], whole[fit:]
    sheet.lines.clear()
    sheet.lines.update(moved)
    rest = max(sheet.heights[row] - fit * leading - margin, (most - fit) * leading + margin)
    sheet.heights[row : row + 1] = [fit * leading + margin, rest]
    return True


def cut_groups(sheet: Sheet, start: int, end: int, leading: float) -> dict[tuple[int, int], list[str]]:
    """What cells spread over the end of a page (rows [start, end)) show on it; the rest is left for the next page."""
    shown = {}
    for r in range(end):
        for c, box in enumerate(sheet.rows[r]):
            if box is None or box.rowspan == 1 or r + box.rowspan <= start:
                continue
            here = sheet.lines[r, c]
            if r + box.rowspan > end:
                room = sum(sheet.heights[max(r, start) : end]) - 4
                fit = max(0, int(room // leading))
                shown[r, c], sheet.lines[r, c] = here[:fit], here[fit:]
            else:
                shown[r, c], sheet.lines[r, c] = here, []
    return shown
