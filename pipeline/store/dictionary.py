"""The data dictionary: what every column, code and value means, in Chinese and English, from the lexicon."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any

from pipeline.lexicon import load_only
from pipeline.lexicon.schema.core import Indicator
from pipeline.lexicon.schema.output import Label, OutputColumn
from pipeline.lexicon.schema.rates import Rate

if TYPE_CHECKING:
    from pipeline.lexicon import Lexicon


def names() -> Lexicon:
    """The part of the lexicon that names things in the output."""
    return load_only(Indicator, OutputColumn, Label, Rate)


def cell_codes(lexicon: Lexicon | None = None) -> list[str]:
    """The codes that are cells of a statutory table or of the older sheet; roll-ups over lines are none."""
    found = []
    for row in (lexicon or names()).rows(Indicator):
        rolled = row.sum_of and not row.code.endswith((".total", ".handled"))
        suits = row.code.startswith("t4.suit.")
        if row.group != "prose" and not rolled and not suits:
            found.append(row.code)
    return found


@cache
def indicator_rows(lexicon: Lexicon | None = None) -> tuple[list[tuple[str, str]], Any, str]:
    """(views, rows of the table `indicators`, fingerprint of both): what a database takes from the lexicon."""
    import pyarrow as pa

    from pipeline.store.rate_views import rates_view
    from pipeline.store.rows import pack
    from pipeline.store.schema import VIEWS
    from pipeline.store.views import statements

    known = lexicon or names()
    rows = [
        (
            row.code, row.name, row.english, row.units[0] if row.units else None, "|".join(row.units) or None,
            row.group, row.kind, row.stock, row.same_as or None, "|".join(row.sum_of) or None, position,
        )
        for position, row in enumerate(known.rows(Indicator))
    ]  # fmt: skip
    staged = pa.Table.from_batches([pack("indicators", rows)])
    views = statements(cell_codes(known), rates_view(known.rows(Rate), known.rows(Indicator)))
    return views, staged, f"{known.fingerprint(Indicator, Rate)} {VIEWS}"


def headings(lexicon: Lexicon | None = None) -> dict[str, str]:
    """Column name → Chinese heading."""
    return {row.name: row.heading for row in (lexicon or names()).rows(OutputColumn)}


def indicator_names(lexicon: Lexicon | None = None) -> dict[str, str]:
    """Code → Chinese name."""
    return {row.code: row.name for row in (lexicon or names()).rows(Indicator)}


def labels(lexicon: Lexicon | None = None) -> dict[str, dict[str, str]]:
    """Column → value → Chinese name."""
    found: dict[str, dict[str, str]] = {}
    for row in (lexicon or names()).rows(Label):
        found.setdefault(row.column, {})[row.value] = row.heading
    return found


DictionaryRow = tuple[str, str, str, str, str]
HEAD: DictionaryRow = ("栏名或代码", "中文名", "English", "单位", "说明")

DICTIONARY_NAMES = ("name", "chinese", "english", "unit", "meaning")
"""The columns of the dictionary where a table has names and not headings."""

_NOTES: tuple[DictionaryRow, ...] = (
    ("", "空白", "Blank", "", "空白单元格表示原表空白、未提及或不能确定，不是 0；原表印有 0 的写 0。"),
    (
        "",
        "文本前的单引号",
        "Leading apostrophe",
        "",
        "以 = + - @、制表符、回车或单引号开头的文字前加一个单引号，以免被当作公式；"
        "去掉第一个单引号即为原文。数值（含负数）不受影响。",
    ),
    ("", "金额", "Amounts", "", "value 保留表格所用单位，value_base 换算为元。"),
)


def dictionary(columns: list[str], lexicon: Lexicon | None = None) -> list[DictionaryRow]:
    """The lines of the data dictionary for an export with these columns (without HEAD), in a fixed order."""
    known = lexicon or names()
    meant = {row.name: row for row in known.rows(OutputColumn)}
    indicators = {row.code: row for row in known.rows(Indicator)}
    wide = {row.code.replace(".", "_"): row for row in indicators.values()}
    lines: list[DictionaryRow] = list(_NOTES)
    for column in columns:
        if column in meant:
            row = meant[column]
            lines.append((column, row.heading, row.english, "", row.meaning))
        elif column in wide:
            indicator = wide[column]
            unit = base_unit(indicator)
            lines.append((column, indicator.name, indicator.english, unit, f"指标 {indicator.code}"))
    for label in known.rows(Label):
        if label.column in columns:
            of = meant[label.column].heading if label.column in meant else ""
            lines.append((f"{label.column}={label.value}", label.heading, label.english, "", of))
    if "code" in columns:
        for indicator in indicators.values():
            told = [f"由 {'、'.join(indicator.sum_of)} 合成"] if indicator.sum_of else []
            if indicator.same_as:
                told.append(f"与 {indicator.same_as} 意思相同")
            if indicator.stock:
                told.append("存量")
            lines.append(
                (indicator.code, indicator.name, indicator.english, "、".join(indicator.units), "；".join(told))
            )
        for rate in known.rows(Rate):
            parts = f"{' + '.join(rate.numerator)} ÷ {' + '.join(rate.denominator) or '上年的同一数'}"
            lines.append((rate.code, rate.name, rate.english, "%", f"{parts}；{rate.note}" if rate.note else parts))
    return lines


def base_unit(indicator: Indicator) -> str:
    """The unit in which a wide table gives an indicator."""
    from pipeline.store.units import base

    return base(indicator.units[0])[1] if indicator.units else ""


def is_code(text: str) -> bool:
    """Whether a text is written like a code."""
    return bool(re.match(r"^(other:\S+|[a-z][a-z0-9_]*(\.[a-z0-9_]+)+)$", text))
