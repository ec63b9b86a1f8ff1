"""What a Word file says about itself: its title, and dates and names as hints."""

from __future__ import annotations

from lxml import etree

from pipeline.errors import DamagedFile
from pipeline.ingest.build import DocumentBuilder
from pipeline.ingest.ooxml import Package

_HINTS = {"created": "created", "modified": "modified", "creator": "author", "subject": "subject"}


def properties(package: Package, builder: DocumentBuilder) -> str | None:
    """Title and dates from docProps/core.xml; a broken part only costs these."""
    try:
        root = package.xml("docProps/core.xml")
    except DamagedFile:
        return None
    title: str | None = None
    for child in () if root is None else root:
        key = etree.QName(child).localname if isinstance(child.tag, str) else ""
        text = (child.text or "").strip()
        if key == "title":
            title = text or None
        elif key in _HINTS and text and len(text) <= 200:
            builder.hints.append((_HINTS[key], text))
    return title
