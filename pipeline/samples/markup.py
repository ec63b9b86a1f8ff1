"""Prose with its gold written into it: one template gives the text and every figure that it states.

    全县收到申请{$received件|t3.received|sc=全县 id=r}，其中网上{$online件|requests.received.online|in=r}。

`{mention|codes|attributes}` is a figure, `{?…}` a borderline one, `{!text}` a number that is no figure, `$name` a value
from the context. Several codes (a;b) make several figures of one mention. Attributes, separated by blanks: v value,
u unit, b bound, ch channel, sc scope, sk scope_kind, pe period, cat category, col column, m measure, of base, alt other
right codes (a,b), id a name for `in`, in the whole it is part of, ex parts exhaustive (yes or no), and the bare words
z (an absence in words) and imp (unit implied). An attribute with ; gives each of several codes its own.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple

Gold = dict[str, Any]
"""One row of NAME.figures.json; see samples/README.md."""

_SLOT = re.compile(r"\{([!?]?)([^{}|]*)(?:\|([^{}|]*))?(?:\|([^{}|]*))?\}")
_NAME = re.compile(r"\$([a-z_0-9]+)")
_NUMBER = re.compile(r"-?[0-9０-９]+(?:[,，][0-9０-９]{3})*(?:[.．][0-9０-９]+)?")
_CHINESE = re.compile(r"[零〇一二两三四五六七八九十百千]+")
_KEYS = {
    "ch": "channel",
    "sc": "scope",
    "sk": "scope_kind",
    "pe": "period",
    "cat": "category",
    "col": "column",
    "m": "measure",
    "of": "of",
}
_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_SCALES = {"十": 10, "百": 100, "千": 1000}
_POWERS = {"万": 10_000, "亿": 100_000_000}
_UNITS = {
    "条次": "条", "件次": "件", "件（次）": "件", "人（次）": "人次", "宗": "件", "篇次": "篇",
    "个百分点": "百分点", "个工作日": "工作日",
}  # fmt: skip


class Piece(NamedTuple):
    """Plain text between two slots and the slot behind it; `kind` is "" figure, "?" borderline, "!" none, "." end."""

    before: str
    kind: str
    mention: str
    codes: tuple[str, ...]
    attributes: tuple[tuple[str, str], ...]


class Prose:
    """Collects paragraphs and their gold. With `gold` off only the text is made."""

    def __init__(self, gold: bool = True) -> None:
        self.gold = gold
        self.paragraphs: list[str] = []
        self.figures: list[Gold] = []
        self.borderline: list[Gold] = []
        self.not_figures: list[str] = []
        self._names: dict[str, str] = {}

    def add(self, templates: str | Sequence[str], context: Mapping[str, str] | None = None) -> str:
        """Renders one paragraph of one or more templates, keeps it and its gold, and returns its text."""
        text = self.render(templates, context or {})
        self.paragraphs.append(text)
        return text

    def render(self, templates: str | Sequence[str], context: Mapping[str, str]) -> str:
        """The text of a paragraph; its gold is kept unless `gold` is off."""
        out: list[str] = []
        for template in (templates,) if isinstance(templates, str) else templates:
            for piece in parse(template):
                out.append(_fill(piece.before, context))
                if piece.kind == ".":
                    continue
                mention = _fill(piece.mention, context)
                if self.gold:
                    self._keep(piece, mention, "".join(out[-12:]), context)
                out.append(mention)
        return "".join(out)

    def _keep(self, piece: Piece, mention: str, before: str, context: Mapping[str, str]) -> None:
        if piece.kind == "!":
            self.not_figures.append(mention)
            return
        for index, code in enumerate(piece.codes):
            attributes = {k: _fill(_choose(v, index), context) for k, v in piece.attributes}
            gold = figure(mention, code, attributes)
            if index:
                gold["shared"] = True
            if "in" in attributes:
                gold["part_of"] = self._names[attributes["in"]]
            gold["ctx"] = re.sub(r"\s", "", before)[-12:]
            (self.borderline if piece.kind == "?" else self.figures).append(gold)
            if not index and "id" in attributes:
                self._names[attributes["id"]] = gold["mention"]


def _choose(value: str, index: int) -> str:
    options = value.split(";")
    return options[min(index, len(options) - 1)]


def _fill(text: str, context: Mapping[str, str]) -> str:
    if "$" not in text:
        return text
    return _NAME.sub(lambda m: context[m[1]], text)


@lru_cache(maxsize=4096)
def parse(template: str) -> tuple[Piece, ...]:
    """Cuts a template into pieces. A brace that opens no slot is a mistake of the template: ValueError."""
    pieces: list[Piece] = []
    at = 0
    for match in _SLOT.finditer(template):
        words = (match[4] or "").split()
        pairs = tuple((w.split("=", 1)[0], w.split("=", 1)[1] if "=" in w else "yes") for w in words)
        codes = tuple((match[3] or "").split(";")) if match[3] else ()
        pieces.append(Piece(template[at : match.start()], match[1], match[2], codes, pairs))
        at = match.end()
    rest = template[at:]
    if "{" in rest or "}" in rest or any("{" in p.before or "}" in p.before for p in pieces):
        raise ValueError(f"模板的花括号不成对：{template}")
    return (*pieces, Piece(rest, ".", "", (), ()))


def figure(mention: str, code: str, attributes: Mapping[str, str]) -> Gold:
    """The gold of one figure: value, unit and bound read off the mention unless the attributes give them."""
    printed = re.sub(r"\s", "", mention)
    value, unit, bound = read(printed)
    if "z" in attributes:
        value, bound = Decimal(0), "exact"
        unit = "元" if code == "fee.collected" else "件"
    gold: Gold = {
        "mention": printed,
        "value": number(Decimal(attributes["v"]) if "v" in attributes else value),
        "unit": attributes.get("u", unit),
        "bound": attributes.get("b", bound),
        "code": code,
    }
    for short, long in _KEYS.items():
        if attributes.get(short):
            gold[long] = attributes[short]
    if "z" in attributes:
        gold["zero_by_words"] = True
    if "imp" in attributes:
        gold["unit_implied"] = True
    if "alt" in attributes:
        gold["alt"] = attributes["alt"].split(",")
    if "ex" in attributes:
        gold["parts_exhaustive"] = attributes["ex"] == "yes"
    return gold


def number(value: Decimal) -> int | float:
    """A decimal as JSON prints it: whole numbers without a point."""
    return int(value) if value == value.to_integral_value() else float(value)


def read(mention: str) -> tuple[Decimal, str, str]:
    """(value in base units, canonical unit, bound) of a mention such as 3.2万余次, 二十三件, 百分之九十五, 90%以上."""
    percent = mention.startswith("百分之")
    text = mention[3:] if percent else mention
    match = _NUMBER.search(text)
    if match:
        value = Decimal(match[0].translate(_WIDE))
    else:
        match = _CHINESE.search(text)
        if match is None:
            return Decimal(0), "", "exact"
        value = Decimal(chinese(match[0]))
    rest = text[match.end() :]
    bound = "exact"
    while rest[:1] in _POWERS:
        value *= _POWERS[rest[0]]
        rest = rest[1:]
    if rest[:1] in ("余", "多"):
        bound, rest = "approx", rest[1:]
    while rest[:1] in _POWERS:
        value *= _POWERS[rest[0]]
        rest = rest[1:]
    for word, kind in (("以上", "min"), ("左右", "approx"), ("以内", "max"), ("余", "approx")):
        if rest.endswith(word):
            bound, rest = kind, rest[: -len(word)]
    if rest.startswith("成"):
        return value * 10, "%", bound
    if percent or rest[:1] in ("%", "％"):
        return value, "%", bound
    return value, _UNITS.get(rest, rest), bound


_WIDE = {0xFF10 + i: 0x30 + i for i in range(10)} | {ord(","): None, ord("，"): None, ord("．"): "."}


def chinese(text: str) -> int:
    """The value of a Chinese numeral below ten thousand: 二十三 → 23, 两百零五 → 205."""
    total = digit = 0
    for character in text:
        if character in _SCALES:
            total += (digit or 1) * _SCALES[character]
            digit = 0
        else:
            digit = _DIGITS[character]
    return total + digit


def spell(value: int) -> str:
    """A number from 0 to 99 in Chinese numerals."""
    if value < 10:
        return "零一二三四五六七八九"[value]
    tens, ones = divmod(value, 10)
    return ("" if tens == 1 else spell(tens)) + "十" + (spell(ones) if ones else "")


def gold_of(prose: Prose, head: Mapping[str, Any]) -> Gold:
    """The content of NAME.figures.json: head (name, agency, year), figures, borderline and not_figures."""
    unique: Sequence[str] = list(dict.fromkeys(prose.not_figures))
    return {**head, "figures": prose.figures, "borderline": prose.borderline, "not_figures": unique}
