"""Pages with the statutory tables as publishing systems really write them, from the tables of tests.tables_cases.

WHOLE: everything can be read. DOUBTFUL: the markup contradicts itself or hides what is meant; nothing may be wrong.
"""

from __future__ import annotations

import html
import random
import re
from collections.abc import Callable

from tests.tables_cases import HEADINGS, Laid, Table, expanded

Three = tuple[Table, Table, Table]
Page = Callable[[Three, random.Random], str]
Cell = Callable[[str], str]

PROSE = "本年度，我单位按照要求做好政府信息公开工作，持续提升公开质量，主动公开各类信息若干条，及时回应群众关切。"
HEADS = ("项目", "自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他", "总计")


def is_number(text: str) -> bool:
    return re.fullmatch(r"[增减+-]?\d[\d.]*", text) is not None


def cell(content: str, rowspan: int = 1, colspan: int = 1) -> str:
    spans = f' rowspan="{rowspan}"' * (rowspan > 1) + f' colspan="{colspan}"' * (colspan > 1)
    return f"<td{spans}>{content}</td>"


def rows(table: Table, write: Cell = html.escape) -> str:
    return "".join("<tr>" + "".join(cell(write(text), r, c) for text, r, c in row) + "</tr>" for row in table)


def markup(table: Table, write: Cell = html.escape) -> str:
    return f"<table border=1>{rows(table, write)}</table>"


def plain_rows(lines: list[list[str]]) -> Table:
    return [[(text, 1, 1) for text in line] for line in lines]


def page(tables: Three, write: Callable[[Table], str]) -> str:
    body = f"<h1>某某县2022年政府信息公开工作年度报告</h1><p>一、总体情况</p><p>{PROSE}</p><p>{PROSE}</p>"
    for heading, table in zip(HEADINGS, tables, strict=True):
        body += f"<p>{heading}</p>{write(table)}"
    body += f"<p>五、存在的主要问题及改进情况</p><p>{PROSE}</p><p>六、其他需要报告的事项</p><p>无。</p>"
    return f"<html><head><meta charset=utf-8><title>年报</title></head><body>{body}</body></html>"


def by_cell(write: Callable[[str, random.Random], str]) -> Page:
    """A page all cells of which are written this way."""
    return lambda tables, rng: page(tables, lambda table: markup(table, lambda text: write(text, rng)))


def by_table(write: Callable[[Table, random.Random], str]) -> Page:
    return lambda tables, rng: page(tables, lambda table: write(table, rng))


def only_3(write: Callable[[Table], Table]) -> Page:
    """A page whose table 3 is laid out anew."""
    return by_table(lambda table, rng: markup(write(table) if len(table) > 20 else table))


def _word(text: str, rng: random.Random) -> str:
    if not text:
        return "<p class=MsoNormal align=center><span lang=EN-US><o:p>&nbsp;</o:p></span></p>"
    return f"<p class=MsoNormal><span lang=EN-US\nstyle='mso-fareast-font-family:\n宋体'>{text}<o:p></o:p></span></p>"


def _misaligned(table: Table, rng: random.Random) -> str:
    width = len(expanded(table)[0])
    tail = "<![if !supportMisalignedColumns]><tr height=0>" + "<td width=50></td>" * width + "</tr><![endif]>"
    return markup(table, lambda text: _word(text, rng)).replace("</table>", tail + "</table>")


def _hidden(table: Table, rng: random.Random) -> str:
    lines = ("".join(cell(text, r, c) for text, r, c in row) for row in table)
    hidden = "<td style='display: none'>88</td></tr><tr style='display:none'><td>77</td></tr>"
    return "<table>" + "".join(f"<tr>{line}{hidden}" for line in lines) + "</table>"


def _blocks(table: Table, rng: random.Random) -> str:
    """Table 2 as one small table for each of its blocks."""
    parts: list[Table] = []
    for row in table:
        if not parts or (len(row) == 1 and row[0][0].startswith("第二十条")):
            parts.append([])
        parts[-1].append(row)
    return "<p>&nbsp;</p>".join(map(markup, parts))


