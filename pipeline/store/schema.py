"""The tables of the database, as data: one definition gives the DDL of both engines and the Arrow schema of the rows.

    regions        what the lexicon says of regions: years, parents, what they became
    organs ── reports                                                           (by organ_id; computed from reports)
    documents ─┬─ cells, figures, findings, sections, unread, problems, texts    (by document_id)
               ├─ document_sources                                              (every place it was seen at)
               └─ report_versions ── reports                                    (by report_id; computed from documents)

A database carries its version in `meta`; `migrations(dialect, found)` gives the statements that bring it up to date. A
column or table added later carries the number of the migration that added it (`since`), so an old database gets it by
ALTER TABLE and a new one by CREATE TABLE, from the same line.

On DuckDB the large tables have no key (measured on 5 million rows: 389 MB and 8.7 s with, 14 MB and 1.9 s without):
uniqueness follows from deleting by document before inserting, and a test asks for it. PostgreSQL has all constraints.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

Dialect = Literal["duckdb", "postgres"]
Kind = Literal["text", "int", "long", "number", "bool", "double", "time"]

SCALE = 10
"""Decimal places kept of a value: DECIMAL(38, 10) holds 28 digits before the point and every printed share."""

SQL_TYPES: dict[Kind, str] = {
    "text": "TEXT",
    "int": "INTEGER",
    "long": "BIGINT",
    "number": f"DECIMAL(38, {SCALE})",
    "bool": "BOOLEAN",
    "double": "DOUBLE PRECISION",
    "time": "TIMESTAMP",
}


@dataclass(frozen=True, slots=True)
class Column:
    name: str
    kind: Kind = "text"
    required: bool = False
    since: int = 1


@dataclass(frozen=True, slots=True)
class Table:
    """One table. `content` is False for what tells of runs and not of reports; it stays out of the content hash.

    `parent` names (column, table, deferrable) of a foreign key, which stands in PostgreSQL only.
    """

    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    large: bool = False
    content: bool = True
    parent: tuple[str, str, bool] | None = None
    indexes: tuple[tuple[str, ...], ...] = ()
    unhashed: frozenset[str] = frozenset()
    since: int = 1

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)


def _columns(text: str) -> tuple[Column, ...]:
    """`name`, `name:kind`, a trailing ! for NOT NULL, @n for the migration that added it."""
    found = []
    for word in text.split():
        word, _, since = word.partition("@")
        required = word.endswith("!")
        name, _, kind = word.rstrip("!").partition(":")
        found.append(Column(name, kind or "text", required, int(since or 1)))  # type: ignore[arg-type]  # checked by a test
    return tuple(found)


_PLACE = "organ organ_kind region_code region level year:int"
_OF_DOCUMENT = ("document_id", "documents", False)

TABLES: tuple[Table, ...] = (
    Table("meta", _columns("name! value"), ("name",), content=False),
    Table(
        "indicators",
        _columns("code! name! english unit units grouping kind stock:bool same_as sum_of position:int"),
        ("code",),
        content=False,
    ),
    Table(
        "regions",
        _columns(
            "code!@3 name!@3 first_year:int!@3 last_year:int@3 parent@3 level!@3 successor@3 lineage!@3 merged_into@3"
        ),
        ("code", "first_year"),
        content=False,
        since=3,
    ),
    Table(
        "organs",
        _columns(
            "organ_id!@3 organ!@3 organ_kind@3 region_code@3 region@3 level@3 first_year:int@3 last_year:int@3 "
            "reports:int!@3 series_id@3"
        ),
        ("organ_id",),
        indexes=(("series_id",), ("region_code",)),
        since=3,
    ),
    Table(
        "reports",
        _columns(f"report_id! {_PLACE} document_id! version_id! versions:int! documents:int! organ_id@3"),
        ("report_id",),
        indexes=(("year", "region_code"),),
    ),
    Table(
        "documents",
        _columns(
            f"document_id! sha256! report_id! version_id! media_type chars:int pages:int title address {_PLACE} form "
            "period_start period_end published_on report_title cells:int! printed:int! figures:int! findings:int! "
            "differs:int! problems:int! data_version"
        ),
        ("document_id",),
        parent=("report_id", "reports", True),
        indexes=(("report_id",), ("sha256",)),
        unhashed=frozenset({"data_version"}),
    ),
    Table(
        "document_sources",
        _columns("source! document_id! address current:bool! retrieved_on@3"),
        ("source", "document_id"),
        parent=_OF_DOCUMENT,
        indexes=(("document_id",),),
    ),
    Table(
        "report_versions",
        _columns("report_id! version_id! version_no:int! is_current:bool! document_id! documents:int! published_on"),
        ("report_id", "version_id"),
        parent=("report_id", "reports", True),
    ),
    Table(
        "cells",
        _columns(
            "document_id! seq:int! form_table! line:int! code! applicant state! value:number unit printed "
            "value_base:number base_unit note evidence start_pos:int end_pos:int page:int box"
        ),
        ("document_id", "seq"),
        large=True,
        parent=_OF_DOCUMENT,
        indexes=(("code", "applicant"),),
    ),
    Table(
        "figures",
        _columns(
            "document_id! seq:int! code! value:number unit bound low:number high:number measure of_code of_figure:int "
            "applicant channel scope scope_kind period_kind period_from period_to category part_of:int "
            "parts_exhaustive:bool zero_by_words:bool unit_implied:bool mention before_text start_pos:int end_pos:int "
            "sentence_start:int sentence_end:int section:int alias rule"
        ),
        ("document_id", "seq"),
        large=True,
        parent=_OF_DOCUMENT,
        indexes=(("code",),),
    ),
    Table(
        "findings",
        _columns(
            "document_id! seq:int! check_id! code applicant verdict! how severity! left_low:number left_high:number "
            "left_text right_low:number right_high:number right_text difference:number cause missing "
            "explanation evidence"
        ),
        ("document_id", "seq"),
        large=True,
        parent=_OF_DOCUMENT,
        indexes=(("verdict", "severity"),),
    ),
    Table(
        "sections",
        _columns("document_id! seq:int! number:int title start_pos:int end_pos:int"),
        ("document_id", "seq"),
        large=True,
        parent=_OF_DOCUMENT,
    ),
    Table(
        "unread",
        _columns("document_id! seq:int! text start_pos:int end_pos:int reason"),
        ("document_id", "seq"),
        large=True,
        parent=_OF_DOCUMENT,
    ),
    Table(
        "problems",
        _columns("document_id! seq:int! code! message"),
        ("document_id", "seq"),
        large=True,
        parent=_OF_DOCUMENT,
    ),
    Table("texts", _columns("document_id! text"), ("document_id",), large=True, parent=_OF_DOCUMENT),
    Table(
        "across_findings",
        _columns(
            "report_id! seq:int! other_report_id check_id! code applicant verdict! how severity! left_low:number "
            "left_high:number left_text right_low:number right_high:number right_text difference:number cause missing "
            "explanation evidence"
        ),
        ("report_id", "seq"),
        large=True,
        parent=("report_id", "reports", True),
    ),
    Table(
        "set_aside",
        _columns("sha256! source! code! reason data_version"),
        ("sha256",),
        unhashed=frozenset({"data_version"}),
    ),
    Table(
        "decisions",
        _columns(
            "decision_id! report_id! check_id! code applicant decision! reason author decided_at value:number@4 "
            "document_id@4"
        ),
        ("decision_id",),
        content=False,
        indexes=(("report_id",),),
    ),
    Table(
        "runs",
        _columns("run_id:int! status! parameters started_at:time! finished_at:time summary"),
        ("run_id",),
        content=False,
    ),
    Table(
        "run_documents",
        _columns("run_id:int! source! sha256 status! code reason seconds:double"),
        ("run_id", "source"),
        content=False,
        parent=("run_id", "runs", False),
    ),
    Table(
        "across_done",
        _columns("report_id!@2 basis!@2 organ@2 organ_kind@2 region_code@2 year:int@2"),
        ("report_id",),
        content=False,
        since=2,
    ),
    Table(
        "text_buckets",
        _columns("report_id!@2 bucket:long!@2"),
        ("report_id", "bucket"),
        large=True,
        content=False,
        since=2,
    ),
    Table("source_files", _columns("source! size:long! mtime_ns:long! sha256!"), ("source",), content=False),
)

BY_NAME: dict[str, Table] = {table.name: table for table in TABLES}
OF_DOCUMENT: tuple[str, ...] = ("cells", "figures", "findings", "sections", "unread", "problems", "texts")
"""The tables whose rows belong to one document and are replaced with it."""

VERSION = max(max(c.since for c in table.columns) for table in TABLES)
"""The version of the database this code writes."""


VIEWS = 11
"""Goes up when the views are written differently, so that databases get the new ones."""


def ddl(column: Column) -> str:
    return f"{column.name} {SQL_TYPES[column.kind]}" + (" NOT NULL" if column.required else "")


def create(table: Table, dialect: Dialect, until: int = VERSION) -> list[str]:
    """The statements that make a table with the columns it had in version `until`."""
    lines = [ddl(column) for column in table.columns if column.since <= until]
    keyed = dialect == "postgres" or not table.large
    if keyed:
        lines.append(f"PRIMARY KEY ({', '.join(table.key)})")
    statements = [f"CREATE TABLE IF NOT EXISTS {table.name} ({', '.join(lines)})"]
    if dialect == "postgres":
        statements += [
            f"CREATE INDEX IF NOT EXISTS {table.name}_{'_'.join(index)} ON {table.name} ({', '.join(index)})"
            for index in table.indexes
        ]
    return statements


def _foreign_key(table: Table) -> list[str]:
    if table.parent is None:
        return []
    column, parent, deferred = table.parent
    late = " DEFERRABLE INITIALLY DEFERRED" if deferred else ""
    return [
        f"ALTER TABLE {table.name} ADD CONSTRAINT {table.name}_{column}_fk "
        f"FOREIGN KEY ({column}) REFERENCES {parent} ({column}){late}"
    ]


def migrations(dialect: Dialect, found: int) -> list[tuple[int, list[str]]]:
    """(number, statements) of every migration after version `found` (0 for an empty database), in order."""
    steps = []
    for number in range(found + 1, VERSION + 1):
        statements: list[str] = []
        for table in TABLES:
            if table.since == number:
                statements += create(table, dialect, number)
            elif table.since < number:
                statements += [
                    f"ALTER TABLE {table.name} ADD COLUMN {ddl(column)}"
                    for column in table.columns
                    if column.since == number
                ]
        if dialect == "postgres":
            for table in TABLES:
                if table.since == number:
                    statements += _foreign_key(table)
        steps.append((number, statements))
    return steps


@cache
def arrow_schema(name: str) -> Any:
    """The Arrow schema of a table's rows."""
    import pyarrow as pa

    types = {
        "text": pa.string(),
        "int": pa.int32(),
        "long": pa.int64(),
        "number": pa.decimal128(38, SCALE),
        "bool": pa.bool_(),
        "double": pa.float64(),
        "time": pa.timestamp("us"),
    }
    return pa.schema([pa.field(c.name, types[c.kind], nullable=not c.required) for c in BY_NAME[name].columns])
