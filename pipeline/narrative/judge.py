"""What a number counts: a level on its own, a part of a whole, a member of a list, a share or a change of another."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.model import Period
from pipeline.narrative import labels
from pipeline.narrative.attributes import describe, inherit, unit_of
from pipeline.narrative.drafts import Draft, Whole, family
from pipeline.narrative.linking import Link
from pipeline.narrative.measures import Measured
from pipeline.narrative.structure import CONTENT, Zone

if TYPE_CHECKING:
    from pipeline.narrative.sentence import Sentence

_INHERITING = frozenset({
    "interpretation.items", "proposals.handled", "websites.count", "newmedia.items", "press.articles",
    "consultation.topics", "mailbox.received", "hotline.received", "disclosure.documents", "disclosure.updated",
    "newmedia.accounts", "training.sessions", "coverage.units", "newmedia.reads", "newmedia.followers",
    "columns.count", "activities.held", "inspections.held", "responses.items",
})  # fmt: skip
"""Wholes whose parts keep their code, unless a part's own code is of the same family."""
_CLOSING = frozenset({"收到", "办结", "答复", "召开", "制发", "新增", "注销", "应办", "检查", "并", "采纳", "编发公报"})
"""Verbs that begin a new statement behind the parts of a whole."""
_LABELLED = frozenset({"disclosure.items", "disclosure.documents", "interpretation.items", "newmedia.items"})
"""What is told in many kinds: its figures keep their label even where no whole is told."""
_TOLD = ("t2.", "t3.", "t4.", "requests.", "staff.", "s14.", "gazette.", "fee.")
_GOOD = 2.4
_SURE = 4.0
_LOOSE = frozenset({"个", "项", "类", "种", "方面", "大", "家", "次", "名", "条", "位", "处", "部", "套", "人"})
"""Units behind a Chinese numeral that count anything (三个方面): no figure without an indicator."""
_BACK = 100
_DOCUMENTS = re.compile(r"(t2\.(?:rules|normative))\.(issued|made|published|in_force|repealed)$")
_OTHERS = ("其他", "其它")
_LAST_YEAR = ("上年", "去年", "上一年", "往年")
_NEXT_YEAR = ("下年", "次年", "明年", "下一年", "今年", "下个年")


@dataclass(slots=True)
class Verdict:
    """The codes of a number (none: it names no indicator), why, and the label of a part."""

    codes: tuple[str, ...]
    alias: str = ""
    rule: str = ""
    category: str | None = None


def level(sentence: Sentence, index: int, beside: Zone, near: dict[str, float], measured: Measured) -> None:
    """A number that is a level, a rank or a score."""
    quantity = sentence.frame.quantities[index]
    _mark_years(sentence, beside)
    link = sentence.tools.linker.best(beside, near, quantity.unit)
    parts = sentence.passage.parts
    whole = parts.parent(sentence.frame, index, sentence.numbers)
    if whole is not None and _closes(sentence, index, whole, link, beside):
        parts.open.clear()
        whole = None
    if whole is not None:
        verdict = _part(sentence, index, beside, whole, link)
    elif measured.measure == "rank":
        verdict = Verdict(("evaluation.rank",), "rank", "第N名")
    elif link is not None and (link.score >= _GOOD or sentence.previous(index) is None):
        verdict = Verdict(link.codes, link.rule.id, link.why)
    else:
        verdict = _unnamed(sentence, index, beside, link)
    if quantity.chinese and quantity.unit in _LOOSE and all(code.startswith("other:") for code in verdict.codes):
        verdict.codes = ()
    if not verdict.codes:
        sentence.passage.set_aside(quantity.start, quantity.end, "no_indicator")
        return
    if whole is None and link is not None:
        verdict.codes = _same_verb(sentence.previous(index), beside, verdict.codes)
    for code in verdict.codes:
        draft = _draft(sentence, index, _coded(sentence, code, beside, link), verdict, beside)
        draft.measure = measured.measure
        draft.category = verdict.category
        if not draft.category and draft.code in _LABELLED:
            draft.category = labels.phrase(sentence.frame, beside, index) or None
        if whole is not None:
            draft.part_of = whole.draft
            inherit(sentence, draft, sentence.drafts[whole.draft])
        draft.category = _category(sentence, draft, beside, whole)
        sentence.add(index, draft)
    if whole is not None:
        whole.first = False
        whole.total += quantity.value


def _category(sentence: Sentence, draft: Draft, beside: Zone, whole: Whole | None) -> str | None:
    """The label of a part, where neither its code nor its applicant nor its channel already says the same."""
    label = draft.category
    if not label or draft.code.startswith(_TOLD):
        return None
    head = sentence.drafts[whole.draft] if whole is not None else None
    if head is not None and head.code != draft.code and not draft.code.startswith("other:"):
        return None
    if draft.own_channel and sentence.tools.channels.only(label):
        return None
    if whole is None and (draft.code.startswith("other:") or labels.is_general(label)):
        return None
    return label


