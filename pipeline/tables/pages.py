"""From the raw tables of a document to one reading of each statutory table: parts joined, copies told apart."""

from __future__ import annotations

from dataclasses import dataclass, field

from pipeline.model import Document, RawTable
from pipeline.tables.forms import Kind
from pipeline.tables.grid import Grid, fits
from pipeline.tables.labels import names
from pipeline.tables.match import read_rows
from pipeline.tables.matrix import read_matrix
from pipeline.tables.reading import Reading, Slot

FEWEST = {"2": 2, "3": 3, "4": 1, "s14": 4}
"""So many lines make a table of the kind; parts of one that is open may have fewer."""


@dataclass(slots=True)
class Candidates:
    """All readings of one kind in a document, in reading order, parts joined."""

    kind: Kind
    readings: list[Reading] = field(default_factory=list)


def read_grids(document: Document, kinds: dict[str, Kind]) -> dict[str, Candidates]:
    """Reads every raw table that can be statutory."""
    found = {name: Candidates(kind) for name, kind in kinds.items()}
    for block in document.blocks:
        if not isinstance(block, RawTable) or not fits(block):
            continue
        squeezed = "".join(document.text[block.start : block.end].split())
        if not squeezed:
            continue
        grid: Grid | None = None
        for name, kind in kinds.items():
            open_one = found[name].readings[-1] if found[name].readings else None
            marked = sum(1 for mark in kind.marks if mark in squeezed)
            if not marked and open_one is None:
                continue
            grid = grid or Grid(block, document.text)
            reading = _read(grid, kind, open_one)
            if reading is not None:
                _take(found[name], reading, open_one)
    return found


def _read(grid: Grid, kind: Kind, open_one: Reading | None) -> Reading | None:
    if kind.table == "4":
        return read_matrix(grid, kind, open_one)
    return read_rows(grid, kind, open_one)


def _take(candidates: Candidates, reading: Reading, open_one: Reading | None) -> None:
    if open_one is not None and _continues(open_one, reading):
        _join(open_one, reading)
    elif len(reading.lines) >= FEWEST[candidates.kind.table] or reading.head or not reading.lines:
        # A head alone, or with a line or two, waits for the rest on the next page.
        candidates.readings.append(reading)


def _continues(one: Reading, other: Reading) -> bool:
    """A part goes on where the other stopped when no line stands in both and its lines come later in the form."""
    if not one.lines:
        return True
    if not other.lines:
        return False
    if set(one.lines) & set(other.lines):
        return False
    order = one.kind.order
    if one.kind.table in ("2", "4"):
        return True
    return max(order[line] for line in one.lines) < min(order[line] for line in other.lines)


def _join(one: Reading, other: Reading) -> None:
    _mend_cut_row(one, other)
    one.slots.update({place: slot for place, slot in other.slots.items() if place not in one.slots})
    one.lines += [line for line in other.lines if line not in one.lines]
    one.spans += other.spans
    one.grids += other.grids
    one.loose += other.loose
    one.head = other.head or one.head
    one.columns = other.columns or one.columns
    one.tail = other.tail


def _mend_cut_row(one: Reading, other: Reading) -> None:
    """A row cut by a page break: its label begins on one page and ends on the next. The value stands on one of them."""
    begin, end = one.tail, other.first_tail
    if begin is None or end is None:
        return
    ids = [line for line in names(one.kind.line_keys, begin.label + end.label) if line not in one.lines]
    if len(ids) != 1:
        return
    line = ids[0]
    one.lines.append(line)
    for column in one.kind.line_columns[line]:
        parts = [row[column] for row in (begin.row, end.row) if column in row]
        filled = [slot for slot in parts if slot.end > slot.start]
        if len(filled) == 1:
            one.slots[line, column] = filled[0]
        elif parts:
            slot: Slot = parts[0]
            one.slots[line, column] = slot._replace(flag="分页处有两个数" if filled else "")
