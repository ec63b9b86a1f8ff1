"""The lexicon of numbers: every entry is exercised by its own examples."""

from __future__ import annotations

import pytest

from pipeline.lexicon import Lexicon, load
from pipeline.lexicon.schema.numbers import AsciiName, BoundWord, NonFigure, Unit, risky
from pipeline.model import Quantity, Unread
from pipeline.numbers import NumberReader
from pipeline.text import fold

RULES = load().rows(NonFigure)


@pytest.fixture(scope="module")
def reader(lexicon: Lexicon) -> NumberReader:
    return NumberReader(lexicon)


def _marked(example: str) -> tuple[str, list[tuple[int, int]]]:
    """The folded text of an example without its marks < and >, and the marked spans."""
    text, spans, start = "", [], 0
    for character in example:
        if character == "<":
            start = len(text)
        elif character == ">":
            spans.append((start, len(text)))
        else:
            text += character
    return fold(text).text, spans


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_examples_are_unread_by_their_own_rule(rule: NonFigure, reader: NumberReader) -> None:
    for example in rule.examples:
        text, spans = _marked(example)
        found = {(item.start, item.end): (item, by) for item, by in reader.explain(text)}
        for span in spans:
            assert span in found, f"{example}: {found}"
            item, by = found[span]
            assert isinstance(item, Unread), example
            assert (by, item.reason) == (rule.id, rule.reason), example


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_counterexamples_are_left_alone(rule: NonFigure, reader: NumberReader) -> None:
    for text in rule.counterexamples:
        assert rule.id not in [by for _, by in reader.explain(fold(text).text)], text


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_rules_have_both_kinds_of_examples(rule: NonFigure) -> None:
    assert rule.examples
    assert rule.counterexamples
    assert all("<" in example and ">" in example for example in rule.examples)


@pytest.mark.parametrize("unit", load().rows(Unit), ids=lambda unit: unit.unit)
def test_units_are_read_with_their_canonical_unit(unit: Unit, reader: NumberReader) -> None:
    (item,) = reader.find(f"平均 13{unit.unit}。")
    if unit.canonical in ("岁", "周年"):  # ages and anniversaries are never figures
        assert isinstance(item, Unread)
        return
    assert isinstance(item, Quantity)
    assert (item.unit, item.unit_printed, item.value) == (unit.canonical, unit.unit, 13 * unit.factor)
    assert (item.start, item.number_end, item.end) == (3, 5, 5 + len(unit.unit))


def test_words_of_bound_are_not_given_twice(lexicon: Lexicon) -> None:
    keys = [(word.word, word.place) for word in lexicon.rows(BoundWord)]
    assert len(keys) == len(set(keys))


def test_names_with_letters_match_their_examples(lexicon: Lexicon, reader: NumberReader) -> None:
    for name in lexicon.rows(AsciiName):
        for example in name.examples:
            (item,) = reader.find(f"见{example}，")
            assert isinstance(item, Unread)
            assert item.reason == name.reason, example


@pytest.mark.parametrize(
    "pattern",
    [r"(?:a+)+", r"(?:[0-9]+,?)*x", r"a*b*c*d*", r"(?:(?:ab?){1,9}c){1,9}", r"(?:a|b*)+"],
)
def test_slow_patterns_are_refused(pattern: str) -> None:
    assert risky(pattern)


@pytest.mark.parametrize(
    "pattern", [r" ?年(?:度)?", r"[0-9]+(?:\.[0-9]+)?", r"(?:、[0-9]{1,3}){0,4}", r"[*+]{2}", r"\+\*"]
)
def test_plain_patterns_are_let_through(pattern: str) -> None:
    assert not risky(pattern)
