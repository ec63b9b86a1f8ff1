"""Shares of numbers of the prose, worked out by hand: by channel, with the intervals that rounded numbers leave."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from pipeline.compare.rankings import vocabulary
from pipeline.compare.rates import RateValue, rate_of
from pipeline.compare.values import CellFact, Facts, FigureFact

CODES, RATES = vocabulary()
CHANNELS = {code.removeprefix("rate.channel_") for code, rate in RATES.items() if rate.kind == "prose"}


def said(value: Any, channel: str | None = None, low: Any = None, high: Any = None, **more: Any) -> FigureFact:
    given: dict[str, Any] = {
        "code": "disclosure.items", "value": Decimal(str(value)), "unit": "条", "bound": "exact",
        "low": Decimal(str(value if low is None else low)), "high": Decimal(str(value if high is None else high)),
        "measure": "level", "column": None, "channel": channel, "scope": None, "scope_kind": None, "period": "year",
        "category": None, "part_of": 0 if channel else None,
    }  # fmt: skip
    return FigureFact(**{**given, **more})


def rate(channel: str, *figures: FigureFact, cells: tuple[CellFact, ...] = ()) -> RateValue:
    facts = Facts()
    for figure in figures:
        facts.add_figure(figure)
    for cell in cells:
        facts.add_cells((cell,))
    return rate_of(RATES[f"rate.channel_{channel}"], facts, CODES)


def test_the_channels_that_have_a_rate() -> None:
    assert {"website", "wechat", "weibo", "newmedia", "gazette"} == CHANNELS


@pytest.mark.parametrize("channel", sorted(CHANNELS))
def test_exact_numbers_give_an_exact_share(channel: str) -> None:
    found = rate(channel, said(1600), said(400, channel), said(7, "board"))
    assert (found.numerator, found.denominator, found.value) == (400, 1600, 25)
    assert (found.low, found.high) == (25, 25)
    assert found.ranked


def test_rounded_numbers_carry_their_interval_through() -> None:
    whole = said(12000, low=11500, high=12500, bound="approx")
    found = rate("website", whole, said(6000, "website"))
    assert found.value == 50
    # 6000 / 12500 and 6000 / 11500
    assert (found.low, found.high) == (Decimal("48.00"), Decimal("52.18"))
    assert "区间" in found.remark


def test_a_bound_leaves_the_interval_open_to_its_end() -> None:
    more = FigureFact(**{**_fields(said(6000, "website")), "high": None, "bound": "min"})
    found = rate("website", said(12000), more)
    assert (found.value, found.low, found.high) == (50, Decimal("50.00"), Decimal("100.00"))
    least = FigureFact(**{**_fields(said(12000)), "high": None, "bound": "min"})
    found = rate("website", least, said(6000, "website"))
    assert (found.value, found.low, found.high) == (50, Decimal("0.00"), Decimal("50.00"))


def _fields(figure: FigureFact) -> dict[str, Any]:
    return {name: getattr(figure, name) for name in FigureFact.__dataclass_fields__}


@pytest.mark.parametrize(
    ("figures", "told"),
    [
        ((said(1600),), "正文没有说「主动公开政府信息数」（网站）"),
        ((said(400, "website"),), "正文没有说「主动公开政府信息数」"),
        ((said(1600), said(400, "website"), said(500, "website")), "2个不同数值"),
        ((said(300), said(400, "website")), "分子大于分母"),
        ((said(0), said(0, "website")), "分母为0"),
        (
            (said(1600, scope_kind="jurisdiction"), said(400, "website", scope_kind="own")),
            "分子和分母说的范围不同",
        ),
        ((said(1600), said(400, "website", category="动态")), "正文没有说"),
        ((said(1600), said(400, "website", period="last_year")), "正文没有说"),
    ],
)
def test_what_cannot_be_told_is_refused_with_the_reason(figures: tuple[FigureFact, ...], told: str) -> None:
    found = rate("website", *figures)
    assert (found.value, found.status, found.ranked) == (None, "refused", False)
    assert told in found.remark


def test_a_small_whole_is_shown_and_not_ranked() -> None:
    found = rate("wechat", said(29), said(10, "wechat"))
    assert found.value is not None
    assert not found.ranked
    assert "不参加排名" in found.remark


def sheet(code: str, value: int | None) -> CellFact:
    state = "blank" if value is None else "printed"
    return CellFact(f"s14.disclosure.{code}", None, state, None if value is None else Decimal(value), "条")


def test_the_old_sheet_comes_before_the_prose_and_its_blanks_are_no_zeros() -> None:
    words = (said(1600), said(400, "website"))
    found = rate("website", *words, cells=(sheet("items", 200), sheet("website", 50)))
    assert (found.numerator, found.denominator, found.value) == (50, 200, 25)
    blank = rate("website", *words, cells=(sheet("items", 200), sheet("website", None)))
    assert (blank.value, blank.status) == (None, "refused")
    assert "空白" in blank.remark
