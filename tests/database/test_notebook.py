"""The blocks of docs/notebook.md run as they stand, on a database of the samples."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pipeline.run import default_pipeline
from pipeline.store import open_db
from tests.conftest import ROOT

BLOCKS = re.findall(r"^```python\n(.*?)^```", (ROOT / "docs" / "notebook.md").read_text(encoding="utf-8"), re.M | re.S)


def test_the_blocks_of_the_page_run_in_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    reader = default_pipeline()
    files = [path for path in sorted((ROOT / "samples").iterdir()) if path.suffix in (".txt", ".html")]
    open_db(tmp_path / "reports.duckdb").load([reader.process(path.read_bytes(), path.name) for path in files])
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {}
    for block in BLOCKS:
        exec(compile(block, "docs/notebook.md", "exec"), names)
    told = capsys.readouterr().out
    assert len(BLOCKS) >= 5
    assert "t3_received" in told
    assert "without a value" in told
    assert (tmp_path / "ranking.svg").read_text(encoding="utf-8").startswith("<svg")
    assert (tmp_path / "out.parquet").stat().st_size > 1000
