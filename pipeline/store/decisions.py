"""Decisions about findings: confirmed, dismissed, corrected; by whom, when, about which document.

A decision is kept by report, rule, code and applicant, so it stands through later runs. It was made about one document:
where another one is the report's current document now, it has lapsed, and is told as such until someone decides anew.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from pipeline.errors import UsageError
from pipeline.store.identity import decision_id

if TYPE_CHECKING:
    from pipeline.store.database import Connection, Database

NAMES = {"confirmed": "确属问题", "dismissed": "不是问题", "corrected": "已更正", "pending": "待定"}


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision. `lapsed`: the document it was made about is no longer the report's current one."""

    report_id: str
    check: str
    code: str | None
    applicant: str | None
    decision: str
    value: Decimal | None
    reason: str | None
    author: str | None
    decided_at: str | None
    lapsed: bool
    organ: str | None = None
    year: int | None = None


def write(
    connection: Connection, report_id: str, check: str, code: str | None, applicant: str | None, decision: str | None,
    *, value: Decimal | None = None, reason: str | None = None, author: str | None = None,
    decided_at: str | None = None,
) -> None:  # fmt: skip
    """Writes a decision about the report's current document; None takes one back. Raises UsageError."""
    key = decision_id(report_id, check, code, applicant)
    connection.run("DELETE FROM decisions WHERE decision_id = ?", (key,))
    if decision is None:
        return
    if (decision == "corrected") != (value is not None):
        raise UsageError("「已更正」要写更正后的数（--value），其他处理意见不写")
    if decision == "dismissed" and not reason:
        raise UsageError("标为「不是问题」要写理由（--reason）")
    document = connection.value("SELECT document_id FROM reports WHERE report_id = ?", (report_id,))
    when = decided_at or datetime.now().astimezone().isoformat(timespec="seconds")
    connection.run(
        "INSERT INTO decisions (decision_id, report_id, check_id, code, applicant, decision, reason, author, "
        "decided_at, value, document_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (key, report_id, check, code or None, applicant or None, decision, reason, author, when, value, document),
    )


LAPSED = "d.document_id IS NOT NULL AND d.document_id <> r.document_id"
"""The condition, over decisions d and reports r, that a decision has lapsed."""


def held(db: Database, *, only_lapsed: bool = False) -> list[Decision]:
    """All decisions about reports that are there, by organ and year."""
    rows = db.select(
        "SELECT d.report_id, d.check_id, d.code, d.applicant, d.decision, d.value, d.reason, d.author, d.decided_at, "
        f"CASE WHEN {LAPSED} THEN 1 ELSE 0 END, r.organ, r.year FROM decisions d JOIN reports r "
        f"ON r.report_id = d.report_id WHERE {LAPSED if only_lapsed else 'TRUE'} "
        "ORDER BY r.organ, r.year, d.check_id, d.code, d.applicant"
    )
    return [Decision(*(*row[:9], bool(row[9]), *row[10:12])) for row in rows]


def told(
    decision: str, value: Decimal | None, author: str | None, decided_at: str | None, lapsed: bool, today: date
) -> str:
    """A decision in words: 已更正为 12（张三，3 天前）; one that has lapsed says so first."""
    name = NAMES.get(decision, decision)
    if value is not None:
        name += f"为 {value.normalize():f}"
    by = "，".join(part for part in (author, age(decided_at, today)) if part)
    text = f"{name}（{by}）" if by else name
    return f"已失效，文件已更换，请重新判断（原为：{text}）" if lapsed else text


def age(decided_at: str | None, today: date) -> str:
    """How long ago a decision was made; an empty text where that is not known."""
    try:
        days = (today - datetime.fromisoformat(decided_at or "").date()).days
    except ValueError:
        return ""
    return "今天" if days <= 0 else f"{days} 天前"


def resolve(db: Database, report: str) -> str:
    """The id of a report given by id, or by the file it was read from (its end is enough). Raises UsageError."""
    found = db.select(
        "SELECT DISTINCT r.report_id FROM reports r LEFT JOIN documents d ON d.report_id = r.report_id "
        "LEFT JOIN document_sources s ON s.document_id = d.document_id "
        "WHERE r.report_id = ? OR s.source = ? OR s.source LIKE ?",
        (report, report, f"%/{report}"),
    )
    if len(found) != 1:
        told_ = "没有这份报告" if not found else "有几份报告都叫这个名字，请写完整路径"
        raise UsageError(f"「{report}」：{told_}")
    return str(found[0][0])
