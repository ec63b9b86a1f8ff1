"""One report beside another: last year's, another version, another reading, or its like (A7, B6, B7, B10, D, E2, G1).

The other report stands in `facts.last`. All of these speak only when they fire.
"""

from __future__ import annotations

import re
from decimal import Decimal

from msgspec.structs import replace

from pipeline.model import Finding, Side
from pipeline.reconcile.base import CheckFunction, Compiled, compared, figure_total, fired, softened
from pipeline.reconcile.explain import short
from pipeline.reconcile.facts import Facts, Total, add_ref, cell_evidence, default_column, number
from pipeline.reconcile.readings import change_of, printed_interval, rounded
from pipeline.reconcile.scopes import WHOLE, relation
from pipeline.reconcile.verdicts import meet

YEARS = ("jump", "copied", "last_year", "repeated", "stale")
"""Procedures that need last year's report."""

_LEAST = 2
"""0 and 1 stand everywhere and prove nothing."""
_SENTENCE = re.compile(r"[。；;！!\n]")
_SHORT = 12
"""Sentences shorter than this are headings and set phrases, and repeat by nature."""


def _jump(one: Compiled) -> CheckFunction:
    """B6, B7: a value so many times last year's. `limits`: from, to, and the least the larger value must be."""
    low = one.rule.limits[0]
    high = one.rule.limits[1] if len(one.rule.limits) > 1 else None
    least = one.rule.limits[2] if len(one.rule.limits) > 2 else Decimal(0)

    def check(facts: Facts, found: list[Finding]) -> None:
        last = facts.last
        for cell in facts.listed if last else ():
            if cell.code not in one.codes or cell.column not in (None, "total") or not cell.value:
                continue
            before = last.cells.get((cell.code, cell.column)) if last else None
            if before is None or not before.value or before.value < 0 or cell.value < 0:
                continue
            larger, smaller = max(cell.value, before.value), min(cell.value, before.value)
            times = larger / smaller
            if larger >= least and times >= low and (high is None or times <= high):
                where = one.vocabulary.where(cell.code, cell.column)
                both = f"本年{number(cell.value)}，上年{number(before.value)}"
                told = f"{where}{both}，相差{short(times)}倍，{one.rule.title}。"
                found.append(_beside(one, cell.code, cell.column, cell.value, before.value, told))

    return check


def _outlying(one: Compiled) -> CheckFunction:
    """B6, B7: a value so many times what nine in ten organs alike do not exceed. `limits`: times, least organs."""
    times, least = one.rule.limits

    def check(facts: Facts, found: list[Finding]) -> None:
        for key, standing in facts.peers.items():
            cell = facts.cells.get(key)
            if cell is None or cell.code not in one.codes or not cell.value or standing.organs < least:
                continue
            if standing.high > 0 and cell.value >= times * standing.high:
                where = one.vocabulary.where(*key)
                told = (
                    f"{where}{number(cell.value)}，同级同类的{standing.organs}个机关九成不超过{short(standing.high)}，"
                    f"{one.rule.title}。"
                )
                found.append(_beside(one, *key, cell.value, standing.high, told, "同类机关的九成不超过"))

    return check


def _stale(one: Compiled) -> CheckFunction:
    """A7: the cell that must be wrong holds last year's value."""
    words = one.vocabulary.words.causes["last_years_value"]

    def check(facts: Facts, found: list[Finding]) -> None:
        for told in facts.told:
            side, last = told.left, facts.last
            if (
                told.check not in one.rule.words
                or side is None
                or side.low is None
                or side.low < _LEAST
                or last is None
            ):
                continue
            before = last.cells.get((told.code, told.column))
            if before is not None and before.value == side.low:
                where = one.vocabulary.where(told.code, told.column)
                fixed = number(told.right.low) if told.right is not None else ""
                why = words.format(where=where, printed=number(side.low), fixed=fixed)
                hint = fired(one, f"{why}。", told.evidence)
                found.append(replace(hint, code=told.code, column=told.column, left=side, right=told.right, cause=why))

    return check


def _beside(
    one: Compiled, code: str, column: str | None, this: Decimal, other: Decimal, told: str, name: str = "上年"
) -> Finding:
    fails = one.rule.fails_as
    return Finding(
        check=one.rule.id,
        code=code,
        column=column,
        verdict=fails,
        severity=one.rule.severity,
        left=Side(low=this, high=this, text=f"本年{number(this)}"),
        right=Side(low=other, high=other, text=f"{name}{short(other)}"),
        difference=this - other,
        explanation=told,
        cause=one.rule.causes[0] if one.rule.causes else None,
        evidence=(cell_evidence(code, column),),
    )


def _copied(one: Compiled) -> CheckFunction:
    """D4: too many non-zero cells equal last year's. `limits`: the share, and the least number of non-zero cells."""
    share, least = one.rule.limits

    def check(facts: Facts, found: list[Finding]) -> None:
        last = facts.last
        if last is None:
            return
        pairs = [
            (cell.value, other.value)
            for key, cell in facts.cells.items()
            if cell.value and cell.code not in one.vocabulary.stocks and (other := last.cells.get(key)) is not None
        ]
        equal = sum(1 for this, before in pairs if this == before)
        if len(pairs) >= least and equal >= share * len(pairs):
            told = f"表中{len(pairs)}个非零数有{equal}个与上年年报相同，可能照抄了上年的表。"
            found.append(fired(one, told, code=one.rule.codes[0] if one.rule.codes else ""))

    return check


