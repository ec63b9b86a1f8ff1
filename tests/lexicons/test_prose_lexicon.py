"""The prose files of the lexicon: codes are covered, words unique in their term, mistakes told with their line."""

from __future__ import annotations

from collections import Counter

from pipeline.lexicon import Lexicon
from pipeline.lexicon.reader import Mistakes
from pipeline.lexicon.schema.core import Indicator
from pipeline.lexicon.schema.prose import CHECKS, Alias, Cues, SectionTitle, Term


def test_no_word_stands_twice_in_a_term(lexicon: Lexicon) -> None:
    seen = Counter((row.term, word) for row in lexicon.rows(Term) for word in row.words)
    assert not [pair for pair, count in seen.items() if count > 1]


def test_aliases_cover_the_indicators_of_the_prose(lexicon: Lexicon) -> None:
    reached = {code for row in lexicon.rows(Alias) for code in row.codes}
    cues = lexicon.one(Cues)
    reached |= {a.code for a in cues.absences} | {z.code for z in cues.zero_words}
    wanted = {row.code for row in lexicon.rows(Indicator) if row.group in ("prose", "table3", "table4")}
    only_in_the_table = {"t3.other.total"}
    assert wanted - reached <= only_in_the_table


def test_units_of_rates_are_rates(lexicon: Lexicon) -> None:
    kinds = {row.code: row.kind for row in lexicon.rows(Indicator)}
    for row in lexicon.rows(Alias):
        for code in row.codes:
            if kinds.get(code) == "rate":
                assert row.units == ("%",), row.where


def test_every_section_has_titles(lexicon: Lexicon) -> None:
    assert sorted(row.number for row in lexicon.rows(SectionTitle)) == [0, 1, 2, 3, 4, 5, 6]


def test_mistakes_are_told(lexicon: Lexicon) -> None:
    term = Term(term="甲", kind="thing", words=("一",))
    term.stands_at("terms.csv", 7)
    alias = Alias(id="x", code="t3.recieved", key=("没有的词",), units=("@无",))
    alias.stands_at("aliases.csv", 9)
    rows = {Indicator: lexicon.rows(Indicator), Term: (term,), Alias: (alias,), Cues: ()}
    mistakes = Mistakes()
    for check in CHECKS:
        check(Lexicon(rows, {}), mistakes)
    told = [str(mistake) for mistake in mistakes.found]
    assert any(line.startswith("terms.csv:7: ") for line in told)
    assert any(line.startswith("aliases.csv:9: 不认识的指标代码") and "t3.received" in line for line in told)
    assert any("既不是词项" in line for line in told)
    assert any("不认识的单位组" in line for line in told)
