"""Shares and changes: numbers that speak of another figure."""

from __future__ import annotations

from typing import TYPE_CHECKING

import regex

from pipeline.model import Period
from pipeline.narrative import labels
from pipeline.narrative.drafts import LISTED, Draft, family
from pipeline.narrative.measures import Measured
from pipeline.narrative.naming import Verdict, coded, draft_of, minus
from pipeline.narrative.structure import CONTENT, Zone, run_of_quantities

if TYPE_CHECKING:
    from pipeline.narrative.sentence import Sentence

_GOOD = 2.4
_OF_BEFORE = "前项的占比"
_BACK = 100
_RANK = "evaluation.rank"
_PLACES = frozenset({"名", "位", "个位次", "位次"})
_NAMED_BASE = regex.compile(r"占(?:了|到|整个|所有)?(\p{Han}{4,12})的约?$")
_MOVED = regex.compile("前移|前进|跃升|上移|上升|提升|后移|后退|下降|下滑|回落|进位")


def _words_before(beside: Zone, measured: Measured, start: int) -> Zone:
    """The zone without what stands from the words of the measure on (占, 同比)."""
    cut = measured.start if measured.start >= 0 else start
    kept = [hit for hit in beside.left if hit.end <= cut]
    result = Zone(start=beside.start, core_end=cut, right_end=cut, left=kept)
    for hit in kept:
        weight = max(4.0 - 0.06 * (cut - hit.end), 1.0)
        for term in hit.terms:
            result.weights[term] = max(result.weights.get(term, 0.0), weight)
    result.own = any(hit.kind in CONTENT for hit in kept)
    return result


def _subject(sentence: Sentence, index: int) -> int | None:
    """The draft that a share or change speaks of: the last figure before it, or the head of its bracket."""
    frame, drafts = sentence.frame, sentence.drafts
    level = frame.levels[index]
    around = frame.brackets[level][2] if level >= 0 else -1
    for wanted in (level, around):
        for other in range(index - 1, -1, -1):
            number = sentence.numbers.get(other)
            if number is not None and frame.levels[other] == wanted and drafts[number].stands:
                return number
    for number in range(sentence.first - 1, -1, -1):
        if drafts[number].stands and drafts[number].bracket < 0:
            return number
    return None


def change(sentence: Sentence, index: int, beside: Zone, near: dict[str, float], measured: Measured) -> None:
    """A change, its rate, or a ratio: of what its own words name, else of the figure before it."""
    quantity = sentence.frame.quantities[index]
    words = _words_before(beside, measured, quantity.start)
    link = sentence.tools.linker.best(words, near, None) if words.own else None
    subject = _subject(sentence, index)
    head = sentence.drafts[subject] if subject is not None else None
    of: str | int | None = subject
    moved = quantity.unit in _PLACES and _MOVED.search(sentence.text, measured.start, quantity.start) is not None
    if moved:
        verdict = Verdict((_RANK,), "rank", "名次的变动")
        of = subject if head is not None and head.code == _RANK else _RANK
    elif link is not None and link.score >= _GOOD:
        code = coded(sentence, link.codes[0], words, link)
        verdict = Verdict((code,), link.rule.id, link.why)
        if head is None or head.code != code:
            of = code
    elif head is not None and (subject is not None and subject >= sentence.first):
        verdict = Verdict((head.code,), head.alias, "前项的增减")
    else:
        label = sentence.tools.labels.phrase(sentence.frame, words, index)
        if label:
            of = None
            verdict = Verdict((f"other:{labels.short(label, sentence.tools.segmenter)}",), "other", "无统一代码")
        elif head is not None:
            verdict = Verdict((head.code,), head.alias, "前项的增减")
        else:
            sentence.passage.set_aside(quantity.start, quantity.end, "no_indicator")
            return
    draft = draft_of(sentence, index, verdict.codes[0], verdict, beside)
    draft.measure, draft.of = measured.measure, of
    if moved:
        draft.unit = "名"
    if draft.period.kind in ("last_year", "since"):  # 较上年 names what it is compared with, not when it was
        draft.period = Period()
    if measured.falling:
        draft.value = -draft.value
        draft.low, draft.high = minus(draft.high), minus(draft.low)
    if head is not None and of == subject:
        draft.column = draft.column or head.column
        draft.channel = draft.channel or head.channel
    sentence.add(index, draft)


def is_rate(beside: Zone, measured: Measured) -> bool:
    """Whether the word of a share is the end of a rate's name (解读比例), so that the number is a rate."""
    return any(hit.kind == "rate" and hit.end > measured.start for hit in beside.left)


