"""What stands in a cell: number, note, dash or nothing. Never guesses: what is doubtful is unreadable.

Blank, dash and zero are three different things. Units printed in the cell are converted to the unit of the form, and
the conversion is told in the note; the printed text is kept beside it in any case.
"""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

import regex

from pipeline.model import CellState
from pipeline.text import fold


class Value(NamedTuple):
    """A cell as read. `doubt` says why it is unreadable or what is doubtful."""

    state: CellState
    value: Decimal | None
    note: str | None = None
    doubt: str | None = None


BLANK = Value("blank", None)
DASH = Value("dash", None)

_DASHES = frozenset(
    "/ // - -- --- — —— – ― − _ __ ~ ・ · * 无 不适用 无此项 暂无 无数据 空 ╱ ＼ \\ 、 ﹣ ➖ 没有 无变化 N/A n/a NA".split()
)
_MEASURES = "件|项|个|条|次|份|人次|人|宗|起|部|家|篇|场|期|例"
_NUMBER = r"\d{1,3}(?:[,，]\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_SHAPE = regex.compile(
    rf"""(?P<about>约|共|共计|合计)?\s*
    (?P<sign>增加|新增|增|减少|减|下降|上升|[+\-−–—﹣]|[↑↓])?\s*
    (?P<number>{_NUMBER})\s*
    (?P<scale>[万亿])?\s*(?P<unit>元|{_MEASURES})?\s*
    (?:[（(\[【](?P<inside>[^（()）]{{0,80}}(?:[（(][^（()）]{{0,40}}[）)][^（()）]{{0,40}})?)[）)\]】]
      |(?P<behind>[，,;；。]?\s*(?:其中|含|包括|注|另)\D.{{0,80}}|[*＊※]))?\s*[。；;]?""",
    regex.VERBOSE,
)
_MINUS = frozenset("减少 减 下降 - − – — ﹣ ↓".split())
_PLUS = frozenset("增加 新增 增 + 上升 ↑".split())
_SCALES = {None: 1, "万": 10**4, "亿": 10**8}
_MONEY = {"元": 1, "万元": 10**4, "亿元": 10**8}


@lru_cache(maxsize=8192)
def read_value(printed: str, unit: str, signed: bool, head_unit: str | None = None) -> Value:
    """Reads the text of a cell whose form gives `unit`; `head_unit` is the unit printed in the head of its column.

    A number without unit is in the head's unit, else in the form's. 2.1亿元 in a cell of 万元 is 21000, with a note.
    """
    text = printed.strip()
    if text.isdigit() and text.isascii() and (head_unit is None or head_unit == unit):
        return Value("printed", Decimal(text))
    text = fold(text).text.strip()
    if not text:
        return BLANK
    if text in _DASHES or text.replace(" ", "") in _DASHES:
        return DASH
    if text in ("零", "〇"):
        return Value("printed", Decimal(0))
    match = _SHAPE.fullmatch(text)
    if match is None:
        return Value("unreadable", None, doubt="不是一个单独的数字")
    return _value(match, unit, signed, head_unit)


def _value(match: regex.Match[str], unit: str, signed: bool, head_unit: str | None) -> Value:
    value = Decimal(regex.sub(r"[,，]", "", match["number"]))
    sign = match["sign"]
    if sign and not signed and sign not in ("-", "−", "–", "+"):
        return Value("unreadable", None, doubt="这一格不应有增减")
    if sign in _MINUS:
        value = -value
    notes = [match["about"]] if match["about"] == "约" else []
    scale, printed_unit = match["scale"], match["unit"]
    if unit in _MONEY:
        if printed_unit and printed_unit != "元":
            return Value("unreadable", None, doubt=f"单位「{printed_unit}」不是金额")
        given = (scale or "") + "元" if printed_unit else None
        if given is None and scale:
            return Value("unreadable", None, doubt=f"「{scale}」后面没有「元」")
        given = given or head_unit or unit
        if given != unit:
            value = value * _MONEY[given] / _MONEY[unit]
            notes.append(f"印的是{given}，已换算为{unit}")
    else:
        if printed_unit == "元":
            return Value("unreadable", None, doubt="件数的格里印了金额")
        value *= _SCALES[scale]
        if printed_unit and printed_unit != unit:
            notes.append(f"单位印作{printed_unit}")
    inside = match["inside"] or match["behind"]
    if inside and inside.strip() and inside.strip() not in ("单位", unit):
        notes.insert(0, inside.strip("，,;；。 "))
    return Value("printed", _plain(value), note="；".join(notes) or None)


def _plain(value: Decimal) -> Decimal:
    """Without an exponent, and without zeros that only a conversion put behind the point."""
    if value == value.to_integral_value():
        return value.quantize(Decimal(1)) if abs(value) < Decimal(10) ** 24 else value
    return value


_HEAD_UNIT = regex.compile(r"(?:单位[:： ]*|[（(])(万元|亿元|元)")


@lru_cache(maxsize=1024)
def unit_of_head(label: str) -> str | None:
    """The unit printed in a column's head: 本年收费金额（单位：万元） → 万元."""
    match = _HEAD_UNIT.search(fold(label).text)
    return match[1] if match else None
