"""Numbers of the prose against others of it: repetitions (C14), growth (C15); and what a printed rate stands for."""

from __future__ import annotations

from decimal import Decimal

from pipeline.model import PART, Figure, Finding, How
from pipeline.numbers.intervals import Interval
from pipeline.reconcile.base import CheckFunction, Compiled, compared, figure_total
from pipeline.reconcile.explain import short, value_text
from pipeline.reconcile.expr import Context
from pipeline.reconcile.facts import Facts, Total, bounds, figure_evidence
from pipeline.reconcile.scopes import foreign_part, of_this_year
from pipeline.reconcile.slips import Case, cause
from pipeline.reconcile.verdicts import Outcome, meet

HUNDRED = Decimal(100)
ONE = Decimal(1)


def printed_interval(figure: Figure) -> tuple[Decimal | None, Decimal | None]:
    """What a printed rate may stand for: half of its last place either way, or cut off; wider where words say so."""
    low, high = bounds(figure)
    if figure.bound != "exact":
        return low, high
    exponent = int(figure.value.as_tuple().exponent)
    place = ONE.scaleb(min(exponent, 0))
    around = Interval.from_precision(figure.value, place)
    low = around.low if low is None or around.low is None else min(low, around.low)
    high = around.high if high is None or around.high is None else max(high, around.high)
    return low, high


def how_met(figure: Figure, value: Total) -> How:
    if figure.bound in ("min", "max", "approx"):
        return "bound"
    if value.low is None or value.low != value.high:
        return "rounded"
    if value.low == figure.value:
        return "exact"
    half = ONE.scaleb(min(int(figure.value.as_tuple().exponent), 0)) / 2
    return "rounded" if abs(value.low - figure.value) <= half else "truncated"


def rounded(outcome: Outcome) -> Outcome:
    """The outcome with its difference to two places, as quotients are told."""
    if outcome.difference is None:
        return outcome
    return Outcome(verdict=outcome.verdict, difference=Decimal(short(outcome.difference)), missing=outcome.missing)


def gap_shown(figure: Figure, outcome: Outcome, right: Total) -> Outcome:
    """The outcome with the difference of the two numbers that are shown, not of the ends of their intervals."""
    gap = outcome.difference or Decimal(0)
    if figure.bound == "exact" and right.low is not None and right.low == right.high:
        gap = figure.value - right.low
    return Outcome(verdict=outcome.verdict, difference=Decimal(short(gap)), missing=outcome.missing)


def lacking_operand(one: Compiled, figure: Figure, left: Total, lacking: tuple[str, ...], found: list[Finding]) -> None:
    found.append(
        Finding(
            check=one.rule.id,
            code=figure.code,
            column=figure.column,
            verdict="not_assessable",
            severity="info",
            missing=lacking,
            explanation=f"{one.vocabulary.name(figure.code)}{figure.mention}：缺{'、'.join(lacking)}，无法核对。",
            evidence=tuple(left.evidence),
        )
    )


def _repeat(one: Compiled) -> CheckFunction:
    """The same indicator stated twice for the same scope, time and channel.

    With `limits`, two values differ only where as many characters before both numbers are the same: for things that
    are told in many portions.
    """
    same = int(one.rule.limits[0]) if one.rule.limits else 0

    def check(facts: Facts, found: list[Finding]) -> None:
        seen: dict[tuple[object, ...], int] = {}
        for index, figure in enumerate(facts.figures):
            if figure.code not in one.codes or figure.measure != "level":
                continue
            if foreign_part(facts, figure):
                continue
            if figure.why.alias == "listed" and not (figure.category or figure.channel or figure.column):
                continue  # an item of a list: a part, though of what is not known
            if figure.part_of is None and figure.why.rule.startswith(PART):
                continue  # read as a part (按内容分：…), though of what is not known
            if figure.part_of is not None and not (figure.category or figure.channel or figure.column):
                whole = figure.part_of
                if not 0 <= whole < len(facts.figures) or facts.figures[whole].code == figure.code:
                    continue
            scope = "" if figure.scope_kind in (None, "own") else figure.scope
            narrow = figure.scope if any(w in (figure.scope or "") for w in one.vocabulary.words.narrow_scopes) else ""
            key = (
                figure.code, figure.column, figure.channel, figure.category, scope, narrow,
                figure.period.kind, figure.period.begin, figure.period.end, figure.unit,
            )  # fmt: skip
            first = seen.setdefault(key, index)
            if first == index or facts.figures[first].start == figure.start:
                continue
            left = figure_total(facts, first, one.vocabulary, f"前文{one.vocabulary.name(figure.code)}")
            right = figure_total(facts, index, one.vocabulary, "后文")
            outcome = meet(left, right)
            if outcome.verdict == "differs" and one.readings and _both_hold(one, facts, left, right):
                continue  # the one counts what came in, the other also what was carried in
            if outcome.verdict == "differs" and same and not _same_words(facts.figures[first], figure, same):
                continue  # perhaps a part of the other, told without 其中
            if outcome.verdict == "differs" and _accounts_apart(facts, facts.figures[first], figure):
                continue
            tail = ""
            if outcome.verdict == "differs" and facts.figures[first].sentence == figure.sentence:
                # Nobody says one thing twice in a sentence; the two are told apart by words we did not understand.
                outcome, tail = Outcome(verdict="not_comparable"), "（同一句里的两个数，说的应不是同一件事）"
            head = f"{one.vocabulary.name(figure.code)}前后两处"
            found.append(
                compared(one.rule, one.rule.id, figure.code, figure.column, outcome, left, right, head, tail=tail)
            )

    return check