def _last_year(one: Compiled) -> CheckFunction:
    """D5: last year's value, or the growth on it, as stated now, against last year's report."""

    def check(facts: Facts, found: list[Finding]) -> None:
        last = facts.last
        if last is None:
            return
        for index, figure in enumerate(facts.figures):
            if figure.code in one.codes:
                _one_stated(one, facts, last, index, found)

    return check


def _one_stated(one: Compiled, facts: Facts, last: Facts, index: int, found: list[Finding]) -> None:
    """What one figure says of last year; it differs only if it holds neither for its applicants nor for all of them.

    The applicants may only be those of the sentence before: 自然人78件，其他10件。申请量比上年增加3件.
    """
    figure = facts.figures[index]
    whole = default_column(figure.code)
    for column in dict.fromkeys((figure.column or whole, whole)):
        pair = _stated(one, facts, last, index, column)
        outcome = meet(*pair) if pair is not None else None
        if outcome is not None and outcome.verdict != "differs":
            return
        if pair is not None and outcome is not None and column == whole:
            name = one.vocabulary.where(figure.code, column)
            told = softened(one.rule, rounded(outcome))
            found.append(compared(one.rule, one.rule.id, figure.code, column, told, *pair, name))


def _stated(one: Compiled, facts: Facts, last: Facts, index: int, column: str | None) -> tuple[Total, Total] | None:
    figure = facts.figures[index]
    if figure.category or figure.channel or figure.scope_kind not in (None, "own", "jurisdiction"):
        return None
    before = Total()
    add_ref(before, last, one.vocabulary, figure.code, column)
    if not before.evidence or before.short:
        return None
    before.evidence = []
    if figure.measure == "level" and figure.period.kind == "last_year":
        before.terms = [(f"上年年报{label}", value, minus) for label, value, minus in before.terms]
        return figure_total(facts, index, one.vocabulary, "文中说的上年数"), before
    if figure.measure not in ("change", "change_rate") or relation(facts, index, one.vocabulary) is not WHOLE:
        return None
    now = Total()
    add_ref(now, facts, one.vocabulary, figure.code, column)
    change = change_of(now, before, figure) if now.evidence and not now.short else None
    if change is None:
        return None
    left = figure_total(facts, index, one.vocabulary, "文中增减")
    left.low, left.high = printed_interval(figure)
    return left, change


def repeated_share(text: str, other: str) -> Decimal:
    """The share of a text's characters whose sentences stand in the other text too, 0–1; short sentences aside."""
    known = {_squeezed(sentence) for sentence in _SENTENCE.split(other)}
    sentences = [s for s in (_squeezed(sentence) for sentence in _SENTENCE.split(text)) if len(s) >= _SHORT]
    total = sum(map(len, sentences))
    same = sum(len(s) for s in sentences if s in known)
    return Decimal(same) / total if total else Decimal(0)


def _squeezed(text: str) -> str:
    """Without blanks and digits: a sentence with only its year changed is the same sentence."""
    return re.sub(r"[\s\d]+", "", text)


def repetition(this: Facts, other: Facts) -> tuple[Decimal, str]:
    """How much of the prose stands in the other report, 0–1, and by what it was measured.

    By runs of words where both have them (a changed name or number costs some runs only), else by whole sentences.
    """
    if this.shingles and other.shingles:
        same = len(this.shingles & other.shingles)
        return Decimal(same) / len(this.shingles), "按连续的词计"
    return repeated_share(this.text, other.text), "逐句"


def _repeated(one: Compiled) -> CheckFunction:
    """D6, E2: prose that stands in the other report word for word. `limits`: the share, and the least characters."""
    share, least = one.rule.limits

    def check(facts: Facts, found: list[Finding]) -> None:
        last = facts.last
        if last is None:
            return
        by_words = bool(facts.shingles and last.shingles)
        if not by_words and min(len(facts.text), len(last.text)) < least:
            return
        same, measured = repetition(facts, last)
        if same >= share:
            told = f"正文有{short(same * 100)}%（{measured}）与另一份年报相同，{one.rule.title}。"
            found.append(fired(one, told, code=one.rule.codes[0] if one.rule.codes else ""))

    return check


def _versions(one: Compiled) -> CheckFunction:
    """B10, D7, G1: the same cell with two values in two versions or readings of one report."""

    def check(facts: Facts, found: list[Finding]) -> None:
        last = facts.last
        if last is None:
            return
        for key, cell in facts.cells.items():
            other = last.cells.get(key)
            if other is None or other.value == cell.value or other.value is None or cell.value is None:
                continue
            where = one.vocabulary.where(*key)
            found.append(
                Finding(
                    check=one.rule.id,
                    code=cell.code,
                    column=cell.column,
                    verdict=one.rule.fails_as,
                    severity=one.rule.severity,
                    left=Side(low=cell.value, high=cell.value, text=f"一处{cell.printed}"),
                    right=Side(low=other.value, high=other.value, text=f"另一处{other.printed}"),
                    difference=cell.value - other.value,
                    explanation=f"{where}：一处为{cell.printed}，另一处为{other.printed}，{one.rule.title}。",
                    evidence=(cell_evidence(*key),),
                )
            )

    return check


MAKERS = {
    "jump": _jump,
    "outlying": _outlying,
    "stale": _stale,
    "copied": _copied,
    "last_year": _last_year,
    "repeated": _repeated,
    "repeated_elsewhere": _repeated,
    "versions": _versions,
}
