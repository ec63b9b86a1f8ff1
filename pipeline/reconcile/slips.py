"""Why a number worked out in the prose does not come out: shares (C6), sums of parts (C8), growth (C15).

A rule names the slips to try (`tries`), in order; the first that explains the difference is told as the cause, in the
words of rule_words.yaml. Every one is a way in which such numbers are often got wrong; none changes a value.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from decimal import ROUND_CEILING, ROUND_DOWN, ROUND_HALF_UP, ROUND_UP, Decimal
from typing import NamedTuple

from pipeline.model import Figure
from pipeline.reconcile.base import Compiled
from pipeline.reconcile.explain import short
from pipeline.reconcile.facts import ZERO, Facts, Total, Vocabulary, add_ref, default_column, number
from pipeline.reconcile.grid import digit_fault
from pipeline.reconcile.scopes import PASSAGE

HUNDRED = Decimal(100)
ONE = Decimal(1)
_LEAST = 2
"""0 and 1 stand everywhere and prove nothing."""
_LARGEST = Decimal(10**9)
"""No rate is larger, and none is printed to more places."""
_FEW = 4
"""As many numbers that could each be the wrong one are still worth telling."""


class Case(NamedTuple):
    """A number that does not come out. `left` is what is printed, `right` what it should be.

    Of a share `part` and `base` are what was divided; of growth `part` is this year's value, `base` last year's; of a
    sum `group` are the parts of the whole `figure`.
    """

    facts: Facts
    vocabulary: Vocabulary
    figure: Figure
    left: Total
    right: Total
    part: Total = Total()
    base: Total = Total()
    group: Sequence[int] = ()
    exact: bool = False

    def told(self, name: str, **words: str) -> str:
        return self.vocabulary.words.causes[name].format(printed=self.figure.mention, **words)


Slip = Callable[[Case], str | None]
"""The cause in words where the slip explains the difference."""


def cause(one: Compiled, case: Case) -> str | None:
    """The first slip of the rule that explains the difference, in words."""
    for name in one.rule.tries:
        words = _SLIPS[name](case)
        if words:
            return words
    return None


# A printed rate


def _place(figure: Figure) -> Decimal:
    """The worth of the last printed digit: 0.1 for 33.9."""
    return ONE.scaleb(min(int(figure.value.as_tuple().exponent), 0))


def _rate(case: Case) -> Decimal | None:
    """The rate as it should be, where it is one number and the printed one is no more than rounded."""
    right = case.right.low
    plain = right is not None and right == case.right.high and case.figure.bound == "exact"
    return (
        right if plain and right is not None and abs(right) < _LARGEST and _place(case.figure) > 1 / _LARGEST else None
    )


def _holds(case: Case, value: Decimal | None) -> bool:
    """Whether the printed number may stand for the value."""
    low, high = case.left.low, case.left.high
    return value is not None and low is not None and high is not None and low <= value <= high


def _fixed(case: Case, right: Decimal) -> str:
    return f"{number(right.quantize(_place(case.figure), rounding=ROUND_HALF_UP))}{case.figure.unit}"


def _decimal_point(case: Case) -> str | None:
    right = _rate(case)
    if right is None or not right:
        return None
    for power in (1, -1, 2, -2):
        if _holds(case, right.scaleb(power)):
            return case.told("decimal_point", fixed=f"{short(right)}{case.figure.unit}")
    return None


def _rounded_up(case: Case) -> str | None:
    right = _rate(case)
    if right is None or right.quantize(_place(case.figure), rounding=ROUND_UP) != case.figure.value:
        return None
    return case.told("rounded_up", right=f"{short(right)}{case.figure.unit}", fixed=_fixed(case, right))


def _last_place(case: Case) -> str | None:
    right, place = _rate(case), _place(case.figure)
    if right is None or abs(right.quantize(place, rounding=ROUND_HALF_UP) - case.figure.value) != place:
        return None
    return case.told("last_place", fixed=_fixed(case, right))


def _rate_digits(case: Case) -> str | None:
    right, place = _rate(case), _place(case.figure)
    if right is None or (right < 0) != (case.figure.value < 0):
        return None
    for rounding in (ROUND_HALF_UP, ROUND_DOWN):
        wanted = right.quantize(place, rounding=rounding)
        name = digit_fault(abs(case.figure.value) / place, abs(wanted) / place)
        if name in _DIGITS:
            return case.told(f"number_{name}", where="", fixed=f"{number(wanted)}{case.figure.unit}")
    return None


_DIGITS = ("digits_swapped", "digit_lost", "digit_doubled", "digit_wrong")
_SURE = _DIGITS[:3]


# Shares


def _fills_hundred(case: Case) -> str | None:
    """Shares told in a row make exactly 100 %: the one that is off was got by taking the others away."""
    figures = case.facts.figures
    row = [f for f in figures if f.sentence == case.figure.sentence and f.measure == "share" and f.unit == "%"]
    for begin in range(len(row)):
        for end in range(begin + 2, len(row) + 1):
            run = row[begin:end]
            if case.figure in run and sum((f.value for f in run), ZERO) == HUNDRED:
                return case.told("fills_hundred", others="、".join(f.mention for f in run if f is not case.figure))
    return None


def _number_as_share(case: Case) -> str | None:
    """The share is the number of the part or of the whole itself."""
    value = case.figure.value
    if value < _LEAST or value not in (case.part.low, case.base.low):
        return None
    return case.told("number_as_share", of="分子" if value == case.part.low else "总数")


def _beside(case: Case, period: str) -> Iterator[Figure]:
    """The numbers told nearby that are counted as the part is."""
    units = {case.facts.figures[e.index].unit for e in case.part.evidence if e.index is not None}
    for figure in case.facts.figures:
        near = figure.section == case.figure.section and abs(figure.start - case.figure.start) <= PASSAGE
        if near and figure.measure == "level" and figure.period.kind == period and figure.unit in units | {""}:
            yield figure


def _share_of(part: Decimal | None, base: Decimal | None) -> Decimal | None:
    return part * HUNDRED / base if part is not None and base else None


def _other_base(case: Case) -> str | None:
    """The share is right of another number told nearby."""
    part = case.part.low
    found = {f.value: f for f in _beside(case, "year") if f.value != part and _holds(case, _share_of(part, f.value))}
    if len(found) != 1:
        return None
    base = next(iter(found.values()))
    return case.told("other_base", where=f"{case.vocabulary.name(base.code)}{base.mention}")


def _last_years_share(case: Case) -> str | None:
    """The share is right with last year's number for the part, for the base, or for both."""
    for figure in _beside(case, "last_year"):
        for part, base in ((figure.value, case.base.low), (case.part.low, figure.value)):
            if _holds(case, _share_of(part, base)):
                return case.told("last_years_number", where=f"{case.vocabulary.name(figure.code)}{figure.mention}")
    return None


