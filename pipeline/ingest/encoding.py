"""Bytes → text. Trusts, in this order: a byte order mark, strict UTF-8, the declared charset, GB18030, Big5.

Strict UTF-8 comes before a declared GB charset because UTF-8 bytes pass as GB18030 surprisingly often (they come out as
鏀垮簻), while GB18030 text of any length never passes as UTF-8. Detectors by statistics were measured and are wrong on
pages with much navigation, so none is used; only GB18030 against Big5 is told by how many everyday characters come out.
"""

from __future__ import annotations

import codecs
import re

from pipeline.model import Problem, Struct

_DECLARED = re.compile(rb"(?:charset|encoding)\s*=\s*[\"']?\s*([A-Za-z0-9_.:-]{2,30})", re.IGNORECASE)
_HIGH = re.compile(rb"[\x80-\xff]")
_HEAD = 4096

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    (b"\x84\x31\x95\x33", "gb18030"),
)
_FAMILY = {"gb2312": "gb18030", "gbk": "gb18030", "x-gbk": "gb18030", "cp936": "gb18030", "hz": "hz",
           "big5": "big5hkscs", "big5-hkscs": "big5hkscs", "x-x-big5": "big5hkscs", "cp950": "big5hkscs"}  # fmt: skip
_MEANINGLESS = ("ascii", "us-ascii", "iso8859-1", "iso-8859-1", "latin-1", "latin1", "cp1252", "windows-1252")

# The most frequent characters of official Chinese in either script, to tell GB18030 from Big5.
_EVERYDAY_GB = frozenset("的年政府信息公开一不在是工作和有人中国为办法行申请，。、")
_EVERYDAY_BIG5 = frozenset("的年政府信息公開一不在是工作和有人中國為辦法行申請，。、")
_EXPECTED = re.compile(r"[\t\r\n -~\u2014-\u2026\u3000-\u9fff\uff00-\uffef]")
_SAMPLE = 6000
_SURE = 0.05
"""So much larger must the share of everyday characters be where the page declares the other encoding."""


class Decoded(Struct, frozen=True):
    """A decoded text without its byte order mark, and how it was read."""

    text: str
    encoding: str
    problems: tuple[Problem, ...] = ()


def decode(data: bytes, declared: str | None = None) -> Decoded:
    """Decodes without ever failing: what cannot be decoded becomes U+FFFD, told in a Problem.

    `declared` is a charset named outside the bytes (a MIME header); one inside them (meta, XML) is looked for here.
    """
    for mark, name in _BOMS:
        if data.startswith(mark):
            return _lenient(data[len(mark) :], name)
    if data.isascii():
        if b"\0" not in data:
            return _ascii(data, declared)
    else:
        text = _strict(data, "utf-8")
        if text is not None:
            return _finish(text, "utf-8")
    if data.count(b"\0", 0, _SAMPLE) and (wide := _wide(data)):
        return wide
    return _by_charset(data, charset(declared) or charset_in(data))


def charset_in(data: bytes) -> str | None:
    """The charset that an HTML or XML head declares, as a Python codec name."""
    found = _DECLARED.search(data, 0, _HEAD)
    return charset(found[1].decode("ascii")) if found else None


def charset(name: str | None) -> str | None:
    """The codec for a declared charset; None for an unknown one and for those that fit any bytes (Latin-1)."""
    if not name:
        return None
    name = name.strip().lower()
    if name in _FAMILY:
        return _FAMILY[name]
    try:
        codec = codecs.lookup(name).name
    except (LookupError, ValueError):
        return None
    if codec in _MEANINGLESS or not _is_text_codec(codec):
        return None
    return _FAMILY.get(codec, codec)


def _is_text_codec(name: str) -> bool:
    """Whether bytes.decode takes it (base64 and the like are codecs too, and idna and utf-7 have no place here)."""
    if name in ("utf-7", "idna", "punycode", "unicode_escape", "raw_unicode_escape", "unicode-escape", "undefined"):
        return False
    try:
        b"1".decode(name)
    except (LookupError, UnicodeError):
        return name.startswith(("utf-16", "utf-32"))
    return True