def _same_verb(previous: Draft | None, beside: Zone, codes: tuple[str, ...]) -> tuple[str, ...]:
    """废止规章 1 件、规范性文件 12 件: the verb of the figure before holds where this one has none of its own."""
    if previous is None or len(codes) != 1 or any(hit.kind in ("act", "result") for hit in beside.left):
        return codes
    before, own = _DOCUMENTS.match(previous.code), _DOCUMENTS.match(codes[0])
    if before is None or own is None:
        return codes
    return (f"{own[1]}.{'issued' if before[2] == 'made' else before[2]}",)


def _mark_years(sentence: Sentence, beside: Zone) -> None:
    """A year before or after the report's beside 结转 tells which way it was carried."""
    if "结转" not in beside.weights:
        return
    year = sentence.passage.report.year
    text = sentence.text[beside.start : beside.right_end]
    for name, words, offset in (("上年", _LAST_YEAR, -1), ("下年", _NEXT_YEAR, 1)):
        if any(word in text for word in words) or (year is not None and str(year + offset) in text):
            beside.weights[name] = 3.0


def _closes(sentence: Sentence, index: int, whole: Whole, link: Link | None, beside: Zone) -> bool:
    """Whether a new statement begins, so that the parts of a whole are at their end."""
    if link is None or whole.first or whole.cue in ("括号", "冒号"):
        return False
    code = sentence.drafts[whole.draft].code
    acts = _new_statement(beside)
    if family(link.codes[0]) == family(code):
        between = sentence.text[sentence.frame.gap_start(index) : beside.start]
        other_head = code.startswith("t4.") and link.codes[0].endswith(".total") and not _under(code, link.codes[0])
        return other_head or (acts and any(sign in between for sign in "；;"))
    return acts or family(link.codes[0]) == "t4" or family(code) in ("t3", "t4")


def _new_statement(beside: Zone) -> bool:
    """Whether a verb begins a new statement: 收到 anywhere, others in front of the noun (not in 建议答复 19 条)."""
    for hit in beside.left:
        if hit.kind == "thing" and not beside.has("收到"):
            return False
        if hit.kind in ("act", "mark") and not _CLOSING.isdisjoint(hit.terms):
            return True
    return False


def _part(sentence: Sentence, index: int, beside: Zone, whole: Whole, link: Link | None) -> Verdict:
    """The code of a part: the whole's, or its own where that says more."""
    head = sentence.drafts[whole.draft]
    rule = f"部分（{whole.cue}）"
    category = labels.phrase(sentence.frame, beside, index) or None
    verdict = Verdict((head.code,), head.alias, rule, category)
    if link is not None and head.code.startswith("t4.") and _under(head.code, link.codes[0]):
        verdict.codes, verdict.alias, verdict.rule = link.codes, link.rule.id, f"{rule} {link.why}"
    elif link is not None and head.code.startswith("t4.") and link.codes[0].startswith("t4."):
        outcome = link.codes[0].rsplit(".", 1)[1]
        verdict.codes = (f"{head.code.rsplit('.', 1)[0]}.{outcome}",)
        verdict.alias, verdict.rule = link.rule.id, f"{rule} {link.why}"
    elif link is not None and head.code != "disclosure.items":
        own = family(link.codes[0]) == family(head.code)
        if own or (head.code not in _INHERITING and link.score >= _SURE):
            verdict.codes, verdict.alias, verdict.rule = link.codes, link.rule.id, f"{rule} {link.why}"
    if category and category.startswith(_OTHERS) and verdict.codes[0] in sentence.tools.words.parts.wholes:
        verdict.codes = ("t3.other",)
    return verdict


def _under(head: str, code: str) -> bool:
    """Whether a code is that of the head, or of one of the two kinds of suit where the head is both together."""
    group, own = head.rsplit(".", 1)[0], code.rsplit(".", 1)[0]
    return own == group or (group == "t4.suit" and own.startswith("t4.suit_"))


def _unnamed(sentence: Sentence, index: int, beside: Zone, link: Link | None) -> Verdict:
    """A number whose own words name no indicator: goes on with the list it stands in, or is other:<label>."""
    quantity = sentence.frame.quantities[index]
    label = labels.phrase(sentence.frame, beside, index)
    previous = sentence.previous(index)
    if previous is not None and link is None and not any(hit.kind == "act" for hit in beside.left):
        same = previous.unit == quantity.unit or not quantity.unit
        nouns = any(hit.kind in ("thing", "result") for hit in (*beside.left, *beside.right))
        between = sentence.text[previous.end : quantity.start]
        loose = nouns and quantity.unit in ("次", "个", "人", "家")
        if same and not loose and not any(sign in between for sign in "；;"):
            return Verdict((previous.code,), previous.alias, "接前项", label or None)
    if link is not None:
        return Verdict(link.codes, link.rule.id, link.why, label or None)
    place = sentence.passage.place
    if quantity.chinese and quantity.unit in _LOOSE:
        return Verdict(())
    label = label or labels.verb(sentence.frame, beside, index)
    if not label or place.preamble or place.heading:
        return Verdict(())
    return Verdict((f"other:{labels.short(label, sentence.tools.segmenter)}",), "other", "无统一代码")


