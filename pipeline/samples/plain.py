"""Plain text: what copying a page, or a crawler, leaves of the tables."""

from __future__ import annotations

import random
from collections.abc import Callable

from pipeline.samples.draft import Block, Draft
from pipeline.samples.grid import Box, Grid, expand

Text = Callable[[Draft, random.Random], str]


def _print(draft: Draft, table: Callable[[Grid], str], join: str = "\n", indent: str = "　　") -> str:
    def one(block: Block) -> str:
        if block.kind == "table":
            return table(draft.grid(block.text))
        if block.kind == "sign":
            return "　" * 14 + block.text
        return indent + block.text

    return draft.title + join + join.join(one(b) for b in draft.blocks) + join


def cells(draft: Draft, rng: random.Random) -> str:
    """One cell a line with a tab before it; rows separated by an empty line; covered cells left as empty cells."""
    return _cells(draft, rng, lambda box, text: text)


def vertical(draft: Draft, rng: random.Random) -> str:
    """As `cells`, but labels of groups stand upright: one character a line."""
    return _cells(draft, rng, lambda box, text: "\n".join(text) if box.rowspan > 2 and not box.head else text)


def _cells(draft: Draft, rng: random.Random, label: Callable[[Box, str], str]) -> str:
    def table(grid: Grid) -> str:
        rows = []
        taken: dict[tuple[int, int], str] = {}
        for r, row in enumerate(grid):
            lines: list[str] = []
            column = 0
            for box in row:
                while (r, column) in taken:
                    lines.append("\t")
                    column += 1
                lines.append("\t" + (label(box, draft.cell(box)) or rng.choice(("", " ", "\u00a0"))))
                for rr in range(r + 1, r + box.rowspan):
                    taken[rr, column] = ""
                column += box.colspan
            rows.append("\n".join(lines))
        return "\n\n".join(rows) + "\n"

    return _print(draft, table)


def _rows(draft: Draft, grid: Grid, blank: str) -> list[list[str]]:
    return [[("" if b is None else draft.cell(b) or blank) for b in row] for row in expand(grid)]


def tabs(draft: Draft, rng: random.Random) -> str:
    """One row a line, cells separated by tabs, spread cells left empty."""
    return _print(draft, lambda grid: "\n".join("\t".join(row) for row in _rows(draft, grid, "")))


def pipes(draft: Draft, rng: random.Random) -> str:
    """Rows between vertical bars."""
    return _print(draft, lambda grid: "\n".join("| " + " | ".join(row) + " |" for row in _rows(draft, grid, "")))


def spaces(draft: Draft, rng: random.Random) -> str:
    """Cells set apart by runs of blanks. A blank cell prints as —, else it would be lost."""

    def table(grid: Grid) -> str:
        return "\n".join("   ".join(c for c in row if c) for row in _rows(draft, grid, "—"))

    return _print(draft, table)


def oneline(draft: Draft, rng: random.Random) -> str:
    """Everything on one line, as a crawler that strips tags and line ends leaves it. Blank cells print as —."""

    def table(grid: Grid) -> str:
        return " ".join(draft.cell(b) or "—" for row in grid for b in row)

    return _print(draft, table, join=" ", indent="")


def fallen(draft: Draft, rng: random.Random) -> str:
    """Cells one a line, and blank ones have fallen out: no reader can know to which column a value belongs."""

    def table(grid: Grid) -> str:
        return "\n".join(text for row in grid for b in row if (text := draft.cell(b)))

    return _print(draft, table)


def parted(draft: Draft, rng: random.Random) -> str:
    """Rows between vertical bars; some numbers have a blank between their digits."""

    def part(text: str) -> str:
        if not text.isdecimal() or len(text) < 2 or rng.random() > 0.15:
            return text
        at = rng.randrange(1, len(text))
        return f"{text[:at]} {text[at:]}"

    return pipes(draft._replace(cells={key: part(text) for key, text in draft.cells.items()}), rng)


TEXTS: dict[str, Text] = {
    "cells": cells,
    "tabs": tabs,
    "pipes": pipes,
    "spaces": spaces,
    "oneline": oneline,
    "vertical": vertical,
    "parted": parted,
    "fallen": fallen,
}
