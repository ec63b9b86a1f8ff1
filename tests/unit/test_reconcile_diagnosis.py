"""The cause of failing sums: planted faults are found, and the right one is named."""

from __future__ import annotations

import random
from collections.abc import Callable
from decimal import Decimal

import pytest

from pipeline.lexicon import Lexicon
from pipeline.lexicon.formula import COLUMNS
from pipeline.model import Cell, Finding, Report
from pipeline.reconcile import Reconciler, plain_cell
from pipeline.reconcile.examples import cells_of
from pipeline.reconcile.grid import digit_fault
from tests.reconcile_tables import KINDS, RESULTS_2019, RESULTS_2021, Values, cells_from, consistent, plant

TRIES = 60


@pytest.fixture(scope="module")
def reconciler(lexicon: Lexicon) -> Reconciler:
    return Reconciler(lexicon)


def _findings(reconciler: Reconciler, cells: list[Cell]) -> list[Finding]:
    return [f for f in reconciler.check(Report(), cells, ()) if f.check[0] == "A"]


@pytest.mark.parametrize("blanks", [False, True])
def test_clean_tables_have_no_finding(reconciler: Reconciler, blanks: bool) -> None:
    rng = random.Random(11)
    for _ in range(TRIES):
        values = consistent(rng, rng.choice((RESULTS_2019, RESULTS_2021)))
        found = _findings(reconciler, cells_from(values, blanks))
        assert {f.verdict for f in found} <= {"agrees", "agrees_if_blank_zero"}


@pytest.mark.parametrize("kind", KINDS)
def test_planted_faults_are_detected_and_named(reconciler: Reconciler, kind: str) -> None:
    rng = random.Random(f"{kind} 1")
    planted = detected = named = 0
    for _ in range(TRIES):
        values = consistent(rng, rng.choice((RESULTS_2019, RESULTS_2021)), rng.choice((12, 120, 900)))
        fault = plant(rng, values, kind)
        if fault is None:
            continue
        planted += 1
        found = [f for f in _findings(reconciler, cells_from(fault.table)) if f.verdict == "differs"]
        detected += bool(found)
        proposals = [f for f in found if f.check in ("A6", "A7")]
        if proposals and (proposals[0].cause or "").startswith(fault.causes):
            named += proposals[0].check == "A6" or (proposals[0].code, proposals[0].column) in fault.places
    assert planted > TRIES // 2
    assert detected >= planted * 0.99
    assert named >= planted * 0.9


Change = Callable[[Values], None]


def _set(line: str, first: str, *numbers: int) -> Change:
    """Puts numbers into a line, from a column on."""
    at = COLUMNS.index(first)

    def change(values: Values) -> None:
        values.update({(line, column): n for column, n in zip(COLUMNS[at:], numbers, strict=False)})

    return change


def _along(line: str) -> Change:
    """The line stands one column further on than it should."""

    def change(values: Values) -> None:
        row = [0, *(values[line, column] for column in COLUMNS[:-1])]
        values.update({(line, column): n for column, n in zip(COLUMNS, row, strict=True)})

    return change


def _down(values: Values) -> None:
    """Five results of one column stand one line lower than they should."""
    lines = RESULTS_2021[:5]
    moved = [0, *(values[line, "natural"] for line in lines[:-1])]
    values.update({(line, "natural"): n for line, n in zip(lines, moved, strict=True)})


def _more(*steps: tuple[str, str, int]) -> Change:
    def change(values: Values) -> None:
        for line, column, step in steps:
            values[line, column] += step

    return change


RECEIVED, GRANTED = "t3.received", "t3.granted"


@pytest.mark.parametrize(
    ("change", "check", "cause"),
    [
        (_set(GRANTED, "total", 0), "A7", "总计未合计"),
        (_set(GRANTED, "natural", 17, 53), "A7", "两格对调"),
        (_set(RECEIVED, "research", 15, 0), "A6", "填错栏"),
        (_along(RECEIVED), "A7", "整行错位"),
        (_down, "A7", "整栏错位"),
        (_set(RECEIVED, "natural", 488176, 0, 0), "A7", "数字连写或拆开"),
        (_set(RECEIVED, "natural", 4, 88, 176), "A7", "数字连写或拆开"),
        (_more((GRANTED, "natural", 2), (GRANTED, "business", -2)), "A6", "申请人栏填错"),
        (_more((RECEIVED, "natural", 3), (RECEIVED, "business", 8), (RECEIVED, "legal", 4)), "A7", "只有一行有误"),
        (_more((GRANTED, "natural", 40)), "A7", "一位数字有误"),
        (_more((GRANTED, "natural", 49)), "A7", "只有一格有误"),
        (_set(GRANTED, "natural", -53), "A7", "正负号有误"),
        (_set(GRANTED, "natural", 530000), "A7", "差一万倍"),
        (_set(GRANTED, "natural", 35), "A7", "数位颠倒"),
        (_set(GRANTED, "natural", 5), "A7", "漏了一位"),
        (_set(GRANTED, "natural", 533), "A7", "多了一位"),
    ],
)
def test_each_cause_is_named(reconciler: Reconciler, change: Change, check: str, cause: str) -> None:
    values = consistent(random.Random(21))
    change(values)
    proposals = [f for f in _findings(reconciler, cells_from(values)) if f.check in ("A6", "A7")]
    assert [(f.check, (f.cause or "").partition("：")[0].partition("（")[0]) for f in proposals] == [(check, cause)]


