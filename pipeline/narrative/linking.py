"""Which indicator a number counts: the rules of aliases.csv compete, the best explained score wins.

score = weight of the best word of the key beside the number + half of the further words of the key
        + how close one word of `near` stands (2 in the same clause, less with distance, least from a heading)
        + the rule's priority - 0.3 where no unit is printed.
The winner's id and its key go into `why`, so that an editor sees which line to change.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pipeline.lexicon import Lexicon
from pipeline.lexicon.schema.core import Indicator
from pipeline.lexicon.schema.prose import Alias
from pipeline.narrative.cues import CueSet
from pipeline.narrative.structure import Zone

_MORE = 0.5
_BESIDE = 0.5
_ANYWHERE = 0.01
SAME_SENTENCE = 0.75
"""What stands in the same sentence is at least so close; headings and sentences before count less."""
_NO_UNIT = 0.3
_FLOOR = 1.0
_RATES = frozenset({"%"})
_COUNTED_AS_TIMES = frozenset({"场", "期", "条", "件", "篇", "批", "班"})


@dataclass(frozen=True, slots=True)
class Rule:
    """One alternative of a key of one alias, compiled."""

    id: str
    codes: tuple[str, ...]
    key: tuple[str, ...]
    near: tuple[tuple[str, float], ...]
    """(term, how close it must at least stand)."""
    without: tuple[str, ...]
    units: frozenset[str]
    priority: float


@dataclass(slots=True)
class Link:
    """The rule that won, its score, and the codes it gives (several for 收到并办结)."""

    codes: tuple[str, ...]
    rule: Rule
    score: float

    @property
    def why(self) -> str:
        near = f"~{'|'.join(term for term, _ in self.rule.near[:2])}" if self.rule.near else ""
        return f"{'+'.join(self.rule.key)}{near} {self.score:.1f}"


class Linker:
    """All rules, indexed by the first term of their keys."""

    def __init__(self, lexicon: Lexicon, cues: CueSet) -> None:
        self.rules: dict[str, list[Rule]] = {}
        kinds = {row.code: row for row in lexicon.rows(Indicator)}
        for alias in lexicon.rows(Alias):
            units = _units(alias, kinds, cues)
            for key in alias.key:
                atoms = tuple(atom.strip() for atom in key.split("+"))
                near = tuple(
                    (atom.rstrip("!"), SAME_SENTENCE if atom.endswith("!") else _ANYWHERE) for atom in alias.near
                )
                rule = Rule(alias.id, alias.codes, atoms, near, alias.without, units, alias.priority)
                self.rules.setdefault(atoms[0], []).append(rule)

    def best(self, zone: Zone, near: Mapping[str, float], unit: str | None) -> Link | None:
        """The best rule for a number with this zone. `near` gives how close each term stands; `unit` "" is unprinted.

        With `unit` None units do not matter (what a change is a change of).
        """
        weights = zone.weights
        found: Link | None = None
        for term in weights:
            for rule in self.rules.get(term, ()):
                if unit and rule.units and unit not in rule.units:
                    continue
                if unit == "" and rule.units == _RATES:
                    continue
                if unit is None and rule.units == _RATES and not rule.key[0].endswith("率"):
                    continue
                score = _score(rule, weights, near)
                if score is None:
                    continue
                if unit == "":
                    score -= _NO_UNIT
                if score > _FLOOR and (found is None or score > found.score):
                    found = Link(rule.codes, rule, score)
        return found


def _score(rule: Rule, weights: Mapping[str, float], near: Mapping[str, float]) -> float | None:
    total = best = 0.0
    for atom in rule.key:
        weight = weights.get(atom)
        if weight is None:
            return None
        total += weight
        best = max(best, weight)
    for atom in rule.without:
        if atom in weights:
            return None
    score = best + _MORE * (total - best) + rule.priority
    if rule.near:
        closest = 0.0
        for atom, least in rule.near:
            close = max(near.get(atom, 0.0), weights.get(atom, 0.0) * _BESIDE)
            if close >= least and close > closest:
                closest = close
        if closest <= 0:
            return None
        score += closest
    return score


def _units(alias: Alias, kinds: Mapping[str, Indicator], cues: CueSet) -> frozenset[str]:
    if alias.units:
        return _with_times(_expand(alias.units, cues))
    units: set[str] = set()
    for code in alias.codes:
        row = kinds.get(code)
        if row is None:
            units |= set(cues.unit_groups.get("@件", ())) | {"期", "场", "篇", "家", "名", "%"}
        else:
            units |= set(row.units)
    return _with_times(units)


def _with_times(units: Iterable[str]) -> frozenset[str]:
    """Also the forms with 次: 场次 counts as 场 does."""
    known = set(units)
    return frozenset(known | {f"{unit}次" for unit in known if unit in _COUNTED_AS_TIMES})


def _expand(units: Iterable[str], cues: CueSet) -> list[str]:
    found: list[str] = []
    for unit in units:
        found += cues.unit_groups.get(unit, (unit,))
    return found
