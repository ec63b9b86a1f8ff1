"""PDF pages with ruled or borderless tables, written without a library.

Text is set in the standard CJK font STSong-Light with the predefined CMap UniGB-UCS2-H: no font file is needed, neither
here nor in a reader that extracts text (PDFium brings the tables of Adobe-GB1). Rendered to pixels, such pages show
glyphs only where the machine has a Chinese font; scans embed one instead (scan.py).
"""

from __future__ import annotations

import random
import re
import zlib
from collections.abc import Sequence
from typing import NamedTuple

from pipeline.samples.draft import Draft
from pipeline.samples.grid import Box, Grid, expand, width
from pipeline.samples.pdfcut import Lines, Sheet, cut_groups, cut_row

_WIDE, _HIGH = 595.0, 842.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 72.0, 523.0, 770.0, 72.0
_SIZE, _LEADING = 14.0, 24.0
_SMALL, _TIGHT = 8.0, 10.5
_COLUMNS = {3: (0.7, 0.12, 0.18), 4: (0.34, 0.22, 0.22, 0.22), 10: (0.09, 0.11, 0.31, *[0.07] * 7), 15: (1 / 15,) * 15}
_HALF = frozenset(map(chr, range(32, 127)))
_TOKEN = re.compile(r"[ -~]+|[^ -~]")


class Pages:
    """Collects the drawing operators of pages; `y` is where the next line goes."""

    def __init__(self) -> None:
        self.pages: list[list[str]] = [[]]
        self.y = _TOP

    def text(self, x: float, y: float, size: float, text: str) -> None:
        """Shows one line with its base line at y."""
        code = text.encode("utf-16-be").hex()
        self.pages[-1].append(f"BT /F1 {size:g} Tf {x:.2f} {y:.2f} Td <{code}> Tj ET")

    def line(self, x0: float, y0: float, x1: float, y1: float) -> None:
        """Draws a thin rule."""
        self.pages[-1].append(f"{x0:.2f} {y0:.2f} m {x1:.2f} {y1:.2f} l S")

    def turn(self) -> None:
        """Begins a new page, with the number of the old one at its foot."""
        self.text(_WIDE / 2 - 14, 40, 10, f"- {len(self.pages)} -")
        self.pages.append([])
        self.y = _TOP

    def room(self, need: float) -> None:
        """Turns the page where less than `need` is left."""
        if self.y - need < _BOTTOM:
            self.turn()


def measure(text: str, size: float) -> float:
    """Width of a line: letters and digits are half as wide as characters."""
    return size * (len(text) - sum(map(_HALF.__contains__, text)) / 2)


def wrap(text: str, size: float, wide: float) -> list[str]:
    """Cuts a text into lines; runs of letters and digits stay whole where they fit on a line."""
    if measure(text, size) <= wide:
        return [text]
    lines, line, used = [], "", 0.0
    for token in _TOKEN.findall(text):
        need = len(token) * size / 2 if token[0] in _HALF else size
        if line and used + need > wide:
            lines.append(line)
            line, used = "", 0.0
        while need > wide:  # a long word, such as an address
            fit = max(1, int(wide / (size / 2)))
            lines.append(token[:fit])
            token = token[fit:]
            need = measure(token, size)
        line += token
        used += need
    return [*lines, line] if line else lines or [""]


def _paragraph(pages: Pages, text: str, kind: str) -> None:
    wide = _RIGHT - _LEFT
    lines = wrap("　　" + text if kind != "sign" else text, _SIZE, wide)
    for line in lines:
        pages.room(_LEADING)
        pages.y -= _LEADING
        x = _RIGHT - measure(line, _SIZE) if kind == "sign" else _LEFT
        pages.text(x, pages.y, _SIZE, line)


_REPEATS = 11
"""Edges of table 3, the one long table with a head of its own."""


class Look(NamedTuple):
    """How tables are drawn: with rules; cut by page breaks in the middle of rows; the head of table 3 on each page."""

    ruled: bool = True
    cut: bool = False
    repeat: bool = False


