"""One sentence: its numbers in order, each with what stands beside it, its absences and its universals."""

from __future__ import annotations

from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING

import regex

from pipeline.model import Period, Quantity, ScopeKind
from pipeline.narrative import again, compared, judge
from pipeline.narrative.attributes import scope_at, with_sisters, without_labels
from pipeline.narrative.cues import Hit
from pipeline.narrative.drafts import Draft, family
from pipeline.narrative.measures import LEVEL, Measured
from pipeline.narrative.naming import by_form
from pipeline.narrative.refuse import refusal
from pipeline.narrative.structure import CONTENT, NOUNS, Frame, Zone, coordinates, run_of_quantities, zone
from pipeline.narrative.zeros import Zero

if TYPE_CHECKING:
    from pipeline.narrative.passage import Passage

_PROBLEMS = 5
_FORM_YEAR = 2019
_CARRIED, _CARRIED_IN = "结转", "t3.carried_in"
_CLOSE = 6
_OUTCOME = "纠正"
_CORRECTED = "t4.suit.corrected"
_LIST = 3
_PREVIOUS, _CHANGE = ".items_prev", ".items_change"
_NEAREST, _FADE, _FARTHEST = 2.0, 120.0, 0.8
_LISTED, _SHARED = 4.0, 2.5
_COUNTED = frozenset({"thing", "rate", "result"})
_BEHIND = 16
_CLAUSE_END = regex.compile(r"[，,；;。：:]")
_BACK = 50
_FEW = 8
_LONGEST_ITEM = 12


