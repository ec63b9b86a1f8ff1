"""The SQL of one report: who and which version, its decisions, its other years."""

from __future__ import annotations

from typing import Any

from pipeline.model import Finding
from pipeline.store import Database
from pipeline.store.decisions import LAPSED
from pipeline.store.read import finding
from pipeline.store.schema import BY_NAME
from pipeline.web.originals import Original
from pipeline.web.queries import Row, named

DecisionKey = tuple[str, str, str]
"""Check, code and applicant of a finding, empty where there is none: what a decision is about."""


def report(db: Database, report_id: str) -> Row | None:
    """The report's line, with its current document."""
    rows = named(
        db,
        "report_id organ organ_kind region_code region level year versions documents document_id",
        "SELECT report_id, organ, organ_kind, region_code, region, level, year, versions, documents, document_id "
        "FROM reports WHERE report_id = ?",
        (report_id,),
    )
    return rows[0] if rows else None


def versions(db: Database, report_id: str) -> list[Row]:
    """The versions of a report, the current one first, each with its places."""
    rows = named(
        db,
        "version_id version_no is_current document_id documents published_on media_type printed figures differs",
        "SELECT v.version_id, v.version_no, v.is_current, v.document_id, v.documents, v.published_on, d.media_type, "
        "d.printed, d.figures, d.differs FROM report_versions v JOIN documents d ON d.document_id = v.document_id "
        "WHERE v.report_id = ? ORDER BY v.version_no DESC",
        (report_id,),
    )
    places: dict[str, list[tuple[str, str | None]]] = {}
    for version, source, address in db.select(
        "SELECT d.version_id, s.source, s.address FROM documents d JOIN document_sources s "
        "ON s.document_id = d.document_id WHERE d.report_id = ? ORDER BY s.source",
        (report_id,),
    ):
        places.setdefault(version, []).append((source, address))
    return [{**row, "places": places.get(row["version_id"], [])} for row in rows]


def belongs(db: Database, report_id: str, document_id: str) -> bool:
    """Whether a document is a version of a report."""
    return bool(db.select("SELECT 1 FROM documents WHERE document_id = ? AND report_id = ?", (document_id, report_id)))


def original(db: Database, document_id: str) -> Original | None:
    """What is known of the file of a document."""
    told = db.select("SELECT sha256, media_type FROM documents WHERE document_id = ?", (document_id,))
    if not told:
        return None
    places = db.select("SELECT source FROM document_sources WHERE document_id = ? ORDER BY source", (document_id,))
    return Original(told[0][0], told[0][1], tuple(row[0] for row in places[:20]))


def other_years(db: Database, row: Row) -> list[Row]:
    """The same organ's reports of all years, the oldest first."""
    if row["organ"] is None:
        return []
    return named(
        db,
        "report_id year document_id",
        "SELECT report_id, year, document_id FROM reports WHERE organ = ? AND COALESCE(region_code, '') = ? "
        "AND year IS NOT NULL ORDER BY year",
        (row["organ"], row["region_code"] or ""),
    )


def across(db: Database, report_id: str) -> list[tuple[Finding, str | None]]:
    """Findings across the years and levels of a report, each with the other report's id."""
    names = BY_NAME["across_findings"].names
    rows = db.select(f"SELECT {', '.join(names)} FROM across_findings WHERE report_id = ? ORDER BY seq", (report_id,))
    told = [dict(zip(names, row, strict=True)) for row in rows]
    return [(finding(row), row["other_report_id"]) for row in told]


def decisions(db: Database, report_id: str) -> dict[DecisionKey, Row]:
    """What was decided about the findings of a report."""
    rows = named(
        db,
        "check code applicant decision reason author decided_at value lapsed",
        "SELECT d.check_id, COALESCE(d.code, ''), COALESCE(d.applicant, ''), d.decision, d.reason, d.author, "
        f"d.decided_at, d.value, CASE WHEN {LAPSED} THEN 1 ELSE 0 END "
        "FROM decisions d JOIN reports r ON r.report_id = d.report_id WHERE d.report_id = ?",
        (report_id,),
    )
    return {(row["check"], row["code"], row["applicant"]): row for row in rows}


def known_reports(db: Database, report_ids: list[str]) -> set[str]:
    """Which of these reports there are."""
    if not report_ids:
        return set()
    marks = ", ".join("?" for _ in report_ids)
    rows: list[tuple[Any, ...]] = db.select(f"SELECT report_id FROM reports WHERE report_id IN ({marks})", report_ids)
    return {row[0] for row in rows}


def report_ids(db: Database, organs: list[str], region: str = "") -> list[tuple[str, str, str | None]]:
    """(report id, organ, region code) of all reports of these organs, by full name."""
    if not organs:
        return []
    marks = ", ".join("?" for _ in organs)
    params: list[Any] = [*organs]
    condition = ""
    if region:
        condition = " AND region_code LIKE ?"
        params.append(region + "%")
    rows = db.select(
        f"SELECT report_id, organ, region_code FROM reports WHERE organ IN ({marks}) AND year IS NOT NULL{condition} "
        "ORDER BY organ, year",
        params,
    )
    return [(row[0], row[1], row[2]) for row in rows]
