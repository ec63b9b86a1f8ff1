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
from pipeline.narrative.drafts import Draft, Whole, family
from pipeline.narrative.linking import SAME_SENTENCE, Link
from pipeline.narrative.parts import APART, TOLD_BY, told_by
from pipeline.narrative.structure import Zone

if TYPE_CHECKING:
    from pipeline.narrative.sentence import Sentence

_SURE = 4.0
_LOOSE = frozenset({"个", "项", "类", "种", "方面", "大", "家", "次", "名", "条", "位", "处", "部", "套", "人"})
"""Units behind a Chinese numeral that count anything (三个方面): no figure without an indicator."""
_DOCUMENTS = re.compile(r"(t2\.(?:rules|normative))\.(issued|made|published|in_force|repealed)$")
_CARRIED = 4.4
_CARRIED_OUT = re.compile(
    r"(?:转|留|移|延|顺延|跨|推)(?:至|到|入|往|待)?(?:了)?(?:下一?年|次年|明年|来年|(?P<year>20\d\d)年)"
)
_CARRIED_IN = re.compile(
    r"(?:(?:上一?年|去年|(?P<year>20\d\d)年)(?:度)?(?:结转|转过来|带过来|转来|转入|接转|遗留|转结|移交|未办结|顺延|留下|剩下|剩余|没办完|未办完|移来|带来|留转|流转|未了结|收而未结)|(?:结转自|承接|转自)(?:上一?年|去年))"
)
_INCLUDED = re.compile(
    r"(?:连同|含|包括|加上|算上|计入|连)[^，,；;（）]{0,14}(?:转|遗留)[^，,；;（）]{0,8}(?:办结|答复|办理|处理|办完|收到|受理|办复|共)"
)
_KINDS = frozenset({"interpretation.items", "disclosure.documents", "meetings.published"})
_JOINER = 3
_AND = ("、", "和", "与", "及", "以及", "及其", "和相关", "及相关")
_BUILT = frozenset({"新开", "新增"})
"""Verbs that say nothing of what is counted (新增专区 3 个，累计建成 18 个)."""
_HELD = ("培训", "活动", "开放日", "宣讲", "会议")
_HEADS = frozenset({"人", "人次", "名", "位", "余人"})
_WHEN_ONLY = re.compile(
    r"^(?:与|同|较|比)?(?:(?:20\d\d|上|去|前|同)年?(?:度|同期)?|上一年度?|上年度?|去年度?|上年同期|去年同期)的?$"
)
_BACK = 30
_MOVED = re.compile(
    r"^[，,、的]?(?:20\d\d年|本年|今年|当年)?(?:则|已|又|再)?(?:提高|提升|上升|升|增加|增长|增|下降|降低|降|减少|减|缩短|压缩|扩大|回落|变为|变|整合|压减|精简|合并|归并|调整|缩减|控制|优化|下调|上调|压)(?:到|至|为|成)了?$"
)
"""Between two numbers: the second is where the first moved to (满意率由 95% 提高到 97%)."""
_TOTALLED = re.compile("合计|共计|总计|两项|总共|加起来")
_CLAUSE_END = re.compile(r"[，,；;。：:]")
_OTHERS = ("其他", "其它")
_GIVEN = ("公开", "同意公开", "给予公开", "予以公开")
_MADE_PUBLIC = ("公开", "新公开", "主动公开", "对外公开", "本年新公开", "当年公开", "向社会公开", "公布")
_RESULT = re.compile(r"t3\.(?:granted|partial|denied|unavailable|rejected|other)")
_CASES = frozenset({"件", "份", "宗", ""})
_AMENDED = ("修改", "修订", "修正", "新修订", "修订修改")
_KEEPING = frozenset({"disclosure.items", "disclosure.updated", "disclosure.documents"})
"""Wholes whose parts keep their code whatever their label."""
_ITEM_UNITS = frozenset({"条", "条次", "篇", "则"})
_PUBLISHING = frozenset({"公开", "刊登"})
_THINGS = frozenset({"件", "份", "项", "批", "部", "篇", "条", "个", "批次"})
"""Units of what a verb of publishing may publish (公开批复 40 件)."""
_NOT_ITEMS = frozenset(
    {
        "disclosure.documents",
        "interpretation.items",
        "proposals.handled",
        "catalog.items",
        "consultation.opinions",
        "consultation.topics",
        "meetings.published",
        "t2.normative.published",
        "t2.rules.published",
    }
)
"""Published things: a further label with 条 behind one of them is information again."""
_LISTED_RECORDS = frozenset({"powers.items", "t2.licensing.decisions", "t2.penalty.decisions", "t2.coercion.decisions"})
"""公示行政处罚 25 项，行政许可 7 项: what goes on with published records is published."""
_ANSWERED = {"mailbox.replied": "mailbox.received", "hotline.handled": "hotline.received"}
_DECIDED = re.compile(r"t2\.\w+\.decisions$")
_DECISIONS = {"许可": "t2.licensing.decisions", "处罚": "t2.penalty.decisions", "强制": "t2.coercion.decisions"}
_ACCOUNTS = frozenset({"newmedia.opened", "newmedia.closed"})
_LAST_YEAR = ("上年", "去年", "上一年", "往年")
_NEXT_YEAR = ("下年", "次年", "明年", "下一年", "今年", "下个年")


