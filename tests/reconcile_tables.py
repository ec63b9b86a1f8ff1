"""Random tables that add up, and faults planted in them: what the diagnosis must find again."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal

from pipeline.lexicon.formula import APPLICANTS, COLUMNS
from pipeline.model import Cell
from pipeline.reconcile import plain_cell

RESULTS_2021 = (
    "t3.granted", "t3.partial", "t3.denied.state_secret", "t3.denied.law_forbidden", "t3.denied.safety_stability",
    "t3.denied.third_party", "t3.denied.internal_affairs", "t3.denied.process_info", "t3.denied.enforcement_file",
    "t3.denied.admin_inquiry", "t3.unavailable.not_held", "t3.unavailable.needs_creation",
    "t3.unavailable.unclear_after_correction", "t3.rejected.petition", "t3.rejected.repeated",
    "t3.rejected.publication", "t3.rejected.massive",
    "t3.rejected.reissue", "t3.other.no_correction", "t3.other.no_fee", "t3.other.other",
)  # fmt: skip
RESULTS_2019 = (*RESULTS_2021[:-3], "t3.other.total")
FLOWS = ("t3.received", "t3.carried_in", "t3.handled", "t3.carried_out")

Values = dict[tuple[str, str], int]


def consistent(rng: random.Random, results: tuple[str, ...] = RESULTS_2021, scale: int = 120) -> Values:
    """A table 3 in which every sum comes out."""
    values: Values = {}
    for column in APPLICANTS:
        size = (
            scale if column == "natural" else scale // 4 if column == "business" else rng.choice((0, 0, 3, scale // 8))
        )
        for line in results:
            values[line, column] = rng.choice((0, 0, rng.randint(0, size), rng.randint(0, size))) if size else 0
        handled = sum(values[line, column] for line in results)
        out = rng.randint(0, max(handled // 6, 1)) if handled else 0
        carried = rng.randint(0, handled // 6) if handled else 0
        values["t3.handled", column], values["t3.carried_out", column] = handled, out
        values["t3.carried_in", column] = min(carried, handled + out)
        values["t3.received", column] = handled + out - values["t3.carried_in", column]
    for line in (*results, *FLOWS):
        values[line, "total"] = sum(values[line, column] for column in APPLICANTS)
    return values


def cells_from(values: Values, blanks: bool = False) -> list[Cell]:
    """Cells in the order of the form. With `blanks`, what is 0 is printed empty outside the totals."""
    lines = [line for line in (*FLOWS[:2], *RESULTS_2021, "t3.other.total", *FLOWS[2:]) if (line, "total") in values]
    return [
        plain_cell(
            line,
            column,
            None if blanks and column != "total" and values[line, column] == 0 else Decimal(values[line, column]),
        )
        for line in lines
        for column in COLUMNS
    ]


@dataclass
class Fault:
    """What was done to a table: its kind, the cells it touched, and the causes that would be right to name."""

    kind: str
    places: tuple[tuple[str, str], ...]
    causes: tuple[str, ...]
    table: Values = field(repr=False)


def plant(rng: random.Random, values: Values, kind: str) -> Fault | None:
    """A fault of that kind somewhere in the table; None where the table has no place for it."""
    return _PLANTERS[kind](rng, dict(values))


def _pick(rng: random.Random, values: Values, fits: Callable[[int], bool]) -> tuple[str, str] | None:
    places = [place for place, value in values.items() if fits(value)]
    return rng.choice(places) if places else None


def _swap_digits(rng: random.Random, values: Values) -> Fault | None:
    place = _pick(rng, values, lambda v: v > 9 and str(v)[0] != str(v)[1])
    if place is None:
        return None
    text = str(values[place])
    values[place] = int(text[1] + text[0] + text[2:])
    return Fault("digits", (place,), ("数位颠倒", "漏了一位"), values)


def _lose_digit(rng: random.Random, values: Values) -> Fault | None:
    place = _pick(rng, values, lambda v: v > 9)
    if place is None:
        return None
    text, at = str(values[place]), rng.randint(0, 1)
    values[place] = int(text[:at] + text[at + 1 :])
    return Fault("lost", (place,), ("漏了一位", "总计未合计", "只有一格有误", "数位颠倒"), values)


def _double_digit(rng: random.Random, values: Values) -> Fault | None:
    place = _pick(rng, values, lambda v: v > 0)
    if place is None:
        return None
    text = str(values[place])
    values[place] = int(text[0] + text)
    return Fault("doubled", (place,), ("多了一位",), values)


def _negate(rng: random.Random, values: Values) -> Fault | None:
    place = _pick(rng, values, lambda v: v > 0)
    if place is None:
        return None
    values[place] = -values[place]
    return Fault("sign", (place,), ("正负号有误",), values)


def _unit(rng: random.Random, values: Values) -> Fault | None:
    place = _pick(rng, values, lambda v: v > 0)
    if place is None:
        return None
    values[place] *= 10_000
    return Fault("unit", (place,), ("差一万倍",), values)


def _exchange(rng: random.Random, values: Values) -> Fault | None:
    places = [place for place, value in values.items() if value > 0]
    if len(places) < 2:
        return None
    one, other = rng.sample(places, 2)
    if values[one] == values[other]:
        return None
    values[one], values[other] = values[other], values[one]
    return Fault("swap", (one, other), ("两格对调",), values)


def _wrong_column(rng: random.Random, values: Values) -> Fault | None:
    places = [
        ((line, a), (line, b))
        for (line, a), value in values.items()
        if value > 0 and a != "total"
        for b in APPLICANTS
        if b != a and values[line, b] == 0
    ]
    if not places:
        return None
    one, other = rng.choice(places)
    values[one], values[other] = 0, values[one]
    return Fault("column", (one, other), ("填错栏", "申请人栏填错"), values)


def _shift_row(rng: random.Random, values: Values) -> Fault | None:
    lines = sorted({line for line, _ in values if values[line, "natural"] and values[line, "business"]})
    if not lines:
        return None
    line = rng.choice(lines)
    row = [values[line, column] for column in COLUMNS]
    moved = [0, *row[:-1]] if rng.random() < 0.5 else [*row[1:], 0]
    values.update({(line, column): value for column, value in zip(COLUMNS, moved, strict=True)})
    return Fault("shift", tuple((line, column) for column in COLUMNS), ("整行错位",), values)


_PLANTERS: dict[str, Callable[[random.Random, Values], Fault | None]] = {
    "digits": _swap_digits,
    "lost": _lose_digit,
    "doubled": _double_digit,
    "sign": _negate,
    "unit": _unit,
    "swap": _exchange,
    "column": _wrong_column,
    "shift": _shift_row,
}
KINDS = tuple(_PLANTERS)
