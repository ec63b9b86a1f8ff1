"""Heads of tables without rulings: which pieces of text make one head, and which columns each stands over."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from pipeline.model import Struct

VALUE = re.compile(
    r"[+\-－—–−]?[\s\d.,，．]*\d[\s\d.,，．]*(?:[万亿]?元|[件项个条份人次]{1,2})?"
    r"|[增减]加?少?\d[\d.,]*|[-—–－−/／]+"
)
"""What can only be the content of a value cell."""


class Piece(NamedTuple):
    """A run of characters with no wide gap in it. `base` and `top` grow from page to page."""

    text: str
    x0: float
    x1: float
    top: float
    bottom: float
    base: float
    size: float
    page: int
    line: int
    """Which line of the region it stands in."""

    @property
    def middle(self) -> float:
        """The middle, across."""
        return (self.x0 + self.x1) / 2


class Group(Struct, frozen=True):
    """Pieces under one another that are one cell."""

    pieces: tuple[Piece, ...]
    text: str
    x0: float
    x1: float
    top: float
    bottom: float

    @property
    def middle(self) -> float:
        """The middle, across."""
        return (self.x0 + self.x1) / 2


def group_of(pieces: Sequence[Piece]) -> Group:
    """Pieces made into one cell, from top to bottom."""
    ordered = sorted(pieces, key=lambda p: (p.base, p.x0))
    return Group(
        pieces=tuple(ordered),
        text="".join(p.text for p in ordered),
        x0=min(p.x0 for p in ordered),
        x1=max(p.x1 for p in ordered),
        top=min(p.top for p in ordered),
        bottom=max(p.bottom for p in ordered),
    )


def overlap(a: Piece | Group, b: Piece | Group) -> float:
    """How far two stand over one another, in points."""
    return min(a.x1, b.x1) - max(a.x0, b.x0)


def stacked(pieces: Sequence[Piece], leading: float, walls: Sequence[float] = ()) -> list[Group]:
    """Pieces that stand under one another by no more than `leading`, one to one, as groups.

    A piece that stands over two others is a head above them, not their first line. `walls` are horizontal rulings,
    which end a cell.
    """
    ordered = sorted(pieces, key=lambda p: (p.base, p.x0))
    below: dict[int, list[int]] = {}
    above: dict[int, list[int]] = {}
    for i, piece in enumerate(ordered):
        for j in range(i + 1, len(ordered)):
            other = ordered[j]
            gap = other.base - piece.base
            if gap > leading:
                break
            if gap <= 0.5 * piece.size or other.page != piece.page or overlap(piece, other) <= 0.5:
                continue
            if not any(piece.base < wall < other.base for wall in walls):
                below.setdefault(i, []).append(j)
                above.setdefault(j, []).append(i)
    chains: list[list[Piece]] = []
    used: set[int] = set()
    for i in range(len(ordered)):
        if i in used:
            continue
        chain, at = [i], i
        while True:
            following = below.get(at, [])
            if len(following) != 1 or len(above[following[0]]) != 1:
                break
            at = following[0]
            chain.append(at)
        used.update(chain)
        chains.append([ordered[k] for k in chain])
    return [group_of(chain) for chain in chains]


class HeadCell(NamedTuple):
    """A cell of the head: the columns (of leaves) it stands over, and its level from the top."""

    group: Group
    first: int
    last: int
    level: int


def leaves_of(groups: Sequence[Group]) -> list[Group] | None:
    """The heads with no other head under them, from left to right; None where they overlap each other."""
    leaves = [
        one
        for one in groups
        if not any(o is not one and o.top >= one.bottom - 1 and overlap(o, one) > 1 for o in groups)
    ]
    leaves.sort(key=lambda g: g.x0)
    if any(b.x0 < a.x1 for a, b in pairwise(leaves)):
        return None
    return leaves


def spans(groups: Sequence[Group], leaves: Sequence[Group]) -> list[HeadCell]:
    """The columns of the heads above the leaves: a head stands in the middle of its columns.

    Heads of one level share out the columns of the head above them; of all ways in which each is in the middle of its
    own, the one that covers most. Where that is not one way only, the heads of that level are left out.
    """
    middles = [leaf.middle for leaf in leaves]
    if len(middles) < 2:
        return []
    edges = [1.5 * middles[0] - 0.5 * middles[1]]
    edges += [(a + b) / 2 for a, b in pairwise(middles)]
    edges.append(1.5 * middles[-1] - 0.5 * middles[-2])
    upper = sorted((g for g in groups if g not in leaves), key=lambda g: g.top)
    levels: list[list[Group]] = []
    for group in upper:
        if levels and group.top < levels[-1][0].bottom - 1:
            levels[-1].append(group)
        else:
            levels.append([group])
    found: list[HeadCell] = []
    within = [(0, len(leaves) - 1)]
    for level, members in enumerate(levels):
        members.sort(key=lambda g: g.x0)
        placed: list[HeadCell] = []
        for low, high in within:
            inside = [g for g in members if edges[low] <= g.middle <= edges[high + 1]]
            free = [k for k in range(low, high + 1) if leaves[k].top >= (inside[0].bottom - 1 if inside else 0)]
            ways = _ways(inside, edges, free[0], free[-1]) if inside and free else []
            best = max((sum(b - a + 1 for a, b in way) for way in ways), default=0)
            ways = [way for way in ways if sum(b - a + 1 for a, b in way) == best]
            if len(ways) == 1:
                placed += [HeadCell(g, a, b, level) for g, (a, b) in zip(inside, ways[0], strict=True)]
        if placed:
            within = [(cell.first, cell.last) for cell in placed]
        found += placed
    return found


Way = list[tuple[int, int]]
_MOST = 5000


def _ways(groups: Sequence[Group], edges: Sequence[float], low: int, high: int) -> list[Way]:
    """All ways of giving each head a run of columns of which it is the middle, in order and apart."""
    ways: list[Way] = [[]]
    for group in groups:
        longer: list[Way] = []
        for way in ways:
            begin = way[-1][1] + 1 if way else low
            for first in range(begin, high + 1):
                if edges[first] > group.middle:
                    break
                for last in range(first, high + 1):
                    wide = (edges[last + 1] - edges[first]) / (last - first + 1)
                    if abs((edges[first] + edges[last + 1]) / 2 - group.middle) <= 0.3 * wide:
                        longer.append([*way, (first, last)])
        ways = longer[:_MOST]
    return ways


def columns_of(values: Sequence[Piece], leaves: Sequence[Group]) -> dict[Piece, int] | None:
    """The leaf each value stands under; None where one is as near to two.

    Values that stand over one another are one column, whatever their width: centred, or flush with one edge.
    """
    clusters: list[list[Piece]] = []
    reach = 0.0
    for piece in sorted(values, key=lambda p: p.x0):
        if clusters and piece.x0 < reach:
            clusters[-1].append(piece)
        else:
            clusters.append([piece])
            reach = piece.x1
        reach = max(reach, piece.x1)
    found: dict[Piece, int] = {}
    taken: set[int] = set()
    for cluster in clusters:
        if len({piece.line for piece in cluster}) != len(cluster):
            return None  # two values of one line in one column: columns that run into each other
        leaf = _leaf(min(p.x0 for p in cluster), max(p.x1 for p in cluster), leaves)
        if leaf is None or leaf in taken:
            return None
        taken.add(leaf)
        found.update(dict.fromkeys(cluster, leaf))
    order = [found[cluster[0]] for cluster in clusters]
    return found if order == sorted(order) else None


_FAR = 160.0
"""Points from a head within which its values stand, flush right in a wide column."""


def _leaf(x0: float, x1: float, leaves: Sequence[Group]) -> int | None:
    """The one leaf over this stretch: it overlaps by far the most, or is by far the nearest."""
    over = sorted(((min(x1, g.x1) - max(x0, g.x0), i) for i, g in enumerate(leaves)), reverse=True)
    if not over:
        return None
    if over[0][0] > 0:
        return over[0][1] if len(over) == 1 or over[1][0] <= 0.5 * over[0][0] else None
    # Apart from all heads (flush right in a wide column): the gaps on the two sides decide, if they differ enough.
    if len(over) > 1 and -over[0][0] > 0.6 * -over[1][0]:
        return None
    return over[0][1] if -over[0][0] < _FAR else None
