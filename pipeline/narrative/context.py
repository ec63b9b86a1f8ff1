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
    r"^[”」』》]?(?:\p{Han}{0,4}[”」』》]?(?:、|和|与|及|以及|或|/|\+)|(?:平台|账号|公众号|网站|渠道|专栏|等)*[”」』》]?，(?!我|本))"
    r"[“「『《]?[^0-9，,；;。：:]{0,22}$|^[”」』》]?$"
)
_ACTS = (
    r"共?(?:全年|累计)?(?:主动公开|收到|受理|新收|接到|办理|答复|公开|发布|制发"
    r"|未收到|未发生|没有|举办|召开|组织|开展|通过)"
)
_ACTING = (
    r"^(?:共|一共|一年|年内|当年|举行|印发|新收|编发|刊发|投入|安排|下发|建成|推出|全年|全部|主动|累计|新|代表|收到|受理|办理|答复|公开|发布|制发|制定|出台|印发|本年|今年|20\d\d年|通过|未|没有|无"
    r"|依法|举办|召开|接到|依申请|作出|组织|开展|回应)"
)
_ADJACENT = ("", "”", "》", "”》")
_DATE = r"(?P<m1>1[0-2]|0?[1-9])月(?:(?P<d1>[0-3]?\d)[日号]|底|末|份)?"
_UNTIL = regex.compile(rf"截[至止]到?(?:(?P<year>20\d\d)年)?{_DATE}")
_MONTHS = regex.compile(r"(?:(?P<year>20\d\d)年)?(?P<m1>1[0-2]|[1-9])(?:月|月份)?(?:[-—–~至到]+)(?P<m2>1[0-2]|[1-9])月")
_MONTH = regex.compile(
    r"(?<![^，。；：、在于年])(?:(?P<year>20\d\d)年)?(?P<m1>1[0-2]|[1-9])月份?(?=[，共全我收受办公发开接的])"
)
_FIRST = regex.compile(r"(?:(?P<year>20\d\d)年)?前(?P<m2>1[01]|[2-9])个月")
_RANGE = regex.compile(r"1月1日(?:起)?(?:至|到|[-—~])(?:20\d\d年)?12月3[01]日")
_HALVES = {
    "上半年": (1, 6), "下半年": (7, 12), "前三季度": (1, 9),
    "第一季度": (1, 3), "第二季度": (4, 6), "第三季度": (7, 9), "第四季度": (10, 12),
    "一季度": (1, 3), "二季度": (4, 6), "三季度": (7, 9), "四季度": (10, 12),
}  # fmt: skip
_ENDS = (12, 31)
_OF_A_TITLE = regex.compile(
    r"年?度?(?:政府信息公开|政务公开|信息公开|工作|部门|财政|单位|政府|“?三公”?经费|本级|法治政府建设|政府网站)*"
    r"(?:年报|年度报告|工作报告|决算|预算|预决算|年报表)"
)
"""Behind a year: it belongs to the title of what is published (2021 年信息公开年报 1 条)."""
_TOWARDS = ("向", "对")
_ASKED = r"(?:提出|递交|提交|申请|寄送|寄来)"
_SUBJECT = r"(?:^|[，,；;。：:年度内月日（(])$"
_THROUGH = regex.compile(r"(?:通过|经由|经过|经|向|对|以|按照?|根据|依据|为|与|和|在|从|配合|协助|接受)")
"""What stands in front of an organ that is not the one who acts."""
_BY = regex.compile(r"(?:由|其中|全年|当年|今年|本年|度|末|底|间)+")
_BELOW = frozenset({"departments", "subordinate", "group"})
_LIVE = regex.compile("动态(?:调整|更新|管理)")
_CLOSE = 12
_BREAK = regex.compile(r"[，,；;。：:]")


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
        sites = either(cues.scope_sites)
        blocked = either(cues.scope_blockers)
        self._blocked = regex.compile(blocked)
        self._sites = regex.compile(sites)
        self._pattern = regex.compile(rf"(?:{either([*kinds, *organs])})")
        self._before = regex.compile(rf"(?:{either(cues.scope_prefix_blockers)})$")
        self._issuers = regex.compile(rf"(?:和|及|与|、)(?:{either(organs)})(?:行政)?(?:规范性)?文件")
        """市政府和市政府办公室文件 30 条: whose documents they are, not who speaks."""
        self._represents = tuple(cues.scope_represents)
        self._acting = regex.compile(_ACTING)
        self._asked = regex.compile(_ASKED)
        self._subject = regex.compile(_SUBJECT)
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
            if (
                (self._blocked.match(text, b) and not _LIVE.match(text, b))
                or (kind is None and self._issuers.match(text, b))
                or (kind is None and self._sites.match(text, b))
            ):
                continue
            represented = any(text.endswith(lead, max(a - 2, 0), a) for lead in self._represents)
            asked = self._asked.match(text, b) is not None and text[a - 1 : a] in _TOWARDS
            if kind is None:
                subject = self._subject.search(text, max(a - 3, start), a) is not None
                if not (represented or asked or subject or self._acting.match(text[b : b + 4])):
                    continue
                kind = "own"
            elif represented:
                kind = "own"
            if not (represented or asked) and self._before.search(text, max(a - 4, start), a):
                continue
            if kind in _BELOW and found and _is_within(text, found[-1], a):
                continue
            found.append((a, b, word, kind))
        for match in self._named.finditer(text, start, end):
            a, b = match.span()
            by = _BY.match(text, a, b)
            a = by.end() if by else a
            if _THROUGH.match(text, a, b):
                continue
            over = [other for other in found if other[0] < b and a < other[1]]
            if all(word in self._organs and a <= first and last <= b for first, last, word, _ in over):
                found = [other for other in found if other not in over]
                found.append((a, b, text[a:b], "own"))
        return sorted(found)


