"""One report as it is shown: the text with its figures marked, its tables, its verdicts.

Uses the marking and the words of pipeline.explain. Paragraphs are the lines of the stored text; where a statutory table
stands it is drawn anew from its cells (tables.py), with the lines of the source folded below it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Any

import msgspec

from pipeline.explain import WORST, _Body, _card
from pipeline.explain.names import COLUMNS, REASONS, SECTIONS, SEVERITY, STATES, VERDICTS, figure_details
from pipeline.model import Cell, DocumentResult, Finding, Paragraph
from pipeline.output import number
from pipeline.web.report_queries import DecisionKey
from pipeline.web.tables import Numbered, draw, indicator_names

Card = dict[str, Any]


@dataclass(frozen=True, slots=True)
class View:
    """What the templates show of one document."""

    body: str
    """HTML made here, every piece of the report escaped."""
    cards: list[Card]
    counts: dict[str, int]
    figures: list[dict[str, Any]]
    cells: list[dict[str, Any]]
    unread: list[dict[str, Any]]
    states: dict[str, int] = field(default_factory=dict)


def view(
    result: DocumentResult,
    across: Sequence[tuple[Finding, str | None]] = (),
    decisions: dict[DecisionKey, dict[str, Any]] | None = None,
) -> View:
    """The document ready to be shown, verdicts worst first."""
    names = indicator_names()
    told = decisions or {}
    cards = [_told(card, finding, told) for card, finding in _cards(result, across, names)]
    counts = {verdict: sum(card["verdict"] == verdict for card in cards) for verdict in WORST}
    states: dict[str, int] = {}
    for cell in result.cells:
        states[STATES[cell.state]] = states.get(STATES[cell.state], 0) + 1
    return View(
        _body(result, names), cards, counts, _figures(result, names), _cells(result, names), _unread(result), states
    )


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page of the file a report was read from, with a box for each cell that stands on it."""

    number: int
    width: float
    height: float
    boxes: list[dict[str, Any]]


ROOM = 6.0
"""Points by which a box may stand out of its page before the page is taken to be turned, and shown without boxes."""


def sheets(result: DocumentResult, sizes: Sequence[tuple[float, float]]) -> list[Sheet]:
    """The pages of a document with the boxes of its cells, in points from the top left."""
    names = indicator_names()
    found = []
    for page, (width, height) in enumerate(sizes, 1):
        cells = [(n, cell, cell.box) for n, cell in enumerate(result.cells) if cell.page == page and cell.box]
        outside = any(box[2] > width + ROOM or box[3] > height + ROOM for _, _, box in cells)
        boxes = [
            {
                "of": f"c{n}", "x": box[0], "y": box[1], "width": round(box[2] - box[0], 2),
                "height": round(box[3] - box[1], 2), "state": cell.state,
                "title": f"{names.get(cell.code, cell.code)}{_column(cell.column)}：{_said(cell)}",
            }
            for n, cell, box in cells
        ]  # fmt: skip
        found.append(Sheet(page, width, height, [] if outside else boxes))
    return found


def _column(column: str | None) -> str:
    return f"（{COLUMNS[column]}）" if column in COLUMNS else ""


def _said(cell: Cell) -> str:
    return STATES[cell.state] if cell.value is None else f"{number(cell.value)}{cell.unit}"


_GRAVE = {"error": 0, "warning": 1, "info": 2}


def _cards(
    result: DocumentResult, across: Sequence[tuple[Finding, str | None]], names: dict[str, str]
) -> list[tuple[Card, Finding]]:
    held = [(_card(n, finding, result, names), finding) for n, finding in enumerate(result.findings)]
    for n, (finding, other) in enumerate(across):
        held.append(({**_card(n, finding, result, names), "id": f"a{n}", "other": other}, finding))
    return sorted(held, key=lambda pair: (WORST[pair[1].verdict], _GRAVE[pair[1].severity]))


def _told(card: Card, finding: Finding, decisions: dict[DecisionKey, dict[str, Any]]) -> Card:
    key = (finding.check, finding.code or "", finding.column or "")
    column = COLUMNS.get(finding.column or "", "")
    return {
        "other": None, **card, "column": column, "grave": finding.severity, "key": "|".join(key),
        "decision": decisions.get(key), "severity": SEVERITY[finding.severity],
        "verdict_name": VERDICTS[finding.verdict],
    }  # fmt: skip


def _figures(result: DocumentResult, names: dict[str, str]) -> list[dict[str, Any]]:
    return [
        {
            "target": f"t{figure.start}-{figure.end}", "mention": figure.mention, "code": figure.code,
            "name": names.get(figure.code, figure.code.removeprefix("other:")), "details": figure_details(figure),
            "before": figure.before[-10:], "section": SECTIONS.get(figure.section or 0, ""),
        }
        for figure in result.figures
    ]  # fmt: skip


