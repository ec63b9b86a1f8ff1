"""The title of a report: which line it is, and the organ and year it names.

Titles come as 海宁市人民政府2020年政府信息公开工作年度报告, as 2019年…, over two lines, inside a page title followed by
the name of the site, or without any organ (2012年度政府信息公开工作报告).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import product

import regex

from pipeline.identity.dates import arabic_years, years_in
from pipeline.identity.organs import OrganReader, without_brackets
from pipeline.lexicon import Lexicon
from pipeline.lexicon.schema.places import OrganKinds
from pipeline.model import Document, Paragraph, Struct
from pipeline.text import fold

_SEGMENTS = re.compile(r"[_|｜]+|(?<=[^\d])[-—–]+(?=[^\d])|(?<=[^\d])[-—–]+(?=\d{4}年)|>+|»|→")
_YEAR_WORD = re.compile(r"(?:20\d\d[-—–~至])?(?<!\d)20[0-4]\d(?!\d)(?:学?年度?|年)?(?:度)?")
_BLANKS = re.compile(r"\s+")
_QUOTES = str.maketrans("", "", "《》“”\"'〈〉「」『』<>")
_LEADING = re.compile(r"^(?:[（【\[][^）】\]]*[）】\]])+")
_TRAILING = re.compile(r"^[（【\[]([^）】\]]{4,40})[）】\]]")
_FULL_STOPS = "。；！？"
_SENTENCE = _FULL_STOPS + "，"
LINES = 25
"""So many lines of the text are looked at."""
LONGEST_TITLE = 110
FULL = 7
"""The score of a title with report, year, and an organ with its region."""


class Title(Struct, frozen=True):
    """A title as read. `text` is the line without the site's name; `organ` None where it names none."""

    text: str
    organ: str | None
    year: int | None
    score: int
    rest: str = ""
    """What else the page title says (name of the site): evidence, not the organ."""


def _may_join(line: str) -> bool:
    return len(line) <= 60 and not any(mark in line for mark in ":：>") and line[-1] not in _SENTENCE


