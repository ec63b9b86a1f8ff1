"""The order found over columns of numbers is that of the rules for one report, whatever stands in the cells."""

from __future__ import annotations

import random
from decimal import Decimal

import pytest

from pipeline.compare import Order, Selection, ranking
from pipeline.compare.gather import gather, reports
from pipeline.compare.rankings import RankRow, Shown, ask, needed_by, ranked, shown_rate, shown_value, vocabulary
from pipeline.compare.rates import rate_of
from pipeline.compare.values import Facts, value_of
from pipeline.model import Cell, DocumentResult, Figure
from pipeline.store import Database
from tests.unit.store_cases import cell, figure, fresh, result

CODES, RATES = vocabulary()
REPORTS = 160
THINGS = (
    *RATES, "t3.received", "t3.denied", "t3.denied[natural]", "t3.other", "t3.unavailable", "t3.handled",
    "t3.received[sum]", "t3.carried_out", "t2.fees.amount", "t4.review.total", "disclosure.items", "other:培训",
)  # fmt: skip
LINES = sorted(code for code, row in CODES.by_code.items() if row.group == "table3" and not row.sum_of)
SINGLE = ("t2.fees.amount", "t4.review.total", "t4.review.corrected", "s14.disclosure.items", "s14.received")


def _cells(draw: random.Random) -> tuple[Cell, ...]:
    """A table 3 with sound sums, then spoiled here and there, and a few cells of the other tables."""
    held: dict[tuple[str, str | None], object] = {}
    for column in ("total", "natural"):
        numbers = {code: draw.choice((0, 0, 1, 7, 40)) for code in LINES}
        if draw.random() < 0.5:  # the form of 2019 has one line where that of 2021 has three
            numbers = {code: n for code, n in numbers.items() if not code.startswith("t3.other.")}
            numbers["t3.other.total"] = 3
        elif "t3.other.total" in numbers:
            del numbers["t3.other.total"]
        done = sum(n for code, n in numbers.items() if code not in ("t3.received", "t3.carried_in", "t3.carried_out"))
        numbers |= {"t3.handled": done, "t3.carried_out": 5, "t3.received": done + 3, "t3.carried_in": 2}
        for code, number in numbers.items():
            blank = number == 0 and draw.random() < 0.5
            held[code, column] = None if blank else number
    for code in SINGLE:
        if code in CODES.by_code and draw.random() < 0.6:
            held[code, None] = draw.choice((None, 0, 12, "3.5", 10**17))
    found = [cell(code, column, value) for (code, column), value in held.items() if draw.random() > 0.01]
    for _ in range(draw.choice((0, 0, 1, 3))):
        code, column = draw.choice(list(held))
        spoiled = draw.choice((None, 1, 40, 99))
        found.append(cell(code, column, spoiled, state="unreadable" if spoiled is None else "printed"))
    return tuple(found) if draw.random() < 0.9 else ()


def _figures(draw: random.Random) -> tuple[Figure, ...]:
    made = []
    for _ in range(draw.choice((0, 1, 1, 2, 3))):
        channel = draw.choice((None, None, "website"))
        code = draw.choice(("disclosure.items", "disclosure.items", "t3.received", "other:培训"))
        made.append(figure(code, draw.choice((100, 100, 250)), "条", channel=channel))
    return tuple(made)


def _report(draw: random.Random, n: int) -> DocumentResult:
    return result(
        f"{n}.html", organ=f"{n // 2}号县人民政府", region_code=f"33{n // 2:04d}", year=2022 + n % 2,
        cells=_cells(draw), figures=_figures(draw),
    )  # fmt: skip


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Database:
    draw = random.Random(20231)
    made = fresh(tmp_path_factory.mktemp("order") / "r.duckdb")
    made.load([_report(draw, n) for n in range(REPORTS)])
    return made


def _one_by_one(db: Database, thing: str, years: tuple[int, ...]) -> list[tuple[int | None, str, Shown]]:
    """The same ranking, every report by the rules for one report."""
    asked = ask(thing, CODES, RATES)
    held = gather(db, Selection(), needed_by(asked, CODES) | {asked.code})
    everyone = reports(db, Selection())
    before = {(one.series, one.year): held.get(one.report_id, Facts()) for one in everyone}
    rows = []
    for report in everyone:
        if report.year not in years:
            continue
        facts = held.get(report.report_id, Facts())
        if asked.rate:
            shown = shown_rate(rate_of(asked.rate, facts, CODES, before.get((report.series, (report.year or 0) - 1))))
        else:
            shown = shown_value(value_of(facts, CODES, asked.code, asked.column))
        rows.append(RankRow(None, report, (shown,)))
    told = ranked([row for row in rows if row.shown[0].value is not None], False)
    missing = [row for row in rows if row.shown[0].value is None]
    return [(row.rank, row.report.report_id, row.shown[0]) for row in (*told, *missing)]


@pytest.mark.parametrize("thing", THINGS)
def test_the_order_is_that_of_each_report_by_itself(db: Database, thing: str) -> None:
    years = (2022, 2023)
    found = ranking(db, [thing], Selection(years))
    rows = [(row.rank, row.report.report_id, row.shown[0]) for row in (*found.rows, *found.missing)]
    assert rows == _one_by_one(db, thing, years)
    order = Order(db, [thing], Selection(years))
    assert order.values == [row.shown[0].value for row in found.rows]
    assert order.missing_counts() == found.missing_counts()
    assert [*order.rows(3, 9), *order.missing(2, 5)] == [*found.rows[3:9], *found.missing[2:5]]


def test_every_kind_of_answer_is_among_them(db: Database) -> None:
    statuses = set()
    for thing in THINGS:
        found = ranking(db, [thing], Selection((2022, 2023)))
        statuses |= {row.shown[0].status for row in (*found.rows, *found.missing)}
    assert statuses >= {"value", "blank", "unreadable", "conflict", "absent", "parts", "refused"}
    proven = ranking(db, ["rate.disclosed"], Selection((2022, 2023)))
    assert any("经合计验证为0" in row.shown[0].remark for row in proven.rows)
    small = ranking(db, ["rate.disclosed"], Selection((2022, 2023)), minimum=200)
    assert 0 < sum(row.rank is None for row in small.rows) < len(small.rows)
    assert Decimal("3.5") in Order(db, ["t2.fees.amount"], Selection((2022, 2023))).values
