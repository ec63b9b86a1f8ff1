"""Of whom and through what: scope and channel of the figures of a sentence.

Each holds from where it is named until the next one of its kind or the end of the sentence.
"""

from __future__ import annotations

from itertools import chain

import regex

from pipeline.lexicon.schema.prose import Cues
from pipeline.lexicon.schema.wording import ChannelWording, ScopeWording
from pipeline.model import ScopeKind
from pipeline.narrative.cues import either

_ADJACENT = ("", "”", "》", "”》")
_SUBJECT = r"(?:^|[，,；;。：:年度内月日（(])$"
_BELOW = frozenset({"departments", "subordinate", "group"})
_CLOSE = 12
_NAME = 12
"""How far before an organ the mark of quotation may stand that makes it a part of a name (“某某市府办发布”公众号)."""
_BREAK = regex.compile(r"[，,；;。：:]")


class Scopes:
    """Finds whom a number speaks of: 全市, 我局, 县直部门, 各镇街."""

    def __init__(self, cues: Cues, wording: ScopeWording) -> None:
        kinds: dict[str, ScopeKind] = {}
        for group in cues.scopes:
            for word in group.words:
                kinds[word] = group.kind
        self._kinds = kinds
        organs = set(cues.scope_organs)
        sites = either(cues.scope_sites)
        blocked = either(cues.scope_blockers)
        self._blocked = regex.compile(blocked)
        self._sites = regex.compile(sites)
        self._pattern = regex.compile(rf"(?:{either([*kinds, *organs])})")
        self._before = regex.compile(rf"(?:{either(cues.scope_prefix_blockers)})$")
        self._issuers = regex.compile(rf"(?:和|及|与|、)(?:{either(organs)})(?:行政)?(?:规范性)?文件")
        """市政府和市政府办公室文件 30 条: whose documents they are, not who speaks."""
        self._opens = tuple(wording.opens)
        self._not_a_name = tuple(wording.not_a_name)
        self._in_name = regex.compile("[^“”]{0,6}”")
        self._represents = tuple(cues.scope_represents)
        self._acting = regex.compile(rf"(?:{either(wording.goes_on)})")
        self._asked = regex.compile(either(wording.asked))
        self._towards = frozenset(wording.towards)
        self._kept = regex.compile(either(wording.kept_before))
        self._not_in_rank = tuple(wording.not_in_rank)
        self._subject = regex.compile(_SUBJECT)

    def ranks(self, word: str) -> bool:
        """Whether a scope only says among whom one ranks (全省第 4 名)."""
        return word.startswith(self._not_in_rank)

    def _has_name(self, text: str, start: int, at: int) -> bool:
        """Whether the name of its place stands right before an organ (某某街道): its own name is no scope."""
        before = text[max(at - 2, start) : at]
        return bool(before) and "\u4e00" <= before[-1] <= "\u9fff" and not before.endswith(self._not_a_name)

    def find(self, text: str, start: int, end: int) -> list[tuple[int, int, str, ScopeKind]]:
        """(start, end, as printed, kind) of each scope named in a sentence, in order."""
        found: list[tuple[int, int, str, ScopeKind]] = []
        for match in self._pattern.finditer(text, start, end):
            word = match[0]
            a, b = match.span()
            kind = self._kinds.get(word)
            if (
                (self._blocked.match(text, b) and not self._kept.match(text, b))
                or (kind is None and self._issuers.match(text, b))
                or (kind is None and self._sites.match(text, b))
                or (kind is None and text.endswith(self._opens, start, a))
            ):
                continue
            if kind is None and self._in_name.match(text, b) and text.rfind("“", max(a - _NAME, start), a) >= 0:
                continue
            represented = any(text.endswith(lead, max(a - 2, 0), a) for lead in self._represents)
            asked = self._asked.match(text, b) is not None and text[a - 1 : a] in self._towards
            if kind is None:
                subject = self._subject.search(text, max(a - 3, start), a) is not None
                acts = self._acting.match(text[b : b + 4]) and not self._has_name(text, start, a)
                if not (represented or asked or subject or acts):
                    continue
                kind = "own"
            elif represented:
                kind = "own"
            if not (represented or asked) and self._before.search(text, max(a - 4, start), a):
                continue
            if kind in _BELOW and found and _is_within(text, found[-1], a):
                continue
            found.append((a, b, word, kind))
        return sorted(found)


def _is_within(text: str, before: tuple[int, int, str, ScopeKind], start: int) -> bool:
    """全区各板块、各部门: departments named right behind the jurisdiction are of it, and it is the scope."""
    _, end, _, kind = before
    return kind == "jurisdiction" and start - end <= _CLOSE and not _BREAK.search(text, end, start)


