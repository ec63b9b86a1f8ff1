"""`gongkai fetch` against a server on this machine: manners, guards, what is kept and what the manifest says."""

from __future__ import annotations

import csv
import hashlib
import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from pipeline.bulk.discover import Item, discover
from pipeline.bulk.fetch import Limits, Told, fetch
from pipeline.errors import UsageError
from tests.conftest import ROOT

REPORT = (ROOT / "samples" / "haining2020.txt").read_bytes()
PAGE = (
    '<html><body><p>年报见附件。</p><a href="/files/report.txt.pdf">下载</a>'
    '<a href="http://elsewhere.example/other.pdf">别处</a></body></html>'
).encode()
LIMITS = Limits(rate=10_000, seconds=10, private=True, pauses=(0.0, 0.0))


@dataclass
class Site:
    """What the server holds and what it was asked."""

    base: str = ""
    pages: dict[str, bytes] = field(default_factory=dict)
    robots: str | None = None
    fails: Counter[str] = field(default_factory=Counter)
    asked: Counter[str] = field(default_factory=Counter)
    unchanged: int = 0


@pytest.fixture
def site() -> Iterator[Site]:
    held = Site()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            held.asked[self.path] += 1
            body = held.pages.get(self.path)
            if self.path == "/robots.txt" and held.robots is not None:
                body = held.robots.encode()
            if held.fails[self.path] > 0:
                held.fails[self.path] -= 1
                self._answer(503, b"")
            elif self.path == "/moved":
                self._answer(302, b"", location="/report.txt")
            elif self.path == "/round":
                self._answer(302, b"", location="/round")
            elif body is None:
                self._answer(404, b"")
            else:
                tag = f'"{hashlib.sha256(body).hexdigest()}"'
                if self.headers.get("If-None-Match") == tag:
                    held.unchanged += 1
                    self._answer(304, b"", etag=tag)
                else:
                    self._answer(200, body, etag=tag)

        def _answer(self, status: int, body: bytes, **headers: str) -> None:
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    held.base = f"http://127.0.0.1:{server.server_port}"
    yield held
    server.shutdown()
    server.server_close()
    thread.join()


def _fetch(site: Site, folder: Path, *paths: str, limits: Limits = LIMITS) -> Told:
    addresses = folder / "list.txt"
    addresses.write_text("\n".join(site.base + path for path in paths), encoding="utf-8")
    return fetch(addresses, folder / "out", limits)


def _manifest(folder: Path) -> list[dict[str, str]]:
    with (folder / "out" / "manifest.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_bytes_are_kept_by_their_hash_and_asked_for_again_only_if_changed(site: Site, tmp_path: Path) -> None:
    site.pages["/report.txt"] = REPORT
    assert _fetch(site, tmp_path, "/report.txt").new == 1
    (row,) = _manifest(tmp_path)
    sha256 = hashlib.sha256(REPORT).hexdigest()
    assert row["uri"] == f"files/{sha256[:2]}/{sha256}.txt"
    assert row["address"] == f"{site.base}/report.txt"
    assert (tmp_path / "out" / row["uri"]).read_bytes() == REPORT
    again = _fetch(site, tmp_path, "/report.txt")
    assert (again.new, again.unchanged, site.unchanged) == (0, 1, 1)
    assert _manifest(tmp_path) == [row]
    site.pages["/report.txt"] = REPORT + "补充。".encode()
    assert _fetch(site, tmp_path, "/report.txt").new == 1
    assert len(list((tmp_path / "out" / "files").rglob("*.txt"))) == 2  # what was published before stays


def test_a_page_without_tables_leads_to_its_own_attachments(site: Site, tmp_path: Path) -> None:
    site.pages["/page.html"] = PAGE
    site.pages["/files/report.txt.pdf"] = REPORT
    told = _fetch(site, tmp_path, "/page.html")
    assert (told.new, told.failed) == (2, [])
    (row,) = _manifest(tmp_path)
    assert row["page"] == f"{site.base}/page.html"
    assert row["address"] == f"{site.base}/files/report.txt.pdf"


def test_the_manifest_is_read_by_a_run_with_what_the_list_said(site: Site, tmp_path: Path) -> None:
    site.pages["/report.txt"] = REPORT
    addresses = tmp_path / "list.csv"
    addresses.write_text(f"uri,organ,year,note\n{site.base}/report.txt,某县政府办公室,2020,x\n", encoding="utf-8")
    fetch(addresses, tmp_path / "out", LIMITS)
    (item,) = (one for one in discover([str(tmp_path / "out")]) if isinstance(one, Item))
    hints = dict(item.hints)
    assert (hints["organ"], hints["year"]) == ("某县政府办公室", "2020")
    assert hints["address"] == f"{site.base}/report.txt"
    assert hints["retrieved_on"]


def test_robots_are_heeded(site: Site, tmp_path: Path) -> None:
    site.pages |= {"/open.txt": REPORT, "/closed/a.txt": REPORT}
    site.robots = "User-agent: *\nDisallow: /closed/\n"
    told = _fetch(site, tmp_path, "/open.txt", "/closed/a.txt")
    assert told.new == 1
    assert [reason for _, reason in told.failed] == ["网站的 robots.txt 不允许"]
    assert site.asked["/closed/a.txt"] == 0
    assert site.asked["/robots.txt"] == 1


def test_a_server_that_fails_to_give_its_robots_is_left_alone(site: Site, tmp_path: Path) -> None:
    site.pages["/report.txt"] = REPORT
    site.fails["/robots.txt"] = 100
    (failed,) = _fetch(site, tmp_path, "/report.txt").failed
    assert "robots.txt" in failed[1]
    assert site.asked["/report.txt"] == 0


def test_what_fails_in_passing_is_asked_again_and_what_is_gone_is_not(site: Site, tmp_path: Path) -> None:
    site.pages["/report.txt"] = REPORT
    site.fails["/report.txt"] = 2
    told = _fetch(site, tmp_path, "/report.txt", "/gone.txt")
    assert told.new == 1
    assert told.failed == [(f"{site.base}/gone.txt", "HTTP 404")]
    assert (site.asked["/report.txt"], site.asked["/gone.txt"]) == (3, 1)


def test_redirects_are_followed_but_not_for_ever(site: Site, tmp_path: Path) -> None:
    site.pages["/report.txt"] = REPORT
    told = _fetch(site, tmp_path, "/moved", "/round")
    assert told.new == 1
    assert told.failed == [(f"{site.base}/round", "转向超过 5 次")]
    assert _manifest(tmp_path)[0]["address"] == f"{site.base}/report.txt"


def test_private_addresses_and_large_files_are_refused(site: Site, tmp_path: Path) -> None:
    site.pages["/report.txt"] = REPORT
    (private,) = _fetch(site, tmp_path, "/report.txt", limits=Limits(rate=10_000, pauses=())).failed
    assert "--allow-private" in private[1]
    assert not site.asked
    (large,) = _fetch(site, tmp_path, "/report.txt", limits=Limits(rate=10_000, private=True, size=100)).failed
    assert "--megabytes" in large[1]


def test_a_list_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="读不到清单"):
        fetch(tmp_path / "none.txt", tmp_path / "out")
