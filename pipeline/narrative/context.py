"""Of whom, through what and when: scope, channel, period and applicant of the figures of a sentence.

Each holds from where it is named until the next one of its kind or the end of the sentence.
"""

from __future__ import annotations

import calendar

import regex

from pipeline.lexicon.schema.prose import Cues
from pipeline.model import Period, PeriodKind, ScopeKind
from pipeline.narrative.cues import either

_YEAR = r"(?<!\d)(?P<year>20[0-3]\d|19\d\d)年?(?:度)?"
_GLUE_COMMA = regex.compile(
    r"^[”」』》]?\p{Han}{0,4}[”」』》]?(?:、|和|与|及|以及|或|，|/|\+)[“「『《]?[^0-9，,；;。]{0,14}$|^[”」』》]?$"
)
_ACTS = (
    r"共?(?:全年|累计)?(?:主动公开|收到|受理|新收|接到|办理|答复|公开|发布|制发"
    r"|未收到|未发生|没有|举办|召开|组织|开展|通过)"
)
_ACTING = (
    r"^(?:共|全年|全部|主动|累计|新|代表|收到|受理|办理|答复|公开|发布|制发|制定|出台|印发|本年|今年|20\d\d年|通过|未|没有|无"
    r"|依法|举办|召开|接到|及|和|、|依申请|门户|作出|组织|开展|回应)"
)
_ADJACENT = ("", "”", "》", "”》")
_DATE = r"(?P<m1>1[0-2]|0?[1-9])月(?:(?P<d1>[0-3]?\d)[日号]|底|末|份)?"
_UNTIL = regex.compile(rf"截[至止]到?(?:(?P<year>20\d\d)年)?{_DATE}")
_MONTHS = regex.compile(r"(?:(?P<year>20\d\d)年)?(?P<m1>1[0-2]|[1-9])(?:月|月份)?(?:[-—–~至到]+)(?P<m2>1[0-2]|[1-9])月")
_RANGE = regex.compile(r"1月1日(?:起)?(?:至|到|[-—~])(?:20\d\d年)?12月3[01]日")
_HALVES = {
    "上半年": (1, 6), "下半年": (7, 12), "前三季度": (1, 9),
    "第一季度": (1, 3), "第二季度": (4, 6), "第三季度": (7, 9), "第四季度": (10, 12),
    "一季度": (1, 3), "二季度": (4, 6), "三季度": (7, 9), "四季度": (10, 12),
}  # fmt: skip
_ENDS = (12, 31)
_NOT_WHEN = ("结转", "结转至", "结转到", "转至", "比", "较", "转", "与", "至")


class Scopes:
    """Finds whom a number speaks of: 全市, 我局, 县直部门, 各镇街."""

    def __init__(self, cues: Cues) -> None:
        kinds: dict[str, ScopeKind] = {}
        for group in cues.scopes:
            for word in group.words:
                kinds[word] = group.kind
        self._kinds = kinds
        organs = set(cues.scope_organs)
        self._organs = organs
        blocked = either(cues.scope_blockers)
        self._pattern = regex.compile(rf"(?:{either([*kinds, *organs])})(?!{blocked})")
        self._before = regex.compile(rf"(?:{either(cues.scope_prefix_blockers)})$")
        self._represents = tuple(cues.scope_represents)
        self._acting = regex.compile(_ACTING)
        self._named = regex.compile(
            rf"(?<=^|[，,；;。：:年度日）)])(?!各|全|其他|有关|相关|市政府各)\p{{Han}}{{2,12}}?(?:{either(cues.scope_suffixes)})(?<!大厅)(?={_ACTS})"
        )

    def find(self, text: str, start: int, end: int) -> list[tuple[int, int, str, ScopeKind]]:
        """(start, end, as printed, kind) of each scope named in a sentence, in order."""
        found: list[tuple[int, int, str, ScopeKind]] = []
        for match in self._pattern.finditer(text, start, end):
            word = match[0]
            a, b = match.span()
            kind = self._kinds.get(word)
            represented = any(text.endswith(lead, max(a - 2, 0), a) for lead in self._represents)
            if kind is None:
                if not represented and not self._acting.match(text[b : b + 4]):
                    continue
                kind = "own"
            elif represented:
                kind = "own"
            if not represented and self._before.search(text, max(a - 4, start), a):
                continue
            found.append((a, b, word, kind))
        for match in self._named.finditer(text, start, end):
            if not any(a < match.end() and match.start() < b for a, b, _, _ in found):
                found.append((match.start(), match.end(), match[0], "own"))
        return sorted(found)


