"""Broken PDF files, references in circles, and 500 MB of spaces in every wrapping."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.errors import DamagedFile, EmptyFile, LimitExceeded, ReadError, UnsupportedFormat
from pipeline.ingest import load, read
from pipeline.ingest.archive import entries
from pipeline.model import Document
from tests.hostile.test_hostile_files import HTML, TEXT, outcome
from tests.ingest_files import docx, p, paragraphs, xlsx, zipped

REPORT = (Path(__file__).parents[2] / "samples" / "pinghu2022.pdf").read_bytes()
SPACES = 500 << 20


def pdf(*objects: str) -> bytes:
    """A PDF of these objects, the first its catalogue; without a table of offsets, as broken files are."""
    body = "".join(f"{number} 0 obj\n{one}\nendobj\n" for number, one in enumerate(objects, 1))
    return f"%PDF-1.4\n{body}trailer<</Root 1 0 R>>\n%%EOF".encode()


CATALOGUE = "<</Type/Catalog/Pages 2 0 R>>"
PDFS: dict[str, tuple[Callable[[], bytes], type[ReadError] | None]] = {
    "cut in half": (lambda: REPORT[: len(REPORT) // 2], DamagedFile),
    "only its head": (lambda: b"%PDF-1.7\n", DamagedFile),
    "only its tail": (lambda: REPORT[len(REPORT) // 2 :], UnsupportedFormat),
    "noise": (lambda: b"%PDF-1.4\n" + bytes((i * 7919) >> 3 & 255 for i in range(20_000)), DamagedFile),
    "a page inside": (lambda: b"%PDF-1.4\n" + HTML, DamagedFile),
    "no pages": (lambda: pdf(CATALOGUE, "<</Type/Pages/Kids[]/Count 0>>"), DamagedFile),
    "pages in a circle": (lambda: pdf(CATALOGUE, "<</Type/Pages/Kids[2 0 R 2 0 R]/Count 2>>"), None),
    "a page that is its own parent and content": (
        lambda: pdf(
            CATALOGUE,
            "<</Type/Pages/Kids[3 0 R]/Count 1>>",
            "<</Type/Page/Parent 3 0 R/MediaBox[0 0 9 9]/Contents 3 0 R>>",
        ),
        None,
    ),
    "a million pages": (
        lambda: pdf(CATALOGUE, "<</Type/Pages/Kids[3 0 R]/Count 1000000>>", "<</Type/Page/Parent 2 0 R>>"),
        LimitExceeded,
    ),
    "a page of endless size": (
        lambda: pdf(
            CATALOGUE, "<</Type/Pages/Kids[3 0 R]/Count 1>>", "<</Type/Page/Parent 2 0 R/MediaBox[0 0 1e30 1e30]>>"
        ),
        None,
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", PDFS)
def test_broken_pdf(case: str) -> None:
    make, expected = PDFS[case]
    result = outcome(make(), "a.pdf")
    if expected is None:  # nothing in it, but nothing that cannot be read
        assert isinstance(result, (Document, EmptyFile))
        assert not (isinstance(result, Document) and result.text)
    else:
        assert isinstance(result, expected), result


def deflated(size: int) -> tuple[bytes, int]:
    """So many spaces, packed, and their checksum; never held at once."""
    packer, piece, check = zlib.compressobj(1, zlib.DEFLATED, -15), b" " * (1 << 20), 0
    out = b""
    for _ in range(size >> 20):
        out += packer.compress(piece)
        check = zlib.crc32(piece, check)
    return out + packer.flush(), check


def test_500_megabytes_of_spaces(tmp_path: Path) -> None:
    packed, check = deflated(SPACES)
    trailer = check.to_bytes(4, "little") + (SPACES & 0xFFFFFFFF).to_bytes(4, "little")
    in_gzip = b"\x1f\x8b\x08\0\0\0\0\0\0\xff" + packed + trailer
    errors: list[ReadError] = []
    try:
        errors += (content for _, content in entries(in_gzip, "a.html.gz") if isinstance(content, ReadError))
    except ReadError as error:
        errors.append(error)
    assert isinstance(errors[0], LimitExceeded)

    path = tmp_path / "a.html"
    with path.open("wb") as file:
        file.truncate(SPACES)  # as long as 500 MB, without taking them
    with pytest.raises(LimitExceeded, match="max_bytes"):
        load(path)


def test_a_word_file_with_500_megabytes_of_spaces() -> None:
    buffer = io.BytesIO()
    archive = zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=1)
    with archive, archive.open("word/document.xml", "w", force_zip64=True) as part:
        for _ in range(SPACES >> 20):
            part.write(b" " * (1 << 20))
    assert isinstance(outcome(buffer.getvalue(), "a.docx"), LimitExceeded)


def test_a_page_that_is_its_own_frame(tmp_path: Path) -> None:
    path = tmp_path / "a.html"
    path.write_text(f"<p>{TEXT}</p><iframe src='a.html'></iframe><iframe src='b.html'></iframe>", encoding="utf-8")
    (tmp_path / "b.html").write_text(f"<p>{TEXT}</p><iframe src='a.html'></iframe>", encoding="utf-8")
    document = read(path.read_bytes(), "a.html", beside=tmp_path)
    assert paragraphs(document) == [TEXT] * 3


def test_numbering_that_refers_to_itself() -> None:
    numbering = (
        "<w:abstractNum w:abstractNumId='1'><w:numStyleLink w:val='x'/></w:abstractNum>"
        "<w:num w:numId='1'><w:abstractNumId w:val='1'/></w:num>"
    )
    styles = (
        '<w:style w:styleId="x"><w:name w:val="x"/><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
    )
    body = p(TEXT, "<w:numPr><w:ilvl w:val='0'/><w:numId w:val='1'/></w:numPr>")
    assert isinstance(outcome(docx(body, numbering=numbering, styles=styles), "a.docx"), Document)


def test_an_archive_within_itself() -> None:
    """Nesting ends at its limit however deep it goes."""
    data = zipped({"a.txt": TEXT})
    for _ in range(30):
        data = zipped({"b.zip": data})
    contents = [content for _, content in entries(data, "x.zip")]
    assert len(contents) == 1
    assert isinstance(contents[0], ReadError)


def test_a_workbook_whose_parts_refer_in_a_circle() -> None:
    relations = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        '<Relationship Id="rId1" Type="x/worksheet" Target="workbook.xml"/></Relationships>'
    )
    data = xlsx("<sheetData/>", extra={"xl/_rels/workbook.xml.rels": relations})
    assert isinstance(outcome(data, "a.xlsx"), (Document, ReadError))