def test_a_blank_that_would_mend_all_is_named(reconciler: Reconciler) -> None:
    cells = [
        plain_cell(c.code, c.column, None) if (c.code, c.column) == (RECEIVED, "natural") else c
        for c in cells_from(consistent(random.Random(21)))
    ]
    (proposal,) = [f for f in _findings(reconciler, cells) if f.check == "A7"]
    assert (proposal.verdict, (proposal.cause or "")[:2]) == ("not_assessable", "漏填")


def test_several_explanations_are_told_as_such(reconciler: Reconciler) -> None:
    values = consistent(random.Random(21))
    _more(*((RECEIVED, column, 3) for column in ("natural", "business", "legal")), (RECEIVED, "total", 9))(values)
    found = _findings(reconciler, cells_from(values))
    assert not [f for f in found if f.check in ("A6", "A7")]
    assert all("看不出是哪一行" in (f.cause or "") for f in found if f.verdict == "differs")


def test_the_grand_total_by_lines_and_by_columns_shares_the_cause(reconciler: Reconciler) -> None:
    values = consistent(random.Random(21))
    values["t3.handled", "natural"] += 100
    causes = {f.check: f.cause or "" for f in _findings(reconciler, cells_from(values)) if f.verdict == "differs"}
    assert causes["A5"] == causes["A2.natural"]
    assert causes["A5"].startswith("一位数字有误：「办理结果总计（自然人）」")


def test_with_blanks_the_cause_is_proposed_though_nothing_is_proven(reconciler: Reconciler) -> None:
    rng = random.Random(3)
    named = planted = 0
    for _ in range(TRIES):
        fault = plant(rng, consistent(rng), "lost")
        assert fault is not None
        planted += 1
        proposals = [f for f in _findings(reconciler, cells_from(fault.table, True)) if f.check in ("A6", "A7")]
        named += bool(proposals) and (proposals[0].code, proposals[0].column) in fault.places
    assert named >= planted * 0.9


def test_two_independent_faults_are_both_named(reconciler: Reconciler) -> None:
    values = consistent(random.Random(2))
    one, other = ("t3.granted", "natural"), ("t3.carried_in", "business")
    values[one] += 30
    values[other] += 7
    proposals = [f for f in _findings(reconciler, cells_from(values)) if f.check == "A7"]
    assert {(f.code, f.column) for f in proposals} == {one, other}


def test_a_doubtful_reading_is_told_apart_from_the_report(reconciler: Reconciler) -> None:
    values = consistent(random.Random(4))
    values["t3.granted", "natural"] += 20
    cells = cells_from(values)
    clear = [f for f in _findings(reconciler, cells) if f.check == "A7"]
    doubtful = [
        Cell(**({n: getattr(c, n) for n in c.__struct_fields__} | {"evidence": "字迹模糊"}))
        if (c.code, c.column) == ("t3.granted", "natural")
        else c
        for c in cells
    ]
    unclear = [f for f in _findings(reconciler, doubtful) if f.check == "A7"]
    assert "年报原文如此" in (clear[0].cause or "")
    assert "字迹模糊" in (unclear[0].cause or "")


def test_printed_values_stay_in_the_findings(reconciler: Reconciler) -> None:
    values = consistent(random.Random(6))
    right = values["t3.received", "total"]
    values["t3.received", "total"] = wrong = right + 1
    (proposal,) = [f for f in _findings(reconciler, cells_from(values)) if f.check == "A7"]
    assert proposal.left is not None
    assert proposal.right is not None
    assert (proposal.left.low, proposal.right.low) == (wrong, right)


def test_every_failing_sum_carries_the_cause(reconciler: Reconciler) -> None:
    values = consistent(random.Random(8))
    values["t3.granted", "natural"] = values["t3.granted", "natural"] * 10_000 + 10_000
    failing = [f for f in _findings(reconciler, cells_from(values)) if f.verdict == "differs"]
    assert len(failing) >= 3
    assert len({f.cause for f in failing}) == 1


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ("3 1 0 2 0", "总计未合计"),
        ("30 1 0 2 6", "多了一位"),
        ("12 1 0 2 51", "数位颠倒"),
        ("3 1 0 2 9", None),
    ],
)
def test_table_4(reconciler: Reconciler, values: str, words: str | None) -> None:
    parts = dict(zip(("upheld", "corrected", "other", "pending", "total"), values.split(), strict=True))
    cells = cells_of({f"t4.review.{name}": value for name, value in parts.items()})
    (finding,) = [f for f in _findings(reconciler, cells) if f.verdict == "differs"]
    assert (finding.cause or "").startswith(words or "")
    assert bool(finding.cause) == bool(words)


@pytest.mark.parametrize(
    ("printed", "right", "name"),
    [
        (12, -12, "sign"), (7, -3, ""), (-7, 3, ""), (120000, 12, "ten_thousand"), (21, 12, "digits_swapped"),
        (13, 12, "digit_wrong"), (1, 12, "digit_lost"), (122, 12, "digit_doubled"), (5, 12, ""),
    ],
)  # fmt: skip
def test_how_one_number_became_the_other(printed: int, right: int, name: str) -> None:
    assert digit_fault(Decimal(printed), Decimal(right)) == name
