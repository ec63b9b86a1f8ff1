"""Chinese numerals to exact numbers and back: 二十三 ↔ 23, 三千零五万 ↔ 30050000, 二〇二一 → 2021.

Strict: a sequence that is no well-formed numeral (三五, 十百) gives None and never a guess.
"""

from __future__ import annotations

from decimal import Decimal

DIGITS = {character: value for value, character in enumerate("零一二三四五六七八九")}
DIGITS |= {"〇": 0, "○": 0, "两": 2}
_SMALL = {"十": 10, "百": 100, "千": 1000}
_TENS = {"廿": 20, "卅": 30}
SCALES = {"十": 10, "百": 100, "千": 1000, "万": 10**4, "亿": 10**8, "十万": 10**5, "百万": 10**6, "千万": 10**7}
SCALES |= {"百亿": 10**10, "千亿": 10**11, "万亿": 10**12}
NUMERALS = "零〇○一二三四五六七八九十百千万亿两廿卅"
"""All characters of Chinese numerals."""

_TOO_LARGE = 10**16  # 一万万亿 and more is no count
_LONGEST = 40  # characters; the longest numeral below 10^16 has 31


def parse(text: str) -> Decimal | None:
    """The number below 10^16 that a Chinese numeral stands for, None where it is larger or not well-formed.

    Digits alone are read place by place (二〇二一) when there are three or more, or a 〇 among them.
    一百二 is 120, as it is spoken; 点 separates decimals (三点五).
    """
    whole, point, decimals = text.partition("点")
    if not whole or len(text) > _LONGEST:
        return None
    digits_only = len(whole) > 1 and all(c in DIGITS for c in whole)
    number = _by_place(whole) if digits_only else _whole(whole)
    if number is None or number >= _TOO_LARGE:
        return None
    if not point:
        return Decimal(number)
    if not decimals or any(c not in DIGITS or c == "两" for c in decimals):
        return None
    return Decimal(f"{number}." + "".join(str(DIGITS[c]) for c in decimals))


def neighbours(text: str) -> tuple[int, int] | None:
    """两三 → (2, 3), 七八十 → (70, 80), 十七八 → (17, 18), 三五 → (3, 5): two digits side by side that mean "some"."""
    for index in range(len(text) - 1):
        a, b = DIGITS.get(text[index], 0), DIGITS.get(text[index + 1], 0)
        if a and b and (b == a + 1 or (a, b) == (3, 5)):
            low = parse(text[: index + 1] + text[index + 2 :])
            high = parse(text[:index] + text[index + 1 :])
            if low is not None and high is not None and low < high:
                return int(low), int(high)
    return None


def _by_place(text: str) -> int | None:
    if "两" in text or text[0] in "零〇○" or (len(text) < 3 and not any(c in "〇○零" for c in text[1:])):
        return None
    return int("".join(str(DIGITS[c]) for c in text))


def _whole(text: str) -> int | None:
    """亿 and 万 split a numeral into sections below ten thousand; 万亿 nests."""
    for mark, scale in (("亿", 10**8), ("万", 10**4)):
        head, found, tail = text.rpartition(mark)
        if found:
            high = _whole(head)
            if not high:
                return None
            return _joined(high * scale, tail, scale)
    return _section(text)


def _joined(high: int, tail: str, scale: int) -> int | None:
    if not tail:
        return high
    if len(tail) == 1 and DIGITS.get(tail):  # 三万五: the place below is not spoken
        return high + DIGITS[tail] * scale // 10
    bare = tail.removeprefix("零").removeprefix("〇")
    low = _whole(bare) if bare else None
    return high + low if low and low < scale else None


def _section(text: str) -> int | None:
    """A numeral below ten thousand."""
    total, last, digit, zero = 0, 10**4, 0, False
    for index, character in enumerate(text):
        if character in DIGITS:
            value = DIGITS[character]
            if digit or (zero and not value):
                return None
            if value == 0 and index:
                zero = True
                if index == len(text) - 1:
                    return None
            elif value == 0:
                return 0 if len(text) == 1 else None
            digit = value
        elif character in _SMALL:
            unit = _SMALL[character]
            if not digit and not (unit == 10 and (index == 0 or zero)):
                return None
            if unit >= last:
                return None
            total, last, digit, zero = total + (digit or 1) * unit, unit, 0, False
        elif character in _TENS:
            if digit or last <= 10:
                return None
            total, last = total + _TENS[character], 10
        else:
            return None
    if digit and not zero and last in (100, 1000):
        return total + digit * last // 10  # 一百二 is 120
    return total + digit if total + digit else None


def _below(number: int, *, inner: bool) -> str:
    """A number from 1 to 9999 in words; `inner` when something stands before it (then 10 is 一十)."""
    words = ""
    rest = number
    for unit, name in ((1000, "千"), (100, "百"), (10, "十")):
        digit, rest = divmod(rest, unit)
        if digit:
            bare_ten = unit == 10 and digit == 1 and not words and not inner
            words += ("" if bare_ten else "零一二三四五六七八九"[digit]) + name
        elif words and rest and not words.endswith("零"):
            words += "零"
    return words + ("零一二三四五六七八九"[rest] if rest else "")


def write(number: int) -> str:
    """A whole number from 0 to below 10^16 in Chinese numerals, as it is written in documents (10 is 十, 110 一百一十).

    Raises ValueError outside this range.
    """
    if not 0 <= number < _TOO_LARGE:
        raise ValueError(f"{number} is outside 0 … 10^16")
    if not number:
        return "零"
    words = ""
    for scale, name in ((10**8, "亿"), (10**4, "万"), (1, "")):
        part, number = divmod(number, scale)
        if not part:
            continue
        if words and part < (10**7 if name == "亿" else 1000):
            words += "零"
        words += (write(part) if part >= 10**4 else _below(part, inner=bool(words))) + name
    return words
