"""Values far beyond those of organs alike (B6, B7): what the database knows of them, and where the findings go.

Organs are alike that report for the same year, on the same level and are of the same kind. A report that comes, changes
or goes moves what is usual among its like, so the findings of its whole group are made anew, by two queries.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

from pipeline.model import Finding
from pipeline.store import rows

if TYPE_CHECKING:
    from pipeline.store.database import Connection, Database

FIRST = 1000
"""The findings of a report beside its like are numbered from here on: the checks of the report itself spare them."""
Group = tuple[int | None, str | None]
"""Year and kind of organ."""


class Outlier(NamedTuple):
    """A value above what nine in ten organs alike do not exceed."""

    report_id: str
    year: int
    level: str
    organ_kind: str
    code: str
    column: str | None
    value: Decimal
    organs: int
    high: Decimal


def above(db: Database, groups: Iterable[Group], codes: Sequence[str]) -> list[Outlier]:
    """The larger tenth of the values of these codes among the reports of some years and kinds of organ."""
    marks = ", ".join("?" for _ in codes)
    sql = f"""
    WITH held AS (SELECT r.report_id, r.year, r.level, r.organ_kind, c.code, c.applicant, c.value FROM alike_groups g
                  JOIN reports r ON r.year = g.year AND r.organ_kind = g.organ_kind
                  JOIN cells c ON c.document_id = r.document_id
                  WHERE r.level IS NOT NULL AND c.code IN ({marks}) AND c.value > 0
                  AND (c.applicant IS NULL OR c.applicant = 'total')),
    usual AS (SELECT year, level, organ_kind, code, COUNT(*) AS organs,
                     PERCENTILE_CONT(0.9) WITHIN GROUP (ORDER BY value) AS high
              FROM held GROUP BY year, level, organ_kind, code)
    SELECT h.report_id, h.year, h.level, h.organ_kind, h.code, h.applicant, h.value, u.organs, u.high FROM held h
    JOIN usual u ON u.year = h.year AND u.level = h.level AND u.organ_kind = h.organ_kind AND u.code = h.code
    WHERE h.value > u.high ORDER BY h.report_id{db.by_bytes}, h.code{db.by_bytes}
    """
    with db.transaction() as connection:
        _stage(connection, groups)
        found = connection.rows(sql, codes)
    return [
        Outlier(report, year, level, kind, code, column, _plain(value), organs, _plain(high))
        for report, year, level, kind, code, column, value, organs, high in found
    ]


_OF_GROUPS = "SELECT r.report_id FROM reports r JOIN alike_groups g ON r.year = g.year AND r.organ_kind = g.organ_kind"


def save(db: Database, groups: Iterable[Group], found: Mapping[str, Sequence[Finding]]) -> None:
    """Replaces what was found in these groups."""
    import pyarrow as pa

    lines = [
        (report, FIRST + seq, None, *rows.finding_row(finding))
        for report, held in found.items()
        for seq, finding in enumerate(held)
    ]
    with db.transaction() as connection:
        db.lock_merge(connection)
        _stage(connection, groups)
        connection.stage("outlying_found", pa.table({"report_id": pa.array([*found], pa.string())}))
        # A load may have made another report of a document since it was looked at.
        there = set(connection.rows(f"SELECT report_id FROM outlying_found WHERE report_id IN ({_OF_GROUPS})"))
        lines = [line for line in lines if (line[0],) in there]
        connection.run(f"DELETE FROM across_findings WHERE seq >= {FIRST} AND report_id IN ({_OF_GROUPS})")
        connection.append("across_findings", pa.Table.from_batches([rows.pack("across_findings", lines)]))


def _stage(connection: Connection, groups: Iterable[Group]) -> None:
    import pyarrow as pa

    known = sorted({(year, kind) for year, kind in groups if year is not None and kind is not None})
    columns = {
        "year": pa.array([y for y, _ in known], pa.int32()),
        "organ_kind": pa.array([k for _, k in known], pa.string()),
    }
    connection.stage("alike_groups", pa.table(columns))


def _plain(value: Any) -> Decimal:
    """A number without the zeros up to the database's scale; a percentile may come as a float."""
    number = Decimal(str(value))
    whole = number.to_integral_value()
    return whole if whole == number else number.normalize()
