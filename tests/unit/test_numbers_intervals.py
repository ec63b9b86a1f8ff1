"""pipeline.numbers.intervals."""

from __future__ import annotations

from decimal import Decimal as D

import pytest

from pipeline.numbers.intervals import ANY, ZERO, Interval


def span(low: str | None, high: str | None) -> Interval:
    return Interval(None if low is None else D(low), None if high is None else D(high))


def test_an_empty_interval_is_refused() -> None:
    with pytest.raises(ValueError, match="empty"):
        span("2", "1")


@pytest.mark.parametrize(
    ("value", "place", "step", "low", "high"),
    [
        ("143000", "1000", "1", "142500", "143999"),  # 14.3万次
        ("140000", "10000", "1", "135000", "149999"),  # 14万次
        ("100000", "10000", "0.01", "95000", "109999.99"),  # 10万元
        ("33.9", "0.1", None, "33.85", "33.99999"),  # 33.9%
        ("100", "1", None, "99.5", "100.9999"),  # 100%
        ("0", "1", None, "0", "0.9999"),  # 0%: not below zero
        ("-3.2", "0.1", None, "-3.29999", "-3.15"),  # a fall, mirrored
        ("423", "1", "1", "423", "423"),  # printed down to its step
        ("1234.56", "0.01", "0.01", "1234.56", "1234.56"),
    ],
)
def test_precision(value: str, place: str, step: str | None, low: str, high: str) -> None:
    got = Interval.from_precision(D(value), D(place), None if step is None else D(step))
    assert got == span(low, high)


def test_rounded_and_cut_off_statements_are_inside_and_the_next_place_is_not() -> None:
    stated = Interval.from_precision(D("33.9"), D("0.1"))
    assert stated.contains(D("33.85"))
    assert stated.contains(D("33.95"))
    assert stated.contains(D("33.999"))
    assert not stated.contains(D("34"))
    assert not stated.contains(D("33.8"))


def test_sums_add_the_ends() -> None:
    assert span("1", "2") + span("10", None) == span("11", None)
    assert span("5", "7") - span("1", "2") == span("3", "6")
    assert Interval.exact(3) - span("1", None) == span(None, "2")
    assert -span(None, "4") == span("-4", None)
    assert Interval.total([Interval.exact(1), span("2", "3"), Interval.exact(D("0.5"))]) == span("3.5", "4.5")
    assert Interval.total([]) == ZERO


def test_sums_are_exact_beyond_28_digits() -> None:
    big = D("12345678901234567890123456789012345")
    assert (Interval.exact(big) + Interval.exact(1)).low == D("12345678901234567890123456789012346")


def test_scaling() -> None:
    assert span("1", "2").scaled(10000) == span("10000", "20000")
    assert span("1", None).scaled(-2) == span(None, "-2")
    assert span(None, None).scaled(0) == ZERO


def test_comparing() -> None:
    assert span("1", "2").overlaps(span("2", "3"))
    assert not span("1", "2").overlaps(span("2.1", None))
    assert not span("3", None).overlaps(span(None, "2"))
    assert ANY.overlaps(span("1", "1"))
    assert ANY.encloses(span("1", None))
    assert not span("1", "5").encloses(span("2", None))
    assert span(None, "5").encloses(span("2", "5"))
    assert span("1", "2").union(span("5", None)) == span("1", None)
    assert span("1", "4").intersection(span("3", None)) == span("3", "4")
    assert span("1", "2").intersection(span("3", None)) is None


def test_gap_says_how_far_and_on_which_side() -> None:
    assert Interval.exact(805).gap(Interval.exact(800)) == 5
    assert Interval.exact(800).gap(span("805", "900")) == -5
    assert span("1", "3").gap(span("2", "9")) == 0


def test_shares() -> None:
    share = Interval.exact(35).share(Interval.exact(805))
    assert share is not None
    assert share.overlaps(Interval.from_precision(D("4.34"), D("0.01")))
    assert not share.overlaps(Interval.from_precision(D("4.36"), D("0.01")))
    assert share.low is not None
    assert share.high is not None
    assert share.low < D(3500) / D(805) * 1 + D("1e-20")
    assert share.low < share.high  # no finite decimal: rounded outward


def test_a_share_needs_a_whole_that_is_not_zero_and_parts_not_below_zero() -> None:
    assert Interval.exact(1).share(ZERO) is None
    assert Interval.exact(1).share(span("0", "5")) is None
    assert Interval.exact(1).share(span(None, "5")) is None
    assert span("-1", "1").share(Interval.exact(2)) is None
    assert span("1", None).share(span("2", None)) == span("0", None)


def test_growth() -> None:
    assert Interval.exact(112).change_rate(Interval.exact(100)) == span("12", "12")
    assert Interval.exact(80).change_rate(Interval.exact(100)) == span("-20", "-20")
    assert Interval.exact(80).change_rate(ZERO) is None


@pytest.mark.parametrize(
    ("interval", "text"),
    [
        (span("5", "5"), "5"),
        (span("5", None), "≥5"),
        (span(None, "5"), "≤5"),
        (span("1", "2.5"), "1–2.5"),
        (ANY, "任意"),
    ],
)
def test_text(interval: Interval, text: str) -> None:
    assert str(interval) == text


def test_no_exponents_in_text() -> None:
    assert str(Interval.exact(D("1E+3"))) == "1000"
