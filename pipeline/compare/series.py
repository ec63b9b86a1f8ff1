"""Series: one line per organ, a column per year, with the change from the year before."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Context, Decimal
from typing import TYPE_CHECKING

from pipeline.compare import rates
from pipeline.compare.gather import ReportRow, gather, reports
from pipeline.compare.rankings import Asked, Shown, _needed, _shown, _shown_rate, ask, vocabulary
from pipeline.compare.values import Facts, value_of
from pipeline.store.read import EVERYTHING, Selection

if TYPE_CHECKING:
    from pipeline.store.database import Database

_CONTEXT = Context(prec=28)


@dataclass(frozen=True, slots=True)
class SeriesRow:
    """One organ through the years; a year without a report is not in `shown`."""

    report: ReportRow
    shown: dict[int, Shown]

    def change(self, year: int) -> Decimal | None:
        """Percent against the year before; None unless both are exact values and the earlier is above 0."""
        now, before = self.shown.get(year), self.shown.get(year - 1)
        if now is None or before is None or now.value is None or before.value is None or before.value <= 0:
            return None
        if now.bound != "exact" or before.bound != "exact":
            return None
        return _CONTEXT.divide((now.value - before.value) * 100, before.value)


@dataclass(frozen=True, slots=True)
class Series:
    asked: Asked
    years: tuple[int, ...]
    rows: tuple[SeriesRow, ...]

    def head(self) -> list[str]:
        unit = f"（{self.asked.unit}）" if self.asked.unit else ""
        return [
            "地区",
            "机关",
            *(f"{year}年{unit}" for year in self.years),
            *(f"{year}年同比（%）" for year in self.years[1:]),
        ]

    def lines(self) -> list[list[Decimal | str | None]]:
        """Rows for a table: blanks and missing years are None."""
        found: list[list[Decimal | str | None]] = []
        for row in self.rows:
            values = [row.shown[year].value if year in row.shown else None for year in self.years]
            changes = [row.change(year) for year in self.years[1:]]
            found.append([row.report.region, row.report.organ, *values, *changes])
        return found


def series(db: Database, thing: str, selection: Selection = EVERYTHING) -> Series:
    """The values of one code or rate through the years of a selection; reports without organ or year are left out."""
    codes, known = vocabulary()
    asked = ask(thing, codes, known)
    needed = _needed(asked, codes)
    held = gather(db, selection, needed)
    chosen = [report for report in reports(db, selection) if report.organ and report.year is not None]
    by_year = {(report.series, report.year): held.get(report.report_id, Facts()) for report in chosen}
    rows: dict[tuple[str, str] | str, SeriesRow] = {}
    for report in chosen:
        facts = held.get(report.report_id, Facts())
        if asked.rate:
            shown = _shown_rate(
                rates.rate_of(asked.rate, facts, codes, by_year.get((report.series, (report.year or 0) - 1)))
            )
        else:
            shown = _shown(value_of(facts, codes, asked.code, asked.column))
        row = rows.setdefault(report.series, SeriesRow(report, {}))
        row.shown[report.year or 0] = shown
    years = sorted({report.year for report in chosen if report.year is not None})
    span = tuple(range(years[0], years[-1] + 1)) if years else ()
    return Series(asked, span, tuple(rows.values()))
