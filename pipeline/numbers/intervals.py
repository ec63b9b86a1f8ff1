"""Intervals in exact decimals: what a printed number, rounded or bounded by words, may stand for.

Both ends are inclusive, None is unbounded. Addition, subtraction and scaling are exact up to 50 digits; only a division
may have no finite decimal, so its low end is rounded down and its high end up, and the true quotient stays inside.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import ROUND_CEILING, ROUND_FLOOR, Context, Decimal

import msgspec

_ZERO = Decimal(0)
_HUNDRED = Decimal(100)
_TWO = Decimal(2)
_EXACT = Context(prec=50)
_DOWN = Context(prec=28, rounding=ROUND_FLOOR)
_UP = Context(prec=28, rounding=ROUND_CEILING)
_CONTINUOUS = Decimal("0.0001")


class Interval(msgspec.Struct, frozen=True, gc=False):
    """[low, high], both inclusive; None means unbounded on that side. Never empty: low <= high."""

    low: Decimal | None
    high: Decimal | None

    def __post_init__(self) -> None:
        if self.low is not None and self.high is not None and self.low > self.high:
            raise ValueError(f"empty interval: {self.low} > {self.high}")

    @classmethod
    def exact(cls, value: Decimal | int) -> Interval:
        """[value, value]."""
        number = Decimal(value)
        return cls(number, number)

    @classmethod
    def total(cls, parts: Iterable[Interval]) -> Interval:
        """The sum of intervals; of none it is [0, 0]."""
        result = ZERO
        for part in parts:
            result = result + part
        return result

    @classmethod
    def from_precision(cls, value: Decimal, place: Decimal, step: Decimal | None = None) -> Interval:
        """What a value printed down to `place` stands for when it was rounded or cut off there.

        `place` is the worth of the last printed digit (0.1 for 33.9; 1000 for 14.3万), `step` the least difference
        two values of this kind can have (1 for counts, 0.01 for yuan, None where there is none, as for rates).
        Rounded gives value ± place/2, cut off gives value up to, not including, value + place (away from zero); the
        result is their union. Its far end is open in truth; as ends are inclusive here, it is the last value before
        it: one step before, or a ten-thousandth of a place where there is no step. A value printed down to its step
        is exact. The near end does not cross zero.
        """
        return cls(*precision_ends(value, place, step))

    @property
    def is_exact(self) -> bool:
        """True when both ends are the same number."""
        return self.low is not None and self.low == self.high

    def __add__(self, other: Interval) -> Interval:
        return Interval(_sum(self.low, other.low), _sum(self.high, other.high))

    def __neg__(self) -> Interval:
        low = None if self.high is None else _EXACT.minus(self.high)
        high = None if self.low is None else _EXACT.minus(self.low)
        return Interval(low, high)

    def __sub__(self, other: Interval) -> Interval:
        return self + -other

    def scaled(self, factor: Decimal | int) -> Interval:
        """Both ends times a number, which may be negative (it swaps them) or 0."""
        number = Decimal(factor)
        if not number:
            return ZERO
        low = None if self.low is None else _EXACT.multiply(self.low, number)
        high = None if self.high is None else _EXACT.multiply(self.high, number)
        return Interval(low, high) if number > 0 else Interval(high, low)

    def overlaps(self, other: Interval) -> bool:
        """True when some number lies in both."""
        return not (
            (self.high is not None and other.low is not None and self.high < other.low)
            or (other.high is not None and self.low is not None and other.high < self.low)
        )

    def contains(self, value: Decimal | int) -> bool:
        """True when the number lies inside or on an end."""
        return (self.low is None or self.low <= value) and (self.high is None or value <= self.high)

    def encloses(self, other: Interval) -> bool:
        """True when every number of the other lies in this one."""
        low = self.low is None or (other.low is not None and self.low <= other.low)
        return low and (self.high is None or (other.high is not None and other.high <= self.high))

    def union(self, other: Interval) -> Interval:
        """The smallest interval around both (a gap between them is filled)."""
        low = None if self.low is None or other.low is None else min(self.low, other.low)
        high = None if self.high is None or other.high is None else max(self.high, other.high)
        return Interval(low, high)

    def intersection(self, other: Interval) -> Interval | None:
        """What lies in both, None when nothing does."""
        if not self.overlaps(other):
            return None
        lows = [x for x in (self.low, other.low) if x is not None]
        highs = [x for x in (self.high, other.high) if x is not None]
        return Interval(max(lows, default=None), min(highs, default=None))

    def gap(self, other: Interval) -> Decimal:
        """How far apart the two are, 0 when they overlap; positive when this one lies above the other."""
        if self.low is not None and other.high is not None and self.low > other.high:
            return _EXACT.subtract(self.low, other.high)
        if self.high is not None and other.low is not None and self.high < other.low:
            return _EXACT.subtract(self.high, other.low)
        return _ZERO

    def ratio(self, whole: Interval) -> Interval | None:
        """This divided by a whole that is surely above 0, for amounts that are surely not below 0; else None.

        None also where nothing can be said: neither end of the quotient is bounded.
        """
        if whole.low is None or whole.low <= 0 or self.low is None or self.low < 0:
            return None
        low = _ZERO if whole.high is None else _DOWN.divide(self.low, whole.high)
        high = None if self.high is None else _UP.divide(self.high, whole.low)
        return Interval(low, high)

    def share(self, whole: Interval) -> Interval | None:
        """This in per cent of a whole; None when the whole may be 0 (see `ratio`)."""
        quotient = self.ratio(whole)
        return None if quotient is None else quotient.scaled(_HUNDRED)

    def change_rate(self, before: Interval) -> Interval | None:
        """The growth in per cent from `before` to this; None when `before` may be 0."""
        share = self.share(before)
        return None if share is None else share - Interval.exact(_HUNDRED)

    def __str__(self) -> str:
        if self.is_exact:
            return f"{self.low:f}"
        if self.low is None:
            return "任意" if self.high is None else f"≤{self.high:f}"
        return f"≥{self.low:f}" if self.high is None else f"{self.low:f}–{self.high:f}"


def precision_ends(value: Decimal, place: Decimal, step: Decimal | None) -> tuple[Decimal, Decimal]:
    """The two ends of Interval.from_precision."""
    if step is not None and place <= step:
        return value, value
    last = place * _CONTINUOUS if step is None else step
    half = place / _TWO
    if value.is_signed() and value:
        high = value + half
        return value - place + last, high if high < _ZERO else _ZERO
    low = value - half
    return low if low > _ZERO else _ZERO, value + place - last


ZERO = Interval(_ZERO, _ZERO)
ANY = Interval(None, None)


def _sum(a: Decimal | None, b: Decimal | None) -> Decimal | None:
    return None if a is None or b is None else _EXACT.add(a, b)