class Sentence:
    """Reads the quantities, absences and universals of one sentence into the drafts of its passage."""

    def __init__(self, passage: Passage, frame: Frame) -> None:
        self.passage = passage
        self.tools = passage.tools
        self.frame = frame
        self.text = frame.text
        self.drafts = passage.drafts
        self.first = len(self.drafts)
        """Index of the first draft of this sentence."""
        self.numbers: dict[int, int] = {}
        """From a quantity to its (last) draft."""
        self.zones: dict[int, Zone] = {}
        self._base = self._context()
        self._positions: dict[str, int] = {}
        self._seen = 0
        self._acts = False
        self._lists: dict[int, tuple[tuple[int, int], list[Hit], bool]] = {}
        self._items: list[tuple[int, int]] = []
        self._measured: Measured = LEVEL
        self.shares: dict[int, int] = {}
        """What the shares of a run are shares of, by quantity: drafts (信函 6 件、当面 3 件，分别占 66.7% 和 33.3%)."""

    @cached_property
    def scopes(self) -> list[tuple[int, int, str, ScopeKind]]:
        """(start, end, as the document prints it, kind) of each scope named in the sentence."""
        found = self.tools.scopes.find(self.text, self.frame.start, self.frame.end)
        named = found if len(self.frame.quantities) < _LIST else with_sisters(self, without_labels(self, found))
        return [(a, b, self.passage.printed(a, b), kind) for a, b, _, kind in named]

    @cached_property
    def channels(self) -> list[tuple[int, int, str]]:
        """(start, end, code) of each channel named in the sentence."""
        return self.tools.channels.find(self.text, self.frame.start, self.frame.end)

    def read(self) -> None:
        quantities = self.frame.quantities
        zeros = self.tools.absences.find(self.frame) if not self._of_problems() else []
        for zero in zeros:
            if not quantities or zero.start < quantities[0].start:
                self._zero(zero)
        for index, quantity in enumerate(quantities):
            self._quantity(index, quantity)
            following = quantities[index + 1].start if index + 1 < len(quantities) else self.frame.end
            for zero in zeros:
                if quantity.start <= zero.start < following:
                    self._zero(zero)
        self._totals_behind()
        self._universals()
        self.passage.parts.end_sentence()

    def _of_problems(self) -> bool:
        """Whether the section is that of problems, as it is since the form of 2019: what lacks there is no count."""
        year = self.passage.report.year
        return self.passage.place.section == _PROBLEMS and (year is None or year >= _FORM_YEAR)

    def add(self, index: int, draft: Draft) -> None:
        self.drafts.append(draft)
        self.numbers[index] = len(self.drafts) - 1

    def previous(self, index: int) -> Draft | None:
        """The level figure right before this number in the sentence, on the same level."""
        before = self.frame.before_on_level(index)
        while before >= 0:
            number = self.numbers.get(before)
            if number is None and self.frame.quantities[before].chinese:
                before = self.frame.before_on_level(before)  # 两项合计 240 条
                continue
            if number is None:
                return None
            if self.drafts[number].measure == "level":
                return self.drafts[number]
            before = self.frame.before_on_level(before)
        return None

    # -- numbers

    def _quantity(self, index: int, quantity: Quantity) -> None:
        measured = self.tools.measures.measure(self.text, self.frame.gap_start(index), quantity)
        if measured.measure == "level" and self._joined_to_change(index):
            measured = self._measured  # 增加 3 名和 11 名
        if index in self.shares:
            measured = Measured("share", start=quantity.start)
        self._measured = measured
        beside = zone(self.frame, index, self.tools.fillers)
        self.zones[index] = beside
        reason = refusal(self.tools.words, self.frame, index, beside, self.passage.place.section)
        if reason is not None:
            self.passage.set_aside(quantity.start, quantity.end, reason)
            return
        if again.repeats(self, index, beside) or again.crosses(self, index, beside):
            return
        near = self._near(quantity)
        if measured.measure in ("change", "change_rate", "ratio"):
            compared.change(self, index, beside, near, measured)
        elif measured.measure == "share" and not compared.is_rate(beside, measured):
            compared.share(self, index, beside, near, measured)
        else:
            for spot in self._spots(index, quantity, beside):
                judge.level(self, index, spot, near, LEVEL if measured.measure == "share" else measured)

    def _context(self) -> dict[str, float]:
        """How much the terms of section, heading and sentences before count."""
        place = self.passage.place
        base = dict(self.tools.wording.topics.get(place.section or 0, {}))
        base.update(place.topic)
        for term, weight in self.passage.earlier.items():
            if base.get(term, 0.0) < weight:
                base[term] = weight
        if any(family(draft.code) == "t3" for draft in self.drafts[-_FEW:]):
            base.setdefault("申请", 0.4)
        return base

    def _near(self, quantity: Quantity) -> dict[str, float]:
        """How close each term stands that was named before this number: here, in a heading, in a sentence before."""
        hits = self.frame.hits
        while self._seen < len(hits) and hits[self._seen].start < quantity.start:
            hit = hits[self._seen]
            self._seen += 1
            if hit.kind == "act":
                if self._acts and self.text.startswith("的", hit.end):
                    continue  # 公开本年制发的规章 5 件、规范性文件 5 件: which are meant, not what was done
                self._acts = True
            for term in hit.terms:
                self._positions[term] = hit.end
        near = self._base.copy()
        if any(family(draft.code) == "t3" for draft in self.drafts[self.first :]):
            near["申请"] = _FARTHEST  # 上年结转 2 件，共受理 265 件: the first says what all are
        at = quantity.start - _FADE * (_NEAREST - _FARTHEST)
        for term, end in self._positions.items():
            near[term] = _NEAREST - (quantity.start - end) / _FADE if end > at else _FARTHEST
        stop = _CLAUSE_END.search(self.text, quantity.end, min(quantity.end + _BEHIND, self.frame.end))
        behind = stop.start() if stop else quantity.end + _BEHIND
        for hit in hits[self._seen :]:  # 对 36 个部门开展检查: what the number serves for may be told behind it
            if hit.start >= behind:
                break
            for term in hit.terms:
                near.setdefault(term, _FARTHEST)
        return near

    def _spots(self, index: int, quantity: Quantity, beside: Zone) -> list[Zone]:
        """The zones of one number: one, or several where it holds for each of the things named, or one of a list."""
        if index in self._lists:
            return [self._narrowed(beside, *self._lists[index])]
        if not beside.own and not beside.right and self._only_joined(index):
            before = self.zones[self.frame.before_on_level(index)]
            return [Zone(before.start, before.core_end, beside.right_end, before.weights, before.left, before.right)]
        text = self.text[beside.start : quantity.start]
        match = self.tools.cues.distributed.search(text)
        if match and self._distribute(index, beside, beside.start + match.start()):
            return [self._narrowed(beside, *self._lists[index])]
        shared = self.tools.cues.each_tail.search(text)
        both = quantity.value == 0 and "复议" in beside.weights and "诉讼" in beside.weights
        if shared or quantity.each or both:
            end = beside.start + shared.start() if shared else quantity.start
            listed = self._listed(beside.start, end)
            rates = quantity.unit == "%" and all(self.text.endswith(self.tools.wording.rates, a, b) for a, b in listed)
            all_named = rates or all(map(self._does, listed))
            items = listed if all_named else [item for item in listed if self._names(item)]
            if (
                quantity.each or self.text.endswith(self.tools.wording.every, 0, quantity.start)
            ) and quantity.unit != "%":
                items = listed if all(b - a <= _LONGEST_ITEM for a, b in listed) else items
            if len(items) > 1:
                return [self._narrowed(beside, item, self._held_by_all(beside, items), False) for item in items]
            for word, parts in self.tools.words.pairs.items():
                if self.text.find(word, beside.start, end) >= 0:
                    return [beside for _ in parts]
        return [beside]

    def _only_joined(self, index: int) -> bool:
        """6 次、32 人次: nothing but 、 between a number and the one before it on its level."""
        before = self.frame.before_on_level(index)
        if before < 0 or before not in self.zones or before not in self.numbers:
            return False
        between = self.text[self.frame.quantities[before].end : self.frame.quantities[index].start]
        other = self.frame.quantities[before].unit != self.frame.quantities[index].unit
        return other and not between.strip(self.tools.wording.joiners)

    def _joined_to_change(self, index: int) -> bool:
        """Whether nothing but 和 or 、 stands between this number and a change of the same unit before it."""
        before = self.frame.before_on_level(index)
        if before < 0 or self._measured.measure not in ("change", "change_rate"):
            return False
        one, other = self.frame.quantities[before], self.frame.quantities[index]
        between = self.text[one.end : other.start]
        return one.unit == other.unit and bool(between) and not between.strip(self.tools.wording.joiners)

    def _distribute(self, index: int, beside: Zone, end: int) -> bool:
        """微博、微信分别发布 126 条、286 条: gives each number of the run its thing. False where there is no list."""
        run = run_of_quantities(self.frame, index, self.tools.linkwords.phrase)
        if len(run) < 2:
            return False
        items = self._listed(beside.start, end)
        whole = False
        if len(items) < len(run):
            items, whole = self._items, True  # 粉丝量分别达到 12 万和 8 万 goes on with the list told before
        if len(items) < len(run):
            return False
        self._items = items[-len(run) :]
        for number, item in zip(run, self._items, strict=True):
            self._lists[number] = (item, beside.left, whole)
        return True

    def _does(self, item: tuple[int, int]) -> bool:
        return any(item[0] <= hit.start and hit.end <= item[1] and hit.kind in CONTENT for hit in self.frame.hits)

    def _names(self, item: tuple[int, int]) -> bool:
        return any(item[0] <= hit.start and hit.end <= item[1] and hit.kind in NOUNS for hit in self.frame.hits)

    def _held_by_all(self, beside: Zone, items: list[tuple[int, int]]) -> list[Hit]:
        """What the things of a list share; where each has a verb of its own (制发、废止、现行有效均为 0 件) none is."""
        acts = [[hit for hit in beside.left if hit.kind == "act" and a <= hit.start < b] for a, b in items]
        return [] if all(acts) else beside.left

    def _listed(self, start: int, end: int) -> list[tuple[int, int]]:
        cut = max(self.text.rfind(sign, start, end) for sign in "；;：:")
        return coordinates(self.text, max(cut + 1, start), end, self.tools.linkwords.phrase)

    def _narrowed(self, beside: Zone, item: tuple[int, int], shared: list[Hit], whole: bool) -> Zone:
        """The zone of a number that belongs to one item of a list: this item's hits and the verbs that all share.

        With `whole` all that is shared counts, since the list was told before.
        """
        a, b = item
        result = Zone(start=a, core_end=b, right_end=beside.right_end, own=True, item=item)
        hits = self.frame.hits
        if not any(a <= hit.start and hit.end <= b for hit in hits):
            hits = [*hits, *self.tools.terms.find(self.text, a, b)]  # 予以公开、部分公开各 4 件: one word over both
        for hit in hits:
            inside = a <= hit.start and hit.end <= b
            if inside or ((whole or hit.kind == "act") and hit in shared):
                result.left.append(hit)
                weight = (_LISTED if inside or whole else _SHARED) + 0.05 * min(hit.end - hit.start, 8)
                for term in hit.terms:
                    result.weights[term] = max(result.weights.get(term, 0.0), weight)
        if not any(hit.kind in _COUNTED for hit in result.left) and self._items:
            last = self._items[-1]  # 微信、微博粉丝分别为: the noun behind the last is that of all
            for hit in self.frame.hits:
                if last[0] <= hit.start and hit.end <= last[1] and hit.kind in _COUNTED:
                    result.left.append(hit)
                    for term in hit.terms:
                        result.weights.setdefault(term, _SHARED)
        for hit in beside.right:
            result.right.append(hit)
            for term in hit.terms:
                result.weights.setdefault(term, _SHARED)
        return result

    def _totals_behind(self) -> None:
        """网站 500 条、微信 320 条，共计 820 条: numbers that a total behind them adds up are its parts."""
        quantities = self.frame.quantities
        for index in range(2, len(quantities)):
            number = self.numbers.get(index)
            if number is None or self.drafts[number].measure != "level":
                continue
            if not self.tools.cues.part_total.search(self.text[quantities[index - 1].end : quantities[index].start]):
                continue
            total = self.drafts[number]
            if total.code == "requests.intake":
                continue  # received and carried in make it up; they are lines of their own
            chosen: list[int] = []
            amount = Decimal(0)
            for other in range(index - 1, -1, -1):
                part = self.numbers.get(other)
                if part is None or self.drafts[part].unit != total.unit or self.drafts[part].measure != "level":
                    break
                if self.drafts[part].part_of not in (None, total.part_of):
                    break
                chosen.append(part)
                amount += self.drafts[part].value
                if amount >= total.value:
                    break
            carried = any(self.drafts[part].code == _CARRIED_IN for part in chosen)  # lines of their own
            if len(chosen) > 1 and amount == total.value and not carried:
                for part in chosen:
                    self.drafts[part].part_of = number
                if not total.own_channel:
                    total.channel = None

    # -- words

    def _zero(self, zero: Zero) -> None:
        nothing = Decimal(0)
        start = self.frame.start
        period = self.tools.periods.find(self.text, start, zero.start, self.passage.report.year) or Period()
        for code in self._denied(zero, period):
            again = self.text.endswith(self.tools.wording.therefore, start, zero.start)
            if again and any(other.zero and other.code == code for other in self.drafts[self.first :]):
                continue  # 未收到申请，也就没有依申请公开事项: told twice
            indicator = self.tools.indicators.get(code)
            usual = indicator.units[0] if indicator is not None and indicator.units else "件"
            unit = zero.unit or usual
            if code.endswith(_CHANGE) or code == _CARRIED_IN:
                period = Period()
            self.drafts.append(
                Draft(
                    code=code, value=nothing, unit=unit, bound="exact", low=nothing, high=nothing, start=zero.start,
                    end=zero.end, sentence=(start, self.frame.end), alias=f"absence:{zero.term}", rule="否定",
                    zero=True, period=period,
                )
            )  # fmt: skip
            scope_at(self, self.drafts[-1], zero.start)

    def _denied(self, zero: Zero, period: Period) -> tuple[str, ...]:
        """The codes of an absence: outcomes by the cases told before, documents by the form of the report."""
        if zero.code == _CORRECTED and zero.term == _OUTCOME:
            here = {draft.code for draft in self.drafts[self.first :]}
            if {"t4.review.total", "t4.suit.total"} <= here:
                return ("t4.review.corrected", _CORRECTED)
            told = {draft.code for draft in self.drafts if draft.value > 0 and draft.code.endswith(".total")}
            review = "t4.review.total" in told or ("复议" in self.text and "诉讼" not in self.text)
            if review and not any(code.startswith("t4.suit") for code in told):
                return ("t4.review.corrected",)
        if zero.term == _CARRIED and (
            period.kind == "last_year"
            or self.tools.wording.last_year.search(self.text, max(zero.start - _CLOSE, self.frame.start), zero.start)
        ):
            return (_CARRIED_IN,)
        if zero.code.endswith(_CHANGE):
            listed = self.drafts[-1].code if self.first < len(self.drafts) else ""
            return (listed.removesuffix(_PREVIOUS) + _CHANGE,) if listed.endswith(_PREVIOUS) else ()
        return (by_form(self, zero.code),)

    def _universals(self) -> None:
        for universal in self.tools.universals.find(self.frame):
            chosen = self._spoken_of(universal.start, universal.codes)
            if universal.kind == "all_natural":
                for number in chosen:
                    self.drafts[number].column = self.drafts[number].column or "natural"
            span = self.passage.line.span(universal.start, universal.end)
            sentence = self.passage.line.span(self.frame.start, self.frame.end)
            base = len(self.passage.sheet.drafts)
            drafts = tuple(base + number for number in chosen)
            self.passage.sheet.claims.append((universal.kind, *span, sentence, drafts))

    def _spoken_of(self, at: int, codes: tuple[str, ...]) -> list[int]:
        """The figures a universal speaks of: those of its codes before it in the sentence, else in the one before."""
        here = [n for n in range(self.first, len(self.drafts)) if self.drafts[n].start < at]
        for pool in (here, list(range(max(self.first - _BACK, 0), self.first))):
            fitting = [n for n in pool if self.drafts[n].counts and self.drafts[n].code.startswith(codes)]
            if fitting and "" in codes:
                return fitting[-1:]
            if fitting:
                sentence = self.drafts[fitting[-1]].sentence
                return [n for n in fitting if self.drafts[n].sentence == sentence]
        return []
