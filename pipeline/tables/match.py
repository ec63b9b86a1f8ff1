"""Grids whose lines run down and whose columns stand under heads: tables 2, 3 and the sheet of 2014.

The line comes from the label of the row, the column from the label in the head above it, through the places of the
grid. Where the grid contradicts itself (a row that does not stand under the head, a merged value), the row is
unreadable; only a row that has all its cells, the blank ones too, and is shifted as a whole is read in order.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

import regex

from pipeline.tables.forms import Kind
from pipeline.tables.grid import CLASH, EMPTY, Grid
from pipeline.tables.heads import covered_head, find_heads
from pipeline.tables.labels import best, has_number, key, names, value_like
from pipeline.tables.reading import Head, Loose, Reading, Slot, Tail, slot_of

MERGED = "数值格与表头的栏对不上"
CLASHING = "合并单元格互相重叠"
SEVERAL_LINES = "一个数值格跨了几行"

MOST_OPEN = 80
"""Rows without a known label that are compared with the labels still missing; more means that this is another table."""

UNIT_LABEL = 3
"""Labels up to this length that are no line are units (篇, 人次) or numbers between the label and its value."""


def read_rows(grid: Grid, kind: Kind, before: Reading | None) -> Reading | None:
    """Reads one raw table as `kind`; `before` is the reading it may continue (for a head on an earlier page).

    None when nothing in it belongs to this kind.
    """
    heads, head_rows = find_heads(grid, kind)
    labels = _line_labels(grid, kind, heads, head_rows, before.head if before else None)
    if all(grid.keys[index] in kind.column_keys for index, _ in labels.values()):
        labels = {}  # 总计 and 其他 alone are heads of other tables
    if not labels:
        if not heads:
            return None
        reading = Reading(kind)
        reading.head = heads[max(heads)]
        reading.columns = [column for _, _, column in reading.head.columns]
        _keep(reading, grid, head_rows)
        return reading
    reading = Reading(kind)
    head = before.head if before else None
    inherited = head is not None
    open_rows: list[tuple[int, int, Head | None, bool]] = []
    first, last = min(labels), max(labels)
    for row in range(grid.rows):
        if row in heads:
            head, inherited = heads[row], False
        if row in head_rows:
            continue
        if row in labels:
            index, line = labels[row]
            _row(reading, grid, row, index, line, head, inherited)
        elif _glued(reading, grid, row):
            continue
        elif first - 2 <= row <= last + 2 or grid.rows < 60:
            index = _label_cell(grid, row)
            if index != EMPTY:
                open_rows.append((row, index, head, inherited))
    _damaged(reading, grid, labels, open_rows)
    reading.head = head or reading.head
    if reading.head:
        reading.columns = [column for _, _, column in reading.head.columns]
    reading.mistrust_straight()
    _keep(reading, grid, {*labels, *head_rows})
    return reading


def _keep(reading: Reading, grid: Grid, rows: Iterable[int]) -> None:
    reading.spans.append(grid.stretch(rows))
    reading.grids.append(grid)


_GLUED = regex.compile(r"(?P<label>\D*\p{Han}[^\d]*?)[\s:：]*(?P<value>\d[\d.,，]*\s*(?:[万亿]?元|[件项个条次])?)\s*")


def _glued(reading: Reading, grid: Grid, row: int) -> bool:
    """Label and number in one cell (行政许可 24), for lines of one value whose row has no other cell with a number."""
    kind = reading.kind
    filled = [index for index in grid.by_row[row] if grid.texts[index]]
    if len(filled) != 1:
        return False
    cell = grid.cells[filled[0]]
    match = _GLUED.fullmatch(grid.document_text, cell.start, cell.end)
    if match is None:
        return False
    ids = names(kind.line_keys, key(match["label"]))
    if len(ids) != 1 or ids[0] in reading.lines:
        return False
    columns = {tuple(p[1] for p in form.places if p[0] == ids[0]) for form in kind.forms} - {()}
    single = [one for one in columns if len(one) == 1]
    if not single or (reading.head and not {c for _, _, c in reading.head.columns} & set(single[0])):
        return False
    reading.lines.append(ids[0])
    reading.slots[ids[0], single[0][0]] = Slot(*match.span("value"), page=cell.page, box=cell.box)
    return True


def _line_labels(
    grid: Grid, kind: Kind, heads: dict[int, Head], head_rows: set[int], head: Head | None
) -> dict[int, tuple[int, str]]:
    """row → (cell, line id) for the rows whose label is a line of the form, exactly or in a known variant.

    Only the rightmost label counts: with a damaged one, the heading of its group to its left must not take its place.
    """
    found: dict[int, tuple[int, str]] = {}
    seen: set[str] = set()
    previous = ""
    limit = _limit(head, grid) if head and head.width == grid.columns else grid.columns
    for row, cells in enumerate(grid.by_row):
        if row in heads:
            limit = _limit(heads[row], grid)
        if row in head_rows:
            continue
        for index in reversed(cells):
            label = grid.keys[index]
            if not label or grid.cells[index].column >= limit:
                continue
            ids = names(kind.line_keys, label)
            if not ids:
                if len(label) <= UNIT_LABEL or value_like(grid.texts[index]):
                    continue
                break
            line = ids[0] if len(ids) == 1 else _choose(grid, kind, row, index, ids, previous, seen)
            if line:
                found[row] = (index, line)
                seen.add(line)
                previous = line
            break
    return found


def _limit(head: Head, grid: Grid) -> int:
    """The column before which the labels stand."""
    return grid.columns if head.ordered else head.columns[0][0]


def _choose(grid: Grid, kind: Kind, row: int, index: int, ids: list[str], previous: str, seen: set[str]) -> str:
    """A bare word such as 其他 that names several lines: by the group it stands in, else by what stood above."""
    left = {grid.at[row][column] for column in range(grid.cells[index].column)}
    groups = {group for i in left if i >= 0 for group in names(kind.group_keys, grid.keys[i])}
    fitting = [line for line in ids if kind.line_group.get(line) in groups] or ids
    if len(fitting) > 1 and previous:
        rest = [line for line in fitting if line not in seen]
        same = [line for line in rest if kind.line_group.get(line) == kind.line_group.get(previous)]
        fitting = same or rest
        fitting = [line for line in fitting if kind.order[line] > kind.order[previous]] or fitting
    return fitting[0] if fitting else ""


def _label_cell(grid: Grid, row: int) -> int:
    """The label of a row that matched nothing: its rightmost cell with words before the values."""
    chosen = EMPTY
    for index in grid.by_row[row]:
        if grid.keys[index] and not value_like(grid.texts[index]):
            chosen = index
    return chosen


def _damaged(
    reading: Reading,
    grid: Grid,
    labels: dict[int, tuple[int, str]],
    open_rows: list[tuple[int, int, Head | None, bool]],
) -> None:
    """Rows with damaged labels: the likeliest line that is still missing, its place in the order as a tie-breaker."""
    kind = reading.kind
    tail: Tail | None = None
    if len(open_rows) > MOST_OPEN:
        return
    for row, index, head, inherited in open_rows:
        label = grid.keys[index]
        if names(kind.group_keys, label) or label in kind.header_keys:
            continue
        found = set(reading.lines)
        missing = {line: kind.labels[line] for line in kind.lines if line not in found}
        above = [kind.order[line] for r, (_, line) in labels.items() if r < row]
        below = [kind.order[line] for r, (_, line) in labels.items() if r > row]
        low, high = max(above, default=-1), min(below, default=len(kind.order))
        window = {line: words for line, words in missing.items() if low < kind.order[line] < high}
        line = best(label, window, least=0.6) or best(label, missing, least=0.8)
        if line is None:
            slots, _ = place_values(grid, row, index, head, inherited)
            tail = Tail(label, slots)
            if row < min(labels) and reading.first_tail is None:
                reading.first_tail = tail
            if row > max(labels):
                reading.tail = tail
            continue
        labels[row] = (index, line)
        _row(reading, grid, row, index, line, head, inherited)


def _row(reading: Reading, grid: Grid, row: int, label: int, line: str, head: Head | None, inherited: bool) -> None:
    kind = reading.kind
    if line in reading.lines:  # a second row of the same line: the first stands, the numbers of this one stay unread
        return
    reading.lines.append(line)
    wanted = kind.line_columns[line]
    slots, loose = place_values(grid, row, label, head, inherited)
    usable = {column: slot for column, slot in slots.items() if column in wanted}
    if not usable and len(wanted) >= 1:
        loose = loose or [i for i in grid.by_row[row] if grid.cells[i].column > grid.cells[label].column]
        single = _single(kind, line, grid, loose, slots)
        if single is not None:
            column, index = single
            reading.slots[line, column] = _slot(grid, index)
            return
        reading.loose.append(Loose(line, tuple((grid.cells[i].start, grid.cells[i].end) for i in loose)))
        return
    for column, slot in usable.items():
        reading.slots[line, column] = slot
    if loose:
        reading.loose.append(Loose(line, tuple((grid.cells[i].start, grid.cells[i].end) for i in loose)))


def _single(kind: Kind, line: str, grid: Grid, loose: list[int], slots: dict[str, Slot]) -> tuple[str, int] | None:
    """A line without head that has one value, where every form that has the line gives it one column only."""
    filled = [i for i in loose if not grid.keys[i] or has_number(grid.texts[i])]  # all but units
    columns = kind.line_columns[line]
    if slots or len(columns) != 1 or len(filled) != 1:
        return None
    return columns[0], filled[0]


def _slot(grid: Grid, index: int, flag: str = "", unit: str | None = None) -> Slot:
    return slot_of(grid.cells[index], flag, unit)


def place_values(
    grid: Grid, row: int, label: int, head: Head | None, inherited: bool
) -> tuple[dict[str, Slot], list[int]]:
    """The cells of a row by column id, and the cells whose column is unknown."""
    label_end = grid.span(label)[1]
    own = [i for i in grid.by_row[row] if grid.cells[i].column >= label_end]
    if head is None:
        return {}, own
    if head.beside and not (inherited and head.width != grid.columns):
        own = [i for i in own if head.counts(*grid.span(i))]
    if head.ordered:
        return _in_order(grid, own, head)
    if inherited and head.width != grid.columns:
        moved = covered_head(grid, row, head, own)
        if moved is None:
            return _in_order(grid, own, head)
        head = moved
    units = head.units
    columns = head.columns
    at = grid.at[row]
    slots: dict[str, Slot] = {}
    if label_end <= columns[0][0]:
        for start, end, column in columns:
            index = at[start]
            if index < 0:
                break
            cell = grid.cells[index]
            if cell.row != row or cell.column != start or cell.colspan != end - start or cell.rowspan != 1:
                break
            slots[column] = _slot(grid, index, unit=units[column])
        else:
            if len(own) == len(columns) or _outside_blank(grid, own, columns):
                return slots, []
    return _uneven(grid, row, label_end, own, head)


def _outside_blank(grid: Grid, own: list[int], columns: list[tuple[int, int, str]]) -> bool:
    """Whether no value stands beside the columns. A unit (条, 万元) beside the only column is no value."""
    for index in own:
        start, end = grid.span(index)
        if grid.texts[index] and not any(start < e and s < end for s, e, _ in columns):
            unit = len(columns) == 1 and grid.keys[index] and not has_number(grid.texts[index])
            if not unit:
                return False
    return True


def _uneven(grid: Grid, row: int, label_end: int, own: list[int], head: Head) -> tuple[dict[str, Slot], list[int]]:
    """A row that does not stand exactly under its heads."""
    columns = head.columns
    at = grid.at[row]
    if not own and all(at[start] in (EMPTY, CLASH) for start, _, _ in columns):
        place = grid.cells[grid.by_row[row][-1]].end
        return {column: Slot(place, place) for _, _, column in columns}, []
    clash = any(at[place] == CLASH for start, end, _ in columns for place in range(start, end))
    bare_place = any(at[place] == EMPTY for start, end, _ in columns for place in range(start, end))
    pushed = _pushed(grid, row, own, columns)
    if label_end > columns[0][0] or clash or bare_place or pushed or not _outside_blank(grid, own, columns):
        return _in_order(grid, own, head)
    return _by_overlap(grid, row, head), []


def _pushed(grid: Grid, row: int, own: list[int], columns: list[tuple[int, int, str]]) -> bool:
    """Whether a cell that reaches down from above (its rowspan lies) has pushed the values of a row to the right."""
    if len(own) != len(columns) or grid.span(own[-1])[0] < columns[-1][1]:
        return False
    return any(grid.cells[grid.at[row][start]].row != row for start, _, _ in columns if grid.at[row][start] >= 0)


def _in_order(grid: Grid, own: list[int], head: Head) -> tuple[dict[str, Slot], list[int]]:
    """All cells of the row are there, blank ones too, but moved: they keep their order. Else nothing is known."""
    whole = len(own) == len(head.columns) and all(grid.cells[i].rowspan == 1 for i in own)
    if whole:
        starts = [grid.span(i) for i in own]
        touching = all(a[1] == b[0] for a, b in pairwise(starts))
        widths = {end - start for start, end in starts}
        same = [end - start for start, end in starts] == [end - start for start, end, _ in head.columns]
        if touching and (same or widths == {1}):
            pairs = zip(own, head.columns, strict=True)
            return {c: _slot(grid, i, "shifted", head.units[c]) for i, (_, _, c) in pairs}, []
    return {}, own


def _by_overlap(grid: Grid, row: int, head: Head) -> dict[str, Slot]:
    """Cells by the heads they lie under. A cell under two heads takes the one that no other cell needs."""
    at = grid.at[row]
    under: dict[int, list[str]] = {}
    for start, end, column in head.columns:
        for place in range(start, end):
            names_ = under.setdefault(at[place], [])
            if column not in names_:
                names_.append(column)
    held: dict[str, list[int]] = {}
    wide = [index for index, ids in under.items() if len(ids) > 1]
    for index, ids in under.items():
        if len(ids) == 1:
            held.setdefault(ids[0], []).append(index)
    while wide:
        settled = [i for i in wide if len([c for c in under[i] if c not in held]) == 1]
        if not settled:
            break
        for index in settled:
            free = [c for c in under[index] if c not in held]
            if len(free) == 1:
                held[free[0]] = [index]
                wide.remove(index)
    slots: dict[str, Slot] = {}
    for column, indexes in held.items():
        slots[column] = _one_of(grid, row, indexes, head.units[column])
    for index in wide:
        free = [c for c in under[index] if c not in slots]
        for position, column in enumerate(free):
            flag = MERGED if grid.texts[index] and position == 0 else "covered"
            if not grid.texts[index] and position == 0:
                flag = ""
            slots[column] = _slot(grid, index, flag, head.units[column])
    return slots


def _one_of(grid: Grid, row: int, indexes: list[int], unit: str | None) -> Slot:
    """The content under one head: of several cells at most one may hold something."""
    filled = [i for i in indexes if grid.texts[i]]
    if len({grid.texts[i] for i in filled}) > 1:
        return _slot(grid, filled[0], MERGED, unit)
    index = filled[0] if filled else indexes[0]
    cell = grid.cells[index]
    if cell.row != row:
        return _slot(grid, index, "covered", unit)
    if cell.rowspan > 1 and filled and _more_lines(grid, index):
        return _slot(grid, index, SEVERAL_LINES, unit)
    return _slot(grid, index, "", unit)


def _more_lines(grid: Grid, index: int) -> bool:
    """Whether a merged value cell runs over rows that have labels of their own."""
    cell = grid.cells[index]
    rows = range(cell.row + 1, min(cell.row + cell.rowspan, grid.rows))
    return any(grid.keys[i] for row in rows for i in grid.by_row[row])
