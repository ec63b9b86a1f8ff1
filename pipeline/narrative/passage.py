"""One paragraph, read sentence by sentence: every number becomes drafts of figures or is set aside with a reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING

import regex

from pipeline.model import Period, Quantity, Report, Unread, UnreadReason
from pipeline.narrative import labels
from pipeline.narrative.cues import Hit
from pipeline.narrative.drafts import Draft, Whole, family
from pipeline.narrative.finish import Sheet
from pipeline.narrative.linking import Link
from pipeline.narrative.measures import Measured
from pipeline.narrative.parts import Parts
from pipeline.narrative.refuse import refusal
from pipeline.narrative.sentences import Line, sentences
from pipeline.narrative.structure import (
    CONTENT,
    NOUNS,
    Frame,
    Zone,
    coordinates,
    make_frame,
    run_of_quantities,
    zone,
)

if TYPE_CHECKING:
    from pipeline.narrative.reader import Tools

_SECTION_TOPIC = {3: "申请", 4: "复议"}
_INHERITING = frozenset({
    "disclosure.items", "interpretation.items", "proposals.handled", "websites.count", "newmedia.items", "press.articles",
    "consultation.topics", "mailbox.received", "hotline.received", "disclosure.documents", "disclosure.updated",
    "newmedia.accounts", "training.sessions", "coverage.units", "newmedia.reads", "newmedia.followers", "columns.count",
})  # fmt: skip
_CLOSING = frozenset({"收到", "办结", "答复", "召开", "制发", "新增", "注销", "应办", "检查", "并", "采纳", "编发公报"})
_LOOSE = frozenset({"个", "项", "类", "种", "方面", "大", "家", "次", "名", "条", "位", "处", "部", "套"})
_GOOD = 2.4
_OTHERS = ("其他", "其它")
_FADE = 120.0


@dataclass(frozen=True, slots=True)
class Place:
    """Where a paragraph stands: section, terms of the headings above it, whether it is a heading, before all sections."""

    section: int | None
    topic: Mapping[str, float]
    heading: bool
    preamble: bool


class Passage:
    """Reads one line into a sheet."""

    def __init__(self, tools: Tools, line: Line, place: Place, report: Report, sheet: Sheet) -> None:
        self.tools = tools
        self.line = line
        self.text = line.text
        self.place = place
        self.report = report
        self.sheet = sheet
        self.drafts: list[Draft] = []
        self.parts = Parts(tools.cues, self.drafts)
        self.earlier: dict[str, float] = {}

    def read(self) -> None:
        found = self.tools.numbers.find(self.text)
        quantities = [q for q in found if isinstance(q, Quantity)]
        for item in found:
            if isinstance(item, Unread):
                self._set_aside(item.start, item.end, item.reason)
        at = 0
        for start, end in sentences(self.text):
            inside: list[Quantity] = []
            while at < len(quantities) and quantities[at].start < end:
                inside.append(quantities[at])
                at += 1
            quick = inside or self.tools.absences.quick.search(self.text, start, end)
            if not quick and not self.tools.universals.quick.search(self.text, start, end):
                continue
            hits = self.tools.terms.find(self.text, start, end)
            _Sentence(self, make_frame(self.text, start, end, inside, hits)).read()
            for hit in hits:
                for term in hit.terms:
                    self.earlier[term] = 0.55
        base = len(self.sheet.drafts)
        self._results_of_handled()
        for draft in self.drafts:
            if draft.part_of is not None:
                draft.part_of += base
            if isinstance(draft.of, int):
                draft.of += base
            self.sheet.drafts.append(draft)
            self.sheet.lines.append(self.line)
            self.sheet.sections.append(self.place.section)

    def printed(self, start: int, end: int) -> str:
        """What the document prints for text[start:end] of the line."""
        a, b = self.line.span(start, end)
        return self.sheet.document.text[a:b]

    def _set_aside(self, start: int, end: int, reason: UnreadReason) -> None:
        a, b = self.line.span(start, end)
        self.sheet.unread.append(Unread(text=self.sheet.document.text[a:b], start=a, end=b, reason=reason))

    def _results_of_handled(self) -> None:
        """Results are parts of what was handled where the passage states that, else of what was received."""
        cues = self.tools.words.parts
        results = tuple(cues.results)
        for number, draft in enumerate(self.drafts):
            if (
                draft.part_of is not None
                or draft.zero
                or draft.measure != "level"
                or not draft.code.startswith(results)
            ):
                continue
            for whole in cues.wholes:
                found = [
                    n for n in range(number - 1, -1, -1)
                    if self.drafts[n].code == whole and self.drafts[n].measure == "level" and not self.drafts[n].zero
                    and self.drafts[n].value >= draft.value and self.drafts[n].column in (None, draft.column)
                ]  # fmt: skip
                if found:
                    draft.part_of = found[0]
                    break
        for number, draft in enumerate(self.drafts):
            if (
                draft.part_of is None
                and not draft.zero
                and draft.code.startswith("t4.")
                and not draft.code.endswith(".total")
            ):
                head = draft.code.rsplit(".", 1)[0] + ".total"
                for n in range(number - 1, -1, -1):
                    other = self.drafts[n]
                    if (
                        other.code == head
                        and other.sentence == draft.sentence
                        and other.value >= draft.value
                        and not other.zero
                    ):
                        draft.part_of = n
                        break


class _Sentence:
    """Reads the quantities, absences and universals of one sentence."""

    def __init__(self, passage: Passage, frame: Frame) -> None:
        self.passage = passage
        self.tools = passage.tools
        self.frame = frame
        self.text = frame.text
        self.drafts = passage.drafts
        self.numbers: dict[int, int] = {}
        """From a quantity to its (last) draft."""
        self.near: dict[str, float] = {}
        self._seen = 0
        self._positions: dict[str, int] = {}
        self.scopes = [
            (a, b, passage.printed(a, b), kind)
            for a, b, _, kind in self.tools.scopes.find(frame.text, frame.start, frame.end)
        ]
        self.channels = self.tools.channels.find(frame.text, frame.start, frame.end)
        self._lists: dict[int, tuple[tuple[int, int], list[Hit]]] = {}
        self.first = len(self.drafts)

    def read(self) -> None:
        quantities = self.frame.quantities
        zeros = self.tools.absences.find(self.frame) if self.passage.place.section != 5 else []  # noqa: PLR2004
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

    # -- numbers

    def _quantity(self, index: int, quantity: Quantity) -> None:
        gap = self.frame.gap_start(index)
        measured = self.tools.measures.measure(self.text, gap, quantity)
        beside = zone(self.frame, index, self.tools.fillers)
        near = self._near(quantity)
        reason = refusal(self.tools.words, self.frame, index, beside, measured, self.passage.place.section)
        if reason is not None:
            self.passage._set_aside(quantity.start, quantity.end, reason)
            return
        if measured.measure in ("change", "change_rate", "ratio"):
            self._change(index, quantity, beside, near, measured)
        elif measured.measure == "share":
            self._share(index, quantity, beside, near, measured)
        else:
            for spot in self._spots(index, quantity, beside):
                self._level(index, quantity, spot, near, measured)

    def _near(self, quantity: Quantity) -> dict[str, float]:
        """How close each term stands that was named before this number, here or in a heading."""
        hits = self.frame.hits
        while self._seen < len(hits) and hits[self._seen].start < quantity.start:
            hit = hits[self._seen]
            for term in hit.terms:
                self._positions[term] = hit.end
            self._seen += 1
        place = self.passage.place
        near = dict(place.topic)
        topic = _SECTION_TOPIC.get(place.section or 0)
        if topic:
            near.setdefault(topic, 0.5)
            if topic == "复议":
                near.setdefault("诉讼", 0.45)
        for term, weight in self.passage.earlier.items():
            if near.get(term, 0.0) < weight:
                near[term] = weight
        for term, end in self._positions.items():
            near[term] = max(2.0 - (quantity.start - end) / _FADE, 0.8)
        report = self.passage.report
        if report.year:
            for year, name in ((report.year - 1, "上年"), (report.year + 1, "下年")):
                if self.text.find(str(year), self.frame.start, quantity.start) >= 0:
                    near[name] = 1.0
        return near

    def _spots(self, index: int, quantity: Quantity, beside: Zone) -> list[Zone]:
        """The zones of one number: one, or several where it holds for each of the things named, or one of a list."""
        if index in self._lists:
            item, shared = self._lists[index]
            return [self._narrowed(beside, item, shared)]
        before = self.text[beside.start : quantity.start]
        match = self.tools.cues.distributed.search(before)
        if match:
            run = run_of_quantities(self.frame, index)
            items = self._items(beside.start, beside.start + match.start())
            if len(run) > 1 and len(items) >= len(run):
                for number, item in zip(run, items[-len(run) :], strict=True):
                    self._lists[number] = (item, beside.left)
                return [self._narrowed(beside, self._lists[index][0], beside.left)]
        shared = self.tools.cues.each_tail.search(before)
        if shared or quantity.each:
            end = beside.start + shared.start() if shared else quantity.start
            items = [i for i in self._items(beside.start, end) if self._names(i)]
            if len(items) > 1:
                return [self._narrowed(beside, item, beside.left) for item in items]
            for word, parts in self.tools.words.pairs.items():
                if self.text.find(word, beside.start, end) >= 0:
                    return [beside for _ in parts]
        return [beside]

    def _names(self, item: tuple[int, int]) -> bool:
        return any(item[0] <= hit.start and hit.end <= item[1] and hit.kind in NOUNS for hit in self.frame.hits)

    def _items(self, start: int, end: int) -> list[tuple[int, int]]:
        cut = max(self.text.rfind(sign, start, end) for sign in "；;：:")
        return [(a, b) for a, b in coordinates(self.text, max(cut + 1, start), end) if b - a >= 1]

    def _narrowed(self, beside: Zone, item: tuple[int, int], shared: list[Hit]) -> Zone:
        """The zone of a number that belongs to one item of a list: only this item's hits and the verbs all share."""
        a, b = item
        result = Zone(start=a, core_end=b, right_end=beside.right_end, own=True, item=item)
        for hit in self.frame.hits:
            inside = a <= hit.start and hit.end <= b
            if inside or (hit.kind == "act" and hit in shared):
                result.left.append(hit)
                weight = (4.0 if inside else 2.5) + 0.05 * min(hit.end - hit.start, 8)
                for term in hit.terms:
                    result.weights[term] = max(result.weights.get(term, 0.0), weight)
        for hit in beside.right:
            result.right.append(hit)
            for term in hit.terms:
                result.weights.setdefault(term, 2.5)
        return result

    # -- levels

    def _level(self, index: int, quantity: Quantity, beside: Zone, near: dict[str, float], measured: Measured) -> None:
        linker = self.tools.linker
        link = linker.best(self._with_years(beside, near), near, quantity.unit)
        whole = self.passage.parts.parent(self.frame, index, self.numbers)
        if whole is not None and self._closes(whole, link, beside):
            self.passage.parts.open.clear()
            whole = None
        category: str | None = None
        if whole is not None:
            codes, alias, rule, named = self._part(whole, link)
            category = labels.phrase(self.frame, beside, index) or None
            if category and category.startswith(_OTHERS) and codes[0] in self.tools.words.parts.wholes:
                codes = ("t3.other",)
        elif link is not None and (link.score >= _GOOD or self._previous(index) is None):
            codes, alias, rule, named = link.codes, link.rule.id, link.why, True
        else:
            codes, alias, rule, named, category = self._unnamed(index, quantity, beside, link)
        if measured.measure == "rank":
            codes, alias, rule = ("evaluation.rank",), "rank", "第N名"
        if quantity.chinese and quantity.unit in _LOOSE and all(code.startswith("other:") for code in codes):
            codes = ()
        if not codes:
            self.passage._set_aside(quantity.start, quantity.end, "no_indicator")
            return
        for code in codes:
            code = self._coded(code, beside, link)
            draft = self._draft(index, quantity, code, alias, rule, beside)
            draft.measure = measured.measure
            if category and (whole is not None or not named or code in ("disclosure.documents",)):
                draft.category = category
            if code == "disclosure.documents" and not draft.category:
                draft.category = labels.phrase(self.frame, beside, index) or None
            if whole is not None:
                draft.part_of = whole.draft
                self._inherit(draft, self.drafts[whole.draft])
            self._add(index, draft)
        if whole is not None:
            whole.first = False
            whole.total += quantity.value

    def _with_years(self, beside: Zone, near: dict[str, float]) -> Zone:
        """A year before or after the report's beside 结转 tells which way it was carried."""
        if "结转" in beside.weights:
            year = self.passage.report.year
            text = self.text[beside.start : beside.right_end]
            for name, words in (
                ("上年", ("上年", "去年", "上一年", "往年")),
                ("下年", ("下年", "次年", "明年", "下一年", "今年")),
            ):
                other = str(year + (-1 if name == "上年" else 1)) if year else "\x00"
                if any(word in text for word in words) or other in text:
                    beside.weights[name] = 3.0
        return beside

    def _closes(self, whole: Whole, link: Link | None, beside: Zone) -> bool:
        """Whether a new statement begins, so that the parts of a whole are at their end."""
        if link is None or whole.first or whole.cue in ("括号", "冒号"):
            return False
        code = self.drafts[whole.draft].code
        if family(link.codes[0]) == family(code):
            return False
        if family(link.codes[0]) == "t4" or family(code) in ("t3", "t4"):
            return True
        return any(hit.kind == "act" and not _CLOSING.isdisjoint(hit.terms) for hit in beside.left)

    def _part(self, whole: Whole, link: Link | None) -> tuple[tuple[str, ...], str, str, bool]:
        """The code of a part: the whole's, or its own where that says more."""
        head = self.drafts[whole.draft]
        rule = f"部分（{whole.cue}）"
        if link is None:
            return (head.code,), head.alias, rule, False
        own = family(link.codes[0]) == family(head.code)
        if head.code == "disclosure.items" or (head.code in _INHERITING and not own):
            return (head.code,), head.alias, f"{rule} {link.rule.id}", False
        if own or link.score >= 4.0:
            return link.codes, link.rule.id, f"{rule} {link.why}", True
        return (head.code,), head.alias, rule, False

    def _unnamed(
        self, index: int, quantity: Quantity, beside: Zone, link: Link | None
    ) -> tuple[tuple[str, ...], str, str, bool, str | None]:
        """A number whose own words name no indicator: goes on with the list it stands in, or is other:<label>."""
        label = labels.phrase(self.frame, beside, index)
        previous = self._previous(index)
        acts = any(hit.kind == "act" for hit in beside.left)
        if previous is not None and not acts and link is None:
            same = previous.unit == quantity.unit or not quantity.unit
            nouns = any(hit.kind in ("thing", "result") for hit in (*beside.left, *beside.right))
            between = self.text[previous.end : quantity.start]
            if (
                same
                and not (nouns and quantity.unit in ("次", "个", "人", "家"))
                and not any(s in between for s in "；;")
            ):
                return (previous.code,), previous.alias, "接前项", False, label or None
        if link is not None:
            return link.codes, link.rule.id, link.why, True, label or None
        if quantity.chinese or not label or self.passage.place.preamble or self.passage.place.heading:
            return (), "", "", False, None
        short = labels.short(label, self.tools.segmenter)
        return (f"other:{short}",), "other", "无统一代码", True, None

    def _previous(self, index: int) -> Draft | None:
        """The level figure right before this one in the sentence, on the same level."""
        before = self.frame.before_on_level(index)
        while before >= 0:
            number = self.numbers.get(before)
            if number is None:
                return None
            if self.drafts[number].measure == "level":
                return self.drafts[number]
            before = self.frame.before_on_level(before)
        return None

    def _coded(self, code: str, beside: Zone, link: Link | None) -> str:
        if code == "other:{}":
            names = beside.left + beside.right
            key = link.rule.key if link else ()
            for hit in reversed(names):
                if not set(key).isdisjoint(hit.terms):
                    return "other:" + self.text[hit.start : hit.end].strip("，。、")
            return "other:" + (key[0] if key else "其他")
        if code.endswith(".issued") and code.startswith("t2.") and self.passage.report.form == "2019":
            return code[: -len("issued")] + "made"
        return code

    # -- shares and changes

    def _before_words(self, beside: Zone, measured: Measured, quantity: Quantity) -> Zone:
        """The zone without what stands from the words of the measure on (占, 同比)."""
        cut = measured.start if measured.start >= 0 else quantity.start
        kept = [hit for hit in beside.left if hit.end <= cut]
        result = Zone(start=beside.start, core_end=cut, right_end=quantity.end, left=kept)
        for hit in kept:
            for term in hit.terms:
                weight = max(4.0 - 0.06 * (cut - hit.end), 1.0)
                result.weights[term] = max(result.weights.get(term, 0.0), weight)
        result.own = any(hit.kind in CONTENT for hit in kept)
        return result

    def _subject(self, index: int) -> int | None:
        """The draft of the figure that a share or change speaks of: the last level before it, or the bracket's head."""
        level = self.frame.levels[index]
        around = self.frame.brackets[level][2] if level >= 0 else -1
        for wanted in (level, around):
            for other in range(index - 1, -1, -1):
                number = self.numbers.get(other)
                if number is not None and self.frame.levels[other] == wanted and self.drafts[number].measure == "level":
                    return number
        for number in range(self.first - 1, -1, -1):
            if self.drafts[number].measure == "level" and self.drafts[number].bracket < 0:
                return number
        return None

    def _change(self, index: int, quantity: Quantity, beside: Zone, near: dict[str, float], measured: Measured) -> None:
        words = self._before_words(beside, measured, quantity)
        link = self.tools.linker.best(words, near, None) if words.own else None
        subject = self._subject(index)
        if link is not None and link.score >= _GOOD:
            code, alias, rule = self._coded(link.codes[0], words, link), link.rule.id, link.why
            of: str | int | None = code
            if subject is not None and self.drafts[subject].code == code:
                of = subject
        elif subject is not None and subject >= self.first:
            head = self.drafts[subject]
            code, alias, rule, of = head.code, head.alias, "前项的增减", subject
        else:
            label = labels.short(labels.phrase(self.frame, words, index), self.tools.segmenter)
            if not label:
                if subject is None:
                    self.passage._set_aside(quantity.start, quantity.end, "no_indicator")
                    return
                head = self.drafts[subject]
                code, alias, rule, of = head.code, head.alias, "前项的增减", subject
            else:
                code, alias, rule, of = f"other:{label}", "other", "无统一代码", None
        draft = self._draft(index, quantity, code, alias, rule, beside)
        draft.measure, draft.of = measured.measure, of
        if measured.falling:
            draft.value = -draft.value
            low, high = draft.low, draft.high
            draft.low, draft.high = (None if high is None else -high), (None if low is None else -low)
        self._add(index, draft)

    def _share(self, index: int, quantity: Quantity, beside: Zone, near: dict[str, float], measured: Measured) -> None:
        words = self._before_words(beside, measured, quantity)
        linker = self.tools.linker
        subject = self._subject(index)
        link = linker.best(words, near, quantity.unit) if words.own else None
        if link is not None:
            code, alias, rule = self._coded(link.codes[0], words, link), link.rule.id, link.why
            draft = self._draft(index, quantity, code, alias, rule, beside)
            self._add(index, draft)
            return
        link = linker.best(words, near, None) if words.own else None
        if link is not None and link.score >= _GOOD:
            code, alias, rule, of = self._coded(link.codes[0], words, link), link.rule.id, link.why, None
            if subject is not None and self.drafts[subject].code != code:
                of = subject
        elif subject is not None:
            head = self.drafts[subject]
            code, alias, rule, of = head.code, head.alias, "前项的占比", head.part_of
        else:
            label = labels.short(labels.phrase(self.frame, words, index), self.tools.segmenter)
            if not label:
                self.passage._set_aside(quantity.start, quantity.end, "no_indicator")
                return
            code, alias, rule, of = f"other:{label}", "other", "无统一代码", None
        draft = self._draft(index, quantity, code, alias, rule, beside)
        draft.measure, draft.of = "share", of
        if of is None:
            draft.of = self._base(code)
        if subject is not None and rule == "前项的占比":
            draft.column, draft.category = self.drafts[subject].column, self.drafts[subject].category
        self._add(index, draft)

    def _base(self, code: str) -> str | int | None:
        """What a share is taken of where no whole is told: the last handled or received, here or before."""
        wanted = self.tools.words.parts.wholes if family(code) == "t3" else ()
        for whole in wanted:
            for number in range(len(self.drafts) - 1, -1, -1):
                if self.drafts[number].code == whole and self.drafts[number].measure == "level":
                    return number
        return None

    # -- drafts

    def _draft(self, index: int, quantity: Quantity, code: str, alias: str, rule: str, beside: Zone) -> Draft:
        unit, implied = quantity.unit, False
        if not unit:
            implied = True
            previous = self._previous(index)
            indicator = self.tools.indicators.get(code)
            if indicator is not None and indicator.units:
                unit = indicator.units[0]
            if previous is not None and previous.code == code and previous.unit:
                unit = previous.unit
            elif not unit and previous is not None:
                unit = previous.unit
        draft = Draft(
            code=code, value=quantity.value, unit=unit, bound=quantity.bound, low=quantity.low, high=quantity.high,
            start=quantity.start, end=quantity.end, sentence=(self.frame.start, self.frame.end),
            level=self.frame.levels[index], alias=alias, rule=rule, implied=implied, bracket=self.frame.levels[index],
        )  # fmt: skip
        self._context(draft, beside, quantity.start)
        return draft

    def _context(self, draft: Draft, beside: Zone, at: int) -> None:
        for a, _, word, kind in self.scopes:
            if a < at and self.frame.reaches(a, draft.level):
                draft.scope, draft.scope_kind = word, kind
        if self.tools.channels.applies(draft.code):
            for a, b, code in self.channels:
                if (b <= at or (a < beside.right_end and beside.before_noun)) and self.frame.reaches(a, draft.level):
                    draft.channel = code
                    draft.own_channel = a >= beside.start
                    draft.channel_at = a
            if beside.item is not None:
                for a, _, code in self.tools.channels.find(self.text, *beside.item):
                    draft.channel, draft.own_channel, draft.channel_at = code, True, a
        if draft.code.startswith(tuple(self.tools.words.column_codes)):
            for hit in (*beside.left, *beside.right):
                for term in hit.terms:
                    if term in self.tools.columns:
                        draft.column = self.tools.columns[term]
        start = self.frame.start
        period = self.tools.periods.find(self.text, max(beside.start, start), at, self.passage.report.year)
        if period is None:
            period = self._carried_period(max(beside.start, start))
        indicator = self.tools.indicators.get(draft.code)
        if indicator is not None and indicator.stock and (period is None or period.kind != "last_year"):
            period = Period(kind="since", begin=None, end=period.end if period else None)
        if draft.code in ("t3.carried_in",):
            period = None
        draft.period = period or Period()

    def _carried_period(self, end: int) -> Period | None:
        """The period named earlier in the sentence still holds, as far as it is a part of the year or another year."""
        if end <= self.frame.start:
            return None
        return self.tools.periods.find(self.text, self.frame.start, end, self.passage.report.year)

    def _inherit(self, draft: Draft, head: Draft) -> None:
        """A part is of its whole's scope, channel and time unless it names its own."""
        if draft.channel is None or (not draft.own_channel and draft.channel_at <= head.start):
            draft.channel = head.channel if self.tools.channels.applies(draft.code) else None
        if draft.scope is None:
            draft.scope, draft.scope_kind = head.scope, head.scope_kind
        if draft.column is None and draft.code.startswith(tuple(self.tools.words.column_codes)):
            draft.column = head.column
        if draft.period.kind == "year" and draft.period.begin is None and head.period.kind != "since":
            draft.period = head.period

    def _add(self, index: int, draft: Draft) -> None:
        self.drafts.append(draft)
        self.numbers[index] = len(self.drafts) - 1

    def _totals_behind(self) -> None:
        """网站 500 条、微信 320 条，共计 820 条: numbers that a total behind them adds up are its parts."""
        for index in range(2, len(self.frame.quantities)):
            number = self.numbers.get(index)
            if number is None:
                continue
            total = self.drafts[number]
            gap = self.text[self.frame.quantities[index - 1].end : self.frame.quantities[index].start]
            if total.measure != "level" or not self.tools.cues.part_total.search(gap):
                continue
            chosen: list[int] = []
            amount = Decimal(0)
            for other in range(index - 1, -1, -1):
                part = self.numbers.get(other)
                if part is None or self.drafts[part].unit != total.unit or self.drafts[part].part_of is not None:
                    break
                chosen.append(part)
                amount += self.drafts[part].value
                if amount >= total.value:
                    break
            if len(chosen) > 1 and amount == total.value:
                for part in chosen:
                    self.drafts[part].part_of = number

    # -- words

    def _zero(self, zero: object) -> None:
        from pipeline.narrative.zeros import Zero

        assert isinstance(zero, Zero)
        indicator = self.tools.indicators.get(zero.code)
        unit = indicator.units[0] if indicator is not None and indicator.units else "件"
        nothing = Decimal(0)
        draft = Draft(
            code=zero.code, value=nothing, unit=unit, bound="exact", low=nothing, high=nothing, start=zero.start,
            end=zero.end, sentence=(self.frame.start, self.frame.end), level=-1, alias=f"absence:{zero.term}",
            rule="否定", zero=True,
        )  # fmt: skip
        for a, _, word, kind in self.scopes:
            if a < zero.start:
                draft.scope, draft.scope_kind = word, kind
        draft.period = (
            self.tools.periods.find(self.text, self.frame.start, zero.start, self.passage.report.year) or Period()
        )
        self.drafts.append(draft)

    def _universals(self) -> None:
        for universal in self.tools.universals.find(self.frame):
            chosen = self._spoken_of(universal.start, universal.codes)
            if universal.kind == "all_natural":
                for number in chosen:
                    if self.drafts[number].column is None:
                        self.drafts[number] = replace(self.drafts[number], column="natural")
            span = self.passage.line.span(universal.start, universal.end)
            sentence = self.passage.line.span(self.frame.start, self.frame.end)
            base = len(self.passage.sheet.drafts)
            self.passage.sheet.claims.append(
                (universal.kind, *span, sentence, tuple(base + number for number in chosen))
            )

    def _spoken_of(self, at: int, codes: tuple[str, ...]) -> list[int]:
        """The figures a universal speaks of: those of its codes before it in the sentence, else in the one before."""
        here = [n for n in range(self.first, len(self.drafts)) if self.drafts[n].start < at]
        for pool in (here, list(range(self.first))):
            fitting = [
                n for n in pool
                if self.drafts[n].measure == "level" and not self.drafts[n].zero and self.drafts[n].code.startswith(codes)
            ]  # fmt: skip
            if fitting:
                if codes == ("",):
                    return fitting[-1:]
                sentence = self.drafts[fitting[-1]].sentence
                return [n for n in fitting if self.drafts[n].sentence == sentence]
        return []
