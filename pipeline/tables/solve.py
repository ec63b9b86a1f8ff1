"""Table 3 as a set of sums: which placements of its lines are part of a solution. Exact, or given up.

Per column the results make 总计, and received and carried in make 总计 and carried out. Prefix sums from above and from
below are joined for each line, so that every line keeps just those placements that are part of a full solution. It
gives up rather than cut corners.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from operator import add, ge, le, sub
from typing import NamedTuple

MOST_STEPS = 300_000
"""Additions of partial sums at most, some 0.3 s; a table that needs more is left unreadable."""

RESULTS_TOTAL = "handled"
IN, BACKLOG, OUT = "received", "carried_in", "carried_out"

Vector = tuple[int, ...]


class Option(NamedTuple):
    """One placement of a line: its column sums, and which of its values stands in each column (-1 for none)."""

    vector: Vector
    holds: tuple[int, ...]


class Line(NamedTuple):
    """A line of a table. `values`: (value, start, end) of a loose line; empty for one that was read cleanly."""

    options: list[Option]
    values: list[tuple[int, int, int]]
    why: str = ""


@dataclass(slots=True)
class Work:
    """Counts the steps of one table over all its searches."""

    steps: int = 0


def solve(lines: Mapping[str, Line], results: Sequence[str], work: Work) -> dict[str, list[Option]] | None:
    """The options of each line that are part of a solution; no line has any where the sums contradict.

    `results` are the lines that make 总计. None: too many to tell.
    """
    possible: dict[str, set[Vector]] = {line: set() for line in lines}
    for total in {option.vector for option in lines[RESULTS_TOTAL].options}:
        flow = _flow(lines, total, work)
        if flow is None:
            continue
        parts = _parts([lines[line] for line in results], total, work)
        if parts is None:
            return None
        if not all(parts):
            continue
        possible[RESULTS_TOTAL].add(total)
        for line, vectors in zip(results, parts, strict=True):
            possible[line] |= vectors
        for line, vectors in flow.items():
            possible[line] |= vectors
    if not all(possible.values()):
        return {line: [] for line in lines}
    return {
        line: [option for option in lines[line].options if option.vector in vectors]
        for line, vectors in possible.items()
    }


def _flow(lines: Mapping[str, Line], total: Vector, work: Work) -> dict[str, set[Vector]] | None:
    """The placements of 新收, 结转 and 结转下年 for which received + carried in = handled + carried out, per column."""
    if not all(line in lines for line in (IN, BACKLOG, OUT)):
        return None
    found: dict[str, set[Vector]] = {IN: set(), BACKLOG: set(), OUT: set()}
    work.steps += len(lines[BACKLOG].options) * len(lines[OUT].options)
    received = {option.vector for option in lines[IN].options}
    for back in {option.vector for option in lines[BACKLOG].options}:
        for out in {option.vector for option in lines[OUT].options}:
            need = tuple(t + o - b for t, o, b in zip(total, out, back, strict=True))
            if need in received:
                found[IN].add(need)
                found[BACKLOG].add(back)
                found[OUT].add(out)
    return found if found[IN] else None


def _parts(lines: Sequence[Line], total: Vector, work: Work) -> list[set[Vector]] | None:
    """Per line the column sums it has in some choice of all lines that adds up to `total`. None: too many to tell."""
    choices = [{option.vector for option in line.options} for line in lines]
    order = sorted(range(len(choices)), key=lambda position: len(choices[position]))
    least, most = _rest(choices, order, total)
    forward: list[set[Vector]] = [{(0,) * len(total)}]
    for step, position in enumerate(order):
        choice = choices[position]
        work.steps += len(forward[-1]) * len(choice)
        if work.steps > MOST_STEPS:
            return None
        low, high = least[step + 1], most[step + 1]
        reached: set[Vector] = set()
        for state in forward[-1]:
            for vector in choice:
                summed = tuple(map(add, state, vector))
                if all(map(le, summed, high)) and all(map(ge, summed, low)):
                    reached.add(summed)
        forward.append(reached)
    found: list[set[Vector]] = [set() for _ in lines]
    if total not in forward[-1]:
        return found
    alive: set[Vector] = {total}
    for step in range(len(order) - 1, -1, -1):
        before: set[Vector] = set()
        for state in alive:
            for vector in choices[order[step]]:
                rest = tuple(map(sub, state, vector))
                if rest in forward[step]:
                    found[order[step]].add(vector)
                    before.add(rest)
        alive = before
    return found


def _rest(choices: Sequence[set[Vector]], order: Sequence[int], total: Vector) -> tuple[list[Vector], list[Vector]]:
    """Per column the least and the most that the lines before each step can have made, if `total` is to be reached."""
    least, most = [total], [total]
    for position in reversed(order):
        columns = list(zip(*choices[position], strict=True))
        least.append(tuple(t - max(column) for t, column in zip(least[-1], columns, strict=True)))
        most.append(tuple(t - min(column) for t, column in zip(most[-1], columns, strict=True)))
    return least[::-1], most[::-1]
