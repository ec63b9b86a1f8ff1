"""Statutory tables with known content, laid out as grids and as text, for the tests of the table reader."""

from __future__ import annotations

import random
from collections.abc import Callable
from decimal import Decimal

from pipeline.lexicon import Lexicon
from pipeline.lexicon.schema.forms import Form, FormTable
from pipeline.model import Cell, Document, GridCell, Paragraph, RawTable
from pipeline.tables import TablesResult

Truth = dict[tuple[str, str | None], str]
"""(code, column) → what is printed, "" for a blank."""
Laid = tuple[str, int, int]
"""Text, rowspan, colspan of a cell."""
Table = list[list[Laid]]

COLUMNS = ("natural", "business", "research", "public_interest", "legal", "other_org", "total")
RESULTS = ("结果维持", "结果纠正", "其他结果", "尚未审结", "总计")
GROUPS = ("行政复议", "未经复议直接起诉", "复议后起诉")
HEADINGS = ("二、主动公开政府信息情况", "三、收到和处理政府信息公开申请情况", "四、政府信息公开行政复议、行政诉讼情况")
BLOCKS = {
    "2021": (
        ("一", ("rules", "normative")),
        ("五", ("licensing",)),
        ("六", ("penalty", "coercion")),
        ("八", ("fees",)),
    ),
    "2019": (
        ("一", ("rules", "normative")),
        ("五", ("licensing", "other_services")),
        ("六", ("penalty", "coercion")),
        ("八", ("fees",)),
        ("九", ("procurement",)),
    ),
}  # fmt: skip


def table_of(lexicon: Lexicon, form: str, table: str) -> FormTable:
    """A table of a form, references resolved."""
    forms = {one.form: one for one in lexicon.rows(Form)}
    found = next(one for one in forms[form].tables if one.table == table)
    return table_of(lexicon, found.same_as, table) if found.same_as else found


def truth(lexicon: Lexicon, form: str, seed: int, blanks: float = 0.0, zeros: float = 0.5) -> Truth:
    """Tables whose sums come out; `blanks` is the share of zeros left blank."""
    rng = random.Random(seed)
    found: Truth = {}
    for line in table_of(lexicon, form, "2").lines:
        for column, code in line.codes.items():
            signed = column == "items_change"
            found[code, None] = rng.choice(["0", "增3", "减12", "-4"] if signed else ["0", "7", "31", "48200"])
    lines = table_of(lexicon, form, "3").lines
    results = [line.code for line in lines if line.group and line.code != "t3.handled"]
    values = {line.code: [0] * 7 for line in lines}
    for place in range(6):
        if place and rng.random() < 0.4:
            continue
        for code in results:
            values[code][place] = 0 if rng.random() < zeros else rng.choice([1, 2, 3, 5, 8, 13, 40])
        handled = sum(values[code][place] for code in results)
        out = rng.choice([0, 0, 1, 4])
        back = min(handled + out, rng.choice([0, 0, 2]))
        values["t3.handled"][place], values["t3.carried_out"][place] = handled, out
        values["t3.carried_in"][place], values["t3.received"][place] = back, handled + out - back
    for code, row in values.items():
        row[6] = sum(row[:6])
        for column, value in zip(COLUMNS, row, strict=True):
            found[code, column] = "" if value == 0 and rng.random() < blanks else str(value)
    for line in table_of(lexicon, form, "4").lines:
        counts = [rng.choice([0, 0, 1, 3]) for _ in range(4)]
        for code, value in zip(line.codes.values(), [*counts, sum(counts)], strict=True):
            found[code, None] = "" if value == 0 and rng.random() < blanks else str(value)
    return found


def laid_out(lexicon: Lexicon, form: str, values: Truth) -> tuple[Table, Table, Table]:
    """Tables 2, 3 and 4 as the form prints them."""
    return _table_2(lexicon, form, values), _table_3(lexicon, form, values), _table_4(lexicon, form, values)


def _table_2(lexicon: Lexicon, form: str, values: Truth) -> Table:
    table = table_of(lexicon, form, "2")
    lines = {line.id: line for line in table.lines}
    labels = {column.id: column.label for column in table.columns}
    rows: Table = []
    for number, ids in BLOCKS[form]:
        columns = list(lines[ids[0]].codes)
        spans = [1] * (len(columns) - 1) + [4 - len(columns)]
        rows.append([(f"第二十条第（{number}）项", 1, 4)])
        rows.append([("信息内容", 1, 1)] + [(labels[c], 1, s) for c, s in zip(columns, spans, strict=True)])
        for one in ids:
            cells = [(values[lines[one].codes[c], None], 1, s) for c, s in zip(columns, spans, strict=True)]
            rows.append([(lines[one].label, 1, 1), *cells])
    return rows


