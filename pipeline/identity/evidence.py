"""Which of several regions is meant, from what else the document says. Undecided stays undecided.

Every clue adds points to the candidates it fits; the best must have enough of them and a clear lead.
"""

from __future__ import annotations

import re

from pipeline.identity.organs import Organ, OrganReader
from pipeline.identity.regions import Gazetteer, Place
from pipeline.lexicon import Lexicon
from pipeline.lexicon.schema.places import OrganKinds
from pipeline.model import Struct

ENOUGH = 4
LEAD = 3
_HOST = re.compile(r"^[a-z]+://([^/:]+)|^([a-z0-9.-]+\.[a-z]{2,6})(?:[/:]|$)", re.IGNORECASE)
_URL = re.compile(r"(?:https?://|www\.)[A-Za-z0-9.-]+")
_POST = re.compile(r"邮(?:政)?编(?:码)?\s*[:：]?\s*(\d{6})(?!\d)")
_REGION_END = re.compile("[省市县区州盟旗]")
_NAME = re.compile(r"[\u4e00-\u9fff（）]{4,40}")


class Clues(Struct, frozen=True):
    """What a document offers besides its title. All texts are folded."""

    head: str
    tail: str
    address: str | None = None
    site: str = ""


class Evidence(Struct, frozen=True):
    """A decision and the points behind it, for the record."""

    place: Place | None
    points: tuple[tuple[str, int], ...] = ()
    """(code of the candidate, points), best first."""


def labels_of(address: str | None) -> list[str]:
    """The parts of a host name that can mean a place: http://www.njgl.gov.cn/ → ["njgl"]."""
    match = _HOST.match(address.strip()) if address else None
    if match is None:
        return []
    dull = {"www", "gov", "cn", "com", "org", "net", "xxgk", "zwgk", "zfxxgk"}
    return [part for part in (match[1] or match[2]).lower().split(".") if part not in dull and len(part) > 1]


def spellings(place: Place, parent: Place | None) -> set[str]:
    """How host names write a place: haining, hainingshi, njgl, njgulou, nanjinggl."""
    own = place.pinyin.split()
    if not own:
        return set()
    whole, initials, last = "".join(own), "".join(s[0] for s in own), place.name[-1]
    ending = {"市": "shi", "县": "xian", "区": "qu", "州": "zhou", "旗": "qi", "盟": "meng"}.get(last, "")
    found = {whole, whole + ending, whole + ending[:1]}
    if parent is not None and parent.pinyin:
        above = parent.pinyin.split()
        tails = (whole, initials, whole + ending, initials + ending[:1], whole + ending[:1])
        for front in ("".join(above), "".join(s[0] for s in above)):
            found |= {front + tail for tail in tails}
    return found


def abbreviates(label: str, place: Place, parent: Place | None) -> bool:
    """True for abbreviations by ear behind the parent's initials: bjchy for 朝阳 in Beijing, bjdch for 东城."""
    if parent is None or not parent.pinyin or not place.pinyin:
        return False
    front = "".join(syllable[0] for syllable in parent.pinyin.split())
    rest = label.removeprefix(front)
    if rest == label or len(front) < 2 or len(rest) < 2 or rest[0] != place.pinyin[0]:
        return False
    letters = iter(place.pinyin.replace(" ", ""))
    return all(letter in letters for letter in rest)