def _table(pages: Pages, draft: Draft, grid: Grid, look: Look) -> None:
    """Rows from top to bottom; a cell spread over rows is drawn anew on each page, its text only once."""
    edges = [_LEFT]
    for share in _COLUMNS[width(grid)]:
        edges.append(edges[-1] + share * (_RIGHT - _LEFT))
    rows = expand(grid)
    lines = {
        (r, c): wrap(draft.cell(box), _SMALL, edges[c + box.colspan] - edges[c] - 4)
        for r, row in enumerate(rows)
        for c, box in enumerate(row)
        if box
    }
    sheet = Sheet(rows, lines, _heights(rows, lines))
    heads = next(r for r, row in enumerate(rows) if any(box and box.key for box in row))
    head = Sheet([list(row) for row in rows[:heads]], dict(lines), sheet.heights[:heads])
    pages.y -= 6
    start = 0
    while start < len(rows):
        pages.room(sheet.heights[start] + 2)
        if look.repeat and start > heads and len(edges) == _REPEATS:
            _segment(pages, head, edges, (0, heads), head.lines, look.ruled)
        end, used = start, 0.0
        while end < len(rows) and pages.y - used - sheet.heights[end] >= _BOTTOM:
            used += sheet.heights[end]
            end += 1
        left = pages.y - used - _BOTTOM
        if look.cut and end < len(rows) and cut_row(sheet, end, int((left - 6) // _TIGHT), _TIGHT, 6):
            end += 1
        end = max(end, start + 1)
        shown = sheet.lines
        if look.cut:
            shown = sheet.lines | cut_groups(sheet, start, end, _TIGHT)
        _segment(pages, sheet, edges, (start, end), shown, look.ruled)
        start = end
        if start < len(rows):
            pages.turn()
    pages.y -= 6


def _heights(rows: Sequence[Sequence[Box | None]], lines: Lines) -> list[float]:
    heights = []
    for r, row in enumerate(rows):
        most = max((len(lines[r, c]) for c, box in enumerate(row) if box and box.rowspan == 1), default=1)
        heights.append(most * _TIGHT + 6)
    for r, row in enumerate(rows):
        for c, box in enumerate(row):
            if box and box.rowspan > 1:
                need = len(lines[r, c]) * _TIGHT + 6 - sum(heights[r : r + box.rowspan])
                if need > 0:
                    heights[r + box.rowspan - 1] += need
    return heights


def _segment(
    pages: Pages, sheet: Sheet, edges: Sequence[float], span: tuple[int, int], lines: Lines, ruled: bool
) -> None:
    """The rows [start, end) of a table on the current page; cells that began before are drawn on."""
    start, end = span
    rows = sheet.rows
    tops = [pages.y]
    for r in range(start, end):
        tops.append(tops[-1] - sheet.heights[r])
    for r in range(end):
        for c, box in enumerate(rows[r]):
            if box is None or r + box.rowspan <= start:
                continue
            top, bottom = tops[max(r, start) - start], tops[min(r + box.rowspan, end) - start]
            left, right = edges[c], edges[c + box.colspan]
            if ruled:
                for x0, y0, x1, y1 in ((left, top, right, top), (left, bottom, right, bottom)):
                    pages.line(x0, y0, x1, y1)
                for x in (left, right):
                    pages.line(x, top, x, bottom)
            if r >= start or lines is not sheet.lines:
                _cell(pages, lines[r, c], left, right, top, bottom)
    pages.y = tops[-1]


def _cell(pages: Pages, lines: Sequence[str], left: float, right: float, top: float, bottom: float) -> None:
    y = (top + bottom) / 2 + len(lines) * _TIGHT / 2 - _SMALL
    for line in lines:
        if line:
            pages.text((left + right - measure(line, _SMALL)) / 2, y, _SMALL, line)
        y -= _TIGHT


_RULED = Look()


def lay_out(draft: Draft, look: Look = _RULED) -> list[list[str]]:
    """The drawing operators of each page of a report."""
    pages = Pages()
    for line in wrap(draft.title, 20, _RIGHT - _LEFT):
        pages.y -= 32
        pages.text((_WIDE - measure(line, 20)) / 2, pages.y, 20, line)
    pages.y -= 12
    for block in draft.blocks:
        if block.kind == "table":
            _table(pages, draft, draft.grid(block.text), look)
        else:
            _paragraph(pages, block.text, block.kind)
    pages.text(_WIDE / 2 - 14, 40, 10, f"- {len(pages.pages)} -")
    return pages.pages


_FONT = (
    b"<</Type/Font/Subtype/Type0/BaseFont/STSong-Light/Encoding/UniGB-UCS2-H/DescendantFonts[4 0 R]>>",
    b"<</Type/Font/Subtype/CIDFontType0/BaseFont/STSong-Light"
    b"/CIDSystemInfo<</Registry(Adobe)/Ordering(GB1)/Supplement 4>>"
    b"/FontDescriptor 5 0 R/DW 1000/W[1 95 500 814 939 500]>>",
    b"<</Type/FontDescriptor/FontName/STSong-Light/Flags 6/FontBBox[-25 -254 1000 880]/ItalicAngle 0/Ascent 880"
    b"/Descent -120/CapHeight 880/StemV 93>>",
)


_UPRIGHT = f"/MediaBox[0 0 {_WIDE:g} {_HIGH:g}]"
_LYING = f"/MediaBox[0 0 {_HIGH:g} {_WIDE:g}]"
_QUARTER = f"0 1 -1 0 {_HIGH:g} 0 cm\n"
"""Turns what is drawn by a quarter, so that it runs upwards."""


def assemble(pages: Sequence[Sequence[str]], title: str, turned: bool = False, told: bool = True) -> bytes:
    """A PDF file from drawing operators. `turned`: drawn sideways; `told`: the page says so, and is shown upright."""
    box = _UPRIGHT if not turned else _LYING + "/Rotate 90" * told
    turn = _QUARTER if turned else ""
    first = 7
    kids = " ".join(f"{first + 2 * i} 0 R" for i in range(len(pages)))
    info = (b"\xfe\xff" + title.encode("utf-16-be")).hex()
    objects: list[bytes] = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        f"<</Type/Pages/Kids[{kids}]/Count {len(pages)}>>".encode(),
        *_FONT,
        f"<</Title<{info}>/Producer(samples)>>".encode(),
    ]
    for i, operators in enumerate(pages):
        stream = zlib.compress((turn + "0.5 w\n" + "\n".join(operators)).encode(), 1)
        objects.append(
            f"<</Type/Page/Parent 2 0 R{box}/Resources<</Font<</F1 3 0 R>>>>"
            f"/Contents {first + 2 * i + 1} 0 R>>".encode()
        )
        objects.append(b"<</Length %d/Filter/FlateDecode>>\nstream\n%s\nendstream" % (len(stream), stream))
    out = bytearray(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
    offsets = []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    for offset in offsets:
        out += b"%010d 00000 n \n" % offset
    out += b"trailer\n<</Size %d/Root 1 0 R/Info 6 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    return bytes(out)


def ruled(draft: Draft, rng: random.Random) -> bytes:
    """Pages with ruled tables that break where the page ends."""
    return assemble(lay_out(draft), draft.title)


def borderless(draft: Draft, rng: random.Random) -> bytes:
    """Pages whose tables have no rules: only positions tell the cells apart."""
    return assemble(lay_out(draft, Look(ruled=False)), draft.title)


def cut(draft: Draft, rng: random.Random) -> bytes:
    """Ruled tables whose rows, labels and groups page breaks cut in two; often with the head repeated on each page."""
    return assemble(lay_out(draft, Look(cut=True, repeat=rng.random() < 0.5)), draft.title)


def turned(draft: Draft, rng: random.Random) -> bytes:
    """Pages drawn sideways, with and without the mark that has them shown upright."""
    return assemble(lay_out(draft), draft.title, turned=True, told=rng.random() < 0.5)
