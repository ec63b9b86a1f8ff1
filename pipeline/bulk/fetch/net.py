"""HTTP with manners and guards: no private addresses, limits of size and time, a pace per host, robots.txt."""

from __future__ import annotations

import ipaddress
import socket
import ssl
import threading
import time
import typing
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit
from urllib.robotparser import RobotFileParser

import httpcore
import httpx

from pipeline.errors import GongkaiError

AGENT = "gongkai/0.1"
REDIRECTS = 5
_ROBOTS_BYTES = 500 << 10
_LONGEST_PAUSE = 120.0
_SLOWEST_ROBOT = 30.0


class Refused(GongkaiError):
    """An address that is not fetched, or that did not give what was asked; the message says why."""

    code = "fetch"


@dataclass(frozen=True, slots=True)
class Limits:
    """How politely, how much and how long."""

    rate: float = 1.0
    """Requests a second to one host."""
    per_host: int = 2
    at_once: int = 16
    seconds: float = 60.0
    size: int = 64 << 20
    private: bool = False
    """Whether addresses of private networks and of this machine may be asked."""
    pauses: tuple[float, ...] = (2.0, 10.0, 30.0)
    """Pauses before an address is asked again that failed in passing (429, 5xx, broken connections)."""
    attachments: int = 20
    """Attachments followed from one page."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What an address gave. `data` is None when it has not changed (304)."""

    address: str
    status: int
    headers: dict[str, str]
    data: bytes | None


