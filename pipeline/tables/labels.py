"""Labels: the key under which they are looked up, and how alike two damaged ones are."""

from __future__ import annotations

from difflib import SequenceMatcher
from functools import lru_cache

import regex

from pipeline.text import fold, label_key

LONGEST = 120
"""Longer cells are prose, never labels."""

_NUMBER = regex.compile(r"^(?:[0-9]{1,2}|[一二三四五六七八九十]{1,3})(?=\p{Han})")
_VALUE = regex.compile(r"[\s\d.,，．+\-－—–/／()（）增减加少元万亿件项个条%]*")
_DIGIT = regex.compile(r"\d")


@lru_cache(maxsize=16384)
def key(text: str) -> str:
    """The label key of a cell's text; "" for what is too long to be a label."""
    return "" if len(text) > LONGEST else label_key(text)


@lru_cache(maxsize=8192)
def bare(label: str) -> str:
    """A label key without its number (1属于国家秘密 → 属于国家秘密)."""
    return _NUMBER.sub("", label)


def names(keys: dict[str, list[str]], label: str) -> list[str]:
    """The ids a label key can stand for; the printed number is tried first, since it tells 3.其他 from （六）其他."""
    return keys.get(label) or keys.get(bare(label)) or []


@lru_cache(maxsize=16384)
def value_like(text: str) -> bool:
    """True for a cell that can only be a value: blank, number, sign, 增26, 211445600元."""
    return _VALUE.fullmatch(text if text.isascii() else fold(text).text) is not None


@lru_cache(maxsize=16384)
def has_number(text: str) -> bool:
    return _DIGIT.search(text) is not None


@lru_cache(maxsize=8192)
def likeness(one: str, other: str) -> float:
    """0–1: how much two label keys have in common, in order."""
    if not one or not other:
        return 0.0
    return SequenceMatcher(None, one, other, autojunk=False).ratio()


def best(label: str, candidates: dict[str, list[str]], least: float = 0.62, margin: float = 0.12) -> str | None:
    """The id whose labels are most like this key, if it is like enough and clearly more so than any other."""
    label = bare(label)
    if len(label) < 2:
        return None
    scored = sorted(
        ((max((likeness(label, word) for word in words), default=0.0), name) for name, words in candidates.items()),
        reverse=True,
    )
    if not scored or scored[0][0] < least:
        return None
    ahead = scored[0][0] - scored[1][0] if len(scored) > 1 else 1.0
    if ahead < margin and not (scored[0][0] >= 0.8 and ahead >= margin / 3):
        return None
    return scored[0][1]
