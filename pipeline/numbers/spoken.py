"""Numbers in Chinese numerals: 二十三件, 百分之九十五, 数百条, 三五个.

A Chinese numeral is looked at only where a unit, 分之 or 第 makes it a number; the rest (一网通办, 三同步) is language.
"""

from __future__ import annotations

import re
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal

import msgspec

from pipeline.model import Quantity
from pipeline.numbers.grammar import NO_UNIT, UnitSense, scale_of
from pipeline.numbers.knowledge import Found, Knowledge, unread
from pipeline.numbers.numerals import NUMERALS, SCALES, neighbours, parse
from pipeline.numbers.ordinal import among_first, ordinal
from pipeline.numbers.quantity import ONE, ZERO, Parts, make, significant_place

BARE = frozenset("十百千万亿")
_CLOSED = frozenset("，。；、！？,;+）)”》 \n的以左上")
_PART = re.compile(rf"分之 ?([0-9]+(?:\.[0-9]+)?|[{NUMERALS}点]+)")
_DECIMAL = frozenset((100, 1000, 10000))
_FOUR = Decimal("0.0001")
_FRACTION = UnitSense("分之", "%", "rate", ONE, None)


def spoken(knowledge: Knowledge, text: str, start: int, end: int, covered: int) -> Found | None:
    """What a run of Chinese numerals text[start:end] is; None where it is no number at all.

    The number before it ends at `covered`.
    """
    grammar = knowledge.grammar
    previous = text[start - 1] if start else "\n"
    behind = text[end : end + 1] or "\n"
    if previous == " " and start > 1 and text[start - 2] == "第":
        previous = "第"
    if previous == "第":
        return _behind_mark(knowledge, text, start, end)
    if behind == "分" and text.startswith("分之", end):
        return fraction(knowledge, text, start, end)
    follows = behind if behind != " " else text[end : end + 4].lstrip()[:1]
    if follows not in grammar.spoken_firsts and behind not in knowledge.chinese.following:
        if previous == "前":
            return among_first(knowledge, text, start, end, True)
        return _without_unit(knowledge, text, start, end) if follows in _CLOSED and text[end - 1] in BARE else None
    hit = knowledge.chinese.number(text, start, end)
    if hit is not None:
        return unread(text, start, hit[1], hit[0].reason, hit[0].id)
    match = grammar.chinese.match(text, end)
    if match is None or match.group(5) is None:
        if previous == "前":
            return among_first(knowledge, text, start, end, True)
        return _without_unit(knowledge, text, start, end) if follows in _CLOSED and text[end - 1] in BARE else None
    if previous == "前" and match.group(5) in ("名", "位"):
        one = among_first(knowledge, text, start, end, True)
        if one is not None:
            return one
    return _phrase(knowledge, text, start, end, match, covered)


def _behind_mark(knowledge: Knowledge, text: str, start: int, end: int) -> Found | None:
    mark = text.rindex("第", 0, start)
    hit = knowledge.chinese.number(text, start, end)
    if hit is not None:
        return unread(text, mark, hit[1], hit[0].reason, hit[0].id)
    return ordinal(knowledge, text, mark, start, end, True)


def _without_unit(knowledge: Knowledge, text: str, start: int, end: int) -> Found | None:
    """超百万, 近千, 十万+: a large number without a unit counts where a word of bound stands with it."""
    grammar = knowledge.grammar
    before = grammar.bound_before(text, start)
    behind = grammar.behind.match(text, end)
    run = text[start:end]
    if (before is None and behind is None) or (before is not None and before.chinese and run not in SCALES):
        return None
    value = Decimal(SCALES[run]) if run in SCALES else parse(run)
    if value is None or value < 100:
        return None
    place = Decimal(SCALES[run[-1]])
    means = ((grammar.means[behind[0].strip()],) if behind else ()) + ((before.means,) if before else ())
    parts = Parts(
        start=start,
        end=behind.end() if behind else end,
        number_end=end,
        value=value,
        place=place,
        significant=significant_place(str(int(value / place)), place),
        unit=NO_UNIT,
        step=NO_UNIT.step,
        rounded=True,
        scale=place,
        means=means,
        chinese=True,
        bound_words=before.word if before else "",
    )
    return make(parts), ""


