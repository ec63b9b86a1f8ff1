"""A page with its attachments, and pictures in pages and Word files."""

from __future__ import annotations

import base64
import importlib.util
import io
import random
from pathlib import Path

import pytest

from pipeline.ingest import read
from pipeline.model import Document
from pipeline.samples import report
from pipeline.samples import scan as scans
from pipeline.tables import TableReader
from tests.ingest_files import docx, p, paragraphs, tables, tbl, tc, zipped

ROWS = [[tc(f"标签{r}"), *(tc(str(10 * r + c)) for c in range(5))] for r in range(4)]
TABLE = docx(tbl(*ROWS))
PAGE = "<html><body><h1>某局2022年政府信息公开工作年度报告</h1><p>一、总体情况。全年工作如下。</p>{}</body></html>"


def page(inner: str) -> bytes:
    return PAGE.format(inner).encode()


def names(document: Document) -> list[str]:
    return [value for key, value in document.hints if key == "attachment"]


def test_a_linked_attachment_is_part_of_the_report(tmp_path: Path) -> None:
    (tmp_path / "a_files").mkdir()
    (tmp_path / "a_files" / "统计表.docx").write_bytes(TABLE)
    document = read(page('<p><a href="a_files/统计表.docx">统计表</a></p>'), "a.html", beside=tmp_path)
    assert names(document) == ["统计表.docx"]
    (table,) = tables(document)
    assert [document.text[c.start : c.end] for c in table.cells[:3]] == ["标签0", "0", "1"]
    assert document.media_type == "text/html"
    assert document.source == "a.html"
    assert paragraphs(document)[0].startswith("某局")


def test_a_page_with_its_own_table_reads_no_attachment(tmp_path: Path) -> None:
    (tmp_path / "b.docx").write_bytes(TABLE)
    rows = "".join("<tr>" + "".join(f"<td>{r}{c}</td>" for c in range(6)) + "</tr>" for r in range(4))
    document = read(page(f'<table>{rows}</table><a href="b.docx">下载</a>'), "b.html", beside=tmp_path)
    assert names(document) == []
    assert len(tables(document)) == 1


@pytest.mark.parametrize("address", ["../outside.docx", "http://example.org/inside.docx", "file:///etc/inside.docx"])
def test_nothing_outside_the_folder_is_read(tmp_path: Path, address: str) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    (tmp_path / "outside.docx").write_bytes(TABLE)
    document = read(page(f'<a href="{address}">附件</a>'), "c.html", beside=folder)
    assert names(document) == []


def test_a_link_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    (tmp_path / "outside.docx").write_bytes(TABLE)
    (folder / "inside.docx").symlink_to(tmp_path / "outside.docx")
    assert names(read(page('<a href="inside.docx">附件</a>'), "c.html", beside=folder)) == []


def test_attachments_in_an_archive_and_named_in_the_text(tmp_path: Path) -> None:
    (tmp_path / "tables.zip").write_bytes(zipped({"x/一.docx": TABLE, "x/readme.txt": "忽略"}))
    (tmp_path / "某局2022年统计表.docx").write_bytes(TABLE)
    (tmp_path / "附件1.docx").write_bytes(TABLE)
    inner = '<a href="tables.zip">表</a><p>附件：某局2022年统计表.docx</p><p>附件1.docx</p>'
    document = read(page(inner), "d.html", beside=tmp_path)
    assert names(document) == ["x/一.docx", "某局2022年统计表.docx"]


def test_a_broken_attachment_is_told_and_the_page_read(tmp_path: Path) -> None:
    (tmp_path / "e.pdf").write_bytes(b"%PDF-1.4 broken")
    document = read(page('<a href="e.pdf">附件</a>'), "e.html", beside=tmp_path)
    assert [problem.code for problem in document.problems] == ["attachment"]
    assert "e.pdf" in document.problems[0].message


def test_attachments_are_bounded(tmp_path: Path) -> None:
    links = ""
    for number in range(30):
        (tmp_path / f"f{number}.docx").write_bytes(docx(p(f"附件正文{number}")))
        links += f'<a href="f{number}.docx">附件</a>'
    assert len(names(read(page(links), "f.html", beside=tmp_path))) == 10


def test_pictures_without_recognition_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.ingest.html.can_recognise", lambda: False)
    document = read(page('<p>表格如下：</p><img src="x.png">'), "g.html")
    (problem,) = document.problems
    assert problem.code == "pictures"
    assert "gongkai[ocr]" in problem.message


needs_ocr = pytest.mark.skipif(
    any(importlib.util.find_spec(name) is None for name in ("rapidocr", "cv2")),
    reason="the extra ocr is not installed: pictures cannot be recognised",
)


def _picture() -> tuple[bytes, dict[tuple[str, str | None], object]]:
    """The page with table 2 of a made report as a PNG, and the cells of that table."""
    try:
        font = str(scans.font_file())
    except FileNotFoundError:
        pytest.skip("no Chinese font on this machine: pictures cannot be drawn")
    written = report(8, 1, ["pdf"])
    draft = written.made.draft
    draft = draft._replace(blocks=tuple(b for b in draft.blocks if b.kind == "table" and b.text == "2"))
    from pipeline.samples import pdf

    image = scans.worsen(scans.draw(pdf.lay_out(draft)[0], 200, font), random.Random(1))
    out = io.BytesIO()
    image.save(out, "PNG")
    cells = {key: value for key, value in written.made.truth.cells.items() if key[0].startswith("t2.")}
    return out.getvalue(), dict(cells)


@needs_ocr
@pytest.mark.parametrize("kind", ["data", "file", "docx"])
def test_a_table_pasted_as_a_picture_is_recognised_in_its_place(kind: str, tmp_path: Path, lexicon: object) -> None:
    picture, truth = _picture()
    (tmp_path / "t.png").write_bytes(picture)
    if kind == "docx":
        drawing = '<w:p><w:r><w:drawing><a:blip xmlns:r="{}" r:embed="r1"/></w:drawing></w:r></w:p>'.format(
            "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
        )
        relations = '<Relationships><Relationship Id="r1" Type="x/image" Target="media/i.png"/></Relationships>'
        body = docx(p("前面的话") + drawing + p("后面的话"))
        data = _with_parts(body, {"word/_rels/document.xml.rels": relations, "word/media/i.png": picture})
        document = read(data, "h.docx")
    else:
        source = "t.png" if kind == "file" else "data:image/png;base64," + base64.b64encode(picture).decode()
        html = page(f'<p>前面的话</p><p><img src="{source}"></p><p>后面的话</p>')
        document = read(html, "h.html", beside=tmp_path)
    assert not document.problems
    texts = paragraphs(document)
    (table,) = tables(document)
    before = next(b for b in document.blocks if document.text[b.start : b.end] == "前面的话")
    after = next(b for b in document.blocks if document.text[b.start : b.end] == "后面的话")
    assert before.end < table.start < after.start
    assert texts.index("前面的话") < texts.index("后面的话")
    found = {(c.code, c.column): c.value for c in TableReader(lexicon).read(document).cells}  # type: ignore[arg-type] # the lexicon fixture
    assert {key: found[key] for key in truth} == truth


def _with_parts(data: bytes, parts: dict[str, str | bytes]) -> bytes:
    import zipfile

    out = io.BytesIO(data)
    with zipfile.ZipFile(out, "a") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()
