"""What is not a figure: lexicons/nonfigures.yaml compiled, so that each number meets only the few rules that may apply.

A rule that looks behind the number is filed under the characters its expression can begin with (found by asking the
regex module for partial matches), one that looks before it under the last character of its words. A plain count such as
423件 therefore meets no expression at all. Expressions see at most 64 characters, which bounds what one can cost.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import regex

from pipeline.lexicon.schema.numbers import NonFigure
from pipeline.model import UnreadReason

WINDOW = 64
"""Characters behind a number that an expression may see."""
CLAUSE = 24
"""Characters before a number that count as its clause."""
GAP = "：:（( 为是达有-—　"
"""What may stand between a label and its number."""
_MARKS = "，。；！？\n,;!?"
_STARTS = frozenset(_MARKS + "：:、”）)】　")
_DASHES = "-—–－·• \t　|"
_OTHERS = "中a，·"
"""Stand for all Chinese characters, letters and marks that an expression does not name."""


@dataclass(slots=True, frozen=True)
class Rule:
    """One compiled entry of nonfigures.yaml; see the schema for what each condition means."""

    id: str
    reason: UnreadReason
    before: tuple[str, ...]
    label: str
    not_before: tuple[str, ...]
    within: tuple[str, ...]
    without: tuple[str, ...]
    number: re.Pattern[str] | None
    exact: frozenset[str]
    after: re.Pattern[str] | None
    units: frozenset[str]
    bounded: str
    start: bool
    line: bool
    inside: str
    firsts: str

    def end(self, text: str, start: int, end: int, place: int, upto: int) -> int:
        """Where the unread text ends when every condition but `before` holds, else −1.

        The number is text[start:end], `place` is where the blanks before it begin, expressions are tried at `upto`.
        """
        if self.number is not None and self.number.fullmatch(text, start, end) is None:
            return -1
        if self.exact and text[start:end] not in self.exact:
            return -1
        if self.after is not None:
            match = self.after.match(text, upto, upto + WINDOW)
            if match is None:
                return -1
            upto = match.end()
        if self.not_before and text.endswith(self.not_before, 0, place):
            return -1
        if self.start and place and text[place - 1] not in _STARTS:
            return -1
        if (self.within or self.without) and not self._clause_fits(text, place):
            return -1
        if self.line and not alone(text, start, end):
            return -1
        if self.inside and not (quoted(text, place, upto) if self.inside == "quotes" else titled(text, place, upto)):
            return -1
        return upto

    def _clause_fits(self, text: str, place: int) -> bool:
        clause = clause_before(text, place)
        if self.within and not any(word in clause for word in self.within):
            return False
        return not any(word in clause for word in self.without)


def clause_before(text: str, place: int) -> str:
    """What stands before `place` in the same clause, at most CLAUSE characters."""
    part = text[max(place - CLAUSE, 0) : place]
    return part[max(part.rfind(mark) for mark in _MARKS) + 1 :]


def alone(text: str, start: int, end: int) -> bool:
    """True when only blanks, dashes and bars share the line (looks at 40 characters on either side)."""
    left = text[max(start - 40, 0) : start].rstrip(_DASHES)
    right = text[end : end + 40].lstrip(_DASHES)
    return (not left or left[-1] == "\n") and (not right or right[0] == "\n")


def quoted(text: str, place: int, end: int) -> bool:
    """True when a closing quotation mark follows and an opening one stands at most 12 characters before."""
    if text[end : end + 1] not in ("”", "’", "」", "』"):
        return False
    part = text[max(place - 12, 0) : place]
    opened = max(part.rfind("“"), part.rfind("‘"), part.rfind("「"), part.rfind("『"))
    return opened >= 0 and not any(mark in part[opened + 1 :] for mark in "，。；：、”’")


def titled(text: str, place: int, end: int) -> bool:
    """True between 《 and 》, at most 60 characters apart on either side."""
    opened = text.rfind("《", max(place - 60, 0), place)
    return opened >= 0 and text.find("》", opened, place) < 0 and text.find("》", end, end + 60) >= 0


def first_characters(expression: str) -> str | None:
    """The characters with which a match can begin, blanks aside; None when any may, or none is needed."""
    pattern = regex.compile(expression)
    if pattern.match("") or any(pattern.match(c, partial=True) for c in _OTHERS if c not in expression):
        return None
    named = (set(expression) | set("0123456789\n")) - {" "}
    return "".join(sorted(c for c in named if pattern.match(c, partial=True)))


Expand = Callable[[str], str]


def compile_rule(entry: NonFigure, expand: Expand) -> Rule:
    """`expand` puts the alternations of units and scales in for {unit}, {scale} and {n}."""
    after = expand(entry.after)
    return Rule(
        id=entry.id,
        reason=entry.reason,
        before=entry.before,
        label=entry.label,
        not_before=entry.not_before,
        within=entry.within,
        without=entry.without,
        number=re.compile(entry.number) if entry.number else None,
        exact=frozenset(entry.exact),
        after=re.compile(after) if after else None,
        units=frozenset(entry.units),
        bounded=entry.bounded,
        start=entry.start,
        line=entry.line,
        inside=entry.inside,
        firsts=(first_characters(after) or "") if after else "",
    )


Hit = tuple[Rule, int]


class RuleBook:
    """The rules for one kind of numerals, filed for look-up. Immutable once built, holds nothing of a document."""

    def __init__(self, entries: Iterable[NonFigure], expand: Expand) -> None:
        self._following: dict[str, tuple[Rule, ...]] = {}
        self._preceding: dict[str, tuple[Rule, ...]] = {}
        self._labels: dict[str, tuple[Rule, ...]] = {}
        self._exact: dict[str, tuple[Rule, ...]] = {}
        self._anywhere: tuple[Rule, ...] = ()
        self._quantity: list[Rule] = []
        self._quantity_cache: dict[tuple[str, str, bool, bool], tuple[Rule, ...]] = {}
        for entry in entries:
            rule = compile_rule(entry, expand)
            if entry.level == "quantity":
                self._quantity.append(rule)
            else:
                self._file(rule)
        self.following = frozenset(self._following)
        """Characters behind a number with which some rule begins."""

    def _file(self, rule: Rule) -> None:
        if rule.before:
            index = self._preceding if rule.label == "no" else self._labels
            for last in {word[-1] for word in rule.before}:
                index[last] = (*index.get(last, ()), rule)
        elif rule.exact:
            for digits in rule.exact:
                self._exact[digits] = (*self._exact.get(digits, ()), rule)
        elif rule.firsts:
            for character in rule.firsts:
                self._following[character] = (*self._following.get(character, ()), rule)
        else:
            self._anywhere = (*self._anywhere, rule)

    def number(self, text: str, start: int, end: int) -> Hit | None:
        """The rule by which the digits text[start:end] are no figure, with the end of the unread text."""
        place = start
        while place and text[place - 1] == " ":
            place -= 1
        last = text[place - 1] if place else "\n"
        hit = self._before(self._preceding.get(last), text, start, end, place)
        if hit is None and self._labels:
            hit = self._label(text, start, end, place, last)
        if hit is None:
            rules = self._exact.get(text[start:end], ()) if self._exact else ()
            behind = text[end : end + 1] or "\n"
            if behind == " ":
                behind = text[end : end + 4].lstrip(" ")[:1] or "\n"
            rules += self._following.get(behind, ()) + self._anywhere
            for rule in rules:
                stop = rule.end(text, start, end, place, end)
                if stop >= 0:
                    return rule, stop
        return hit

    def _before(
        self, rules: tuple[Rule, ...] | None, text: str, start: int, end: int, place: int, labelled: int = -1
    ) -> Hit | None:
        for rule in rules or ():
            if text.endswith(rule.before, 0, place if labelled < 0 else labelled):
                stop = rule.end(text, start, end, place, end)
                if stop >= 0:
                    return rule, stop
        return None

    def _label(self, text: str, start: int, end: int, place: int, last: str) -> Hit | None:
        labelled, colon = place, False
        while labelled and place - labelled < 6 and text[labelled - 1] in GAP:
            colon = colon or text[labelled - 1] in "：:"
            labelled -= 1
        for at in (place, labelled) if labelled < place else (place,):
            rules = self._labels.get(text[at - 1]) if at else None
            if rules and not colon:
                rules = tuple(rule for rule in rules if rule.label != "colon")
            hit = self._before(rules, text, start, end, place, at)
            if hit is not None:
                return hit
        return None

    def quantity(
        self, text: str, start: int, end: int, stop: int, unit: tuple[str, str, str], before: bool, behind: bool
    ) -> Hit | None:
        """The rule by which a number with its unit (printed, canonical, kind) is no figure.

        text[start:end] are the digits, `stop` is where the unit and the words of bound behind it end.
        """
        key = (unit[0], unit[2], before, behind)
        rules = self._quantity_cache.get(key)
        if rules is None:
            rules = self._quantity_cache[key] = self._choose(unit, before, behind)
        place = start
        while place and text[place - 1] == " ":
            place -= 1
        for rule in rules:
            if rule.before and not text.endswith(rule.before, 0, place):
                continue
            upto = rule.end(text, start, end, place, stop)
            if upto >= 0:
                return rule, upto
        return None

    def _choose(self, unit: tuple[str, str, str], before: bool, behind: bool) -> tuple[Rule, ...]:
        names = {name for name in unit if name} or {"none"}
        return tuple(
            rule
            for rule in self._quantity
            if (not rule.units or names & rule.units)
            and (rule.bounded != "before" or before)
            and (rule.bounded != "behind" or behind)
        )
