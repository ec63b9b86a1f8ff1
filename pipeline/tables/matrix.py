"""Table 4: both the group (行政复议 …) and the result (结果维持 …) of a value are told by labels around it.

Printed with three rows of head over one row of fifteen values, but also turned on its side or as three small tables:
so a value takes the labels above it and to its left, and is read only if these name exactly one group and one result.
"""

from __future__ import annotations

from pipeline.tables.forms import Kind
from pipeline.tables.grid import EMPTY, Grid
from pipeline.tables.labels import best, value_like
from pipeline.tables.reading import Loose, Reading, Slot, slot_of

MOST_DAMAGED = 120
"""Unknown labels that are compared with those of the results."""

HEAD_ROWS = 4
"""Rows above and below a sure result label that can belong to the head or body of the table."""

MISPLACED = "表头的合并与数值格对不上"

BEFORE = 80
"""Characters before a small table in which its group may be named."""


def read_matrix(grid: Grid, kind: Kind, before: Reading | None) -> Reading | None:
    """Reads one raw table as table 4. None when it names fewer than two results."""
    lines, columns = _labels(grid, kind)
    if len(set(columns.values())) < 2:
        return None if not (before and not before.slots) else _values_only(grid, kind, before)
    reading = Reading(kind)
    context = _context(grid, kind, set(lines.values()))
    doubtful: set[tuple[str, str]] = set()
    value_rows = _value_rows(grid, lines, columns)
    for row in value_rows:
        for index in grid.by_row[row]:
            if index in lines or index in columns or grid.keys[index] in kind.words:
                continue
            groups, results = _around(grid, row, index, lines, columns, set(value_rows))
            if not groups and context:
                groups = {context}
            if len(groups) != 1 or len(results) != 1:
                continue
            place = (groups.pop(), results.pop())
            if place in reading.slots:
                doubtful.add(place)
                continue
            cell = grid.cells[index]
            reading.slots[place] = slot_of(cell)
    whole = len(reading.slots) == len(kind.specs)
    moved = whole and not _as_labelled(grid, reading, columns)
    if doubtful or moved or not whole:
        ordered = _ordered(grid, kind, value_rows, lines, columns)
        doubtful |= set(reading.slots) if moved and not ordered else set()
        if ordered:
            reading.slots, doubtful = ordered, set()
        elif not whole and (values := _short(grid, kind, value_rows, lines, columns)):
            reading.slots, doubtful = {}, set()
            reading.loose.append(values)
    for place in doubtful:
        reading.slots[place] = reading.slots[place]._replace(flag=MISPLACED if moved else "同一格出现了两个数")
    reading.lines = [line for line in kind.lines if any(place[0] == line for place in reading.slots)]
    if not reading.lines and not lines:
        return None
    if reading.loose:
        reading.lines = list(kind.lines)
    reading.columns = list(kind.columns)
    rows = {grid.cells[i].row for i in (*lines, *columns)}
    reading.spans.append(grid.stretch([*rows, *value_rows]))
    reading.grids.append(grid)
    return reading


def _as_labelled(grid: Grid, reading: Reading, columns: dict[int, str]) -> bool:
    """Whether fifteen values in one row follow one another as their labels do in the source.

    A label with a span that lies stands over its neighbour's value, and all behind it are moved by one.
    """
    starts = {slot.start: place for place, slot in reading.slots.items()}
    rows = {cell.row for cell in grid.cells if cell.start in starts and cell.end > cell.start}
    if len(rows) != 1:
        return True
    along = [starts[grid.cells[i].start][1] for i in grid.by_row[rows.pop()] if grid.cells[i].start in starts]
    printed = [columns[i] for i in sorted(columns, key=lambda i: (grid.cells[i].row, grid.cells[i].column))]
    return len(along) < len(printed) or along == printed


def _labels(grid: Grid, kind: Kind) -> tuple[dict[int, str], dict[int, str]]:
    lines: dict[int, str] = {}
    columns: dict[int, str] = {}
    # Short words (总计, 其他) stand in other tables too, which may share the grid: only the rows around an
    # unmistakable result count.
    sure = [grid.cells[i].row for i, label in enumerate(grid.keys) if len(label) >= 4 and label in kind.column_keys]
    if not sure:
        return {}, {}
    rows = range(min(sure) - HEAD_ROWS, max(sure) + HEAD_ROWS)
    for index, label in enumerate(grid.keys):
        if not label or grid.cells[index].row not in rows:
            continue
        if label in kind.line_keys:
            lines[index] = kind.line_keys[label][0]
        elif label in kind.column_keys:
            columns[index] = kind.column_keys[label][0]
    if len(columns) >= 2:  # damaged heads, only where the table is known to be this one
        head = [i for row in range(min(sure), max(sure) + 1) for i in grid.by_row[row]]
        unknown = [i for i in head if grid.keys[i] and i not in lines and i not in columns]
        for index in unknown[:MOST_DAMAGED]:
            name = None if grid.keys[index] in kind.header_keys else best(grid.keys[index], kind.column_labels, 0.7)
            if name:
                columns[index] = name
    return lines, columns


