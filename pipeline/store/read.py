"""Reading: selections of reports, frames for notebooks, the work list, and a document as it was loaded."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal

import orjson

from pipeline.errors import UsageError
from pipeline.model import (
    Box,
    Cell,
    Document,
    DocumentResult,
    Figure,
    Finding,
    Period,
    Problem,
    Report,
    Section,
    Side,
    Unread,
    Why,
)
from pipeline.store.evidence import read as read_evidence
from pipeline.store.schema import BY_NAME

if TYPE_CHECKING:
    from pipeline.store.database import Database


@dataclass(frozen=True, slots=True)
class Selection:
    """Which reports: all conditions hold together; what is not given does not restrict.

    `region` is a region code or the start of one (33 or 330000: the province with all below it), or a region's name.
    """

    years: tuple[int, ...] = ()
    region: str | None = None
    level: str | None = None
    organ_kind: str | None = None
    organ: str | None = None
    report_ids: tuple[str, ...] = ()


EVERYTHING = Selection()


def prefix(code: str) -> str:
    """The leading digits that a region shares with all below it: 330000 → 33, 330400 → 3304."""
    if len(code) == 6:
        for end in ("0000", "00"):
            if code.endswith(end):
                return code[: -len(end)]
    return code


def where(db: Database, selection: Selection, alias: str = "r") -> tuple[str, list[Any]]:
    """The selection as an SQL condition over reports and its parameters. Raises UsageError for an unknown region."""
    parts: list[str] = []
    params: list[Any] = []
    for column, values in (("year", selection.years), ("report_id", selection.report_ids)):
        if values:
            parts.append(f"{alias}.{column} IN ({', '.join('?' for _ in values)})")
            params += list(values)
    for column, value in (("level", selection.level), ("organ_kind", selection.organ_kind)):
        if value:
            parts.append(f"{alias}.{column} = ?")
            params.append(value)
    if selection.organ:
        parts.append(f"{alias}.organ LIKE ?")
        params.append(f"%{selection.organ}%")
    if selection.region:
        starts = region_prefixes(db, selection.region)
        parts.append("(" + " OR ".join(f"{alias}.region_code LIKE ?" for _ in starts) + ")")
        params += [f"{start}%" for start in starts]
    return " AND ".join(parts) or "TRUE", params


def region_prefixes(db: Database, region: str) -> list[str]:
    """The code prefixes a region stands for, given as code, start of a code, or name as in the reports."""
    text = region.strip()
    if text.isdigit() and text.isascii() and len(text) <= 6:
        return [prefix(text)]
    found = db.select("SELECT DISTINCT region_code FROM reports WHERE region = ? AND region_code IS NOT NULL", (text,))
    if not found:
        found = db.select(
            "SELECT DISTINCT region_code FROM reports WHERE region LIKE ? AND region_code IS NOT NULL", (f"%{text}%",)
        )
    if not found:
        raise UsageError(f"库中没有地区「{text}」，请写六位区划代码（或前几位），或报告里的地区名")
    return sorted({prefix(row[0]) for row in found})


Frame = Literal["arrow", "pandas", "polars"]


def frame(db: Database, sql: str, params: Sequence[Any] = (), kind: Frame = "pandas") -> Any:
    """A query as a pandas or polars frame or a pyarrow table. Exact decimals become floats in pandas only."""
    table = db.query(sql, params)
    if kind == "arrow":
        return table
    if kind == "polars":
        try:
            import polars
        except ImportError as error:
            raise UsageError("没有安装 polars，请先 pip install polars") from error
        return polars.from_arrow(table)
    try:
        import pandas  # type: ignore[import-untyped, unused-ignore]  # noqa: F401  # pyarrow needs it, and says so less clearly
    except ImportError as error:
        raise UsageError("没有安装 pandas，请先 pip install pandas") from error
    import pyarrow as pa

    fields = [pa.field(f.name, pa.float64()) if pa.types.is_decimal(f.type) else f for f in table.schema]
    return table.cast(pa.schema(fields)).to_pandas()


def facts(db: Database, selection: Selection = EVERYTHING, codes: Sequence[str] = (), kind: Frame = "pandas") -> Any:
    """The long facts of the selected reports, for notebooks."""
    condition, params = where(db, selection)
    if codes:
        condition += f" AND r.code IN ({', '.join('?' for _ in codes)})"
        params += list(codes)
    return frame(db, f"SELECT * FROM facts r WHERE {condition} ORDER BY document_id, kind, seq", params, kind)


# --- a document as it was loaded -----------------------------------------------------------------------------------


def document_result(db: Database, document_id: str) -> DocumentResult | None:
    """What was read from a document, as it was loaded, but for blocks and hints. None where it is not held."""
    return results(db, [document_id]).get(document_id)


def current_document(db: Database, report_id: str) -> str | None:
    """The document of a report's current version."""
    rows = db.select("SELECT document_id FROM reports WHERE report_id = ?", (report_id,))
    return str(rows[0][0]) if rows else None


