"""The sample reports, read and checked: the prose differs from the tables where the gold says so, and nowhere else."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

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
