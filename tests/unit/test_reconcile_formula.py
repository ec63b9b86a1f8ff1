"""The language of formulas: what it reads, what it refuses, and what it computes."""

from __future__ import annotations

from decimal import Decimal

import pytest

from pipeline.lexicon import Lexicon
from pipeline.lexicon.formula import FormulaError, parse_relation, parse_sum, references
from pipeline.lexicon.schema.core import Indicator
from pipeline.lexicon.schema.rules import RuleWords
from pipeline.model import Report
from pipeline.reconcile.examples import cells_of
from pipeline.reconcile.expr import Context, compile_relation, compile_sum
from pipeline.reconcile.facts import Facts, Vocabulary


@pytest.fixture(scope="module")
def vocabulary(lexicon: Lexicon) -> Vocabulary:
    return Vocabulary(lexicon.rows(Indicator), lexicon.one(RuleWords))


@pytest.mark.parametrize(
    "text",
    [
        "", "=", "t3.received", "t3.received =", "t3.received = = t3.handled", "(t3.received = t3.handled",
        "t3.received[] = 1", "t3.received[name] = 1", "1 2 = 3", "t3.received ** 2 = 4", "t3.received.real() = 1",
        "lambda: 1 = 1", "a" * 3000 + " = 1", "(" * 60 + "1" + ")" * 60 + " = 1", "t3.received = t3.handled = 1",
    ],
)  # fmt: skip
def test_what_is_no_relation_is_refused(text: str) -> None:
    with pytest.raises(FormulaError):
        parse_relation(text)


def test_references_are_listed_with_place_and_column() -> None:
    refs = references(parse_relation("last.t3.carried_out[natural] = t3.carried_in + other:好评率"))
    assert [(r.place, r.code, r.column) for r in refs] == [
        ("last", "t3.carried_out", "natural"),
        ("", "t3.carried_in", ""),
        ("", "other:好评率", ""),
    ]


@pytest.mark.parametrize(
    ("formula", "value"),
    [
        ("t3.received + t3.carried_in * 2", 14),
        ("(t3.received + t3.carried_in) * 2", 24),
        ("t3.received - t3.carried_in - 1", 7),
        ("t3.received / t3.carried_in", 5),
        ("max(t3.received, t3.carried_in, 11)", 11),
        ("min(t3.received, t3.carried_in)", 2),
        ("abs(t3.carried_in - t3.received)", 8),
        ("-t3.carried_in + t3.received", 8),
        ("t3.received[legal_entities]", 3),
        ("t3.received[sum]", 10),
    ],
)
def test_values(vocabulary: Vocabulary, formula: str, value: int) -> None:
    facts = Facts(Report(), cells_of({"t3.received": "7 1 1 1 0 0 10", "t3.carried_in": "2 0 0 0 0 0 2"}))
    total = compile_sum(formula, vocabulary)(Context(facts))
    assert (total.low, total.high) == (Decimal(value), Decimal(value))


def test_a_division_by_zero_is_unknown_and_raises_nothing(vocabulary: Vocabulary) -> None:
    facts = Facts(Report(), cells_of({"t3.received": "0 0 0 0 0 0 0"}))
    total = compile_sum("1 / t3.received", vocabulary)(Context(facts))
    assert total.unknown


def test_a_class_is_its_lines(vocabulary: Vocabulary) -> None:
    lines = {"t3.denied.process_info": "4 0 0 0 0 0 4", "t3.denied.third_party": "1 2 0 0 0 0 3"}
    total = compile_sum("t3.denied", vocabulary)(Context(Facts(Report(), cells_of(lines))))
    assert total.low == 7
    assert {(e.code, e.column) for e in total.evidence} == {(code, "total") for code in lines}


def test_an_absent_line_is_named_not_taken_as_zero(vocabulary: Vocabulary) -> None:
    facts = Facts(Report(), cells_of({"t3.received": "1 0 0 0 0 0 1"}))
    relation = compile_relation("t3.received = t3.handled", vocabulary)
    assert relation.right(Context(facts)).unknown == ["办理结果总计（总计）"]


def test_precedence_is_kept_in_the_tree() -> None:
    assert parse_sum("1 + 2 * 3") == parse_sum("1 + (2 * 3)")
    assert parse_sum("1 - 2 - 3") == parse_sum("(1 - 2) - 3")