def _is_within(text: str, before: tuple[int, int, str, ScopeKind], start: int) -> bool:
    """全区各板块、各部门: departments named right behind the jurisdiction are of it, and it is the scope."""
    _, end, _, kind = before
    return kind == "jurisdiction" and start - end <= _CLOSE and not _BREAK.search(text, end, start)


class Channels:
    """Finds through what something was published: website, wechat, gazette …"""

    def __init__(self, cues: Cues) -> None:
        codes: dict[str, list[str]] = {}
        for channel in cues.channels:
            for word in channel.words:
                codes.setdefault(word, []).append(channel.code)
        self._codes = codes
        self._pattern = regex.compile(rf"(?:{either(self._codes)})(?!{either(cues.channel_blockers)})")
        self._prefixes = tuple(cues.channel_codes)
        self.weak = frozenset(cues.channel_weak)
        """Places inside a site or an account: they name a channel only where none is named before."""
        self._social = tuple(cues.channel_social)

    def applies(self, code: str) -> bool:
        return code.startswith(self._prefixes)

    def suits(self, code: str, channel: str | None, own: bool) -> bool:
        """Whether a figure of this code can have this channel: letters have social media, 解读 its own clause's."""
        if channel is None:
            return True
        if code.startswith(self._social):
            return _SOCIAL.issuperset(channel.split("+"))
        return own or code not in _OWN_ONLY

    def only(self, label: str) -> bool:
        """Whether a label is the name of a channel and no more (政府网站, 微信推送, 某镇公众号)."""
        rest = self._pattern.sub(lambda match: match[0] if match[0] in self.weak else "", label)
        words = list(self._pattern.finditer(label))
        named = bool(words) and words[-1].end() == len(label) and words[-1][0] not in self.weak
        return named or (rest != label and len(_IN_PASSING.sub("", rest)) <= _SHORT)

    def find(self, text: str, start: int, end: int) -> list[tuple[int, int, str]]:
        """(start, end, code) of each group of channels; those joined by 、 or 和 make one group."""
        groups: list[tuple[int, int, list[list[str]]]] = []
        for match in self._pattern.finditer(text, start, end):
            codes = self._codes[match[0]]
            between = text[groups[-1][1] : match.start()] if groups else ""
            if groups and not between and match[0] in self.weak:
                groups[-1] = (groups[-1][0], match.end(), groups[-1][2])  # 微信公众号栏目: a place inside it
            elif groups and (between in _ADJACENT or _GLUE_COMMA.match(between)):
                a, _, known = groups[-1]
                if between in _ADJACENT and known[-1][-1] in _NAMES:
                    known = known[:-1]  # “某某政府网”微信公众号: the name holds another
                groups[-1] = (a, match.end(), [*known, codes])
            else:
                groups.append((match.start(), match.end(), [codes]))
        return [
            (a, b, joined(list(dict.fromkeys(code for codes in known for code in codes)), text, b))
            for a, b, known in groups
        ]