class _Backend(httpcore.NetworkBackend):
    """Connects only to addresses that were looked at: what a name means is asked once and then used."""

    def __init__(self, private: bool) -> None:
        self._inner = httpcore.SyncBackend()
        self._private = private

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[typing.Any] | None = None,
    ) -> httpcore.NetworkStream:
        try:
            found = [str(info[4][0]) for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
        except OSError as error:
            raise httpcore.ConnectError(f"找不到主机 {host}") from error
        for address in found:
            if not self._private and not ipaddress.ip_address(address.partition("%")[0]).is_global:
                raise Refused(f"{host} 是内网或本机地址；确实要取的话请加 --allow-private")
        return self._inner.connect_tcp(found[0], port, timeout, local_address, socket_options)

    def sleep(self, seconds: float) -> None:
        self._inner.sleep(seconds)


class _Stream(httpx.SyncByteStream):
    def __init__(self, stream: typing.Any) -> None:
        self._stream = stream

    def __iter__(self) -> Iterator[bytes]:
        yield from self._stream

    def close(self) -> None:
        self._stream.close()


class _Transport(httpx.BaseTransport):
    """httpx over a pool with our backend; proxies of the environment are not used, they would hide the address."""

    def __init__(self, limits: Limits) -> None:
        self._pool = httpcore.ConnectionPool(
            ssl_context=ssl.create_default_context(),
            max_connections=limits.at_once,
            keepalive_expiry=10,
            network_backend=_Backend(limits.private),
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        url = request.url
        answer = self._pool.handle_request(
            httpcore.Request(
                request.method,
                httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path),
                headers=request.headers.raw,
                content=request.stream,
                extensions=request.extensions,
            )
        )
        return httpx.Response(answer.status, headers=answer.headers, stream=_Stream(answer.stream))

    def close(self) -> None:
        self._pool.close()


class _Host:
    """The pace of one host, and its robots.txt."""

    def __init__(self, gap: float) -> None:
        self.gap = gap
        self.robots: RobotFileParser | None = None
        self.asking = threading.Lock()
        self._next = 0.0
        self._lock = threading.Lock()

    def pace(self) -> None:
        """Waits for this host's next turn."""
        with self._lock:
            now = time.monotonic()
            turn = max(now, self._next)
            self._next = turn + self.gap
        time.sleep(max(0.0, turn - now))

    def hold(self, seconds: float) -> None:
        """Nobody asks this host for a while."""
        with self._lock:
            self._next = max(self._next, time.monotonic() + seconds)


class Web:
    """Everything that goes over the network."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._client = httpx.Client(
            transport=_Transport(limits),
            timeout=min(20.0, limits.seconds),
            headers={"User-Agent": AGENT, "Accept-Language": "zh-CN,zh;q=0.9", "Accept": "*/*"},
            trust_env=False,
        )
        self._hosts: dict[str, _Host] = {}
        self._lock = threading.Lock()

    def close(self) -> None:
        self._client.close()

    def get(self, address: str, conditions: dict[str, str] | None = None) -> Answer:
        """The bytes at an address, after redirects. Raises Refused with the reason when there are none to be had."""
        for _ in range(REDIRECTS + 1):
            host = self._host(address)
            robots = self._robots(host, address)
            if not robots.can_fetch(AGENT, address):
                raise Refused("网站的 robots.txt 不允许")
            answer = self._patiently(host, address, conditions or {})
            if answer.status not in (301, 302, 303, 307, 308):
                return answer
            target = answer.headers.get("location")
            if not target:
                raise Refused(f"转向没有地址（HTTP {answer.status}）")
            address = urljoin(address, target)
        raise Refused(f"转向超过 {REDIRECTS} 次")

    def _host(self, address: str) -> _Host:
        parts = urlsplit(address)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise Refused("不是 http(s) 地址")
        with self._lock:
            return self._hosts.setdefault(
                f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}", _Host(1 / self._limits.rate)
            )

    def _robots(self, host: _Host, address: str) -> RobotFileParser:
        with host.asking:
            if host.robots is None:
                host.robots = self._read_robots(host, urljoin(address, "/robots.txt"))
                delay = host.robots.crawl_delay(AGENT)
                if delay:
                    host.gap = max(host.gap, min(float(delay), _SLOWEST_ROBOT))
            return host.robots

    def _read_robots(self, host: _Host, address: str) -> RobotFileParser:
        """RFC 9309: no such file allows everything; a server that fails allows nothing for now."""
        robots = RobotFileParser()
        try:
            for _ in range(REDIRECTS + 1):
                answer = self._patiently(host, address, {}, _ROBOTS_BYTES)
                if answer.status not in (301, 302, 303, 307, 308):
                    break
                address = urljoin(address, answer.headers.get("location", ""))
        except Refused as error:
            if "HTTP 4" not in error.message:
                raise Refused(f"读不到 robots.txt（{error.message}）") from error
            robots.parse([])
            return robots
        robots.parse((answer.data or b"").decode("utf-8", "replace").splitlines() if answer.status == 200 else [])
        return robots

    def _patiently(self, host: _Host, address: str, conditions: dict[str, str], size: int = 0) -> Answer:
        for pause in (*self._limits.pauses, None):
            host.pace()
            wait: float | None = None
            try:
                answer, wait = self._once(address, conditions, size or self._limits.size)
            except (httpx.HTTPError, httpcore.NetworkError, httpcore.TimeoutException, httpcore.ProtocolError) as error:
                told = f"连不上或中断（{type(error).__name__}）"
            except (httpx.InvalidURL, ValueError) as error:
                raise Refused("网址写法不对") from error
            else:
                told = f"HTTP {answer.status}"
                if answer.status < 400:
                    return answer
                if answer.status != 429 and answer.status < 500:
                    break
            if pause is not None:
                host.hold(min(wait or pause, _LONGEST_PAUSE))
        raise Refused(told)

    def _once(self, address: str, conditions: dict[str, str], size: int) -> tuple[Answer, float | None]:
        """One request, no redirects. Gives the answer and how long the server asks to be left alone."""
        deadline = time.monotonic() + self._limits.seconds
        with self._client.stream("GET", address, headers=conditions) as answer:
            headers = {name.lower(): value for name, value in answer.headers.items()}
            data: bytes | None = None
            if answer.status_code == 200:
                if int(headers.get("content-length", "0") or 0) > size:
                    raise Refused(f"文件超过 {size >> 20} MB（可用 --megabytes 放宽）")
                data = self._body(answer, size, deadline)
            wait = headers.get("retry-after", "")
            return Answer(address, answer.status_code, headers, data), float(wait) if wait.isdigit() else None

    def _body(self, answer: httpx.Response, size: int, deadline: float) -> bytes:
        pieces: list[bytes] = []
        total = 0
        for piece in answer.iter_bytes(1 << 16):
            total += len(piece)
            if total > size:
                raise Refused(f"文件超过 {size >> 20} MB（可用 --megabytes 放宽）")
            if time.monotonic() > deadline:
                raise Refused(f"{self._limits.seconds:g} 秒内没有传完（可用 --seconds 放宽）")
            pieces.append(piece)
        return b"".join(pieces)
