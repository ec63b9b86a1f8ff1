"""Reconciler: facts and rules to findings.

    reconciler = Reconciler(load())
    findings = reconciler.check(report, cells, figures, claims)

Compiled once per process; holds nothing of a document. One report with some 200 cells and 60 figures costs less than a
millisecond: formulas are closures over dictionary look-ups, and words are joined, never searched.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache

from pipeline.lexicon import Lexicon
from pipeline.lexicon.formula import COLUMNS
from pipeline.lexicon.schema.core import Indicator
from pipeline.lexicon.schema.rules import Rule, RuleWords, expand
from pipeline.model import Cell, Claim, Figure, Finding, Report, Section, Unread
from pipeline.reconcile import cells as cell_checks
from pipeline.reconcile import claims as claim_checks
from pipeline.reconcile import form as form_checks
from pipeline.reconcile import parts as part_checks
from pipeline.reconcile import readings as reading_checks
from pipeline.reconcile import restate as restate_checks
from pipeline.reconcile import shares as share_checks
from pipeline.reconcile import years as year_checks
from pipeline.reconcile.base import CheckFunction, Compiled, applies, compared, compile_rule, softened
from pipeline.reconcile.diagnosis import Diagnosis
from pipeline.reconcile.expr import Context, compile_relation
from pipeline.reconcile.facts import Facts, Vocabulary, default_column
from pipeline.reconcile.verdicts import meet

_MAKERS: dict[str, Callable[[Compiled], CheckFunction]] = {
    **cell_checks.MAKERS,
    **claim_checks.MAKERS,
    **form_checks.MAKERS,
    **part_checks.MAKERS,
    **reading_checks.MAKERS,
    **share_checks.MAKERS,
    **year_checks.MAKERS,
}


class Reconciler:
    """All rules of a lexicon, compiled. Safe to share between threads: it is never changed after it is made."""

    def __init__(self, lexicon: Lexicon, only: Sequence[Rule] | None = None) -> None:
        """`only` limits the rules, for trying out one of them."""
        self.vocabulary = Vocabulary(lexicon.rows(Indicator), lexicon.one(RuleWords))
        rules = [rule for rule in (lexicon.rows(Rule) if only is None else only) if rule.enabled]
        compiled = [compile_rule(rule, self.vocabulary) for rule in rules]
        self._within = _functions(compiled, "within")
        self._form = _functions(compiled, "form")
        self._years = _functions(compiled, "years")
        self._versions = _functions(compiled, "versions")
        self._levels = _functions(compiled, "levels")
        self._outlying = _functions(compiled, "outlying")
        self._peers = _functions(compiled, "peers")
        self._restate = restate_checks.Restate([c for c in compiled if c.rule.by in restate_checks.PROCEDURES])
        diagnosing = [c for c in compiled if c.rule.by == "diagnosis"]
        self._diagnosis = Diagnosis(self.vocabulary, diagnosing) if diagnosing else None

    def check(
        self,
        report: Report,
        cells: Sequence[Cell],
        figures: Sequence[Figure],
        claims: Sequence[Claim] = (),
        *,
        text: str = "",
    ) -> tuple[Finding, ...]:
        """Every finding of the tables and of the prose against them (A, B, C), in the order of the catalogue."""
        return self.check_facts(Facts(report, cells, figures, claims, text=text))

    def check_facts(self, facts: Facts) -> tuple[Finding, ...]:
        """Like check, on facts that are already gathered."""
        found = _run(self._within, facts)
        if self._diagnosis is not None and facts.cells:
            found = self._diagnosis.explain(facts, found)
        self._restate.check(facts, found)
        found.sort(key=_order)
        return tuple(found)

    def check_form(
        self,
        report: Report,
        sections: Sequence[Section],
        text: str,
        cells: Sequence[Cell] = (),
        unread: Sequence[Unread] = (),
    ) -> tuple[Finding, ...]:
        """F and G: the six sections, empty phrases, dates, and what the readers could not place."""
        return tuple(_run(self._form, Facts(report, cells, sections=sections, text=text, unread=unread)))

    def check_years(self, this: Facts, last: Facts, told: Sequence[Finding] = ()) -> tuple[Finding, ...]:
        """A7, B6, B7, D: one organ's report against its report of the year before. Both stay as they are.

        `told` is what was found of this year's report by itself.
        """
        facts = this.beside(last=last)
        facts.told = told
        return tuple(_run(self._years, facts))

    def check_outlying(self, facts: Facts) -> tuple[Finding, ...]:
        """B6, B7: values far beyond those of organs alike (`facts.peers`)."""
        return tuple(_run(self._outlying, facts))

    def check_versions(self, this: Facts, other: Facts, rule: str = "") -> tuple[Finding, ...]:
        """Two things that should say the same. `rule`: B10 page and attachment, D7 published again, G1 two readings."""
        chosen = [each for each in self._versions if not rule or each[0].rule.id == rule]
        return tuple(_run(chosen, this.beside(last=other)))

    def check_peers(self, this: Facts, other: Facts) -> tuple[Finding, ...]:
        """E2: prose that stands in the report of another organ too."""
        return tuple(_run(self._peers, this.beside(last=other)))

    def check_levels(self, parent: Facts, children: Sequence[Facts], *, complete: bool = False) -> tuple[Finding, ...]:
        """E: the report of a jurisdiction against the reports below it. `complete`: declared, and all are at hand."""
        return tuple(_run(self._levels, parent.beside(children=children), complete))


def _order(finding: Finding) -> tuple[str, int]:
    return _catalogue_place(finding.check)


@cache
def _catalogue_place(check: str) -> tuple[str, int]:
    """A1 before A2 before B1; findings of one rule keep their order."""
    return check[0], int(check[1:].partition(".")[0])


def _stage(rule: Rule) -> str:
    """What a rule needs: this report, its sections and text, last year's, another version, or those below it."""
    if rule.by in year_checks.YEARS or "last." in rule.formula:
        return "years"
    stages = {"repeated_elsewhere": "peers", "versions": "versions", "outlying": "outlying"}
    if rule.by in stages:
        return stages[rule.by]
    if "children." in rule.formula:
        return "levels"
    return "form" if rule.by in form_checks.MAKERS else "within"


