"""What a number counts: a level on its own, a part of a whole, a member of a list, a share or a change of another."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.narrative.attributes import inherit
from pipeline.narrative.closing import closes
from pipeline.narrative.drafts import APART, Draft, Whole, family
from pipeline.narrative.linking import SAME_SENTENCE
from pipeline.narrative.measures import Measured
from pipeline.narrative.naming import (
    Verdict,
    among_information,
    coded,
    draft_of,
    given,
    mark_years,
    minus,
    part,
    published,
    same_verb,
    several_kinds,
    took_part,
    unnamed,
)
from pipeline.narrative.structure import Zone

if TYPE_CHECKING:
    from pipeline.narrative.sentence import Sentence

_LONGEST_LABEL = 10
_GOOD = 2.4
_POWER_LINE = re.compile(r"(?P<kind>t2\.\w+)\.items_(?P<line>prev|change)$")
_BACK = 50
_APPLIED = frozenset({"t3.received", "t3.handled"})
_CASE_SIGNS = "案件申请、和与及等方面的"
_OTHERS = "other_org"
_MEDIA = "newmedia."
"""Reads and followers speak of the account told before them, part or not."""


def level(sentence: Sentence, index: int, beside: Zone, near: dict[str, float], measured: Measured) -> None:
    """A number that is a level, a rank or a score."""
    quantity, labels = sentence.frame.quantities[index], sentence.tools.labels
    mark_years(sentence, beside)
    link = sentence.tools.linker.best(beside, near, quantity.unit)
    parts = sentence.passage.parts
    whole = parts.parent(sentence.frame, index, sentence.numbers)
    if whole is not None and closes(sentence, index, whole, link, beside):
        parts.open.clear()
        whole = None
    previous = sentence.previous(index)
    changed = _changed(sentence, index, previous, beside)
    if changed is not None:
        sentence.add(index, changed)
        return
    told = any(hit.kind == "act" for hit in beside.left)
    if link is not None and not told and among_information(sentence, previous, link, quantity.unit):
        link = None
    mixed = whole is None and link is not None and several_kinds(sentence, beside, link, quantity.unit, near)
    if whole is not None:
        verdict = part(sentence, index, beside, whole, link)
    elif (near.get("申请", 0.0) >= SAME_SENTENCE or (previous is not None and family(previous.code) == "t3")) and given(
        sentence, index, beside
    ):
        verdict = Verdict(("t3.granted",), "t3-granted-1", "公开（答复）")
    elif (line := published(sentence, index, beside, previous)) is not None:
        verdict = Verdict((line,), "listed", "前项文件的公开")
    elif link is not None and link.codes[0] in _APPLIED and (cases := _cases_before(sentence, index, beside)):
        verdict = Verdict(cases, "cases-before", "前面说的案件")
    elif mixed:
        verdict = Verdict(("disclosure.items",), "listed", "几类信息合计", labels.phrase(sentence.frame, beside, index))
    elif (people := took_part(sentence, previous, quantity.unit, beside, link)) is not None:
        verdict = Verdict((people,), "listed", "前项的人数")
    elif previous is not None and link is not None and _next_channel(sentence, index, previous, beside):
        verdict = Verdict((previous.code,), previous.alias, "接前项，渠道不同")
    elif measured.measure == "rank":
        verdict = Verdict(("evaluation.rank",), "rank", "第N名")
    elif link is not None and (link.score >= _GOOD or sentence.previous(index) is None):
        verdict = Verdict(link.codes, link.rule.id, link.why)
    else:
        verdict = unnamed(sentence, index, beside, link, near)
    if measured.measure == "score" and all(code.startswith("other:") for code in verdict.codes):
        verdict.codes = ("evaluation.score",)
    if link is not None and quantity.unit == "%" and not any(hit.kind == "thing" for hit in beside.left):
        verdict.codes = _of_before(sentence, previous, verdict.codes)
    if verdict.codes == ("websites.visits",) and _of_social_media(sentence, quantity.start, beside):
        verdict.codes = ("newmedia.reads",)
    loose = quantity.chinese and (quantity.unit in sentence.tools.linkwords.units.loose or quantity.value == 1)
    if loose and all(code.startswith("other:") for code in verdict.codes):
        verdict.codes = ()
    if not verdict.codes:
        sentence.passage.set_aside(quantity.start, quantity.end, "no_indicator")
        return
    if whole is None and link is not None:
        before = previous
        while before is not None and before.part_of is not None:
            before = sentence.drafts[before.part_of]  # 公开规章 9 件（废止 2 件）、规范性文件 4 件
        verdict.codes = same_verb(sentence, before, beside, verdict.codes)
    for code in verdict.codes:
        draft = draft_of(sentence, index, coded(sentence, code, beside, link), verdict, beside)
        draft.measure = measured.measure
        draft.category = verdict.category
        if not draft.category and draft.code in sentence.tools.linkwords.codes.labelled:
            draft.category = labels.phrase(sentence.frame, beside, index) or None
        if whole is not None:
            result = draft.code.startswith(tuple(sentence.tools.words.parts.results))  # parts in a new sentence as well
            draft.part_of = whole.draft if whole.cue != APART or result else None
            if _of_last_year(sentence, index, draft, sentence.drafts[whole.draft]):
                draft.part_of = None
            inherit(sentence, draft, sentence.drafts[whole.draft])
            if previous is not None and previous.column and draft.code == previous.code and not draft.column:
                draft.column = _OTHERS if _is_other(sentence, draft.category) else None
        elif (
            draft.channel
            and not draft.own_channel
            and not draft.code.startswith(_MEDIA)
            and _of_a_part(sentence, draft)
        ):
            draft.channel = None  # 其中网站 98 条、公众号 623 条；全年公开文件 991 件
        if whole is not None and draft.code == "t3.carried_in" and draft.part_of is not None:
            _with_carried(sentence, sentence.drafts[draft.part_of])
        draft.category = _category(sentence, draft, beside, whole)
        sentence.add(index, draft)
    if whole is not None:
        whole.first = False
        whole.total += quantity.value


def _cases_before(sentence: Sentence, index: int, beside: Zone) -> tuple[str, ...]:
    """The cases that the clause before names as what this one counts (由此引起的行政复议、行政诉讼，全年受理 4 件)."""
    frame, heads = sentence.frame, sentence.tools.words.table_heads
    start = frame.gap_start(index)
    end = sentence.text.rfind("，", start, frame.quantities[index].start)
    found: list[str] = []
    for hit in reversed(frame.hits):
        if hit.end > end or hit.start < start:
            continue
        codes = [f"{heads[term]}.total" for term in hit.terms if heads.get(term, "").startswith("t4.")]
        if not codes or sentence.text[hit.end : end].strip(_CASE_SIGNS):
            break
        found[:0] = [code for code in codes if code not in found]
        end = hit.start
    return () if beside.has("申请") else tuple(found)


def _is_other(sentence: Sentence, label: str | None) -> bool:
    return bool(label) and str(label).startswith(sentence.tools.linkwords.listed.others)


def _of_last_year(sentence: Sentence, index: int, draft: Draft, head: Draft) -> bool:
    """Whether a number is the year before's (收到 287 件，上一年只有 103 件): no part, but where it was carried on."""
    if draft.period.kind != "last_year" or head.period.kind == "last_year":
        return False
    start, end = sentence.frame.gap_start(index), sentence.frame.quantities[index].start
    return sentence.tools.linkwords.carried.gate.search(sentence.text, start, end) is None


