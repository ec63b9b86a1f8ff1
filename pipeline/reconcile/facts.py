"""What is known of one report, ready to be asked: cells by code and column, figures by code.

A blank is never 0 here: a sum keeps its blanks beside what it adds up to, and the verdict decides what they mean.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from functools import cache
from typing import NamedTuple

from msgspec.structs import replace

from pipeline.lexicon.formula import APPLICANTS
from pipeline.lexicon.schema.core import Indicator
from pipeline.lexicon.schema.rules import RuleWords
from pipeline.model import Cell, Claim, Evidence, Figure, Finding, Report, Section, Unread

ZERO = Decimal(0)
Key = tuple[str, str | None]
LEGAL = ("business", "research", "public_interest", "legal", "other_org")


@cache
def cell_evidence(code: str, column: str | None) -> Evidence:
    """The evidence that names a cell; there are some hundred of them, each made once."""
    return Evidence(kind="cell", code=code, column=column)


@cache
def figure_evidence(index: int) -> Evidence:
    return Evidence(kind="figure", index=index)


class Vocabulary:
    """Names and make-up of codes, compiled once from the lexicon."""

    def __init__(self, indicators: Sequence[Indicator], words: RuleWords) -> None:
        self.parts = {row.code: tuple(row.sum_of) for row in indicators if row.sum_of}
        self.names = {row.code: row.name for row in indicators} | words.lines
        self.kinds = {row.code: row.kind for row in indicators}
        self.stocks = frozenset(row.code for row in indicators if row.stock)
        self.codes = tuple(row.code for row in indicators)
        self.words = words
        self.columns = words.columns
        self.leaves = {code: frozenset(self._leaves(code)) for code in self.parts}
        self.units = {row.code: frozenset(row.units) for row in indicators}
        self.summands = frozenset(part for parts in self.parts.values() for part in parts) | frozenset(self.leaves)
        """The lines and classes of sums: what divides a whole without overlap."""
        self.amounts = frozenset(row.code for row in indicators if row.kind == "amount")
        self.sheet = {row.same_as: row.code for row in indicators if row.group == "s14" and row.same_as}
        """Code → the line of the older statistics sheet that means the same."""

    def _leaves(self, code: str) -> Iterable[str]:
        for part in self.parts.get(code, ()):
            yield from self._leaves(part) if part in self.parts else (part,)

    def ordered_leaves(self, code: str) -> tuple[str, ...]:
        """The lines that make up a code in the order of the form; none for a line."""
        return tuple(dict.fromkeys(self._leaves(code)))

    def leaves_of(self, code: str) -> frozenset[str]:
        """The lines that make up a code; the code itself where it is a line."""
        return self.leaves.get(code) or frozenset((code,))

    def name(self, code: str) -> str:
        return self.names.get(code) or code.removeprefix("other:")

    def where(self, code: str, column: str | None) -> str:
        """本年新收（自然人）, as explanations name a cell."""
        name = self.name(code)
        return f"{name}（{self.columns.get(column, column)}）" if column else name


LIMIT = Decimal(10**18)
"""No count and no amount of a report is as large; sums and shares of what is stay exact."""


def _sane_cells(cells: Sequence[Cell]) -> Sequence[Cell]:
    """The cells; a number beyond all reason (digits run together) counts as unreadable."""
    if all(cell.value is None or -LIMIT < cell.value < LIMIT for cell in cells):
        return cells
    return [
        cell if cell.value is None or abs(cell.value) < LIMIT else replace(cell, value=None, state="unreadable")
        for cell in cells
    ]


def _sane_figures(figures: Sequence[Figure]) -> Sequence[Figure]:
    """The figures, each at its index; one beyond all reason is compared with nothing."""
    if all(-LIMIT < figure.value < LIMIT for figure in figures):
        return figures
    nothing = {
        "code": "other:",
        "value": ZERO,
        "low": None,
        "high": None,
        "bound": "approx",
        "unit": "",
        "part_of": None,
    }
    return [figure if abs(figure.value) < LIMIT else replace(figure, **nothing) for figure in figures]


class Standing(NamedTuple):
    """The values of organs alike: how many there are, and what nine in ten of them do not exceed."""

    organs: int
    high: Decimal


class Facts:
    """The facts of one report. `last` and `children` hold other reports where a rule asks for them."""

    __slots__ = (
        "cells", "children", "claims", "derived", "figures", "last", "listed", "peers", "report", "sections",
        "shingles", "text", "told", "unread",
    )  # fmt: skip

    def __init__(
        self,
        report: Report,
        cells: Sequence[Cell] = (),
        figures: Sequence[Figure] = (),
        claims: Sequence[Claim] = (),
        *,
        last: Facts | None = None,
        children: Sequence[Facts] = (),
        sections: Sequence[Section] = (),
        text: str = "",
        shingles: frozenset[int] = frozenset(),
        unread: Sequence[Unread] = (),
    ) -> None:
        self.report = report
        cells = _sane_cells(cells)
        self.listed = cells
        self.cells: dict[Key, Cell] = {(cell.code, cell.column): cell for cell in cells}
        self.derived: dict[str, Total] = {}
        """Sums of the applicants' columns of lines whose total is blank, each made once."""
        self.figures = _sane_figures(figures)
        self.claims = claims
        self.last = last
        self.children = children
        self.sections = sections
        self.text = text
        self.shingles = shingles
        """Runs of words of the prose, as numbers, where they were made: what repetition is measured by."""
        self.unread = unread
        self.told: Sequence[Finding] = ()
        """What the report by itself was found to be wrong in, where a check over years asks for it."""
        self.peers: Mapping[Key, Standing] = {}
        """How large the values of organs alike are, where they are known."""

    def beside(self, *, last: Facts | None = None, children: Sequence[Facts] = ()) -> Facts:
        """The same facts with another report at hand; these stay as they are."""
        return Facts(
            self.report,
            self.listed,
            self.figures,
            self.claims,
            last=last,
            children=children,
            sections=self.sections,
            text=self.text,
            shingles=self.shingles,
            unread=self.unread,
        )

    def has_table(self, table: str) -> bool:
        return any(cell.table == table for cell in self.listed)


