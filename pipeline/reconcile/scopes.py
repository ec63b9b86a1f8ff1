"""Of what a figure speaks, seen from the report: the same as the tables, a part of it, or more than it.

A part that equals the cell agrees (`part`); a part that adds up to the cell with the other scopes of the passage agrees
(`sum`); a smaller part proves nothing; a larger one cannot be.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

from pipeline.model import Evidence, Figure
from pipeline.reconcile.facts import ZERO, Facts, Total, Vocabulary, bounds, figure_evidence
from pipeline.reconcile.verdicts import Outcome

Extent = Literal["whole", "narrower", "wider", "other"]
PASSAGE = 600
"""Characters before and behind a figure within which another scope belongs to the same passage."""

_GOVERNING = (None, "government", "township", "subdistrict", "zone")


class Relation(NamedTuple):
    extent: Extent
    why: str


WHOLE = Relation("whole", "")


def relation(facts: Facts, index: int, vocabulary: Vocabulary) -> Relation:
    """How far a figure reaches, compared with the report's tables."""
    figure = facts.figures[index]
    period = figure.period.kind
    if period != "year" and not (period == "since" and figure.code in vocabulary.stocks):
        return Relation("other", _PERIODS.get(period, "说的不是本年"))
    if not of_this_year(facts, figure):
        return Relation("other", f"说的是{(figure.period.begin or '')[:4]}年")
    kind, scope = figure.scope_kind, figure.scope or ""
    if kind == "own" or kind is None:
        if scope and any(word in scope for word in vocabulary.words.narrow_scopes) and _governs(facts):
            return Relation("narrower", f"说的是{scope}")
    elif kind == "jurisdiction":
        if not _governs(facts):
            return Relation("wider", f"说的是{scope or '全域'}，本报告只统计本机关")
    elif _governs(facts) or kind == "group":
        return Relation("narrower", f"说的是{scope or '部分单位'}")
    else:
        return Relation("wider", f"说的是{scope or '所属单位'}，不限于本机关")
    if figure.measure == "level" and not _countable(figure, vocabulary):
        return Relation("other", f"单位是{figure.unit}，与表中所计的不同")
    if foreign_part(facts, figure):
        return Relation("other", "只是另一个总数的一部分")
    if figure.code.startswith(("t2.", "t3.", "t4.")) and _is_breakdown(facts, figure, vocabulary):
        return Relation("narrower", f"只是其中的{figure.category or figure.channel or '一部分'}")
    return WHOLE


def foreign_part(facts: Facts, figure: Figure) -> bool:
    """Whether a figure is part of a whole that no table counts: 征求意见 11 件，其中规范性文件 5 件."""
    whole = figure.part_of
    if whole is None or not 0 <= whole < len(facts.figures) or figure.code[:3] not in _FAMILIES:
        return False
    return not facts.figures[whole].code.startswith(_FAMILIES[figure.code[:3]])


_FAMILIES = {"t2.": ("t2.",), "t3.": ("t3.", "requests."), "t4.": ("t4.",)}
"""What the whole of a table line's figure may be."""


def _countable(figure: Figure, vocabulary: Vocabulary) -> bool:
    """Whether the unit is one in which the indicator is counted: 撤下不宜公开的内容 3 条 are no requests denied."""
    units = vocabulary.units.get(figure.code)
    free = not figure.unit or figure.zero_by_words or figure.code in vocabulary.amounts
    return free or not units or figure.unit in units


def of_this_year(facts: Facts, figure: Figure) -> bool:
    """False where the figure names a year that is not the report's."""
    begin = figure.period.begin
    return begin is None or facts.report.year is None or begin[:4] == str(facts.report.year)


_PERIODS = {
    "last_year": "说的是上一年",
    "cumulative": "说的是历年累计",
    "part_year": "说的只是一年中的一段时间",
    "since": "说的是开始以来的累计",
}


def _governs(facts: Facts) -> bool:
    """True for a government's report, whose tables cover the jurisdiction; so too where the organ is not known."""
    return facts.report.organ_kind in _GOVERNING


def _is_breakdown(facts: Facts, figure: Figure, vocabulary: Vocabulary) -> bool:
    """Whether a figure is a part of what its own code counts: 规范性文件 38 件，其中经济领域 21 件."""
    whole = figure.part_of
    if whole is not None and 0 <= whole < len(facts.figures):
        # The category of a part of something else is only its label: 上年结转申请 within what was handled.
        return facts.figures[whole].code == figure.code
    if figure.category and not _is_name(figure.category, vocabulary.name(figure.code)):
        return True
    return bool(figure.channel and figure.channel != "all" and "+" not in figure.channel)


def _is_name(category: str, name: str) -> bool:
    """Whether a category is only the indicator's own name in other words (予以公开 of 予以公开, 结转 of 上年结转)."""
    return category in name or name in category


def judge(
    facts: Facts, index: int, outcome: Outcome, left: Total, right: Total, extent: Relation, vocabulary: Vocabulary
) -> tuple[Outcome, Total, str]:
    """The verdict on a figure that is not the report's own whole, with the left side (a sum where it has one)."""
    verdict = outcome.verdict
    if verdict == "agrees":
        return Outcome(verdict="agrees", how="part", difference=ZERO), left, ""
    if verdict == "agrees_if_blank_zero":
        return Outcome(verdict=verdict, how="part", missing=outcome.missing), left, ""
    if extent.extent == "other" or outcome.difference is None:
        return Outcome(verdict="not_comparable"), left, f"（{extent.why}）"
    if extent.extent == "narrower":
        summed = with_other_scopes(facts, index, right, vocabulary)
        if summed is not None:
            return Outcome(verdict="agrees", how="sum", difference=ZERO), summed, ""
    # Larger than the whole, or smaller than a part of itself: this cannot be, unless blanks leave it open.
    contradicts = outcome.difference > 0 if extent.extent == "narrower" else outcome.difference < 0
    if not contradicts:
        return Outcome(verdict="not_comparable"), left, f"（{extent.why}）"
    return outcome, left, f"（{extent.why}）"


def with_other_scopes(facts: Facts, index: int, right: Total, vocabulary: Vocabulary) -> Total | None:
    """The figure with the other scopes of its passage, if together they are the cell; else None."""
    figure = facts.figures[index]
    groups: dict[str, list[int]] = {}
    for other_index, other in enumerate(facts.figures):
        if abs(other.start - figure.start) > PASSAGE or other.section != figure.section or not other.scope:
            continue
        if other.scope != figure.scope and other.measure == "level" and other.period.kind == figure.period.kind:
            groups.setdefault(other.scope, []).append(other_index)
    total = Total()
    _add(total, index, figure)
    found = False
    for indexes in groups.values():
        same = [i for i in indexes if facts.figures[i].code == figure.code and facts.figures[i].column == figure.column]
        parts = set(vocabulary.parts.get(figure.code, ())) | vocabulary.leaves_of(figure.code)
        chosen = same[:1] or [i for i in indexes if facts.figures[i].code in parts]
        for i in chosen:
            _add(total, i, facts.figures[i])
            found = True
    if not found or total.low is None or total.high is None or right.low is None or right.high is None:
        return None
    return total if total.low <= right.high and right.low <= total.high else None


def _add(total: Total, index: int, figure: Figure) -> None:
    low, high = bounds(figure)
    total.low = None if total.low is None or low is None else total.low + low
    total.high = None if total.high is None or high is None else total.high + high
    total.terms.append((figure.scope or "", figure.value, False))
    evidence: Evidence = figure_evidence(index)
    total.evidence.append(evidence)
