"""Reports beside each other, and the form of a report: the entry points that a run over many reports uses."""

from __future__ import annotations

from decimal import Decimal

import pytest

from pipeline.lexicon import Lexicon
from pipeline.lexicon.schema.rules import ExampleClaim, ExampleFigure
from pipeline.model import Report, Section, Unread
from pipeline.reconcile import Facts, Reconciler, facts_of
from pipeline.reconcile.examples import cells_of, figures_of
from pipeline.reconcile.years import repeated_share


@pytest.fixture(scope="module")
def reconciler(lexicon: Lexicon) -> Reconciler:
    return Reconciler(lexicon)


def test_plain_values_of_a_database_are_enough(reconciler: Reconciler) -> None:
    this = facts_of({("t3.carried_in", "natural"): Decimal(2), ("t3.carried_in", "total"): Decimal(2)})
    last = facts_of({("t3.carried_out", "natural"): Decimal(5), ("t3.carried_out", "total"): None})
    findings = reconciler.check_years(this, last)
    # Last year's total is blank, so that it is the sum of its columns.
    assert [(f.check, f.column, f.difference) for f in findings] == [
        ("D1.natural", "natural", 3),
        ("D1.total", "total", 3),
    ]


def test_versions_can_be_limited_to_one_rule(reconciler: Reconciler) -> None:
    one, other = facts_of({("t4.review.total", None): Decimal(1)}), facts_of({("t4.review.total", None): Decimal(2)})
    assert {f.check for f in reconciler.check_versions(one, other)} == {"B10", "D7", "G1"}
    assert [f.check for f in reconciler.check_versions(one, other, "B10")] == ["B10"]


def test_equality_across_levels_only_when_all_are_at_hand(reconciler: Reconciler) -> None:
    parent = Facts(Report(organ_kind="government"), cells_of({"t4.review.total": "9"}))
    children = [facts_of({("t4.review.total", None): Decimal(n)}) for n in (3, 4)]
    assert reconciler.check_levels(parent, children) == ()
    assert [f.check for f in reconciler.check_levels(parent, children, complete=True)] == ["E1.complete"]


def test_the_form_is_judged_from_sections_and_dates(reconciler: Reconciler) -> None:
    sections = [Section(number=n, title="部分", start=n, end=n + 1) for n in (1, 2, 4, 3, 6)]
    report = Report(year=2023, organ_kind="department", published_on="2024-03-01", period_start="2023-01-01")
    unread = [Unread(text="17", start=3, end=5, reason="table_text")]
    findings = reconciler.check_form(report, sections, "", (), unread)
    assert [f.check for f in findings] == ["F1", "F1", "F6.organ", "G3"]
    assert findings[0].missing == ("第五部分",)


def test_a_sentence_with_only_its_year_changed_is_the_same() -> None:
    text = "围绕重点民生领域逐项核对公开目录并及时更新。2021年共整理栏目内容三十余处并做好衔接。"
    assert repeated_share(text, text.replace("2021", "2020")) == 1
    assert repeated_share(text, "今年另起炉灶，所有安排都和往年不同，不再沿用旧的做法。") == 0
    assert repeated_share("", text) == 0


def test_a_line_that_the_prose_gives_is_the_one_told(reconciler: Reconciler) -> None:
    cells = {
        "t3.received": "20 0 0 0 0 0 20",
        "t3.carried_in": "5 0 0 0 0 0 5",
        "t3.granted": "20 0 0 0 0 0 20",
        "t3.handled": "20 0 0 0 0 0 20",
        "t3.carried_out": "3 0 0 0 0 0 3",
    }
    silent = reconciler.check(Report(), cells_of(cells), ())
    assert {f.cause for f in silent if f.check == "A1.natural"} != {None}
    assert not [f for f in silent if f.check == "A7"]
    figures = figures_of((ExampleFigure(code="t3.carried_in", value=Decimal(3)),))
    told = [f for f in reconciler.check(Report(), cells_of(cells), figures) if f.check == "A7"]
    assert [f.code for f in told] == ["t3.carried_in"]


@pytest.mark.parametrize(("handled", "verdict"), [("9", "differs"), ("15", "not_assessable"), ("_", "not_assessable")])
def test_a_blank_holds_no_more_than_its_column_leaves(reconciler: Reconciler, handled: str, verdict: str) -> None:
    """Six refusals are told; their cells are blank, and the results already make up what was handled."""
    cells = {
        "t3.granted": "9 0 0 0 0 0 9",
        "t3.denied.process_info": "_ _ _ _ _ _ _",
        "t3.handled": f"{handled} 0 0 0 0 0 {handled}",
    }
    figures = figures_of((ExampleFigure(code="t3.denied", value=Decimal(6)),))
    (finding,) = [f for f in reconciler.check(Report(), cells_of(cells), figures) if f.check == "C5"]
    assert finding.verdict == verdict


def test_claims_of_an_example_are_plain_data() -> None:
    assert ExampleClaim.model_validate({"kind": "all_closed", "figures": ["0"]}).figures == (0,)
