"""Commands that read the database: compare, missing, findings, export."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli.bulk import Db

if TYPE_CHECKING:
    from collections.abc import Sequence
    from decimal import Decimal

    from pipeline.compare import Ranking, Series
    from pipeline.compare.peers import Standing
    from pipeline.store import Database
    from pipeline.store.read import Selection

    Table = tuple[str, Sequence[str], Sequence[Sequence[Decimal | int | str | None]], str]
    """Title of the sheet, headings, rows, and what is said of them."""

Year = Annotated[list[int] | None, typer.Option("--year", help="年份，可写多次；不写取最近一年")]
Region = Annotated[str | None, typer.Option("--region", help="地区代码或名称，如 33、3304、嘉兴市")]
Level = Annotated[str | None, typer.Option("--level", help="级别：province prefecture county township national")]
Kind = Annotated[str | None, typer.Option("--kind", help="机关种类：government office department township subdistrict")]
Csv = Annotated[Path | None, typer.Option("--csv", help="存成 CSV（Excel 可直接打开）")]
Xlsx = Annotated[Path | None, typer.Option("--xlsx", help="存成 Excel")]


def register(app: typer.Typer) -> None:
    app.command()(compare)
    app.command()(missing)
    app.command()(findings)
    app.command()(export)
    app.command()(decide)


def _selection(
    year: list[int] | None, region: str | None, level: str | None, kind: str | None = None, organ: str | None = None
) -> Selection:
    from pipeline.store.read import Selection

    return Selection(years=tuple(year or ()), region=region, level=level, organ_kind=kind, organ=organ)


def compare(
    things: Annotated[
        list[str] | None, typer.Argument(help="指标代码、中文名或比率，可写多个；按第一个排名", show_default=False)
    ] = None,
    db: Db = "gongkai.duckdb",
    year: Year = None,
    region: Region = None,
    level: Level = None,
    kind: Kind = None,
    organ: Annotated[str | None, typer.Option("--organ", help="只看名称含这些字的机关")] = None,
    peers: Annotated[str | None, typer.Option("--peers", help="这个机关在同类（同级、同地市或同省）中的位置")] = None,
    nearest: Annotated[int | None, typer.Option("--nearest", help="同 --peers 一起用：改与规模最相近的几家比")] = None,
    population: Annotated[
        Path | None, typer.Option("--population", help="人口表 CSV（区划代码、人口，可有年份）：按每万人比较")
    ] = None,
    series: Annotated[bool, typer.Option("--series", help="逐年列出，一个机关一行")] = False,
    ascending: Annotated[bool, typer.Option("--ascending", help="从小到大")] = False,
    chart: Annotated[Path | None, typer.Option("--chart", help="画图：.png .svg .html")] = None,
    draw: Annotated[
        str | None, typer.Option("--draw", help="图的样子：bars 排名、lines 逐年、distribution 分布")
    ] = None,
    csv: Csv = None,
    xlsx: Xlsx = None,
    listed: Annotated[bool, typer.Option("--list", help="列出可以比较的指标和比率")] = False,
) -> None:
    """按指标或比率给各机关排名，或逐年列出；没有数的另外列出，从不略去。

    例：gongkai compare t3.received 实质公开率 --year 2020 --region 33 --chart 排名.png
    """
    from pipeline.cli import show
    from pipeline.errors import UsageError

    if listed:
        from pipeline.compare.rankings import listing

        show.listing(listing(things or ()))
        return
    if not things:
        raise UsageError("请写出要比较的指标或比率，如 gongkai compare t3.received；gongkai compare --list 列出全部")
    _fitting(peers, nearest, series, draw, population)
    from pipeline.store import open_db

    selection = _selection(year, region, level, kind, organ)
    with open_db(db) as database:
        if series:
            _series(database, things, selection, chart, (csv, xlsx))
        elif peers:
            _peers(database, peers, things, year, nearest, population, ascending, (chart, draw), (csv, xlsx))
        else:
            from pipeline.compare import ranking

            ranked = ranking(database, things, selection, ascending=ascending)
            if population:
                from pipeline.compare.population import per_head, read

                ranked = per_head(ranked, read(population), ascending=ascending)
            _draw(chart, draw or "bars", ranked)
            if not _written((csv, xlsx), _ranking_table(ranked)) and not chart:
                show.ranking(ranked)


def _fitting(peers: str | None, nearest: int | None, series: bool, draw: str | None, population: Path | None) -> None:
    """Options that do not go together are told, not passed over."""
    from pipeline.errors import UsageError

    if draw not in (None, "bars", "lines", "distribution"):
        raise UsageError(f"--draw 应写 bars、lines、distribution 之一，写的是「{draw}」")
    if series and (peers or population or draw not in (None, "lines")):
        raise UsageError("--series 不能与 --peers、--population 或 --draw bars、distribution 一起用")
    if draw == "lines" and not series:
        raise UsageError("逐年的图请加 --series")
    if nearest is not None and (not peers or nearest < 1):
        raise UsageError("--nearest 要与 --peers 一起用，并至少为 1")


def _ranking_table(ranked: Ranking) -> Table:
    said = f"{len(ranked.rows)} 行有数，{len(ranked.missing)} 行没有"
    return "排名", ranked.head(), [*ranked.lines(), *ranked.lines(missing=True)], said


def _written(paths: tuple[Path | None, ...], *tables: Table) -> bool:
    """Writes tables to the files asked for and says so; a CSV holds the first table only. False without files."""
    from pipeline.store.sheets import write_table, write_tables

    for path in paths:
        if path is None:
            continue
        if len(tables) > 1 and path.suffix.lower() == ".xlsx":
            write_tables(path, [(title, head, rows) for title, head, rows, _ in tables])
        else:
            for number, (title, head, rows, _) in enumerate(tables):
                write_table(path if not number else path.with_stem(f"{path.stem}.{title}"), head, rows, sheet=title)
        print(f"已写入 {path}：{'；'.join(said for *_, said in tables)}")
    return any(paths)


def _draw(chart: Path | None, how: str, ranked: Ranking, mark: str | None = None) -> None:
    if chart is None:
        return
    from pipeline.compare.charts import bars, distribution, write_chart

    drawn = distribution(ranked, mark) if how == "distribution" else bars(ranked, mark=mark)
    write_chart(chart, drawn, ranked.asked[0].name)
    print(f"已画 {chart}")


def _series(
    database: Database, things: Sequence[str], selection: Selection, chart: Path | None, files: tuple[Path | None, ...]
) -> None:
    from pipeline.cli import show
    from pipeline.compare import series

    found: list[Series] = [series(database, thing, selection) for thing in things]
    if chart:
        from pipeline.compare.charts import lines, write_chart

        write_chart(chart, lines(found[0]), found[0].asked.name)
        print(f"已画 {chart}")
    tables: list[Table] = [(_sheet(one.asked.name), one.head(), one.lines(), f"{len(one.rows)} 行") for one in found]
    if not _written(files, *tables) and not chart:
        for one in found:
            show.series(one)


def _sheet(name: str) -> str:
    """A name a sheet may have."""
    return "".join("－" if c in "[]:*?/\\'" else c for c in name)[:28]


def _peers(
    database: Database, organ: str, things: Sequence[str], year: list[int] | None, nearest: int | None,
    population: Path | None, ascending: bool, picture: tuple[Path | None, str | None], files: tuple[Path | None, ...],
) -> None:  # fmt: skip
    from pipeline.cli import show
    from pipeline.compare import peers

    table = None
    if population:
        from pipeline.compare.population import read

        table = read(population)
    when = year[-1] if year else None
    standing: Standing = peers.peers(
        database, organ, things, when, nearest=nearest, population=table, ascending=ascending
    )
    chart, draw = picture
    _draw(chart, draw or "distribution", standing.ranking, standing.row.report.report_id)
    if not _written(files, _ranking_table(standing.ranking)) and not chart:
        show.standing(standing)


def missing(
    organs: Annotated[Path, typer.Option("--organs", help="机关名单 CSV：机关，可另有区划代码", show_default=False)],
    year: Annotated[int, typer.Option("--year", help="报告年度", show_default=False)],
    db: Db = "gongkai.duckdb",
    deadline: Annotated[
        str | None, typer.Option("--deadline", help="期限，如 2024-01-31；不写则政府为次年 3 月 31 日，其他 1 月 31 日")
    ] = None,
    csv: Csv = None,
    xlsx: Xlsx = None,
) -> None:
    """对照一份机关名单：谁还没有发布，谁逾期了。

    例：gongkai missing --organs 名单.csv --year 2023 --db 年报.duckdb
    """
    from pipeline.cli import show
    from pipeline.compare import missing as due
    from pipeline.store import open_db

    wanted = due.organs(organs)
    with open_db(db) as database:
        found = due.missing(database, wanted, year, deadline)
    counts = due.counted(found)
    rows = [one.line() for one in found]
    if not _written((csv, xlsx), ("发布情况", due.HEADINGS, rows, counts)):
        show.missing(due.HEADINGS, found, counts)


def findings(
    db: Db = "gongkai.duckdb",
    severity: Annotated[str | None, typer.Option("--severity", help="error、warning 或 info")] = None,
    year: Year = None,
    region: Region = None,
    level: Level = None,
    xlsx: Xlsx = None,
) -> None:
    """问题清单：哪份报告哪里对不上，重的在前。

    例：gongkai findings --severity error --region 33 --xlsx 问题.xlsx
    """
    from pipeline.cli import show
    from pipeline.store import open_db
    from pipeline.store.worklist import HEADINGS, worklist

    with open_db(db) as database:
        rows = worklist(database, severity, region, years=tuple(year or ()), level=level)
    if not _written((xlsx,), ("核对结果", HEADINGS, rows, f"{len(rows)} 行")):
        show.worklist(HEADINGS, rows)


def export(
    out: Annotated[Path, typer.Argument(help="写到哪个文件：.xlsx .csv .parquet .dta .duckdb", show_default=False)],
    db: Db = "gongkai.duckdb",
    year: Year = None,
    region: Region = None,
    wide: Annotated[bool, typer.Option("--wide", help="一份报告一行")] = False,
    versions: Annotated[bool, typer.Option("--versions", help="旧版本也写出；不写只有现行版本")] = False,
) -> None:
    """把全部数据写成表，带数据字典；空白仍是空白。

    例：gongkai export 年报.xlsx --db 年报.duckdb
    """
    from pipeline.store import open_db
    from pipeline.store.export import export as write

    with open_db(db) as database:
        written = write(database, out, _selection(year, region, None), wide=wide, versions=versions)
    print(f"已写入 {'、'.join(str(path) for path in written.files)}：{written.rows} 行")


def decide(
    report: Annotated[str, typer.Argument(help="报告编号，或读入时的文件名", show_default=False)],
    check: Annotated[str, typer.Argument(help="核对项，如 C2、A1.total", show_default=False)],
    decision: Annotated[
        str,
        typer.Argument(help="confirmed 确属问题、dismissed 不是问题、corrected 已更正、none 撤回", show_default=False),
    ],
    code: Annotated[str | None, typer.Option("--code", help="指标代码；同一核对项有几处时要写")] = None,
    column: Annotated[str | None, typer.Option("--column", help="申请人类别，如 natural、total")] = None,
    value: Annotated[str | None, typer.Option("--value", help="更正后的数（corrected 时必写）")] = None,
    reason: Annotated[str | None, typer.Option("--reason", help="理由（dismissed 时必写）")] = None,
    author: Annotated[str | None, typer.Option("--author", help="谁")] = None,
    db: Db = "gongkai.duckdb",
) -> None:
    """记下对一条核对结果的处理意见；重新处理后仍在，文件换了就失效并说明。

    例：gongkai decide 年报.html C2 confirmed --author 张三 --db 年报.duckdb
    """
    from decimal import Decimal, InvalidOperation

    from pipeline.errors import UsageError
    from pipeline.store import open_db
    from pipeline.store.decisions import NAMES, resolve
    from pipeline.store.read import Selection
    from pipeline.store.worklist import findings as work

    if decision not in (*NAMES, "none"):
        raise UsageError(f"处理意见应写 {'、'.join(NAMES)} 或 none，写的是「{decision}」")
    try:
        number = None if value is None else Decimal(value)
    except InvalidOperation as error:
        raise UsageError(f"--value 应是一个数，写的是「{value}」") from error
    with open_db(db) as database:
        key = resolve(database, report)
        told = [
            w
            for w in work(database, selection=Selection(report_ids=(key,)), verdicts=())
            if w.check == check and code in (None, w.code) and column in (None, w.applicant)
        ]
        places = {(w.code, w.applicant) for w in told}
        if len(places) != 1:
            listed = "、".join(sorted(f"{c}[{a}]" if a else str(c) for c, a in places)) or "没有这条核对结果"
            raise UsageError(f"{check}：{listed}；请用 --code、--column 写明是哪一条")
        ((code_, applicant),) = places
        database.decide(
            key, check, code_, applicant, None if decision == "none" else decision, value=number, reason=reason,
            author=author,
        )  # fmt: skip
    print(f"已撤回 {check} 的处理意见" if decision == "none" else f"已记下 {check}：{NAMES[decision]}")
