"""Fetches what a comparison needs from the database: the reports of a selection and their facts for some codes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar

from pipeline.compare.grid import Grid, grid
from pipeline.compare.values import CellFact, Codes, Facts, FigureFact
from pipeline.store.read import Selection, where

if TYPE_CHECKING:
    from pipeline.store.database import Database

FEW = 500
"""Reports up to which they are asked for one by one, and not by the selection they are in."""

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
    narrowed, extra = _narrowed(columns)
    found: dict[str, Facts] = {}
    _add_cells(
        found,
        db.select(
            "SELECT r.report_id, c.code, c.applicant, c.state, c.value_base, c.base_unit FROM reports r "
            "JOIN cells c ON c.document_id = r.document_id "
            f"WHERE c.code IN ({_marks(wanted)}) AND {condition}{narrowed}",
            [*wanted, *params, *extra],
        ),
    )
    for report, figure in figures(db, selection, wanted):
        found.setdefault(report, Facts()).add_figure(figure)
    return found


def _marks(values: Sequence[str]) -> str:
    return ", ".join("?" for _ in values)


def _narrowed(columns: Sequence[str] | None) -> tuple[str, list[str]]:
    """The condition that keeps some applicant columns of table 3, and its parameters."""
    if columns is None:
        return "", []
    return f" AND (c.applicant IS NULL OR c.applicant IN ({_marks(columns)}))", list(columns)


def _add_cells(found: dict[Any, Facts], rows: Iterable[tuple[Any, ...]]) -> None:
    """Adds cells as (whose, code, column, state, value, unit); equal ones are shared by the reports that have them."""
    alike: dict[tuple[Any, ...], tuple[CellFact, ...]] = {}
    for whose, *rest in rows:
        told = tuple(rest)
        cells = alike.get(told)
        if cells is None:
            cells = alike[told] = (CellFact(*told),)
        facts = found.get(whose)
        if facts is None:
            facts = found[whose] = Facts()
        facts.add_cells(cells)


def figures(
    db: Database, selection: Selection, codes: Iterable[str], *, whole: bool = False
) -> Iterator[tuple[str, FigureFact]]:
    """The figures of the prose with some codes, each with the id of its report; `whole` leaves out those of parts."""
    wanted = sorted(set(codes))
    condition, params = where(db, selection)
    if whole:
        condition += " AND f.part_of IS NULL AND f.category IS NULL AND (f.channel IS NULL OR f.channel = 'all')"
    for row in db.select(
        "SELECT r.report_id, f.code, f.value, f.unit, f.bound, f.low, f.high, f.measure, f.applicant, f.channel, "
        "f.scope, f.scope_kind, f.period_kind, f.category, f.part_of FROM reports r "
        f"JOIN figures f ON f.document_id = r.document_id WHERE f.code IN ({_marks(wanted)}) AND f.value IS NOT NULL "
        f"AND {condition}",
        [*wanted, *params],
    ):
        yield row[0], FigureFact(*row[1:])


def counting(db: Database, selection: Selection, code: str) -> set[str]:
    """The ids of the reports whose prose counts something of a code, as a whole or in parts."""
    condition, params = where(db, selection)
    rows = db.select(
        "SELECT DISTINCT r.report_id FROM reports r JOIN figures f ON f.document_id = r.document_id "
        f"WHERE f.code = ? AND f.measure = 'level' AND f.value IS NOT NULL AND {condition}",
        [code, *params],
    )
    return {row[0] for row in rows}


@dataclass(frozen=True, slots=True)
class Chosen:
    """The reports of a selection as columns, by region, organ and year: what their order needs."""

    ids: list[str]
    documents: list[str]
    regions: list[str | None]
    years: list[int | None]
    series: list[str]

    def __len__(self) -> int:
        return len(self.ids)


def chosen(db: Database, selection: Selection, *, series: bool = False) -> Chosen:
    """The reports of a selection; with `series` each with the organ it belongs to through the years."""
    condition, params = where(db, selection)
    told, joined = ("o.series_id", "LEFT JOIN organs o ON o.organ_id = r.organ_id ") if series else ("NULL", "")
    rows = db.select(
        f"SELECT r.region_code, r.organ, r.year, r.report_id, r.document_id, {told} FROM reports r {joined}"
        f"WHERE {condition}",
        params,
    )
    rows.sort(key=lambda row: (row[0] or "~", row[1] or "~", row[2] or 0, row[3]))
    regions, _, years, ids, documents, lines = map(list, zip(*rows, strict=True)) if rows else ([] for _ in range(6))
    return Chosen(ids, documents, regions, years, [line or one for line, one in zip(lines, ids, strict=True)])


class Cells:
    """The cells of many reports for some codes, held as Arrow columns: as a grid, or report by report."""

    def __init__(
        self, db: Database, chosen: Chosen, selection: Selection, codes: Iterable[str], columns: Sequence[str] | None
    ) -> None:
        import numpy as np
        import pyarrow as pa
        import pyarrow.compute as pc

        wanted = sorted(set(codes))
        condition, params = where(db, selection)
        narrowed, extra = _narrowed(columns)
        self._size = len(chosen)
        self._cells = db.query(
            "SELECT r.document_id, c.code, c.applicant, c.state, c.value_base, c.base_unit, "
            "CAST(c.value_base AS DOUBLE PRECISION) AS number FROM reports r "
            "JOIN cells c ON c.document_id = r.document_id "
            f"WHERE c.code IN ({_marks(wanted)}) AND {condition}{narrowed}",
            [*wanted, *params, *extra],
        )
        places = pc.index_in(self._cells["document_id"], value_set=pa.array(chosen.documents, pa.string()))
        self._at = np.asarray(places.combine_chunks(), dtype=np.int64)

    def grid(self, codes: Codes) -> Grid:
        return grid(codes, self._size, self._at, self._cells)

    def facts(self, numbers: Sequence[int]) -> dict[int, Facts]:
        """The cells of some reports, by the number of the report."""
        import numpy as np

        found: dict[int, Facts] = {}
        if not numbers:
            return found
        at, cells = self._at, self._cells
        if len(numbers) < self._size:
            picked = np.flatnonzero(np.isin(at, np.asarray(numbers)))
            at, cells = at[picked], cells.take(picked)
        names = ("code", "applicant", "state", "value_base", "base_unit")
        _add_cells(found, zip(at.tolist(), *(cells[name].to_pylist() for name in names), strict=True))
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
        f"AND f.code IN ({_marks(wanted)}) AND {condition}",
        [*wanted, *params],
    ):
        found.setdefault((report, code), []).append(check)
    return {key: sorted(checks) for key, checks in found.items()}
