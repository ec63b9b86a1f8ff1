"""Tables that came as text: one cell a line, tabs, pipes, spaces, or all on one line.

The labels of the form are found in their order in the region below the heading, on text without blanks and punctuation
(so that a label broken over two lines is whole). What stands between two labels are the slots of the first. Seven slots
are seven columns, since blank cells show as slots; where blanks were lost the values are handed on as loose.
"""

from __future__ import annotations

from dataclasses import dataclass

import regex

from pipeline.tables.dump import (
    Span,
    Style,
    cell_start,
    chunks,
    grid_of,
    line_styles,
    repeats_labels,
    row_ends,
    slots_after,
    squeezed,
    style_of,
)
from pipeline.tables.flat_blocks import read_flat_blocks
from pipeline.tables.flat_matrix import read_flat_matrix
from pipeline.tables.forms import Kind
from pipeline.tables.grid import Grid
from pipeline.tables.labels import best
from pipeline.tables.match import read_rows
from pipeline.tables.matrix import read_matrix
from pipeline.tables.padding import Row, adds_up, depth, place_windows
from pipeline.tables.reading import Loose, Reading, Slot


@dataclass(slots=True)
class Anchor:
    """A label found in the text: start of its cell, end of the label."""

    name: str
    start: int
    end: int
    at: int = 0
    """Position in the squeezed text."""
    size: int = 0


def read_flat(text: str, name: str, kind: Kind, span: Span, lossy: bool = False) -> Reading | None:
    """Reads one table from its region of text, head first. None when its labels are not there.

    `lossy`: another table of the same text was found to have dropped its blank cells.
    """
    start = span[0]
    style = style_of(text[start : span[1]])
    if style.mark in "|\t" and repeats_labels(text[start : span[1]]):
        reading = _read_repeated(text, name, kind, (start, span[1]), style)
        if reading is not None:
            return reading
    letters, places = squeezed(text, start, span[1])
    inside = (start, span[1])
    if style.mark == " ":
        for style_of_lines in line_styles(text[start : span[1]]):
            reading = _READERS.get(name, _read_lines)(text, kind, inside, style_of_lines, letters, places, lossy)
            if reading is not None and not reading.loose:
                return reading
    return _READERS.get(name, _read_lines)(text, kind, inside, style, letters, places, lossy)


def _read_repeated(text: str, name: str, kind: Kind, span: Span, style: Style) -> Reading | None:
    """A dump that repeats merged cells in every place they cover is a whole grid, and is read as one."""
    table = grid_of(text, span, style)
    if table is None:
        return None
    grid = Grid(table, text)
    reading = read_matrix(grid, kind, None) if name == "4" else read_rows(grid, kind, None)
    if reading is not None:
        reading.flat = True
    return reading


def _read_lines(
    text: str, kind: Kind, span: Span, style: Style, letters: str, places: list[int], lossy: bool
) -> Reading | None:
    """Reads table 3 or the sheet of 2014. Whether blanks were dropped is told by the sums of table 3 itself."""
    anchors = _anchors(text, kind, letters, places, span)
    if len(anchors) < 8:
        return None
    columns = kind.columns if len(kind.columns) == 1 else head_order(kind, letters[: anchors[0].at])
    reading = Reading(kind, flat=True, columns=columns, labels=[(one.start, one.end) for one in anchors])
    rows: list[Row] = []
    cut: set[str] = set()
    for position, anchor in enumerate(anchors):
        stop = anchors[position + 1].start if position + 1 < len(anchors) else span[1]
        found = slots_after(text, anchor.end, stop, style)
        slots = _without_unit(text, found or []) if len(columns) == 1 else found or []
        rows.append((anchor.name, slots))
        last_one = position + 1 == len(anchors)
        if not slots and (found is None or not row_ends(text, anchor.end, anchor.end if last_one else stop, style)):
            cut.add(anchor.name)
        reading.lines.append(anchor.name)
    if style.mark == "\n" and not _even(kind, rows, len(columns)):
        return None
    _fill(reading, [row for row in rows if row[0] not in cut], columns, text, style.explicit)
    reading.loose += [Loose(line, ()) for line in sorted(cut)]
    last = max([end for _, slots in rows for _, end in slots] + [anchors[-1].end])
    reading.spans.append((span[0], last))
    return reading


_UNIT = regex.compile(r"[\p{Han}\s]+")


def _without_unit(text: str, slots: list[Span]) -> list[Span]:
    """The slots of a line with one value, without the unit printed before it (条, 万元)."""
    return [slot for slot in slots if slot[0] == slot[1] or not _UNIT.fullmatch(text, *slot)]


def _even(kind: Kind, rows: list[Row], width: int) -> bool:
    """Whether all rows of one depth have equally many cells, at least as many as there are columns."""
    sizes: dict[int, set[int]] = {}
    for position, (line, slots) in enumerate(rows):
        size = len(slots)
        if position == len(rows) - 1 and size > width and not any(b > a for a, b in slots[width:]):
            size = width  # empty lines behind the table
        sizes.setdefault(depth(kind, line), set()).add(size)
    return bool(width) and all(len(one) == 1 and min(one) >= width for one in sizes.values())


