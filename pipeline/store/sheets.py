"""What an export holds: the reports, the long table, the wide table, the findings, each as a query with its headings.

The order of rows depends on content alone (region, organ, year, then place in the document).
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.errors import StoreError, UsageError
from pipeline.lexicon.schema.core import Indicator
from pipeline.store.cellsafe import text_of
from pipeline.store.dictionary import base_unit, cell_codes, headings, names
from pipeline.store.read import EVERYTHING, Selection, where
from pipeline.store.views import column_name, wide_of

if TYPE_CHECKING:
    from pipeline.store.database import Database

SEEN = ("source", "address", "retrieved_on")
WHO = ("region_code", "region", "organ", "organ_kind", "level", "year")
REPORTS = (
    *WHO, "form", "period_start", "period_end", "published_on", "report_title", "versions", "documents", "cells",
    "printed", "figures", "findings", "differs", "problems", "media_type", *SEEN, "sha256", "report_id",
    "document_id",
)  # fmt: skip
LONG = (
    *WHO, "kind", "code", "name", "applicant", "state", "value", "unit", "value_base", "base_unit", "bound", "low",
    "high", "measure", "channel", "scope", "scope_kind", "period_kind", "category", "part_of", "mention", "note",
    "source", "address", "retrieved_on", "start_pos", "end_pos", "page", "seq", "report_id", "document_id",
)  # fmt: skip
FINDINGS = (
    *WHO, "check_id", "severity", "verdict", "how", "code", "name", "applicant", "left_text", "right_text",
    "difference", "explanation", "cause", "missing", *SEEN, "report_id", "document_id",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table of an export. `names` are the column names, `heads` their Chinese headings."""

    key: str
    title: str
    names: tuple[str, ...]
    heads: tuple[str, ...]
    sql: str
    params: tuple[Any, ...]

    @contextmanager
    def batches(self, db: Database, size: int = 20_000) -> Iterator[Iterator[Any]]:
        """The rows as Arrow record batches, while the connection is open."""
        with db.reading() as connection:
            yield connection.stream(self.sql, self.params, size)

    def count(self, db: Database) -> int:
        return int(db.select(f"SELECT COUNT(*) FROM ({self.sql}) AS q", self.params)[0][0])


def sheets(db: Database, selection: Selection = EVERYTHING, *, versions: bool = False) -> tuple[Sheet, ...]:
    """All tables of an export of the selected reports; with `versions` also what is no longer current."""
    lexicon = names()
    heads = headings(lexicon)
    condition, params = where(db, selection)
    c = db.by_bytes
    order = f"r.region_code{c} NULLS LAST, r.organ{c} NULLS LAST, r.year NULLS LAST, r.report_id{c}"
    indicators = {row.code: row for row in lexicon.rows(Indicator)}
    more: tuple[str, ...] = ()
    base, facts, by_document = "reports", "facts", ""
    if versions:
        more, base, facts = ("is_current", "version_id"), "all_documents", "facts_all"
        by_document = f", r.document_id{c}"

    def told(columns: Sequence[str], tables: dict[str, str]) -> str:
        return ", ".join(tables.get(n, f"r.{n}") for n in columns)

    def sheet(key: str, title: str, columns: tuple[str, ...], sql: str, given: tuple[str, ...] | None = None) -> Sheet:
        return Sheet(key, title, columns, given or tuple(heads.get(n, n) for n in columns), sql, tuple(params))

    columns = (*REPORTS, *more)
    of_document = {n: f"d.{n}" for n in columns if n not in WHO} | {
        "versions": "r.versions", "documents": "r.documents", "address": "d.seen_address AS address",
    }  # fmt: skip
    reports = (
        f"SELECT {told(columns, of_document)} FROM reports r JOIN all_documents d "
        f"ON {'d.report_id = r.report_id' if versions else 'd.document_id = r.document_id'} "
        f"WHERE {condition} ORDER BY {order}{by_document.replace('r.', 'd.')}"
    )
    seen = {n: f"s.{n}" for n in SEEN}
    long = (
        f"SELECT {told((*LONG, *more[:1]), {'name': 'i.name'})} FROM {facts} r "
        f"LEFT JOIN indicators i ON i.code = r.code WHERE {condition} ORDER BY {order}{by_document}, r.kind{c}, r.seq"
    )
    codes = cell_codes(lexicon)
    wide_names = (*WHO, *(column_name(code) for code in codes), *SEEN, "report_id", "document_id")
    wide_heads = [*(heads.get(n, n) for n in WHO), *(_wide_head(indicators[code]) for code in codes)]
    wide_heads += [heads.get(n, n) for n in (*SEEN, "report_id", "document_id")]
    wide = (
        f"SELECT {told(wide_names, seen)} FROM ({wide_of(base, codes)}) r LEFT JOIN document_source s "
        f"ON s.document_id = r.document_id WHERE {condition} ORDER BY {order}{by_document}"
    )
    return (
        sheet("reports", "报告", columns, reports),
        sheet("long", "长表", (*LONG, *more[:1]), long),
        sheet("wide", "宽表", wide_names, wide, _unlike(wide_heads, wide_names)),
        Sheet(
            "findings", "核对结果", FINDINGS, tuple(heads.get(n, n) for n in FINDINGS),
            *_findings(base, condition, tuple(params), c),
        ),
    )  # fmt: skip