def _both_hold(one: Compiled, facts: Facts, left: Total, right: Total) -> bool:
    """Whether each of two values is one of the readings of the rule."""
    readings = [total for reading in one.readings if (total := reading.evaluate(Context(facts))).evidence]
    return all(any(meet(side, total).verdict.startswith("agrees") for total in readings) for side in (left, right))


def _accounts_apart(facts: Facts, first: Figure, second: Figure) -> bool:
    """Whether two numbers are of accounts or columns of different names (“甲发布”推送 3 篇。“乙发布”推送 5 篇)."""
    names = [facts.text[f.sentence[0] : f.start].rpartition("“")[2].partition("”") for f in (first, second)]
    return all(closed for _, closed, _ in names) and names[0][0] != names[1][0]


def _same_words(first: Figure, second: Figure, length: int) -> bool:
    words = [figure.before.rstrip(_FILLERS)[-length:] for figure in (first, second)]
    return words[0] == words[1] and len(words[0]) == length


_FILLERS = "共计累总合约近超达到为了有：: 　"


def _growth(one: Compiled) -> CheckFunction:
    def check(facts: Facts, found: list[Finding]) -> None:
        for index, figure in enumerate(facts.figures):
            if figure.measure in ("change_rate", "change"):
                _one_growth(one, facts, index, figure, found)

    return check


def _one_growth(one: Compiled, facts: Facts, index: int, figure: Figure, found: list[Finding]) -> None:
    """Growth against this year's value and last year's, where the text gives both."""
    vocabulary = one.vocabulary
    left = Total()
    left.low, left.high = printed_interval(figure) if figure.measure == "change_rate" else bounds(figure)
    left.terms.append((f"文中{vocabulary.name(figure.code)}增减", figure.mention, False))
    left.evidence.append(figure_evidence(index))
    now = _nearest(facts, index, figure, "year")
    then = _nearest(facts, index, figure, "last_year")
    if now is None or then is None:
        lacking_operand(one, figure, left, ("上年的数" if then is None else "本年的数",), found)
        return
    totals = [figure_total(facts, each, vocabulary) for each in (now, then)]
    same_unit = figure.measure == "change_rate" or figure.unit == facts.figures[now].unit
    right = change_of(totals[0], totals[1], figure) if same_unit else None
    if right is None:
        lacking_operand(one, figure, left, ("上年的数（为0或不定）",), found)
        return
    right.evidence = [figure_evidence(now), figure_evidence(then)]
    outcome, why = meet(left, right), None
    if outcome.verdict == "agrees":
        outcome = Outcome(verdict="agrees", how=how_met(figure, right), difference=outcome.difference)
    elif outcome.verdict == "differs":
        outcome = gap_shown(figure, outcome, right)
        why = cause(one, Case(facts, vocabulary, figure, left, right, totals[0], totals[1]))
    head = f"{vocabulary.name(figure.code)}比上年增减"
    found.append(compared(one.rule, one.rule.id, figure.code, figure.column, outcome, left, right, head, cause=why))


def _nearest(facts: Facts, index: int, figure: Figure, period: str) -> int | None:
    """The value of that year nearest to the growth, in the same sentence first."""
    best: tuple[bool, int, int] | None = None
    for other, candidate in enumerate(facts.figures):
        if candidate.code != figure.code or candidate.measure != "level" or candidate.period.kind != period:
            continue
        if period == "year" and not of_this_year(facts, candidate):
            continue
        if (candidate.column, candidate.channel, candidate.category) != (
            figure.column,
            figure.channel,
            figure.category,
        ):
            continue
        if candidate.scope != figure.scope and candidate.sentence != figure.sentence:
            continue
        rank = (candidate.sentence != figure.sentence, abs(other - index), other)
        best = rank if best is None or rank < best else best
    return None if best is None else best[2]


def change_of(now: Total, then: Total, figure: Figure) -> Total | None:
    """The growth from one value to another, in the kind and unit of the figure that states it."""
    if now.low is None or now.high is None or then.low is None or then.high is None:
        return None
    total = Total()
    names = f"{value_text(now)}比{value_text(then)}"
    if figure.measure == "change":
        if figure.unit == "%" or "百分点" in figure.unit:
            return None
        total.low, total.high = now.low - then.high, now.high - then.low
        total.terms.append((f"{names}，增减", short(total.low), False))
        return total
    if then.low <= 0 or figure.unit != "%":
        return None
    total.low, total.high = (now.low / then.high - 1) * HUNDRED, (now.high / then.low - 1) * HUNDRED
    total.terms.append((f"{names}，增减", f"{short(total.low)}%", False))
    return total


MAKERS = {"repeat": _repeat, "growth": _growth}
