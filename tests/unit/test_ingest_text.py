# ruff: noqa: E501  (a line of Chinese counts double)
"""Plain text and encodings."""

from __future__ import annotations

import pytest

from pipeline.errors import DamagedFile, EmptyFile, LimitExceeded, UnsupportedFormat
from pipeline.ingest import Limits, read, sniff
from pipeline.ingest.encoding import decode
from tests.ingest_files import paragraphs

PROSE = "某区教育局二〇二二年政府信息公开工作年度报告\r\n\r\n\u3000\u3000一、总体情况\n本年度主动公开信息123条，收到申请4件。\n"
TRADITIONAL = "某區教育局政府信息公開工作年度報告\n本年度主動公開信息123條，收到申請4件，辦理工作都在期限內。\n"


def test_text_is_kept_and_lines_are_paragraphs() -> None:
    document = read(PROSE.encode(), "a.txt")
    assert document.text == PROSE
    assert paragraphs(document) == [line for line in PROSE.splitlines() if line.strip()]
    assert document.media_type == "text/plain"
    assert document.source == "a.txt"


def test_lines_of_blanks_and_invisible_characters_are_no_paragraphs() -> None:
    document = read("一\n \u3000\u00a0\t\n\u200b\n\ufeff\n二".encode(), "a.txt")
    assert paragraphs(document) == ["一", "二"]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\u2028", "\x0c"])
def test_every_line_end_ends_a_paragraph(end: str) -> None:
    assert paragraphs(read(f"甲{end}乙{end}".encode(), "a.txt")) == ["甲", "乙"]


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (PROSE.encode("utf-8-sig"), "utf-8"),
        (PROSE.encode(), "utf-8"),
        (PROSE.encode("gb18030"), "gb18030"),
        (PROSE.encode("gbk", "ignore"), "gb18030"),
        (PROSE.encode("utf-16"), "utf-16-le"),
        (PROSE.encode("utf-16-le"), "utf-16-le"),
        (PROSE.encode("utf-16-be"), "utf-16-be"),
        (b"\xfe\xff" + PROSE.encode("utf-16-be"), "utf-16-be"),
        (TRADITIONAL.encode("big5"), "big5hkscs"),
    ],
)
def test_encodings_are_told_apart(data: bytes, encoding: str) -> None:
    decoded = decode(data)
    assert decoded.encoding == encoding
    assert decoded.text in (PROSE, TRADITIONAL)
    assert decoded.problems == ()
    assert "公" in read(data, "a.txt").text


@pytest.mark.parametrize(
    "declared", ["gb2312", "GBK", "big5", "iso-8859-1", "windows-1252", "utf-7", "nonsense", "base64"]
)
def test_utf8_wins_over_a_wrong_declaration(declared: str) -> None:
    assert decode(PROSE.encode(), declared).text == PROSE


@pytest.mark.parametrize("declared", ["utf-8", "utf8", "big5", "iso-8859-1", "unicode", "", None])
def test_gb18030_wins_over_a_wrong_declaration(declared: str | None) -> None:
    assert decode(PROSE.encode("gb18030"), declared).text == PROSE


def test_a_charset_inside_the_bytes_is_found() -> None:
    text = '<meta http-equiv="Content-Type" content="text/html; charset=big5"><p>信息公開'
    assert decode(text.encode("big5")).text == text


def test_seven_bit_chinese_when_declared() -> None:
    assert decode("政府信息".encode("hz"), "hz-gb-2312").text == "政府信息"


def test_text_cut_inside_a_character_stays_utf8() -> None:
    decoded = decode((PROSE * 3).encode()[:-2])
    assert decoded.encoding == "utf-8"
    assert decoded.text.endswith("\ufffd")
    assert [problem.code for problem in decoded.problems] == ["encoding"]


def test_a_broken_character_in_gb18030_is_told() -> None:
    data = PROSE.encode("gb18030")
    decoded = decode(data[:60] + b"\xff" + data[60:])
    assert "123条" in decoded.text
    assert decoded.problems[0].code == "encoding"


def test_nul_becomes_a_replacement_of_the_same_length() -> None:
    document = read(("公开" * 300 + "\0" + "12件").encode(), "a.txt")
    assert document.text == "公开" * 300 + "\ufffd12件"
    assert document.problems[0].code == "encoding"


@pytest.mark.parametrize("data", [b"", b"  \n\t ", "\ufeff".encode(), "\u3000\u200b".encode()])
def test_nothing_to_read_is_an_empty_file(data: bytes) -> None:
    with pytest.raises(EmptyFile):
        read(data, "a.txt")


@pytest.mark.parametrize("name", ["a.txt", "a.html", "无名"])
def test_binary_under_a_text_name_is_refused(name: str) -> None:
    with pytest.raises(UnsupportedFormat):
        read(bytes(range(256)) * 20, name)
    with pytest.raises(DamagedFile):
        read(b"\0" * 5000, name)


def test_limits_are_named_in_the_message() -> None:
    with pytest.raises(LimitExceeded, match="max_bytes"):
        read(b"a" * 101, "a.txt", limits=Limits(max_bytes=100))
    with pytest.raises(LimitExceeded, match="max_text"):
        read("公开\n".encode() * 100, "a.txt", limits=Limits(max_text=100))


@pytest.mark.parametrize(
    ("data", "name", "kind"),
    [
        (b"<p>1</p>", "a.html", "text/html"),
        (b"\xef\xbb\xbf  <!DOCTYPE html><p>1", "无名", "text/html"),
        ("<html><p>公开".encode("utf-16"), "a.htm", "text/html"),
        ("公开条例 <第三条> 共1件".encode(), "a.txt", "text/plain"),
        ("年报正文".encode(), "a.html", "text/plain"),
        (b"%PDF-1.7 ...", "a.txt", "application/pdf"),
        (b"{\\rtf1 a}", "a.doc", "application/rtf"),
        (b"\xff\xd8\xff\xe0", "a.pdf", "image/jpeg"),
        (b"From: <Saved>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related;\r\n", "a.mht", "multipart/related"),
    ],
)
def test_the_content_decides_what_a_file_is(data: bytes, name: str, kind: str) -> None:
    assert sniff(data, name) == kind