@dataclass(slots=True)
class Verdict:
    """The codes of a number (none: it names no indicator), why, and the label of a part."""

    codes: tuple[str, ...]
    alias: str = ""
    rule: str = ""
    category: str | None = None


def minus(value: Decimal | None) -> Decimal | None:
    return None if value is None else -value


def same_verb(previous: Draft | None, beside: Zone, codes: tuple[str, ...]) -> tuple[str, ...]:
    """废止规章 1 件、规范性文件 12 件: the verb of the figure before holds where this one has none of its own."""
    if previous is None or len(codes) != 1 or any(hit.kind in ("act", "result") for hit in beside.left):
        return codes
    published = previous.code == "disclosure.items" or previous.code.endswith(".published")
    if published and codes[0] in _LISTED_RECORDS and previous.measure == "level":
        return ("disclosure.items",)
    if previous.code == "participation.public" and codes[0].startswith("meetings."):
        return (previous.code,)
    if codes[0] == "powers.items" and _DECIDED.match(previous.code):
        return tuple(code for term, code in _DECISIONS.items() if beside.has(term))[:1] or codes
    if previous.code in _ANSWERED and codes[0] in _ANSWERED.values():
        return tuple(answered for answered, asked in _ANSWERED.items() if asked == codes[0])
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
    if "上年" in text or "上一年" in text:
        beside.weights.setdefault("上年", 3.0)
    if "转" not in text and "留" not in text and "延" not in text:
        return
    year = sentence.passage.report.year
    for term, pattern, offset in (("结转上年", _CARRIED_IN, -1), ("结转下年", _CARRIED_OUT, 1)):
        for match in pattern.finditer(text):
            if not match["year"] or (year is not None and int(match["year"]) == year + offset):
                beside.weights[term] = _CARRIED
    if "结转" in beside.weights:
        for name, words, offset in (("上年", _LAST_YEAR, -1), ("下年", _NEXT_YEAR, 1)):
            if any(word in text for word in words) or (year is not None and str(year + offset) in text):
                beside.weights[name] = 3.0
    if _INCLUDED.search(text):  # 连同上年转来的在内答复了 40 件
        for name in ("结转上年", "上年", "结转"):
            beside.weights.pop(name, None)


