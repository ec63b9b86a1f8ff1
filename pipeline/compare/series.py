"""Series: one line per organ, a column per year, with the change from the year before.

A line runs on through a new name or code of the region (撤县设区, 县改市). It does not run on where a region was joined
to another or split: the numbers after that are of another area, and the remark says so. Codes that mean the same in the
forms of 2014, 2019 and 2021 are one line; the remark names the year in which the form changed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Context, Decimal
from typing import TYPE_CHECKING

from pipeline.compare import rates
from pipeline.compare.gather import ReportRow, at_once, gather, reports
from pipeline.compare.rankings import Asked, Shown, ask, needed_by, shown_rate, shown_value, vocabulary
from pipeline.compare.values import STATUS_NAMES, Facts, value_of
from pipeline.store.read import EVERYTHING, Selection

if TYPE_CHECKING:
    from pipeline.store.database import Database

_CONTEXT = Context(prec=28)
_FORMS = {"2014": "旧统计表", "2019": "2019 年表式", "2021": "2021 年表式"}


@dataclass(frozen=True, slots=True)
class SeriesRow:
    """One organ through the years, under its latest name; a year without a report is not in `shown`."""

    report: ReportRow
    shown: dict[int, Shown]
    remark: str = ""

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
            "说明",
        ]

    def lines(self) -> list[list[Decimal | str | None]]:
        """Rows for a table: blanks and missing years are None, and the remark says which they are."""
        found: list[list[Decimal | str | None]] = []
        for row in self.rows:
            values = [row.shown[year].value if year in row.shown else None for year in self.years]
            changes = [row.change(year) for year in self.years[1:]]
            found.append([row.report.region, row.report.organ, *values, *changes, self.remark(row)])
        return found

    def remark(self, row: SeriesRow) -> str:
        """What is to be known of a line: years without a number and why, names, forms, joined regions."""
        gaps: dict[str, list[int]] = {}
        for year in self.years:
            shown = row.shown.get(year)
            if shown is None:
                gaps.setdefault("没有报告", []).append(year)
            elif shown.value is None:
                name = STATUS_NAMES.get(shown.status, shown.status)
                why = f"{name}（{shown.remark}）" if shown.status in ("parts", "conflict", "refused") else name
                gaps.setdefault(why, []).append(year)
        told = [f"{_spans(years)}年{why}" for why, years in gaps.items()]
        return "；".join([*told, *([row.remark] if row.remark else [])])


def _spans(years: Iterable[int]) -> str:
    """2014–2016、2018"""
    found: list[list[int]] = []
    for year in sorted(years):
        if found and found[-1][-1] == year - 1:
            found[-1].append(year)
        else:
            found.append([year])
    return "、".join(f"{span[0]}–{span[-1]}" if len(span) > 1 else str(span[0]) for span in found)


@at_once
def series(db: Database, thing: str, selection: Selection = EVERYTHING) -> Series:
    """The values of one code or rate through the years of a selection; reports without organ or year are left out."""
    codes, known = vocabulary()
    asked = ask(thing, codes, known)
    needed = needed_by(asked, codes)
    if selection.organ and not selection.report_ids:
        selection = _with_former_names(db, selection)
    held = gather(db, selection, needed)
    chosen = [report for report in reports(db, selection) if report.organ and report.year is not None]
    lines: dict[str, dict[int, list[ReportRow]]] = {}
    for report in chosen:
        lines.setdefault(report.series, {}).setdefault(report.year or 0, []).append(report)
    rows = []
    for by_year in lines.values():
        shown = {}
        for year in sorted(by_year):
            told = []
            for report in by_year[year]:
                facts = held.get(report.report_id, Facts())
                before = by_year.get(year - 1, [])
                previous = held.get(before[0].report_id, Facts()) if len(before) == 1 else None
                if asked.rate:
                    told.append(shown_rate(rates.rate_of(asked.rate, facts, codes, previous)))
                else:
                    told.append(shown_value(value_of(facts, codes, asked.code, asked.column)))
            shown[year] = _one(told)
        latest = by_year[max(by_year)][-1]
        rows.append(SeriesRow(latest, shown, _history(by_year, asked.code)))
    years = sorted({report.year for report in chosen if report.year is not None})
    span = tuple(range(years[0], years[-1] + 1)) if years else ()
    return Series(asked, span, _with_merges(db, rows))


def _with_former_names(db: Database, selection: Selection) -> Selection:
    """A selection by an organ's name also finds the reports under the names it had before."""
    found = db.select(
        "SELECT r.report_id FROM reports r JOIN organs o ON o.organ_id = r.organ_id WHERE r.organ LIKE ? "
        "OR o.series_id IN (SELECT series_id FROM organs WHERE organ LIKE ?)",
        [f"%{selection.organ}%"] * 2,
    )
    ids = tuple(sorted(row[0] for row in found))
    return replace(selection, organ=None, report_ids=ids) if ids else selection


def _one(told: list[Shown]) -> Shown:
    """Two reports of one organ and year, under its old and new name, give a number only where they say the same."""
    if len({(shown.value, shown.status) for shown in told}) == 1:
        return told[0]
    values = "、".join(f"{shown.value.normalize():f}" for shown in told if shown.value is not None)
    return replace(told[0], value=None, status="conflict", remark=f"这一年有 {len(told)} 份报告：{values}")


def _history(by_year: dict[int, list[ReportRow]], code: str) -> str:
    """Former names, and the years in which the form of the tables changed."""
    latest = by_year[max(by_year)][-1].organ
    names: dict[str, list[int]] = {}
    forms: dict[str, list[int]] = {}
    for year, found in sorted(by_year.items()):
        for report in found:
            if report.organ and report.organ != latest:
                names.setdefault(report.organ, []).append(year)
            if report.form and code.startswith(("t2.", "t3.", "t4.", "s14.")):
                forms.setdefault(report.form, []).append(year)
    told = [f"{_spans(dict.fromkeys(years))}年名为{name}" for name, years in names.items()]
    if len(forms) > 1:
        told += [f"{_spans(dict.fromkeys(years))}年用{_FORMS.get(form, form)}" for form, years in forms.items()]
    return "；".join(told)


def _with_merges(db: Database, rows: list[SeriesRow]) -> tuple[SeriesRow, ...]:
    """Tells of regions that were joined to others or split: their lines end, and the others' lines change there."""
    if not rows:
        return ()
    known = db.select("SELECT code, name, last_year, merged_into FROM regions ORDER BY code, first_year")
    names = {code: name for code, name, _, _ in known}
    into = {code: (last, merged) for code, _, last, merged in known if merged and last}
    received: dict[str, list[str]] = {}
    for code, (last, merged) in into.items():
        for one in merged.split("|"):
            received.setdefault(one, []).append(f"{last + 1}年起含{names[code]}的全部或一部分")
    found = []
    for row in rows:
        code = row.report.region_code or ""
        told = [row.remark] if row.remark else []
        if code in into:
            last, merged = into[code]
            where = "、".join(names.get(one, one) for one in merged.split("|"))
            told.append(f"{last}年后并入或分入{where}，不再接续")
        first = min(row.shown)
        told += [text for text in received.get(code, ()) if first < int(text[:4]) <= max(row.shown)]
        found.append(replace(row, remark="；".join(told)))
    return tuple(found)
