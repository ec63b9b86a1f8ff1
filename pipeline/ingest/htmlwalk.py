"""The walk over a page: what it shows, in order, as paragraphs and tables.

One walk over the tree that the HTML5 parser (lexbor) built, without recursion and without a selector per node:

- text collects in `_pieces` until an element boundary that ends a paragraph (`_flush`);
- a table opens a frame; its cells collect pieces of their own, so that nested tables come out inside their cell;
- when a table ends it is either data (a Grid with spans expanded) or layout (its pieces flow into what is around it).
"""

from __future__ import annotations

import re
from typing import Any

from selectolax.lexbor import LexborHTMLParser

from pipeline.ingest import htmltags as tags
from pipeline.ingest.bundle import is_attachment
from pipeline.ingest.htmlguard import lighten
from pipeline.ingest.htmlhidden import hidden_nodes
from pipeline.ingest.htmltable import OpenTable, finished, span
from pipeline.ingest.limits import Limits, check_cells
from pipeline.ingest.marks import mend
from pipeline.ingest.pictures import has_table, marker
from pipeline.ingest.pieces import EDGE, NOWHERE, Grid, Piece, Prose, Where, tidy

Node = Any

_SIDE_NAME = re.compile(
    r"(?:^|[\s_-])(?:nav|navbar|menu|foot|footer|copyright|sidebar|breadcrumbs?)(?:$|[\s_-])", re.IGNORECASE
)
_NUMBER = re.compile(r"\s*[-−—/\d.,%％]+\s*")
_HINTS = frozenset(
    (
        *("articletitle", "pubdate", "publishdate", "contentsource", "keywords", "description", "sitename"),
        *("columnname", "author", "url", "source", "date", "lasttime", "maketime", "createdate", "dc.date"),
        *("article:published_time", "og:title", "og:url", "og:site_name"),
    )
)
_MAX_HINT = 500
_MAX_FRAMES = 3
_LITTLE = 1000