class Judge:
    """Weighs the clues. Compiled once."""

    def __init__(self, lexicon: Lexicon, gazetteer: Gazetteer, organs: OrganReader) -> None:
        words = lexicon.one(OrganKinds)
        self._gazetteer = gazetteer
        self._organs = organs
        publishers = "|".join(map(re.escape, sorted(words.publisher_labels, key=len, reverse=True)))
        editors = "|".join(map(re.escape, words.editor_words))
        contacts = "|".join(map(re.escape, words.contact_words))
        self._publisher = re.compile(rf"(?:{publishers})\s*[:：】]\s*([\u4e00-\u9fff（）]{{3,40}})")
        self._editor = re.compile(rf"由([\u4e00-\u9fff（）]{{3,40}}?)(?:{editors})")
        self._contact = re.compile(rf"(?:{contacts})[:：]?\s*([\u4e00-\u9fff（）]{{3,40}}?)(?:联系|[（(，,、。：:]|$)")

    # ---- other names of organs in the document

    def named_organs(self, clues: Clues, year: int | None) -> list[tuple[str, Organ]]:
        """The organs that sign, publish, edit or answer for the report, with the way each was found."""
        found: list[tuple[str, Organ]] = []
        for line in reversed(clues.tail.splitlines()[-8:]):
            text = line.replace(" ", "").strip()
            text = text.split("20")[0] if "20" in text else text
            if _NAME.fullmatch(text):
                found.append(("signature", self._organs.read(text, year)))
        for way, pattern in (("publisher", self._publisher), ("editor", self._editor), ("contact", self._contact)):
            for match in pattern.finditer(clues.head):
                found.append((way, self._organs.read(match[1].replace(" ", ""), year)))
        return [(way, organ) for way, organ in found if organ.kind is not None and organ.places]

    # ---- candidates

    def candidates(self, organ: Organ, clues: Clues, year: int | None) -> dict[str, Place]:
        """The regions that may be meant, by code."""
        gazetteer = self._gazetteer
        if organ.places:
            found = {p.code: p for p in organ.places}
            if organ.level == "township":
                for place in organ.places:
                    if place.level != "county" and place.code in gazetteer.parents:
                        found.pop(place.code)
                        found |= {p.code: p for p in gazetteer.children(place, year)}
            return found
        found = {}
        for _, other in self.named_organs(clues, year):
            found |= {p.code: p for p in other.places}
        for text in (clues.head, clues.tail, clues.site):
            found |= self._mentioned(text, year)
        for label in labels_of(clues.address):
            for place in gazetteer.by_pinyin.get(label, ()):
                now = gazetteer.at(place, year)
                if now is not None:
                    found[now.code] = now
        return {code: place for code, place in found.items() if self._fits(place, organ)}

    def _fits(self, place: Place, organ: Organ) -> bool:
        if organ.generic:
            return place.name.endswith(organ.generic) or (organ.generic == "省" and place.level == "province")
        if organ.level == "township":
            return place.level == "county" or place.code not in self._gazetteer.parents
        return True

    def _mentioned(self, text: str, year: int | None) -> dict[str, Place]:
        found: dict[str, Place] = {}
        for match in _REGION_END.finditer(text):
            for place in self._gazetteer.place_before(text, match.end(), year):
                found[place.code] = place
        return found

    # ---- points

    def decide(self, organ: Organ, clues: Clues, year: int | None) -> Evidence:
        """The region an organ's name leaves open. `place` is None where the clues do not decide."""
        candidates = self.candidates(organ, clues, year)
        if not candidates:
            return Evidence(place=None)
        text = f"{clues.head}\n{clues.tail}\n{clues.site}"
        others = self.named_organs(clues, year)
        before = self._before_the_name(organ, text, year)
        labels = labels_of(clues.address) + [part for url in _URL.findall(clues.head) for part in labels_of(url)]
        posts = [m[1] for m in _POST.finditer(text)]
        points: list[tuple[str, int]] = []
        for code, place in candidates.items():
            ways = {way for way, other in others if self._speaks_for(other, code, organ)}
            sure = 5 * any(p.code == code for p in before) + 3 * min(len(ways), 2)
            sure += self._by_address(place, labels, year)
            # Where the name says nothing of a region, one that is merely mentioned is no evidence.
            if sure or organ.places:
                points.append((code, sure + self._by_text(place, text, posts, year)))
        if not points:
            return Evidence(place=None)
        points.sort(key=lambda item: -item[1])
        second = points[1][1] if len(points) > 1 else 0
        decided = points[0][1] >= ENOUGH and points[0][1] - second >= LEAD
        return Evidence(place=candidates[points[0][0]] if decided else None, points=tuple(points[:5]))

    @staticmethod
    def _speaks_for(other: Organ, code: str, organ: Organ) -> bool:
        """Another organ that signs or answers names the region; where the title left several open, only a sure one."""
        if not any(p.code == code for p in other.places):
            return False
        return not organ.places or len(other.places) == 1

    def _by_text(self, place: Place, text: str, posts: list[str], year: int | None) -> int:
        """Points for what the text names: the region above, area code, postcode, the province's document numbers."""
        above = self._gazetteer.up(place, year)
        total = 4 * bool(above and above[0].name + place.name in text)
        total += sum((3 if p.level == "prefecture" else 2) for p in above if p.name in text)
        total += place.name in text
        chain = (place, *above)
        total += 3 * any(p.phone and any(p.phone + mark in text for mark in "-—－）") for p in chain)
        total += 2 * any(p.sign and (p.sign + "政" in text) for p in chain)
        if place.post and any(post.startswith(place.post) for post in posts):
            total += 3 if len(place.post) > 2 else 1
        return total

    def _by_address(self, place: Place, labels: list[str], year: int | None) -> int:
        """Points for host names that write the place (5), abbreviate it (4) or write what it lies in."""
        if not labels:
            return 0
        above = self._gazetteer.up(place, year)
        parent = above[0] if above else None
        own = spellings(place, parent)
        total = 0
        if any(label in own for label in labels):
            total = 5
        elif any(abbreviates(label, place, parent) for label in labels):
            total = 4
        for p in above:
            if p.pinyin.replace(" ", "") in labels:
                total += 4 if p.level == "prefecture" else 3
        return total

    def _before_the_name(self, organ: Organ, text: str, year: int | None) -> tuple[Place, ...]:
        """Regions that stand right before the organ's own name somewhere in the text (哈尔滨市道里区|经纬街道)."""
        if len(organ.rest) < 3:
            return ()
        found: dict[str, Place] = {}
        at = text.find(organ.rest)
        tries = 0
        while at >= 0 and tries < 8:
            for place in self._gazetteer.place_before(text, at, year):
                found[place.code] = place
            at = text.find(organ.rest, at + 1)
            tries += 1
        return tuple(found.values())
