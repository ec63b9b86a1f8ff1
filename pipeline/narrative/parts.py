"""Wholes and parts: 其中, brackets, colons, 含 and 另有, sums that come out.

A cue opens a whole; the numbers behind it are its parts as long as unit and size allow. A bracket behind a number
holds parts of that number, unless 另有 stands before them. Parts need not add up: where they do, they are exhaustive.
"""

from __future__ import annotations

from decimal import Decimal

import regex

from pipeline.model import Quantity
from pipeline.narrative.cues import CueSet
from pipeline.narrative.drafts import APART, Draft, Whole, family
from pipeline.narrative.linkwords import PartSet
from pipeline.narrative.structure import Frame

_BACK = 12
_AHEAD = 40
TOLD_BY = "按类"
"""The cue of a whole that 按内容分 or the like divides up."""
ADDED = "相加"
"""The cue of a whole that nothing announces but that the numbers behind it add up to."""
_HEADS = 4
_LEAST = 5
"""Smaller wholes come out by chance."""
_EXACT = frozenset({"exact"})
_ABOUT = frozenset({"exact", "approx"})
_JOINERS = "、和与及"
_LETTERS = ("mailbox.", "hotline.")
_MOST = 64
"""More sums than these are not followed up."""
_SEMICOLON = regex.compile("[；;]")