_SOCIAL = frozenset({"wechat", "weibo", "newmedia", "app"})
_IN_PASSING = regex.compile(
    r"登在|登出|上的|上|经|从|在|的|等|和|及|、|发布|推送|公开|转发|信息|推文|推出|更新|自办|省|市|县|区|镇|乡|街道|政府|平台|局|官方|人民|本|我|累计|账号|类|通过|刊发|渠道|方式"
)
_SHORT = 2
_OWN_ONLY = frozenset({"interpretation.items", "proposals.handled", "responses.items"})
_NAMES = frozenset({"website", "gazette"})
_AND_SO_ON = regex.compile(
    r"等(?:多种|各种|各类|多个|不同|其他|多元|公开)?(?:形式|途径|渠道|方式|平台|载体|手段|多渠道|媒介|网络渠道)"
)
SEVERAL = "several"
"""More channels than are told: no channel."""
_JOINED = 2


def joined(codes: list[str], text: str = "", end: int = 0) -> str:
    """At most two channels joined with +; more than two, or two and so on, are none in particular."""
    if len(codes) > _JOINED or _AND_SO_ON.match(text, end):
        return SEVERAL
    return "+".join(codes)


class Periods:
    """Finds the stretch of time a figure speaks of, where it is not the report's year."""

    def __init__(self, cues: Cues) -> None:
        self._last = regex.compile(either(cues.periods.last_year))
        self._this = regex.compile(either(cues.periods.this_year))
        self._since = regex.compile(
            rf"{either(cues.periods.since)}|自(?:20|19)\d\d年[^，。；]{{0,12}}(?:以来|至今|起)|(?:20|19)\d\d年[^，。；]{{0,8}}以来"
        )
        self._cumulative = regex.compile(
            rf"{either(cues.periods.cumulative)}|(?:截[至止]|到|至)(?:目前|(?:20\d\d年)?(?:年底|年末|底|末|12月底|12月31日))[^。；全年]{{0,14}}(?:累计|总访问|总浏览|总点击)"
        )
        self._part = regex.compile(either(cues.periods.part_year))
        self._year = regex.compile(rf"{_YEAR}")
        self._any = regex.compile(r"\d|年|季|月|期间|来|至今|历|目前|现")
        self._no_time_before = tuple(cues.periods.compared_before)
        self._no_time_behind = tuple(cues.periods.compared_behind)

    def find(self, text: str, start: int, end: int, year: int | None, *, beside: bool = True) -> Period | None:
        """The last period named in text[start:end], None where none is named.

        What is not `beside` the number reaches it only from the head of a clause (上年收到 3 件，办结 2 件).
        """
        if not self._any.search(text, start, end):
            return None
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
            bounds = _HALVES.get(part[0])
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
            or _OF_A_TITLE.match(text, match.end()) is not None
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
