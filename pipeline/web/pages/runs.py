"""/runs and /runs/N : what was run, and what became of each file."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, HTTPException, Path, Request
from fastapi.responses import HTMLResponse

from pipeline.store import Database
from pipeline.web import filters, queries
from pipeline.web.pages.common import Paging, data
from pipeline.web.queries import Row
from pipeline.web.render import page

router = APIRouter()
STATUS = {"set_aside": "搁置", "done_with_problems": "有问题", "done": "完成", "unchanged": "未变"}
SIZE = 100


@router.get("/runs")
def runs(request: Request) -> HTMLResponse:
    return page(request, "runs.html", runs=data(request).remembered("runs", lambda db: db.runs()))


@router.get("/runs/{number}")
def run(request: Request, number: Annotated[int, Path(ge=1, le=2**31 - 1)]) -> HTMLResponse:
    told = request.query_params.get("status", "")
    status = told if told in STATUS else ""
    at = filters.page(request.query_params.get("page", "1"))
    runs = data(request).remembered("runs", lambda db: db.runs())
    this = next((one for one in runs if one["run"] == number), None)
    if this is None:
        raise HTTPException(404)
    counts, rows = data(request).read(lambda db: _documents(db, number, status, at))
    total = counts.get(status, 0) if status else sum(counts.values())
    return page(
        request, "run.html", run=this, counts=counts, rows=rows, chosen=status, STATUS=STATUS,
        paging=Paging(at, total, SIZE),
    )  # fmt: skip


def _documents(db: Database, number: int, status: str, at: int) -> tuple[dict[str, int], list[Row]]:
    counted = db.select("SELECT status, COUNT(*) FROM run_documents WHERE run_id = ? GROUP BY status", (number,))
    narrowed = " AND n.status = ?" if status else ""
    params: list[int | str] = [number, status] if status else [number]
    rows = queries.named(
        db,
        "source status code reason seconds document_id report_id",
        "SELECT n.source, n.status, n.code, n.reason, n.seconds, d.document_id, d.report_id FROM run_documents n "
        f"LEFT JOIN documents d ON d.sha256 = n.sha256 WHERE n.run_id = ?{narrowed} "
        "ORDER BY CASE n.status WHEN 'set_aside' THEN 0 WHEN 'done_with_problems' THEN 1 ELSE 2 END, n.source "
        "LIMIT ? OFFSET ?",
        [*params, SIZE, (at - 1) * SIZE],
    )
    return {row[0]: int(row[1]) for row in counted}, rows
