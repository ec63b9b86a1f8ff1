"""Saved web archives (.mht, .mhtml) → Document: the page that is the root, frames that only hold it resolved."""

from __future__ import annotations

import email
import email.policy
from email.message import Message

from pipeline.errors import DamagedFile, EmptyFile, UnsupportedFormat
from pipeline.ingest.encoding import charset, decode
from pipeline.ingest.html import html_document
from pipeline.ingest.limits import LIMITS, Limits, check_size, exceeded
from pipeline.model import Document

_MAX_PARTS = 5000
_MAX_NESTED = 50  # the parser tests every line against every open part


def read_mhtml(data: bytes, name: str, limits: Limits = LIMITS) -> Document:
    """Reads the root page of a web archive. Raises DamagedFile, EmptyFile, UnsupportedFormat, LimitExceeded."""
    if data.count(b"multipart/") > _MAX_NESTED or data.count(b"\n--") > _MAX_PARTS * 4:
        raise exceeded("网页存档的部分数", _MAX_PARTS, "请用浏览器另存为 HTML 后再读")
    try:
        message = email.message_from_bytes(data, policy=email.policy.compat32)
        parts = [part for part in message.walk() if not part.is_multipart()]
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        raise DamagedFile("网页存档（MHT）损坏；请用浏览器重新保存") from error
    pages = [part for part in parts if part.get_content_type() in ("text/html", "application/xhtml+xml")]
    if not pages:
        raise UnsupportedFormat("网页存档中没有网页；请用浏览器另存为 HTML 后再读")
    where = _header(message, "Snapshot-Content-Location")
    start = _header(message, "Content-Location") or where
    pages.sort(key=lambda part: _header(part, "Content-Location") != start if start else False)
    empty: EmptyFile | None = None
    for page in pages:
        try:
            return _page(page, data, name, limits, where)
        except EmptyFile as error:  # a frameset: its frames are the other pages of the archive
            empty = empty or error
    raise empty or EmptyFile("网页存档中没有文字；请用浏览器重新保存")


def _page(part: Message, data: bytes, name: str, limits: Limits, where: str | None) -> Document:
    """One page of the archive; its address is the Content-Location unless that is only a local name."""
    content = _payload(part)
    check_size(len(content), limits)
    location = _header(part, "Content-Location") or where or ""
    address = location if location.startswith(("http://", "https://")) else where
    declared = charset(part.get_content_charset()) and part.get_content_charset()
    document = html_document(data, name, decode(content, declared), limits, address=address)
    return document


def _payload(part: Message) -> bytes:
    try:
        payload = part.get_payload(decode=True)
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        raise DamagedFile("网页存档（MHT）损坏；请用浏览器重新保存") from error
    return payload if isinstance(payload, bytes) else b""


def _header(message: Message, name: str) -> str | None:
    """A header as one line; None where it is missing or broken."""
    try:
        value = str(message.get(name) or "")
    except (ValueError, LookupError, TypeError, AttributeError):
        return None
    return "".join(value.split()) or None