class Parts:
    """The open wholes of one paragraph."""

    def __init__(self, cues: CueSet, words: PartSet, drafts: list[Draft]) -> None:
        self._cues = cues
        self._words = words
        self._drafts = drafts
        self.open: list[Whole] = []
        self._last: tuple[int, int, Whole | None] = (-1, -1, None)

    def end_sentence(self) -> None:
        self.open.clear()

    def parent(self, frame: Frame, index: int, numbers: dict[int, int]) -> Whole | None:
        """The whole that the quantity at `index` is part of. `numbers` maps quantities of the sentence to drafts.

        A number that holds for several things (机构、人事各 1 条) is asked for once each and answered alike.
        """
        start, last, whole = self._last
        if (start, last) != (frame.start, index):
            whole = self._parent(frame, index, numbers)
            self._last = frame.start, index, whole
        return whole

    def _parent(self, frame: Frame, index: int, numbers: dict[int, int]) -> Whole | None:
        quantity = frame.quantities[index]
        gap = frame.gap_start(index)
        text = frame.masked(gap, quantity.start, frame.levels[index])
        level = frame.levels[index]
        self.open = [whole for whole in self.open if whole.bracket < 0 or frame.within(level, whole.bracket)]
        if len(self.open) > 1 and not self.open[-1].first and _SEMICOLON.search(text):
            inner = self.open[-1]
            if inner.cue == "其中" or inner.total == self._drafts[inner.draft].value:
                self.open.pop()  # an inner 其中 ends at the semicolon, as does what is told in full; the outer goes on
        opened = self._opened(frame, index, gap, text, numbers)
        if opened is not None:
            self.open.append(opened)
        if self._cues.part_outside.search(text):
            if level >= 0 or not self._fits_any(quantity):
                return None
            if level < 0 and opened is None:
                self.open.clear()
                return None
        found = self._fitting(quantity, level, frame)
        if found is None and level < 0 and _SEMICOLON.search(text):
            self.open.clear()  # what is too large for a part behind a semicolon ends the telling
        return found

    def completes(self, frame: Frame, index: int, whole: Whole) -> bool:
        """Whether this number and those behind it bring the parts of a whole to its value."""
        quantity = frame.quantities[index]
        rest = self._drafts[whole.draft].value - whole.total
        for number in range(index, min(index + _AHEAD, len(frame.quantities))):
            other = frame.quantities[number]
            if frame.levels[number] == frame.levels[index] and other.unit in (quantity.unit, ""):
                rest -= other.value
                if rest <= 0:
                    return rest == 0 and number > index
        return False

    def _opened(self, frame: Frame, index: int, gap: int, text: str, numbers: dict[int, int]) -> Whole | None:
        level = frame.levels[index]
        before = frame.before_on_level(index)
        if self._cues.part_open.search(text):
            found = self._whole_for(frame, index, numbers)
            return Whole(found, level, "其中") if found is not None else None
        told = self._words.told_by.search(text)
        if told:
            found = self._told_of(frame, index, numbers, told["what"] or told["pub"] or "")
            if found is not None:
                self.open.clear()
                apart = not (told["what"] or told["pub"]) and self._drafts[found].sentence[0] != frame.start
                return Whole(found, level, APART if apart else TOLD_BY)
        if before < 0 and level >= 0:
            return self._bracket(frame, index, level, numbers)
        while before >= 0 and before not in numbers:
            before = next((n for n in range(before - 1, -1, -1) if frame.levels[n] == level), -1)
        if before >= 0:
            head = self._drafts[numbers[before]]
            quantity = frame.quantities[index]
            gap = max(frame.quantities[before].end, frame.claimed.get(before, 0))
            text = frame.masked(min(gap, quantity.start), quantity.start, level)
            if text.endswith(self._words.takes) and quantity.unit != "%" and self._holds(head, quantity):
                return Whole(numbers[before], level, "其中")
            amid = bool(self.open) and not self.open[-1].first and self._words.touches.match(text) is not None
            if (
                not amid
                and not _SEMICOLON.search(text)
                and (self._cues.part_colon.match(text) or self._cues.part_listed.search(text))
                and self._holds(head, quantity)
            ):
                following = self._following(frame, index)
                inside = any(word in text for word in self._words.inside)
                if inside or len(following) > 1 or sum(following) == head.value:
                    return Whole(numbers[before], level, "冒号")
        return self._adding_up(frame, index) if level < 0 and not self.open else None

    def _adding_up(self, frame: Frame, index: int) -> Whole | None:
        """What this number and the next ones add up to, told right before them; nothing announces it."""
        for number in range(len(self._drafts) - 1, max(len(self._drafts) - _HEADS, -1), -1):
            head = self._drafts[number]
            if head.start < frame.start:
                return None
            if not head.counts or head.unit == "%" or head.bracket >= 0 or head.code in self._words.amid_adding:
                continue
            same = head.unit == frame.quantities[index].unit and head.bound in _ABOUT and head.value >= _LEAST
            fits = same and head.code in self._words.adding
            end = self._end_of_sum(frame, index, head.value, about=head.bound == "approx") if fits else -1
            if end < 0 or not self._holds(head, frame.quantities[index]):
                return None
            told = frame.text[frame.gap_start(index) : end]
            stages = family(head.code) == "t3" and any(word in told for word in self._words.not_adding)
            return None if stages else Whole(number, -1, ADDED)
        return None

    def _end_of_sum(self, frame: Frame, index: int, value: Decimal, *, about: bool = False) -> int:
        """Where this number and the next ones, all of one unit, come to a value and the list ends; -1 where not.

        `about`: the value is not exact itself, and so may be what makes it up.
        """
        quantity, level = frame.quantities[index], frame.levels[index]
        sums, terms = {Decimal(0)}, 0
        for number in range(index, min(index + _AHEAD, len(frame.quantities))):
            other = frame.quantities[number]
            if frame.levels[number] != level or other.unit == "%":
                continue
            if other.unit not in (quantity.unit, "") or other.bound not in (_ABOUT if about else _EXACT):
                return -1
            terms += 1 if other.value else 0
            more = [other.value * n for n in self._times(frame, number)]
            sums = {one + another for one in sums for another in more if one + another <= value}
            if not sums or len(sums) > _MOST:
                return -1
            if value in sums and terms > 1 and self._list_ends(frame, number):
                return other.end
        return -1

    def _times(self, frame: Frame, index: int) -> tuple[int, ...]:
        """For how many things a number may hold (机构、人事、财务各 1 条); 机构和人事 may be one thing or two."""
        quantity = frame.quantities[index]
        gap = frame.text[frame.gap_start(index) : quantity.start]
        if not quantity.each and not self._cues.each_tail.search(gap):
            return (1,)
        joiners = sum(gap.count(sign) for sign in _JOINERS)
        return tuple(range(2, joiners + 2)) or (1,)

    def _list_ends(self, frame: Frame, index: int) -> bool:
        """Whether no further number of that unit goes on with the list in this clause."""
        quantity = frame.quantities[index]
        for number in range(index + 1, len(frame.quantities)):
            other = frame.quantities[number]
            if frame.levels[number] == frame.levels[index] and other.unit == quantity.unit:
                return _SEMICOLON.search(frame.text, quantity.end, other.start) is not None
        return True

    def _told_of(self, frame: Frame, index: int, numbers: dict[int, int], what: str) -> int | None:
        """What 按渠道看 (in the same sentence) or 在收到的申请里 (anywhere before) divides up."""
        quantity = frame.quantities[index]
        words = self._words
        asked = any(word in what for word in words.asked)
        codes = words.into_asked if asked else words.into_done if what else frozenset()
        if any(word in what for word in words.published):
            codes = words.into_published
        last = range(len(self._drafts) - 1, max(len(self._drafts) - _BACK, -1), -1)
        likely = [n for n in last if self._holds(self._drafts[n], quantity)]
        exact = self._exact(frame, index, [n for n in likely if not codes or self._drafts[n].code in codes])
        if exact is not None:
            before = self._drafts[exact - 1] if exact and not codes else None
            same = before is not None and before.start == self._drafts[exact].start and before.code in words.into_asked
            return exact - 1 if same else exact
        first = min(numbers.values(), default=len(self._drafts))
        cue = self._words.told_by.search(frame.text, frame.start, quantity.start)
        for number in range(len(self._drafts) - 1, max(len(self._drafts) - _BACK, -1), -1):
            draft = self._drafts[number]
            if not what and cue is not None and draft.start > cue.start() and number >= first:
                continue  # told by another cue before
            if not what and number < first and numbers:
                return None  # at the head of a sentence it may divide what one before told
            if number < first and draft.code.startswith(_LETTERS):
                continue  # 办结留言 172 条。收到申请 289 件；办理结果中 …
            own = draft.part_of is None or number >= first
            if own and self._holds(draft, quantity) and (not codes or draft.code in codes):
                if not codes and draft.code.startswith("t3.carried"):
                    continue
                before = self._drafts[number - 1] if number else None
                same = before is not None and before.start == draft.start
                if not codes and before is not None and same and before.code in words.into_asked:
                    return number - 1  # 收到并办结 21 件: what is divided up was received
                return number
        return None

    def _bracket(self, frame: Frame, index: int, level: int, numbers: dict[int, int]) -> Whole | None:
        """The number right before a bracket is the whole of what stands in it."""
        opening, _, around = frame.brackets[level]
        for other in range(index - 1, -1, -1):
            if frame.levels[other] != around or other not in numbers:
                continue
            head = frame.quantities[other]
            between = frame.text[head.end : opening]
            if len(between) > 12 or any(sign in between for sign in "，。；,;"):
                return None
            draft = self._drafts[numbers[other]]
            return Whole(numbers[other], level, "括号") if self._holds(draft, frame.quantities[index]) else None
        return None

    def _whole_for(self, frame: Frame, index: int, numbers: dict[int, int]) -> int | None:
        """The number that 其中 speaks of: the nearest before it with such a unit that is large enough.

        Where the numbers that follow add up to one of the candidates, it is that one.
        """
        quantity = frame.quantities[index]
        level = frame.levels[index]
        around = frame.brackets[level][2] if level >= 0 else -1
        here = [
            numbers[other]
            for other in range(index - 1, -1, -1)
            if other in numbers and frame.levels[other] in (level, around)
        ]
        first = not here
        if first:
            start = frame.start
            last_one = len(self._drafts) - 1
            here = [n for n in range(last_one, max(last_one - _BACK, -1), -1) if self._drafts[n].start < start]
            if here:
                last = self._drafts[here[0]].sentence
                here = [n for n in here if self._drafts[n].sentence == last and self._drafts[n].bracket < 0]
        fitting = [n for n in here if self._holds(self._drafts[n], quantity)]
        if not fitting:  # 公开信息 20 条，受理申请 3 件。公开信息的全文电子化率为 100%，其中动态 19 条、职能 1 条
            if any(self._drafts[n].unit != "%" for n in here):
                return None
            before = range(len(self._drafts) - 1, max(len(self._drafts) - _BACK, -1), -1)
            return self._exact(frame, index, [n for n in before if self._holds(self._drafts[n], quantity)])
        exact = self._exact(frame, index, fitting)
        if exact is not None:
            return exact
        if first:
            same = [n for n in fitting if self._drafts[n].unit == quantity.unit] or fitting
            return next((n for n in same if self._drafts[n].part_of is None), same[0])
        return fitting[0]

    def _exact(self, frame: Frame, index: int, among: list[int]) -> int | None:
        """The first of some drafts that this number and the next ones add up to."""
        total = sum(self._following(frame, index))
        for number in among:
            value = self._drafts[number].value
            alone = number == among[0] or len(self._following(frame, index)) > 1
            if (value == total and alone) or (value >= _LEAST and self._end_of_sum(frame, index, value) >= 0):
                return number
        return None

    def _following(self, frame: Frame, index: int) -> list[Decimal]:
        """The values of this and the following numbers of the same level and unit."""
        quantity = frame.quantities[index]
        return [
            q.value
            for q, level in zip(frame.quantities[index:], frame.levels[index:], strict=True)
            if level == frame.levels[index] and (q.unit == quantity.unit or not q.unit)
        ]

    def _holds(self, draft: Draft, quantity: Quantity) -> bool:
        """Whether a number can be part of a draft: both levels, of such units, the part not larger."""
        if not draft.counts or draft.unit == "%" or quantity.unit == "%":
            return False
        kinds = self._cues.kind_of_unit
        if draft.unit != quantity.unit and draft.unit and quantity.unit:
            one, other = kinds.get(draft.unit, -1), kinds.get(quantity.unit, -2)
            units = {draft.unit, quantity.unit}
            loose = self._words.any_unit in units and not self._words.counted_apart & units
            if one != other and not loose:
                return False
        return quantity.value <= (draft.high if draft.high is not None else quantity.value)

    def _amid(self, whole: Whole, quantity: Quantity, level: int, frame: Frame) -> bool:
        """Whether a number of another unit stands amid the parts of a whole (文件 9 条，征集 2 期，动态 20 条)."""
        head = self._drafts[whole.draft]
        if whole.first or quantity.unit not in self._words.amid or not head.counts or level != whole.bracket:
            return False
        stop = _SEMICOLON.search(frame.text, quantity.end, frame.end)
        end = stop.start() if stop else frame.end
        return any(q.unit == head.unit and quantity.end < q.start < end for q in frame.quantities)

    def _fits_any(self, quantity: Quantity) -> bool:
        return any(self._holds(self._drafts[whole.draft], quantity) for whole in self.open)

    def _fitting(self, quantity: Quantity, level: int, frame: Frame) -> Whole | None:
        """The innermost open whole with room for the number; one that the number completes comes first."""
        for whole in self.open:
            head = self._drafts[whole.draft]
            if (
                not whole.first
                and whole.bracket == level
                and whole.total + quantity.value == head.value
                and not self._words.money & {head.unit, quantity.unit}
            ):
                return whole
        while self.open:
            fitting = [
                w
                for w in self.open
                if frame.within(level, w.bracket)
                and (self._holds(self._drafts[w.draft], quantity) or self._amid(w, quantity, level, frame))
            ]
            if not fitting:
                return None
            top = self.open[-1]
            if top not in fitting:
                return fitting[-1] if top.bracket < 0 else None
            head = self._drafts[top.draft]
            if top.total == head.value > 0 and not top.first and family(head.code) == "disclosure":
                self.open.pop()  # told in full; applications may be told again by another measure
                continue
            if top.first or top.cue != "其中" or head.high is None or top.total + quantity.value <= head.high:
                return top
            if len(self.open) == 1:  # parts may overlap, but where they have added up the telling is over
                return None if top.total == head.value else top
            self.open.pop()
        return None
