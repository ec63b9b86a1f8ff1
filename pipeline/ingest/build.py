"""One text, with paragraphs and tables appended in reading order and their offsets kept.

Every reader of formats other than plain text writes through `DocumentBuilder`, so that offsets, limits and the way in
which tables stand in the text (cells separated by TAB, rows by a line end) are the same everywhere.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from pipeline.ingest.limits import LIMITS, Limits, check_cells, check_text
from pipeline.model import Block, Box, Document, GridCell, Paragraph, Problem, RawTable, Struct


class CellText(Struct, frozen=True):
    """A cell before it stands in a text: its place in the grid and its text ("" when blank)."""

    row: int
    column: int
    text: str
    rowspan: int = 1
    colspan: int = 1
    page: int | None = None
    box: Box | None = None
    confidence: float | None = None


class DocumentBuilder:
    """Collects the text and blocks of one document. Use: `paragraph`, `table`, `problem`, then `document`."""

    def __init__(self, limits: Limits = LIMITS) -> None:
        self._limits = limits
        self._pieces: list[str] = []
        self._length = 0
        self._cells = 0
        self.blocks: list[Block] = []
        self.problems: list[Problem] = []
        self.hints: list[tuple[str, str]] = []

    def paragraph(
        self, text: str, heading: int | None = None, *, page: int | None = None, box: Box | None = None
    ) -> None:
        """Appends a paragraph (text without outer blanks; "" is ignored) and a line end."""
        if not text:
            return
        start = self._length
        end = start + len(text)
        self._pieces += (text, "\n")
        self._length = end + 1
        check_text(end, self._limits)
        self.blocks.append(Paragraph(start=start, end=end, heading=heading, page=page, box=box))

    def table(
        self, cells: Sequence[CellText], kind: str, *, rows: int = 0, columns: int = 0, page: int | None = None
    ) -> None:
        """Appends a table. `cells` are ordered by row, then column; `rows` and `columns` only widen what they span."""
        if not cells:
            return
        self._cells += len(cells)
        check_cells(self._cells, self._limits)
        start = at = self._length
        out: list[GridCell] = []
        row = cells[0].row
        pieces = self._pieces
        for cell in cells:
            if out:
                pieces.append("\n" if cell.row != row else "\t")
                at += 1
                row = cell.row
            text = cell.text
            pieces.append(text)
            end = at + len(text)
            out.append(
                GridCell(
                    row=row,
                    column=cell.column,
                    start=at,
                    end=end,
                    rowspan=cell.rowspan,
                    colspan=cell.colspan,
                    page=cell.page,
                    box=cell.box,
                    confidence=cell.confidence,
                )
            )
            rows = max(rows, row + cell.rowspan)
            columns = max(columns, cell.column + cell.colspan)
            at = end
        pieces.append("\n")
        self._length = at + 1
        check_text(at, self._limits)
        self.blocks.append(
            RawTable(start=start, end=at, rows=rows, columns=columns, cells=tuple(out), kind=kind, page=page)
        )

    def problem(self, code: str, message: str) -> None:
        """Notes something missing or wrong that does not stop the reading."""
        self.problems.append(Problem(code=code, message=message))

    def document(
        self,
        data: bytes,
        name: str,
        media_type: str,
        *,
        title: str | None = None,
        address: str | None = None,
        pages: int | None = None,
    ) -> Document:
        """The document; `data` is what it was read from (for its hash)."""
        return Document(
            source=name,
            sha256=hashlib.sha256(data).hexdigest(),
            media_type=media_type,
            text="".join(self._pieces),
            blocks=tuple(self.blocks),
            title=title or None,
            address=address or None,
            hints=tuple(self.hints),
            problems=tuple(self.problems),
            pages=pages,
        )
