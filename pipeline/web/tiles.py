"""The tile map: every province one square, about where it lies. (column, row), short name."""

from __future__ import annotations

TILES: dict[str, tuple[int, int, str]] = {
    "23": (9, 0, "黑"), "65": (0, 1, "新"), "15": (7, 1, "蒙"), "22": (9, 1, "吉"), "62": (3, 2, "甘"),
    "64": (4, 2, "宁"), "14": (5, 2, "晋"), "13": (6, 2, "冀"), "11": (7, 2, "京"), "21": (8, 2, "辽"),
    "63": (2, 3, "青"), "61": (4, 3, "陕"), "41": (6, 3, "豫"), "37": (7, 3, "鲁"), "12": (8, 3, "津"),
    "54": (1, 4, "藏"), "51": (3, 4, "川"), "50": (4, 4, "渝"), "42": (5, 4, "鄂"), "34": (6, 4, "皖"),
    "32": (7, 4, "苏"), "31": (8, 4, "沪"), "53": (3, 5, "滇"), "52": (4, 5, "贵"), "43": (5, 5, "湘"),
    "36": (6, 5, "赣"), "33": (7, 5, "浙"), "45": (4, 6, "桂"), "44": (5, 6, "粤"), "35": (6, 6, "闽"),
    "71": (8, 6, "台"), "46": (4, 7, "琼"), "81": (6, 7, "港"), "82": (5, 7, "澳"),
}  # fmt: skip
COLUMNS, ROWS = 10, 8
STEPS = 5
"""Shades of the map."""


def shade(part: int, whole: int) -> int:
    """Which shade a share has: 0 for none, 1 … STEPS."""
    if not whole or not part:
        return 0
    return min(STEPS, 1 + int(part / whole * STEPS * 0.999))
