"""What a file is, from its bytes; its name only decides between HTML and text, which have no signature."""

from __future__ import annotations

import io
import re
import zipfile

from pipeline.errors import DamagedFile, EmptyFile, EncryptedFile, UnsupportedFormat
from pipeline.ingest.kinds import (
    BZIP2,
    DOC,
    DOCX,
    GZIP,
    HTML,
    MHTML,
    ODT,
    PDF,
    RTF,
    TAR,
    TEXT,
    WARC,
    XLS,
    XLSX,
    XZ,
    ZIP,
)

_IMAGES = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF8", "image/gif"),
    (b"BM", "image/bmp"),
    (b"II*\0", "image/tiff"),
    (b"MM\0*", "image/tiff"),
)
_OTHERS = (
    (b"{\\rtf", RTF),
    (b"\x1f\x8b", GZIP),
    (b"BZh", BZIP2),
    (b"\xfd7zXZ\0", XZ),
    (b"WARC/", WARC),
)
_REFUSED = (
    (b"Rar!", "RAR 压缩包；请解压后再读"),
    (b"7z\xbc\xaf\x27\x1c", "7z 压缩包；请解压后再读"),
    (b"MZ", "可执行程序；请确认下载的是年报"),
    (b"\x7fELF", "可执行程序；请确认下载的是年报"),
    (b"SQLite format 3", "数据库文件；请确认下载的是年报"),
)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_BLANK_HEAD = b" \t\r\n\f\v\xef\xbb\xbf"
_HTML_TAG = re.compile(
    rb"<(?:!doctype\s+html|html|head|body|title|meta|script|div|span|table|tr|td|p|br|h[1-6]|a|font|center|article|section|ul|ol|li|b|strong|frameset)"
    rb"(?=[\s/>])",
    re.IGNORECASE,
)
_ANY_TAG = re.compile(rb"</?[a-zA-Z][a-zA-Z0-9:]*[\s/>]|<[!?]")
_MIME = re.compile(rb"(?:MIME-Version|From|Content-Type|Subject|Date|Snapshot-Content-Location):", re.IGNORECASE)
_MIME_TYPE = re.compile(rb"^Content-Type:\s*(?:multipart/|text/html)", re.IGNORECASE | re.MULTILINE)
_CONTROLS = bytes(set(range(32)) - {9, 10, 11, 12, 13, 27}) + b"\x7f"
_EXPECTED = re.compile(r"[\t\r\n -~\u2014-\u2026\u3000-\u9fff\uff00-\uffef]")
_HEAD = 4096


def sniff(data: bytes, name: str) -> str:
    """The media type. Raises EmptyFile, DamagedFile, EncryptedFile or UnsupportedFormat for what cannot be read."""
    if not data:
        raise EmptyFile("文件是空的；请重新下载")
    if data.startswith(b"PK\x03\x04") or data.startswith(b"PK\x05\x06"):
        return _in_zip(data)
    if data.startswith(_OLE):
        return _in_ole(data, name)
    if data.startswith(b"%PDF-") or (b"%PDF-" in data[:1024] and not _HTML_TAG.search(data, 0, 1024)):
        return PDF
    for mark, kind in _OTHERS:
        if data.startswith(mark):
            return kind
    for mark, what in _REFUSED:
        if data.startswith(mark) and not (mark == b"MZ" and _is_text(data)):
            raise UnsupportedFormat(f"不支持的文件：{what}")
    for mark, kind in _IMAGES:
        if data.startswith(mark) and not (mark == b"BM" and _is_text(data)):
            return kind
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    if data[257:262] == b"ustar":
        return TAR
    return _in_text(data, name)


