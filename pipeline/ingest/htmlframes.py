"""Frames of a saved page: the files that lie beside it, as browsers save them (年报_files/content.html)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from pipeline.ingest.build import DocumentBuilder
from pipeline.ingest.limits import Limits
from pipeline.ingest.local import inside

_MAX_FRAMES = 20
_PAGES = (".html", ".htm", ".shtml", ".xhtml")


def frame_files(sources: Sequence[str], beside: Path | None, limits: Limits) -> Iterator[tuple[str, bytes | None]]:
    """(address, bytes) of each frame; None for one that is not a page below the folder `beside`, or too big."""
    for number, source in enumerate(sources):
        yield source, _content(source, beside, limits) if beside is not None and number < _MAX_FRAMES else None


def _content(source: str, beside: Path, limits: Limits) -> bytes | None:
    """The page of a frame, when it is one and lies below the folder."""
    path = inside(source, beside) if source.partition("?")[0].partition("#")[0].lower().endswith(_PAGES) else None
    try:
        return path.read_bytes() if path is not None and path.stat().st_size <= limits.max_bytes else None
    except OSError:
        return None


def one_line(address: str) -> str:
    """An address of a page, fit for a message."""
    return "".join(c for c in address[:200] if c.isprintable())


def tell(builder: DocumentBuilder, frames: int, pictures: int, tables: bool) -> None:
    """Notes what the page shows but its text does not hold."""
    if frames and not tables:
        builder.problem("frames", f"页面含有 {frames} 个框架页，其内容没有读取；如有需要请单独下载")
    if pictures and not tables:
        builder.problem(
            "pictures",
            f"页面含有 {pictures} 张图片，图片中的文字没有读取；表格若为图片请另找原件，"
            "或安装文字识别：pip install 'gongkai[ocr]'",
        )
