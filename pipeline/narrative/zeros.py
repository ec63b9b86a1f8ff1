"""Absences in words: 未发生行政复议和行政诉讼 gives two figures of value 0 at the place of 未发生.

Only things listed under `absences` in cues.yaml count; 未公开 or 无法提供 are labels and are blocked there.
"""

from __future__ import annotations

from dataclasses import dataclass

import regex

from pipeline.lexicon.schema.prose import Absence, Cues
from pipeline.lexicon.schema.wording import AbsenceWording
from pipeline.narrative.cues import Hit, either
from pipeline.narrative.structure import Frame

_CLAUSE_END = regex.compile(r"[，,；;。！？：:]")
_REST = 8
_CORRECTED = "纠正"


@dataclass(frozen=True, slots=True)
class Zero:
    """An absence: text[start:end] is the negation with its verb, or the whole of 零败诉."""

    start: int
    end: int
    code: str
    term: str
    unit: str = ""
    """Its unit where it is not the first of the indicator."""


class Absences:
    """Finds negations and what they deny."""

    def __init__(self, cues: Cues, wording: AbsenceWording) -> None:
        self._gate = regex.compile(either(wording.gate))
        self._issued = regex.compile(either(wording.issued))
        self._empty = regex.compile(rf"^(?:{either(wording.empty)})*$")
        self._heads = frozenset(wording.heads)
        self._causes = frozenset(wording.causes)
        self._effects = frozenset(wording.effects)
        self._carried = frozenset(wording.carried)
        self._goes_on = regex.compile(rf"^(?:{either(wording.goes_on_nouns)})?(?:{either(wording.goes_on)})")
        blocked = either(cues.negation_blockers)
        self._listed = frozenset(cues.negation_verbs_listed)
        adverbs, forms = either(cues.negation_adverbs), either(cues.negation_forms)
        verbs = either([*cues.negation_verbs, *cues.negation_verbs_listed])
        self._negation = regex.compile(
            rf"(?<![有毫别绝独])(?!{blocked})(?:{adverbs})*(?!{blocked})"
            rf"(?:(?:{forms})(?P<base>{verbs})|(?P<base>{either(cues.negation_words)}))"
        )
        self._codes = {absence.term: absence for absence in cues.absences}
        self._words = {zero.word: zero.code for zero in cues.zero_words}
        self._zero = regex.compile(either(self._words))

    def mentioned(self, text: str, start: int, end: int) -> bool:
        """Whether the stretch holds a negation or such a word at all."""
        if not self._gate.search(text, start, end):
            return False
        return bool(self._negation.search(text, start, end) or self._zero.search(text, start, end))

    def find(self, frame: Frame) -> list[Zero]:
        text = frame.text
        if not self.mentioned(text, frame.start, frame.end):
            return []
        found = [
            Zero(m.start(), m.end(), self._words[m[0]], m[0]) for m in self._zero.finditer(text, frame.start, frame.end)
        ]
        spans = [(zero.start, zero.end) for zero in found]
        matches = [
            match
            for match in self._negation.finditer(text, frame.start, frame.end)
            if not any(a < match.end() and match.start() < b for a, b in spans)  # 没有收费 is a word of its own
        ]
        for place, match in enumerate(matches):
            following = matches[place + 1].start() if place + 1 < len(matches) else frame.end
            found += self._denied(frame, match, following)
        return sorted(found, key=lambda zero: zero.start)

    def _denied(self, frame: Frame, match: regex.Match[str], following: int) -> list[Zero]:
        text = frame.text
        stop = _CLAUSE_END.search(text, match.end(), following)
        end = stop.start() if stop else following
        if any(match.end() <= q.start < end for q in frame.quantities):
            return []
        after = [hit for hit in frame.hits if match.start() <= hit.start and match.end() <= hit.end <= end]
        zeros = self._zeros(text, match, self._caused(text, after))
        if zeros or end - match.end() > _REST or not self._empty.match(text[match.end() : end]):
            return zeros
        begin = max((text.rfind(sign, frame.start, match.start()) for sign in "；;。"), default=-1) + 1
        numbers = [q.end for q in frame.quantities if q.end <= match.start()]
        begin = max(begin, frame.start, *numbers) if numbers else max(begin, frame.start)
        before = [hit for hit in frame.hits if begin <= hit.start and hit.end <= match.start()]
        clause = max(text.rfind(sign, begin, match.start()) for sign in "，,：:")
        own = [hit for hit in before if hit.start > clause]
        if "均" not in match[0] and not text.endswith(("均", "都"), begin, match.start()):
            zeros = self._zeros(
                text, match, self._caused(text, own)
            )  # 复议未发生，收费也没有: each clause denies its own
            if zeros:
                return zeros
        return self._zeros(text, match, self._caused(text, before))

    def _applies(self, absence: Absence, negation: str) -> bool:
        """Whether a negated verb can deny the thing: one that the thing lists, else any that is not for listing."""
        return negation in absence.negations if absence.negations else negation not in self._listed

    def _zeros(self, text: str, match: regex.Match[str], hits: list[Hit]) -> list[Zero]:
        found: dict[str, Zero] = {}
        corrected = any(_CORRECTED in hit.terms for hit in hits)
        heads = any(not self._heads.isdisjoint(hit.terms) for hit in hits)
        for hit in hits:
            for term in hit.terms:
                absence = self._codes.get(term)
                if absence is None or not self._applies(absence, match["base"]):
                    continue
                if corrected and heads and term == _CORRECTED:
                    continue
                code = absence.code
                if corrected and code.endswith(
                    ".total"
                ):  # 未发生复议被纠正、诉讼败诉: the outcome is denied, not the case
                    code = code[: -len("total")] + "corrected"
                for denied in self._documents(code, match[0], hits):
                    found.setdefault(denied, Zero(match.start(), match.end(), denied, term, absence.unit))
                break
        return list(found.values())

    def _documents(self, code: str, negation: str, hits: list[Hit]) -> tuple[str, ...]:
        """What is denied of documents: their issue, their repeal (未制发或废止), or that any is in force."""
        head, _, line = code.rpartition(".")
        if line != "issued":
            return (code,)
        terms = {term for hit in hits for term in hit.terms}
        if "现行有效" in terms:
            return (f"{head}.in_force",)
        if "废止" in terms or "废止" in negation:
            return (
                (code, f"{head}.repealed")
                if "制发" in terms or self._issued.search(negation)
                else (f"{head}.repealed",)
            )
        return (code,)

    def _caused(self, text: str, hits: list[Hit]) -> list[Hit]:
        """Without what is only the cause of the thing denied (因政府信息公开申请引发的行政复议)."""
        if any(not self._carried.isdisjoint(hit.terms) for hit in hits):
            return [hit for hit in hits if self._causes.isdisjoint(hit.terms)]
        effects = [hit.start for hit in hits if not self._effects.isdisjoint(hit.terms)]
        if not effects:
            return hits
        return [
            hit
            for hit in hits
            if self._causes.isdisjoint(hit.terms)
            or hit.start > effects[-1]
            or (hit.start < effects[0] and self._goes_on.match(text[hit.end : hit.end + 6]))
        ]
