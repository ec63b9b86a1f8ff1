"""Table 3 as a system of equations: what fails, by how much, and whether a change of cells would clear it.

    A1 of a column   received + carried_in − handled − carried_out = 0
    A2 of a column   the result lines − handled = 0
    A3 of a line     the six applicants − total = 0

Every cell stands in two or three of them, so that a single wrong cell shows by the equations that fail.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from pipeline.lexicon.formula import APPLICANTS, COLUMNS
from pipeline.model import Cell, Finding
from pipeline.reconcile.facts import ZERO, Facts, Vocabulary

Equation = tuple[str, str]
"""A check and its column (A1, A2) or line (A3)."""
Place = tuple[str, str]
"""A line and a column."""
Changes = Mapping[Place, Decimal]
"""The new values of some cells."""

_UNREAD = ("unreadable", "covered")
FLOWS = ("t3.received", "t3.carried_in", "t3.handled", "t3.carried_out")


class Grid:
    """Values (blanks as 0), residuals and the state of each equation."""

    def __init__(self, facts: Facts, vocabulary: Vocabulary, found: Iterable[Finding]) -> None:
        self.cells: dict[Place, Cell] = {}
        self.values: dict[Place, Decimal] = {}
        leaves = vocabulary.ordered_leaves("t3.handled")
        order = (*FLOWS[:2], *leaves, *FLOWS[2:])
        present = {cell.code for cell in facts.listed if cell.table == "3"}
        self.lines = tuple(code for code in order if code in present)
        self.results = frozenset(leaves)
        for line in self.lines:
            for column in COLUMNS:
                cell = facts.cells.get((line, column))
                if cell is not None:
                    self.cells[line, column] = cell
                    self.values[line, column] = cell.value if cell.value is not None else ZERO
            self._derive_total(line)
        self.failing: set[Equation] = set()
        self.open: set[Equation] = set()
        """Equations of which nothing is demanded: blanks or unreadable cells could mend them."""
        self.known: set[Equation] = set()
        self._states(found)
        self.stated = stated_values(facts)
        self.residuals: dict[Equation, Decimal] = dict.fromkeys(self.known, ZERO)
        self.members: dict[Equation, list[Place]] = {equation: [] for equation in self.known}
        for place, value in self.values.items():
            for equation, sign in self.equations(place):
                self.residuals[equation] += value if sign > 0 else -value
                self.members[equation].append(place)
        unread = {e for p, c in self.cells.items() if c.state in _UNREAD for e, _ in self.equations(p)}
        self.hard = frozenset(self.failing)
        """Equations that differ whatever the blanks hold."""
        self.soft = frozenset(e for e, r in self.residuals.items() if r and e not in self.hard and e not in unread)
        """Equations that fail when blanks are read as 0, as they are mostly meant."""
        self.unread = frozenset(unread - self.hard)

    def demand(self, soft: bool) -> bool:
        """Sets which equations a cause must clear; False when there is none to clear."""
        self.failing = set(self.hard | self.soft if soft else self.hard)
        self.open = set(self.unread if soft else self.unread | self.soft)
        return bool(self.failing)

    def _derive_total(self, line: str) -> None:
        """A blank total beside filled columns is taken as their sum; its own equation then says nothing."""
        cell = self.cells.get((line, "total"))
        if cell is not None and cell.value is None:
            total = sum((self.values.get((line, column), ZERO) for column in APPLICANTS), ZERO)
            if total:
                self.values[line, "total"] = total

    def _states(self, found: Iterable[Finding]) -> None:
        for finding in found:
            check, _, column = finding.check.partition(".")
            if check in ("A1", "A2") and column:
                equation = (check, column)
            elif check == "A3":
                equation = (check, finding.code)
            else:
                continue
            self.known.add(equation)
            if finding.verdict == "differs":
                self.failing.add(equation)

    def equations(self, place: Place) -> list[tuple[Equation, int]]:
        """The equations a cell stands in, each with its sign there."""
        line, column = place
        found: list[tuple[Equation, int]] = []
        if line in self.results:
            found.append((("A2", column), 1))
        elif line == "t3.handled":
            found += [(("A1", column), -1), (("A2", column), -1)]
        else:
            found.append((("A1", column), -1 if line == "t3.carried_out" else 1))
        found.append((("A3", line), -1 if column == "total" else 1))
        return [each for each in found if each[0] in self.known]

    def clears(self, changes: Changes) -> bool:
        """Whether the changes clear every failing equation and break none that holds."""
        moved: dict[Equation, Decimal] = {}
        for place, value in changes.items():
            if value < 0 or value != value.to_integral_value():
                return False
            delta = value - self.values[place]
            for equation, sign in self.equations(place):
                moved[equation] = moved.get(equation, ZERO) + (delta if sign > 0 else -delta)
        if not self.failing <= moved.keys():
            return False
        return all(equation in self.open or self.residuals[equation] + shift == 0 for equation, shift in moved.items())

    def cleared(self, changes: Changes) -> set[Equation]:
        """The failing equations that the changed cells stand in."""
        return {equation for place in changes for equation, _ in self.equations(place)} & self.failing

    def needed(self, place: Place) -> Decimal | None:
        """The value at which every failing equation of a cell comes out; None where they want different ones."""
        wanted: set[Decimal] = set()
        for equation, sign in self.equations(place):
            if equation in self.failing:
                wanted.add(self.residuals[equation] * -sign)
            elif equation not in self.open:
                return None
        return self.values[place] + wanted.pop() if len(wanted) == 1 else None

    def row(self, line: str) -> list[Decimal]:
        return [self.values.get((line, column), ZERO) for column in COLUMNS]

    def row_wanted(self, line: str) -> dict[Place, Decimal] | None:
        """The row at which all columns come out, the rest of the table being right; None if there is none."""
        wanted: dict[Place, Decimal] = {}
        for column in COLUMNS:
            place = (line, column)
            if place not in self.values:
                continue
            needs = {
                self.values[place] - self.residuals[equation] * sign
                for equation, sign in self.equations(place)
                if equation[0] != "A3" and equation not in self.open
            }
            if len(needs) != 1:
                return None
            value = needs.pop()
            if value != self.values[place]:
                wanted[place] = value
        return wanted

    def column_wanted(self, column: str) -> dict[Place, Decimal] | None:
        """The column at which all lines come out."""
        wanted: dict[Place, Decimal] = {}
        for line in self.lines:
            place, equation = (line, column), ("A3", line)
            if place in self.values and equation in self.known and equation not in self.open:
                value = self.values[place] - self.residuals[equation] * (-1 if column == "total" else 1)
                if value != self.values[place]:
                    wanted[place] = value
        return wanted or None


def stated_values(facts: Facts) -> set[tuple[str, Decimal]]:
    """What the prose says of table lines as a whole: of two lines that may be wrong, it may tell which."""
    return {
        (figure.code, figure.value)
        for figure in facts.figures
        if figure.measure == "level" and figure.column is None and figure.part_of is None
    }


def digit_fault(printed: Decimal, right: Decimal) -> str:
    """How one number may have become the other: the name of a cause, "" when nothing usual explains it."""
    if printed == -right:
        return "sign"
    if right and (printed == right * 10000 or printed * 10000 == right):
        return "ten_thousand"
    if printed < 0 or right < 0 or printed != printed.to_integral_value():
        return ""
    a, b = str(int(printed)), str(int(right))
    if len(a) == len(b):
        differing = [i for i in range(len(a)) if a[i] != b[i]]
        if len(differing) == 2 and sorted(a) == sorted(b):
            return "digits_swapped"
        return "digit_wrong" if len(differing) == 1 and len(a) > 1 else ""
    if printed and _drops_one(b, int(printed)):
        return "digit_lost"
    if right and _drops_one(a, int(right)):
        return "digit_doubled"
    return ""


def _drops_one(digits: str, value: int) -> bool:
    """Whether leaving out one digit gives the value."""
    return len(digits) > 1 and any(int(digits[:i] + digits[i + 1 :]) == value for i in range(len(digits)))


def shifted(printed: Sequence[Decimal], right: Sequence[Decimal]) -> int | None:
    """Where a run of values begins to stand one place off; None when they do not. Needs two values that moved."""
    changed = [i for i, (a, b) in enumerate(zip(printed, right, strict=True)) if a != b]
    if len(changed) < 2 or sum(1 for i in changed if right[i]) < 2:
        return None
    first, last = changed[0], changed[-1]
    a, b = list(printed[first : last + 1]), list(right[first : last + 1])
    if a[1:] == b[:-1] or a[:-1] == b[1:]:
        return first
    return None


def joined(printed: Sequence[Decimal], right: Sequence[Decimal]) -> bool:
    """Whether both rows hold the same run of digits, cut into numbers in different places."""

    def numbers(row: Sequence[Decimal]) -> list[str]:
        return [str(int(value)) for value in row if value > 0]

    if min(printed, default=ZERO) < 0:
        return False
    found, wanted = numbers(printed), numbers(right)
    return found != wanted and "".join(found) == "".join(wanted)
