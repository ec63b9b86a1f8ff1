"""Many reports at once: what their cells say, as columns of numbers, one place for each report.

The rules are those of values.py and rates.py, which hold for one report; a test keeps both equal. Only whole numbers
below 2⁵³ are counted here, which a float holds exactly: a report with any other is `odd` and left to them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.compare.rates import parse
from pipeline.compare.values import Codes, Term, column_of
from pipeline.lexicon.schema.rates import Proof, Rate

Mask = NDArray[np.bool_]
Numbers = NDArray[np.float64]
EXACT = 2.0**53


@dataclass(frozen=True, slots=True)
class Line:
    """One cell of each report, or several added up. `total` is 0 where nothing is printed."""

    present: Mask
    conflict: Mask
    unreadable: Mask
    blank: Mask
    total: Numbers

    @property
    def valued(self) -> Mask:
        return self.present & ~(self.conflict | self.unreadable | self.blank)

    def where(self, here: Mask, other: Line) -> Line:
        """This line in the reports of `here`, the other elsewhere."""
        return Line(*(np.where(here, getattr(self, f), getattr(other, f)) for f in Line.__dataclass_fields__))


@dataclass(frozen=True, slots=True)
class Column:
    """The table's value of a code: `status` is a name of STATUS_NAMES, "absent" where the tables do not have it."""

    status: NDArray[np.object_]
    value: Numbers


