"""How a sentence is built around its numbers: brackets, what stands beside a number, lists told apart in order.

A map for the newcomer. A Frame is one sentence with its quantities, the hits of terms and its brackets. Every
quantity has a level: the bracket it stands in, -1 outside. For each quantity `zone` gathers the hits beside it on the
same level, each with a weight: full weight where only filler words (共计, 达) stand between, less with distance. To
the left a zone ends at the number before, and grows over commas only while it holds no word that names anything
(县长信箱收到信件，183 条). To the right it holds the noun phrase of a number that stands before its noun (举办 3 场新闻
发布会).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

import regex

from pipeline.model import Quantity
from pipeline.narrative.cues import Hit
from pipeline.narrative.linkwords import PhraseSet

_BRACKET = regex.compile(r"[（(【［\[]|[）)】］\]]")
_OPENING = "（(【［["
_SEPARATORS = re.compile("[，,；;：:]")
_RIGHT = regex.compile(r"[\p{Han}A-Za-z“”\"《》、（）]*")
_RIGHT_CLAUSE = regex.compile(r"[^，,；;。：:、（）()0-9]*")
_RIGHT_REACH = 26
_WORD = 2
_RELATIVE = 0.8
"""What a verb before 的 counts (公开本年制发的规章): it only says which are meant."""
_ENDS_PHRASE = "，、；。,;）)"
CONTENT = frozenset({"thing", "act", "result", "rate", "way", "who", "mark"})
NOUNS = frozenset({"thing", "result", "rate", "way", "who"})
_EXAMPLES = frozenset({"thing", "result", "rate"})
MASK = "\x00"


class Fillers:
    """Cuts words that carry no meaning (共计, 达到) off the end of a stretch of text; `phrase` bounds the phrase."""

    def __init__(self, words: Sequence[str], phrase: PhraseSet) -> None:
        self.phrase = phrase
        self._by_last: dict[str, tuple[str, ...]] = {}
        for word in sorted(set(words), key=len, reverse=True):
            self._by_last[word[-1]] = (*self._by_last.get(word[-1], ()), word)
        for sign in (MASK, "“", "”", '"', "：", ":", "（", "(", " ", "、"):
            self._by_last[sign] = (sign,)

    def core_end(self, text: str, start: int, end: int) -> int:
        """Where text[start:end] ends without its trailing fillers."""
        by_last = self._by_last
        while end > start:
            for word in by_last.get(text[end - 1], ()):
                if text.endswith(word, start, end):
                    end -= len(word)
                    break
            else:
                return end
        return max(end, start)


@dataclass(slots=True)
class Zone:
    """What stands beside one quantity. `weights` gives the best weight of every term in it."""

    start: int
    core_end: int
    right_end: int
    weights: dict[str, float] = field(default_factory=dict)
    left: list[Hit] = field(default_factory=list)
    right: list[Hit] = field(default_factory=list)
    own: bool = False
    """False when nothing on the left since the number before names anything."""
    before_noun: bool = False
    """True when the number stands before its noun (3 场新闻发布会)."""
    item: tuple[int, int] | None = None
    """The one thing of a list (微博、微信分别 …) that this number belongs to."""

    def has(self, *terms: str) -> bool:
        return any(term in self.weights for term in terms)


@dataclass(slots=True)
class Frame:
    """One sentence: text[start:end] of a line, with its quantities and hits, and its brackets."""

    text: str
    start: int
    end: int
    quantities: list[Quantity]
    hits: list[Hit]
    brackets: list[tuple[int, int, int]] = field(default_factory=list)
    """(opening, closing, index of the bracket around it or -1), in order of opening."""
    levels: list[int] = field(default_factory=list)
    hit_levels: list[int] = field(default_factory=list)
    claimed: dict[int, int] = field(default_factory=dict)
    """Where the noun phrase behind a quantity ends that belongs to it (2 宗维持, 1 宗纠正)."""

    def level_at(self, offset: int) -> int:
        found = -1
        for number, (opening, closing, _) in enumerate(self.brackets):
            if opening < offset < closing:
                found = number
        return found

    def reaches(self, offset: int, level: int) -> bool:
        """Whether what stands at `offset` holds for `level`: any bracket around it also encloses the level."""
        return not self.brackets or self.within(level, self.level_at(offset))

    def within(self, level: int, bracket: int) -> bool:
        """Whether a level lies in a bracket (or the bracket is none)."""
        while level != bracket:
            if level < 0:
                return bracket < 0
            level = self.brackets[level][2]
        return True

    def before_on_level(self, index: int) -> int:
        """Index of the quantity before this one on the same level, -1 when there is none."""
        level = self.levels[index]
        for other in range(index - 1, -1, -1):
            if self.levels[other] == level:
                return other
        return -1

    def gap_start(self, index: int) -> int:
        """Where the text before a quantity begins that belongs to it: behind the number before on its level."""
        before = self.before_on_level(index)
        if before >= 0:
            return max(self.quantities[before].end, self.claimed.get(before, 0))
        level = self.levels[index]
        return self.brackets[level][0] + 1 if level >= 0 else self.start

    def masked(self, start: int, end: int, level: int) -> str:
        """text[start:end] where what stands in deeper brackets is blanked out; same length."""
        piece = self.text[start:end]
        if not self.brackets:
            return piece
        for opening, closing, around in self.brackets:
            if around == level and opening < end and closing >= start:
                a, b = max(opening, start), min(closing + 1, end)
                piece = piece[: a - start] + MASK * (b - a) + piece[b - start :]
        return piece


def make_frame(text: str, start: int, end: int, quantities: list[Quantity], hits: list[Hit]) -> Frame:
    frame = Frame(text, start, end, quantities, hits)
    if "（" in text or "(" in text or "【" in text or "[" in text or "［" in text:
        frame.brackets = _brackets(text, start, end)
    if frame.brackets:
        frame.levels = [frame.level_at(q.start) for q in quantities]
        frame.hit_levels = [frame.level_at(hit.start) for hit in hits]
    else:
        frame.levels = [-1] * len(quantities)
        frame.hit_levels = [-1] * len(hits)
    return frame


def _brackets(text: str, start: int, end: int) -> list[tuple[int, int, int]]:
    """Brackets in order of opening; one that never closes ends with the sentence."""
    found: list[list[int]] = []
    open_now: list[int] = []
    for match in _BRACKET.finditer(text, start, end):
        if match[0] in _OPENING:
            found.append([match.start(), end, open_now[-1] if open_now else -1])
            open_now.append(len(found) - 1)
        elif open_now:
            found[open_now.pop()][1] = match.start()
    return [(a, b, c) for a, b, c in found]


def zone(frame: Frame, index: int, fillers: Fillers) -> Zone:
    """What stands beside the quantity at `index`."""
    quantity = frame.quantities[index]
    level = frame.levels[index]
    gap = _gap(frame, index, fillers)
    masked = frame.masked(gap, quantity.start, level)
    local = [
        hit
        for hit, at in zip(frame.hits, frame.hit_levels, strict=True)
        if at == level and gap <= hit.start and hit.end <= quantity.start
    ]
    start = _zone_start(masked, gap, local, fillers.phrase.summed)
    core_end = gap + fillers.core_end(masked, max(start - gap, 0), len(masked))
    result = Zone(start=start, core_end=core_end, right_end=quantity.end)
    result.left = [hit for hit in local if hit.start >= start]
    result.own = any(hit.kind in CONTENT for hit in result.left)
    nouny = False
    phrase = fillers.phrase
    listed = _examples_end(frame, result, phrase)
    ways = _ways_end(frame, result, phrase)
    for hit in result.left:
        if hit.end <= ways and hit.kind == "thing" and phrase.channel_terms.isdisjoint(hit.terms):
            continue
        if hit.end <= listed and hit.kind in _EXAMPLES:
            continue
        basis = hit.kind == "thing" and phrase.basis.search(frame.text, result.start, hit.start) is not None
        if basis and hit is not result.left[-1]:
            continue
        distance = core_end - hit.end
        weight = 4.0 if distance <= 0 else max(3.2 - 0.06 * distance, 1.0)
        if hit.kind == "act" and frame.text.startswith("的", hit.end):
            weight *= _RELATIVE
        _weigh(result.weights, hit, weight)
        if distance <= 0 and hit.kind in NOUNS:
            nouny = True
    if not result.own and level >= 0 and gap == frame.brackets[level][0] + 1:
        _head_of_bracket(frame, level, result)
    _right(frame, index, result, nouny, fillers)
    return result


def _examples_end(frame: Frame, result: Zone, phrase: PhraseSet) -> int:
    """Where the examples before 等 end that the last noun sums up (提案办理、预决算等信息 48 条), -1 without any."""
    nouns = [hit.start for hit in result.left if hit.kind in _EXAMPLES]
    if len(nouns) < 2:
        return -1
    match = phrase.such.search(frame.text, result.start, nouns[-1])
    return match.start() if match else -1


def _ways_end(frame: Frame, result: Zone, phrase: PhraseSet) -> int:
    """Where the names before 等平台 end that only say by what way (直播某县等线上平台公开 134 条), else -1."""
    match = phrase.such_channels.search(frame.text, result.start, result.core_end)
    return match.start() if match else -1


def _gap(frame: Frame, index: int, fillers: Fillers) -> int:
    """Where the text of a quantity begins. What the number before claims is shared where nothing else stands there.

    18 名群众提出申请，共计 19 件: both are told by the words between; 1 件纠正 behind 2 件维持 has its own.
    """
    gap = frame.gap_start(index)
    before = frame.before_on_level(index)
    if before >= 0 and gap > frame.quantities[before].end and not _told_behind(frame, index):
        start = frame.quantities[index].start
        if not frame.text[gap : fillers.core_end(frame.text, gap, start)].strip("，,、"):
            return frame.quantities[before].end
    return gap


def _told_behind(frame: Frame, index: int) -> bool:
    """Whether the words right behind a quantity, in its own clause, name what it counts."""
    quantity = frame.quantities[index]
    stop = frame.quantities[index + 1].start if index + 1 < len(frame.quantities) else frame.end
    match = _RIGHT_CLAUSE.match(frame.text, quantity.end, min(stop, quantity.end + _RIGHT_REACH))
    end = match.end() if match else quantity.end
    return any(quantity.end <= hit.start and hit.end <= end and hit.kind in NOUNS for hit in frame.hits)


def _head_of_bracket(frame: Frame, level: int, result: Zone) -> None:
    """账号（2 个）: a bare number in a bracket belongs to the word right before it."""
    opening, _, around = frame.brackets[level]
    for hit, at in zip(frame.hits, frame.hit_levels, strict=True):
        if at == around and hit.end == opening and hit.kind in NOUNS:
            result.left.append(hit)
            result.own = True
            result.start, result.core_end = hit.start, hit.end
            _weigh(result.weights, hit, 4.0)


def _zone_start(masked: str, gap: int, local: list[Hit], summed: tuple[str, ...]) -> int:
    """Behind the last comma or colon, or further left as long as nothing there names anything."""
    content = [
        hit.start for hit in local if hit.kind in CONTENT and masked[hit.start - gap : hit.end - gap] not in summed
    ]
    last = content[-1] if content else -1
    for match in reversed(list(_SEPARATORS.finditer(masked))):
        at = gap + match.end()
        if last >= at or (match[0] in "；;" and match.start() > 0):
            return at
    return gap


def _right(frame: Frame, index: int, result: Zone, nouny: bool, fillers: Fillers) -> None:
    quantity = frame.quantities[index]
    stop = quantity.end + _RIGHT_REACH
    if index + 1 < len(frame.quantities):
        stop = min(stop, frame.quantities[index + 1].start)
    stop = min(stop, frame.end)
    if stop <= quantity.end:
        return
    if any(hit.kind in ("thing", "result", "rate") for hit in result.left) or frame.text[quantity.end] in "、（）":
        listed = frame.text.find("、", quantity.end, stop)
        stop = stop if listed < 0 else listed
    adverbs = None if result.own else fillers.phrase.adverbs.match(frame.text, quantity.end, stop)
    begin = adverbs.end() if adverbs else quantity.end
    match = _RIGHT.match(frame.text, begin, stop)
    end = match.end() if match else begin
    cut = fillers.phrase.right_end.search(frame.text, begin, end)
    if cut:
        end = cut.start()
    while end > quantity.end and frame.text[end - 1] in "、和及":
        end -= 1
    level = frame.levels[index]
    if level >= 0:
        end = min(end, frame.brackets[level][1])
    if index + 1 < len(frame.quantities) and end == frame.quantities[index + 1].start:
        end = _without_next_head(frame, quantity.end, end, fillers)
    result.right_end = end
    told = None
    if not result.own and end - quantity.end < _WORD:
        told = _result_behind(frame, index, stop)
        end = told or end
    behind = end - quantity.end >= _WORD and not nouny
    result.before_noun = behind and adverbs is None and told is None
    if behind and _claims(frame, index, end, stop):
        frame.claimed[index] = end
    if fillers.phrase.place.match(frame.text, quantity.end, frame.end):  # 14 个村, 3 个区: a word of one character
        result.weights.setdefault("单位", 3.8)
    factor = 0.35 if nouny else 1.0
    for hit, at in zip(frame.hits, frame.hit_levels, strict=True):
        if hit.start >= end:
            break
        if told is not None and hit.kind != "result":
            continue
        if hit.start >= quantity.end and hit.end <= end and (at == level or not frame.brackets):
            result.right.append(hit)
            _weigh(result.weights, hit, max(3.8 - 0.1 * (hit.start - quantity.end), 1.2) * factor)


def _result_behind(frame: Frame, index: int, stop: int) -> int | None:
    """Where the result of what nothing names before ends in the clause (1 件经沟通同意不予公开), None without one."""
    quantity = frame.quantities[index]
    match = _RIGHT_CLAUSE.match(frame.text, quantity.end, stop)
    end = match.end() if match else quantity.end
    results = [h.end for h in frame.hits if quantity.end <= h.start and h.end <= end and h.kind == "result"]
    return results[-1] if results else None


def _claims(frame: Frame, index: int, end: int, stop: int) -> bool:
    """Whether the words behind a quantity are its alone: the phrase ends there, or the next number has its own.

    4 个领域 250 家企业: neither is told by the other's word.
    """
    if stop == frame.end or any(sign in frame.text[end:stop] for sign in _ENDS_PHRASE):
        return True
    return index + 1 < len(frame.quantities) and end == stop and _told_behind(frame, index + 1)


def _without_next_head(frame: Frame, start: int, end: int, fillers: Fillers) -> int:
    """41 条短视频播放量超 2300 万: the word right before the next number is that number's, not this one's."""
    core = fillers.core_end(frame.text, start, end)
    inside = [hit for hit in frame.hits if start <= hit.start and hit.end <= end]
    if len(inside) > 1 and inside[-1].end >= core:
        return inside[-1].start
    return end


def _weigh(weights: dict[str, float], hit: Hit, weight: float) -> None:
    weight += min(hit.end - hit.start, 8) * 0.05
    for term in hit.terms:
        if weights.get(term, 0.0) < weight:
            weights[term] = weight


def run_of_quantities(frame: Frame, index: int, phrase: PhraseSet) -> list[int]:
    """The quantities from `index` on that only 、 or 和 keep apart (126 条、286 条和 90 条)."""
    found = [index]
    for other in range(index + 1, len(frame.quantities)):
        between = frame.text[frame.quantities[other - 1].end : frame.quantities[other].start]
        if frame.levels[other] != frame.levels[index] or not phrase.between.match(between):
            break
        found.append(other)
    return found


def coordinates(text: str, start: int, end: int, phrase: PhraseSet) -> list[tuple[int, int]]:
    """Spans of the things joined by 、 和 与 及 in text[start:end]."""
    spans: list[tuple[int, int]] = []
    at = start
    for match in phrase.joiner.finditer(text, start, end):
        if match.start() > at:
            spans.append((at, match.start()))
        at = match.end()
    if at < end:
        spans.append((at, end))
    return spans