def _cells(result: DocumentResult, names: dict[str, str]) -> list[dict[str, Any]]:
    return [
        {
            "target": f"c{n}", "code": cell.code, "name": names.get(cell.code, cell.code),
            "column": COLUMNS.get(cell.column or "", ""), "value": number(cell.value), "unit": cell.unit,
            "state": cell.state, "state_name": STATES[cell.state], "printed": cell.printed, "note": cell.note,
            "doubt": cell.state in ("inferred", "unreadable", "covered") or bool(cell.note) or bool(cell.evidence),
            "evidence": cell.evidence,
        }
        for n, cell in enumerate(result.cells)
    ]  # fmt: skip


def _unread(result: DocumentResult) -> list[dict[str, Any]]:
    text = result.document.text
    return [
        {
            "text": unread.text, "reason": REASONS.get(unread.reason, unread.reason),
            "before": text[max(0, unread.start - 12) : unread.start].split("\n")[-1],
            "after": text[unread.end : unread.end + 6].split("\n")[0],
        }
        for unread in result.unread
    ]  # fmt: skip


# --- the text ------------------------------------------------------------------------------------------------------


def _body(result: DocumentResult, names: dict[str, str]) -> str:
    """The whole text in order, tables where they stand."""
    text = result.document.text
    lines = _lines(text)
    regions = _regions(result, text, lines)
    shown: list[Paragraph] = []
    held: dict[int, tuple[list[str], int, int]] = {start: (tables, start, end) for tables, start, end in regions}
    spans = sorted((start, end) for _, start, end in regions)
    order: list[tuple[int, Paragraph | None]] = []
    headings = {section.start for section in result.sections if section.number}
    for start, end in lines:
        inside = next((span for span in spans if span[0] <= start < span[1]), None)
        if inside is not None:
            if start == inside[0]:
                order.append((start, None))
            continue
        if text[start:end].strip():
            block = Paragraph(start=start, end=end, heading=2 if start in headings else None)
            shown.append(block)
            order.append((start, block))
    body = _Body(msgspec.structs.replace(result, document=msgspec.structs.replace(result.document, blocks=())), names)
    numbered = list(enumerate(result.cells))
    pieces = []
    for start, one in order:
        if one is not None:
            pieces.append(body._paragraph(one))
            continue
        tables, begin, end = held[start]
        for table in tables:
            cells: list[Numbered] = [(n, cell) for n, cell in numbered if cell.table == table]
            pieces.append(
                f'<div class="scroll" tabindex="0" role="region" aria-label="统计表">{draw(table, cells, names)}</div>'
            )
        raw = escape(text[begin:end].strip("\n"))
        pieces.append(
            f'<details class="raw"><summary>这张表在原文中的样子</summary><pre tabindex="0">{raw}</pre></details>'
        )
    return "\n".join(pieces)


def _lines(text: str) -> list[tuple[int, int]]:
    found, at = [], 0
    for line in text.split("\n"):
        found.append((at, at + len(line)))
        at += len(line) + 1
    return found


GAP = 6
"""Lines without a cell that may stand inside a table: labels and page numbers on lines of their own."""


def _regions(result: DocumentResult, text: str, lines: list[tuple[int, int]]) -> list[tuple[list[str], int, int]]:
    """(tables, start, end) of each stretch of lines that tables take up, in order.

    A table that stands in several places (printed twice) is drawn at the first; the others only show their lines.
    """
    starts = [start for start, _ in lines]
    found: list[tuple[list[str], int, int]] = []
    for table in dict.fromkeys(cell.table for cell in result.cells):
        places = [(c.start, c.end) for c in result.cells if c.table == table and 0 <= c.start <= c.end <= len(text)]
        printed = [p for p in places if p[0] < p[1]] or places
        taken = sorted({bisect_right(starts, p[0]) - 1 for p in printed})
        for n, (first, last) in enumerate(_runs(taken)):
            while first > 0 and "\t" in text[slice(*lines[first - 1])]:
                first -= 1
            while last + 1 < len(lines) and "\t" in text[slice(*lines[last + 1])]:
                last += 1
            found.append(([table] if n == 0 else [], first, last))
    found.sort(key=lambda region: region[1])
    merged: list[tuple[list[str], int, int]] = []
    for tables, first, last in found:
        if merged and first <= merged[-1][2]:
            before, begin, until = merged.pop()
            merged.append(([*before, *tables], begin, max(until, last)))
        else:
            merged.append((tables, first, last))
    return [(tables, lines[first][0], lines[last][1] + 1) for tables, first, last in merged]


def _runs(taken: Sequence[int]) -> list[tuple[int, int]]:
    """Line numbers as (first, last) of each run without a gap of more than GAP lines."""
    runs: list[tuple[int, int]] = []
    for line in taken:
        if runs and line - runs[-1][1] <= GAP:
            runs[-1] = (runs[-1][0], line)
        else:
            runs.append((line, line))
    return runs
