"""Numbers of a spreadsheet as they are displayed: 12 and not 12.0, 35.5% and not 0.355.

Only what changes the value that a reader sees is done: percent, decimals, thousands, words around the number, dates.
Everything else shows as General.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

BUILT_IN = {
    1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%", 37: "#,##0", 38: "#,##0", 39: "#,##0.00",
    40: "#,##0.00", 14: "yyyy-mm-dd", 15: "d-mmm-yy", 16: "d-mmm", 17: "mmm-yy", 22: "yyyy-mm-dd hh:mm", 49: "@",
    27: 'yyyy"年"m"月"', 28: 'm"月"d"日"', 31: 'yyyy"年"m"月"d"日"', 57: 'yyyy"年"m"月"', 58: 'm"月"d"日"',
}  # fmt: skip
_NOISE = re.compile(r"\[[^\]]*\]|_.|\*.")
_LITERAL = re.compile(r'"([^"]*)"|\\(.)')
_PLACES = re.compile(r"[0#?][0#?,.]*")
_DATE = re.compile(r"[yd]|m+[^a-z]*$|h+:|年|月|日", re.IGNORECASE)
_MAX_DECIMALS = 20
_MAX_EXPONENT = 40


def displayed(raw: str, code: str, date1904: bool = False) -> str:
    """A stored number under a format code, as Excel shows it; the stored text where it is no number."""
    try:
        value = Decimal(raw.strip())
    except InvalidOperation:
        return raw.strip()
    if not value.is_finite() or abs(value.adjusted()) > _MAX_EXPONENT:
        return raw.strip()
    section, unsigned = _section(code, value)
    bare = _LITERAL.sub("", section)
    if _DATE.search(bare) and not re.search(r"[0#?]", bare):
        return _date(value, section, date1904)
    if unsigned:
        value = abs(value)
    if bare.strip().upper() == "GENERAL":
        return _around(section, general(value))
    places = _PLACES.search(bare)
    if places is None or "E" in bare.upper():
        return general(value)
    percent = "%" in bare
    return _around(section, _fixed(value * 100 if percent else value, places[0]) + ("%" if percent else ""))


def general(value: Decimal) -> str:
    """As Excel's General: up to 15 digits, no exponent, no trailing zeros; stored 0.35499999999999998 is 0.355."""
    if value == value.to_integral_value() and abs(value) < Decimal(10) ** 21:
        return str(int(value))
    text = format(Decimal(f"{float(value):.15g}"), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _section(code: str, value: Decimal) -> tuple[str, bool]:
    """The part of a format code for this sign, and whether it prints the sign of negative numbers itself."""
    sections = _NOISE.sub("", code).split(";")
    if value < 0 and len(sections) > 1 and sections[1]:
        return sections[1], True
    if value == 0 and len(sections) > 2 and sections[2]:
        return sections[2], False
    return sections[0], False


def _fixed(value: Decimal, shape: str) -> str:
    """Digits under a shape such as #,##0.00; # places do not print zeros."""
    _, _, tail = shape.partition(".")
    decimals = min(len(tail.replace(",", "")), _MAX_DECIMALS)
    rounded = Decimal(f"{float(value):.15g}").quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    text = format(rounded, ",f" if "," in shape.rstrip(",") else "f")
    optional = len(tail) - len(tail.rstrip("#?"))
    while optional and text.endswith("0") and "." in text:
        text, optional = text[:-1], optional - 1
    return text.rstrip(".")


def _around(section: str, shown: str) -> str:
    """The literal words of the format before and behind the number."""
    places = re.search(r"(?:[0#?][0#?,.]*%?|General)", _LITERAL.sub(lambda m: "\0" * len(m[0]), section), re.IGNORECASE)
    if places is None:
        return shown
    before = "".join(a or b for a, b in _LITERAL.findall(section[: places.start()]))
    behind = "".join(a or b for a, b in _LITERAL.findall(section[places.end() :]))
    sign = "-" if section[: places.start()].lstrip().startswith("-") else ""
    return f"{before}{sign}{shown}{behind}"


def _date(value: Decimal, section: str, date1904: bool) -> str:
    """A serial date, written 2021-01-31 or with the 年月日 of its format."""
    if not 0 <= value < 2_958_466:
        return general(value)
    day = datetime(1904, 1, 1) if date1904 else datetime(1899, 12, 30)
    moment = day + timedelta(days=int(value))
    if "年" in section or "月" in section:
        parts = (("y", "年", f"{moment.year}年"), ("m", "月", f"{moment.month}月"), ("d", "日", f"{moment.day}日"))
        return "".join(text for _, sign, text in parts if sign in section)
    return f"{moment:%Y-%m-%d}"
