"""What the checks over years, levels and versions need of the database, and where they put what they find.

Every report carries the basis on which it was last checked (`across_done`): which document, which figures, whose last
year, under which rules. A report whose basis is another one today is checked again; so a year that arrives late, a
document that changed and rules that were edited are all noticed by one query, however many reports there are.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from pipeline.model import Cell, Evidence, Figure, Finding, Period, Report, Side, Why
from pipeline.store import rows
from pipeline.store.outlying import FIRST

if TYPE_CHECKING:
    from pipeline.store.database import Connection, Database


@dataclass(frozen=True, slots=True)
class Member:
    """A report as the checks see it. `last`, `earlier`: documents of last year's report and of the version before."""

    report_id: str
    document_id: str
    basis: str
    organ: str | None
    organ_kind: str | None
    region_code: str | None
    region: str | None
    level: str | None
    year: int | None
    last: str | None = None
    last_report: str | None = None
    earlier: str | None = None
    same_prose: bool = False
    """Whether it was checked before, under these rules, with the same document: what was alike still is."""

    @property
    def report(self) -> Report:
        return Report(
            organ=self.organ,
            organ_kind=self.organ_kind,  # type: ignore[arg-type]  # written from a Report
            region_code=self.region_code,
            region=self.region,
            level=self.level,  # type: ignore[arg-type]  # as above
            year=self.year,
        )


_FIELDS = "r.report_id, r.document_id, {basis}, r.organ, r.organ_kind, r.region_code, r.region, r.level, r.year"
_LAST = (
    "LEFT JOIN (SELECT MIN(report_id) AS report_id, MIN(document_id) AS document_id, MIN(version_id) AS version_id, "
    "organ, COALESCE(region_code, '') AS region, year + 1 AS next FROM reports WHERE organ IS NOT NULL AND "
    "(region_code IS NOT NULL OR level = 'national' OR LENGTH(organ) >= 6) "
    "GROUP BY organ, COALESCE(region_code, ''), year HAVING COUNT(*) = 1) l "
    "ON l.organ = r.organ AND l.next = r.year AND l.region = COALESCE(r.region_code, '') "
    "LEFT JOIN report_versions v ON v.report_id = r.report_id AND v.version_no = r.versions - 1"
)
"""Last year's report of an organ. Where the region is not known the organ's name must be long enough to name a place,
and no two organs of that name may be at hand."""
# || of an absent last year must not make the whole absent.
_BASIS = (
    "r.document_id || r.version_id || ' ' || COALESCE(l.document_id || l.version_id, '') || ' ' || "
    "COALESCE(v.document_id, '') || ' ' || ?"
)


def touched(db: Database, rules: str) -> tuple[list[Member], list[Member]]:
    """Reports whose basis is not the one they were checked on, and those checked that are no longer there."""
    columns = f"{_FIELDS.format(basis=_BASIS)}, l.document_id, l.report_id, v.document_id, d.basis"
    now = db.select(
        f"SELECT {columns} FROM reports r {_LAST} LEFT JOIN across_done d ON d.report_id = r.report_id "
        f"WHERE d.basis IS NULL OR d.basis <> {_BASIS} ORDER BY r.organ, r.region_code, r.year, r.report_id",
        (rules, rules),
    )
    gone = db.select(
        "SELECT d.report_id, d.organ, d.organ_kind, d.region_code, d.year FROM across_done d "
        "LEFT JOIN reports r ON r.report_id = d.report_id WHERE r.report_id IS NULL"
    )
    return (
        [replace(Member(*row[:-1]), same_prose=_same_prose(row[1], row[-1], rules)) for row in now],
        [Member(row[0], "", "", row[1], row[2], row[3], None, None, row[4]) for row in gone],
    )


def _same_prose(document: str, basis: str | None, rules: str) -> bool:
    return basis is not None and basis.startswith(document) and basis.endswith(f" {rules}")


def members(connection: Connection, condition: str, params: Sequence[Any], rules: str) -> list[Member]:
    """Reports (alias r) that meet a condition, in order."""
    columns = f"{_FIELDS.format(basis=_BASIS)}, l.document_id, l.report_id, v.document_id"
    found = connection.rows(
        f"SELECT {columns} FROM reports r {_LAST} WHERE {condition} ORDER BY r.report_id", (rules, *params)
    )
    return [Member(*row) for row in found]


UNITS = ("department", "township", "subdistrict", "zone", "institution")
"""Organs that the government of their region counts; its office reports for the government itself."""

