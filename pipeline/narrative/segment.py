"""Segmentation into words behind one small interface.

jieba is the segmenter of record; rjieba, its Rust port, gives identical words with HMM off at twelve times the speed
and is used where it is installed. A test holds the two equal. Words of the lexicon are added to both.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Protocol

from pipeline.lexicon import Lexicon
from pipeline.lexicon.schema.prose import Term, UserWord

_TERM_FREQUENCY = 1000


class Segmenter(Protocol):
    """Cuts a text into words that join up to the text again."""

    def words(self, text: str) -> list[str]: ...


def user_words(lexicon: Lexicon) -> list[tuple[str, int]]:
    """(word, frequency) of every word the lexicon wants kept whole, each once, in file order."""
    found: dict[str, int] = {}
    for term in lexicon.rows(Term):
        for word in term.words:
            if word.isalpha() and not word.isascii():
                found.setdefault(word, _TERM_FREQUENCY)
    for row in lexicon.rows(UserWord):
        found[row.word] = row.frequency
    return list(found.items())


class JiebaSegmenter:
    """The reference: jieba's own tokenizer, HMM off."""

    def __init__(self, words: Iterable[tuple[str, int]]) -> None:
        import logging

        import jieba

        jieba.setLogLevel(logging.WARNING)
        self._tokenizer: Any = jieba.Tokenizer()
        for word, frequency in words:
            self._tokenizer.add_word(word, frequency)

    def words(self, text: str) -> list[str]:
        return list(self._tokenizer.lcut(text, HMM=False))


class RjiebaSegmenter:
    """The fast path: the same words from the Rust port."""

    def __init__(self, words: Iterable[tuple[str, int]]) -> None:
        import rjieba

        self._tokenizer: Any = rjieba.Jieba()
        for word, frequency in words:
            self._tokenizer.add_word(word, frequency, None)

    def words(self, text: str) -> list[str]:
        return list(self._tokenizer.cut(text, False))


def make_segmenter(lexicon: Lexicon) -> Segmenter:
    """The fast segmenter, or jieba where the fast one is not installed for this platform."""
    words = user_words(lexicon)
    try:
        return RjiebaSegmenter(words)
    except ImportError:
        return JiebaSegmenter(words)
