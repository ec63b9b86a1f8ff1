"""Every command on the pages of docs/ is run, in order, page by page."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT

PAGES = sorted(p for p in (ROOT / "docs").glob("*.md") if "gongkai " in p.read_text(encoding="utf-8"))
_BLOCK = re.compile(r"^```sh\n(.*?)^```", re.M | re.S)


def commands(page: Path) -> list[str]:
    """The gongkai commands of a page, without those that go online or serve."""
    lines = [line for block in _BLOCK.findall(page.read_text(encoding="utf-8")) for line in block.splitlines()]
    offline = [line.split("#")[0].strip() for line in lines if line.startswith("gongkai ")]
    return [line for line in offline if not re.search(r"postgresql://|dask|gongkai (?:serve|fetch)|<", line)]


@pytest.mark.parametrize("name", ["tutorial.md", "howto.md"])
def test_the_commands_of_a_page_run(name: str, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "samples", tmp_path / "samples")
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "100"}
    for line in commands(ROOT / "docs" / name):
        call = re.sub(r"^gongkai run ", "gongkai run --no-prefect ", line)
        call = re.sub(r"^gongkai ", f"{sys.executable} -m pipeline ", call)
        done = subprocess.run(["bash", "-c", call], cwd=tmp_path, env=environment, capture_output=True, text=True)
        assert done.returncode == 0, (line, done.stderr)


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
