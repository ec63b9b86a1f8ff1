"""Every command and every piece of Python on the pages of docs/ and in the READMEs is run, page by page, in order."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT

PAGES = ("README.md", "README.zh-CN.md", "docs/tutorial.md", "docs/howto.md", "docs/notebook.md", "docs/operations.md",
         "lexicons/README.zh.md")  # fmt: skip
_BLOCK = re.compile(r"^```sh\n(.*?)^```", re.M | re.S)
_ELSEWHERE = re.compile(r"(?:postgresql|s3)://|dask|gongkai (?:serve|fetch)|<|gongkai check -$")


def commands(page: Path) -> list[str]:
    """The gongkai commands of a page, without those that go online, serve, or need a server of one's own."""
    text = page.read_text(encoding="utf-8")
    lines = [line for block in _BLOCK.findall(text) for line in block.splitlines()]
    lines += [line.strip() for line in text.splitlines() if line.startswith("    gongkai ")]
    offline = [line.split("#")[0].strip() for line in lines if line.startswith("gongkai ")]
    return [line for line in offline if not _ELSEWHERE.search(line)]


def programs(page: Path) -> str:
    """The Python of a page, one piece after the other."""
    return "\n".join(re.findall(r"^```python\n(.*?)^```", page.read_text(encoding="utf-8"), re.M | re.S))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """What a reader of the pages has: the samples, a folder of reports under two names, a draft with faults."""
    shutil.copytree(ROOT / "samples", tmp_path / "samples")
    for name in ("reports", "年报文件夹", "fetched"):
        (tmp_path / name).mkdir()
        for sample in ("haining2020.txt", "yangli_district2022.html", "tongxiang2022.html"):
            shutil.copy(ROOT / "samples" / sample, tmp_path / name)
    for name in ("年报.html", "年报草稿.html"):
        shutil.copy(ROOT / "samples" / "yangli_district2022.html", tmp_path / name)
    shutil.copytree(ROOT / "lexicons", tmp_path / "我的词典")
    return tmp_path


@pytest.mark.parametrize("name", PAGES)
def test_the_commands_of_a_page_run(name: str, folder: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "100"}
    found = commands(ROOT / name)
    assert found
    for line in found:
        call = re.sub(r"^gongkai run ", "gongkai run --no-prefect ", line)
        call = re.sub(r"^gongkai ", f"{sys.executable} -m pipeline ", call)
        done = subprocess.run(["bash", "-c", call], cwd=folder, env=environment, capture_output=True, text=True)
        wanted = 1 if line.startswith("gongkai check") else 0  # 1: the draft has faults
        assert done.returncode == wanted, (line, done.stderr)
    if program := programs(ROOT / name):
        call = [sys.executable, "-c", program]
        done = subprocess.run(call, cwd=folder, env=environment, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr


def test_links_between_pages_lead_somewhere() -> None:
    for page in [*(ROOT / "docs").glob("*.md"), *ROOT.glob("*.md")]:
        for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page.name} links to {target}"


def test_the_pages_build_with_every_link_and_the_reference(tmp_path: Path) -> None:
    call = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(tmp_path)]
    done = subprocess.run(call, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "gongkai extract" in (tmp_path / "commands.html").read_text(encoding="utf-8")
    assert "pipeline.run.Pipeline" in (tmp_path / "code.html").read_text(encoding="utf-8")
