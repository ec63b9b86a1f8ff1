"""Numbers in digits: 1,113件, 14万余条, 90%以上, 3-5个, -3%."""

from __future__ import annotations

import re
from decimal import Decimal

import msgspec

from pipeline.model import Quantity, UnreadReason
from pipeline.numbers.grammar import NO_UNIT, Before, Grammar, UnitSense, scale_of
from pipeline.numbers.knowledge import Found, Knowledge, unread
from pipeline.numbers.latin import TOUCHING_AFTER, TOUCHING_BEFORE, latin
from pipeline.numbers.ordinal import among_first, ordinal
from pipeline.numbers.quantity import ONE, Parts, make, significant_place
from pipeline.numbers.reject import alone, clause_before
from pipeline.numbers.spoken import fraction

_LONGEST = 16
_SEPARATORS = re.compile("[,， ]")
_RANGE = re.compile(" ?(?:[-–~～]|—{1,2}|至|到) ?(?=[0-9])")
_CHAIN = re.compile("[0-9]+(?:[-–—~.][0-9]+)+")
_MAY_RANGE = frozenset(" -–~～—至到")
_BRACKET = 42
_ROW = 400
"""Characters that one row of bare numbers may take in a single Unread."""
_EACH = ("各", "各有", "各占", "各为", "各是")
_SIGNS = frozenset("-−﹣负")
_BEFORE_SIGN = frozenset("为是率达降幅额长比：:（，,、 \n")
_FROM = ("从", "由", "自")


def arabic(knowledge: Knowledge, text: str, start: int, end: int, covered: int) -> Found:
    """What the digits text[start:end] are; the number before them ends at `covered`."""
    previous = text[start - 1] if start else "\n"
    behind = text[end] if end < len(text) else "\n"
    if previous in TOUCHING_BEFORE or behind in TOUCHING_AFTER:
        one = latin(knowledge, text, start, end, covered)
        if one is not None:
            return one
    hit = knowledge.digits.number(text, start, end)
    mark = _mark(text, start, previous)
    if hit is not None:
        return unread(text, start if mark < 0 else mark, hit[1], hit[0].reason, hit[0].id)
    if mark >= 0:
        one = ordinal(knowledge, text, mark, start, end, False)
        assert one is not None  # only Chinese numerals may be no number at all
        return one
    if previous == "前":
        one = among_first(knowledge, text, start, end, False)
        if one is not None:
            return one
    if behind == "分" and text.startswith("分之", end):
        return fraction(knowledge, text, start, end) or unread(text, start, end, "broken_source", "digits.fraction")
    return _phrase(knowledge, text, start, end)


def _mark(text: str, start: int, previous: str) -> int:
    """Where 第 stands before the number, −1 if it does not."""
    if previous == "第":
        return start - 1
    return start - 2 if previous == " " and start > 1 and text[start - 2] == "第" else -1


def _phrase(knowledge: Knowledge, text: str, start: int, end: int) -> Found:
    grammar = knowledge.grammar
    match = grammar.digits.match(text, start)
    assert match is not None  # the expression matches any run of digits
    whole, decimals, inside1, scale_word, inside2, unit_word, behind = match.groups()
    stop = match.end()
    if len(whole) > _LONGEST:
        return unread(text, start, stop, "code", "digits.long")
    unit = grammar.units[unit_word] if unit_word else NO_UNIT
    before = grammar.bound_before(text, start)
    if before is not None and before.chinese:
        before = None
    hit = knowledge.digits.quantity(text, start, end, stop, unit, before is not None, behind is not None)
    if hit is not None:
        return unread(text, start, hit[1], hit[0].reason, hit[0].id)
    follows = text[stop : stop + 1]
    if follows in _MAY_RANGE:
        between = _RANGE.match(text, stop)
        one = _range(knowledge, text, match, between, unit, before) if between else None
        if one is not None:
            return one
    if follows == "（" and not unit_word:
        unit = _beyond_brackets(grammar, text, stop)
    signed = start and text[start - 1] in _SIGNS
    if unit.step == 1 and not (decimals or scale_word or inside1 or behind or before or signed):
        value = Decimal(_SEPARATORS.sub("", whole) if len(whole) > 3 else whole)
        return _count(text, start, stop, match.end(1), value, unit), ""
    parts = _parts(grammar, text, match, unit, before)
    if scale_word and not (inside2 or unit_word or behind) and "0" <= follows <= "9":
        return _joined(knowledge, text, parts)
    return make(parts), ""


def _count(text: str, start: int, stop: int, number_end: int, value: Decimal, unit: UnitSense) -> Quantity:
    """The common case: a whole count without any word of bound."""
    return Quantity(
        start=start,
        end=stop,
        number_end=number_end,
        value=value,
        unit=unit.canonical,
        unit_printed=unit.printed,
        bound="exact",
        low=value,
        high=value,
        each=text.endswith(_EACH, 0, start),
    )


