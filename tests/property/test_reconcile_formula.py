"""Properties: formulas compute what Python computes, and no formula, however odd, does anything else."""

from __future__ import annotations

import contextlib
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.lexicon import load
from pipeline.lexicon.formula import APPLICANTS, COLUMNS, FormulaError, parse_relation, parse_sum
from pipeline.lexicon.schema.core import Indicator
from pipeline.lexicon.schema.rules import RuleWords
from pipeline.model import Report
from pipeline.reconcile.expr import Context, compile_sum
from pipeline.reconcile.facts import Facts, Total, Vocabulary, facts_of
from pipeline.reconcile.verdicts import meet

VOCABULARY = Vocabulary(load().rows(Indicator), load().one(RuleWords))

_numbers = st.integers(0, 999).map(str)
_expressions = st.recursive(
    _numbers,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from("+-*"), inner).map(lambda t: f"({t[0]} {t[1]} {t[2]})"),
        st.tuples(inner, st.sampled_from("+-*"), inner).map(lambda t: f"{t[0]} {t[1]} {t[2]}"),
        st.tuples(st.sampled_from(["max", "min"]), inner, inner).map(lambda t: f"{t[0]}({t[1]}, {t[2]})"),
    ),
    max_leaves=6,
)


@given(_expressions)
def test_arithmetic_is_that_of_python(text: str) -> None:
    total = compile_sum(text, VOCABULARY)(Context(Facts(Report())))
    assert total.low == total.high == Decimal(eval(text))


@settings(max_examples=300)
@given(st.text(alphabet="t34.received[total]+-*/()=<>, 12_'\"\\其", max_size=40))
def test_any_text_is_read_or_refused(text: str) -> None:
    for parse in (parse_relation, parse_sum):
        with contextlib.suppress(FormulaError):
            parse(text)


_ends = st.one_of(st.none(), st.integers(-50, 50).map(Decimal))


def _total(ends: tuple[Decimal | None, Decimal | None]) -> Total:
    total = Total()
    low, high = ends
    total.low, total.high = (high, low) if low is not None and high is not None and low > high else (low, high)
    return total


@given(st.tuples(_ends, _ends), st.tuples(_ends, _ends))
def test_equality_is_symmetric_and_only_an_empty_overlap_differs(
    one: tuple[Decimal | None, Decimal | None], other: tuple[Decimal | None, Decimal | None]
) -> None:
    left, right = _total(one), _total(other)
    apart = (left.high is not None and right.low is not None and left.high < right.low) or (
        right.high is not None and left.low is not None and right.high < left.low
    )
    assert (meet(left, right).verdict == "differs") == apart
    assert meet(left, right).verdict == meet(right, left).verdict
    assert (meet(left, right, "<=").verdict == "agrees") == (meet(right, left, ">=").verdict == "agrees")


@given(st.lists(st.one_of(st.none(), st.integers(0, 500)), min_size=7, max_size=7))
def test_blanks_are_never_read_as_zero_in_silence(values: list[int | None]) -> None:
    """With a blank in a sum the verdict is never a plain pass, and it differs only where no count could mend it."""
    row = {("t3.granted", c): None if v is None else Decimal(v) for c, v in zip(COLUMNS, values, strict=True)}
    facts = facts_of(row)
    left = compile_sum(" + ".join(f"t3.granted[{c}]" for c in APPLICANTS), VOCABULARY)(Context(facts))
    right = compile_sum("line", VOCABULARY)(Context(facts, "total", "t3.granted"))
    verdict = meet(left, right).verdict
    known = sum(value for value in values[:6] if value is not None)
    blank, total = None in values[:6], values[6]
    if total is None:
        assert verdict == ("agrees_if_blank_zero" if known == 0 else "not_assessable")
    elif known == total:
        assert verdict == ("agrees_if_blank_zero" if blank else "agrees")
    else:
        assert verdict == ("not_assessable" if blank and known < total else "differs")