class Channels:
    """Finds through what something was published: website, wechat, gazette …"""

    def __init__(self, cues: Cues) -> None:
        self._codes = {word: channel.code for channel in cues.channels for word in channel.words}
        self._pattern = regex.compile(rf"(?:{either(self._codes)})(?!{either(cues.channel_blockers)})")
        self._prefixes = tuple(cues.channel_codes)

    def applies(self, code: str) -> bool:
        return code.startswith(self._prefixes)

    def find(self, text: str, start: int, end: int) -> list[tuple[int, int, str]]:
        """(start, end, code) of each group of channels; those joined by 、 or 和 make one group."""
        groups: list[tuple[int, int, list[str]]] = []
        for match in self._pattern.finditer(text, start, end):
            code = self._codes[match[0]]
            if groups and text[groups[-1][1] : match.start()] in _ADJACENT:
                groups[-1] = (groups[-1][0], match.end(), [code])  # “某某政府网”微信公众号: the name holds another
            elif groups and _GLUE_COMMA.match(text[groups[-1][1] : match.start()]):
                a, _, codes = groups[-1]
                groups[-1] = (a, match.end(), codes if code in codes else [*codes, code])
            else:
                groups.append((match.start(), match.end(), [code]))
        return [(a, b, joined(codes)) for a, b, codes in groups]


_SOCIAL = {"wechat": "newmedia", "weibo": "newmedia", "app": "newmedia"}


def joined(codes: list[str]) -> str:
    """At most two channels joined with +; more are brought together where they can be, else all."""
    if len(codes) > 2:
        merged = list(dict.fromkeys(_SOCIAL.get(code, code) for code in codes if code != "other"))
        return "+".join(merged) if 0 < len(merged) <= 2 else "all"
    return "+".join(codes)


class Periods:
    """Finds the stretch of time a figure speaks of, where it is not the report's year."""

    def __init__(self, cues: Cues) -> None:
        self._last = regex.compile(either(cues.periods.last_year))
        self._since = regex.compile(rf"{either(cues.periods.cumulative)}|自20\d\d年[^，。；]{{0,12}}以来")
        self._part = regex.compile(either(cues.periods.part_year))
        self._year = regex.compile(rf"{_YEAR}")
        self._any = regex.compile(r"\d|年|季|月|期间|来|至今")

    def find(self, text: str, start: int, end: int, year: int | None) -> Period | None:
        """The last period named in text[start:end], None where none is named."""
        if not self._any.search(text, start, end):
            return None
        if self._since.search(text, start, end):
            return Period(kind="since")
        if _RANGE.search(text, start, end):
            return Period()
        until = _UNTIL.search(text, start, end)
        if until:
            return _part(until, 1, int(until["m1"]), int(until["d1"] or 0), year)
        months = _MONTHS.search(text, start, end)
        if months:
            return _part(months, int(months["m1"]), int(months["m2"]), 0, year)
        part = self._part.search(text, start, end)
        if part:
            bounds = _HALVES.get(part[0])
            if bounds and year:
                return _months(year, *bounds)
            return Period(kind="part_year")
        return self._years(text, start, end, year)

    def _years(self, text: str, start: int, end: int, year: int | None) -> Period | None:
        named = [
            int(match["year"])
            for match in self._year.finditer(text, start, end)
            if "年" in match[0] and not _of_another(text, match)
        ]
        if named and year:
            if named[-1] == year:
                return Period()
            kind: PeriodKind = "last_year" if named[-1] == year - 1 else "year"
            return Period(kind=kind, begin=f"{named[-1]}-01-01", end=f"{named[-1]}-12-31")
        match = self._last.search(text, start, end)
        carried = match is not None and text.startswith(("结转", "度结转", "转"), match.end())
        if match and not carried and not text.endswith(_NOT_WHEN, 0, match.start()):
            if year:
                return Period(kind="last_year", begin=f"{year - 1}-01-01", end=f"{year - 1}-12-31")
            return Period(kind="last_year")
        return None


def _of_another(text: str, match: regex.Match[str]) -> bool:
    """结转 2022 年, 2022 年结转, 比 2022 年: the year says what is carried or compared, not when."""
    return text.startswith("结转", match.end()) or text.endswith(_NOT_WHEN, 0, match.start())


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
