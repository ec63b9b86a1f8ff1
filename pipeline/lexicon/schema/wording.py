"""The small words around figures (wording.yaml): who acts, what goes on with a list, what is new, what only fills up.

cues.yaml says which words name a scope, a channel, a time or an absence; this file says how to tell, by the words
beside them, whether they do so for a figure.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.lexicon.entry import Check, Entry, FileSpec, Part, Words, nearest
from pipeline.lexicon.schema.core import Indicator
from pipeline.lexicon.schema.prose import Term
from pipeline.model import ScopeKind

if TYPE_CHECKING:
    from pipeline.lexicon import Lexicon
    from pipeline.lexicon.reader import Mistakes


class ScopeWording(Part):
    goes_on: Words
    """Right behind 市政府 and the like: it is the one who acts, not a part of a name."""
    asked: Words
    towards: Words
    """向市政府提出: before and behind the organ that an application goes to."""
    not_a_name: Words
    """What may stand right before an organ without being the name of its place (其中区政府)."""
    opens: Words
    """Before an organ these open a list of things, and its name is a label (包括镇政府年报 1 条)."""
    kept_before: Words
    """Behind a scope these keep it one although they begin with a word of scope_blockers (全市动态调整)."""
    bare: dict[str, ScopeKind]
    """Names that are scopes only in a list with scopes (其中市本级 4 件，部门 6 件)."""
    not_in_rank: Words
    """Beginnings of scopes among whom an organ ranks (全省第 4 名)."""


class ChannelWording(Part):
    joiners: Words
    places: Words
    """What may stand between two channels named together: 网站、公众号; 网站平台，."""
    passing: Words
    """They say through what only of the number beside them (上网)."""
    any_medium: Words
    before_bracket: Words
    """Between 新媒体 and the bracket that says which medium is meant."""
    letters: Words
    comments: Words
    """Codes of letters have a channel only where one of these words stands by."""
    goes_on: Words
    """Terms of the verbs that go on with a channel behind a semicolon."""
    others: Words
    other_kinds: Words
    """Labels that mean other channels; the last may also mean other kinds of content."""
    in_passing: Words
    """Words that say nothing in a label beside a channel."""
    and_more: Words
    and_more_nouns: Words
    """等多种渠道: more than were named."""
    media: Words
    """Channel codes of letters, followers and accounts."""
    own_only: Words
    never: Words
    """Codes that have a channel only where it is named beside the number, and channel codes that they never have."""
    of_site: Words
    """Codes that have a channel only where the sentence speaks of a website."""
    accounts: Words
    """Codes of accounts and followers: 政务新媒体 is no channel of theirs, it is all accounts together."""
    publishing: Words
    """Right before 公报 these make it a thing published (登出公报、规范性文件)."""
    taken_from: Words
    levels: Words
    """Before a site: where something comes from or goes to (转载省政府门户网站信息), not where it was published."""
    names: Words
    """Channel codes whose names hold other channels (“某某政府网”微信公众号)."""


class TimeWording(Part):
    fresh: Words
    standing: Words
    """Behind a stock: what is new this year has no since, unless a word of standing says that it is the total."""
    may_stand: Words
    now: Words
    now_first: Words
    """Codes of what is opened every year, and the words by which they tell how many there are."""
    of_the_year: Words
    """Codes of totals that are told for the year although they are stocks in the form."""
    titles: Words
    title_ends: Words
    """Behind a year: it belongs to the title of what is published (2021 年信息公开年报 1 条)."""
    halves: dict[str, tuple[int, int]]
    """The first and last month of 上半年 and the like."""
    last_year: Words
    """Before 没有结转: what is carried in, not out."""


class AbsenceWording(Part):
    gate: Words
    """A sentence without one of these holds no absence."""
    issued: Words
    """In a negation of documents: that they were issued."""
    empty: Words
    """What may stand behind a negation that denies what was told before it."""
    heads: Words
    causes: Words
    effects: Words
    carried: Words
    """Terms: cases; what only causes what is denied; what is denied then; and what is carried on."""
    therefore: Words
    """Before a negation: what it denies follows from what was denied before (也就没有依申请公开事项)."""
    goes_on: Words
    goes_on_nouns: Words
    """Behind a cause: the list goes on, it is denied itself."""


class ListWording(Part):
    told_bases: Words
    """In the name of what a share is of: it is what was told before (占公开总数的 5%)."""
    rates: Words
    """Endings of things told in per cent (答复率、满意度均为 100%)."""
    every: Words
    joiners: Words
    """Signs between two numbers of one thing (6 次、32 人次)."""


class Wording(Entry):
    """The file is one mapping."""

    scope: ScopeWording
    channel: ChannelWording
    time: TimeWording
    absence: AbsenceWording
    lists: ListWording
    topics: dict[int, dict[str, float]]
    """What a section speaks of: terms that stand near every number in it, with their weight."""


def _wording(lexicon: Lexicon, mistakes: Mistakes) -> None:
    codes = {row.code for row in lexicon.rows(Indicator)}
    terms = {row.term for row in lexicon.rows(Term)}
    for row in lexicon.rows(Wording):
        file, line = row.where.rsplit(":", 1)
        absence = row.absence
        named = (*row.channel.goes_on, *absence.heads, *absence.causes, *absence.effects, *absence.carried)
        for term in (*named, *(term for topic in row.topics.values() for term in topic)):
            if term not in terms:
                mistakes.add(file, int(line), f"不认识的词项「{term}」{nearest(term, terms)}")
        for code in (*row.channel.own_only, *row.channel.accounts, *row.time.may_stand, *row.time.of_the_year):
            if code not in codes:
                mistakes.add(file, int(line), f"不认识的指标代码「{code}」{nearest(code, codes)}")


FILES: tuple[FileSpec, ...] = (FileSpec("wording.yaml", Wording, "yaml"),)
CHECKS: tuple[Check, ...] = (_wording,)
