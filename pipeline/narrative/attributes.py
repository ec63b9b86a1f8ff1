"""Scope, channel, period, applicant and unit of a draft, from the sentence around it and from its whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

import regex

from pipeline.model import Period, ScopeKind
from pipeline.narrative.drafts import Draft
from pipeline.narrative.structure import Zone

if TYPE_CHECKING:
    from pipeline.narrative.sentence import Sentence

_REACH = 14
_UNITS = frozenset({"coverage.units"})
_BELOW = frozenset({"departments", "subordinate"})
_AMONG = frozenset({"evaluation.rank"})
NamedScope = tuple[int, int, str, ScopeKind]
_CLAUSE_OWN = frozenset({"responses.items"})
_COMMA = regex.compile("[，；]")
_OTHER = "other"
_SITE = "website"
_SUBJECT = 14
"""How far into a sentence its subject may stand, behind a date and the name of an organ."""
_LISTED = "、，,；;和及"
_LABEL = 16
"""The longest label of a thing in a list, with the words that open the list."""
_ITEM = 7
"""The longest name of a thing in a list, with its sign."""


def describe(sentence: Sentence, draft: Draft, beside: Zone) -> None:
    """Sets scope, channel, applicant and period."""
    at = draft.start
    words = sentence.tools.wording
    scope_at(sentence, draft, at)
    if sentence.tools.channels.applies(draft.code):
        _channel(sentence, draft, beside)
    if draft.code.startswith(sentence.tools.column_codes):
        for hit in (*beside.left, *beside.right):
            for term in hit.terms:
                draft.column = sentence.tools.columns.get(term, draft.column)
    prev = draft.code.endswith("items_prev")  # the form names it by last year, but it is this year's line
    period = _period(sentence, draft, beside, at) if not prev else None
    indicator = sentence.tools.indicators.get(draft.code)
    stands = draft.code in words.may_stand and words.now.search(sentence.text, beside.start, at) is not None
    stock = indicator is not None and indicator.stock and draft.code not in words.of_the_year
    if (stock or stands) and not prev and (period is None or period.begin is None):
        fresh = words.fresh.search(sentence.text, max(beside.start, at - _REACH), beside.right_end)
        period = None if fresh and not words.standing.search(sentence.text, beside.start, at) else Period(kind="since")
    draft.period = period if period is not None and draft.code != "t3.carried_in" else Period()


def with_sisters(sentence: Sentence, found: list[NamedScope]) -> list[NamedScope]:
    """With bare names that are scopes beside one (其中市本级 4 件，部门 6 件，县区 13 件)."""
    frame, bare = sentence.frame, sentence.tools.wording.bare
    quantities = frame.quantities
    all_found = list(found)
    for index, quantity in enumerate(quantities):
        before = frame.before_on_level(index)
        if before < 0:
            continue
        start = quantities[before].end
        name = frame.text[start : quantity.start].strip(_LISTED)
        while before >= 0 and quantities[before].unit != quantity.unit:
            before = frame.before_on_level(before)
        if name not in bare or before < 0:
            continue
        first = frame.gap_start(before)
        if any(first <= scope[0] < quantities[before].start for scope in all_found):
            at = frame.text.index(name, start)
            all_found.append((at, at + len(name), name, bare[name]))
    return sorted(all_found)


def without_labels(sentence: Sentence, found: list[NamedScope]) -> list[NamedScope]:
    """Without scopes that only stand in the label of one thing among others (机构概况 1 条、下属机构 5 条)."""
    return [scope for scope in found if not _is_label(sentence, scope, found)]


def _is_label(sentence: Sentence, scope: NamedScope, found: list[NamedScope]) -> bool:
    frame, opening = sentence.frame, sentence.tools.cues.part_open
    quantities = frame.quantities
    index = next((n for n, q in enumerate(quantities) if q.start >= scope[1]), -1)
    before = frame.before_on_level(index) if index >= 0 else -1
    if before < 0 or quantities[before].unit != quantities[index].unit:
        return False
    own = (quantities[before].end, quantities[index].start)
    sister = (max(frame.gap_start(before), frame.start), quantities[before].start)
    if scope[0] < own[0] or frame.text[own[0]] not in _LISTED or any(b - a > _LABEL for a, b in (own, sister)):
        return False
    if opening.search(frame.text, *own):
        return False  # the first of the parts
    following = quantities[index + 1].start if index + 1 < len(quantities) else own[1]
    if any(sister[0] <= a < sister[1] or own[1] < a < following for a, _, _, _ in found):
        return False  # its sisters are told by scopes as well
    return not any(hit.kind == "act" and a <= hit.start < b for a, b in (own, sister) for hit in frame.hits)


def scope_at(sentence: Sentence, draft: Draft, at: int) -> None:
    """The last scope named before a place in the sentence, on its level or around it."""
    for a, _, word, kind in sentence.scopes:
        among = draft.code in _AMONG and sentence.tools.scopes.ranks(word)
        counted = draft.code in _UNITS and kind in _BELOW  # 36 家市直部门: what is counted is no scope
        if a < at and sentence.frame.reaches(a, draft.bracket) and not among and not counted:
            draft.scope, draft.scope_kind = word, kind


def _channel(sentence: Sentence, draft: Draft, beside: Zone) -> None:
    at = draft.start
    channels, words = sentence.tools.channels, sentence.tools.wording
    for a, b, code in sentence.channels:
        behind = a < beside.right_end and beside.before_noun and not draft.own_channel
        own = a >= beside.start or (b <= at and not any(b <= q.start < at for q in sentence.frame.quantities))
        if (b <= at or behind) and sentence.frame.reaches(a, draft.bracket):
            if not own and sentence.text[a:b] in words.passing:
                continue
            if not own and not _carries_on(sentence, draft, beside, b):
                continue
            if draft.code in _CLAUSE_OWN and _COMMA.search(sentence.text, b, at):
                continue
            if draft.channel is not None and sentence.text[a:b] in channels.weak:
                continue
            if draft.code in words.accounts and sentence.text[a:b].startswith(words.any_medium):
                continue  # those of all accounts together
            draft.channel, draft.channel_at, draft.own_channel = code, a, own
    if beside.item is not None:
        for a, _, code in channels.find(sentence.text, *beside.item):
            draft.channel, draft.own_channel, draft.channel_at = code, True, a
    if draft.code.startswith(words.letters) and not words.comments.search(
        sentence.text, beside.start, beside.right_end
    ):
        draft.channel = None
    subject = _is_subject(sentence, draft)
    own = draft.own_channel or subject or _goes_on(sentence, draft, beside)
    if not channels.suits(draft.code, draft.channel, own, subject):
        draft.channel, draft.own_channel, draft.channel_at = None, False, -1


def _is_subject(sentence: Sentence, draft: Draft) -> bool:
    """Whether the channel is what the whole sentence speaks of (门户网站全年发布信息 5 条，开展访谈 2 期)."""
    if draft.channel != _SITE or len(sentence.channels) > 1:
        return False
    before = sentence.text[sentence.frame.start : draft.channel_at]
    return len(before) <= _SUBJECT and not any(q.start < draft.channel_at for q in sentence.frame.quantities)


def _goes_on(sentence: Sentence, draft: Draft, beside: Zone) -> bool:
    """Whether a number without a verb goes on with a list whose last figure has the same channel."""
    if sentence.first >= len(sentence.drafts) or any(hit.kind == "act" for hit in beside.left):
        return False
    last = sentence.drafts[-1]
    return last.channel is not None and last.channel == draft.channel and last.counts


def _carries_on(sentence: Sentence, draft: Draft, beside: Zone, named: int) -> bool:
    """Whether a channel named before a semicolon still holds: what follows goes on publishing, or with the list."""
    begin = sentence.text.rfind("；", named, draft.start) + 1
    verbs = sentence.tools.wording.goes_on
    if not begin or any(hit.start == begin and not verbs.isdisjoint(hit.terms) for hit in sentence.frame.hits):
        return True
    last = sentence.drafts[-1] if sentence.first < len(sentence.drafts) else None
    return last is not None and last.channel_at >= 0 and draft.start - max(begin, last.end) <= _ITEM


def _period(sentence: Sentence, draft: Draft, beside: Zone, at: int) -> Period | None:
    """The period named beside the number, else the one named earlier in the sentence; brackets keep theirs."""
    year = sentence.passage.report.year
    start = sentence.frame.start
    text = sentence.frame.masked(start, at, draft.bracket)
    own = max(min(beside.start, at) - start, 0)
    find = sentence.tools.periods.find
    if own and draft.unit != "%" and "累计" in text[own:]:
        whole = find(text, 0, len(text), year)
        if whole is not None and whole.kind == "cumulative":
            return whole
    return find(text, own, len(text), year) or (find(text, 0, own, year, beside=False) if own else None)


def inherit(sentence: Sentence, draft: Draft, head: Draft) -> None:
    """A part is of its whole's channel, applicant and time unless it names its own; a scope ends with its sentence."""
    same = head.sentence == draft.sentence
    if draft.part_of is None:
        draft.channel = draft.channel if draft.own_channel else None  # 按内容分 … in a sentence of its own
    elif not sentence.tools.channels.applies(draft.code):
        draft.channel = head.channel if head.channel and draft.code.split(".")[:2] == head.code.split(".")[:2] else None
    elif draft.category in sentence.tools.wording.others and draft.channel is not None and not draft.own_channel:
        draft.channel = _of_others(sentence, draft, head)
    elif (
        draft.channel is None
        or (not draft.own_channel and draft.channel_at <= head.start)
        or (not draft.own_channel and draft.category and _taken_by_sister(sentence, draft))
    ):
        draft.channel = head.channel
    if draft.scope is None and same:
        draft.scope, draft.scope_kind = head.scope, head.scope_kind
    if draft.column is None and draft.code.startswith(sentence.tools.column_codes):
        draft.column = head.column
    if draft.period.kind == "year" and draft.period.begin is None and head.period.kind != "since":
        draft.period = head.period