class Walker:
    """The state of one walk."""

    def __init__(self, limits: Limits, hidden: frozenset[int], depth: int, keep: bool, mark: bool) -> None:
        self.limits = limits
        self.hidden = hidden
        self.dropped = tags.NEVER_SHOWN if keep else tags.NEVER_SHOWN | tags.NOT_THE_REPORT
        self.depth = depth
        self.out: list[Piece] = []
        self.title: str | None = None
        self.address: str | None = None
        self.hints: list[tuple[str, str]] = []
        self.frames: list[str] = []
        self.pictures: list[str] = []
        self.attachments: list[str] = []
        self.mark = mark
        self.keep = keep
        self.sheets = True
        self.ruled = False
        """Whether style sheets were applied, and whether one hid anything."""
        self.framed = False
        self.cells = 0
        self._pieces: list[str] = []
        self._linked = 0
        self._links = 0
        self._sides = 0
        self._pre = 0
        self._heading: int | None = None
        self._where: Where = NOWHERE
        self._table: OpenTable | None = None
        self._side_nodes: set[int] = set()

    def walk(self, root: Node) -> None:
        """Visits every node below and including `root`, in order."""
        node = root
        last = root.mem_id
        hidden, dropped, pieces = self.hidden, self.dropped, self._pieces
        paragraphs, special, leaves = tags.PARAGRAPHS, tags.SPECIAL, tags.LEAVES
        cells = tags.CELLS
        text, comment, known = tags.TEXT, tags.COMMENT, tags.UNKNOWN
        while True:
            tag = node.tag_id
            child = None
            if tag == text:
                self._text(node.text_content)
            elif tag == comment or tag in dropped or (hidden and node.mem_id in hidden):
                pass
            elif tag in paragraphs:
                if pieces:
                    self._flush()
                child = node.first_child
            elif tag not in special:
                if tag < known or node.tag not in tags.ISLANDS:
                    child = node.first_child
            elif tag in leaves:
                self._leaf(tag, node)
            elif tag in cells and self._simple_cell(node):
                pass
            else:
                self._enter(tag, node)
                child = node.first_child
                if child is None:
                    self._leave(tag, node)
            if child is not None:
                node = child
                continue
            after = node.next
            while after is None:
                node = node.parent
                if node is None:
                    break
                tag = node.tag_id
                if tag in paragraphs:
                    if pieces:
                        self._flush()
                elif tag in special:
                    self._leave(tag, node)
                if node.mem_id == last:
                    break
                after = node.next
            if after is None:
                self._flush()
                return
            node = after

    def _text(self, text: str | None) -> None:
        if not text or (not self._pieces and text.isspace() and not (self._pre and "\t" in text)):
            return
        if self._links:
            self._linked += len(text)
        if self._pre and "\n" in text:
            *lines, text = text.replace("\r", "").split("\n")
            for line in lines:
                self._pieces.append(line)
                self._flush()
        self._pieces.append(text)

    def _flush(self) -> None:
        """Ends a paragraph."""
        pieces = self._pieces
        if not pieces:
            return
        text = pieces[0] if len(pieces) == 1 else "".join(pieces)
        text = _preformatted(text) if self._pre else tidy(text)
        pieces.clear()
        if text:
            self.out.append(Prose(text, self._heading, self._linked, self._where, self._sides > 0))
        self._linked = 0

    def _enter(self, tag: int, node: Node) -> None:
        if tag == tags.LINKED:
            self._link(node.attributes)
            return
        self._flush()
        if tag in tags.CELLS:
            self._enter_cell(node)
        elif tag == tags.TR:
            if self._table:
                self._table.rows.append([])
        elif tag in tags.CONTAINERS:
            self._where = (self._where, self._where[1] + 1)
            attributes = node.attributes
            if attributes and _SIDE_NAME.search(f"{attributes.get('class') or ''} {attributes.get('id') or ''}"):
                self._sides += 1
                self._side_nodes.add(node.mem_id)
        elif tag in tags.HEADINGS:
            self._heading = tags.HEADINGS[tag]
        elif tag == tags.TABLE:
            self._table = OpenTable(self.out, self._table, self._heading)
            self._where = (self._where, self._where[1] + 1)
        elif tag in tags.SIDES:
            self._where = (self._where, self._where[1] + 1)
            self._sides += 1
        elif tag == tags.PRE:
            self._pre += 1

    def _leave(self, tag: int, node: Node) -> None:
        if tag == tags.LINKED:
            self._links -= "href" in node.attributes
            return
        self._flush()
        if tag in tags.CELLS:
            self._where = self._where[0]
            if self._table:
                self.out = self._table.outer
        elif tag in tags.CONTAINERS:
            self._where = self._where[0]
            if node.mem_id in self._side_nodes:
                self._sides -= 1
        elif tag in tags.HEADINGS:
            self._heading = None
        elif tag in tags.ROW_GROUPS:
            if self._table:
                self._table.end_group()
        elif tag == tags.TABLE:
            self._where = self._where[0]
            self._end_table()
        elif tag in tags.SIDES:
            self._where = self._where[0]
            self._sides -= 1
        elif tag == tags.PRE:
            self._pre -= 1

    def _simple_cell(self, node: Node) -> bool:
        """The short way for most cells, which hold one text, or one paragraph of one text; False for all others."""
        if self._table is None or self._links or self._pre or self._pieces:
            return False
        text = ""
        child = node.first_child
        if child is not None:
            if child.next is not None or (self.hidden and child.mem_id in self.hidden):
                return False
            if child.tag_id in tags.PARAGRAPHS:
                child = child.first_child
                if child is not None and child.next is not None:
                    return False
            if child is not None:
                if child.tag_id != tags.TEXT:
                    return False
                text = tidy(child.text_content or "")
        cell = self._open_cell(self._table, node)
        if text:
            where = (self._where, self._where[1] + 1)
            cell.append(Prose(text, self._heading, 0, where, self._sides > 0))
        return True

    def _enter_cell(self, node: Node) -> None:
        self._where = (self._where, self._where[1] + 1)
        if self._table is not None:
            self.out = self._open_cell(self._table, node)

    def _open_cell(self, table: OpenTable, node: Node) -> list[Piece]:
        """The list for the pieces of a new cell of this table."""
        self.cells += 1
        if not self.cells % 1024:
            check_cells(self.cells, self.limits)
        attributes = node.attributes
        rowspan = span(attributes.get("rowspan"), 1) if "rowspan" in attributes else 1
        colspan = span(attributes.get("colspan"), 1) or 1 if "colspan" in attributes else 1
        if not table.rows:
            table.rows.append([])
        cell: list[Piece] = []
        table.rows[-1].append((cell, rowspan, colspan))
        return cell

    def _end_table(self) -> None:
        table = self._table
        if table is None:
            return
        table.end_group()
        self.out = table.outer
        self._table = table.outer_table
        self._heading = table.heading
        self.out += finished(table, self._where, self._sides > 0, self.limits)

    def _leaf(self, tag: int, node: Node) -> None:
        """Elements whose attributes matter, not their content."""
        if tag == tags.BR:
            self._flush()
        elif tag == tags.IMG:
            self._picture(node.attributes)
        elif tag == tags.INPUT:
            value = node.attributes.get("value") if self._table else None
            if value and node.attributes.get("type", "text") == "text" and _NUMBER.fullmatch(value):
                self._text(value)
        elif tag == tags.META:
            self._meta(node.attributes)
        elif tag == tags.TITLE:
            self.title = self.title or tidy(node.text_content or node.text() or "") or None
        elif tag == tags.LINK:
            if (node.attributes.get("rel") or "").lower() == "canonical":
                self.address = (node.attributes.get("href") or "").strip() or self.address
        elif tag == tags.TEXTAREA:
            self._flush()
            self._page_within(node.text() or "", self.keep)
        else:
            self._frame(node.attributes)

    def _link(self, attributes: Any) -> None:
        self._links += "href" in attributes
        address = attributes.get("href")
        if address and is_attachment(address):
            self.attachments.append(address)

    def _picture(self, attributes: Any) -> None:
        """A picture that is no ornament of a menu; marked where it stands when it is going to be recognised."""
        if self._sides:
            return
        if self.mark:
            self._flush()
            self.out.append(Prose(marker(len(self.pictures)), None, 0, self._where))
        self.pictures.append(attributes.get("src") or "")

    def _meta(self, attributes: Any) -> None:
        key = (attributes.get("name") or attributes.get("property") or "").strip().lower()
        value = (attributes.get("content") or "").strip()
        if key in _HINTS and value and len(value) <= _MAX_HINT:
            self.hints.append((key, value))

    def _page_within(self, inner: str, keep: bool) -> None:
        """Reads a page written into an attribute or a text area of this one."""
        if self.depth < _MAX_FRAMES:
            walker = parse(inner, self.limits, keep_hidden=keep, depth=self.depth + 1)
            self.cells += walker.cells
            self.out += [p._replace(where=self._where, side=self._sides > 0) for p in walker.out]

    def _frame(self, attributes: Any) -> None:
        """A frame with its page inside it is read; one that only names its page is noted."""
        self._flush()
        inner = attributes.get("srcdoc")
        if inner and self.depth < _MAX_FRAMES:
            self._page_within(inner, False)
        elif attributes.get("src"):
            self.frames.append(attributes["src"])


