# ruff: noqa: E501  (a line of Chinese counts double)
"""Random and mutated bytes: every reader ends with a Document or one of our own errors."""

from __future__ import annotations

import importlib.util
import io
import tarfile
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.errors import GongkaiError
from pipeline.ingest import read
from pipeline.ingest.archive import entries
from pipeline.ingest.encoding import decode
from pipeline.ingest.xlsxformat import displayed
from pipeline.model import Document
from pipeline.samples import pdf, report
from tests.hostile.test_hostile_files import BOOK, HTML, MHT, OLE, WORD, check
from tests.ingest_files import docx, xlsx, zipped

SEEDS = {
    "a.html": HTML, "b.html": HTML.decode().encode("gb18030"), "c.txt": "一、总体情况\n收到12件".encode("utf-16"),
    "d.docx": WORD, "e.xlsx": BOOK, "f.mht": MHT, "g.pdf": report(2, shapes=["pdf"], gold=False).data,
    "h.doc": OLE + bytes(504) + "Root Entry WordDocument".encode("utf-16-le") + bytes(400),
}  # fmt: skip
TAGS = st.sampled_from(
    ["<table>", "</table>", "<tr>", "<td>", "<td/colspan=3>", "<td/rowspan=2>", "<td/rowspan=0>", "</td>", "</tr>", "<tbody>", "</tbody>", "<p>", "</p>", "<div>", "</div>", "<br>", "<b>", "</b>", "<a/href=x>", "</a>", "<h2>", "</h2>", "<pre>", "<select>", "<svg>", "<iframe/srcdoc=1>", "<caption>", "公开", "12", "件", "\n", "<!--", "-->", "<form>", "<input/value=3>", "<nav>", "<footer>", "<xml>", "</xml>", "<o:p>", "<ruby>", "<rt>", "<li>", "<th>", "<thead>", "<frameset>", "<template>"]
)  # fmt: skip
QUICK = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(autouse=True)
def _no_office(monkeypatch: pytest.MonkeyPatch) -> None:
    """What LibreOffice makes of noise is not asked hundreds of times: it would take minutes."""
    monkeypatch.setattr("pipeline.ingest.doc.program", lambda: None)


def ends_well(data: bytes, name: str) -> None:
    try:
        result: Document | GongkaiError = read(data, name)
    except GongkaiError as error:
        result = error
    check(result)


@QUICK
@given(st.binary(max_size=3000), st.sampled_from(["a.txt", "a.html", "a.docx", "a.doc", "无名"]))
def test_random_bytes(data: bytes, name: str) -> None:
    ends_well(data, name)


@QUICK
@given(st.sampled_from(sorted(SEEDS)), st.data())
def test_mutated_files(name: str, data: st.DataObject) -> None:
    content = bytearray(SEEDS[name])
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(content) - 1))
        until = min(len(content), at + data.draw(st.integers(0, 8)))
        content[at:until] = data.draw(st.binary(max_size=8))
        if not content:
            break
    ends_well(bytes(content), name)


OPERATORS = st.sampled_from(
    [
        "BT /F1 9 Tf 100 700 Td <516c5f00> Tj ET", "BT /F1 9 Tf 60 600 Td <00310032> Tj ET", "50 500 m 500 500 l S",
        "50 500 m 50 700 l S", "300 500 m 300 700 l S", "50 700 450 -200 re S", "0 0 m l l S", "q", "Q", "BT", "ET",
        "0 1 -1 0 0 0 cm", "1e9 0 0 1e9 0 0 cm", "0 0 0 0 0 0 cm", "/F1 -9 Tf", "/X Do", "1e30 1e30 m 5 5 l S", "W n",
    ]
)  # fmt: skip


@QUICK
@given(st.lists(st.lists(OPERATORS, max_size=25), min_size=1, max_size=3), st.booleans())
def test_random_drawing(pages: list[list[str]], turned: bool) -> None:
    ends_well(pdf.assemble(pages, "年报", turned=turned), "a.pdf")


@QUICK
@given(st.binary(max_size=400), st.integers(0, 600), st.binary(max_size=6))
def test_mutated_tar(content: bytes, at: int, change: bytes) -> None:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as archive:
        entry = tarfile.TarInfo("a.txt")
        entry.size = len(content)
        archive.addfile(entry, io.BytesIO(content))
    data = out.getvalue()
    names: list[str] = []
    with suppress(GongkaiError):
        names += (name for name, _ in entries(data[:at] + change + data[at + len(change) :], "x.tar.gz"))
    assert not any(name.startswith("/") for name in names)


@pytest.mark.skipif(
    any(importlib.util.find_spec(name) is None for name in ("rapidocr", "cv2")),
    reason="the extra ocr is not installed: pictures cannot be read",
)
@settings(QUICK, max_examples=40)
@given(st.sampled_from(["PNG", "JPEG", "BMP", "GIF", "TIFF"]), st.integers(0, 400), st.binary(max_size=8))
def test_mutated_pictures(kind: str, at: int, change: bytes) -> None:
    from PIL import Image

    out = io.BytesIO()
    Image.new("L", (90, 60), 200).save(out, kind)
    data = out.getvalue()
    ends_well(data[:at] + change + data[at + len(change) :], "a.png")


