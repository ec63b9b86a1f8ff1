"""Fetches what a comparison needs from the database: the reports of a selection and their facts for some codes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar

from pipeline.compare.values import CellFact, Facts, FigureFact
from pipeline.store.read import Selection, where

if TYPE_CHECKING:
    from pipeline.store.database import Database

_Given = ParamSpec("_Given")
_Found = TypeVar("_Found")


def at_once(work: Callable[Concatenate[Database, _Given], _Found]) -> Callable[Concatenate[Database, _Given], _Found]:
    """A comparison whose queries all see the same state of the database, over one connection."""

    @wraps(work)
    def held(db: Database, /, *args: _Given.args, **kwargs: _Given.kwargs) -> _Found:
        with db.together():
            return work(db, *args, **kwargs)

    return held


@dataclass(frozen=True, slots=True)
class ReportRow:
    """A report as the comparison names it."""

    report_id: str
    organ: str | None
    organ_kind: str | None
    region_code: str | None
    region: str | None
    level: str | None
    year: int | None
    source: str | None
    form: str | None = None
    series_id: str | None = None

    @property
    def series(self) -> str:
        """The organ this report belongs to through the years; where organ or region is not known it stands alone."""
        return self.series_id or self.report_id


def reports(db: Database, selection: Selection) -> list[ReportRow]:
    """The reports of a selection, by region, organ and year."""
    condition, params = where(db, selection)
    rows = db.select(
        "SELECT r.report_id, r.organ, r.organ_kind, r.region_code, r.region, r.level, r.year, s.source, d.form, "
        "o.series_id FROM reports r JOIN documents d ON d.document_id = r.document_id "
        "LEFT JOIN organs o ON o.organ_id = r.organ_id "
        f"LEFT JOIN document_source s ON s.document_id = r.document_id WHERE {condition}",
        params,
    )
    found = [ReportRow(*row) for row in rows]
    return sorted(found, key=lambda r: (r.region_code or "~", r.organ or "~", r.year or 0, r.report_id))


def gather(
    db: Database, selection: Selection, codes: Iterable[str], columns: Sequence[str] | None = None
) -> dict[str, Facts]:
    """Facts by report id. `columns` limits the applicant columns of table 3 (all without it)."""
    wanted = sorted(set(codes))
    if not wanted:
        return {}
    condition, params = where(db, selection)
    marks = ", ".join("?" for _ in wanted)
    narrowed, extra = "", list[str]()
    if columns is not None:
        narrowed = f" AND (c.applicant IS NULL OR c.applicant IN ({', '.join('?' for _ in columns)}))"
        extra = list(columns)
    found: dict[str, Facts] = {}
    alike: dict[tuple[Any, ...], tuple[CellFact, ...]] = {}  # shared by the reports that say it
    for row in db.select(
        "SELECT r.report_id, c.code, c.applicant, c.state, c.value_base, c.base_unit FROM reports r "
        f"JOIN cells c ON c.document_id = r.document_id WHERE c.code IN ({marks}) AND {condition}{narrowed}",
        [*wanted, *params, *extra],
    ):
        told = row[1:]
        cells = alike.get(told)
        if cells is None:
            cells = alike[told] = (CellFact(*told),)
        facts = found.get(row[0])
        if facts is None:
            facts = found[row[0]] = Facts()
        facts.add_cells(cells)
    for row in db.select(
        "SELECT r.report_id, f.code, f.value, f.unit, f.bound, f.low, f.high, f.measure, f.applicant, f.channel, "
        "f.scope, f.scope_kind, f.period_kind, f.category, f.part_of FROM reports r "
        f"JOIN figures f ON f.document_id = r.document_id WHERE f.code IN ({marks}) AND f.value IS NOT NULL "
        f"AND {condition}",
        [*wanted, *params],
    ):
        found.setdefault(row[0], Facts()).add_figure(FigureFact(*row[1:]))
    return found


def faults(db: Database, selection: Selection, codes: Iterable[str]) -> dict[tuple[str, str], list[str]]:
    """(report id, code) → the checks that differ there with severity error."""
    wanted = sorted(set(codes))
    if not wanted:
        return {}
    condition, params = where(db, selection)
    found: dict[tuple[str, str], list[str]] = {}
    for report, code, check in db.select(
        "SELECT DISTINCT r.report_id, f.code, f.check_id FROM reports r JOIN findings f "
        "ON f.document_id = r.document_id WHERE f.verdict = 'differs' AND f.severity = 'error' "
        f"AND f.code IN ({', '.join('?' for _ in wanted)}) AND {condition}",
        [*wanted, *params],
    ):
        found.setdefault((report, code), []).append(check)
    return {key: sorted(checks) for key, checks in found.items()}
