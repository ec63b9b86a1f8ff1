"""Statements of the prose against the cells they restate (C1–C5, C7, C9–C12).

A figure is judged once, by the first rule that takes it: absences in words and applicants' columns before the rest.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from pipeline.lexicon.formula import APPLICANTS
from pipeline.model import Evidence, Figure, Finding
from pipeline.reconcile.base import Compiled, applies, compared, figure_total, softened
from pipeline.reconcile.expr import Context
from pipeline.reconcile.facts import Facts, Total, add_ref, default_column, figure_evidence, number
from pipeline.reconcile.grid import digit_fault
from pipeline.reconcile.room import bounded
from pipeline.reconcile.scopes import WHOLE, judge, relation
from pipeline.reconcile.verdicts import Outcome, meet

PROCEDURES = ("restate", "absent", "joint", "never")
_RANK = {"agrees": 0, "agrees_if_blank_zero": 1, "not_assessable": 2, "differs": 3, "not_comparable": 4}
"""Which of several readings counts: one that holds, then one that might, and only then one that does not."""
_TABLE_OF = {"t2": "2", "t3": "3", "t4": "4", "re": "3"}


class Restate:
    """The rules that judge single figures, by code."""

    def __init__(self, compiled: Sequence[Compiled]) -> None:
        self.by_code: dict[str, tuple[Compiled, ...]] = {}
        for one in compiled:
            if one.rule.by != "joint":
                for code in one.codes:
                    self.by_code[code] = (*self.by_code.get(code, ()), one)
        self.joint = [one for one in compiled if one.rule.by == "joint"]

    def check(self, facts: Facts, found: list[Finding]) -> None:
        taken: set[int] = set()
        for one in self.joint:
            if applies(one.rule, facts.report):
                _joint(one, facts, found, taken)
        by_code = self.by_code
        for index, figure in enumerate(facts.figures):
            rules = by_code.get(figure.code)
            if rules is None or index in taken or figure.measure != "level":
                continue
            for one in rules:
                if _accepts(one, figure) and (one.always or applies(one.rule, facts.report)):
                    if one.rule.by == "never":
                        _never(one, facts, index, found)
                    else:
                        _restate(one, facts, index, found)
                    break


def _accepts(one: Compiled, figure: Figure) -> bool:
    rule = one.rule
    if rule.by == "absent" and not figure.zero_by_words:
        return False
    if rule.columns:
        return figure.column in rule.columns
    if rule.categories:
        return any(word in (figure.category or "") for word in rule.categories)
    return True


def _restate(one: Compiled, facts: Facts, index: int, found: list[Finding]) -> None:
    """One figure against its cell, in each of the readings of the rule."""
    figure = facts.figures[index]
    vocabulary = one.vocabulary
    name = vocabulary.where(figure.code, figure.column)
    left = figure_total(facts, index, vocabulary, f"文中{name}")
    candidates = [(name, right) for name, right in _rights(one, facts, figure) if right.evidence]
    if not candidates:
        _no_cell(one, facts, index, found, left)
        return
    judged = [(bounded(facts, meet(left, right), right, vocabulary), reading, right) for reading, right in candidates]
    outcome, reading, right = min(judged, key=lambda each: _RANK[each[0].verdict])
    outcome = _cut(figure, outcome, right)
    extent = relation(facts, index, vocabulary)
    tail = ""
    if extent is not WHOLE:
        outcome, left, tail = judge(facts, index, outcome, left, right, extent, vocabulary)
    outcome = softened(one.rule, outcome)
    cause = _cause(one, facts, figure, right) if outcome.verdict == "differs" else None
    if outcome.verdict != "differs" and reading and reading != one.readings[0].name:
        tail = f"（按“{reading}”理解）{tail}"
    check = one.rule.id
    found.append(
        compared(
            one.rule, check, figure.code, figure.column, outcome, left, right, name, tail=tail, cause=cause, of="表中"
        )
    )
    if one.rule.named:
        _named(one, facts, index, left, found)


def _rights(one: Compiled, facts: Facts, figure: Figure) -> list[tuple[str, Total]]:
    """What the figure may restate: the readings of the rule, or simply its own cell."""
    vocabulary = one.vocabulary
    column = figure.column
    if one.readings:
        context = Context(facts, column)
        rights = [(reading.name, reading.evaluate(context)) for reading in one.readings]
        if any(right.evidence for _, right in rights):
            return rights
    total = Total()
    code = figure.code
    add_ref(total, facts, vocabulary, code, column or default_column(code))
    if not total.evidence and code in vocabulary.sheet and column is None:
        total = Total()
        add_ref(total, facts, vocabulary, vocabulary.sheet[code], None)
    return [("", total)]


def _no_cell(one: Compiled, facts: Facts, index: int, found: list[Finding], left: Total) -> None:
    """The form has no such line, or its table is not in the report; both are said, neither is a fault."""
    figure = facts.figures[index]
    vocabulary = one.vocabulary
    table = _TABLE_OF.get(figure.code[:2], "")
    if table and facts.has_table(table):
        verdict, why = "not_comparable", f"{vocabulary.words.tables[table]}没有与此对应的栏目"
    else:
        verdict, why = "not_assessable", f"没有{vocabulary.words.tables.get(table, '可比的表')}"
    name = vocabulary.where(figure.code, figure.column)
    found.append(
        Finding(
            check=one.rule.id,
            code=figure.code,
            column=figure.column,
            verdict=verdict,  # type: ignore[arg-type]  # one of the two words above
            severity="info",
            explanation=f"{name}：文中为{figure.mention}，{why}，无法核对。",
            missing=(name,),
            evidence=tuple(left.evidence),
        )
    )


def _cut(figure: Figure, outcome: Outcome, right: Total) -> Outcome:
    """Tells a number that was cut off from one that was rounded."""
    if outcome.how != "rounded" or outcome.verdict != "agrees" or right.low is None or figure.low is None:
        return outcome
    if figure.bound == "exact" and right.low == right.high and right.low > figure.value + (figure.value - figure.low):
        return Outcome(verdict="agrees", how="truncated", difference=outcome.difference)
    return outcome


def _named(one: Compiled, facts: Facts, index: int, left: Total, found: list[Finding]) -> None:
    """A statement of a class that names one of its lines (因本机关不掌握等) may be that line: said when it is."""
    figure = facts.figures[index]
    leaves = one.vocabulary.leaves_of(figure.code)
    for code, words in one.rule.named.items():
        if code in leaves and any(word in figure.before for word in words.split("|")):
            right = Total()
            add_ref(right, facts, one.vocabulary, code, figure.column or default_column(code))
            outcome = meet(left, right)
            if right.evidence and outcome.verdict.startswith("agrees"):
                head = f"{one.vocabulary.name(figure.code)}中点名的“{one.vocabulary.name(code)}”"
                found.append(
                    compared(
                        one.rule,
                        f"{one.rule.id}.named",
                        figure.code,
                        figure.column,
                        outcome,
                        left,
                        right,
                        head,
                        of="表中",
                    )
                )


def _cause(one: Compiled, facts: Facts, figure: Figure, right: Total) -> str | None:
    """Where a number that is not its cell's may have been taken from."""
    context = Context(facts, figure.column)
    value = figure.value
    for suspect in one.suspects:
        total = suspect.evaluate(context)
        if total.evidence and not total.unknown and total.low == total.high == value:
            return suspect.name
    if value < 2:  # 0 and 1 stand everywhere and prove nothing
        return None
    words, vocabulary = one.vocabulary.words.causes, one.vocabulary
    slip = digit_fault(value, right.low) if right.low is not None and right.low == right.high else ""
    if slip in ("digits_swapped", "digit_lost", "digit_doubled"):
        return words[f"restated_{slip}"].format(printed=figure.mention, right=number(right.low))
    compared_with = {(e.code, e.column) for e in right.evidence} if len(right.evidence) == 1 else set()
    leaves = sorted(vocabulary.leaves_of(figure.code))
    for code in leaves if len(leaves) > 1 else ():
        part = Total()
        add_ref(part, facts, vocabulary, code, figure.column or default_column(code))
        if part.evidence and not part.unknown and part.low == part.high == value:
            return words["one_part"].format(where=vocabulary.name(code), printed=number(value))
    for code in leaves:
        for column in (*APPLICANTS, "total", None):
            cell = facts.cells.get((code, column))
            if cell is not None and cell.value == value and (code, column) not in compared_with:
                return words["another_column"].format(where=vocabulary.where(code, column), printed=number(value))
    table = figure.code[:3]
    for cell in facts.listed:
        if cell.value == value and cell.column in ("total", None) and cell.code.startswith(table):
            return words["another_line"].format(where=vocabulary.where(cell.code, cell.column), printed=number(value))
    return None


