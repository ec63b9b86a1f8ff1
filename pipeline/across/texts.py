"""Repetition of prose: words, runs of words, and the buckets in which prose that is alike meets.

    prose → words (segmenter; numbers and marks left out) → runs of five words, of which a quarter is kept by its number
          → MinHash → bands → buckets

Two reports whose runs overlap by a Jaccard of 0.67 (a containment of 0.8) share at least two of the 32 buckets with a
probability of 94 %, from 0.75 on of 99 %; two that overlap by 0.4 in 5 %. What meets there is then compared run by run.
"""

from __future__ import annotations

import struct
from array import array
from collections.abc import Iterable, Sequence
from functools import lru_cache
from hashlib import blake2b

from pipeline.narrative.segment import Segmenter

RUN = 5
"""Words in a run: fewer, and set phrases of all reports count as copied; more, and a changed name hides too much."""
KEPT = 4
"""One run in so many is kept. Which ones depends on the run alone, so both reports keep the same ones."""
BANDS, ROWS = 32, 5
SEED = 20190415
LEAST_RUNS = 20
"""Prose with fewer runs (some 250 characters) is too short to say anything."""
SHARED, TRIED = 2, 3
"""Buckets two reports must share to be compared, and how many of the likeliest are compared."""

_FACTORS = (0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0xD6E8FEB86659FD93, 0xA0761D6478BD642F)
_MASK = (1 << 64) - 1


@lru_cache(maxsize=200_000)
def _number(word: str) -> int:
    """A number for a word that is the same on every machine; 0 for numbers and marks."""
    return int.from_bytes(blake2b(word.encode(), digest_size=8).digest(), "little") if word.isalpha() else 0


def runs(text: str, segmenter: Segmenter) -> array[int]:
    """The runs of words of some prose that are kept, as numbers, each once."""
    words = [number for number in map(_number, segmenter.words(text)) if number]
    f0, f1, f2, f3, f4 = _FACTORS
    found = {
        (a * f0 + b * f1 + c * f2 + d * f3 + e * f4 & _MASK) >> 32
        for a, b, c, d, e in zip(words, words[1:], words[2:], words[3:], words[4:], strict=False)
    }
    return array("I", sorted(number for number in found if number % KEPT == 0))


def buckets(found: Iterable[int], year: int | None) -> list[int]:
    """The buckets of a report among those of its year; none for prose that is too short."""
    tokens = [number.to_bytes(4, "little") for number in found]
    if len(tokens) < LEAST_RUNS:
        return []
    from rensa import RMinHash  # type: ignore[import-untyped, unused-ignore]  # it has no stubs

    sketch = RMinHash(num_perm=BANDS * ROWS, seed=SEED)
    sketch.update(tokens)
    digest: Sequence[int] = sketch.digest()
    out: list[int] = []
    for band in range(BANDS):
        part = struct.pack(f"<{ROWS}I", *digest[band * ROWS : (band + 1) * ROWS])
        key = blake2b(f"{year}/{band}/".encode() + part, digest_size=8).digest()
        out.append(int.from_bytes(key, "little", signed=True))
    return out