class Channels:
    """Finds through what something was published: website, wechat, gazette …"""

    def __init__(self, cues: Cues, wording: ChannelWording) -> None:
        codes: dict[str, list[str]] = {}
        for channel in cues.channels:
            for word in channel.words:
                codes.setdefault(word, []).append(channel.code)
        self._codes = codes
        self._pattern = regex.compile(rf"(?>{either(self._codes)})(?!{either(cues.channel_blockers)})")
        self._prefixes = tuple(cues.channel_codes)
        self.weak = frozenset(cues.channel_weak)
        """Places inside a site or an account: they name a channel only where none is named before."""
        self._places = frozenset(cues.channel_places)
        self._social = tuple(cues.channel_social)
        self._media = frozenset(wording.media)
        self._own_only = frozenset(wording.own_only)
        self._of_site = frozenset(wording.of_site)
        self._never = frozenset(wording.never)
        self._names = frozenset(wording.names)
        self._publishing = tuple(wording.publishing)
        self._source = regex.compile(rf"(?:{either(wording.taken_from)})(?:{either(wording.levels)})*$")
        self._in_passing = regex.compile(either(wording.in_passing))
        places = either(wording.places)
        self._glue = regex.compile(
            rf"^[”」』》]?(?:\p{{Han}}{{0,4}}[”」』》]?(?:{either(wording.joiners)})(?:\d+[个家])?|(?:{places})*[”」』》]?，(?!我|本))"
            r"[“「『《]?[^0-9，,；;。：:]{0,22}$|^[”」』》]?$"
        )
        self._in_bracket = regex.compile(rf"(?:{either(wording.before_bracket)})?[（(](?:[“「][^”」]{{1,12}}[”」])?$")
        """Between 新媒体 and the medium that is meant (政务新媒体（微信公众号）)."""
        self._and_more = regex.compile(
            rf"(?:[、和](?!我|本)\p{{Han}}{{2,8}}){{0,2}}等"
            rf"(?:{either(wording.and_more)}){{0,2}}(?:{either(wording.and_more_nouns)})"
        )

    def _is_thing(self, text: str, start: int, match: regex.Match[str]) -> bool:
        """Whether a gazette is one of the things published (政府公报 4 期、解读 5 篇), not where they were."""
        return _AS_THING.match(text, match.end()) is not None or text.endswith(self._publishing, start, match.start())

    def applies(self, code: str) -> bool:
        return code.startswith(self._prefixes)

    def suits(self, code: str, channel: str | None, own: bool, subject: bool) -> bool:
        """Whether a figure of this code can have this channel: letters have social media, 解读 its own clause's."""
        if channel is None:
            return True
        if code.startswith(self._social):
            return self._media.issuperset(channel.split("+"))
        if code in self._of_site:
            return subject
        return code not in self._own_only or (own and channel not in self._never)

    def only(self, label: str) -> bool:
        """Whether a label is the name of a channel and no more (政府网站, 微信推送, 某镇公众号)."""
        rest = self._pattern.sub(lambda match: match[0] if match[0] in self.weak else "", label)
        words = list(self._pattern.finditer(label))
        named = bool(words) and words[-1].end() == len(label) and words[-1][0] not in self.weak
        return named or (rest != label and len(self._in_passing.sub("", rest)) <= _SHORT)

    def _more(self, text: str, end: int, known: list[list[str]]) -> bool:
        """Whether more channels are meant than named; several words for one code (报纸、电视等方式) are that one."""
        match = self._and_more.match(text, end)
        return match is not None and (len(known) < _JOINED or known[0] != known[-1] or match[0][0] != "等")

    def find(self, text: str, start: int, end: int) -> list[tuple[int, int, str]]:
        """(start, end, code) of each group of channels; those joined by 、 or 和 make one group."""
        groups: list[tuple[int, int, list[list[str]]]] = []
        for match in self._pattern.finditer(text, start, end):
            codes = self._codes[match[0]]
            if codes[0] == _GAZETTE and self._is_thing(text, start, match):
                continue
            if self._source.search(text, start, match.start()):
                continue
            between = text[groups[-1][1] : match.start()] if groups else ""
            if groups and not between and match[0] in self.weak:
                groups[-1] = (groups[-1][0], match.end(), groups[-1][2])  # 微信公众号栏目: a place inside it
            elif groups and groups[-1][2][-1] == _GENERAL and self._in_bracket.match(between):
                groups[-1] = (groups[-1][0], match.end(), [*groups[-1][2][:-1], codes])
            elif groups and (between in _ADJACENT or self._glue.match(between)):
                a, _, known = groups[-1]
                if between in _ADJACENT and known[-1][-1] in self._names:
                    known = known[:-1]  # “某某政府网”微信公众号: the name holds another
                groups[-1] = (a, match.end(), [*known, codes])
            else:
                groups.append((match.start(), match.end(), [codes]))
        groups = [group for group in groups if text[group[0] : group[1]] not in self._places]
        return [
            (a, b, joined(list(dict.fromkeys(chain.from_iterable(known))), self._more(text, b, known)))
            for a, b, known in groups
        ]


_SHORT = 2
_GAZETTE = "gazette"
_AS_THING = regex.compile(r"[》”]?\d+(?:期、|件|余?[册本])")
_GENERAL = ["newmedia"]
SEVERAL = "several"
"""More channels than are told: no channel."""
_JOINED = 2


def joined(codes: list[str], and_more: bool = False) -> str:
    """At most two channels joined with +; more than two, or two and so on, are none in particular."""
    if len(codes) > _JOINED or and_more:
        return SEVERAL
    return "+".join(codes)
