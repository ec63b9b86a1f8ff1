"""What the readers of HTML and DOCX collect before writing: prose and grids, each with where it stood."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from pipeline.ingest.build import CellText

Where = tuple[Any, int]
"""The container element around a piece: (the container around that one or None, its depth). Compared by identity."""


NOWHERE: Where = (None, 0)


class Prose(NamedTuple):
    """One paragraph: `linked` of its characters are inside links; `side` when in nav, footer, aside and the like."""

    text: str
    heading: int | None
    linked: int = 0
    where: Where = NOWHERE
    side: bool = False


class Grid(NamedTuple):
    """One table of data."""

    cells: list[CellText]
    linked: int = 0
    chars: int = 0
    where: Where = NOWHERE
    side: bool = False


Piece = Prose | Grid

_WIDE = r"\u2014-\u2026\u2e80-\u9fff\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef"
_WRAPPED = re.compile(rf"(?<=[{_WIDE}])[ \t]*[\r\n][ \t\r\n]*(?=[{_WIDE}])")
_RUN = re.compile(r"[ \t\r\n\f]+")
_BLANK = " \t\r\n\f\v\x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B)))
_INVISIBLE = "\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"
EDGE = _BLANK + _INVISIBLE
"""Blanks of any width and invisible characters."""


def tidy(raw: str) -> str:
    """White space as browsers show it: runs become one blank, none between two wide characters wrapped in the source.

    No-break and ideographic spaces stay inside the text (they are printed); at its edges every blank goes.
    """
    text = raw.strip()
    if len(text) < 2 and text not in _INVISIBLE:
        return text
    if text and (text[0] in _INVISIBLE or text[-1] in _INVISIBLE):
        text = text.strip(EDGE)
    if "\n" in text or "  " in text or "\t" in text or "\r" in text or "\f" in text:
        text = _RUN.sub(" ", _WRAPPED.sub("", text))
    return text
