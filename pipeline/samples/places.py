"""Who reports: organs over all counties of the country, so that the organs of a large corpus are as many as in life.

Names and codes of regions come from lexicons/regions.csv where that file is at hand (read as plain data), else from the
short list below.
"""

# ruff: noqa: E501  (one organ a line)
from __future__ import annotations

import csv
from functools import cache
from importlib import resources
from typing import NamedTuple

_FEW = (
    ("330000", "浙江省", ""), ("330400", "嘉兴市", "330000"), ("330421", "嘉善县", "330400"),
    ("330481", "海宁市", "330400"), ("330483", "桐乡市", "330400"), ("320000", "江苏省", ""),
    ("320800", "淮安市", "320000"), ("320813", "洪泽区", "320800"), ("350000", "福建省", ""),
    ("350100", "福州市", "350000"), ("350121", "闽侯县", "350100"), ("510000", "四川省", ""),
    ("510100", "成都市", "510000"), ("510104", "锦江区", "510100"), ("610000", "陕西省", ""),
    ("610600", "延安市", "610000"), ("610621", "延长县", "610600"), ("530000", "云南省", ""),
    ("530100", "昆明市", "530000"), ("530124", "富民县", "530100"),
)  # fmt: skip


class Region(NamedTuple):
    """A county-level unit with the names above it."""

    code: str
    name: str
    above: str
    """The name of the prefecture (of the municipality for its districts); "" where there is none."""


class Organ(NamedTuple):
    """Who reports. `all` is the word for the whole jurisdiction (全县), `we` for the organ itself."""

    number: int
    name: str
    kind: str
    level: str
    region_code: str
    region: str
    all: str
    we: str
    scale: float
    """About how many applications a year an organ of its kind gets, as a factor of a county's."""


def _rows() -> list[tuple[str, str, str]]:
    try:
        text = (resources.files("lexicons") / "regions.csv").read_text(encoding="utf-8")
    except (FileNotFoundError, ModuleNotFoundError):
        return list(_FEW)
    lines = (line for line in text.splitlines() if line and not line.startswith("#"))
    rows = [
        (row["code"], row["name"], row["parent"])
        for row in csv.DictReader(lines)
        if not row["last"] and (not row["first"] or int(row["first"]) <= 2018)
    ]
    return rows or list(_FEW)


@cache
def regions() -> tuple[Region, ...]:
    """All county-level units, in order of their codes."""
    names = {code: name for code, name, _ in _rows()}
    return tuple(
        Region(code, name, names.get(parent, ""))
        for code, name, parent in _rows()
        if not code.endswith("00") and parent
    )


@cache
def _upper() -> tuple[tuple[str, str], ...]:
    return tuple((code, name) for code, name, _ in _rows() if code.endswith("00"))


_DEPARTMENTS = (
    "发展和改革局", "教育局", "科学技术局", "公安局", "民政局", "司法局", "财政局", "人力资源和社会保障局", "自然资源局",
    "住房和城乡建设局", "交通运输局", "水利局", "农业农村局", "商务局", "文化和旅游局", "卫生健康局", "退役军人事务局",
    "应急管理局", "审计局", "市场监督管理局", "统计局", "医疗保障局", "信访局", "林业局", "行政审批服务局", "乡村振兴局",
)  # fmt: skip
_TOWNS = (
    "城关镇", "东风镇", "新桥镇", "双河镇", "石门镇", "龙泉镇", "永安镇", "太平镇", "和平镇", "大庄镇", "柳林镇", "清溪镇",
    "白云乡", "红旗乡", "三元乡", "高坪乡",
)  # fmt: skip
_STREETS = ("城东街道", "城西街道", "城南街道", "城北街道", "人民路街道", "解放街道", "新华街道", "建设街道")
_SLOTS = 2 + len(_DEPARTMENTS) + len(_TOWNS) + len(_STREETS)


def capacity() -> int:
    """How many different organs there are."""
    return len(regions()) * _SLOTS


def organ(number: int) -> Organ:
    """The organ of a number; different numbers below `capacity()` give different organs."""
    places = regions()
    index = (number * 1009) % len(places) if len(places) % 1009 else number % len(places)
    place = places[index]
    slot = number // len(places)
    # Two regions in five begin with the government itself, the others with one of its organs.
    slot = (slot + (0 if index % 5 < 2 else 1 + index * 7 % (_SLOTS - 1))) % _SLOTS
    full = place.above + place.name if place.name.endswith("区") and place.above else place.name
    unit = place.name[-1] if place.name[-1] in "县市区旗" else "县"
    base = (number, place.code, place.name)
    if slot == 0:
        return _upper_organ(number, index) or _make(
            base, f"{full}人民政府", "government", "county", f"全{unit}", f"我{unit}", 1.0
        )
    if slot == 1:
        return _make(base, f"{full}经济开发区管理委员会", "zone", "county", "全区", "我区", 0.15)
    slot -= 2
    if slot < len(_DEPARTMENTS):
        return _make(base, full + _DEPARTMENTS[slot], "department", "county", "全系统", "我局", 0.2)
    slot -= len(_DEPARTMENTS)
    if slot < len(_TOWNS):
        name = _TOWNS[slot]
        return _make(base, f"{full}{name}人民政府", "township", "township", f"全{name[-1]}", f"我{name[-1]}", 0.05)
    name = _STREETS[slot - len(_TOWNS)]
    return _make(base, f"{full}{name}办事处", "subdistrict", "township", "全街道", "我街道", 0.05)


def _make(base: tuple[int, str, str], name: str, kind: str, level: str, every: str, we: str, scale: float) -> Organ:
    number, code, region = base
    return Organ(number, name, kind, level, code, region, every, we, scale)


def _upper_organ(number: int, index: int) -> Organ | None:
    """Every eighth government is one of the level above: a prefecture's, or a province's office."""
    upper = _upper()
    if index % 40 or number // len(regions()):
        return None
    code, name = upper[index // 40 % len(upper)]
    base = (number, code, name)
    if code.endswith("0000"):
        word = "省" if name.endswith("省") else "区" if name.endswith("区") else "市"
        return _make(base, f"{name}人民政府办公厅", "office", "province", f"全{word}", f"我{word}", 6.0)
    unit = name[-1] if name[-1] in "市州盟" else "地区" if name.endswith("地区") else "市"
    if unit == "地区":
        return None
    return _make(base, f"{name}人民政府", "government", "prefecture", f"全{unit}", f"我{unit}", 3.0)
