"""What stands in a cell: number, note, dash or nothing. Never guesses: what is doubtful is unreadable.

Blank, dash and zero are three different things. Units printed in the cell are converted to the unit of the form, and
the conversion is told in the note; the printed text is kept beside it in any case.
"""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

import regex

from pipeline.lexicon.schema.forms import CellWords
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
MOST_REMEMBERED = 4096
"""Different cells remembered; the small numbers of tables come again and again."""

_SCALES = {None: 1, "万": 10**4, "亿": 10**8}
_MONEY = {"元": 1, "万元": 10**4, "亿元": 10**8}
_COMMA = regex.compile(r"[,，]")


class ValueReader:
    """Reads the text of cells. Compiled from the lexicon once."""

    def __init__(self, words: CellWords) -> None:
        self._dashes = frozenset(fold(word).text for word in words.dashes)
        self._zeros = frozenset(words.zeros)
        self._minus = frozenset(fold(word).text for word in words.decrease)
        self._signs = frozenset("+-−–")
        self._about = frozenset(words.about)
        self._measures = frozenset(words.measures)
        self._shape = _shape(words)
        self._seen: dict[tuple[str, str, bool, str | None], Value] = {}

    def read(self, printed: str, unit: str, signed: bool, head_unit: str | None = None) -> Value:
        """Reads the text of a cell whose form gives `unit`; `head_unit` is the unit that
        the head of its column prints.

        A number without unit is in the head's unit, else in the form's. 2.1亿元 in a cell of 万元 is 21000 and a note.
        """
        key = (printed, unit, signed, head_unit)
        value = self._seen.get(key)
        if value is None:
            value = self._read(printed.strip(), unit, signed, head_unit)
            if len(self._seen) >= MOST_REMEMBERED:
                self._seen.clear()
            self._seen[key] = value
        return value

    def _read(self, text: str, unit: str, signed: bool, head_unit: str | None) -> Value:
        text = fold(text).text.strip()
        if not text:
            return BLANK
        if text in self._dashes or self._dashes.issuperset("".join(text.split())):
            return DASH  # one, or several signs in a row
        if text in self._zeros:
            return Value("printed", Decimal(0))
        match = self._shape.fullmatch(text)
        if match is None:
            return Value("unreadable", None, doubt="不是一个单独的数字")
        return self._value(match, unit, signed, head_unit)

    def _value(self, match: regex.Match[str], unit: str, signed: bool, head_unit: str | None) -> Value:
        value = Decimal(_COMMA.sub("", match["number"]))
        sign = match["sign"]
        if sign and not signed and sign not in self._signs:
            return Value("unreadable", None, doubt="这一格不应有增减")
        if sign in self._minus:
            value = -value
        notes = [match["lead"]] if match["lead"] in self._about else []
        scale, printed_unit = match["scale"], match["unit"]
        if unit in _MONEY:
            given = _money_unit(scale, printed_unit)
            if given is None:
                return Value("unreadable", None, doubt="看不出金额的单位")
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
        beside = (match["inside"] or match["behind"] or "").strip("，,;；。 ")
        if beside and beside != unit:
            notes.insert(0, beside)
        return Value("printed", _plain(value), note="；".join(notes) or None)


def _money_unit(scale: str | None, unit: str | None) -> str | None:
    """元, 万元, 亿元; "" where none is printed, None where what is printed is no amount."""
    if unit and unit != "元":
        return None
    if not unit:
        return None if scale else ""
    return (scale or "") + unit


def _shape(words: CellWords) -> regex.Pattern[str]:
    """(共|约) (增|减) number 万 元 （note） with blanks anywhere between."""

    def any_of(*groups: tuple[str, ...]) -> str:
        found = sorted({fold(word).text for group in groups for word in group}, key=len, reverse=True)
        return "|".join(regex.escape(word) for word in found)

    return regex.compile(
        rf"""(?P<lead>{any_of(words.lead, words.about)})?\s*
        (?P<sign>{any_of(words.increase, words.decrease)})?\s*
        (?P<number>\d{{1,3}}(?:[,，]\d{{3}})+(?:\.\d+)?|\d+(?:\.\d+)?)\s*
        (?P<scale>[万亿])?\s*(?P<unit>元|{any_of(words.measures)})?\s*
        (?:[（(\[【](?P<inside>[^（()）]{{0,80}}(?:[（(][^（()）]{{0,40}}[）)][^（()）]{{0,40}})?)[）)\]】]
          |(?P<behind>[，,;；。]?\s*(?:{any_of(words.notes)})\D.{{0,80}}|[*＊※¹²³⁰⁴-⁹⁽⁾①-⑳]+))?\s*[。；;]?""",
        regex.VERBOSE,
    )


def _plain(value: Decimal) -> Decimal:
    """Whole numbers without the zeros that a conversion put behind the point."""
    if value == value.to_integral_value() and abs(value) < Decimal(10) ** 24:
        return value.quantize(Decimal(1))
    return value


_HEAD_UNIT = regex.compile(r"(?:单位[:： ]*|[（(])(万元|亿元|元)")


@lru_cache(maxsize=1024)
def unit_of_head(label: str) -> str | None:
    """The unit printed in a column's head: 本年收费金额（单位：万元） → 万元."""
    match = _HEAD_UNIT.search(fold(label).text)
    return str(match[1]) if match else None