class TitleReader:
    """Finds and reads the title. Compiled once."""

    def __init__(self, lexicon: Lexicon, organs: OrganReader) -> None:
        words = lexicon.one(OrganKinds)
        self._organs = organs
        self._hints = words.title_hints
        self._report = regex.compile("|".join(f"(?:{part})" for part in words.report_words))
        self._openings = tuple(sorted(words.openings, key=len, reverse=True))
        self._closings = tuple(sorted(words.closings, key=len, reverse=True))

    def find(self, document: Document, data_year: int | None = None) -> Title | None:
        """The best title of a document: most complete, then first. None where nothing names a report on disclosure.

        `data_year` is the year the data are said to be of: where lines name reports of several years (a menu of
        earlier ones), the one of that year is meant.
        """
        page = self._of_page(document)
        if page and page.score == FULL and document.media_type == "text/html" and data_year in (None, page.year):
            return page
        headings, lines = self._lines(document)
        titles = [title for line in headings if (title := self.read(line)) is not None]
        if not self._done(titles, data_year):
            alone: list[Title | None] = []
            for line in lines:
                alone.append(self.read(line))
                if self._done(alone[-1:], data_year):
                    break
            titles += [title for title in alone if title is not None]
            if not any(title.score == FULL for title in titles):
                titles += self._joined(lines, alone)
        if page:
            titles.append(page)
        best = max(titles, key=lambda title: (title.score, title.year == data_year), default=None)
        if best is not None and page is not None and not best.rest:
            best = Title(text=best.text, organ=best.organ, year=best.year, score=best.score, rest=page.rest)
        return best

    def _of_page(self, document: Document) -> Title | None:
        """The title as the page's metadata or its title element give it: the most complete."""
        given = dict(document.hints)
        lines = [given[name] for name in self._hints if name in given] + [document.title or ""]
        titles = [title for line in lines if (title := self.read(line)) is not None]
        return max(titles, key=lambda title: title.score, default=None)

    @staticmethod
    def _done(titles: Sequence[Title | None], data_year: int | None) -> bool:
        return any(t is not None and t.score == FULL and data_year in (None, t.year) for t in titles)

    @staticmethod
    def _lines(document: Document) -> tuple[list[str], list[str]]:
        """The first lines marked as headings, and the first lines of all."""
        headings: list[str] = []
        lines: list[str] = []
        for block in document.blocks:
            if not isinstance(block, Paragraph):
                continue
            for line in document.text[block.start : block.end].splitlines():
                line = line.strip()[: LONGEST_TITLE + 1]
                if line:
                    lines.append(line)
                    if block.heading is not None:
                        headings.append(line)
            if len(lines) >= LINES:
                break
        return headings, lines[:LINES]

    def _joined(self, lines: list[str], alone: list[Title | None]) -> list[Title]:
        """Titles printed over two or three lines. Only a joint that adds an organ or a year counts."""
        found: list[Title] = []
        likely = [at for at, line in enumerate(lines) if "公" in line and len(line) <= 60]
        for at, width in product(range(min(len(lines) - 1, 12)), (2, 3)):
            parts = lines[at : at + width]
            if not any(at <= index < at + width for index in likely) or not all(map(_may_join, parts)):
                continue
            title = self.read("".join(parts))
            if title and title.score > max((t.score for t in alone[at : at + width] if t), default=-1):
                found.append(title)
                if title.score == FULL:
                    break
        return found

    def read(self, line: str) -> Title | None:
        """Reads one line as a title. None where it is not the title of such a report."""
        if len(line) > LONGEST_TITLE or ("公" not in line) or not ("报" in line or "報" in line or "总" in line):
            return None
        text = arabic_years(_BLANKS.sub("", fold(line).text)).translate(_QUOTES)
        if any(mark in text for mark in _FULL_STOPS):
            return None
        best: Title | None = None
        pieces = [piece for piece in _SEGMENTS.split(text) if piece]
        for piece in pieces:
            title = self._piece(piece)
            if title and (best is None or title.score > best.score):
                rest = "|".join(other for other in pieces if other is not piece)
                best = Title(text=title.text, organ=title.organ, year=title.year, score=title.score, rest=rest)
        return best

    def _piece(self, text: str) -> Title | None:
        match = self._report.search(text, timeout=0.1)
        if match is None:
            return None
        before, after = text[: match.start()], text[match.end() :]
        if before.endswith("人民") and match[0].startswith("政府"):
            before += "政府"
        years = years_in(before) or years_in(match[0]) or years_in(after)
        organ = self._organ(before)
        if organ is None:
            bracket = _TRAILING.match(after)
            organ = self._organ(bracket[1]) if bracket else None
        year = years[-1] if years else None
        score = 1 + (2 if year else 0)
        if organ is not None:
            score += 4 if self._organs.read(organ, year).places else 3
        if organ is not None and self._organs.read(organ, year).national:
            score = 5 + (2 if year else 0)
        return Title(text=text, organ=organ, year=year, score=score)

    def _organ(self, text: str) -> str | None:
        """The organ's name out of what stands before the report's name; None where that is no organ."""
        text = _LEADING.sub("", text)
        text = text.rsplit("：", 1)[-1].rsplit(":", 1)[-1]
        text = _YEAR_WORD.sub("", text)
        cut = True
        while cut:
            cut = False
            for word in self._openings:
                if text.startswith(word):
                    text, cut = text[len(word) :], True
            for word in self._closings:
                if text.endswith(word):
                    text, cut = text[: -len(word)], True
        text = text.strip("-—–·、,，.()（）" if text.count("（") != text.count("）") else "-—–·、,，.")
        if not 2 <= len(text) <= 45 or any(mark in text for mark in _SENTENCE + "：:"):
            return None
        organ = self._organs.read(text, None)
        if organ.kind is None or not (
            organ.places or organ.national or organ.generic or len(without_brackets(text)) > 2
        ):
            return None
        return text
