"""Further ways in which a text has lost its tables, beside STYLES of tests.tables_cases.

READ: every cell shows, blank ones too. LOST: blanks or digits fell out or apart; nothing may be wrong.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from tests.tables_cases import Table, expanded

Style = Callable[[Table], str]


def printed(table: Table) -> list[list[str]]:
    return [[text for text, _, _ in row] for row in table]


def number(text: str) -> bool:
    return re.fullmatch(r"[增减+-]?\d[\d.]*", text) is not None


def rows(join: str, end: str = "\n", full: bool = True, before: str = "", after: str = "") -> Style:
    """One row a line."""
    return lambda table: end.join(
        before + join.join(row) + after for row in (expanded(table) if full else printed(table))
    )


def cells(blank: str, join: str = "\n") -> Style:
    """One cell a line; `blank` for what is empty."""
    return lambda table: join.join(text or blank for row in printed(table) for text in row)


def changed(write: Callable[[str], str], style: Style) -> Style:
    """The same with every cell written anew."""
    return lambda table: style([[(write(text), down, across) for text, down, across in row] for row in table])


def apart(gap: str) -> Callable[[str], str]:
    return lambda text: text[0] + gap + text[1:] if len(text) > 1 and text.isdigit() else text


def fallen(join: str, end: str) -> Style:
    """Blank cells are gone."""
    return lambda table: end.join(join.join(text for text in row if text) for row in printed(table))


def bars_over_lines(table: Table) -> str:
    width = len(expanded(table)[0])
    return "\n".join("| \n " + "  | \n ".join(row) + "  | " + "|" * (width - len(row)) for row in printed(table))


def bars_alone(table: Table) -> str:
    """Each cell in a line and a bar in the next; a bar more, and one for each covered cell, ends the row."""
    width = len(expanded(table)[0])
    return "\n".join("\n|\n".join(row) + "\n|\n" + "|" * (1 + width - len(row)) for row in printed(table))


def bars_alone_closed_up(table: Table) -> str:
    """As before, but a blank cell leaves nothing between its bars."""
    return bars_alone(table).replace("\n\n|", "\n|")


def bars_behind(table: Table) -> str:
    """A bar behind each cell, the covered cells in the same line."""
    width = len(expanded(table)[0])
    return "\n".join(" |\n".join(row) + " | " + "|" * (width - len(row)) for row in printed(table))


def closed_up(table: Table) -> str:
    """As before, but a blank cell leaves two bars, as the end of a row does."""
    return bars_over_lines(table).replace("\n   |", "|")


def box(table: Table) -> str:
    lines = ["│" + "│".join(row) + "│" for row in expanded(table)]
    return "┌──┬──┐\n" + "\n├──┼──┤\n".join(lines) + "\n└──┴──┘"


def rule(table: Table) -> str:
    first, *rest = ["| " + " | ".join(row) + " |" for row in expanded(table)]
    return "\n".join([first, "|" + ":---:|" * len(expanded(table)[0]), *rest])


def page_numbers(table: Table) -> str:
    lines: list[str] = []
    for place, row in enumerate(printed(table)):
        lines += [text or "—" for text in row]
        if place % 7 == 6:
            lines.append("3")
    return "\n".join(lines)


def total_first(table: Table) -> str:
    """Head and rows of table 3 with the total before all others."""
    lines = expanded(table)
    if len(lines) > 20:
        lines = [[*row[:3], row[9], *row[3:9]] for row in lines]
    return "\n".join("\t".join(row) for row in lines)


def upright(text: str) -> str:
    return text if number(text) else "\n".join(text)


WIDE = {48 + digit: 0xFF10 + digit for digit in range(10)}

READ: dict[str, Style] = {
    "bars with line ends": bars_over_lines,
    "bars of boxes": box,
    "bars and a rule": rule,
    "wide bars": rows("｜", before="｜", after="｜"),
    "bars between, none before": rows(" | ", full=False, after=" |"),
    "tabs between blanks": rows(" \t ", full=False),
    "line ends of Windows": rows("\t", end="\r\n"),
    "cells and line ends of Windows": cells("", "\r\n"),
    "cells with blanks behind": changed(lambda text: text + "  ", cells("")),
    "cells, dashes": cells("—"),
    "cells, words": cells("无"),
    "cells, digits full width": changed(lambda t: t.translate(WIDE), cells("\u3000")),
    "blanks, dashes": lambda table: "\n".join(" ".join(text or "—" for text in row) for row in printed(table)),
    "blanks, strokes": lambda table: "\n".join(" ".join(text or "/" for text in row) for row in printed(table)),
    "labels with blanks": changed(lambda text: text if number(text) else " ".join(text), rows("\t")),
}  # fmt: skip

LOST: dict[str, Style] = {
    "bars alone": bars_alone,
    "bars alone, closed up": bars_alone_closed_up,
    "bars behind": bars_behind,
    "bars closed up": closed_up,
    "paragraphs, blanks lost": fallen("\n\n", "\n\n"),
    "tabs, blanks lost": fallen("\t", "\n"),
    "bars, blanks lost": fallen(" | ", "\n"),
    "columns of blanks": lambda table: "\n".join("".join(text.ljust(6) for text in row) for row in expanded(table)),
    "numbers with blanks inside": changed(apart(" "), rows("\t")),
    "numbers over two lines": changed(apart("\n"), cells("")),
    "numbers apart on one line": changed(apart(" "), fallen(" ", " ")),
    "numbers apart, none blank": changed(apart(" "), lambda t: " ".join(x or "—" for row in printed(t) for x in row)),
    "labels upright": changed(upright, cells("")),
    "labels upright, dashes": changed(upright, cells("—")),
    "one line of tabs": lambda table: "\t".join(text for row in printed(table) for text in row),
    "page numbers": page_numbers,
    "commas": rows(","),
    "quoted": lambda table: "\n".join(",".join(f'"{text}"' for text in row) for row in expanded(table)),
    "semicolons": rows("；", full=False),
    "double bars": rows(" || ", before="|| ", after=" ||"),
    "nothing between": rows("", full=False),
    "nothing between on one line": rows("", end="", full=False),
    "ends cut": lambda table: "\n".join("\t".join(row).rstrip("\t") for row in expanded(table)),
    "the total first": total_first,
    "without its head": lambda table: rows("\t")(table[3:] if len(table) > 20 else table),
    "markup left in": lambda table: "\n".join("".join(f"<td>{text}</td>" for text in row) for row in printed(table)),
}  # fmt: skip
