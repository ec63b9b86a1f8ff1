"""`python -m benchmarks fallen [--truths N] [--seed S]`: what can be known of tables whose blank cells fell out.

Not what the reader does, but what any reader could do: the printed numbers of every line of generated reports are put
into all places that keep their order, and all choices that meet the sums of the form are counted exactly, without a
limit on the steps. A cell counts
  by sums      where it holds the same (number or blank) in all of them;
  blank or 0   where only its being printed as 0 or left blank is open, so that its number is known and its state not;
  by rule      where it holds the same in all of them that print zeros as this report really does (told by the truth).
A part in which the report printed all cells, or none, is known as it stands.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations
from typing import NamedTuple

from pipeline.samples import forms, report
from pipeline.samples.truth import Truth, Value
from pipeline.tables import solve

PRINTED = {"zeros": frozenset(range(7)), "blanks": frozenset({6}), "sparse": frozenset[int]()}
"""Columns of table 3 that print their zeros, by the style of the organ."""


class Known(NamedTuple):
    """Of one cell: is its content known by the sums, is its number, is its content with the rule for zeros."""

    sums: bool
    number: bool
    rule: bool


_SURE = Known(True, True, True)
_OPEN = Known(False, False, False)


def _placed(values: Sequence[Value]) -> Iterator[solve.Option]:
    """All places of a line's printed numbers that keep their order."""
    printed = [int(value) for value in values if value is not None]
    for places in combinations(range(len(values)), len(printed)):
        vector, holds = [0] * len(values), [-1] * len(values)
        for position, place in enumerate(places):
            vector[place], holds[place] = printed[position], position
        yield solve.Option(tuple(vector), tuple(holds))


def _agreed(options: Iterable[solve.Option], width: int) -> list[tuple[bool, bool]]:
    """For each place: is its content the same in all options, is its number."""
    every = list(options)
    content = [{(one.vector[place], one.holds[place] < 0) for one in every} for place in range(width)]
    return [(len(one) == 1, len({number for number, _ in one}) == 1) for one in content]


def _table_3(truth: Truth, codes: Sequence[str]) -> list[Known]:
    rows = {code.removeprefix("t3."): [truth.cells[code, column] for column in forms.COLUMNS] for code in codes}
    fits = {name: [one for one in _placed(row) if sum(one.vector[:6]) == one.vector[6]] for name, row in rows.items()}
    lines = {name: solve.Line(options, []) for name, options in fits.items()}
    results = [name for name in lines if name not in (solve.IN, solve.BACKLOG, solve.OUT, solve.RESULTS_TOTAL)]
    printed = PRINTED[truth.blanks]
    ruled = {
        name: solve.Line(
            [
                one
                for one in line.options
                if all((held >= 0) == (at in printed) for at, held in enumerate(one.holds) if one.vector[at] == 0)
            ],
            [],
        )
        for name, line in lines.items()
    }
    by_sums, by_rule = (solve.solve(one, results, solve.Work()) for one in (lines, ruled))
    if by_sums is None or by_rule is None:
        raise SystemExit("too many steps")
    return [
        Known(content, number, rule)
        for name in rows
        for (content, number), (rule, _) in zip(_agreed(by_sums[name], 7), _agreed(by_rule[name], 7), strict=True)
    ]


def _table_4(truth: Truth) -> list[Known]:
    values = [truth.cells[code, None] for code in forms.codes4()]
    fits = [
        one for one in _placed(values) if all(sum(one.vector[at : at + 4]) == one.vector[at + 4] for at in (0, 5, 10))
    ]
    return [Known(content, number, content) for content, number in _agreed(fits, 15)]


def known(truth: Truth, form2: str, form3: str) -> list[Known]:
    """What can be known of every cell of a report."""
    found: list[Known] = []
    for block in forms.TABLE2[form2]:
        for _, codes in block.lines:
            blank = sum(truth.cells[code, None] is None for code in codes)
            found += [_SURE if blank in (0, len(codes)) else _OPEN] * len(codes)
    return found + _table_3(truth, [line.code for line in forms.lines3(form3)]) + _table_4(truth)


def main(arguments: Sequence[str] | None = None) -> int:
    """Prints the shares of all cells."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks fallen", description=__doc__.split("\n")[0])
    parser.add_argument("--truths", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args(arguments)
    solve.MOST_STEPS = 50_000_000
    told: Counter[str] = Counter()
    for number in range(given.truths):
        made = report(number, given.seed, ["text-fallen"]).made
        for cell in known(made.truth, made.draft.form2, made.draft.form3):
            told["cells"] += 1
            told["by sums"] += cell.sums
            told["blank or 0"] += cell.number and not cell.sums
            told["by rule"] += cell.rule
            told["open"] += not cell.number and not cell.rule
    for name, count in told.items():
        print(f"{name:<12}{count:>8}{100 * count / told['cells']:>9.2f} %")
    return 0


if __name__ == "__main__":
    main()
