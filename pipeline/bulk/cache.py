"""What was read of documents that are dear to read (PDF, Word, pictures), kept for when only the lexicon changes.

One SQLite file that all processes of a machine share. The key is the SHA-256 of the bytes, the reading version and the
ending of the name (which helps to tell what a file is). An entry is msgpack, compressed, with a checksum; one that does
not check, or a file that SQLite cannot open, counts as not there. The oldest go when the size limit is reached.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
import zlib
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import msgspec

from pipeline.model import Cell, Document, Paragraph, Problem, RawTable, Unread
from pipeline.tables import TablesResult

LIMIT = 2 << 30
"""Bytes the file may take; GONGKAI_CACHE_BYTES sets another."""
_LARGEST = 64 << 20
_CHECK = 8
_SHARE_DROPPED = 0.1


class _Kept(msgspec.Struct, frozen=True, array_like=True):
    """A Document and its TablesResult in a form that needs no tags: blocks by kind, and which kind comes when."""

    media_type: str
    text: str
    title: str | None
    address: str | None
    hints: tuple[tuple[str, str], ...]
    problems: tuple[Problem, ...]
    pages: int | None
    order: str
    paragraphs: tuple[Paragraph, ...]
    grids: tuple[RawTable, ...]
    cells: tuple[Cell, ...]
    spans: tuple[tuple[int, int], ...]
    forms: dict[str, str]
    unread: tuple[Unread, ...]
    table_problems: tuple[Problem, ...]


_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(_Kept).decode


def pack(document: Document, tables: TablesResult) -> bytes:
    """What was read, as bytes."""
    body = _encode(
        _Kept(
            document.media_type, document.text, document.title, document.address, document.hints, document.problems,
            document.pages, "".join("t" if isinstance(block, RawTable) else "p" for block in document.blocks),
            tuple(block for block in document.blocks if isinstance(block, Paragraph)),
            tuple(block for block in document.blocks if isinstance(block, RawTable)),
            tables.cells, tables.spans, tables.forms, tables.unread, tables.problems,
        )
    )  # fmt: skip
    packed = zlib.compress(body, 1)
    return hashlib.blake2b(packed, digest_size=_CHECK).digest() + packed


def unpack(kept: bytes, source: str, sha256: str) -> tuple[Document, TablesResult]:
    """The way back. Raises ValueError for what `pack` did not write."""
    if hashlib.blake2b(kept[_CHECK:], digest_size=_CHECK).digest() != kept[:_CHECK]:
        raise ValueError("checksum")
    expand = zlib.decompressobj()
    try:
        body = expand.decompress(kept[_CHECK:], _LARGEST)
        if expand.unconsumed_tail:
            raise ValueError("too large")
        told = _decode(body)
    except (zlib.error, msgspec.DecodeError) as error:
        raise ValueError(str(error)) from error
    paragraphs, grids = iter(told.paragraphs), iter(told.grids)
    document = Document(
        source=source, sha256=sha256, media_type=told.media_type, text=told.text,
        blocks=tuple(next(grids) if kind == "t" else next(paragraphs) for kind in told.order),
        title=told.title, address=told.address, hints=told.hints, problems=told.problems, pages=told.pages,
    )  # fmt: skip
    tables = TablesResult(
        cells=told.cells, spans=told.spans, forms=told.forms, unread=told.unread, problems=told.table_problems
    )
    return document, tables


def place() -> Path | None:
    """Where the cache of this user lies: GONGKAI_CACHE names a folder, "off" does without."""
    told = os.environ.get("GONGKAI_CACHE", "")
    if told == "off":
        return None
    folder = Path(told) if told else Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "gongkai"
    return folder / "reading.sqlite"


class ReadingCache:
    """The cache in one file, as one process sees it. Never raises: without it everything is only slower."""

    def __init__(self, path: Path, version: str, limit: int = 0) -> None:
        self._version = version
        self._limit = limit or int(os.environ.get("GONGKAI_CACHE_BYTES") or LIMIT)
        self._db: sqlite3.Connection | None = None
        with suppress(OSError, sqlite3.Error):
            path.parent.mkdir(parents=True, exist_ok=True)
            db = sqlite3.connect(path, timeout=5, isolation_level=None)
            db.execute("PRAGMA journal_mode = WAL")
            db.execute("PRAGMA synchronous = OFF")  # entries carry a checksum; losing some costs nothing
            db.execute("CREATE TABLE IF NOT EXISTS reading (key TEXT PRIMARY KEY, body BLOB)")
            self._db = db

    def _key(self, sha256: str, suffix: str) -> str:
        return f"{sha256}{self._version}{suffix}"

    def get(self, sha256: str, source: str, suffix: str) -> tuple[Document, TablesResult] | None:
        """What was read of these bytes by the same reading version, if it is still there."""
        if self._db is None:
            return None
        with suppress(sqlite3.Error, ValueError):
            row = self._db.execute("SELECT body FROM reading WHERE key = ?", (self._key(sha256, suffix),)).fetchone()
            return unpack(row[0], source, sha256) if row else None
        return None

    def put(self, read: Sequence[tuple[str, str, bytes]]) -> None:
        """Keeps (sha256, suffix, packed) of several documents."""
        if self._db is None or not read:
            return
        rows = [(self._key(sha256, suffix), packed) for sha256, suffix, packed in read if len(packed) < _LARGEST]
        with suppress(sqlite3.Error):
            self._db.execute("BEGIN IMMEDIATE")
            try:
                self._db.executemany("INSERT OR REPLACE INTO reading (key, body) VALUES (?, ?)", rows)
                self._make_room()
            except sqlite3.Error:
                self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")

    def _make_room(self) -> None:
        """Drops the oldest entries when the file is full; what they took is used again."""
        assert self._db is not None
        pages, free, size = (self._db.execute(f"PRAGMA {what}").fetchone()[0] for what in
                             ("page_count", "freelist_count", "page_size"))  # fmt: skip
        if (pages - free) * size <= self._limit:
            return
        count = self._db.execute("SELECT COUNT(*) FROM reading").fetchone()[0]
        self._db.execute(
            "DELETE FROM reading WHERE rowid IN (SELECT rowid FROM reading ORDER BY rowid LIMIT ?)",
            (max(1, int(count * _SHARE_DROPPED)),),
        )

    def close(self) -> None:
        if self._db is not None:
            self._db.close()
            self._db = None
