"""Every row of the gold verdicts holds, and nothing else differs."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.lexicon import Lexicon
from pipeline.model import Finding
from pipeline.reconcile import Reconciler
from tests.reconcile_gold import REPORTS, Gold, load_gold

DIFFERING = {
    "haining2020": set(),
    "hongze2023": {("A4.review", "t4.review.total"), ("A4.suit_after_review", "t4.suit_after_review.total")},
    "shanghai2019": {
        ("C5", "t3.disclosed"),
        ("C6", "t3.disclosed"),
        ("C5", "t3.unavailable"),
        ("C8.sum", "t3.handled"),
        ("C13", "t4.review.upheld"),
        ("C13", "t4.suit.upheld"),
    },
}


@pytest.fixture(scope="module")
def reconciler(lexicon: Lexicon) -> Reconciler:
    return Reconciler(lexicon)


def _check(reconciler: Reconciler, gold: Gold) -> tuple[Finding, ...]:
    return reconciler.check(gold.report, gold.cells, gold.figures, gold.claims)


@pytest.mark.parametrize("name", REPORTS)
def test_gold_verdicts_hold(reconciler: Reconciler, shared_reports: Path, name: str) -> None:
    gold = load_gold(shared_reports, name)
    findings = _check(reconciler, gold)
    missed = [
        f"{row['statement']} {row['code']} {row['verdict']}" for row in gold.verdicts if not gold.meets(row, findings)
    ]
    assert missed == []


@pytest.mark.parametrize("name", REPORTS)
def test_nothing_else_differs(reconciler: Reconciler, shared_reports: Path, name: str) -> None:
    gold = load_gold(shared_reports, name)
    findings = _check(reconciler, gold)
    assert {(f.check, f.code) for f in findings if f.verdict == "differs"} == DIFFERING[name]


def test_blank_total_column_is_summed_and_named(reconciler: Reconciler, shared_reports: Path) -> None:
    gold = load_gold(shared_reports, "shanghai2019")
    finding = next(f for f in _check(reconciler, gold) if f.check == "C5" and f.code == "t3.disclosed")
    assert finding.right is not None
    assert finding.right.low == finding.right.high == 275
    assert "自然人258" in finding.right.text
    assert finding.difference == -17
    assert "自然人" in (finding.cause or "")


def test_faults_of_the_published_report_are_told_as_such(reconciler: Reconciler, shared_reports: Path) -> None:
    gold = load_gold(shared_reports, "hongze2023")
    faults = [f for f in _check(reconciler, gold) if f.verdict == "differs"]
    assert all("总计未合计" in (f.cause or "") and "年报原文如此" in (f.cause or "") for f in faults)


def test_a_share_that_was_cut_off_agrees_as_truncated(reconciler: Reconciler, shared_reports: Path) -> None:
    gold = load_gold(shared_reports, "shanghai2019")
    finding = next(f for f in _check(reconciler, gold) if f.check == "C6" and f.code == "t3.denied")
    assert (finding.verdict, finding.how) == ("agrees", "truncated")
