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
import msgspec
import numpy as np
import pypdfium2.raw as raw
from rapidocr import RapidOCR

from pipeline.errors import DamagedFile
from pipeline.ingest.build import DocumentBuilder
from pipeline.ingest.limits import Limits, exceeded
from pipeline.ingest.ocrcells import read_cells
from pipeline.ingest.ocrimage import SCALE, Image, bands, ink_of, rulings, sized, straight, upright
from pipeline.ingest.pdf import Paragraphs
from pipeline.ingest.pdfgrid import Table, find_tables
from pipeline.ingest.pdflines import Item, TextLine
from pipeline.ingest.pdfpage import Page
from pipeline.model import Document

MAX_PIXELS = 60_000_000
_BATCH = 16
_LOWEST, _ROW = 28.0, 10.0
"""Two rows of a table, and one, are at least so high; in points."""
_BROAD = 0.4
"""A single row, left over by a page break, fills at least this part of the width of a page."""
_FAINT = 30


@cache
def _engine() -> Any:
    """The recogniser. Crops are padded to the widest of their batch and not to a fixed width: cells are narrow.

    Pages are set upright before: its own guess, line by line, would turn single digits over. One thread does with a
    third less work than two, and a run has a worker for every core.
    """
    return RapidOCR(
        params={
            "Global.log_level": "error",
            "Global.use_cls": False,
            "Det.limit_type": "max",
            "Det.limit_side_len": 2000,
            "Rec.rec_img_shape": [3, 48, 48],
            "Rec.rec_batch_num": _BATCH,
            "EngineConfig.onnxruntime.intra_op_num_threads": 1,
        }
    )


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
        wide, high = raw.FPDF_GetPageWidthF(page), raw.FPDF_GetPageHeightF(page)
        # A page as large as a poster is a scan whose resolution is not told: a sheet of A4 all the same.
        factor = 1.0 if wide * high <= _POSTER else (_A4 / (wide * high)) ** 0.5
        width, height = max(1, int(wide * factor / SCALE)), max(1, int(high * factor / SCALE))
        bitmap = pypdfium2.PdfBitmap.new_native(width, height, raw.FPDFBitmap_BGR)
        bitmap.fill_rect((255, 255, 255, 255), 0, 0, width, height)
        raw.FPDF_RenderPageBitmap(bitmap, page, 0, 0, width, height, 0, raw.FPDF_ANNOT)
        image = bitmap.to_numpy()[:, :, ::-1].copy()
    finally:
        raw.FPDF_ClosePage(page)
    items = recognise(image, number)
    return items if factor == 1.0 else [_enlarged(item, 1 / factor) for item in items]


_A4 = 595.0 * 842.0
_POSTER = 2.2 * _A4
"""Square points; more than A3."""


def _enlarged(item: Item, factor: float) -> Item:
    """A line or table with its places on a page that is so many times as large as what was recognised."""
    edges = {name: getattr(item, name) * factor for name in ("x0", "top", "x1", "bottom")}
    if isinstance(item, TextLine):
        return msgspec.structs.replace(item, size=item.size * factor, **edges)
    cells = []
    for cell in item.cells:
        a, b, c, d = (round(v * factor, 1) for v in cell.box or (0.0,) * 4)
        cells.append(msgspec.structs.replace(cell, box=(a, b, c, d) if cell.box else None))
    return msgspec.structs.replace(item, cells=tuple(cells), **edges)


def recognise(image: Image, number: int) -> list[Item]:
    """Lines and tables of a picture, from top to bottom; boxes in points at 200 dots per inch."""
    if min(image.shape[:2]) < _THINNEST:
        return []
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
    nets = [table for table in find_tables(page)[0] if _is_table(table, page.width)]
    tables = [read_cells(table, image, ink, faint, _recognise) for table in nets]
    rest, left = image.copy(), ink.copy()
    for table in tables:
        x0, y0, x1, y1 = (int(v / SCALE) for v in (table.x0 - 2, table.top - 2, table.x1 + 2, table.bottom + 2))
        rest[max(y0, 0) : y1, max(x0, 0) : x1] = 255
        left[max(y0, 0) : y1, max(x0, 0) : x1] = 0
    items: list[Item] = [*tables]
    for top, bottom in bands(left):
        if left[top:bottom].sum() > _INKED:
            items += _lines(rest[top:bottom], number, top * SCALE)
    items.sort(key=lambda item: item.top)
    return items


def _is_table(net: Table, width: float) -> bool:
    """Strokes of bold headings can cross like a net, but no higher than a line of text, and not all over a page."""
    high = net.bottom - net.top
    return high >= _LOWEST or (high >= _ROW and net.x1 - net.x0 >= _BROAD * width)


_INKED = 60
"""Pixels of ink outside tables from which on it is worth looking for text there."""
_THINNEST = 16
"""Pixels of a line of text at least."""


def _lines(image: Image, number: int, down: float) -> list[TextLine]:
    """The lines of text of a part of a page that begins `down` points below its top."""
    found = _engine()(image)
    if getattr(found, "boxes", None) is None:
        return []
    lines = []
    for box, text in zip(found.boxes, found.txts, strict=True):
        xs, ys = [p[0] * SCALE for p in box], [p[1] * SCALE + down for p in box]
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
