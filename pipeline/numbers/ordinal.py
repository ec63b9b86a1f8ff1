"""Numbers behind 第 and 前: ranks (第3名, 位列全省第一) are figures, other ordinals are not."""

from __future__ import annotations

import re
from decimal import Decimal

from pipeline.model import Quantity
from pipeline.numbers.knowledge import Found, Knowledge, unread
from pipeline.numbers.numerals import parse
from pipeline.numbers.reject import clause_before

_PLACE = re.compile(r" ?(?:名(?![单称录义誉目])(?:次)?|位(?![置于居]))")
_CLOSED = frozenset("，。；、！？,;.）)”’》\n 的（至到")
_NEAR = 14


def ordinal(knowledge: Knowledge, text: str, mark: int, start: int, end: int, chinese: bool) -> Found | None:
    """A number behind 第 (at `mark`). A Chinese one that is followed by no unit gives None: 第一时间."""
    rank = _rank(knowledge, text, mark, mark, start, end, chinese)
    if rank is not None:
        return rank
    if chinese:
        match = knowledge.grammar.chinese.match(text, end)
        if match is None or match.group(5) is None:
            return None
        end = match.end()
    return unread(text, mark, end, "ordinal", "ordinal")


def among_first(knowledge: Knowledge, text: str, start: int, end: int, chinese: bool) -> Found | None:
    """A number behind 前: 前3名, 位列前三; None behind 目前, 之前."""
    if not knowledge.grammar.first_before(text, start):
        return None
    if chinese and _PLACE.match(text, end) is None:
        return unread(text, start, end, "ordinal", "ordinal.first") if _ranked(knowledge, text, start - 1) else None
    return _rank(knowledge, text, start - 1, start, start, end, chinese, first=True)


def _rank(
    knowledge: Knowledge, text: str, mark: int, begin: int, start: int, end: int, chinese: bool, *, first: bool = False
) -> Found | None:
    place = _PLACE.match(text, end)
    if place is None and text[end : end + 1] not in _CLOSED and end < len(text):
        return None
    certain = place is not None and place[0].strip() != "位"
    if not certain and not _ranked(knowledge, text, mark):
        return None
    value = parse(text[start:end]) if chinese else Decimal(text[start:end])
    if value is None or not 0 < value < 10_000:
        return None
    stop = place.end() if place else end
    found = Quantity(
        start=begin,
        end=stop,
        number_end=end,
        value=value,
        unit="名",
        unit_printed=place[0].strip() if place else "",
        bound="max" if first else "exact",
        low=Decimal(1) if first else value,
        high=value,
        chinese=chinese,
        ordinal=True,
        bound_words="前" if first else "",
    )
    return found, ""


def _ranked(knowledge: Knowledge, text: str, mark: int) -> bool:
    """True when a word of ranking (排名, 位列, 全省) stands shortly before in the clause."""
    near = clause_before(text, mark)[-_NEAR:]
    return any(word in near for word in knowledge.grammar.ranks)
