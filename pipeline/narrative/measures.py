"""What a number measures: a level, a share (占), a change (同比增长), a ratio (1.5 倍), a rank, a score."""

from __future__ import annotations

from dataclasses import dataclass

import regex

from pipeline.lexicon.schema.prose import Cues
from pipeline.model import Measure, Quantity
from pipeline.narrative.cues import CueSet, compiled, either

_RATE_UNITS = frozenset({"%", "‰", "个百分点", "百分点"})
_POINTS = frozenset({"个百分点", "百分点"})
_TIMES = frozenset({"倍"})
_BELONGS = ("属", "涉及", "来自", "系", "与")
"""Behind a rate: it is the share of what has that content or comes from there (60% 属审批类信息)."""
_CLOSING = ("）", ")")
_COUNT_BEFORE = regex.compile(r"\d[余多]?\p{Han}{1,2}[（(]$")
"""类 144 条（8.1%）: a rate alone in the bracket behind a count is its share."""
_COMMA = regex.compile("[，,]")
_REACH = 26
_CLOSE = 8


@dataclass(frozen=True, slots=True)
class Measured:
    """The measure of a number and the sign of a change; `start` is where its words begin (占, 同比增长)."""

    measure: Measure
    falling: bool = False
    start: int = -1


LEVEL = Measured("level")


class Measures:
    """Tells the measure from the words before a number."""

    def __init__(self, cues: Cues, compiled_cues: CueSet) -> None:
        up, down = either(cues.changes.up), either(cues.changes.down)
        tail = r"(?:了|幅度?|约|近|超过?|达到?|率?为|率|量|数量?|总量|逾|将近|至少|的?比例为?)*$"
        self._against = compiled(cues.changes.against)
        self._change = regex.compile(rf"(?:(?P<up>{up})|(?P<down>{down})){tail}")
        self._over = compiled(cues.changes.over, after=r"(?:了|约|近)*$")
        self._share = compiled_cues.share
        self._last = frozenset(
            (
                *(word[-1] for word in (*cues.changes.up, *cues.changes.down, *cues.changes.over)),
                *"了幅度约近超过达到为率量数逾少例",
            )
        )

    def measure(self, text: str, gap: int, quantity: Quantity) -> Measured:
        """`gap` is where the text before the number begins that belongs to it."""
        unit = quantity.unit
        if quantity.ordinal:
            return Measured("rank")
        start = quantity.start
        begin = max(gap, start - _REACH)
        last = text[start - 1] if start > begin else ""
        if last in self._last:
            found = self._change_before(text, begin, gap, quantity)
            if found is not None:
                return found
        if unit in _TIMES:
            return Measured("ratio", start=start)
        if unit in _RATE_UNITS:
            match = self._share.search(text, begin, start)
            if match:
                return Measured("share", start=match.start())
            if text.startswith(_BELONGS, quantity.end):
                return Measured("share", start=start)
            if text[quantity.end : quantity.end + 1] in _CLOSING and _COUNT_BEFORE.search(
                text, max(start - _CLOSE, 0), start
            ):
                return Measured("share", start=start)
            if "成" in text[quantity.start : quantity.end]:  # 答复了九成以上
                return Measured("share", start=start)
        return Measured("score") if unit == "分" else LEVEL

    def _change_before(self, text: str, begin: int, gap: int, quantity: Quantity) -> Measured | None:
        start = quantity.start
        over = self._over.search(text, begin, start)
        if over:
            return Measured("change_rate", start=over.start())
        match = self._change.search(text, begin, start)
        if match is None:
            return None
        against = self._against.search(text, max(gap - 1, 0), start)
        if against is None and quantity.unit not in _RATE_UNITS and quantity.unit not in _TIMES:
            return None
        falling = match["down"] is not None
        at = min(against.start(), match.start()) if against else match.start()
        if against and _COMMA.search(text, against.end(), match.start()):
            at = match.start()  # 与上年相比，申请增加 35 件: what has changed is told behind the comparison
        if quantity.unit in _TIMES:
            return Measured("ratio", falling, at)
        if quantity.unit in _RATE_UNITS and quantity.unit not in _POINTS:
            return Measured("change_rate", falling, at)
        return Measured("change", falling, at)
