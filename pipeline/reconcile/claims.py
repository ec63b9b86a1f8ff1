"""Universals of the prose (均获维持, 零败诉, 均按期答复, 全部办结) against the cells (C13)."""

from __future__ import annotations

from collections.abc import Callable

from pipeline.model import Claim, Evidence, Finding
from pipeline.reconcile.base import CheckFunction, Compiled, compared, figure_total
from pipeline.reconcile.facts import Facts, Total, Vocabulary, add_ref, figure_evidence, number
from pipeline.reconcile.scopes import WHOLE, judge, relation
from pipeline.reconcile.verdicts import Outcome, meet

HUNDRED = 100


def _claim(one: Compiled) -> CheckFunction:
    kinds = {kind: _KINDS[kind] for kind in one.rule.claims if kind in _KINDS}

    def check(facts: Facts, found: list[Finding]) -> None:
        for claim in facts.claims:
            test = kinds.get(claim.kind)
            if test is not None:
                test(one, facts, claim, found)
        if "all_on_time" in kinds:
            _full_rate(one, facts, found)

    return check


def _place(claim: Claim) -> Evidence:
    return Evidence(kind="text", start=claim.start, end=claim.end)


def _head(one: Compiled, claim: Claim) -> str:
    return one.vocabulary.words.claims.get(claim.kind, claim.kind)


def _all_upheld(one: Compiled, facts: Facts, claim: Claim, found: list[Finding]) -> None:
    """均获维持 says that as many were upheld as the figures before it count."""
    vocabulary = one.vocabulary
    for index in claim.figures:
        figure = facts.figures[index]
        stem, _, last = figure.code.rpartition(".")
        if not stem.startswith("t4.") or last != "total":
            continue
        code = f"{stem}.upheld"
        right = Total()
        add_ref(right, facts, vocabulary, code, None)
        if not right.evidence:
            continue
        left = figure_total(facts, index, vocabulary, f"{_head(one, claim)}，即{vocabulary.name(code)}")
        outcome = _bounded(facts, meet(left, right), left, f"{stem}.total", vocabulary)
        extent = relation(facts, index, vocabulary)
        tail = ""
        if extent is not WHOLE:
            outcome, left, tail = judge(facts, index, outcome, left, right, extent, vocabulary)
        why = _others(one, facts, stem) if outcome.verdict == "differs" else ""
        tail += f"（{why}）" if why else ""
        head = vocabulary.name(code)
        found.append(
            compared(
                one.rule,
                one.rule.id,
                code,
                None,
                outcome,
                left,
                right,
                head,
                tail=tail,
                extra=(_place(claim),),
                of="表中",
                cause=why or None,
            )
        )


def _bounded(facts: Facts, outcome: Outcome, left: Total, total_code: str, vocabulary: Vocabulary) -> Outcome:
    """Blanks among the upheld cannot hold more than what the number stated leaves open in the totals.

    Nine suits, nine of them in the total of one group: then the blank group holds none, upheld or otherwise.
    """
    if outcome.verdict != "not_assessable" or outcome.lacking is None or left.high is None:
        return outcome
    totals = Total()
    add_ref(totals, facts, vocabulary, total_code, None)
    if totals.low is None or totals.unknown or left.high - totals.low >= outcome.lacking:
        return outcome
    return Outcome(verdict="differs", difference=outcome.difference, missing=outcome.missing)


def _others(one: Compiled, facts: Facts, stem: str) -> str:
    """表中另有尚未审结2件: what the cases are that were not upheld."""
    told = []
    for last in ("corrected", "other", "pending"):
        total = Total()
        add_ref(total, facts, one.vocabulary, f"{stem}.{last}", None)
        if total.evidence and total.low:
            told.append(f"{one.vocabulary.name(f'{stem}.{last}')}{number(total.low)}件")
    return f"表中另有{'、'.join(told)}" if told else ""


def _none_lost(one: Compiled, facts: Facts, claim: Claim, found: list[Finding]) -> None:
    """零败诉 says that no suit ended corrected; told of reviews only (零纠错), that no review did."""
    codes = [facts.figures[index].code for index in claim.figures]
    reviews = bool(codes) and all(code.startswith("t4.review.") for code in codes)
    code = "t4.review.corrected" if reviews else "t4.suit.corrected"
    if any(figure.code == code and figure.start == claim.start for figure in facts.figures):
        return  # the same words were read as a figure of 0, which is compared as such
    _none(one, facts, claim, code, None, _head(one, claim), found)


def _none(
    one: Compiled, facts: Facts, claim: Claim, code: str, column: str | None, left_label: str, found: list[Finding]
) -> Outcome | None:
    """A claim that says a cell is 0."""
    right = Total()
    add_ref(right, facts, one.vocabulary, code, column)
    if not right.evidence:
        return None
    left = Total()
    left.terms.append((left_label, "0", False))
    left.evidence += [figure_evidence(index) for index in claim.figures]
    outcome = meet(left, right)
    if outcome.verdict == "differs" and not _sure(one, facts, claim):
        outcome = Outcome(verdict="not_comparable", difference=outcome.difference)
    head = one.vocabulary.name(code)
    found.append(
        compared(one.rule, one.rule.id, code, None, outcome, left, right, head, extra=(_place(claim),), of="表中")
    )
    return outcome


