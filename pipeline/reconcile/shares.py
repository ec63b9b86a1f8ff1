"""Shares told in the prose (C6), computed again over every base that may be meant."""

from __future__ import annotations

from decimal import Decimal
from itertools import product

from pipeline.model import Figure, Finding
from pipeline.reconcile.base import CheckFunction, Compiled, compared, figure_total
from pipeline.reconcile.explain import short, value_text
from pipeline.reconcile.expr import Context
from pipeline.reconcile.facts import Facts, Total, add_figure, add_ref, default_column, figure_evidence
from pipeline.reconcile.readings import HUNDRED, gap_shown, how_met, lacking_operand, printed_interval
from pipeline.reconcile.scopes import WHOLE, relation
from pipeline.reconcile.slips import Case, cause
from pipeline.reconcile.verdicts import Outcome, meet

_JOINERS = "、，,和与及 "


def _share(one: Compiled) -> CheckFunction:
    def check(facts: Facts, found: list[Finding]) -> None:
        for index, figure in enumerate(facts.figures):
            if figure.measure == "share" and figure.unit == "%":
                _one_share(one, facts, index, figure, found)

    return check


def _one_share(one: Compiled, facts: Facts, index: int, figure: Figure, found: list[Finding]) -> None:
    """A share against its part divided by each base it may have; it differs only if no base gives it."""
    vocabulary = one.vocabulary
    left = Total()
    left.low, left.high = printed_interval(figure)
    left.terms.append((f"文中{vocabulary.name(figure.code)}占比", figure.mention, False))
    left.evidence.append(figure_evidence(index))
    part = _part(one, facts, index, figure)
    bases = _bases(one, facts, figure, part[0])
    dividends = _together(one, facts, index, figure) or ([part[1]] if part[1] is not None else [])
    if not dividends or not bases:
        lacking = ("占比的分母",) if dividends else ("占比的分子",)
        lacking_operand(one, figure, left, lacking, found)
        return
    tried: list[tuple[str, Total, Total, Total]] = []
    head = f"{vocabulary.name(figure.code)}占比"
    for dividend, (name, base) in product(dividends, bases):
        right = _quotient(dividend, base)
        if right is None:
            continue
        outcome = meet(left, right)
        if outcome.verdict.startswith("agrees"):
            outcome = Outcome(verdict="agrees", how=how_met(figure, right), difference=outcome.difference)
            tail = f"（以{name}为分母）"
            found.append(_compared(one, figure, outcome, left, right, head, tail))
            return
        tried.append((name, right, dividend, base))
    if not tried:
        lacking_operand(one, figure, left, ("占比的分母",), found)
        return
    first = tried[0][1]
    others = "、".join(f"按{name}为{right.terms[0][1]}" for name, right, _, _ in tried)
    tail = f"（{others}，都不符）" if len(tried) > 1 else ""
    doubt = _doubt(facts, figure, part[0])
    if doubt:
        outcome, tail = Outcome(verdict="not_comparable"), f"（{doubt}，分母不能确定）"
        found.append(_compared(one, figure, outcome, left, first, head, tail))
        return
    outcome = gap_shown(figure, meet(left, first), first)
    cases = (Case(facts, vocabulary, figure, left, right, dividend, base) for _, right, dividend, base in tried)
    why = next((words for case in cases if (words := cause(one, case))), None)
    found.append(_compared(one, figure, outcome, left, first, head, tail, why))


def _compared(
    one: Compiled,
    figure: Figure,
    outcome: Outcome,
    left: Total,
    right: Total,
    head: str,
    tail: str,
    why: str | None = None,
) -> Finding:
    code, column = figure.code, figure.column
    return compared(one.rule, one.rule.id, code, column, outcome, left, right, head, tail=tail, cause=why)