_MUNICIPAL = "('11', '12', '31', '50')"
_ABOVE = (
    "CASE WHEN r.region_code LIKE '__0000' THEN '' WHEN r.region_code LIKE '____00' "
    "OR (SUBSTR(r.region_code, 1, 2) IN " + _MUNICIPAL + " AND SUBSTR(r.region_code, 3, 2) IN ('01', '02')) "
    "THEN SUBSTR(r.region_code, 1, 2) || '0000' ELSE SUBSTR(r.region_code, 1, 4) || '00' END"
)
"""The region directly above: a county's prefecture, a prefecture's province, a municipal district's municipality."""


def below(connection: Connection, governments: Sequence[str]) -> list[tuple[str, str, Member]]:
    """(government's report, document, report) for all reports directly below the governments of these reports."""
    units = ", ".join(f"'{kind}'" for kind in UNITS)
    wanted = f"p.report_id IN ({_marks(governments)}) AND p.organ_kind = 'government' AND r.year = p.year"
    columns = f"p.report_id, {_FIELDS.format(basis=chr(39) * 2)}"
    found = connection.rows(
        f"SELECT {columns} FROM reports p JOIN reports r ON r.region_code = p.region_code "
        f"WHERE {wanted} AND r.organ_kind IN ({units}) "
        f"UNION ALL SELECT {columns} FROM reports p JOIN reports r ON p.region_code = {_ABOVE} "
        f"WHERE {wanted} AND r.organ_kind = 'government' ORDER BY 1, 2",
        (*governments, *governments),
    )
    return [(row[0], row[2], Member(*row[1:])) for row in found]


def above(connection: Connection, reports: Sequence[str]) -> list[str]:
    """The reports of the governments that these reports are below of."""
    units = ", ".join(f"'{kind}'" for kind in UNITS)
    wanted = f"r.report_id IN ({_marks(reports)}) AND p.organ_kind = 'government' AND r.year = p.year"
    found = connection.rows(
        f"SELECT p.report_id FROM reports p JOIN reports r ON r.region_code = p.region_code "
        f"WHERE {wanted} AND r.organ_kind IN ({units}) "
        f"UNION SELECT p.report_id FROM reports p JOIN reports r ON p.region_code = {_ABOVE} "
        f"WHERE {wanted} AND r.organ_kind = 'government'",
        (*reports, *reports),
    )
    return [row[0] for row in found]


def of_region(connection: Connection, gone: Sequence[Member]) -> list[str]:
    """The reports of governments that reports which are no longer there were below of."""
    found: list[str] = []
    for member in gone:
        units = ", ".join(f"'{kind}'" for kind in UNITS)
        found += [
            row[0]
            for row in connection.rows(
                "SELECT p.report_id FROM reports p JOIN (SELECT CAST(? AS TEXT) AS region_code, "
                "CAST(? AS TEXT) AS kind, CAST(? AS INTEGER) AS year) r "
                "ON p.year = r.year AND p.organ_kind = 'government' WHERE "
                f"(r.kind IN ({units}) AND p.region_code = r.region_code) "
                f"OR (r.kind = 'government' AND p.region_code = {_ABOVE})",
                (member.region_code or "", member.organ_kind or "", member.year or 0),
            )
        ]
    return found


# --- facts -----------------------------------------------------------------------------------------------------------


def _marks(values: Sequence[Any]) -> str:
    return ", ".join("?" for _ in values)


_PLAIN: dict[Decimal, Decimal] = {}


def plain(value: Decimal | None) -> Decimal | None:
    """A number as it was read, without the zeros up to the database's scale; small ones are made once."""
    if value is None:
        return None
    found = _PLAIN.get(value)
    if found is None:
        whole = value.to_integral_value()
        found = whole if whole == value else value.normalize()
        if len(_PLAIN) < 100_000:
            _PLAIN[value] = found
    return found


def cells(connection: Connection, documents: Sequence[str], codes: Sequence[str] = ()) -> dict[str, list[Cell]]:
    """The cells of several documents, by document; with `codes` only those of these codes."""
    held: dict[str, list[Cell]] = {}
    only = f" AND code IN ({_marks(codes)})" if codes else ""
    if documents:
        for document, code, column, state, value, printed, unit, table, start, end, note, evidence in connection.rows(
            "SELECT document_id, code, applicant, state, value, printed, unit, form_table, start_pos, end_pos, note, "
            f"evidence FROM cells WHERE document_id IN ({_marks(documents)}){only} ORDER BY document_id, seq",
            (*documents, *codes),
        ):
            held.setdefault(document, []).append(
                Cell(
                    code=code, column=column, state=state, value=plain(value), printed=printed or "", unit=unit or "",
                    table=table, row=0, start=start or 0, end=end or 0, note=note, evidence=evidence,
                )
            )  # fmt: skip
    return held