@QUICK
@given(st.lists(TAGS, max_size=60))
def test_random_tags(parts: list[str]) -> None:
    ends_well("".join(parts).replace("/", " ", 0).encode(), "a.html")


@QUICK
@given(
    st.binary(max_size=2000),
    st.sampled_from([None, "utf-8", "gbk", "big5", "utf-16", "hz", "x", "idna", "rot13", "zlib"]),
)
def test_decoding_never_fails(data: bytes, declared: str | None) -> None:
    text = decode(data, declared).text
    text.encode("utf-8")
    assert "\0" not in text


@QUICK
@given(st.binary(max_size=300), st.integers(0, 400), st.binary(max_size=6))
def test_mutated_archives(content: bytes, at: int, change: bytes) -> None:
    data = zipped({"a.txt": content, "b.txt": b"1"})
    names: list[str] = []
    with suppress(GongkaiError):
        names += (name for name, _ in entries(data[:at] + change + data[at + len(change) :], "x.zip"))
    assert not any(name.startswith("/") for name in names)


@QUICK
@given(st.text(max_size=20), st.text(alphabet='0#?.,%"\\;[]_* @EGeneralymdh年月日件-()', max_size=20))
def test_number_formats_never_fail(raw: str, code: str) -> None:
    assert isinstance(displayed(raw, code), str)
    assert isinstance(displayed("-1234.565", code), str)


NUMBERING = (
    "<w:abstractNum w:abstractNumId='1'><w:lvl w:ilvl='0'><w:numFmt w:val='chineseCounting'/><w:lvlText w:val='%1、%9'/></w:lvl>"
    "</w:abstractNum><w:num w:numId='1'><w:abstractNumId w:val='1'/></w:num>"
)
W_TAGS = st.sampled_from(
    [
        "<w:p>", "</w:p>", "<w:r>", "</w:r>", "<w:t>12件</w:t>", "<w:tbl>", "</w:tbl>", "<w:tr>", "</w:tr>", "<w:tc>", "</w:tc>",
        "<w:tcPr><w:vMerge/></w:tcPr>", "<w:tcPr><w:vMerge w:val='restart'/><w:gridSpan w:val='2'/></w:tcPr>", "<w:br/>",
        "<w:tcPr><w:hMerge w:val='continue'/></w:tcPr>", "<w:trPr><w:gridBefore w:val='3'/></w:trPr>", "<w:txbxContent>",
        "</w:txbxContent>", "<w:fldChar w:fldCharType='begin'/>", "<w:fldChar w:fldCharType='end'/>", "<w:drawing>", "</w:drawing>",
        "<w:pPr><w:numPr><w:ilvl w:val='-1'/><w:numId w:val='1'/></w:numPr></w:pPr>", "<w:ins>", "</w:ins>", "<w:sdt>", "</w:sdt>",
        "<w:pPr><w:rPr><w:del/></w:rPr></w:pPr>", "<mc:AlternateContent>", "</mc:AlternateContent>",
    ]
)  # fmt: skip
C_TAGS = st.sampled_from(
    [
        "<row>", "<row r='3'>", "<row r='x'>", "</row>", "<c><v>1</v></c>", "<c r='C3'><v>0.5</v></c>", "<c t='s'><v>0</v></c>",
        "<c t='inlineStr'><is><t>甲</t></is></c>", "<c r='A1' s='99'><v>-1e5</v></c>", "<c t='b'/>", "<c><f>1</f></c>",
    ]
)  # fmt: skip


def balanced(parts: list[str]) -> str:
    """The parts with stray end tags left out and open ones closed, so that the XML parser takes them."""
    out: list[str] = []
    open_now: list[str] = []
    for part in parts:
        name = part.strip("</>").split(" ")[0]
        if part.startswith("</"):
            if not open_now or open_now[-1] != name:
                continue
            open_now.pop()
        elif not part.endswith("/>") and "</" not in part:
            open_now.append(name)
        out.append(part)
    return "".join(out) + "".join(f"</{name}>" for name in reversed(open_now))


@QUICK
@given(st.lists(W_TAGS, max_size=60))
def test_random_word_markup(parts: list[str]) -> None:
    ends_well(docx(balanced(parts), numbering=NUMBERING), "a.docx")


@QUICK
@given(st.lists(C_TAGS, max_size=40), st.lists(st.sampled_from(["A1:C3", "B2:B9", "C3:A1", "A1:A1", "x"]), max_size=4))
def test_random_sheets(parts: list[str], ranges: list[str]) -> None:
    merges = "".join(f"<mergeCell ref='{r}'/>" for r in ranges)
    ends_well(xlsx(f"<sheetData>{balanced(parts)}</sheetData><mergeCells>{merges}</mergeCells>"), "a.xlsx")