def _parts(grammar: Grammar, text: str, match: re.Match[str], unit: UnitSense, before: Before | None) -> Parts:
    whole, decimals, inside1, scale_word, inside2, _, behind = match.groups()
    digits = _SEPARATORS.sub("", whole) if len(whole) > 3 else whole
    scale = scale_of(scale_word)
    behind_point = len(decimals) - 1 if decimals else 0
    value = _shifted(int(digits + decimals[1:]) * scale, behind_point)
    place = _shifted(scale, behind_point)
    if unit.factor != 1:
        value, place = value * unit.factor, place * unit.factor
    start = match.start()
    if _negative(text, start, unit):
        start -= 1
        value = -value
    means: tuple[str, ...] = ()
    if inside1 or inside2 or behind:
        means = tuple(grammar.means[word] for word in (inside1, inside2, behind) if word)
    if before is not None:
        means += (before.means,)
    return Parts(
        start=start,
        end=match.end(),
        number_end=match.end(5 if inside2 else 4 if scale_word else 3 if inside1 else 2),
        value=value,
        place=place,
        significant=place if decimals else significant_place(digits, place),
        unit=unit,
        step=None if behind_point and not scale_word and unit.step == 1 else unit.step,
        rounded=bool(scale_word) or unit.kind == "rate" or bool(decimals),
        scale=Decimal(scale) if inside2 else ONE,
        means=means,
        bound_words=before.word if before else "",
        each=text.endswith(_EACH, 0, start),
    )


def _shifted(number: int, places: int) -> Decimal:
    """number / 10^places, as a whole number where it is one: 143000, not 143000.0."""
    whole, rest = divmod(number, 10**places)
    return Decimal(number).scaleb(-places) if rest else Decimal(whole)


def _negative(text: str, start: int, unit: UnitSense) -> bool:
    """True for -3% behind a word or mark, and for 负3%; a dash between two things is no sign."""
    if not start or text[start - 1] not in _SIGNS:
        return False
    if text[start - 1] == "负":
        return unit.kind == "rate" and (start < 2 or text[start - 2] not in "正不")
    return start == 1 or text[start - 2] in _BEFORE_SIGN


def _joined(knowledge: Knowledge, text: str, high: Parts) -> Found:
    """3亿5000万: two parts of one number. Unread where the second does not fit below the first."""
    match = knowledge.grammar.digits.match(text, high.end)
    assert match is not None
    unit = knowledge.grammar.units[match[6]] if match[6] else NO_UNIT
    low = _parts(knowledge.grammar, text, match, unit, None)
    if not low.value < high.place:
        return unread(text, high.start, low.end, "broken_source", "digits.joined")
    low.value += high.value * unit.factor
    low.start, low.each, low.bound_words = high.start, high.each, high.bound_words
    low.means += high.means
    return make(low), ""


def _beyond_brackets(grammar: Grammar, text: str, stop: int) -> UnitSense:
    """The unit of 公开120（45个单位）条: it stands behind the bracket. The mention stays the number alone."""
    close = text.find("）", stop, stop + _BRACKET)
    match = grammar.unit_alone.match(text, close + 1) if close > 0 else None
    if match is None or "\n" in text[stop:close]:
        return NO_UNIT
    unit = grammar.units[match[1]]
    return unit if unit.kind == "count" else NO_UNIT


def _range(
    knowledge: Knowledge,
    text: str,
    match: re.Match[str],
    between: re.Match[str],
    unit: UnitSense,
    before: Before | None,
) -> Found | None:
    """3-5个, 20至30件: the value is the lower end. None where the two numbers are told apart (从5个到8个)."""
    grammar = knowledge.grammar
    second = grammar.digits.match(text, between.end())
    assert second is not None
    start = match.start()
    spoken_dash = between[0].strip() in ("至", "到")
    if not second[6]:
        if spoken_dash or unit.printed:
            return None
        chain = _CHAIN.match(text, start)
        return unread(text, start, max(second.end(), chain.end() if chain else 0), "name", "digits.dash")
    if unit.printed not in ("", second[6]) or any(word in clause_before(text, start) for word in _FROM):
        return None
    last = grammar.units[second[6]]
    high = _parts(grammar, text, second, last, None)
    low = _parts(grammar, text, match, last, before)
    if match[4] is None and second[4] is not None:
        low.value *= scale_of(second[4])
    hit = knowledge.digits.quantity(text, start, match.end(1), second.end(), last, False, second[7] is not None)
    if hit is not None:
        return unread(text, start, hit[1], hit[0].reason, hit[0].id)
    if low.value >= high.value:
        return None if spoken_dash else unread(text, start, second.end(), "broken_source", "digits.range")
    low.end, low.number_end = high.end, high.number_end
    return msgspec.structs.replace(make(low), bound="approx", low=low.value, high=high.value), ""


def doubtful(knowledge: Knowledge, text: str, start: int, end: int, found: list[Found]) -> bool:
    """Digits behind digits with nothing but blanks or one line break between: two numbers, or one that is torn.

    Nothing decides which, so both become one Unread in place of the last of `found`; a row of bare numbers is a table.
    """
    last = found[-1][0]
    gap = text[last.end : start]
    if start - last.start > _ROW or gap.strip(" ") not in ("", "\n") or not (gap and "0" <= text[last.end - 1] <= "9"):
        return False
    torn = found[-1][1] in ("digits.torn", "digits.row")
    if not torn and (not isinstance(last, Quantity) or last.unit_printed or last.ordinal):
        return False
    if knowledge.digits.number(text, start, end) is not None:
        return False
    match = knowledge.grammar.digits.match(text, start)
    unit = match is not None and bool(match[2] or match[4] or match[6])
    if "\n" in gap and (gap != "\n" or not unit or alone(text, last.start, last.end)):
        return False
    reason: UnreadReason = "broken_source" if unit else "table_text"
    stop = match.end() if match else end
    found[-1] = unread(text, last.start, stop, reason, "digits.torn" if unit else "digits.row")
    return True
