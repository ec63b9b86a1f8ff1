"""/reports : every report, filtered and in pages, the worst first."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from pipeline.web import filters, queries
from pipeline.web.pages.common import Paging, choices, data
from pipeline.web.render import page

router = APIRouter()


@router.get("/reports")
def reports(request: Request) -> HTMLResponse:
    chosen = filters.parse(request.query_params)
    held = data(request)
    total = held.remembered(("count_reports", chosen.reports()[0], tuple(chosen.reports()[1])),
                            lambda db: queries.count_reports(db, chosen))  # fmt: skip
    rows = held.read(lambda db: queries.reports(db, chosen))
    return page(request, "reports.html", rows=rows, paging=Paging(chosen.page, total), **choices(request, chosen))
