"""The file a report was read from, shown page by page where it still lies on this machine.

The database keeps what was read, not the file. Where it was found is recorded there, and its SHA-256: a file is shown
only if it is the very one that was read, so no address of a request and no changed path leads to another. Pictures are
drawn by a process of its own (pageimage.py) that can be killed, and the last ones are kept in memory.
"""

from __future__ import annotations

import hashlib
import json
import os
import stat
import subprocess
import sys
import threading
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path

from pipeline.ingest.limits import LIMITS

PDF = "application/pdf"
PAGES = 60
"""Pages that are shown; a report has ten."""
SECONDS = 25.0
KEPT = 64 << 20
"""Bytes of pictures that are kept."""
AT_ONCE = 2
"""Processes that draw at the same time; more wait."""


@dataclass(frozen=True, slots=True)
class Original:
    """What is known of a document's file: its hash, and where it was seen."""

    sha256: str
    media_type: str
    sources: tuple[str, ...]


Size = tuple[float, float]


class Originals:
    """The files of documents. `folder` is where relative paths start, and then nothing outside it is opened."""

    def __init__(self, folder: str | None = None) -> None:
        self._folder = Path(folder).resolve() if folder else None
        self._kept: OrderedDict[tuple[str, str], bytes] = OrderedDict()
        self._guard = threading.Lock()
        self._places = threading.BoundedSemaphore(AT_ONCE)

    def sizes(self, original: Original) -> list[Size]:
        """Width and height in points of each page; nothing where the file is not there or is no PDF."""
        told = self._drawn(original, "sizes")
        return [(float(width), float(height)) for width, height in json.loads(told)] if told else []

    def page(self, original: Original, number: int) -> bytes | None:
        """A page as PNG; None where the file is not there, or cannot be drawn."""
        return self._drawn(original, str(number))

    def _drawn(self, original: Original, what: str) -> bytes | None:
        if original.media_type != PDF:
            return None
        key = (original.sha256, what)
        with self._guard:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        content = self._content(original)
        if content is None:
            return None
        with self._places:
            drawn = _draw(content, what)
        if drawn is not None:
            with self._guard:
                self._kept[key] = drawn
                while len(self._kept) > 1 and sum(map(len, self._kept.values())) > KEPT:
                    self._kept.popitem(last=False)
        return drawn

    def _content(self, original: Original) -> bytes | None:
        """The file's bytes, if any place still has the very file that was read."""
        for source in original.sources:
            content = self._read(source)
            if content is not None and hashlib.sha256(content).hexdigest() == original.sha256:
                return content
        return None

    def _read(self, source: str) -> bytes | None:
        path = Path(self._folder or "", source)
        try:
            if self._folder is not None and not path.resolve().is_relative_to(self._folder):
                return None
            handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
            with os.fdopen(handle, "rb") as file:
                told = os.fstat(handle)
                if not stat.S_ISREG(told.st_mode) or told.st_size > LIMITS.max_bytes:
                    return None
                return file.read(LIMITS.max_bytes)
        except (OSError, ValueError):
            return None


def _draw(content: bytes, what: str) -> bytes | None:
    """What the drawing process answers; None where it fails or takes too long."""
    try:
        done = subprocess.run(
            [sys.executable, "-m", "pipeline.web.pageimage", what], input=content, capture_output=True, timeout=SECONDS,
            check=False,
        )  # fmt: skip
    except (subprocess.TimeoutExpired, OSError):
        return None
    return done.stdout if done.returncode == 0 and done.stdout else None
