"""Units, words of bound, and what is not a figure (lexicons/units.csv, bounds.csv, nonfigures.yaml)."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING, Literal, Self, get_args

from pydantic import Field, model_validator

from pipeline.lexicon.entry import Check, Entry, FileSpec, Words, nearest
from pipeline.model import UnreadReason

if TYPE_CHECKING:
    from pipeline.lexicon import Lexicon
    from pipeline.lexicon.reader import Mistakes

UnitKind = Literal["count", "money", "rate", "time", "measure", "score", "rank"]
Means = Literal["more", "under", "around", "at_least", "at_most"]
Reason = UnreadReason


class Unit(Entry):
    """A unit or measure word as printed."""

    unit: str
    canonical: str
    """The unit under which such numbers are compared: 条次 → 条."""
    kind: UnitKind
    factor: Decimal = Decimal(1)
    """What one of it is worth in canonical units (成 is 10 %)."""
    chinese: bool = True
    """False: a Chinese numeral before it is hardly ever a count (十分, 四面), so it is not looked at."""
    unless: str = ""
    """Regular expression of what must not follow, since the character then begins another word (家 before 庭)."""
    note: str = ""


class BoundWord(Entry):
    """A word that bounds or blurs a number, or that makes 第N a rank.

    `place`: before, inside and behind the number; rank near 第N (排名第3); first for 前 before a rank (前3名).
    """

    word: str
    place: Literal["before", "inside", "behind", "rank", "first"]
    means: Means | Literal["rank"]
    not_after: Words = ()
    """Words that must not stand directly before it (最近 is not 近)."""
    unless: str = ""
    """Regular expression of what must not follow it."""
    chinese: bool = False
    """True: only before a bare 十 百 千 万 (上千件), since it ends other words before digits (网上12件)."""
    note: str = ""


class NonFigure(Entry):
    """A pattern of numbers that are no figures. Every condition that is given must hold.

    `level` number: tried on the digits alone, before a unit is looked for; quantity: tried on the number with its unit.
    """

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*(\.[a-z0-9_]+)+$")
    reason: Reason
    title: str
    level: Literal["number", "quantity"] = "number"
    numerals: Literal["digits", "chinese", "both"] = "digits"
    before: Words = ()
    """One of these words stands directly before the number; blanks may lie between."""
    label: Literal["no", "yes", "colon"] = "no"
    """Whether between `before` and the number a colon, 为, 是 or bracket may stand (yes) or must stand (colon)."""
    not_before: Words = ()
    """None of these words stands directly before the number."""
    within: Words = ()
    """One of these words stands earlier in the clause (up to 24 characters)."""
    without: Words = ()
    """None of these words stands earlier in the clause."""
    number: str = ""
    """Regular expression that the digits (or Chinese numerals) match as a whole, without decimals."""
    exact: Words = ()
    """The digits are one of these."""
    after: str = ""
    """Regular expression right behind the digits (level number) or behind the unit (level quantity).

    What it matches belongs to the unread text; use (?=…) for what does not. {unit} {scale} {n} stand for any unit, any
    of 万 亿 …, any printed number.
    """
    units: Words = ()
    """level quantity: the unit printed, its canonical unit or its kind is one of these; none: no unit is printed."""
    bounded: Literal["", "before", "behind"] = ""
    """level quantity: a word of bound stands before or behind."""
    start: bool = False
    """Only at the start of a line or behind a mark that ends a clause."""
    line: bool = False
    """Only when nothing but dashes and blanks shares the line."""
    inside: Literal["", "quotes", "title"] = ""
    """level quantity: it stands at the end of a short quotation, or inside 《》."""
    examples: Words
    """Texts that match, the unread part between < and >."""
    counterexamples: Words = ()
    """Texts in which this entry must find nothing."""

    @model_validator(mode="after")
    def _anchored(self) -> Self:
        if self.level == "number":
            if not (self.before or self.after or self.exact):
                raise ValueError("level 为 number 时，before、after、exact 至少写一项")
            if self.units or self.bounded or self.inside:
                raise ValueError("units、bounded、inside 只用于 level: quantity")
        elif not (self.units or self.bounded or self.inside or self.before or self.number):
            raise ValueError("level 为 quantity 时，units、bounded、inside、before、number 至少写一项")
        return self


class AsciiName(Entry):
    """What a run of Latin letters and digits is (lexicons/asciinames.csv): H5, V2.0, an address of a page."""

    id: str
    reason: Reason
    pattern: str
    """Regular expression that the whole run matches; the first that does decides."""
    examples: Words


_QUANTIFIER = re.compile(r"[*+?]|\{(\d*)(,?)(\d*)\}")
_WAYS = 10**6
_WINDOW = 64


def risky(pattern: str) -> str:
    """Why a regular expression may take very long, or an empty string.

    Patterns see at most 64 characters. The ways in which the repetitions of a pattern can share them out bound its
    cost: a repetition counts its choices, a sequence multiplies them, a branch takes the largest, a repeated group
    raises them to a power. More than a million ways are refused; such a pattern can be written flat or with limits.
    """
    done: list[tuple[int, int]] = []  # per open group: (largest branch so far, ways of the branch under way)
    largest = ways = 1
    position, in_class = 0, False
    while position < len(pattern):
        character, length, inner = pattern[position], 1, 1
        if character == "\\":
            length = 2
        elif in_class:
            in_class = character != "]"
            length = 1
            if in_class:
                position += 1
                continue
        elif character == "[":
            in_class = True
            position += 2 if pattern[position + 1 : position + 2] in ("]", "^") else 1
            continue
        elif character == "|":
            largest, ways = max(largest, ways), 1
        elif character == "(":
            done.append((largest, ways))
            largest = ways = 1
        elif character == ")" and done:
            inner = max(largest, ways)
            largest, ways = done.pop()
        repeats = _QUANTIFIER.match(pattern, position + length)
        if repeats and character not in "(|":
            choices, most = _choices(repeats)
            inner = choices * inner ** min(most, 20) if inner > 1 else choices
            length += repeats.end() - repeats.start()
        ways = min(ways * inner, _WAYS * _WAYS)
        position += length
    return "重复太多，可能极慢；请把 * 和 + 写成有上限的 {0,12}" if max(largest, ways) > _WAYS else ""


def _choices(quantifier: re.Match[str]) -> tuple[int, int]:
    """(how many different counts it allows, the largest count)."""
    sign = quantifier[0]
    if sign == "?":
        return 2, 1
    if sign in "*+":
        return _WINDOW, _WINDOW
    least = int(quantifier[1] or 0)
    most = least if not quantifier[2] else int(quantifier[3] or _WINDOW)
    return most - least + 1, most


def _expressions(lexicon: Lexicon) -> list[tuple[Entry, str, str]]:
    """(entry, field, regular expression) of all three files."""
    found: list[tuple[Entry, str, str]] = [(u, "unless", u.unless) for u in lexicon.rows(Unit)]
    found += [(b, "unless", b.unless) for b in lexicon.rows(BoundWord)]
    found += [(a, "pattern", a.pattern) for a in lexicon.rows(AsciiName)]
    for rule in lexicon.rows(NonFigure):
        found += [(rule, "number", rule.number), (rule, "after", rule.after)]
    return [item for item in found if item[2]]


def _compile(lexicon: Lexicon, mistakes: Mistakes) -> None:
    for entry, name, pattern in _expressions(lexicon):
        file, line = entry.where.rsplit(":", 1)
        plain = pattern.replace("{unit}", "件").replace("{scale}", "万").replace("{n}", "1")
        try:
            groups = re.compile(plain).groups
        except re.error as error:
            mistakes.add(file, int(line), f"{name}：正则表达式写法有误（{error}）")
            continue
        if groups:
            mistakes.add(file, int(line), f"{name}：请用 (?:…) 代替 (…)")
        if problem := risky(plain):
            mistakes.add(file, int(line), f"{name}：{problem}")


def _units(lexicon: Lexicon, mistakes: Mistakes) -> None:
    units = lexicon.rows(Unit)
    known = {u.unit for u in units} | {u.canonical for u in units} | set(get_args(UnitKind)) | {"none"}
    for rule in lexicon.rows(NonFigure):
        file, line = rule.where.rsplit(":", 1)
        for unit in rule.units:
            if unit not in known:
                mistakes.add(file, int(line), f"不认识的单位「{unit}」{nearest(unit, known)}")
    printed = {u.unit: u for u in units}
    for unit_ in units:
        base = printed.get(unit_.canonical)
        file, line = unit_.where.rsplit(":", 1)
        if base is None:
            mistakes.add(file, int(line), f"「{unit_.unit}」归到「{unit_.canonical}」，但表里没有这个单位")
        elif base.canonical != base.unit:
            mistakes.add(file, int(line), f"「{unit_.canonical}」自己又归到「{base.canonical}」，请直接写后者")


FILES: tuple[FileSpec, ...] = (
    FileSpec("units.csv", Unit, "csv", key="unit"),
    FileSpec("bounds.csv", BoundWord, "csv"),
    FileSpec("nonfigures.yaml", NonFigure, "yaml", key="id"),
    FileSpec("asciinames.csv", AsciiName, "csv", key="id"),
)
CHECKS: tuple[Check, ...] = (_compile, _units)
