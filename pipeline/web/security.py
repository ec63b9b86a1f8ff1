"""The guard in front of all pages: host names, token, same origin, size of what is sent, headers of answers.

A plain ASGI wrapper, so that nothing behind it can forget to ask.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Iterable
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import quote, urlsplit

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pipeline.web.settings import FORM_BYTES, Settings, split_host

COOKIE = "gongkai_token"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = (
    (b"content-security-policy", POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), microphone=(), geolocation=()"),
)
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
TOO_LARGE = "文件超过 {0} MB 的上限：请拆小，或用命令 gongkai check 核对"


def same(given: str, wanted: str) -> bool:
    """Whether two tokens are equal, in time that does not tell where they differ."""
    return hmac.compare_digest(given.encode(), wanted.encode())


class Guard:
    """Lets a request through to the application, or answers it itself."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app = app
        self.settings = settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        if scope["type"] != "http":  # there are no web sockets here
            await send({"type": "websocket.close", "code": 1008})
            return
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
        dressed = _dressed(scope, send)
        refused = self._refusal(scope, headers)
        if refused:
            await _answer(dressed, *refused)
            return
        limit = self.settings.upload_bytes if scope["path"] == "/check" else FORM_BYTES
        length = headers.get("content-length", "")
        if scope["method"] not in SAFE and (not length.isascii() or (length.isdigit() and int(length) > limit)):
            await _answer(dressed, 413, TOO_LARGE.format(limit >> 20))
            return
        await self.app(scope, _counted(receive, limit), dressed)

    def _refusal(self, scope: Scope, headers: dict[str, str]) -> tuple[int, str, str] | None:
        """(status, message, where to go instead) where the request must not pass."""
        if not self.settings.allows(headers.get("host", "")):
            return 421, "请求的主机名不在允许之列；用别的名字访问请加 --allow-host", ""
        path = scope["path"]
        if not self._known(headers) and path != "/login" and not path.startswith("/static/"):
            asked = path + ("?" + scope["query_string"].decode("latin-1") if scope["query_string"] else "")
            to = "" if path.startswith("/api/") or scope["method"] != "GET" else f"/login?next={quote(asked, safe='')}"
            return 401, "需要口令：请在请求头 Authorization: Bearer 中给出，或先在 /login 登录", to
        if scope["method"] not in SAFE and not _same_origin(scope, headers):
            return 403, "只接受本页面发出的提交", ""
        return None

    def _known(self, headers: dict[str, str]) -> bool:
        if self.settings.token is None:
            return self.settings.local
        kind, _, given = headers.get("authorization", "").partition(" ")
        if kind.lower() == "bearer" and same(given.strip(), self.settings.token):
            return True
        try:
            cookie = SimpleCookie(headers.get("cookie", "")).get(COOKIE)
        except CookieError:
            return False
        return cookie is not None and same(cookie.value, self.settings.token)


def _same_origin(scope: Scope, headers: dict[str, str]) -> bool:
    """Whether a page of ours sent this. Browsers say so themselves; what says nothing is refused."""
    site = headers.get("sec-fetch-site")
    if site is not None and site != "same-origin":
        return False
    origin = headers.get("origin")
    if origin is None:
        return site == "same-origin"
    parts = urlsplit(origin)
    wanted = split_host(headers.get("host", ""))
    return parts.scheme in ("http", "https") and bool(wanted[0]) and split_host(parts.netloc) == wanted


def _counted(receive: Receive, limit: int) -> Receive:
    """Stops a body that grows beyond the limit, whatever length it announced."""
    got = 0

    async def counted() -> Message:
        nonlocal got
        message = await receive()
        if message["type"] == "http.request":
            got += len(message.get("body", b""))
            if got > limit:
                raise HTTPException(413, TOO_LARGE.format(limit >> 20))
        return message

    return counted


def _dressed(scope: Scope, send: Send) -> Send:
    """Adds the headers of every answer. What is not a static file is never kept by a cache."""

    async def dressed(message: Message) -> None:
        if message["type"] == "http.response.start":
            given: Iterable[tuple[bytes, bytes]] = message.get("headers", ())
            names = {name.lower() for name, _ in given}
            extra = [pair for pair in HEADERS if pair[0] not in names]
            if b"cache-control" not in names:
                extra.append((b"cache-control", b"no-store"))
            message = {**message, "headers": [*given, *extra]}
        await send(message)

    return dressed


async def _answer(send: Send, status: int, message: str, to: str = "") -> None:
    """An answer of the guard itself: short text, or the way to the login page."""
    headers: list[tuple[bytes, bytes]] = [(b"content-type", b"application/json; charset=utf-8")]
    body = json.dumps({"error": message}, ensure_ascii=False).encode()
    if to:
        status, headers, body = 303, [(b"location", to.encode("latin-1"))], b""
    if status == 401:
        headers.append((b"www-authenticate", b"Bearer"))
    start: dict[str, Any] = {"type": "http.response.start", "status": status, "headers": headers}
    await send(start)
    await send({"type": "http.response.body", "body": body})
