"""The shape of a printed number: digits, 万 and 亿, words of bound, unit. Compiled from units.csv and bounds.csv."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from pipeline.lexicon.schema.numbers import BoundWord, Unit
from pipeline.numbers.numerals import SCALES

SCALE = "(?:[十百千]?[万亿]亿?|十|百(?!分[点之])|千(?![克米瓦卡伏赫焦]))"
INTEGER = r"[0-9]{1,3}(?: ?, ?[0-9]{3})+(?![0-9])|[0-9]{1,3}(?: ?， ?[0-9]{3})+(?![0-9])|[0-9]+"
SPACED = r"[0-9]{1,3}(?: [0-9]{3})+(?![0-9])"
"""Groups of three set off by blanks (53 019 条): one number only where a unit, 万 or 亿 follows."""
DECIMALS = r"(?:\.[0-9]+)?"
COUNT = Decimal(1)
FEN = Decimal("0.01")


@dataclass(slots=True, frozen=True)
class UnitSense:
    """What a printed unit means. `step` is the least difference of two values (see Interval.from_precision)."""

    printed: str
    canonical: str
    kind: str
    factor: Decimal
    step: Decimal | None


@dataclass(slots=True, frozen=True)
class Before:
    """A word of bound that stands before a number."""

    word: str
    means: str
    not_after: tuple[str, ...]
    chinese: bool


_STEPS = {"count": COUNT, "rank": COUNT, "money": FEN}
NO_UNIT = UnitSense("", "", "none", Decimal(1), COUNT)


def _sense(unit: Unit) -> UnitSense:
    return UnitSense(unit.unit, unit.canonical, unit.kind, unit.factor, _STEPS.get(unit.kind))


def _alternation(words: Iterable[tuple[str, str]]) -> str:
    """Longest first, each with what must not follow it."""
    ordered = sorted(words, key=lambda pair: -len(pair[0]))
    return "|".join(re.escape(word) + (f"(?!{unless})" if unless else "") for word, unless in ordered)


class Grammar:
    """Regular expressions and tables of the number phrase. Immutable, built once per process."""

    def __init__(self, units: Iterable[Unit], bounds: Iterable[BoundWord]) -> None:
        units, bounds = tuple(units), tuple(bounds)
        self.units = {unit.unit: _sense(unit) for unit in units}
        self.means = {b.word: b.means for b in bounds if b.place in ("inside", "behind")}
        self.ranks = tuple(b.word for b in bounds if b.place == "rank")
        self.first = self._index(b for b in bounds if b.place == "first")
        self.before = self._index(b for b in bounds if b.place == "before")
        self._unit = _alternation((u.unit, u.unless) for u in units)
        spoken = _alternation((u.unit, u.unless) for u in units if u.chinese)
        inside = _alternation((b.word, b.unless) for b in bounds if b.place == "inside")
        behind = _alternation((b.word, b.unless) for b in bounds if b.place == "behind")
        self._number = f"(?:{INTEGER}){DECIMALS}"
        tail = f"(?: {{0,2}}({inside}))?(?: {{0,2}}({SCALE})(?: ?({inside}))?)?"
        end = f"(?: {{0,3}}(UNIT))?(?: ?({behind}))?"
        counted = f"(?={DECIMALS} ?(?:{inside})? ?(?:{SCALE}|{self._unit}))"
        integer = f"{SPACED}{counted}|{INTEGER}"
        self.digits = re.compile(f"({integer})({DECIMALS}){tail}{end.replace('UNIT', self._unit)}")
        self.chinese = re.compile(f"(){tail}{end.replace('UNIT', spoken)}")
        self.behind = re.compile(f" ?(?:{behind})")
        self.unit_alone = re.compile(f" ?({self._unit})")
        firsts = {u.unit[0] for u in units if u.chinese} | {b.word[0] for b in bounds if b.place == "inside"}
        self.spoken_firsts = frozenset(firsts)

    @staticmethod
    def _index(words: Iterable[BoundWord]) -> dict[str, tuple[Before, ...]]:
        index: dict[str, tuple[Before, ...]] = {}
        for entry in sorted(words, key=lambda b: -len(b.word)):
            before = Before(entry.word, entry.means, entry.not_after, entry.chinese)
            index[entry.word[-1]] = (*index.get(entry.word[-1], ()), before)
        return index

    def expand(self, expression: str) -> str:
        """Puts the alternations in for {unit}, {scale} and {n} of a rule."""
        for name, value in (("{unit}", self._unit), ("{scale}", SCALE), ("{n}", self._number)):
            expression = expression.replace(name, f"(?:{value})")
        return expression

    def sketch(self, expression: str) -> str:
        """Like expand, but with the first characters only: enough to tell with which a match can begin."""
        firsts = "[" + re.escape("".join(sorted({unit[0] for unit in self.units}))) + "]"
        for name, value in (("{unit}", firsts), ("{scale}", SCALE), ("{n}", "[0-9]+")):
            expression = expression.replace(name, value)
        return expression

    def bound_before(self, text: str, place: int) -> Before | None:
        """The word of bound that ends at `place` (blanks skipped), the longest there is."""
        while place and text[place - 1] == " ":
            place -= 1
        return self._ending(self.before, text, place)

    def first_before(self, text: str, place: int) -> bool:
        """True when 前 in the sense of "the first so many" ends at `place`; 目前 and 之前 are none."""
        return self._ending(self.first, text, place) is not None

    @staticmethod
    def _ending(index: dict[str, tuple[Before, ...]], text: str, place: int) -> Before | None:
        for before in index.get(text[place - 1], ()) if place else ():
            if text.endswith(before.word, 0, place):
                if before.not_after and text.endswith(before.not_after, 0, place - len(before.word)):
                    continue
                return before
        return None


def scale_of(word: str | None) -> int:
    """10000 for 万, 1 for None. 千万 and 万亿 multiply."""
    if not word:
        return 1
    known = SCALES.get(word)
    if known is not None:
        return known
    value = 1
    for character in word:
        value *= SCALES[character]
    return value