def _turned_blocks(table: Table, rng: random.Random) -> str:
    if len(table) > 20 or not table[0][0][0].startswith("第二十条"):
        return markup(table)
    out = ""
    block: list[list[str]] = []
    for row in [*table[1:], table[0]]:
        if len(row) > 1:
            block.append([text for text, _, _ in row])
        else:
            out += markup(plain_rows([list(line) for line in zip(*block, strict=True)]))
            block = []
    return out


def _in_one_table(tables: Three, rng: random.Random) -> str:
    joined: Table = []
    for heading, table in zip(HEADINGS, tables, strict=True):
        joined += [[(heading, 1, 15)], *table]
    return f"<html><meta charset=utf-8><body><h1>某县2022年政府信息公开年度报告</h1>{markup(joined)}</body></html>"


def _framed(tables: Three, rng: random.Random) -> str:
    """Each heading and table in a bordered table of one cell."""
    body = "".join(f"<table border=1><tr><td><p>{h}</p>{markup(t)}</td></tr></table>" for h, t in zip(HEADINGS, tables))  # noqa: B905
    return f"<html><meta charset=utf-8><body><h1>某县2022年政府信息公开年度报告</h1>{body}</body></html>"


def _srcdoc(tables: Three, rng: random.Random) -> str:
    inner = html.escape(page(tables, markup))
    return f'<html><meta charset=utf-8><body><iframe srcdoc="{inner}"></iframe></body></html>'


def _textarea(tables: Three, rng: random.Random) -> str:
    """The report as markup in a text area that a script shows."""
    inner = html.escape(page(tables, markup))
    return f"<html><meta charset=utf-8><body><textarea style='display:none'>{inner}</textarea></body></html>"


def _portal(tables: Three, rng: random.Random) -> str:
    menu = "".join(f"<li><a href=/{n}>栏目{n}</a></li>" for n in range(30))
    report = page(tables, markup)
    report = report.replace("<body>", f"<body><table><tr><td><ul>{menu}</ul></td><td><table><tr><td>")
    foot = "<div class='footer'><p>主办：某某县人民政府 电话：0000-1234567 备案号12345678</p></div>"
    return report.replace("</body>", f"</td></tr></table></td></tr></table>{foot}</body>")


def _for_phones(tables: Three, rng: random.Random) -> str:
    """A second, hidden copy with other numbers."""
    report = page(tables, markup)
    copy = re.sub(r">(\d+)<", ">3<", report.split("<body>")[1].split("</body>")[0])
    return report.replace("</body>", f"<div style='display:none'>{copy}</div></body>")


def _pre(mark: str) -> Page:
    return by_table(lambda table, rng: "<pre>" + "\n".join(mark.join(line) for line in expanded(table)) + "</pre>")


def _extra_column(table: Table, head: str, content: Callable[[int], str], place: int) -> Table:
    """Table 3 with a column that the form does not have, `place` cells from the right."""
    out: Table = []
    for number, row in enumerate(table):
        new: list[Laid] = list(row)
        if number == 0:
            new.insert(len(new) if place == 0 else 1, (head, 3, 1))
        elif number > 2:
            new.insert(len(new) - place, (content(number), 1, 1))
        out.append(new)
    return out


def _total_first(table: Table) -> Table:
    out: Table = [table[0], [("总计", 2, 1), *table[1][:-1]], table[2]]
    return out + [[*row[:-7], row[-1], *row[-7:-1]] for row in table[3:]]


def _one_label_column(table: Table, prefixed: bool) -> Table:
    """One row of heads; the groups in the label, or as rows of their own."""
    out = [list(HEADS)]
    group = ""
    for row in table[3:]:
        labels = [text for text, _, _ in row[:-7]]
        for text in labels[:-1]:
            group = text
            if not prefixed:
                out.append([text, *[""] * 7])
        label = labels[-1]
        if prefixed and label[0].isdigit():
            label = group + label
        out.append([label, *(text for text, _, _ in row[-7:])])
    return plain_rows(out)


