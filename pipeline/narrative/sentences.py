"""From a paragraph to lines and sentences with a way back to the offsets of the document.

Rules see a text that is folded and has no blanks; every offset they give is turned back here, so that
document.text[start:end] is what was printed.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right

import regex

from pipeline.text import Folded

_BLANK = regex.compile(r"(?<![0-9A-Za-z.,])\s+|\s+(?![0-9A-Za-z.])")
_LONGEST = 1500
_NEAR = 60
_END = regex.compile(r"[。！？!?]+[”’」』）)]*|(?<=\p{Han})\.(?=\p{Han}|$)")


class Line:
    """A paragraph without blanks. `text` is what rules see; `span` gives offsets in the document."""

    __slots__ = ("_base", "_folded", "_kept", "_starts", "text")

    def __init__(self, folded: Folded, start: int, end: int) -> None:
        """`start` and `end` index the folded text of the document."""
        raw = _punctuated(folded.text[start:end])
        self._folded = folded
        self._base = start
        blanks = [match.span() for match in _BLANK.finditer(raw)] if _has_blank(raw) else []
        if not blanks:
            self.text = raw
            self._kept: list[tuple[int, int]] = [(0, 0)]
        else:
            pieces: list[str] = []
            self._kept = []
            at = length = 0
            for a, b in (*blanks, (len(raw), len(raw))):
                if a > at:
                    self._kept.append((length, at))
                    pieces.append(raw[at:a])
                    length += a - at
                at = b
            self.text = "".join(pieces)
            self._kept = self._kept or [(0, 0)]
        self._starts = [offset for offset, _ in self._kept]

    def _back(self, offset: int) -> int:
        place = bisect_right(self._starts, offset) - 1
        line, raw = self._kept[place]
        return self._base + raw + offset - line

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Offsets in the document of text[start:end]."""
        if start >= end:
            place = self._folded.origin(self._back(start)) if start < len(self.text) else self.span(start - 1, start)[1]
            return place, place
        return self._folded.span(self._back(start), self._back(end - 1) + 1)


def _punctuated(raw: str) -> str:
    """The same text with commas for single blanks where blanks are its only punctuation. Length stays."""
    if len(raw) < _SPOKEN or _SIGN.search(raw) or " " not in raw:
        return raw
    return _BETWEEN.sub("，", raw)


_SPOKEN = 30
_SIGN = regex.compile(r"[，。；,;、：]")
_BETWEEN = regex.compile(r"(?<=\p{Han}) (?=\p{Han})")


def _has_blank(text: str) -> bool:
    return any(blank in text for blank in " \n\t\r\u3000\xa0")


def sentences(text: str) -> list[tuple[int, int]]:
    """Half-open spans of the sentences of a line, punctuation included. What has no end is one sentence.

    A stretch without an end is cut after _LONGEST characters, so that no text can make reading slow.
    """
    found: list[tuple[int, int]] = []
    start = 0
    for match in _END.finditer(text):
        if _open_bracket(text, start, match.start()):
            continue
        _add(found, text, start, match.end())
        start = match.end()
    if start < len(text):
        _add(found, text, start, len(text))
    return found


def _add(found: list[tuple[int, int]], text: str, start: int, end: int) -> None:
    while end - start > _LONGEST:
        cut = max(text.rfind(sign, start + 1, start + _LONGEST) for sign in "；;，,、 ")
        cut = cut + 1 if cut > start else start + _LONGEST
        found.append((start, cut))
        start = cut
    found.append((start, end))


def _open_bracket(text: str, start: int, end: int) -> bool:
    """True inside a title or brackets that close again soon: a full stop there ends no sentence."""
    start = max(start, end - _LONGEST)
    title = text.rfind("《", start, end)
    if title >= 0 and text.find("》", title, end) < 0 <= text.find("》", end, end + _NEAR):
        return True
    opened = max(text.rfind("（", start, end), text.rfind("(", start, end))
    if opened < 0 or max(text.rfind("）", opened, end), text.rfind(")", opened, end)) >= 0:
        return False
    return text.find("）", end, end + _NEAR) >= 0 or text.find(")", end, end + _NEAR) >= 0


class Offsets:
    """From offsets in the document to offsets in its folded text."""

    __slots__ = ("_folded", "_origins")

    def __init__(self, folded: Folded) -> None:
        self._folded = folded
        self._origins = [original for _, original in folded.kept]

    def folded(self, offset: int) -> int:
        if not self._origins:
            return offset
        place = max(bisect_right(self._origins, offset) - 1, 0)
        at, original = self._folded.kept[place]
        limit = self._folded.kept[place + 1][0] if place + 1 < len(self._origins) else len(self._folded.text)
        return min(at + max(offset - original, 0), limit)


def taken(spans: list[tuple[int, int]], start: int, end: int) -> list[tuple[int, int]]:
    """What is left of start:end after the sorted `spans` are cut out."""
    left: list[tuple[int, int]] = []
    at = start
    place = max(bisect_left(spans, (start, 0)) - 1, 0)
    for a, b in spans[place:]:
        if a >= end:
            break
        if b <= at:
            continue
        if a > at:
            left.append((at, a))
        at = max(at, b)
    if at < end:
        left.append((at, end))
    return left
