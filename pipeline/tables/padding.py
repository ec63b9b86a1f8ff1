"""Which slots of a flattened row are its columns, where merged label cells have left padding before or behind them.

Rows of one depth (一、 or （一） or 1.) are padded alike, so a row with all its values tells the padding of the others.
Some dumps drop blank cells and fill the row up at its end: there the total of a row stands too far left. Such a dump is
recognised by its sums and not trusted with any blank.
"""

from __future__ import annotations

from pipeline.tables.dump import Span
from pipeline.tables.forms import Kind

Row = tuple[str, list[Span]]
"""A line of the form and the slots behind its label; a blank slot has start == end."""

MOSTLY = 0.8
"""Share of the telling rows from which on a dump counts as one that drops blanks."""


def depth(kind: Kind, line: str) -> int:
    """0 for 一、二、四, 1 for （一）, 2 for 1."""
    group = kind.line_group.get(line, "")
    return 0 if not group else 1 if group == "results" else 2


FEW = 2
"""So many rows shorter than the form show that cells were dropped, not that the text was cut."""


def place_windows(kind: Kind, rows: list[Row], width: int, text: str) -> tuple[dict[str, list[Span]], bool]:
    """The `width` slots of each line that are its columns, and whether the dump drops blanks.

    A line is left out where its columns are not sure.
    """
    found: dict[str, list[Span]] = {}
    padded: set[str] = set()
    for line, slots, offset in _aligned(kind, rows, width):
        found[line] = slots[offset : offset + width]
        if offset + width < len(slots):
            padded.add(line)
    short = [slots for _, slots in rows if len(slots) < width and _filled(slots)]
    if width < 2 or not (padded or len(short) >= FEW):
        return found, False
    contents = {line: [text[low:high].strip() for low, high in window] for line, window in found.items()}
    keeps = any(values[-1] and not all(values) for values in contents.values())
    cut = [[text[low:high].strip() for low, high in slots] for slots in short]
    if _drops_blanks(
        [*(values for values in contents.values() if not values[-1]), *cut], len(short) >= FEW and not keeps
    ):
        return {line: window for line, window in found.items() if all(contents[line])}, True
    for line in padded:
        values = contents[line]
        blank_total = not values[-1] and any(values)
        if (blank_total and not keeps) or _only_fits_moved(values):
            del found[line]
    return found, False


def _aligned(kind: Kind, rows: list[Row], width: int) -> list[tuple[str, list[Span], int]]:
    """Lines whose padding before the values is known, with it."""
    longest: dict[int, int] = {}
    for line, slots in rows:
        longest[depth(kind, line)] = max(longest.get(depth(kind, line), 0), len(slots))
    allowed: dict[int, set[int]] = {}
    for line, slots in rows:
        level = depth(kind, line)
        # A row shorter than others of its depth has lost a cell: which one, nobody knows.
        if width <= len(slots) == longest[level] and _filled(slots):
            here = {
                offset
                for offset in range(len(slots) - width + 1)
                if not _filled(slots[:offset]) and not _filled(slots[offset + width :])
            }
            allowed[level] = allowed[level] & here if level in allowed else here
    return [
        (line, slots, next(iter(allowed[depth(kind, line)])))
        for line, slots in rows
        if len(slots) == longest[depth(kind, line)] and len(allowed.get(depth(kind, line), ())) == 1
    ]


def _filled(slots: list[Span]) -> bool:
    return any(high > low for low, high in slots)


def _numbers(values: list[str]) -> list[int]:
    return [int(value) for value in values if value.isdecimal()]


def _drops_blanks(rows: list[list[str]], otherwise: bool) -> bool:
    """Whether the last value of nearly every row without a total is the sum of those before it.

    `otherwise`: the answer where no row tells.
    """
    telling = [numbers for numbers in map(_numbers, rows) if len(numbers) > 1 and any(numbers)]
    moved = sum(1 for numbers in telling if sum(numbers[:-1]) == numbers[-1])
    return moved >= MOSTLY * len(telling) if telling else otherwise


def _only_fits_moved(values: list[str]) -> bool:
    """Whether a row makes its sum only if its values are pushed to the right."""
    numbers = _numbers(values)
    if len(numbers) < 2:
        return False
    in_place = sum(_numbers(values[:-1])) == (int(values[-1]) if values[-1].isdecimal() else 0)
    return not in_place and sum(numbers[:-1]) == numbers[-1]


def adds_up(values: list[str]) -> bool:
    """Whether the last of these is the sum of the others; what holds no digit (a dash) adds nothing."""
    values = [value if any(c.isdigit() for c in value) else "0" for value in values]
    numbers = _numbers(values)
    return len(numbers) == len(values) > 1 and sum(numbers[:-1]) == numbers[-1]
