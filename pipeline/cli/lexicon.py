"""Commands for whoever edits the lexicon: check, try."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(no_args_is_help=True, help="给修改词典的人用：检查、试读。", rich_markup_mode=None)

Folder = Annotated[Path | None, typer.Option("--folder", help="词典文件夹，不写就是自带的")]


@app.command("check")
def check(folder: Folder = None) -> None:
    """检查全部词典文件：写法、代码、每条规则的例子。所有错误一次列出，带文件和行号。

    例：gongkai lexicon check
    """
    from pipeline.errors import LexiconError
    from pipeline.lexicon import inspect
    from pipeline.reconcile.examples import run_examples

    lexicon, mistakes = inspect(folder)
    if not mistakes.found:
        run_examples(lexicon, mistakes)
    if mistakes.found:
        raise LexiconError("\n".join(str(m) for m in sorted(mistakes.found)) + f"\n共 {len(mistakes.found)} 处错误。")
    print(f"词典没有错误（版本 {lexicon.fingerprint()}）。")


@app.command("try")
def try_(text: Annotated[str, typer.Argument(help="一段正文", show_default=False)], folder: Folder = None) -> None:
    """读一段文字，说出分词、每个数字读成什么、为什么。

    例：gongkai lexicon try "全年举办培训3期，培训120人次。"
    """
    from pipeline.cli import show
    from pipeline.lexicon import load
    from pipeline.narrative.segment import make_segmenter
    from pipeline.run import default_pipeline

    lexicon = load(folder)
    print("分词：" + " / ".join(make_segmenter(lexicon).words(text)))
    show.everything(default_pipeline(folder).process(text.encode(), "试读"), quiet=True)
