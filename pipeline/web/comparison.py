"""What the comparison page is asked for, and the answer: a ranking, series, a distribution, one among its peers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any
from urllib.parse import urlencode

from pipeline.compare import Order, Ranking, Selection, Series, ranking, series
from pipeline.compare.peers import Standing, peers
from pipeline.compare.rankings import Asked, RankRow, ask, vocabulary
from pipeline.errors import UsageError
from pipeline.store import Database
from pipeline.store.read import prefix
from pipeline.web import filters, regions, report_queries
from pipeline.web.filters import Filter

VIEWS = {"ranking": "排名", "series": "历年", "distribution": "分布", "peers": "与同类比"}
MOST = 6000
"""Reports in one ranking; more are asked to be narrowed down."""
MOST_ORGANS = 8
DEFAULT = "t3.received"


@dataclass(frozen=True, slots=True)
class Comparison:
    """The state of the comparison page; its link carries all of it."""

    thing: tuple[str, ...] = (DEFAULT,)
    view: str = "ranking"
    region: str = ""
    level: str = ""
    kind: str = ""
    year: tuple[int, ...] = ()
    organ: tuple[str, ...] = ()
    order: str = "desc"
    minimum: int | None = None
    page: int = 1

    def link(self, **changes: Any) -> str:
        told: list[tuple[str, str]] = []
        for field in fields(self):
            value = changes.get(field.name, 1 if field.name == "page" else getattr(self, field.name))
            if value == field.default or value is None:
                continue
            values = value if isinstance(value, tuple) else (value,)
            told += [(field.name, str(one)) for one in values]
        return "?" + urlencode(told)

    @property
    def filter(self) -> Filter:
        return Filter(region=self.region, level=self.level, kind=self.kind, year=self.year)

    @property
    def selection(self) -> Selection:
        return Selection(self.year, self.region or None, self.level or None, self.kind or None)


def parse(query: Any) -> Comparison:
    """A query string as a Comparison; what makes no sense is left out."""
    base = filters.parse(query)
    things = [filters.text(one) for one in query.getlist("thing") if filters.text(one)]
    organs = [filters.text(one) for one in query.getlist("organ") if filters.text(one)]
    minimum = query.get("minimum", "")
    view = query.get("view", "ranking")
    return Comparison(
        thing=tuple(dict.fromkeys(things))[:4] or (DEFAULT,),
        view=view if view in VIEWS else "ranking",
        region=base.region,
        level=base.level,
        kind=base.kind,
        year=base.year,
        organ=tuple(dict.fromkeys(organs))[:MOST_ORGANS],
        order="asc" if query.get("order") == "asc" else "desc",
        minimum=int(minimum) if minimum.isascii() and minimum.isdigit() and len(minimum) < 6 else None,
        page=base.page,
    )


def asked(told: Comparison) -> tuple[Asked, ...]:
    """The indicators and rates asked for. Raises UsageError for an unknown one."""
    codes, rates = vocabulary()
    return tuple(ask(text, codes, rates) for text in told.thing)


@dataclass(frozen=True, slots=True)
class Ranked:
    """Some rows of a ranking, and what is told of all of it: `values` and `regions` of every report with a value."""

    asked: tuple[Asked, ...]
    years: tuple[int, ...]
    rows: tuple[RankRow, ...]
    missing: tuple[RankRow, ...]
    values: tuple[float, ...]
    regions: tuple[str | None, ...]
    lacking: int
    reasons: dict[str, int]

    @property
    def total(self) -> int:
        """How many reports have a value."""
        return len(self.values)


def ranked(db: Database, told: Comparison) -> Ranking:
    """All rows of the ranking asked for."""
    return ranking(db, told.thing, told.selection, ascending=told.order == "asc", minimum=told.minimum)


def ordered(db: Database, told: Comparison, rows: tuple[int, int] = (0, 0), missing: int = 0) -> Ranked:
    """The ranking asked for with its rows from one place to another, and so many of those without a value."""
    order = _order(db, told)
    return _ranked(order, order.rows(*rows), order.missing(0, missing))


def listed(db: Database, told: Comparison, offset: int, limit: int) -> Ranked:
    """A stretch of all reports, those with a value first."""
    order = _order(db, told)
    first, last = (max(0, place - len(order)) for place in (offset, offset + limit))
    return _ranked(order, order.rows(offset, offset + limit), order.missing(first, last))


def _order(db: Database, told: Comparison) -> Order:
    return Order(db, told.thing, told.selection, ascending=told.order == "asc", minimum=told.minimum)


def _ranked(order: Order, rows: Sequence[RankRow], missing: Sequence[RankRow]) -> Ranked:
    return Ranked(
        order.asked, order.years, tuple(rows), tuple(missing), tuple(map(float, order.values)),
        tuple(order.regions()), order.missing_count, order.missing_counts(),
    )  # fmt: skip


def standing(db: Database, told: Comparison) -> Standing:
    """An organ among its peers. Raises UsageError where none is named."""
    if not told.organ:
        raise UsageError("请写一个机关的名称")
    return peers(db, told.organ[0], told.thing, told.year[-1] if told.year else None)


def through_years(db: Database, told: Comparison) -> tuple[Series, list[str]]:
    """The series of the named organs, and the names that were not found. Without names: of the chosen governments."""
    if not told.organ:
        selection = Selection(told.year, told.region or None, told.level or None, told.kind or None)
        return series(db, told.thing[0], selection), []
    start = prefix(told.region) if told.region else ""
    found = report_queries.report_ids(db, list(told.organ), start)
    missing = [name for name in told.organ if name not in {organ for _, organ, _ in found}]
    ids = tuple(report for report, _, _ in found)
    if not ids:
        raise UsageError(f"库中没有「{'」「'.join(missing)}」，请写机关全称，如 某某市人民政府")
    held = series(db, told.thing[0], Selection(told.year, report_ids=ids))
    place = {name: n for n, name in enumerate(told.organ)}
    rows = sorted(held.rows, key=lambda row: place.get(row.report.organ or "", 99))
    return Series(held.asked, held.years, tuple(rows)), missing


def by_region(ranking: Ranked, region: str) -> list[tuple[str, list[float]]]:
    """The values of a ranking by province, or by what lies next below the chosen region."""
    digits = min(len(prefix(region)) + 2, 6) if region else 2
    groups: dict[str, list[float]] = {}
    for value, code in zip(ranking.values, ranking.regions, strict=True):
        if code:
            groups.setdefault(code[:digits].ljust(6, "0"), []).append(value)
    named = [(regions.name(code), values) for code, values in sorted(groups.items())]
    return [pair for pair in named if pair[1]][:40]


def values(ranking: Ranking) -> list[float]:
    """The values of a ranking as plain numbers, for charts."""
    return [float(row.shown[0].value) for row in ranking.rows if row.shown[0].value is not None]


def offered() -> list[tuple[str, Sequence[tuple[str, str]]]]:
    """What can be chosen: (heading, [(code, name)]), the rates first."""
    codes, rates = vocabulary()
    groups = {"table3": "表三 依申请公开", "table2": "表二 主动公开", "table4": "表四 复议诉讼", "prose": "正文指标",
              "s14": "旧统计表"}  # fmt: skip
    found: list[tuple[str, Sequence[tuple[str, str]]]] = [("比率", [(r.code, r.name) for r in rates.values()])]
    for group, title in groups.items():
        held = [(row.code, row.name) for row in codes.by_code.values() if row.group == group]
        found.append((title, held))
    return found
