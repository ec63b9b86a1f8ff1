"""Which indicator a number is given: its own words', its whole's, or that of the list it goes on with."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING

from pipeline.model import PART
from pipeline.narrative import labels
from pipeline.narrative.attributes import describe, unit_of
from pipeline.narrative.drafts import APART, Draft, Whole, family
from pipeline.narrative.linking import SAME_SENTENCE, Link
from pipeline.narrative.parts import TOLD_BY
from pipeline.narrative.structure import Zone

if TYPE_CHECKING:
    from pipeline.narrative.sentence import Sentence

_SURE = 4.0
_DOCUMENTS = re.compile(r"(t2\.(?:rules|normative))\.(issued|made|published|in_force|repealed)$")
_CARRIED = 4.4
_JOINER = 3
_BACK = 30
_CLAUSE_END = re.compile(r"[，,；;。：:]")
_RESULT = re.compile(r"t3\.(?:granted|partial|denied|unavailable|rejected|other)")
_DECIDED = re.compile(r"t2\.\w+\.decisions$")


@dataclass(slots=True)
class Verdict:
    """The codes of a number (none: it names no indicator), why, and the label of a part."""

    codes: tuple[str, ...]
    alias: str = ""
    rule: str = ""
    category: str | None = None


def minus(value: Decimal | None) -> Decimal | None:
    return None if value is None else -value


def same_verb(sentence: Sentence, previous: Draft | None, beside: Zone, codes: tuple[str, ...]) -> tuple[str, ...]:
    """废止规章 1 件、规范性文件 12 件: the verb of the figure before holds where this one has none of its own."""
    if previous is None or len(codes) != 1 or any(hit.kind in ("act", "result") for hit in beside.left):
        return codes
    told = sentence.tools.linkwords.codes
    published = previous.code == "disclosure.items" or previous.code.endswith(".published")
    decided = any(sentence.text.find(word, previous.end, beside.right_end) >= 0 for word in told.decided)
    if published and codes[0] in told.records and previous.measure == "level" and not decided:
        return ("disclosure.items",)
    if codes[0] == "fee.collected" and _DECIDED.match(previous.code):
        return ("t2.fees.amount",)
    if previous.code == "participation.public" and codes[0].startswith("meetings."):
        return (previous.code,)
    if codes[0] == "powers.items" and _DECIDED.match(previous.code):
        return tuple(code for term, code in told.decisions.items() if beside.has(term))[:1] or codes
    if previous.code in told.answered and codes[0] in told.answered.values():
        return tuple(answered for answered, asked in told.answered.items() if asked == codes[0])
    before, own = _DOCUMENTS.match(previous.code), _DOCUMENTS.match(codes[0])
    if before is None or own is None:
        return codes
    return (f"{own[1]}.{'issued' if before[2] == 'made' else before[2]}",)


def mark_years(sentence: Sentence, beside: Zone) -> None:
    """Which way a request was carried: 转到 2024 年 in a report for 2023, 2022 年转来; by 结转 also the bare year."""
    level = sentence.frame.level_at(beside.core_end)
    end = beside.right_end
    if not beside.own:  # 余 8 件转 2023 年度办理
        index = next((n for n, q in enumerate(sentence.frame.quantities) if q.start >= beside.core_end), None)
        after = (
            sentence.frame.quantities[index + 1].start
            if index is not None and index + 1 < len(sentence.frame.quantities)
            else sentence.frame.end
        )
        stop = _CLAUSE_END.search(sentence.text, end, after)
        end = stop.start() if stop else max(after, end)
    text = sentence.frame.masked(beside.start, end, level).partition("（")[0]
    carried = sentence.tools.linkwords.carried
    if any(word in text for word in carried.marks_last):
        beside.weights.setdefault("上年", 3.0)
    if not carried.gate.search(text):
        return
    year = sentence.passage.report.year
    for term, pattern, offset in (("结转上年", carried.carried_in, -1), ("结转下年", carried.carried_out, 1)):
        for match in pattern.finditer(text):
            if not match["year"] or (year is not None and int(match["year"]) == year + offset):
                beside.weights[term] = _CARRIED
    if "结转" in beside.weights:
        for name, words, offset in (("上年", carried.said_last, -1), ("下年", carried.said_next, 1)):
            if any(word in text for word in words) or (year is not None and str(year + offset) in text):
                beside.weights[name] = 3.0
    if carried.included.search(text):  # 连同上年转来的在内答复了 40 件
        for name in ("结转上年", "上年", "结转"):
            beside.weights.pop(name, None)


def part(sentence: Sentence, index: int, beside: Zone, whole: Whole, link: Link | None) -> Verdict:
    """The code of a part: the whole's, or its own where that says more."""
    head = sentence.drafts[whole.draft]
    rule = f"{PART}{whole.cue}）"
    category = sentence.tools.labels.phrase(sentence.frame, beside, index) or None
    words, told = sentence.tools.linkwords.listed, sentence.tools.linkwords.codes
    verdict = Verdict((head.code,), head.alias, rule, category)
    divided = whole.cue in (APART, TOLD_BY)  # 按内容分 …、其他 7 件: other subjects, not other handling
    cases = link is not None and head.code.startswith("t4.")
    if link is not None and cases and (under(head.code, link.codes[0]) or _own_cases(beside, link)):
        verdict.codes, verdict.alias, verdict.rule = link.codes, link.rule.id, f"{rule} {link.why}"
    elif link is not None and cases and link.codes[0].startswith("t4."):
        outcome = link.codes[0].rsplit(".", 1)[1]
        verdict.codes = (f"{head.code.rsplit('.', 1)[0]}.{outcome}",)
        verdict.alias, verdict.rule = link.rule.id, f"{rule} {link.why}"
    elif head.code in sentence.tools.words.parts.wholes and _label_is(sentence, index, beside, words.given):
        verdict.codes = ("t3.granted",)
    elif head.code.startswith("t2.") and category is not None and category.startswith(words.amended):
        pass
    elif link is not None and head.code in told.answered and link.codes[0] in told.answered.values():
        verdict.codes = tuple(done for done, asked in told.answered.items() if asked == link.codes[0])
    elif link is not None and head.code in told.account_changes and link.codes[0] == "newmedia.accounts":
        pass
    elif link is not None and head.code not in told.keeping and not cases:
        own = family(link.codes[0]) == family(head.code) and not (divided and link.codes[0] == "s14.complaints")
        cues = sentence.tools.words.parts
        answered = head.code in cues.wholes and link.codes[0].startswith("s14.answered.")
        if own or answered or (not divided and head.code not in cues.inheriting and link.score >= _SURE):
            verdict.codes, verdict.alias, verdict.rule = link.codes, link.rule.id, f"{rule} {link.why}"
    sister = sentence.previous(index)
    about = sister.code if sister is not None and sister.code.startswith("t4.") else head.code
    if category and category.startswith(words.others) and about.startswith("t4.") and not divided:
        verdict.codes = (f"{about.rsplit('.', 1)[0]}.other",)
    if (
        category
        and category.startswith(words.others)
        and not divided
        and not beside.has(*sentence.tools.words.columns)
        and (sister is None or sister.column is None)
        and verdict.codes[0] in sentence.tools.words.parts.wholes
    ):
        verdict.codes = ("t3.other",)
    return verdict


