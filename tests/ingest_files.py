"""Files in many formats made in memory, for the tests of the readers."""

from __future__ import annotations

import io
import zipfile

from pipeline.model import Document, Paragraph, RawTable

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_DOCUMENT = (
    f'<w:document xmlns:w="{W}" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:v="urn:schemas-microsoft-com:vml" xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"><w:body>{}</w:body></w:document>'
)


def zipped(parts: dict[str, str | bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip file of these parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def docx(body: str, **parts: str) -> bytes:
    """A Word file with this body; `numbering`, `styles`, `footnotes`, `core` are the inner XML of those parts."""
    roots = {"numbering": "numbering", "styles": "styles", "footnotes": "footnotes"}
    files: dict[str, str | bytes] = {
        "[Content_Types].xml": "<Types/>",
        "word/document.xml": _DOCUMENT.replace("{}", body),
    }
    for key, inner in parts.items():
        if key == "core":
            files["docProps/core.xml"] = (
                '<cp:coreProperties xmlns:cp="c" xmlns:dc="http://purl.org/dc/elements/1.1/" '
                f'xmlns:dcterms="http://purl.org/dc/terms/">{inner}</cp:coreProperties>'
            )
        else:
            files[f"word/{key}.xml"] = f'<w:{roots[key]} xmlns:w="{W}">{inner}</w:{roots[key]}>'
    return zipped(files)


def p(text: str, properties: str = "") -> str:
    """A Word paragraph of one run."""
    return f"<w:p><w:pPr>{properties}</w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>"


def tc(content: str, properties: str = "") -> str:
    """A Word table cell; plain text becomes a paragraph."""
    inner = content if content.startswith("<") else p(content)
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{inner}</w:tc>"


def tbl(*rows: list[str]) -> str:
    """A Word table of rows of cells."""
    return "<w:tbl>" + "".join(f"<w:tr>{''.join(row)}</w:tr>" for row in rows) + "</w:tbl>"


def xlsx(sheet: str, strings: str = "", styles: str = "", extra: dict[str, str] | None = None) -> bytes:
    """A workbook of one sheet; `sheet` is the inner XML of worksheet."""
    s = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    r = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
    files: dict[str, str | bytes] = {
        "[Content_Types].xml": "<Types/>",
        "xl/workbook.xml": f'<workbook {s} {r}><sheets><sheet name="a" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": '<Relationships><Relationship Id="r1" Type="x/worksheet" '
        'Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": f"<worksheet {s}>{sheet}</worksheet>",
        "xl/sharedStrings.xml": f"<sst {s}>{strings}</sst>",
        "xl/styles.xml": f"<styleSheet {s}>{styles}</styleSheet>",
    }
    return zipped({**files, **(extra or {})})


def paragraphs(document: Document) -> list[str]:
    """The texts of the paragraphs."""
    return [document.text[b.start : b.end] for b in document.blocks if isinstance(b, Paragraph)]


def tables(document: Document) -> list[RawTable]:
    """The tables."""
    return [b for b in document.blocks if isinstance(b, RawTable)]


def grid(document: Document, number: int = 0) -> list[tuple[int, int, int, int, str]]:
    """(row, column, rowspan, colspan, text) of the cells of a table."""
    table = tables(document)[number]
    return [(c.row, c.column, c.rowspan, c.colspan, document.text[c.start : c.end]) for c in table.cells]


def rows(document: Document, number: int = 0) -> list[list[str]]:
    """A table as its rows of printed texts, what merged cells cover left out."""
    out: dict[int, list[str]] = {}
    for row, _, _, _, text in grid(document, number):
        out.setdefault(row, []).append(text)
    return [out[r] for r in sorted(out)]
