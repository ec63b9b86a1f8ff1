"""What every procedure shares: the compiled rule, and the making of a finding."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from pipeline.lexicon.formula import RelationSign
from pipeline.lexicon.schema.rules import Rule, When, expand
from pipeline.model import Evidence, Finding, Report, Severity, Side
from pipeline.reconcile.explain import sum_text, verdict_text
from pipeline.reconcile.expr import Side_, compile_sum
from pipeline.reconcile.facts import Facts, Total, Vocabulary, add_figure
from pipeline.reconcile.verdicts import Outcome

CheckFunction = Callable[[Facts, list[Finding]], None]
"""Appends what one rule has to say about a report."""


class CompiledReading(NamedTuple):
    """One way to read a statement: its name and the sum it should equal."""

    name: str
    evaluate: Side_


class Compiled(NamedTuple):
    """A rule with everything looked up that can be looked up before the first report."""

    rule: Rule
    vocabulary: Vocabulary
    codes: frozenset[str]
    readings: tuple[CompiledReading, ...]
    suspects: tuple[CompiledReading, ...]
    always: bool
    """True for rules that apply to every report."""

    @property
    def id(self) -> str:
        return self.rule.id


def compile_rule(rule: Rule, vocabulary: Vocabulary) -> Compiled:
    return Compiled(
        rule,
        vocabulary,
        frozenset(expand(rule.codes, vocabulary.codes)) | frozenset(rule.codes),
        tuple(CompiledReading(r.name, compile_sum(r.formula, vocabulary)) for r in rule.readings),
        tuple(CompiledReading(r.name, compile_sum(r.formula, vocabulary)) for r in rule.suspects),
        rule.when == When() and not rule.id.endswith(".complete"),
    )


def applies(rule: Rule, report: Report) -> bool:
    """Whether a rule is meant for such a report; what is not known of the report leaves the rule out."""
    when = rule.when
    if when.form and report.form not in when.form:
        return False
    if when.level and report.level not in when.level:
        return False
    if when.organ_kind and report.organ_kind not in when.organ_kind:
        return False
    if when.year_from is not None and (report.year is None or report.year < when.year_from):
        return False
    return not (when.year_to is not None and (report.year is None or report.year > when.year_to))


def severity(rule: Rule, outcome: Outcome) -> Severity:
    """Only what does not hold has the severity of its rule."""
    return (
        rule.severity if outcome.verdict in ("differs", rule.fails_as) and outcome.verdict[:6] != "agrees" else "info"
    )


def softened(rule: Rule, outcome: Outcome) -> Outcome:
    """The outcome under a rule whose failing proves nothing."""
    if outcome.verdict != "differs" or rule.fails_as == "differs":
        return outcome
    return Outcome(verdict=rule.fails_as, difference=outcome.difference, missing=outcome.missing)


def compared(
    rule: Rule,
    check: str,
    code: str,
    column: str | None,
    outcome: Outcome,
    left: Total,
    right: Total,
    head: str,
    sign: RelationSign = "=",
    tail: str = "",
    cause: str | None = None,
    extra: Sequence[Evidence] = (),
    of: str = "",
) -> Finding:
    """The finding of a comparison of two sums. `of` stands before the right side (表中)."""
    left_text, right_text = sum_text(left), sum_text(right)
    text = f"{head}：{left_text}；{of}{right_text}，{verdict_text(outcome, sign)}{tail}。"
    return Finding(
        check=check,
        code=code,
        column=column,
        verdict=outcome.verdict,
        how=outcome.how,
        severity=severity(rule, outcome),
        left=Side(low=left.low, high=left.high, text=left_text),
        right=Side(low=right.low, high=right.high, text=right_text),
        difference=outcome.difference,
        missing=outcome.missing,
        explanation=text,
        cause=cause,
        evidence=(*left.evidence, *right.evidence, *extra),
    )


def fired(
    one: Compiled, told: str, evidence: tuple[Evidence, ...] = (), missing: tuple[str, ...] = (), code: str = ""
) -> Finding:
    """The finding of a rule that compares no sums."""
    return Finding(
        check=one.rule.id,
        code=code,
        column=None,
        verdict=one.rule.fails_as,
        severity=one.rule.severity,
        explanation=told,
        missing=missing,
        evidence=evidence,
    )


def figure_total(facts: Facts, index: int, vocabulary: Vocabulary, label: str = "文中") -> Total:
    """A figure as the left side of a comparison."""
    figure = facts.figures[index]
    total = Total()
    add_figure(total, index, figure, label)
    if figure.bound in ("min", "max"):
        total.how = "bound"
    elif total.low != total.high:
        one_sided = figure.value in (total.low, total.high)
        total.how = "bound" if one_sided and figure.bound == "approx" else "rounded"
    return total
