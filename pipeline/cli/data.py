"""Commands that read the database: compare, findings, export."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli.bulk import Db

if TYPE_CHECKING:
    from pipeline.store.read import Selection

Year = Annotated[list[int] | None, typer.Option("--year", help="年份，可写多次；不写取最近一年")]
Region = Annotated[str | None, typer.Option("--region", help="地区代码或名称，如 33、3304、嘉兴市")]
Level = Annotated[str | None, typer.Option("--level", help="级别：province prefecture county township national")]
Kind = Annotated[str | None, typer.Option("--kind", help="机关种类：government office department township subdistrict")]


def register(app: typer.Typer) -> None:
    app.command()(compare)
    app.command()(findings)
    app.command()(export)


def _selection(year: list[int] | None, region: str | None, level: str | None, kind: str | None = None) -> Selection:
    from pipeline.store.read import Selection

    return Selection(years=tuple(year or ()), region=region, level=level, organ_kind=kind)


def compare(
    things: Annotated[
        list[str], typer.Argument(help="指标代码、中文名或比率，可写多个；按第一个排名", show_default=False)
    ],
    db: Db = "gongkai.duckdb",
    year: Year = None,
    region: Region = None,
    level: Level = None,
    kind: Kind = None,
    ascending: Annotated[bool, typer.Option("--ascending", help="从小到大")] = False,
    csv: Annotated[Path | None, typer.Option("--csv", help="存成 CSV（Excel 可直接打开）")] = None,
    xlsx: Annotated[Path | None, typer.Option("--xlsx", help="存成 Excel")] = None,
) -> None:
    """按指标或比率给各机关排名；没有数的另外列出，从不略去。

    例：gongkai compare t3.received disclosure.items --year 2020 --region 33
    """
    from pipeline.cli import show
    from pipeline.compare import ranking
    from pipeline.store import open_db

    with open_db(db) as database:
        ranked = ranking(database, things, _selection(year, region, level, kind), ascending=ascending)
    if not (csv or xlsx):
        show.ranking(ranked)
        return
    from pipeline.store.sheets import write_table

    for path in (csv, xlsx):
        if path:
            write_table(path, ranked.head(), [*ranked.lines(), *ranked.lines(missing=True)], sheet="排名")
            print(f"已写入 {path}：{len(ranked.rows)} 行有数，{len(ranked.missing)} 行没有")


def findings(
    db: Db = "gongkai.duckdb",
    severity: Annotated[str | None, typer.Option("--severity", help="error、warning 或 info")] = None,
    year: Year = None,
    region: Region = None,
    level: Level = None,
    xlsx: Annotated[Path | None, typer.Option("--xlsx", help="存成 Excel")] = None,
) -> None:
    """问题清单：哪份报告哪里对不上，重的在前。

    例：gongkai findings --severity error --region 33 --xlsx 问题.xlsx
    """
    from pipeline.cli import show
    from pipeline.store import open_db
    from pipeline.store.worklist import HEADINGS, worklist

    with open_db(db) as database:
        rows = worklist(database, severity, region, years=tuple(year or ()), level=level)
    if xlsx:
        from pipeline.store.sheets import write_table

        write_table(xlsx, HEADINGS, rows, sheet="核对结果")
        print(f"已写入 {xlsx}：{len(rows)} 行")
    else:
        show.worklist(HEADINGS, rows)


def export(
    out: Annotated[Path, typer.Argument(help="写到哪个文件：.xlsx .csv .parquet .duckdb", show_default=False)],
    db: Db = "gongkai.duckdb",
    year: Year = None,
    region: Region = None,
    wide: Annotated[bool, typer.Option("--wide", help="一份报告一行")] = False,
) -> None:
    """把全部数据写成表，带数据字典；空白仍是空白。

    例：gongkai export 年报.xlsx --db 年报.duckdb
    """
    from pipeline.store import open_db
    from pipeline.store.export import export as write

    with open_db(db) as database:
        written = write(database, out, _selection(year, region, None), wide=wide)
    print(f"已写入 {'、'.join(str(path) for path in written.files)}：{written.rows} 行")
