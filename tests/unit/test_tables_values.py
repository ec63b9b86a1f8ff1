"""What stands in a cell: numbers, signs, units, notes, dashes, blanks."""

from __future__ import annotations

from decimal import Decimal

import pytest

from pipeline.lexicon import Lexicon
from pipeline.lexicon.schema.forms import CellWords
from pipeline.tables.cellvalue import ValueReader, unit_of_head


@pytest.fixture(scope="module")
def values(lexicon: Lexicon) -> ValueReader:
    return ValueReader(lexicon.one(CellWords))


@pytest.mark.parametrize(
    ("printed", "value", "note"),
    [
        ("0", "0", None), ("0 ", "0", None), (" 26", "26", None), ("１２３", "123", None), ("1,234", "1234", None),
        ("1，234，567", "1234567", None), ("12.50", "12.50", None), ("22件", "22", None), ("3项", "3", "单位印作项"),
        ("22（其中修订16件）", "22", "其中修订16件"), ("22(含修订16件)", "22", "含修订16件"),
        ("22\n其中修订16件", "22", "其中修订16件"),
        ("共22件", "22", None), ("约30", "30", "约"), ("1.2万", "12000", None), ("-10", "-10", None), ("零", "0", None),
        ("5*", "5", "*"), ("\xa07\xa0", "7", None), ("12（件）", "12", None),
    ],
)  # fmt: skip
def test_counts(values: ValueReader, printed: str, value: str, note: str | None) -> None:
    read = values.read(printed, "件", False)
    assert (read.state, read.value, read.note) == ("printed", Decimal(value), note)


@pytest.mark.parametrize(
    ("printed", "value"),
    [
        ("增26", "26"),
        ("减10", "-10"),
        ("－10", "-10"),
        ("+3", "3"),
        ("减少 4", "-4"),
        ("增加4项", "4"),
        ("0", "0"),
        ("↓2", "-2"),
    ],
)
def test_changes(values: ValueReader, printed: str, value: str) -> None:
    assert values.read(printed, "项", True).value == Decimal(value)


@pytest.mark.parametrize(
    ("printed", "unit", "head", "value"),
    [
        ("7730.28", "万元", None, "7730.28"), ("7730.28万元", "万元", None, "7730.28"),
        ("77302800元", "万元", None, "7730.28"),
        ("2.1亿元", "万元", None, "21000"), ("211445600元", "元", None, "211445600"), ("1250000", "万元", "元", "125"),
        ("30", "元", "万元", "300000"), ("30元", "元", "万元", "30"), ("0", "万元", "元", "0"),
    ],
)  # fmt: skip
def test_amounts_are_given_in_the_unit_of_the_form(
    values: ValueReader, printed: str, unit: str, head: str | None, value: str
) -> None:
    read = values.read(printed, unit, False, head)
    assert (read.state, read.value) == ("printed", Decimal(value))


def test_a_conversion_is_told(values: ValueReader) -> None:
    assert values.read("2.1亿元", "万元", False).note == "印的是亿元，已换算为万元"
    assert values.read("7730万元", "万元", False).note is None


@pytest.mark.parametrize("printed", ["", " ", "\xa0", "\u3000\n", "\u200b"])
def test_blanks_are_not_zero(values: ValueReader, printed: str) -> None:
    read = values.read(printed, "件", False)
    assert (read.state, read.value) == ("blank", None)


@pytest.mark.parametrize("printed", ["/", "-", "—", "——", "－", "－－", "无", "不适用", "／", "- -", "----", "N/A"])
def test_dashes_have_no_value(values: ValueReader, printed: str) -> None:
    read = values.read(printed, "件", False)
    assert (read.state, read.value) == ("dash", None)


@pytest.mark.parametrize(
    "printed",
    ["1 2", "12\n5", "1,23", "3/4", "O", "详见附件", "增5", "3、5", "（22）", "12-15", "2022年5件", "5元", "1.2.3"],
)
def test_what_is_doubtful_is_unreadable(values: ValueReader, printed: str) -> None:
    read = values.read(printed, "件", False)
    assert (read.state, read.value) == ("unreadable", None)
    assert read.doubt


@pytest.mark.parametrize("printed", ["3万", "5件", "约三万元", "2百万元"])
def test_amounts_without_a_clear_unit_are_unreadable(values: ValueReader, printed: str) -> None:
    assert values.read(printed, "万元", False).state == "unreadable"


@pytest.mark.parametrize(
    ("label", "unit"),
    [
        ("本年收费金额（单位：万元）", "万元"),
        ("本年收费金额\n(单位:元)", "元"),
        ("采购总金额（万元）", "万元"),
        ("采购总金额", None),
    ],
)
def test_units_of_heads(label: str, unit: str | None) -> None:
    assert unit_of_head(label) == unit
