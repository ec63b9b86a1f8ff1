"""Archives → their entries, one at a time: zip, tar (plain, gz, bz2, xz), single gz/bz2/xz files,
WARC, archives within.

Nothing is ever written to disk, so that names which climb out (../../etc) do no harm; they are cleaned for showing.
An entry that is encrypted, broken or too big is given as the error in place of its bytes: the others go on.
"""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, cast

from pipeline.errors import DamagedFile, LimitExceeded, ReadError, UnsupportedFormat
from pipeline.ingest import kinds
from pipeline.ingest.limits import LIMITS, Limits, check_size, exceeded
from pipeline.ingest.ooxml import check_ratio, open_zip, read_entry
from pipeline.ingest.sniff import sniff
from pipeline.ingest.warc import warc_entries

Entry = tuple[str, bytes | ReadError]
_STREAM_ERRORS = (OSError, EOFError, zlib.error, lzma.LZMAError, ValueError, tarfile.TarError, RuntimeError,
                  UnicodeError, OverflowError, IndexError)  # fmt: skip
_WARC = b"WARC/"
_UTF8_FLAG = 0x800
_CHUNK = 1 << 20
_SKIPPED = ("__MACOSX/", ".DS_Store", "Thumbs.db", "desktop.ini")
_SUFFIXES = (".gz", ".bz2", ".xz", ".tgz", ".tbz2", ".txz")


class _Budget:
    """What an archive has cost so far, archives within it included."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.count = 0
        self.size = 0

    def add(self, size: int) -> None:
        """Counts one entry. Raises LimitExceeded: the whole archive ends."""
        self.count += 1
        self.size += size
        if self.count > self.limits.max_entries:
            raise exceeded("压缩包条目数（max_entries）", self.limits.max_entries, "请拆分压缩包后再读")
        if self.size > self.limits.max_unpacked:
            raise exceeded("压缩包解压后的总大小（max_unpacked）", f"{self.limits.max_unpacked} 字节", "请拆分后再读")


def is_archive(data: bytes) -> bool:
    """Whether these first bytes begin an archive of files (a DOCX or XLSX is a zip too: ask sniff for those)."""
    return data.startswith((b"PK\x03\x04", b"PK\x05\x06", b"\x1f\x8b", b"BZh", b"\xfd7zXZ\0", _WARC)) or _is_tar(data)


def entries(source: bytes | Path, name: str, limits: Limits = LIMITS) -> Iterator[Entry]:
    """(name, bytes) of every file in an archive, names as path within it; the error in place of bytes it cannot give.

    A path is streamed and may be far bigger than `max_bytes`; bytes are not copied. Raises ReadError when the
    archive itself cannot be read or costs too much.
    """
    budget = _Budget(limits)
    if isinstance(source, bytes):
        yield from _of(io.BytesIO(source), len(source), name, budget, 1)
        return
    try:
        with source.open("rb") as file:
            yield from _of(file, source.stat().st_size, name, budget, 1)
    except FileNotFoundError as error:
        raise ReadError("找不到压缩包；请检查路径") from error


def _of(file: IO[bytes], size: int, name: str, budget: _Budget, depth: int) -> Iterator[Entry]:
    head = file.read(512)
    file.seek(0)
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        raw = _zip(file, size, budget)
    elif _is_tar(head):
        raw = _tar(file, size, budget)
    elif head.startswith(b"\x1f\x8b"):
        raw = _stream(cast("IO[bytes]", gzip.GzipFile(fileobj=file)), size, name, budget)
    elif head.startswith(_WARC):
        raw = _warc(file, budget)
    elif head.startswith(b"BZh"):
        raw = _stream(cast("IO[bytes]", bz2.BZ2File(file)), size, name, budget)
    elif head.startswith(b"\xfd7zXZ\0"):
        unpacker: IO[bytes] = cast("IO[bytes]", lzma.LZMAFile(file))  # noqa: SIM115 (ends with `file`)
        raw = _stream(unpacker, size, name, budget)
    else:
        raise UnsupportedFormat("不是支持的压缩包（支持 zip、tar、gz、bz2、xz、warc）；请解压后再读")
    for inner, content in raw:
        if not isinstance(content, bytes) or not is_archive(content[:512]) or not _is_plain(content, inner):
            yield inner, content
        elif depth >= budget.limits.max_nesting:
            yield inner, exceeded("压缩包嵌套层数（max_nesting）", budget.limits.max_nesting, "请解压后再读")
        else:
            try:
                for below, data in _of(io.BytesIO(content), len(content), inner, budget, depth + 1):
                    yield f"{inner}/{below}", data
            except LimitExceeded:
                raise
            except ReadError as error:
                yield inner, error


def _is_plain(content: bytes, name: str) -> bool:
    """Whether a zip is an archive of files and not an Office document."""
    try:
        return sniff(content, name) in kinds.ARCHIVES
    except ReadError:
        return False  # whoever reads the entry meets the same error and tells it


def _is_tar(head: bytes) -> bool:
    return head[257:262] == b"ustar"


def _zip(file: IO[bytes], size: int, budget: _Budget) -> Iterator[Entry]:
    limits = budget.limits
    archive = open_zip(file, size, limits, limits.max_entries)
    try:
        for info in archive.filelist:
            name = clean(_zip_name(info))
            if info.is_dir() or not name or name.startswith(_SKIPPED) or name.endswith(_SKIPPED):
                continue
            try:
                data = read_entry(archive, info, limits.max_bytes, limits)
            except ReadError as error:
                budget.add(0)
                yield name, error
                continue
            budget.add(len(data))
            yield name, data
    finally:
        archive.close()


def _zip_name(info: zipfile.ZipInfo) -> str:
    """The entry's name; Chinese Windows writes GBK without saying so, which zipfile reads as code page 437."""
    name = info.filename
    if info.flag_bits & _UTF8_FLAG or name.isascii():
        return name
    try:
        raw = name.encode("cp437")
    except UnicodeError:
        return name
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeError:
            continue
    return name


