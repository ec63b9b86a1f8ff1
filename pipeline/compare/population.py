"""Per head: counts per 10,000 inhabitants, when the user gives a table of populations.

The table is a CSV file with a heading line: 区划代码 (or region_code), 人口 (or population; 万人 where the heading says
人口（万人）), and where it has several years 年份 (or year). An organ without a population in it is listed as missing.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import replace
from decimal import Context, Decimal, InvalidOperation
from pathlib import Path

from pipeline.compare.missing import decoded
from pipeline.compare.rankings import Asked, Ranking, RankRow, Shown, ranked
from pipeline.errors import UsageError

_CONTEXT = Context(prec=28)
_CODE = ("区划代码", "行政区划代码", "region_code")
_PEOPLE = ("人口", "常住人口", "population", "人口（万人）", "常住人口（万人）")
_YEAR = ("年份", "年度", "year")
PER = 10_000


def read(path: Path) -> dict[tuple[str, int | None], Decimal]:
    """(region code, year or None) → inhabitants. Raises UsageError where the file is no such table."""
    reader = csv.DictReader(decoded(path, "人口表").splitlines())
    heads = reader.fieldnames or ()
    code, people, year = (next((n for n in names if n in heads), None) for names in (_CODE, _PEOPLE, _YEAR))
    if code is None or people is None:
        raise UsageError(f"{path.name} 第一行应有「区划代码」和「人口」两栏（可另有「年份」）")
    found: dict[tuple[str, int | None], Decimal] = {}
    for line, row in enumerate(reader, 2):
        told = (row.get(people) or "").replace(",", "").replace("，", "").strip()
        if not told:
            continue
        try:
            value = Decimal(told) * (PER if "万人" in people else 1)
            when = int(row[year]) if year and row.get(year) else None
        except (InvalidOperation, ValueError) as error:
            raise UsageError(f"{path.name} 第 {line} 行的人口或年份不是数：{told}") from error
        if not value.is_finite() or value <= 0:
            raise UsageError(f"{path.name} 第 {line} 行的人口应大于 0，写的是 {told}")
        found[(row.get(code) or "").strip(), when] = value
    return found


def of_year(table: Mapping[tuple[str, int | None], Decimal], year: int | None) -> dict[str, Decimal]:
    """Region code → inhabitants in a year; a line without a year stands for every year it has no line for."""
    found = {code: value for (code, when), value in table.items() if when is None}
    return found | {code: value for (code, when), value in table.items() if when is not None and when == year}


def per_head(given: Ranking, table: Mapping[tuple[str, int | None], Decimal], *, ascending: bool = False) -> Ranking:
    """The ranking per 10,000 inhabitants; rates stay as they are, an organ without a population is missing."""
    held = {year: of_year(table, year) for year in {row.report.year for row in (*given.rows, *given.missing)}}
    asked = tuple(one if one.rate else _asked(one) for one in given.asked)

    def one(row: RankRow) -> RankRow:
        people = held[row.report.year].get(row.report.region_code or "")
        shown = tuple(s if a.rate else _shown(s, people, a.unit) for s, a in zip(row.shown, asked, strict=True))
        return replace(row, rank=None, shown=shown)

    rows = [one(row) for row in (*given.rows, *given.missing)]
    told = [row for row in rows if row.shown[0].value is not None]
    missing = tuple(row for row in rows if row.shown[0].value is None)
    return replace(given, asked=asked, rows=tuple(ranked(told, ascending)), missing=missing)


def _asked(asked: Asked) -> Asked:
    return replace(asked, name=f"每万人{asked.name}")


def _shown(shown: Shown, people: Decimal | None, unit: str) -> Shown:
    if shown.value is None:
        return shown
    if people is None:
        return replace(shown, value=None, status="refused", remark="人口表里没有这个地区")
    parts = (shown.remark, f"{shown.value.normalize():f}{shown.unit} ÷ {people.normalize():f} 人")
    value = _CONTEXT.divide(shown.value * PER, people).quantize(Decimal("0.0001"))
    return replace(shown, value=value, unit=unit, remark="；".join(part for part in parts if part))
