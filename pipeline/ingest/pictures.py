"""Pictures inside pages and Word files: recognised in their place, where the extra `ocr` is installed.

Only where a report has no table of its own do its pictures matter: the statutory tables are then often pasted as one.
"""

from __future__ import annotations

import base64
import binascii
import importlib.util
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import unquote, unquote_to_bytes

import msgspec

from pipeline.errors import ReadError
from pipeline.ingest.build import DocumentBuilder
from pipeline.ingest.limits import Deadline, Limits
from pipeline.ingest.local import inside
from pipeline.ingest.pieces import Grid, Piece, Prose

_MARK = "\ue0f0"
MOST = 20
"""Pictures recognised in one document at most."""
FEW_CELLS = 12
"""A table with fewer cells is none of the statutory ones."""


def marker(number: int) -> str:
    """What stands for a picture among the paragraphs until it is recognised."""
    return f"{_MARK}{number}{_MARK}"


def marked(piece: Piece) -> int | None:
    """The number of the picture that a piece stands for."""
    if isinstance(piece, Prose) and piece.text.startswith(_MARK) and piece.text.endswith(_MARK):
        number = piece.text[1:-1]
        return int(number) if number.isdigit() else None
    return None


def has_table(pieces: Sequence[Piece]) -> bool:
    """Whether there is a table that may be one of the statutory ones."""
    return any(isinstance(piece, Grid) and len(piece.cells) >= FEW_CELLS for piece in pieces)


def can_recognise() -> bool:
    """Whether the extra `ocr` is installed; nothing is imported."""
    return all(importlib.util.find_spec(name) is not None for name in ("rapidocr", "cv2"))


def source_bytes(source: str, beside: Path | None, limits: Limits) -> bytes | None:
    """The bytes of a picture: from a data: address, or from a file below the folder `beside`."""
    if source.startswith("data:"):
        head, comma, body = source.partition(",")
        if not comma or not head.startswith("data:image/") or len(body) > limits.max_bytes:
            return None
        try:
            return base64.b64decode(unquote(body)) if head.endswith(";base64") else unquote_to_bytes(body)
        except (binascii.Error, ValueError):
            return None
    path = inside(source, beside)
    try:
        return path.read_bytes() if path is not None and path.stat().st_size <= limits.max_bytes else None
    except OSError:
        return None


class Recogniser:
    """Recognises the pictures of one document within one limit of time, and writes them where they stand."""

    def __init__(self, builder: DocumentBuilder, limits: Limits) -> None:
        self._builder = builder
        self._limits = limits
        self._deadline = Deadline(msgspec.structs.replace(limits, seconds=limits.ocr_seconds))
        self.read = 0
        self.unread = 0

    def write(self, data: bytes | None) -> None:
        """Writes what stands in a picture; small ones (logos, ornaments) are passed over."""
        from pipeline.ingest.ocr import recognise_picture
        from pipeline.ingest.pdf import Paragraphs

        if data is None or self.read + self.unread >= MOST:
            self.unread += 1
            return
        self._deadline.check()
        try:
            items = recognise_picture(data, self._limits)
        except ReadError:
            self.unread += 1
            return
        if items is None:
            return
        self.read += 1
        paragraphs = Paragraphs(self._builder)
        paragraphs.take(items, 0, "ocr")
        paragraphs.flush()

    def tell(self, what: str) -> None:
        """Notes the pictures that were not read."""
        if self.unread:
            self._builder.problem(
                "pictures", f"{what}中有 {self.unread} 张图片没有读取（打不开、不在本地或过多）；表格若为图片请另找原件"
            )