def _sure(one: Compiled, facts: Facts, claim: Claim) -> bool:
    """Whether the claim speaks of all that the report counts, not of a part, nor only of what was handled anyway."""
    if any(relation(facts, index, one.vocabulary) is not WHOLE for index in claim.figures):
        return False
    return claim.kind != "all_closed" or any(facts.figures[index].code != "t3.handled" for index in claim.figures)


def _all_closed(one: Compiled, facts: Facts, claim: Claim, found: list[Finding]) -> None:
    """全部办结 cannot be said of requests beside a carry-over, nor of reviews and suits beside pending ones."""
    label = _head(one, claim)
    codes = {facts.figures[index].code for index in claim.figures}
    if codes & {"t3.received", "t3.handled", "requests.intake"}:
        _none(one, facts, claim, "t3.carried_out", "total", f"{label}，即没有结转", found)
    for code in sorted(codes):
        if code in ("t4.review.total", "t4.suit.total"):
            pending = f"{code.rpartition('.')[0]}.pending"
            _none(one, facts, claim, pending, None, f"{label}，即没有未审结", found)


def _all_natural(one: Compiled, facts: Facts, claim: Claim, found: list[Finding]) -> None:
    """均为自然人 says that the column 自然人 holds all of the number before it."""
    for index in claim.figures:
        figure = facts.figures[index]
        if figure.code not in ("t3.received", "t3.handled") or figure.column:
            continue
        right = Total()
        add_ref(right, facts, one.vocabulary, figure.code, "natural")
        if not right.evidence:
            continue
        name = one.vocabulary.where(figure.code, "natural")
        left = figure_total(facts, index, one.vocabulary, f"{_head(one, claim)}，即{name}")
        outcome = meet(left, right)
        extent = relation(facts, index, one.vocabulary)
        tail = ""
        if extent is not WHOLE:
            outcome, left, tail = judge(facts, index, outcome, left, right, extent, one.vocabulary)
        found.append(
            compared(
                one.rule, one.rule.id, figure.code, "natural", outcome, left, right, name, tail=tail,
                extra=(_place(claim),), of="表中",
            )
        )  # fmt: skip


def _all_on_time(one: Compiled, facts: Facts, claim: Claim, found: list[Finding]) -> None:
    """均按期答复 holds where everything was handled and nothing overdue; a carry-over may lawfully be pending."""
    figures = [index for index in claim.figures if facts.figures[index].code.startswith(("t3.", "requests."))]
    if not figures:
        return
    whole = all(relation(facts, index, one.vocabulary) is WHOLE for index in figures)
    evidence = (*(figure_evidence(index) for index in figures), _place(claim))
    _on_time(one, facts, _head(one, claim), evidence, whole, found)


def _full_rate(one: Compiled, facts: Facts, found: list[Finding]) -> None:
    """按时办结率100% is the same claim as a figure."""
    for index, figure in enumerate(facts.figures):
        if figure.code == "requests.on_time_rate" and figure.value == HUNDRED and figure.bound == "exact":
            whole = relation(facts, index, one.vocabulary) is WHOLE
            _on_time(
                one,
                facts,
                f"{one.vocabulary.name(figure.code)}{figure.mention}",
                (figure_evidence(index),),
                whole,
                found,
            )


def _on_time(
    one: Compiled, facts: Facts, head: str, evidence: tuple[Evidence, ...], whole: bool, found: list[Finding]
) -> None:
    code = "requests.on_time_rate"
    overdue = [
        (index, figure)
        for index, figure in enumerate(facts.figures)
        if figure.code == "requests.overdue" and figure.measure == "level" and figure.period.kind == "year"
    ]
    late = next(((index, figure) for index, figure in overdue if figure.value > 0), None)
    open_ = Total()
    add_ref(open_, facts, one.vocabulary, "t3.carried_out", "total")
    left = Total()
    left.terms.append((f"{head}，即没有逾期或未办", "0", False))
    if late is not None and whole:
        right = figure_total(facts, late[0], one.vocabulary, "文中逾期答复")
        outcome = meet(left, right)
    elif not open_.evidence:
        return
    else:
        right = open_
        outcome = meet(left, right)
        if outcome.verdict == "differs" or not whole:
            outcome = Outcome(verdict="not_assessable", missing=("结转件是否仍在法定期限内",))
    name = one.vocabulary.name(code)
    found.append(compared(one.rule, one.rule.id, code, None, outcome, left, right, name, extra=evidence))


_KINDS: dict[str, Callable[[Compiled, Facts, Claim, list[Finding]], None]] = {
    "all_upheld": _all_upheld,
    "none_lost": _none_lost,
    "all_closed": _all_closed,
    "all_on_time": _all_on_time,
    "all_natural": _all_natural,
}

MAKERS: dict[str, Callable[[Compiled], CheckFunction]] = {"claim": _claim}
