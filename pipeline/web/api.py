"""/api/v1 : the same queries as JSON and CSV, read only. The description is at /api/openapi.json."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Annotated, Any, Literal

import orjson
from fastapi import APIRouter, HTTPException, Path, Query, Request, Response

from pipeline.output import number, result_object
from pipeline.store import Database
from pipeline.store.read import current_document, document_result
from pipeline.web import comparison, exports, queries
from pipeline.web.api_models import Comparison, Facts, Findings, Indicators, Problem, Report, Reports, Runs
from pipeline.web.comparison import Comparison as Told
from pipeline.web.filters import Filter, text
from pipeline.web.pages.common import CSV, attachment, check_title, data
from pipeline.web.queries import Row

router = APIRouter(tags=["v1"])

Region = Annotated[str, Query(pattern=r"^([1-8][0-9]{1,5})?$", description="区划代码或其前几位，如 33、3304、330481")]
Verdict = Literal["all", "agrees", "agrees_if_blank_zero", "differs", "not_comparable", "not_assessable"]
Level = Annotated[Literal["", "national", "province", "prefecture", "county", "township"], Query(description="级别")]
Kind = Annotated[
    Literal["", "government", "office", "department", "township", "subdistrict", "zone", "institution", "other"],
    Query(description="机关种类"),
]
Years = Annotated[list[int] | None, Query(description="年份，可写多个", max_length=30)]
Organ = Annotated[str, Query(max_length=60, description="机关名称的一部分")]
Offset = Annotated[int, Query(ge=0, le=100_000, description="从第几条起")]
Limit = Annotated[int, Query(ge=1, le=1000, description="最多几条")]
Format = Annotated[Literal["json", "csv"], Query(description="json 或 csv")]
Id = Annotated[str, Path(pattern=r"^[0-9a-f]{16}$", description="报告编号")]
Code = Annotated[str, Query(max_length=80, description="指标代码")]
FAULTS: dict[int | str, dict[str, Any]] = {
    code: {"description": said, "model": Problem}
    for code, said in ((400, "请求有误"), (401, "需要口令"), (404, "没有"), (422, "参数不对"), (503, "数据库正忙"))
}
EITHER: dict[int | str, dict[str, Any]] = {**FAULTS, 200: {"content": {"text/csv": {}}}}


def _years(given: list[int] | None) -> tuple[int, ...]:
    return tuple(sorted({year for year in given or () if 1990 <= year <= 2100}))


def _plain(value: Any) -> Any:
    return number(value) if isinstance(value, Decimal) else value


def _told(rows: Sequence[Row], names: Sequence[str]) -> list[Row]:
    return [{name: _plain(row[name]) for name in names} for row in rows]


def _answer(body: Row, heads: Sequence[str], form: str, name: str) -> Response:
    """The body as JSON, or its items as CSV."""
    if form == "csv":
        lines = [[row[head] for head in heads] for row in body["items"]]
        return attachment(exports.csv_text(list(heads), lines), f"{name}.csv", CSV)
    return Response(orjson.dumps(body, default=str), media_type="application/json")


REPORT = ("report_id", "organ", "organ_kind", "region_code", "region", "level", "year", "title", "form",
          "published_on", "versions", "document_id", "cells", "printed", "figures", "findings", "differs", "problems",
          "source")  # fmt: skip


@router.get("/reports", response_model=Reports, responses=EITHER, summary="报告的清单")
def reports(
    request: Request, region: Region = "", level: Level = "", kind: Kind = "", year: Years = None, organ: Organ = "",
    sort: Literal["worst", "region", "year", "late"] = "region", offset: Offset = 0, limit: Limit = 100,
    format: Format = "json",
) -> Response:  # fmt: skip
    chosen = Filter(region=region, level=level, kind=kind, year=_years(year), q=text(organ), sort=sort)
    held = data(request)
    total = held.read(lambda db: queries.count_reports(db, chosen))
    rows = held.read(lambda db: queries.reports(db, chosen, limit, offset))
    body = {"total": total, "offset": offset, "items": _told(rows, REPORT)}
    return _answer(body, REPORT, format, "reports")


@router.get("/reports/{report_id}", response_model=Report, responses=FAULTS,
            summary="一份报告：单元格、数字、核对结论")  # fmt: skip
def report(request: Request, report_id: Id) -> Response:
    def fetch(db: Database) -> Any:
        document = current_document(db, report_id)
        return document_result(db, document) if document else None

    result = data(request).read(fetch)
    if result is None:
        raise HTTPException(404)
    return Response(orjson.dumps(result_object(result)), media_type="application/json")


FACT = ("report_id", "organ", "region_code", "level", "year", "kind", "code", "applicant", "state", "value", "unit",
        "bound", "low", "high", "measure", "channel", "scope", "category", "mention")  # fmt: skip


@router.get("/facts", response_model=Facts, responses=EITHER, summary="数据：表格的格和正文的数字，每份报告的都在一起")
def facts(
    request: Request, code: Code = "", region: Region = "", level: Level = "", kind: Kind = "", year: Years = None,
    organ: Organ = "", after: Annotated[str, Query(pattern=r"^([0-9a-f]{16})?$", description="上一页的 next")] = "",
    limit: Annotated[int, Query(ge=1, le=500, description="最多几份报告的数据")] = 50, format: Format = "json",
) -> Response:  # fmt: skip
    """按报告分页：`limit` 是报告的份数，`next` 给下一页的 `after`，没有就是最后一页。金额等已换算为基本单位。"""
    chosen = Filter(region=region, level=level, kind=kind, year=_years(year), q=text(organ))
    rows, following = data(request).read(lambda db: queries.facts(db, chosen, code, after, limit))
    body = {"next": following, "items": _told(rows, FACT)}
    return _answer(body, FACT, format, "facts")


FINDING = ("report_id", "organ", "region_code", "region", "level", "year", "check_id", "severity", "verdict", "how",
           "code", "applicant", "left_text", "right_text", "difference", "explanation", "cause", "decision", "reason",
           "across")  # fmt: skip


@router.get("/findings", response_model=Findings, responses=EITHER, summary="核对结论，重的在前")
def findings(
    request: Request, region: Region = "", level: Level = "", kind: Kind = "", year: Years = None, organ: Organ = "",
    check: Annotated[str, Query(pattern=r"^([A-G][0-9]{1,2}(\.[A-Za-z0-9_.]{1,40})?)?$", description="核对项")] = "",
    severity: Literal["", "error", "warning", "info"] = "",
    verdict: Verdict = "differs",
    decision: Literal["all", "open", "decided", "confirmed", "corrected", "dismissed", "pending"] = "all",
    offset: Offset = 0, limit: Limit = 100, format: Format = "json",
) -> Response:  # fmt: skip
    chosen = Filter(
        region=region, level=level, kind=kind, year=_years(year), q=text(organ), check=check, severity=severity,
        verdict=verdict, decision=decision,
    )  # fmt: skip
    held = data(request)
    counted = held.remembered(("facets", chosen.link()), lambda db: queries.facets(db, chosen))
    rows = held.read(lambda db: queries.worklist(db, chosen, limit, offset))
    told = [{**row, "title": check_title(row["check_id"])} for row in _told(rows, FINDING)]
    body = {"total": sum(row["count"] for row in counted), "offset": offset, "items": told}
    return _answer(body, (*FINDING, "title"), format, "findings")


@router.get("/compare", response_model=Comparison, responses=EITHER, summary="按指标或比率排名；没有数的也列出，带原因")
def compare(
    request: Request,
    thing: Annotated[list[str], Query(description="指标代码、中文名或比率，可写多个", min_length=1, max_length=4)],
    region: Region = "", level: Level = "", kind: Kind = "", year: Years = None, ascending: bool = False,
    minimum: Annotated[int | None, Query(ge=0, le=100_000, description="参加排名的最小分母")] = None,
    offset: Offset = 0, limit: Limit = 100, format: Format = "json",
) -> Response:  # fmt: skip
    told = Told(
        thing=tuple(thing), region=region, level=level, kind=kind, year=_years(year),
        order="asc" if ascending else "desc", minimum=minimum,
    )  # fmt: skip
    if format == "csv":
        whole = data(request).read(lambda db: comparison.ranked(db, told))
        lines = [*whole.lines(), *whole.lines(missing=True)]
        return attachment(exports.csv_text(whole.head(), lines), "compare.csv", CSV)
    key = ("listed", told.link(), offset, limit)
    found = data(request).remembered(key, lambda db: comparison.listed(db, told, offset, limit))
    body = {
        "asked": [{"thing": one.text, "name": one.name, "unit": one.unit} for one in found.asked],
        "years": list(found.years),
        "total": found.total + found.lacking,
        "offset": offset,
        "items": [_ranked(row) for row in (*found.rows, *found.missing)],
        "missing": found.lacking,
    }
    return Response(orjson.dumps(body, default=str), media_type="application/json")


def _ranked(row: Any) -> Row:
    report = row.report
    return {
        "rank": row.rank, "report_id": report.report_id, "organ": report.organ, "region_code": report.region_code,
        "region": report.region, "level": report.level, "year": report.year,
        "values": [
            {
                "value": _plain(shown.value), "status": shown.status, "bound": shown.bound, "remark": shown.remark,
                "numerator": _plain(shown.numerator), "denominator": _plain(shown.denominator),
                "low": _plain(shown.low), "high": _plain(shown.high),
            }
            for shown in row.shown
        ],
    }  # fmt: skip


@router.get("/indicators", response_model=Indicators, responses=FAULTS, summary="指标")
def indicators(request: Request) -> Response:
    rows = data(request).read(
        lambda db: queries.named(
            db,
            "code name english unit grouping kind stock same_as sum_of",
            "SELECT code, name, english, unit, grouping, kind, stock, same_as, sum_of FROM indicators "
            "ORDER BY position",
        )
    )
    return Response(orjson.dumps({"items": rows}), media_type="application/json")


@router.get("/runs", response_model=Runs, responses=FAULTS, summary="处理过的批次")
def runs(request: Request) -> Response:
    found = data(request).read(lambda db: db.runs())
    return Response(orjson.dumps({"items": found}, default=str), media_type="application/json")