def part(sentence: Sentence, index: int, beside: Zone, whole: Whole, link: Link | None) -> Verdict:
    """The code of a part: the whole's, or its own where that says more."""
    head = sentence.drafts[whole.draft]
    rule = f"{PART}{whole.cue}）"
    category = labels.phrase(sentence.frame, beside, index) or None
    verdict = Verdict((head.code,), head.alias, rule, category)
    divided = whole.cue in (APART, TOLD_BY)  # 按内容分 …、其他 7 件: other subjects, not other handling
    if link is not None and head.code.startswith("t4.") and under(head.code, link.codes[0]):
        verdict.codes, verdict.alias, verdict.rule = link.codes, link.rule.id, f"{rule} {link.why}"
    elif link is not None and head.code.startswith("t4.") and link.codes[0].startswith("t4."):
        outcome = link.codes[0].rsplit(".", 1)[1]
        verdict.codes = (f"{head.code.rsplit('.', 1)[0]}.{outcome}",)
        verdict.alias, verdict.rule = link.rule.id, f"{rule} {link.why}"
    elif head.code in sentence.tools.words.parts.wholes and _label_is(sentence, index, beside, _GIVEN):
        verdict.codes = ("t3.granted",)
    elif head.code.startswith("t2.") and category is not None and category.startswith(_AMENDED):
        pass
    elif link is not None and head.code in _ANSWERED and link.codes[0] in _ANSWERED.values():
        verdict.codes = tuple(done for done, asked in _ANSWERED.items() if asked == link.codes[0])
    elif link is not None and head.code in _ACCOUNTS and link.codes[0] == "newmedia.accounts":
        pass
    elif link is not None and head.code not in _KEEPING:
        own = family(link.codes[0]) == family(head.code) and not (divided and link.codes[0] == "s14.complaints")
        cues = sentence.tools.words.parts
        answered = head.code in cues.wholes and link.codes[0].startswith("s14.answered.")
        if own or answered or (not divided and head.code not in cues.inheriting and link.score >= _SURE):
            verdict.codes, verdict.alias, verdict.rule = link.codes, link.rule.id, f"{rule} {link.why}"
    if category and category.startswith(_OTHERS) and head.code.startswith("t4.") and not divided:
        verdict.codes = (f"{head.code.rsplit('.', 1)[0]}.other",)
    if (
        category
        and category.startswith(_OTHERS)
        and not divided
        and verdict.codes[0] in sentence.tools.words.parts.wholes
    ):
        verdict.codes = ("t3.other",)
    return verdict


def published(sentence: Sentence, index: int, beside: Zone, previous: Draft | None) -> str | None:
    """The line of a document's publication told by its verb alone (规范性文件新制作 15 件，新公开 18 件), else None."""
    before = _DOCUMENTS.match(previous.code) if previous is not None and previous.measure == "level" else None
    if before is None or beside.has("公开总数") or not _label_is(sentence, index, beside, _MADE_PUBLIC):
        return None
    return f"{before[1]}.published"


def given(sentence: Sentence, index: int, beside: Zone) -> bool:
    """Whether nothing but 公开 or 同意公开 stands before a number among applications (收到 3 件，公开 2 件)."""
    return sentence.frame.quantities[index].unit in _CASES and _label_is(sentence, index, beside, _GIVEN)


def among_information(previous: Draft | None, link: Link, unit: str) -> bool:
    """Whether a thing without a code of its own goes on with a list of published information (年度报告 1 篇)."""
    if previous is None or previous.code != "disclosure.items":
        return False
    listed = previous.unit == unit
    return listed and unit in _ITEM_UNITS and link.codes[0].startswith("other:")


def several_kinds(sentence: Sentence, beside: Zone, link: Link, unit: str, near: dict[str, float]) -> bool:
    """Whether published things of different kinds are told in one number (文件和解读 519 篇): information, no more."""
    if link.codes[0] not in _KINDS or unit not in _ITEM_UNITS or near.get("公开", 0.0) < SAME_SENTENCE:
        return False
    things = [hit for hit in beside.left if hit.kind == "thing"]
    for one, other in reversed(list(pairwise(things))):
        joined = sentence.text.startswith(_AND, one.end)
        if not joined and sentence.text[one.end : other.start] in ("", "类"):
            continue  # 解读类信息
        if not joined or other.start - one.end > _JOINER:
            return False
        if one.terms[0] != other.terms[0] and "公报" not in (one.terms[0], other.terms[0]):
            return True
    return False


def took_part(sentence: Sentence, previous: Draft | None, unit: str, beside: Zone, link: Link | None) -> str | None:
    """The code of those who came to what the figure before held (培训 2 次，合计 80 人次), None where it is told."""
    people = sentence.tools.words.people_of
    if previous is None or unit not in _HEADS or previous.code not in people or beside.has(*_HELD):
        return None
    return people[previous.code] if link is None or link.codes[0] in people.values() else None


def _label_is(sentence: Sentence, index: int, beside: Zone, words: tuple[str, ...]) -> bool:
    """Whether exactly one of some words stands before a number (公开 16 件)."""
    text = sentence.frame.masked(beside.start, beside.core_end, sentence.frame.levels[index])
    behind = sentence.text[sentence.frame.quantities[index].end : beside.right_end]
    return text.strip("，,：:；;、其中依法") in words or (not beside.own and behind in words)


def under(head: str, code: str) -> bool:
    """Whether a code is that of the head, or of one of the two kinds of suit where the head is both together."""
    group, own = head.rsplit(".", 1)[0], code.rsplit(".", 1)[0]
    return own == group or (group == "t4.suit" and own.startswith("t4.suit_"))


