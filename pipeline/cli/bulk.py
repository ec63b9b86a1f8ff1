"""Commands of the main job: run, runs, samples."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from pipeline.bulk.discover import Item
    from pipeline.bulk.session import Session
    from pipeline.bulk.workers import Done

Db = Annotated[str, typer.Option("--db", help="数据库：文件路径，或 postgresql:// 地址")]


def register(app: typer.Typer) -> None:
    app.command()(run)
    app.command()(runs)
    app.command()(samples)


def run(
    inputs: Annotated[
        list[str], typer.Argument(help="文件、文件夹、通配符、压缩包、@清单、清单 CSV", show_default=False)
    ],
    db: Db = "gongkai.duckdb",
    workers: Annotated[int, typer.Option(help="工作进程数，0 为每核一个")] = 0,
    again: Annotated[bool, typer.Option("--again", help="已做过的也重做")] = False,
    prefect: Annotated[bool, typer.Option(help="用 Prefect 流程；--no-prefect 直接处理")] = True,
) -> None:
    """把所有报告读入数据库。可随时中断，再运行一次就接着做；没有变化的不会重做。

    例：gongkai run 年报文件夹/ --db 年报.duckdb
    """
    from pipeline.bulk import session as sessions
    from pipeline.cli import show
    from pipeline.store import open_db

    with open_db(db) as database:
        planned = sessions.start(inputs, database, workers=workers, again=again)
        if planned.job.items:
            from flows import start

            with _progress(planned):
                start.run(planned, list(inputs), db, orchestrate=prefect)
        summary = planned.finish()
        show.summary(summary, db)
    if summary.set_aside:
        raise typer.Exit(3)


def _progress(planned: Session):  # type: ignore[no-untyped-def]  # rich.Progress, imported lazily
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


def runs(
    db: Db = "gongkai.duckdb",
    number: Annotated[int | None, typer.Argument(help="看这一次的明细", show_default=False)] = None,
) -> None:
    """列出处理过的批次；给出编号就看其中每个文件的结果和搁置的原因。

    例：gongkai runs --db 年报.duckdb
    """
    from pipeline.cli import show
    from pipeline.store import open_db

    with open_db(db) as database:
        if number is None:
            show.runs(database.runs())
        else:
            show.run_documents(database.run_documents(number))


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
