"""The work list: the findings someone should look into, the grave ones first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from pipeline.errors import UsageError
from pipeline.store.decisions import LAPSED, told
from pipeline.store.dictionary import indicator_names, labels
from pipeline.store.read import EVERYTHING, Selection, where

if TYPE_CHECKING:
    from pipeline.store.database import Database

LEVELS = ("error", "warning", "info")
HEADINGS = (
    "严重程度", "地区", "机关", "年份", "核对项", "指标", "申请人", "结论", "左边", "右边", "相差", "说明",
    "可能原因", "处理意见", "来源",
)  # fmt: skip

_RANK = "CASE f.severity WHEN 'error' THEN 0 WHEN 'warning' THEN 1 ELSE 2 END"
_COLUMNS = (
    "f.severity, r.region_code, r.region, r.organ, r.year, f.check_id, f.code, f.applicant, f.verdict, f.left_text, "
    "f.right_text, f.difference, f.explanation, f.cause, d.decision, d.reason, s.source, r.report_id, r.document_id"
)
_DECIDED = f"d.value, d.author, d.decided_at, CASE WHEN {LAPSED} THEN 1 ELSE 0 END"
_JOINS = (
    "LEFT JOIN document_source s ON s.document_id = r.document_id LEFT JOIN decisions d ON d.report_id = r.report_id "
    "AND d.check_id = f.check_id AND COALESCE(d.code, '') = COALESCE(f.code, '') "
    "AND COALESCE(d.applicant, '') = COALESCE(f.applicant, '')"
)


@dataclass(frozen=True, slots=True)
class Work:
    """One finding with whom it concerns and what someone has decided about it."""

    severity: str
    region_code: str | None
    region: str | None
    organ: str | None
    year: int | None
    check: str
    code: str | None
    applicant: str | None
    verdict: str
    left: str | None
    right: str | None
    difference: Decimal | None
    explanation: str | None
    cause: str | None
    decision: str | None
    reason: str | None
    source: str | None
    report_id: str
    document_id: str
    value: Decimal | None = None
    author: str | None = None
    decided_at: str | None = None
    lapsed: bool = False
    """True where the decision was made about a document that is no longer the report's current one."""

    def decided(self, today: date | None = None) -> str | None:
        """The decision in words, with its age; None where there is none."""
        if self.decision is None:
            return None
        return told(self.decision, self.value, self.author, self.decided_at, self.lapsed, today or date.today())


def findings(
    db: Database, severity: str | None = None, selection: Selection = EVERYTHING, *,
    verdicts: Sequence[str] = ("differs",), open_only: bool = False,
) -> list[Work]:  # fmt: skip
    """The findings of the selected reports and across their years. `severity` means at least this grave.

    `open_only` leaves out what someone has decided on. Raises UsageError for an unknown severity.
    """
    condition, params = where(db, selection)
    if severity:
        if severity not in LEVELS:
            raise UsageError(f"--severity 应写 {'、'.join(LEVELS)} 之一，写的是「{severity}」")
        kept = LEVELS[: LEVELS.index(severity) + 1]
        condition += f" AND f.severity IN ({', '.join('?' for _ in kept)})"
        params += list(kept)
    if verdicts:
        # A rule that proves nothing (a copied text, a value far from last year's) is a warning without differing.
        marks = ", ".join("?" for _ in verdicts)
        condition += f" AND (f.verdict IN ({marks}) OR (f.severity <> 'info' AND f.verdict NOT LIKE 'agrees%'))"
        params += list(verdicts)
    if open_only:
        condition += f" AND (d.decision IS NULL OR ({LAPSED}))"

    def one(table: str, key: str, place: int) -> str:
        return (
            f"SELECT {_COLUMNS}, {_RANK}, {place}, f.seq, {_DECIDED} FROM reports r "
            f"JOIN {table} f ON f.{key} = r.{key} {_JOINS} WHERE {condition}"
        )

    rows = db.select(
        f"{one('findings', 'document_id', 0)} UNION ALL {one('across_findings', 'report_id', 1)}", [*params, *params]
    )
    rows.sort(key=lambda row: (row[19], row[1] or "~", row[3] or "~", row[4] or 0, row[17], row[20], row[21]))
    return [Work(*(*row[:19], *row[22:25], bool(row[25]))) for row in rows]


def worklist(
    db: Database, severity: str | None = None, region: str | None = None, year: int | None = None, *,
    years: Sequence[int] = (), level: str | None = None, organ: str | None = None, open_only: bool = False,
) -> list[list[Decimal | int | str | None]]:  # fmt: skip
    """The work list as lines under HEADINGS, in Chinese, for the terminal and for spreadsheets."""
    chosen = (*years, *((year,) if year is not None else ()))
    found = findings(db, severity, Selection(chosen, region, level, None, organ), open_only=open_only)
    named, codes = labels(), indicator_names()

    def label(column: str, value: str | None) -> str | None:
        return named.get(column, {}).get(value, value) if value else value

    return [
        [
            label("severity", w.severity), w.region, w.organ or "（机关未定）", w.year, w.check,
            codes.get(w.code or "", w.code), label("applicant", w.applicant), label("verdict", w.verdict), w.left,
            w.right, w.difference, w.explanation, w.cause, w.decided(), w.source,
        ]
        for w in found
    ]  # fmt: skip
