"""What is not a figure: lexicons/nonfigures.yaml compiled, so that each number meets only the few rules that may apply.

A rule that looks behind the number is filed under the characters its expression can begin with (found by asking the
regex module for partial matches), one that looks before it under the last character of its words. A plain count such as
423件 therefore meets no expression at all. Expressions see at most 64 characters, which bounds what one can cost.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

import regex

from pipeline.lexicon.schema.numbers import NonFigure
from pipeline.model import UnreadReason
from pipeline.numbers.grammar import Grammar, UnitSense

WINDOW = 64
"""Characters behind a number that an expression may see."""
CLAUSE = 24
"""Characters before a number that count as its clause."""
GAP = "：:（( 为是达有-—　"
"""What may stand between a label and its number."""
CLOSING = frozenset('”’」』"')
TITLE = 60
"""Characters between a number and the 《 or 》 around it, at most."""
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
    level: str
    before: tuple[str, ...]
    label: str
    units: frozenset[str]
    bounded: str
    inside: str
    firsts: str
    number: re.Pattern[str] | None
    exact: frozenset[str]
    after: re.Pattern[str] | None
    context: Context | None
    """The rarer conditions, None where there are none."""


@dataclass(slots=True, frozen=True)
class Context:
    """Conditions on what stands around the number."""

    not_before: tuple[str, ...]
    within: tuple[str, ...]
    without: tuple[str, ...]
    start: bool
    line: bool
    inside: str

    def fits(self, text: str, start: int, end: int, place: int, upto: int) -> bool:
        """Whether all of them hold for text[start:end], whose unread text would end at `upto`."""
        if self.not_before and text.endswith(self.not_before, 0, place):
            return False
        if self.start and place and text[place - 1] not in _STARTS:
            return False
        if self.within or self.without:
            clause = clause_before(text, place)
            if self.within and not any(word in clause for word in self.within):
                return False
            if any(word in clause for word in self.without):
                return False
        if self.line and not alone(text, start, end):
            return False
        return not self.inside or (quoted if self.inside == "quotes" else titled)(text, place, upto)


Hit = tuple[Rule, int]


def first_hit(rules: Iterable[Rule], text: str, start: int, end: int, place: int, upto: int) -> Hit | None:
    """The first rule whose conditions hold, `before` and `units` aside, and where the unread text then ends.

    The number is text[start:end], `place` is where the blanks before it begin; expressions are tried at `upto`.
    """
    for rule in rules:
        number = rule.number
        if number is not None and number.fullmatch(text, start, end) is None:
            continue
        if rule.exact and text[start:end] not in rule.exact:
            continue
        stop = upto
        after = rule.after
        if after is not None:
            match = after.match(text, upto, upto + WINDOW)
            if match is None:
                continue
            stop = match.end()
        context = rule.context
        if context is None or context.fits(text, start, end, place, stop):
            return rule, stop
    return None


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
    closing = text[end : end + 1]
    if closing not in CLOSING:
        return False
    if closing == '"':  # the same mark opens and closes: inside when an odd number stands before it in the line
        line = max(text.rfind("\n", max(place - 200, 0), place), place - 200) + 1
        opened = text.rfind('"', max(place - 12, line), place)
        return opened >= 0 and text.count('"', line, place) % 2 == 1
    part = text[max(place - 12, 0) : place]
    opened = max(part.rfind("“"), part.rfind("‘"), part.rfind("「"), part.rfind("『"))
    return opened >= 0 and not any(mark in part[opened + 1 :] for mark in "，。；：、”’")


def titled(text: str, place: int, end: int) -> bool:
    """True between 《 and 》, at most TITLE characters apart on either side."""
    opened = text.rfind("《", max(place - TITLE, 0), place)
    return opened >= 0 and text.find("》", opened, place) < 0 and text.find("》", end, end + TITLE) >= 0


def first_characters(expression: str) -> str | None:
    """The characters with which a match can begin, blanks aside; None when any may, or none is needed."""
    pattern = regex.compile(expression)
    if pattern.match("") or any(pattern.match(c, partial=True) for c in _OTHERS if c not in expression):
        return None
    named = (set(expression) | set("0123456789\n")) - {" "}
    return "".join(sorted(c for c in named if pattern.match(c, partial=True)))


def compile_rule(entry: NonFigure, grammar: Grammar) -> Rule:
    """One entry with the alternations of units and scales put in for {unit}, {scale} and {n}."""
    context = Context(entry.not_before, entry.within, entry.without, entry.start, entry.line, entry.inside)
    return Rule(
        id=entry.id,
        reason=entry.reason,
        level=entry.level,
        before=entry.before,
        label=entry.label,
        units=frozenset(entry.units),
        bounded=entry.bounded,
        inside=entry.inside,
        firsts=first_characters(grammar.sketch(entry.after)) or "" if entry.after else "",
        number=re.compile(entry.number) if entry.number else None,
        exact=frozenset(entry.exact),
        after=re.compile(grammar.expand(entry.after)) if entry.after else None,
        context=context if context != Context((), (), (), False, False, "") else None,
    )


class Choice:
    """The rules that may apply to quantities of one unit, split by what must be looked at first."""

    __slots__ = ("inside", "plain", "preceded")

    def __init__(self, rules: Iterable[Rule]) -> None:
        rules = tuple(rules)
        self.plain = tuple(rule for rule in rules if not rule.before and not rule.inside)
        self.inside = tuple(rule for rule in rules if not rule.before and rule.inside)
        self.preceded: dict[str, tuple[Rule, ...]] = {}
        for rule in rules:
            for last in {word[-1] for word in rule.before}:
                self.preceded[last] = (*self.preceded.get(last, ()), rule)


class RuleBook:
    """The rules for one kind of numerals, filed for look-up. Immutable once built, holds nothing of a document."""

    def __init__(self, entries: Iterable[NonFigure], grammar: Grammar) -> None:
        following: dict[str, tuple[Rule, ...]] = {}
        self._preceding: dict[str, tuple[Rule, ...]] = {}
        self._labels: dict[str, tuple[Rule, ...]] = {}
        self._exact: dict[str, tuple[Rule, ...]] = {}
        self._anywhere: tuple[Rule, ...] = ()
        self._quantity: list[Rule] = []
        self._choices: dict[tuple[str, bool, bool], Choice] = {}
        for entry in entries:
            rule = compile_rule(entry, grammar)
            if rule.level == "quantity":
                self._quantity.append(rule)
            elif rule.before:
                index = self._preceding if rule.label == "no" else self._labels
                for last in {word[-1] for word in rule.before}:
                    index[last] = (*index.get(last, ()), rule)
            elif rule.exact:
                for digits in rule.exact:
                    self._exact[digits] = (*self._exact.get(digits, ()), rule)
            elif rule.firsts:
                for character in rule.firsts:
                    following[character] = (*following.get(character, ()), rule)
            else:
                self._anywhere = (*self._anywhere, rule)
        self.following = {character: rules + self._anywhere for character, rules in following.items()}
        """The rules by the characters behind a number with which they begin."""

    def number(self, text: str, start: int, end: int) -> Hit | None:
        """The rule by which the digits text[start:end] are no figure, with the end of the unread text."""
        place = start
        while place and text[place - 1] == " ":
            place -= 1
        last = text[place - 1] if place else "\n"
        if last in self._preceding:
            hit = first_hit(_preceded(self._preceding[last], text, place), text, start, end, place, end)
            if hit is not None:
                return hit
        if last in GAP or last in self._labels:
            hit = self._label(text, start, end, place)
            if hit is not None:
                return hit
        behind = text[end] if end < len(text) else "\n"
        if behind == " ":
            behind = text[end : end + 4].lstrip(" ")[:1] or "\n"
        rules = self._exact.get(text[start:end]) if self._exact else None
        if rules is not None:
            hit = first_hit(rules, text, start, end, place, end)
            if hit is not None:
                return hit
        rules = self.following.get(behind, self._anywhere)
        return first_hit(rules, text, start, end, place, end) if rules else None

    def _label(self, text: str, start: int, end: int, place: int) -> Hit | None:
        labelled, colon = place, False
        while labelled and place - labelled < 6 and text[labelled - 1] in GAP:
            colon = colon or text[labelled - 1] in "：:"
            labelled -= 1
        for at in (place, labelled) if labelled < place else (place,):
            rules = self._labels.get(text[at - 1]) if at else None
            if rules is None:
                continue
            fitting = [r for r in _preceded(rules, text, at) if r.label != "colon" or (colon and at == labelled)]
            hit = first_hit(fitting, text, start, end, place, end)
            if hit is not None:
                return hit
        return None

    def quantity(
        self, text: str, start: int, end: int, stop: int, unit: UnitSense, before: bool, behind: bool
    ) -> Hit | None:
        """The rule by which a number with its unit is no figure; `before`, `behind`: words of bound stand there.

        text[start:end] are the digits, `stop` is where the unit and the words of bound behind it end.
        """
        choice = self._choices.get((unit.printed, before, behind))
        if choice is None:
            choice = self._choices[unit.printed, before, behind] = self._choose(unit, before, behind)
        place = start
        while place and text[place - 1] == " ":
            place -= 1
        hit = None
        if place and text[place - 1] in choice.preceded:
            fitting = _preceded(choice.preceded[text[place - 1]], text, place)
            hit = first_hit(fitting, text, start, end, place, stop)
        if hit is None and choice.plain:
            hit = first_hit(choice.plain, text, start, end, place, stop)
        if hit is None and (text[stop : stop + 1] in CLOSING or text.rfind("《", max(place - TITLE, 0), place) >= 0):
            hit = first_hit(choice.inside, text, start, end, place, stop)
        return hit

    def _choose(self, unit: UnitSense, before: bool, behind: bool) -> Choice:
        names = {unit.printed or "none", unit.canonical, unit.kind}
        return Choice(
            rule
            for rule in self._quantity
            if (not rule.units or names & rule.units)
            and (rule.bounded != "before" or before)
            and (rule.bounded != "behind" or behind)
        )


def _preceded(rules: Iterable[Rule], text: str, place: int) -> list[Rule]:
    """The rules whose words end at `place`."""
    return [rule for rule in rules if text.endswith(rule.before, 0, place)]
