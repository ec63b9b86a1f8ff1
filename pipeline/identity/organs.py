"""What kind of organ a name means, by its ending."""

from __future__ import annotations

from pipeline.identity.regions import Chain, Gazetteer, Place
from pipeline.lexicon import Lexicon
from pipeline.lexicon.schema.places import OrganKinds
from pipeline.model import Level, OrganKind, Struct

_OPEN, _CLOSE = "（【[", "）】]"


class Organ(Struct, frozen=True):
    """The name of an organ taken apart. `places` are the regions it may belong to; empty means it does not say."""

    name: str
    kind: OrganKind | None
    places: tuple[Place, ...]
    rest: str
    """The name without its regions: 教育局, 二郎街道办事处."""
    level: Level | None = None
    """Where the kind or the name decides it; else the level of the region counts."""
    generic: str = ""
    """市 in 市教育局: the region's name ends like this."""
    national: bool = False

    @property
    def settled(self) -> bool:
        """True where the name alone decides the region, or there is none to decide."""
        return self.national or len(self.places) == 1


def without_brackets(name: str) -> str:
    """The name without a bracket at its end: 市妇幼保健中心（市妇幼保健院） → 市妇幼保健中心."""
    while name and name[-1] in _CLOSE:
        start = max(name.rfind(mark) for mark in _OPEN)
        if start <= 0:
            break
        name = name[:start]
    return name


class OrganReader:
    """Takes names of organs apart. Compiled once."""

    def __init__(self, lexicon: Lexicon, gazetteer: Gazetteer) -> None:
        words = lexicon.one(OrganKinds)
        self._gazetteer = gazetteer
        self._prefixes = tuple(sorted(words.prefixes, key=len, reverse=True))
        self._generic = dict(sorted(words.generic.items(), key=lambda item: -len(item[0])))
        self._branches = words.branches
        self._township_parts = words.township_parts
        self._not_township = words.not_township
        self._endings: dict[str, OrganKind] = {}
        self._conditional: list[tuple[str, str, OrganKind]] = []
        for entry in words.kinds:
            for ending in entry.ends:
                if entry.contains:
                    self._conditional.append((entry.contains, ending, entry.kind))
                else:
                    self._endings.setdefault(ending, entry.kind)
        self._longest = max(map(len, self._endings))

    def kind_of(self, rest: str) -> OrganKind | None:
        """The kind by the ending of a name from which the regions are taken off; a bare region is a government."""
        rest = without_brackets(rest)
        if not rest:
            return "government"
        for word, ending, kind in self._conditional:
            if word in rest and rest.endswith(ending):
                return kind
        for length in range(min(self._longest, len(rest)), 0, -1):
            found = self._endings.get(rest[-length:])
            if found:
                return found
        return None

    def read(self, name: str, year: int | None) -> Organ:
        """Takes a name apart. `kind` is None where its ending is not one of an organ."""
        start = 0
        for prefix in self._prefixes:
            if name.startswith(prefix):
                start = len(prefix)
                break
        chain = self._gazetteer.chain(name, start, year, system=start > 0)
        if not chain.places and start:  # 中国人民银行 itself, 国家税务总局 itself
            start = 0
            chain = self._gazetteer.chain(name, 0, year)
        chain = self._undo(name, chain)
        rest = name[chain.end :]
        named = chain.named
        if named and named.level == "national" and without_brackets(rest) == named.name:
            return Organ(name=name, kind=named.kind, places=(), rest=rest, level="national", national=True)
        if named and without_brackets(rest) == named.name:
            return Organ(name=name, kind=named.kind, places=chain.places, rest=rest, level=named.level)
        kind = self.kind_of(rest)
        bare = without_brackets(rest)
        if chain.places and bare.endswith(self._branches):
            ending = next(end for end in self._branches if bare.endswith(end))
            inner = self._gazetteer.branch(bare, ending, chain.places, year)
            return Organ(name=name, kind=kind, places=inner or chain.places, rest=rest)
        level = self._level(rest, kind) or (named.level if named and named.level != "national" else None)
        generic = "" if chain.places else self._stand_in(rest, kind)
        if generic:
            rest = rest[len(generic) :]
            level = level or self._generic[generic] or None
        return Organ(name=name, kind=kind, places=chain.places, rest=rest, level=level, generic=generic)

    def _undo(self, name: str, chain: Chain) -> Chain:
        """城区街道办事处 is a street called 城区, not the street without a name of a district 城区."""
        rest = name[chain.end :]
        if chain.named is None and chain.places and rest.startswith(("街道", "镇", "乡", "社区")):
            return Chain(places=chain.outer, end=chain.before, before=chain.before)
        return chain

    def _stand_in(self, rest: str, kind: OrganKind | None) -> str:
        if kind is None:
            return ""
        for word in self._generic:
            if rest.startswith(word) and len(rest) > len(word) + 1 and kind not in ("township", "subdistrict"):
                return word
        return ""

    def _level(self, rest: str, kind: OrganKind | None) -> Level | None:
        if kind in ("township", "subdistrict"):
            return "township"
        if rest in self._gazetteer.known or any(word in rest for word in self._not_township):
            return None
        for part in self._township_parts:
            if rest.find(part) > 0 and not rest.endswith(part):
                return "township"
        return None
