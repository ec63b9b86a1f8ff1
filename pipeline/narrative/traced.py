"""Reading prose so that a change of aliases redoes only the passages in which a number is linked otherwise.

What a passage gives depends on its text, on what stands above it and on what the linker answers about its numbers.
On aliases it depends only through these answers, and through the words that rules name, since these become terms. So a
Trace keeps, passage by passage, what was asked, what was answered and what came of it. When aliases change, a question
is put again only where a key of a changed rule fits it, and a passage is read again only where an answer differs. The
result is that of reading everything: passages know nothing of each other but how many figures came before.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from copy import copy
from typing import TYPE_CHECKING, NamedTuple

import msgspec
from msgspec.structs import replace

from pipeline.model import Document, Report, Section, Unread
from pipeline.narrative.drafts import Draft
from pipeline.narrative.finish import Sheet
from pipeline.narrative.linking import Link, Linker
from pipeline.narrative.passage import Passage, Place
from pipeline.narrative.sentences import Line
from pipeline.narrative.structure import Zone
from pipeline.text import fold

if TYPE_CHECKING:
    from pipeline.narrative.reader import ProseReader, ProseResult

Answer = tuple[str, tuple[str, ...], tuple[str, ...], str, float]
"""Alias, codes, key, why, score: all of a link that what follows depends on."""
Claimed = tuple[str, int, int, tuple[int, int], tuple[int, ...]]
Keys = frozenset[tuple[str, ...]]
Spans = Sequence[tuple[int, int]]


class Change(msgspec.Struct, frozen=True):
    """What differs between two states of the aliases."""

    keys: Keys
    """The keys of all rules that are changed, new or gone."""
    named: frozenset[str]
    """Words that rules name in one of them only. They count as terms, so that texts with them are read otherwise."""


class Asked(msgspec.Struct, array_like=True, gc=False):
    """One question to the linker, and its answer (None: no rule fits)."""

    weights: dict[str, float]
    near: dict[str, float]
    unit: str | None
    answer: Answer | None


class Again(NamedTuple):
    """A result from a trace. `figures_alone`: nothing is another than before but which rule linked a figure, and its
    score. No check reads that: of a `why` they read whether a figure is one of a list and how a part was brought in."""

    result: ProseResult
    trace: Trace
    figures_alone: bool


class Told(msgspec.Struct, array_like=True):
    """One passage, and what came of it. `start` and `end` index the folded text of the document.

    Indexes in drafts and claims count from the start of the sheet; `base` is how many drafts stood there before.
    """

    start: int
    end: int
    section: int | None
    topic: dict[str, float]
    heading: bool
    preamble: bool
    base: int
    drafts: list[Draft]
    unread: list[Unread]
    claims: list[Claimed]


class Trace(msgspec.Struct):
    """Everything of one document, packed. `asked` and `told` lie apart: most often only the questions are needed."""

    asked: bytes
    told: bytes


_encode = msgspec.msgpack.Encoder().encode
_decode_asked = msgspec.msgpack.Decoder(list[list[Asked]]).decode
_decode_told = msgspec.msgpack.Decoder(tuple[Report, list[Told]]).decode


class Recorder(Linker):
    """A linker that keeps what it is asked and what it answers."""

    def __init__(self, linker: Linker) -> None:
        self.rules = linker.rules
        self.asked: list[Asked] = []

    def best(self, zone: Zone, near: Mapping[str, float], unit: str | None) -> Link | None:
        link = super().best(zone, near, unit)
        self.asked.append(Asked(zone.weights.copy(), dict(near), unit, answer_of(link)))
        return link

    def taken(self) -> list[Asked]:
        """What was asked since this was called last."""
        asked, self.asked = self.asked, []
        return asked


def answer_of(link: Link | None) -> Answer | None:
    return None if link is None else (link.rule.id, link.codes, link.rule.key, link.why, link.score)


class TracedReader:
    """Reads prose as the ProseReader it is made of does, and hands over a Trace beside the result. For one thread."""

    def __init__(self, reader: ProseReader) -> None:
        self._reader = reader
        self._linker = reader.tools.linker
        self._recorder = Recorder(self._linker)
        self._tools = copy(reader.tools)
        self._tools.linker = self._recorder

    def read(
        self, document: Document, sections: Sequence[Section], spans: Spans, report: Report
    ) -> tuple[ProseResult, Trace]:
        """Everything from the start."""
        sheet = self._reader.finisher.start(document, report)
        asked: list[list[Asked]] = []
        told: list[Told] = []
        for line, where, span in self._reader.lines(document, sections, spans):
            self._passage(line, where, span, sheet, asked, told)
        return self._end(sheet, asked, told)

    def again(
        self, trace: Trace, changed: Change, document: Document, sections: Sequence[Section], spans: Spans,
        report: Report | None = None,
    ) -> Again | None:  # fmt: skip
        """From a trace under other aliases.

        The document must be the one that was traced; `report` too, unless it is left out because nothing it is made of
        has changed. None for another report.
        """
        before, told = _decode_told(trace.told)
        if report not in (None, before):
            return None
        sheet = self._reader.finisher.start(document, before)
        alone = True
        asked: list[list[Asked]] = []
        kept: list[Told] = []
        places = self._places(told, changed, document, sections, spans)
        for questions, passage, (line, where) in zip(_decode_asked(trace.asked), told, places, strict=True):
            reworded = where.topic != passage.topic or any(word in line.text for word in changed.named)
            if reworded or _differs(self._linker, questions, changed.keys):
                self._passage(line, where, (passage.start, passage.end), sheet, asked, kept)
                alone = alone and _as_before(passage, kept[-1])
                continue
            _put(passage, line, sheet)
            asked.append(questions)
            kept.append(passage)
        return Again(*self._end(sheet, asked, kept), alone)

    def _places(
        self, told: Sequence[Told], changed: Change, document: Document, sections: Sequence[Section], spans: Spans
    ) -> Iterator[tuple[Line, Place]]:
        """Lines and where they stand: as they were, or looked up again where headings may name other terms."""
        if changed.named:
            yield from ((line, where) for line, where, _ in self._reader.lines(document, sections, spans))
            return
        folded = fold(document.text)
        for one in told:
            yield Line(folded, one.start, one.end), Place(one.section, one.topic, one.heading, one.preamble)

    def _passage(
        self, line: Line, where: Place, span: tuple[int, int], sheet: Sheet, asked: list[list[Asked]], told: list[Told]
    ) -> None:
        base, unread, claims = len(sheet.drafts), len(sheet.unread), len(sheet.claims)
        Passage(self._tools, line, where, sheet.report, sheet).read()
        asked.append(self._recorder.taken())
        told.append(
            Told(
                *span, where.section, dict(where.topic), where.heading, where.preamble, base,
                sheet.drafts[base:], sheet.unread[unread:], sheet.claims[claims:],
            )
        )  # fmt: skip

    def _end(self, sheet: Sheet, asked: list[list[Asked]], told: list[Told]) -> tuple[ProseResult, Trace]:
        # Finishing writes into the drafts: they are packed before.
        trace = Trace(_encode(asked), _encode((sheet.report, told)))
        return self._reader.finisher.finish(sheet), trace


def _as_before(old: Told, new: Told) -> bool:
    """Whether a passage gives what it gave, but for the rules. Only asked while all before it does: indexes agree."""
    if len(old.drafts) != len(new.drafts) or old.unread != new.unread or old.claims != new.claims:
        return False
    return all(
        one == other or (_told(one) == _told(other) and _unexplained(one) == _unexplained(other))
        for one, other in zip(old.drafts, new.drafts, strict=True)
    )


def _told(draft: Draft) -> tuple[bool, str]:
    """What checks read of why a figure was linked so: all but the alias and, at the end, its key and score."""
    return draft.alias == LISTED, _KEY_AND_SCORE.sub("", draft.rule)


def _unexplained(draft: Draft) -> Draft:
    return replace(draft, alias="", rule="")


LISTED = "listed"
"""The alias of figures that go on with a list."""
_KEY_AND_SCORE = re.compile(r"[^ ]+ -?[0-9]+\.[0-9]$")


def _put(passage: Told, line: Line, sheet: Sheet) -> None:
    """Puts what a passage gave before behind what the sheet holds now."""
    base = len(sheet.drafts)
    moved = base - passage.base
    if moved:
        for draft in passage.drafts:
            if draft.part_of is not None:
                draft.part_of += moved
            if isinstance(draft.of, int):
                draft.of += moved
        passage.claims = [(*claim[:4], tuple(n + moved for n in claim[4])) for claim in passage.claims]
        passage.base = base
    sheet.drafts += passage.drafts
    sheet.lines += [line] * len(passage.drafts)
    sheet.sections += [passage.section] * len(passage.drafts)
    sheet.unread += passage.unread
    sheet.claims += passage.claims


def holds(linker: Linker, asked: bytes, keys: Keys) -> bool:
    """Whether a linker gives to all that was `asked` (of a Trace) the answers that were given then."""
    return not any(_differs(linker, questions, keys) for questions in _decode_asked(asked))


def _differs(linker: Linker, questions: Sequence[Asked], keys: Keys) -> bool:
    return any(
        answer_of(linker.best(Zone(0, 0, 0, one.weights), one.near, one.unit)) != one.answer
        for one in questions
        if any(all(atom in one.weights for atom in key) for key in keys)
    )