def share(sentence: Sentence, index: int, beside: Zone, near: dict[str, float], measured: Measured) -> None:
    """A share: of what its own words name (好评数占 99%), else of the figure before it (35 件，占 4.34%)."""
    quantity = sentence.frame.quantities[index]
    sentence.shares.update(_in_order(sentence, index))
    if index in sentence.shares:
        _add_share(sentence, index, beside, sentence.shares[index])
        return
    words = _words_before(beside, measured, quantity.start)
    linker = sentence.tools.linker
    rate = linker.best(words, near, quantity.unit) if words.own else None
    named = any(hit.kind == "rate" for hit in words.left)
    if rate is not None and not named and sentence.text.startswith("占", measured.start):
        rate = None  # 图解类占比 12% is a share of what was told
    if rate is not None:
        code = coded(sentence, rate.codes[0], words, rate)
        sentence.add(index, draft_of(sentence, index, code, Verdict((code,), rate.rule.id, rate.why), beside))
        return
    link = linker.best(words, near, None) if words.own else None
    subject = _subject(sentence, index)
    head = None
    before = sentence.drafts[-1] if sentence.first < len(sentence.drafts) else None
    if link is None and before is not None and before.measure == "share" and before.rule != _OF_BEFORE:
        verdict = Verdict((before.code,), before.alias, before.rule)
        subject = before.of if isinstance(before.of, int) else subject
    elif link is not None and link.score >= _GOOD:
        code = coded(sentence, link.codes[0], words, link)
        verdict = Verdict((code,), link.rule.id, link.why)
    elif subject is not None:
        head = sentence.drafts[subject]
        verdict = Verdict((head.code,), head.alias, _OF_BEFORE, head.category)
    else:
        label = sentence.tools.labels.phrase(sentence.frame, words, index)
        if not label:
            sentence.passage.set_aside(quantity.start, quantity.end, "no_indicator")
            return
        verdict = Verdict((f"other:{labels.short(label, sentence.tools.segmenter)}",), "other", "无统一代码")
    if head is not None and quantity.each:
        for number in range(sentence.first, len(sentence.drafts)):
            if sentence.drafts[number].start == head.start and number != subject and sentence.drafts[number].counts:
                _add_share(sentence, index, beside, number)  # 总结、计划各 1 条，各占 2.8%
    draft = draft_of(sentence, index, verdict.codes[0], verdict, beside)
    draft.measure, draft.category = "share", verdict.category
    if head is not None:
        draft.column, draft.channel = head.column, head.channel
    draft.of = head.part_of if head is not None and head.part_of is not None else _base(sentence, draft, subject)
    if _of_something_else(sentence, measured.start, quantity.start):
        draft.of = None
    sentence.add(index, draft)


def _of_something_else(sentence: Sentence, start: int, end: int) -> bool:
    """Whether the words name what a share is of, and it is nothing that was told (占窗口高频事项的 70%)."""
    named = _NAMED_BASE.match(sentence.text, start, end)
    if start < 0 or named is None or any(word in named[1] for word in sentence.tools.wording.told_bases):
        return False
    return sentence.text.find(named[1], 0, start) < 0


def _in_order(sentence: Sentence, index: int) -> dict[int, int]:
    """The drafts that a run of shares speaks of, one each in order; empty where it is none."""
    run = run_of_quantities(sentence.frame, index, sentence.tools.linkwords.phrase)
    if len(run) < 2 or any(sentence.frame.quantities[n].unit != "%" for n in run):
        return {}
    told = [n for n in range(sentence.first, len(sentence.drafts)) if sentence.drafts[n].counts][-len(run) :]
    same = {(sentence.drafts[n].unit, sentence.drafts[n].part_of) for n in told}
    if len(told) < len(run) or len(same) > 1 or sentence.drafts[told[0]].unit == "%":
        return {}
    return dict(zip(run, told, strict=True))


def _add_share(sentence: Sentence, index: int, beside: Zone, subject: int) -> None:
    head = sentence.drafts[subject]
    draft = draft_of(sentence, index, head.code, Verdict((head.code,), head.alias, _OF_BEFORE, head.category), beside)
    draft.measure, draft.category, draft.column, draft.channel = "share", head.category, head.column, head.channel
    draft.of = head.part_of if head.part_of is not None else _base(sentence, draft, subject)
    sentence.add(index, draft)


def _base(sentence: Sentence, draft: Draft, subject: int | None) -> str | int | None:
    """What a share is taken of where no whole is told: the last handled or received, or the larger figure before."""
    drafts = sentence.drafts
    if family(draft.code) == "t3":
        for whole in sentence.tools.words.parts.wholes:
            for number in range(len(drafts) - 1, max(len(drafts) - _BACK, -1), -1):
                other = drafts[number]
                last = other.period.kind == "last_year" or other.rule.startswith(LISTED)
                if other.code == whole and other.counts and number != subject and other.column is None and not last:
                    return number
    if subject is None:
        return None
    larger = [
        number
        for number in range(max(subject - _BACK, 0), subject)
        if drafts[number].counts
        and family(drafts[number].code) == family(draft.code)
        and drafts[number].value > drafts[subject].value
    ]
    return max(larger, key=lambda number: drafts[number].value, default=None)
