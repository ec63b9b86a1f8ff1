"""Laws that hold for any numbers and any text."""

from __future__ import annotations

from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from fractions import Fraction

import cn2an
from hypothesis import given
from hypothesis import strategies as st

from pipeline.lexicon import load
from pipeline.model import Quantity
from pipeline.numbers import Interval, NumberReader
from pipeline.numbers.numerals import parse, write
from pipeline.text import fold

READER = NumberReader(load())

amounts = st.decimals(min_value=-(10**9), max_value=10**9, places=2)
counts = st.integers(min_value=0, max_value=10**9)


@st.composite
def intervals(draw: st.DrawFn) -> tuple[Interval, Decimal]:
    """An interval, now and then unbounded, and a number inside it."""
    low, inside, high = sorted(draw(st.tuples(amounts, amounts, amounts)))
    open_low, open_high = draw(st.tuples(st.booleans(), st.booleans()))
    return Interval(None if open_low else low, None if open_high else high), inside


@given(intervals(), intervals())
def test_sums_and_differences_hold_their_members(a: tuple[Interval, Decimal], b: tuple[Interval, Decimal]) -> None:
    (left, x), (right, y) = a, b
    assert (left + right).contains(x + y)
    assert (left - right).contains(x - y)
    assert left + right == right + left


@given(intervals(), intervals(), intervals())
def test_sums_are_associative(
    a: tuple[Interval, Decimal], b: tuple[Interval, Decimal], c: tuple[Interval, Decimal]
) -> None:
    assert (a[0] + b[0]) + c[0] == a[0] + (b[0] + c[0])


@given(intervals(), intervals())
def test_overlap_union_and_intersection_agree(a: tuple[Interval, Decimal], b: tuple[Interval, Decimal]) -> None:
    left, right = a[0], b[0]
    assert left.overlaps(right) == right.overlaps(left)
    assert left.overlaps(right) == (left.intersection(right) is not None)
    assert left.overlaps(right) == (not left.gap(right))
    assert left.union(right).encloses(left)
    assert left.union(right).contains(b[1])


@given(intervals(), st.decimals(min_value=-1000, max_value=1000, places=2))
def test_scaling_holds_its_members(a: tuple[Interval, Decimal], factor: Decimal) -> None:
    assert a[0].scaled(factor).contains(a[1] * factor)


@given(st.integers(0, 10**6), st.integers(1, 10**6))
def test_shares_hold_the_true_quotient(part: int, whole: int) -> None:
    share = Interval.exact(part).share(Interval.exact(whole))
    assert share is not None
    assert share.low is not None
    assert share.high is not None
    assert Fraction(share.low) <= Fraction(100 * part, whole) <= Fraction(share.high)


@given(st.decimals(min_value=0, max_value=10**6, places=4), st.sampled_from(["0.01", "0.1", "1"]))
def test_a_stated_rate_holds_what_it_was_rounded_or_cut_from(true: Decimal, place: str) -> None:
    for rounding in (ROUND_HALF_UP, ROUND_DOWN):
        stated = true.quantize(Decimal(place), rounding)
        assert Interval.from_precision(stated, Decimal(place)).contains(true)


@given(counts, st.sampled_from([10, 100, 10000]))
def test_a_stated_count_holds_what_it_was_rounded_or_cut_from(true: int, place: int) -> None:
    for stated in (true // place * place, (true + place // 2) // place * place):
        assert Interval.from_precision(Decimal(stated), Decimal(place), Decimal(1)).contains(true)


@given(st.integers(0, 10**16 - 1))
def test_numerals_round_trip(value: int) -> None:
    assert parse(write(value)) == value


@given(st.integers(0, 10**12))
def test_numerals_as_an_independent_library_writes_them(value: int) -> None:
    assert write(value) == cn2an.an2cn(value)


@given(st.text(alphabet="零〇一二三四五六七八九十百千万亿两廿点", max_size=12))
def test_whatever_parses_is_written_to_something_of_the_same_value(text: str) -> None:
    value = parse(text)
    if value is not None and value == int(value):
        assert parse(write(int(value))) == value


@given(st.integers(0, 10**11), st.sampled_from(["件", "条", "人次", "个"]))
def test_counts_are_read_as_printed(value: int, unit: str) -> None:
    for printed in (str(value), f"{value:,}", f"{value} "):
        (item,) = READER.find(f"共{printed}{unit}。")
        assert isinstance(item, Quantity)
        assert (item.value, item.low, item.high, item.unit) == (value, value, value, unit)


@given(st.integers(11, 9999))
def test_chinese_counts_are_read_as_printed(value: int) -> None:
    (item,) = READER.find(f"共办理{write(value)}件。")
    assert isinstance(item, Quantity)
    assert item.value == value
    assert item.chinese


SINGLE = "1万亿余多年月日件个%第号〔〕（）“”《》一三十百两近超约的，。、：:-—/. \n@H至到+前名届共每各数几负"
LONGER = ["23", "2021", "0.5", "以上", "http://", "百分之", "分之", "电话"]
pieces = st.sampled_from([*SINGLE, *LONGER])


@given(st.lists(pieces, max_size=30).map("".join) | st.text(max_size=60))
def test_any_text_is_read_without_gaps_or_overlaps(text: str) -> None:
    text = fold(text).text
    found = READER.find(text)
    covered = [0] * len(text)
    last = 0
    for item in found:
        assert last <= item.start < item.end <= len(text)
        last = item.end
        for place in range(item.start, item.end):
            covered[place] += 1
        if isinstance(item, Quantity):
            assert item.start < item.number_end <= item.end
            assert item.low is None or item.low <= item.value
            assert item.high is None or item.value <= item.high
            assert item.value.is_finite()
        else:
            assert item.text == text[item.start : item.end]
    for place, character in enumerate(text):
        if "0" <= character <= "9":
            assert covered[place] == 1, text
