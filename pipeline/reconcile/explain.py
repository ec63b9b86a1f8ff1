"""Findings in words: one or two Chinese sentences for an office clerk, with the sums written out."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from pipeline.reconcile.facts import LIMIT, Total, number
from pipeline.reconcile.verdicts import Outcome

SHOWN_TERMS = 8
_HUNDREDTH = Decimal("0.01")


def sum_text(total: Total) -> str:
    """A side with its sum written out: 本年新收423＋上年结转（空白）＝423.

    Terms of 0 and blanks are left out of long sums, and that is said."""
    terms = total.terms
    if len(terms) == 1:
        label, value, minus = terms[0]
        if value is None:
            return f"{label}（空白）" if total.blanks else f"{label}（缺）"
        if value == "":
            return f"{label}＝{value_text(total)}"
        return f"－{label}{told(value)}" if minus else f"{label}{told(value)}"
    shown = terms
    rest = ""
    if len(terms) > SHOWN_TERMS:
        shown = [term for term in terms if term[1]]
        blank = len(total.blanks)
        rest = f"（其余为0或空白，空白{blank}格）" if blank else "（其余为0）" if len(shown) < len(terms) else ""
    text = ""
    for label, value, minus in shown:
        joint = "－" if minus else "＋" if text else ""
        text += f"{joint}{label}（空白）" if value is None else f"{joint}{label}{told(value)}"
    return f"{text or '各项'}＝{value_text(total)}{rest}"


def told(value: Decimal | str) -> str:
    return value if isinstance(value, str) else number(value)


def value_text(total: Total) -> str:
    """The value of a sum: 423, or its interval."""
    if total.low == total.high:
        return number(total.low) if total.low is not None else "不定"
    low, high = total.low, total.high
    if low is not None and high is not None:
        return f"{short(low)}～{short(high)}"
    if low is None:
        return "不定" if high is None else f"不超过{short(high)}"
    return f"不少于{short(low)}"


def short(value: Decimal) -> str:
    """A quotient to two places."""
    if abs(value) >= LIMIT:
        return number(value.to_integral_value())
    rounded = value.quantize(_HUNDREDTH, rounding=ROUND_HALF_UP)
    return number(rounded.normalize()) if rounded == rounded.to_integral_value() else number(rounded)


def verdict_text(outcome: Outcome, sign: str = "=") -> str:
    """How the comparison ends, behind the two sums."""
    if outcome.verdict == "agrees":
        return {"rounded": "在进位范围内相符", "truncated": "截尾后相符", "bound": "在所述范围内，相符"}.get(
            outcome.how or "", "相符"
        )
    if outcome.verdict == "agrees_if_blank_zero":
        return f"把空白（{names(outcome.missing)}）当作0才相符"
    if outcome.verdict == "not_assessable":
        if outcome.lacking is not None:
            return f"{names(outcome.missing)}没有填写或无法读取，相差{number(outcome.lacking)}，无法判断"
        return f"缺{names(outcome.missing)}，无法判断" if outcome.missing else "无法判断"
    if outcome.verdict == "differs":
        gap = outcome.difference or Decimal(0)
        if sign in ("<=", "<"):
            return f"前者不应大于后者，多{number(abs(gap))}"
        if sign in (">=", ">"):
            return f"前者不应小于后者，少{number(abs(gap))}"
        return f"前者{'多' if gap > 0 else '少'}{number(abs(gap))}"
    return "不可比"


def names(words: tuple[str, ...]) -> str:
    if len(words) > 4:
        return "、".join(words[:4]) + f"等{len(words)}项"
    return "、".join(words)
