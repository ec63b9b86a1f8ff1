"""Table 2 as text: blocks, each with a head of its own (信息内容 | 本年制发件数 …) over one or two lines."""

from __future__ import annotations

from pipeline.tables.cellvalue import unit_of_head
from pipeline.tables.dump import Span, Style, row_ends, slots_after
from pipeline.tables.forms import Kind
from pipeline.tables.reading import Loose, Reading, Slot

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


def read_flat_blocks(
    text: str, kind: Kind, span: Span, style: Style, letters: str, places: list[int]
) -> Reading | None:
    """Reads table 2. A line takes the columns of the last head before it."""
    reading = Reading(kind, flat=True)
    head: list[str] = []
    units: dict[str, str | None] = {}
    after_line = True
    all_events = events(kind, letters)
    last = span[0]
    for position, (at, end, role, name) in enumerate(all_events):
        if role == "other":
            continue
        if role == "column":
            if after_line:
                head, units, after_line = [], {}, False
            head.append(name)
            units[name] = unit_of_head(text[places[at] : places[end - 1] + 12].split("\n")[0].split("|")[0])
            continue
        after_line = True
        if name in reading.lines or not head:
            continue
        stop = places[all_events[position + 1][0]] if position + 1 < len(all_events) else span[1]
        begin = places[end - 1] + 1
        slots = slots_after(text, begin, stop, style)
        reading.lines.append(name)
        last = max([begin, *(high for _, high in slots)])
        _line(reading, name, head, units, slots, style, position + 1 == len(all_events), row_ends(text, begin, style))
    if len(reading.lines) < 2:
        return None
    reading.spans.append((span[0], last))
    return reading


def _line(
    reading: Reading,
    line: str,
    head: list[str],
    units: dict[str, str | None],
    slots: list[Span],
    style: Style,
    final: bool,
    ended: bool,
) -> None:
    kind = reading.kind
    filled = [slot for slot in slots if slot[1] > slot[0]]
    whole = any({place[1] for place in form.places if place[0] == line} == set(head) for form in kind.forms)
    empty = len(slots) >= len(head) if style.mark == "\n" else len(slots) >= len(head) or ended
    if whole and not filled and empty:
        for position, column in enumerate(head):
            low = slots[min(position, len(slots) - 1)][0] if slots else 0
            reading.slots[line, column] = Slot(low, low)
        return
    padded = slots[len(head) :]
    if style.mark == "\n" and padded and not final:
        padded = [
            (0, 1)
        ]  # one cell a line: a line too many inside the table shows that blank lines mean something else
    fits = len(slots) == len(head) or (
        style.explicit and len(slots) > len(head) and not any(high > low for low, high in padded)
    )
    if not whole or not fits:
        reading.loose.append(Loose(line, tuple(filled)))
        return
    for column, (low, high) in zip(head, slots, strict=False):
        reading.slots[line, column] = Slot(low, high, head_unit=units[column])
