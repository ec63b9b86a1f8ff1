"""/findings : the work list, worst first; decisions about one or many; the list as a workbook."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.datastructures import QueryParams

from pipeline.errors import UsageError
from pipeline.web import decisions, exports, filters, queries, report_queries
from pipeline.web.filters import Filter
from pipeline.web.pages.common import XLSX, Paging, attachment, check_title, choices, data
from pipeline.web.queries import Row
from pipeline.web.render import page
from pipeline.web.tables import indicator_names

router = APIRouter()


@router.get("/findings")
def findings(request: Request) -> HTMLResponse:
    chosen = filters.parse(request.query_params)
    held = data(request)
    facets = held.remembered(("facets", chosen.link()), lambda db: queries.facets(db, chosen))
    wide = replace(chosen, check="", severity="", page=1)
    offered = held.remembered(("facets", wide.link()), lambda db: queries.facets(db, wide))
    rows = held.remembered(("worklist", chosen.link(page=chosen.page)), lambda db: queries.worklist(db, chosen))
    total = sum(row["count"] for row in facets)
    return page(
        request,
        "findings.html",
        groups=_grouped(rows),
        paging=Paging(chosen.page, total),
        checks=_checks(offered, chosen),
        severities=_severities(offered),
        most=decisions.MOST,
        names=indicator_names(),
        **choices(request, chosen),
    )


def _grouped(rows: list[Row]) -> list[tuple[Row, list[Row]]]:
    """Findings that follow each other of the same report under one heading."""
    groups: list[tuple[Row, list[Row]]] = []
    for row in rows:
        told = {**row, "title": check_title(row["check_id"]), "key": str(_key(row))}
        if groups and groups[-1][0]["report_id"] == row["report_id"]:
            groups[-1][1].append(told)
        else:
            groups.append((row, [told]))
    return groups


def _key(row: Row) -> decisions.Key:
    return decisions.Key(row["report_id"], row["check_id"], row["code"] or "", row["applicant"] or "")


def _checks(facets: list[Row], chosen: Filter) -> list[Row]:
    counted: dict[str, int] = {}
    for row in facets:
        counted[row["check"]] = counted.get(row["check"], 0) + row["count"]
    if chosen.check:
        counted.setdefault(chosen.check, 0)
    return [{"check": check, "title": check_title(check), "count": count} for check, count in sorted(counted.items())]


def _severities(facets: list[Row]) -> dict[str, int]:
    counted: dict[str, int] = {}
    for row in facets:
        counted[row["severity"]] = counted.get(row["severity"], 0) + row["count"]
    return counted


@router.get("/findings.xlsx")
def workbook(request: Request) -> Response:
    chosen = filters.parse(request.query_params)
    held = data(request)
    keys = held.read(lambda db: queries.worklist_keys(db, chosen))
    rows = (row for part in _parts(keys) for row in held.read(lambda db, part=part: queries.worklist_rows(db, part)))  # type: ignore[misc]
    return attachment(exports.findings(rows), "问题清单.xlsx", XLSX)


def _parts(keys: list[queries.Key], size: int = 5000) -> Iterator[list[queries.Key]]:
    """The keys some thousand at a time, so that pages get in between the parts of a long download."""
    return (keys[start : start + size] for start in range(0, len(keys), size))


@router.post("/decisions")
async def decide(request: Request) -> Response:
    """Writes a decision about the findings ticked, or about all that a filter gives."""
    from starlette.concurrency import run_in_threadpool

    async with request.form(max_files=0, max_fields=500) as form:
        told = [str(value) for value in form.getlist("f")]
        everything = form.get("everything") == "1"
        where = str(form.get("filter", ""))
        given = decisions.decision(*(str(form.get(name, "")) for name in ("decision", "reason", "author", "value")))
        to = decisions.back(str(form.get("back", "")))
    if everything:
        chosen = filters.parse(QueryParams(where.lstrip("?")))
        count = await run_in_threadpool(_decide_all, request, chosen, given)
    else:
        count = await run_in_threadpool(_decide, request, told, given)
    plain, sign, mark = to.partition("#")
    joined = "&" if "?" in plain else "?"
    said = plain if "done=" in plain else f"{plain}{joined}done={count}"
    return RedirectResponse(f"{said}{sign}{mark}", status_code=303)


def _decide(request: Request, told: list[str], given: decisions.Decision) -> int:
    keys = [decisions.key(one) for one in dict.fromkeys(told)]
    if not keys:
        raise UsageError("请先勾选要处理的项")
    held = data(request)
    known = held.read(lambda db: report_queries.known_reports(db, sorted({one.report_id for one in keys})))
    if any(one.report_id not in known for one in keys):
        raise UsageError("其中有的报告已不在库中，请刷新后再试")
    return held.write(lambda connection: decisions.write(connection, keys, given))


def _decide_all(request: Request, chosen: Filter, given: decisions.Decision) -> int:
    held = data(request)
    found = held.read(lambda db: queries.worklist_keys(db, chosen, decisions.MOST + 1))
    if len(found) > decisions.MOST:
        raise UsageError(f"筛选出的超过 {decisions.MOST} 项，请缩小范围后再一起处理")
    keys = list(dict.fromkeys(_key(row) for row in held.read(lambda db: queries.worklist_rows(db, found))))
    return held.write(lambda connection: decisions.write(connection, keys, given))
