"""Folding: one way of writing for what means the same, with a map back to the original offsets.

Publishers print digits full width, use traditional characters, put pinyin between characters (主動(dòng)公開) and
invisible characters anywhere. Rules are written for one form only; offsets of everything found point to the original.

Most of folding replaces one character by one other, so that offsets stay the same and the map costs nothing; only where
characters are dropped is a table of offsets built.
"""

from __future__ import annotations

from bisect import bisect_right
from functools import cache

import regex

from pipeline.model import Struct

_WIDE = {code: code - 0xFEE0 for code in range(0xFF10, 0xFF1A)}  # ０-９
_WIDE |= {code: code - 0xFEE0 for code in (*range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))}  # Ａ-Ｚ ａ-ｚ
_WIDE |= {ord(a): ord(b) for a, b in zip("％．＋－／＝＃＆＠～()", "%.+-/=#&@~（）", strict=True)}
_BLANKS = dict.fromkeys((0x09, 0x0B, 0x0C, 0xA0, 0x1680, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000), 0x20)
_WIDE |= _BLANKS

_DROPPED = regex.compile(
    r"[\u00AD\u200B-\u200F\u202A-\u202E\u2060-\u2064\uFEFF]+"  # invisible characters, soft hyphens, BOMs inside
    r"|(?<=\p{Han})[（(][a-zA-Zāáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜü]{1,6}[）)]"  # pinyin behind a character
)
_PINYIN = regex.compile(r"[āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜü]")


class Folded(Struct, frozen=True):
    """A folded text and the way back. `kept` is empty where no character was dropped."""

    text: str
    kept: tuple[tuple[int, int], ...] = ()
    """(offset in the folded text, offset in the original) at the start of each run of kept characters."""

    def origin(self, offset: int) -> int:
        """The original offset of a folded offset (of a start)."""
        if not self.kept:
            return offset
        folded, original = self.kept[bisect_right(self.kept, (offset, 1 << 60)) - 1]
        return original + offset - folded

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The original half-open span of a folded one. An empty span stays empty."""
        if start >= end:
            place = self.origin(start)
            return place, place
        return self.origin(start), self.origin(end - 1) + 1


@cache
def _table() -> dict[str, str]:
    """The characters that are replaced one by one; traditional characters come from lexicons/script.csv."""
    from pipeline.lexicon import folder

    table = {chr(code): chr(other) for code, other in _WIDE.items()}
    for line in (folder() / "script.csv").read_text(encoding="utf-8").splitlines():
        traditional, comma, simplified = line.partition(",")
        if comma and len(traditional) == 1 and len(simplified) == 1:
            table[traditional] = simplified
    return table


def fold(text: str) -> Folded:
    """Folds a text for matching. Length changes only where invisible characters or pinyin are dropped."""
    table = _table()
    folded = text
    # A report holds some 700 different characters, of which few change: replacing each in C beats str.translate.
    for character in table.keys() & set(text):
        folded = folded.replace(character, table[character])
    drops = [m.span() for m in _DROPPED.finditer(text) if text[m.start()] not in "（(" or _PINYIN.search(m[0])]
    if not drops:
        return Folded(text=folded)
    pieces: list[str] = []
    kept: list[tuple[int, int]] = []
    at = length = 0
    for start, end in (*drops, (len(text), len(text))):
        if start > at:
            kept.append((length, at))
            pieces.append(folded[at:start])
            length += start - at
        at = end
    return Folded(text="".join(pieces), kept=tuple(kept) or ((0, 0),))


_NOISE = regex.compile(r"[\s\p{P}\p{S}\p{No}]+")


def label_key(text: str) -> str:
    """The form in which labels of tables and headings are compared: folded, without blanks, punctuation, raised and
    circled numbers."""
    return _NOISE.sub("", fold(text).text)
