"""Parts of DOCX and XLSX files: unpacked within bounds, parsed without entities, DTDs or the network."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from typing import IO

from lxml import etree

from pipeline.errors import DamagedFile, EncryptedFile, LimitExceeded
from pipeline.ingest.limits import Limits, exceeded

ZIP_ERRORS = (
    zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError, KeyError, OverflowError,
    RuntimeError, struct.error, IndexError, UnicodeError,
)  # fmt: skip
"""What zipfile raises on broken archives (RuntimeError: a password is needed)."""

_END = b"PK\x05\x06"
_SMALLEST_ENTRY = 46
_OFFICE_PARTS = 20_000
Element = etree._Element

_STRICT = (
    (b"http://purl.oclc.org/ooxml/wordprocessingml/", b"http://schemas.openxmlformats.org/wordprocessingml/2006/"),
    (b"http://purl.oclc.org/ooxml/spreadsheetml/", b"http://schemas.openxmlformats.org/spreadsheetml/2006/"),
    (b"http://purl.oclc.org/ooxml/drawingml/", b"http://schemas.openxmlformats.org/drawingml/2006/"),
    (b"http://purl.oclc.org/ooxml/officeDocument/", b"http://schemas.openxmlformats.org/officeDocument/2006/"),
)
"""The namespaces of "Strict Open XML" and the usual ones."""


def open_zip(file: IO[bytes], size: int, limits: Limits, entries: int = _OFFICE_PARTS) -> zipfile.ZipFile:
    """Opens an archive whose directory is not too long. Raises DamagedFile, LimitExceeded.

    The directory is measured before zipfile makes an object for each of its entries.
    """
    file.seek(max(0, size - 66_000))
    tail = file.read(66_000)
    at = tail.rfind(_END)
    if at >= 0 and len(tail) >= at + 22:
        directory = int(struct.unpack_from("<L", tail, at + 12)[0])
        directory = min(directory, size)
        if directory > entries * _SMALLEST_ENTRY * 4:
            raise exceeded("压缩包条目数（max_entries）", entries, "请拆分压缩包后再读")
    file.seek(0)
    try:
        archive = zipfile.ZipFile(file)
    except ZIP_ERRORS as error:
        raise DamagedFile("压缩结构损坏（下载不完整）；请重新下载") from error
    if len(archive.filelist) > entries:
        raise exceeded("压缩包条目数（max_entries）", entries, "请拆分压缩包后再读")
    return archive


def read_entry(archive: zipfile.ZipFile, info: zipfile.ZipInfo, bound: int, limits: Limits) -> bytes:
    """One entry, never more than `bound` bytes of it in memory. Raises DamagedFile, EncryptedFile, LimitExceeded."""
    if info.flag_bits & 1:
        raise EncryptedFile("压缩包内的文件已加密；请取消密码后再读")
    check_ratio(info.file_size, info.compress_size, limits)
    if info.file_size > bound:
        raise exceeded("解压后的大小（max_bytes / max_part）", f"{bound} 字节", "请确认文件没有问题")
    try:
        with archive.open(info) as part:
            data = part.read(bound + 1)
    except ZIP_ERRORS as error:
        raise DamagedFile("压缩包内的文件损坏（下载不完整）；请重新下载") from error
    if len(data) > bound:
        raise exceeded("解压后的大小（max_bytes / max_part）", f"{bound} 字节", "请确认文件没有问题")
    return data


def check_ratio(unpacked: int, packed: int, limits: Limits) -> None:
    """Refuses what grows too much when unpacked."""
    if unpacked > limits.ratio_floor and unpacked > limits.max_ratio * max(packed, 1):
        raise exceeded("压缩比（max_ratio）", limits.max_ratio, "这不是正常的文件（可能是压缩炸弹），请勿打开")


class Package:
    """An Office file. `xml` gives the root element of a part, None where it is absent."""

    def __init__(self, data: bytes, limits: Limits) -> None:
        self._limits = limits
        self._archive = open_zip(io.BytesIO(data), len(data), limits)
        self._infos = {info.filename.lstrip("/").lower(): info for info in self._archive.filelist}
        self._left = limits.max_part

    def part(self, name: str) -> bytes | None:
        """The bytes of a part; what is unpacked in all is bounded by max_part."""
        info = self._infos.get(name.lstrip("/").lower())
        if info is None:
            return None
        data = read_entry(self._archive, info, self._left, self._limits)
        self._left -= len(data)
        return data

    def xml(self, name: str) -> Element | None:
        """The root of an XML part. Raises DamagedFile, LimitExceeded."""
        data = self.part(name)
        return None if data is None else parse_xml(data, self._limits)

    def relations(self, part: str) -> dict[str, tuple[str, str]]:
        """Relation id → (kind: the last word of its type, target path) of a part."""
        folder, _, file = part.rpartition("/")
        root = self.xml(f"{folder}/_rels/{file}.rels" if folder else f"_rels/{file}.rels")
        out: dict[str, tuple[str, str]] = {}
        for child in () if root is None else root:
            target = child.get("Target") or ""
            if child.get("TargetMode") == "External":
                continue
            path = target.lstrip("/") if target.startswith("/") or not folder else f"{folder}/{target}"
            out[child.get("Id") or ""] = ((child.get("Type") or "").rpartition("/")[2], _normal(path))
        return out


def _normal(path: str) -> str:
    """A part's name without . and .. in it."""
    out: list[str] = []
    for step in path.split("/"):
        if step == "..":
            del out[-1:]
        elif step not in ("", "."):
            out.append(step)
    return "/".join(out)


def parse_xml(data: bytes, limits: Limits) -> Element:
    """Parses one part. DTDs are refused: Office never writes one, entity bombs need one."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    if data.count(b"<") > limits.max_tags * 5:
        raise exceeded("文件内标签数（max_tags）", limits.max_tags * 5, "请确认这是一份年报")
    if b"http://purl.oclc.org/ooxml/" in data[:4096]:
        for strict, usual in _STRICT:
            data = data.replace(strict, usual)
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError, LookupError) as error:
        text = str(error)
        if "xcessive depth" in text or "mplification" in text or "huge" in text:
            raise LimitExceeded("文件内的嵌套或实体超过上限（256 层）；请用 Word 或 WPS 另存后再试") from error
        raise DamagedFile("文件内的 XML 损坏；请用 Word 或 WPS 打开并另存后再试") from error
    if root is None:
        raise DamagedFile("文件内的 XML 是空的；请重新下载")
    if root.getroottree().docinfo.internalDTD is not None:
        raise DamagedFile("文件内含有实体定义（DTD），不是正常的 Office 文件；请用 Word 或 WPS 另存后再试")
    return root
