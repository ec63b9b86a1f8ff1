"""What the terminal shows, in Chinese. Everything from a report is printed as text, never as markup."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from pipeline.explain.names import (
    COLUMNS,
    HOW,
    KINDS,
    LEVELS,
    REASONS,
    SECTIONS,
    SEVERITY,
    STATES,
    VERDICTS,
    figure_details,
)
from pipeline.lexicon import load
from pipeline.lexicon.schema.core import Indicator
from pipeline.output import number
from pipeline.run import SET_ASIDE

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.bulk.job import Summary
    from pipeline.compare import Ranking, Series
    from pipeline.compare.missing import Due
    from pipeline.compare.peers import Standing
    from pipeline.compare.rankings import RankRow
    from pipeline.model import DocumentResult, Report
    from pipeline.store import Outcome

WIDE = 200


class Screen(Console):
    """Lines of text break where the terminal breaks them (Rich takes Chinese without blanks for one long word and moves
    it down whole); tables fit the terminal, and have room when they go into a file or a pipe."""

    def __init__(self) -> None:
        super().__init__(highlight=False)
        if not self.is_terminal and "COLUMNS" not in os.environ:
            self.width = WIDE

    def print(self, *objects: Any, **options: Any) -> None:
        if all(isinstance(shown, str | Text) for shown in objects):
            options.setdefault("soft_wrap", True)
        super().print(*objects, **options)


console = Screen()
NOTES = 20
"""Notes shown under a ranking; a file has all."""
ORDER = {"differs": 0, "agrees_if_blank_zero": 2, "not_assessable": 1, "not_comparable": 3, "agrees": 4}
STYLE = {"differs": "bold red", "not_assessable": "yellow", "agrees_if_blank_zero": "yellow", "agrees": "green",
         "not_comparable": "dim"}  # fmt: skip

# Control characters of a report could steer the terminal; only line ends and tabs may pass.
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def clean(text: object) -> Text:
    """Text of a report, safe for a terminal."""
    return Text(_CONTROL.sub("�", str(text)))


def names(lexicon: Path | None = None) -> dict[str, str]:
    """Chinese names of all codes."""
    return {row.code: row.name for row in load(lexicon).rows(Indicator)}


def title(result: DocumentResult) -> str:
    report = result.report
    return f"{report.organ or result.document.source} {report.year or '年份不明'}"


def tell_problems(result: DocumentResult) -> bool:
    """One line on stderr for each problem. True if the document gave nothing."""
    for problem in result.problems:
        print(_CONTROL.sub("�", f"{result.document.source}：{problem.message}"), file=sys.stderr)
    return any(problem.code in SET_ASIDE for problem in result.problems)


def identity(report: Report) -> str:
    level = LEVELS.get(report.level or "", "级别不明")
    kind = KINDS.get(report.organ_kind or "", "种类不明")
    where = f"{report.region or '地区不明'} {report.region_code or ''}".strip()
    period = f"统计期 {report.period_start or '?'} 至 {report.period_end or '?'}"
    return f"{where}，{level}，{kind}；{report.form or '不明'} 版表格；{period}"


def result(document: DocumentResult) -> None:
    """A short view: who, how many, and the figures of the prose."""
    states = [c.state for c in document.cells]
    verdicts = [f.verdict for f in document.findings]
    console.print(clean(title(document)), style="bold")
    console.print(clean(identity(document.report)), style="dim")
    filled = states.count("printed") + states.count("inferred")
    console.print(
        f"单元格 {len(states)}（有数 {filled}、空白 {states.count('blank')}、读不清 {states.count('unreadable')}），"
        f"正文数字 {len(document.figures)}，不计为数据 {len(document.unread)}，"
        f"核对 {len(verdicts)}（不一致 {verdicts.count('differs')}）"
    )
    figures_table(document)


def figures_table(document: DocumentResult) -> None:
    if not document.figures:
        return
    known = names()
    table = Table(show_edge=False, header_style="bold", box=None, pad_edge=False)
    for heading in ("原文", "指标", "代码", "数值与属性"):
        table.add_column(heading, overflow="fold")
    for figure in document.figures:
        before = figure.before[-10:]
        table.add_row(
            clean(f"…{before}【{figure.mention}】"),
            clean(known.get(figure.code, figure.code.removeprefix("other:"))),
            clean(figure.code),
            clean(figure_details(figure)),
        )
    console.print(table)


def everything(document: DocumentResult, *, quiet: bool = False) -> None:
    """All cells, figures, verdicts and unread numbers of a document."""
    if not quiet:
        result(document)
    else:
        figures_table(document)
    known = names()
    if document.cells:
        console.print("\n表格", style="bold")
        table = Table(box=None, pad_edge=False, header_style="bold")
        for heading in ("表", "指标", "列", "数值", "状态", "印刷"):
            table.add_column(heading)
        for cell in document.cells:
            value = number(cell.value)
            table.add_row(
                cell.table, known.get(cell.code, cell.code), COLUMNS.get(cell.column or "", ""),
                "" if value is None else f"{value}{cell.unit}", STATES[cell.state], clean(cell.printed),
            )  # fmt: skip
        console.print(table)
    if document.findings:
        console.print("\n核对", style="bold")
        for found in sorted(document.findings, key=lambda f: ORDER[f.verdict]):
            how = f"（{HOW[found.how]}）" if found.how else ""
            console.print(
                clean(f"{VERDICTS[found.verdict]}{how} {found.check} {found.explanation}"), style=STYLE[found.verdict]
            )
    if document.unread:
        console.print("\n不计为数据的数字", style="bold")
        for unread in document.unread:
            start = max(0, unread.start - 12)
            around = document.document.text[start : unread.end + 6].replace("\n", " ").replace("\t", " ")
            console.print(clean(f"{unread.text}  {REASONS.get(unread.reason, unread.reason)}  …{around.strip()}…"))
    if not quiet and document.sections:
        listed = "，".join(f"{SECTIONS.get(s.number, s.number)}" for s in document.sections)
        console.print(clean(f"\n章节：{listed}"), style="dim")


def summary(run: Summary, database: str) -> None:
    """The table at the end of a run, and what was set aside and why."""
    table = Table(title="处理结果", title_justify="left", title_style="bold", show_header=False)
    table.add_column()
    table.add_column(justify="right")
    counts = {
        "文件": run.documents + run.known + run.duplicates,
        "　完成": run.done,
        "　完成但有问题": run.done_with_problems,
        "　此前已完成": run.known,
        "　与别的文件内容相同": run.duplicates,
        "　搁置": len(run.set_aside),
        "单元格": run.cells,
        "正文数字": run.figures,
        "核对结论": run.findings,
        "　其中不一致": run.differs,
        "跨年、上下级核对发现": run.across,
    }
    if run.kept:
        counts["　词典改动不涉及"] = run.kept
    for name, count in counts.items():
        table.add_row(name, f"{count:,}")
    console.print(table)
    for source, code, message in run.set_aside[:20]:
        console.print(clean(f"搁置 {source}：{message}（{code}）"), style="yellow")
    if len(run.set_aside) > 20:
        console.print(f"还有 {len(run.set_aside) - 20} 个，用 gongkai runs show 查看全部。", style="yellow")
    if run.lapsed:
        console.print(f"有 {run.lapsed} 条处理意见因文件更换而失效，见 gongkai findings。", style="bold yellow")
    note = f"跳过不是报告的文件 {run.ignored} 个。" if run.ignored else ""
    console.print(clean(f"数据库：{database}；用时 {run.seconds:.1f} 秒。{note}"))


def lines(headings: Sequence[str], rows: Sequence[Sequence[object]], empty: str = "") -> None:
    """Rows as a table; None stays empty."""
    if not rows:
        console.print(empty, style="green")
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    numeric = [all(isinstance(row[i], int | float | Decimal | None) for row in rows) for i in range(len(headings))]
    for heading, right in zip(headings, numeric, strict=True):
        table.add_column(heading, justify="right" if right else "left", overflow="fold")
    for row in rows:
        table.add_row(
            *(clean("" if cell is None else number(cell) if isinstance(cell, Decimal) else cell) for cell in row)
        )
    console.print(table)


def ranking(ranked: Ranking) -> None:
    """A ranking, what has no rank below it, and how many are missing and why."""
    years = "、".join(map(str, ranked.years)) or "全部年份"
    console.print(f"{'、'.join(asked.name for asked in ranked.asked)}（{years}）", style="bold")
    _ranking(ranked, ranked.rows)
    if ranked.missing:
        told = "，".join(f"{name} {count} 份" for name, count in ranked.missing_counts().items())
        console.print(f"\n没有数的 {len(ranked.missing)} 份（{told}）", style="yellow")
        _ranking(ranked, ranked.missing)


def _ranking(ranked: Ranking, rows: Sequence[RankRow], mark: str | None = None) -> None:
    from pipeline.compare.rankings import told
    from pipeline.compare.values import STATUS_NAMES

    if not rows:
        console.print("没有一份报告有这个数。")
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("名次", justify="right")
    table.add_column("机关", overflow="fold")
    table.add_column("年份")
    for asked in ranked.asked:
        unit = f"\n（{asked.unit}）" if asked.unit else ""
        table.add_column(asked.name + unit, justify="right", overflow="fold", max_width=26)
    notes = []
    for row in rows:
        organ = row.report.organ or row.report.source or ""
        values = [told(shown.value, shown.unit) for shown in row.shown]
        style = "bold cyan" if mark is not None and row.report.report_id == mark else None
        cells: list[str | Text] = [str(row.rank or ""), clean(organ), str(row.report.year or ""), *map(clean, values)]
        table.add_row(*cells, style=style)
        for asked, shown in zip(ranked.asked, row.shown, strict=True):
            note = shown.remark
            if shown.value is None:
                note = "：".join(part for part in (STATUS_NAMES.get(shown.status, shown.status), note) if part)
            if note:
                notes.append(f"{organ} {row.report.year or ''} {asked.name}：{note}")
    console.print(table)
    _notes(notes)


def standing(found: Standing) -> None:
    """Where one organ stands among its like: the circle, the quartiles, its neighbours."""
    from pipeline.compare.rankings import told

    asked, row = found.ranking.asked[0], found.row
    years = "、".join(map(str, found.ranking.years))
    value = told(row.shown[0].value, row.shown[0].unit) or "没有这个数"
    place = f"，第 {row.rank} 名（共 {len(found.ranking.rows)} 家有数）" if row.rank else ""
    console.print(clean(f"{row.report.organ} {years}：{asked.name} {value}{place}"), style="bold")
    said = f"比较范围：{found.circle}"
    if found.quartiles:
        low, middle, high = (told(number, asked.unit) for number in found.quartiles)
        said += f"；中位数 {middle}，中间一半在 {low} 与 {high} 之间"
    console.print(clean(said))
    rows = found.ranking.rows
    at = next((n for n, one in enumerate(rows) if one.report.report_id == row.report.report_id), None)
    around = rows if len(rows) <= 15 or at is None else rows[max(0, at - 5) : at + 6]
    _ranking(found.ranking, around[:15], mark=row.report.report_id)
    if found.ranking.missing:
        counts = "，".join(f"{name} {count} 份" for name, count in found.ranking.missing_counts().items())
        console.print(f"没有数的 {len(found.ranking.missing)} 份（{counts}）", style="yellow")


def series(found: Series) -> None:
    """A series: a line for each organ, then what is to be known of it."""
    from pipeline.compare.rankings import told

    unit = f"（{found.asked.unit}）" if found.asked.unit else ""
    console.print(f"{found.asked.name}{unit}", style="bold")
    if not found.rows:
        console.print("没有符合的报告。", style="yellow")
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("机关", overflow="fold")
    for year in found.years:
        table.add_column(str(year), justify="right")
    notes = []
    for row in found.rows:
        shown = [row.shown.get(year) for year in found.years]
        values = [told(one.value, one.unit) if one and one.value is not None else "—" for one in shown]
        table.add_row(clean(row.report.organ or ""), *map(clean, values))
        if note := found.remark(row):
            notes.append(f"{row.report.organ}：{note}")
    console.print(table)
    _notes(notes)


def _notes(notes: Sequence[str]) -> None:
    for note in notes[:NOTES]:
        console.print(clean(f"　{note}"), style="dim")
    if len(notes) > NOTES:
        console.print(f"　还有 {len(notes) - NOTES} 条说明，用 --csv 或 --xlsx 看全部。", style="dim")


def missing(headings: Sequence[str], found: Sequence[Due], counts: str) -> None:
    """Who has not published and who was late; those in time are only counted."""
    shown = [one.line() for one in found if one.state != "on_time"]
    if shown:
        lines(headings, shown)
    console.print(clean(counts), style="bold")


def listing(rows: Sequence[Sequence[str]]) -> None:
    """The indicators and rates that can be compared."""
    lines(("代码", "名称", "单位", "说明"), rows, empty="没有这样的指标；gongkai compare --list 列出全部。")


def runs(records: Sequence[Mapping[str, Any]]) -> None:
    """All runs, the newest first."""
    lines(
        ("编号", "状态", "开始", "结束", "完成", "有问题", "搁置", "未变", "输入"),
        [
            (
                run["run"],
                {"running": "未结束", "finished": "完成"}.get(run["status"], run["status"]),
                f"{run['started_at']:%Y-%m-%d %H:%M}",
                f"{run['finished_at']:%H:%M}" if run["finished_at"] else "",
                *(run["summary"].get(s, 0) for s in ("done", "done_with_problems", "set_aside", "unchanged")),
                "、".join(run["parameters"].get("inputs", [])),
            )
            for run in records
        ],
        empty="还没有处理过。",
    )


def run_documents(documents: Sequence[Outcome]) -> None:
    """Every document of a run, those set aside first."""
    said = {"set_aside": "搁置", "done_with_problems": "有问题", "done": "完成", "unchanged": "未变"}
    ordered = sorted(documents, key=lambda one: list(said).index(one.status))
    lines(
        ("结果", "文件", "原因"), [(said[one.status], one.source, one.reason) for one in ordered], empty="没有这一次。"
    )


def worklist(headings: Sequence[str], found: list[list[Decimal | int | str | None]]) -> None:
    """The work list for the terminal: one block per finding, since its sentences are too long for columns."""
    if not found:
        console.print("没有发现问题。", style="green")
        return
    for row in found:
        told = {heading: "" if cell is None else str(cell) for heading, cell in zip(headings, row, strict=True)}
        column = f"（{told['申请人']}）" if told["申请人"] else ""
        head = f"{told['严重程度']}  {told['机关']} {told['年份']}  {told['指标']}{column}  [{told['核对项']}]"
        console.print(clean(head), style="bold red" if told["严重程度"] == SEVERITY["error"] else "yellow")
        console.print(clean(f"   {told['说明']}"))
        if told["可能原因"]:
            console.print(clean(f"   可能的原因：{told['可能原因']}"))
        if told["处理意见"]:
            console.print(clean(f"   处理意见：{told['处理意见']}"))
    console.print(f"共 {len(found)} 项。", style="bold")
