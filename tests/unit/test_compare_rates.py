"""Each rate against numbers worked out by hand: with values, with blanks, with nothing to divide by."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest

from pipeline.compare.rankings import vocabulary
from pipeline.compare.rates import rate_of, wilson
from pipeline.compare.values import CellFact, Facts
from pipeline.model import Cell
from tests.unit.store_cases import cell, table3, table4

CODES, RATES = vocabulary()


def facts(cells: tuple[Cell, ...]) -> Facts:
    held = Facts()
    for c in cells:
        held.add_cells((CellFact(c.code, c.column, c.state, c.value, c.unit),))
    return held


FULL: Mapping[str, Any] = {
    "received": 90, "carried_in": 10, "granted": 40, "partial": 8, "denied.state_secret": 1, "denied.third_party": 3,
    "unavailable.not_held": 20, "unavailable.needs_creation": 4, "rejected.petition": 6, "rejected.repeated": 2,
    "other.other": 1, "handled": 85, "carried_out": 15,
}  # fmt: skip
NATURAL = (cell("t3.received", "natural", 72),)
SUITS = table4(
    {"upheld": 30, "corrected": 6, "other": 4, "pending": 10, "total": 50},
    {"upheld": 20, "corrected": 3, "other": 2, "pending": 15, "total": 40},
    {"upheld": 5, "corrected": 1, "other": 0, "pending": 4, "total": 10},
)


@pytest.mark.parametrize(
    ("code", "top", "bottom", "percent"),
    [
        ("rate.granted", 40, 85, "47.06"),
        ("rate.disclosed", 48, 85, "56.47"),
        ("rate.denied", 4, 85, "4.71"),
        ("rate.unavailable", 24, 85, "28.24"),
        ("rate.rejected", 8, 85, "9.41"),
        ("rate.handled", 85, 100, "85.00"),
        ("rate.carried_out", 15, 100, "15.00"),
        ("rate.natural", 72, 90, "80.00"),
        ("rate.review_corrected", 6, 50, "12.00"),
        ("rate.review_corrected_decided", 6, 40, "15.00"),
        ("rate.suit_lost", 4, 50, "8.00"),
        ("rate.suit_lost_decided", 4, 31, "12.90"),
        ("rate.corrected", 10, 100, "10.00"),
    ],
)
def test_a_rate_by_hand(code: str, top: int, bottom: int, percent: str) -> None:
    found = rate_of(RATES[code], facts(table3(FULL) + NATURAL + SUITS), CODES)
    assert (found.numerator, found.denominator) == (top, bottom)
    assert found.value is not None
    assert found.value.quantize(Decimal("0.01")) == Decimal(percent)
    assert found.ranked
    assert found.low is not None
    assert found.high is not None
    assert found.low < found.value < found.high


def test_every_rate_of_the_lexicon_is_worked_out_here() -> None:
    assert {
        "rate.granted", "rate.disclosed", "rate.denied", "rate.unavailable", "rate.rejected", "rate.handled",
        "rate.carried_out", "rate.natural", "rate.review_corrected", "rate.review_corrected_decided", "rate.suit_lost",
        "rate.suit_lost_decided", "rate.corrected", "rate.received_change",
    } == {code for code, rate in RATES.items() if rate.kind != "prose"}  # fmt: skip


def test_a_blank_line_counts_as_zero_only_where_the_sum_proves_it() -> None:
    printed = {**FULL, "rejected.massive": None, "denied.process_info": None}
    found = rate_of(RATES["rate.rejected"], facts(table3(printed)), CODES)
    assert found.numerator == 8
    assert "空白经合计验证为0" in found.remark
    short = {**printed, "handled": 86}  # one result is in a blank line, and nothing says in which
    refused = rate_of(RATES["rate.rejected"], facts(table3(short)), CODES)
    assert (refused.value, refused.status, refused.ranked) == (None, "refused", False)
    assert "空白" in refused.remark


def test_a_blank_total_is_never_divided_by() -> None:
    found = rate_of(RATES["rate.granted"], facts(table3({**FULL, "handled": None})), CODES)
    assert found.value is None


def test_a_blank_carry_in_is_zero_only_if_the_balance_says_so() -> None:
    even = {**FULL, "received": 85, "carried_in": None, "carried_out": 0}
    found = rate_of(RATES["rate.handled"], facts(table3(even)), CODES)
    assert (found.numerator, found.denominator) == (85, 85)
    unknown = {**FULL, "received": 85, "carried_in": None, "carried_out": None}
    assert rate_of(RATES["rate.handled"], facts(table3(unknown)), CODES).value is None
    open_end = {**FULL, "received": 85, "carried_in": None, "carried_out": 5}
    assert rate_of(RATES["rate.handled"], facts(table3(open_end)), CODES).value is None


def test_a_group_left_blank_altogether_gives_no_rate() -> None:
    blank = table4({"upheld": 2, "corrected": 1, "other": 0, "pending": 0, "total": 3}, {}, {})
    assert rate_of(RATES["rate.suit_lost"], facts(blank), CODES).value is None
    assert rate_of(RATES["rate.review_corrected"], facts(blank), CODES).numerator == 1


def test_nothing_to_divide_by() -> None:
    none = rate_of(RATES["rate.granted"], facts(table3({})), CODES)
    assert (none.value, none.remark) == (None, "分母为0")


def test_a_part_larger_than_its_whole_is_no_rate() -> None:
    found = rate_of(
        RATES["rate.natural"], facts((cell("t3.received", "natural", 9), cell("t3.received", "total", 8))), CODES
    )
    assert (found.value, found.remark) == (None, "分子大于分母，请核对原报告")


@pytest.mark.parametrize(("bottom", "ranked"), [(29, False), (30, True)])
def test_small_denominators_are_shown_and_not_ranked(bottom: int, ranked: bool) -> None:
    cells = (cell("t3.received", "natural", 10), cell("t3.received", "total", bottom))
    found = rate_of(RATES["rate.natural"], facts(cells), CODES)
    assert found.value is not None
    assert found.ranked is ranked
    assert ("不参加排名" in found.remark) is not ranked


def test_a_missing_table_is_told() -> None:
    found = rate_of(RATES["rate.natural"], Facts(), CODES)
    assert found.value is None
    assert "未提及" in found.remark


@pytest.mark.parametrize(
    ("now", "before", "percent"), [(90, 60, "50"), (30, 60, "-50"), (90, 0, None), (None, 60, None), (90, None, None)]
)
def test_year_on_year(now: int | None, before: int | None, percent: str | None) -> None:
    this = facts((cell("t3.received", "total", now),))
    last = facts((cell("t3.received", "total", before),))
    found = rate_of(RATES["rate.received_change"], this, CODES, last)
    assert found.value == (None if percent is None else Decimal(percent))
    assert rate_of(RATES["rate.received_change"], this, CODES, None).value is None


def test_year_on_year_from_a_small_base_is_not_ranked() -> None:
    found = rate_of(
        RATES["rate.received_change"],
        facts((cell("t3.received", "total", 9),)),
        CODES,
        facts((cell("t3.received", "total", 3),)),
    )
    assert (found.value, found.ranked) == (Decimal(200), False)


@pytest.mark.parametrize(
    ("top", "bottom", "low", "high"),
    # from the closed form of the interval, worked out with another program
    [(0, 30, "0.00", "11.35"), (30, 30, "88.65", "100.00"), (15, 30, "33.15", "66.85"), (1, 100, "0.18", "5.45")],
)
def test_wilson_interval(top: int, bottom: int, low: str, high: str) -> None:
    assert wilson(Decimal(top), Decimal(bottom)) == (Decimal(low), Decimal(high))
