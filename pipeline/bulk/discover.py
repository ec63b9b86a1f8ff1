"""What to read: files, folders, globs, archives, lists of addresses and manifests → Items.

An Item names one document and where its bytes come from; nothing is unpacked to disk. Whatever was named but is not
there becomes a Missing, so that the run can say so; files that cannot be reports (code, data) are counted as ignored.
"""

from __future__ import annotations

import csv
import glob
import hashlib
import os
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Protocol

import msgspec

from pipeline.errors import UsageError

IGNORED = frozenset({".json", ".jsonl", ".md", ".py", ".pyc", ".css", ".js", ".sh", ".yaml", ".yml", ".toml", ".duckdb",
                     ".wal", ".parquet", ".log", ".ico", ".svg", ".woff", ".woff2", ".ttf", ".map", ".db"})  # fmt: skip
ARCHIVES = (".zip", ".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz2", ".tar.xz", ".txz", ".warc", ".warc.gz")
PROTOCOLS = frozenset({"file", "s3", "gs", "gcs", "az", "abfs", "oss", "memory"})
"""fsspec protocols that may be named; http(s) is left to `gongkai fetch`, which is polite."""
HINTS = ("organ", "year", "published_on", "retrieved_on", "address")
"""Columns of a manifest that tell something of the document itself."""


class Item(msgspec.Struct, frozen=True):
    """One document to read. `source` is what the user sees and the database keeps; `member` a path in an archive."""

    source: str
    path: str
    member: str | None = None
    size: int = 0
    sha256: str = ""
    hints: tuple[tuple[str, str], ...] = ()
    """What a manifest says of it: organ, year, published_on, retrieved_on, address."""
    stamp: int = 0
    """When the file (or the archive it is in) last changed, in ns; 0 where that cannot be known."""
    held: str = ""
    """The version under which the database holds its result; "" where it holds none, or all is to be done again."""


class Missing(msgspec.Struct, frozen=True):
    """Something named that cannot be had, and why."""

    source: str
    code: str
    message: str


Found = Item | Missing


class Ignored(msgspec.Struct, frozen=True):
    """A file in a folder that cannot be a report by its name."""

    source: str
    stamp: int = 0


class Memory(Protocol):
    """What an earlier run saw of an archive, so that one that has not changed need not be unpacked again."""

    def entries(self, archive: str, stamp: int) -> list[Item | Ignored] | None:
        """The entries of the archive, if it has not changed since they were listed."""


class _Forgetful:
    def entries(self, archive: str, stamp: int) -> list[Item | Ignored] | None:
        return None


def stamp_of(status: os.stat_result) -> int:
    """When a file last changed. The time of change of the inode counts too: it cannot be set back by `touch`."""
    return max(status.st_mtime_ns, status.st_ctime_ns)


def discover(inputs: Iterable[str], memory: Memory | None = None) -> Iterator[Found | Ignored]:
    """All documents under the inputs, in a fixed order, each source once."""
    seen: set[str] = set()
    memory = memory or _Forgetful()
    for text in inputs:
        for found in _input(text, memory):
            if found.source not in seen:
                seen.add(found.source)
                yield found


def _input(text: str, memory: Memory) -> Iterator[Found | Ignored]:
    if text.startswith("@"):
        yield from _listed(Path(text[1:]), memory)
    elif "://" in text:
        yield from _remote(text)
    elif os.path.isdir(text):
        yield from _folder(Path(text), memory)
    elif os.path.isfile(text):
        yield from _file(Path(text), memory, named=True)
    elif glob.has_magic(text):
        names = sorted(glob.glob(text, recursive=True))
        if not names:
            yield Missing(text, "missing_file", f"没有文件符合「{text}」：请检查路径和通配符")
        for name in names:
            yield from _input(name, memory)
    else:
        yield Missing(text, "missing_file", f"找不到「{text}」：请检查路径")


def _folder(root: Path, memory: Memory) -> Iterator[Found | Ignored]:
    for folder, folders, names in os.walk(root):
        # A page saved by a browser keeps its pictures beside it in NAME_files; they belong to the page.
        folders[:] = sorted(f for f in folders if not f.startswith(".") and not f.endswith(("_files", ".files")))
        # A manifest tells more of the files beside it than their names do: it comes first.
        for name in sorted(names, key=lambda name: (not name.lower().endswith(".csv"), name)):
            if not name.startswith("."):
                yield from _file(Path(folder, name), memory, named=False)


def _file(path: Path, memory: Memory, *, named: bool) -> Iterator[Found | Ignored]:
    name = path.name.lower()
    try:
        status = path.stat()
    except OSError as error:  # gone since the folder was listed, or a link that leads nowhere
        yield Missing(str(path), "missing_file", f"读不到「{path}」：{error.strerror or error}")
        return
    if name.endswith(ARCHIVES):
        yield from _archive(path, stamp_of(status), memory)
    elif name.endswith(".csv") and (rows := _manifest(path, memory)) is not None:
        yield from rows
    elif not named and (path.suffix.lower() in IGNORED or name.endswith(".csv")):
        yield Ignored(str(path))
    else:
        yield Item(str(path), str(path), size=status.st_size, stamp=stamp_of(status))


