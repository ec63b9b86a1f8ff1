"""Properties of verdicts: the sides may be exchanged, wider sides never begin to differ, exact sums stay exact."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from pipeline.lexicon import load
from pipeline.lexicon.formula import APPLICANTS
from pipeline.model import Bound, Figure, Report, Why
from pipeline.reconcile import Reconciler, facts_of, plain_cell
from pipeline.reconcile.facts import Total
from pipeline.reconcile.verdicts import meet

RECONCILER = Reconciler(load())
_ends = st.one_of(st.none(), st.decimals(0, 10**6, places=2))
_more = st.decimals(0, 1000, places=2)


@st.composite
def totals(draw: st.DrawFn) -> Total:
    low, high = draw(_ends), draw(_ends)
    if low is not None and high is not None and low > high:
        low, high = high, low
    total = Total()
    total.low, total.high = low, high
    for _ in range(draw(st.integers(0, 2))):
        total.blanks.append(plain_cell("t4.review.upheld", None, None))
        total.terms.append(("复议维持", None, False))
    return total


@given(totals(), totals())
def test_the_two_sides_may_be_exchanged(a: Total, b: Total) -> None:
    one, other = meet(a, b), meet(b, a)
    assert one.verdict == other.verdict
    assert (one.difference or Decimal(0)) == -(other.difference or Decimal(0))


@given(totals(), totals(), _more, _more)
def test_a_wider_side_never_begins_to_differ(a: Total, b: Total, down: Decimal, up: Decimal) -> None:
    before = meet(a, b).verdict
    a.low = None if a.low is None else a.low - down
    a.high = None if a.high is None else a.high + up
    after = meet(a, b).verdict
    assert before == after or after != "differs"


@given(st.lists(st.integers(0, 10**6), min_size=6, max_size=6), st.integers(-3, 3))
def test_sums_of_exact_numbers_are_exact(values: list[int], off: int) -> None:
    total = max(sum(values) + off, 0)
    columns = dict(zip(APPLICANTS, values, strict=True))
    cells = {("t3.received", column): Decimal(value) for column, value in columns.items()}
    facts = facts_of({**cells, ("t3.received", "total"): Decimal(total)})
    (finding,) = [f for f in RECONCILER.check_facts(facts) if f.check == "A3" and f.code == "t3.received"]
    if total == sum(values):
        assert (finding.verdict, finding.how, finding.difference) == ("agrees", "exact", 0)
    else:
        assert (finding.verdict, finding.difference) == ("differs", sum(values) - total)


@given(st.integers(0, 10**5), st.integers(0, 500), st.integers(0, 500), st.sampled_from(["exact", "approx"]))
def test_a_rounded_statement_agrees_just_where_its_interval_holds_the_cell(
    cell: int, below: int, above: int, bound: Bound
) -> None:
    value = Decimal(cell + above - below)
    low, high = value - below, value + above
    figure = Figure(
        code="t2.penalty.decisions", value=value, unit="件", bound=bound, low=low, high=high, mention=f"{value}件",
        start=5, end=9, sentence=(0, 10), section=1, before="", why=Why(alias="a", rule="r"),
    )  # fmt: skip
    found = RECONCILER.check(Report(), [plain_cell("t2.penalty.decisions", None, Decimal(cell))], [figure])
    (finding,) = [f for f in found if f.check == "C1"]
    assert finding.verdict == ("agrees" if low <= cell <= high else "differs")
