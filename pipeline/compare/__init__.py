"""Comparison: rankings, rates, series. What is missing is always told, and a blank is never a zero."""

from __future__ import annotations

from pipeline.compare.order import Order, ranking
from pipeline.compare.rankings import Ranking
from pipeline.compare.rates import RateValue, rate_of
from pipeline.compare.series import Series, series
from pipeline.store.read import Selection

__all__ = ["Order", "Ranking", "RateValue", "Selection", "Series", "ranking", "rate_of", "series"]
