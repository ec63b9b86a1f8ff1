"""Rankings and series: which statement is compared, and what is said where there is none."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from pipeline.compare import Selection, ranking, series
from pipeline.errors import UsageError
from pipeline.model import DocumentResult, Period
from pipeline.store import Database
from tests.unit.store_cases import DIFFERS, cell, figure, fresh, result, table3


@pytest.fixture
def db(tmp_path: Path) -> Database:
    return fresh(tmp_path / "r.duckdb")


def organ(n: int, *, year: int = 2023, region: str | None = None, **more: Any) -> DocumentResult:
    return result(f"{n}-{year}.html", organ=f"{n}号县人民政府", region_code=region or f"3301{n:02d}", year=year, **more)


def received(value: Any) -> Any:
    return (cell("t3.received", "total", value),)


def test_equal_values_share_a_rank(db: Database) -> None:
    db.load([organ(n, cells=received(v)) for n, v in enumerate([5, 9, 9, 2], 1)])
    found = ranking(db, ["t3.received"], Selection(years=(2023,)))
    assert [(row.rank, row.shown[0].value) for row in found.rows] == [(1, 9), (1, 9), (3, 5), (4, 2)]
    lowest = ranking(db, ["t3.received"], ascending=True)
    assert [row.shown[0].value for row in lowest.rows] == [2, 5, 9, 9]


def test_what_is_missing_is_listed_with_its_reason(db: Database) -> None:
    db.load(
        [
            organ(1, cells=received(5)),
            organ(2, cells=received(None)),
            organ(3),
            organ(4, figures=(figure("t3.received", 7), figure("t3.received", 8))),
            organ(5, cells=(cell("t3.received", "total", None, state="unreadable"),)),
            organ(6, cells=received(None), figures=(figure("t3.received", 31),)),
        ]
    )
    found = ranking(db, ["t3.received"])
    assert len(found.rows) == 1
    assert {row.report.organ: row.shown[0].status for row in found.missing} == {
        "2号县人民政府": "blank", "3号县人民政府": "absent", "4号县人民政府": "conflict",
        "5号县人民政府": "unreadable", "6号县人民政府": "blank",
    }  # fmt: skip
    assert found.missing_counts() == {"数值不一": 1, "无法辨认": 1, "未提及": 1, "空白": 2}
    told = {line[2]: line[-1] for line in found.lines(missing=True)}
    assert told["6号县人民政府"] == "空白：表中空白；正文写 31件"
    assert told["4号县人民政府"] == "数值不一：正文有2个不同数值：7、8"


def test_the_printed_cell_comes_before_the_prose(db: Database) -> None:
    db.load(
        [
            organ(1, cells=received(5), figures=(figure("t3.received", 6),)),
            organ(2, figures=(figure("t3.received", 6),)),
        ]
    )
    found = ranking(db, ["t3.received"])
    assert [(row.shown[0].value, row.shown[0].taken_from) for row in found.rows] == [(6, "正文"), (5, "表格")]


def test_parts_other_years_channels_and_scopes_are_no_main_statement(db: Database) -> None:
    code = "disclosure.items"
    db.load(
        [
            organ(
                1,
                figures=(
                    figure(code, 500, "条", channel="website"),
                    figure(code, 900, "条"),
                    figure(code, 300, "条", part_of=1),
                    figure(code, 700, "条", period=Period(kind="last_year")),
                    figure(code, 12, "%", measure="change_rate"),
                    figure(code, 80, "条", category="政策文件"),
                    figure(code, 60, "条", scope="各镇街", scope_kind="subordinate"),
                ),
            ),
            organ(2, figures=(figure(code, 500, "条", channel="website"),)),
            organ(
                3,
                figures=(
                    figure(code, 20, "条", scope="市本级", scope_kind="own"),
                    figure(code, 80, "条", scope="全市", scope_kind="jurisdiction"),
                ),
            ),
        ]
    )  # fmt: skip
    found = ranking(db, [code])
    assert [(row.report.organ, row.shown[0].value) for row in found.rows] == [
        ("1号县人民政府", 900),
        ("3号县人民政府", 80),
    ]
    assert found.rows[1].shown[0].remark == "全市"
    assert [row.report.organ for row in found.missing] == ["2号县人民政府"]


def test_a_rough_statement_beside_an_exact_one_is_no_conflict(db: Database) -> None:
    rough = {"bound": "approx", "low": Decimal(1100), "high": Decimal(1199)}
    db.load(
        [
            organ(1, figures=(figure("disclosure.items", 1100, "条", **rough), figure("disclosure.items", 1136, "条"))),
            organ(2, figures=(figure("disclosure.items", 1100, "条", **rough), figure("disclosure.items", 1300, "条"))),
        ]
    )
    found = ranking(db, ["disclosure.items"])
    assert [row.shown[0].value for row in found.rows] == [1136]
    assert found.missing[0].shown[0].status == "conflict"


def test_amounts_are_compared_in_base_units(db: Database) -> None:
    db.load(
        [
            organ(1, cells=(cell("t2.fees.amount", None, "2.5", unit="万元"),)),
            organ(2, cells=(cell("t2.fees.amount", None, "26000", unit="元"),)),
        ]
    )
    found = ranking(db, ["t2.fees.amount"])
    assert [(row.shown[0].value, row.shown[0].unit) for row in found.rows] == [(26000, "元"), (25000, "元")]


def test_columns_and_their_sum(db: Database) -> None:
    cells = (
        cell("t3.granted", "total", None), cell("t3.granted", "natural", 272), cell("t3.granted", "business", 3),
        *(cell("t3.granted", c, None) for c in ("research", "public_interest", "legal", "other_org")),
    )  # fmt: skip
    db.load([organ(1, cells=cells)])
    found = ranking(db, ["t3.granted[sum]", "t3.granted", "t3.granted[natural]"])
    (row,) = found.rows
    assert [s.value for s in row.shown] == [275, None, 272]
    assert "4栏空白未计" in row.shown[0].remark
    assert row.shown[0].bound == "min"
    assert found.head()[4] == "予以公开（各栏相加）（件）"


def test_a_class_is_the_sum_of_its_lines(db: Database) -> None:
    values = {"received": 9, "handled": 9, "granted": 4, "denied.third_party": 2, "denied.process_info": 3}
    holes = {**values, "denied.state_secret": None}
    db.load(
        [
            organ(1, cells=table3(values)),
            organ(2, cells=table3(holes)),
            organ(3, cells=table3({**holes, "handled": 10})),
        ]
    )
    found = ranking(db, ["t3.denied"])
    assert [(row.report.organ, row.shown[0].value, row.shown[0].remark) for row in found.rows] == [
        ("1号县人民政府", 5, "8行之和"), ("2号县人民政府", 5, "8行之和，1行空白经合计验证为0"),
    ]  # fmt: skip
    assert found.missing[0].shown[0].remark == "8行中1行空白，已填各行之和5"


def test_the_older_sheet_runs_on_in_the_newer_codes(db: Database) -> None:
    db.load(
        [organ(1, year=2016, cells=(cell("s14.requests.received", None, 8),)), organ(1, year=2017, cells=received(10))]
    )
    found = series(db, "t3.received")
    assert found.years == (2016, 2017)
    assert found.rows[0].shown[2016].taken_from == "旧统计表"
    assert found.rows[0].change(2017) == 25
    assert found.lines()[0] == ["甲市", "1号县人民政府", Decimal(8), Decimal(10), Decimal(25), ""]


def test_years_without_a_report_stay_empty(db: Database) -> None:
    db.load(
        [
            organ(1, year=2020, cells=received(4)),
            organ(1, year=2022, cells=received(0)),
            organ(1, year=2023, cells=received(3)),
        ]
    )
    (row,) = series(db, "t3.received").lines()
    assert row[2:] == [4, None, 0, 3, None, None, None, "2021年没有报告"]


def test_region_level_and_year_select(db: Database) -> None:
    db.load(
        [
            organ(1, region="330101", cells=received(1), level="county"),
            result("p.html", organ="丙市人民政府", region_code="330200", region="丙市", cells=received(2)),
            result("q.html", organ="丁省政府", region_code="340000", level="province", cells=received(3)),
            organ(1, region="330101", year=2022, cells=received(9), level="county"),
        ]
    )  # fmt: skip

    def values(**more: Any) -> list[Decimal | None]:
        return [row.shown[0].value for row in ranking(db, ["t3.received"], Selection(**more)).rows]

    assert values() == [3, 2, 1]
    assert values(region="33") == values(region="330000") == [2, 1]
    assert values(region="丙市") == [2]
    assert values(level="county", years=(2022, 2023)) == [9, 1]
    with pytest.raises(UsageError, match="库中没有地区"):
        values(region="无此地")


def test_rates_rank_with_numerator_denominator_and_interval(db: Database) -> None:
    db.load(
        [
            organ(n, cells=(cell("t3.received", "natural", a), cell("t3.received", "total", b)))
            for n, a, b in [(1, 20, 40), (2, 30, 40), (3, 9, 10)]
        ]
    )
    found = ranking(db, ["自然人占比", "t3.received"])
    assert [(row.rank, row.shown[0].value, row.shown[1].value) for row in found.rows] == [
        (1, 75, 40),
        (2, 50, 40),
        (None, 90, 10),
    ]
    assert found.head()[4:9] == ["自然人占比（%）", "分子", "分母", "区间下限", "区间上限"]
    assert ranking(db, ["rate.natural"], minimum=1).rows[0].shown[0].value == 90


def test_year_on_year_uses_the_report_of_the_year_before(db: Database) -> None:
    db.load(
        [
            organ(1, year=2022, cells=received(40)),
            organ(1, year=2023, cells=received(50)),
            organ(2, year=2023, cells=received(50)),
        ]
    )
    found = ranking(db, ["rate.received_change"])
    assert [row.shown[0].value for row in found.rows] == [25]
    assert found.missing[0].shown[0].remark == "没有上年的报告"


def test_a_value_under_a_failing_check_is_flagged(db: Database) -> None:
    db.load([organ(1, cells=(cell("t3.handled", "total", 9),), findings=(DIFFERS,))])
    assert ranking(db, ["t3.handled"]).rows[0].shown[0].remark == "核对不符：A1.total"


@pytest.mark.parametrize("word", ["t3.recieved", "t3.received[all]", "t2.fees.amount[natural]", ""])
def test_an_unknown_word_is_refused(db: Database, word: str) -> None:
    db.load([organ(1, cells=received(1))])
    with pytest.raises(UsageError):
        ranking(db, [word])


def test_a_database_of_nothing_ranks_nothing(db: Database) -> None:
    db.load([])
    assert ranking(db, ["t3.received"]).rows == ()