def facts_of(values: Mapping[Key, Decimal | None], report: Report | None = None) -> Facts:
    """Facts from plain values, as a database holds them: (code, column) → value, None for a blank cell."""
    cells = [plain_cell(code, column, value) for (code, column), value in values.items()]
    return Facts(report or Report(), cells)


def plain_cell(code: str, column: str | None, value: Decimal | None, state: str = "") -> Cell:
    """A cell without a place in a source, such as one out of the database or of a rule's example."""
    return Cell(
        code=code,
        column=column,
        state=state or ("blank" if value is None else "printed"),  # type: ignore[arg-type]  # caller gives a CellState
        value=value,
        printed="" if value is None else format(value, "f"),
        unit="万元" if code == "t2.fees.amount" else "",
        table=code[1] if code[0] == "t" else "s14",
        row=0,
        start=0,
        end=0,
    )


Term = tuple[str, Decimal | str | None, bool]


class Total:
    """A sum of cells and figures as an interval, with what it lacks.

    `low` and `high` read blanks as 0. `blanks` are operands printed empty, which stand for some count ≥ 0; `unknown`
    names those that are unreadable or absent. `terms` are (label, value or words, minus),
    the value None when empty; it is put into words only when a finding is made.
    """

    __slots__ = ("blanks", "evidence", "high", "how", "low", "signed", "terms", "unknown")

    def __init__(self) -> None:
        self.low: Decimal | None = ZERO
        self.high: Decimal | None = ZERO
        self.blanks: list[Cell] = []
        self.unknown: list[str] = []
        self.signed = False
        self.terms: list[Term] = []
        self.evidence: list[Evidence] = []
        self.how = ""

    @property
    def short(self) -> bool:
        """True when a count ≥ 0 not yet known may make the sum larger."""
        return bool(self.blanks or self.unknown)


def add_cell(
    total: Total, cell: Cell, label: str, minus: bool = False, units: Mapping[str, Decimal] | None = None
) -> None:
    """Adds one cell; money printed in 万元 (`units`) counts as rounded at its last place, counts are exact."""
    total.evidence.append(cell_evidence(cell.code, cell.column))
    value = cell.value
    if value is None:
        if cell.state == "unreadable" or cell.state == "covered":
            total.unknown.append(label)
        else:
            total.blanks.append(cell)
        total.terms.append((label, None, minus))
        return
    low = high = value
    factor = units.get(cell.unit) if units and cell.unit else None
    total.terms.append((label, number(value) + cell.unit if factor else value, minus))
    if factor:
        half = Decimal((0, (5,), int(value.as_tuple().exponent) - 1))
        low, high = (value - half) * factor, (value + half) * factor
    if minus:
        low, high = -high, -low
    if total.low is not None:
        total.low += low
    if total.high is not None:
        total.high += high


