"""The sample reports, read and checked: the prose differs from the tables where the gold says so, and nowhere else."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pipeline.output import dumps
from pipeline.run import default_pipeline
from tests.conftest import ROOT

SAMPLES = ROOT / "samples"
VERDICTS = sorted(SAMPLES.glob("*.verdicts.json"))


def _source(name: str) -> Path:
    return next(path for path in SAMPLES.glob(f"{name}.*") if path.suffix != ".json")


@pytest.mark.parametrize("gold", VERDICTS, ids=lambda path: path.name.partition(".")[0])
def test_prose_differs_where_the_gold_says_so(gold: Path) -> None:
    source = _source(gold.name.partition(".")[0])
    result = default_pipeline().process(source.read_bytes(), source.name)
    rows = json.loads(gold.read_text(encoding="utf-8"))
    # Growth on last year's report is judged only beside that report.
    wanted = {row["code"] for row in rows if row["verdict"] == "differs" and "once the report" not in row["why"]}
    assert {f.code for f in result.findings if f.verdict == "differs" and f.check.startswith("C")} == wanted


def test_numbers_beyond_reason_are_unreadable_and_break_nothing() -> None:
    text = (ROOT / "samples" / "haining2020.txt").read_text(encoding="utf-8")
    text = text.replace("352103", "3521" + "0" * 40, 1).replace("423件，", "4" + "2" * 40 + "件，", 1)
    result = default_pipeline().process(text.encode(), "haining2020.txt")
    assert not result.problems
    told = [finding for finding in result.findings if finding.check == "G1.doubtful"]
    assert any("行政许可处理决定数量" in name for finding in told for name in finding.missing)
    assert not [finding for finding in result.findings if finding.verdict == "differs"]
    assert dumps(result)
