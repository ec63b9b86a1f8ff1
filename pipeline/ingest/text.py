"""Plain text → Document: the text as it is, one paragraph per line that is not blank.

Tables that have fallen apart into lines are left as lines: pipeline.tables recognises them.
"""

from __future__ import annotations

import hashlib
import re

from pipeline.errors import EmptyFile
from pipeline.ingest.encoding import decode
from pipeline.ingest.limits import LIMITS, Limits, check_text
from pipeline.model import Document, Paragraph

# A line ends where str.splitlines would end it, except that FS, GS and RS (never line ends in practice) do not.
_LINE = re.compile(r"[^\n\r\v\f\x85\u2028\u2029]+")
_INVISIBLE = "\ufeff\u200b\u200c\u200d\u2060"


def read_text(data: bytes, name: str, limits: Limits = LIMITS, declared: str | None = None) -> Document:
    """Reads plain text. Raises EmptyFile when nothing but blanks is in it."""
    decoded = decode(data, declared)
    text = decoded.text
    if "\r" in text and "\n" not in text:
        text = text.replace("\r", "\n")  # line ends of old Macintosh files
    check_text(len(text), limits)
    blocks = tuple(
        Paragraph(start=line.start(), end=line.end())
        for line in _LINE.finditer(text)
        if (shown := line[0].strip()) and shown.strip(_INVISIBLE)
    )
    if not blocks:
        raise EmptyFile("文件中没有文字；请确认下载完整，或换一个来源")
    return Document(
        source=name,
        sha256=hashlib.sha256(data).hexdigest(),
        media_type="text/plain",
        text=text,
        blocks=blocks,
        hints=(("encoding", decoded.encoding),),
        problems=decoded.problems,
    )
