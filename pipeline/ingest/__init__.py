"""Bytes → Document.

`sniff` tells what a file is, `read` reads it. Each format has a module of its own, imported when first needed.
Everything raised on purpose is a ReadError with one line in Chinese that says what to do.

    text html mhtml docx doc xlsx pdf ocr   one reader each
    archive     entries of zip and tar, streamed
    encoding    bytes → text
    build grid  the text with its blocks; spans of tables
    limits      how much one input may cost
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

from pipeline.errors import DamagedFile, ReadError, ToolMissing, UnsupportedFormat
from pipeline.ingest import kinds
from pipeline.ingest.limits import LIMITS, Limits, check_size
from pipeline.ingest.sniff import sniff
from pipeline.model import Document

__all__ = ["LIMITS", "Limits", "load", "read", "sniff"]

_READERS = {
    kinds.TEXT: ("text", "read_text"),
    kinds.HTML: ("html", "read_html"),
    kinds.MHTML: ("mhtml", "read_mhtml"),
    kinds.DOCX: ("docx", "read_docx"),
    kinds.XLSX: ("xlsx", "read_xlsx"),
    kinds.DOC: ("doc", "read_doc"),
    kinds.RTF: ("doc", "read_rtf"),
    kinds.ODT: ("doc", "read_odt"),
    kinds.XLS: ("doc", "read_xls"),
    kinds.PDF: ("pdf", "read_pdf"),
}
_MISSING = {
    "pdf": "读取 PDF 需要 pypdfium2；请重新安装 gongkai（pip install gongkai）",
    "ocr": "读取图片需要文字识别组件；请安装：pip install 'gongkai[ocr]'",
}


def load(path: Path, limits: Limits = LIMITS) -> bytes:
    """A file's bytes, refused before reading when it is too big. Raises ReadError."""
    try:
        check_size(path.stat().st_size, limits)
        with path.open("rb") as file:
            data = file.read(limits.max_bytes + 1)
    except OSError as error:
        raise ReadError(f"无法打开文件（{error.strerror or error}）；请检查路径和权限") from error
    check_size(len(data), limits)
    return data


def read(data: bytes, name: str, *, limits: Limits = LIMITS, beside: Path | None = None) -> Document:
    """Reads one file of any supported format. `name` only helps to tell text from HTML and goes into `source`.

    `beside` is the folder the file was found in: frames of a saved page are looked for below it.
    Raises ReadError subclasses only.
    """
    check_size(len(data), limits)
    kind = sniff(data, name)
    if kind in kinds.ARCHIVES:
        raise UnsupportedFormat("这是压缩包，不是单份年报；请用 gongkai run 读取，或解压后再试")
    if kind.startswith("image/"):
        return _reader("ocr", "read_image")(data, name, limits)
    module, function = _READERS[kind]
    try:
        if kind == kinds.HTML and beside is not None:
            from pipeline.ingest.html import read_html

            return read_html(data, name, limits, beside=beside)
        return _reader(module, function)(data, name, limits)
    except MemoryError as error:
        raise DamagedFile("读取时内存不足；文件可能损坏或过大，请用原软件另存后再试") from error


def _reader(module: str, function: str) -> Callable[[bytes, str, Limits], Document]:
    """A reader, imported when first needed. Raises ToolMissing when what it is built on is not installed."""
    try:
        loaded: Any = importlib.import_module(f"pipeline.ingest.{module}")
    except ImportError as error:
        message = _MISSING.get(module, f"读取这种格式的组件没有安装（{error.name}）；请重新安装 gongkai")
        raise ToolMissing(message) from error
    return cast("Callable[[bytes, str, Limits], Document]", getattr(loaded, function))