def by_organ(
    db: Database, selection: Selection = EVERYTHING, size: int = 500
) -> Iterator[list[tuple[str, DocumentResult]]]:
    """The current reports of one organ after the other, each as (report id, result), by year.

    For checks across years. Reports without organ or year are left out; about `size` reports are held at a time.
    """
    condition, params = where(db, selection)
    rows = db.select(
        "SELECT r.organ, r.region_code, r.year, r.report_id, r.document_id FROM reports r "
        f"WHERE r.organ IS NOT NULL AND r.year IS NOT NULL AND {condition}",
        params,
    )
    organs: dict[tuple[str, str], list[tuple[int, str, str]]] = {}
    for organ, region, year, report, document in rows:
        organs.setdefault((organ, region or ""), []).append((year, report, document))
    waiting: list[list[tuple[int, str, str]]] = []
    for key in sorted(organs):
        waiting.append(sorted(organs[key]))
        if sum(map(len, waiting)) >= size:
            yield from _held(db, waiting)
            waiting = []
    yield from _held(db, waiting)


def _held(db: Database, organs: Sequence[Sequence[tuple[int, str, str]]]) -> Iterator[list[tuple[str, DocumentResult]]]:
    held = results(db, [document for organ in organs for _, _, document in organ])
    for organ in organs:
        yield [(report, held[document]) for _, report, document in organ if document in held]


def results(db: Database, document_ids: Sequence[str]) -> dict[str, DocumentResult]:
    """Several documents as they were loaded, by id; what is not held is left out."""
    if not document_ids:
        return {}
    document_ids = list(dict.fromkeys(document_ids))
    wanted = among("document_id", document_ids)
    tables: dict[str, dict[str, list[dict[str, Any]]]] = {}
    with db.reading() as connection:
        for name in ("documents", "cells", "figures", "findings", "sections", "unread", "problems", "texts"):
            names = BY_NAME[name].names
            found = connection.rows(f"SELECT {', '.join(names)} FROM {name} {wanted}", document_ids)
            grouped: dict[str, list[dict[str, Any]]] = {}
            for row in found:
                told = dict(zip(names, row, strict=True))
                grouped.setdefault(told["document_id"], []).append(told)
            for held in grouped.values():
                held.sort(key=lambda row: row.get("seq", 0))
            tables[name] = grouped
        sources = dict(connection.rows(f"SELECT document_id, source FROM document_source {wanted}", document_ids))
    return {
        key: _result({name: grouped.get(key, []) for name, grouped in tables.items()}, sources.get(key, ""))
        for key in document_ids
        if key in tables["documents"]
    }


def among(column: str, values: Sequence[str]) -> str:
    """The join that keeps the rows whose column is one of these values, each given once; the values are its parameters.

    A join and not IN: DuckDB skips row groups by what is joined, hardly by a list (46 ms against 273 for two documents
    among 19 million cells).
    """
    return f"JOIN (VALUES {', '.join('(?)' for _ in values)}) AS w(wanted) ON {column} = w.wanted"


