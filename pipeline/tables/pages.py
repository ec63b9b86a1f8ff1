"""From the raw tables of a document to one reading of each statutory table: parts joined, copies told apart."""

from __future__ import annotations

from dataclasses import dataclass, field

from pipeline.model import Document, RawTable
from pipeline.tables.forms import Kind
from pipeline.tables.grid import Grid, fits, turned
from pipeline.tables.labels import bare, names
from pipeline.tables.match import read_rows
from pipeline.tables.matrix import read_matrix
from pipeline.tables.reading import Reading, Slot
from pipeline.text import fold

FEWEST = {"2": 2, "3": 3, "4": 1, "s14": 4}
"""So many lines make a table of the kind; parts of one that is open may have fewer."""

MOST_LABEL_ROWS = 3
"""Labels of lines that stand side by side take at most so many rows (group and line)."""

MOST_FOLDED = 4000
"""Characters of a table without marks that are folded for a second look."""


@dataclass(slots=True)
class Candidates:
    """All readings of one kind in a document, in reading order, parts joined."""

    kind: Kind
    readings: list[Reading] = field(default_factory=list)


def read_grids(document: Document, kinds: dict[str, Kind]) -> dict[str, Candidates]:
    """Reads every raw table that can be statutory."""
    found = {name: Candidates(kind) for name, kind in kinds.items()}
    marks = [mark for kind in kinds.values() for mark in kind.marks]
    for block in document.blocks:
        if not isinstance(block, RawTable) or not fits(block):
            continue
        squeezed = "".join(document.text[block.start : block.end].split())
        if not any(mark in squeezed for mark in marks):
            squeezed = fold(squeezed[:MOST_FOLDED]).text  # traditional characters, full width
        grid: Grid | None = None
        for name, kind in kinds.items():
            open_one = found[name].readings[-1] if found[name].readings else None
            if open_one is None and not any(mark in squeezed for mark in kind.marks):
                continue
            grid = grid or Grid(block, document.text)
            reading = _read(grid, kind, open_one)
            if reading is not None:
                _take(found[name], reading, open_one)
    return found


def _read(grid: Grid, kind: Kind, open_one: Reading | None) -> Reading | None:
    if kind.table == "4":
        return read_matrix(grid, kind, open_one)
    reading = read_rows(grid, kind, open_one)
    if (reading is None or not reading.slots) and _lies_across(grid, kind):
        turned_reading = read_rows(Grid(turned(grid.table), grid.document_text), kind, None)
        if turned_reading is not None and turned_reading.slots:
            return turned_reading
    return reading


def _lies_across(grid: Grid, kind: Kind) -> bool:
    """Whether lines of the form stand side by side and its columns below one another."""
    rows = [
        cell.row
        for cell, label in zip(grid.cells, grid.keys, strict=True)
        if len(label) > 2 and label not in kind.column_keys and names(kind.line_keys, label)
    ]
    if not rows or max(rows) - min(rows) > MOST_LABEL_ROWS:
        return False
    heads = [c for c, label in zip(grid.cells, grid.keys, strict=True) if label in kind.column_keys and c.row > rows[0]]
    return bool(heads) and len({cell.column for cell in heads}) == 1


def _take(candidates: Candidates, reading: Reading, open_one: Reading | None) -> None:
    if open_one is not None and _continues(open_one, reading):
        _join(open_one, reading)
    elif len(reading.lines) >= FEWEST[candidates.kind.table] or reading.head or not reading.lines:
        # A head alone, or with a line or two, waits for the rest on the next page.
        candidates.readings.append(reading)


def _continues(one: Reading, other: Reading) -> bool:
    """A part goes on where the other stopped when no line stands in both and its lines come later in the form.

    The last line of the one may be the first of the other, if its row is cut in two: the values stand in one of them.
    """
    if not one.lines:
        return True
    if not other.lines:
        return False
    order = one.kind.order
    both = set(one.lines) & set(other.lines)
    if both:
        return both == {max(one.lines, key=order.__getitem__)} == {min(other.lines, key=order.__getitem__)} and (
            len([part for part in (one, other) if _filled(part, next(iter(both)))]) < 2
        )
    if one.kind.table in ("2", "4"):
        return True
    return max(order[line] for line in one.lines) < min(order[line] for line in other.lines)


def _filled(reading: Reading, line: str) -> bool:
    """Whether anything is printed in a line."""
    return any(slot.end > slot.start for slot in _row_of(reading, line).values())


def _join(one: Reading, other: Reading) -> None:
    _mend_cut_row(one, other)
    for line in set(one.lines) & set(other.lines):
        if _filled(other, line):
            one.slots = {place: slot for place, slot in one.slots.items() if place[0] != line}
    one.slots.update({place: slot for place, slot in other.slots.items() if place not in one.slots})
    one.lines += [line for line in other.lines if line not in one.lines]
    one.spans += other.spans
    one.grids += other.grids
    one.loose += other.loose
    one.head = other.head or one.head
    one.columns = other.columns or one.columns
    one.tail = other.tail


def _mend_cut_row(one: Reading, other: Reading) -> None:
    """A row cut by a page break: its label begins on one page and ends on the next. The value stands on one of them.

    Either half of the label may be a variant by itself (1.属于 | 国家秘密): then that half has got the blank cells.
    """
    begin, end = one.tail, other.first_tail
    kind = one.kind
    if begin is not None and end is not None:
        ids = [line for line in names(kind.line_keys, begin.label + end.label) if line not in one.lines]
        if len(ids) == 1:
            one.lines.append(ids[0])
            _take_filled(one, ids[0], begin.row, end.row)
    elif begin is not None and other.lines:
        line = other.lines[0]
        if any(word.startswith(bare(begin.label)) for word in kind.labels[line]):
            _take_filled(other, line, begin.row, _row_of(other, line))
    elif end is not None and one.lines:
        line = one.lines[-1]
        if any(word.endswith(end.label) for word in kind.labels[line]):
            _take_filled(one, line, _row_of(one, line), end.row)


def _row_of(reading: Reading, line: str) -> dict[str, Slot]:
    return {column: slot for (name, column), slot in reading.slots.items() if name == line}


def _take_filled(reading: Reading, line: str, *rows: dict[str, Slot]) -> None:
    for column in reading.kind.line_columns[line]:
        parts = [row[column] for row in rows if column in row]
        filled = [slot for slot in parts if slot.end > slot.start]
        if len(filled) == 1:
            reading.slots[line, column] = filled[0]
        elif parts:
            reading.slots[line, column] = parts[0]._replace(flag="分页处有两个数" if filled else "")
