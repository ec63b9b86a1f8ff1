"""Bounds on what one input may cost. Every excess raises LimitExceeded naming the limit and its value."""

from __future__ import annotations

import time

from pipeline.errors import LimitExceeded
from pipeline.model import Struct


class Limits(Struct, frozen=True):
    """How much one input may be. Sizes in bytes or characters; `seconds` is checked between steps, not by a signal."""

    max_bytes: int = 64 << 20
    """One file, and one entry of an archive."""
    max_text: int = 5_000_000
    """Characters of a document's text."""
    max_cells: int = 200_000
    """Cells of all tables of a document."""
    max_depth: int = 500
    """Nesting of elements (browsers stop at 512)."""
    max_tags: int = 400_000
    """Tags of an HTML page; elements of an XML part."""
    max_tag_length: int = 100_000
    """Characters of one HTML tag, embedded pictures not counted."""
    max_pages: int = 500
    max_part: int = 64 << 20
    """What a DOCX or XLSX file unpacks to, as far as it is read."""
    max_entries: int = 500_000
    """Entries of an archive, nested ones included."""
    max_unpacked: int = 64 << 30
    """What an archive may hold in all once unpacked."""
    max_ratio: int = 250
    """Unpacked to packed, for anything above `ratio_floor`; XML and HTML reach 60 at most."""
    ratio_floor: int = 4 << 20
    max_nesting: int = 2
    """Archives within archives."""
    seconds: float = 60.0
    """Time for one document."""
    ocr_seconds: float = 600.0
    """Time for one document of which pages have to be recognised."""


LIMITS = Limits()


def exceeded(what: str, value: object, advice: str) -> LimitExceeded:
    """The error for one limit: what it bounds, its value, what to do."""
    return LimitExceeded(f"超过上限：{what}不得超过 {value}；{advice}")


def check_size(size: int, limits: Limits) -> None:
    """Refuses a file that is too big, before it is read or decoded."""
    if size > limits.max_bytes:
        raise exceeded("文件大小（max_bytes）", f"{limits.max_bytes} 字节", "请确认这是一份年报，或拆分后再试")


def check_text(size: int, limits: Limits) -> None:
    """Refuses a text of too many characters."""
    if size > limits.max_text:
        raise exceeded("正文字数（max_text）", limits.max_text, "请确认这是一份年报，或拆分后再试")


def check_cells(count: int, limits: Limits) -> None:
    """Refuses tables of too many cells."""
    if count > limits.max_cells:
        raise exceeded("表格单元格总数（max_cells）", limits.max_cells, "请删去与年报无关的表格后再试")


class Deadline:
    """The end of the time for one document; `check` is cheap enough for every few hundred steps."""

    def __init__(self, limits: Limits) -> None:
        self._seconds = limits.seconds
        self._end = time.monotonic() + limits.seconds

    def left(self) -> float:
        """Seconds left, at least 0."""
        return max(0.0, self._end - time.monotonic())

    def check(self) -> None:
        """Raises LimitExceeded once the time is over."""
        if time.monotonic() > self._end:
            raise exceeded("读取时间（seconds）", f"{self._seconds:g} 秒", "文件可能损坏，请用原软件另存后再试")