def _table_3(lexicon: Lexicon, form: str, values: Truth) -> Table:
    table = table_of(lexicon, form, "3")
    note = "（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）"
    rows: Table = [
        [(note, 3, 3), ("申请人情况", 1, 7)],
        [("自然人", 2, 1), ("法人或其他组织", 1, 5), ("总计", 2, 1)],
        [(word, 1, 1) for word in ("商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他")],
    ]
    headings = {group.id: group.label for group in table.groups}
    begun: set[str] = set()
    for line in table.lines:
        cells: list[Laid] = [(values[line.code, column], 1, 1) for column in COLUMNS]
        before: list[Laid] = []
        if line.group and "results" not in begun:
            begun.add("results")
            before.append((headings["results"], sum(1 for one in table.lines if one.group), 1))
        if line.group not in ("", "results", *begun):
            begun.add(line.group)
            before.append((headings[line.group], sum(1 for one in table.lines if one.group == line.group), 1))
        wide = 3 if not line.group else 2 if line.group == "results" else 1
        rows.append([*before, (line.label, 1, wide), *cells])
    return rows


def _table_4(lexicon: Lexicon, form: str, values: Truth) -> Table:
    codes = [code for line in table_of(lexicon, form, "4").lines for code in line.codes.values()]
    return [
        [("行政复议", 1, 5), ("行政诉讼", 1, 10)],
        [*((word, 2, 1) for word in RESULTS), (GROUPS[1], 1, 5), (GROUPS[2], 1, 5)],
        [(word, 1, 1) for word in (*RESULTS, *RESULTS)],
        [(values[code, None], 1, 1) for code in codes],
    ]


def places(table: Table) -> list[tuple[int, int, Laid]]:
    """Row and column of each cell, spans considered."""
    taken: set[tuple[int, int]] = set()
    found: list[tuple[int, int, Laid]] = []
    for row, cells in enumerate(table):
        column = 0
        for cell in cells:
            while (row, column) in taken:
                column += 1
            found.append((row, column, cell))
            taken |= {(row + r, column + c) for r in range(cell[1]) for c in range(cell[2])}
            column += cell[2]
    return found


def expanded(table: Table, repeat: bool = False) -> list[list[str]]:
    """The table as full rows; a merged cell is printed once, or in every place it covers."""
    found = places(table)
    width = max(column + cell[2] for _, column, cell in found)
    full = [[""] * width for _ in table]
    for row, column, (text, rowspan, colspan) in found:
        for r in range(rowspan if repeat else 1):
            for c in range(colspan if repeat else 1):
                if row + r < len(table):
                    full[row + r][column + c] = text
    return full


def document(*blocks: str | Table, page: bool = False) -> Document:
    """A document of paragraphs and raw tables; with `page` each table stands on a page of its own."""
    text = ""
    made: list[Paragraph | RawTable] = []
    for number, block in enumerate(blocks):
        start = len(text)
        if isinstance(block, str):
            text += block
            made.append(Paragraph(start=start, end=len(text)))
            text += "\n"
            continue
        cells = []
        found = places(block)
        for row, column, (content, rowspan, colspan) in found:
            cells.append(
                GridCell(
                    row=row, column=column, start=len(text), end=len(text) + len(content),
                    rowspan=min(rowspan, len(block) - row), colspan=colspan, page=number if page else None,
                )
            )  # fmt: skip
            text += content + "\t"
        width = max(column + cell[2] for _, column, cell in found)
        made.append(
            RawTable(
                start=start, end=len(text), rows=len(block), columns=width, cells=tuple(cells), kind="html",
                page=number if page else None,
            )
        )  # fmt: skip
        text += "\n"
    return Document(source="case", sha256="0" * 64, media_type="text/html", text=text, blocks=tuple(made))


