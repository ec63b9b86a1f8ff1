"""A report before it is printed: blocks of prose and tables, with the text of every cell."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple

from pipeline.samples import grid, script
from pipeline.samples.forms import Key
from pipeline.samples.grid import Box, Grid, sheet

Kind = Literal["heading", "subheading", "para", "table", "sign", "caption"]


class Block(NamedTuple):
    """A heading, a paragraph, a signature line, or a table ("2", "3", "4" in `text`)."""

    kind: Kind
    text: str


class Draft(NamedTuple):
    """One report, ready to be printed in any shape.

    `cells` holds the printed text of every cell, "" for a blank one; `published` is an ISO date; `address` is where the
    page would stand; `organ` the publisher.
    """

    title: str
    organ: str
    year: int
    published: str
    address: str
    form2: str
    form3: str
    blocks: tuple[Block, ...]
    cells: Mapping[Key, str]
    traditional: bool = False
    """Whether labels print in traditional characters."""

    def grid(self, number: str) -> Grid:
        """The layout of one of its tables."""
        if number == "s14":
            return sheet()
        if number == "2":
            return grid.table2(self.form2)
        return grid.table3(self.form3) if number == "3" else grid.table4()

    def cell(self, box: Box) -> str:
        """What stands in a cell."""
        if box.key:
            return self.cells.get(box.key, "")
        return script.traditional(box.text) if self.traditional else box.text
