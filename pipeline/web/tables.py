"""The statutory tables of a report, drawn anew from its cells in the layout of its form.

The database keeps the text and the cells of a report, not the grid of its source. A cell stands under its line and
column whatever the source's merges were; what the form has no line for follows below under its own name.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from html import escape

from pipeline.explain.names import COLUMNS, STATES
from pipeline.lexicon import load_only
from pipeline.lexicon.schema.core import Indicator
from pipeline.lexicon.schema.forms import Form, FormTable
from pipeline.model import Cell
from pipeline.output import number

TITLES = {"2": "主动公开政府信息情况", "3": "收到和处理政府信息公开申请情况",
          "4": "政府信息公开行政复议、行政诉讼情况", "s14": "政府信息公开情况统计表"}  # fmt: skip
Numbered = tuple[int, Cell]
"""A cell with its place among the cells of the report: its id on the page is c<place>."""


@dataclass(frozen=True, slots=True)
class Line:
    label: str
    group: str
    codes: dict[str, str]
    """Column → code; in table 3 the one code under every column."""


@dataclass(frozen=True, slots=True)
class Layout:
    columns: tuple[tuple[str, str], ...]
    lines: tuple[Line, ...]
    by_applicant: bool

    @property
    def codes(self) -> frozenset[str]:
        return frozenset(code for line in self.lines for code in line.codes.values())


@cache
def layouts() -> dict[str, tuple[tuple[str, Layout], ...]]:
    """Table → (form, layout) of every form that has it, the newest form first."""
    forms = {form.form: form for form in load_only(Form).rows(Form)}
    found: dict[str, list[tuple[str, Layout]]] = {}
    for form in sorted(forms, reverse=True):
        for table in forms[form].tables:
            kept = table
            if table.same_as:
                kept = next(t for t in forms[table.same_as].tables if t.table == table.table)
            found.setdefault(table.table, []).append((form, _layout(kept)))
    return {table: tuple(held) for table, held in found.items()}


def _layout(table: FormTable) -> Layout:
    groups = {group.id: group.label for group in table.groups}
    columns = tuple((column.id, column.label) for column in table.columns)
    lines = tuple(
        Line(line.label, groups.get(line.group, ""), line.codes or {name: line.code for name, _ in columns})
        for line in table.lines
    )
    return Layout(columns, lines, any(line.code for line in table.lines))


def layout_for(table: str, codes: set[str]) -> Layout | None:
    """The layout that has most of these codes; of equal ones the newest form's."""
    best: Layout | None = None
    for _, one in layouts().get(table, ()):
        if best is None or len(one.codes & codes) > len(best.codes & codes):
            best = one
    return best


def draw(table: str, cells: Sequence[Numbered], names: dict[str, str]) -> str:
    """One statutory table as HTML."""
    held: dict[tuple[str, str], list[Numbered]] = {}
    for place, cell in cells:
        held.setdefault((cell.code, cell.column or ""), []).append((place, cell))
    layout = layout_for(table, {cell.code for _, cell in cells})
    title = escape(TITLES.get(table, table))
    if layout is None:
        return _list(held.values(), names, title)
    head = "".join(f'<th scope="col">{escape(label)}</th>' for _, label in layout.columns)
    rows: list[str] = []
    group = ""
    for line in layout.lines:
        taken = [held.pop((line.codes[n], n if layout.by_applicant else ""), []) if n in line.codes else None
                 for n, _ in layout.columns]  # fmt: skip
        if not any(taken):
            continue
        if line.group != group:
            group = line.group
            if group:
                span = len(layout.columns) + 1
                rows.append(f'<tr class="group"><th colspan="{span}" scope="colgroup">{escape(group)}</th></tr>')
        row = "".join('<td class="none"></td>' if t is None else _td(t, names) for t in taken)
        rows.append(f'<tr><th scope="row">{escape(line.label)}</th>{row}</tr>')
    wide = " wide" if len(layout.columns) > 4 else ""
    drawn = (
        f'<table class="statute{wide}"><caption>{title}</caption>'
        f'<thead><tr><th scope="col">项目</th>{head}</tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table>"
    )
    return drawn + (_list(held.values(), names, "表中另有") if held else "")


def _td(cells: Sequence[Numbered], names: dict[str, str]) -> str:
    """One place of the table; a table that is there twice gives two values in one place."""
    if not cells:
        return '<td class="missing" title="表中没有这一格"></td>'
    inner, states = [], []
    for place, cell in cells:
        printed = escape(cell.printed.strip())
        value = "" if cell.value is None else f" = {number(cell.value)}{cell.unit}"
        column = f"（{COLUMNS[cell.column]}）" if cell.column in COLUMNS else ""
        title = f"{names.get(cell.code, cell.code)}{column}{value}（{STATES[cell.state]}）{cell.evidence or ''}"
        states.append(cell.state)
        inner.append(f'<span id="c{place}" class="cellmark" title="{escape(title)}" tabindex="-1">{printed}</span>')
    return f'<td class="{" ".join(dict.fromkeys(states))}">{"<br>".join(inner)}</td>'


def _list(groups: Iterable[Sequence[Numbered]], names: dict[str, str], title: str) -> str:
    rows = []
    for cells in groups:
        first = cells[0][1]
        column = f"（{COLUMNS[first.column]}）" if first.column in COLUMNS else ""
        rows.append(
            f'<tr><th scope="row">{escape(names.get(first.code, first.code))}{column}</th>{_td(cells, names)}</tr>'
        )
    return f'<table class="statute"><caption>{title}</caption><tbody>{"".join(rows)}</tbody></table>'


@cache
def indicator_names() -> dict[str, str]:
    """Code → Chinese name."""
    return {row.code: row.name for row in load_only(Indicator).rows(Indicator)}
