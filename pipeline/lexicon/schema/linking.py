"""How a number is told (linking.yaml): what its phrase reaches to, what its label is, what goes on with a list.

aliases.csv says which words make a number which indicator; this file says which words are its own: where its noun ends,
which verbs and fillers are no part of a label, what tells parts, what is carried over, what a list goes on with.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import Field

from pipeline.lexicon.entry import Check, Entry, FileSpec, Part, Words, nearest
from pipeline.lexicon.schema.core import Indicator
from pipeline.lexicon.schema.prose import Term

if TYPE_CHECKING:
    from pipeline.lexicon import Lexicon
    from pipeline.lexicon.reader import Mistakes


class Guarded(Part):
    """Words, the first that fits counts; not before or behind those that make them something else (公共, 并行)."""

    words: Words
    not_before: dict[str, Words] = Field(default_factory=dict)
    not_behind: dict[str, Words] = Field(default_factory=dict)


class PhraseWording(Part):
    right_ends: Guarded
    """Where the noun behind a number ends."""
    adverbs: Words
    within: Words
    """What may stand between a number and the verb that tells its result, as does 在…期限内."""
    places: Words
    place_ends: Words
    """Units of one character (14 个村), and what must stand behind them."""
    basis: Words
    joiners: Guarded
    between: Words
    """Signs between the numbers of a run (126 条、286 条和 90 条)."""
    such: Guarded
    ways: Words
    """等 sums up the examples before it, unless one of these follows."""
    channels: Words
    not_channels: Words
    """Behind 等 these say that all before are names of channels, unless not_channels follows."""
    channel_terms: Words
    """Terms that mean a channel and count all the same before 等平台."""
    summed: Words
    """Behind a comma these go on with what stands before it."""


class LabelWording(Part):
    separators: Words
    leads: Guarded
    tails: Words
    verb_tails: Words
    kept: Words
    verbs_alone: Words
    """Verbs cut off behind a label, not behind `kept`; a label of nothing but verbs_alone is none."""
    leading: Words
    """Terms of verbs that are cut off in front of a label; others may be a part of it (重大建设项目)."""
    moves: Words
    moves_to: Words
    degrees: Words
    """What is no label: where a number moved to, a degree."""
    general: Words
    general_nouns: Words
    """A label of only these says what everything of the kind is called (政府信息, 各类文件)."""
    plain: Words
    plain_nouns: Words
    """The same beside a channel."""
    verbs: Words
    """A label begins behind the last of these."""
    shared: Words
    such: str
    """In front of, or in, the label of several things told together (局务会、党组会 12 次)."""


class PartWording(Part):
    by: Words
    divides: Words
    divides_ends: Words
    """按内容分：."""
    done: Words
    done_ends: Words
    asked: Words
    """收到的申请里：; `asked` are those of what was received."""
    published: Words
    published_after: Words
    published_first: Words
    published_ends: Words
    """全年公开的信息中：."""
    touches: str
    takes: Words
    inside: Words
    into_asked: Words
    into_done: Words
    into_published: Words
    """Codes of what was received, answered, published."""
    adding: Words
    amid_adding: Words
    not_adding: Words
    """Codes whose parts may stand without 其中 where they add up, and the words that tell another stage instead."""
    amid: Words
    any_unit: str
    money: Words
    counted_apart: Words
    """Units: those that may stand amid parts of another, the one that counts anything, those that never mix."""


class CarriedWording(Part):
    out_verbs: Words
    out_to: Words
    next_years: Words
    last_years: Words
    in_verbs: Words
    in_from: Words
    included: Words
    moved: Words
    done: Words
    """连同上年转来的在内答复了: what is counted was answered, not carried."""
    gate: Words
    said_last: Words
    said_next: Words
    marks_last: Words


class ListedWording(Part):
    ands: Words
    mixed: Words
    unmixed: Words
    """Codes that make information when told together with others, and the terms that do not mix."""
    compounds: Words
    built: Words
    """Terms of verbs that say nothing of what is counted (新增专区 3 个，累计建成 18 个)."""
    held: Words
    heads: Words
    than: Words
    years: Words
    whens: Words
    """What only says when (2022 年为 33 件)."""
    now: Words
    then: Words
    moves: Words
    moves_to: Words
    """Where the figure before moved to (由 95% 提高到 97%)."""
    totalled: Words
    others: Words
    given: Words
    made_public: Words
    passing: Words
    """Characters around a label that do not count."""
    amended: Words
    among: Words
    """Aliases of things that are information where they go on with a list of it (公开报告 1 份，典型案例 10 起)."""
    begins: Words
    from_words: Words
    decided: Words
    decided_ends: Words
    more: Words
    less: Words
    site: Words
    handled_by: str
    """How the key of a rule begins that counts what was dealt with, answered or not."""


class UnitWording(Part):
    loose: Words
    """Units behind a Chinese numeral that count anything (三个方面): no figure without an indicator."""
    cases: Words
    items: Words
    things: Words
    any_thing: Words
    going_on: Words


class CodeWording(Part):
    keeping: Words
    """Wholes whose parts keep their code whatever their label."""
    not_items: Words
    """Published things: a further label with 条 behind one of them is information again."""
    records: Words
    decided: Words
    """Words that tell that decisions are counted, not the records that were published of them."""
    answered: dict[str, str]
    decisions: dict[str, str]
    account_changes: Words
    labelled: Words
    """What is told in many kinds: its figures keep their label even where no whole is told."""
    told: Words
    """How codes begin that say themselves what is counted."""
    rates_of: dict[str, dict[str, str]]
    """By the beginning of the figure before: what a rate is that names nothing itself (热线接到 2 万件，办结率 98%)."""
    social: Words
    by_channel: Words
    publishing: Words


class Linking(Entry):
    """The file is one mapping."""

    phrase: PhraseWording
    labels: LabelWording
    parts: PartWording
    carried: CarriedWording
    listed: ListedWording
    units: UnitWording
    codes: CodeWording


def _linking(lexicon: Lexicon, mistakes: Mistakes) -> None:
    codes = {row.code for row in lexicon.rows(Indicator)}
    terms = {row.term for row in lexicon.rows(Term)}
    for row in lexicon.rows(Linking):
        file, line = row.where.rsplit(":", 1)
        listed, parts, told = row.listed, row.parts, row.codes
        named = (*row.phrase.channel_terms, *row.labels.leading, *listed.unmixed, *listed.built, *listed.held)
        for term in (*named, *listed.site, *told.publishing, *told.decisions):
            if term not in terms:
                mistakes.add(file, int(line), f"不认识的词项「{term}」{nearest(term, terms)}")
        for code in (
            *(
                *parts.into_asked,
                *parts.into_done,
                *parts.into_published,
                *parts.adding,
                *parts.amid_adding,
                *listed.mixed,
                *told.keeping,
                *told.not_items,
            ),
            *(*told.records, *told.answered, *told.answered.values(), *told.decisions.values(), *told.account_changes),
            *(*told.labelled, *told.by_channel),
            *(code for pairs in told.rates_of.values() for pair in pairs.items() for code in pair),
        ):
            if code not in codes:
                mistakes.add(file, int(line), f"不认识的指标代码「{code}」{nearest(code, codes)}")


FILES: tuple[FileSpec, ...] = (FileSpec("linking.yaml", Linking, "yaml"),)
CHECKS: tuple[Check, ...] = (_linking,)