def _own_cases(beside: Zone, link: Link) -> bool:
    """Whether a result names the one kind of case it is of (复议、诉讼各 3 件，其中复议结果维持 3 件)."""
    return link.codes[0].startswith("t4.") and beside.has("复议") != beside.has("诉讼")


def published(sentence: Sentence, index: int, beside: Zone, previous: Draft | None) -> str | None:
    """The line of a document's publication told by its verb alone (规范性文件新制作 15 件，新公开 18 件), else None."""
    before = _DOCUMENTS.match(previous.code) if previous is not None and previous.measure == "level" else None
    if (
        before is None
        or beside.has("公开总数")
        or not _label_is(sentence, index, beside, sentence.tools.linkwords.listed.made_public)
    ):
        return None
    return f"{before[1]}.published"


def given(sentence: Sentence, index: int, beside: Zone) -> bool:
    """Whether nothing but 公开 or 同意公开 stands before a number among applications (收到 3 件，公开 2 件)."""
    words = sentence.tools.linkwords
    asked = sentence.frame.quantities[index].unit in words.units.cases
    return asked and _label_is(sentence, index, beside, words.listed.given)


def among_information(sentence: Sentence, previous: Draft | None, link: Link, unit: str) -> bool:
    """Whether a thing without a code of its own goes on with a list of published information (年度报告 1 篇)."""
    if previous is None or previous.code != "disclosure.items":
        return False
    words = sentence.tools.linkwords
    if link.rule.id in words.listed.among:
        return unit in words.units.things and previous.unit in words.units.things
    return previous.unit == unit and unit in words.units.items and link.codes[0].startswith("other:")


