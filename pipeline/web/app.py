"""The application: pages, API and static files behind the guard."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse, Response
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp

from pipeline.errors import GongkaiError, StoreError
from pipeline.web import api, render
from pipeline.web.data import Data
from pipeline.web.drafts import Drafts
from pipeline.web.originals import Originals
from pipeline.web.pages import ROUTERS
from pipeline.web.security import COOKIE, Guard, same
from pipeline.web.settings import Settings
from pipeline.web.warm import warm

TITLES = {400: "请求有误", 401: "需要口令", 403: "不能这样提交", 404: "没有这一页", 405: "不能这样访问",
          413: "文件太大", 422: "请求有误", 500: "程序出错", 503: "数据库正忙"}  # fmt: skip


def create_app(settings: Settings) -> ASGIApp:
    """The application for one database. Raises StoreError where there is no database to read."""
    data = Data(settings.db)
    try:
        data.prepare()
    except BaseException:
        data.close()
        raise

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        await run_in_threadpool(warm, app.state.data)
        yield
        app.state.drafts.close()
        app.state.data.close()

    app = FastAPI(
        title="公开年报数据接口", version="1", summary="政府信息公开工作年度报告：报告、数据、核对结论、比较",
        docs_url=None, redoc_url=None, openapi_url="/api/openapi.json", lifespan=lifespan,
    )  # fmt: skip
    app.state.settings = settings
    app.state.data = data
    app.state.drafts = Drafts(settings.draft_seconds)
    app.state.originals = Originals(settings.originals)
    for router in ROUTERS:
        app.include_router(router, include_in_schema=False)
    app.include_router(api.router, prefix="/api/v1")
    app.add_api_route("/static/{name}", _static, include_in_schema=False)
    app.add_api_route("/login", _login, include_in_schema=False)
    app.add_api_route("/login", _enter, methods=["POST"], include_in_schema=False)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(GongkaiError, _told_error)
    app.add_exception_handler(Exception, _fault)
    guarded = Guard(app, settings)
    guarded.inner = app  # type: ignore[attr-defined]  # for whoever needs the state behind the guard
    return guarded


def _static(name: str) -> Response:
    found = render.static_files().get(name)
    if found is None:
        raise HTTPException(404)
    content, kind, _ = found
    return Response(content, media_type=kind, headers={"cache-control": "public, max-age=31536000, immutable"})


def _login(request: Request) -> Response:
    return render.page(request, "login.html", wrong=False, next=_next(request.query_params.get("next", "/")))


async def _enter(request: Request) -> Response:
    """Takes the token from the form and puts it into a cookie that no script can read."""
    settings: Settings = request.app.state.settings
    async with request.form(max_files=0, max_fields=5) as form:
        given, to = str(form.get("token", "")), _next(str(form.get("next", "/")))
    if settings.token is None or not same(given.strip(), settings.token):
        return render.page(request, "login.html", status=401, wrong=True, next=to)
    answer = RedirectResponse(to, status_code=303)
    answer.set_cookie(COOKIE, settings.token, httponly=True, samesite="strict", max_age=7 * 86400)
    return answer


def _next(told: str) -> str:
    """A path of ours to go on to; anything that could lead elsewhere is the front page."""
    plain = told.startswith("/") and not told.startswith(("//", "/\\")) and told.isprintable()
    return told if plain and "\\" not in told else "/"


def _error(request: Request, status: int, message: str) -> Response:
    if request.url.path.startswith("/api/"):
        return JSONResponse({"error": message}, status)
    title = TITLES.get(status, "出错了")
    return render.page(request, "error.html", status=status, title=title, message=message, code=status)


async def _http_error(request: Request, error: Any) -> Response:
    said = {404: "没有这一页，或报告已不在库中", 405: "这个地址不能这样访问"}
    detail = error.detail if isinstance(error.detail, str) and not error.detail.isascii() else ""
    return _error(request, error.status_code, detail or said.get(error.status_code, "请求不能处理"))


async def _invalid(request: Request, error: Any) -> Response:
    if request.url.path.startswith("/api/"):
        wrong = [{"at": list(e["loc"]), "message": e["msg"]} for e in error.errors()]
        return JSONResponse({"error": "参数不对", "detail": wrong}, 422)
    return _error(request, 400, "请求的参数不对，请从页面上的链接或表单进入")


async def _told_error(request: Request, error: Any) -> Response:
    return _error(request, 503 if isinstance(error, StoreError) else 400, error.message)


async def _fault(request: Request, error: Any) -> Response:
    return _error(request, 500, "程序内部错误；设 GONGKAI_DEBUG=1 重新启动 gongkai serve，可在终端看到细节")