def _wide_head(indicator: Indicator) -> str:
    unit = base_unit(indicator)
    return f"{indicator.name}（{unit}）" if unit else indicator.name


def _unlike(heads: list[str], columns: tuple[str, ...]) -> tuple[str, ...]:
    """Headings made different where two are alike, by the name of the column."""
    return tuple(
        head if heads.count(head) == 1 else f"{head} {column}" for head, column in zip(heads, columns, strict=True)
    )


def _findings(base: str, condition: str, params: tuple[Any, ...], c: str) -> tuple[str, tuple[Any, ...]]:
    """Findings of documents and across years, by organ."""

    def one(table: str, key: str, place: int) -> str:
        outside = {"name": "i.name", "document_id": "r.document_id", **{n: f"s.{n}" for n in SEEN}}
        own = (*WHO, "report_id")
        picked = ", ".join(outside.get(n) or (f"r.{n}" if n in own else f"f.{n}") for n in FINDINGS)
        of = base if key == "document_id" else "reports"
        return (
            f"SELECT {picked}, {place} AS place, f.seq FROM {of} r JOIN {table} f ON f.{key} = r.{key} "
            "LEFT JOIN indicators i ON i.code = f.code LEFT JOIN document_source s ON s.document_id = r.document_id "
            f"WHERE {condition}"
        )

    order = f"region_code{c} NULLS LAST, organ{c} NULLS LAST, year NULLS LAST, report_id{c}, document_id{c}, place, seq"
    union = f"{one('findings', 'document_id', 0)} UNION ALL {one('across_findings', 'report_id', 1)}"
    return f"SELECT {', '.join(FINDINGS)} FROM ({union}) AS q ORDER BY {order}", (*params, *params)


def write_table(
    path: Path, heads: Sequence[str], rows: Iterable[Sequence[Decimal | int | str | None]], *, sheet: str = "数据"
) -> None:
    """One table of our own (a ranking, a work list) as .xlsx or .csv, by the name of the file."""
    suffix = path.suffix.lower()
    if suffix not in (".xlsx", ".csv"):
        raise UsageError(f"「{path.name}」应以 .xlsx 或 .csv 结尾")
    if not path.parent.is_dir():
        raise UsageError(f"文件夹 {path.parent} 不存在，请先建立")
    try:
        if suffix == ".xlsx":
            from pipeline.store.xlsx import write_tables

            write_tables(path, [(sheet, heads, rows)])
            return
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(heads)
            writer.writerows([text_of(value) for value in row] for row in rows)
    except OSError as error:
        raise StoreError(f"写不了 {path}：{error.strerror or error}，请检查磁盘和权限") from error


def write_tables(
    path: Path, tables: Sequence[tuple[str, Sequence[str], Iterable[Sequence[Decimal | int | str | None]]]]
) -> None:
    """Several tables, (title, headings, rows), as the sheets of one .xlsx."""
    from pipeline.store import xlsx

    if not path.parent.is_dir():
        raise UsageError(f"文件夹 {path.parent} 不存在，请先建立")
    try:
        xlsx.write_tables(path, tables)
    except OSError as error:
        raise StoreError(f"写不了 {path}：{error.strerror or error}，请检查磁盘和权限") from error
