"""Verdicts: blanks are no 0, scopes are not mixed, and only an empty overlap differs."""

from __future__ import annotations

from decimal import Decimal

import pytest

from pipeline.lexicon import Lexicon
from pipeline.lexicon.schema.rules import ExampleFigure
from pipeline.model import Claim, Finding, Report
from pipeline.reconcile import Facts, Reconciler
from pipeline.reconcile.examples import cells_of, figures_of
from pipeline.reconcile.facts import Total
from pipeline.reconcile.verdicts import meet

GOVERNMENT = Report(organ_kind="government", level="county", year=2023)
OFFICE = Report(organ_kind="office", level="county", year=2023)


@pytest.fixture(scope="module")
def reconciler(lexicon: Lexicon) -> Reconciler:
    return Reconciler(lexicon)


def _total(low: int | None, high: int | None, *, short: bool = False) -> Total:
    total = Total()
    total.low = None if low is None else Decimal(low)
    total.high = None if high is None else Decimal(high)
    total.terms.append(("甲", None if short else "1", False))
    if short:
        total.blanks.append(cells_of({"t4.review.total": "_"})[0])
    return total


@pytest.mark.parametrize(
    ("left", "right", "sign", "verdict"),
    [
        (_total(5, 5), _total(5, 5), "=", "agrees"),
        (_total(5, 5), _total(6, 6), "=", "differs"),
        (_total(30, 39), _total(33, 33), "=", "agrees"),
        (_total(30, None), _total(33, 33), "=", "agrees"),
        (_total(None, 300), _total(301, 301), "=", "differs"),
        (_total(5, 5, short=True), _total(5, 5), "=", "agrees_if_blank_zero"),
        (_total(5, 5, short=True), _total(7, 7), "=", "not_assessable"),
        (_total(5, 5, short=True), _total(4, 4), "=", "differs"),
        (_total(5, 5), _total(3, 3, short=True), "<=", "not_assessable"),
        (_total(5, 5, short=True), _total(3, 3), "<=", "differs"),
        (_total(5, 5), _total(5, 5), "<", "differs"),
        (_total(6, 6), _total(5, 5), ">", "agrees"),
        (_total(4, 4), _total(5, 5), ">=", "differs"),
    ],
)
def test_meeting_of_intervals(left: Total, right: Total, sign: str, verdict: str) -> None:
    assert meet(left, right, sign).verdict == verdict  # type: ignore[arg-type]  # the signs above are relation signs


def test_what_the_blanks_would_have_to_hold_is_told() -> None:
    outcome = meet(_total(5, 5, short=True), _total(7, 7))
    assert (outcome.missing, outcome.lacking) == (("甲",), 2)


def _judge(
    reconciler: Reconciler, cells: dict[str, str], *figures: ExampleFigure, report: Report = GOVERNMENT
) -> list[Finding]:
    facts = Facts(report, cells_of(cells), figures_of(figures))
    return [f for f in reconciler.check_facts(facts) if f.check.startswith("C")]


RECEIVED = {"t3.received": "40 2 0 0 0 0 42", "t3.carried_in": "0 0 0 0 0 0 0"}


@pytest.mark.parametrize(
    ("value", "scope", "kind", "report", "verdict", "how"),
    [
        ("42", "全县", "jurisdiction", GOVERNMENT, "agrees", "exact"),
        ("41", "全县", "jurisdiction", GOVERNMENT, "differs", None),
        ("42", "县本级", "own", GOVERNMENT, "agrees", "part"),
        ("30", "县本级", "own", GOVERNMENT, "not_comparable", None),
        ("50", "县本级", "own", GOVERNMENT, "differs", None),
        ("30", "县直部门", "departments", GOVERNMENT, "not_comparable", None),
        ("50", "县直部门", "departments", GOVERNMENT, "differs", None),
        ("300", "全县", "jurisdiction", OFFICE, "not_comparable", None),
        ("30", None, None, GOVERNMENT, "differs", None),
        ("30", "我局", "own", OFFICE, "differs", None),
    ],
)
def test_scopes(
    reconciler: Reconciler,
    value: str,
    scope: str | None,
    kind: str | None,
    report: Report,
    verdict: str,
    how: str | None,
) -> None:
    figure = ExampleFigure.model_validate({"code": "t3.received", "value": value, "scope": scope, "scope_kind": kind})
    (finding,) = _judge(reconciler, RECEIVED, figure, report=report)
    assert (finding.check, finding.verdict, finding.how) == ("C2", verdict, how)