def _tar(file: IO[bytes], size: int, budget: _Budget) -> Iterator[Entry]:
    limits = budget.limits
    try:
        with tarfile.open(fileobj=file, mode="r|", encoding="utf-8", errors="surrogateescape") as archive:
            for member in archive:
                archive.members = []  # type: ignore[attr-defined] # not in the stubs; tarfile keeps every member it has seen
                name = clean(_tar_name(member.name))
                if not member.isfile() or not name or name.startswith(_SKIPPED) or name.endswith(_SKIPPED):
                    budget.add(0)
                    continue
                if member.size > limits.max_bytes:
                    budget.add(member.size)
                    yield name, exceeded("文件大小（max_bytes）", f"{limits.max_bytes} 字节", "请单独处理这个文件")
                    continue
                part = archive.extractfile(member)
                data = part.read(member.size) if part else b""
                budget.add(len(data))
                if len(data) < member.size:
                    yield name, DamagedFile("压缩包不完整，这个文件被截断；请重新下载压缩包")
                    return
                yield name, data
    except _STREAM_ERRORS as error:
        raise DamagedFile("压缩包损坏（下载不完整）；请重新下载") from error


def _tar_name(name: str) -> str:
    """Names that are not UTF-8 come as surrogates: read them as GB18030."""
    try:
        name.encode("utf-8")
        return name
    except UnicodeError:
        return name.encode("utf-8", "surrogateescape").decode("gb18030", "replace")


def _stream(file: IO[bytes], packed: int, name: str, budget: _Budget) -> Iterator[Entry]:
    """A compressed tar, or one compressed file."""
    bounded = _Bounded(file, packed, budget.limits)
    try:
        head = bounded.peek(512)
    except _STREAM_ERRORS as error:
        raise DamagedFile("压缩包损坏（下载不完整）；请重新下载") from error
    if _is_tar(head):
        yield from _tar(cast("IO[bytes]", bounded), packed, budget)
        return
    if head.startswith(_WARC):
        yield from _warc(cast("IO[bytes]", bounded), budget)
        return
    inner = name.rpartition("/")[2]
    for suffix in _SUFFIXES:
        inner = inner.removesuffix(suffix)
    try:
        data = bounded.read(budget.limits.max_bytes + 1)
    except _STREAM_ERRORS as error:
        raise DamagedFile("压缩文件损坏（下载不完整）；请重新下载") from error
    check_size(len(data), budget.limits)
    budget.add(len(data))
    yield clean(inner) or "未命名", data


def _warc(file: IO[bytes], budget: _Budget) -> Iterator[Entry]:
    """The pages of a crawler's archive."""
    try:
        for name, content in warc_entries(file, budget.limits):
            budget.add(len(content) if isinstance(content, bytes) else 0)
            yield name, content
    except _STREAM_ERRORS as error:
        raise DamagedFile("压缩包损坏（下载不完整）；请重新下载") from error


class _Bounded:
    """A decompressing stream that checks how much comes out of how little, before handing it on."""

    def __init__(self, file: IO[bytes], packed: int, limits: Limits) -> None:
        self._file = file
        self._packed = packed
        self._limits = limits
        self._ahead = b""
        self._given = 0

    def peek(self, size: int) -> bytes:
        """The first bytes, which the next read gives again."""
        self._ahead = self.read(size)
        return self._ahead

    def read(self, size: int = -1) -> bytes:
        """At most `size` bytes. Raises LimitExceeded."""
        pieces = [self._ahead[:size] if size >= 0 else self._ahead]
        self._ahead = self._ahead[len(pieces[0]) :]
        wanted = size - len(pieces[0]) if size >= 0 else self._limits.max_bytes + 1
        while wanted > 0:
            piece = self._file.read(min(wanted, _CHUNK))
            if not piece:
                break
            self._given += len(piece)
            check_ratio(self._given, self._packed, self._limits)
            if self._given > self._limits.max_unpacked:
                raise exceeded("解压后的总大小（max_unpacked）", f"{self._limits.max_unpacked} 字节", "请拆分后再读")
            pieces.append(piece)
            wanted -= len(piece)
        return b"".join(pieces)


def clean(name: str) -> str:
    """A name for showing and for `source`: forward slashes, no drive, no root, no way out, no control characters."""
    steps = [s for s in name.replace("\\", "/").replace("\0", "").split("/") if s not in ("", ".", "..")]
    if steps and len(steps[0]) == 2 and steps[0][1] == ":":
        steps = steps[1:]
    return "".join(c if c.isprintable() else "\ufffd" for c in "/".join(steps))[:1000]