def several_kinds(sentence: Sentence, beside: Zone, link: Link, unit: str, near: dict[str, float]) -> bool:
    """Whether published things of different kinds are told in one number (文件和解读 519 篇): information, no more."""
    words, units = sentence.tools.linkwords.listed, sentence.tools.linkwords.units
    if link.codes[0] not in words.mixed or unit not in units.items or near.get("公开", 0.0) < SAME_SENTENCE:
        return False
    things = [hit for hit in beside.left if hit.kind == "thing"]
    for one, other in reversed(list(pairwise(things))):
        joined = sentence.text.startswith(words.ands, one.end)
        if not joined and sentence.text[one.end : other.start] in words.compounds:
            continue  # 解读类信息
        if not joined or other.start - one.end > _JOINER:
            return False
        if one.terms[0] != other.terms[0] and words.unmixed.isdisjoint((one.terms[0], other.terms[0])):
            return True
    return False


def took_part(sentence: Sentence, previous: Draft | None, unit: str, beside: Zone, link: Link | None) -> str | None:
    """The code of those who came to what the figure before held (培训 2 次，合计 80 人次), None where it is told."""
    people, words = sentence.tools.words.people_of, sentence.tools.linkwords.listed
    if previous is None or previous.code not in people or beside.has(*words.held):
        return None
    indicator = sentence.tools.indicators[people[previous.code]]
    if unit not in indicator.units and not (unit in words.heads and not words.heads.isdisjoint(indicator.units)):
        return None
    return people[previous.code] if link is None or link.codes[0] in people.values() else None


def _label_is(sentence: Sentence, index: int, beside: Zone, words: tuple[str, ...]) -> bool:
    """Whether exactly one of some words stands before a number (公开 16 件)."""
    text = sentence.frame.masked(beside.start, beside.core_end, sentence.frame.levels[index])
    behind = sentence.text[sentence.frame.quantities[index].end : beside.right_end]
    return text.strip(sentence.tools.linkwords.listed.passing) in words or (not beside.own and behind in words)


def under(head: str, code: str) -> bool:
    """Whether a code is that of the head, or of one of the two kinds of suit where the head is both together."""
    group, own = head.rsplit(".", 1)[0], code.rsplit(".", 1)[0]
    return own == group or (group == "t4.suit" and own.startswith("t4.suit_"))


def unnamed(sentence: Sentence, index: int, beside: Zone, link: Link | None, near: dict[str, float]) -> Verdict:
    """A number whose own words name no indicator: goes on with the list it stands in, or is other:<label>."""
    quantity = sentence.frame.quantities[index]
    label = sentence.tools.labels.phrase(sentence.frame, beside, index)
    words, units, told = sentence.tools.linkwords.listed, sentence.tools.linkwords.units, sentence.tools.linkwords.codes
    previous = sentence.previous(index)
    item = quantity.unit in units.items
    acts = [hit for hit in beside.left if hit.kind == "act" and words.built.isdisjoint(hit.terms)]
    if previous is not None and link is None and not acts:
        same = previous.unit in (quantity.unit, sentence.tools.units.canonical(previous.code, quantity.unit))
        same = same or not quantity.unit
        nouns = any(hit.kind in ("thing", "result") for hit in (*beside.left, *beside.right))
        between = sentence.text[previous.end : quantity.start]
        loose = nouns and quantity.unit in units.going_on and previous.code not in told.keeping
        going_on = not any(sign in between for sign in "；;")
        if item and label and previous.code in told.not_items and (same or going_on):
            return Verdict(("disclosure.items",), "listed", "接前项的公开信息", label)
        if (
            label
            and previous.code.startswith("requests.received.")
            and sentence.tools.linkwords.parts.told_by.search(sentence.text, previous.end, quantity.start)
        ):
            return Verdict(("t3.received",), "listed", "按内容分", label)
        if words.totalled.search(between) and _intake(sentence, previous, quantity.value):
            return Verdict(("requests.intake",), "t3-intake-1", "新收加结转")
        result = _RESULT.match(previous.code) is not None and quantity.unit in units.cases
        if result and label.startswith(words.others) and not beside.has(*sentence.tools.words.columns):
            return Verdict(("t3.other",), "t3-other-1", "其余结果")
        if same and not loose and going_on and not previous.code.startswith("other:"):
            return Verdict((previous.code,), previous.alias, "接前项", label or None)
    if label and _among_published(sentence, previous, quantity.start, beside, link) and quantity.unit in units.things:
        return Verdict(("disclosure.items",), "listed", "接前项的公开信息", label)
    if previous is not None and link is None and words.moved.search(sentence.text[previous.end : quantity.start]):
        return Verdict((previous.code,), previous.alias, "前项的变动", previous.category)
    if link is not None:
        return Verdict(link.codes, link.rule.id, link.why, label or None)
    if words.when_only.match(sentence.text[beside.start : beside.core_end].strip("，,；;、。")):
        head = _last_head(sentence, quantity.unit)
        if head is not None:
            return Verdict((head.code,), head.alias, "同前项，时间不同")
    if item and label and _published(sentence, quantity.start, label):
        return Verdict(("disclosure.items",), "listed", "公开的信息", label)
    if (
        label
        and quantity.unit in units.things
        and quantity.unit not in units.any_thing
        and any(term in told.publishing for hit in acts for term in hit.terms)
    ):
        return Verdict(("disclosure.items",), "listed", "公开的信息", label)
    first = sentence.first == len(sentence.drafts)
    if item and not label and previous is not None and previous.code in told.keeping:
        return Verdict((previous.code,), previous.alias, "接前项，单位不同")
    if item and not label and first and sentence.text.find("公开", sentence.frame.start, quantity.start) >= 0:
        return Verdict(("disclosure.items",), "listed", "公开的总数")
    if previous is not None and previous.code.startswith("other:") and previous.unit == quantity.unit and not label:
        return Verdict((previous.code,), previous.alias, "接前项", None)
    place = sentence.passage.place
    if quantity.chinese and quantity.unit in units.loose:
        return Verdict(())
    label = label or sentence.tools.labels.verb(sentence.frame, beside, index)
    if not label or place.preamble or place.heading:
        return Verdict(())
    return Verdict((f"other:{labels.short(label, sentence.tools.segmenter)}",), "other", "无统一代码")