def _context(grid: Grid, kind: Kind, named: set[str]) -> str | None:
    """The group of a small table that names it only in the text before, or once over all its columns."""
    if len(named) == 1:
        return next(iter(named))
    if named:
        return None
    before = "".join(grid.document_text[max(0, grid.table.start - BEFORE) : grid.table.start].split())
    spots = sorted(
        (before.rfind(label), line) for line, words in kind.labels.items() for label in words if label in before
    )
    return spots[-1][1] if spots and len(before) - spots[-1][0] < 25 else None


def _value_rows(grid: Grid, lines: dict[int, str], columns: dict[int, str]) -> list[int]:
    """Rows that hold values: below the first label, at least one cell that is no label and may be a value."""
    found = []
    first = min((grid.cells[i].row for i in columns), default=grid.rows)
    on_its_side = len({grid.cells[i].column for i in columns}) == 1 and len(columns) > 1
    for row, cells in enumerate(grid.by_row):
        if row < first or not cells:
            continue
        labels = [i for i in cells if i in columns]
        own = [i for i in cells if i not in lines and i not in columns]
        numbers = [i for i in own if grid.texts[i] and value_like(grid.texts[i])]
        if numbers or (own and (on_its_side if labels else row > first)):
            found.append(row)
    return found


def _around(
    grid: Grid, row: int, index: int, lines: dict[int, str], columns: dict[int, str], value_rows: set[int]
) -> tuple[set[str], set[str]]:
    groups: set[str] = set()
    results: set[str] = set()
    start, end = grid.span(index)
    near: set[int] = set()
    for place in range(start, end):
        passed = False
        for above in range(row - 1, -1, -1):
            label = above not in value_rows
            if passed and not label:
                break
            passed = passed or label
            near.add(grid.at[above][place])
    near |= {grid.at[row][place] for place in range(start)}
    for one in near:
        if one in lines:
            groups.add(lines[one])
        elif one in columns:
            results.add(columns[one])
    return groups, results


def _short(
    grid: Grid, kind: Kind, value_rows: list[int], lines: dict[int, str], columns: dict[int, str]
) -> Loose | None:
    """The values of the one row under all fifteen labels when it has fewer cells than these: which is missing?"""
    rows = [row for row in value_rows if not any(i in columns for i in grid.by_row[row])]
    if len(columns) != len(kind.specs) or len(rows) != 1:
        return None
    under = {place for index in columns for place in range(*grid.span(index))}
    if not any(grid.at[rows[0]][place] == EMPTY for place in under):
        return None
    values = [grid.cells[i] for i in grid.by_row[rows[0]] if i not in lines and grid.texts[i]]
    return Loose(kind.lines[0], tuple((cell.start, cell.end) for cell in values))


def _ordered(
    grid: Grid, kind: Kind, value_rows: list[int], lines: dict[int, str], columns: dict[int, str]
) -> dict[tuple[str, str], Slot] | None:
    """Lost spans: one row with all fifteen cells, blank ones too, under labels that stand in the form's order."""
    results = [columns[i] for i in sorted(columns, key=lambda i: (grid.cells[i].row, grid.cells[i].column))]
    groups = [lines[i] for i in sorted(lines, key=lambda i: (grid.cells[i].row, grid.cells[i].column))]
    if results != kind.columns * len(kind.lines) or groups != kind.lines:
        return None
    full = [r for r in value_rows if len(grid.by_row[r]) == len(kind.specs)]
    full = [r for r in full if not any(grid.keys[i] for i in grid.by_row[r])]
    filled = [r for r in full if any(grid.texts[i] for i in grid.by_row[r])] or full[:1]
    if len(filled) != 1:
        return None
    places = [(line, column) for line in kind.lines for column in kind.columns]
    slots = {}
    for place, index in zip(places, grid.by_row[filled[0]], strict=True):
        cell = grid.cells[index]
        slots[place] = slot_of(cell, "shifted")
    return slots


def _values_only(grid: Grid, kind: Kind, before: Reading) -> Reading | None:
    """The row of values alone at the top of a page, the head having stayed on the page before."""
    rows = [r for r in range(grid.rows) if grid.by_row[r]]
    if len(rows) != 1 or len(grid.by_row[rows[0]]) != len(kind.specs):
        return None
    if not all(value_like(grid.texts[i]) for i in grid.by_row[rows[0]]):
        return None
    reading = Reading(kind)
    places = [(line, column) for line in kind.lines for column in kind.columns]
    for place, index in zip(places, grid.by_row[rows[0]], strict=True):
        cell = grid.cells[index]
        reading.slots[place] = slot_of(cell, "shifted")
    reading.lines = list(kind.lines)
    reading.columns = list(kind.columns)
    reading.spans.append((grid.table.start, grid.table.end))
    reading.grids.append(grid)
    return reading
