"""What someone with bad intentions could send: by report, address, header, form or upload."""

from __future__ import annotations

import io
import re
import zipfile
from html.parser import HTMLParser
from pathlib import Path

import duckdb
import pytest
from starlette.testclient import TestClient

from pipeline.errors import StoreError
from pipeline.web.app import _next
from pipeline.web.data import Data
from pipeline.web.decisions import back
from pipeline.web.drafts import ending
from pipeline.web.settings import Settings
from tests.web.conftest import ORIGIN, SAMPLES, Opened, load

SAME = {"origin": ORIGIN}
EVIL = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'><svg/onload=alert(3)>{{7*7}}"
TOKEN = "long-enough-0123456789"
HTML = "text/html"


class Markup(HTMLParser):
    """Gathers what could run: scripts that are not ours, handlers, addresses with code in them."""

    def __init__(self) -> None:
        super().__init__()
        self.bad: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        foreign = tag == "script" and not told.get("src", "").startswith("/static/")
        runs = any(
            name.startswith("on") or value.strip().lower().startswith("javascript:") for name, value in attrs if value
        )
        if foreign or runs or tag in ("iframe", "object", "embed") or (tag == "img" and told.get("src") == "x"):
            self.bad.append(self.get_starttag_text() or tag)


def markup(text: str) -> list[str]:
    parser = Markup()
    parser.feed(text)
    return parser.bad


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory, opened: Opened) -> TestClient:
    """Reports with markup in the text, and a database with markup in every column of text that a page shows."""
    path = tmp_path_factory.mktemp("hostile") / "hostile.duckdb"
    text = (SAMPLES / "shili_education2023.txt").read_text("utf-8")
    text = text.replace("教育局2023年", f"教育局{EVIL}2023年", 1).replace(
        "（一）主动公开。", f"（一）主动公开{EVIL}。", 1
    )
    load(path, {f"{EVIL}.txt": text.replace("| 规章 |", f"| 规章{EVIL} |", 1).encode()})
    with duckdb.connect(str(path)) as con:
        for table, columns in {
            "reports": ("organ", "region", "organ_kind", "level"), "documents": ("report_title", "form"),
            "findings": ("explanation", "cause", "left_text", "right_text", "code", "applicant"),
            "cells": ("printed", "note"), "figures": ("scope", "category"), "problems": ("message",),
            "document_sources": ("address",), "run_documents": ("reason",),
        }.items():  # fmt: skip
            for column in columns:
                con.execute(f"UPDATE {table} SET {column} = ?", [EVIL])
        (report, check), *_ = con.execute(
            "SELECT r.report_id, f.check_id FROM reports r JOIN findings f USING (document_id)"
        ).fetchall()
        con.execute(
            "INSERT INTO decisions (decision_id, report_id, check_id, code, applicant, decision, reason, author, "
            "decided_at) VALUES ('x', ?, ?, ?, ?, 'dismissed', ?, ?, ?)",
            [report, check, EVIL, EVIL, EVIL, EVIL, EVIL],
        )
    return opened(path)


def test_markup_of_reports_never_reaches_a_page(hostile: TestClient) -> None:
    report = hostile.get("/api/v1/reports").json()["items"][0]["report_id"]
    seen = 0
    for address in (
        "/", "/reports", "/findings?verdict=all&decision=all", "/findings?q=" + EVIL, "/compare",
        "/compare?thing=" + EVIL, "/compare?view=series&organ=" + EVIL, "/compare?view=peers&organ=" + EVIL,
        "/compare?view=distribution",
        f"/report/{report}", f"/report/{report}?version={EVIL}", "/indicator/t3.received", "/runs", "/runs/1",
        "/dictionary", "/login?next=" + EVIL, f"/indicator/{EVIL}", "/compare.svg?thing=t3.received",
    ):  # fmt: skip
        answer = hostile.get(address)
        assert answer.status_code < 500, address
        assert markup(answer.text) == [], address
        assert "49" not in re.findall(r"onload=alert\(3\)&gt;(\d\d)", answer.text), address
        seen += "&lt;script&gt;alert(1)" in answer.text
    assert seen > 3


def test_spreadsheets_take_no_formula_from_a_report(hostile: TestClient) -> None:
    for address in ("/compare.csv", "/api/v1/reports?format=csv", "/api/v1/findings?format=csv&verdict=all"):
        for line in hostile.get(address).content.decode("utf-8-sig").splitlines()[1:]:
            assert not line.startswith(("=", "@")), address


def test_draft_with_markup_is_shown_as_text(hostile: TestClient) -> None:
    text = (SAMPLES / "shili_education2023.txt").read_text("utf-8").replace("我局", EVIL)
    answer = hostile.post("/check", files={"file": (f"{EVIL}/../../a.txt", text.encode())}, headers=SAME)
    assert answer.status_code == 200
    assert markup(answer.text) == []


