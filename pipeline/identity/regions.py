"""Which region a name means in a given year, and how the name of an organ begins with regions.

A name alone rarely decides: there are four 鼓楼区. Everything here gives candidates; evidence.py chooses.
"""

from __future__ import annotations

from collections.abc import Iterable

from pipeline.lexicon import Lexicon
from pipeline.lexicon.schema.places import OrganKinds, OrganName, Region
from pipeline.model import Level, OrganKind, Struct

LONGEST = 18  # characters of the longest name of a region or zone


class Place(Struct, frozen=True):
    """A region under one name and code. `first` and `last` are years, open ends filled with 0 and 9999."""

    code: str
    name: str
    short: str
    parent: str
    first: int
    last: int
    successors: tuple[str, ...]
    level: Level
    pinyin: str
    phone: str
    post: str
    sign: str

    def within(self, other: Place) -> bool:
        """True where this place lies in the other one, or is it."""
        if other.level == "province":
            return self.code[:2] == other.code[:2]
        if other.level == "prefecture":
            return self.code[:4] == other.code[:4] or self.parent == other.code
        return self.code == other.code


class Named(Struct, frozen=True):
    """A zone, national organ or division whose region, kind and level go with its name."""

    name: str
    kind: OrganKind
    level: Level | None
    region: str


class Chain(Struct, frozen=True):
    """What the beginning of an organ's name says: 江苏省|南京市|鼓楼区 and where the rest begins.

    `places` are all that fit; empty where no region stands there. `named` is the zone or division at `end`.
    """

    places: tuple[Place, ...] = ()
    end: int = 0
    before: int = 0
    """Where the last region begins."""
    outer: tuple[Place, ...] = ()
    """The candidates without the last region."""
    named: Named | None = None


Index = dict[str, tuple[Place, ...]]
"""Places by a key. Tuples, since thousands of lists would keep the garbage collector busy while loading."""


def _put(index: Index, key: str, place: Place) -> None:
    index[key] = (*index.get(key, ()), place)


def level_of(code: str) -> Level:
    """The level of a code: its zeros tell it."""
    return "province" if code[2:] == "0000" else "prefecture" if code[4:] == "00" else "county"


