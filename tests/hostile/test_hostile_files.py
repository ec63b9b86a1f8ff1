"""Broken and malicious files: each ends as a Document or as one of our own errors with one line of advice."""

from __future__ import annotations

import gzip
import io
import struct
import zipfile
from collections.abc import Callable

import pytest

from pipeline.errors import (
    DamagedFile,
    EmptyFile,
    EncryptedFile,
    GongkaiError,
    LimitExceeded,
    ReadError,
    UnsupportedFormat,
)
from pipeline.ingest import read
from pipeline.ingest.archive import entries
from pipeline.model import Document
from tests.ingest_files import W, docx, p, paragraphs, tbl, tc, xlsx, zipped

N = 200_000
TEXT = "本机关本年度收到申请12件，均已按期答复。"
HTML = f"<html><body><h1>年报</h1><p>{TEXT}</p><table><tr><td>规章<td>1<tr><td>办法<td>2</table></body></html>".encode()
WORD = docx(p(TEXT) + tbl([tc("甲"), tc("1")], [tc("乙"), tc("2")]))
BOOK = xlsx('<sheetData><row><c t="inlineStr"><is><t>甲</t></is></c><c><v>1</v></c></row></sheetData>')
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
MHT = (
    b'MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary="x"\r\n\r\n--x\r\nContent-Type: text/html\r\n'
    b"Content-Transfer-Encoding: quoted-printable\r\n\r\n<p>=E5=85=AC=E5=BC=80</p>\r\n--x--\r\n"
)
BOMB = (
    "<!DOCTYPE lolz [<!ENTITY a 'aaaaaaaaaa'>"
    + "".join(f"<!ENTITY {chr(98 + n)} '{f'&{chr(97 + n)};' * 10}'>" for n in range(9))
    + f"]><w:document xmlns:w='{W}'><w:body><w:p><w:r><w:t>&j;</w:t></w:r></w:p></w:body></w:document>"
)
OUTSIDE = (
    "<!DOCTYPE d [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>"
    f"<w:document xmlns:w='{W}'><w:body><w:p><w:r><w:t>&x;</w:t></w:r></w:p></w:body></w:document>"
)


def word(xml: str) -> bytes:
    return zipped({"word/document.xml": xml})


def nested_tables(depth: int) -> bytes:
    return docx("<w:tbl><w:tr><w:tc>" * depth + p("深") + "</w:tc></w:tr></w:tbl>" * depth)


def lying_sizes() -> bytes:
    """A zip whose directory says that a part of 30 MB has 10 bytes."""
    data = bytearray(zipped({"word/document.xml": bytes(30 << 20)}))
    struct.pack_into("<L", data, 22, 10)
    struct.pack_into("<L", data, data.rindex(b"PK\x01\x02") + 24, 10)
    return bytes(data)


def overlapping() -> bytes:
    """A zip whose directory names the same bytes a thousand times."""
    data = zipped({"a.txt": b"x" * 1000})
    at, end = data.index(b"PK\x01\x02"), data.index(b"PK\x05\x06")
    directory = data[at:end] * 1000
    tail = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 1000, 1000, len(directory), at, 0)
    return data[:at] + directory + tail


def huge_directory() -> bytes:
    """A zip that announces a directory of 60 MB."""
    data = bytearray(WORD + b"")
    struct.pack_into("<L", data, data.rindex(b"PK\x05\x06") + 12, 60 << 20)
    return bytes(data[:-22]) + bytes(60 << 20) + bytes(data[-22:])


def encrypted_zip() -> bytes:
    data = bytearray(WORD)
    at = -1
    while (at := data.find(b"PK\x01\x02", at + 1)) >= 0:
        data[at + 8] |= 1
    return bytes(data)


def looping_styles() -> bytes:
    styles = "".join(
        f'<w:style w:styleId="{a}"><w:name w:val="{a}"/><w:basedOn w:val="{b}"/></w:style>' for a, b in ("xy", "yx")
    )
    return docx(p(TEXT, '<w:pStyle w:val="x"/>'), styles=styles)


def merges(count: int) -> bytes:
    row = "".join('<c t="inlineStr"><is><t>1</t></is></c>' for _ in range(50))
    cells = '<mergeCell ref="A1:AX100"/>' * count
    return xlsx(f"<sheetData>{f'<row>{row}</row>' * 100}</sheetData><mergeCells>{cells}</mergeCells>")