def figures(connection: Connection, documents: Sequence[str]) -> dict[str, list[Figure]]:
    """The figures of those of the documents that tell of another year or of the whole jurisdiction."""
    held: dict[str, list[Figure]] = {}
    if not documents:
        return held
    for row in connection.rows(
        "SELECT document_id, code, value, unit, bound, low, high, measure, applicant, channel, scope, scope_kind, "
        "period_kind, period_from, category, part_of, zero_by_words, mention, before_text, start_pos, end_pos, "
        f"sentence_start, sentence_end, section FROM figures WHERE document_id IN ({_marks(documents)}) "
        "AND document_id IN (SELECT document_id FROM figures WHERE (code LIKE 't_.%' OR code LIKE 'requests.%') AND "
        "(period_kind = 'last_year' OR measure IN ('change', 'change_rate') OR scope_kind = 'jurisdiction')) "
        "ORDER BY document_id, seq",
        documents,
    ):
        held.setdefault(row[0], []).append(
            Figure(
                code=row[1], value=plain(row[2]) or Decimal(0), unit=row[3], bound=row[4], low=plain(row[5]),
                high=plain(row[6]), measure=row[7], column=row[8], channel=row[9], scope=row[10], scope_kind=row[11],
                period=Period(kind=row[12], begin=row[13]), category=row[14], part_of=row[15],
                zero_by_words=row[16], mention=row[17], before=row[18] or "", start=row[19], end=row[20],
                sentence=(row[21], row[22]), section=row[23], why=Why(alias="", rule=""),
            )
        )  # fmt: skip
    return held


def proposals(connection: Connection, documents: Sequence[str], checks: Sequence[str]) -> dict[str, list[Finding]]:
    """What these checks found in some documents, by document: the cell, the value printed and the one proposed."""
    held: dict[str, list[Finding]] = {}
    if not documents or not checks:
        return held
    for document, check, code, column, verdict, left, right in connection.rows(
        "SELECT document_id, check_id, code, applicant, verdict, left_low, right_low FROM findings "
        f"WHERE document_id IN ({_marks(documents)}) AND check_id IN ({_marks(checks)}) AND left_low IS NOT NULL "
        "ORDER BY document_id, seq",
        (*documents, *checks),
    ):
        left, right = plain(left), plain(right)
        held.setdefault(document, []).append(
            Finding(
                check=check, code=code, column=column, verdict=verdict, severity="info", explanation="",
                left=Side(low=left, high=left, text=""), right=Side(low=right, high=right, text=""),
                evidence=(Evidence(kind="cell", code=code, column=column),),
            )
        )  # fmt: skip
    return held


def texts(connection: Connection, documents: Sequence[str]) -> dict[str, str]:
    """The prose of several documents: their texts without the tables."""
    if not documents:
        return {}
    marks = _marks(documents)
    tables: dict[str, list[tuple[int, int]]] = {}
    for document, start, end in connection.rows(
        f"SELECT document_id, MIN(start_pos), MAX(end_pos) FROM cells WHERE document_id IN ({marks}) "
        "AND end_pos > 0 GROUP BY document_id, form_table",
        documents,
    ):
        tables.setdefault(document, []).append((start, end))
    held = connection.rows(f"SELECT document_id, text FROM texts WHERE document_id IN ({marks})", documents)
    return {document: without(text, tables.get(document, ())) for document, text in held}


