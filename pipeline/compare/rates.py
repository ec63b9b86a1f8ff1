"""Rates, as lexicons/rates.yaml defines them: numerator, denominator, what a blank means, interval, guard.

A blank is refused as an operand. Where the definition says `proven`, blanks count as 0 if the printed lines already add
up to their printed total, and the remark says so. Below the minimum denominator a rate is shown but not ranked.
A rate of the prose takes the main statements; its interval is what rounded and bounded numbers leave, and closes to
the value itself where both are exact. The other shares have Wilson's.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Context, Decimal
from typing import Literal

from pipeline.compare.values import (
    Codes,
    Facts,
    Term,
    Value,
    agreed,
    cell_value,
    class_value,
    leaves_of,
    plain,
    proven,
    statements,
)  # fmt: skip
from pipeline.lexicon.schema.rates import TERM, Rate

_CONTEXT = Context(prec=28)
_Z = Decimal("1.959963984540054")
HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class RateValue:
    """A rate in percent with what it was made of; `value` None and `remark` where it cannot be told."""

    value: Decimal | None
    numerator: Decimal | None
    denominator: Decimal | None
    low: Decimal | None = None
    high: Decimal | None = None
    ranked: bool = False
    status: str = "value"
    remark: str = ""


def parse(term: str) -> tuple[str, str | None]:
    """`t3.received[natural]` → ("t3.received", "natural")."""
    match = _match(term)
    return match["code"], match["column"]


def _match(term: str) -> re.Match[str]:
    match = TERM.match(term)
    if match is None:
        raise ValueError(term)
    return match


def needed(rate: Rate, codes: Codes) -> set[str]:
    """All codes whose cells a rate needs."""
    return {code for term in rate.terms for code in codes.needed(parse(term)[0])}


def rate_of(rate: Rate, facts: Facts, codes: Codes, previous: Facts | None = None) -> RateValue:
    """The rate of one report. `previous` holds the same organ's report of the year before, for a change."""
    if rate.kind == "change":
        return _change(rate, facts, codes, previous)
    if rate.kind == "prose":
        return _of_prose(rate, facts, codes)
    top, said_top = _sum(rate, rate.numerator, facts, codes)
    bottom, said_bottom = _sum(rate, rate.denominator, facts, codes)
    return _share(rate, top, bottom, (said_top, said_bottom))


def _share(
    rate: Rate, top: Decimal | None, bottom: Decimal | None, said: Sequence[str],
    between: tuple[Decimal, Decimal] | None = None,
) -> RateValue:  # fmt: skip
    """top out of bottom with the interval given, or that of Wilson; refused where it cannot be."""
    remark = "；".join(dict.fromkeys(text for text in said if text))
    if top is None or bottom is None:
        return RateValue(None, top, bottom, status="refused", remark=remark)
    if bottom == 0:
        return RateValue(None, top, bottom, status="refused", remark="分母为0")
    if top < 0 or top > bottom:
        return RateValue(None, top, bottom, status="refused", remark="分子大于分母，请核对原报告")
    value = percent(top, bottom)
    low, high = between or wilson(top, bottom)
    small = bottom < rate.minimum
    if small:
        remark = "；".join(text for text in (remark, f"分母不足{rate.minimum}，不参加排名") if text)
    return RateValue(value, top, bottom, low, high, not small, remark=remark)


def percent(top: Decimal, bottom: Decimal) -> Decimal:
    return _CONTEXT.divide(top * HUNDRED, bottom)


def _of_prose(rate: Rate, facts: Facts, codes: Codes) -> RateValue:
    """A share of numbers of the prose; of the cells of the old statistics sheet where the report has it."""
    if rate.sheet is not None:
        top, said_top = _sum(rate, rate.sheet.numerator, facts, codes)
        bottom, said_bottom = _sum(rate, rate.sheet.denominator, facts, codes)
        if any(cell_value(facts, *parse(term)) for term in rate.sheet.denominator):
            return _share(rate, top, bottom, (said_top, said_bottom, "旧统计表"))
    scopes: set[str | None] = set()
    tops, said_top = _said(rate.numerator, facts, codes, scopes)
    bottoms, said_bottom = _said(rate.denominator, facts, codes, scopes)
    if not tops or not bottoms:
        return RateValue(None, None, None, status="refused", remark=said_top or said_bottom)
    if len(scopes) > 1:
        return RateValue(None, None, None, status="refused", remark="分子和分母说的范围不同")
    top, bottom = _total(tops), _total(bottoms)
    rounded = any(value.bound != "exact" or value.low != value.high for value in (*tops, *bottoms))
    said = "原数为约数或上下限，区间由此而来" if rounded else ""
    return _share(rate, top, bottom, (said,), _between(tops, bottoms) if bottom else None)


def _said(
    terms: Sequence[str], facts: Facts, codes: Codes, scopes: set[str | None]
) -> tuple[list[Value], str]:  # fmt: skip
    """What the prose says of the terms, noting the scopes; nothing, and why, where it does not say one of them."""
    found = []
    for term in terms:
        match = _match(term)
        chosen = statements(facts, codes, match["code"], match["column"], match["channel"])
        value = agreed(chosen)
        name = _name(codes, match["code"])
        if match["channel"]:
            name += f"（{codes.labels.get('channel', {}).get(match['channel'], match['channel'])}）"
        if value is None:
            return [], f"正文没有说{name}"
        if value.value is None:
            return [], f"{name}{value.remark}"
        scopes.add(chosen[0].scope_kind)
        found.append(value)
    return found, ""