CASES: dict[str, tuple[Callable[[], bytes], str, type[ReadError] | None]] = {
    # nothing there
    "empty": (lambda: b"", "a.html", EmptyFile),
    "blank page": (lambda: b"<html><body>&nbsp;<br></body></html>", "a.html", EmptyFile),
    "only a script": (lambda: b"<html><script>document.write('12')</script></html>", "a.html", EmptyFile),
    "only a comment": (lambda: b"<!-- 12 -->", "a.html", EmptyFile),
    "zeros": (lambda: bytes(100_000), "a.txt", DamagedFile),
    "spaces": (lambda: b" " * (63 << 20), "a.txt", LimitExceeded),
    "a page of spaces": (lambda: b"<p>" + b" " * (63 << 20) + b"1</p>", "a.html", None),
    "too big": (lambda: bytes((64 << 20) + 1), "a.html", LimitExceeded),
    # not what the name says
    "program as page": (lambda: b"MZ\x90\0" + bytes(range(256)) * 50, "a.html", UnsupportedFormat),
    "noise as page": (lambda: bytes((i * 7919) >> 3 & 255 for i in range(9000)), "a.html", UnsupportedFormat),
    "noise as text": (lambda: bytes((i * 7919) >> 3 & 255 for i in range(9000)), "a.txt", UnsupportedFormat),
    "rar": (lambda: b"Rar!\x1a\x07\0" + bytes(99), "a.docx", UnsupportedFormat),
    "7z": (lambda: b"7z\xbc\xaf\x27\x1c" + bytes(99), "a.zip", UnsupportedFormat),
    "presentation": (lambda: zipped({"[Content_Types].xml": "", "ppt/a.xml": ""}), "a.docx", UnsupportedFormat),
    "zip as word": (lambda: zipped({"a.txt": "1"}), "a.docx", UnsupportedFormat),
    "page as word": (lambda: HTML, "a.docx", None),
    "word as page": (lambda: WORD, "a.html", None),
    "xml feed": (lambda: b"<?xml version='1.0'?><rss><item>1</item></rss>", "a.xml", UnsupportedFormat),
    "word xml": (lambda: b"<?xml version='1.0'?><w:wordDocument xmlns:w='x'>", "a.doc", UnsupportedFormat),
    "ole of nothing": (lambda: OLE + bytes(5000), "a.bin", UnsupportedFormat),
    "encrypted office": (lambda: OLE + "EncryptedPackage".encode("utf-16-le"), "a.docx", EncryptedFile),
    # pages
    "a million tags": (lambda: b"<div>" * 1_000_000, "a.html", LimitExceeded),
    "nested divs": (lambda: b"<div>" * N + TEXT.encode(), "a.html", LimitExceeded),
    "nested tables": (lambda: b"<table><tr><td>" * 100_000, "a.html", LimitExceeded),
    "nested lists": (lambda: b"<ul><li>" * 100_000 + TEXT.encode(), "a.html", LimitExceeded),
    "nested inline": (lambda: b"<b>" * N + TEXT.encode(), "a.html", LimitExceeded),
    "nested below the limit": (lambda: b"<div>" * 450 + HTML + b"</div>" * 450, "a.html", None),
    "nested tables below the limit": (lambda: b"<table><tr><td>" * 300 + TEXT.encode(), "a.html", None),
    "closing tags": (lambda: HTML + b"</div></p></td>" * 100_000, "a.html", None),
    "unclosed paragraphs": (lambda: f"<p>{TEXT}".encode() * 50_000, "a.html", None),
    "unclosed cells": (lambda: b"<table>" + b"<tr><td>1<td>2" * 30_000, "a.html", None),
    "too many cells": (lambda: b"<table>" + b"<tr><td>1<td>2" * 110_000, "a.html", LimitExceeded),
    "one cell of all columns": (
        lambda: b"<table>" + b"<tr><td colspan=1000 rowspan=65534>1" * 3000,
        "a.html",
        LimitExceeded,
    ),
    "wide rows": (lambda: b"<table><tr>" + b"<td colspan=1000>1" * 50, "a.html", LimitExceeded),
    "absurd spans": (lambda: b"<table><tr><td colspan=99999999999 rowspan=-5>a<td rowspan=1e9>1", "a.html", None),
    "many attributes": (lambda: b"<p " + b"".join(b"a%d=1 " % n for n in range(N)) + b">1", "a.html", LimitExceeded),
    "an embedded picture": (
        lambda: HTML + b"<img src='data:image/png;base64," + b"A" * (9 << 20) + b"'>",
        "a.html",
        None,
    ),
    "an unclosed comment": (lambda: HTML + b"<!-- " + b"x" * 1_000_000, "a.html", None),
    "an unclosed script": (lambda: HTML + b"<script>" + b"<p>" * 1000, "a.html", None),
    "an unclosed attribute": (lambda: HTML + b"<a href='" + b"<p>" * 1000, "a.html", None),
    "entities": (lambda: b"<p>&#0;&#xD800;&#x110000;&bogus;&amp" + TEXT.encode(), "a.html", None),
    "nul in tags": (lambda: HTML.replace(b"<td>", b"<t\0d>", 1), "a.html", None),
    "srcdoc in srcdoc": (lambda: b"<iframe srcdoc='" * 300 + TEXT.encode() + b"'>" * 300, "a.html", EmptyFile),
    "frameset": (lambda: b"<frameset><frame src=/etc/passwd></frameset>", "a.html", EmptyFile),
    "declares utf-16": (lambda: b"<meta charset=utf-16>" + HTML, "a.html", None),
    "declares nonsense": (lambda: b"<meta charset='\xff\xfe;drop'>" + HTML, "a.html", None),
    "odd utf-16": (lambda: b"\xff\xfe" + TEXT.encode("utf-16-le")[:-1], "a.txt", None),
    "lone surrogates": (lambda: b"\xff\xfe" + b"\x00\xd8" * 99 + TEXT.encode("utf-16-le"), "a.txt", None),
    "lines without end": (lambda: b"\n" * 4_000_000 + TEXT.encode(), "a.txt", None),
    "one endless line": (lambda: b"1" * 4_000_000, "a.txt", None),
    "too much text": (lambda: b"1" * 6_000_000, "a.txt", LimitExceeded),
    # Word
    "entity bomb": (lambda: word(BOMB), "a.docx", ReadError),
    "entity from outside": (lambda: word(OUTSIDE), "a.docx", DamagedFile),
    "utf-16 entity bomb": (lambda: zipped({"word/document.xml": BOMB.encode("utf-16")}), "a.docx", ReadError),
    "word bomb": (lambda: zipped({"word/document.xml": bytes(60 << 20)}), "a.docx", LimitExceeded),
    "word nested 60": (lambda: nested_tables(60), "a.docx", None),
    "word nested 5000": (lambda: nested_tables(5000), "a.docx", LimitExceeded),
    "word without body": (lambda: word("<a/>"), "a.docx", DamagedFile),
    "word cut off xml": (lambda: word(f"<w:document xmlns:w='{W}'><w:body><w:p>"), "a.docx", DamagedFile),
    "word not xml": (lambda: word("hello"), "a.docx", DamagedFile),
    "word empty part": (lambda: word(""), "a.docx", DamagedFile),
    "word encrypted parts": (encrypted_zip, "a.docx", EncryptedFile),
    "word lying sizes": (lying_sizes, "a.docx", ReadError),
    "word huge directory": (huge_directory, "a.docx", ReadError),
    "word looping styles": (looping_styles, "a.docx", None),
    "word all merged": (lambda: docx(tbl(*[[tc("", "<w:vMerge/>")] * 3] * 50) + p(TEXT)), "a.docx", None),
    "word broken core": (lambda: zipped({"word/document.xml": WORD_XML, "docProps/core.xml": "<a"}), "a.docx", None),
    "word too many cells": (lambda: docx(tbl(*[[tc("1")] * 500] * 450)), "a.docx", LimitExceeded),
    "word wide spans": (lambda: docx(tbl(*[[tc("1", '<w:gridSpan w:val="999999999"/>')] * 9] * 9)), "a.docx", None),
    "word climbing names": (
        lambda: zipped({"../../word/document.xml": "x", "word/document.xml": WORD_XML}),
        "a.docx",
        None,
    ),
    # workbooks
    "sheet far away": (
        lambda: xlsx('<sheetData><row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'),
        "a",
        None,
    ),
    "sheet absurd places": (
        lambda: xlsx('<sheetData><row r="-1"><c r="?"><v>1</v></c><c r="A0"><v>2</v></c></row></sheetData>'),
        "a",
        None,
    ),
    "sheet merges": (lambda: merges(30_000), "a.xlsx", LimitExceeded),
    "sheet numbers": (
        lambda: xlsx('<sheetData><row><c><v>1e999999999</v></c><c s="9"><v>x</v></c></row></sheetData>'),
        "a",
        None,
    ),
    "sheet missing": (lambda: zipped({"xl/workbook.xml": "<workbook/>"}), "a.xlsx", EmptyFile),
    "sheet strings bomb": (
        lambda: zipped({"xl/workbook.xml": "<a/>", "xl/sharedStrings.xml": bytes(60 << 20)}),
        "a",
        LimitExceeded,
    ),
    # web archives
    "mht without boundary": (lambda: MHT.replace(b'boundary="x"', b""), "a.mht", UnsupportedFormat),
    "mht bad encoding": (lambda: MHT.replace(b"quoted-printable", b"base64"), "a.mht", None),
    "mht nested": (
        lambda: MHT + b"Content-Type: multipart/mixed; boundary=y\r\n\r\n--y\r\n" * 5000,
        "a.mht",
        LimitExceeded,
    ),
    "mht bad headers": (lambda: MHT.replace(b"text/html", b"text/html; charset=\xff\xfe\0"), "a.mht", None),
}
WORD_XML = zipfile.ZipFile(io.BytesIO(WORD)).read("word/document.xml")


