"""DOCX → Document.

The body is walked in order: paragraphs (with automatic numbers and heading levels), tables (merged cells keep their
origin), text boxes behind the paragraph they hang on, footnotes at the end. What Word does not show is not read:
deleted text, field codes, hidden text, comments, and the second copy of a text box kept for old versions. Headers and
footers of pages are furniture and stay out. Pictures are counted and told as a problem.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from pipeline.errors import DamagedFile, EmptyFile
from pipeline.ingest.build import DocumentBuilder
from pipeline.ingest.docxmarkup import ALTERNATE, chosen, has, merge, on, shown
from pipeline.ingest.docxnum import Numbering, Style, W, inherited, integer, read_styles, value
from pipeline.ingest.docxprops import properties
from pipeline.ingest.grid import compact
from pipeline.ingest.kinds import DOCX
from pipeline.ingest.layout import cell_text, is_layout
from pipeline.ingest.limits import LIMITS, Deadline, Limits, check_cells
from pipeline.ingest.ooxml import Element, Package, parse_xml
from pipeline.ingest.pictures import Recogniser, can_recognise, has_table, marked, marker
from pipeline.ingest.pieces import EDGE, Grid, Piece, Prose
from pipeline.model import Document

_MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_VAL = W + "val"
_OFFICE = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_EMBED, _RELATION = _OFFICE + "embed", _OFFICE + "id"

_P, _TBL, _TR, _TC, _R, _T = (W + n for n in ("p", "tbl", "tr", "tc", "r", "t"))
_PPR, _BOX, _CHUNK = W + "pPr", W + "txbxContent", W + "altChunk"
_THROUGH = frozenset(
    W + name
    for name in (
        *("sdt", "sdtContent", "customXml", "smartTag", "ins", "moveTo"),
        *("hyperlink", "fldSimple", "bdo", "dir", "ruby", "rubyBase"),
    )
)
_PICTURES = frozenset(
    ("{http://schemas.openxmlformats.org/drawingml/2006/main}blip", "{urn:schemas-microsoft-com:vml}imagedata")
)
_SIGNS = {W + "tab": "\t", W + "ptab": "\t", W + "cr": "\n", W + "noBreakHyphen": "-"}
_HEADING = re.compile(r"(?:heading|标题)\s*([1-9])$")
_MAX_SPAN = 1000


class _Paragraph:
    """A paragraph being read: its text, text boxes hanging on it, and the open fields."""

    __slots__ = ("boxes", "fields", "parts", "pictures")

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.boxes: list[Element] = []
        self.pictures: list[str] = []
        self.fields: list[bool] = []  # per open field: whether its code is still being told


class _Cell:
    """A table cell at its origin; it grows as merged cells turn up below or to the right of it."""

    __slots__ = ("colspan", "column", "pieces", "row", "rowspan")

    def __init__(self, row: int, column: int, colspan: int, pieces: list[Piece]) -> None:
        self.row = row
        self.column = column
        self.rowspan = 1
        self.colspan = colspan
        self.pieces = pieces


class _Reader:
    """The state of one reading."""

    def __init__(self, package: Package, main: str, limits: Limits, mark: bool = False) -> None:
        folder = main.rpartition("/")[0]
        self.limits = limits
        self.mark = mark
        self.deadline = Deadline(limits)
        self.package = package
        self.relations = package.relations(main)
        self.styles = read_styles(package.xml(f"{folder}/styles.xml"))
        self.numbering = Numbering(package.xml(f"{folder}/numbering.xml"))
        self.default = next((k for k, s in self.styles.items() if s.name == "normal"), None)
        self._chains: dict[str | None, list[Style]] = {}
        self.pictures: list[str] = []
        self.embedded = 0
        self.cells = 0
        self._carried = ""  # text of a paragraph whose mark was deleted: it flows into the next one

    def pieces(self, parent: Element) -> list[Piece]:
        """Paragraphs and tables below a body, a cell or a text box."""
        out: list[Piece] = []
        for child in self._blocks(parent):
            if child.tag == _P:
                self._paragraph(child, out)
            elif child.tag == _TBL:
                self.deadline.check()
                out += self._table(child)
            else:
                self.embedded += 1
        if self._carried:
            out.append(Prose(self._carried.strip(EDGE), None))
            self._carried = ""
        return out

    def _blocks(self, parent: Element) -> Iterator[Element]:
        """Paragraphs, tables and embedded chunks, through content controls and insertions."""
        stack = [iter(parent)]
        while stack:
            child = next(stack[-1], None)
            if child is None:
                stack.pop()
            elif child.tag in (_P, _TBL, _CHUNK):
                yield child
            elif child.tag in _THROUGH:
                stack.append(iter(child))
            elif child.tag == ALTERNATE:
                stack.append(iter(chosen(child)))

    def _paragraph(self, element: Element, out: list[Piece]) -> None:
        properties = element.find(_PPR)
        if properties is not None and not len(properties):
            properties = None
        paragraph = _Paragraph()
        self._inline(element, paragraph)
        text = self._carried + "".join(paragraph.parts)
        self._carried = ""
        if has(properties, "rPr", "del"):
            self._carried = text
        else:
            style_id = value(properties, "pStyle") or self.default
            label = self._label(properties, style_id)
            heading = self._heading(properties, style_id)
            for line in text.split("\n") if "\n" in text else (text,):
                line = line.strip(EDGE)
                if not line:
                    continue
                if label:
                    line = label + ("" if label[-1] > "\x7f" else " ") + line
                    label = ""
                out.append(Prose(line, heading))
        for relation in paragraph.pictures:
            if self.mark:
                out.append(Prose(marker(len(self.pictures)), None))
            self.pictures.append(relation)
        for box in paragraph.boxes:
            out += self.pieces(box)

    def _label(self, properties: Element | None, style_id: str | None) -> str:
        """The automatic number, from the paragraph or else from its style."""
        num = value(properties, "numPr/numId") if properties is not None else None
        printed_level = value(properties, "numPr/ilvl") if num is not None else None
        level = integer(printed_level, 0) if printed_level else None
        if num is None:
            style = next((s for s in self._styled(style_id) if s.num is not None), None)
            if style is None:
                return ""
            num, level = style.num, style.level
            if level is None and num is not None:
                level = self.numbering.level_of(num, style_id)
        return self.numbering.label(num, level or 0).strip(EDGE) if num and num != "0" else ""

    def _styled(self, style_id: str | None) -> list[Style]:
        """A style and those it is based on, looked up once."""
        found = self._chains.get(style_id)
        if found is None:
            found = self._chains[style_id] = inherited(self.styles, style_id)
        return found

    def _heading(self, properties: Element | None, style_id: str | None) -> int | None:
        """1–6 for heading styles and outline levels."""
        outline = value(properties, "outlineLvl") if properties is not None else None
        if outline is not None:
            level = integer(outline, 9) + 1
            return level if 1 <= level <= 6 else None
        for style in self._styled(style_id):
            if found := _HEADING.match(style.name):
                return min(int(found[1]), 6)
            if style.name == "title":
                return 1
            if style.outline is not None and 0 <= style.outline < 6:
                return style.outline + 1
        return None

    def _inline(self, parent: Element, into: _Paragraph) -> None:
        """Runs in order, through links, fields and insertions; deletions are not among what is descended into."""
        stack = [iter(parent)]
        while stack:
            child = next(stack[-1], None)
            if child is None:
                stack.pop()
                continue
            tag = child.tag
            if tag == _R:
                self._run(child, into)
            elif tag in _THROUGH:
                stack.append(iter(child))
            elif tag == ALTERNATE:
                stack.append(iter(chosen(child)))
            elif isinstance(tag, str) and tag.startswith(_MATH):
                into.parts += (t.text or "" for t in child.iter(_MATH + "t"))

    def _run(self, run: Element, into: _Paragraph) -> None:
        write: Callable[[str], str] = str
        for child in run:
            tag = child.tag
            if tag == _T:
                if not any(into.fields) and child.text:
                    into.parts.append(write(child.text))
            elif tag == W + "rPr":
                if on(child, "vanish"):
                    return
                write = shown(child)
            elif tag in _SIGNS:
                into.parts.append(_SIGNS[tag])
            elif tag == W + "br":
                if child.get(W + "type") in (None, "textWrapping"):
                    into.parts.append("\n")
            elif tag == W + "fldChar":
                self._field(child.get(W + "fldCharType"), into.fields)
            elif tag == ALTERNATE:
                self._drawing(chosen(child), into)
            elif tag in (W + "drawing", W + "pict"):
                self._drawing(child, into)
            elif tag == W + "object":
                self.embedded += 1
            elif tag == W + "ruby":
                self._inline(child, into)

    @staticmethod
    def _field(kind: str | None, fields: list[bool]) -> None:
        if kind == "begin":
            fields.append(True)
        elif kind == "separate" and fields:
            fields[-1] = False
        elif kind == "end" and fields:
            fields.pop()

    def _drawing(self, element: Element, into: _Paragraph) -> None:
        """Text boxes and pictures of a drawing. A box inside a box is read with the outer one."""
        stack = [iter((element,))]
        while stack:
            child = next(stack[-1], None)
            if child is None:
                stack.pop()
            elif child.tag == _BOX:
                into.boxes.append(child)
            elif child.tag in _PICTURES:
                into.pictures.append(child.get(_EMBED) or child.get(_RELATION) or "")
            elif child.tag == ALTERNATE:
                stack.append(iter(chosen(child)))
            else:
                stack.append(iter(child))

    def _table(self, table: Element) -> list[Piece]:
        placed: list[_Cell] = []
        above: dict[int, _Cell] = {}  # column → the merged cell that reaches down to the row above
        for r, row in enumerate(self._rows(table)):
            column = min(max(integer(value(row, "trPr/gridBefore"), 0), 0), _MAX_SPAN)
            reaching: dict[int, _Cell] = {}
            left: _Cell | None = None
            for cell in self._within(row, _TC):
                properties = cell.find(W + "tcPr")
                span = min(max(integer(value(properties, "gridSpan"), 1), 1), _MAX_SPAN)
                down = merge(properties, "vMerge")
                if down == "continue" and column in above:
                    origin = reaching[column] = above[column]
                    origin.rowspan = r - origin.row + 1
                elif left is not None and merge(properties, "hMerge") == "continue":
                    left.colspan += span
                else:
                    left = _Cell(r, column, span, self.pieces(cell))
                    placed.append(left)
                    if down:
                        reaching[column] = left
                    self.cells += 1
                    check_cells(self.cells, self.limits)
                column += span
            above = reaching
        return _as_pieces(placed)

    def _rows(self, table: Element) -> list[Element]:
        """Rows that were not deleted."""
        return [row for row in self._within(table, _TR) if not has(row, "trPr", "del")]

    def _within(self, parent: Element, wanted: str) -> list[Element]:
        """Rows of a table or cells of a row, through content controls."""
        out: list[Element] = []
        stack = [iter(parent)]
        while stack:
            child = next(stack[-1], None)
            if child is None:
                stack.pop()
            elif child.tag == wanted:
                out.append(child)
            elif child.tag in _THROUGH:
                stack.append(iter(child))
        return out


def _as_pieces(placed: list[_Cell]) -> list[Piece]:
    """A data table as one Grid; of a table that only arranges the page, its pieces."""
    if is_layout([cell.pieces for cell in placed if cell.pieces]):
        return [piece for cell in placed for piece in cell.pieces]
    cells = compact([(c.row, c.column, c.rowspan, c.colspan, cell_text(c.pieces)) for c in placed])
    if not any(cell.column for cell in cells):
        return [piece for cell in placed for piece in cell.pieces]
    return [Grid(cells)]


def read_docx(data: bytes, name: str, limits: Limits = LIMITS) -> Document:
    """Reads a Word file. Raises DamagedFile, EncryptedFile, EmptyFile, LimitExceeded."""
    package = Package(data, limits)
    main = next((t for k, t in package.relations("").values() if k == "officeDocument"), "word/document.xml")
    raw = package.part(main)
    if raw is None:
        main, raw = "word/document.xml", package.part("word/document.xml")
    if raw is None:
        raise DamagedFile("DOCX 中没有正文；请用 Word 或 WPS 打开并另存后再试")
    return _document(data, name, package, main, raw, limits)


def _document(data: bytes, name: str, package: Package, main: str, raw: bytes, limits: Limits) -> Document:
    root = parse_xml(raw, limits)
    body = root.find(W + "body")
    if body is None:
        raise DamagedFile("DOCX 中没有正文；请用 Word 或 WPS 打开并另存后再试")
    reader = _Reader(package, main, limits)
    pieces = _all_pieces(reader, body, main)
    recognise = bool(reader.pictures) and not has_table(pieces) and can_recognise()
    if not pieces and not reader.pictures:
        raise EmptyFile("DOCX 中没有文字；请确认文件完整")
    if recognise:
        reader = _Reader(package, main, limits, mark=True)
        pieces = _all_pieces(reader, body, main)
    builder = DocumentBuilder(limits)
    recogniser = Recogniser(builder, limits)
    for piece in pieces:
        if isinstance(piece, Grid):
            builder.table(piece.cells, "docx")
        elif recognise and (number := marked(piece)) is not None:
            target = reader.relations.get(reader.pictures[number], ("", ""))[1]
            recogniser.write(package.part(target) if target else None)
        else:
            builder.paragraph(piece.text, piece.heading)
    if reader.pictures and not recognise:
        advice = "" if has_table(pieces) else "；表格若为图片请安装文字识别：pip install 'gongkai[ocr]'"
        builder.problem("pictures", f"文档中有 {len(reader.pictures)} 张图片，图片中的文字没有读取{advice}")
    recogniser.tell("文档")
    if reader.embedded:
        builder.problem(
            "embedded", f"文档中有 {reader.embedded} 个嵌入对象（如 Excel 表），其内容没有读取；请转成普通表格"
        )
    title = properties(package, builder)
    return builder.document(data, name, DOCX, title=title)


def _all_pieces(reader: _Reader, body: Element, main: str) -> list[Piece]:
    """The body, then its notes."""
    pieces = reader.pieces(body)
    folder = main.rpartition("/")[0]
    for kind in ("footnote", "endnote"):
        notes = reader.package.xml(f"{folder}/{kind}s.xml")
        for note in () if notes is None else notes.iterfind(W + kind):
            if note.get(W + "type") in (None, "normal"):
                pieces += reader.pieces(note)
    return pieces