class Grid:
    """The cells of `size` reports: `at` tells the report of each cell, `keys` its code and column."""

    def __init__(
        self, codes: Codes, size: int, at: NDArray[np.int64], keys: Sequence[tuple[Mask, Term]], value: Numbers,
        unreadable: Mask,
    ) -> None:  # fmt: skip
        self.codes = codes
        self.size = size
        self.all = np.ones(size, dtype=bool)
        self.none = np.zeros(size, dtype=bool)
        self.odd = self.none.copy()
        strange = ~np.isnan(value) & ((np.floor(value) != value) | (np.abs(value) >= EXACT))
        self.odd[at[strange]] = True
        nothing = Line(self.none, self.none, self.none, self.none, np.zeros(size))
        self._nothing = nothing
        self._cells = {term: self._cell(at[mask], value[mask], unreadable[mask]) for mask, term in keys}

    def _cell(self, at: NDArray[np.int64], value: Numbers, unreadable: Mask) -> Line:
        """Cells of one code and column; a report may have several."""
        present = self.none.copy()
        present[at] = True
        spoiled = self.none.copy()
        spoiled[at[unreadable]] = True
        told = ~np.isnan(value)
        low, high = np.full(self.size, np.inf), np.full(self.size, -np.inf)
        np.minimum.at(low, at[told], value[told])
        np.maximum.at(high, at[told], value[told])
        held = high >= low
        conflict = held & (low != high)
        without = present & ~held
        return Line(present, conflict, without & spoiled, without & ~spoiled, np.where(held & ~conflict, low, 0.0))

    def cell(self, code: str, column: str | None) -> Line:
        return self._cells.get((code, column_of(code, column)), self._nothing)

    def parts(self, code: str, column: str | None) -> Iterator[tuple[str, Mask]]:
        """The lines of a class, or the code itself where it is a line, each with the reports in which it counts."""
        lines = self.codes.lines(code)
        if not lines or code.endswith((".total", ".handled")):
            yield code, self.all
            return
        single = f"{code}.total"
        here = self.all
        if single in lines:
            printed = self.cell(single, column).present
            yield single, printed
            here = ~printed
        for line in lines:
            if line != single:
                for leaf, counts in self.parts(line, column):
                    yield leaf, counts & here

    def sum(self, lines: Iterable[tuple[Line, Mask]]) -> Line:
        """Lines added up, each where it counts: there only where all are."""

        def add(one: Line, two: tuple[Line, Mask]) -> Line:
            line, here = two
            return Line(
                one.present & (line.present | ~here), one.conflict | line.conflict & here,
                one.unreadable | line.unreadable & here, one.blank | line.blank & here,
                one.total + np.where(here, line.total, 0.0),
            )  # fmt: skip

        start = Line(self.all, self.none, self.none, self.none, np.zeros(self.size))
        return reduce(add, lines, start)

    def whole(self, terms: Sequence[Term]) -> Line:
        """The leaves of several terms, added up."""
        return self.sum(
            (self.cell(leaf, column), here) for code, column in terms for leaf, here in self.parts(code, column)
        )

    def proven(self, totals: Sequence[Term], lines: Sequence[Term]) -> Mask:
        """Where the printed lines add up to their printed totals, so that a blank among the lines can only be 0."""
        printed = self.sum((self.cell(*total), self.all) for total in totals)
        told = self.whole(lines)
        sound = told.present & ~told.conflict & ~told.unreadable
        equal: Mask = told.total == printed.total
        return printed.valued & sound & equal

    # --- the value of a code -------------------------------------------------------------------------------------

    def table(self, code: str, column: str | None) -> Column:
        """What the tables say of a code: its cell, then the lines of a class, then what means the same."""
        found = self.cell(code, column)
        lines = self.codes.lines(code)
        if lines and not code.endswith((".total", ".handled")):
            found = found.where(found.present, self._class(code, column))
        if column in (None, "total"):
            for other in self.codes.same.get(code, ()):
                found = found.where(found.present, self.cell(other, None))
        status = np.full(self.size, "absent", dtype=object)
        for name, here in (("blank", found.blank), ("unreadable", found.unreadable), ("conflict", found.conflict)):
            status[found.present & here] = name
        status[found.valued] = "value"
        return Column(status, found.total)

    def _class(self, code: str, column: str | None) -> Line:
        found = self.whole([(code, column)])
        blank = found.blank
        if code.startswith("t3."):
            lines = [(line, column) for line in self.codes.lines("t3.handled")]
            blank = blank & ~self.proven([("t3.handled", column)], lines)
        return Line(found.present, found.conflict, found.unreadable, blank, found.total)

    # --- the value of a share ------------------------------------------------------------------------------------

    def share(self, rate: Rate) -> tuple[Mask, Numbers, Numbers]:
        """(where it can be told, numerator, denominator) of a rate of kind share."""
        top, bottom = (self._term(rate, terms) for terms in (rate.numerator, rate.denominator))
        told = top.valued & bottom.valued & (bottom.total != 0) & (top.total >= 0) & (top.total <= bottom.total)
        return told, top.total, bottom.total

    def _term(self, rate: Rate, terms: Sequence[str]) -> Line:
        proofs = rate.proof if rate.blanks == "proven" else ()
        held = [(self._leaves(proof), self._proof(proof)) for proof in proofs]

        def lines() -> Iterator[tuple[Line, Mask]]:
            for code, column in map(parse, terms):
                for leaf, here in self.parts(code, column):
                    line = self.cell(leaf, column)
                    for other in self.codes.same.get(leaf, ()):
                        line = line.where(line.present, self.cell(other, None))
                    zero = self.none
                    for leaves, proven in held:
                        zero = zero | leaves.get((leaf, column), self.none) & proven
                    yield Line(line.present, line.conflict, line.unreadable, line.blank & ~zero, line.total), here

        return self.sum(lines())

    def _proof(self, proof: Proof) -> Mask:
        return self.proven([parse(total) for total in proof.total], [parse(line) for line in proof.lines])

    def _leaves(self, proof: Proof) -> dict[Term, Mask]:
        found: dict[Term, Mask] = {}
        for code, column in map(parse, proof.lines):
            for leaf, here in self.parts(code, column):
                found[leaf, column] = found.get((leaf, column), self.none) | here
        return found


def grid(codes: Codes, size: int, at: Any, cells: Any) -> Grid:
    """The grid of an Arrow table of cells (code, applicant, number, state); `at` tells the report of each."""
    code, applicant = cells["code"].combine_chunks(), cells["applicant"].combine_chunks()
    coded, applied = code.dictionary_encode(), applicant.dictionary_encode()
    first = np.asarray(coded.indices, dtype=np.int32)
    second = np.asarray(applied.indices.fill_null(-1), dtype=np.int32)
    columns = [*enumerate(applied.dictionary.to_pylist()), (-1, None)]
    keys = []
    for n, name in enumerate(coded.dictionary.to_pylist()):
        mine = first == n
        for k, column in columns:
            mask = mine & (second == k)
            if mask.any():
                keys.append((mask, (name, column)))
    value = cells["number"].to_numpy().astype(np.float64)
    states = cells["state"].combine_chunks().dictionary_encode()
    names = np.asarray([state == "unreadable" for state in states.dictionary.to_pylist()] or [False])
    return Grid(codes, size, at, keys, value, names[np.asarray(states.indices)])