class Gazetteer:
    """All regions by name and code, compiled once."""

    def __init__(self, lexicon: Lexicon) -> None:
        words = lexicon.one(OrganKinds)
        self._peoples = words.peoples
        self._ends: dict[str, list[str]] = {}  # by their last character, the longest first
        for ending in sorted(words.region_ends, key=len, reverse=True):
            self._ends.setdefault(ending[-1], []).append(ending)
        self._zones = words.zones
        self._zone_ends = tuple(end for entry in words.kinds if entry.kind == "zone" for end in entry.ends)
        self.by_code: Index = {}
        self.by_pinyin: Index = {}
        self.parents: set[str] = set()
        self._before: Index = {}
        self._names: Index = {}
        self._shorts: Index = {}
        for row in lexicon.rows(Region):
            self._add(row)
        self._lengths = self._lengths_by_start((*self._names, *self._shorts))
        self._named: dict[str, Named] = {}
        self.known: set[str] = set()  # standard names of departments
        for organ in lexicon.rows(OrganName):
            spellings = (organ.name, *organ.alias)
            if organ.region or organ.level:
                for name in spellings:
                    self._named[name] = Named(name=name, kind=organ.kind, level=organ.level, region=organ.region)
            else:
                self.known.update(spellings)
        self._named_lengths = self._lengths_by_start(self._named)

    @staticmethod
    def _lengths_by_start(names: Iterable[str]) -> dict[str, tuple[int, ...]]:
        lengths: dict[str, set[int]] = {}
        for name in names:
            lengths.setdefault(name[:2], set()).add(len(name))
        return {start: tuple(sorted(found, reverse=True)) for start, found in lengths.items()}

    def _add(self, row: Region) -> None:
        short = self._short(row.name)
        place = Place(
            code=row.code,
            name=row.name,
            short=short,
            parent=row.parent,
            first=row.first or 0,
            last=row.last or 9999,
            successors=row.successor,
            level=level_of(row.code),
            pinyin=row.pinyin,
            phone=row.phone,
            post=row.post,
            sign=row.sign,
        )
        _put(self.by_code, row.code, place)
        for code in row.successor:
            _put(self._before, code, place)
        _put(self._names, row.name, place)
        for alias in row.alias:
            _put(self._names, alias, place)
        if "自治" in row.name and row.name[-1] in "县州旗":  # 凉山州, 湘西自治州
            _put(self._names, short + row.name[-1], place)
            if (half := f"{short}自治{row.name[-1]}") != row.name:
                _put(self._names, half, place)
        if short != row.name:
            _put(self._shorts, short, place)
        if row.pinyin:
            _put(self.by_pinyin, row.pinyin.replace(" ", ""), place)
        if row.parent:
            self.parents.add(row.parent)

    def _short(self, name: str) -> str:
        """海宁市 → 海宁, 景宁畲族自治县 → 景宁, 鄂温克族自治旗 → 鄂温克, 赵县 → 赵县."""
        for end in self._ends.get(name[-1], ()):
            if name.endswith(end) and len(name) - len(end) > 1:
                short = name[: -len(end)]
                return self._without_peoples(short) if end.startswith("自治") else short
        return name

    def _without_peoples(self, name: str) -> str:
        cut = True
        while cut:
            cut = False
            for people in self._peoples:
                if name.endswith(people) and len(name) - len(people) > 1:
                    name, cut = name[: -len(people)], True
                    break
        return name.removesuffix("族") if len(name) > 2 else name

    # ---- years

    def at(self, place: Place, year: int | None) -> Place | None:
        """The place in that year: itself, what it became, or what it was before. None where that is not one place.

        A name is in use from the decision on, before the year's end at which the code counts: a year's grace.
        """
        if year is None or place.first <= year <= place.last:
            return place
        if year > place.last:
            return self._only(place.successors, year)
        earlier = [p for p in self._before.get(place.code, ()) if p.first <= year <= p.last]
        if len({p.code for p in earlier}) == 1:
            return earlier[0]
        same = [p for p in earlier if p.short == place.short]
        if len(same) == 1:
            return same[0]
        return place if place.first == year + 1 else None

    def _only(self, codes: tuple[str, ...], year: int) -> Place | None:
        if len(codes) != 1:
            return None
        for place in self.by_code.get(codes[0], ()):
            if place.first <= year <= place.last:
                return place
        rows = self.by_code.get(codes[0], ())
        later = next((p for p in rows if p.last < year and p.successors and p.successors != codes), None)
        return self._only(later.successors, year) if later else None

    def code_at(self, code: str, year: int | None) -> Place | None:
        """The place that bears a code in a year."""
        rows = self.by_code.get(code, ())
        if not rows:
            return None
        for place in rows:
            if year is not None and place.first <= year <= place.last:
                return place
        return self.at(rows[-1], year)

    def up(self, place: Place, year: int | None = None) -> list[Place]:
        """What the place lies in, from near to far."""
        above: list[Place] = []
        while place.parent:
            parent = self.code_at(place.parent, year) or self.by_code[place.parent][-1]
            above.append(parent)
            place = parent
        return above

    def children(self, place: Place, year: int | None) -> list[Place]:
        """The counties and districts of a prefecture or province in a year."""
        return [
            p
            for rows in self.by_code.values()
            for p in rows
            if p.level == "county" and p.within(place) and (year is None or p.first <= year <= p.last)
        ]

    # ---- names

    def _valid(self, places: tuple[Place, ...], year: int | None) -> tuple[Place, ...]:
        if year is None:
            current = tuple(p for p in places if p.last == 9999)
            return current or places
        # Who bears the name that year goes first: 铜仁市 of 2015 is the prefecture, not the county of until 2010.
        bearers = tuple(p for p in places if p.first <= year <= p.last)
        if bearers:
            return bearers
        found = {p.code: p for p in (self.at(place, year) for place in places) if p is not None}
        return tuple(found.values())

    def _longest(self, text: str, at: int, table: Index) -> tuple[int, tuple[Place, ...]]:
        for length in self._lengths.get(text[at : at + 2], ()):
            places = table.get(text[at : at + length])
            if places and at + length <= len(text):
                return length, places
        return 0, ()

    def named_at(self, text: str, at: int) -> Named | None:
        """The longest zone or national organ whose name stands at that place."""
        for length in self._named_lengths.get(text[at : at + 2], ()):
            named = self._named.get(text[at : at + length])
            if named and at + length <= len(text):
                return named
        return None

    def chain(self, text: str, at: int, year: int | None, *, system: bool = False) -> Chain:
        """Reads regions from `at` on. `system`: behind 国家税务总局 and the like, where short names are usual."""
        found: tuple[Place, ...] = ()
        outer: tuple[Place, ...] = ()
        before = at
        while at < len(text):
            named = self.named_at(text, at)
            length, places = self._longest(text, at, self._names)
            if named and len(named.name) >= length:
                return Chain(places=self._of(named, year) or found, end=at, before=before, outer=outer, named=named)
            places = self._valid(places, year)
            if not places and length == 0:
                length, places = self._short_at(text, at, found, year, system)
            if found:
                places = tuple(p for p in places if any(p.within(f) for f in found))
            if not places:
                break
            outer, found, before, at = found, places, at, at + length
        return Chain(places=found, end=at, before=before, outer=outer)

    def _of(self, named: Named, year: int | None) -> tuple[Place, ...]:
        place = self.code_at(named.region, year) if named.region else None
        return (place,) if place else ()

    def _short_at(
        self, text: str, at: int, found: tuple[Place, ...], year: int | None, system: bool
    ) -> tuple[int, tuple[Place, ...]]:
        """A short name, accepted only before a region in it or before the rest of a department's or zone's name."""
        length, places = self._longest(text, at, self._shorts)
        places = self._valid(places, year)
        if found:
            places = tuple(p for p in places if any(p.within(f) for f in found))
        if not places:
            return 0, ()
        rest = at + length
        _, following = self._longest(text, rest, self._names)
        if not following:  # 浙江|嘉兴|海宁市
            step, middle = self._longest(text, rest, self._shorts)
            following = middle if step and self._longest(text, rest + step, self._names)[0] else ()
        inner = tuple(p for p in places if any(f.within(p) and f != p for f in self._valid(following, year)))
        if inner:
            return length, inner
        tail = text[rest:]
        if tail in self.known:
            return length, places
        if system or tail.startswith("海关") or tail.startswith(self._zones):
            return length, self._outermost(places)
        if not found and tail.endswith(self._zone_ends):  # 长春净月高新技术产业开发区
            return length, self._outermost(tuple(p for p in places if p.level == "prefecture"))
        return 0, ()

    @staticmethod
    def _outermost(places: tuple[Place, ...]) -> tuple[Place, ...]:
        """南昌 before 经济技术开发区 is the city, not the county of that name; 吉林 is the city, not the province."""
        cities = tuple(p for p in places if p.level == "prefecture")
        outer = tuple(c for c in cities if all(p.level == "province" or p.within(c) for p in places))
        return outer if len(outer) == 1 else places

    def branch(self, rest: str, ending: str, places: tuple[Place, ...], year: int | None) -> tuple[Place, ...]:
        """The part of a region a branch is for: 鹿城 in 温州市|公安局鹿城区分局. Empty where the name tells none."""
        end = len(rest) - len(ending)
        for length in range(min(LONGEST, end - 1), 1, -1):
            name = rest[end - length : end]
            for table in (self._names, self._shorts):
                inner = self._valid(table.get(name, ()), year)
                inner = tuple(p for p in inner if p.level == "county" and any(p.within(f) for f in places))
                if inner:
                    return inner
        return ()

    def place_before(self, text: str, end: int, year: int | None) -> tuple[Place, ...]:
        """The regions whose name ends right at `end` in the text (the longest name that does)."""
        for length in range(min(LONGEST, end), 1, -1):
            places = self._names.get(text[end - length : end])
            if places:
                return self._valid(places, year)
        return ()
