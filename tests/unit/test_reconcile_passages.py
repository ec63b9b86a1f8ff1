"""Gold passages, read and checked: what differs in the text is told, and nothing else is.

`tests/gold/tables` holds passages with the cells that the same published page shows, and all that differs.
`tests/gold/verdicts.json` tells what differs within the passages of `tests/gold/train`, and which findings are known to
come from a number that is read wrongly: those may go, no other may come.
"""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from pipeline.evaluate.passages import load_passages
from pipeline.lexicon import Lexicon
from pipeline.model import Document, Finding, Report, Section
from pipeline.narrative import ProseReader, ProseResult
from pipeline.narrative.reader import document_of
from pipeline.reconcile import Reconciler
from pipeline.reconcile.examples import cells_of

GOLD = Path(__file__).parents[1] / "gold"
WITH_TABLES: list[dict[str, Any]] = [
    item for file in sorted((GOLD / "tables").glob("*.json")) for item in json.loads(file.read_text(encoding="utf-8"))
]
FORM_2021 = 2021


@pytest.fixture(scope="module")
def prose(lexicon: Lexicon) -> ProseReader:
    return ProseReader(lexicon)


@pytest.fixture(scope="module")
def reconciler(lexicon: Lexicon) -> Reconciler:
    return Reconciler(lexicon)


def _told(document: Document, section: int, report: Report, prose: ProseReader) -> ProseResult:
    sections = (Section(number=section, title="", start=0, end=len(document.text)),)
    return prose.read(document, sections, (), report)


def _with_tables(item: dict[str, Any], prose: ProseReader, reconciler: Reconciler) -> list[Finding]:
    year = item["year"]
    report = Report(
        year=year, level=item["level"], organ_kind=item["kind"], form="2021" if year >= FORM_2021 else "2019"
    )
    told = _told(document_of(item["text"], item["id"]), 1, report, prose)
    findings = reconciler.check(report, cells_of(item["cells"]), told.figures, told.claims)
    return [finding for finding in findings if finding.verdict == "differs"]


@pytest.mark.parametrize("item", WITH_TABLES, ids=[item["id"] for item in WITH_TABLES])
def test_prose_beside_its_tables_differs_just_where_the_gold_says(
    item: dict[str, Any], prose: ProseReader, reconciler: Reconciler
) -> None:
    found = _with_tables(item, prose, reconciler)
    assert Counter((f.check, f.code) for f in found) == Counter((row["check"], row["code"]) for row in item["differs"])
    for row in item["differs"]:
        causes = [f.cause or "" for f in found if (f.check, f.code) == (row["check"], row["code"])]
        assert any(row.get("cause", "") in cause for cause in causes)


def test_enough_passages_with_tables_and_with_faults() -> None:
    assert len(WITH_TABLES) >= 12
    assert sum(1 for item in WITH_TABLES if item["differs"]) >= 5


def _row(name: str, finding: Finding, told: ProseResult) -> tuple[str, str, str]:
    """A finding by its check and the number at its left side, whatever indicator the number was given."""
    index = next(e.index for e in finding.evidence if e.index is not None)
    return name, finding.check, told.figures[index].mention


def test_passages_differ_just_where_their_text_does(prose: ProseReader, reconciler: Reconciler) -> None:
    gold = json.loads((GOLD / "verdicts.json").read_text(encoding="utf-8"))
    false, lost = Counter[tuple[str, str, str]](), Counter[tuple[str, str, str]]()
    for passage in load_passages(GOLD / "train"):
        name = passage.gold.name
        told = _told(passage.document, passage.section, passage.report, prose)
        findings = reconciler.check(passage.report, (), told.figures, told.claims, text=passage.document.text)
        differing = [(_row(name, f, told), f.cause or "") for f in findings if f.verdict == "differs"]
        found = Counter(row for row, _ in differing)
        true, known = (
            Counter((name, row["check"], row["at"]) for row in gold[kind].get(name, ()))
            for kind in ("differs", "misread")
        )
        false += found - true - known
        lost += true - found
        for row in gold["differs"].get(name, ()):
            key = (name, row["check"], row["at"])
            lost[key] += not any(row.get("cause", "") in cause for at, cause in differing if at == key)
    assert not false, "new false alarms"
    assert not +lost, "faults of the text that are no longer told"
