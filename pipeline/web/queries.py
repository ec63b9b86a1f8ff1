"""The SQL of lists and overviews: read only, parameters bound, understood by DuckDB and PostgreSQL alike.

Lists are fetched in two steps: first the keys of one page in order, then the wide rows of those keys. Findings are
seven million rows at 100,000 reports, and their explanations are most of what they hold.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.store import Database
from pipeline.store.read import among
from pipeline.web.filters import PAGE, Filter

Row = dict[str, Any]
_PLACE = "r.report_id, r.organ, r.organ_kind, r.region_code, r.region, r.level, r.year"
_DECIDED = (
    "LEFT JOIN decisions x ON x.report_id = r.report_id AND x.check_id = f.check_id "
    "AND COALESCE(x.code, '') = COALESCE(f.code, '') AND COALESCE(x.applicant, '') = COALESCE(f.applicant, '') "
    "AND (x.document_id IS NULL OR x.document_id = r.document_id)"  # else it has lapsed: the finding is open again
)
_RANK = "CASE f.severity WHEN 'error' THEN 0 WHEN 'warning' THEN 1 ELSE 2 END"
_BOTH = (("findings", "document_id", 0), ("across_findings", "report_id", 1))
_FINDING = (
    "seq", "check_id", "code", "applicant", "verdict", "how", "severity", "left_text", "right_text", "difference",
    "cause", "explanation",
)  # fmt: skip
ALL_AT_ONCE = 200_000
"""The most findings that go into one workbook."""


def named(db: Database, names: str, sql: str, params: Sequence[Any] = ()) -> list[Row]:
    """The rows of a query under these names."""
    keys = names.split()
    return [dict(zip(keys, row, strict=True)) for row in db.select(sql, params)]


def province(column: str = "r.region_code") -> str:
    return f"substr({column}, 1, 2)"


# --- overview ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Coverage:
    """Reports by province (first two digits, "" for national or undecided) and year, and those with a fault."""

    years: tuple[int, ...]
    reports: dict[tuple[str, int], int]
    faulty: dict[tuple[str, int], int]

    def of(self, province: str, year: int | None = None) -> tuple[int, int]:
        """(reports, faulty ones) of a province, in one year or in all."""
        years = self.years if year is None else (year,)
        keys = [(province, one) for one in years]
        return sum(self.reports.get(k, 0) for k in keys), sum(self.faulty.get(k, 0) for k in keys)

    @property
    def provinces(self) -> list[str]:
        return sorted({province for province, _ in self.reports})


def coverage(db: Database) -> Coverage:
    rows = db.select(
        f"SELECT COALESCE({province()}, ''), COALESCE(r.year, 0), COUNT(*), "
        "SUM(CASE WHEN d.differs > 0 THEN 1 ELSE 0 END) "
        "FROM reports r JOIN documents d ON d.document_id = r.document_id GROUP BY 1, 2"
    )
    reports = {(row[0], int(row[1])): int(row[2]) for row in rows}
    faulty = {(row[0], int(row[1])): int(row[3]) for row in rows}
    return Coverage(tuple(sorted({year for _, year in reports})), reports, faulty)


def verdicts(db: Database) -> list[Row]:
    """Verdicts by check and severity, of the current version of every report and across years."""
    counted: dict[tuple[str, str, str], int] = {}
    for table, key, _ in _BOTH:
        for check, severity, verdict, count in db.select(
            f"SELECT f.check_id, f.severity, f.verdict, COUNT(*) FROM {table} f JOIN reports r ON r.{key} = f.{key} "
            "GROUP BY 1, 2, 3"
        ):
            place = (check, severity, verdict)
            counted[place] = counted.get(place, 0) + int(count)
    return [
        {"check": check, "severity": severity, "verdict": verdict, "count": count}
        for (check, severity, verdict), count in sorted(counted.items())
    ]


def totals(db: Database) -> Row:
    """Counts for the head of the overview."""
    (row,) = db.select(
        "SELECT COUNT(*), COUNT(DISTINCT r.organ || COALESCE(r.region_code, '')), SUM(d.printed), SUM(d.figures), "
        "SUM(d.findings), SUM(CASE WHEN d.differs > 0 THEN 1 ELSE 0 END) "
        "FROM reports r JOIN documents d ON d.document_id = r.document_id"
    )
    names = ("reports", "organs", "cells", "figures", "findings", "faulty")
    told: Row = {name: int(value or 0) for name, value in zip(names, row, strict=True)}
    told["decided"] = int(db.select("SELECT COUNT(*) FROM decisions WHERE decision <> 'pending'")[0][0])
    told["set_aside"] = int(db.select("SELECT COUNT(*) FROM set_aside")[0][0])
    return told


def region_codes(db: Database) -> list[str]:
    return [row[0] for row in db.select("SELECT DISTINCT region_code FROM reports WHERE region_code IS NOT NULL")]


def held_years(db: Database) -> list[int]:
    rows = db.select("SELECT DISTINCT year FROM reports WHERE year IS NOT NULL")
    return sorted((int(row[0]) for row in rows), reverse=True)


# --- reports -----------------------------------------------------------------------------------------------------

_ORDERS = {
    "worst": "d.differs DESC, r.region_code{c} NULLS LAST, r.organ{c} NULLS LAST, r.year DESC NULLS LAST",
    "region": "r.region_code{c} NULLS LAST, r.organ{c} NULLS LAST, r.year DESC NULLS LAST",
    "year": "r.year DESC NULLS LAST, r.region_code{c} NULLS LAST, r.organ{c} NULLS LAST",
    "late": "d.published_on{c} DESC NULLS LAST, r.region_code{c} NULLS LAST",
}


def reports(db: Database, chosen: Filter, size: int = PAGE, offset: int | None = None) -> list[Row]:
    """One page of the reports, in the order asked for; `offset` counts from the first where it is given."""
    condition, params = chosen.reports()
    order = _ORDERS[chosen.sort].format(c=db.by_bytes)
    keys = [
        row[0]
        for row in db.select(
            f"SELECT r.report_id FROM reports r JOIN documents d ON d.document_id = r.document_id WHERE {condition} "
            f"ORDER BY {order}, r.report_id LIMIT ? OFFSET ?",
            [*params, size, (chosen.page - 1) * size if offset is None else offset],
        )
    ]
    if not keys:
        return []
    rows = named(
        db,
        "report_id organ organ_kind region_code region level year versions document_id title form published_on cells "
        "printed figures findings differs problems source",
        f"SELECT {_PLACE}, r.versions, r.document_id, d.report_title, d.form, d.published_on, d.cells, d.printed, "
        "d.figures, d.findings, d.differs, d.problems, MIN(s.source) FROM reports r "
        "JOIN documents d ON d.document_id = r.document_id LEFT JOIN document_sources s "
        f"ON s.document_id = r.document_id WHERE r.report_id IN ({_marks(keys)}) GROUP BY {_PLACE}, r.versions, "
        "r.document_id, d.report_title, d.form, d.published_on, d.cells, d.printed, d.figures, d.findings, d.differs, "
        "d.problems",
        keys,
    )
    place = {key: n for n, key in enumerate(keys)}
    return sorted(rows, key=lambda row: place[row["report_id"]])


def count_reports(db: Database, chosen: Filter) -> int:
    condition, params = chosen.reports()
    return int(db.select(f"SELECT COUNT(*) FROM reports r WHERE {condition}", params)[0][0])


def groups(db: Database, chosen: Filter) -> list[Row]:
    """How many of the chosen reports there are of each level and kind."""
    condition, params = chosen.reports()
    return named(
        db,
        "level kind count",
        f"SELECT r.level, r.organ_kind, COUNT(*) FROM reports r WHERE {condition} GROUP BY 1, 2 ORDER BY 3 DESC",
        params,
    )


def organ_names(db: Database, chosen: Filter, most: int = 300) -> list[str]:
    """Names of organs of the chosen reports, for suggestions; governments first."""
    condition, params = chosen.reports()
    rows = db.select(
        "SELECT r.organ, MIN(CASE WHEN r.organ_kind = 'government' THEN 0 ELSE 1 END) AS k, MIN(r.region_code) AS c "
        f"FROM reports r WHERE r.organ IS NOT NULL AND {condition} GROUP BY r.organ ORDER BY k, c, r.organ LIMIT ?",
        [*params, most],
    )
    return [row[0] for row in rows]


# --- the work list -----------------------------------------------------------------------------------------------


def worklist(db: Database, chosen: Filter, size: int = PAGE, offset: int | None = None) -> list[Row]:
    """One page of findings, worst first: by severity, then by how much is wrong with the report."""
    keys = _keys(db, chosen, size, (chosen.page - 1) * size if offset is None else offset)
    return _wide(db, keys)


Key = tuple[str, str, int, int]
"""Report, document, 0 for its own findings or 1 for those across years, seq."""


def worklist_keys(db: Database, chosen: Filter, most: int = ALL_AT_ONCE) -> list[Key]:
    """The keys of all findings of a filter up to `most`; `worklist_rows` gives their rows, some thousand at a time."""
    return _keys(db, chosen, most, 0)


def worklist_rows(db: Database, keys: Sequence[Key]) -> list[Row]:
    return _wide(db, keys)


def _keys(db: Database, chosen: Filter, size: int, offset: int) -> list[Key]:
    condition, params = _where(chosen)
    parts = [
        f"SELECT r.report_id, r.document_id, {place} AS place, f.seq AS seq, {_RANK} AS rank, d.differs AS differs, "
        f"r.region_code AS code, r.organ AS organ, r.year AS year FROM {table} f JOIN reports r ON r.{key} = f.{key} "
        f"JOIN documents d ON d.document_id = r.document_id {_decided(chosen)} WHERE {condition}"
        for table, key, place in _BOTH
    ]
    c = db.by_bytes
    rows = db.select(
        f"SELECT report_id, document_id, place, seq FROM ({' UNION ALL '.join(parts)}) AS q "
        f"ORDER BY rank, differs DESC, code{c} NULLS LAST, organ{c} NULLS LAST, year DESC NULLS LAST, report_id, "
        "place, seq LIMIT ? OFFSET ?",
        [*params, *params, size, offset],
    )
    return [(row[0], row[1], int(row[2]), int(row[3])) for row in rows]


def _decided(chosen: Filter) -> str:
    """The join with decisions where the filter asks for one; without it each finding counts once all the same."""
    return "" if chosen.decision == "all" else _DECIDED


def _where(chosen: Filter) -> tuple[str, list[Any]]:
    reports, some = chosen.reports()
    findings, others = chosen.findings()
    return f"{findings} AND {reports}", [*others, *some]


def _wide(db: Database, keys: Sequence[Key]) -> list[Row]:
    found: dict[tuple[str, int, int], Row] = {}
    picked = ", ".join(f"f.{name}" for name in _FINDING)
    for table, key, place in _BOTH:
        wanted = sorted({(row[1] if place == 0 else row[0]) for row in keys if row[2] == place})
        if not wanted:
            continue
        documents = sorted({row[1] for row in keys if row[2] == place})
        for row in named(
            db,
            "report_id organ organ_kind region_code region level year document_id differs source decision reason "
            f"author decided_at value {' '.join(_FINDING)}",
            f"SELECT {_PLACE}, r.document_id, d.differs, s.source, x.decision, x.reason, x.author, x.decided_at, "
            f"x.value, {picked} FROM {table} f JOIN reports r ON r.{key} = f.{key} "
            "JOIN documents d ON d.document_id = r.document_id LEFT JOIN (SELECT document_id, MIN(source) AS source "
            f"FROM document_sources WHERE document_id IN ({_marks(documents)}) GROUP BY document_id) s "
            f"ON s.document_id = r.document_id {_DECIDED} {among(f'f.{key}', wanted)}",
            [*documents, *wanted],
        ):
            found[(row["report_id"], place, row["seq"])] = {**row, "across": place == 1}
    return [found[(report, place, seq)] for report, _, place, seq in keys if (report, place, seq) in found]


def facets(db: Database, chosen: Filter) -> list[Row]:
    """(check, severity, count) under a filter: what can be narrowed further, and how many there are in all."""
    condition, params = _where(chosen)
    parts = [
        f"SELECT f.check_id AS check_id, f.severity AS severity FROM {table} f JOIN reports r ON r.{key} = f.{key} "
        f"{_decided(chosen)} WHERE {condition}"
        for table, key, _ in _BOTH
    ]
    return named(
        db,
        "check severity count",
        f"SELECT check_id, severity, COUNT(*) FROM ({' UNION ALL '.join(parts)}) AS q GROUP BY 1, 2 ORDER BY 1, 2",
        [*params, *params],
    )


# --- facts ---------------------------------------------------------------------------------------------------------


def facts(db: Database, chosen: Filter, code: str, after: str, size: int) -> tuple[list[Row], str | None]:
    """All cells and figures of the next `size` reports behind `after`, and where the following page begins."""
    condition, params = chosen.reports()
    found = db.select(
        f"SELECT r.report_id, r.document_id FROM reports r WHERE r.report_id > ? AND {condition} "
        "ORDER BY r.report_id LIMIT ?",
        [after, *params, size + 1],
    )
    documents = [row[1] for row in found[:size]]
    following = found[size - 1][0] if len(found) > size else None
    if not documents:
        return [], None
    narrowed = " AND t.code = ?" if code else ""
    extra = [code] if code else []
    of = f"JOIN reports r ON r.document_id = t.document_id {among('t.document_id', documents)} WHERE TRUE{narrowed}"
    told = named(
        db,
        "report_id organ organ_kind region_code region level year kind seq code applicant state value unit bound low "
        "high measure channel scope category mention",
        f"SELECT {_PLACE}, 'cell' AS what, t.seq AS seq, t.code, t.applicant, t.state, t.value_base, t.base_unit, "
        f"'exact', t.value_base, t.value_base, 'level', NULL, NULL, NULL, t.printed FROM cells t {of} UNION ALL "
        f"SELECT {_PLACE}, 'figure', t.seq, t.code, t.applicant, 'printed', t.value, t.unit, t.bound, t.low, t.high, "
        f"t.measure, t.channel, t.scope, t.category, t.mention FROM figures t {of}",
        [*documents, *extra, *documents, *extra],
    )
    return sorted(told, key=lambda row: (row["report_id"], row["kind"], row["seq"])), following


def _marks(values: Sequence[Any]) -> str:
    return ", ".join("?" for _ in values)