def add_figure(total: Total, index: int, figure: Figure, label: str, minus: bool = False) -> None:
    low, high = bounds(figure)
    total.evidence.append(figure_evidence(index))
    total.terms.append((label, figure.mention or figure.value, minus))
    if minus:
        low, high = (None if high is None else -high), (None if low is None else -low)
    total.low = None if total.low is None or low is None else total.low + low
    total.high = None if total.high is None or high is None else total.high + high


def bounds(figure: Figure) -> tuple[Decimal | None, Decimal | None]:
    """The interval of a figure, inclusive, None for unbounded."""
    if figure.low is None and figure.high is None and figure.bound == "exact":
        return figure.value, figure.value
    return figure.low, figure.high


def number(value: Decimal | None) -> str:
    """A number as people write it: 423, 7730.28; never 4.2E+2. None is no bound."""
    if value is None:
        return "不限"
    text = str(value)
    if "E" in text:
        text = format(value, "f")
    return text


def add_ref(
    total: Total,
    facts: Facts,
    vocabulary: Vocabulary,
    code: str,
    column: str | None,
    minus: bool = False,
    by_column: bool = False,
) -> None:
    """Adds a cell, or the lines and columns it is made of. What is not there at all is named in `unknown`.

    A total column that is blank while the applicants' columns are not is replaced by their sum, and named as such.
    """
    cells = facts.cells
    label = vocabulary.columns.get(column or "", "") if by_column else vocabulary.name(code)
    if column == "sum" or column == "legal_entities":
        found = [cells[key] for c in (APPLICANTS if column == "sum" else LEGAL) if (key := (code, c)) in cells]
        if found:
            _add_columns(total, found, label if by_column else f"{label}·", vocabulary, minus)
            return
    else:
        cell = cells.get((code, column))
        if cell is not None:
            if cell.value is None and column == "total" and not by_column:
                derived = facts.derived.get(code)
                if derived is None:
                    derived = facts.derived[code] = Total()
                    found = [cells[key] for c in APPLICANTS if (key := (code, c)) in cells]
                    if any(c.value is not None for c in found):
                        _add_columns(derived, found, f"{label}·", vocabulary, False)
                if derived.terms:
                    _add_total(total, derived, minus)
                    return
            add_cell(total, cell, label, minus, vocabulary.words.units if code in vocabulary.amounts else None)
            return
    parts = vocabulary.parts.get(code)
    before = len(total.terms)
    if parts:
        for part in parts:
            if _present(cells, vocabulary, part, column):
                add_ref(total, facts, vocabulary, part, column, minus)
    if len(total.terms) == before:
        total.unknown.append(vocabulary.where(code, column))
        total.terms.append((label, None, minus))


def _add_total(total: Total, other: Total, minus: bool) -> None:
    """Adds a sum made before."""
    low, high = other.low or ZERO, other.high or ZERO
    total.low = None if total.low is None else total.low - high if minus else total.low + low
    total.high = None if total.high is None else total.high - low if minus else total.high + high
    total.blanks += other.blanks
    total.unknown += other.unknown
    total.evidence += other.evidence
    total.terms += [(label, value, True) for label, value, _ in other.terms] if minus else other.terms


def _add_columns(total: Total, found: list[Cell], prefix: str, vocabulary: Vocabulary, minus: bool) -> None:
    for cell in found:
        add_cell(total, cell, f"{prefix}{vocabulary.columns[cell.column or '']}", minus)


def _present(cells: Mapping[Key, Cell], vocabulary: Vocabulary, code: str, column: str | None) -> bool:
    probe = "natural" if column == "sum" else "business" if column == "legal_entities" else column
    if (code, probe) in cells:
        return True
    return any(_present(cells, vocabulary, part, column) for part in vocabulary.parts.get(code, ()))


def default_column(code: str) -> str | None:
    """Table 3 has columns; a code of it without one means its total."""
    return "total" if code.startswith("t3.") else None
