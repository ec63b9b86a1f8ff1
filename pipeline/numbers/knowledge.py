"""What the number reader knows, compiled from the lexicon: grammar, rules, names with Latin letters."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipeline.lexicon import Lexicon
from pipeline.lexicon.schema.numbers import AsciiName, BoundWord, NonFigure, Unit
from pipeline.model import Quantity, Unread, UnreadReason
from pipeline.numbers.grammar import Grammar
from pipeline.numbers.reject import RuleBook

Item = Quantity | Unread
Found = tuple[Item, str]
"""What was found, and the id of the rule that made it Unread ("" for a figure)."""


@dataclass(slots=True, frozen=True)
class Knowledge:
    """Built once per process; holds nothing of a document."""

    grammar: Grammar
    digits: RuleBook
    chinese: RuleBook
    names: tuple[tuple[re.Pattern[str], UnreadReason, str], ...]
    spoken_gate: frozenset[str]
    """Characters behind a Chinese numeral that can make it a number."""

    @classmethod
    def of(cls, lexicon: Lexicon) -> Knowledge:
        grammar = Grammar(lexicon.rows(Unit), lexicon.rows(BoundWord))
        rules = lexicon.rows(NonFigure)
        chinese = RuleBook((r for r in rules if r.numerals != "digits"), grammar)
        return cls(
            grammar=grammar,
            digits=RuleBook((r for r in rules if r.numerals != "chinese"), grammar),
            chinese=chinese,
            spoken_gate=grammar.spoken_firsts | chinese.following.keys() | {" ", "分"},
            names=tuple((re.compile(a.pattern), a.reason, a.id) for a in lexicon.rows(AsciiName)),
        )


def unread(text: str, start: int, end: int, reason: UnreadReason, rule: str) -> Found:
    """An Unread that never ends inside a run of digits."""
    while end < len(text) and "0" <= text[end] <= "9" and "0" <= text[end - 1] <= "9":
        end += 1
    return Unread(text=text[start:end], start=start, end=end, reason=reason), rule
