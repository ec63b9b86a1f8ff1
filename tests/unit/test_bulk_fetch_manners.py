"""Manners and guards of `gongkai fetch` without a network: pace, concurrency, robots, addresses, attachments."""

from __future__ import annotations

import socket
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

import pytest

from pipeline.bulk.fetch import Limits, fetch, net
from pipeline.bulk.fetch.net import Answer, Refused, Web
from pipeline.bulk.fetch.pages import attachments

ROBOTS = "/robots.txt"


@dataclass
class Clock:
    """Time that passes only by sleeping."""

    now: float = 1000.0

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


@dataclass
class Net:
    """Answers by address, and when each was asked. An address asked more often than it has answers keeps the last."""

    clock: Clock
    answers: dict[str, list[tuple[int, dict[str, str], bytes]]] = field(default_factory=dict)
    asked: list[tuple[str, float]] = field(default_factory=list)
    conditions: list[dict[str, str]] = field(default_factory=list)

    def once(self, address: str, conditions: dict[str, str], size: int) -> tuple[Answer, float | None]:
        self.asked.append((address, self.clock.now - 1000.0))
        self.conditions.append(conditions)
        held = self.answers.get(address, [(404, {}, b"")])
        status, headers, data = held.pop(0) if len(held) > 1 else held[0]
        wait = headers.get("retry-after", "")
        return Answer(address, status, headers, data if status == 200 else None), float(wait) if wait else None

    def times(self, address: str) -> list[float]:
        return [round(at, 3) for asked, at in self.asked if asked == address]


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> Net:
    """The network in place of which answers are given at once."""
    clock = Clock()
    held = Net(clock)
    monkeypatch.setattr(net, "time", clock)
    monkeypatch.setattr(Web, "_once", lambda _, address, conditions, size: held.once(address, conditions, size))
    return held


@pytest.fixture
def web() -> Iterator[Callable[..., Web]]:
    made: list[Web] = []

    def make(**limits: Any) -> Web:
        made.append(Web(Limits(**limits)))
        return made[-1]

    yield make
    for one in made:
        one.close()


def _page(*, robots: str = "", **pages: bytes) -> dict[str, list[tuple[int, dict[str, str], bytes]]]:
    found = {f"http://a.example/{name}": [(200, {}, data)] for name, data in pages.items()}
    return {**found, f"http://a.example{ROBOTS}": [(200, {}, robots.encode())]}


def test_a_host_is_asked_at_its_pace_and_others_do_not_wait_for_it(at_once: Net, web: Callable[..., Web]) -> None:
    at_once.answers = _page(x=b"1", y=b"2") | {"http://b.example/z": [(200, {}, b"3")]}
    asker = web(rate=0.5)
    asker.get("http://a.example/x")
    asker.get("http://a.example/y")
    assert [at for _, at in at_once.asked] == [0, 2, 4]  # robots.txt is a request like any other
    asker.get("http://b.example/z")
    assert at_once.times(f"http://b.example{ROBOTS}") == [4]  # at once: it is another host


def test_a_delay_in_robots_makes_the_pace_slower_within_reason(at_once: Net, web: Callable[..., Web]) -> None:
    at_once.answers = _page(robots="User-agent: *\nCrawl-delay: 7\n", x=b"1", y=b"2")
    asker = web(rate=1.0)
    asker.get("http://a.example/x")
    asker.get("http://a.example/y")
    assert at_once.times("http://a.example/y")[0] - at_once.times("http://a.example/x")[0] == 7
    at_once.answers["http://a.example" + ROBOTS] = [(200, {}, b"User-agent: *\nCrawl-delay: 86400\n")]
    other = web(rate=1.0)
    other.get("http://a.example/x")
    began = at_once.clock.now
    other.get("http://a.example/y")
    assert at_once.clock.now - began == 30


@pytest.mark.parametrize(("told", "held"), [("9", 9), ("99999", 120), ("", 2)])
def test_a_server_that_is_busy_is_left_alone_as_long_as_it_asks(
    told: str, held: float, at_once: Net, web: Callable[..., Web]
) -> None:
    busy = (429, {"retry-after": told} if told else {}, b"")
    at_once.answers = _page() | {"http://a.example/x": [busy, (200, {}, b"1")]}
    assert web(rate=1000.0, pauses=(2.0,)).get("http://a.example/x").data == b"1"
    first, second = at_once.times("http://a.example/x")
    assert second - first == pytest.approx(held)


