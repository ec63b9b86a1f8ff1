"""One paragraph, read sentence by sentence: every number becomes drafts of figures or is set aside with a reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import regex

from pipeline.model import Quantity, Report, Unread, UnreadReason
from pipeline.narrative.drafts import Draft
from pipeline.narrative.finish import Sheet
from pipeline.narrative.parts import Parts
from pipeline.narrative.sentence import Sentence
from pipeline.narrative.sentences import Line, sentences
from pipeline.narrative.structure import make_frame

if TYPE_CHECKING:
    from pipeline.narrative.reader import Tools

_EARLIER = 0.55
_FADED = 0.6
_HEADING = regex.compile(r"\s*(?:[（(][一二三四五六七八九十]+[)）]|[一二三四五六七八九十\d]+[、.．])[^，,；;]{2,20}$")
_TOTAL = ".total"
_CARRIED = "t3.carried_out"
_BACK = 200


@dataclass(frozen=True, slots=True)
class Place:
    """Where a paragraph stands: its section, the terms of the headings above it, whether it is a heading itself or
    stands before all sections."""

    section: int | None
    topic: Mapping[str, float]
    heading: bool
    preamble: bool


class Passage:
    """Reads one line into a sheet. Holds what passes from sentence to sentence."""

    def __init__(self, tools: Tools, line: Line, place: Place, report: Report, sheet: Sheet) -> None:
        self.tools = tools
        self.line = line
        self.text = line.text
        self.place = place
        self.report = report
        self.sheet = sheet
        self.drafts: list[Draft] = []
        self.parts = Parts(tools.cues, tools.linkwords.parts, self.drafts)
        self.earlier: dict[str, float] = {}
        """Terms of the sentences before, with how much they count."""

    def read(self) -> None:
        found = self.tools.numbers.find(self.text)
        quantities = [q for q in found if isinstance(q, Quantity)]
        for item in found:
            if isinstance(item, Unread):
                self.set_aside(item.start, item.end, item.reason)
        at = 0
        for start, end in sentences(self.text):
            inside: list[Quantity] = []
            while at < len(quantities) and quantities[at].start < end:
                inside.append(quantities[at])
                at += 1
            if not inside and not self._speaks(start, end):
                self._heading(start, end)
                continue
            hits = self.tools.terms.find(self.text, start, end)
            Sentence(self, make_frame(self.text, start, end, inside, hits)).read()
            for hit in hits:
                for term in hit.terms:
                    self.earlier[term] = _EARLIER
        self._results()
        self._outcomes()
        self._hand_over()

    def _heading(self, start: int, end: int) -> None:
        """A numbered heading in the line (（二）依申请公开。) begins a new topic: what was told before counts less."""
        if _HEADING.match(self.text, start, end):
            self.earlier = {term: weight * _FADED for term, weight in self.earlier.items()}
            for hit in self.tools.terms.find(self.text, start, end):
                for term in hit.terms:
                    self.earlier[term] = _EARLIER

    def _speaks(self, start: int, end: int) -> bool:
        """Whether a sentence without numbers holds an absence or a universal."""
        tools = self.tools
        return tools.absences.mentioned(self.text, start, end) or tools.universals.mentioned(self.text, start, end)

    def printed(self, start: int, end: int) -> str:
        """What the document prints for text[start:end] of the line."""
        a, b = self.line.span(start, end)
        return self.sheet.document.text[a:b]

    def set_aside(self, start: int, end: int, reason: UnreadReason) -> None:
        a, b = self.line.span(start, end)
        self.sheet.unread.append(Unread(text=self.sheet.document.text[a:b], start=a, end=b, reason=reason))

    def _hand_over(self) -> None:
        base = len(self.sheet.drafts)
        for draft in self.drafts:
            if draft.part_of is not None:
                draft.part_of += base
            if isinstance(draft.of, int):
                draft.of += base
            self.sheet.drafts.append(draft)
            self.sheet.lines.append(self.line)
            self.sheet.sections.append(self.place.section)

    def _results(self) -> None:
        """Results are parts of what was handled where the passage states that, else of what was received."""
        cues = self.tools.words.parts
        for number, draft in enumerate(self.drafts):
            if not (draft.counts or draft.zero) or not draft.code.startswith(cues.results):
                continue
            if draft.part_of is not None and not self.drafts[draft.part_of].code.startswith(_CARRIED):
                continue
            held = next(
                (found for every in (False, True) for whole in cues.wholes
                 if (found := self._before(number, whole, every)) is not None),
                None,
            )  # fmt: skip
            if held is not None:
                draft.part_of = held

    def _before(self, number: int, code: str, every: bool = False) -> int | None:
        """The last level figure of `code` before a draft that is large enough to hold it.

        With `every` also one of a single applicant (申请人均为公民), as long as it is no part itself.
        """
        draft = self.drafts[number]
        for other in range(number - 1, max(number - _BACK, -1), -1):
            head = self.drafts[other]
            if head.code != code or not head.counts or head.value < draft.value:
                continue
            if head.column in (None, draft.column) or (every and head.part_of is None):
                return other
        return None

    def _outcomes(self) -> None:
        """维持 12 件 in one sentence with 行政复议 20 件 is a part of the 20."""
        for number, draft in enumerate(self.drafts):
            if draft.part_of is not None or not draft.counts or not draft.code.startswith("t4."):
                continue
            if draft.code.endswith(_TOTAL):
                continue
            held = self._before(number, draft.code.rsplit(".", 1)[0] + _TOTAL)
            if held is not None and self.drafts[held].sentence == draft.sentence:
                draft.part_of = held