def _coded(sentence: Sentence, code: str, beside: Zone, link: Link | None) -> str:
    """The code with what the report decides filled in: other:{} by the word found, issued or made by the form."""
    if code == "other:{}":
        key = link.rule.key if link else ()
        for hit in reversed(beside.left + beside.right):
            if not set(key).isdisjoint(hit.terms):
                return "other:" + sentence.text[hit.start : hit.end].strip("，。、")
        return "other:" + (key[0] if key else "其他")
    if code.startswith("t2.") and code.endswith(".issued") and sentence.passage.report.form == "2019":
        return code[: -len("issued")] + "made"
    return code


def _draft(sentence: Sentence, index: int, code: str, verdict: Verdict, beside: Zone) -> Draft:
    quantity = sentence.frame.quantities[index]
    unit, implied = unit_of(sentence, index, code)
    level = sentence.frame.levels[index]
    draft = Draft(
        code=code, value=quantity.value, unit=unit, bound=quantity.bound, low=quantity.low, high=quantity.high,
        start=quantity.start, end=quantity.end, sentence=(sentence.frame.start, sentence.frame.end),
        bracket=level, alias=verdict.alias, rule=verdict.rule, implied=implied,
    )  # fmt: skip
    describe(sentence, draft, beside)
    return draft


# -- shares and changes


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
    if link is not None and link.score >= _GOOD:
        code = _coded(sentence, link.codes[0], words, link)
        verdict = Verdict((code,), link.rule.id, link.why)
        if head is None or head.code != code:
            of = code
    elif head is not None and (subject is not None and subject >= sentence.first):
        verdict = Verdict((head.code,), head.alias, "前项的增减")
    else:
        label = labels.phrase(sentence.frame, words, index)
        if label:
            of = None
            verdict = Verdict((f"other:{labels.short(label, sentence.tools.segmenter)}",), "other", "无统一代码")
        elif head is not None:
            verdict = Verdict((head.code,), head.alias, "前项的增减")
        else:
            sentence.passage.set_aside(quantity.start, quantity.end, "no_indicator")
            return
    draft = _draft(sentence, index, verdict.codes[0], verdict, beside)
    draft.measure, draft.of = measured.measure, of
    if draft.period.kind in ("last_year", "since"):  # 较上年 names what it is compared with, not when it was
        draft.period = Period()
    if measured.falling:
        draft.value = -draft.value
        low, high = draft.low, draft.high
        draft.low, draft.high = (None if high is None else -high), (None if low is None else -low)
    if head is not None and of == subject:
        draft.column = draft.column or head.column
        draft.channel = draft.channel or head.channel
    sentence.add(index, draft)


def share(sentence: Sentence, index: int, beside: Zone, near: dict[str, float], measured: Measured) -> None:
    """A share: of what its own words name (好评数占 99%), else of the figure before it (35 件，占 4.34%)."""
    quantity = sentence.frame.quantities[index]
    words = _words_before(beside, measured, quantity.start)
    linker = sentence.tools.linker
    rate = linker.best(words, near, quantity.unit) if words.own else None
    if rate is not None:
        code = _coded(sentence, rate.codes[0], words, rate)
        sentence.add(index, _draft(sentence, index, code, Verdict((code,), rate.rule.id, rate.why), beside))
        return
    link = linker.best(words, near, None) if words.own else None
    subject = _subject(sentence, index)
    head = None
    if link is not None and link.score >= _GOOD:
        code = _coded(sentence, link.codes[0], words, link)
        verdict = Verdict((code,), link.rule.id, link.why)
    elif subject is not None:
        head = sentence.drafts[subject]
        verdict = Verdict((head.code,), head.alias, "前项的占比", head.category)
    else:
        label = labels.phrase(sentence.frame, words, index)
        if not label:
            sentence.passage.set_aside(quantity.start, quantity.end, "no_indicator")
            return
        verdict = Verdict((f"other:{labels.short(label, sentence.tools.segmenter)}",), "other", "无统一代码")
    draft = _draft(sentence, index, verdict.codes[0], verdict, beside)
    draft.measure, draft.category = "share", verdict.category
    if head is not None:
        draft.column, draft.channel = head.column, head.channel
    draft.of = head.part_of if head is not None and head.part_of is not None else _base(sentence, draft, subject)
    sentence.add(index, draft)


def _base(sentence: Sentence, draft: Draft, subject: int | None) -> str | int | None:
    """What a share is taken of where no whole is told: the last handled or received, or the larger figure before."""
    drafts = sentence.drafts
    if family(draft.code) == "t3":
        for whole in sentence.tools.words.parts.wholes:
            for number in range(len(drafts) - 1, max(len(drafts) - _BACK, -1), -1):
                other = drafts[number]
                if other.code == whole and other.counts and number != subject and other.column is None:
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
