"""PDF → Document: tables from ruling lines, paragraphs from lines of text, both with page and box.

A paragraph runs on over lines and pages: a new one begins where a line is indented, where the line before it ended
early, where the size of type changes, or behind a table. Page numbers and running heads are told apart and do not cut
a sentence in two.
"""

from __future__ import annotations

import ctypes
import re
from collections import Counter
from collections.abc import Iterator, Sequence, Set
from itertools import pairwise

import msgspec
import pypdfium2.raw as raw

from pipeline.errors import DamagedFile, EncryptedFile, ToolMissing
from pipeline.ingest.build import CellText, DocumentBuilder
from pipeline.ingest.limits import Deadline, Limits, exceeded
from pipeline.ingest.pdfgrid import Table
from pipeline.ingest.pdfjoin import joined
from pipeline.ingest.pdflines import Item, Laid, TextLine, furniture, items_of, running_lines, scanned_furniture
from pipeline.ingest.pdfpage import Page, read_page
from pipeline.ingest.pdfregions import find_loose_tables
from pipeline.model import Box, Document


def read_pdf(data: bytes, name: str, limits: Limits) -> Document:
    """Reads a PDF. Pages that are pictures go through character recognition where it is installed.

    Without it they are told as a problem. Raises EncryptedFile, DamagedFile, LimitExceeded; ToolMissing where there is
    no other page with characters.
    """
    builder = DocumentBuilder(limits)
    pages = list(_pages(data, limits))
    running = running_lines(pages)
    scans = [page.number for page in pages if _is_scan(page)]
    others = any(page.chars for page in pages if page.number not in scans)
    recognised = _recognise(data, scans, builder, limits, others) if scans else {}
    edges = scanned_furniture(recognised, {page.number: (page.width, page.height) for page in pages})
    laid: list[Laid] = []
    for page in pages:
        items = recognised.get(page.number) or items_of(page)
        kind = "ocr" if page.number in recognised else "pdf"
        aside = edges if page.number in recognised else furniture(items, page, running)
        laid.append(Laid(page.number, kind, items, aside, page.horizontals))
    _join_heads(laid)
    find_loose_tables(laid)
    paragraphs = Paragraphs(builder)
    for one in laid:
        paragraphs.take(one.items, one.number, one.kind, one.furniture)
    paragraphs.flush()
    return builder.document(data, name, "application/pdf", title=_title(data), pages=len(pages))


def _join_heads(pages: Sequence[Laid]) -> None:
    """Puts the head of a table that stayed at the foot of a page and the table at the top of the next one together."""
    for page, after in pairwise(pages):
        upper = next((i for i in reversed(page.items) if id(i) not in page.furniture), None)
        lower = next((i for i in after.items if id(i) not in after.furniture), None)
        if isinstance(upper, Table) and isinstance(lower, Table) and (table := joined(upper, lower)):
            page.items.remove(upper)
            after.items[after.items.index(lower)] = table


_BROKEN = re.compile("[\ufffd\ue000-\uf8ff]")
_FEW = 30
"""A page with fewer characters under a picture is a scan (a stamp or a page number may be text)."""


def _is_scan(page: Page) -> bool:
    if page.pictures and len(page.chars) < _FEW:
        return True
    # A broken text layer: fonts without a map to characters give private or replacement characters.
    broken = len(_BROKEN.findall("".join([c[0] for c in page.chars])))
    return broken > 0.3 * len(page.chars) > 0


def _recognise(
    data: bytes, scans: list[int], builder: DocumentBuilder, limits: Limits, others: bool
) -> dict[int, list[Item]]:
    """The items of scanned pages. Where recognition is not installed, a problem, or ToolMissing if there are no
    `others` with characters."""
    try:
        from pipeline.ingest.ocr import recognise_page
    except ImportError as error:
        if not others:
            message = "这份 PDF 全是图片，没有可读的文字；请安装文字识别：pip install 'gongkai[ocr]'"
            raise ToolMissing(message) from error
        told = "、".join(map(str, scans[:20]))
        builder.problem(
            "scanned_pages", f"第 {told} 页是图片，文字没有读出；请安装文字识别：pip install 'gongkai[ocr]'"
        )
        return {}
    found: dict[int, list[Item]] = {}
    deadline = Deadline(msgspec.structs.replace(limits, seconds=limits.ocr_seconds))
    document = _open(data)
    try:
        for number in scans:
            deadline.check()
            found[number] = recognise_page(document, number)
    finally:
        raw.FPDF_CloseDocument(document)
    return found


def _open(data: bytes) -> object:
    document = raw.FPDF_LoadMemDocument64(data, len(data), None)
    if not document:
        if raw.FPDF_GetLastError() in (raw.FPDF_ERR_PASSWORD, raw.FPDF_ERR_SECURITY):
            raise EncryptedFile("PDF 有密码，读不了；请用原软件去掉密码后再试")
        raise DamagedFile("PDF 打不开，可能下载不完整；请重新下载，或用浏览器打开后另存")
    return document


