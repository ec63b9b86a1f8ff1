"""The real reports with gold that may lie beside the project: every cell, every figure, every verdict."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.evaluate import evaluate, load_gold
from pipeline.lexicon import Lexicon
from pipeline.model import DocumentResult
from pipeline.run import Pipeline

# organ, region, level, year, form, and the checks that must differ: faults of the published reports, and no others
EXPECTED = {
    "haining2020": (("海宁市人民政府", "330481", "county", 2020, "2019"), []),
    "shanghai2019": (
        ("上海市人民政府办公厅", "310000", "province", 2019, "2019"),
        [
            ("t3.disclosed", "C5"),
            ("t3.disclosed", "C6"),
            ("t3.handled", "C8"),
            ("t3.unavailable", "C5"),
            ("t4.review.upheld", "C13"),
            ("t4.suit.upheld", "C13"),
        ],
    ),
    "hongze2023": (
        ("淮安市洪泽区人民政府", "320813", "county", 2023, "2021"),
        [("t4.review.total", "A4"), ("t4.suit_after_review.total", "A4")],
    ),
}


@pytest.fixture(scope="module")
def pipeline(lexicon: Lexicon) -> Pipeline:
    return Pipeline(lexicon)


@pytest.fixture(scope="module")
def results(pipeline: Pipeline, shared_reports: Path) -> dict[str, DocumentResult]:
    return {path.stem: pipeline.process(path.read_bytes(), path.name) for _, path in load_gold(shared_reports)}


def test_everything_that_the_gold_has_is_read(results: dict[str, DocumentResult], shared_reports: Path) -> None:
    for gold, path in load_gold(shared_reports):
        score = evaluate(results[path.stem], gold)
        assert score.cells.right == score.cells.wanted == score.cells.given, path.name
        assert score.found.right == score.found.wanted == score.found.given, path.name
        assert score.linked.right >= 0.95 * score.linked.wanted, path.name
        assert score.value.right == score.unit.right == score.bound.right == score.found.right, path.name
        assert score.verdicts.right == score.verdicts.wanted, (path.name, score.notes)
        assert score.not_figures == 0, path.name


@pytest.mark.parametrize("name", EXPECTED)
def test_identity_and_no_other_fault(results: dict[str, DocumentResult], name: str) -> None:
    report = results[name].report
    identity, faults = EXPECTED[name]
    assert (report.organ, report.region_code, report.level, report.year, report.form) == identity
    differs = sorted((f.code, f.check.split(".")[0]) for f in results[name].findings if f.verdict == "differs")
    assert differs == faults
