"""Parts against their whole (C8), and shares of one base against 100 %.

Parts must equal the whole only when they are exhaustive and disjoint. Two things make them so: the passage says it, or
their codes together are all lines of the whole's code. Parts told by channel may overlap and are never added up.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from pipeline.lexicon.formula import APPLICANTS, RelationSign
from pipeline.model import PART, Figure, Finding
from pipeline.reconcile.base import CheckFunction, Compiled, compared, figure_total
from pipeline.reconcile.expr import Context
from pipeline.reconcile.facts import LEGAL, Facts, Total, Vocabulary, add_figure
from pipeline.reconcile.scopes import PASSAGE
from pipeline.reconcile.slips import Case, cause
from pipeline.reconcile.verdicts import Outcome, meet

HUNDRED = Decimal(100)


def _parts(one: Compiled) -> CheckFunction:
    def check(facts: Facts, found: list[Finding]) -> None:
        figures = facts.figures
        wholes: dict[int, list[int]] = {}
        others: set[int] = set()
        """Wholes with a part that is not counted as they are: what else there is adds up to less than the whole."""
        for index, figure in enumerate(figures):
            whole = figure.part_of
            if whole is None or not 0 <= whole < len(figures) or whole == index:
                continue
            if figure.measure == "level" and not _alike(figure, figures[whole]):
                others.add(whole)
            if figure.measure == "level" and figures[whole].measure == "level" and _alike(figure, figures[whole]):
                wholes.setdefault(whole, []).append(index)
        for whole, parts in wholes.items():
            left = figure_total(facts, whole, one.vocabulary, _label(one.vocabulary, figures[whole]))
            belonging = [index for index in parts if _belongs(one.vocabulary, figures[index], figures[whole])]
            for index in belonging:
                found.append(_single(one, facts, index, figures[whole], left))
            for group, exact in _groups(one.vocabulary, facts, whole, belonging):
                if len(group) > 1:
                    found.append(_group(one, facts, whole, group, exact and whole not in others))
        for whole, index in _larger(one, facts):
            left = figure_total(facts, whole, one.vocabulary, _label(one.vocabulary, figures[whole]))
            found.append(_single(one, facts, index, figures[whole], left))
        for whole, group in _unmarked(one.vocabulary, facts, wholes):
            found.append(_group(one, facts, whole, group, True))

    return check


def _unmarked(vocabulary: Vocabulary, facts: Facts, wholes: dict[int, list[int]]) -> Iterator[tuple[int, list[int]]]:
    """Results told in sentences of their own: parts of what was handled when, together, they are all its lines."""
    figures = facts.figures
    summands = [i for i, figure in enumerate(figures) if figure.code in vocabulary.summands and _plain(figure)]
    if len(summands) < 2:
        return
    for whole, main in enumerate(figures):
        lines = vocabulary.leaves.get(main.code)
        if lines is None or main.column or main.measure != "level" or len(wholes.get(whole, ())) > 1:
            continue
        covered: set[str] = set()
        group: list[int] = []
        for index in summands:
            part = figures[index]
            if index == whole or part.section != main.section or abs(part.start - main.start) > PASSAGE:
                continue
            leaves = vocabulary.leaves_of(part.code)
            if leaves < lines and _alike(part, main) and part.scope in (None, main.scope):
                if covered & leaves:
                    covered.clear()  # told twice, perhaps of different things: which belongs here is not known
                    break
                covered |= leaves
                group.append(index)
        if len(group) > 1 and covered >= lines:
            yield whole, group


def _larger(one: Compiled, facts: Facts) -> Iterator[tuple[int, int]]:
    """(whole, part) where a part told right behind its whole (9篇，其中图解16篇) is more than it.

    A reader may refuse to make a part of what is more than the whole, so the words between them decide: one of `words`
    right behind the whole, and then no other number.
    """
    for index in range(1, len(facts.figures)):
        part, whole = facts.figures[index], facts.figures[index - 1]
        if part.part_of is not None or part.code != whole.code or part.sentence != whole.sentence:
            continue
        if part.measure != "level" or whole.measure != "level" or not _alike(part, whole) or part.value <= whole.value:
            continue
        _, mention, between = part.before.rpartition(whole.mention)
        label = between.lstrip("，,、；;：: ")
        if mention and part.category and not any(c.isdigit() for c in label) and label.startswith(one.rule.words):
            yield index - 1, index


def _plain(part: Figure) -> bool:
    """A statement that is not a part of something else."""
    return part.measure == "level" and not (part.column or part.category or part.channel) and part.part_of is None


def _alike(part: Figure, whole: Figure) -> bool:
    """Only what is counted in the same unit over the same time can be a part."""
    return part.unit == whole.unit and part.period.kind == whole.period.kind


def _belongs(vocabulary: Vocabulary, part: Figure, whole: Figure) -> bool:
    """Whether one table line can be a part of another at all.

    Suits are no part of reviews. Results count what was handled, with what was carried in; so they may be more than
    what was received, and nothing follows from comparing them with it.
    """
    if part.code == whole.code or part.code not in vocabulary.summands:
        return True
    lines = vocabulary.leaves.get(whole.code)
    if lines is None:
        return whole.code not in vocabulary.summands and whole.code not in ("t3.received", "t3.carried_in")
    return vocabulary.leaves_of(part.code) <= lines


def _label(vocabulary: Vocabulary, figure: Figure) -> str:
    detail = figure.category or vocabulary.columns.get(figure.column or "", "")
    name = vocabulary.name(figure.code)
    return f"{name}（{detail}）" if detail else name


def _single(one: Compiled, facts: Facts, index: int, main: Figure, whole: Total) -> Finding:
    """One part: it must not be more than the whole."""
    figure = facts.figures[index]
    left = figure_total(facts, index, one.vocabulary, _label(one.vocabulary, figure))
    outcome, whole, tail = _meant(one, facts, main, whole, left, ">=")
    if outcome.verdict == "agrees":
        outcome = _PART
    elif outcome.difference is not None:
        outcome = Outcome(verdict=outcome.verdict, difference=-outcome.difference, missing=outcome.missing)
    head = "部分不超过总数" if outcome.verdict == "agrees" else "部分大于总数"
    check = f"{one.rule.id}.part"
    return compared(one.rule, check, figure.code, figure.column, outcome, left, whole, head, "<=", tail=tail)


def _meant(
    one: Compiled, facts: Facts, main: Figure, whole: Total, parts: Total, sign: RelationSign
) -> tuple[Outcome, Total, str]:
    """How a whole meets its parts; what was received may be told with what was carried in (the rule's readings)."""
    outcome = meet(whole, parts, sign)
    if outcome.verdict == "differs" and main.code in one.codes and not main.column:
        for reading in one.readings:
            other = reading.evaluate(Context(facts))
            if other.evidence and not other.unknown:
                met = meet(other, parts, sign)
                if met.verdict == "agrees":
                    return met, other, f"（按“{reading.name}”理解）"
    return outcome, whole, ""


_PART = Outcome(verdict="agrees", how="part")


def _groups(vocabulary: Vocabulary, facts: Facts, whole: int, parts: list[int]) -> Iterator[tuple[list[int], bool]]:
    """Parts that divide the whole by the same thing, each with whether they are exhaustive."""
    figures = facts.figures
    main = figures[whole]
    lines: list[int] = []
    columns: list[int] = []
    families: dict[str, list[int]] = {}
    channels: list[int] = []
    told = any(figures[index].parts_exhaustive for index in parts)
    told = told or (bool(main.parts_exhaustive) and main.part_of is None)  # of a part it tells of those beside it
    for index in parts:
        part = figures[index]
        if part.column and part.code == main.code and not main.column:
            columns.append(index)
        elif part.code != main.code and part.code in vocabulary.summands:
            lines.append(index)
        elif part.channel and not part.category:
            channels.append(index)
        else:
            family = part.code if part.code == main.code else part.code.rpartition(".")[0]
            if "." in family:
                families.setdefault(family if told else f"{family} {_cue(part)}", []).append(index)
    yield from _lines(vocabulary, facts, main, lines, told and len(lines) == len(parts))
    if columns and _distinct(facts, columns):
        named = {figures[index].column or "" for index in columns}
        overlapping = "legal_entities" in named and bool(named & set(LEGAL))
        if not overlapping:
            covered = set(named) | (set(LEGAL) if "legal_entities" in named else set())
            yield columns, told or covered >= set(APPLICANTS)
    for group in families.values():
        if _distinct(facts, group) and (told or len({figures[index].channel for index in group}) == 1):
            yield group, told and len(group) == len(parts)
    if channels and told and len(channels) == len(parts) and _distinct(facts, channels):
        yield channels, True


def _cue(part: Figure) -> str:
    """What brought a part in: those of a bracket and those of a later 其中 divide a whole up twice."""
    rule = part.why.rule
    return rule.partition("）")[0] if rule.startswith(PART) else ""


def _lines(
    vocabulary: Vocabulary, facts: Facts, main: Figure, lines: list[int], told: bool
) -> Iterator[tuple[list[int], bool]]:
    """Result lines and classes; they are all of the whole when their lines are all of its lines."""
    covered: set[str] = set()
    disjoint: list[int] = []
    for index in lines:
        leaves = vocabulary.leaves_of(facts.figures[index].code)
        if not covered & leaves:
            covered |= leaves
            disjoint.append(index)
    if disjoint:
        whole = vocabulary.leaves_of(main.code)
        every = len(whole) > 1 and covered >= whole
        yield disjoint, len(disjoint) == len(lines) and (every or told)


def _distinct(facts: Facts, group: list[int]) -> bool:
    """No two parts of a group may tell of the same thing."""
    keys = {(f.code, f.column, f.channel, f.category) for f in (facts.figures[index] for index in group)}
    return len(keys) == len(group)


def _group(one: Compiled, facts: Facts, whole: int, group: list[int], exact: bool) -> Finding:
    figure = facts.figures[whole]
    left = figure_total(facts, whole, one.vocabulary, _label(one.vocabulary, figure))
    right = Total()
    for index in group:
        add_figure(right, index, facts.figures[index], _label(one.vocabulary, facts.figures[index]))
    sign: RelationSign = "=" if exact else ">="
    outcome, left, tail = _meant(one, facts, figure, left, right, sign)
    if outcome.verdict == "agrees":
        outcome = Outcome(verdict="agrees", how="sum" if exact else "bound", difference=outcome.difference)
    head = (
        f"{one.vocabulary.name(figure.code)}与所列各部分之和"
        if exact
        else f"{one.vocabulary.name(figure.code)}不小于所列各部分之和"
    )
    why = None
    if outcome.verdict == "differs":
        why = cause(one, Case(facts, one.vocabulary, figure, left, right, group=group, exact=exact))
    check = f"{one.rule.id}.sum"
    return compared(one.rule, check, figure.code, figure.column, outcome, left, right, head, sign, tail, why)


def _rates(one: Compiled) -> CheckFunction:
    """Shares of one base told in one sentence cannot be more than the whole of it."""
    words = one.rule.words

    def check(facts: Facts, found: list[Finding]) -> None:
        sentences: dict[tuple[object, ...], list[int]] = {}
        for index, figure in enumerate(facts.figures):
            if figure.unit == "%" and figure.measure in ("share", "level") and any(w in figure.before for w in words):
                # Who asked, what came of it and by which channel are divisions of their own, each of 100 %.
                division = (figure.column is not None, figure.code in one.vocabulary.summands, bool(figure.channel))
                cue = _cue(facts.figures[index - 1]) if index else ""
                sentences.setdefault((*figure.sentence, cue, *division), []).append(index)
        for group in sentences.values():
            if len(group) > 1 and _distinct(facts, group):
                _shares(one, facts, group, found)

    return check


def _shares(one: Compiled, facts: Facts, group: list[int], found: list[Finding]) -> None:
    total = Total()
    for index in group:
        figure = facts.figures[index]
        add_figure(total, index, figure, one.vocabulary.name(figure.code))
    limit = Total()
    limit.low = limit.high = HUNDRED
    limit.terms.append(("", "100%", False))
    outcome = meet(total, limit, "<=")
    if outcome.verdict == "agrees":
        outcome = Outcome(verdict="agrees", how="bound")
    elif not _one_base(one, facts, group):
        return
    last = facts.figures[group[-1]]
    check = one.rule.id
    found.append(compared(one.rule, check, last.code, last.column, outcome, total, limit, one.rule.title, "<="))


def _one_base(one: Compiled, facts: Facts, group: list[int]) -> bool:
    """Whether shares surely have the same base: `of` says so, or the words between 占 and the number do."""
    bases: set[object] = set()
    for index in group:
        figure = facts.figures[index]
        word = next(w for w in one.rule.words if w in figure.before)
        bases.add(figure.of if figure.of is not None else figure.before.rpartition(word)[2].strip("的总数 "))
    return len(bases) == 1 and bases != {""}


MAKERS = {"parts": _parts, "rates": _rates}
