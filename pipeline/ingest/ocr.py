"""Scans and pictures → lines and tables, with the extra `ocr` (rapidocr; its models come inside the wheel).

A table is read cell by cell: its ruling lines are found in the picture, each cell is cut out and recognised by itself.
Recognising whole rows would run the zeros of neighbouring cells into one number. A cell without ink is blank, told by
the picture and not by the recogniser; a cell that is read without confidence is kept with its confidence, so that the
tables can call it unreadable.
"""

from __future__ import annotations

import io
from functools import cache
from typing import Any

import cv2
import numpy as np
import pypdfium2.raw as raw
from rapidocr import RapidOCR

from pipeline.errors import DamagedFile
from pipeline.ingest.build import CellText, DocumentBuilder
from pipeline.ingest.limits import Limits, exceeded
from pipeline.ingest.pdf import Paragraphs
from pipeline.ingest.pdfgrid import Table, find_tables
from pipeline.ingest.pdflines import Item, TextLine
from pipeline.ingest.pdfpage import Line, Page
from pipeline.model import Document

Image = Any
"""An RGB picture as a numpy array of height × width × 3 bytes."""

DPI = 200
MAX_PIXELS = 60_000_000
_SCALE = 72 / DPI
_INK = 110
"""A pixel this much darker than the paper around it is ink (of 255)."""
_BATCH = 32
_LOWEST = 28.0
"""A table has at least two rows; in points."""


@cache
def _engine() -> Any:
    return RapidOCR(params={"Global.log_level": "error"})


def read_image(data: bytes, name: str, limits: Limits) -> Document:
    """A picture of one page as a document. Raises DamagedFile and LimitExceeded."""
    from PIL import Image as Pillow
    from PIL import UnidentifiedImageError

    Pillow.MAX_IMAGE_PIXELS = MAX_PIXELS
    try:
        with Pillow.open(io.BytesIO(data)) as picture:
            kind = Pillow.MIME.get(picture.format or "", "image/unknown")
            if picture.width * picture.height > MAX_PIXELS:
                raise exceeded("图片像素数", MAX_PIXELS, "请缩小图片后再试")
            image = np.asarray(picture.convert("RGB"))
    except (UnidentifiedImageError, Pillow.DecompressionBombError, OSError, ValueError, SyntaxError) as error:
        raise DamagedFile("图片打不开，可能已损坏；请重新下载或另存为 PNG 后再试") from error
    builder = DocumentBuilder(limits)
    paragraphs = Paragraphs(builder)
    paragraphs.take(recognise(image, 1), 1, "ocr")
    paragraphs.flush()
    return builder.document(data, name, kind, pages=1)


def recognise_page(document: object, number: int) -> list[Item]:
    """A page of an open raw PDF document, rendered and recognised."""
    import pypdfium2

    page = raw.FPDF_LoadPage(document, number - 1)
    try:
        width = int(raw.FPDF_GetPageWidthF(page) / _SCALE)
        height = int(raw.FPDF_GetPageHeightF(page) / _SCALE)
        if width * height > MAX_PIXELS:
            raise exceeded("一页的像素数", MAX_PIXELS, "请将页面缩为 A4 后再试")
        bitmap = pypdfium2.PdfBitmap.new_native(width, height, raw.FPDFBitmap_BGR)
        bitmap.fill_rect((255, 255, 255, 255), 0, 0, width, height)
        raw.FPDF_RenderPageBitmap(bitmap, page, 0, 0, width, height, 0, raw.FPDF_ANNOT)
        image = bitmap.to_numpy()[:, :, ::-1].copy()
    finally:
        raw.FPDF_ClosePage(page)
    return recognise(image, number)


def recognise(image: Image, number: int) -> list[Item]:
    """Lines and tables of a picture, from top to bottom; boxes in points at 200 dots per inch."""
    image = _upright(image)
    gray = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)
    ink = _ink(gray)
    verticals, horizontals = _rulings(ink)
    page = Page(
        number=number,
        width=image.shape[1] * _SCALE,
        height=image.shape[0] * _SCALE,
        chars=(),
        verticals=tuple(verticals),
        horizontals=tuple(horizontals),
        pictures=0,
    )
    # Strokes of bold headings can cross like a net, but never higher than a line of text.
    nets = [table for table in find_tables(page)[0] if table.bottom - table.top >= _LOWEST]
    tables = [_read_cells(table, image, ink) for table in nets]
    rest = image.copy()
    for table in tables:
        x0, y0, x1, y1 = (int(v / _SCALE) for v in (table.x0 - 2, table.top - 2, table.x1 + 2, table.bottom + 2))
        rest[max(y0, 0) : y1, max(x0, 0) : x1] = 255
    items: list[Item] = [*tables, *_lines(rest, number)]
    items.sort(key=lambda item: item.top)
    return items


def _ink(gray: Image) -> Image:
    """1 where there is ink: darker than its surroundings, so that shadows and grey paper do not count."""
    paper = cv2.medianBlur(cv2.resize(gray, None, fx=0.25, fy=0.25), 31)
    paper = cv2.resize(paper, (gray.shape[1], gray.shape[0]))
    return (cv2.subtract(paper, gray) > 255 - _INK - 60).astype(np.uint8)


def _upright(image: Image) -> Image:
    """The picture turned by the small angle at which its long horizontal lines stand."""
    gray = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)
    edges = cv2.Canny(gray, 60, 180)
    least = image.shape[1] // 4
    found = cv2.HoughLinesP(edges, 1, np.pi / 1800, threshold=least // 2, minLineLength=least, maxLineGap=12)
    if found is None:
        return image
    angles = [np.degrees(np.arctan2(y1 - y0, x1 - x0)) for x0, y0, x1, y1 in found.reshape(-1, 4)]
    flat = [a for a in angles if abs(a) < 8]
    angle = float(np.median(flat)) if flat else 0.0
    if abs(angle) < 0.05:
        return image
    height, width = image.shape[:2]
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), angle, 1.0)
    return cv2.warpAffine(image, turn, (width, height), flags=cv2.INTER_CUBIC, borderValue=(255, 255, 255))


