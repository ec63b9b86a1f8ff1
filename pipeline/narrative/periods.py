"""What time a figure speaks of: the report's year, another one, a part of it, or all since something began."""

from __future__ import annotations

import calendar

import regex

from pipeline.lexicon.schema.prose import PeriodCues
from pipeline.lexicon.schema.wording import TimeWording
from pipeline.model import Period, PeriodKind
from pipeline.narrative.cues import either

_YEAR = r"(?<!\d)(?P<year>20[0-3]\d|19\d\d)年?(?:度)?"
_DATE = r"(?P<m1>1[0-2]|0?[1-9])月(?:(?P<d1>[0-3]?\d)[日号]|底|末|份)?"
_UNTIL = regex.compile(rf"截[至止]到?(?:(?P<year>20\d\d)年)?{_DATE}")
_MONTHS = regex.compile(r"(?:(?P<year>20\d\d)年)?(?P<m1>1[0-2]|[1-9])(?:月|月份)?(?:[-—–~至到]+)(?P<m2>1[0-2]|[1-9])月")
_MONTH = regex.compile(
    r"(?<![^，。；：、在于年])(?:(?P<year>20\d\d)年)?(?P<m1>1[0-2]|[1-9])月份?(?=[，共全我收受办公发开接的])"
)
_FIRST = regex.compile(r"(?:(?P<year>20\d\d)年)?前(?P<m2>1[01]|[2-9])个月")
_RANGE = regex.compile(r"1月1日(?:起)?(?:至|到|[-—~])(?:20\d\d年)?12月3[01]日")
_ENDS = (12, 31)


class Periods:
    """Finds the stretch of time a figure speaks of, where it is not the report's year."""

    def __init__(self, cues: PeriodCues, wording: TimeWording) -> None:
        self._last = regex.compile(either(cues.last_year))
        self._this = regex.compile(either(cues.this_year))
        self._since = regex.compile(
            rf"{either(cues.since)}|自(?:20|19)\d\d年[^，。；]{{0,12}}(?:以来|至今|起)|(?:20|19)\d\d年[^，。；]{{0,8}}以来"
        )
        self._cumulative = regex.compile(
            rf"{either(cues.cumulative)}|(?:截[至止]|到|至)(?:目前|(?:20\d\d年)?(?:年底|年末|底|末|12月底|12月31日))[^。；全年]{{0,14}}(?:累计|总访问|总浏览|总点击)"
        )
        self._part = regex.compile(either(cues.part_year))
        self._marked = regex.compile(f"月|{self._since.pattern}|{self._cumulative.pattern}|{self._part.pattern}")
        """What names a time in another way than by its year: most numbers have none of it before them."""
        self._year = regex.compile(rf"{_YEAR}")
        self._any = regex.compile(r"\d|年|季|月|期间|来|至今|历|目前|现")
        self._titled = regex.compile(rf"年?度?(?:{either(wording.titles)})*(?:{either(wording.title_ends)})")
        self._halves = wording.halves
        self._no_time_before = tuple(cues.compared_before)
        self._no_time_behind = tuple(cues.compared_behind)

    def find(self, text: str, start: int, end: int, year: int | None, *, beside: bool = True) -> Period | None:
        """The last period named in text[start:end], None where none is named.

        What is not `beside` the number reaches it only from the head of a clause (上年收到 3 件，办结 2 件).
        """
        if not self._any.search(text, start, end):
            return None
        if not self._marked.search(text, start, end):
            return self._years(text, start, end, year, beside)
        if self._since.search(text, start, end):
            return Period(kind="since")
        if self._cumulative.search(text, start, end):
            named = self._years(text, start, end, year)
            return named if named is not None else Period(kind="cumulative")
        if _RANGE.search(text, start, end):
            return Period()
        until = _UNTIL.search(text, start, end)
        if until:
            return _part(until, 1, int(until["m1"]), int(until["d1"] or 0), year)
        months = _MONTHS.search(text, start, end)
        if months:
            return _part(months, int(months["m1"]), int(months["m2"]), 0, year)
        first = _FIRST.search(text, start, end)
        if first:
            return _part(first, 1, int(first["m2"]), 0, year)
        month = _MONTH.search(text, start, end)
        if month:
            return _part(month, int(month["m1"]), int(month["m1"]), 0, year)
        part = self._part.search(text, start, end)
        if part:
            bounds = self._halves.get(part[0])
            if bounds and year:
                return _months(year, *bounds)
            return Period(kind="part_year")
        return self._years(text, start, end, year, beside)

    def _years(self, text: str, start: int, end: int, year: int | None, beside: bool = True) -> Period | None:
        """The last year named: the report's, the one before it, or another."""
        found: list[tuple[int, Period]] = []
        for match in self._this.finditer(text, start, end):
            found.append((match.start(), Period()))
        if year:
            for match in self._year.finditer(text, start, end):
                if "年" in match[0] and not self._of_another(text, match) and (beside or _heads(text, match.start())):
                    found.append((match.start(), _of_year(int(match["year"]), year)))
        for match in self._last.finditer(text, start, end):
            if not self._of_another(text, match) and (beside or _heads(text, match.start())):
                named = _of_year(year - 1, year) if year else Period(kind="last_year")
                found.append((match.start(), named))
        return max(found, key=lambda item: item[0])[1] if found else None

    def _of_another(self, text: str, match: regex.Match[str]) -> bool:
        """结转 2022 年, 2022 年结转, 比 2022 年: the year says what is carried or compared, not when."""
        return (
            text.startswith(self._no_time_behind, match.end())
            or text.endswith(self._no_time_before, 0, match.start())
            or self._titled.match(text, match.end()) is not None
        )


def _heads(text: str, at: int) -> bool:
    """Whether a clause begins at a place, perhaps behind 在 or the like."""
    before = text[max(at - 3, 0) : at].rstrip("在于自从即全的市县区省局镇我")
    return not before or before[-1] in "，,；;。：:、（(”）)"


def _of_year(named: int, year: int) -> Period:
    if named == year:
        return Period()
    kind: PeriodKind = "last_year" if named == year - 1 else "year"
    return Period(kind=kind, begin=f"{named}-01-01", end=f"{named}-12-31")


def _part(match: regex.Match[str], first: int, last: int, day: int, year: int | None) -> Period | None:
    named = int(match["year"]) if match["year"] else year
    if first == 1 and last == _ENDS[0] and day in (0, 30, _ENDS[1]):
        return Period()
    if named is None:
        return Period(kind="part_year")
    if year is not None and named > year and last <= 3:
        return Period()
    return _months(named, first, last, day)


def _months(year: int, first: int, last: int, day: int = 0) -> Period:
    until = day or calendar.monthrange(year, last)[1]
    return Period(kind="part_year", begin=f"{year}-{first:02d}-01", end=f"{year}-{last:02d}-{until:02d}")