def report(tables: tuple[Table, Table, Table]) -> Document:
    """A report with these three tables below their headings."""
    blocks: list[str | Table] = ["一、总体情况", "本年公开信息 120 条。"]
    for heading, table in zip(HEADINGS, tables, strict=True):
        blocks += [heading, table]
    return document(*blocks, "五、存在的主要问题及改进情况")


def as_text(tables: tuple[Table, Table, Table], style: str, prose: str = "") -> Document:
    """The report as text that has lost its tables, in one of STYLES."""
    text = "一、总体情况\n本年公开信息 120 条。\n"
    for heading, table in zip(HEADINGS, tables, strict=True):
        text += f"{heading}\n{prose}{STYLES[style](table)}\n"
    text += "五、存在的主要问题及改进情况\n公开的 3 项不够及时。\n"
    return Document(
        source="case", sha256="0" * 64, media_type="text/plain", text=text,
        blocks=(Paragraph(start=0, end=len(text)),),
    )  # fmt: skip


def _pipes(rows: list[list[str]]) -> str:
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)


def _printed(table: Table) -> list[list[str]]:
    return [[text for text, _, _ in row] for row in table]


def _dropped(table: Table) -> str:
    width = len(expanded(table)[0])
    rows = [[text for text in row if text] for row in _printed(table)]
    return _pipes([row + [""] * (width - len(row)) for row in rows])


def _closing_dropped(table: Table) -> str:
    width = len(expanded(table)[0])
    rows = [[text for text in row if text] for row in _printed(table)]
    return "\n".join("\n".join([f"{text} |" for text in row] + ["|" * (width - len(row))]) for row in rows)


def _closing(table: Table) -> str:
    width = len(expanded(table)[0])
    lines: list[str] = []
    for row in _printed(table):
        lines += [f"{text} |" if text else "|" for text in row]
        lines += ["|" * (width - len(row))] if len(row) < width else []
    return "\n".join(lines)


STYLES: dict[str, Callable[[Table], str]] = {
    "tab rows": lambda table: "\n".join("\t".join(row) for row in expanded(table)),
    "tab rows, ragged": lambda table: "\n".join("\t".join(row) for row in _printed(table)),
    "one cell a line after a tab": lambda table: "\n\n".join(
        "\n".join("\t" + text for text in row) for row in expanded(table)
    ),
    "pipes": lambda table: _pipes(expanded(table)),
    "pipes, ragged": lambda table: _pipes(_printed(table)),
    "pipes, merged cells repeated": lambda table: _pipes(expanded(table, repeat=True)),
    "pipes, none outside": lambda table: "\n".join(" | ".join(row) for row in _printed(table)),
    "one cell a line before a pipe": _closing,
    "one cell a line, blank lines": lambda table: "\n".join(text for row in _printed(table) for text in row),
    "one cell a line, white lines": lambda table: "\n".join(text or "\xa0" for row in _printed(table) for text in row),
    "pipes, blanks dropped": _dropped,
    "one cell a line before a pipe, blanks dropped": _closing_dropped,
    "spaces": lambda table: "\n".join(" ".join(text for text in row if text) for row in _printed(table)),
    "one line": lambda table: " ".join(text for row in _printed(table) for text in row if text),
}
LOSSY = frozenset({"spaces", "one line", "pipes, blanks dropped", "one cell a line before a pipe, blanks dropped"})
"""Styles in which blank cells do not show."""


def by_place(result: TablesResult) -> dict[tuple[str, str | None], Cell]:
    """The cells by code and column."""
    return {(cell.code, cell.column): cell for cell in result.cells}


def number(printed: str) -> Decimal | None:
    """The value of a printed cell of `truth`."""
    return Decimal(printed.replace("增", "").replace("减", "-")) if printed else None


def wrong(result: TablesResult, values: Truth) -> list[tuple[str, str | None, str, str, str]]:
    """Cells that claim something else than what is printed. An unreadable or covered cell claims nothing."""
    found = []
    cells = by_place(result)
    for place, printed in values.items():
        cell = cells[place]
        if cell.state in ("unreadable", "covered"):
            continue
        right = cell.state == "blank" if printed == "" else cell.state in ("printed", "inferred")
        if not right or cell.value != number(printed):
            found.append((*place, printed, cell.state, cell.printed))
    return found


def unread(result: TablesResult, values: Truth) -> list[tuple[str, str | None]]:
    """Cells that were given up."""
    cells = by_place(result)
    return [place for place in values if cells[place].state in ("unreadable", "covered")]
