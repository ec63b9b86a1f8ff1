"""From the parts of a number phrase to a Quantity: value in base units, bound, and the interval the wording implies.

Places. The printed place is the worth of the last digit (1000 in 14.3万, 10000 in 14万). The significant place leaves
trailing zeros out (100 in 300, 10 in 4470). 余 and 多 fill up what is below the significant place, and where they stand
behind 万 at most below 万: 300余 is 300–399, 350余万 is 3500000–3599999, 14万余 is 140000–149999, 20万余 is
200000–209999. Where no such place is left (258余件), one more is granted: 258–259. 约 and 左右 mean one significant
place either side, 近 at most one below (half of the number when that would reach 0).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from pipeline.model import Bound, Quantity
from pipeline.numbers.grammar import UnitSense
from pipeline.numbers.intervals import Interval

ZERO = Decimal(0)
ONE = Decimal(1)
TENTH = Decimal("0.1")


@dataclass(slots=True)
class Parts:
    """A number phrase taken apart. Offsets index the text; value and places are in base units."""

    start: int
    end: int
    number_end: int
    value: Decimal
    place: Decimal
    significant: Decimal
    unit: UnitSense
    rounded: bool
    """True where the print cannot show the exact value: 万, 亿, decimals, rates."""
    scale: Decimal = ONE
    """The place behind which 余 stands (10000 in 14万余), 1 when it stands behind digits."""
    means: tuple[str, ...] = ()
    chinese: bool = False
    bound_words: str = ""
    each: bool = False


def significant_place(digits: str, place: Decimal) -> Decimal:
    """The place of the last digit that is not 0; the printed place where all are."""
    zeros = len(digits) - len(digits.rstrip("0"))
    return place if zeros == len(digits) else place.scaleb(zeros)


def interval(parts: Parts) -> Interval:
    """The interval that print and words imply together: the hull of what each word allows."""
    base = printed_interval(parts)
    if not parts.means:
        return base
    hull: Interval | None = None
    for word in parts.means:
        one = _meant(parts, word)
        hull = one if hull is None else hull.union(one)
    assert hull is not None
    if "at_least" in parts.means:
        return Interval(min(x for x in (parts.value, hull.low) if x is not None), None)
    return hull


def printed_interval(parts: Parts) -> Interval:
    """What the number alone stands for."""
    if parts.rounded:
        return Interval.from_precision(parts.value, parts.place, parts.unit.step)
    return Interval(parts.value, parts.value)


def _meant(parts: Parts, word: str) -> Interval:
    value, significant = parts.value, parts.significant
    if word == "at_least":
        return Interval(value, None)
    if word == "at_most":
        return Interval(None, value)
    if word == "more":
        room = min(significant, parts.scale) if parts.scale > 1 else significant
        step = parts.unit.step
        last = room * Decimal("0.0001") if step is None else step
        return Interval(value, value + room - (last if room > last else ZERO))
    if word == "under":
        below = value - significant
        return Interval(below if below > 0 else value / 2, value)
    return Interval(max(value - significant, ZERO), value + significant)


def bound_of(means: Iterable[str]) -> Bound:
    """exact, approx, min or max; a limit outweighs a blur (约90%以上 is min)."""
    found = set(means)
    if "at_least" in found:
        return "min"
    if "at_most" in found:
        return "max"
    return "approx" if found else "exact"


def make(parts: Parts) -> Quantity:
    """The Quantity of a number phrase."""
    bounds = interval(parts)
    return Quantity(
        start=parts.start,
        end=parts.end,
        number_end=parts.number_end,
        value=parts.value,
        unit=parts.unit.canonical,
        unit_printed=parts.unit.printed,
        bound=bound_of(parts.means),
        low=bounds.low,
        high=bounds.high,
        chinese=parts.chinese,
        each=parts.each,
        bound_words=parts.bound_words,
    )
