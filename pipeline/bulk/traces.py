"""The part of the cache that keeps how numbers were linked (narrative/traced.py): a changed alias redoes little.

A trace belongs to one source of one document; `linked` tells under which version of the document's result it holds.
A result that is kept under a new version takes its trace along.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import Literal, NamedTuple

import msgspec

from pipeline.bulk.cache import CacheFile, Statement, opened, sealed
from pipeline.bulk.records import VERSION, Place
from pipeline.bulk.versions import Version, change
from pipeline.lexicon import Lexicon
from pipeline.lexicon.schema.prose import Cues
from pipeline.narrative.cues import compile_cues
from pipeline.narrative.linking import Linker
from pipeline.narrative.traced import Change, Keys, Trace, holds

_JOIN = "FROM linked k JOIN linking l ON l.key = k.key WHERE k.key = ?"
_MARK = "INSERT OR REPLACE INTO linked (key, version) VALUES (?, ?)"


def key_of(source: str, sha256: str) -> str:
    return hashlib.blake2b(source.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest() + sha256


class Became(msgspec.Struct, frozen=True, array_like=True):
    """What became of a document, as its outcome tells."""

    outcome: Literal["done", "done_with_problems", "set_aside"]
    problems: tuple[tuple[str, str], ...]
    counts: tuple[int, int, int, int]


class Kept(NamedTuple):
    """A trace, the version of the result it belongs to, what became of the document, and what is another now."""

    trace: Trace
    version: str
    became: Became
    changed: Change


_decode_became = msgspec.msgpack.Decoder(Became).decode


class Traces:
    """Traces as a process that works under one version sees them."""

    def __init__(self, file: CacheFile, now: Version, lexicon: Lexicon) -> None:
        self._file = file
        self._now = now
        self._lexicon = lexicon
        self._changes: dict[str, Change | None] = {}
        told = msgspec.json.encode(now)
        file.write([("INSERT OR IGNORE INTO aliases (version, told) VALUES (?, ?)", [(now.data, told)])])

    def get(self, source: str, sha256: str) -> Kept | None:
        """What is kept of a document under an earlier version that differs only in aliases."""
        row = self._file.row(f"SELECT k.version, l.asked, l.told, l.became {_JOIN}", key_of(source, sha256))
        changed = self._changed(row[0][:VERSION]) if row else None
        if row is None or changed is None:
            return None
        with suppress(ValueError):
            return Kept(Trace(opened(row[1]), opened(row[2])), row[0], _decode_became(row[3]), changed)
        return None

    def _changed(self, data: str) -> Change | None:
        """What differs between a data version and this one, None where that is not only aliases or not known."""
        if data == self._now.data:
            return None
        if data not in self._changes:
            row = self._file.row("SELECT told FROM aliases WHERE version = ?", data)
            before = msgspec.json.decode(row[0], type=Version) if row else None
            self._changes[data] = change(before, self._now, self._lexicon) if before else None
        return self._changes[data]

    def kept(self, traces: Sequence[tuple[str, str, str, Trace, Became]]) -> tuple[Statement, Statement]:
        """What keeps (source, sha256, version of the result, trace, what became of it) of several documents."""
        rows: list[tuple[str, bytes, bytes, bytes]] = []
        marks: list[tuple[str, str]] = []
        for source, sha256, version, trace, became in traces:
            key = key_of(source, sha256)
            rows.append((key, sealed(trace.asked), sealed(trace.told), msgspec.msgpack.encode(became)))
            marks.append((key, version))
        insert = "INSERT OR REPLACE INTO linking (key, asked, told, became) VALUES (?, ?, ?, ?)"
        return (insert, rows), (_MARK, marks)


class Judge:
    """Tells of documents whether a change of aliases links any of their numbers otherwise."""

    def __init__(self, file: CacheFile, lexicon: Lexicon) -> None:
        self._file = file
        self._linker = Linker(lexicon, compile_cues(lexicon.one(Cues)))

    def same(self, source: str, sha256: str, version: str, keys: Keys) -> bool | None:
        """Whether all is linked as it was under `version`; None where no trace tells."""
        row = self._file.row(f"SELECT l.asked {_JOIN} AND k.version = ?", key_of(source, sha256), version)
        with suppress(ValueError):
            return holds(self._linker, opened(row[0]), keys) if row else None
        return None

    def move(self, kept: Iterable[Place]) -> None:
        """Puts the version now on the traces of documents whose results are kept."""
        self._file.write([(_MARK, [(key_of(source, sha256), version) for source, sha256, version in kept])])

    def close(self) -> None:
        self._file.close()
