"""Universals (均获维持, 均按期答复, 全部公开): no figures, but claims about the figures before them."""

from __future__ import annotations

from dataclasses import dataclass

import regex

from pipeline.lexicon.schema.prose import Cues
from pipeline.narrative.cues import either
from pipeline.narrative.structure import Frame

_QUICK = regex.compile(r"均|全部|都|败诉|纠错|全文公开|已按|已在")


@dataclass(frozen=True, slots=True)
class Universal:
    """A universal in a line: text[start:end], its kind, and the prefixes of the codes it speaks of."""

    start: int
    end: int
    kind: str
    codes: tuple[str, ...]


class Universals:
    """Finds universals; which figures they speak of is decided when the figures are known."""

    def __init__(self, cues: Cues) -> None:
        self._by_word = {word: universal for universal in cues.universals for word in universal.words}
        self._pattern = regex.compile(rf"(?<!平)(?:{either(self._by_word)})")  # 平均答复用时 claims nothing

    def mentioned(self, text: str, start: int, end: int) -> bool:
        """Whether the stretch holds a universal at all."""
        return bool(_QUICK.search(text, start, end) and self._pattern.search(text, start, end))

    def find(self, frame: Frame) -> list[Universal]:
        if not _QUICK.search(frame.text, frame.start, frame.end):
            return []
        found = []
        for match in self._pattern.finditer(frame.text, frame.start, frame.end):
            universal = self._by_word[match[0]]
            found.append(Universal(match.start(), match.end(), universal.kind, universal.codes))
        return found
