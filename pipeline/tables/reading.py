"""What a reader of tables hands over: places of the form with what stands there, and what is left over."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from pipeline.model import Box, GridCell
from pipeline.tables.forms import Kind, Place
from pipeline.tables.grid import Grid


class Slot(NamedTuple):
    """The printed content of one place of the form: offsets into the document's text.

    `flag` is "" for a plain cell, "covered" for one under a merged cell, "shifted" where the row did not stand under
    its heads but kept all its cells, else the reason why it cannot be read.
    """

    start: int
    end: int
    page: int | None = None
    box: Box | None = None
    flag: str = ""
    head_unit: str | None = None
    text: str | None = None
    """The content where it is not document.text[start:end] as it stands (a cell cut by a page break)."""


LEAST_CONFIDENCE = 0.6
"""Characters recognised in a picture with less than this cannot be read."""
DOUBTFUL = "文字识别把握太低"
MOST_SHIFTED = "表中多数行与表头错位，这一行说不准"


def slot_of(cell: GridCell, flag: str = "", head_unit: str | None = None) -> Slot:
    """The slot of a cell of a grid; one that was recognised without confidence says so."""
    doubtful = cell.confidence is not None and cell.confidence < LEAST_CONFIDENCE and cell.end > cell.start
    if doubtful and flag in ("", "shifted"):
        flag = DOUBTFUL
    return Slot(cell.start, cell.end, cell.page, cell.box, flag, head_unit)


@dataclass(slots=True)
class Head:
    """Where the columns of a table stand. `across` are their edges on the page, where there is a page."""

    columns: list[tuple[int, int, str]]
    """(first grid column, column behind the last, column id), from left to right."""
    width: int
    units: dict[str, str | None]
    across: dict[str, tuple[float, float]]
    ordered: bool = False
    """Only the order of the columns is known: the spans of the head contradict each other."""
    beside: tuple[tuple[int, int], ...] = ()
    """Grid columns that the form does not have (序号, 备注): none of its values stand there."""

    def counts(self, start: int, end: int) -> bool:
        """Whether a cell of these grid columns can hold a value of the form."""
        return not any(first <= start and end <= last for first, last in self.beside)


class Loose(NamedTuple):
    """A line whose values are known but not their columns. Blanks between the values may have been lost."""

    line: str
    values: tuple[tuple[int, int], ...]


class Tail(NamedTuple):
    """The last row of a table when its label matched nothing: it may go on in the next table."""

    label: str
    row: dict[str, Slot]


@dataclass(slots=True)
class Reading:
    """One table of the document read as one kind."""

    kind: Kind
    slots: dict[Place, Slot] = field(default_factory=dict)
    lines: list[str] = field(default_factory=list)
    spans: list[tuple[int, int]] = field(default_factory=list)
    grids: list[Grid] = field(default_factory=list)
    loose: list[Loose] = field(default_factory=list)
    labels: list[tuple[int, int]] = field(default_factory=list)
    """Where the labels of a dump stand, their numbers included."""
    head: Head | None = None
    first_tail: Tail | None = None
    tail: Tail | None = None
    columns: list[str] = field(default_factory=list)
    """The order of the columns as the head has them."""
    flat: bool = False
    lossy: bool = False
    """The dump drops blank cells: none of its blanks can be trusted."""

    @property
    def filled(self) -> int:
        """How many places hold something."""
        return sum(1 for slot in self.slots.values() if slot.end > slot.start and not slot.flag)

    def mistrust_straight(self) -> None:
        """Where most rows are shifted against the head, one that seems to stand under it does so by chance."""
        rows: dict[str, list[Slot]] = {}
        for (line, _), slot in self.slots.items():
            rows.setdefault(line, []).append(slot)
        shifted = {line for line, slots in rows.items() if any(slot.flag == "shifted" for slot in slots)}
        if 2 * len(shifted) <= len(rows):
            return
        for place, slot in self.slots.items():
            if place[0] not in shifted and any(one.end > one.start for one in rows[place[0]]):
                self.slots[place] = slot._replace(flag=MOST_SHIFTED)
