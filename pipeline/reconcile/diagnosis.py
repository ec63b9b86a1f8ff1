"""Why sums of the tables fail (A6, A7): the least change that clears them all, proposed beside the printed value.

Hypotheses are tried from the smallest change up: one cell; two cells exchanged; a row or column that slipped by one
place; two numbers run together; several single cells; cases under the wrong applicant. Only a change that clears every
failing sum and breaks none counts. Nothing is corrected: the value proposed stands in the cause.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from msgspec.structs import replace

from pipeline.lexicon.formula import APPLICANTS, COLUMNS
from pipeline.model import Cell, Finding, Side, Struct
from pipeline.reconcile.base import Compiled
from pipeline.reconcile.facts import ZERO, Facts, Vocabulary, cell_evidence, number
from pipeline.reconcile.grid import Changes, Equation, Grid, Place, digit_fault, joined, shifted, stated_values

_TABLE_3 = ("A1", "A2", "A3")
_OFF = ("differs", "not_assessable")
_PARTS = ("upheld", "corrected", "other", "pending")


class Cause(Struct, frozen=True):
    """A change that would clear sums: its name in rule_words.yaml, its cells, and the words."""

    name: str
    places: tuple[Place, ...]
    equations: tuple[Equation, ...]
    text: str
    printed: Decimal | None = None
    fixed: Decimal | None = None


class Diagnosis:
    """Explains the failing sums of tables 3 and 4."""

    def __init__(self, vocabulary: Vocabulary, rules: Sequence[Compiled]) -> None:
        self.vocabulary = vocabulary
        self.rules = {one.id: one for one in rules}

    def explain(self, facts: Facts, found: list[Finding]) -> list[Finding]:
        """The same findings, those that fail with their cause; then what A6 and A7 propose."""
        off = [f for f in found if f.verdict in _OFF and f.check[0] == "A" and f.difference]
        causes: dict[Equation, str] = {}
        added: list[Finding] = []
        if any(f.check[:2] in _TABLE_3 and not self._lacks_total(f) for f in off):
            grid = Grid(facts, self.vocabulary, found)
            for cause in self._causes(grid):
                text = self._told(cause, grid.cells)
                causes.update(dict.fromkeys(cause.equations, text))
                added += self._proposal(cause, text, bool(grid.hard & set(cause.equations)))
        if not off:
            return found
        told = [self._with_cause(facts, finding, causes) for finding in found]
        return told + added

    def _lacks_total(self, finding: Finding) -> bool:
        """True where a line's total is not filled in: that is no riddle."""
        return finding.check == "A3" and self.vocabulary.columns["total"] in finding.missing

    def _with_cause(self, facts: Facts, finding: Finding, causes: dict[Equation, str]) -> Finding:
        if finding.verdict not in _OFF or finding.cause:
            return finding
        check, _, suffix = finding.check.partition(".")
        if check == "A4":
            text = self._group(facts, finding)
        elif check == "A5":
            text = causes.get(("A3", "t3.handled")) or causes.get(("A2", "total"))
        else:
            text = causes.get(("A3", finding.code) if check == "A3" else (check, suffix))
        return replace(finding, cause=text) if text else finding

    def _proposal(self, cause: Cause, text: str, certain: bool) -> Iterator[Finding]:
        rule = self.rules.get("A6" if cause.name in ("opposite", "wrong_column") else "A7")
        if rule is None or cause.name == "one_of_lines":
            return
        line, column = cause.places[0]
        yield Finding(
            check=rule.id,
            code=line,
            column=column,
            verdict="differs" if certain else "not_assessable",
            severity=rule.rule.severity if certain else "info",
            left=Side(low=cause.printed, high=cause.printed, text=f"填了{number(cause.printed)}")
            if cause.printed is not None
            else None,
            right=Side(low=cause.fixed, high=cause.fixed, text=f"应为{number(cause.fixed)}")
            if cause.fixed is not None
            else None,
            difference=cause.printed - cause.fixed if cause.printed is not None and cause.fixed is not None else None,
            explanation=f"{text}。",
            cause=text,
            evidence=tuple(cell_evidence(*place) for place in cause.places),
        )

    def _told(self, cause: Cause, cells: dict[Place, Cell]) -> str:
        """The cause with whether the report itself prints it so, or our reading may be at fault."""
        return f"{cause.text}（{self._origin([cells[place] for place in cause.places if place in cells])}）"

    def _origin(self, cells: Sequence[Cell]) -> str:
        words = self.vocabulary.words.causes
        doubtful = [cell.evidence for cell in cells if cell.evidence]
        if doubtful or any(cell.state == "inferred" for cell in cells):
            return words["reading"].format(note=doubtful[0] if doubtful else "由其他格推出")
        return words["published"]

    # Table 3

    def _causes(self, grid: Grid) -> list[Cause]:
        """The causes of the first kind of change that clears everything; empty when none does.

        First with blanks read as 0; if nothing explains that, with whatever blanks may mend left aside.
        """
        kinds = (self._one_cell, self._exchanged, self._slipped, self._several, self._opposite, self._one_line)
        for soft in (True, False):
            if not grid.demand(soft) or (not soft and not grid.soft):
                continue
            for hypothesis in kinds:
                causes = hypothesis(grid)
                if causes:
                    return causes
        return []

    def _cause(self, grid: Grid, name: str, changes: Changes, places: Sequence[Place], **words: str) -> Cause:
        text = self.vocabulary.words.causes[name].format(where=self._where(places[0]), **words)
        fixed = changes.get(places[0])
        return Cause(
            name=name,
            places=tuple(places),
            equations=tuple(sorted(grid.cleared(changes) if changes else grid.failing)),
            text=text,
            printed=grid.values[places[0]] if fixed is not None else None,
            fixed=fixed,
        )

    def _where(self, place: Place) -> str:
        return self.vocabulary.where(*place)

    def _one_cell(self, grid: Grid) -> list[Cause]:
        found: list[Cause] = []
        for place in _suspects(grid):
            value = grid.needed(place)
            if value is not None and grid.clears({place: value}):
                found.append(self._single(grid, place, value))
        found.sort(key=lambda cause: cause.name == "one_cell")
        return found[:1]

    def _single(self, grid: Grid, place: Place, value: Decimal) -> Cause:
        printed = grid.values[place]
        name = digit_fault(printed, value) or "one_cell"
        if place[1] == "total" and printed == 0 and value > 0:
            name = "total_missing"
        if grid.cells[place].value is None:
            name = "cell_missing"
        shown = grid.cells[place].printed or "空白"
        return self._cause(grid, name, {place: value}, (place,), printed=shown, fixed=number(value))

    def _exchanged(self, grid: Grid) -> list[Cause]:
        """Two cells whose values changed places; one of them may be 0: then a number stands in the wrong column."""
        found: list[tuple[int, Place, Place]] = []
        by_value: dict[Decimal, list[Place]] = {}
        for place, value in grid.values.items():
            by_value.setdefault(value, []).append(place)
        first = min(grid.failing)
        for place in grid.members[first]:
            sign = dict(grid.equations(place))[first]
            wanted = grid.values[place] - grid.residuals[first] * sign
            for other in by_value.get(wanted, ()):
                if other != place and grid.clears({place: wanted, other: grid.values[place]}):
                    found.append((_distance(grid, place, other), place, other))
        if not found:
            return []
        nearest = min(rank for rank, _, _ in found)
        best = [(place, other) for rank, place, other in found if rank == nearest]
        if len(best) > 1:
            return []  # several lines would do: told as cases under the wrong applicant
        place, other = sorted(best[0], key=lambda p: -grid.values[p])
        changes = {place: grid.values[other], other: grid.values[place]}
        if grid.values[other] == 0 and place[0] == other[0]:
            amount = number(grid.values[place])
            return [self._cause(grid, "wrong_column", changes, (place, other), other=self._where(other), amount=amount)]
        return [self._cause(grid, "cells_swapped", changes, (place, other), other=self._where(other))]

    def _slipped(self, grid: Grid) -> list[Cause]:
        """A row or a column that stands one place off, or numbers run together."""
        for line in grid.lines:
            wanted = grid.row_wanted(line)
            if not wanted or len(wanted) < 2 or not grid.clears(wanted):
                continue
            printed = grid.row(line)
            right = [wanted.get((line, column), value) for column, value in zip(COLUMNS, printed, strict=True)]
            places = tuple(wanted)
            at = shifted(printed, right)
            if at is not None:
                return [self._cause(grid, "row_shifted", wanted, places, other=self.vocabulary.columns[COLUMNS[at]])]
            if joined(printed, right):
                return [self._cause(grid, "numbers_joined", wanted, places)]
        for column in COLUMNS:
            wanted = grid.column_wanted(column)
            if not wanted or len(wanted) < 2 or not grid.clears(wanted):
                continue
            printed = [grid.values.get((line, column), ZERO) for line in grid.lines]
            right = [wanted.get((line, column), grid.values.get((line, column), ZERO)) for line in grid.lines]
            at = shifted(printed, right)
            if at is not None:
                first = (grid.lines[at], column)
                text = self.vocabulary.words.causes["column_shifted"]
                told = text.format(where=self.vocabulary.columns[column], other=self.vocabulary.name(first[0]))
                return [
                    Cause(name="column_shifted", places=tuple(wanted), equations=tuple(sorted(grid.failing)), text=told)
                ]
        return []

    def _several(self, grid: Grid) -> list[Cause]:
        """Single cells that together clear everything, each clearing sums of its own."""
        chosen: dict[Place, Decimal] = {}
        taken: set[Equation] = set()
        for place in grid.values:
            value = grid.needed(place)
            if value is None:
                continue
            touched = {equation for equation, _ in grid.equations(place)} & grid.failing
            if touched & taken:
                return []  # more than one way to pair them: nothing is proposed
            chosen[place] = value
            taken |= touched
        if not chosen or taken != grid.failing or not grid.clears(chosen):
            return []
        return [self._single(grid, place, value) for place, value in chosen.items()]

    def _opposite(self, grid: Grid) -> list[Cause]:
        """A6: two applicants' columns are off by the same amount in opposite directions, and the total balances."""
        for check in ("A2", "A1"):
            off = [(c, r) for c in APPLICANTS if (check, c) in grid.failing and (r := grid.residuals[check, c])]
            if len(off) != 2 or grid.failing != {(check, c) for c, _ in off} or off[0][1] != -off[1][1]:
                continue
            more, less = sorted(off, key=lambda each: -each[1])
            line = "t3.handled" if check == "A2" else "t3.received"
            words = self.vocabulary.words
            text = words.causes["opposite"].format(
                where=words.columns[more[0]], other=words.columns[less[0]], amount=number(abs(more[1]))
            )
            places = ((line, more[0]), (line, less[0]))
            return [Cause(name="opposite", places=places, equations=tuple(sorted(grid.failing)), text=text)]
        return []

    def _one_line(self, grid: Grid) -> list[Cause]:
        """One line or one column holds all that is wrong, though nothing usual explains it."""
        rows = [(line, grid.row_wanted(line)) for line in grid.lines]
        fitting = [wanted for _, wanted in rows if wanted and len(wanted) > 1 and grid.clears(wanted)]
        told = [w for w in fitting if any(c == "total" and (line, v) in grid.stated for (line, c), v in w.items())]
        if len(told) == 1:  # the prose gives the number that the table lacks
            fitting = told
        if not fitting:
            return []
        fixed = "、".join(f"{self.vocabulary.columns[c]}{number(v)}" for (_, c), v in fitting[0].items())
        if len(fitting) == 1:
            return [self._cause(grid, "one_line", fitting[0], tuple(fitting[0]), fixed=fixed)]
        names = "、".join(self.vocabulary.name(next(iter(wanted))[0]) for wanted in fitting)
        text = self.vocabulary.words.causes["one_of_lines"].format(lines=names)
        places = tuple(place for wanted in fitting for place in wanted)
        return [Cause(name="one_of_lines", places=places, equations=tuple(sorted(grid.failing)), text=text)]

    # Table 4: one equation for five cells, so only a usual slip can name the cell

    def _group(self, facts: Facts, finding: Finding) -> str | None:
        stem = finding.code.rpartition(".")[0]
        cells = [facts.cells.get((f"{stem}.{part}", None)) for part in (*_PARTS, "total")]
        if finding.verdict != "differs" or any(cell is None or cell.value is None for cell in cells):
            return None
        values = [cell.value for cell in cells if cell is not None and cell.value is not None]
        gap = sum(values[:4], ZERO) - values[4]
        words = self.vocabulary.words.causes
        candidates: list[tuple[str, Cell, Decimal]] = []
        for cell, value, sign in zip(cells, values, (1, 1, 1, 1, -1), strict=True):
            right = value - gap * sign
            if cell is None or right < 0:
                continue
            name = digit_fault(value, right)
            if sign < 0 and value == 0:
                return self._group_text(words["total_missing"], cell, right)
            if name and name != "digit_wrong":
                candidates.append((name, cell, right))
        total = cells[4]
        if total is not None and self._total_stated(facts, stem, values[4] + gap):
            name = digit_fault(values[4], values[4] + gap) or "one_cell"
            return self._group_text(words[name], total, values[4] + gap)
        totals = [each for each in candidates if each[1].code.endswith(".total")]
        chosen = totals or candidates
        if len(chosen) != 1:
            return None
        name, cell, right = chosen[0]
        return self._group_text(words[name], cell, right)

    def _total_stated(self, facts: Facts, stem: str, total: Decimal) -> bool:
        """Whether the prose states the total that the parts add up to (of suits: with the other group's total)."""
        stated = stated_values(facts)
        if stem == "t4.review":
            return ("t4.review.total", total) in stated
        other = "t4.suit_direct" if stem == "t4.suit_after_review" else "t4.suit_after_review"
        cell = facts.cells.get((f"{other}.total", None))
        return cell is not None and cell.value is not None and ("t4.suit.total", total + cell.value) in stated

    def _group_text(self, words: str, cell: Cell, right: Decimal) -> str:
        where = self.vocabulary.where(cell.code, None)
        return f"{words.format(where=where, printed=cell.printed, fixed=number(right))}（{self._origin([cell])}）"


def _suspects(grid: Grid) -> list[Place]:
    """The cells of the smallest failing equation: the one wrong cell must be among them."""
    smallest = min(grid.failing, key=lambda equation: (len(grid.members[equation]), equation))
    return grid.members[smallest]


def _distance(grid: Grid, place: Place, other: Place) -> int:
    """Exchanges within a line or a column are likelier the nearer the two cells are."""
    lines, columns = grid.lines, COLUMNS
    down = abs(lines.index(place[0]) - lines.index(other[0]))
    across = abs(columns.index(place[1]) - columns.index(other[1]))
    return (0 if not down or not across else 100) + down + across
