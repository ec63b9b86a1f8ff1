"""Numbers of tables that no cell of a form took: every one is told, with the reason, never dropped in silence.

Labels are no numbers (1.属于国家秘密, 计1条), nor is the numbering before one. Sentences in the cells of other tables
are read as prose and not told here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import regex

from pipeline.model import Cell, Document, RawTable, Unread, UnreadReason
from pipeline.tables.dump import pieces
from pipeline.tables.labels import bare, has_number, key, value_like
from pipeline.tables.reading import Reading

Span = tuple[int, int]

SENTENCE = 30
"""Cells from this length on that hold a full stop are prose, which the reader of prose reads."""

_RUN = regex.compile(r"(?P<date>(?:19|20)\d\d\s?[-—年./]\s?\d{1,2}\s?[-—月./]\s?\d{1,2}日?)|\d+(?:[.,，．]\d+)*")
_NUMBERING = regex.compile(r"(?:^|(?<=[\s|｜（(]))\d{1,2}\s*[.、．)）]")


def leftover(
    document: Document, readings: Sequence[Reading], cells: Sequence[Cell], spans: Sequence[Span], words: frozenset[str]
) -> list[Unread]:
    """All numbers in tables and in the remains of tables that are in no cell. `words` are the labels of all forms."""
    text = document.text
    taken = {cell.start for cell in cells if cell.end > cell.start}
    found: dict[int, tuple[int, UnreadReason]] = {}
    known: set[int] = set()
    for reading in readings:
        for grid in reading.grids:
            known.add(grid.table.start)
            before = ""
            for cell, printed in zip(grid.cells, grid.texts, strict=True):
                repeated = reading.flat and printed == before  # a dump that repeats merged cells
                before = printed
                if printed and not repeated and cell.start not in taken and has_number(printed):
                    found.update(_of_cell(text, cell.start, cell.end, words))
        if reading.flat and not reading.grids:
            found.update(_of_dump(text, reading, cells))
    for block in document.blocks:
        if isinstance(block, RawTable) and block.start not in known:
            found.update(_of_table(text, block, spans, words))
    return [
        Unread(text=text[start:end], start=start, end=end, reason=reason)
        for start, (end, reason) in sorted(found.items())
    ]


def _of_cell(text: str, start: int, end: int, words: frozenset[str]) -> Iterator[tuple[int, tuple[int, UnreadReason]]]:
    """The numbers of one cell; a value as it stands, nothing of a label."""
    printed = text[start:end].strip()
    if value_like(printed):
        low = start + len(text[start:end]) - len(text[start:end].lstrip())
        date = _RUN.fullmatch(printed)
        yield low, (low + len(printed), "date" if date and date["date"] else "table_text")
        return
    label = key(printed)
    if label not in words and bare(label) not in words:
        yield from _runs(text, start, end)


def _of_table(
    text: str, table: RawTable, spans: Iterable[Span], words: frozenset[str]
) -> Iterator[tuple[int, tuple[int, UnreadReason]]]:
    """The numbers of a table of another kind."""
    if not has_number(text[table.start : table.end]):
        return
    inside = any(start <= table.start < end for start, end in spans)
    for cell in table.cells:
        printed = text[cell.start : cell.end]
        prose = len(printed) >= SENTENCE and "。" in printed and not inside
        if not prose and has_number(printed):
            yield from _of_cell(text, cell.start, cell.end, words)


def _of_dump(text: str, reading: Reading, cells: Sequence[Cell]) -> Iterator[tuple[int, tuple[int, UnreadReason]]]:
    """The numbers in the text of a table that was lost."""
    own = sorted([*reading.labels, *((cell.start, cell.end) for cell in cells if cell.end > cell.start)])
    for start, end in reading.spans:
        rest = _without(text, start, end, own)
        for low, high in pieces(rest, 0, len(rest)):
            if has_number(rest[low:high]):
                rest = rest[:low] + " " * (high - low) + rest[high:]
                yield start + low, (start + high, "table_text")
        for low, (high, reason) in _runs(rest, 0, len(rest)):
            yield start + low, (start + high, reason)


def _without(text: str, start: int, end: int, taken: Sequence[Span]) -> str:
    """A stretch of text with blanks for what is taken."""
    kept: list[str] = []
    at = start
    for low, high in taken:
        if low < at or high > end:
            continue
        kept += (text[at:low], " " * (high - low))
        at = high
    return "".join((*kept, text[at:end]))


def _runs(text: str, start: int, end: int) -> Iterator[tuple[int, tuple[int, UnreadReason]]]:
    """Runs of digits that are no numbering."""
    numbering = {match.start() for match in _NUMBERING.finditer(text, start, end)}
    for match in _RUN.finditer(text, start, end):
        if match.start() not in numbering or "." in match[0].strip("."):
            yield match.start(), (match.end(), "date" if match["date"] else "table_text")