def _phrase(knowledge: Knowledge, text: str, start: int, end: int, match: re.Match[str], covered: int) -> Found | None:
    _, inside1, scale_word, inside2, unit_word, behind = match.groups()
    grammar = knowledge.grammar
    unit = grammar.units[unit_word]
    run = text[start:end]
    begin = _begin(text, start, run)
    if begin < covered:
        begin = start
    before = grammar.bound_before(text, begin)
    bare = run in SCALES and run[0] != "十"
    if before is not None and before.chinese and not bare and run != "十":
        before = None
    inside = inside1 or inside2
    if bare and begin == start and not inside and before is None:
        return None  # 百家争鸣, 万户: no count
    read = _value(run, text[begin:start], scale_of(scale_word))
    stop = match.end()
    if read is None:
        return unread(text, start, stop, "idiom", "chinese.malformed")
    value, place, significant, upto = read
    hit = knowledge.chinese.quantity(text, start, end, stop, unit, before is not None, behind is not None)
    if hit is not None:
        return unread(text, start, hit[1], hit[0].reason, hit[0].id)
    words = tuple(word for word in (inside, behind) if word)
    means = tuple(grammar.means[word] for word in words) + ((before.means,) if before else ())
    scale = Decimal(scale_of(scale_word) if inside2 else 1)
    if inside and not scale_word and run[-1] in "万亿":
        scale = Decimal(SCALES[run[-1]])
    parts = Parts(
        start=begin,
        end=stop,
        number_end=max(end, match.end(1), match.end(2), match.end(3), match.end(4)),
        value=value * unit.factor,
        place=place * unit.factor,
        significant=significant * unit.factor,
        unit=unit,
        step=unit.step,
        rounded=unit.kind == "rate" or scale_word is not None or run[-1] in "万亿",
        scale=scale,
        means=means,
        chinese=True,
        bound_words=before.word if before else "",
        each=text.endswith(("各", "各有", "各占", "各为"), 0, begin),
    )
    found = make(parts) if upto is None else _some(parts, upto * unit.factor)
    return found, ""


def _begin(text: str, start: int, run: str) -> int:
    """Takes 数 and 几 before a bare 百 in, and the lower end of a range (三至五)."""
    if start and run[0] in BARE and text[start - 1] in "数几":
        return start - 1
    if start > 1 and text[start - 1] in "至到" and text[start - 2] in NUMERALS:
        first = start - 2
        while first and text[first - 1] in NUMERALS and start - first < 12:
            first -= 1
        return first
    return start


def _value(run: str, head: str, scale: int) -> tuple[Decimal, Decimal, Decimal, Decimal | None] | None:
    """(value, printed place, significant place, upper end or None for a plain number); None when malformed."""
    factor = Decimal(scale)
    if head in ("数", "几"):
        bare = SCALES.get(run)
        if bare is None:
            return None
        low = Decimal(bare * 2) * factor
        return low, low, low, Decimal(bare * 10 - 1) * factor if scale == 1 else Decimal(bare * 10) * factor
    if run in SCALES:
        value = Decimal(SCALES[run]) * factor
        return value, value, value, None
    exact = parse(run)
    if head:
        low_end = parse(head[:-1])
        if low_end is None or exact is None or low_end >= exact:
            return None
        return low_end * factor, ONE, ONE, exact * factor
    if exact is None:
        pair = neighbours(run)
        return None if pair is None else (pair[0] * factor, ONE, ONE, pair[1] * factor)
    place = Decimal(SCALES[run[-1]]) if run[-1] in "万亿" else ONE
    digits = str(int(exact / place))
    return exact * factor, place * factor, significant_place(digits, place) * factor, None


def _some(parts: Parts, upto: Decimal) -> Quantity:
    """两三个, 数百条, 三至五天: an interval from the value on."""
    found = make(parts)
    if found.bound == "min":
        return found
    return msgspec.structs.replace(found, bound="approx", low=parts.value, high=upto)


def fraction(knowledge: Knowledge, text: str, start: int, end: int) -> Found | None:
    """百分之九十五 and 三分之二, in per cent; 三分之二 says no more than the nearest third."""
    match = _PART.match(text, end)
    if match is None:
        return None
    bottom, top = _plain(text[start:end]), _plain(match[1])
    stop = match.end()
    if top is None or not bottom or text[stop : stop + 1] == "几":
        return unread(text, start, stop, "idiom", "chinese.malformed")
    grammar = knowledge.grammar
    tail = grammar.behind.match(text, stop)
    before = grammar.bound_before(text, start)
    if before is not None and before.chinese:
        before = None
    means = ((grammar.means[tail[0].strip()],) if tail else ()) + ((before.means,) if before else ())
    if bottom in _DECIMAL:
        value = top * 100 / bottom
        place = Decimal(1).scaleb(_exponent(top)) * 100 / bottom
    else:
        value = (top * 100 / bottom).quantize(_FOUR, ROUND_HALF_UP)
        place = (100 / bottom).quantize(_FOUR, ROUND_CEILING)
    parts = Parts(
        start=start,
        end=tail.end() if tail else stop,
        number_end=stop,
        value=value,
        place=place,
        significant=place,
        unit=_FRACTION,
        step=None,
        rounded=bottom in _DECIMAL,
        means=means,
        chinese=True,
        bound_words=before.word if before else "",
    )
    found = make(parts)
    if parts.rounded or means:
        return found, ""
    return msgspec.structs.replace(found, low=max(value - place / 2, ZERO), high=value + place / 2), ""


def _plain(word: str) -> Decimal | None:
    """Digits, a numeral, or a bare 百."""
    if word[0] <= "9":
        return Decimal(word)
    return Decimal(SCALES[word]) if word in BARE else parse(word)


def _exponent(number: Decimal) -> int:
    exponent = number.as_tuple().exponent
    return exponent if isinstance(exponent, int) else 0
