"""Automatic numbers of Word paragraphs (一、 （一） 1.), which are in numbering.xml and not in the text.

Section headings of reports are often numbered in this way; without the number they would not be found.
"""

from __future__ import annotations

from typing import NamedTuple

from pipeline.ingest.ooxml import Element

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_VAL = W + "val"
_DIGITS = "〇一二三四五六七八九"
_LEGAL = "零壹贰叁肆伍陆柒捌玖"
_LEVELS = 9
_BASES = 10  # styles based on styles based on …: Word allows 11


class Level(NamedTuple):
    """One level of a list: where it starts, how it counts, what it prints (%1 %2 stand for the counters)."""

    start: int = 1
    form: str = "decimal"
    text: str = "%1."


class Style(NamedTuple):
    """What a paragraph style passes on."""

    based_on: str | None
    name: str
    outline: int | None
    num: str | None
    level: int | None


def integer(text: str | None, default: int) -> int:
    """A whole number of an attribute; the default where it is none or absurd."""
    try:
        value = int(text or "")
    except ValueError:
        return default
    return value if abs(value) < 1 << 31 else default


def value(parent: Element | None, path: str) -> str | None:
    """The w:val of a descendant such as "pPr/numPr/ilvl"; None where there is none."""
    for name in path.split("/"):
        if parent is None:
            return None
        parent = parent.find(W + name)
    return None if parent is None else parent.get(_VAL)


def read_styles(root: Element | None) -> dict[str, Style]:
    """Paragraph styles by id."""
    out: dict[str, Style] = {}
    for style in () if root is None else root.iterfind(W + "style"):
        outline = value(style, "pPr/outlineLvl")
        level = value(style, "pPr/numPr/ilvl")
        out[style.get(W + "styleId") or ""] = Style(
            based_on=value(style, "basedOn"),
            name=(value(style, "name") or "").lower(),
            outline=integer(outline, 9) if outline else None,
            num=value(style, "pPr/numPr/numId"),
            level=integer(level, 0) if level else None,
        )
    return out


def inherited(styles: dict[str, Style], style_id: str | None) -> list[Style]:
    """A style and what it is based on, nearest first; circles end."""
    out: list[Style] = []
    while style_id in styles and len(out) < _BASES:
        out.append(styles[style_id])
        style_id = out[-1].based_on
    return out


class Numbering:
    """The lists of a document with their counters; `label` counts on and gives the number printed."""

    def __init__(self, root: Element | None) -> None:
        self._abstract: dict[str, dict[int, Level]] = {}
        self._styles: dict[tuple[str, str], int] = {}
        self._nums: dict[str, tuple[str, dict[int, Level], dict[int, int]]] = {}
        self._counters: dict[str, list[int | None]] = {}
        self._seen: set[tuple[str, int]] = set()
        if root is None:
            return
        links: dict[str, str] = {}
        targets: dict[str, str] = {}
        for abstract in root.iterfind(W + "abstractNum"):
            key = abstract.get(W + "abstractNumId") or ""
            self._abstract[key] = self._levels(abstract, key)
            if link := value(abstract, "numStyleLink"):
                links[key] = link
            if target := value(abstract, "styleLink"):
                targets[target] = key
        for key, link in links.items():
            if link in targets:
                self._abstract[key] = self._abstract[targets[link]]
        for num in root.iterfind(W + "num"):
            starts: dict[int, int] = {}
            for override in num.iterfind(W + "lvlOverride"):
                start = value(override, "startOverride")
                if start:
                    starts[integer(override.get(W + "ilvl"), 0)] = integer(start, 1)
            self._nums[num.get(W + "numId") or ""] = (value(num, "abstractNumId") or "", self._levels(num), starts)

    def _levels(self, parent: Element, key: str | None = None) -> dict[int, Level]:
        out: dict[int, Level] = {}
        for level in parent.iter(W + "lvl"):
            at = integer(level.get(W + "ilvl"), 0)
            out[at] = Level(
                start=integer(value(level, "start"), 0),
                form=value(level, "numFmt") or "decimal",
                text=value(level, "lvlText") or "",
            )
            if key is not None and (style := value(level, "pStyle")):
                self._styles[key, style] = at
        return out

    def level_of(self, num: str, style_id: str | None) -> int:
        """The level that a list ties to a style; 0 where it does not."""
        return self._styles.get((self._nums.get(num, ("", {}, {}))[0], style_id or ""), 0)

    def label(self, num: str, level: int) -> str:
        """The number of the next paragraph of this list and level, "" for bullets and unknown lists."""
        abstract, own, starts = self._nums.get(num, ("", {}, {}))
        levels = {**self._abstract.get(abstract, {}), **own}
        if level not in levels or not 0 <= level < _LEVELS:
            return ""
        counters = self._counters.setdefault(abstract, [None] * _LEVELS)
        if level in starts and (num, level) not in self._seen:
            counters[level] = None
            levels[level] = levels[level]._replace(start=starts[level])
        self._seen.add((num, level))
        before = counters[level]
        counters[level] = levels[level].start if before is None else before + 1
        counters[level + 1 :] = [None] * (_LEVELS - level - 1)
        text = levels[level].text
        if levels[level].form in ("bullet", "none") and "%" not in text:
            return "" if levels[level].form == "bullet" else text
        for at in range(level + 1):
            if f"%{at + 1}" in text:
                shown = counters[at]
                shown = levels.get(at, Level()).start if shown is None else shown
                text = text.replace(f"%{at + 1}", printed(shown, levels.get(at, Level()).form))
        return text