def outcome(data: bytes, name: str) -> Document | ReadError:
    """What reading ends with; anything but these two is a failure."""
    try:
        result: Document | ReadError = read(data, name)
    except ReadError as error:
        result = error
    check(result)
    return result


def check(document: Document | GongkaiError) -> None:
    """An error is one line. Blocks and cells lie in the text, in order."""
    if not isinstance(document, Document):
        assert document.message
        assert "\n" not in document.message
        return
    at = 0
    for block in document.blocks:
        assert at <= block.start <= block.end <= len(document.text)
        at = block.end
        for cell in getattr(block, "cells", ()):
            assert block.start <= cell.start <= cell.end <= block.end
            assert cell.row + cell.rowspan <= block.rows
            assert cell.column + cell.colspan <= block.columns
    document.text.encode("utf-8")
    assert "\0" not in document.text


@pytest.mark.parametrize("case", CASES)
def test_hostile_input(case: str) -> None:
    make, name, expected = CASES[case]
    result = outcome(make(), name)
    if expected is None:
        assert isinstance(result, Document), result
    else:
        assert isinstance(result, expected), result


@pytest.mark.parametrize("case", ["page", "word", "book", "mht", "gb"])
def test_files_cut_anywhere(case: str) -> None:
    data = {"page": HTML, "word": WORD, "book": BOOK, "mht": MHT, "gb": HTML.decode().encode("gb18030")}[case]
    name = {"page": "a.html", "word": "a.docx", "book": "a.xlsx", "mht": "a.mht", "gb": "a.html"}[case]
    ends = [outcome(data[:length], name) for length in range(0, len(data), max(1, len(data) // 60))]
    assert isinstance(ends[0], EmptyFile)
    assert isinstance(outcome(data, name), Document)
    assert len(ends) > 50


def test_what_is_outside_never_comes_in() -> None:
    result = outcome(word(OUTSIDE.replace("SYSTEM 'file:///etc/passwd'", "'内部'")), "a.docx")
    assert isinstance(result, DamagedFile)
    assert "root:" not in result.message


def test_a_text_hidden_behind_a_million_spaces_is_found() -> None:
    document = read(b"<p>" + b" " * (20 << 20) + "公开12件</p>".encode(), "a.html")
    assert paragraphs(document) == ["公开12件"]


@pytest.mark.parametrize(
    ("make", "expected"),
    [
        (lambda: zipped({"a.txt": bytes(62 << 20)}), "max_ratio"),
        (lambda: zipped({f"{n}.txt": b"1" for n in range(3)})[:-30], None),
        (overlapping, None),
        (lambda: gzip.compress(gzip.compress(gzip.compress(b"1" * 999))), None),
        (lambda: gzip.compress(bytes(200 << 20)), "max_ratio"),
        (lambda: zipped({"x/../../../a.txt": "1", "/etc/b.txt": "2", "C:\\c.txt": "3"}), None),
        (lambda: b"PK\x05\x06" + bytes(18), None),
        (lambda: b"BZh9" + bytes(500), None),
        (lambda: b"\xfd7zXZ\0" + bytes(500), None),
        (lambda: bytes(257) + b"ustar" + bytes(2000), None),
    ],
)
def test_hostile_archives(make: Callable[[], bytes], expected: str | None) -> None:
    errors: list[ReadError] = []
    try:
        for name, content in entries(make(), "x.zip"):
            assert not name.startswith("/")
            assert ".." not in name.split("/")
            if isinstance(content, ReadError):
                errors.append(content)
    except ReadError as error:
        errors.append(error)
    assert all("\n" not in error.message for error in errors)
    if expected:
        assert expected in errors[0].message