def _fill(reading: Reading, rows: list[Row], columns: list[str], text: str, explicit: bool) -> None:
    width = len(columns)
    windows, reading.lossy = place_windows(reading.kind, rows, width, text) if width else ({}, False)
    # Where cells fell out or numbers fell apart, a row has as many pieces as there are columns by chance, too.
    uneven = not explicit and width > 1 and any(slots and len(slots) != width for _, slots in rows)
    for line, slots in rows:
        filled = [slot for slot in slots if slot[1] > slot[0]]
        if width and not filled:
            for position, column in enumerate(columns):
                at = slots[min(position, len(slots) - 1)][0] if slots else 0
                reading.slots[line, column] = Slot(at, at)
        elif uneven and not adds_up([text[low:high] for low, high in filled]):
            reading.loose.append(Loose(line, tuple(filled)))
        elif line in windows or (width and len(filled) == width):
            for column, (low, high) in zip(columns, windows.get(line, filled), strict=True):
                reading.slots[line, column] = Slot(low, high)
        else:
            reading.loose.append(Loose(line, tuple(filled)))


def head_order(kind: Kind, letters: str) -> list[str]:
    """The columns of table 3 if the head names them in the form's order; [] otherwise.

    自然人 stands before the five kinds of 法人或其他组织 and 总计 behind them, though a dump may print 总计 with
    the row above.
    """
    for word in sorted(kind.header_keys, key=len, reverse=True):  # 法人或其他组织 holds the label 其他
        letters = letters.replace(word, "#")
    at: list[int] = []
    for column in kind.columns:
        spots = [letters.find(word) for word in kind.column_labels[column]]
        spot = min([s for s in spots if s >= 0], default=-1)
        at.append(spot)
    named = [spot for spot in at[:5] if spot >= 0]
    if len(named) < 4 or named != sorted(named) or min(at[5:]) < 0 or at[-1] < min(named):
        return []
    return list(kind.columns)


def _anchors(text: str, kind: Kind, letters: str, places: list[int], span: Span) -> list[Anchor]:
    """The labels of the form's lines in their order: long ones first, short ones between them, damaged ones last."""
    found: dict[str, tuple[int, int]] = {}
    cursor = 0
    for line in kind.lines:
        spot = _find(letters, kind.labels[line], cursor, len(letters), least=5)
        if spot is not None:
            found[line] = spot
            cursor = spot[1]
    if not found:
        return []
    for line in kind.lines:
        if line not in found:
            low, high = _window(kind, found, line, len(letters))
            spot = _find(letters, kind.labels[line], low, high, least=2)
            if spot is not None and line not in kind.instead:
                found[line] = spot
    for line, under in kind.instead.items():
        # The label of the one line is the heading of the others: it is a line only where those are not there.
        if sum(1 for one in under if one in found) >= 2:
            continue
        for one in under:
            found.pop(one, None)
        low, high = _window(kind, found, line, len(letters))
        spot = _find(letters, kind.labels[line], low, high, least=2)
        if spot is not None:
            found[line] = spot
    anchors = [
        Anchor(line, places[a], places[b - 1] + 1, a, b - a)
        for line, (a, b) in sorted(found.items(), key=lambda x: x[1])
    ]
    anchors += _damaged(text, kind, anchors, span)
    anchors.sort(key=lambda anchor: anchor.start)
    floor = span[0]
    for anchor in anchors:
        number = kind.numbers.get(anchor.name, "")
        behind = _label_end(text, anchor.end)
        anchor.start, anchor.end = cell_start(text, anchor.start, number, floor), behind
        floor = anchor.end
    return anchors


_REST = regex.compile(
    r"[”\"』」]?(?:[ \u3000\xa0]*\n?[ \u3000\xa0]*"
    r"[（(](?!\s*[一二三四五六七八九十]{1,2}\s*[）)])[^（()）\n\d]{2,40}[）)])?[”\"』」）)]?"
)


def _label_end(text: str, end: int) -> int:
    """The end of a label with its closing marks and a bracket of words behind it."""
    match = _REST.match(text, end)
    return match.end() if match else end


def _find(letters: str, words: list[str], low: int, high: int, least: int) -> Span | None:
    """The first place of any of the words (longest first), at least `least` characters long."""
    spots = [(at, -len(word)) for word in words if len(word) >= least and (at := letters.find(word, low, high)) >= 0]
    if not spots:
        return None
    at, size = min(spots)
    return at, at - size


def _window(kind: Kind, found: dict[str, tuple[int, int]], line: str, length: int) -> Span:
    rank = kind.order[line]
    low = max((b for one, (_, b) in found.items() if kind.order[one] < rank), default=0)
    high = min((a for one, (a, _) in found.items() if kind.order[one] > rank), default=length)
    return low, max(low, high)


def _damaged(text: str, kind: Kind, anchors: list[Anchor], span: Span) -> list[Anchor]:
    """Lines whose label lost characters: the likeliest run of characters between their neighbours."""
    named = {anchor.name for anchor in anchors}
    named |= {line for line, under in kind.instead.items() if under & named}
    named |= {one for line, under in kind.instead.items() if line in named for one in under}
    more: list[Anchor] = []
    bounds = [*anchors, Anchor("", span[1], span[1])]
    for before, after in zip(anchors, bounds[1:], strict=True):
        low = kind.order[before.name]
        high = kind.order[after.name] if after.name else low + 1
        missing = {line: kind.labels[line] for line in kind.lines[low + 1 : high] if line not in named}
        if not missing:
            continue
        for start, end, label in chunks(text, before.end, after.start):
            line = best(label, missing, least=0.6)
            if line is not None:
                more.append(Anchor(line, start, end))
                missing.pop(line)
    return more


_READERS = {"2": read_flat_blocks, "4": read_flat_matrix}
