"""Web archives of crawlers (WARC 1.0, 1.1) → the pages in them, named by their addresses."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from typing import IO

from pipeline.errors import DamagedFile, ReadError
from pipeline.ingest.limits import Limits, exceeded

_CHUNK = 1 << 16
_MAX_HEAD = 1 << 20
_END = b"\r\n\r\n"
_LENGTH = re.compile(rb"^content-length:\s*(\d{1,15})\s*$", re.IGNORECASE | re.MULTILINE)
_CHUNK_SIZE = re.compile(rb"([0-9a-fA-F]{1,8})[^\r\n]{0,200}\r\n")


class _Source:
    """A stream with what was read too far."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._ahead = b""

    def head(self) -> bytes:
        """Up to the next empty line; b"" at the end. Raises DamagedFile."""
        while True:
            self._ahead = self._ahead.lstrip(b"\r\n")
            at = self._ahead.find(_END)
            if at >= 0:
                head, self._ahead = self._ahead[:at], self._ahead[at + len(_END) :]
                return head
            piece = self._file.read(_CHUNK)
            if not piece and not self._ahead:
                return b""
            if not piece or len(self._ahead) > _MAX_HEAD:
                raise DamagedFile("WARC 文件损坏或不完整；请重新下载")
            self._ahead += piece

    def body(self, length: int, keep: bool) -> bytes:
        """The next `length` bytes, or b"" after passing over them. Raises DamagedFile when they are not there."""
        pieces: list[bytes] = []
        while length > 0:
            piece = self._ahead[:length] or self._file.read(min(length, _CHUNK))
            if not piece:
                raise DamagedFile("WARC 文件损坏或不完整；请重新下载")
            self._ahead = self._ahead[len(piece) :] if self._ahead else b""
            length -= len(piece)
            if keep:
                pieces.append(piece)
        return b"".join(pieces)


def warc_entries(file: IO[bytes], limits: Limits) -> Iterator[tuple[str, bytes | ReadError]]:
    """(address, content) of each page that was fetched well; the error in place of one that cannot be given."""
    source = _Source(file)
    while head := source.head():
        found = _LENGTH.search(head)
        if not head.startswith(b"WARC/") or found is None:
            raise DamagedFile("WARC 文件损坏或不完整；请重新下载")
        length = int(found[1])
        wanted = _header(head, "warc-type") in ("response", "resource")
        fits = length <= limits.max_bytes + _MAX_HEAD
        body = source.body(length, keep=wanted and fits)
        if not wanted:
            continue
        address = _header(head, "warc-target-uri").strip("<>")
        address = "".join(c for c in address[:1000] if c.isprintable()) or "未命名"
        try:
            if not fits:
                raise exceeded("文件大小（max_bytes）", f"{limits.max_bytes} 字节", "请单独处理这个文件")
            is_response = _header(head, "warc-type") == "response"
            content = _content(body, limits) if is_response and body.startswith(b"HTTP/") else body
        except ReadError as error:
            yield address, error
        else:
            if content is not None:
                yield address, content


def _header(head: bytes, name: str) -> str:
    """The value of a header; "" when missing."""
    for line in head.split(b"\r\n"):
        key, _, value = line.partition(b":")
        if key.strip().lower() == name.encode():
            return value.strip().decode("utf-8", "replace")
    return ""


def _content(message: bytes, limits: Limits) -> bytes | None:
    """What an HTTP response holds, None unless it is a 200. Raises LimitExceeded, DamagedFile."""
    head, _, body = message.partition(_END)
    status = head.split(b" ", 2)
    if len(status) < 2 or status[1] != b"200":
        return None
    if "chunked" in _header(head, "transfer-encoding").lower():
        body = _joined(body)
    if _header(head, "content-encoding").lower() in ("gzip", "x-gzip", "deflate"):
        unpacker = zlib.decompressobj(wbits=zlib.MAX_WBITS | 32)
        try:
            body = unpacker.decompress(body, limits.max_bytes + 1)
        except zlib.error as error:
            raise DamagedFile("网页内容解压失败（下载不完整）；请重新下载") from error
    if len(body) > limits.max_bytes:
        raise exceeded("文件大小（max_bytes）", f"{limits.max_bytes} 字节", "请单独处理这个文件")
    return body


def _joined(body: bytes) -> bytes:
    """The chunks of a chunked body; a body that only claims to be chunked stays as it is."""
    pieces: list[bytes] = []
    at = 0
    while found := _CHUNK_SIZE.match(body, at):
        size = int(found[1], 16)
        if size == 0:
            return b"".join(pieces)
        pieces.append(body[found.end() : found.end() + size])
        at = found.end() + size + 2
    return b"".join(pieces) if pieces else body