def without(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """A text without some spans of it, which may overlap."""
    pieces, at = [], 0
    for start, end in sorted(spans):
        if start >= at:
            pieces.append(text[at:start])
        at = max(at, end)
    return "\n".join((*pieces, text[at:]))


# --- repetition ------------------------------------------------------------------------------------------------------

CROWD = 50
"""In a bucket of more reports only neighbours are compared: all pairs would be the square of their number."""


def put_buckets(
    db: Database, held: Mapping[str, Sequence[int]], gone: Sequence[str] = (), more: Sequence[str] = ()
) -> list[str]:
    """Replaces the buckets of some reports; gives all reports that share one with them, before or after.

    Those, and `more`, count as not checked from here on: who is stopped now has left them to the next one, who could
    not tell it by what changed.
    """
    import pyarrow as pa

    changed = pa.table({"report_id": pa.array([*held, *gone], pa.string())})
    lines = [(report, bucket) for report, buckets in held.items() for bucket in buckets]
    beside = (
        "SELECT DISTINCT b.report_id FROM text_buckets a JOIN text_buckets b ON b.bucket = a.bucket "
        "WHERE a.report_id IN (SELECT report_id FROM bucket_reports)"
    )
    with db.transaction() as connection:
        db.lock_merge(connection)
        connection.stage("bucket_reports", changed)
        before = connection.rows(beside)
        connection.run("DELETE FROM text_buckets WHERE report_id IN (SELECT report_id FROM bucket_reports)")
        connection.append("text_buckets", pa.Table.from_batches([rows.pack("text_buckets", lines)]))
        near = {row[0] for row in (*before, *connection.rows(beside))} - set(gone)
        connection.stage("to_check", pa.table({"report_id": pa.array([*near, *more], pa.string())}))
        connection.run("UPDATE across_done SET basis = '' WHERE report_id IN (SELECT report_id FROM to_check)")
    return sorted(near)


def alike(db: Database, reports: Sequence[str], least: int, most: int) -> dict[str, list[str]]:
    """For each report those that share at least so many buckets with it, most shared first, at most so many."""
    import pyarrow as pa

    sql = f"""
    WITH crowd AS (SELECT bucket, COUNT(*) AS many FROM text_buckets WHERE bucket IN
                   (SELECT bucket FROM text_buckets WHERE report_id IN (SELECT report_id FROM bucket_reports))
                   GROUP BY bucket HAVING COUNT(*) > 1),
    small AS (SELECT a.report_id AS x, b.report_id AS y FROM text_buckets a JOIN crowd c ON c.bucket = a.bucket
              JOIN text_buckets b ON b.bucket = a.bucket AND b.report_id <> a.report_id
              WHERE c.many <= {CROWD} AND a.report_id IN (SELECT report_id FROM bucket_reports)),
    line AS (SELECT t.report_id, LAG(t.report_id) OVER w AS before, LEAD(t.report_id) OVER w AS behind
             FROM text_buckets t JOIN crowd c ON c.bucket = t.bucket WHERE c.many > {CROWD}
             WINDOW w AS (PARTITION BY t.bucket ORDER BY t.report_id{db.by_bytes})),
    pairs AS (SELECT x, y FROM small UNION ALL SELECT report_id, before FROM line UNION ALL
              SELECT report_id, behind FROM line),
    counted AS (SELECT x, y, COUNT(*) AS shared FROM pairs WHERE y IS NOT NULL AND x IN
                (SELECT report_id FROM bucket_reports) GROUP BY x, y HAVING COUNT(*) >= {least}),
    ranked AS (SELECT x, y, ROW_NUMBER() OVER (PARTITION BY x ORDER BY shared DESC, y{db.by_bytes}) AS place
               FROM counted)
    SELECT x, y FROM ranked WHERE place <= {most} ORDER BY x{db.by_bytes}, place
    """
    found: dict[str, list[str]] = {}
    with db.transaction() as connection:
        connection.stage("bucket_reports", pa.table({"report_id": pa.array(reports, pa.string())}))
        for x, y in connection.rows(sql):
            found.setdefault(x, []).append(y)
    return found


# --- results ---------------------------------------------------------------------------------------------------------

_THERE = "SELECT c.report_id FROM across_checked c JOIN reports r ON r.report_id = c.report_id"


def save(
    db: Database, found: Mapping[str, Sequence[tuple[Finding, str | None]]], done: Sequence[Member],
    gone: Sequence[Member] = (),
) -> int:  # fmt: skip
    """Replaces the findings of reports, (finding, other report), and notes on what basis; all in one transaction."""
    import pyarrow as pa

    lines = [
        (report, seq, other, *rows.finding_row(finding))
        for report, held in found.items()
        for seq, (finding, other) in enumerate(held)
    ]
    noted = [(m.report_id, m.basis, m.organ, m.organ_kind, m.region_code, m.year) for m in done]
    checked = pa.table({"report_id": pa.array([*found, *(m.report_id for m in gone)], pa.string())})
    with db.transaction() as connection:
        db.lock_merge(connection)
        connection.stage("across_checked", checked)
        # A load may have made another report of a document since it was checked.
        there = set(connection.rows(_THERE))
        lines = [line for line in lines if (line[0],) in there]
        for table, made in (("across_findings", lines), ("across_done", noted)):
            spared = (
                f" AND (seq < {FIRST} OR report_id NOT IN (SELECT report_id FROM reports))" if made is lines else ""
            )
            connection.run(f"DELETE FROM {table} WHERE report_id IN (SELECT report_id FROM across_checked){spared}")
            connection.append(table, pa.Table.from_batches([rows.pack(table, made)]))
    return len(lines)
