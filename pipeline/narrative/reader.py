"""The prose reader: from the paragraphs of a document to figures, claims and unread numbers.

Only sentences with a number, an absence or a universal are looked into. A paragraph is read by a Passage (passage.py),
which holds what passes from sentence to sentence; here are the parts that are compiled once and the walk over blocks.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence

import regex

from pipeline.lexicon import Lexicon
from pipeline.lexicon.schema.core import Indicator
from pipeline.lexicon.schema.linking import Linking
from pipeline.lexicon.schema.prose import Cues
from pipeline.lexicon.schema.wording import Wording
from pipeline.model import Claim, Document, Figure, RawTable, Report, Section, Struct, Unread
from pipeline.narrative.claims import Universals
from pipeline.narrative.context import Channels, Scopes
from pipeline.narrative.cues import TermFinder, compile_cues
from pipeline.narrative.drafts import Units
from pipeline.narrative.finish import Finisher
from pipeline.narrative.labels import Labels
from pipeline.narrative.linking import Linker
from pipeline.narrative.linkwords import compile_linking
from pipeline.narrative.measures import Measures
from pipeline.narrative.passage import Passage, Place
from pipeline.narrative.periods import Periods
from pipeline.narrative.segment import make_segmenter
from pipeline.narrative.sentences import Line, Offsets, taken
from pipeline.narrative.structure import Fillers
from pipeline.narrative.wording import compile_wording
from pipeline.narrative.zeros import Absences
from pipeline.numbers import NumberReader
from pipeline.text import fold

_GATE = regex.compile(r"[0-9二三四五六七八九十两百千万零]|未|没|无|均|全部|都|一[次期件场条项篇个份家名]")
_HEADING_LENGTH = 40
_SENTENCE_END = "。！？；;"
_ENUMERATED = regex.compile(
    r"^(?:[（(][一二三四五六七八九十]+[）)]|[一二三四五六七八九十]+[、.．]|\d{1,2}[.、．]|[（(]\d{1,2}[）)]|[一二三四五六七八九]是)"
)


class ProseResult(Struct, frozen=True):
    """What the prose says. Indexes (part_of, of, claims) are into `figures`, which are in order of start."""

    figures: tuple[Figure, ...]
    unread: tuple[Unread, ...]
    claims: tuple[Claim, ...]


class Tools:
    """Everything compiled from the lexicon that reading a passage needs. Holds nothing of a document."""

    def __init__(self, lexicon: Lexicon) -> None:
        cues = lexicon.one(Cues)
        self.words = cues
        self.cues = compile_cues(cues)
        self.terms = TermFinder(lexicon)
        self.linker = Linker(lexicon, self.cues)
        self.measures = Measures(cues, self.cues)
        wording = lexicon.one(Wording)
        self.wording = compile_wording(wording)
        self.scopes = Scopes(cues, wording.scope)
        self.channels = Channels(cues, wording.channel)
        self.periods = Periods(cues.periods, wording.time)
        self.absences = Absences(cues, wording.absence)
        self.universals = Universals(cues)
        linking = lexicon.one(Linking)
        self.linkwords = compile_linking(linking)
        self.labels = Labels(linking.labels, self.linkwords.listed.others)
        self.fillers = Fillers(cues.fillers, self.linkwords.phrase)
        self.segmenter = make_segmenter(lexicon)
        self.numbers = NumberReader(lexicon)
        self.indicators = {row.code: row for row in lexicon.rows(Indicator)}
        self.units = Units(self.indicators)
        self.columns = cues.columns
        self.column_codes = tuple(cues.column_codes)


class ProseReader:
    """Reads the prose of documents; built once per process, safe to use again."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.tools = Tools(lexicon)
        self.finisher = Finisher(self.tools)

    def read(
        self,
        document: Document,
        sections: Sequence[Section] = (),
        taken_spans: Sequence[tuple[int, int]] = (),
        report: Report | None = None,
    ) -> ProseResult:
        """Figures, unread numbers and claims of the prose outside `taken_spans` (the statutory tables)."""
        report = report or Report()
        result = self.finisher.start(document, report)
        for line, where, _ in self.lines(document, sections, taken_spans):
            Passage(self.tools, line, where, report, result).read()
        return self.finisher.finish(result)

    def lines(
        self, document: Document, sections: Sequence[Section], taken_spans: Sequence[tuple[int, int]]
    ) -> Iterator[tuple[Line, Place, tuple[int, int]]]:
        """The paragraphs to look into, where each stands, and its span in the folded text."""
        folded = fold(document.text)
        offsets = Offsets(folded)
        starts = [section.start for section in sections]
        topic: dict[str, float] = {}
        current = -1
        for start, end, heading in _pieces(document, sorted(taken_spans)):
            place = bisect_right(starts, start) - 1
            if place != current:
                current, topic = place, {}
            number = sections[place].number if place >= 0 else (0 if sections else None)
            a, b = offsets.folded(start), offsets.folded(end)
            raw = folded.text[a:b]
            if not raw.strip():
                continue
            titled = heading or (len(raw) < _HEADING_LENGTH and raw.rstrip()[-1] not in _SENTENCE_END)
            lead = _ENUMERATED.match(raw.lstrip()) if not titled else None
            if titled or lead:
                topic = self._topic(raw, bool(titled)) or topic
            if not _GATE.search(raw):
                continue
            yield Line(folded, a, b), Place(number, topic, bool(titled), place < 0 and bool(sections)), (a, b)

    def read_text(self, text: str, report: Report | None = None) -> ProseResult:
        """Reads a bare text, one paragraph a line, as `gongkai lexicon try` does."""
        return self.read(document_of(text), (), (), report)

    def _topic(self, raw: str, whole: bool) -> dict[str, float]:
        """The terms of a heading, or of the first short sentence of a numbered paragraph."""
        text = raw.strip()
        if not whole:
            end = min((at for at in (text.find("。"), text.find("：")) if at > 0), default=len(text))
            if end > _HEADING_LENGTH:
                return {}
            text = text[:end]
        return {term: 0.7 for hit in self.tools.terms.find(text, 0, len(text)) for term in hit.terms}


def document_of(text: str, source: str = "text") -> Document:
    """A Document of plain text: one paragraph a line."""
    from pipeline.model import Paragraph

    blocks = []
    at = 0
    for line in text.split("\n"):
        if line.strip():
            blocks.append(Paragraph(start=at, end=at + len(line)))
        at += len(line) + 1
    return Document(source=source, sha256="", media_type="text/plain", text=text, blocks=tuple(blocks))


_PROSE_CELL = 30


def _pieces(document: Document, spans: list[tuple[int, int]]) -> Iterator[tuple[int, int, bool]]:
    """(start, end, is a heading) of all prose outside `spans`; cells that hold whole sentences are prose too."""
    for block in document.blocks:
        if isinstance(block, RawTable):
            for cell in block.cells:
                if cell.end - cell.start >= _PROSE_CELL and "。" in document.text[cell.start : cell.end]:
                    for a, b in taken(spans, cell.start, cell.end):
                        yield a, b, False
        else:
            for a, b in taken(spans, block.start, block.end):
                yield a, b, block.heading is not None