def _in_text(data: bytes, name: str) -> str:
    """Text, HTML or MHTML; anything binary is refused."""
    if not _is_text(data):
        if not data.strip(b"\0"):
            raise DamagedFile("文件内容全是零字节（下载不完整）；请重新下载")
        raise UnsupportedFormat("文件内容不是文字，也不是支持的格式；请确认下载完整，或用原软件另存为 DOCX 或 PDF")
    head = _head(data)
    start = head.lstrip(_BLANK_HEAD)
    if _MIME.match(start) and _MIME_TYPE.search(head):
        return MHTML
    lower = name.lower()
    if start.startswith(b"<") or lower.endswith((".html", ".htm", ".shtml", ".xhtml", ".jsp", ".asp", ".aspx", ".php")):
        if b"<w:wordDocument" in head or b"<pkg:package" in head:
            raise UnsupportedFormat("Word XML 文件暂不支持；请用 Word 或 WPS 另存为 DOCX")
        if start.startswith(b"<?xml") and not _HTML_TAG.search(head):
            raise UnsupportedFormat("XML 文件不是年报页面；请下载网页、DOCX 或 PDF 版本")
        return HTML if _ANY_TAG.match(start) or _HTML_TAG.search(data) else TEXT
    if lower.endswith(".txt"):
        return HTML if re.match(rb"\s*<(?:!doctype|html)", start, re.IGNORECASE) else TEXT
    return HTML if len(_HTML_TAG.findall(head)) >= 3 else TEXT


def _head(data: bytes) -> bytes:
    """The first bytes; UTF-16 squeezed to its ASCII characters."""
    head = data[:_HEAD]
    if head.startswith((b"\xff\xfe", b"\xfe\xff")) or head.count(0) * 4 > len(head):
        head = head.removeprefix(b"\xff\xfe").removeprefix(b"\xfe\xff").replace(b"\0", b"")
    return head


def _is_text(data: bytes) -> bool:
    """Whether hardly any control characters are in the first bytes, or they look like UTF-16."""
    sample = data[:_HEAD]
    if sample.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    controls = len(sample) - len(sample.translate(None, _CONTROLS))
    if controls * 50 <= len(sample):
        return True
    return _is_utf16(sample[: len(sample) & ~1])


def _is_utf16(sample: bytes) -> bool:
    """NUL in every other byte of the ASCII characters, and characters of Chinese text elsewhere."""
    if not sample:
        return False
    for name in ("utf-16-le", "utf-16-be"):
        text = sample.decode(name, "replace")
        if len(_EXPECTED.findall(text)) >= 0.9 * len(text) and not text.isascii():
            return True
    return False


def _in_zip(data: bytes) -> str:
    """DOCX, XLSX, ODT or a plain archive."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, EOFError, OverflowError) as error:
        raise DamagedFile("压缩结构损坏（DOCX、XLSX 或 ZIP 下载不完整）；请重新下载") from error
    if "word/document.xml" in names:
        return DOCX
    if "xl/workbook.xml" in names:
        return XLSX
    if "[Content_Types].xml" in names:
        if any(n.lower().startswith("word/document") for n in names):
            return DOCX
        raise UnsupportedFormat("Office 文件中没有文档或工作表（可能是演示文稿）；请提供 DOCX、XLSX 或 PDF")
    if "content.xml" in names and "mimetype" in names:
        return ODT
    return ZIP


def _in_ole(data: bytes, name: str) -> str:
    """Word, Excel or an encrypted Office file: the names of the streams stand in the directory as UTF-16."""

    def has(stream: str) -> bool:
        return stream.encode("utf-16-le") in data

    if has("EncryptedPackage") or has("EncryptionInfo"):
        raise EncryptedFile("文件已加密；请取消密码保护后另存再读")
    if has("WordDocument"):
        return DOC
    if has("Workbook") or has("Book"):
        return XLS
    if name.lower().endswith((".doc", ".wps", ".dot")):
        return DOC
    if name.lower().endswith((".xls", ".et")):
        return XLS
    raise UnsupportedFormat("旧式 Office 文件中没有 Word 文档；请用 Word 或 WPS 另存为 DOCX")
