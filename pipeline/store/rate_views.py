"""The view `rates`: the rates of lexicons/rates.yaml for every report, in SQL, by the rules of pipeline.compare.rates.

One row per report and rate that can be told: report, rate, numerator, denominator, value in percent, `ranked` (false
below the minimum denominator). What cannot be told has no row; `gongkai compare` says why. A test holds both equal.
Rates of the prose are told by `gongkai compare` alone: which statement is the main one is not for SQL to find.

For each cell a rate needs, `x` has its value and whether the cell is there and blank:

    v   the one printed value; NULL where there is none, or several that disagree
    b   1 where the cell is there without a value and is not unreadable
    p   1 where the cell is there at all

and `y` has for each proof whether it holds (z).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from pipeline.lexicon.schema.rates import TERM, Rate
from pipeline.store.views import picked

if TYPE_CHECKING:
    from pipeline.lexicon.schema.core import Indicator

Leaf = tuple[str, str | None]


class _Cells:
    """Gives every cell that is asked for a number, and writes its columns."""

    def __init__(self, indicators: Sequence[Indicator]) -> None:
        self.lines = {row.code: row.sum_of for row in indicators}
        self.older: dict[str, list[str]] = {}
        for row in indicators:
            if row.same_as:
                self.older.setdefault(row.same_as, []).append(row.code)
        self.numbers: dict[Leaf, int] = {}
        self.proofs: dict[tuple[tuple[str, ...], tuple[str, ...]], tuple[str, str]] = {}

    def number(self, leaf: Leaf) -> int:
        return self.numbers.setdefault(leaf, len(self.numbers))

    def columns(self) -> str:
        found = []
        for (code, applicant), n in self.numbers.items():
            here = picked(code, applicant)
            found += [
                f"MAX(CASE WHEN {here} THEN c.value END) AS v{n}",
                f"MAX(CASE WHEN {here} THEN 1 ELSE 0 END) AS p{n}",
                f"MAX(CASE WHEN {here} THEN c.blank ELSE 0 END) AS b{n}",
            ]
        return ", ".join(found)

    def proof(self, totals: Sequence[str], lines: Sequence[str]) -> str:
        """The column that says whether a proof holds."""
        key = (tuple(totals), tuple(lines))
        if key not in self.proofs:
            self.proofs[key] = (f"z{len(self.proofs)}", _proof(self, totals, lines))
        return self.proofs[key][0]

    def alternatives(self, term: str) -> list[tuple[str, list[list[Leaf]]]]:
        """A term as [(condition, leaves)]: each leaf is a list of cells of which the first that is there counts."""
        code, column = _parse(term)
        return [(condition, [self._aged(leaf, column) for leaf in leaves]) for condition, leaves in self._expand(code)]

    def _expand(self, code: str) -> list[tuple[str, list[str]]]:
        lines = self.lines.get(code, ())
        if not lines or code.endswith((".total", ".handled")):
            return [("TRUE", [code])]
        single = f"{code}.total"
        if single in lines:
            present = f"p{self.number((single, _column(single, None)))} = 1"
            several = [line for line in lines if line != single]
            return [(present, [single]), (f"NOT ({present})", several)]
        found: list[tuple[str, list[str]]] = [("TRUE", [])]
        for line in lines:
            found = [(_both(one, two), [*before, *after]) for one, before in found for two, after in self._expand(line)]
        return found

    def _aged(self, code: str, column: str | None) -> list[Leaf]:
        return [(code, _column(code, column)), *((older, None) for older in self.older.get(code, ()))]


def _parse(term: str) -> tuple[str, str | None]:
    match = TERM.match(term)
    if match is None:
        raise ValueError(term)
    return match["code"], match["column"]


def _column(code: str, column: str | None) -> str | None:
    return (column or "total") if code.startswith("t3.") else None


def _both(one: str, two: str) -> str:
    return two if one == "TRUE" else one if two == "TRUE" else f"{one} AND {two}"


def _value(cells: _Cells, leaf: list[Leaf], zero: str) -> str:
    """A cell's value; 0 where it is blank and `zero` holds; else NULL. An older cell counts where the newer is not."""
    text = "NULL"
    for one in reversed(leaf):
        n = cells.number(one)
        here = f"CASE WHEN v{n} IS NULL AND b{n} = 1 AND ({zero}) THEN 0 ELSE v{n} END"
        text = f"CASE WHEN p{n} = 1 THEN {here} ELSE {text} END"
    return text