def _ascii(data: bytes, declared: str | None) -> Decoded:
    """Pure ASCII bytes: what they are, except for 7-bit Chinese (HZ)."""
    if (charset(declared) or charset_in(data)) == "hz" or b"~{" in data:
        text = _strict(data, "hz")
        if text is not None and not text.isascii():
            return _finish(text, "hz")
    return _finish(data.decode("ascii"), "utf-8")


def _by_charset(data: bytes, declared: str | None) -> Decoded:
    """For bytes that are not strictly UTF-8."""
    nearly = _nearly_utf8(data)
    if nearly:
        return nearly
    gb = _strict(data, "gb18030")
    big5 = _strict(data, "big5hkscs")
    if declared and declared not in ("utf-8", "gb18030", "big5hkscs"):
        text = _strict(data, declared)
        if text is not None:
            return _finish(text, declared)
    if big5 is not None:
        margin = _SURE if declared == "gb18030" and gb is not None else 0.0
        better = _share(big5, _EVERYDAY_BIG5) > _share(gb or "", _EVERYDAY_GB) + margin
        if better or (declared == "big5hkscs" and not _share(gb or "", _EVERYDAY_GB)):
            return _finish(big5, "big5hkscs")
    if gb is not None:
        return _finish(gb, "gb18030")
    return min((_lenient(data, "gb18030"), _lenient(data, "big5hkscs")), key=_doubt)


def _doubt(decoded: Decoded) -> float:
    """How unlikely a lenient decoding is: broken characters against everyday ones."""
    everyday = _EVERYDAY_GB if decoded.encoding == "gb18030" else _EVERYDAY_BIG5
    return decoded.text.count("\ufffd") / (len(decoded.text) + 1) - _share(decoded.text, everyday)


def _share(text: str, everyday: frozenset[str]) -> float:
    """The share of everyday characters among those that are not ASCII."""
    others = [c for c in text[:_SAMPLE] if c > "\x7f"]
    return sum(c in everyday for c in others) / len(others) if others else 0.0


def _nearly_utf8(data: bytes) -> Decoded | None:
    """UTF-8 with a few broken characters (a page cut in the middle of one); None where it is something else."""
    first = _HIGH.search(data)
    start = first.start() if first else 0
    sample = data[start : start + _SAMPLE].decode("utf-8", "replace")
    broken = sample.count("\ufffd") - 1  # the sample itself may end inside a character
    whole = sum(c > "\u07ff" for c in sample) - broken
    if broken * 20 > whole or whole < 4:
        return None
    text = data.decode("utf-8", "replace")
    return _finish(text, "utf-8") if text.count("\ufffd") * 20 < len(text) else None


def _wide(data: bytes) -> Decoded | None:
    """UTF-16 without a byte order mark: its ASCII characters have a NUL, and hardly anything odd comes out."""
    sample = data[: _SAMPLE & ~1]
    for name in ("utf-16-le", "utf-16-be"):
        text = sample.decode(name, "replace")
        if len(_EXPECTED.findall(text)) >= 0.9 * len(text):
            return _lenient(data, name)
    return None


def _strict(data: bytes, name: str) -> str | None:
    try:
        return data.decode(name)
    except UnicodeError:
        return None


def _lenient(data: bytes, name: str) -> Decoded:
    return _finish(data.decode(name, "replace"), name)


def _finish(text: str, name: str) -> Decoded:
    """Tells broken characters; NUL becomes U+FFFD too, since databases refuse it (the length stays)."""
    if text.startswith("\ufeff"):
        text = text[1:]
    if "\0" in text:
        text = text.replace("\0", "\ufffd")
    broken = text.count("\ufffd")
    if not broken:
        return Decoded(text=text, encoding=name)
    message = f"有 {broken} 个字符无法解码（按 {name} 读取），已用 \ufffd 代替；请核对原文件的编码"
    return Decoded(text=text, encoding=name, problems=(Problem(code="encoding", message=message),))
