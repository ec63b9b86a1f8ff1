"""pipeline.numbers.numerals."""

from __future__ import annotations

from decimal import Decimal

import pytest

from pipeline.numbers.numerals import neighbours, parse, write


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("零", 0), ("〇", 0), ("一", 1), ("两", 2), ("十", 10), ("十二", 12), ("二十三", 23), ("廿三", 23), ("卅", 30),
        ("一百零二", 102), ("一百二", 120), ("一百二十", 120), ("两千", 2000), ("三千五", 3500), ("三万五", 35000),
        ("一万零五百", 10500), ("三千零五万", 30050000), ("一亿零五十", 100000050), ("一万亿", 10**12),
        ("二〇二一", 2021), ("一九九八", 1998), ("一〇", 10),
    ],
)  # fmt: skip
def test_values(text: str, value: int) -> None:
    assert parse(text) == value


def test_decimals() -> None:
    assert parse("三点五") == Decimal("3.5")
    assert parse("九十九点八八") == Decimal("99.88")


@pytest.mark.parametrize(
    "text",
    ["", "百", "万", "十百", "三五", "二十百", "百万", "零零", "一百零", "两两", "点五", "三点", "三点十", "一" * 50],
)
def test_what_is_no_numeral(text: str) -> None:
    assert parse(text) is None


@pytest.mark.parametrize(
    ("text", "pair"),
    [("两三", (2, 3)), ("三五", (3, 5)), ("七八十", (70, 80)), ("十七八", (17, 18)), ("一两百", (100, 200))],
)
def test_neighbours(text: str, pair: tuple[int, int]) -> None:
    assert neighbours(text) == pair


@pytest.mark.parametrize("text", ["三", "三二", "五九", "二十", "三六"])
def test_no_neighbours(text: str) -> None:
    assert neighbours(text) is None


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "零"), (10, "十"), (110, "一百一十"), (1001, "一千零一"), (10_010, "一万零一十"), (100_000_000, "一亿")],
)
def test_writing(value: int, text: str) -> None:
    assert write(value) == text


@pytest.mark.parametrize("value", [-1, 10**16])
def test_writing_has_limits(value: int) -> None:
    with pytest.raises(ValueError, match="outside"):
        write(value)


def test_no_count_is_as_large_as_that() -> None:
    assert parse("一万万亿") is None
    assert parse("九千九百九十九万亿") is not None
