"""linking.yaml: no word twice in a list, guards belong to words, unknown terms and codes are told with their line."""

from __future__ import annotations

from collections import Counter

import pytest

from pipeline.lexicon import Lexicon
from pipeline.lexicon.reader import Mistakes
from pipeline.lexicon.schema.core import Indicator
from pipeline.lexicon.schema.linking import CHECKS, Guarded, Linking
from pipeline.lexicon.schema.prose import Term
from pipeline.narrative.linkwords import guarded, inorder

SECTIONS = ("phrase", "labels", "parts", "carried", "listed", "units", "codes")


@pytest.mark.parametrize("section", SECTIONS)
def test_no_word_stands_twice_in_a_list(lexicon: Lexicon, section: str) -> None:
    for name, given in getattr(lexicon.one(Linking), section):
        words = given.words if isinstance(given, Guarded) else given
        if isinstance(words, tuple):
            assert not [word for word, count in Counter(words).items() if count > 1], name


@pytest.mark.parametrize("section", SECTIONS)
def test_guards_are_of_words_in_the_list(lexicon: Lexicon, section: str) -> None:
    for name, given in getattr(lexicon.one(Linking), section):
        if isinstance(given, Guarded):
            assert {*given.not_before, *given.not_behind} <= set(given.words), name


def test_guards_and_order_of_a_pattern() -> None:
    given = Guarded(
        words=("共计", "共", "为"), not_before={"共": ("享",), "为": ("民", "")}, not_behind={"共": ("公",)}
    )
    assert guarded(given) == "共计|(?<!公)共(?!享)|为(?!民|$)"
    assert inorder(("全年度", "全年")) == "全年度|全年"


def test_mistakes_are_told(lexicon: Lexicon) -> None:
    given = lexicon.one(Linking)
    wrong = given.model_copy(
        update={
            "listed": given.listed.model_copy(update={"held": ("培迅",)}),
            "codes": given.codes.model_copy(update={"keeping": ("disclosure.item",)}),
        }
    )
    wrong.stands_at("linking.yaml", 2)
    rows = {Indicator: lexicon.rows(Indicator), Term: lexicon.rows(Term), Linking: (wrong,)}
    mistakes = Mistakes()
    for check in CHECKS:
        check(Lexicon(rows, {}), mistakes)
    told = [str(mistake) for mistake in mistakes.found]
    assert any(line.startswith("linking.yaml:2: 不认识的词项「培迅」") for line in told)
    assert any("不认识的指标代码" in line and "disclosure.items" in line for line in told)
