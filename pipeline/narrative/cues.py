"""Compiled words: one pass over a sentence finds every term of the lexicon (terms.csv).

Words are looked up by their first two characters, the longest first; what is found is skipped: 申请人 hides 申请.
This costs some 0.1 µs a character however many words there are, where one search per word would cost that per word.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from operator import add

import msgspec
import regex

from pipeline.lexicon import Lexicon
from pipeline.lexicon.schema.prose import Alias, Cues, Term


class Hit(msgspec.Struct, frozen=True, gc=False):
    """A word of a term in a text: text[start:end]. `terms` also holds the word itself where a rule names it."""

    start: int
    end: int
    terms: tuple[str, ...]
    kind: str


_TITLE = regex.compile(r"《[^》《]{1,60}》")
_KEPT_IN_TITLES = frozenset({"公报"})
Option = tuple[int, tuple[str, ...], str]


class TermFinder:
    """Finds the words of all terms in a stretch of text."""

    def __init__(self, lexicon: Lexicon) -> None:
        terms: dict[str, list[str]] = {}
        kinds: dict[str, str] = {}
        for row in lexicon.rows(Term):
            for word in row.words:
                terms.setdefault(word, []).append(row.term)
                kinds.setdefault(word, row.kind)
        for atom in {atom for alias in lexicon.rows(Alias) for atom in alias.atoms}:
            if atom in terms and atom not in terms[atom]:
                terms[atom].append(atom)
        lengths: dict[str, set[int]] = {}
        for word in terms:
            lengths.setdefault(word[:2], set()).add(len(word))
        self._lengths = {pair: tuple(sorted(found, reverse=True)) for pair, found in lengths.items()}
        """By the first two characters of words, how long words beginning so are, the longest first."""
        self._words: dict[str, Option] = {w: (len(w), tuple(terms[w]), kinds[w]) for w in terms}

    def find(self, text: str, start: int, end: int) -> list[Hit]:
        """All hits in text[start:end], in order, none overlapping another. Titles in 《》 are names and give none."""
        hits: list[Hit] = []
        lengths, words = self._lengths, self._words
        piece = text[start:end]
        free = 0
        for i in [i for i, pair in enumerate(map(add, piece, piece[1:])) if pair in lengths]:
            if i < free:
                continue
            for longest in lengths[piece[i : i + 2]]:
                option = words.get(piece[i : i + longest])
                if option is not None:
                    free = i + option[0]
                    hits.append(Hit(start + i, start + free, option[1], option[2]))
                    break
        return _without_titles(text, start, end, hits) if hits and "《" in text[start:end] else hits


def _without_titles(text: str, start: int, end: int, hits: list[Hit]) -> list[Hit]:
    titles = [match.span() for match in _TITLE.finditer(text, start, end)]
    return [
        hit
        for hit in hits
        if not _KEPT_IN_TITLES.isdisjoint(hit.terms) or not any(a <= hit.start and hit.end <= b for a, b in titles)
    ]


def either(words: Iterable[str]) -> str:
    """A regex alternation of plain words, the longest first."""
    return "|".join(regex.escape(word) for word in sorted(set(words), key=len, reverse=True))


def compiled(words: Iterable[str], before: str = "", after: str = "") -> regex.Pattern[str]:
    return regex.compile(f"{before}(?:{either(words)}){after}")


@dataclass(frozen=True, slots=True)
class CueSet:
    """The patterns of structure that several modules share, compiled once from cues.yaml."""

    filler_tail: regex.Pattern[str]
    """The filler words that end just before a number."""
    part_open: regex.Pattern[str]
    part_inside: regex.Pattern[str]
    part_outside: regex.Pattern[str]
    part_colon: regex.Pattern[str]
    part_listed: regex.Pattern[str]
    """分为五类：, 包括以下几类： somewhere behind a number: a list of its parts begins."""
    part_total: regex.Pattern[str]
    distributed: regex.Pattern[str]
    pointing: regex.Pattern[str]
    each_tail: regex.Pattern[str]
    share: regex.Pattern[str]
    kind_of_unit: dict[str, int]
    unit_groups: dict[str, tuple[str, ...]]


def compile_cues(cues: Cues) -> CueSet:
    kinds = {unit: number for number, units in enumerate(cues.unit_kinds) for unit in units}
    filler = either(cues.fillers)
    return CueSet(
        filler_tail=regex.compile(rf"(?:{filler}|[\s:：“”\"'（(])*$"),
        part_open=compiled(cues.parts.open, before="(?<!案)"),  # 引发的案件中，
        part_inside=compiled(cues.parts.inside, before=r"^[\s，,、：:（(]*"),
        part_outside=compiled(cues.parts.outside, after="(?!行)"),  # 另行制作 is no 另
        part_colon=regex.compile(
            rf"^[^，,；;。0-9]{{0,4}}[：:]|^[，,（(；;]?(?:内容|分别|主要|具体)?(?:{either(cues.parts.after_colon)})[：:为]?"
        ),
        part_listed=regex.compile(
            rf"(?:{either(w for w in cues.parts.after_colon if len(w) > 1)})[^，。；]{{0,12}}[：:]"
        ),
        part_total=compiled(cues.parts.total, after=r"(?:\p{Han}{0,12})?$"),
        distributed=compiled(cues.distributed),
        pointing=compiled(cues.pointing),
        each_tail=regex.compile(rf"(?:{either(cues.each)})(?:{either(cues.each_verbs)})?了?$"),
        share=regex.compile(
            r"(?:占比|比重|比例|占)(?:达到?|约?为|到|了|约|高达|超|超过)*$|占[^，,；;。]{1,24}?(?:的比例|比例|比重)?(?:为|的|约|达)*$"
        ),
        kind_of_unit=kinds,
        unit_groups={f"@{name}": tuple(units) for name, units in cues.unit_groups.items()},
    )