def _part(one: Compiled, facts: Facts, index: int, figure: Figure) -> tuple[int | None, Total | None]:
    """What the share is of: the figure with its code nearest before it in the sentence, else the cell.

    A number whose share is told already (当面1件，占10%；内容上60%涉及规划) is not what a further share is of.
    Shares told in a row (信函6件、当面3件，分别占66.7%和33.3%) are of the numbers before them in order.
    """
    told = _in_order(facts, index)
    if told is not None:
        return told, figure_total(facts, told, one.vocabulary, one.vocabulary.name(figure.code))
    for other in range(index - 1, -1, -1):
        candidate = facts.figures[other]
        if candidate.sentence != figure.sentence:
            break
        same = candidate.code == figure.code and candidate.column == figure.column
        if not same or figure.category not in (None, candidate.category):
            continue
        if candidate.measure == "share" and candidate.unit == "%":
            return None, None
        if candidate.measure == "level" and candidate.unit != "%":
            return other, figure_total(facts, other, one.vocabulary, one.vocabulary.name(figure.code))
    if figure.category or figure.scope_kind not in (None, "own") or figure.channel:
        return None, None
    cell = Total()
    add_ref(cell, facts, one.vocabulary, figure.code, figure.column or default_column(figure.code))
    return None, (cell if cell.evidence and not cell.unknown else None)


def _in_order(facts: Facts, index: int) -> int | None:
    """The number that a share in a row of shares is of; None where the row and the numbers do not fit."""
    first = last = index
    while first > 0 and _goes_on(facts, first):
        first -= 1
    while last + 1 < len(facts.figures) and _goes_on(facts, last + 1):
        last += 1
    if first == last:
        return None
    figure = facts.figures[index]
    before = [
        other
        for other in range(first)
        if (f := facts.figures[other]).sentence == figure.sentence and f.measure == "level" and f.unit != "%"
    ][-(last - first + 1) :]
    if len(before) <= last - first or len({facts.figures[n].unit for n in before}) > 1:
        return None
    other = before[index - first]
    return other if facts.figures[other].code == figure.code else None


def _goes_on(facts: Facts, index: int) -> bool:
    """Whether a share stands right behind another, with no more than a joiner between them."""
    figure, before = facts.figures[index], facts.figures[index - 1]
    both = all(f.measure == "share" and f.unit == "%" for f in (figure, before))
    return both and figure.sentence == before.sentence and figure.before.rstrip(_JOINERS).endswith(before.mention)


def _together(one: Compiled, facts: Facts, index: int, figure: Figure) -> list[Total]:
    """For a share of several things together (公开5件，部分公开3件，两项合计占…): the sums of the last two, three, …"""
    own = next(
        (figure.before[i + 1 :] for i in range(len(figure.before) - 1, -1, -1) if figure.before[i].isdigit()), ""
    )
    if not any(word in own for word in one.rule.words):
        return []
    near = [
        other
        for other in range(index - 1, -1, -1)
        if (f := facts.figures[other]).sentence == figure.sentence and f.measure == "level" and f.unit != "%"
    ]
    sums: list[Total] = []
    for count in range(2, len(near) + 1):
        total = Total()
        for other in reversed(near[:count]):
            add_figure(total, other, facts.figures[other], one.vocabulary.name(facts.figures[other].code))
        sums.append(total)
    return sums


