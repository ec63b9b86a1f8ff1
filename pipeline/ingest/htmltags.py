"""Lexbor's numbers of HTML tags, by what the reader does at them. Unknown elements (o:p) count as inline."""

from __future__ import annotations

from typing import Any

from selectolax.lexbor import LexborHTMLParser

_PROBE: Any = LexborHTMLParser("<p>a<!--b-->")


def _ids(names: str) -> frozenset[int]:
    """Lexbor's numbers of these tags."""
    return frozenset(_PROBE.create_node(name).tag_id for name in names.split())


def _id(name: str) -> int:
    return next(iter(_ids(name)))


TEXT = next(n.tag_id for n in _PROBE.root.traverse(include_text=True) if n.tag == "-text")
COMMENT = next(n.tag_id for n in _PROBE.root.traverse(include_text=True) if n.tag == "-comment")
NEVER_SHOWN = _ids("script style template svg math colgroup col rt rp")
NOT_THE_REPORT = _ids("noscript noframes select optgroup option datalist button textarea")
PARAGRAPHS = _ids("p li dt dd address blockquote center figcaption figure fieldset legend summary hr ul ol dl menu")
CONTAINERS = _ids("div section article main body form header details hgroup dialog search")
SIDES = _ids("nav footer aside")
HEADINGS = {_id(f"h{n}"): n for n in range(1, 7)}
ROW_GROUPS = _ids("tbody thead tfoot")
CELLS = _ids("td th")
TABLE, TR, CAPTION, BR, LINKED, PRE = (_id(n) for n in ("table", "tr", "caption", "br", "a", "pre"))
TITLE, META, LINK, IMG, INPUT, IFRAME, FRAME, TEXTAREA = (
    _id(n) for n in ("title", "meta", "link", "img", "input", "iframe", "frame", "textarea")
)
LEAVES = _ids("title meta link img input iframe frame br textarea")
SPECIAL = (
    CONTAINERS | SIDES | set(HEADINGS) | ROW_GROUPS | CELLS | LEAVES | {TABLE, TR, CAPTION, LINKED, PRE}
)  # fmt: skip
UNKNOWN = 10_000
"""Known tags have numbers below this; those of unknown ones differ from page to page."""
ISLANDS = frozenset({"xml"})
"""Unknown elements whose content is not shown: settings that Word leaves in its pages."""
