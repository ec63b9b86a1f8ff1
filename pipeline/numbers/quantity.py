"""From the parts of a number phrase to a Quantity: value in base units, bound, and the interval the wording implies.

Places. The printed place is the worth of the last digit (1000 in 14.3万, 10000 in 14万). The significant place leaves
trailing zeros out (100 in 300, 10 in 4470). 余 and 多 fill up what is below the significant place, and where they stand
behind 万 at most below 万: 300余 is 300–399, 350余万 is 3500000–3599999, 14万余 is 140000–149999, 20万余 is
200000–209999. Where no such place is left (258余件), one more is granted: 258–259. 约 and 左右 mean one significant
place either side, 近 at most one below (half of the number when that would reach 0).
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from pipeline.model import Bound, Quantity
from pipeline.numbers.grammar import UnitSense
from pipeline.numbers.intervals import precision_ends

ZERO = Decimal(0)
ONE = Decimal(1)
_CONTINUOUS = Decimal("0.0001")


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
    step: Decimal | None
    """The least difference of two values: of the unit, or None where decimals show a mean (人均3.2个)."""
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


def ends(parts: Parts) -> tuple[Decimal | None, Decimal | None]:
    """The interval that print and words imply together: the hull of what each word allows, else what the print does."""
    if not parts.means:
        if parts.rounded:
            return precision_ends(parts.value, parts.place, parts.step)
        return parts.value, parts.value
    means = parts.means
    if len(means) > 1 and "more" in means:  # 约20余 says no more than 20余
        means = tuple(word for word in means if word != "around")
    low, high = _meant(parts, means[0])
    for word in means[1:]:
        other_low, other_high = _meant(parts, word)
        low = None if low is None or other_low is None else min(low, other_low)
        high = None if high is None or other_high is None else max(high, other_high)
    if "at_least" in means:
        return (parts.value if low is None else min(low, parts.value)), None
    return low, high


def _meant(parts: Parts, word: str) -> tuple[Decimal | None, Decimal | None]:
    value, significant = parts.value, parts.significant
    if word == "at_least":
        return value, None
    if word == "at_most":
        return None, value
    if word == "more":
        room = min(significant, parts.scale) if parts.scale > 1 else significant
        step = parts.step
        last = room * _CONTINUOUS if step is None else step
        return value, value + room - (last if room > last else ZERO)
    if word == "under":
        below = value - significant
        return (below if below > 0 else value / 2), value
    return max(value - significant, ZERO), value + significant


def bound_of(means: tuple[str, ...]) -> Bound:
    """exact, approx, min or max; a limit outweighs a blur (约90%以上 is min)."""
    if not means:
        return "exact"
    if "at_least" in means:
        return "min"
    return "max" if "at_most" in means else "approx"


def make(parts: Parts) -> Quantity:
    """The Quantity of a number phrase."""
    low, high = ends(parts)
    return Quantity(
        start=parts.start,
        end=parts.end,
        number_end=parts.number_end,
        value=parts.value,
        unit=parts.unit.canonical,
        unit_printed=parts.unit.printed,
        bound=bound_of(parts.means),
        low=low,
        high=high,
        chinese=parts.chinese,
        each=parts.each,
        bound_words=parts.bound_words,
    )
