"""The views: long facts, wide tables, the latest report of each organ. Made from the indicators, and anew with them.

facts            every cell and every figure of the current version of every report, one line each, with its source
facts_all        the same of every version ever read (is_current tells which)
current_cells, current_figures, current_findings   the tables, current versions only, with organ, region and year
cell_values      the one printed value of each cell of a form: NULL where it is blank, or printed twice and not alike
wide             one row per report: a column for each line of tables 2 and 4 and of the total column of table 3
wide_applicants  one row per report and applicant column: a column for each line of table 3
rates            every rate of every report that can be told (rate_views.py)
latest           the latest report of each organ, under whatever name it has gone on
"""

from __future__ import annotations

from collections.abc import Sequence

_WHO = "r.report_id, r.organ, r.organ_kind, r.region_code, r.region, r.level, r.year"


def column_name(code: str) -> str:
    """A code as the name of a column: t3.denied.state_secret → t3_denied_state_secret."""
    return code.replace(".", "_")


_OF = "d.report_id, d.document_id, d.organ, d.organ_kind, d.region_code, d.region, d.level, d.year, d.is_current"


def _facts(documents: str) -> str:
    return (
        f"SELECT {_OF}, 'cell' AS kind, c.seq, c.code, c.applicant, c.state, c.value, c.unit, c.value_base, "
        "c.base_unit, 'exact' AS bound, c.value_base AS low, c.value_base AS high, 'level' AS measure, "
        "NULL AS channel, NULL AS scope, NULL AS scope_kind, 'year' AS period_kind, NULL AS category, NULL AS part_of, "
        "c.printed AS mention, c.note, d.source, d.seen_address AS address, d.retrieved_on, "
        "c.start_pos, c.end_pos, c.page "
        f"FROM {documents} d JOIN cells c ON c.document_id = d.document_id UNION ALL "
        f"SELECT {_OF}, 'figure', f.seq, f.code, f.applicant, 'printed', f.value, f.unit, f.value, f.unit, "
        "f.bound, f.low, f.high, f.measure, f.channel, f.scope, f.scope_kind, f.period_kind, f.category, f.part_of, "
        "f.mention, NULL, d.source, d.seen_address, d.retrieved_on, f.start_pos, f.end_pos, NULL "
        f"FROM {documents} d JOIN figures f ON f.document_id = d.document_id"
    )


CELL_VALUES = (
    "SELECT document_id, code, applicant, "
    "CASE WHEN MIN(value_base) = MAX(value_base) THEN MAX(value_base) END AS value, "
    "CASE WHEN COUNT(value_base) = 0 AND MAX(CASE WHEN state = 'unreadable' THEN 1 ELSE 0 END) = 0 THEN 1 ELSE 0 END "
    "AS blank FROM cells GROUP BY document_id, code, applicant"
)


def picked(code: str, applicant: str | None) -> str:
    """The condition on cell_values for one cell of a form."""
    return f"c.code = '{code}'" + ("" if applicant is None else f" AND c.applicant = '{applicant}'")


def _wide(codes: Sequence[str], applicant: str | None) -> str:
    # CASE and not FILTER, which takes DuckDB seven times as long
    return ", ".join(
        f"MAX(CASE WHEN {picked(code, applicant)} THEN c.value END) AS {column_name(code)}" for code in codes
    )


def wide_of(reports: str, codes: Sequence[str]) -> str:
    """The wide table of some reports: `reports` is a table or view with the columns of `reports`."""
    lines3 = [code for code in codes if code.startswith("t3.")]
    lines24 = [code for code in codes if code.startswith(("t2.", "t4."))]
    s14 = [code for code in codes if code.startswith("s14.")]
    single = ", ".join(part for part in (_wide(lines24, None), _wide(lines3, "total"), _wide(s14, None)) if part)
    return (
        f"SELECT {_WHO}, r.document_id{', ' if single else ''}{single} FROM {reports} r LEFT JOIN cell_values c "
        f"ON c.document_id = r.document_id GROUP BY {_WHO}, r.document_id"
    )


def statements(codes: Sequence[str], rates: str) -> list[tuple[str, str]]:
    """(name, definition) of every view, in the order in which they build upon each other.

    `codes` are those of table cells, `rates` the definition of the view of rates.
    """
    lines3 = [code for code in codes if code.startswith("t3.")]
    views = [
        ("cell_values", CELL_VALUES),
        (
            "document_source",
            "SELECT document_id, COALESCE(MIN(CASE WHEN current THEN source END), MIN(source)) AS source, "
            "COALESCE(MIN(CASE WHEN current THEN address END), MIN(address)) AS address, "
            "COALESCE(MAX(CASE WHEN current THEN retrieved_on END), MAX(retrieved_on)) AS retrieved_on "
            "FROM document_sources GROUP BY document_id",
        ),
        (
            "all_documents",
            "SELECT d.*, s.source, s.address AS seen_address, s.retrieved_on, "
            "(r.document_id = d.document_id) AS is_current FROM documents d "
            "JOIN document_source s ON s.document_id = d.document_id JOIN reports r ON r.report_id = d.report_id",
        ),
        ("current_documents", "SELECT * FROM all_documents WHERE is_current"),
        ("facts", _facts("current_documents")),
        ("facts_all", _facts("all_documents")),
    ]
    for table in ("cells", "figures", "findings"):
        views.append(
            (
                f"current_{table}",
                f"SELECT {_WHO}, t.* FROM reports r JOIN {table} t ON t.document_id = r.document_id",
            )
        )
    views.append(("wide", wide_of("reports", codes)))
    if lines3:
        views.append(
            (
                "wide_applicants",
                f"SELECT {_WHO}, r.document_id, c.applicant, {_wide(lines3, None)} FROM reports r JOIN cell_values c "
                f"ON c.document_id = r.document_id AND c.code LIKE 't3.%' GROUP BY {_WHO}, r.document_id, c.applicant",
            )
        )
    views.append(("rates", rates))
    views.append(
        (
            "latest",
            "SELECT r.* FROM reports r LEFT JOIN organs o ON o.organ_id = r.organ_id WHERE r.year IS NOT NULL "
            "AND NOT EXISTS (SELECT 1 FROM reports n JOIN organs m ON m.organ_id = n.organ_id "
            "WHERE m.series_id = o.series_id AND n.year > r.year)",
        )
    )
    return views


NAMES = (
    "latest", "rates", "wide_applicants", "wide", "current_findings", "current_figures", "current_cells", "facts_all",
    "facts", "current_documents", "all_documents", "document_source",
    "cell_values",
)  # fmt: skip
"""All views, the ones that build upon others first: the order in which they can be dropped."""
