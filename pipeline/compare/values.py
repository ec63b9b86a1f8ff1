"""One value for one code in one report: which statement of the report is the one to compare.

table   the printed cell comes first, in the column asked for (table 3: the total). A blank cell is blank: it is
        shown so, and what the prose says is told beside it, never put in its place.
lines   a class of table 3 (不予公开 …) is the sum of its lines. Where lines are blank it is given only if the printed
        lines of the column already add up to its printed total, since counts below zero do not exist.
prose   the main statement: a level, of the report's year, no part of another number, for all channels together;
        the widest scope wins (全市 before 市本级). Statements that contradict each other give none.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from pipeline.lexicon.schema.core import Indicator

Status = Literal["value", "blank", "unreadable", "absent", "parts", "conflict", "refused"]
Term = tuple[str, str | None]
"""A code and a column; None means the total of table 3, or that the table has no columns."""
From = Literal["表格", "旧统计表", "表格推算", "正文", ""]

STATUS_NAMES: Mapping[str, str] = {
    "value": "有值",
    "blank": "空白",
    "unreadable": "无法辨认",
    "absent": "未提及",
    "parts": "没有总数",
    "conflict": "数值不一",
    "refused": "不能计算",
}


@dataclass(frozen=True, slots=True)
class CellFact:
    """A cell as the comparison needs it; `value` in base units."""

    code: str
    column: str | None
    state: str
    value: Decimal | None
    unit: str


@dataclass(frozen=True, slots=True)
class FigureFact:
    """A figure of the prose as the comparison needs it."""

    code: str
    value: Decimal
    unit: str
    bound: str
    low: Decimal | None
    high: Decimal | None
    measure: str
    column: str | None
    channel: str | None
    scope: str | None
    scope_kind: str | None
    period: str
    category: str | None
    part_of: int | None


@dataclass(frozen=True, slots=True)
class Value:
    """The value of a code in a report, or why there is none (`status`, `remark`)."""

    value: Decimal | None
    unit: str
    status: Status
    taken_from: From = ""
    bound: str = "exact"
    scope: str | None = None
    remark: str = ""
    low: Decimal | None = None
    high: Decimal | None = None
    """Between what a number of the prose lies (约, 以上, 万); None where it says nothing, and for cells."""


@dataclass(slots=True)
class Facts:
    """All that is held of one report for the codes at hand."""

    cells: dict[tuple[str, str | None], tuple[CellFact, ...]] = field(default_factory=dict)
    figures: dict[str, list[FigureFact]] = field(default_factory=dict)

    def add_cells(self, cells: tuple[CellFact, ...]) -> None:
        """Adds cells of one code and column; the tuple is kept as it is, so that reports may share it."""
        key = (cells[0].code, cells[0].column)
        held = self.cells.get(key)
        self.cells[key] = (*held, *cells) if held else cells

    def add_figure(self, figure: FigureFact) -> None:
        self.figures.setdefault(figure.code, []).append(figure)


class Codes:
    """What the indicators say about codes: units, lines of a class, and which codes mean the same."""

    def __init__(self, indicators: Iterable[Indicator], labels: Mapping[str, Mapping[str, str]] | None = None) -> None:
        self.labels = labels or {}
        """Column → value → Chinese name, for remarks."""
        self.by_code = {row.code: row for row in indicators}
        self.same: dict[str, list[str]] = {}
        for row in self.by_code.values():
            if row.same_as:
                self.same.setdefault(row.same_as, []).append(row.code)

    def unit(self, code: str) -> str:
        from pipeline.store.units import base

        row = self.by_code.get(code)
        return base(row.units[0])[1] if row and row.units else ""

    def lines(self, code: str) -> tuple[str, ...]:
        row = self.by_code.get(code)
        return row.sum_of if row else ()

    def needed(self, code: str) -> set[str]:
        """Every code whose cells may be needed for this one: its lines, their total, and what means the same."""
        found: set[str] = set()
        waiting = [code]
        while waiting:
            one = waiting.pop()
            if one in found:
                continue
            found.add(one)
            waiting += self.lines(one)
            if one.startswith("t3.") and self.lines(one):
                waiting.append("t3.handled")
        return found | {other for one in found for other in self.same.get(one, ())}


def column_of(code: str, column: str | None) -> str | None:
    """The column of a cell: table 3 has them (the total unless another is asked for), tables 2 and 4 none."""
    return (column or "total") if code.startswith("t3.") else None


def cell_value(facts: Facts, code: str, column: str | None) -> Value | None:
    """What the cells of one code say; None where there is no such cell."""
    cells = facts.cells.get((code, column_of(code, column)))
    if not cells:
        return None
    taken: From = "旧统计表" if code.startswith("s14.") else "表格"
    unit = cells[0].unit
    values = {cell.value for cell in cells if cell.value is not None}
    if len(values) > 1:
        told = "、".join(plain(value) for value in sorted(values))
        return Value(None, unit, "conflict", taken, remark=f"表中有{len(values)}个不同数值：{told}")
    if values:
        inferred = any(cell.state == "inferred" for cell in cells)
        return Value(values.pop(), unit, "value", taken, remark="读数为推定" if inferred else "")
    states = {cell.state for cell in cells}
    if "unreadable" in states:
        return Value(None, unit, "unreadable", taken, remark="表中此格无法辨认")
    mark = {"dash": "表中为横线", "covered": "表中为合并单元"}
    told = next((text for state, text in mark.items() if states == {state}), "表中空白")
    return Value(None, unit, "blank", taken, remark=told)


def plain(value: Decimal) -> str:
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def proven(facts: Facts, codes: Codes, totals: Sequence[Term], lines: Sequence[Term]) -> bool:
    """Whether the printed lines add up to their printed totals, so that a blank among the lines can only be 0."""
    whole = [cell_value(facts, code, column) for code, column in totals]
    told = [cell_value(facts, leaf, column) for code, column in lines for leaf in leaves_of(facts, codes, code, column)]
    if any(value is None or value.value is None for value in whole):
        return False
    if any(value is None or value.status in ("conflict", "unreadable") for value in told):
        return False
    return _total(told) == _total(whole)


def _total(values: Iterable[Value | None]) -> Decimal:
    return sum((value.value for value in values if value is not None and value.value is not None), Decimal(0))


def leaves_of(facts: Facts, codes: Codes, code: str, column: str | None) -> tuple[str, ...]:
    """The lines of a class, or the code itself where it is a line."""
    return leaf_lines(facts, codes, code, column) or (code,)


def leaf_lines(facts: Facts, codes: Codes, code: str, column: str | None) -> tuple[str, ...]:
    """The lines that make up a class, as far as this report's form has them; empty where the code is a line itself.

    其他处理 is one line in the form of 2019 and three in that of 2021: whichever is there counts.
    """
    lines = codes.lines(code)
    if not lines or code.endswith((".total", ".handled")):  # printed as lines themselves
        return ()
    single = f"{code}.total"
    if single in lines:
        if cell_value(facts, single, column) is not None:
            return (single,)
        lines = tuple(line for line in lines if line != single)
    return tuple(leaf for line in lines for leaf in leaves_of(facts, codes, line, column))


def class_value(facts: Facts, codes: Codes, code: str, column: str | None) -> Value | None:
    """A class as the sum of its lines; None where there are no lines or the table lacks any of them."""
    leaves = leaf_lines(facts, codes, code, column)
    told = [cell_value(facts, leaf, column) for leaf in leaves]
    if not told or any(value is None for value in told):
        return None
    held = [value for value in told if value is not None]
    unit = held[0].unit
    for status in ("conflict", "unreadable"):
        if any(value.status == status for value in held):
            return Value(None, unit, status, "表格推算", remark="合成此数的行中有数值不一或无法辨认的")
    total = _total(held)
    blanks = sum(1 for value in held if value.value is None)
    if not blanks:
        return Value(total, unit, "value", "表格推算", remark=f"{len(held)}行之和")
    whole = [(line, column) for line in codes.lines("t3.handled")]
    if code.startswith("t3.") and proven(facts, codes, [("t3.handled", column)], whole):
        return Value(total, unit, "value", "表格推算", remark=f"{len(held)}行之和，{blanks}行空白经合计验证为0")
    return Value(None, unit, "blank", "表格推算", remark=f"{len(held)}行中{blanks}行空白，已填各行之和{plain(total)}")


APPLICANTS = ("natural", "business", "research", "public_interest", "legal", "other_org")


def sum_value(facts: Facts, codes: Codes, code: str) -> Value:
    """The six applicant columns of a line added up: a number of ours, given as `code[sum]`."""
    told = [cell_value(facts, code, column) or class_value(facts, codes, code, column) for column in APPLICANTS]
    held = [value for value in told if value is not None]
    if len(held) < len(APPLICANTS):
        return Value(None, codes.unit(code), "absent", remark="没有各申请人栏")
    if any(value.status in ("conflict", "unreadable") for value in held):
        return Value(None, held[0].unit, "refused", "表格推算", remark="有的栏数值不一或无法辨认")
    values = [value.value for value in held if value.value is not None]
    if not values:
        return Value(None, held[0].unit, "blank", "表格推算", remark="六栏均空白")
    blanks = len(held) - len(values)
    remark = f"已填{len(values)}栏之和，{blanks}栏空白未计" if blanks else "六栏之和"
    return Value(
        sum(values, Decimal(0)), held[0].unit, "value", "表格推算", "min" if blanks else "exact", remark=remark
    )


_SCOPES = {"jurisdiction": 0, None: 1, "own": 2}


def statements(
    facts: Facts, codes: Codes, code: str, column: str | None = None, channel: str | None = None
) -> list[FigureFact]:
    """What the prose says of a code as a whole, or as a whole through one channel, in its widest scope."""
    if code not in facts.figures:
        return []
    indicator = codes.by_code.get(code)
    rate = indicator is not None and indicator.kind == "rate"
    measures = (
        {"share", "level"} if rate else {"rank", "score", "level"} if code.startswith("evaluation.") else {"level"}
    )
    stock = indicator is not None and indicator.stock
    chosen = [
        figure
        for figure in facts.figures.get(code, ())
        if figure.measure in measures
        and figure.category is None
        and (figure.channel == channel if channel else figure.channel in (None, "all") and figure.part_of is None)
        and (figure.column or "total") == (column or "total")
        and (figure.unit == "%") == (rate and figure.unit == "%")
        and figure.period in (("year", "since") if stock else ("year",))
        and figure.scope_kind in _SCOPES
    ]
    widest = min((_SCOPES[figure.scope_kind] for figure in chosen), default=0)
    return [figure for figure in chosen if _SCOPES[figure.scope_kind] == widest]


def prose_value(facts: Facts, codes: Codes, code: str, column: str | None = None) -> Value | None:
    """The main statement of the prose; None where the prose does not speak of it as a whole."""
    return agreed(statements(facts, codes, code, column))


def agreed(chosen: Sequence[FigureFact]) -> Value | None:
    """The one number of several statements; None where there are none."""
    if not chosen:
        return None
    exact = [figure for figure in chosen if figure.bound == "exact"]
    for group in (exact, chosen):
        values = {figure.value for figure in group}
        if len(values) == 1 and all(_holds(figure, group[0].value) for figure in chosen):
            return _of_figure(group[0])
    values = {figure.value for figure in chosen}
    if len(values) == 1:  # the same number, once as 以上 and once as 约: the weaker wording is the safer one
        return _of_figure(chosen[0])
    told = "、".join(plain(value) for value in sorted(values)[:4])
    return Value(None, chosen[0].unit, "conflict", "正文", remark=f"正文有{len(values)}个不同数值：{told}")


def _of_figure(figure: FigureFact) -> Value:
    return Value(
        figure.value, figure.unit, "value", "正文", figure.bound, figure.scope, low=figure.low, high=figure.high
    )


_PIECES: tuple[tuple[str, str], ...] = (
    ("channel", "分渠道"), ("category", "分类"), ("column", "分申请人"), ("scope", "部分单位"),
    ("period_kind", "其他时段"),
)  # fmt: skip
_MOST_PIECES = 4


def only_parts(facts: Facts, codes: Codes, code: str) -> str:
    """What the prose says of parts of a number it does not give as a whole: 只有分渠道的数：网站 11483."""
    told: dict[str, list[str]] = {}
    for figure in facts.figures.get(code, ()):
        if figure.measure == "level":
            sort, name = _piece(figure, codes)
            unit = "" if figure.unit == codes.unit(code) else figure.unit
            told.setdefault(sort, []).append(f"{name} {plain(figure.value)}{unit}".strip())
    sentences = []
    for sort, items in told.items():
        unique = list(dict.fromkeys(items))
        more = " 等" if len(unique) > _MOST_PIECES else ""
        sentences.append(f"只有{sort}的数：{'、'.join(unique[:_MOST_PIECES])}{more}")
    return "；".join(sentences)


def _piece(figure: FigureFact, codes: Codes) -> tuple[str, str]:
    """Which kind of part a figure tells of, and the name of the part."""
    held = {
        "channel": None if figure.channel == "all" else figure.channel,
        "category": figure.category,
        "column": None if figure.column == "total" else figure.column,
        "scope": figure.scope or (figure.scope_kind if figure.scope_kind not in _SCOPES else None),
        "period_kind": None if figure.period == "year" else figure.period,
    }
    for key, sort in _PIECES:
        value = held[key]
        if value:
            named = codes.labels.get({"column": "applicant", "scope": "scope_kind"}.get(key, key), {})
            return sort, "和".join(named.get(part, part) for part in value.split("+"))
    return "分项", ""


def _holds(figure: FigureFact, value: Decimal) -> bool:
    return (figure.low is None or figure.low <= value) and (figure.high is None or value <= figure.high)


def value_of(facts: Facts, codes: Codes, code: str, column: str | None = None) -> Value:
    """The value of a code in a report: table, then lines, then prose. Always gives a Value; its status tells."""
    if column == "sum":
        return sum_value(facts, codes, code)
    table = cell_value(facts, code, column) or class_value(facts, codes, code, column)
    if table is None and column in (None, "total"):
        for other in codes.same.get(code, ()):
            table = table or cell_value(facts, other, None)
    prose = prose_value(facts, codes, code, column)
    if table is None:
        pieces = "" if prose else only_parts(facts, codes, code)
        if pieces:
            return Value(None, codes.unit(code), "parts", "正文", remark=pieces)
        return prose or Value(None, codes.unit(code), "absent", remark="表格和正文均未提及")
    if table.status != "value" and prose is not None and prose.value is not None:
        told = f"{table.remark}；正文写 {plain(prose.value)}{prose.unit}"
        return Value(None, table.unit, table.status, table.taken_from, remark=told)
    return table