def _wanted_part(case: Case) -> Decimal | None:
    """The one whole number that has the share told; None where several have, or none."""
    base, low, high = case.base.low, case.left.low, case.left.high
    if base is None or base != case.base.high or low is None or high is None:
        return None
    first = (low * base / HUNDRED).to_integral_value(rounding=ROUND_CEILING)
    alone = 0 <= first <= base and first * HUNDRED <= high * base < (first + 1) * HUNDRED
    return first if alone else None


def _part_digits(case: Case) -> str | None:
    """A usual slip in the part: with the number meant the share comes out."""
    part, wanted = case.part.low, _wanted_part(case)
    if part is None or wanted is None or digit_fault(part, wanted) not in _DIGITS:
        return None
    return case.told("part_digits", part=number(part), fixed=number(wanted))


def _part_fits(case: Case) -> str | None:
    """Nothing usual: the number that the share would fit, for whoever looks it up."""
    part, wanted = case.part.low, _wanted_part(case)
    return case.told("part_fits", part=number(part), fixed=number(wanted)) if part is not None and wanted else None


# Growth


def _percent_point(case: Case) -> str | None:
    """The difference of two rates, told as a percentage of the older one."""
    units = {case.facts.figures[e.index].unit for e in case.right.evidence if e.index is not None}
    now, then = case.part.low, case.base.low
    if units != {"%"} or now is None or then is None or not _holds(case, now - then):
        return None
    return case.told("percent_point", then=number(then), now=number(now), fixed=number(now - then))


def _this_year_base(case: Case) -> str | None:
    now, then = case.part.low, case.base.low
    if now is None or then is None or not _holds(case, _share_of(now - then, now)):
        return None
    return case.told("this_year_base", now=number(now))


def _turned(case: Case) -> str | None:
    """Up and down exchanged."""
    right = case.right.low
    if right is None or right != case.right.high or not right or not _holds(case, -right):
        return None
    return case.told("turned", fixed=f"{short(right)}{case.figure.unit}")


# Sums of parts