def test_robots_may_be_moved_and_speak_to_us_by_name(at_once: Net, web: Callable[..., Web]) -> None:
    at_once.answers = {
        f"http://a.example{ROBOTS}": [(301, {"location": "/other/robots.txt"}, b"")],
        "http://a.example/other/robots.txt": [(200, {}, b"User-agent: gongkai\nDisallow: /x\n")],
        "http://a.example/y": [(200, {}, b"2")],
    }
    asker = web(rate=1000.0)
    with pytest.raises(Refused, match=r"robots\.txt"):
        asker.get("http://a.example/x")
    assert asker.get("http://a.example/y").data == b"2"
    assert not at_once.times("http://a.example/x")


def test_where_a_redirect_leads_its_own_robots_count(at_once: Net, web: Callable[..., Web]) -> None:
    at_once.answers = _page() | {
        "http://a.example/x": [(302, {"location": "http://b.example/closed"}, b"")],
        f"http://b.example{ROBOTS}": [(200, {}, b"User-agent: *\nDisallow: /closed\n")],
    }
    with pytest.raises(Refused, match=r"robots\.txt"):
        web(rate=1000.0).get("http://a.example/x")
    assert not at_once.times("http://b.example/closed")


@pytest.mark.parametrize("address", ["file:///etc/passwd", "ftp://a.example/x", "http:///x", "a.example/x"])
def test_only_http_addresses_are_asked(address: str, at_once: Net, web: Callable[..., Web]) -> None:
    with pytest.raises(Refused, match="http"):
        web().get(address)
    assert not at_once.asked


def test_a_redirect_to_another_kind_of_address_is_refused(at_once: Net, web: Callable[..., Web]) -> None:
    at_once.answers = _page() | {"http://a.example/x": [(302, {"location": "file:///etc/passwd"}, b"")]}
    with pytest.raises(Refused, match="http"):
        web(rate=1000.0).get("http://a.example/x")


PRIVATE = ("127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "::1",
           "fd00::1", "fe80::1%eth0", "::ffff:127.0.0.1", "::ffff:10.0.0.1")  # fmt: skip


def _resolves(patch: pytest.MonkeyPatch, *addresses: str) -> None:
    told = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 80)) for address in addresses]
    patch.setattr(net.socket, "getaddrinfo", lambda *_, **__: told)


def _backend(private: bool = False) -> tuple[Any, list[str]]:
    asked: list[str] = []
    backend = net._Backend(private)
    backend._inner = SimpleNamespace(connect_tcp=lambda address, *_: asked.append(address))  # type: ignore[assignment]  # a stand-in
    return backend, asked


