"""What a page says of itself: whether it has tables, and which attachments are its own."""

from __future__ import annotations

from pathlib import PurePosixPath
from urllib.parse import unquote, urljoin, urlsplit

from pipeline.errors import ReadError
from pipeline.ingest import kinds, read, sniff
from pipeline.model import RawTable

DOCUMENTS = frozenset({".pdf", ".doc", ".docx", ".xls", ".xlsx", ".wps", ".rtf"})
PICTURES = frozenset({".jpg", ".jpeg", ".png", ".tif", ".tiff", ".bmp"})
_ENOUGH_CELLS = 20
"""A table with fewer cells is no statutory table but layout."""
_PROSE = 800
"""A page with less text than this only leads to its attachments."""
_SUFFIXES = {kinds.HTML: ".html", kinds.TEXT: ".txt", kinds.MHTML: ".mhtml", kinds.PDF: ".pdf", kinds.DOCX: ".docx",
             kinds.XLSX: ".xlsx", kinds.DOC: ".doc", kinds.XLS: ".xls", kinds.RTF: ".rtf",
             kinds.ODT: ".odt"}  # fmt: skip
_KNOWN = DOCUMENTS | PICTURES | {".html", ".htm", ".shtml", ".txt", ".mhtml", ".mht", ".zip"}


def suffix(data: bytes, address: str) -> str:
    """The ending under which the bytes are kept: what they are, else what the address says."""
    named = PurePosixPath(unquote(urlsplit(address).path)).suffix.lower()
    try:
        kind = sniff(data, f"x{named}")
    except ReadError:
        return named if named in _KNOWN else ".bin"
    return _SUFFIXES.get(kind) or (named if named in _KNOWN else ".bin")


def attachments(data: bytes, address: str, most: int) -> tuple[list[str], bool]:
    """The attachments to follow, and whether the page itself is worth reading.

    A page with tables needs none. Pictures in the text count only where there is little text: the report as a scan.
    """
    try:
        if sniff(data, "page.html") != kinds.HTML:
            return [], True
        document = read(data, "page.html")
    except ReadError:
        return [], True
    if any(isinstance(block, RawTable) and len(block.cells) >= _ENOUGH_CELLS for block in document.blocks):
        return [], True
    long = len(document.text) >= _PROSE
    found = _links(data, address, pictures=not long)
    return found[:most], long or not found


def _links(data: bytes, address: str, *, pictures: bool) -> list[str]:
    from selectolax.lexbor import LexborHTMLParser

    from pipeline.ingest.encoding import decode

    tree = LexborHTMLParser(decode(data).text)
    base = tree.css_first("base[href]")
    root = urljoin(address, (base.attributes.get("href") or "") if base else "")
    wanted = [(node.attributes.get("href"), DOCUMENTS | PICTURES) for node in tree.css("a[href]")]
    if pictures:
        wanted += [(node.attributes.get("src"), PICTURES) for node in tree.css("img[src]")]
    found: dict[str, None] = {}
    for target, endings in wanted:
        try:
            full = urljoin(root, (target or "").strip()).partition("#")[0]
            parts = urlsplit(full)
        except ValueError:
            continue
        ending = PurePosixPath(unquote(parts.path)).suffix.lower()
        if parts.scheme in ("http", "https") and ending in endings and _own(parts.hostname, urlsplit(address).hostname):
            found[full] = None
    return list(found)


def _own(host: str | None, page: str | None) -> bool:
    """Whether a host belongs to the same site: equal, or equal but for the first label (www, file, oss …)."""
    if not host or not page:
        return False
    above = page.partition(".")[2]
    return host == page or ("." in above and (host == above or host.endswith(f".{above}")))
