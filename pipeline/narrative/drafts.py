"""Figures in the making: what is known of a number while its paragraph is read, and the wholes that are open."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

import msgspec

from pipeline.lexicon.schema.core import Indicator
from pipeline.model import PART, Bound, Measure, Period, ScopeKind

APART = "另句按类"
"""The cue of a whole that a new sentence divides up: it says what is counted, but a new sentence makes no parts."""
LISTED = f"{PART}{APART}"
"""How the rule of such a number begins."""


class Draft(msgspec.Struct, array_like=True):
    """A figure before it is finished. `start` and `end` index the text of its line."""

    code: str
    value: Decimal
    unit: str
    bound: Bound
    low: Decimal | None
    high: Decimal | None
    start: int
    end: int
    sentence: tuple[int, int]
    alias: str
    rule: str
    measure: Measure = "level"
    of: str | int | None = None
    column: str | None = None
    channel: str | None = None
    scope: str | None = None
    scope_kind: ScopeKind | None = None
    period: Period = Period()
    category: str | None = None
    part_of: int | None = None
    parts_exhaustive: bool | None = None
    zero: bool = False
    implied: bool = False
    own_channel: bool = False
    channel_at: int = -1
    bracket: int = -1
    """Index of the bracket it stands in, -1 outside."""

    @property
    def counts(self) -> bool:
        """A level that is printed as a number: neither a share or change nor an absence in words."""
        return self.measure == "level" and not self.zero

    @property
    def stands(self) -> bool:
        """A figure that a share or change can speak of."""
        return self.measure in ("level", "rank", "score") and not self.zero


@dataclass(slots=True)
class Whole:
    """A whole whose parts are being told. `total` is the sum of the parts so far."""

    draft: int
    bracket: int
    cue: str
    total: Decimal = Decimal(0)
    first: bool = True


def family(code: str) -> str:
    """Codes of one family may be parts of each other; t3 and requests are one."""
    head = code.split(".", 1)[0]
    return "t3" if head == "requests" else head


class Units:
    """The unit an indicator is counted in, for the classifiers that mean the same there: 名 of people, 起 of cases."""

    def __init__(self, indicators: Mapping[str, Indicator]) -> None:
        self._indicators = indicators

    def canonical(self, code: str, unit: str) -> str:
        same = _ALIKE.get(unit)
        if same is None:
            return unit
        indicator = self._indicators.get(code)
        if indicator is None:
            return same if unit in _PEOPLE else unit
        if unit in _CASES and not code.startswith(_OF_CASES):
            return unit
        usual = indicator.units
        return same if same in usual[:_USUAL] and code not in _AS_PRINTED else unit


_ALIKE = {"名": "人", "位": "人", "起": "件", "宗": "件", "桩": "件", "处": "个", "所": "个"}
_PEOPLE = frozenset({"名", "位"})
_CASES = frozenset({"起", "宗", "桩"})
_OF_CASES = ("t3.", "t4.", "requests.", "t2.", "s14.")
_AS_PRINTED = frozenset({"accountability.cases", "evaluation.rank"})
_USUAL = 2