@pytest.mark.parametrize("address", PRIVATE)
def test_a_name_that_means_a_private_address_is_refused(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    backend, asked = _backend()
    _resolves(monkeypatch, "93.184.216.34", address)  # one private address among several is enough
    with pytest.raises(Refused, match="--allow-private"):
        backend.connect_tcp("a.example", 80)
    assert not asked
    allowed, asked = _backend(private=True)
    allowed.connect_tcp("a.example", 80)
    assert asked == ["93.184.216.34"]


def test_what_was_looked_at_is_what_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    backend, asked = _backend()
    _resolves(monkeypatch, "93.184.216.34")
    backend.connect_tcp("a.example", 80)
    assert asked == ["93.184.216.34"]  # not the name, which could mean another address the second time


def test_what_takes_too_long_or_grows_too_large_is_given_up(
    monkeypatch: pytest.MonkeyPatch, web: Callable[..., Web]
) -> None:
    clock = Clock()
    monkeypatch.setattr(net, "time", clock)

    def slowly(size: int) -> Iterator[bytes]:
        for _ in range(100):
            clock.sleep(1.0)
            yield b"x" * 10

    asker = web(seconds=5.0)
    with pytest.raises(Refused, match="--seconds"):
        asker._body(SimpleNamespace(iter_bytes=slowly), 10_000, clock.now + 5.0)  # type: ignore[arg-type]  # a stand-in
    with pytest.raises(Refused, match="--megabytes"):
        asker._body(SimpleNamespace(iter_bytes=slowly), 25, clock.now + 500.0)  # type: ignore[arg-type]  # as above


def test_a_server_without_tags_is_asked_by_date(at_once: Net, tmp_path: Path) -> None:
    date = "Mon, 20 Jan 2025 08:00:00 GMT"
    at_once.answers = _page() | {"http://a.example/x": [(200, {"last-modified": date}, b"1"), (304, {}, b"")]}
    (tmp_path / "list.txt").write_text("http://a.example/x\n", encoding="utf-8")
    assert fetch(tmp_path / "list.txt", tmp_path / "out", Limits(rate=1000.0)).new == 1
    assert fetch(tmp_path / "list.txt", tmp_path / "out", Limits(rate=1000.0)).unchanged == 1
    assert at_once.conditions[-1] == {"If-Modified-Since": date}


def test_what_was_fetched_stays_when_its_server_fails_later(at_once: Net, tmp_path: Path) -> None:
    at_once.answers = _page() | {"http://a.example/x": [(200, {}, b"1"), (500, {}, b"")]}
    (tmp_path / "list.txt").write_text("http://a.example/x\n", encoding="utf-8")
    fetch(tmp_path / "list.txt", tmp_path / "out", Limits(rate=1000.0))
    held = (tmp_path / "out" / "manifest.csv").read_bytes()
    told = fetch(tmp_path / "list.txt", tmp_path / "out", Limits(rate=1000.0, pauses=()))
    assert told.failed == [("http://a.example/x", "HTTP 500")]
    assert (tmp_path / "out" / "manifest.csv").read_bytes() == held


def test_a_host_is_asked_by_so_many_at_once_and_hosts_side_by_side(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    meeting = {"a.example": threading.Barrier(2, timeout=20), "b.example": threading.Barrier(2, timeout=20)}
    both = threading.Barrier(2, timeout=20)
    active: Counter[str] = Counter()
    most: Counter[str] = Counter()
    lock = threading.Lock()

    def get(_: Web, address: str, conditions: dict[str, str]) -> Answer:
        host = urlsplit(address).netloc
        with lock:
            active[host] += 1
            most[host] = max(most[host], active[host])
        meeting[host].wait()  # only passes where two ask this host at the same time
        if address.endswith("/0"):
            both.wait()  # and only where both hosts are asked at the same time
        with lock:
            active[host] -= 1
        return Answer(address, 200, {}, address.encode())

    monkeypatch.setattr(Web, "get", get)
    addresses = [f"http://{host}/{number}" for host in meeting for number in range(8)]
    (tmp_path / "list.txt").write_text("\n".join(addresses), encoding="utf-8")
    told = fetch(tmp_path / "list.txt", tmp_path / "out", Limits(per_host=2))
    assert (told.new, told.failed) == (16, [])
    assert most == {"a.example": 2, "b.example": 2}


_LINKS = (
    '<a href="one.pdf">一</a><a href="/two.DOCX?v=1#x">二</a><a href="https://oss.a.gov.example/three.xls">三</a>'
    '<a href="https://b.gov.example/four.pdf">四</a><a href="javascript:alert(1)">五</a><a href="http://[bad/6.pdf">六</a>'
    '<a href="one.pdf">又一</a><img src="scan.png">'
)
_TABLE = "<table>" + "<tr>" + "<td>1</td>" * 5 + "</tr>" + ("<tr>" + "<td>2</td>" * 5 + "</tr>") * 5 + "</table>"
_ADDRESS = "https://www.a.gov.example/col/page.html"
_FILES = [
    "https://www.a.gov.example/col/one.pdf",
    "https://www.a.gov.example/two.DOCX?v=1",
    "https://oss.a.gov.example/three.xls",
]


def test_a_page_leads_to_attachments_of_its_own_site() -> None:
    page = f"<html><body><p>年报见附件。</p>{_LINKS}</body></html>".encode()
    assert attachments(page, _ADDRESS, 20) == ([*_FILES, "https://www.a.gov.example/col/scan.png"], False)
    assert attachments(page, _ADDRESS, 2) == (_FILES[:2], False)


def test_pictures_of_a_page_with_text_and_attachments_of_one_with_tables_are_left() -> None:
    prose = "本年度主动公开信息若干条。" * 100
    page = f"<html><body><p>{prose}</p>{_LINKS}</body></html>".encode()
    assert attachments(page, _ADDRESS, 20) == (_FILES, True)
    page = f"<html><body><p>年报。</p>{_TABLE}{_LINKS}</body></html>".encode()
    assert attachments(page, _ADDRESS, 20) == ([], True)
    assert attachments(b"%PDF-1.4", _ADDRESS, 20) == ([], True)
