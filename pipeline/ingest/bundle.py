"""A page and the attachments that lie beside it, read as one report.

Many organs publish a page of prose with the tables attached as PDF, Word or Excel. Where a page has no table of its
own, the attachments that it links to (or names in full) and that lie in its folder are read, and their blocks stand
behind those of the page. The document stays the page's; a hint ("attachment", name) tells of each one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

from pipeline.errors import ReadError
from pipeline.ingest import kinds
from pipeline.ingest.archive import entries
from pipeline.ingest.limits import Limits, check_cells, check_text
from pipeline.ingest.local import inside
from pipeline.ingest.sniff import sniff
from pipeline.model import Block, Document, GridCell, Paragraph, Problem, RawTable

SUFFIXES = (".pdf", ".docx", ".doc", ".wps", ".xls", ".xlsx", ".zip")
MOST = 10
"""Attachments of one page, entries of archives among them."""
_NAMED = re.compile(r"[^\s/\\:：*?\"“”<>|，。；、]{6,80}\.(?:pdf|docx?|wps|xlsx?|zip)", re.IGNORECASE)
_GENERIC = re.compile(r"(?:附件|附表|附|表格|表|attachment|file|download)?[\s_\-（()）\d一二三四五六七八九十]*\.\w+")


def is_attachment(address: str) -> bool:
    """Whether a link leads to a file of a kind that may hold the tables."""
    return address.partition("?")[0].partition("#")[0].lower().endswith(SUFFIXES)


def with_attachments(document: Document, links: Sequence[str], beside: Path, limits: Limits) -> Document:
    """The document with the blocks of its attachments; itself where there are none."""
    found: list[tuple[str, Document]] = []
    problems: list[Problem] = []
    for path in _files(document.text, links, beside):
        for name, content in _contents(path, limits):
            if len(found) + len(problems) >= MOST:
                break
            part = content if isinstance(content, ReadError) else _read(content, name, limits)
            if isinstance(part, Document):
                found.append((name, part))
            elif part is not None:
                problems.append(Problem(code="attachment", message=f"附件「{name[:80]}」没有读取：{part.message}"))
    joined = document
    for name, part in found:
        joined = _joined(joined, name, part, limits)
    return msgspec.structs.replace(joined, problems=(*joined.problems, *problems)) if problems else joined


def _files(text: str, links: Sequence[str], beside: Path) -> list[Path]:
    """The attachments in the folder, each once, linked ones first."""
    addresses = [link for link in links if is_attachment(link)]
    # A general name (附件1.docx) may be another report's; only names that say what they are.
    addresses += [name for name in _NAMED.findall(text) if not _GENERIC.fullmatch(name)]
    paths = (inside(address, beside) for address in addresses[: 10 * MOST])
    return list(dict.fromkeys(path for path in paths if path is not None))[:MOST]


def _contents(path: Path, limits: Limits) -> Iterator[tuple[str, bytes | ReadError]]:
    """Name and bytes of a file, or of the entries of an archive."""
    try:
        if path.stat().st_size > limits.max_bytes:
            return
        data = path.read_bytes()
        if data and sniff(data, path.name) in kinds.ARCHIVES:
            yield from entries(data, path.name, limits)
        else:
            yield path.name, data
    except ReadError as error:
        yield path.name, error
    except OSError:
        return


def _read(data: bytes, name: str, limits: Limits) -> Document | ReadError | None:
    from pipeline.ingest import read

    if not name.lower().endswith(SUFFIXES):
        return None
    try:
        return read(data, name, limits=limits)
    except ReadError as error:
        return error


def _joined(document: Document, name: str, part: Document, limits: Limits) -> Document:
    """Two documents as one text; the offsets of the second moved."""
    shift = len(document.text)
    text = document.text + part.text
    check_text(len(text), limits)
    blocks = (*document.blocks, *(_moved(block, shift) for block in part.blocks))
    check_cells(sum(len(b.cells) for b in blocks if isinstance(b, RawTable)), limits)
    return msgspec.structs.replace(
        document,
        text=text,
        blocks=blocks,
        hints=(*document.hints, ("attachment", name)),
        problems=(*document.problems, *part.problems),
    )


def _moved(block: Block, shift: int) -> Block:
    if isinstance(block, Paragraph):
        return msgspec.structs.replace(block, start=block.start + shift, end=block.end + shift)
    cells = tuple(_moved_cell(cell, shift) for cell in block.cells)
    return msgspec.structs.replace(block, start=block.start + shift, end=block.end + shift, cells=cells)


def _moved_cell(cell: GridCell, shift: int) -> GridCell:
    return msgspec.structs.replace(cell, start=cell.start + shift, end=cell.end + shift)