def _preformatted(text: str) -> str:
    """A line of pre: its tabs part the cells of a table, and several blanks are no one blank."""
    return text.strip(" \r\n\xa0\u3000") if text.strip(EDGE) else ""


def parse(
    text: str, limits: Limits, *, keep_hidden: bool, depth: int = 0, mark: bool = False, sheets: bool = True
) -> Walker:
    """Walks over a page. `sheets`: what its style sheets hide is not read."""
    parser = LexborHTMLParser(lighten(text, limits, pictures=mark))
    mend(text, parser)
    root = parser.root
    hidden, ruled = (frozenset(), False) if keep_hidden else hidden_nodes(text, parser, limits, sheets=sheets)
    walker = Walker(limits, hidden, depth, keep_hidden, mark)
    walker.sheets, walker.ruled = sheets, ruled
    if root is not None:
        walker.walk(root)
    check_cells(walker.cells, limits)
    return walker


def visible(text: str, limits: Limits) -> Walker:
    """The pieces of what the page shows; of all it holds where that is next to nothing.

    Some pages keep the report in a hidden element, a text area or noscript, which a script unveils. What a style sheet
    hides is read where nothing else has a table.
    """
    walker = parse(text, limits, keep_hidden=False)
    if walker.ruled and not has_table(walker.out):
        unruled = parse(text, limits, keep_hidden=False, sheets=False)
        if has_table(unruled.out) or (_size(walker) < _LITTLE and _size(unruled) >= 2 * _size(walker)):
            walker = unruled
    size = _size(walker)
    if size >= _LITTLE or any(isinstance(piece, Grid) for piece in walker.out):
        return walker
    whole = parse(text, limits, keep_hidden=True)
    return whole if _size(whole) >= 2 * size else walker


def _size(walker: Walker) -> int:
    return sum(len(p.text) if isinstance(p, Prose) else p.chars for p in walker.out)
