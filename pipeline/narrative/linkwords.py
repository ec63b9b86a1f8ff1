"""The words of linking.yaml as they are asked for beside a number, compiled once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import regex

from pipeline.lexicon.schema.linking import (
    CarriedWording,
    CodeWording,
    Guarded,
    Linking,
    ListedWording,
    PartWording,
    PhraseWording,
    UnitWording,
)  # fmt: skip

_NO_SIGN = "[^，。；,;：:0-9]"
_YEAR = r"(?P<year>20\d\d)年"


def inorder(words: Iterable[str]) -> str:
    """A regex alternation of plain words as the file gives them: the first that fits counts; "" is the end."""
    return "|".join(regex.escape(word) if word else "$" for word in words)


def guarded(given: Guarded) -> str:
    """The same with what must not stand behind or before a word."""
    return "|".join(
        (f"(?<!{inorder(given.not_behind[word])})" if word in given.not_behind else "")
        + regex.escape(word)
        + (f"(?!{inorder(given.not_before[word])})" if word in given.not_before else "")
        for word in given.words
    )


def signs(characters: Iterable[str]) -> str:
    return "[" + "".join(regex.escape(sign) for sign in characters) + "]"


@dataclass(frozen=True, slots=True)
class PhraseSet:
    """What bounds the phrase of a number."""

    right_end: regex.Pattern[str]
    adverbs: regex.Pattern[str]
    place: regex.Pattern[str]
    basis: regex.Pattern[str]
    joiner: regex.Pattern[str]
    between: regex.Pattern[str]
    such: regex.Pattern[str]
    such_channels: regex.Pattern[str]
    channel_terms: frozenset[str]
    summed: tuple[str, ...]


def phrase_set(wording: PhraseWording) -> PhraseSet:
    such = guarded(wording.such)
    ways = f"(?!各?类?多?种?(?:{inorder(wording.ways)}))"
    return PhraseSet(
        right_end=regex.compile(guarded(wording.right_ends)),
        adverbs=regex.compile(rf"(?:{inorder(wording.adverbs)}|在\p{{Han}}{{0,8}}{signs(wording.within)}内)+"),
        place=regex.compile(rf"{signs(wording.places)}(?={signs(wording.place_ends)}|$)"),
        basis=regex.compile(rf"(?:{inorder(wording.basis)})[^，,；;。\d]{{0,12}}$"),
        joiner=regex.compile(guarded(wording.joiners)),
        between=regex.compile(rf"^(?:{signs(wording.between)}|\s){{1,3}}$"),
        such=regex.compile(f"(?:{such}){ways}"),
        such_channels=regex.compile(
            rf"(?:{inorder(wording.such.words)})\p{{Han}}{{0,6}}?(?:{inorder(wording.channels)})"
            rf"(?!的?(?:{inorder(wording.not_channels)}))"
        ),
        channel_terms=frozenset(wording.channel_terms),
        summed=tuple(wording.summed),
    )


@dataclass(frozen=True, slots=True)
class PartSet:
    """What tells that numbers are parts of another."""

    told_by: regex.Pattern[str]
    touches: regex.Pattern[str]
    takes: tuple[str, ...]
    asked: tuple[str, ...]
    published: tuple[str, ...]
    inside: tuple[str, ...]
    into_asked: frozenset[str]
    into_done: frozenset[str]
    into_published: frozenset[str]
    adding: frozenset[str]
    amid_adding: frozenset[str]
    not_adding: tuple[str, ...]
    amid: frozenset[str]
    any_unit: str
    money: frozenset[str]
    counted_apart: frozenset[str]


def part_set(wording: PartWording) -> PartSet:
    number, some = r"(?:\d+[条件])?", f"{_NO_SIGN}{{0,10}}"
    return PartSet(
        told_by=regex.compile(
            rf"(?<![予部])(?:{inorder(wording.by)}){_NO_SIGN}{{1,12}}?(?:{inorder(wording.divides)})"
            rf"(?:{inorder(wording.divides_ends)})?[，,：:]?"
            rf"|(?:在)?(?P<what>已?(?:{inorder(wording.done)}))的?{some}(?:\d+件?)?(?:{inorder(wording.done_ends)})[，,：:]?"
            rf"|(?:^[，,。；;]?(?={inorder(wording.published_first)})|{inorder(wording.published_after)})(?P<pub>{inorder(wording.published)})的{some}{number}{some}"
            rf"(?:{inorder(wording.published_ends)})[，,：:]"
        ),
        touches=regex.compile(f"[，,、]?{regex.escape(wording.touches)}"),
        takes=tuple(wording.takes),
        asked=tuple(wording.asked),
        published=tuple(wording.published),
        inside=tuple(wording.inside),
        into_asked=frozenset(wording.into_asked),
        into_done=frozenset(wording.into_done),
        into_published=frozenset(wording.into_published),
        adding=frozenset(wording.adding),
        amid_adding=frozenset(wording.amid_adding),
        not_adding=tuple(wording.not_adding),
        amid=frozenset(wording.amid),
        any_unit=wording.any_unit,
        money=frozenset(wording.money),
        counted_apart=frozenset(wording.counted_apart),
    )


@dataclass(frozen=True, slots=True)
class CarriedSet:
    """What tells that applications were carried from the year before, or into the next."""

    carried_in: regex.Pattern[str]
    carried_out: regex.Pattern[str]
    included: regex.Pattern[str]
    gate: regex.Pattern[str]
    marks_last: tuple[str, ...]
    said_last: tuple[str, ...]
    said_next: tuple[str, ...]


def _carried_set(wording: CarriedWording) -> CarriedSet:
    last, some = inorder(wording.last_years), "[^，,；;（）]"
    return CarriedSet(
        carried_in=regex.compile(
            rf"(?:(?:{last}|{_YEAR})(?:度)?(?:{inorder(wording.in_verbs)})|(?:{inorder(wording.in_from)})(?:{last}))"
        ),
        carried_out=regex.compile(
            rf"(?:{inorder(wording.out_verbs)})(?:{inorder(wording.out_to)})?(?:了)?"
            rf"(?:{inorder(wording.next_years)}|{_YEAR})"
        ),
        included=regex.compile(
            rf"(?:{inorder(wording.included)}){some}{{0,14}}(?:{inorder(wording.moved)}){some}{{0,8}}"
            rf"(?:{inorder(wording.done)})"
        ),
        gate=regex.compile(inorder(wording.gate)),
        marks_last=tuple(wording.marks_last),
        said_last=tuple(wording.said_last),
        said_next=tuple(wording.said_next),
    )


@dataclass(frozen=True, slots=True)
class ListedSet:
    """What tells how a number goes on with what was told before it."""

    ands: tuple[str, ...]
    mixed: frozenset[str]
    unmixed: frozenset[str]
    compounds: frozenset[str]
    built: frozenset[str]
    held: tuple[str, ...]
    heads: frozenset[str]
    when_only: regex.Pattern[str]
    moved: regex.Pattern[str]
    totalled: regex.Pattern[str]
    others: tuple[str, ...]
    given: tuple[str, ...]
    made_public: tuple[str, ...]
    passing: str
    amended: tuple[str, ...]
    among: frozenset[str]
    begins: str
    from_words: tuple[str, ...]
    decided: regex.Pattern[str]
    changed: regex.Pattern[str]
    site: frozenset[str]
    handled_by: str


def _listed_set(wording: ListedWording) -> ListedSet:
    year = r"20\d\d"
    return ListedSet(
        ands=tuple(wording.ands),
        mixed=frozenset(wording.mixed),
        unmixed=frozenset(wording.unmixed),
        compounds=frozenset(wording.compounds),
        built=frozenset(wording.built),
        held=tuple(wording.held),
        heads=frozenset(wording.heads),
        when_only=regex.compile(
            rf"^(?:{inorder(wording.than)})?(?:(?:{year}|{inorder(wording.years)})年?(?:度|同期)?|{inorder(wording.whens)})的?$"
        ),
        moved=regex.compile(
            rf"^[，,、的]?(?:{year}年|{inorder(wording.now)})?(?:{inorder(wording.then)})?"
            rf"(?:{inorder(wording.moves)})(?:{inorder(wording.moves_to)})了?$"
        ),
        totalled=regex.compile(inorder(wording.totalled)),
        others=tuple(wording.others),
        given=tuple(wording.given),
        made_public=tuple(wording.made_public),
        passing="".join(wording.passing),
        amended=tuple(wording.amended),
        among=frozenset(wording.among),
        begins="".join(wording.begins),
        from_words=tuple(wording.from_words),
        decided=regex.compile(rf"{inorder(wording.decided)}|(?:{inorder(wording.decided_ends)})$"),
        changed=regex.compile(f"(?P<less>{inorder(wording.less)})|{inorder(wording.more)}"),
        site=frozenset(wording.site),
        handled_by=wording.handled_by,
    )


@dataclass(frozen=True, slots=True)
class LinkWords:
    """All that naming and judging a number needs from linking.yaml."""

    phrase: PhraseSet
    parts: PartSet
    carried: CarriedSet
    listed: ListedSet
    units: UnitWording
    codes: CodeWording


def compile_linking(linking: Linking) -> LinkWords:
    return LinkWords(
        phrase=phrase_set(linking.phrase),
        parts=part_set(linking.parts),
        carried=_carried_set(linking.carried),
        listed=_listed_set(linking.listed),
        units=linking.units,
        codes=linking.codes,
    )
