"""wording.yaml: no word twice in a list, unknown terms and codes are told with their line."""

from __future__ import annotations

from collections import Counter

from pipeline.lexicon import Lexicon
from pipeline.lexicon.reader import Mistakes
from pipeline.lexicon.schema.core import Indicator
from pipeline.lexicon.schema.prose import Term
from pipeline.lexicon.schema.wording import CHECKS, Wording


def test_no_word_stands_twice_in_a_list(lexicon: Lexicon) -> None:
    wording = lexicon.one(Wording)
    for part in (wording.scope, wording.channel, wording.time, wording.absence, wording.lists):
        for name, words in part:
            if isinstance(words, tuple):
                assert not [word for word, count in Counter(words).items() if count > 1], name


def test_halves_are_months(lexicon: Lexicon) -> None:
    for word, (first, last) in lexicon.one(Wording).time.halves.items():
        assert 1 <= first < last <= 12, word


def test_mistakes_are_told(lexicon: Lexicon) -> None:
    given = lexicon.one(Wording)
    wrong = given.model_copy(
        update={
            "topics": {3: {"行政复义": 0.5}},
            "channel": given.channel.model_copy(update={"own_only": ("interpretation.item",)}),
        }
    )
    wrong.stands_at("wording.yaml", 2)
    rows = {Indicator: lexicon.rows(Indicator), Term: lexicon.rows(Term), Wording: (wrong,)}
    mistakes = Mistakes()
    for check in CHECKS:
        check(Lexicon(rows, {}), mistakes)
    told = [str(mistake) for mistake in mistakes.found]
    assert any(line.startswith("wording.yaml:2: 不认识的词项「行政复义」") for line in told)
    assert any("不认识的指标代码" in line and "interpretation.items" in line for line in told)
