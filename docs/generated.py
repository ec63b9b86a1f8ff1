"""Pages made while the documentation is built: the commands, the code, and the Chinese pages kept elsewhere."""

from __future__ import annotations

from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

_ROOT = Path(__file__).parents[1]
_ELSEWHERE = {"manual.zh.md": "README.zh-CN.md", "lexicon.zh.md": "lexicons/README.zh.md"}
_PUBLIC = (
    "pipeline",
    "pipeline.run",
    "pipeline.model",
    "pipeline.lexicon",
    "pipeline.store",
    "pipeline.compare",
    "pipeline.evaluate",
    "pipeline.errors",
)


def _commands() -> str:
    import typer.main
    from typer.cli import get_docs_for_click

    from pipeline.cli import app

    command = typer.main.get_command(app)
    return get_docs_for_click(obj=command, ctx=typer.Context(command), name="gongkai", title="Commands")


def on_files(files: Files, config: MkDocsConfig) -> Files:
    for name, source in _ELSEWHERE.items():
        files.append(File.generated(config, name, content=(_ROOT / source).read_text(encoding="utf-8")))
    files.append(File.generated(config, "commands.md", content=_commands()))
    code = "# The library\n\n" + "\n".join(f"::: {module}\n" for module in _PUBLIC)
    files.append(File.generated(config, "code.md", content=code))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Links that leave docs/ in the repository lead to the page made from the same file here."""
    for name, source in _ELSEWHERE.items():
        markdown = markdown.replace(f"(../{source})", f"({name})").replace(f"({source})", f"({name})")
    if page.file.src_uri in _ELSEWHERE:
        markdown = markdown.replace("](docs/", "](")
    return markdown