def _of_before(sentence: Sentence, previous: Draft | None, codes: tuple[str, ...]) -> tuple[str, ...]:
    """What a rate is that names no thing itself: that of the figure before it."""
    for begin, rates in sentence.tools.linkwords.codes.rates_of.items():
        if previous is not None and previous.code.startswith(begin):
            return tuple(rates.get(code, code) for code in codes)
    return codes


def _next_channel(sentence: Sentence, index: int, previous: Draft, beside: Zone) -> bool:
    """Whether nothing but a channel stands before a number in a list by channels (网站 90 条，新闻媒体 12 条)."""
    if previous.code not in sentence.tools.linkwords.codes.by_channel or previous.measure != "level":
        return False
    if previous.code == "disclosure.items" and not previous.own_channel:
        return False
    quantity = sentence.frame.quantities[index]
    text = sentence.text[previous.end : quantity.start].strip("，,、")
    return previous.unit == quantity.unit and any(
        sentence.text[a:b] == text for a, b, _ in sentence.channels if a >= previous.end
    )


def _with_carried(sentence: Sentence, head: Draft) -> None:
    """办理申请 48 件（含上年结转 2 件）: what was dealt with, new and carried in, where no answer is told."""
    if head.code == "t3.handled" and head.rule.startswith(sentence.tools.linkwords.listed.handled_by):
        head.code = "requests.intake"


