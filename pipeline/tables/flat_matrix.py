"""Table 4 as text: three heads over fifteen values, or each result followed by its value."""

from __future__ import annotations

import regex

from pipeline.tables.dump import Span, Style, slots_after
from pipeline.tables.flat_blocks import events
from pipeline.tables.forms import Kind, Place
from pipeline.tables.reading import Loose, Reading, Slot

_NEXT_SECTION = regex.compile(r"\s*(?:第?[五六七八]部?分?[、.．]|[（(][五六七八][）)])")


def read_flat_matrix(
    text: str, kind: Kind, span: Span, style: Style, letters: str, places: list[int], lossy: bool
) -> Reading | None:
    """Reads table 4: the labels since the last values, in order, take the slots that follow them.

    Groups wait in a queue, since a dump prints 未经复议直接起诉 and 复议后起诉 side by side before their results.
    """
    reading = Reading(kind, flat=True, columns=list(kind.columns))
    waiting: list[str] = []
    group = ""
    have: set[str] = set()
    pending: list[Place] = []
    found = [event for event in events(kind, letters) if event[2] != "other"]
    last = span[0]
    for position, (_, end, role, name) in enumerate(found):
        if role == "line":
            if name not in waiting and name != group:
                waiting.append(name)
            continue
        if (not group or name in have) and waiting:
            group, have = waiting.pop(0), set()
        if not group or name in have:
            continue
        have.add(name)
        if len(have) == len(kind.columns) and waiting:
            pending.append((group, name))
            group, have = waiting.pop(0), set()
        else:
            pending.append((group, name))
        begin = places[end - 1] + 1
        if lossy and len(pending) == len(kind.specs) and _NEXT_SECTION.match(text, begin, span[1]):
            # All heads, and at once the next section: every cell of the table was blank and fell out.
            reading.slots = dict.fromkeys(kind.specs, Slot(begin, begin))
            break
        stop = places[found[position + 1][0]] if position + 1 < len(found) else span[1]
        slots = _values(text, begin, stop, style, len(pending))
        if slots is None:
            continue
        last = max(last, slots[-1][1])
        filled = [slot for slot in slots if slot[1] > slot[0]]
        if len(slots) == len(pending) and not (lossy and 0 < len(filled) < len(slots)):
            for place, (low, high) in zip(pending, slots, strict=True):
                if place not in reading.slots:
                    reading.slots[place] = Slot(low, high)
        else:
            reading.loose.append(Loose(pending[0][0], tuple(filled)))
        pending = []
        if position + 1 == len(found) or len(reading.slots) == len(kind.specs):
            break
    reading.lines = [line for line in kind.lines if any(place[0] == line for place in reading.slots)]
    if not reading.lines and not reading.loose:
        return None
    reading.lines = reading.lines or list(kind.lines)
    reading.spans.append((span[0], max(last, span[0])))
    return reading


def _values(text: str, begin: int, stop: int, style: Style, wanted: int) -> list[Span] | None:
    """The slots behind a label; None where it is followed by nothing but the next label."""
    slots = slots_after(text, begin, stop, style, skip_break=True) or []
    filled = [position for position, (low, high) in enumerate(slots) if high > low]
    if wanted == 1 and len(filled) == 1:
        return [slots[filled[0]]]
    if not filled:
        return slots[:wanted] if wanted >= 5 and len(slots) >= wanted and style.explicit else None
    if style.mark == "\n":
        return slots[:wanted] if filled[-1] < wanted <= len(slots) else [slots[position] for position in filled]
    if len(slots) > wanted:
        # Padding before or behind the values: taken off only where that leaves one reading.
        extra = len(slots) - wanted
        fitting = [o for o in range(extra + 1) if filled[0] >= o and filled[-1] < o + wanted]
        if len(fitting) == 1:
            return slots[fitting[0] : fitting[0] + wanted]
        return [slots[position] for position in filled]
    return slots
