"""The end of reading: drafts of all paragraphs become Figures, in order, with their indexes set right."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

from pipeline.model import Claim, Document, Figure, Report, Unread, Why
from pipeline.narrative.context import SEVERAL
from pipeline.narrative.drafts import LISTED, Draft

if TYPE_CHECKING:
    from pipeline.narrative.reader import ProseResult, Tools
    from pipeline.narrative.sentences import Line

_BEFORE = 20
_BACK = 30


@dataclass(slots=True)
class Sheet:
    """What has been read of one document so far."""

    document: Document
    report: Report
    drafts: list[Draft] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    sections: list[int | None] = field(default_factory=list)
    """The line and the section of each draft."""
    unread: list[Unread] = field(default_factory=list)
    claims: list[tuple[str, int, int, tuple[int, int], tuple[int, ...]]] = field(default_factory=list)
    """(kind, start, end, sentence, drafts), offsets in the document."""


class Finisher:
    """Turns a Sheet into a ProseResult."""

    def __init__(self, tools: Tools) -> None:
        self._codes = tuple(tools.words.parts.results)
        self._wholes = tuple(tools.words.parts.wholes)

    def start(self, document: Document, report: Report) -> Sheet:
        return Sheet(document, report)

    def finish(self, sheet: Sheet) -> ProseResult:
        from pipeline.narrative.reader import ProseResult

        self._results(sheet)
        _exhaustive(sheet.drafts)
        spans = [line.span(d.start, d.end) for d, line in zip(sheet.drafts, sheet.lines, strict=True)]
        order = sorted(range(len(sheet.drafts)), key=lambda n: spans[n])
        place = {old: new for new, old in enumerate(order)}
        figures = tuple(self._figure(sheet, n, spans[n], place) for n in order)
        claims = tuple(
            Claim(kind=kind, start=a, end=b, sentence=sentence, figures=tuple(sorted(place[n] for n in drafts)))
            for kind, a, b, sentence, drafts in sorted(sheet.claims, key=lambda c: c[1])
        )
        unread = tuple(sorted(sheet.unread, key=lambda u: (u.start, u.end)))
        return ProseResult(figures=figures, unread=unread, claims=claims)

    def _results(self, sheet: Sheet) -> None:
        """Results told in a paragraph of their own are parts of what was handled, else received, shortly before."""
        for number, draft in enumerate(sheet.drafts):
            if draft.part_of is not None or not draft.counts or not draft.code.startswith(self._codes):
                continue
            draft.part_of = self._whole(sheet, number, parts=False)
            if draft.part_of is None:
                draft.part_of = self._whole(sheet, number, parts=True)

    def _whole(self, sheet: Sheet, number: int, *, parts: bool) -> int | None:
        """The whole of a result: what was handled, else received, in its section; parts of others if need be."""
        drafts, sections = sheet.drafts, sheet.sections
        draft = drafts[number]
        for whole in self._wholes:
            for other in range(number - 1, max(number - _BACK, -1), -1):
                head = drafts[other]
                if head.code != whole or not head.counts or head.value < draft.value or head.column is not None:
                    continue
                part = head.part_of is not None or head.rule.startswith(LISTED)
                if part and (not parts or head.part_of is None):
                    continue
                fits = sections[other] == sections[number] and head.scope in (None, draft.scope)
                if fits and head.period.kind != "last_year":
                    return other
        return None

    def _figure(self, sheet: Sheet, number: int, span: tuple[int, int], place: dict[int, int]) -> Figure:
        draft = sheet.drafts[number]
        text = sheet.document.text
        start, end = span
        return Figure(
            code=draft.code,
            value=draft.value,
            unit=draft.unit,
            bound=draft.bound,
            low=draft.low,
            high=draft.high,
            mention=text[start:end],
            start=start,
            end=end,
            sentence=sheet.lines[number].span(*draft.sentence),
            section=sheet.sections[number],
            before=text[max(start - _BEFORE, 0) : start],
            why=Why(alias=draft.alias, rule=draft.rule),
            measure=draft.measure,
            of=place[draft.of] if isinstance(draft.of, int) else draft.of,
            column=draft.column,
            channel=draft.channel if draft.channel != SEVERAL else None,
            scope=draft.scope,
            scope_kind=draft.scope_kind,
            period=draft.period,
            category=draft.category,
            part_of=place[draft.part_of] if draft.part_of is not None else None,
            parts_exhaustive=draft.parts_exhaustive if draft.part_of is not None else None,
            zero_by_words=draft.zero,
            unit_implied=draft.implied,
        )


def _exhaustive(drafts: list[Draft]) -> None:
    """Parts that add up to their whole exactly are exhaustive; others are not."""
    sums: dict[int, Decimal] = {}
    for draft in drafts:
        if draft.part_of is not None:
            sums[draft.part_of] = sums.get(draft.part_of, Decimal(0)) + draft.value
    for draft in drafts:
        if draft.part_of is not None:
            draft.parts_exhaustive = sums[draft.part_of] == drafts[draft.part_of].value
