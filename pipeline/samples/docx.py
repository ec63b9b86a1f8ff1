"""Word documents: the smallest OOXML package that Word opens, with merged cells as Word writes them."""

from __future__ import annotations

import io
import random
import zipfile
from xml.sax.saxutils import escape

from pipeline.samples.draft import Block, Draft
from pipeline.samples.grid import Grid, width

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "application/vnd.openxmlformats-officedocument"
_REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_CORE = "application/vnd.openxmlformats-package.core-properties+xml"
_TYPES = (
    f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    f'<Override PartName="/word/document.xml" ContentType="{_OFFICE}.wordprocessingml.document.main+xml"/>'
    f'<Override PartName="/word/styles.xml" ContentType="{_OFFICE}.wordprocessingml.styles+xml"/>'
    f'<Override PartName="/docProps/core.xml" ContentType="{_CORE}"/></Types>'
)
_RELS = (
    f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_REL}/officeDocument" Target="word/document.xml"/>'
    f'<Relationship Id="rId2" Type="{_PACKAGE}/relationships/metadata/core-properties" Target="docProps/core.xml"/>'
    f"</Relationships>"
)
_DOCUMENT_RELS = (
    f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_REL}/styles" Target="styles.xml"/></Relationships>'
)
_STYLES = (
    f'{_HEAD}<w:styles xmlns:w="{_W}"><w:style w:type="paragraph" w:default="1" w:styleId="a"><w:name w:val="Normal"/>'
    f'</w:style><w:style w:type="paragraph" w:styleId="1"><w:name w:val="heading 1"/><w:basedOn w:val="a"/>'
    f'<w:pPr><w:outlineLvl w:val="0"/></w:pPr></w:style><w:style w:type="paragraph" w:styleId="2">'
    f'<w:name w:val="heading 2"/><w:basedOn w:val="a"/><w:pPr><w:outlineLvl w:val="1"/></w:pPr></w:style></w:styles>'
)


def _paragraph(text: str, style: str = "", align: str = "") -> str:
    properties = f'<w:pStyle w:val="{style}"/>' if style else ""
    properties += f'<w:jc w:val="{align}"/>' if align else ""
    run = f'<w:r><w:t xml:space="preserve">{escape(text)}</w:t></w:r>' if text else ""
    return f"<w:p><w:pPr>{properties}</w:pPr>{run}</w:p>" if properties else f"<w:p>{run}</w:p>"


def _block(block: Block) -> str:
    if block.kind == "sign":
        return _paragraph(block.text, align="right")
    return _paragraph(block.text, {"heading": "1", "subheading": "2"}.get(block.kind, ""))


def _table(draft: Draft, grid: Grid) -> str:
    """A cell spread over rows is repeated in each with vMerge, as the format wants it."""
    columns = width(grid)
    open_: dict[int, tuple[int, int]] = {}  # column → (rows still covered, columns of the cell)
    rows = []
    for row in grid:
        cells = []
        waiting = list(row)
        column = 0
        while column < columns:
            if column in open_:
                left, span = open_.pop(column)
                cells.append(_cell("", span, '<w:vMerge w:val="continue"/>'))
                if left > 1:
                    open_[column] = (left - 1, span)
                column += span
                continue
            box = waiting.pop(0)
            merge = ""
            if box.rowspan > 1:
                merge = '<w:vMerge w:val="restart"/>'
                open_[column] = (box.rowspan - 1, box.colspan)
            cells.append(_cell(draft.cell(box), box.colspan, merge))
            column += box.colspan
        rows.append(f"<w:tr>{''.join(cells)}</w:tr>")
    grid_columns = f'<w:gridCol w:w="{9000 // columns}"/>' * columns
    return f"<w:tbl><w:tblPr/><w:tblGrid>{grid_columns}</w:tblGrid>{''.join(rows)}</w:tbl><w:p/>"


def _cell(text: str, span: int, merge: str) -> str:
    wide = f'<w:gridSpan w:val="{span}"/>' if span > 1 else ""
    return f"<w:tc><w:tcPr>{wide}{merge}</w:tcPr>{_paragraph(text, align='center')}</w:tc>"


def document(draft: Draft, rng: random.Random) -> bytes:
    """A .docx file."""
    body = [_paragraph(draft.title, align="center")]
    for block in draft.blocks:
        body.append(_table(draft, draft.grid(block.text)) if block.kind == "table" else _block(block))
    main = f'{_HEAD}<w:document xmlns:w="{_W}"><w:body>{"".join(body)}<w:sectPr/></w:body></w:document>'
    core = (
        f'{_HEAD}<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties" '
        f'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>{escape(draft.title)}</dc:title>'
        f"<dc:creator>{escape(draft.organ)}</dc:creator></cp:coreProperties>"
    )
    return archive(
        {
            "[Content_Types].xml": _TYPES,
            "_rels/.rels": _RELS,
            "word/_rels/document.xml.rels": _DOCUMENT_RELS,
            "word/styles.xml": _STYLES,
            "docProps/core.xml": core,
            "word/document.xml": main,
        }
    )


def archive(files: dict[str, str | bytes]) -> bytes:
    """A zip file that is the same whenever it is made: times are fixed."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as package:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name, (2000, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            package.writestr(entry, content)
    return out.getvalue()