def test_scopes_of_a_passage_add_up(reconciler: Reconciler) -> None:
    own = ExampleFigure(code="t3.received", value=Decimal(12), scope="县本级", scope_kind="own")
    rest = ExampleFigure(code="t3.received", value=Decimal(30), scope="各部门", scope_kind="departments")
    findings = _judge(reconciler, RECEIVED, own, rest)
    assert [(f.verdict, f.how) for f in findings] == [("agrees", "sum"), ("agrees", "sum")]


@pytest.mark.parametrize("period", ["last_year", "part_year", "cumulative"])
def test_other_times_are_not_compared(reconciler: Reconciler, period: str) -> None:
    figure = ExampleFigure.model_validate({"code": "t3.received", "value": "99", "period": period})
    (finding,) = _judge(reconciler, RECEIVED, figure)
    assert finding.verdict == "not_comparable"


def test_a_difference_has_both_sides_and_an_explanation(reconciler: Reconciler) -> None:
    (finding,) = _judge(reconciler, RECEIVED, ExampleFigure(code="t3.received", value=Decimal(24)))
    assert finding.verdict == "differs"
    assert finding.left is not None
    assert finding.right is not None
    assert (finding.left.low, finding.right.low, finding.difference) == (24, 42, -18)
    assert "24" in finding.explanation
    assert "42" in finding.explanation
    assert {e.kind for e in finding.evidence} == {"figure", "cell"}


@pytest.mark.parametrize(
    ("cells", "verdict"),
    [
        ("0 0 0 0 0 0 0", "agrees"),
        ("_ _ _ _ _ _ _", "agrees_if_blank_zero"),
        ("3 0 0 0 0 0 3", "differs"),
    ],
)
def test_all_closed_against_a_carry_over(reconciler: Reconciler, cells: str, verdict: str) -> None:
    figures = figures_of((ExampleFigure(code="t3.received", value=Decimal(9)),))
    claim = Claim(kind="all_closed", start=50, end=54, sentence=(0, 100), figures=(0,))
    facts = Facts(GOVERNMENT, cells_of({"t3.carried_out": cells}), figures, (claim,))
    (finding,) = [f for f in reconciler.check_facts(facts) if f.check == "C13"]
    assert (finding.verdict, finding.evidence[-1].start) == (verdict, 50)


def test_a_full_rate_beside_an_overdue_case_differs(reconciler: Reconciler) -> None:
    findings = _judge(
        reconciler,
        {"t3.carried_out": "0 0 0 0 0 0 0"},
        ExampleFigure(code="requests.on_time_rate", value=Decimal(100), unit="%"),
        ExampleFigure(code="requests.overdue", value=Decimal(1)),
    )
    assert [f.verdict for f in findings if f.check == "C13"] == ["differs"]


def test_the_older_sheet_is_compared_by_meaning(reconciler: Reconciler) -> None:
    figure = ExampleFigure(code="t3.received", value=Decimal(17))
    (finding,) = _judge(reconciler, {"s14.requests.received": "17"}, figure)
    assert (finding.verdict, finding.evidence[-1].code) == ("agrees", "s14.requests.received")


def test_parts_told_by_channel_are_not_added_up(reconciler: Reconciler) -> None:
    whole = {"code": "disclosure.items", "value": "100", "unit": "条"}
    parts = [
        {"code": "disclosure.items", "value": "90", "unit": "条", "channel": channel, "part_of": "0"}
        for channel in ("website", "wechat")
    ]
    findings = _judge(reconciler, {}, *(ExampleFigure.model_validate(row) for row in (whole, *parts)))
    assert {f.verdict for f in findings} == {"agrees"}
    assert {f.check for f in findings} == {"C8.part"}


def test_nothing_at_all_gives_no_finding_but_the_missing_tables(reconciler: Reconciler) -> None:
    assert reconciler.check(Report(), (), ()) == ()
    assert {f.check for f in reconciler.check(GOVERNMENT, (), ())} == {"B9"}


def test_a_class_told_with_the_number_of_one_of_its_lines_names_the_line(reconciler: Reconciler) -> None:
    cells = {
        "t3.unavailable.not_held": "20 1 0 0 0 0 _",
        "t3.unavailable.needs_creation": "4 0 0 0 0 0 _",
        "t3.unavailable.unclear_after_correction": "0 0 0 0 0 0 _",
    }
    found = _judge(reconciler, cells, ExampleFigure(code="t3.unavailable", value="21", unit="件"))
    (differs,) = [f for f in found if f.verdict == "differs"]
    assert differs.cause == "这个数与其中的「本机关不掌握」（21）相同，可能只计了这一项"
