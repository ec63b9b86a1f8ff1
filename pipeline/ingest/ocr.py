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
from pipeline.ingest.build import DocumentBuilder
from pipeline.ingest.limits import Limits, exceeded
from pipeline.ingest.ocrcells import read_cells
from pipeline.ingest.ocrimage import SCALE, Image, ink_of, rulings, sized, straight, upright
from pipeline.ingest.pdf import Paragraphs
from pipeline.ingest.pdfgrid import find_tables
from pipeline.ingest.pdflines import Item, TextLine
from pipeline.ingest.pdfpage import Page
from pipeline.model import Document

MAX_PIXELS = 60_000_000
_BATCH = 16
_LOWEST = 28.0
"""A table has at least two rows; in points."""
_FAINT = 30


@cache
def _engine() -> Any:
    """The recogniser. Crops are padded to the widest of their batch and not to a fixed width: cells are narrow."""
    return RapidOCR(params={"Global.log_level": "error", "Rec.rec_img_shape": [3, 48, 48], "Rec.rec_batch_num": _BATCH})


def _recognise(crops: list[Image]) -> list[tuple[str, float]]:
    """Text and score of each crop."""
    if not crops:
        return []
    found = _engine().recognize_txt(crops)
    return [(text, float(score)) for text, score in zip(found.txts, found.scores, strict=True)]


def _score(crops: list[Image]) -> float:
    """How much can be read in lines: Chinese characters, by the certainty with which they are."""
    return sum(score * sum("\u4e00" <= c <= "\u9fff" for c in text) for text, score in _recognise(crops) if score > 0.5)


def read_image(data: bytes, name: str, limits: Limits) -> Document:
    """A picture of one page as a document. Raises DamagedFile and LimitExceeded."""
    image, kind = _opened(data)
    builder = DocumentBuilder(limits)
    paragraphs = Paragraphs(builder)
    paragraphs.take(recognise(sized(image), 1), 1, "ocr")
    paragraphs.flush()
    return builder.document(data, name, kind, pages=1)


def recognise_picture(data: bytes, limits: Limits) -> list[Item] | None:
    """What stands in a picture inside a page; None for one too small to hold a table. Raises as read_image does."""
    image, _ = _opened(data)
    height, width = image.shape[:2]
    return recognise(sized(image), 0) if width >= _WIDEST_LOGO and height >= _HIGHEST_LOGO else None


_WIDEST_LOGO, _HIGHEST_LOGO = 360, 120


def _opened(data: bytes) -> tuple[Image, str]:
    """Pixels and media type of a picture; transparent parts as white paper, photographs as they were held."""
    from PIL import Image as Pillow
    from PIL import ImageOps, UnidentifiedImageError

    Pillow.MAX_IMAGE_PIXELS = MAX_PIXELS
    try:
        with Pillow.open(io.BytesIO(data)) as picture:
            kind = Pillow.MIME.get(picture.format or "", "image/unknown")
            if picture.width * picture.height > MAX_PIXELS:
                raise exceeded("图片像素数", MAX_PIXELS, "请缩小图片后再试")
            held = ImageOps.exif_transpose(picture).convert("RGBA")
            paper = Pillow.new("RGBA", held.size, (255, 255, 255, 255))
            return np.asarray(Pillow.alpha_composite(paper, held).convert("RGB")), kind
    except (UnidentifiedImageError, Pillow.DecompressionBombError, OSError, ValueError, SyntaxError) as error:
        raise DamagedFile("图片打不开，可能已损坏；请重新下载或另存为 PNG 后再试") from error


def recognise_page(document: object, number: int) -> list[Item]:
    """A page of an open raw PDF document, rendered and recognised."""
    import pypdfium2

    page = raw.FPDF_LoadPage(document, number - 1)
    try:
        width = int(raw.FPDF_GetPageWidthF(page) / SCALE)
        height = int(raw.FPDF_GetPageHeightF(page) / SCALE)
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
    image = straight(upright(image, _score))
    gray = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)
    ink = ink_of(gray)
    faint = ink_of(cv2.medianBlur(gray, 3), _FAINT)
    verticals, horizontals = rulings(ink)
    page = Page(
        number=number,
        width=image.shape[1] * SCALE,
        height=image.shape[0] * SCALE,
        chars=(),
        verticals=tuple(verticals),
        horizontals=tuple(horizontals),
        pictures=0,
    )
    # Strokes of bold headings can cross like a net, but never higher than a line of text.
    nets = [table for table in find_tables(page)[0] if table.bottom - table.top >= _LOWEST]
    tables = [read_cells(table, image, ink, faint, _recognise) for table in nets]
    rest, left = image.copy(), ink.copy()
    for table in tables:
        x0, y0, x1, y1 = (int(v / SCALE) for v in (table.x0 - 2, table.top - 2, table.x1 + 2, table.bottom + 2))
        rest[max(y0, 0) : y1, max(x0, 0) : x1] = 255
        left[max(y0, 0) : y1, max(x0, 0) : x1] = 0
    items: list[Item] = [*tables]
    if left.sum() > _INKED:
        items += _lines(rest, number)
    items.sort(key=lambda item: item.top)
    return items


_INKED = 60
"""Pixels of ink outside tables from which on it is worth looking for text there."""


def _lines(image: Image, number: int) -> list[TextLine]:
    """The lines of text outside tables."""
    found = _engine()(image)
    if getattr(found, "boxes", None) is None:
        return []
    lines = []
    for box, text in zip(found.boxes, found.txts, strict=True):
        xs, ys = [p[0] * SCALE for p in box], [p[1] * SCALE for p in box]
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
