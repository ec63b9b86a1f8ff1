"""Rows of verdicts against findings.

A row holds if a finding that rests on this statement and speaks of this code has this verdict. "not comparable" is also
met by not_assessable and by no finding at all, "agrees" also by agrees_if_blank_zero.
"""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.evaluate.gold import Gold, GoldVerdict
from pipeline.evaluate.place import Plain
from pipeline.model import DocumentResult, Finding

_MET = {
    "agrees": {"agrees", "agrees_if_blank_zero"},
    "not_comparable": {"not_comparable", "not_assessable"},
    "not_assessable": {"not_comparable", "not_assessable"},
}


def verdict_rows(result: DocumentResult, gold: Gold) -> Iterator[tuple[GoldVerdict, bool, str]]:
    """Each row of the gold, whether it holds, and the verdicts found."""
    plain = Plain(result.document.text)
    for row in gold.verdicts or ():
        wanted = row.verdict.replace(" ", "_")
        spans = _spans(plain, row)
        figures = {i for i, f in enumerate(result.figures) for begin, end in spans if f.start < end and begin < f.end}
        codes = _codes(row, gold, result, figures)
        told = [f.verdict for f in result.findings if _speaks(f, codes, figures, spans)]
        met = _MET.get(wanted, {wanted})
        holds = any(verdict in met for verdict in told) or (not told and wanted == "not_comparable")
        yield row, holds, "、".join(sorted(set(told))) or "无"


def _spans(plain: Plain, row: GoldVerdict) -> list[tuple[int, int]]:
    """Where the statement stands: the occurrences whose text before fits best."""
    ctx = "".join(row.ctx.split())
    places = list(plain.places("".join(row.statement.split())))
    scored = [(plain.common_before(begin, ctx), begin, end) for begin, end in places]
    best = max((common for common, _, _ in scored), default=0)
    return [(begin, end) for common, begin, end in scored if common == best]


def _codes(row: GoldVerdict, gold: Gold, result: DocumentResult, figures: set[int]) -> set[str] | None:
    """The codes that count as the row's; None where the code is not judged (shares, changes, other:…)."""
    if row.code.startswith("other:"):
        return None
    codes = {row.code}
    for figure in gold.figures or ():
        if figure.mention == "".join(row.statement.split()) and row.code in figure.codes:
            codes.update(figure.codes)
    return codes


def _speaks(finding: Finding, codes: set[str] | None, figures: set[int], spans: list[tuple[int, int]]) -> bool:
    rests = any(
        (item.kind == "figure" and item.index in figures)
        or (
            item.kind == "text"
            and item.start is not None
            and item.end is not None
            and any(item.start < end and begin < item.end for begin, end in spans)
        )
        for item in finding.evidence
    )
    if not rests:
        return False
    return codes is None or finding.code in codes or any(item.code in codes for item in finding.evidence if item.code)
