"""Single cells and whole tables (B): negative counts, fractions, notes, blank lines, missing and doubled tables.

These speak only when they fire.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipeline.lexicon.formula import COLUMNS
from pipeline.model import Cell, Finding, Side, Verdict
from pipeline.reconcile.base import CheckFunction, Compiled
from pipeline.reconcile.explain import names
from pipeline.reconcile.expr import SIGNED_CODES
from pipeline.reconcile.facts import Facts, cell_evidence, number

_DIGITS = re.compile(r"\d+(?:\.\d+)?")


def _of_cell(
    one: Compiled,
    code: str,
    column: str | None,
    explanation: str,
    cells: Sequence[Cell] = (),
    missing: tuple[str, ...] = (),
) -> Finding:
    """The finding of a rule about single cells."""
    verdict: Verdict = one.rule.fails_as
    value = cells[0].value if len(cells) == 1 else None
    left = Side(low=value, high=value, text=cells[0].printed) if value is not None else None
    return Finding(
        check=one.rule.id,
        code=code,
        column=column,
        verdict=verdict,
        severity=one.rule.severity,
        explanation=explanation,
        left=left,
        cause=one.rule.causes[0] if one.rule.causes and verdict == "differs" else None,
        missing=missing,
        evidence=tuple(cell_evidence(cell.code, cell.column) for cell in cells),
    )


def _negative(one: Compiled) -> CheckFunction:
    """B3: a count below 0, except where the form asks for a change."""

    def check(facts: Facts, found: list[Finding]) -> None:
        for cell in [c for c in facts.listed if c.value and c.value < 0]:
            if not cell.code.endswith(SIGNED_CODES):
                where = one.vocabulary.where(cell.code, cell.column)
                found.append(
                    _of_cell(one, cell.code, cell.column, f"{where}填了{cell.printed}，件数不应为负。", (cell,))
                )

    return check


def _fraction(one: Compiled) -> CheckFunction:
    """B4: a count with decimals; amounts may have them."""
    amounts = one.vocabulary.amounts

    def check(facts: Facts, found: list[Finding]) -> None:
        for cell in [c for c in facts.listed if c.value and c.value % 1]:
            if cell.code not in amounts:
                where = one.vocabulary.where(cell.code, cell.column)
                found.append(
                    _of_cell(one, cell.code, cell.column, f"{where}填了{cell.printed}，件数应是整数。", (cell,))
                )

    return check


def _notes(one: Compiled) -> CheckFunction:
    """B2: a note in a cell names a part of it, so its numbers are not more than the value."""

    def check(facts: Facts, found: list[Finding]) -> None:
        for cell in [c for c in facts.listed if c.note]:
            if cell.note and cell.value is not None:
                over = [n for n in _DIGITS.findall(cell.note) if int(n.partition(".")[0]) > cell.value]
                if over:
                    where = one.vocabulary.where(cell.code, cell.column)
                    told = f"{where}为{number(cell.value)}，备注“{cell.note}”里的{over[0]}却更大。"
                    found.append(_of_cell(one, cell.code, cell.column, told, (cell,)))

    return check


def _empty(one: Compiled) -> CheckFunction:
    """B1: blanks, dashes and zeros side by side in one table leave open what an empty cell means."""

    def check(facts: Facts, found: list[Finding]) -> None:
        kinds = {(cell.table, cell.state, cell.value is not None and not cell.value) for cell in facts.listed}
        for table in ("2", "3", "4"):
            told = {
                "空白": (table, "blank", False) in kinds,
                "横线或斜线": (table, "dash", False) in kinds,
                "0": (table, "printed", True) in kinds,
            }
            used = [kind for kind, there in told.items() if there]
            if len(used) > 1:
                name = one.vocabulary.words.tables[table]
                words = f"{name}里{'、'.join(used)}混用，空白是否表示0不明；没有的请一律填0。"
                first = next(cell for cell in facts.listed if cell.table == table)
                found.append(_of_cell(one, first.code, None, words, missing=tuple(used)))

    return check


def _blank_lines(one: Compiled) -> CheckFunction:
    """B8: whole columns or lines of table 3 left empty."""

    def check(facts: Facts, found: list[Finding]) -> None:
        cells = [(cell.code, cell.column, cell.value is None) for cell in facts.listed if cell.table == "3"]
        filled_lines = {code for code, _, empty in cells if not empty}
        if not filled_lines:
            return
        filled_columns = {column for _, column, empty in cells if not empty}
        present = {column for _, column, _ in cells}
        for column in COLUMNS:
            if column in present and column not in filled_columns:
                name = one.vocabulary.columns[column]
                found.append(_of_cell(one, cells[0][0], column, f"表三“{name}”一栏全部空白。", missing=(name,)))
        empty_lines = list(dict.fromkeys(code for code, _, _ in cells if code not in filled_lines))
        if empty_lines:
            words = tuple(one.vocabulary.name(code) for code in empty_lines)
            told = f"表三有{len(empty_lines)}行全部空白：{names(words)}。"
            found.append(_of_cell(one, empty_lines[0], None, told, missing=words))

    return check


def _tables(one: Compiled) -> CheckFunction:
    """B9: a table missing, or one cell given twice with different values."""

    def check(facts: Facts, found: list[Finding]) -> None:
        present = {cell.table for cell in facts.listed}
        if present & {"2", "3", "4"} or (facts.report.year or 0) >= 2019:
            for table in ("2", "3", "4"):
                if table not in present:
                    name = one.vocabulary.words.tables[table]
                    told = f"没有读到{name}。"
                    found.append(_of_cell(one, f"t{table}", None, told, missing=(name,)))
        if len(facts.cells) < len(facts.listed):
            _doubled(one, facts, found)

    return check


def _doubled(one: Compiled, facts: Facts, found: list[Finding]) -> None:
    first: dict[tuple[str, str | None], Cell] = {}
    for cell in facts.listed:
        other = first.setdefault((cell.code, cell.column), cell)
        if other is not cell and other.value is not None and cell.value is not None and other.value != cell.value:
            where = one.vocabulary.where(cell.code, cell.column)
            told = f"{where}出现两次，一处为{other.printed}，一处为{cell.printed}。"
            found.append(
                Finding(
                    check=f"{one.rule.id}.doubled",
                    code=cell.code,
                    column=cell.column,
                    verdict="differs",
                    severity=one.rule.severity,
                    explanation=told,
                    left=Side(low=other.value, high=other.value, text=other.printed),
                    right=Side(low=cell.value, high=cell.value, text=cell.printed),
                    difference=other.value - cell.value,
                    evidence=(cell_evidence(cell.code, cell.column),),
                )
            )


MAKERS = {
    "negative": _negative,
    "fraction": _fraction,
    "notes": _notes,
    "empty": _empty,
    "blank_lines": _blank_lines,
    "tables": _tables,
}
