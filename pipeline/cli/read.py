"""Commands that need no database: extract, check, explain, evaluate."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from pipeline.model import DocumentResult

Files = Annotated[list[str], typer.Argument(help="文件、文件夹、压缩包或通配符；- 表示标准输入", show_default=False)]

Lexicon = Annotated[Path | None, typer.Option("--lexicon", help="词典文件夹，不写就是自带的")]


def register(app: typer.Typer) -> None:
    app.command()(extract)
    app.command()(check)
    app.command()(explain)
    app.command()(evaluate)


def results(inputs: list[str], lexicon: Path | None = None) -> Iterator[DocumentResult]:
    """One result per document, in input order; what cannot be had is a result with its problem.

    `lexicon` is the folder of a lexicon other than the project's own.
    """
    from pipeline.bulk.discover import Ignored, Missing, content, discover
    from pipeline.ingest.limits import LIMITS
    from pipeline.model import Document, DocumentResult, Problem, Report
    from pipeline.run import default_pipeline

    pipeline = default_pipeline(lexicon)
    for found in _with_stdin(inputs):
        if isinstance(found, bytes):
            yield pipeline.process(found, "标准输入")
            continue
        for item in discover([found]):
            if isinstance(item, Ignored):
                continue
            if isinstance(item, Missing):
                document = Document(source=item.source, sha256="", media_type="", text="", blocks=())
                problem = Problem(code=item.code, message=item.message)
                yield DocumentResult(document=document, report=Report(), problems=(problem,))
                continue
            beside = Path(item.path).parent if item.member is None and "://" not in item.path else None
            yield pipeline.process(content(item, LIMITS.max_bytes), item.source, beside=beside)


def _with_stdin(inputs: list[str]) -> Iterator[str | bytes]:
    for text in inputs:
        if text == "-":
            yield sys.stdin.buffer.read()
        else:
            yield text


def extract(
    files: Files,
    json: Annotated[bool, typer.Option("--json", help="每份报告输出一行 JSON，顺序与输入相同")] = False,
    text: Annotated[bool, typer.Option("--text", help="输出读到的全文；JSON 里的 start、end 以它为准")] = False,
) -> None:
    """读出每份报告的单元格、正文数字和核对结论，不写数据库。

    例：gongkai extract 年报.html --json | jq .figures
    """
    from pipeline.cli import show
    from pipeline.output import dumps

    set_aside = False
    for result in results(files):
        set_aside |= show.tell_problems(result)
        if text:
            sys.stdout.write(result.document.text)
        elif json:
            sys.stdout.buffer.write(dumps(result) + b"\n")
        else:
            show.result(result)
    if set_aside:
        raise typer.Exit(3)


def check(
    files: Files,
    all_: Annotated[bool, typer.Option("--all", help="一致的也列出来")] = False,
    last_year: Annotated[
        Path | None, typer.Option("--last-year", help="上一年的年报：再核对两年之间的结转、增减、照抄")
    ] = None,
    html: Annotated[Path | None, typer.Option("--html", help="写成一页可打印、可转交的核对单")] = None,
    lexicon: Lexicon = None,
) -> None:
    """发布前核对：只说对不上的地方、在哪里、可能的原因。

    退出码：0 没有不一致，1 有不一致，2 参数写错，3 有文件读不了（原因在错误输出里）。
    例：gongkai check 年报草稿.docx --last-year 去年年报.docx；也可粘贴文字：gongkai check -
    """
    from pipeline.cli import clerk, show

    differs = set_aside = False
    checked: list[DocumentResult] = []
    last = _last_year(last_year, lexicon) if last_year else None
    for result in results(files, lexicon):
        set_aside |= show.tell_problems(result)
        found = _beside(result, last, lexicon) if last else result
        differs |= clerk.check(found, show.names(lexicon), everything=all_)
        checked.append(found)
    if html is not None:
        from pipeline.explain import sheet
        from pipeline.lexicon import load

        html.write_text(sheet(checked, load(lexicon)), encoding="utf-8")
        print(f"已写入 {html}")
    if differs:
        raise typer.Exit(1)
    if set_aside:
        raise typer.Exit(3)


def _last_year(path: Path, lexicon: Path | None) -> DocumentResult:
    """Last year's report as read. Raises UsageError where it cannot be read."""
    from pipeline.errors import UsageError
    from pipeline.run import outcome

    found = list(results([str(path)], lexicon))
    if len(found) != 1 or outcome(found[0]) == "set_aside":
        reason = found[0].problems[0].message if found and found[0].problems else "应是一份年报"
        raise UsageError(f"上一年的年报「{path}」读不了：{reason}")
    return found[0]


def _beside(result: DocumentResult, last: DocumentResult, lexicon: Path | None) -> DocumentResult:
    """The result with the checks over two years; years that do not follow each other are refused."""
    from pipeline.across import beside_last
    from pipeline.errors import UsageError
    from pipeline.lexicon import load

    now, then = result.report, last.report
    if now.year is not None and then.year is not None and then.year != now.year - 1:
        raise UsageError(f"--last-year 给的是 {then.year} 年的年报，应是 {now.year - 1} 年的")
    if now.organ and then.organ and now.organ != then.organ:
        print(f"注意：上一年的年报是「{then.organ}」的，本年是「{now.organ}」的。", file=sys.stderr)
    return beside_last(result, last, load(lexicon))


def explain(
    file: Annotated[str, typer.Argument(help="一份报告", show_default=False)],
    html: Annotated[Path | None, typer.Option("--html", help="写成网页文件，左边原文、右边结论")] = None,
    lexicon: Lexicon = None,
) -> None:
    """说明一份报告里每个数字是什么、从哪里读到、与什么核对过。

    例：gongkai explain 年报.html --html 核对.html
    """
    from pipeline.cli import show

    for result in results([file], lexicon):
        set_aside = show.tell_problems(result)
        if html is None:
            show.everything(result)
        else:
            from pipeline.explain import page
            from pipeline.lexicon import load

            html.write_text(page(result, load(lexicon)), encoding="utf-8")
            print(f"已写入 {html}")
        if set_aside:
            raise typer.Exit(3)
        return


def evaluate(
    gold: Annotated[
        Path, typer.Argument(help="标准答案所在文件夹：报告旁边有 名称.tables.json 等", show_default=False)
    ],
    json: Annotated[bool, typer.Option("--json", help="输出 JSON")] = False,
) -> None:
    """对照标准答案，量出读得有多准。

    例：gongkai evaluate samples
    """
    from pipeline import evaluate as measure
    from pipeline.run import default_pipeline

    score = measure.folder(gold, default_pipeline())
    print(score.to_json() if json else score.report())
