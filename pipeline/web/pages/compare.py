"""/compare : indicators and rates over regions and years; the link carries the state; csv, xlsx and svg of it."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from pipeline.compare import Series
from pipeline.compare.charts import bars
from pipeline.errors import UsageError
from pipeline.web import charts, comparison, exports, queries
from pipeline.web.comparison import Comparison, Ranked
from pipeline.web.filters import PAGE, Filter
from pipeline.web.pages.common import CSV, XLSX, Paging, attachment, choices, data
from pipeline.web.render import page

router = APIRouter()
MISSING = 200
"""Reports without a value that the page of a ranking lists; all are in the downloads."""


@router.get("/compare")
def compare(request: Request) -> Response:
    told = comparison.parse(request.query_params)
    held = data(request)
    groups = held.remembered(("groups", told.filter.link()), lambda db: queries.groups(db, told.filter))
    years = held.remembered("years", queries.held_years)
    if not request.url.query and years and sum(row["count"] for row in groups) > comparison.MOST:
        return RedirectResponse("/compare" + told.link(kind="government", level="prefecture", year=(years[0],)), 303)
    values: dict[str, Any] = {
        "ranking": None, "series": None, "standing": None, "chart": "", "error": "", "missing": [], "large": 0,
        "boxes": "", "quartiles": None, "paging": None, "chart_shares": {},
    }  # fmt: skip
    try:
        values["asked"] = comparison.asked(told)
        values |= _answer(request, told, _count(groups, told, years))
    except UsageError as error:
        values["error"] = error.message
        values.setdefault("asked", ())
    names = held.remembered(("organs", told.region), lambda db: queries.organ_names(db, _named(told)))
    return page(
        request, "compare.html", c=told, VIEWS=comparison.VIEWS, offered=comparison.offered(), groups=groups,
        organs=names, told=charts.told, **values, **choices(request, told.filter),
    )  # fmt: skip


def _named(told: Comparison) -> Filter:
    return Filter(region=told.region)


def _count(groups: list[dict[str, Any]], told: Comparison, years: list[int]) -> int:
    """About how many reports would be ranked: those of all years where none is named count once."""
    total = sum(int(row["count"]) for row in groups)
    if told.year or told.view == "series":
        return total
    return total // max(1, len(years))


def _answer(request: Request, told: Comparison, count: int) -> dict[str, Any]:
    held = data(request)
    if told.view == "peers":
        standing = held.remembered(("peers", told.link()), lambda db: comparison.standing(db, told))
        numbers = comparison.values(standing.ranking)
        own = standing.row.shown[0].value
        chart = charts.histogram(
            numbers,
            standing.ranking.asked[0].unit,
            label=f"{standing.ranking.asked[0].name}：{standing.circle}的同类机关",
            mark=None if own is None else float(own),
        )  # fmt: skip
        return {"standing": standing, "ranking": standing.ranking, "chart": chart}
    if told.view == "series" and told.organ:
        series, missing = held.remembered(("series", told.link()), lambda db: comparison.through_years(db, told))
        return {"series": series, "missing": missing, "chart": _series_chart(series)}
    if told.view == "series":
        return {}
    if count > comparison.MOST:
        return {"large": count}
    if told.view == "distribution":
        ranking = held.remembered(("distribution", told.link()), lambda db: comparison.ordered(db, told))
        asked, numbers = ranking.asked[0], list(ranking.values)
        return {
            "ranking": ranking, "quartiles": charts.quartiles(numbers),
            "chart": charts.histogram(numbers, asked.unit, label=f"{asked.name}的分布{_years(ranking)}"),
            "boxes": charts.boxes(
                comparison.by_region(ranking, told.region), asked.unit, label=f"{asked.name}，按地区{_years(ranking)}"
            ),
        }  # fmt: skip
    shown = ((told.page - 1) * PAGE, told.page * PAGE)
    ranking = held.remembered(
        ("ranking", told.link(page=told.page)), lambda db: comparison.ordered(db, told, shown, MISSING)
    )
    return {"ranking": ranking, "paging": Paging(told.page, ranking.total), "chart_shares": _shares(ranking)}


def _years(ranking: Ranked) -> str:
    return f"，{'、'.join(map(str, ranking.years))} 年" if ranking.years else ""


def _series_chart(series: Series) -> str:
    unit = f"（{series.asked.unit}）" if series.asked.unit else ""
    return charts.series(series, label=f"{series.asked.name}{unit}，历年")


def _shares(ranking: Ranked) -> dict[str, float]:
    """Report → length of its bar in hundredths of the longest."""
    longest = max(map(abs, ranking.values), default=0.0)
    if not longest:
        return {}
    return {row.report.report_id: round(abs(float(row.shown[0].value or 0)) / longest * 100, 1) for row in ranking.rows}


@router.get("/compare.{kind}")
def download(request: Request, kind: str) -> Response:
    """The same comparison as a file: csv, xlsx or svg."""
    told = comparison.parse(request.query_params)
    asked = comparison.asked(told)
    name = f"{asked[0].name}"
    held = data(request)
    if kind not in ("csv", "xlsx", "svg"):
        raise UsageError("可以下载 csv、xlsx、svg")
    if told.view == "series" and told.organ:
        series, _ = held.read(lambda db: comparison.through_years(db, told))
        heads, chart = series.head(), _series_chart(series)
        lines: list[Sequence[Decimal | int | str | None]] = [*series.lines()]
    else:
        ranking = (
            held.read(lambda db: comparison.standing(db, told)).ranking
            if told.view == "peers"
            else held.read(lambda db: comparison.ranked(db, told))
        )
        heads = ranking.head()
        lines = [*ranking.lines(), *ranking.lines(missing=True)]
        numbers = comparison.values(ranking)
        unit = ranking.asked[0].unit
        chart = bars(ranking) if told.view == "ranking" else charts.histogram(numbers, unit, label=f"{name}的分布")
    if kind == "csv":
        return attachment(exports.csv_text(heads, lines), f"{name}.csv", CSV)
    if kind == "xlsx":
        return attachment(exports.workbook(heads, lines, "比较"), f"{name}.xlsx", XLSX)
    return attachment(chart, f"{name}.svg", "image/svg+xml")