def _rulings(ink: Image) -> tuple[list[Line], list[Line]]:
    """Vertical and horizontal ruling lines in points: long thin runs of ink."""
    height, width = ink.shape
    across = cv2.morphologyEx(ink, cv2.MORPH_CLOSE, np.ones((1, 7), np.uint8))
    across = cv2.morphologyEx(across, cv2.MORPH_OPEN, np.ones((1, max(40, width // 45)), np.uint8))
    down = cv2.morphologyEx(ink, cv2.MORPH_CLOSE, np.ones((7, 1), np.uint8))
    down = cv2.morphologyEx(down, cv2.MORPH_OPEN, np.ones((max(34, height // 70), 1), np.uint8))
    horizontals: list[Line] = []
    verticals: list[Line] = []
    for x, y, w, h, _ in cv2.connectedComponentsWithStats(across)[2][1:]:
        if h <= 14 and w > 3 * h:
            horizontals.append(((y + h / 2) * _SCALE, x * _SCALE, (x + w) * _SCALE))
    for x, y, w, h, _ in cv2.connectedComponentsWithStats(down)[2][1:]:
        if w <= 14 and h > 3 * w:
            verticals.append(((x + w / 2) * _SCALE, y * _SCALE, (y + h) * _SCALE))
    return verticals, horizontals


def _read_cells(table: Table, image: Image, ink: Image) -> Table:
    """The table with the text of every cell that has ink."""
    crops: list[Image] = []
    owners: list[int] = []
    for index, cell in enumerate(table.cells):
        for crop in _crops(cell, image, ink):
            crops.append(crop)
            owners.append(index)
    texts: list[list[str]] = [[] for _ in table.cells]
    least = [1.0] * len(table.cells)
    for at in range(0, len(crops), _BATCH):
        found = _engine().recognize_txt(crops[at : at + _BATCH])
        for owner, text, score in zip(owners[at : at + _BATCH], found.txts, found.scores, strict=True):
            texts[owner].append(text.strip())
            least[owner] = min(least[owner], float(score))
    inked = set(owners)
    cells = tuple(
        CellText(
            row=cell.row,
            column=cell.column,
            text="".join(texts[i]),
            rowspan=cell.rowspan,
            colspan=cell.colspan,
            page=cell.page,
            box=cell.box,
            confidence=round(least[i], 3) if i in inked else 1.0,
        )
        for i, cell in enumerate(table.cells)
    )
    return Table(
        x0=table.x0,
        top=table.top,
        x1=table.x1,
        bottom=table.bottom,
        cells=cells,
        rows=table.rows,
        columns=table.columns,
    )


def _crops(cell: CellText, image: Image, ink: Image) -> list[Image]:
    """The lines of text in a cell, cut out with a little white around them."""
    assert cell.box is not None
    x0, y0, x1, y1 = (round(v / _SCALE) for v in cell.box)
    inside = ink[y0 + 5 : y1 - 4, x0 + 5 : x1 - 4]
    if inside.size == 0:
        return []
    rows = np.flatnonzero(inside.sum(axis=1) > 0)
    if inside.sum() < 12 or not len(rows):
        return []
    crops = []
    for group in np.split(rows, np.flatnonzero(np.diff(rows) > 4) + 1):
        band = inside[group[0] : group[-1] + 1]
        columns = np.flatnonzero(band.sum(axis=0) > 0)
        if len(group) < 4 or not len(columns):  # specks, the rest of a line
            continue
        top, bottom = y0 + 5 + group[0], y0 + 5 + group[-1] + 1
        left, right = x0 + 5 + columns[0], x0 + 5 + columns[-1] + 1
        margin = max(4, (bottom - top) // 5)
        piece = image[top:bottom, left:right]
        crops.append(cv2.copyMakeBorder(piece, margin, margin, margin * 2, margin * 2, cv2.BORDER_REPLICATE))
    return crops


def _lines(image: Image, number: int) -> list[TextLine]:
    """The lines of text outside tables."""
    found = _engine()(image)
    if getattr(found, "boxes", None) is None:
        return []
    lines = []
    for box, text in zip(found.boxes, found.txts, strict=True):
        xs, ys = [p[0] * _SCALE for p in box], [p[1] * _SCALE for p in box]
        lines.append(
            TextLine(
                text=text.strip(),
                x0=float(min(xs)),
                top=float(min(ys)),
                x1=float(max(xs)),
                bottom=float(max(ys)),
                size=float(max(ys) - min(ys)) * 0.85,
                page=number,
            )
        )
    return [line for line in _in_rows(lines) if line.text]


def _in_rows(lines: list[TextLine]) -> list[TextLine]:
    """Boxes that stand side by side joined to one line each."""
    rows: list[list[TextLine]] = []
    for line in sorted(lines, key=lambda item: (item.top + item.bottom) / 2):
        if rows and (line.top + line.bottom) / 2 < rows[-1][0].bottom - 0.25 * rows[-1][0].size:
            rows[-1].append(line)
        else:
            rows.append([line])
    joined = []
    for row in rows:
        row.sort(key=lambda item: item.x0)
        joined.append(
            TextLine(
                text="".join(item.text for item in row),
                x0=row[0].x0,
                top=min(item.top for item in row),
                x1=max(item.x1 for item in row),
                bottom=max(item.bottom for item in row),
                size=max(item.size for item in row),
                page=row[0].page,
            )
        )
    return joined
