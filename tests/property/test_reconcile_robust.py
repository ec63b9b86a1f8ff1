"""Whatever the readers hand over, the checks give findings that hold together and raise nothing."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.lexicon import load
from pipeline.lexicon.formula import COLUMNS
from pipeline.lexicon.schema.rules import ExampleFigure
from pipeline.model import Cell, Claim, Finding, Report
from pipeline.reconcile import Facts, Reconciler, plain_cell
from pipeline.reconcile.examples import figures_of

RECONCILER = Reconciler(load())
CODES = [code for code in RECONCILER.vocabulary.codes if not code.startswith("s14.")]
EXTREME = (10**40, Decimal("1E+30"), Decimal("1E-30"), Decimal("0.00000000000000000000000000001"), 10**27 + 1)
VALUES = st.one_of(
    st.integers(0, 60), st.integers(-3, 10**7), st.decimals(0, 100, places=2), st.sampled_from(EXTREME)
).map(Decimal)

_figures = st.builds(
    ExampleFigure,
    code=st.sampled_from([*CODES, "other:甲", "s14.complaints"]),
    value=VALUES,
    unit=st.sampled_from(["件", "%", "条", "元", ""]),
    bound=st.sampled_from(["exact", "approx", "min", "max"]),
    measure=st.sampled_from(["level", "level", "level", "share", "change_rate", "change", "ratio", "rank"]),
    of=st.sampled_from(["", "0", "3", "99", "t3.handled", "t3.received"]),
    column=st.sampled_from([None, None, "natural", "legal_entities"]),
    channel=st.sampled_from([None, None, "website"]),
    scope=st.sampled_from([None, "全县", "县本级", "各部门"]),
    scope_kind=st.sampled_from([None, "own", "jurisdiction", "departments", "group"]),
    period=st.sampled_from(["year", "year", "last_year", "since"]),
    category=st.sampled_from([None, None, "甲类"]),
    part_of=st.sampled_from([None, None, 0, 1, 2, 50]),
    parts_exhaustive=st.sampled_from([None, True, False]),
    zero_by_words=st.booleans(),
    before=st.sampled_from(["", "占", "其中因不掌握等"]),
    sentence=st.integers(0, 2),
    same_mention=st.booleans(),
)
_claims = st.builds(
    Claim,
    kind=st.sampled_from(["all_upheld", "none_lost", "all_closed", "all_on_time", "all_natural", "unheard_of"]),
    start=st.just(10),
    end=st.just(14),
    sentence=st.just((0, 100)),
    figures=st.sampled_from([(), (0,), (0, 1)]),
)


@st.composite
def _cells(draw: st.DrawFn) -> list[Cell]:
    cells: list[Cell] = []
    for code in draw(st.lists(st.sampled_from(CODES), max_size=30)):
        if not code.startswith(("t2.", "t3.", "t4.")):
            continue
        for column in COLUMNS if code.startswith("t3.") else (None,):
            state = draw(st.sampled_from(["printed", "printed", "blank", "dash", "unreadable"]))
            cells.append(plain_cell(code, column, draw(VALUES) if state == "printed" else None, state))
    return cells


def _sound(finding: Finding, figures: int) -> None:
    assert finding.explanation.endswith("。")
    assert finding.check[0] in "ABCDEFG"
    for evidence in finding.evidence:
        assert evidence.kind != "figure" or (evidence.index is not None and 0 <= evidence.index < figures)
    if finding.verdict == "differs":
        assert finding.severity != "info" or finding.check.startswith("B")
    if finding.verdict.startswith("agrees"):
        assert finding.cause is None


@settings(max_examples=120, deadline=None)
@given(_cells(), st.lists(_figures, max_size=8), st.lists(_claims, max_size=2))
def test_anything_gives_sound_findings(cells: list[Cell], rows: list[ExampleFigure], claims: list[Claim]) -> None:
    figures = figures_of(tuple(rows))
    claims = [claim for claim in claims if max(claim.figures, default=0) < len(figures)]
    for report in (Report(), Report(organ_kind="government", level="county", year=2022, form="2021")):
        found = RECONCILER.check(report, cells, figures, claims)
        assert found == RECONCILER.check(report, cells, figures, claims)
        for finding in found:
            _sound(finding, len(figures))


@settings(max_examples=40, deadline=None)
@given(_cells(), _cells(), st.lists(_figures, max_size=5))
def test_other_reports_beside_it_change_nothing(
    cells: list[Cell], others: list[Cell], rows: list[ExampleFigure]
) -> None:
    this = Facts(Report(organ_kind="government", year=2022), cells, figures_of(tuple(rows)))
    other = Facts(Report(year=2021), others)
    alone = RECONCILER.check_facts(this)
    for found in (
        RECONCILER.check_years(this, other),
        RECONCILER.check_versions(this, other),
        RECONCILER.check_levels(this, [other, other]),
    ):
        for finding in found:
            assert not finding.verdict.startswith("agrees")
            _sound(finding, len(rows))
    assert RECONCILER.check_facts(this) == alone
