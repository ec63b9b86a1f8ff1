"""Frames of a saved page: the files that lie beside it, as browsers save them (年报_files/content.html)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.parse import unquote, urlsplit

from pipeline.ingest.limits import Limits

_MAX_FRAMES = 20
_PAGES = (".html", ".htm", ".shtml", ".xhtml")


def frame_files(sources: Sequence[str], beside: Path | None, limits: Limits) -> Iterator[tuple[str, bytes | None]]:
    """(address, bytes) of each frame; None for one that is not a page below the folder `beside`, or too big."""
    for number, source in enumerate(sources):
        yield source, _content(source, beside, limits) if beside is not None and number < _MAX_FRAMES else None


def _content(source: str, beside: Path, limits: Limits) -> bytes | None:
    """A page is untrusted: its frames may not name anything outside the folder, nor follow links out of it."""
    try:
        parts = urlsplit(source)
        if parts.scheme or parts.netloc or not parts.path.lower().endswith(_PAGES):
            return None
        folder = beside.resolve()
        path = (folder / unquote(parts.path).lstrip("/\\")).resolve()
        if not path.is_relative_to(folder) or not path.is_file() or path.stat().st_size > limits.max_bytes:
            return None
        return path.read_bytes()
    except (OSError, ValueError):
        return None