def test_every_answer_carries_the_policy(client: TestClient) -> None:
    for address in ("/", "/nothing", "/api/v1/reports", "/static/app.js", "/compare.svg?thing=t3.received"):
        headers = client.get(address).headers
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "script-src 'self'" in policy
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert headers["x-content-type-options"] == "nosniff"


def test_nothing_is_fetched_from_elsewhere(client: TestClient) -> None:
    for address in ("/", "/findings", "/compare", "/check"):
        assert not re.findall(r'(?:src|href|action)="(?:https?:)?//', client.get(address).text), address


@pytest.mark.parametrize(
    "address",
    [
        "/static/../../../etc/passwd", "/static/..%2f..%2fapp.py", "/static/%2e%2e/app.py", "/report/../../etc/passwd",
        "/report/0123456789abcde'", "/runs/1;drop table runs", "/runs/99999999999999999999", "/report/%00",
        "/indicator/..%2f..%2fetc%2fpasswd", "/report/0123456789abcdef/page/..%2f..%2fetc%2fpasswd",
        "/report/0123456789abcdef/page/0.png", "/report/0123456789abcdef/page/1.png?version=../../etc/passwd",
    ],
)  # fmt: skip
def test_paths_open_no_file(client: TestClient, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code in (400, 404)
    assert "root:" not in answer.text


TRICKS = (
    "'; DROP TABLE reports; --",
    "' OR 1=1 --",
    "%' UNION SELECT 1 --",
    "\\",
    "\x00",
    "read_csv('/etc/passwd')",
    "％＿",
)


@pytest.mark.parametrize("trick", TRICKS)
def test_text_reaches_the_database_only_as_a_parameter(client: TestClient, trick: str) -> None:
    before = client.get("/api/v1/reports").json()["total"]
    asked = dict.fromkeys(("region", "level", "kind", "year", "q", "check", "code", "severity", "sort", "thing"), trick)
    for address in ("/reports", "/findings", "/findings.xlsx", "/compare", "/compare.csv", "/"):
        assert client.get(address, params=asked).status_code in (200, 400), address
    assert client.get("/api/v1/reports", params={"organ": trick}).json()["total"] == 0 or trick in ("\\", "\x00")
    assert client.get("/api/v1/facts", params={"code": trick}).json()["items"] == []
    assert client.get("/api/v1/reports").json()["total"] == before


def test_connection_of_the_page_can_neither_write_nor_reach_out(samples_db: Path) -> None:
    data = Data(str(samples_db))
    try:
        for sql in (
            "DELETE FROM reports", "SELECT * FROM read_csv('/etc/passwd')", "COPY reports TO '/tmp/out.csv'",
            "ATTACH '/tmp/other.duckdb'", "SET enable_external_access = true", "INSTALL httpfs",
        ):  # fmt: skip
            with pytest.raises(Exception, match=r"(?i)read.only|disabled|permission|cannot|locked"):
                data.read(lambda db, sql=sql: db.select(sql))  # type: ignore[misc]
        with pytest.raises(StoreError):
            data.read(lambda db: db.connect(write=True).__enter__())
    finally:
        data.close()


# --- who asks -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:8765", "127.0.0.1.evil.example", "127.0.0.1:80", "", "a@b"]
)
def test_other_host_names_are_refused(client: TestClient, host: str) -> None:
    answer = client.get("/", headers={"host": host})
    assert answer.status_code == 421
    assert "报告" not in answer.text


@pytest.mark.parametrize("host", ["127.0.0.1:8765", "localhost:8765", "[::1]:8765"])
def test_names_of_this_machine_are_let_in(client: TestClient, host: str) -> None:
    assert client.get("/", headers={"host": host}).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {}, {"origin": "null"}, {"origin": "http://evil.example"}, {"origin": "http://127.0.0.1:9999"},
        {"origin": ORIGIN, "sec-fetch-site": "cross-site"}, {"sec-fetch-site": "same-site"},
        {"referer": ORIGIN + "/findings"},
    ],
)  # fmt: skip
@pytest.mark.parametrize("address", ["/decisions", "/check", "/login"])
def test_posts_from_elsewhere_are_refused(client: TestClient, headers: dict[str, str], address: str) -> None:
    assert client.post(address, data={"decision": "none"}, headers=headers).status_code == 403


def test_without_the_token_nothing_is_shown(samples_db: Path, opened: Opened) -> None:
    guarded = opened(samples_db, host="0.0.0.0", token=TOKEN)
    for address in ("/", "/reports", "/findings.xlsx", "/runs", "/compare"):
        answer = guarded.get(address, follow_redirects=False)
        assert answer.status_code == 303
        assert answer.headers["location"].startswith("/login?next=")
        assert answer.content == b""
    for wrong in (
        {},
        {"authorization": "Bearer wrong"},
        {"authorization": f"Basic {TOKEN}"},
        {"cookie": "gongkai_token=x"},
    ):
        assert guarded.get("/api/v1/reports", headers=wrong).status_code == 401
        assert guarded.get("/api/openapi.json", headers=wrong).status_code == 401
    assert guarded.post("/decisions", headers=SAME).status_code == 401
    assert guarded.get("/api/v1/reports", headers={"authorization": f"Bearer {TOKEN}"}).status_code == 200