def _excess(case: Case) -> Decimal | None:
    """By how much the parts are more than the whole; None where either is no single number."""
    whole, parts = case.left, case.right
    if whole.low is None or whole.low != whole.high or parts.low is None or parts.low != parts.high:
        return None
    return parts.low - whole.low


def _name(case: Case, figure: Figure) -> str:
    detail = figure.category or case.vocabulary.columns.get(figure.column or "", "")
    return detail or case.vocabulary.name(figure.code)


def _parts(case: Case) -> list[Figure]:
    return [case.facts.figures[index] for index in case.group]


def _by_table(case: Case) -> str | None:
    """With the numbers of the table for the parts the sum comes out."""
    total, wrong = ZERO, []
    for figure in _parts(case):
        cell = Total()
        if figure.category or figure.channel:
            return None
        add_ref(cell, case.facts, case.vocabulary, figure.code, figure.column or default_column(figure.code))
        if not cell.evidence or cell.unknown or cell.low is None or cell.low != cell.high:
            return None
        total += cell.low
        if cell.low != figure.value:
            wrong.append(f"{_name(case, figure)}{number(cell.low)}")
    return case.told("by_table", parts="、".join(wrong)) if wrong and _is_whole(case, total) else None


def _is_whole(case: Case, total: Decimal) -> bool:
    return case.left.low is not None and case.left.low == case.left.high == total


def _counted_twice(case: Case) -> str | None:
    excess = _excess(case)
    same = [figure for figure in _parts(case) if excess is not None and excess >= _LEAST and figure.value == excess]
    if len(same) < 2:
        return None
    return case.told("counted_twice", parts="、".join(_name(case, f) for f in same), amount=number(same[0].value))


def _part_inside(case: Case) -> str | None:
    excess = _excess(case)
    same = [figure for figure in _parts(case) if excess is not None and excess >= _LEAST and figure.value == excess]
    return (
        case.told("part_inside", where=_name(case, same[0]), amount=number(same[0].value)) if len(same) == 1 else None
    )


def _other_whole(case: Case) -> str | None:
    """The parts make another number told nearby."""
    total = case.right.low
    if total is None or total != case.right.high or total < _LEAST:
        return None
    inside = {id(figure) for figure in (*_parts(case), case.figure)}
    for figure in case.facts.figures:
        near = figure.section == case.figure.section and abs(figure.start - case.figure.start) <= PASSAGE
        alike = figure.measure == "level" and figure.unit == case.figure.unit and figure.value == total
        if near and alike and id(figure) not in inside:
            return case.told("other_whole", where=f"{case.vocabulary.name(figure.code)}{figure.mention}")
    return None


def _one_number(case: Case) -> str | None:
    """A usual slip in one of the numbers; where several could be it, all of them are told."""
    excess = _excess(case)
    if excess is None:
        return None
    wanted = [(case.figure, "总数", case.figure.value + excess)]
    wanted += [(figure, f"「{_name(case, figure)}」", figure.value - excess) for figure in _parts(case)]
    found = [(digit_fault(f.value, right), f, where, right) for f, where, right in wanted if right >= 0]
    chosen = [each for each in found if each[0] in _SURE] or [each for each in found if each[0] in _DIGITS]
    if len(chosen) == 1:
        name, figure, where, right = chosen[0]
        return case.vocabulary.words.causes[f"number_{name}"].format(
            where=where, printed=figure.mention, fixed=number(right)
        )
    if not chosen or len(chosen) > _FEW:
        return None
    changes = "，或".join(f"{where}{figure.mention}改为{number(right)}" for _, figure, where, right in chosen)
    return case.told("one_of_numbers", changes=changes)


def _not_exhaustive(case: Case) -> str | None:
    excess = _excess(case)
    return case.told("not_exhaustive", amount=number(-excess)) if case.exact and excess and excess < 0 else None


_SLIPS: dict[str, Slip] = {
    "decimal_point": _decimal_point,
    "fills_hundred": _fills_hundred,
    "rounded_up": _rounded_up,
    "last_place": _last_place,
    "number_as_share": _number_as_share,
    "other_base": _other_base,
    "last_years_number": _last_years_share,
    "rate_digits": _rate_digits,
    "part_digits": _part_digits,
    "part_fits": _part_fits,
    "percent_point": _percent_point,
    "this_year_base": _this_year_base,
    "turned": _turned,
    "by_table": _by_table,
    "counted_twice": _counted_twice,
    "other_whole": _other_whole,
    "one_number": _one_number,
    "part_inside": _part_inside,
    "not_exhaustive": _not_exhaustive,
}
