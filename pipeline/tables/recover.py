"""Lines whose blanks were lost or whose numbers fell apart: the readings that all sums of the form allow.

A dump without separators leaves the values of a line in order, but not their columns. The sums the form promises work
as a code that corrects this: per line the six columns make the total, per column the results make 总计, and received
and carried in make 总计 and carried out. A cell is given only if it is the same in EVERY placement that meets all sums;
blanks count as 0 in them. Lines that were read cleanly are fixed and never touched. Sums do not tell a blank from a 0.

Numbers that fell apart (1 3 for 13) are put together again only where a line has more pieces than cells. A number with
a blank inside its cell is one number where its line then adds up.

The search is exact: prefix sums from above and from below are joined for each line, so that every line keeps just those
placements that are part of a full solution. It gives up, leaving the cells unreadable, rather than cut corners.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations
from operator import add, le, sub
from typing import NamedTuple

from pipeline.tables.cellvalue import ValueReader
from pipeline.tables.forms import FormCells, Place
from pipeline.tables.reading import Reading

MOST_STEPS = 300_000
"""Additions of partial sums at most, some 0.3 s; a table that needs more is left unreadable."""

Vector = tuple[int, ...]


BY_SUMS = "这一行缺格，按行列合计只有这一种摆法"
BY_SUMS_BLANK = "这一行缺格，按行列合计这一格只能是空的"
APART = "数字被拆开，按行列合计只有这一种合法"
SPACED = "数字中间有空格，合起来才与这一行的合计相符"


class Inferred(NamedTuple):
    """The content of a cell that the sums leave no choice for; `value` None for a blank."""

    value: Decimal | None
    start: int
    end: int
    why: str = ""


class _Option(NamedTuple):
    """One placement of a line: its column sums, and which of its values stands in each column (-1 for none)."""

    vector: Vector
    holds: tuple[int, ...]


class _Line(NamedTuple):
    options: list[_Option]
    values: list[tuple[int, int, int]]
    """(value, start, end) of a loose line; empty for a fixed one."""
    why: str = BY_SUMS


@dataclass(slots=True)
class _Work:
    """Counts the steps of one table over all its searches."""

    steps: int = 0


RESULTS_TOTAL = "handled"
IN, BACKLOG, OUT = "received", "carried_in", "carried_out"


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
    lines: dict[str, _Line] = {}
    loose = {one.line: one.values for one in reading.loose}
    for line in [one for one in reading.kind.lines if one in form.lines]:
        made = _loose_line(loose[line], text, values) if line in loose else _fixed_line(reading, line, text, values)
        if made is None:
            return {}
        lines[line] = made
    results = [line for line in lines if reading.kind.line_group.get(line)]
    results.remove(RESULTS_TOTAL)
    possible: dict[str, set[Vector]] = {line: set() for line in lines}
    work = _Work()
    for total in {option.vector for option in lines[RESULTS_TOTAL].options}:
        flow = _flow(lines, total)
        if flow is None:
            continue
        parts = _parts([lines[line] for line in results], total, work)
        if parts is None:
            return {}
        if not all(parts):
            continue
        possible[RESULTS_TOTAL].add(total)
        for line, vectors in zip(results, parts, strict=True):
            possible[line] |= vectors
        for line, vectors in flow.items():
            possible[line] |= vectors
    if not all(possible.values()):
        return {}
    found: dict[Place, Inferred] = {}
    for line in loose:
        if line in lines:
            found |= _agreed(line, reading.columns, lines[line], possible[line])
    return found


def _loose_line(spans: tuple[tuple[int, int], ...], text: str, values: ValueReader) -> _Line | None:
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
            options.append(_Option(tuple(vector), tuple(holds)))
    return _Line(options, read) if options else None


MOST_PIECES = 14
"""Pieces of one line that are put together to seven numbers; more have too many ways."""


def _apart(read: list[tuple[int, int, int]], text: str) -> _Line | None:
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
        options.append(_Option(tuple(numbers), tuple(place[bound] for bound in bounds)))
    return _Line(options, joined, APART) if options else None


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


def _fixed_line(reading: Reading, line: str, text: str, values: ValueReader) -> _Line | None:
    vector = []
    for column in reading.columns:
        slot = reading.slots.get((line, column))
        if slot is None or slot.flag not in ("", "shifted"):
            return None
        printed = text[slot.start : slot.end].strip()
        number = _whole(printed, values) if printed else 0
        if number is None:
            return None
        vector.append(number)
    return _Line([_Option(tuple(vector), ())], [])


def _flow(lines: dict[str, _Line], total: Vector) -> dict[str, set[Vector]] | None:
    """The placements of 新收, 结转 and 结转下年 for which received + carried in = handled + carried out, per column."""
    if not all(line in lines for line in (IN, BACKLOG, OUT)):
        return None
    found: dict[str, set[Vector]] = {IN: set(), BACKLOG: set(), OUT: set()}
    received = {option.vector for option in lines[IN].options}
    for back in {option.vector for option in lines[BACKLOG].options}:
        for out in {option.vector for option in lines[OUT].options}:
            need = tuple(t + o - b for t, o, b in zip(total, out, back, strict=True))
            if need in received:
                found[IN].add(need)
                found[BACKLOG].add(back)
                found[OUT].add(out)
    return found if found[IN] else None


def _parts(lines: list[_Line], total: Vector, work: _Work) -> list[set[Vector]] | None:
    """Per line the column sums it has in some choice of all lines that adds up to `total`. None: too many to tell."""
    zero = tuple([0] * len(total))
    choices = [{option.vector for option in line.options} for line in lines]
    forward: list[set[Vector]] = [{zero}]
    for choice in choices:
        work.steps += len(forward[-1]) * len(choice)
        if work.steps > MOST_STEPS:
            return None
        reached: set[Vector] = set()
        for state in forward[-1]:
            for vector in choice:
                summed = tuple(map(add, state, vector))
                if all(map(le, summed, total)):
                    reached.add(summed)
        forward.append(reached)
    if total not in forward[-1]:
        return [set() for _ in lines]
    found: list[set[Vector]] = [set() for _ in lines]
    alive: set[Vector] = {total}
    for position in range(len(lines) - 1, -1, -1):
        before: set[Vector] = set()
        for state in alive:
            for vector in choices[position]:
                rest = tuple(map(sub, state, vector))
                if rest in forward[position]:
                    found[position].add(vector)
                    before.add(rest)
        alive = before
    return found


def _agreed(line: str, columns: list[str], one: _Line, possible: set[Vector]) -> dict[Place, Inferred]:
    """The columns in which all remaining placements of a line hold the same."""
    options = [option for option in one.options if option.vector in possible]
    found: dict[Place, Inferred] = {}
    for place, column in enumerate(columns):
        held = {option.holds[place] for option in options}
        contents = {None if index < 0 else one.values[index][0] for index in held}
        if len(contents) != 1:
            continue
        index = min(held)
        if index < 0:
            start = one.values[0][1] if one.values else 0
            found[line, column] = Inferred(None, start, start, BY_SUMS_BLANK)
        else:
            value, start, end = one.values[index]
            found[line, column] = Inferred(Decimal(value), start, end, one.why)
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
    options: list[tuple[int, ...]] = []
    for places in combinations(range(15), len(read)):
        row, holds = [0] * 15, [-1] * 15
        for position, place in enumerate(places):
            row[place], holds[place] = read[position][0], position
        if all(sum(row[group : group + 4]) == row[group + 4] for group in (0, 5, 10)):
            options.append(tuple(holds))
    one = _Line([_Option(holds, holds) for holds in options], read)
    columns = [f"{line} {column}" for line in reading.kind.lines for column in reading.kind.columns]
    agreed = _agreed("", columns, one, set(options))
    found: dict[Place, Inferred] = {}
    for (_, name), inferred in agreed.items():
        line, column = name.split(" ")
        found[line, column] = inferred
    return found
