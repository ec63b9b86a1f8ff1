"""The small words of wording.yaml as they are asked for beside a number, compiled once."""

from __future__ import annotations

from dataclasses import dataclass

import regex

from pipeline.lexicon.schema.wording import Wording
from pipeline.model import ScopeKind
from pipeline.narrative.cues import compiled, either


@dataclass(frozen=True, slots=True)
class WordingSet:
    """Patterns, words and codes of wording.yaml that describe a draft; see the schema for what each means."""

    fresh: regex.Pattern[str]
    standing: regex.Pattern[str]
    now: regex.Pattern[str]
    may_stand: frozenset[str]
    of_the_year: frozenset[str]
    passing: frozenset[str]
    any_medium: tuple[str, ...]
    accounts: frozenset[str]
    letters: tuple[str, ...]
    comments: regex.Pattern[str]
    goes_on: frozenset[str]
    other_kinds: frozenset[str]
    others: frozenset[str]
    last_year: regex.Pattern[str]
    bare: dict[str, ScopeKind]
    therefore: tuple[str, ...]
    rates: tuple[str, ...]
    told_bases: tuple[str, ...]
    every: tuple[str, ...]
    joiners: str
    topics: dict[int, dict[str, float]]


def compile_wording(wording: Wording) -> WordingSet:
    time, channel, lists = wording.time, wording.channel, wording.lists
    return WordingSet(
        fresh=compiled(time.fresh),
        standing=compiled(time.standing),
        now=regex.compile(rf"{either(time.now)}|(?:^|[，,；;。])(?:{either(time.now_first)})"),
        may_stand=frozenset(time.may_stand),
        of_the_year=frozenset(time.of_the_year),
        passing=frozenset(channel.passing),
        any_medium=tuple(channel.any_medium),
        accounts=frozenset(channel.accounts),
        letters=tuple(channel.letters),
        comments=compiled(channel.comments),
        goes_on=frozenset(channel.goes_on),
        other_kinds=frozenset(channel.other_kinds),
        others=frozenset((*channel.other_kinds, *channel.others)),
        last_year=compiled(time.last_year),
        bare=wording.scope.bare,
        therefore=tuple(wording.absence.therefore),
        rates=tuple(lists.rates),
        told_bases=tuple(lists.told_bases),
        every=tuple(lists.every),
        joiners="".join(lists.joiners) + " ",
        topics=wording.topics,
    )
