"""Base units: 万元 → 元. The base unit of a unit is what stands behind its magnitude."""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache

_MAGNITUDES = (
    ("万亿", 10**12), ("百亿", 10**10), ("亿", 10**8), ("千万", 10**7), ("百万", 10**6), ("十万", 10**5), ("万", 10**4),
    ("千", 10**3), ("百", 10**2),
)  # fmt: skip
_WHOLE = frozenset({"千米", "千克", "千瓦", "千伏"})  # units of their own


@lru_cache(maxsize=1024)
def base(unit: str) -> tuple[Decimal, str]:
    """The factor and the base unit: 万元 → (10000, 元); 件 → (1, 件)."""
    if unit not in _WHOLE:
        for word, factor in _MAGNITUDES:
            if unit.startswith(word) and len(unit) > len(word):
                return Decimal(factor), unit[len(word) :]
    return Decimal(1), unit
