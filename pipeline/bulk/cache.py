"""What was read of documents, kept for when only the lexicon changes.

One SQLite file that all processes of a machine share; traces.py keeps its part in it too. The key is the SHA-256 of
the bytes, the reading version and the ending of the name (which helps to tell what a file is). An entry is msgpack,
compressed, with a checksum; one that does not check, or a file that SQLite cannot open, counts as not there. The
oldest go when the size limit is reached.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
import zlib
from array import array
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec

from pipeline.model import Cell, Document, Paragraph, Problem, RawTable, Unread
from pipeline.tables import TablesResult

LIMIT = 4 << 30
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
    return sealed(body)


def sealed(body: bytes) -> bytes:
    """Compressed, with a checksum in front."""
    packed = zlib.compress(body, 1)
    return hashlib.blake2b(packed, digest_size=_CHECK).digest() + packed


def opened(kept: bytes) -> bytes:
    """The way back. Raises ValueError for what `sealed` did not write."""
    if hashlib.blake2b(kept[_CHECK:], digest_size=_CHECK).digest() != kept[:_CHECK]:
        raise ValueError("checksum")
    expand = zlib.decompressobj()
    try:
        body = expand.decompress(kept[_CHECK:], _LARGEST)
    except zlib.error as error:
        raise ValueError(str(error)) from error
    if expand.unconsumed_tail:
        raise ValueError("too large")
    return body


def unpack(kept: bytes, source: str, sha256: str) -> tuple[Document, TablesResult]:
    """The way back. Raises ValueError for what `pack` did not write."""
    try:
        told = _decode(opened(kept))
    except msgspec.DecodeError as error:
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


Statement = tuple[str, Sequence[tuple[Any, ...]]]
"""A statement and the rows of values it is run with."""
_TABLES = (
    "CREATE TABLE IF NOT EXISTS reading (key TEXT PRIMARY KEY, body BLOB)",
    "CREATE TABLE IF NOT EXISTS linking (key TEXT PRIMARY KEY, asked BLOB, told BLOB, became BLOB)",
    "CREATE TABLE IF NOT EXISTS linked (key TEXT PRIMARY KEY, version TEXT) WITHOUT ROWID",
    "CREATE TABLE IF NOT EXISTS runs (key TEXT PRIMARY KEY, body BLOB)",
    "CREATE TABLE IF NOT EXISTS aliases (version TEXT PRIMARY KEY, told BLOB)",
)


class CacheFile:
    """The file as one process sees it. Never raises: without it everything is only slower."""

    def __init__(self, path: Path, limit: int = 0) -> None:
        self._limit = limit or int(os.environ.get("GONGKAI_CACHE_BYTES") or LIMIT)
        self._db: sqlite3.Connection | None = None
        with suppress(OSError, sqlite3.Error):
            path.parent.mkdir(parents=True, exist_ok=True)
            db = sqlite3.connect(path, timeout=5, isolation_level=None)
            db.execute("PRAGMA journal_mode = WAL")
            db.execute("PRAGMA synchronous = OFF")  # entries carry a checksum; losing some costs nothing
            for table in _TABLES:
                db.execute(table)
            self._db = db

    def row(self, query: str, *values: Any) -> tuple[Any, ...] | None:
        """The first row of a query, None where there is none."""
        if self._db is None:
            return None
        with suppress(sqlite3.Error):
            found: tuple[Any, ...] | None = self._db.execute(query, values).fetchone()
            return found
        return None

    def write(self, statements: Sequence[Statement]) -> None:
        """Runs statements in one transaction: all of them or none."""
        statements = [(sql, rows) for sql, rows in statements if rows]
        if self._db is None or not statements:
            return
        with suppress(sqlite3.Error):
            self._db.execute("BEGIN IMMEDIATE")
            try:
                for sql, rows in statements:
                    self._db.executemany(sql, rows)
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
        for table in ("reading", "linking", "runs"):
            count = self._db.execute(f"SELECT COUNT(*) FROM {table}").fetchone()[0]
            self._db.execute(
                f"DELETE FROM {table} WHERE rowid IN (SELECT rowid FROM {table} ORDER BY rowid LIMIT ?)",
                (max(1, int(count * _SHARE_DROPPED)),),
            )
        self._db.execute("DELETE FROM linked WHERE key NOT IN (SELECT key FROM linking)")

    def close(self) -> None:
        if self._db is not None:
            self._db.close()
            self._db = None


class ReadingCache:
    """The part of the file that keeps what was read under one reading version."""

    def __init__(self, file: CacheFile, version: str) -> None:
        self._file = file
        self._version = version

    def _key(self, sha256: str, suffix: str) -> str:
        return f"{sha256}{self._version}{suffix}"

    def get(self, sha256: str, source: str, suffix: str) -> tuple[Document, TablesResult] | None:
        """What was read of these bytes by the same reading version, if it is still there."""
        row = self._file.row("SELECT body FROM reading WHERE key = ?", self._key(sha256, suffix))
        with suppress(ValueError):
            return unpack(row[0], source, sha256) if row else None
        return None

    def kept(self, read: Sequence[tuple[str, str, bytes]]) -> Statement:
        """What keeps (sha256, suffix, packed) of several documents."""
        rows = [(self._key(sha256, suffix), packed) for sha256, suffix, packed in read if len(packed) < _LARGEST]
        return "INSERT OR REPLACE INTO reading (key, body) VALUES (?, ?)", rows


class RunsCache:
    """The part of the file that keeps the runs of words of prose, which the checks for repetition compare."""

    def __init__(self, file: CacheFile) -> None:
        self._file = file

    def get(self, names: Sequence[str]) -> dict[str, array[int]]:
        """Those of the runs by these names that are there."""
        found: dict[str, array[int]] = {}
        for name in names:
            row = self._file.row("SELECT body FROM runs WHERE key = ?", name)
            with suppress(ValueError):
                if row:
                    found[name] = array("I", opened(row[0]))
        return found

    def put(self, made: Mapping[str, array[int]]) -> None:
        rows = [(name, sealed(runs.tobytes())) for name, runs in made.items()]
        self._file.write([("INSERT OR REPLACE INTO runs (key, body) VALUES (?, ?)", rows)])
