"""How a table prints its zeros, as far as the table itself shows it.

Sums do not tell a blank from a 0: a line that prints a lone 0 may have it in any column. A table that is filled in by
one rule (per column, zeros are either always printed or always left blank) shows the rule in its other lines: a column
that prints its zeros is never blank. Every rule is tried against all lines and all sums; what all rules that are left
agree on is known. Where no rule holds throughout, or few lines bear witness, nothing is concluded.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations

from pipeline.tables.solve import Line, Option, Work, solve

LEAST_WITNESSES = 6
"""Lines of nothing but zeros, each with as many of them, from which on the table counts as filled in by a rule."""
COLUMNS = 7


def by_rule(lines: Mapping[str, Line], results: Sequence[str]) -> dict[str, list[Option]] | None:
    """The options of each line under all rules that hold; None where no rule does, or too much is open."""
    zeros = [len(line.values) for line in lines.values() if line.values and not any(v[0] for v in line.values)]
    if len(zeros) < LEAST_WITNESSES or len(set(zeros)) > 1:
        return None
    work = Work()
    left: dict[str, list[Option]] = {name: [] for name in lines}
    for printed in combinations(range(COLUMNS), zeros[0]):
        ruled = {name: line._replace(options=_allowed(line, frozenset(printed))) for name, line in lines.items()}
        if not all(line.options for line in ruled.values()):
            continue
        solved = solve(ruled, results, work)
        if solved is None:
            return None
        for name, options in solved.items():
            left[name] += options
    return left if all(left.values()) else None


def _allowed(line: Line, printed: frozenset[int]) -> list[Option]:
    """The placements in which just these columns print their zeros."""
    return [
        option
        for option in line.options
        if all(
            (held >= 0) == (column in printed)
            for column, (value, held) in enumerate(zip(option.vector, option.holds, strict=True))
            if value == 0
        )
    ]
