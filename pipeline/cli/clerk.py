"""The clerk's view of a report (`gongkai check`): what does not hold, where it stands, why, what would mend it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.cli.show import ORDER, STYLE, clean, console, title
from pipeline.explain.names import COLUMNS, VERDICTS, mend, place
from pipeline.output import number

if TYPE_CHECKING:
    from pipeline.model import DocumentResult, Finding


def check(document: DocumentResult, known: dict[str, str], *, everything: bool = False) -> bool:
    """The clerk's view, worst first, with the names of codes in `known`. True if anything differs."""
    console.print(clean(title(document)), style="bold")
    shown = [f for f in document.findings if everything or f.verdict == "differs" or
             (f.severity != "info" and not f.verdict.startswith("agrees"))]  # fmt: skip
    shown.sort(key=lambda f: (ORDER[f.verdict], f.severity != "error"))
    for index, found in enumerate(shown, 1):
        _finding(index, found, document, known)
    differs = sum(f.verdict == "differs" for f in document.findings)
    agreed = sum(f.verdict in ("agrees", "agrees_if_blank_zero") for f in document.findings)
    if differs:
        console.print(f"共 {differs} 处不一致，{agreed} 处一致。", style="bold red")
    elif document.findings:
        console.print(f"没有发现不一致（{agreed} 处一致）。", style="green")
    else:
        console.print("没有可以核对的内容。", style="yellow")
    return differs > 0


def _finding(index: int, found: Finding, document: DocumentResult, known: dict[str, str]) -> None:
    column = f"（{COLUMNS[found.column]}）" if found.column in COLUMNS else ""
    what = f"：{known.get(found.code, found.code)}{column}" if found.code else ""
    head = f"{index}. {VERDICTS[found.verdict]}{what}  [{found.check}]"
    console.print(clean(head), style=STYLE[found.verdict])
    if found.left and found.right and found.left.text not in found.explanation:
        difference = "" if found.difference is None else f"  相差 {number(found.difference)}"
        console.print(clean(f"   {found.left.text}  对  {found.right.text}{difference}"))
    console.print(clean(f"   {found.explanation}"))
    if where := place(found, document):
        console.print(clean(f"   位置：{where}"), style="dim")
    if found.cause and found.cause not in found.explanation:
        console.print(clean(f"   可能的原因：{found.cause}"))
    if how := mend(found):
        console.print(clean(f"   怎样改：{how}"))
