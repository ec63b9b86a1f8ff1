"""Heads of a grid: which grid columns belong to which column of the form, by their labels."""

from __future__ import annotations

from itertools import pairwise

from pipeline.tables.cellvalue import unit_of_head
from pipeline.tables.forms import Kind
from pipeline.tables.grid import Grid
from pipeline.tables.labels import best, names
from pipeline.tables.reading import Head

MOST_DAMAGED = 20
"""Unknown labels of a head that are compared with the columns still missing."""

ABOVE = 3
"""A head has at most so many rows above the first that names an unmistakable column."""


def find_heads(grid: Grid, kind: Kind) -> tuple[dict[int, Head], set[int]]:
    """Heads by the row behind which they hold, and all rows that belong to a head."""
    sure = [_sure_columns(kind, grid, row) for row in range(grid.rows)]
    heads: dict[int, Head] = {}
    head_rows: set[int] = set()
    row = 0
    while row < grid.rows:
        if not sure[row]:
            row += 1
            continue
        last = row
        while kind.table == "3" and last + 1 < grid.rows and sure[last + 1]:
            last += 1
        first = row
        while kind.table == "3" and first > 0 and row - first < ABOVE and not _has_line(grid, kind, first - 1):
            first -= 1
        head = _head(grid, kind, range(first, last + 1))
        if head is not None:
            heads[last] = head
            head_rows.update(range(first, last + 1))
        row = last + 1
    return heads, head_rows


def _sure_columns(kind: Kind, grid: Grid, row: int) -> bool:
    """Whether the row names a column by a word that names no line."""
    for index in grid.by_row[row]:
        label = grid.keys[index]
        if label and label in kind.column_keys and not names(kind.line_keys, label):
            return True
    return False


def _has_line(grid: Grid, kind: Kind, row: int) -> bool:
    for index in grid.by_row[row]:
        label = grid.keys[index]
        if label and names(kind.line_keys, label) and label not in kind.column_keys:
            return True
    return False


def _head(grid: Grid, kind: Kind, rows: range) -> Head | None:
    found: dict[str, int] = {}
    end: dict[str, int] = {}
    twice: set[str] = set()
    rest: list[int] = []
    beside: list[tuple[int, int]] = []
    for row in rows:
        for index in grid.by_row[row]:
            label = grid.keys[index]
            if not label:
                continue
            ids = kind.column_keys.get(label)
            if not ids:
                if label in kind.beside:
                    beside.append(grid.span(index))
                elif label not in kind.header_keys:
                    rest.append(index)
                continue
            column = ids[0]
            if column in found and grid.cells[found[column]].row == row:
                if grid.span(index)[0] == end.get(column) and grid.keys[found[column]] == label:
                    end[column] = grid.span(index)[1]  # a merged head, repeated in each place it covered
                    continue
                twice.add(column)
            found[column] = index
            end[column] = grid.span(index)[1]
    if kind.table == "3":
        for index in rest[:MOST_DAMAGED]:  # a damaged head is known by its likeness to the columns still missing
            missing = {c: kind.column_labels[c] for c in kind.columns if c not in found}
            column_or_none = best(grid.keys[index], missing, least=0.6)
            if column_or_none:
                found[column_or_none] = index
                end[column_or_none] = grid.span(index)[1]
    columns = sorted((grid.span(index)[0], end[name], name) for name, index in found.items() if name not in twice)
    units = {column: unit_of_head(grid.texts[index]) for column, index in found.items()}
    overlapping = any(a[1] > b[0] for a, b in pairwise(columns))
    if kind.table == "3" and (overlapping or not _sound(grid, kind, rows, columns)):
        whole = not twice and _as_printed(grid, kind, found)
        places = [(place, place + 1, column) for place, column in enumerate(kind.columns)]
        return Head(places, grid.columns, units, {}, True, tuple(beside)) if whole else None
    if len(columns) < (4 if kind.table == "3" else 1) or overlapping:
        return None
    across = {}
    for column, index in found.items():
        box = grid.cells[index].box
        if box is not None:
            across[column] = (box[0], box[2])
    return Head(columns, grid.columns, units, across, beside=tuple(beside))


def _sound(grid: Grid, kind: Kind, rows: range, columns: list[tuple[int, int, str]]) -> bool:
    """Whether heads in another order than the form's stand as the head over several of them (法人或其他组织) says.

    A colspan or rowspan that lies pushes heads past one another.
    """
    order = [column for _, _, column in columns]
    if order == [column for column in kind.columns if column in order]:
        return True
    over = [i for row in rows for i in grid.by_row[row] if grid.keys[i] in kind.over]
    if len(over) != 1:
        return (
            len({grid.cells[i].row for row in rows for i in grid.by_row[row] if grid.keys[i] in kind.column_keys}) == 1
        )
    first, last = grid.span(over[0])
    inner, outer = kind.columns[1:-1], (kind.columns[0], kind.columns[-1])
    return all(first <= start and end <= last for start, end, column in columns if column in inner) and all(
        end <= first or start >= last for start, end, column in columns if column in outer
    )


def _as_printed(grid: Grid, kind: Kind, found: dict[str, int]) -> bool:
    """Whether the heads are all there and follow one another in the source as the form has them."""
    if set(found) != set(kind.columns):
        return False
    inner = [found[column] for column in kind.columns[1:-1]]
    return inner == sorted(inner) and found[kind.columns[0]] < min(found[kind.columns[-1]], inner[0])


def covered_head(grid: Grid, row: int, head: Head, own: list[int]) -> Head | None:
    """The head of an earlier page in the grid of this one, by the edges on the page. None where that is not known."""
    if not head.across or len(head.across) != len(head.columns):
        return None
    places: list[tuple[int, int, str]] = []
    for column, (left, right) in head.across.items():
        under = []
        for index in own:
            box = grid.cells[index].box
            if box is None:
                return None
            if left < (box[0] + box[2]) / 2 < right:
                under.append(index)
        if len(under) != 1:
            return None
        places.append((*grid.span(under[0]), column))
    return Head(sorted(places), grid.columns, head.units, head.across)