def _intake(sentence: Sentence, previous: Draft, value: Decimal) -> bool:
    """Whether a total is that of what was received and what was carried in (上年结转 6 件，新收 97 件，合计 103 件)."""
    if previous.code == "t3.carried_in":
        return True
    lines = {draft.code: draft.value for draft in sentence.drafts[sentence.first :]}
    return "t3.carried_in" in lines and lines["t3.carried_in"] + lines.get("t3.received", value) == value


def _among_published(sentence: Sentence, previous: Draft | None, at: int, beside: Zone, link: Link | None) -> bool:
    """Whether a number goes on with a list of published things: no verb begins it anew (结果 8 个，出让信息 7 个)."""
    if previous is None or link is not None or previous.measure != "level":
        return False
    if previous.code not in sentence.tools.linkwords.codes.keeping and not previous.code.endswith(".published"):
        return False
    if any(sign in sentence.text[previous.end : at] for sign in "；;"):
        return False
    start = beside.start
    while start < at and sentence.text[start] in sentence.tools.linkwords.listed.begins:
        start += 1
    return not any(hit.kind == "act" and hit.start <= start + 1 for hit in beside.left)


def _last_head(sentence: Sentence, unit: str) -> Draft | None:
    """The last figure told before that is part of nothing and has such a unit (2022 年为 33 件)."""
    for draft in reversed(sentence.drafts[-_BACK:]):
        if draft.part_of is None and draft.counts and draft.unit == unit and draft.bracket < 0:
            return draft
    return None


def _published(sentence: Sentence, at: int, label: str) -> bool:
    """Whether what is counted in 条 is information: all that is not moved (由 11 条压到 5 条) or of another kind."""
    if sentence.text.endswith(sentence.tools.linkwords.listed.from_words, 0, at):
        return False
    return not label.endswith(sentence.tools.words.no_items)


def coded(sentence: Sentence, code: str, beside: Zone, link: Link | None) -> str:
    """The code with what the report decides filled in: other:{} by the word found, issued or made by the form."""
    if code == "other:{}":
        key = link.rule.key if link else ()
        for hit in reversed(beside.left + beside.right):
            if not set(key).isdisjoint(hit.terms):
                return "other:" + sentence.text[hit.start : hit.end].strip("，。、")
        return "other:" + (key[0] if key else "其他")
    return by_form(sentence, code)


def by_form(sentence: Sentence, code: str) -> str:
    """The line of the report's own form: what was issued is 新制作 in the form of 2019."""
    if code.startswith("t2.") and code.endswith(".issued") and sentence.passage.report.form == "2019":
        return code[: -len("issued")] + "made"
    return code


def draft_of(sentence: Sentence, index: int, code: str, verdict: Verdict, beside: Zone) -> Draft:
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
