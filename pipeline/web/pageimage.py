"""A page of a PDF as a picture, in a process of its own that may take so much time and memory and no more.

    python -m pipeline.web.pageimage sizes < report.pdf      [[width, height], …] in points, as JSON
    python -m pipeline.web.pageimage 3 < report.pdf          the third page as PNG

The file comes through standard input and the picture goes through standard output: no path is ever opened here.
"""

from __future__ import annotations

import json
import struct
import sys
import zlib
from contextlib import suppress
from math import sqrt

import pypdfium2 as pdfium

from pipeline.ingest.pdfpage import seen
from pipeline.web.originals import PAGES

SCALE = 1.6
"""Dots for each point: 115 to the inch, at which small print can be read."""
DOTS = 4_000_000
"""The most dots of one picture; a larger page is drawn smaller."""
MEMORY = 2 << 30
SECONDS = 20


def main() -> None:
    limit()
    told = sys.argv[1]
    document = pdfium.PdfDocument(sys.stdin.buffer.read())
    if told == "sizes":
        count = min(len(document), PAGES)
        answer = json.dumps([seen(document.raw, n)[:2] for n in range(count)]).encode()
    else:
        answer = picture(document, int(told) - 1)
    sys.stdout.buffer.write(answer)


def limit() -> None:
    """Bounds what this process may take, where the system can."""
    with suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def picture(document: pdfium.PdfDocument, index: int) -> bytes:
    """A page as PNG, the way up in which its text was read."""
    width, height, turned = seen(document.raw, index)
    scale = min(SCALE, sqrt(DOTS / max(width * height, 1.0)))
    drawn = document[index].render(scale=scale, rotation=turned, rev_byteorder=True, prefer_bgrx=False)
    return png(drawn.width, drawn.height, drawn.n_channels, bytes(drawn.buffer), drawn.stride)


def png(width: int, height: int, channels: int, dots: bytes, stride: int) -> bytes:
    """Rows of grey or RGB dots as a PNG file."""

    def chunk(name: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    rows = b"".join(b"\0" + dots[at : at + width * channels] for at in range(0, height * stride, stride))
    head = struct.pack(">IIBBBBB", width, height, 8, {1: 0, 3: 2, 4: 6}[channels], 0, 0, 0)
    body = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows, 6)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


if __name__ == "__main__":
    main()