def _of_a_part(sentence: Sentence, draft: Draft) -> bool:
    """Whether a channel was told of a part of another figure: what begins anew behind the parts has none of it."""
    return any(
        other.part_of is not None and other.own_channel and other.channel_at == draft.channel_at
        for other in sentence.drafts[max(sentence.first, len(sentence.drafts) - _BACK) :]
    )


def _changed(sentence: Sentence, index: int, previous: Draft | None, beside: Zone) -> Draft | None:
    """上年为 72 项，本年减少 3 项: the change of a list of powers has a line of its own in the form of 2019."""
    match = _POWER_LINE.match(previous.code) if previous is not None else None
    if previous is None or match is None:
        return None
    between = sentence.text[previous.end : sentence.frame.quantities[index].start]
    words = sentence.tools.linkwords
    change = words.listed.changed.search(between)
    if match["line"] == "prev" and change is not None and sentence.frame.quantities[index].unit == previous.unit:
        code = f"{match['kind']}.items_change"
    elif words.listed.decided.search(between) and not beside.has(*words.codes.decisions):
        code, change = f"{match['kind']}.decisions", None
    else:
        return None
    draft = draft_of(sentence, index, code, Verdict((code,), previous.alias, "前项的增减"), beside)
    if change is not None and change["less"]:
        draft.value, draft.low, draft.high = -draft.value, minus(draft.high), minus(draft.low)
    return draft


def _of_social_media(sentence: Sentence, at: int, beside: Zone) -> bool:
    """浏览 129 万人次 behind what 微信 published counts reads there, not visits of a site."""
    if not sentence.tools.linkwords.listed.site.isdisjoint(beside.weights):
        return False
    before = [code for a, _, code in sentence.channels if a < at]
    social = sentence.tools.linkwords.codes.social
    return bool(before) and all(channel in social for channel in before[-1].split("+"))


def _category(sentence: Sentence, draft: Draft, beside: Zone, whole: Whole | None) -> str | None:
    """The label of a part, where neither its code nor its applicant nor its channel already says the same."""
    label, labels = draft.category, sentence.tools.labels
    head = sentence.drafts[whole.draft] if whole is not None else None
    if label and head is not None and family(head.code) == "t2" == family(draft.code):
        return label
    if not label or draft.code.startswith(sentence.tools.linkwords.codes.told):
        return None
    if head is not None and head.code != draft.code and not draft.code.startswith("other:"):
        return None
    if draft.own_channel and (sentence.tools.channels.only(label) or labels.is_plain(label)):
        return None
    if whole is None:
        shared = labels.shares(sentence.text, beside, label)
        label = labels.bare(label)
        if shared or draft.code.startswith("other:") or labels.is_general(label) or len(label) > _LONGEST_LABEL:
            return None
    return label