def _turned(table: Table) -> Table:
    lines = [list(HEADS)] + [[row[-8][0], *(text for text, _, _ in row[-7:])] for row in table[3:]]
    return plain_rows([list(line) for line in zip(*lines, strict=True)])


def _group_sums(table: Table) -> Table:
    """The rows of the groups print sums, which are no line of the form."""
    out = [list(HEADS)]
    for row in table[3:]:
        out += [[text, *["9"] * 7] for text, _, _ in row[:-8]]
        out.append([text for text, _, _ in row[-8:]])
    return plain_rows(out)


def _index_row(table: Table) -> Table:
    row: list[Laid] = [("甲", 1, 3), *((str(n), 1, 1) for n in range(1, 8))]
    return [*table[:3], row, *table[3:]]


def _head_again(table: Table) -> Table:
    """The head once more in the middle of the table, as Word repeats it on a new page."""
    return [*table[:5], *table[:3], *table[5:]] if len(table) > 20 else table


NOTES = ("（其中1件为信函）", "（注：含2件）", "*", "①", "(其中：公民2)")
BLANKS = ("\u3000", "&nbsp;&nbsp;", " &#8203; ", "<br>", "<p></p>", "<img src=blank.gif>", "&ensp;", "\ufeff")

WHOLE: dict[str, Page] = {
    "Word": by_table(_misaligned),
    "WPS": by_cell(lambda t, rng: f'<p style="margin:0"><span><span>{t or "&nbsp;"}</span></span></p><p><br></p>'),
    "digits in two spans": by_cell(lambda t, rng: f"<span>{t[:1]}</span><span lang=EN-US>{t[1:]}</span>"),
    "a raised footnote number": by_cell(lambda t, rng: f"{t}<sup>1</sup>" if t.isdigit() else t),
    "a linked footnote": by_cell(lambda t, rng: f"{t}<a href='#n1'><sup>[1]</sup></a>" if t.isdigit() else t),
    "a number raised by style": by_cell(
        lambda t, rng: f"{t}<span style='font-size:9pt;vertical-align: super'>2</span>" if t.isdigit() else t
    ),
    "comments": by_cell(lambda t, rng: f"<!-- 旧值 99 -->{t}<!--EndFragment-->"),
    "hidden cells and rows": by_table(_hidden),
    "hidden numbers": by_cell(lambda t, rng: f"<span style='display:none'>5</span>{t}<input type=hidden value=4>"),
    "digits full width": by_cell(lambda t, rng: t.translate({48 + n: 0xFF10 + n for n in range(10)})),
    "thousands": by_cell(lambda t, rng: f"{int(t):,}" if t.isdigit() else t),
    "decimals": by_cell(lambda t, rng: t + ".00" if t.isdigit() else t),
    "leading zeros": by_cell(lambda t, rng: "0" + t if t.isdigit() else t),
    "notes in the cells": by_cell(lambda t, rng: t + rng.choice(NOTES) if t.isdigit() else t),
    "blanks of every kind": by_cell(lambda t, rng: t or rng.choice(BLANKS)),
    "labels one character a line": by_cell(lambda t, rng: t if any(map(str.isdigit, t)) else "<br>".join(t)),
    "labels with spaces": by_cell(lambda t, rng: t if any(map(str.isdigit, t)) else "\u3000".join(t)),
    "a table for each block": by_table(_blocks),
    "blocks on their side": by_table(_turned_blocks),
    "all in one table": _in_one_table,
    "each in a frame with its heading": _framed,
    "inside the markup of another page": _srcdoc,
    "inside a text area": _textarea,
    "a portal of tables": _portal,
    "a hidden copy for phones": _for_phones,
    "tabs in pre": _pre("\t"),
    "bars in pre": _pre("|"),
    "a row of units": by_table(lambda t, rng: markup([[("单位：件", 1, len(expanded(t)[0]))], *t])),
    "a row of column numbers": only_3(_index_row),
    "a column of codes": only_3(lambda t: _extra_column(t, "代码", lambda n: f"{n:02d}", 7)),
    "a column of remarks": only_3(lambda t: _extra_column(t, "备注", lambda n: "其中1件为上年结转" * (n == 5), 0)),
    "the total first": only_3(_total_first),
    "groups in the label": only_3(lambda t: _one_label_column(t, True)),
    "groups as rows": only_3(lambda t: _one_label_column(t, False)),
    "groups with sums": only_3(_group_sums),
    "table 3 on its side": only_3(_turned),
    "the head once more": by_table(lambda t, rng: markup(_head_again(t))),
    "merged cells repeated": by_table(lambda t, rng: markup(plain_rows(expanded(t, repeat=True)))),
    "merged cells left blank": by_table(lambda t, rng: markup(plain_rows(expanded(t)))),
    "spans lost": by_table(lambda t, rng: markup([[(text, 1, 1) for text, _, _ in row] for row in t])),
    "end tags left out": by_table(lambda t, rng: re.sub(r"</t[dr]>", "", markup(t))),
}  # fmt: skip