def _pages(data: bytes, limits: Limits) -> Iterator[Page]:
    raw.FPDF_InitLibrary()
    document = _open(data)
    deadline = Deadline(limits)
    try:
        count = raw.FPDF_GetPageCount(document)
        if count > limits.max_pages:
            raise exceeded("页数（max_pages）", limits.max_pages, "请只保留年报部分")
        if count <= 0:
            raise DamagedFile("PDF 里没有页面，可能已损坏；请重新下载")
        characters = 0
        for index in range(count):
            deadline.check()
            page = read_page(document, index)
            characters += len(page.chars)
            if characters > limits.max_text:
                raise exceeded("正文字数（max_text）", limits.max_text, "请确认这是一份年报，或拆分后再试")
            yield page
    finally:
        raw.FPDF_CloseDocument(document)


def _title(data: bytes) -> str | None:
    """The title in the document's properties."""
    document = raw.FPDF_LoadMemDocument64(data, len(data), None)
    if not document:
        return None
    try:
        size = raw.FPDF_GetMetaText(document, b"Title", None, 0)
        if not 2 < size < 2000:
            return None
        buffer = ctypes.create_string_buffer(size)
        raw.FPDF_GetMetaText(document, b"Title", buffer, size)
        return buffer.raw[: size - 2].decode("utf-16-le", "replace").strip() or None
    finally:
        raw.FPDF_CloseDocument(document)


def _margins(items: list[Item]) -> tuple[float, float]:
    """Left and right edge of the running text: where most lines begin, and the furthest end that is usual."""
    lines = [item for item in items if isinstance(item, TextLine) and len(item.text) > 1]
    if not lines:
        return 0.0, 0.0
    starts = Counter(round(line.x0 / 4) for line in lines)
    left = min(starts, key=lambda place: (-starts[place], place)) * 4.0
    ends = sorted(line.x1 for line in lines)
    return min(left, *(line.x0 for line in lines if starts[round(line.x0 / 4)] > 1), left), ends[-1]


class Paragraphs:
    """Writes lines and tables into a document; gathers lines until a paragraph is whole."""

    def __init__(self, builder: DocumentBuilder) -> None:
        self._builder = builder
        self._lines: list[TextLine] = []
        self._asides: list[TextLine] = []
        self._right = 0.0

    def take(self, items: list[Item], page: int, kind: str, furniture: Set[int] = frozenset()) -> None:
        """The items of one page, in reading order; page 0 is a picture inside a page.

        `furniture` holds the ids of page numbers and running heads.
        """
        left, right = _margins(items)
        for item in items:
            if isinstance(item, Table):
                self.flush()
                cells = item.cells if page else tuple(_placeless(cell) for cell in item.cells)
                self._builder.table(cells, kind, rows=item.rows, columns=item.columns, page=page or None)
            elif id(item) in furniture:
                self._asides.append(item)
            else:
                if self._lines and self._begins(item, left):
                    self.flush()
                self._lines.append(item)
                self._right = right

    def _begins(self, line: TextLine, left: float) -> bool:
        last = self._lines[-1]
        if line.parts and last.parts:  # rows of a table that was not made one
            return True
        if line.x0 > left + 1.2 * line.size or last.x1 < self._right - 2.2 * last.size:
            return True
        if abs(line.size - last.size) > 0.2 * max(line.size, last.size):
            return True
        return line.page == last.page and line.top - last.bottom > 2.2 * last.size

    def flush(self) -> None:
        """Ends the paragraph; page numbers and running heads come behind the paragraph that they interrupt."""
        if self._lines:
            self._write(_joined(self._lines), self._lines)
        for line in self._asides:
            self._write(line.text, [line])
        self._lines, self._asides = [], []

    def _write(self, text: str, lines: list[TextLine]) -> None:
        page = lines[0].page or None
        self._builder.paragraph(text, page=page, box=_box(lines) if page else None)


def _placeless(cell: CellText) -> CellText:
    """A cell of a picture that is on no page: its place in the picture says nothing."""
    return msgspec.structs.replace(cell, page=None, box=None)


def _joined(lines: list[TextLine]) -> str:
    """Lines as one text; a blank only between Latin words."""
    text = lines[0].text
    for line in lines[1:]:
        between = (
            " "
            if text[-1:].isascii() and text[-1:].isalpha() and line.text[:1].isascii() and line.text[:1].isalpha()
            else ""
        )
        text += between + line.text
    return text


def _box(lines: list[TextLine]) -> Box:
    """Where the lines on the first page of a paragraph stand."""
    first = [line for line in lines if line.page == lines[0].page]
    return (
        round(min(line.x0 for line in first), 1),
        round(first[0].top, 1),
        round(max(line.x1 for line in first), 1),
        round(first[-1].bottom, 1),
    )