def printed(number: int, form: str) -> str:
    """A counter in one of Word's number formats; unknown formats print digits."""
    if form in ("none", "bullet"):
        return ""
    if form in ("chineseCounting", "chineseCountingThousand", "taiwaneseCounting", "taiwaneseCountingThousand",
                "japaneseCounting", "koreanCounting", "ideographTraditional"):  # fmt: skip
        return chinese(number)
    if form in ("ideographDigital", "japaneseDigitalTenThousand", "taiwaneseDigital", "koreanDigital2"):
        return "".join(_DIGITS[int(d)] for d in str(abs(number)))
    if form in ("chineseLegalSimplified", "ideographLegalTraditional", "japaneseLegal"):
        return chinese(number).translate(str.maketrans(_DIGITS + "十百千", _LEGAL + "拾佰仟"))
    if form in ("decimalEnclosedCircle", "decimalEnclosedCircleChinese") and 1 <= number <= 20:
        return chr(0x245F + number)
    if form == "decimalEnclosedParen" and 1 <= number <= 20:
        return chr(0x2473 + number)
    if form == "decimalEnclosedFullstop" and 1 <= number <= 20:
        return chr(0x2487 + number)
    if form == "decimalFullWidth":
        return "".join(chr(0xFF10 + int(d)) for d in str(abs(number)))
    if form == "decimalZero":
        return f"{number:02d}"
    if form in ("upperLetter", "lowerLetter") and 1 <= number <= 26 * 20:
        letters = chr(64 + (number - 1) % 26 + 1) * ((number - 1) // 26 + 1)
        return letters if form == "upperLetter" else letters.lower()
    if form in ("upperRoman", "lowerRoman") and 1 <= number < 4000:
        return _roman(number) if form == "upperRoman" else _roman(number).lower()
    return str(number)


def chinese(number: int) -> str:
    """1–9999 as Word counts: 一 … 十 十一 … 二十 … 一百零一; anything else in digits."""
    if not 0 < number < 10_000:
        return "〇" if number == 0 else str(number)
    out = ""
    gap = False
    for unit, sign in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // unit % 10
        if digit:
            out += (
                ("零" if gap and out else "") + ("" if digit == 1 and unit == 10 and not out else _DIGITS[digit]) + sign
            )
            gap = False
        else:
            gap = True
    return out


def _roman(number: int) -> str:
    out = ""
    for size, sign in ((1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"),
                       (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I")):  # fmt: skip
        while number >= size:
            out += sign
            number -= size
    return out
