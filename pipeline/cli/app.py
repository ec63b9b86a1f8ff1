"""All commands under one typer app. Imports are lazy: `gongkai extract` must not pay for Prefect or DuckDB."""

from __future__ import annotations

import typer

from pipeline.cli import bulk, data, lexicon, read, serve

app = typer.Typer(
    name="gongkai",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="读取政府信息公开工作年度报告：表格、正文数字、两者是否一致，汇成可以比较的数据库。",
)

read.register(app)
bulk.register(app)
data.register(app)
serve.register(app)
app.add_typer(lexicon.app, name="lexicon")
