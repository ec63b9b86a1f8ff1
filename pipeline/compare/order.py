"""Which report comes where, and the rows that are to be shown.

A ranking of a nation's year is told by its first page, so the order is found over columns of numbers (grid.py), and
only the rows that are asked for are made, by the rules for one report. What the columns do not tell, odd numbers and
the statements of the prose, is found report by report.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from pipeline.compare import gather, rates
from pipeline.compare.gather import ReportRow, at_once
from pipeline.compare.rankings import (
    Asked,
    Ranking,
    RankRow,
    Shown,
    ask,
    columns_of,
    counted,
    flagged,
    narrowed,
    needed_by,
    shown_rate,
    shown_value,
    vocabulary,
    with_minimum,
)
from pipeline.compare.values import Facts, prose_value, value_of
from pipeline.errors import UsageError
from pipeline.store.read import EVERYTHING, Selection, where

if TYPE_CHECKING:
    from pipeline.store.database import Database

Place = tuple[int, Decimal, bool]
"""A report (its number), its value, and whether it takes part in the ranking."""


class Order:
    """The reports of a selection, ordered by the first of `things`; those without a value stand apart, with why.

    Without years the latest year in the selection is taken. `minimum` replaces the smallest denominator with which a
    rate is ranked. To be used while the database is open; every report is known here by its number.
    """

    def __init__(
        self, db: Database, things: Sequence[str], selection: Selection = EVERYTHING, *, ascending: bool = False,
        minimum: int | None = None,
    ) -> None:  # fmt: skip
        if not things:
            raise UsageError("请写出要比较的指标或比率，如 gongkai compare t3.received")
        self._db = db
        self._codes, known = vocabulary()
        asked = tuple(ask(text, self._codes, known) for text in things)
        self.asked = asked if minimum is None else tuple(with_minimum(one, minimum) for one in asked)
        if not selection.years:
            condition, params = where(db, selection)
            latest = db.select(f"SELECT MAX(r.year) FROM reports r WHERE {condition}", params)[0][0]
            selection = narrowed(selection, None if latest is None else int(latest))
        self._selection = selection
        self.years = selection.years
        changes = any(one.rate and one.rate.kind == "change" for one in self.asked)
        self._chosen = gather.chosen(db, selection, series=changes)
        sums = any(one.column == "sum" for one in self.asked)
        self._cells = gather.Cells(
            db, self._chosen, selection,
            {code for one in self.asked for code in needed_by(one, self._codes)},
            None if sums else sorted(columns_of(self.asked)),
        )  # fmt: skip
        self._previous: dict[tuple[str, int], Facts] | None = None
        self._statuses: dict[int, str] = {}
        places = self._places()
        listed = sorted((p for p in places if p[2]), key=lambda p: p[1], reverse=not ascending)
        unranked = sorted((p for p in places if not p[2]), key=lambda p: p[1], reverse=not ascending)
        self.values = [value for _, value, _ in (*listed, *unranked)]
        self._order = [n for n, _, _ in (*listed, *unranked)]
        self._ranks = ranks([value for _, value, _ in listed])
        self._missing = sorted(self._statuses)

    def __len__(self) -> int:
        return len(self._order)

    @property
    def missing_count(self) -> int:
        return len(self._missing)

    def missing_counts(self) -> dict[str, int]:
        """How many reports lack the first value, by reason."""
        return counted(self._statuses.values())

    def regions(self) -> list[str | None]:
        """The region codes of the reports with a value, in their order."""
        return [self._chosen.regions[n] for n in self._order]

    def rows(self, begin: int = 0, end: int | None = None) -> list[RankRow]:
        """The rows from one place to another."""
        picked = self._order[begin:end]
        ranks = [*self._ranks, *([None] * (len(self._order) - len(self._ranks)))]
        return [
            RankRow(rank, report, shown)
            for rank, (report, shown) in zip(ranks[begin:end], self._made(picked), strict=True)
        ]

    def missing(self, begin: int = 0, end: int | None = None) -> list[RankRow]:
        """The reports without a value, in the order of their regions."""
        return [RankRow(None, report, shown) for report, shown in self._made(self._missing[begin:end])]

    # --- the order -----------------------------------------------------------------------------------------------

    def _places(self) -> list[Place]:
        """Every report with a value, in the order of regions; notes the statuses of the others."""
        first = self.asked[0]
        found: list[Place] = []
        if first.column == "sum" or (first.rate and first.rate.kind != "share"):
            return self._singly(range(len(self._chosen)))
        grid = self._cells.grid(self._codes)
        if first.rate:
            told, top, bottom = grid.share(first.rate)
            enough = bottom >= first.rate.minimum
            for n in (told & ~grid.odd).nonzero()[0].tolist():
                value = rates.percent(Decimal(int(top[n])), Decimal(int(bottom[n])))
                found.append((n, value, bool(enough[n])))
            self._statuses |= dict.fromkeys((~told & ~grid.odd).nonzero()[0].tolist(), "refused")
            left = grid.odd
        else:
            column = grid.table(first.code, first.column)
            told = (column.status == "value") & ~grid.odd
            found = [(n, Decimal(int(column.value[n])), True) for n in told.nonzero()[0].tolist()]
            absent = (column.status == "absent") & ~grid.odd
            for n in (~told & ~absent & ~grid.odd).nonzero()[0].tolist():
                self._statuses[n] = column.status[n]
            found += self._in_prose(absent.nonzero()[0].tolist())
            left = grid.odd
        return sorted((*found, *self._singly(left.nonzero()[0].tolist())), key=lambda place: place[0])

    def _in_prose(self, numbers: Sequence[int]) -> list[Place]:
        """The same of reports whose tables do not have the code."""
        found: list[Place] = []
        if not numbers:
            return found
        first = self.asked[0]
        selection = self._of([self._chosen.ids[n] for n in numbers])
        held: dict[str, Facts] = {}
        for report, figure in gather.figures(self._db, selection, [first.code], whole=True):
            held.setdefault(report, Facts()).add_figure(figure)
        parts = gather.counting(self._db, selection, first.code)
        for n in numbers:
            report = self._chosen.ids[n]
            facts = held.get(report)
            said = prose_value(facts, self._codes, first.code, first.column) if facts else None
            if said is None:
                self._statuses[n] = "parts" if report in parts else "absent"
            elif said.value is None:
                self._statuses[n] = said.status
            else:
                found.append((n, said.value, True))
        return found

    def _singly(self, numbers: Sequence[int]) -> list[Place]:
        """The same of reports whose value the columns do not tell."""
        found: list[Place] = []
        if not numbers:
            return found
        first = self.asked[0]
        held = self._facts(numbers, [first])
        for n in numbers:
            shown = self._one(first, n, held.get(n, Facts()))
            if shown.value is None:
                self._statuses[n] = shown.status
            else:
                found.append((n, shown.value, shown.ranked))
        return found

    # --- the rows ------------------------------------------------------------------------------------------------

    def _made(self, numbers: Sequence[int]) -> list[tuple[ReportRow, tuple[Shown, ...]]]:
        """Reports as they are shown, in the order given."""
        if not numbers:
            return []
        ids = [self._chosen.ids[n] for n in numbers]
        reports = {report.report_id: report for report in gather.reports(self._db, self._of(ids))}
        plain = {one.code for one in self.asked if not one.rate}
        wrong = gather.faults(self._db, self._of(ids), plain)
        held = self._facts(numbers, self.asked)
        made = []
        for n, report in zip(numbers, ids, strict=True):
            facts = held.get(n, Facts())
            shown = []
            for one in self.asked:
                item = self._one(one, n, facts)
                shown.append(item if one.rate else flagged(item, wrong.get((report, one.code), [])))
            made.append((reports[report], tuple(shown)))
        return made

    def _of(self, ids: Sequence[str]) -> Selection:
        """Some of the reports; all of them are asked for as the selection was, not one by one."""
        return self._selection if len(ids) > gather.FEW else replace(self._selection, report_ids=tuple(ids))

    def _one(self, asked: Asked, n: int, facts: Facts) -> Shown:
        if asked.rate is None:
            return shown_value(value_of(facts, self._codes, asked.code, asked.column))
        before = None
        if asked.rate.kind == "change":
            if self._previous is None:
                self._previous = self._year_before()
            before = self._previous.get((self._chosen.series[n], (self._chosen.years[n] or 0) - 1))
        return shown_rate(rates.rate_of(asked.rate, facts, self._codes, before))

    def _facts(self, numbers: Sequence[int], asked: Sequence[Asked]) -> dict[int, Facts]:
        """The facts of some reports. The prose is read only for what the tables may leave open."""
        held = self._cells.facts(numbers)
        codes = {one.code for one in asked if not one.rate} | _prose_codes(asked)
        open_ = [n for n in numbers if self._speaks(n, held.get(n), asked)]
        if open_ and codes:
            ids = [self._chosen.ids[n] for n in open_]
            place = dict(zip(ids, open_, strict=True))
            for report, figure in gather.figures(self._db, self._of(ids), codes):
                if report in place:
                    held.setdefault(place[report], Facts()).add_figure(figure)
        return held

    def _speaks(self, n: int, facts: Facts | None, asked: Sequence[Asked]) -> bool:
        """Whether the prose of a report may matter for what is asked."""
        if facts is None:
            return True
        return any(
            one.rate.kind == "prose" if one.rate else value_of(facts, self._codes, one.code, one.column).value is None
            for one in asked
        )

    def _year_before(self) -> dict[tuple[str, int], Facts]:
        """The facts of the years before, by organ and year; not of an organ with two reports of that year."""
        years = tuple(year - 1 for year in self.years)
        # it may have had another name and level then
        earlier = Selection(years, self._selection.region, None, self._selection.organ_kind)
        chosen = gather.chosen(self._db, earlier, series=True)
        changes = [one for one in self.asked if one.rate and one.rate.kind == "change"]
        cells = gather.Cells(
            self._db, chosen, earlier, {code for one in changes for code in needed_by(one, self._codes)},
            sorted(columns_of(changes)),
        )  # fmt: skip
        held = cells.facts(range(len(chosen)))
        found: dict[tuple[str, int], list[Facts]] = {}
        for n, (series, year) in enumerate(zip(chosen.series, chosen.years, strict=True)):
            if year is not None:
                found.setdefault((series, year), []).append(held.get(n, Facts()))
        return {key: facts[0] for key, facts in found.items() if len(facts) == 1}


def _prose_codes(asked: Iterable[Asked]) -> set[str]:
    """The codes whose figures a rate of the prose needs."""
    return {rates.parse(term)[0] for one in asked if one.rate and one.rate.kind == "prose" for term in one.rate.terms}


def ranks(values: Sequence[Decimal]) -> list[int]:
    """The ranks of ordered values: equal ones share a rank and the next is skipped."""
    found: list[int] = []
    for place, value in enumerate(values, 1):
        found.append(found[-1] if found and values[place - 2] == value else place)
    return found


@at_once
def ranking(
    db: Database, things: Sequence[str], selection: Selection = EVERYTHING, *, ascending: bool = False,
    minimum: int | None = None,
) -> Ranking:  # fmt: skip
    """Ranks the selected reports by the first of `things`, all rows of it. See Order."""
    order = Order(db, things, selection, ascending=ascending, minimum=minimum)
    return Ranking(order.asked, tuple(order.rows()), tuple(order.missing()), order.years)