def _sum(cells: _Cells, rate: Rate, terms: Sequence[str]) -> str:
    parts = []
    for term in terms:
        branches = [
            f"WHEN {condition} THEN {' + '.join(_value(cells, leaf, _zero(cells, rate, leaf)) for leaf in leaves)}"
            for condition, leaves in cells.alternatives(term)
        ]
        parts.append(f"(CASE {' '.join(branches)} END)")
    return " + ".join(parts)


def _zero(cells: _Cells, rate: Rate, leaf: list[Leaf]) -> str:
    """The condition under which a blank cell can only be 0."""
    if rate.blanks != "proven":
        return "FALSE"
    held = []
    for proof in rate.proof:
        lines = [(c, leaves) for line in proof.lines for c, leaves in cells.alternatives(line)]
        if any(leaf in leaves for _, leaves in lines):
            held.append(cells.proof(proof.total, proof.lines))
    return f"({' OR '.join(held)})" if held else "FALSE"


def _proof(cells: _Cells, totals: Sequence[str], lines: Sequence[str]) -> str:
    whole = [f"v{cells.number((code, _column(code, column)))}" for code, column in map(_parse, totals)]
    sums, fine = [], []
    for line in lines:
        added, sound = [], []
        for condition, leaves in cells.alternatives(line):
            numbers = [cells.number(leaf[0]) for leaf in leaves]
            added.append(f"WHEN {condition} THEN {' + '.join(f'COALESCE(v{n}, 0)' for n in numbers)}")
            sound.append(f"WHEN {condition} THEN {' AND '.join(f'(v{n} IS NOT NULL OR b{n} = 1)' for n in numbers)}")
        sums.append(f"(CASE {' '.join(added)} END)")
        fine.append(f"(CASE {' '.join(sound)} END)")
    return f"({' AND '.join(fine)} AND {' + '.join(sums)} = {' + '.join(whole)})"


def rates_view(rates: Sequence[Rate], indicators: Sequence[Indicator]) -> str:
    """The definition of the view."""
    cells = _Cells(indicators)
    shares: list[str] = []
    changes: Mapping[str, str] = {}
    who = "report_id, organ, organ_kind, region_code, region, level, year"
    for rate in rates:
        if rate.kind == "prose":
            continue
        top = _sum(cells, rate, rate.numerator)
        if rate.kind == "change":
            changes = {**changes, rate.code: top}
            continue
        bottom = _sum(cells, rate, rate.denominator)
        shares.append(
            f"SELECT {who}, '{rate.code}' AS rate, numerator, denominator, "
            "CAST(numerator AS DOUBLE PRECISION) * 100 / CAST(denominator AS DOUBLE PRECISION) AS value, "
            f"denominator >= {rate.minimum} AS ranked "
            f"FROM (SELECT {who}, {top} AS numerator, {bottom} AS denominator FROM y) AS q "
            "WHERE denominator > 0 AND numerator >= 0 AND numerator <= denominator"
        )
    least = {rate.code: rate.minimum for rate in rates}
    named = ", ".join(f"a.{column.strip()}" for column in who.split(","))
    for code, top in changes.items():
        one = f"(SELECT {who}, series_id, {top} AS held, COUNT(*) OVER (PARTITION BY series_id, year) AS twins FROM y)"
        shares.append(
            f"SELECT {named}, '{code}', a.held, b.held, CAST(a.held - b.held AS DOUBLE PRECISION) * 100 "
            f"/ CAST(b.held AS DOUBLE PRECISION), b.held >= {least[code]} FROM {one} AS a JOIN {one} AS b "
            "ON b.series_id = a.series_id AND b.twins = 1 "
            "AND b.year = a.year - 1 WHERE a.held IS NOT NULL AND b.held <> 0"
        )
    grouped = ", ".join(f"r.{column.strip()}" for column in who.split(","))
    proofs = "".join(f", {sql} AS {name}" for name, sql in cells.proofs.values())
    return (
        f"WITH x AS MATERIALIZED (SELECT {grouped}, o.series_id, {cells.columns()} FROM reports r JOIN cell_values c "
        "ON c.document_id = r.document_id LEFT JOIN organs o ON o.organ_id = r.organ_id "
        f"GROUP BY {grouped}, o.series_id), y AS MATERIALIZED (SELECT x.*{proofs} FROM x) "
        f"{' UNION ALL '.join(shares)}"
    )
