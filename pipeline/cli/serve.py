"""The command that opens the web page: serve."""

from __future__ import annotations

import os
import secrets
from typing import Annotated

import typer

from pipeline.cli.bulk import Db
from pipeline.errors import UsageError


def register(app: typer.Typer) -> None:
    app.command()(serve)


def serve(
    db: Db = "gongkai.duckdb",
    port: Annotated[int, typer.Option("--port", min=1, max=65535, help="端口")] = 8765,
    host: Annotated[str, typer.Option("--host", help="绑定的地址；不是本机地址时要口令")] = "127.0.0.1",
    token: Annotated[
        str | None, typer.Option("--token", help="口令，至少 16 个字符；可用环境变量 GONGKAI_TOKEN", show_default=False)
    ] = None,
    allow_host: Annotated[
        list[str] | None, typer.Option("--allow-host", help="还可以用哪个主机名访问，可写多次", show_default=False)
    ] = None,
    originals: Annotated[
        str | None,
        typer.Option(
            "--originals", help="报告原件所在的文件夹，用来显示 PDF 的页面；不写就按入库时的路径找", show_default=False
        ),
    ] = None,
) -> None:
    """打开网页：找出有问题的报告，对照原文，记下处理意见，比较各机关。只在本机，数据不外传。

    例：gongkai serve --db 年报.duckdb
    """
    import uvicorn

    from pipeline.web.app import create_app
    from pipeline.web.settings import LOOPBACK, Settings

    given = token or os.environ.get("GONGKAI_TOKEN")
    made = None
    if given is not None and len(given) < 16:
        raise UsageError("口令太短：请至少用 16 个字符，或不写 --token，由程序生成")
    if given is None and host not in LOOPBACK:
        made = given = secrets.token_urlsafe(24)
    names = tuple(name.lower() for name in allow_host or ())
    settings = Settings(db=db, host=host, port=port, token=given, hosts=names, originals=originals)
    application = create_app(settings)
    shown = f"[{host}]" if ":" in host else "127.0.0.1" if host == "0.0.0.0" else host
    print(f"网页已打开：http://{shown}:{port}/   数据库：{db}   按 Ctrl+C 停止", flush=True)
    if made:
        print(f"口令：{made}", flush=True)
    config = uvicorn.Config(
        application, host=host, port=port, log_level="warning", access_log=False, server_header=False,
        proxy_headers=False, timeout_graceful_shutdown=3,
    )  # fmt: skip
    uvicorn.Server(config).run()