def _never(one: Compiled, facts: Facts, index: int, found: list[Finding]) -> None:
    """What must not be compared though it looks alike (信息处理费 and 行政事业性收费): said, so that nobody does."""
    figure = facts.figures[index]
    alike = [key for key in ((code, default_column(code)) for code in one.rule.lines) if key in facts.cells]
    if not alike:
        return
    found.append(
        Finding(
            check=one.rule.id,
            code=figure.code,
            column=figure.column,
            verdict="not_comparable",
            severity="info",
            explanation=f"{one.vocabulary.name(figure.code)}：{one.rule.title}，不作比较。",
            evidence=(figure_evidence(index), *(Evidence(kind="cell", code=c, column=k) for c, k in alike)),
        )
    )


def _joint(one: Compiled, facts: Facts, found: list[Finding], taken: set[int]) -> None:
    """C10: one number told of reviews and suits together is their sum, or holds for each of them."""
    figures = facts.figures
    for index in range(1, len(figures)):
        first, second = figures[index - 1], figures[index]
        if first.start != second.start or first.end != second.end or {first.code, second.code} - one.codes:
            continue
        if first.code == second.code or first.value != second.value or first.value == Decimal(0):
            continue
        left = figure_total(facts, index - 1, one.vocabulary, "文中复议、诉讼合计")
        each = [_rights(one, facts, figure)[0][1] for figure in (first, second)]
        if all(meet(left, right).verdict == "agrees" for right in each):
            continue  # the number holds for each: the usual rule says so
        right = Total()
        for figure in (first, second):
            add_ref(right, facts, one.vocabulary, figure.code, default_column(figure.code))
        if not right.evidence:
            continue
        left.evidence.append(figure_evidence(index))
        taken.update((index - 1, index))
        outcome = meet(left, right)
        extent = relation(facts, index - 1, one.vocabulary)
        tail = ""
        if extent is not WHOLE:
            outcome, left, tail = judge(facts, index - 1, outcome, left, right, extent, one.vocabulary)
        for figure in (first, second):
            head = "行政复议和行政诉讼合计"
            found.append(
                compared(one.rule, one.rule.id, figure.code, None, outcome, left, right, head, tail=tail, of="表中")
            )