def lie(where: str, down: int, across: int) -> Page:
    """One span of the table is wrong: of a head, a label or a value."""

    def write(table: Table, rng: random.Random) -> str:
        part = {"head": range(3), "label": range(3, len(table)), "value": range(3, len(table))}[where]
        cells = [(r, c, is_number(one[0])) for r in part for c, one in enumerate(table[r])]
        spots = [(r, c) for r, c, number in cells if where == "head" or number == (where == "value")]
        if not spots:
            return markup(table)
        row, place = rng.choice(spots)
        text, r, c = table[row][place]
        changed = [list(line) for line in table]
        changed[row][place] = (text, max(1, r + down), max(1, c + across))
        return markup(changed)

    return by_table(write)


def _missing(table: Table, rng: random.Random) -> str:
    return markup([[one for one in row if one[0] not in ("", "0") or rng.random() > 0.05] for row in table])


def _added(table: Table, rng: random.Random) -> str:
    changed = [list(row) for row in table]
    for row in changed[3:]:
        if rng.random() < 0.1:
            row.insert(rng.randrange(len(row) + 1), ("", 1, 1))
    return markup(changed)


def _merged(table: Table, rng: random.Random) -> str:
    changed = [list(row) for row in table]
    for row in changed[3:] if len(table) > 20 else []:
        if rng.random() < 0.2:
            size = rng.randrange(2, 8)
            row[-size:] = [(row[-size][0], 1, size)]
    return markup(changed)


def _typing(table: Table, rng: random.Random) -> str:
    def write(text: str) -> str:
        if len(text) < 6 or is_number(text) or rng.random() < 0.6:
            return text
        place = rng.randrange(1, len(text) - 1)
        return text[:place] + rng.choice(["", "的", "息"]) + text[place + 1 :]

    return markup(table, write)


STRUCK = (
    "<s>7</s>{}",
    "<del>7</del>{}",
    "<strike>9</strike>{}",
    "<span style='text-decoration:line-through'>7</span>{}",
)
SPANS = ((1, 0), (-1, 0), (2, 0), (50, 0), (0, 1), (0, -1), (0, 2), (0, -2), (0, 50))

DOUBTFUL: dict[str, Page] = {
    **{f"a {one} that lies {d:+d} {a:+d}": lie(one, d, a) for one in ("head", "label", "value") for d, a in SPANS},
    "struck numbers": by_cell(lambda t, rng: rng.choice(STRUCK).format(t) if t.isdigit() and rng.random() < 0.3 else t),
    "numbers over two lines": by_cell(lambda t, rng: f"<p>{t[:1]}</p><p>{t[1:]}</p>" if t.isdigit() else t),
    "cells left out": by_table(_missing),
    "cells too many": by_table(_added),
    "merged values": by_table(_merged),
    "labels with mistakes": by_table(_typing),
    "a row a table": by_table(lambda t, rng: "".join(markup(plain_rows([line])) for line in expanded(t))),
    "cells as divs": by_table(lambda t, rng: "".join(f"<div>{text}</div>" for row in t for text, _, _ in row)),
    "cells as paragraphs": by_table(lambda t, rng: "".join(f"<p>{text}</p>" for row in t for text, _, _ in row)),
}  # fmt: skip