def unnamed(sentence: Sentence, index: int, beside: Zone, link: Link | None, near: dict[str, float]) -> Verdict:
    """A number whose own words name no indicator: goes on with the list it stands in, or is other:<label>."""
    quantity = sentence.frame.quantities[index]
    label = labels.phrase(sentence.frame, beside, index)
    previous = sentence.previous(index)
    item = quantity.unit in _ITEM_UNITS
    acts = [hit for hit in beside.left if hit.kind == "act" and _BUILT.isdisjoint(hit.terms)]
    if previous is not None and link is None and not acts:
        same = previous.unit in (quantity.unit, sentence.tools.units.canonical(previous.code, quantity.unit))
        same = same or not quantity.unit
        nouns = any(hit.kind in ("thing", "result") for hit in (*beside.left, *beside.right))
        between = sentence.text[previous.end : quantity.start]
        loose = nouns and quantity.unit in ("次", "个", "人", "家") and previous.code not in _KEEPING
        going_on = not any(sign in between for sign in "；;")
        if item and label and previous.code in _NOT_ITEMS and (same or going_on):
            return Verdict(("disclosure.items",), "listed", "接前项的公开信息", label)
        if (
            label
            and previous.code.startswith("requests.received.")
            and told_by(sentence.text, previous.end, quantity.start)
        ):
            return Verdict(("t3.received",), "listed", "按内容分", label)
        if previous.code == "t3.carried_in" and _TOTALLED.search(between):
            return Verdict(("requests.intake",), "t3-intake-1", "新收加结转")
        if label.startswith(_OTHERS) and _RESULT.match(previous.code) and quantity.unit in _CASES:
            return Verdict(("t3.other",), "t3-other-1", "其余结果")
        if same and not loose and going_on and not previous.code.startswith("other:"):
            return Verdict((previous.code,), previous.alias, "接前项", label or None)
    if label and _among_published(sentence, previous, quantity.start, beside, link) and quantity.unit in _THINGS:
        return Verdict(("disclosure.items",), "listed", "接前项的公开信息", label)
    if previous is not None and link is None and _MOVED.search(sentence.text[previous.end : quantity.start]):
        return Verdict((previous.code,), previous.alias, "前项的变动", previous.category)
    if link is not None:
        return Verdict(link.codes, link.rule.id, link.why, label or None)
    if _WHEN_ONLY.match(sentence.text[beside.start : beside.core_end].strip("，,；;、。")):
        head = _last_head(sentence, quantity.unit)
        if head is not None:
            return Verdict((head.code,), head.alias, "同前项，时间不同")
    if item and label and _published(sentence, quantity.start, label):
        return Verdict(("disclosure.items",), "listed", "公开的信息", label)
    if (
        label
        and quantity.unit in _THINGS
        and quantity.unit != "个"
        and any(not _PUBLISHING.isdisjoint(hit.terms) for hit in acts)
    ):
        return Verdict(("disclosure.items",), "listed", "公开的信息", label)
    first = sentence.first == len(sentence.drafts)
    if item and not label and first and sentence.text.find("公开", sentence.frame.start, quantity.start) >= 0:
        return Verdict(("disclosure.items",), "listed", "公开的总数")
    if previous is not None and previous.code.startswith("other:") and previous.unit == quantity.unit and not label:
        return Verdict((previous.code,), previous.alias, "接前项", None)
    place = sentence.passage.place
    if quantity.chinese and quantity.unit in _LOOSE:
        return Verdict(())
    label = label or labels.verb(sentence.frame, beside, index)
    if not label or place.preamble or place.heading:
        return Verdict(())
    return Verdict((f"other:{labels.short(label, sentence.tools.segmenter)}",), "other", "无统一代码")


def _among_published(sentence: Sentence, previous: Draft | None, at: int, beside: Zone, link: Link | None) -> bool:
    """Whether a number goes on with a list of published things: no verb begins it anew (结果 8 个，出让信息 7 个)."""
    if previous is None or link is not None or previous.measure != "level":
        return False
    if previous.code not in _KEEPING and not previous.code.endswith(".published"):
        return False
    if any(sign in sentence.text[previous.end : at] for sign in "；;"):
        return False
    start = beside.start
    while start < at and sentence.text[start] in "，、及和与":
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
    if sentence.text.endswith(("由", "从"), 0, at):
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
