"""Lines whose blanks were lost or whose numbers fell apart: the readings that all sums of the form allow.

A dump without separators leaves the values of a line in order, but not their columns. The sums the form promises work
as a code that corrects this: per line the six columns make the total, per column the results make 总计, and received
and carried in make 总计 and carried out. A cell is given only if it is the same in EVERY placement that meets all sums;
blanks count as 0 in them. Lines that were read cleanly are fixed and never touched. Sums do not tell a blank from a 0.

Numbers that fell apart (1 3 for 13) are put together again only where a line has more pieces than cells. A number with
a blank inside its cell is one number where its line then adds up.

The search (solve) is exact. Where the table shows by itself how its zeros are printed (zerorule), that is used for what
the sums alone leave open, and told in the evidence.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from itertools import combinations
from typing import NamedTuple

from pipeline.tables.cellvalue import ValueReader
from pipeline.tables.forms import FormCells, Place
from pipeline.tables.reading import Reading
from pipeline.tables.solve import RESULTS_TOTAL, Line, Option, Work, solve
from pipeline.tables.zerorule import by_rule

BY_SUMS = ("这一行缺格，按行列合计只有这一种摆法", "这一行缺格，按行列合计这一格只能是空的")
BY_RULE = (
    "这一行缺格，按行列合计和本表零的印法只有这一种摆法",
    "这一行缺格，按行列合计和本表零的印法这一格只能是空的",
)
"""Why a number, and why a blank, stands in its cell."""
APART = "数字被拆开，按行列合计只有这一种合法"
SPACED = "数字中间有空格，合起来才与这一行的合计相符"


class Inferred(NamedTuple):
    """The content of a cell that the sums leave no choice for; `value` None for a blank."""

    value: Decimal | None
    start: int
    end: int
    why: str = ""


def recover(reading: Reading, form: FormCells, text: str, values: ValueReader) -> dict[Place, Inferred]:
    """Cells of loose lines that the sums determine. {} where there are none, or where the sums contradict."""
    if not reading.loose:
        return spaced(reading, text) if reading.kind.table in ("3", "4") else {}
    if not all(one.values for one in reading.loose):
        return {}  # of a line that was not understood nothing is known
    if reading.kind.table == "3" and len(reading.columns) == 7:
        return _table_3(reading, form, text, values)
    if reading.kind.table == "4":
        return _table_4(reading, text, values)
    return {}


def _whole(text: str, values: ValueReader) -> int | None:
    read = values.read(text, "件", False)
    if read.state == "printed" and read.value is not None and read.value == read.value.to_integral_value():
        return int(read.value) if read.value >= 0 else None
    return None


def _table_3(reading: Reading, form: FormCells, text: str, values: ValueReader) -> dict[Place, Inferred]:
    lines: dict[str, Line] = {}
    loose = {one.line: one.values for one in reading.loose}
    for line in [one for one in reading.kind.lines if one in form.lines]:
        made = _loose_line(loose[line], text, values) if line in loose else _fixed_line(reading, line, text, values)
        if made is None:
            return {}
        lines[line] = made
    results = [line for line in lines if reading.kind.line_group.get(line)]
    results.remove(RESULTS_TOTAL)
    solved = solve(lines, results, Work())
    if solved is not None and not all(solved.values()):
        return {}
    found: dict[Place, Inferred] = {}
    for options, why in ((by_rule(lines, results), BY_RULE), (solved, BY_SUMS)):
        for line in loose:
            if options is not None and line in lines:
                found |= _agreed(line, reading.columns, lines[line], options[line], why)
    return found


def _loose_line(spans: tuple[tuple[int, int], ...], text: str, values: ValueReader) -> Line | None:
    """All placements in seven columns that keep the order and whose six columns make the total."""
    read: list[tuple[int, int, int]] = []
    for start, end in spans:
        if start == end or not text[start:end].strip():
            continue
        number = _whole(text[start:end], values)
        if number is None:
            return None
        read.append((number, start, end))
    if len(read) > 7:
        return _apart(read, text)
    options = []
    for places in combinations(range(7), len(read)):
        vector, holds = [0] * 7, [-1] * 7
        for position, place in enumerate(places):
            vector[place], holds[place] = read[position][0], position
        if sum(vector[:6]) == vector[6]:
            options.append(Option(tuple(vector), tuple(holds)))
    return Line(options, read) if options else None


MOST_PIECES = 14
"""Pieces of one line that are put together to seven numbers; more have too many ways."""


def _apart(read: list[tuple[int, int, int]], text: str) -> Line | None:
    """All ways to make seven numbers of more pieces, neighbours joined, whose six columns make the total."""
    if len(read) > MOST_PIECES or not all(text[start:end].isdecimal() for _, start, end in read):
        return None
    joined: list[tuple[int, int, int]] = []
    place: dict[tuple[int, int], int] = {}
    options = []
    for cuts in combinations(range(1, len(read)), 6):
        bounds = list(zip((0, *cuts), (*cuts, len(read)), strict=True))
        words = ["".join(text[start:end] for _, start, end in read[low:high]) for low, high in bounds]
        numbers = [int(word) for word in words]
        if sum(numbers[:6]) != numbers[6] or any(len(word) > 1 and word[0] == "0" for word in words):
            continue
        for bound, number in zip(bounds, numbers, strict=True):
            if bound not in place:
                place[bound] = len(joined)
                joined.append((number, read[bound[0]][1], read[bound[1] - 1][2]))
        options.append(Option(tuple(numbers), tuple(place[bound] for bound in bounds)))
    return Line(options, joined, APART) if options else None


_BLANK = re.compile(r"[ \xa0\u3000]+")
_PARTED = re.compile(r"\d[ \xa0\u3000]+\d")


def spaced(reading: Reading, text: str) -> dict[Place, Inferred]:
    """Numbers with blanks inside their cell (1 2 for 12), where their line adds up only so."""
    found: dict[Place, Inferred] = {}
    if not any(_PARTED.search(text, start, end) for start, end in reading.spans):
        return found
    for line in reading.lines:
        places = [(line, column) for column in reading.kind.columns]
        slots = [reading.slots.get(place) for place in places]
        if any(slot is None or slot.flag not in ("", "shifted") or slot.text is not None for slot in slots):
            continue
        whole = [slot for slot in slots if slot is not None]
        words = [_BLANK.split(text[slot.start : slot.end].strip()) for slot in whole]
        words = [parts if parts != [""] else [] for parts in words]
        if not all(word.isdecimal() for parts in words for word in parts) or all(len(parts) < 2 for parts in words):
            continue
        if any(len(parts) > 1 and parts[0][0] == "0" for parts in words):
            continue
        numbers = [int("".join(parts) or "0") for parts in words]
        if sum(numbers[:-1]) == numbers[-1]:
            for place, slot, parts, number in zip(places, whole, words, numbers, strict=True):
                if len(parts) > 1:
                    found[place] = Inferred(Decimal(number), slot.start, slot.end, SPACED)
    return found


def _fixed_line(reading: Reading, line: str, text: str, values: ValueReader) -> Line | None:
    vector, holds = [], []
    for column in reading.columns:
        slot = reading.slots.get((line, column))
        if slot is None or slot.flag not in ("", "shifted"):
            return None
        printed = text[slot.start : slot.end].strip()
        number = _whole(printed, values) if printed else 0
        if number is None:
            return None
        vector.append(number)
        holds.append(0 if printed else -1)
    return Line([Option(tuple(vector), tuple(holds))], [])


def _agreed(
    line: str, columns: list[str], one: Line, options: Sequence[Option], why: tuple[str, str]
) -> dict[Place, Inferred]:
    """The columns in which all remaining placements of a line hold the same."""
    found: dict[Place, Inferred] = {}
    for place, column in enumerate(columns):
        held = {option.holds[place] for option in options}
        contents = {None if index < 0 else one.values[index][0] for index in held}
        if len(contents) != 1:
            continue
        index = min(held)
        if index < 0:
            start = one.values[0][1] if one.values else 0
            found[line, column] = Inferred(None, start, start, why[1])
        else:
            value, start, end = one.values[index]
            found[line, column] = Inferred(Decimal(value), start, end, one.why or why[0])
    return found


def _table_4(reading: Reading, text: str, values: ValueReader) -> dict[Place, Inferred]:
    """Fifteen places in three groups, each with its own total."""
    if len(reading.loose) != 1 or reading.slots:
        return {}
    read: list[tuple[int, int, int]] = []
    for start, end in reading.loose[0].values:
        number = _whole(text[start:end], values)
        if number is None:
            return {}
        read.append((number, start, end))
    if not read or len(read) > 15:
        return {}
    options: list[Option] = []
    for places in combinations(range(15), len(read)):
        row, holds = [0] * 15, [-1] * 15
        for position, place in enumerate(places):
            row[place], holds[place] = read[position][0], position
        if all(sum(row[group : group + 4]) == row[group + 4] for group in (0, 5, 10)):
            options.append(Option(tuple(row), tuple(holds)))
    columns = [f"{line} {column}" for line in reading.kind.lines for column in reading.kind.columns]
    agreed = _agreed("", columns, Line(options, read), options, BY_SUMS)
    found: dict[Place, Inferred] = {}
    for (_, name), inferred in agreed.items():
        line, column = name.split(" ")
        found[line, column] = inferred
    return found
