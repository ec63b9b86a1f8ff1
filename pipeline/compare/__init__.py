"""Comparison: rankings, rates, series. What is missing is always told, and a blank is never a zero."""

from __future__ import annotations

from pipeline.compare.rankings import Ranking, ranking
from pipeline.compare.rates import RateValue, rate_of
from pipeline.compare.series import Series, series
from pipeline.store.read import Selection

__all__ = ["Ranking", "RateValue", "Selection", "Series", "ranking", "rate_of", "series"]