def _result(rows: dict[str, list[dict[str, Any]]], source: str) -> DocumentResult:
    (d,) = rows["documents"]
    return DocumentResult(
        document=Document(
            source=source, sha256=d["sha256"], media_type=d["media_type"], text=rows["texts"][0]["text"], blocks=(),
            title=d["title"], address=d["address"], pages=d["pages"],
        ),
        report=Report(
            organ=d["organ"], organ_kind=d["organ_kind"], region_code=d["region_code"], region=d["region"],
            level=d["level"], year=d["year"], form=d["form"], period_start=d["period_start"],
            period_end=d["period_end"], published_on=d["published_on"], title=d["report_title"],
        ),
        sections=tuple(
            Section(number=s["number"], title=s["title"], start=s["start_pos"], end=s["end_pos"])
            for s in rows["sections"]
        ),
        cells=tuple(map(_cell, rows["cells"])),
        figures=tuple(map(_figure, rows["figures"])),
        findings=tuple(map(finding, rows["findings"])),
        unread=tuple(
            Unread(text=u["text"], start=u["start_pos"], end=u["end_pos"], reason=u["reason"]) for u in rows["unread"]
        ),
        problems=tuple(Problem(code=row["code"], message=row["message"]) for row in rows["problems"]),
    )  # fmt: skip


def _short(value: Decimal | None) -> Decimal | None:
    """A number as the reader wrote it: the database pads it to its scale."""
    if value is None:
        return None
    whole = value.to_integral_value()
    return whole if whole == value else value.normalize()


def _cell(row: dict[str, Any]) -> Cell:
    return Cell(
        code=row["code"], column=row["applicant"], state=row["state"], value=_short(row["value"]),
        printed=row["printed"], unit=row["unit"], table=row["form_table"], row=row["line"], start=row["start_pos"],
        end=row["end_pos"], note=row["note"], page=row["page"], evidence=row["evidence"],
        box=_box(row["box"]),
    )  # fmt: skip


def _box(text: str | None) -> Box | None:
    if not text:
        return None
    x0, y0, x1, y1 = map(float, text.split(","))
    return x0, y0, x1, y1


def _figure(row: dict[str, Any]) -> Figure:
    value = _short(row["value"])
    return Figure(
        code=row["code"], value=Decimal(0) if value is None else value, unit=row["unit"], bound=row["bound"],
        low=_short(row["low"]), high=_short(row["high"]), mention=row["mention"], start=row["start_pos"],
        end=row["end_pos"], sentence=(row["sentence_start"], row["sentence_end"]), section=row["section"],
        before=row["before_text"], why=Why(alias=row["alias"], rule=row["rule"]), measure=row["measure"],
        of=row["of_figure"] if row["of_figure"] is not None else row["of_code"], column=row["applicant"],
        channel=row["channel"], scope=row["scope"], scope_kind=row["scope_kind"],
        period=Period(kind=row["period_kind"], begin=row["period_from"], end=row["period_to"]),
        category=row["category"], part_of=row["part_of"], parts_exhaustive=row["parts_exhaustive"],
        zero_by_words=row["zero_by_words"], unit_implied=row["unit_implied"],
    )  # fmt: skip


def finding(row: dict[str, Any]) -> Finding:
    """A row of findings or across_findings as a value."""

    def side(name: str) -> Side | None:
        if row[f"{name}_text"] is None:
            return None
        return Side(low=_short(row[f"{name}_low"]), high=_short(row[f"{name}_high"]), text=row[f"{name}_text"])

    return Finding(
        check=row["check_id"], code=row["code"], column=row["applicant"], verdict=row["verdict"], how=row["how"],
        severity=row["severity"], left=side("left"), right=side("right"), difference=_short(row["difference"]),
        cause=row["cause"], missing=tuple(orjson.loads(row["missing"])) if row["missing"] else (),
        explanation=row["explanation"],
        evidence=read_evidence(row["evidence"]),
    )  # fmt: skip
