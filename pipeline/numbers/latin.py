"""Digits among Latin letters: addresses of pages, e-mail, codes, names such as H5."""

from __future__ import annotations

import re

from pipeline.numbers.knowledge import Found, Knowledge, unread

_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
TOUCHING_BEFORE = frozenset(_LETTERS + "/@_=&?#~.-")
TOUCHING_AFTER = frozenset(_LETTERS + "/@_=&?#~")
_RUN = re.compile(r"[A-Za-z0-9._\-/:?=&@#%~+]{1,2000}")
_LEFT = re.compile(r"[A-Za-z0-9._\-/:?=&@#%~+]{0,200}\Z")
_EDGE = "-/:?=&#%~+."


def latin(knowledge: Knowledge, text: str, start: int, end: int, covered: int) -> Found | None:
    """The run of Latin letters, digits and signs around text[start:end], when it holds a letter; else None.

    It does not reach before `covered`, where the last number ends.
    """
    if text[end : end + 1] in _LETTERS and knowledge.grammar.unit_alone.match(text, end):
        return None
    before = _LEFT.search(text, max(start - 200, covered), start)
    left = before.start() if before else start
    run = _RUN.match(text, start)
    right = run.end() if run else end
    while right > end and text[right - 1] in _EDGE:
        right -= 1
    while left < start and text[left] in _EDGE:
        left += 1
    word = text[left:right]
    if not any(c in _LETTERS for c in word):
        return None
    for pattern, reason, rule in knowledge.names:
        if pattern.fullmatch(word):
            return unread(text, left, right, reason, f"latin.{rule}")
    return None
