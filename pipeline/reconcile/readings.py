"""Numbers that must be computed before they can be compared: shares (C6), repetitions (C14), growth (C15)."""

from __future__ import annotations

from decimal import Decimal
from itertools import product

from pipeline.model import PART, Figure, Finding, How
from pipeline.numbers.intervals import Interval
from pipeline.reconcile.base import CheckFunction, Compiled, compared, figure_total
from pipeline.reconcile.explain import short, value_text
from pipeline.reconcile.expr import Context
from pipeline.reconcile.facts import Facts, Total, add_figure, add_ref, bounds, default_column, figure_evidence
from pipeline.reconcile.scopes import WHOLE, foreign_part, of_this_year, relation
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


def _how(figure: Figure, value: Total) -> How:
    if figure.bound in ("min", "max", "approx"):
        return "bound"
    if value.low is None or value.low != value.high:
        return "rounded"
    if value.low == figure.value:
        return "exact"
    half = ONE.scaleb(min(int(figure.value.as_tuple().exponent), 0)) / 2
    return "rounded" if abs(value.low - figure.value) <= half else "truncated"


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
        _not_assessable(one, figure, left, lacking, found)
        return
    tried: list[str] = []
    first: Total | None = None
    for dividend, (name, base) in product(dividends, bases):
        right = _quotient(dividend, base)
        if right is None:
            continue
        outcome = meet(left, right)
        if outcome.verdict.startswith("agrees"):
            outcome = Outcome(verdict="agrees", how=_how(figure, right), difference=outcome.difference)
            head = f"{vocabulary.name(figure.code)}占比"
            found.append(
                compared(
                    one.rule,
                    one.rule.id,
                    figure.code,
                    figure.column,
                    outcome,
                    left,
                    right,
                    head,
                    tail=f"（以{name}为分母）",
                )
            )
            return
        tried.append(f"按{name}为{right.terms[0][1]}")
        first = first or right
    if first is None:
        _not_assessable(one, figure, left, ("占比的分母",), found)
        return
    outcome = rounded(meet(left, first))
    head = f"{vocabulary.name(figure.code)}占比"
    tail = f"（{'、'.join(tried)}，都不符）" if len(tried) > 1 else ""
    doubt = _doubt(facts, figure, part[0])
    if doubt:
        outcome, tail = Outcome(verdict="not_comparable"), f"（{doubt}，分母不能确定）"
    found.append(compared(one.rule, one.rule.id, figure.code, figure.column, outcome, left, first, head, tail=tail))


def rounded(outcome: Outcome) -> Outcome:
    """The outcome with its difference to two places, as quotients are told."""
    if outcome.difference is None:
        return outcome
    return Outcome(verdict=outcome.verdict, difference=Decimal(short(outcome.difference)), missing=outcome.missing)


def _not_assessable(one: Compiled, figure: Figure, left: Total, lacking: tuple[str, ...], found: list[Finding]) -> None:
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


def _part(one: Compiled, facts: Facts, index: int, figure: Figure) -> tuple[int | None, Total | None]:
    """What the share is of: the figure with its code nearest before it in the sentence, else the cell."""
    for other in range(index - 1, -1, -1):
        candidate = facts.figures[other]
        if candidate.sentence != figure.sentence:
            break
        same = candidate.code == figure.code and candidate.column == figure.column and candidate.unit != "%"
        if same and candidate.measure == "level" and figure.category in (None, candidate.category):
            return other, figure_total(facts, other, one.vocabulary, one.vocabulary.name(figure.code))
    if figure.category or figure.scope_kind not in (None, "own") or figure.channel:
        return None, None
    cell = Total()
    add_ref(cell, facts, one.vocabulary, figure.code, figure.column or default_column(figure.code))
    return None, (cell if cell.evidence and not cell.unknown else None)


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


def _told_totals(one: Compiled, facts: Facts, known: set[Decimal | None]) -> list[tuple[str, Total]]:
    """The totals of the prose itself, where they are not those of the table or there is none."""
    totals: list[tuple[str, Total]] = []
    for index, figure in enumerate(facts.figures):
        plain = figure.code in _TOTALS and figure.measure == "level" and not figure.column and figure.value not in known
        if plain and relation(facts, index, one.vocabulary) is WHOLE:
            known.add(figure.value)
            name = f"文中{one.vocabulary.name(figure.code)}{figure.mention}"
            totals.append((name, figure_total(facts, index, one.vocabulary)))
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
        _not_assessable(one, figure, left, ("上年的数" if then is None else "本年的数",), found)
        return
    totals = [figure_total(facts, each, vocabulary) for each in (now, then)]
    same_unit = figure.measure == "change_rate" or figure.unit == facts.figures[now].unit
    right = change_of(totals[0], totals[1], figure) if same_unit else None
    if right is None:
        _not_assessable(one, figure, left, ("上年的数（为0或不定）",), found)
        return
    right.evidence = [figure_evidence(now), figure_evidence(then)]
    outcome = meet(left, right)
    if outcome.verdict == "agrees":
        outcome = Outcome(verdict="agrees", how=_how(figure, right), difference=outcome.difference)
    head = f"{vocabulary.name(figure.code)}比上年增减"
    found.append(compared(one.rule, one.rule.id, figure.code, figure.column, outcome, left, right, head))


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


MAKERS = {"share": _share, "repeat": _repeat, "growth": _growth}
