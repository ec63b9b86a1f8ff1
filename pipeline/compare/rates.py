"""Rates, as lexicons/rates.yaml defines them: numerator, denominator, what a blank means, interval, guard.

A blank is refused as an operand. Where the definition says `proven`, blanks count as 0 if the printed lines already add
up to their printed total, and the remark says so. Below the minimum denominator a rate is shown but not ranked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Context, Decimal

from pipeline.compare.values import Codes, Facts, Term, Value, cell_value, class_value, leaves_of, plain, proven
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
    match = TERM.match(term)
    if match is None:
        raise ValueError(term)
    return match["code"], match["column"]


def needed(rate: Rate, codes: Codes) -> set[str]:
    """All codes whose cells a rate needs."""
    terms = [*rate.numerator, *rate.denominator]
    for proof in rate.proof:
        terms += [*proof.total, *proof.lines]
    return {code for term in terms for code in codes.needed(parse(term)[0])}


def rate_of(rate: Rate, facts: Facts, codes: Codes, previous: Facts | None = None) -> RateValue:
    """The rate of one report. `previous` holds the same organ's report of the year before, for a change."""
    if rate.kind == "change":
        return _change(rate, facts, codes, previous)
    top, said_top = _sum(rate, rate.numerator, facts, codes)
    bottom, said_bottom = _sum(rate, rate.denominator, facts, codes)
    remark = "；".join(dict.fromkeys(text for text in (said_top, said_bottom) if text))
    if top is None or bottom is None:
        return RateValue(None, top, bottom, status="refused", remark=remark)
    if bottom == 0:
        return RateValue(None, top, bottom, status="refused", remark="分母为0")
    if top < 0 or top > bottom:
        return RateValue(None, top, bottom, status="refused", remark="分子大于分母，请核对原报告")
    value = _CONTEXT.divide(top * HUNDRED, bottom)
    low, high = wilson(top, bottom)
    small = bottom < rate.minimum
    if small:
        remark = "；".join(text for text in (remark, f"分母不足{rate.minimum}，不参加排名") if text)
    return RateValue(value, top, bottom, low, high, not small, remark=remark)


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