def _archive(path: Path, stamp: int, memory: Memory) -> Iterator[Found | Ignored]:
    """The entries of an archive, hashed in the one pass over it; nothing is unpacked to disk."""
    from pipeline.errors import ReadError
    from pipeline.ingest.archive import entries

    if (held := memory.entries(str(path), stamp)) is not None:
        yield from held
        return
    try:
        for member, data in entries(path, path.name):
            source = f"{path}!/{member}"
            if Path(member).suffix.lower() in IGNORED:
                yield Ignored(source, stamp)
            elif isinstance(data, ReadError):
                yield Missing(source, data.code, data.message)
            else:
                yield Item(source, str(path), member, len(data), hashlib.sha256(data).hexdigest(), stamp=stamp)
    except ReadError as error:
        yield Missing(str(path), error.code, error.message)


def _listed(path: Path, memory: Memory) -> Iterator[Found | Ignored]:
    if not path.is_file():
        yield Missing(f"@{path}", "missing_file", f"找不到清单「{path}」：请检查路径")
        return
    for line in path.read_text(encoding="utf-8-sig").splitlines():
        if (line := line.strip()) and not line.startswith("#"):
            yield from _input(line, memory)


def _manifest(path: Path, memory: Memory) -> list[Found | Ignored] | None:
    """The documents of a manifest (a CSV with a column uri), or None if the file is no manifest.

    Relative addresses count from the manifest's folder. The columns of HINTS go along with the document; others do not.
    """
    with path.open(encoding="utf-8-sig", newline="") as file:
        try:
            reader = csv.DictReader(file)
            if "uri" not in (reader.fieldnames or ()):
                return None
            rows = list(reader)
        except (UnicodeDecodeError, csv.Error):
            return None
    found: list[Found | Ignored] = []
    for row in rows:
        uri = (row.get("uri") or "").strip()
        if not uri:
            continue
        target = uri if "://" in uri else str(path.parent / uri)
        hints = tuple((key, told) for key in HINTS if (told := (row.get(key) or "").strip()))
        for item in _input(target, memory):
            found.append(msgspec.structs.replace(item, hints=hints) if isinstance(item, Item) else item)
    return found


def _remote(uri: str) -> Iterator[Found | Ignored]:
    protocol = uri.split("://", 1)[0]
    if "::" in uri or protocol not in PROTOCOLS:
        if protocol in ("http", "https"):
            raise UsageError(f"「{uri}」是网址：请先用 gongkai fetch 下载，再处理下载到的文件夹")
        raise UsageError(f"不支持的地址「{uri}」：可用 {'、'.join(sorted(PROTOCOLS))}，且不可用 :: 串接")
    import fsspec

    system, path = fsspec.core.url_to_fs(uri)
    try:
        listing = system.glob(path, detail=True) if glob.has_magic(path) else system.find(path, detail=True)
    except OSError as error:
        yield Missing(uri, "missing_file", f"读不到「{uri}」（{error}）：请检查地址和权限")
        return
    if not listing:
        yield Missing(uri, "missing_file", f"找不到「{uri}」：请检查地址和权限")
    for name, told in sorted(listing.items()):
        full = system.unstrip_protocol(name)
        if told.get("type") == "directory":
            continue
        if Path(name).suffix.lower() in IGNORED:
            yield Ignored(full)
        else:
            yield Item(full, full, size=int(told.get("size") or 0), stamp=_remote_stamp(told))


def _remote_stamp(told: dict[str, object]) -> int:
    """When an object last changed, as its store tells it; 0 where it does not."""
    for key in ("LastModified", "mtime", "updated", "last_modified"):
        value = told.get(key)
        if isinstance(value, datetime):
            return int(value.timestamp() * 1e9)
        if isinstance(value, int | float):
            return int(value * 1e9)
    return 0


def content(item: Item, limit: int) -> bytes:
    """The bytes of an item; reads at most limit + 1 bytes, so that the reader can tell a file is too large."""
    if item.member is not None:
        return _member(item.path, item.member)
    if "://" in item.path:
        import fsspec

        with fsspec.open(item.path, "rb") as file:
            return bytes(file.read(limit + 1))
    with open(item.path, "rb") as file:
        return file.read(limit + 1)


_open_archive: dict[str, Iterator[tuple[str, bytes | Exception]]] = {}
"""The archive this process reads at the moment, and how far it is: batches come in order of the archive, so that each
process passes over it once."""


def _member(path: str, member: str) -> bytes:
    from pipeline.ingest.archive import entries

    for again in (False, True):
        if again or path not in _open_archive:
            _open_archive.clear()
            _open_archive[path] = entries(Path(path), Path(path).name)
        for name, data in _open_archive[path]:
            if name == member:
                if isinstance(data, Exception):
                    raise data
                return data
    raise FileNotFoundError(2, "压缩包里已没有这个文件", member)