def _taken_by_sister(sentence: Sentence, draft: Draft) -> bool:
    """Whether a channel is all that is told of a part (公众号 356 条、招标信息 4 条): it is that part's alone."""
    for other in reversed(sentence.drafts[sentence.first :]):
        if other.own_channel and draft.channel_at < other.start < draft.start:
            return not other.category
    return False


def _of_others(sentence: Sentence, draft: Draft, head: Draft) -> str | None:
    """Whether 其他 stands among channels (网站 5 条、其他 2 条) or among kinds of content, whose channel it has."""
    if draft.category not in sentence.tools.wording.other_kinds:
        return _OTHER
    sisters = [other for other in sentence.drafts[sentence.first :] if other.part_of is not None and other is not head]
    if sisters and sisters[-1].own_channel:
        return _OTHER
    return sisters[-1].channel if sisters and sisters[-1].channel_at == draft.channel_at else head.channel


def unit_of(sentence: Sentence, index: int, code: str) -> tuple[str, bool]:
    """(unit, whether it is implied): what is printed, else the neighbour's in a list, else the indicator's first."""
    unit = sentence.frame.quantities[index].unit
    if unit:
        return sentence.tools.units.canonical(code, unit), False
    previous = sentence.previous(index)
    if previous is not None and previous.code == code:
        return previous.unit, True
    indicator = sentence.tools.indicators.get(code)
    if indicator is not None and indicator.units:
        return indicator.units[0], True
    return (previous.unit if previous is not None else ""), True
