"""pipeline.numbers.reject: the conditions of rules and how rules are filed."""

from __future__ import annotations

import pytest

from pipeline.lexicon import Lexicon
from pipeline.lexicon.schema.numbers import BoundWord, NonFigure, Unit
from pipeline.numbers.grammar import Grammar
from pipeline.numbers.reject import RuleBook, alone, clause_before, first_characters, quoted, titled


def test_first_characters_of_expressions() -> None:
    assert first_characters(" ?年(?:度)?") == "年"
    assert first_characters("(?:至|到)[0-9]") == "到至"
    assert first_characters("[-.][0-9]") == "-."
    assert first_characters("(?:号)?楼") == "号楼"


@pytest.mark.parametrize("expression", ["", "年?", "(?!年)", "[^年]"])
def test_expressions_that_may_begin_with_anything(expression: str) -> None:
    assert first_characters(expression) is None


def test_the_clause_ends_at_marks_and_is_short() -> None:
    text = "受理申请，平均办理"
    assert clause_before(text, len(text)) == "平均办理"
    assert clause_before("长" * 100, 100) == "长" * 24
    assert clause_before("", 0) == ""


def test_alone_on_a_line() -> None:
    assert alone("甲\n - 12 - \n乙", 5, 7)
    assert alone("12", 0, 2)
    assert not alone("甲\n共12\n乙", 3, 5)


def test_at_the_end_of_a_short_quotation() -> None:
    assert quoted("解读“安居30条”", 5, 8)
    assert not quoted("解读“安居，30条”", 6, 9)
    assert not quoted("“开放日”活动30条", 8, 11)


def test_inside_a_title() -> None:
    assert titled("《安居20条措施》", 3, 6)
    assert not titled("《办法》20条", 4, 7)
    assert not titled("《办法20条", 3, 6)


def _book(lexicon: Lexicon, **entry: object) -> RuleBook:
    grammar = Grammar(lexicon.rows(Unit), lexicon.rows(BoundWord))
    rule = NonFigure.model_validate({"id": "a.b", "reason": "code", "title": "甲", "examples": ["<1>"], **entry})
    return RuleBook([rule], grammar)


@pytest.mark.parametrize(
    ("entry", "text", "hit"),
    [
        ({"after": "号"}, "见12号", True),
        ({"after": "号"}, "见12 号", False),
        ({"before": "档号"}, "档号12", True),
        ({"before": "档号"}, "档号  12", True),
        ({"before": "档号"}, "档号：12", False),
        ({"before": "档号", "label": "yes"}, "档号：12", True),
        ({"before": "档号", "label": "yes"}, "档号12", True),
        ({"before": "档号", "label": "colon"}, "档号12", False),
        ({"before": "档号", "label": "colon"}, "档号: 12", True),
        ({"exact": "12|13"}, "共12", True),
        ({"exact": "13"}, "共12", False),
        ({"after": "号", "number": "[0-9]"}, "见12号", False),
        ({"after": "号", "not_before": "共"}, "共12号", False),
        ({"after": "号", "within": "档案"}, "档案里12号", True),
        ({"after": "号", "within": "档案"}, "档案，里12号", False),
        ({"after": "号", "without": "档案"}, "档案里12号", False),
        ({"after": "号", "start": "true"}, "甲。12号", True),
        ({"after": "号", "start": "true"}, "甲12号", False),
        ({"after": "号(?= ?{unit})"}, "12号件", True),
        ({"after": "号(?= ?{unit})"}, "12号楼", False),
    ],
)
def test_conditions(lexicon: Lexicon, entry: dict[str, str], text: str, hit: bool) -> None:
    start = text.index("12")
    assert (_book(lexicon, **entry).number(text, start, start + 2) is not None) == hit


def test_conditions_of_the_wrong_level_are_refused() -> None:
    base = {"id": "a.b", "reason": "code", "title": "甲", "examples": ["<1>"]}
    with pytest.raises(ValueError, match="至少写一项"):
        NonFigure.model_validate(base)
    with pytest.raises(ValueError, match="只用于"):
        NonFigure.model_validate({**base, "after": "号", "units": "件"})
    with pytest.raises(ValueError, match="至少写一项"):
        NonFigure.model_validate({**base, "level": "quantity", "after": "号"})
