"""The statements that bring staged rows into the tables: the same on DuckDB and PostgreSQL.

The documents stand in `new_documents` and `new_document_sources` (Arrow tables on DuckDB, temporary tables filled by
COPY on PostgreSQL); their rows are appended between `documents` and `SOURCES`. Everything
runs in one transaction. What comes out depends only on which documents are held and where each was last seen, never on
the order in which they came:

- a document's rows are replaced as a whole;
- the current document of a report is the one that is still seen at one of its places, has statutory tables, was
  published last, has more printed cells, more figures, and (so that something always decides) the larger SHA-256;
- the versions of a report are numbered in the same order, the current one last.
"""

from __future__ import annotations

from pipeline.store.places import ORGAN_ID, organs_of
from pipeline.store.schema import BY_NAME, OF_DOCUMENT

PREPARE: tuple[str, ...] = (
    "CREATE TEMP TABLE affected AS SELECT report_id FROM new_documents "
    "UNION SELECT d.report_id FROM documents d JOIN new_documents n ON n.document_id = d.document_id "
    "UNION SELECT d.report_id FROM documents d JOIN document_sources s ON s.document_id = d.document_id "
    "JOIN new_document_sources n ON n.source = s.source",
)

CLASH = (
    "SELECT n.sha256 FROM new_documents n JOIN documents d ON d.document_id = n.document_id AND d.sha256 <> n.sha256"
)
"""Two files whose SHA-256 begin alike: once in some ten thousand million millions, and then refused."""

KNOWN = "SELECT COUNT(*) FROM documents d JOIN new_documents n ON n.document_id = d.document_id"


def forget() -> list[str]:
    """Removes the rows of documents that are loaded again."""
    return [
        f"DELETE FROM {table} WHERE document_id IN (SELECT document_id FROM new_documents)" for table in OF_DOCUMENT
    ]


_ADDRESS = (
    "SELECT a.document_id, MIN(a.address{c}) AS address FROM ("
    "SELECT document_id, address FROM new_document_sources UNION ALL SELECT s.document_id, s.address "
    "FROM document_sources s JOIN new_documents d ON d.document_id = s.document_id WHERE NOT EXISTS (SELECT 1 "
    "FROM new_document_sources n WHERE n.source = s.source AND n.document_id = s.document_id "
    "AND n.address IS NOT NULL)) a GROUP BY a.document_id"
)
"""The address of a document that was seen at several: the first in order, whichever came last."""


def documents(c: str = "") -> list[str]:
    """The documents themselves, before their rows (PostgreSQL checks the reference at once).

    `c` compares text by bytes.
    """
    names = BY_NAME["documents"].names
    updates = ", ".join(f"{name} = excluded.{name}" for name in names if name != "document_id")
    taken = ", ".join("COALESCE(w.address, n.address)" if name == "address" else f"n.{name}" for name in names)
    return [
        f"INSERT INTO documents ({', '.join(names)}) SELECT {taken} FROM new_documents n "
        f"LEFT JOIN ({_ADDRESS.format(c=c)}) AS w ON w.document_id = n.document_id WHERE TRUE "
        f"ON CONFLICT (document_id) DO UPDATE SET {updates}",
        "DELETE FROM set_aside WHERE sha256 IN (SELECT sha256 FROM new_documents)",
    ]


SOURCES: tuple[str, ...] = (
    "UPDATE document_sources SET current = FALSE WHERE source IN (SELECT source FROM new_document_sources) "
    "AND EXISTS (SELECT 1 FROM new_document_sources n WHERE n.source = document_sources.source AND n.current "
    "AND n.document_id <> document_sources.document_id)",
    "INSERT INTO document_sources (source, document_id, address, current, retrieved_on) "
    "SELECT source, document_id, address, current, retrieved_on FROM new_document_sources WHERE TRUE "
    "ON CONFLICT (source, document_id) DO UPDATE SET address = COALESCE(excluded.address, document_sources.address), "
    "current = excluded.current, retrieved_on = CASE WHEN document_sources.retrieved_on IS NULL "
    "OR excluded.retrieved_on > document_sources.retrieved_on THEN excluded.retrieved_on "
    "ELSE document_sources.retrieved_on END",
)

_ORDER = "live DESC, has_cells DESC, COALESCE(published_on, '') DESC, printed DESC, figures DESC, sha256 DESC"

_RANKED = (
    "SELECT d.*, CASE WHEN EXISTS (SELECT 1 FROM document_sources s WHERE s.document_id = d.document_id AND s.current) "
    "THEN 1 ELSE 0 END AS live, CASE WHEN d.cells > 0 THEN 1 ELSE 0 END AS has_cells "
    "FROM documents d WHERE d.report_id IN (SELECT report_id FROM affected)"
)

_TOUCHED = "SELECT DISTINCT organ_id FROM reports WHERE report_id IN (SELECT report_id FROM affected)"

_REPORTS: tuple[str, ...] = (
    f"CREATE TEMP TABLE touched_organs AS {_TOUCHED}",
    "DELETE FROM report_versions WHERE report_id IN (SELECT report_id FROM affected)",
    "DELETE FROM reports WHERE report_id IN (SELECT report_id FROM affected)",
    f"CREATE TEMP TABLE ranked AS SELECT *, ROW_NUMBER() OVER (PARTITION BY report_id ORDER BY {_ORDER}) AS place "
    f"FROM ({_RANKED}) AS q",
    "INSERT INTO reports (report_id, organ, organ_kind, region_code, region, level, year, document_id, version_id, "
    "versions, documents, organ_id) SELECT r.report_id, r.organ, r.organ_kind, r.region_code, r.region, r.level, "
    "r.year, r.document_id, r.version_id, t.versions, t.documents, "
    f"CASE WHEN r.organ IS NOT NULL THEN {ORGAN_ID.format('r')} END "
    "FROM ranked r JOIN (SELECT report_id, "
    "COUNT(DISTINCT version_id) AS versions, COUNT(*) AS documents FROM ranked GROUP BY report_id) t "
    "ON t.report_id = r.report_id WHERE r.place = 1",
    "INSERT INTO report_versions (report_id, version_id, version_no, is_current, document_id, documents, published_on) "
    "SELECT v.report_id, v.version_id, ROW_NUMBER() OVER (PARTITION BY v.report_id ORDER BY v.best DESC), v.best = 1, "
    "r.document_id, v.documents, r.published_on FROM (SELECT report_id, version_id, MIN(place) AS best, "
    "COUNT(*) AS documents FROM ranked GROUP BY report_id, version_id) v "
    "JOIN ranked r ON r.report_id = v.report_id AND r.place = v.best",
    "DELETE FROM across_findings WHERE report_id IN (SELECT report_id FROM affected) "
    "AND report_id NOT IN (SELECT report_id FROM reports)",
    f"INSERT INTO touched_organs {_TOUCHED}",
    "DELETE FROM organs WHERE organ_id IN (SELECT organ_id FROM touched_organs)",
)


def reports(c: str = "") -> tuple[str, ...]:
    """Works out the reports of `affected` anew, their versions and their organs. `c` compares text by bytes."""
    return (
        *_REPORTS,
        organs_of("SELECT organ_id FROM touched_organs", c),
        "DROP TABLE ranked",
        "DROP TABLE affected",
        "DROP TABLE touched_organs",
    )
