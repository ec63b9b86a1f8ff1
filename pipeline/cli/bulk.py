"""Commands of the main job: run, runs, retry, relink, fetch, samples."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from rich.progress import Progress

    from pipeline.bulk.discover import Item
    from pipeline.bulk.session import Session
    from pipeline.bulk.workers import Done
    from pipeline.store import Database

Db = Annotated[str, typer.Option("--db", help="数据库：文件路径，或 postgresql:// 地址")]


Workers = Annotated[int, typer.Option(help="工作进程数，0 为每核一个")]
Engine = Annotated[str, typer.Option(help="local；dask（本机集群）；dask:地址（已有的集群，本机以外只能用 tls://）")]
JsonLogs = Annotated[bool, typer.Option("--json-logs", help="进展和搁置的文件写成 JSON 行到标准错误，不显示进度条")]
Prefect = Annotated[bool, typer.Option(help="用 Prefect 流程；--no-prefect 直接处理")]
Lexicon = Annotated[Path | None, typer.Option("--lexicon", help="词典文件夹，不写就是自带的")]

runs = typer.Typer(
    help="列出处理过的批次，最近的在前；show 看其中一次。\n\n例：gongkai runs --db 年报.duckdb",
    invoke_without_command=True,
    rich_markup_mode=None,
    add_completion=False,
)


def register(app: typer.Typer) -> None:
    app.command()(run)
    app.add_typer(runs, name="runs")
    app.command()(retry)
    app.command()(relink)
    app.command()(fetch)
    app.command()(samples)


def run(
    inputs: Annotated[
        list[str],
        typer.Argument(help="文件、文件夹、通配符、压缩包、@清单、清单 CSV、s3:// 等地址", show_default=False),
    ],
    db: Db = "gongkai.duckdb",
    workers: Workers = 0,
    engine: Engine = "local",
    again: Annotated[bool, typer.Option("--again", help="已做过的也重做")] = False,
    lexicon: Lexicon = None,
    json_logs: JsonLogs = False,
    prefect: Prefect = True,
) -> None:
    """把所有报告读入数据库。可随时中断，再运行一次就接着做；没有变化的不会重做。

    例：gongkai run 年报文件夹/ --db 年报.duckdb
    """
    from pipeline.bulk import session as sessions

    def make(database: Database) -> Session:
        return sessions.start(
            inputs, database, workers=workers, again=again, lexicon_folder=lexicon, ready_workers=engine == "local"
        )

    _do(make, db, engine, json_logs, prefect)


def retry(
    db: Db = "gongkai.duckdb",
    number: Annotated[
        int | None, typer.Option("--run", help="哪一次处理里搁置的，不写就是全部", show_default=False)
    ] = None,
    workers: Workers = 0,
    engine: Engine = "local",
    lexicon: Lexicon = None,
    json_logs: JsonLogs = False,
    prefect: Prefect = True,
) -> None:
    """把搁置的文件再读一次（比如装好了文字识别组件、文件已经换好）。

    例：gongkai retry --db 年报.duckdb --run 3
    """
    from pipeline.bulk import session as sessions

    def make(database: Database) -> Session:
        return sessions.retry(
            database, number=number, workers=workers, lexicon_folder=lexicon, ready_workers=engine == "local"
        )

    _do(make, db, engine, json_logs, prefect)


def relink(
    db: Db = "gongkai.duckdb",
    workers: Workers = 0,
    engine: Engine = "local",
    lexicon: Lexicon = None,
    json_logs: JsonLogs = False,
    prefect: Prefect = True,
) -> None:
    """词典改动后，按以前各次处理的输入再走一遍：只重做改动涉及的文件，读过的 PDF 和 Word 不再读。

    例：gongkai relink --db 年报.duckdb
    """
    from pipeline.bulk import session as sessions

    def make(database: Database) -> Session:
        return sessions.start(
            sessions.inputs_of(database), database, workers=workers, lexicon_folder=lexicon,
            ready_workers=engine == "local",
        )  # fmt: skip

    _do(make, db, engine, json_logs, prefect)


def _do(make: Callable[[Database], Session], db: str, engine: str, json_logs: bool, prefect: bool) -> None:
    """Plans with `make`, works, shows the summary; exits with 3 when something was set aside."""
    from contextlib import nullcontext

    from pipeline.bulk import logs
    from pipeline.cli import show
    from pipeline.store import open_db

    if engine != "local":
        from flows.engines import cluster_address

        cluster_address(engine)  # what cannot be right is told before anything is hashed
    if json_logs:
        logs.to_stderr()
    with open_db(db) as database, make(database) as planned:
        if planned.job.items:
            from flows import start

            with nullcontext() if json_logs else _progress(planned):
                start.run(planned, planned.inputs, db, orchestrate=prefect, engine=engine)
        summary = planned.finish()
        show.summary(summary, db)
    if summary.set_aside:
        raise typer.Exit(3)


def _progress(planned: Session) -> Progress:
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    from pipeline.cli.show import console

    bar = Progress(
        TextColumn("处理报告"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[rate]}"),
        TimeElapsedColumn(), TextColumn("剩余"), TimeRemainingColumn(), console=console, transient=True,
    )  # fmt: skip
    task = bar.add_task("", total=len(planned.job.items), rate="")

    def advance(batch: Sequence[Item], done: Sequence[Done]) -> None:
        bar.advance(task, len(done))
        speed = bar.tasks[task].speed
        bar.update(task, rate=f"{speed:.0f} 份/秒" if speed else "")

    planned.progress = advance
    return bar


@runs.callback()
def _list(context: typer.Context, db: Db = "gongkai.duckdb") -> None:
    """列出处理过的批次，最近的在前。

    例：gongkai runs --db 年报.duckdb
    """
    if context.invoked_subcommand is None:
        from pipeline.cli import show
        from pipeline.store import open_db

        with open_db(db) as database:
            show.runs(database.runs())


@runs.command("show")
def _show(
    number: Annotated[int, typer.Argument(help="处理的编号", show_default=False)], db: Db = "gongkai.duckdb"
) -> None:
    """看其中一次：每个文件的结果和搁置的原因。

    例：gongkai runs show 3 --db 年报.duckdb
    """
    from pipeline.cli import show
    from pipeline.store import open_db

    with open_db(db) as database:
        show.run_documents(database.run_documents(number))


def fetch(
    addresses: Annotated[Path, typer.Argument(help="网址清单：每行一个，或带 uri 列的 CSV", show_default=False)],
    out: Annotated[Path, typer.Option("--out", help="存到哪个文件夹", show_default=False)],
    rate: Annotated[float, typer.Option(help="每个网站每秒最多几次")] = 1.0,
    per_host: Annotated[int, typer.Option("--per-host", help="每个网站同时几个")] = 2,
    at_once: Annotated[int, typer.Option("--at-once", help="一共同时几个")] = 16,
    seconds: Annotated[float, typer.Option(help="每个文件最长几秒")] = 60.0,
    megabytes: Annotated[int, typer.Option(help="每个文件最大几 MB")] = 64,
    allow_private: Annotated[bool, typer.Option("--allow-private", help="允许内网和本机地址")] = False,
) -> None:
    """按清单下载网页和附件，遵守 robots.txt，写出 gongkai run 能读的 manifest.csv。只有这个命令上网。

    例：gongkai fetch 网址.txt --out 下载/
    """
    from pipeline.bulk.fetch import Limits
    from pipeline.bulk.fetch import fetch as fetch_all
    from pipeline.cli import show

    limits = Limits(
        rate=rate, per_host=per_host, at_once=at_once, seconds=seconds, size=megabytes << 20, private=allow_private
    )
    told = fetch_all(addresses, out, limits, each=lambda line: show.console.print(show.clean(line), style="dim"))
    show.console.print(
        f"下载 {told.new} 个，未变 {told.unchanged} 个，没有得到 {len(told.failed)} 个；清单：{out / 'manifest.csv'}"
    )
    for address, reason in told.failed:
        show.console.print(show.clean(f"没有得到 {address}：{reason}"), style="yellow")
    if told.failed:
        raise typer.Exit(3)


def samples(
    out: Annotated[Path, typer.Argument(help="写到哪个文件夹", show_default=False)],
    count: Annotated[int, typer.Option("--count", help="份数")] = 100,
    seed: Annotated[int, typer.Option(help="同一个数得到同样的报告")] = 1,
    truth: Annotated[bool, typer.Option("--truth", help="旁边放上标准答案")] = False,
    faults: Annotated[bool, typer.Option("--faults", help="每份埋一个错误，写在标准答案里")] = False,
) -> None:
    """生成一批各种形态的样例报告，用来试用和测速。

    例：gongkai samples 样例/ --count 1000
    """
    from pipeline.samples import generate

    made = sum(1 for _ in generate(out, count, seed=seed, with_truth=truth, faults=faults))
    print(f"已写入 {made} 份样例报告到 {out}")