def _total(values: Sequence[Value]) -> Decimal:
    return sum((value.value for value in values if value.value is not None), Decimal(0))


def _between(tops: Sequence[Value], bottoms: Sequence[Value]) -> tuple[Decimal, Decimal]:
    """Between what a share lies whose numbers are rounded or bounded, in percent, outwards to two places."""
    low = _CONTEXT.divide(_end(tops, "low") or Decimal(0), high) if (high := _end(bottoms, "high")) else Decimal(0)
    most, least = _end(tops, "high"), _end(bottoms, "low")
    up = min(_CONTEXT.divide(most, least), Decimal(1)) if most is not None and least else Decimal(1)
    cent = Decimal("0.01")
    return (low * HUNDRED).quantize(cent, ROUND_FLOOR), (up * HUNDRED).quantize(cent, ROUND_CEILING)


def _end(values: Sequence[Value], side: Literal["low", "high"]) -> Decimal | None:
    """The sum of the lower or upper ends; None where one is open."""
    ends = [getattr(value, side) for value in values]
    return None if None in ends else sum(ends, Decimal(0))


def _zero(rate: Rate, facts: Facts, codes: Codes, leaf: Term) -> bool:
    """Whether a blank line can only be 0, by a proof of the rate that has it among its lines."""
    if rate.blanks != "proven":
        return False
    for proof in rate.proof:
        lines = [parse(line) for line in proof.lines]
        leaves = {(one, column) for code, column in lines for one in leaves_of(facts, codes, code, column)}
        if leaf in leaves and proven(facts, codes, [parse(total) for total in proof.total], lines):
            return True
    return False


def _sum(rate: Rate, terms: Sequence[str], facts: Facts, codes: Codes) -> tuple[Decimal | None, str]:
    """The sum of terms and a remark; None where one is missing, or blank without proof."""
    total = Decimal(0)
    zeros = 0
    for term in terms:
        code, column = parse(term)
        for leaf in leaves_of(facts, codes, code, column):
            value = cell_value(facts, leaf, column) or _older(facts, codes, leaf)
            if value is None:
                return None, f"{_name(codes, leaf)}未提及"
            if value.value is not None:
                total += value.value
            elif value.status == "blank" and _zero(rate, facts, codes, (leaf, column)):
                zeros += 1
            else:
                return None, f"{_name(codes, leaf)}{'空白' if value.status == 'blank' else '数值不一或无法辨认'}"
    return total, f"{zeros}处空白经合计验证为0" if zeros else ""


def _older(facts: Facts, codes: Codes, code: str) -> Value | None:
    for other in codes.same.get(code, ()):
        found = cell_value(facts, other, None)
        if found is not None:
            return found
    return None


def _name(codes: Codes, code: str) -> str:
    row = codes.by_code.get(code)
    return f"「{row.name}」" if row else code


def _change(rate: Rate, facts: Facts, codes: Codes, previous: Facts | None) -> RateValue:
    def one(held: Facts) -> Value | None:
        code, column = parse(rate.numerator[0])
        return cell_value(held, code, column) or class_value(held, codes, code, column) or _older(held, codes, code)

    now = one(facts)
    if now is None or now.value is None:
        return RateValue(None, None, None, status="refused", remark=now.remark if now else "本年未提及")
    if previous is None:
        return RateValue(None, now.value, None, status="refused", remark="没有上年的报告")
    before = one(previous)
    if before is None or before.value is None:
        said = f"上年{before.remark}" if before else "上年未提及"
        return RateValue(None, now.value, None, status="refused", remark=said)
    if before.value == 0:
        return RateValue(None, now.value, before.value, status="refused", remark="上年为0")
    value = _CONTEXT.divide((now.value - before.value) * HUNDRED, before.value)
    small = before.value < rate.minimum
    remark = f"上年不足{rate.minimum}，不参加排名" if small else ""
    return RateValue(value, now.value, before.value, ranked=not small, remark=remark)


def wilson(top: Decimal, bottom: Decimal) -> tuple[Decimal, Decimal]:
    """The 95 % Wilson interval of top out of bottom, in percent to two places, inside 0 … 100."""
    c = _CONTEXT
    share = c.divide(top, bottom)
    square = c.divide(c.multiply(_Z, _Z), bottom)
    middle = share + square / 2
    spread = c.sqrt(square * share * (1 - share) + square * square / 4)
    low, high = ((middle - spread) / (1 + square) * HUNDRED, (middle + spread) / (1 + square) * HUNDRED)
    cent = Decimal("0.01")
    if top == 0:
        low = Decimal(0)
    if top == bottom:
        high = HUNDRED
    return max(low, Decimal(0)).quantize(cent), min(high, HUNDRED).quantize(cent)


def shown(value: Decimal | None) -> str:
    """A rate for people: two decimals and %."""
    return "" if value is None else f"{plain(value.quantize(Decimal('0.01')))}%"