def test_login_sets_a_cookie_that_scripts_cannot_read(samples_db: Path, opened: Opened) -> None:
    guarded = opened(samples_db, host="0.0.0.0", token=TOKEN)
    assert guarded.post("/login", data={"token": "wrong"}, headers=SAME).status_code == 401
    told = {"token": TOKEN, "next": "/findings"}
    answer = guarded.post("/login", data=told, headers=SAME, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/findings")
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert guarded.get("/findings").status_code == 200
    guarded.cookies.clear()


def test_open_to_the_network_without_a_token_nobody_gets_in(samples_db: Path, opened: Opened) -> None:
    assert opened(samples_db, host="0.0.0.0").get("/api/v1/reports").status_code == 401


@pytest.mark.parametrize(
    "to", ["//evil.example", "/\\evil.example", "https://evil.example", "javascript:1", "/a\nb", ""]
)
def test_nobody_is_sent_elsewhere(to: str) -> None:
    assert _next(to) == "/"
    assert back(to) == "/findings"


def test_addresses_of_this_network_need_no_name() -> None:
    far = Settings("x", host="0.0.0.0", token=TOKEN, hosts=("reports.example",))
    assert far.allows("192.168.1.5:8765")
    assert far.allows("reports.example")
    assert not far.allows("rebound.example")


# --- what is sent ---------------------------------------------------------------------------------------------------


def test_oversized_bodies_are_refused(samples_db: Path, opened: Opened) -> None:
    small = opened(samples_db, upload_bytes=100_000)
    big = {"file": ("大.txt", b"x" * 200_000)}
    assert small.post("/check", files=big, headers=SAME).status_code == 413
    streamed = (b"x" * 50_000 for _ in range(10))
    told = {**SAME, "content-type": "multipart/form-data; boundary=b"}
    assert small.post("/check", content=streamed, headers=told).status_code in (400, 413)
    assert small.post("/decisions", data={"reason": "x" * (2 << 20)}, headers=SAME).status_code == 413
    assert small.post("/check", headers={**SAME, "content-length": "²".encode("latin-1")}).status_code in (400, 413)


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"--b\r\nbroken", "multipart/form-data; boundary=b"), (b"", "multipart/form-data"),
        (b"%PDF-1.7 nothing", "application/pdf"), (b"a=%FF%FE", "application/x-www-form-urlencoded"),
        (b"f=" + b"&f=".join([b"1"] * 5000), "application/x-www-form-urlencoded"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("address", ["/check", "/decisions"])
def test_broken_forms_are_told_so(client: TestClient, content: bytes, kind: str, address: str) -> None:
    answer = client.post(address, content=content, headers={**SAME, "content-type": kind})
    assert 400 <= answer.status_code < 500


def _bomb() -> bytes:
    """A document that unpacks to 100 MB, with entities that would grow tenfold and a file of this machine in them."""
    held = io.BytesIO()
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 9))
    document = f'<!DOCTYPE d [<!ENTITY e0 SYSTEM "file:///etc/passwd">{entities}]><d>&e8;</d>'
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("word/document.xml", document + " " * (100 << 20))
    return held.getvalue()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("坏.pdf", b"%PDF-1.7\n%%EOF"), ("坏.docx", b"PK\x03\x04 nothing"), ("空.html", b"<html></html>"),
        ("乱.txt", bytes(range(256)) * 40), ("深.html", b"<div>" * 200_000), ("../../x.exe", b"MZ" + b"\x00" * 5000),
    ],
)  # fmt: skip
def test_hostile_uploads_end_in_an_answer(hostile: TestClient, name: str, content: bytes) -> None:
    answer = hostile.post("/check", files={"file": (name, content)}, headers=SAME)
    assert answer.status_code in (200, 422)
    assert "Traceback" not in answer.text


def test_what_swells_when_unpacked_is_refused(hostile: TestClient) -> None:
    answer = hostile.post("/check", files={"file": ("年报.docx", _bomb())}, headers=SAME)
    assert answer.status_code == 422
    assert "root:" not in answer.text


def test_only_a_plain_ending_of_a_file_name_is_used() -> None:
    assert [ending(name) for name in ("a.PDF", "a/../b.txt", "a.t/xt", "a", "a.toolongending", "a.p\x00df")] == [
        ".pdf", ".txt", "", "", "", "",
    ]  # fmt: skip
