"""Where in a text a lost table stands: below its heading, else around its unmistakable labels."""

from __future__ import annotations

from bisect import bisect_right
from functools import lru_cache

import regex

from pipeline.tables.dump import Span
from pipeline.tables.forms import Kind
from pipeline.text import fold

LONGEST = {"2": 4000, "3": 9000, "4": 2500, "s14": 12000}
"""Characters behind a heading in which its table must begin and end."""

HEAD = 400
"""Characters that the head of a table may take before its first label."""

_BETWEEN = r"[\s、，,·（）()|｜]*"


@lru_cache(maxsize=256)
def pattern_of(words: tuple[str, ...]) -> regex.Pattern[str]:
    """The words, with blanks, commas, brackets and pipes anywhere between their characters; the longest first."""
    longest_first = sorted(words, key=len, reverse=True)
    return regex.compile("|".join(_BETWEEN.join(regex.escape(c) for c in word) for word in longest_first))


def headings(text: str, kinds: dict[str, Kind]) -> dict[str, list[int]]:
    """The ends of all headings of statutory tables, by table."""
    return {
        name: [m.end() for m in pattern_of(kind.headings).finditer(text) if _is_heading(text, m.start())]
        for name, kind in kinds.items()
        if kind.headings
    }


_NUMBERED = regex.compile(
    r"(?:^|[\n\r。；;|｜\s])[^\S\n]*(?:第?[一二三四五六七八]部?分?[、.．:： ]|[（(][一二三四五六七八][）)])\s*"
    r"(?:因|行政机关)?\Z"
)
_ALONE = regex.compile(r"(?:^|\n)[\s#*|｜]*\Z")


def _is_heading(text: str, at: int) -> bool:
    before = text[max(0, at - 14) : at]
    return bool(_NUMBERED.search(before) or _ALONE.search(before))


def region(text: str, name: str, kind: Kind, places: dict[str, list[int]]) -> Span | None:
    """The stretch behind the heading of a table that holds most of the table's marks; without a heading, around its
    first label. None where neither is found."""
    others = sorted(end for other, ends in places.items() if other != name for end in ends)
    best_span: Span | None = None
    most = 1
    for start in places.get(name, []):
        end = min(_next(others, start, len(text)), start + LONGEST[name])
        bare = "".join(text[start:end].split())
        marks = sum(1 for mark in kind.marks if mark in bare)
        if marks > most:
            best_span, most = (start, end), marks
    if best_span is not None:
        return best_span
    label = pattern_of(core(kind)).search(text)
    if label is None:
        return None
    start = text.rfind("\n", 0, max(0, label.start() - HEAD)) + 1
    return start, min(_next(others, label.start(), len(text)), start + LONGEST[name])


def _next(places: list[int], start: int, default: int) -> int:
    """The first of these sorted places behind `start`."""
    position = bisect_right(places, start)
    return places[position] if position < len(places) else default


def core(kind: Kind) -> tuple[str, ...]:
    """Labels of which the first in a region opens the body of the table: of its first line, or of its columns."""
    if kind.table in ("3", "s14"):
        return tuple(word for word in kind.labels[kind.lines[0]] if len(word) >= 6)
    return tuple(word for words in kind.column_labels.values() for word in words if len(word) >= 4)


def begin(text: str, kind: Kind, span: Span) -> int | None:
    """Where the head of the table begins: prose may stand between heading and table. None without a label."""
    label = pattern_of(core(kind)).search(text, span[0], span[1])
    if label is None:
        return None
    low = max(span[0], label.start() - HEAD)
    starts = [int(label.start())]
    for word in kind.begins:
        starts += [int(m.start()) for m in pattern_of((word,)).finditer(text, low, label.end())][-1:]
    return min(starts)


def find_regions(text: str, kinds: dict[str, Kind], wanted: list[str]) -> dict[str, Span]:
    """The stretches of text with the wanted tables, each from the head of the table on.

    Labels are looked for in the folded text (traditional script, pinyin between characters); offsets are those of the
    original.
    """
    folded = fold(text)
    places = headings(folded.text, kinds)
    found: dict[str, Span] = {}
    for name in wanted:
        span = region(folded.text, name, kinds[name], places)
        start = begin(folded.text, kinds[name], span) if span else None
        if span is None or start is None:
            continue
        low, high = folded.origin(span[0]), folded.span(0, span[1])[1]
        found[name] = (max(low, _line_start(text, folded.origin(start))), high)
    return found


def _line_start(text: str, start: int) -> int:
    """The start of the line where only separators, or cells, stand before."""
    line = text.rfind("\n", max(0, start - HEAD), start) + 1
    before = text[line:start]
    cells = any(mark in before for mark in "|｜\t")
    return line if line and (cells or not before.strip(" \u3000\xa0（(")) else start