def _functions(compiled: Sequence[Compiled], stage: str) -> list[tuple[Compiled, CheckFunction]]:
    functions: list[tuple[Compiled, CheckFunction]] = []
    for one in compiled:
        if _stage(one.rule) != stage:
            continue
        if one.rule.by == "formula":
            functions.append((one, formula_check(one)))
        elif one.rule.by in _MAKERS:
            functions.append((one, _MAKERS[one.rule.by](one)))
    return functions


def _run(functions: Sequence[tuple[Compiled, CheckFunction]], facts: Facts, complete: bool = True) -> list[Finding]:
    found: list[Finding] = []
    for compiled, function in functions:
        if compiled.always or (
            applies(compiled.rule, facts.report) and (complete or not compiled.rule.id.endswith(".complete"))
        ):
            function(facts, found)
    return found


def formula_check(compiled: Compiled) -> CheckFunction:
    """A rule that is nothing but its formula, over columns, over lines, or once."""
    rule, vocabulary = compiled.rule, compiled.vocabulary
    relation = compile_relation(rule.formula, vocabulary)
    about = rule.codes[0] if rule.codes else ""
    columns = tuple((f"{rule.id}.{c}", c) for c in (rule.columns or COLUMNS))
    lines = tuple(expand(rule.lines, vocabulary.codes))
    categories = tuple(rule.categories)
    probes = tuple((line, tuple((line, column) for column in (*COLUMNS, None))) for line in lines)

    def one(facts: Facts, found: list[Finding], check: str, column: str | None, line: str) -> None:
        context = Context(facts, column, line, categories)
        left = relation.left(context)
        right = relation.right(context)
        if not left.evidence and not right.evidence:
            return
        if rule.blanks == "skip" and (left.short or right.short):
            return
        outcome = meet(left, right, relation.sign, rule.blanks)
        if rule.silent and outcome.verdict != "differs":
            return
        outcome = softened(rule, outcome)
        code = line or about
        head = vocabulary.name(line) if line else vocabulary.columns[column] if column else rule.title
        cause = rule.causes[0] if rule.causes and outcome.verdict == "differs" else None
        where = column or ("total" if line and (line, "total") in facts.cells else default_column(code))
        found.append(compared(rule, check, code, where, outcome, left, right, head, relation.sign, cause=cause))

    def check(facts: Facts, found: list[Finding]) -> None:
        if rule.over == "columns":
            for name, column in columns:
                one(facts, found, name, column, "")
        elif rule.over == "lines":
            for line, keys in probes:
                if any(key in facts.cells for key in keys):
                    one(facts, found, rule.id, None, line)
        else:
            one(facts, found, rule.id, None, "")

    return check
