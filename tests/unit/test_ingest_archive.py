# ruff: noqa: E501  (a line of Chinese counts double)
"""Archives and web archives."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import tarfile
import zipfile
from pathlib import Path

import pytest

from pipeline.errors import DamagedFile, EncryptedFile, LimitExceeded, ReadError, UnsupportedFormat
from pipeline.ingest import Limits, load, read
from pipeline.ingest.archive import clean, entries
from tests.ingest_files import docx, p, paragraphs, zipped

A, B = "甲年报".encode(), "乙年报".encode()


def tarred(parts: dict[str, bytes], mode: str = "w") -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=mode, format=tarfile.PAX_FORMAT) as archive:  # type: ignore[call-overload]
        for name, content in parts.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return out.getvalue()


@pytest.mark.parametrize(
    "data",
    [
        zipped({"区/a.txt": A, "b.txt": B}),
        *(tarred({"区/a.txt": A, "b.txt": B}, mode) for mode in ("w", "w:gz", "w:bz2", "w:xz")),
    ],
)
def test_entries_of_every_kind(data: bytes, tmp_path: Path) -> None:
    expected = [("区/a.txt", A), ("b.txt", B)]
    assert list(entries(data, "x")) == expected
    path = tmp_path / "x"
    path.write_bytes(data)
    assert list(entries(path, "x")) == expected


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress])
def test_one_compressed_file(pack: object) -> None:
    assert callable(pack)
    assert list(entries(pack(A), "区/年报.html.gz")) == [("年报.html", A)]


def test_chinese_names_written_by_windows() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("aaaaaaaa.txt", A)
    data = out.getvalue().replace(b"aaaaaaaa.txt", "年度报告.txt".encode("gbk"))
    assert [name for name, _ in entries(data, "x.zip")] == ["年度报告.txt"]


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/passwd", "etc/passwd"), ("/etc/passwd", "etc/passwd"), ("C:\\年报\\a.txt", "年报/a.txt"),
        ("a/./b//c.txt", "a/b/c.txt"), ("..", ""), ("a\nb\x1b[31m.txt", "a\ufffdb\ufffd[31m.txt"), ("x" * 5000, "x" * 1000),
    ],
)  # fmt: skip
def test_names_that_climb_out_are_cleaned(name: str, shown: str) -> None:
    assert clean(name) == shown


def test_climbing_names_in_archives() -> None:
    assert list(entries(zipped({"../../a.txt": A}), "x.zip")) == [("a.txt", A)]
    assert list(entries(tarred({"../../a.txt": A}), "x.tar")) == [("a.txt", A)]


def test_archives_within_archives_to_a_depth() -> None:
    inner = zipped({"a.txt": A})
    assert list(entries(zipped({"内.zip": inner, "b.txt": B}), "x.zip")) == [("内.zip/a.txt", A), ("b.txt", B)]
    (name, error), *_ = entries(zipped({"2.zip": zipped({"1.zip": inner})}), "x.zip")
    assert name == "2.zip/1.zip"
    assert isinstance(error, LimitExceeded)


def test_office_files_are_entries_and_not_archives() -> None:
    data = docx(p("正文"))
    assert list(entries(zipped({"a.docx": data}), "x.zip")) == [("a.docx", data)]


def test_links_and_devices_in_a_tar_are_passed_over() -> None:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for kind in (tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE, tarfile.DIRTYPE):
            info = tarfile.TarInfo("x")
            info.type, info.linkname = kind, "/etc/passwd"
            archive.addfile(info)
    assert list(entries(out.getvalue(), "x.tar")) == []


def test_an_encrypted_entry_does_not_stop_the_others() -> None:
    data = bytearray(zipped({"a.txt": A, "b.txt": B}, zipfile.ZIP_STORED))
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    (_, first), second = entries(bytes(data), "x.zip")
    assert isinstance(first, EncryptedFile)
    assert second == ("b.txt", B)


def test_a_broken_entry_does_not_stop_the_others() -> None:
    data = zipped({"a.txt": A, "b.txt": B}, zipfile.ZIP_STORED).replace(A, b"x" * len(A), 1)
    (_, first), second = entries(data, "x.zip")
    assert isinstance(first, DamagedFile)
    assert second == ("b.txt", B)


def test_bombs_and_limits() -> None:
    bomb = zipped({"a.txt": bytes(30 << 20), "b.txt": B})
    (_, first), second = entries(bomb, "x.zip")
    assert isinstance(first, LimitExceeded)
    assert "max_ratio" in first.message
    assert second == ("b.txt", B)
    with pytest.raises(LimitExceeded, match="max_ratio"):
        list(entries(gzip.compress(bytes(30 << 20)), "x.gz"))
    with pytest.raises(LimitExceeded, match="max_entries"):
        list(entries(zipped({f"{n}": b"1" for n in range(20)}), "x.zip", Limits(max_entries=10)))
    with pytest.raises(LimitExceeded, match="max_unpacked"):
        list(entries(tarred({"a": bytes(3000), "b": bytes(3000)}), "x.tar", Limits(max_unpacked=5000)))
    (_, error), *_ = entries(tarred({"a": bytes(3000)}), "x.tar", Limits(max_bytes=1000))
    assert isinstance(error, LimitExceeded)


def failure(data: bytes) -> ReadError:
    """The error that reading an archive, or one of its entries, ends with."""
    try:
        found = list(entries(data, "x"))
    except ReadError as error:
        return error
    return next(content for _, content in found if isinstance(content, ReadError))


def test_truncated_archives() -> None:
    for data in (zipped({"a.txt": A * 99}), tarred({"a.txt": A * 999}, "w:gz"), tarred({"a.txt": A * 999})):
        assert "重新下载" in failure(data[: len(data) // 3]).message


def test_what_is_no_archive() -> None:
    with pytest.raises(UnsupportedFormat):
        list(entries(b"hello", "x.zip"))
    with pytest.raises(ReadError):
        list(entries(Path("/nonexistent.zip"), "x.zip"))
    with pytest.raises(UnsupportedFormat, match="压缩包"):
        read(zipped({"a.txt": A}), "x.zip")


def test_files_too_big_are_refused_before_reading(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"1" * 100)
    assert load(path) == b"1" * 100
    with pytest.raises(LimitExceeded, match="max_bytes"):
        load(path, Limits(max_bytes=99))
    with pytest.raises(ReadError, match="无法打开"):
        load(tmp_path / "none.txt")


def record(kind: str, body: bytes, address: str = "http://x.gov.cn/1.html") -> bytes:
    head = f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Target-URI: {address}\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body + b"\r\n\r\n"


def response(body: bytes, headers: str = "", status: int = 200) -> bytes:
    return f"HTTP/1.1 {status} OK\r\nContent-Type: text/html\r\n{headers}\r\n".encode() + body


def test_archives_of_crawlers() -> None:
    chunked = b"3\r\n" + A[:3] + b"\r\n" + f"{len(A) - 3:x}".encode() + b"\r\n" + A[3:] + b"\r\n0\r\n\r\n"
    data = (
        record("warcinfo", b"software: x")
        + record("response", response(A))
        + record("request", b"GET / HTTP/1.1\r\n\r\n")
        + record("response", response(b"", status=404))
        + record("response", response(chunked, "Transfer-Encoding: chunked\r\n"), "http://x.gov.cn/2")
        + record("response", response(gzip.compress(B), "Content-Encoding: gzip\r\n"), "http://x.gov.cn/3")
        + record("response", response(gzip.compress(bytes(3000)), "Content-Encoding: gzip\r\n"), "http://x.gov.cn/4")
    )
    for packed in (data, gzip.compress(data)):
        *good, (name, error) = entries(packed, "x.warc", Limits(max_bytes=2000))
        assert good == [("http://x.gov.cn/1.html", A), ("http://x.gov.cn/2", A), ("http://x.gov.cn/3", B)]
        assert name == "http://x.gov.cn/4"
        assert isinstance(error, LimitExceeded)
    with pytest.raises(DamagedFile):
        list(entries(data[:300], "x.warc"))


# --- web archives


def mhtml(html: bytes, encoding: str, charset: str, location: str = "http://x.gov.cn/1.html") -> bytes:
    import base64
    import quopri

    body = quopri.encodestring(html) if encoding == "quoted-printable" else base64.encodebytes(html)
    return (
        b'From: <Saved by Blink>\r\nSnapshot-Content-Location: http://x.gov.cn/1.html\r\nMIME-Version: 1.0\r\n'
        b'Content-Type: multipart/related; type="text/html"; boundary="--x"\r\n\r\n----x\r\n'
        + f"Content-Type: text/html; charset={charset}\r\nContent-Transfer-Encoding: {encoding}\r\n".encode()
        + f"Content-Location: {location}\r\n\r\n".encode() + body
        + b"\r\n----x\r\nContent-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n\r\niVBORw0KGgo=\r\n----x--\r\n"
    )  # fmt: skip


@pytest.mark.parametrize("encoding", ["quoted-printable", "base64"])
@pytest.mark.parametrize("charset", ["utf-8", "gb2312", "nonsense"])
@pytest.mark.parametrize("written", ["utf-8", "gb18030"])
def test_web_archives(encoding: str, charset: str, written: str) -> None:
    document = read(mhtml("<title>年报</title><p>主动公开12件</p>".encode(written), encoding, charset), "a.mht")
    assert paragraphs(document) == ["主动公开12件"]
    assert (document.title, document.address, document.media_type) == ("年报", "http://x.gov.cn/1.html", "text/html")


def test_a_web_archive_without_a_page() -> None:
    with pytest.raises(UnsupportedFormat):
        read(
            b"MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=x\r\n\r\n--x\r\nContent-Type: image/png\r\n\r\n1",
            "a",
        )