def _bases(one: Compiled, facts: Facts, figure: Figure, part: int | None) -> list[tuple[str, Total]]:
    """The base named (by index, by code, or as the whole of the part), then those of the rule."""
    bases: list[tuple[str, Total]] = []
    vocabulary = one.vocabulary
    named: list[int] = []
    if isinstance(figure.of, int):
        named.append(figure.of)
        if _doubt(facts, figure, part):
            named += _like(facts, figure.of, part)
    elif figure.of is not None and figure.of != figure.code:
        named += [
            i for i, f in enumerate(facts.figures) if f.code == figure.of and f.measure == "level" and not f.column
        ][:1]
    for whole in (figure.part_of, facts.figures[part].part_of if part is not None else None):
        if whole is not None:
            named.append(whole)
    for i in dict.fromkeys(named):
        if 0 <= i < len(facts.figures) and i != part and facts.figures[i].unit != "%":
            base = facts.figures[i]
            bases.append((f"文中{vocabulary.name(base.code)}{base.mention}", figure_total(facts, i, vocabulary)))
    if isinstance(figure.of, str) and figure.of != figure.code:
        total = Total()
        add_ref(total, facts, vocabulary, figure.of, default_column(figure.of))
        if total.evidence and not total.unknown:
            bases.append((f"表中{vocabulary.name(figure.of)}", total))
    if figure.code in one.codes:
        context = Context(facts)
        for reading in one.readings:
            total = reading.evaluate(context)
            if total.evidence and not total.unknown:
                bases.append((f"表中{reading.name}", total))
        bases += _told_totals(one, facts, {base.low for _, base in bases})
    return bases


def _doubt(facts: Facts, figure: Figure, part: int | None) -> str:
    """Why the number a share is read to be of may not be its base; empty where nothing speaks against it."""
    figures, of = facts.figures, figure.of
    if not isinstance(of, int) or not 0 <= of < len(figures):
        return ""
    if figures[of].period.kind != figure.period.kind:
        return f"{figures[of].mention}与这个占比说的不是同一段时间"
    if part is None or part == of or figures[part].part_of == of:
        return ""
    beside = figures[of].part_of is not None and figures[of].part_of == figures[part].part_of
    behind = figures[of + 1] if of + 1 < len(figures) else figure
    if behind is not figure and behind.measure == "share" and behind.sentence == figures[of].sentence:
        beside = beside or behind.code == figures[of].code  # it is told with a share of its own
    return f"{figures[of].mention}也是并列的一部分" if beside else ""


def _like(facts: Facts, of: int, part: int | None) -> list[int]:
    """The other numbers told before a part that may be its whole: of the same code and unit."""
    figures = facts.figures
    main = (figures[of].code, figures[of].unit, "level", None)
    before = range(part if part is not None else of)
    return [i for i in before if (figures[i].code, figures[i].unit, figures[i].measure, figures[i].part_of) == main]


_TOTALS = ("t3.handled", "t3.received", "requests.intake")
_INTAKE = ("t3.received", "t3.carried_in")


def _told_totals(one: Compiled, facts: Facts, known: set[Decimal | None]) -> list[tuple[str, Total]]:
    """The totals of the prose itself, where they are not those of the table or there is none; new and carried in."""
    totals: list[tuple[str, Total]] = []
    made_up: dict[str, int] = {}
    for index, figure in enumerate(facts.figures):
        plain = figure.measure == "level" and not figure.column and relation(facts, index, one.vocabulary) is WHOLE
        if plain and figure.code in _INTAKE:
            made_up.setdefault(figure.code, index)
        if plain and figure.code in _TOTALS and figure.value not in known:
            known.add(figure.value)
            name = f"文中{one.vocabulary.name(figure.code)}{figure.mention}"
            totals.append((name, figure_total(facts, index, one.vocabulary)))
    if len(made_up) == len(_INTAKE):
        total = Total()
        for code in _INTAKE:
            add_figure(total, made_up[code], facts.figures[made_up[code]], one.vocabulary.name(code))
        totals.append(("文中新收加上年结转", total))
    return totals


def _quotient(part: Total, base: Total) -> Total | None:
    """part ÷ base in percent; None where the base is 0 or open."""
    if part.low is None or part.high is None or base.low is None or base.high is None or base.low <= 0:
        return None
    total = Total()
    total.low, total.high = part.low * HUNDRED / base.high, part.high * HUNDRED / base.low
    total.evidence = [*part.evidence, *base.evidence]
    total.blanks = []
    value = f"{short(total.low)}%" if total.low == total.high else f"{short(total.low)}%～{short(total.high)}%"
    total.terms.append((f"{value_text(part)}÷{value_text(base)}＝", value, False))
    return total


MAKERS = {"share": _share}
