"""A page of a PDF as a picture, in a process of its own that may take so much time and memory and no more.

    python -m pipeline.web.pageimage sizes < report.pdf      [[width, height], …] in points, as JSON
    python -m pipeline.web.pageimage 3 < report.pdf          the third page as PNG

The file comes through standard input and the picture goes through standard output: no path is ever opened here.
"""

from __future__ import annotations

import json
import sys
from contextlib import suppress
from io import BytesIO
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
    written = BytesIO()
    document[index].render(scale=scale, rotation=turned).to_pil().save(written, "PNG")
    return written.getvalue()


if __name__ == "__main__":
    main()
