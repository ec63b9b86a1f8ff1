"""The six statutory sections of a report, found by their headings (lexicons/sections.yaml).

A heading is a short line of its own, or the start of a paragraph, with a list number 一、 … 十、 or none; sub-headings
（一） and 1. never head a section. Older reports have other headings; those with a near meaning count, others give
number 0. Numbers need not come in order: what the heading says decides, and the order is judged by a check.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import regex

from pipeline.lexicon import Lexicon
from pipeline.lexicon.schema.prose import SectionTitle
from pipeline.model import Document, Paragraph, Section
from pipeline.text import label_key

_NUMBER = regex.compile(
    r"^[\s#*>|l]*(?:第?(?P<n>[一二三四五六七八九十]{1,3}|[1-9](?=\s*、))\s*(?:部分|章)?\s*[、.．,，:：]|第(?P<p>[一二三四五六七八九十])部分[\s:：、]*)\s*"
)
_SUB = regex.compile(r"^\s*(?:[（(]|\d|[①-⑳]|[一二三四五六七八九十]+是)")
_TITLE_END = regex.compile(r"[。；;：:\n（(]|\s{2,}|(?<=情况)\s|(?<=事项)\s")
_LONGEST = 48
_NUMERALS = "一二三四五六七八九十"
_CONTENTS_GAP = 60


@dataclass(frozen=True, slots=True)
class _Heading:
    start: int
    end: int
    title: str
    number: int
    listed: int | None


class SectionFinder:
    """Finds sections; built once per process."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._exact: dict[str, int] = {}
        self._contains: list[tuple[int, tuple[tuple[str, ...], ...], tuple[str, ...]]] = []
        for row in lexicon.rows(SectionTitle):
            for title in row.titles:
                self._exact[label_key(title)] = row.number
            pieces = tuple(tuple(one.split("+")) for one in row.contains)
            self._contains.append((row.number, pieces, row.without))

    def find(self, document: Document, taken_spans: Sequence[tuple[int, int]] = ()) -> tuple[Section, ...]:
        """The sections in order of start; each ends where the next begins. Empty without any statutory heading."""
        headings = self._headings(document, sorted(taken_spans))
        headings = _without_contents(headings)
        if not any(heading.number for heading in headings):
            return ()
        ends = [*(heading.start for heading in headings[1:]), len(document.text)]
        return tuple(
            Section(number=heading.number, title=heading.title, start=heading.start, end=end)
            for heading, end in zip(headings, ends, strict=True)
        )

    def _headings(self, document: Document, spans: list[tuple[int, int]]) -> list[_Heading]:
        found: list[_Heading] = []
        for block in document.blocks:
            if not isinstance(block, Paragraph):
                continue
            if any(a < block.end and block.start < b for a, b in spans) and not _reaches_out(block, spans):
                continue
            heading = self._heading(document.text, block)
            if heading is not None:
                found.append(heading)
        return found

    def _heading(self, text: str, block: Paragraph) -> _Heading | None:
        raw = text[block.start : min(block.end, block.start + 160)]
        body = raw.lstrip()
        if not body or (_SUB.match(body) and not _NUMBER.match(body)):
            return None
        match = _NUMBER.match(body)
        rest = body[match.end() :] if match else body
        end = _TITLE_END.search(rest.lstrip())
        title = (rest.lstrip()[: end.start()] if end else rest).strip()
        if not title or len(title) > _LONGEST:
            return None
        whole_line = end is None or not rest.lstrip()[end.end() :].strip()
        if match is None and not (whole_line and len(body) <= _LONGEST):
            return None
        number = self.number_of(title, listed=match is not None)
        if number == 0:  # a line of a statutory table that has a list number of its own
            return None
        if number is None:
            if match is None:
                return None
            number = 0
        if match is not None and not whole_line and number == 0:
            return None
        start = block.start + len(raw) - len(body)
        listed = _listed(match) if match else None
        length = len(body[: match.end()]) if match else 0
        return _Heading(start, start + length + len(title), title, number, listed)

    def number_of(self, title: str, listed: bool = True) -> int | None:
        """The section a title heads, None for no section. Without a list number only an exact title counts."""
        key = label_key(title)
        if key in self._exact:
            return self._exact[key]
        if not listed:
            return None
        for number, pieces, without in reversed(self._contains):
            if any(word in key for word in without):
                continue
            if any(all(word in key for word in words) for words in pieces):
                return number
        return None


def _listed(match: regex.Match[str]) -> int | None:
    numeral = match["n"] or match["p"]
    if numeral is None:
        return None
    if numeral.isdigit():
        return int(numeral)
    return _NUMERALS.find(numeral) + 1 if len(numeral) == 1 else None


def _reaches_out(block: Paragraph, spans: list[tuple[int, int]]) -> bool:
    """Whether a paragraph begins before the table it runs into (a heading glued to a flattened table)."""
    return not any(a <= block.start < b for a, b in spans)


def _without_contents(headings: list[_Heading]) -> list[_Heading]:
    """Without a table of contents: a run of headings right behind each other whose numbers all come again."""
    for cut in range(len(headings) - 1, 2, -1):
        run = headings[:cut]
        if all(b.start - a.end < _CONTENTS_GAP for a, b in pairwise(run)):
            later = {heading.number for heading in headings[cut:] if heading.number}
            mine = [heading.number for heading in run if heading.number]
            if len(mine) > 2 and set(mine) <= later:
                return headings[cut:]
    return headings
