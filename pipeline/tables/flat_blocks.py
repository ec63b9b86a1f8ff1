"""Table 2 as text: blocks, each with a head of its own (信息内容 | 本年制发件数 …) over one or two lines."""

from __future__ import annotations

from typing import NamedTuple

from pipeline.tables.cellvalue import unit_of_head
from pipeline.tables.dump import Span, Style, row_ends, slots_after
from pipeline.tables.forms import Kind
from pipeline.tables.reading import Loose, Reading, Slot

UNIT_ROOM = 12
"""Characters behind the label of a column in which its unit may stand."""

Event = tuple[int, int, str, str]
"""(start, end) in the squeezed text, "line" or "column", id."""


def events(kind: Kind, letters: str) -> list[Event]:
    """Labels of lines and columns in the order of the text, the longest where several begin in one place."""
    words = [(word, "line", line) for line, labels in kind.labels.items() for word in labels]
    words += [(word, "column", column) for column, labels in kind.column_labels.items() for word in labels]
    words += [(word, "other", "") for word in kind.header_keys]
    found: list[Event] = []
    taken = [False] * len(letters)
    for word, role, name in sorted(set(words), key=lambda one: (-len(one[0]), one[2])):
        at = letters.find(word)
        while at >= 0:
            end = at + len(word)
            if not any(taken[at:end]):
                taken[at:end] = [True] * (end - at)
                found.append((at, end, role, name))
            at = letters.find(word, end)
    return sorted(found)


class _Row(NamedTuple):
    """A line with the head above it. `final`: the last of the table; `ended`: nothing is printed behind its label."""

    line: str
    head: list[str]
    units: dict[str, str | None]
    slots: list[Span]
    final: bool
    ended: bool


def read_flat_blocks(
    text: str, kind: Kind, span: Span, style: Style, letters: str, places: list[int], lossy: bool
) -> Reading | None:
    """Reads table 2. A line takes the columns of the last head before it."""
    rows: list[_Row] = []
    head: list[str] = []
    units: dict[str, str | None] = {}
    after_line = True
    found = events(kind, letters)
    last = span[0]
    for position, (at, end, role, name) in enumerate(found):
        if role == "other":
            continue
        if role == "column":
            if after_line:
                head, units, after_line = [], {}, False
            head.append(name)
            units[name] = unit_of_head(text[places[at] : places[end - 1] + UNIT_ROOM].split("\n")[0].split("|")[0])
            continue
        after_line = True
        if not head or any(row.line == name for row in rows):
            continue
        final = position + 1 == len(found)
        stop = span[1] if final else places[found[position + 1][0]]
        begin = places[end - 1] + 1
        slots = slots_after(text, begin, stop, style)
        ended = slots is not None and row_ends(text, begin, begin if final else stop, style)
        slots = slots or []
        rows.append(_Row(name, head, units, slots, final, ended))
        last = max([begin, *(high for _, high in slots)])
    if len(rows) < 2:
        return None
    reading = Reading(kind, flat=True, lines=[row.line for row in rows])
    longest = max(len(row.slots) for row in rows)
    for row in rows:
        _place(reading, row, style, longest, lossy)
    reading.spans.append((span[0], last))
    return reading


def _place(reading: Reading, row: _Row, style: Style, longest: int, lossy: bool) -> None:
    """Puts the slots of a row under its head if the head is whole and no slot can be missing."""
    line, head, slots = row.line, row.head, row.slots
    filled = [slot for slot in slots if slot[1] > slot[0]]
    whole = any({place[1] for place in form.places if place[0] == line} == set(head) for form in reading.kind.forms)
    blank = not filled and (len(slots) >= len(head) or (row.ended and style.mark != "\n"))
    if whole and blank:
        for position, column in enumerate(head):
            low = slots[min(position, len(slots) - 1)][0] if slots else 0
            reading.slots[line, column] = Slot(low, low)
    elif whole and len(filled) == len(head):
        for column, (low, high) in zip(head, filled, strict=True):
            reading.slots[line, column] = Slot(low, high, head_unit=row.units[column])
    elif whole and not lossy and (len(slots) == len(head) or _padded(row, style, longest)):
        for column, (low, high) in zip(head, slots, strict=False):
            reading.slots[line, column] = Slot(low, high, head_unit=row.units[column])
    else:
        reading.loose.append(Loose(line, tuple(filled)))


def _padded(row: _Row, style: Style, longest: int) -> bool:
    """Whether the slots too many are padding: blank, and the row as long as the longest, so that none was lost.

    With one cell a line there is no padding inside the table: a line too many shows that blank lines are no cells.
    """
    rest = row.slots[len(row.head) :]
    if not style.explicit or not rest or any(high > low for low, high in rest):
        return False
    return row.final if style.mark == "\n" else len(row.slots) == longest
