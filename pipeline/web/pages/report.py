"""/report/ID : the source on the left, what was read and found on the right; versions, the year before, decisions."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Path, Request
from fastapi.responses import HTMLResponse, Response

from pipeline.explain.names import COLUMNS, STATES, figure_details
from pipeline.model import Cell, DocumentResult, Figure
from pipeline.output import dumps
from pipeline.store import Database
from pipeline.store.read import current_document, results
from pipeline.web import report_queries, source
from pipeline.web.originals import PAGES, PDF, Original
from pipeline.web.pages.common import attachment, check_title, data
from pipeline.web.queries import Row
from pipeline.web.render import page
from pipeline.web.tables import indicator_names

router = APIRouter()
Id = Annotated[str, Path(pattern=r"^[0-9a-f]{16}$")]


@dataclass(frozen=True)
class Held:
    """All that the page of a report needs from the database."""

    row: Row
    document: str
    result: DocumentResult
    before: DocumentResult | None
    against: DocumentResult | None
    versions: list[Row]
    years: list[Row]
    across: list[tuple[Any, str | None]]
    decisions: dict[report_queries.DecisionKey, Row]
    original: Original | None


def fetch(db: Database, report_id: str, document: str | None = None, against: str | None = None) -> Held | None:
    """A report as its page needs it; None where it, or a version asked for, is not held."""
    row = report_queries.report(db, report_id)
    if row is None:
        return None
    for one in (document, against):
        if one is not None and not report_queries.belongs(db, report_id, one):
            return None
    years = report_queries.other_years(db, row)
    chosen = document or row["document_id"]
    before = next((one["document_id"] for one in years if row["year"] and one["year"] == row["year"] - 1), None)
    held = results(db, [one for one in dict.fromkeys((chosen, before, against)) if one])
    if chosen not in held:
        return None
    return Held(
        row, chosen, held[chosen], held.get(before or ""), held.get(against or ""),
        report_queries.versions(db, report_id), years, report_queries.across(db, report_id),
        report_queries.decisions(db, report_id), report_queries.original(db, chosen),
    )  # fmt: skip


@router.get("/report/{report_id}")
def report(request: Request, report_id: Id) -> HTMLResponse:
    held = data(request).read(
        lambda db: fetch(db, report_id, _document(request, "version"), _document(request, "against"))
    )
    if held is None:
        raise HTTPException(404)
    shown = source.view(held.result, held.across, held.decisions)
    for card in shown.cards:
        card["title"] = check_title(card["check"])
    is_pdf = held.original is not None and held.original.media_type == PDF
    sizes = request.app.state.originals.sizes(held.original) if is_pdf else []
    return page(
        request,
        "report.html",
        sheets=source.sheets(held.result, sizes),
        is_pdf=is_pdf,
        row=held.row,
        document=held.document,
        result=held.result,
        view=shown,
        versions=held.versions,
        years=held.years,
        changes=_changes(held.before, held.result) if held.before else [],
        differences=_differences(held.result, held.against) if held.against else None,
        done=request.query_params.get("done", "").isdigit(),
    )


def _document(request: Request, name: str) -> str | None:
    told = request.query_params.get(name, "")
    return told if len(told) == 16 and all(c in "0123456789abcdef" for c in told) else None


@router.get("/report/{report_id}/page/{number}.png")
def original_page(request: Request, report_id: Id, number: Annotated[int, Path(ge=1, le=PAGES)]) -> Response:
    """A page of the file a report was read from, as a picture."""

    def find(db: Database) -> Original | None:
        told = _document(request, "version") or current_document(db, report_id) or ""
        return report_queries.original(db, told) if report_queries.belongs(db, report_id, told) else None

    original = data(request).read(find)
    drawn = request.app.state.originals.page(original, number) if original else None
    if drawn is None:
        raise HTTPException(404)
    return Response(drawn, media_type="image/png", headers={"cache-control": "private, max-age=3600"})


@router.get("/report/{report_id}.json")
def report_json(request: Request, report_id: Id) -> Response:
    """The report as `gongkai extract --json` gives it."""
    held = data(request).read(lambda db: fetch(db, report_id, _document(request, "version")))
    if held is None:
        raise HTTPException(404)
    return attachment(dumps(held.result), f"{report_id}.json", "application/json")


# --- last year beside this one, and two versions ---------------------------------------------------------------------


def _values(result: DocumentResult) -> dict[tuple[str, str], Cell]:
    """The cells that a line of comparison shows: tables 2 and 4, and the total column of table 3."""
    return {(c.code, c.column or ""): c for c in result.cells}


def _changes(before: DocumentResult, now: DocumentResult) -> list[Row]:
    """Line by line this year's value, last year's, and the change where both are printed."""
    old, new = _values(before), _values(now)
    names = indicator_names()
    found = []
    for key, cell in new.items():
        if key[1] not in ("", "total"):
            continue
        other = old.get(key)
        change, rate = _change(other.value if other else None, cell.value)
        if cell.value is None and (other is None or other.value is None):
            continue
        found.append(
            {
                "name": names.get(cell.code, cell.code), "code": cell.code, "unit": cell.unit, "now": cell.value,
                "now_state": STATES[cell.state], "before": other.value if other else None,
                "before_state": STATES[other.state] if other else "没有这一格", "change": change, "rate": rate,
            }
        )  # fmt: skip
    return found


def _change(before: Decimal | None, now: Decimal | None) -> tuple[Decimal | None, Decimal | None]:
    if before is None or now is None:
        return None, None
    return now - before, (now - before) * 100 / before if before > 0 else None


def _differences(now: DocumentResult, other: DocumentResult) -> list[Row]:
    """Cells and figures that two versions of a report do not have in common."""
    names = indicator_names()
    mine, theirs = _values(now), _values(other)
    found: list[Row] = []
    for code, column in dict.fromkeys((*mine, *theirs)):
        one, two = mine.get((code, column)), theirs.get((code, column))
        if _said(one) != _said(two):
            where = COLUMNS.get(column, "")
            found.append({"name": names.get(code, code), "where": where, "one": _said(one), "two": _said(two)})
    ours, others = _figures(now), _figures(other)
    for key in sorted(ours.keys() | others.keys()):
        if key not in ours or key not in others:
            figure = ours.get(key) or others[key]
            name = names.get(figure.code, figure.code.removeprefix("other:"))
            told = f"{figure.mention}（{figure_details(figure)}）"
            here = key in ours
            found.append({"name": name, "where": "正文", "one": told if here else "", "two": "" if here else told})
    return found


def _said(cell: Cell | None) -> str:
    if cell is None:
        return "没有这一格"
    return cell.printed.strip() or STATES[cell.state]


def _figures(result: DocumentResult) -> dict[tuple[str, str, str], Figure]:
    return {(f.code, figure_details(f), str(f.value)): f for f in result.figures}
