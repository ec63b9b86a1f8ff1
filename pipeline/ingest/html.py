"""HTML → Document: the pieces that a walk over the page collects (htmlwalk), without menus and imprint (mainpart).

Pictures are recognised in their place and attachments beside the page are read where it has no table of its own.
"""

from __future__ import annotations

import re
from pathlib import Path

from pipeline.errors import EmptyFile
from pipeline.ingest.build import DocumentBuilder
from pipeline.ingest.bundle import with_attachments
from pipeline.ingest.encoding import Decoded, decode
from pipeline.ingest.htmlframes import frame_files, one_line, tell
from pipeline.ingest.htmlwalk import Walker, parse, visible
from pipeline.ingest.limits import LIMITS, Limits, check_cells
from pipeline.ingest.mainpart import main_part
from pipeline.ingest.pictures import Recogniser, can_recognise, has_table, marked, source_bytes
from pipeline.ingest.pieces import NOWHERE, Grid
from pipeline.model import Document

_SAVED_FROM = re.compile(r"<!--\s*saved from url=\(\d+\)(\S+)\s*-->")


def read_html(
    data: bytes, name: str, limits: Limits = LIMITS, *, beside: Path | None = None, declared: str | None = None
) -> Document:
    """Reads a page; its frames from files below the folder `beside`. Raises EmptyFile, LimitExceeded."""
    return html_document(data, name, decode(data, declared), limits, beside=beside)


def html_document(
    data: bytes,
    name: str,
    decoded: Decoded,
    limits: Limits = LIMITS,
    *,
    beside: Path | None = None,
    address: str | None = None,
) -> Document:
    """The document of a decoded page; `data` is what the file consisted of, `address` what is known from around it."""
    text = decoded.text
    walker = visible(text, limits)
    if walker.frames:
        _add_frames(walker, beside, limits)
    recognise = bool(walker.pictures) and not walker.framed and not has_table(walker.out) and can_recognise()
    if not walker.out and not recognise:
        where = f"正文在框架页 {one_line(walker.frames[0])} 中，请下载该页" if walker.frames else "请确认下载完整"
        raise EmptyFile(f"网页中没有文字（可能由脚本加载）；{where}")
    saved = _SAVED_FROM.search(text, 0, 4096) if "saved from url" in text[:4096] else None
    hints = dict(reversed(walker.hints))
    address = address or walker.address or hints.get("og:url") or hints.get("url") or (saved[1] if saved else None)
    if address is None and name.startswith(("http://", "https://")):
        address = name  # an entry of a crawler's archive
    builder = DocumentBuilder(limits)
    title = walker.title or hints.get("articletitle")
    pieces = main_part(walker.out, title)
    pictures = walker.pictures
    if recognise:
        again = parse(text, limits, keep_hidden=walker.keep, mark=True, sheets=walker.sheets)
        pieces, pictures = main_part(again.out, title), again.pictures
    recogniser = Recogniser(builder, limits)
    for piece in pieces:
        if isinstance(piece, Grid):
            builder.table(piece.cells, "html")
        elif recognise and (number := marked(piece)) is not None:
            recogniser.write(source_bytes(pictures[number], beside, limits))
        else:
            builder.paragraph(piece.text, piece.heading)
    builder.hints = [("encoding", decoded.encoding), *walker.hints]
    builder.problems += decoded.problems
    tell(builder, len(walker.frames), 0 if recognise else len(walker.pictures), has_table(pieces))
    recogniser.tell("页面")
    document = builder.document(data, name, "text/html", title=walker.title, address=address)
    if beside is not None and not has_table(pieces):
        return with_attachments(document, walker.attachments, beside, limits)
    return document


def _add_frames(walker: Walker, beside: Path | None, limits: Limits) -> None:
    """Appends what the frames show; `frames` keeps those that could not be read."""
    missing: list[str] = []
    for source, content in frame_files(walker.frames, beside, limits):
        if content is None:
            missing.append(source)
            continue
        inner = visible(decode(content).text, limits)
        walker.cells += inner.cells
        walker.framed = True
        check_cells(walker.cells, limits)
        walker.out += [piece._replace(where=NOWHERE) for piece in inner.out]
        walker.title = walker.title or inner.title
    walker.frames = missing
