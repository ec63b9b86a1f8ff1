"""Years, periods and dates as reports print them. Works on folded text; every result is ISO or None."""

from __future__ import annotations

import datetime
import re

from pipeline.lexicon import Lexicon
from pipeline.lexicon.schema.places import OrganKinds

_DIGITS = {c: str(i) for i, c in enumerate("零一二三四五六七八九")} | dict.fromkeys("〇○Oo", "0")
_CHINESE_YEAR = re.compile(r"二[〇○零Oo][〇○零Oo一二三四五六七八九]{2}(?=年)")
_YEAR = re.compile(r"(?<!\d)20[0-4]\d(?=年|学年|[-—–~至]20|\s*$|(?!\d|[.\-/]\d))")
_RANGE = re.compile(
    r"(?P<y1>20\d\d)\s*[年./-]\s*(?P<m1>1[0-2]|0?[1-9])\s*[月./-]\s*(?P<d1>3[01]|[12]\d|0?[1-9])\s*日?\s*(?:起|开始)?\s*"
    r"(?:[,，、]\s*)?(?:至|到|—|–|-|~|－|―)+\s*"
    r"(?:(?P<y2>20\d\d)\s*[年./-]\s*)?(?:当年|同年)?(?P<m2>1[0-2]|0?[1-9])\s*[月./-]\s*(?P<d2>3[01]|[12]\d|0?[1-9])(?!\d)"
)
_DATE = r"(20\d\d)\s*(?:年|[-./])\s*(1[0-2]|0?[1-9])\s*(?:月|[-./])\s*(3[01]|[12]\d|0?[1-9])(?!\d)"
_ANY_DATE = re.compile(r"(?<!\d)" + _DATE)
_PLAIN = re.compile(r"^\s*(20\d\d)(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])")


def arabic_years(text: str) -> str:
    """二〇二〇年 → 2020年. The length stays the same."""
    return _CHINESE_YEAR.sub(lambda m: "".join(_DIGITS[c] for c in m[0]), text)


def years_in(text: str) -> list[int]:
    """The years named in a text, in order. The text has Arabic digits only."""
    return [int(m[0]) for m in _YEAR.finditer(text)]


def iso(year: str, month: str, day: str) -> str | None:
    """An ISO date, None where there is no such day."""
    try:
        return datetime.date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        return None


def date_in(text: str) -> str | None:
    """The first date in a text: 2021-02-02, 2021/2/2, 2021年2月2日, 20210202 at its start."""
    found = _PLAIN.match(text) or _ANY_DATE.search(text)
    return iso(found[1], found[2], found[3]) if found else None


class DateReader:
    """Finds the period of the data and the day of publication. Compiled once."""

    def __init__(self, lexicon: Lexicon) -> None:
        words = lexicon.one(OrganKinds)
        self._period_words = words.period_words
        self._hints = words.dates.hints
        labels = sorted(words.dates.labels, key=len, reverse=True)
        alternatives = "|".join(map(re.escape, labels))
        self._labelled = re.compile(rf"(?:{alternatives})\s*[】\]］）]?\s*[:：]?\s*{_DATE}")

    def period(self, head: str) -> tuple[str | None, str | None]:
        """Begin and end of the data from the sentence that states them; None, None where no sentence does.

        An end without its own year (从2019年1月1日到12月31日) is of the year of the begin. What is printed is given,
        also where it is a misprint: whether it is the calendar year is for the checks to say.
        """
        fallback: tuple[str | None, str | None] = (None, None)
        for match in _RANGE.finditer(head):
            begin = iso(match["y1"], match["m1"], match["d1"])
            end = iso(match["y2"] or match["y1"], match["m2"], match["d2"])
            if begin is None or end is None or begin > end:
                continue
            before = head[max(0, match.start() - 40) : match.start()]
            if any(word in before for word in self._period_words):
                return begin, end
            if fallback == (None, None) and begin[5:] == "01-01" and end[5:7] == "12":
                fallback = begin, end
        return fallback

    def published(self, hints: tuple[tuple[str, str], ...], head: str, tail: str, year: int | None) -> str | None:
        """The day of publication: what the page's metadata say, else 发布日期：…, else the date of the signature.

        A day before the last month of the year reported on cannot be it and is passed over.
        """
        given = {name.lower(): value for name, value in hints}
        for name in self._hints:
            date = date_in(given[name]) if name in given else None
            if date and self._possible(date, year):
                return date
        for match in self._labelled.finditer(head):
            date = iso(match[1], match[2], match[3])
            if date and self._possible(date, year):
                return date
        for match in reversed(list(_ANY_DATE.finditer(tail))):
            date = iso(match[1], match[2], match[3])
            if date and self._possible(date, year) and self._alone(tail, match.start(), match.end()):
                return date
        return None

    @staticmethod
    def _possible(date: str, year: int | None) -> bool:
        return year is None or date >= f"{year}-12-01"

    @staticmethod
    def _alone(text: str, start: int, end: int) -> bool:
        """True for a date that is a line of its own, perhaps behind the name that signs."""
        line = text[text.rfind("\n", 0, start) + 1 : (text.find("\n", end) + 1 or len(text) + 1) - 1]
        return len(line.strip()) <= 45 and not any(mark in line for mark in "。；，")
