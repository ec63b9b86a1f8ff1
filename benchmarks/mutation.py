"""`python -m benchmarks.mutation [N] [--show K] [--gold]`: planted faults found, causes named, all else quiet.

N clean generated reports with prose (pipeline.samples) are printed, read and checked; nothing may differ. Then a fault
of each kind in turn is planted into them, in a cell, in the prose, or in both, and they are read and checked again:

  covered       the fault breaks an identity of the tables, or the prose says a number that the report decides; not
                where a count in a blank cell could mend it, nor (growth) without last year's report, nor where the
                reader says that a table could not be read
  detected      a finding differs that rests on the cell or on the statement at fault
  identifiable  one cell of table 3 is wrong, and both its line and its column fail; or several cells of one line are
                (exchanged, shifted, under the wrong applicant), and their columns fail
  cause first   the first cause told names that cell with its true value; or the two columns, or the line that shifted

`--gold` gives the engine the generator's own figures instead of those read from the prose, which tells faults of the
checks from faults of the reading.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from pipeline.evaluate.place import Plain
from pipeline.lexicon import load
from pipeline.model import DocumentResult, Figure, Finding, Period, Why
from pipeline.numbers import NumberReader
from pipeline.reconcile import Facts, Reconciler, facts_of
from pipeline.run import default_pipeline
from pipeline.samples import SHAPES, YEARS, faults
from pipeline.samples.compose import Made, again, one, plain, printed
from pipeline.samples.context import Words
from pipeline.samples.faults import Fault, failing
from pipeline.samples.forms import Key
from pipeline.text import fold

PRINTED = ("html-clean", "html-nested", "text-tabs", "docx")
BOTH = {"rec": "t3.received", "hnd": "t3.handled", "cin": "t3.carried_in", "cout": "t3.carried_out", "g": "t3.granted"}
KINDS = (*faults.KINDS, "cell_and_prose")
Gold = dict[str, Any]


class Report(NamedTuple):
    """A report as read, its generator's record, and its fault."""

    number: int
    made: Made
    result: DocumentResult
    findings: tuple[Finding, ...]
    fault: Fault | None
    figures: Sequence[Figure]
    unread: bool
    """True where a table, or a cell of it, was said to be unreadable."""


class Tally(NamedTuple):
    """What became of the faults of one kind."""

    planted: int = 0
    covered: int = 0
    detected: int = 0
    identifiable: int = 0
    cause: int = 0
    other: int = 0
    """Reports in which something else differs too that does not follow from the fault."""

    def __add__(self, other: object) -> Tally:
        assert isinstance(other, tuple)
        return Tally(*(a + b for a, b in zip(self, other, strict=True)))


def in_both(made: Made, rng: random.Random) -> tuple[Made, Fault] | None:
    """The same wrong total in table 3 and in the sentence that restates it."""
    names = [name for name, code in BOTH.items() if (made.truth.cells.get((code, "total")) or 0) > 9]
    rng.shuffle(names)
    for name in names:
        key: Key = (BOTH[name], "total")
        old = made.truth.cells[key]
        told: dict[str, str] = {}

        def alter(words: Words, name: str = name, told: dict[str, str] = told) -> None:
            if name in words and words[name].isdigit():
                told["new"] = words[name] = _one_digit(words[name], rng)

        other = again(made, alter)
        if "new" not in told:
            continue
        value = int(told["new"])
        cells = made.truth.cells | {key: value}
        texts = dict(other.draft.cells) | {key: printed(key, value, "minus")}
        row = {"code": key[0], "column": "total", "printed": told["new"], "true": plain(old)}
        fault = Fault(
            "cell_and_prose", {"kind": "cell_and_prose", "where": "both", **row, "cells": [row]},
            failing(cells, made.truth.form), (),
        )  # fmt: skip
        return other._replace(truth=made.truth._replace(cells=cells), draft=other.draft._replace(cells=texts)), fault
    return None


def _one_digit(text: str, rng: random.Random) -> str:
    at = rng.randrange(len(text))
    return text[:at] + rng.choice([d for d in "123456789" if d != text[at]]) + text[at + 1 :]


class Bench:
    """Reads and checks reports; with `gold`, on the generator's own figures."""

    def __init__(self, gold: bool) -> None:
        self.gold = gold
        self.pipeline = default_pipeline()
        self.reconciler = Reconciler(load())
        self.numbers = NumberReader(load())

    def read(self, number: int, made: Made, fault: Fault | None) -> Report:
        shape = SHAPES[PRINTED[number % len(PRINTED)]]
        data = shape.print(made.draft, random.Random(number))
        result = self.pipeline.process(data, f"{number:06d}{shape.suffix}")
        findings, figures = result.findings, result.figures
        if self.gold:
            figures = self.figures(made, result.document.text)
            findings = self.reconciler.check(result.report, result.cells, figures)
        last = self._last(number)
        if last is not None:
            this = Facts(result.report, result.cells, figures, text=result.document.text)
            findings += self.reconciler.check_years(this, last)
        unread = any(cell.state == "unreadable" for cell in result.cells) or not result.cells
        return Report(number, made, result, findings, fault, figures, unread)

    def _last(self, number: int) -> Facts | None:
        """The same organ's report of the year before, as printed; None for its first year."""
        if number % len(YEARS) == 0:
            return None
        cells = one(number - 1, gold=False).truth.cells
        values = {key: None if value is None else Decimal(value) for key, value in cells.items()}
        return facts_of(values)

    def figures(self, made: Made, text: str) -> tuple[Figure, ...]:
        """The figures of the gold as values, each at its place in the text."""
        page = Plain(text)
        found: list[Figure] = []
        for row in made.prose.figures:
            places = list(page.places(row["mention"]))
            at = max(places, key=lambda span: page.common_before(span[0], row["ctx"]), default=None)
            if at is not None and page.common_before(at[0], row["ctx"]) >= min(len(row["ctx"]), 6):
                found.append(self._figure(row, at, text, found))
        return tuple(found)

    def _figure(self, row: Gold, at: tuple[int, int], text: str, before: Sequence[Figure]) -> Figure:
        value = Decimal(str(row["value"]))
        low, high = self._bounds(row, value)
        whole = None
        if "part_of" in row:
            whole = next((i for i in range(len(before) - 1, -1, -1) if before[i].mention == row["part_of"]), None)
        stop = max(text.rfind(mark, 0, at[0]) for mark in "。\n") + 1
        end = min((e for mark in "。\n" if (e := text.find(mark, at[1])) >= 0), default=len(text))
        return Figure(
            code=row["code"], value=value, unit=row["unit"], bound=row["bound"], low=low, high=high,
            mention=row["mention"], start=at[0], end=at[1], sentence=(stop, end), section=1, before=row["ctx"],
            why=Why(alias="gold", rule="gold"), measure=row.get("measure", "level"), of=row.get("of"),
            column=row.get("column"), channel=row.get("channel"), scope=row.get("scope"),
            scope_kind=row.get("scope_kind") or ("jurisdiction" if row.get("scope", "")[:1] == "全" else None),
            period=Period(kind=row.get("period", "year")), category=row.get("category"), part_of=whole,
            parts_exhaustive=row.get("parts_exhaustive"), zero_by_words=bool(row.get("zero_by_words")),
        )  # fmt: skip

    def _bounds(self, row: Gold, value: Decimal) -> tuple[Decimal | None, Decimal | None]:
        for number in self.numbers.find(fold(row["ctx"] + row["mention"]).text):
            if number.end == len(row["ctx"] + row["mention"]) and getattr(number, "value", None) == value:
                return number.low, number.high  # an Unread has no value
        return value, value


def _names(finding: Finding, report: Report) -> bool:
    """Whether a finding rests on what is at fault."""
    assert report.fault is not None
    row = report.fault.row
    keys = {(cell["code"], cell["column"]) for cell in row.get("cells", ())}
    if any(item.kind == "cell" and (item.code, item.column) in keys for item in finding.evidence):
        return True
    if row["where"] == "table":
        return False
    text = report.result.document.text
    page = Plain(text)
    spans = [s for s in page.places(row["printed"]) if page.common_before(s[0], row.get("ctx", "")) >= 4]
    figures = report.figures
    places = [
        (figures[item.index].start, figures[item.index].end)
        for item in finding.evidence
        if item.kind == "figure" and item.index is not None and item.index < len(figures)
    ]
    return any(a < end and start < b for a, b in places for start, end in spans)


def _mended(report: Report) -> bool:
    """Whether a statement at fault may be true all the same: blanks could hold the rest, last year is not at hand."""
    assert report.fault is not None
    row, cells = report.fault.row, report.made.truth.cells
    if report.fault.kind == "growth_wrong":
        return report.number % len(YEARS) == 0
    if report.fault.kind != "prose_number":
        return False
    more = Decimal("".join(c for c in row["printed"] if c.isdigit()) or 0) > (row["true"] or 0)
    beside = {"t3.received": "t3.carried_in", "t4.suit.total": "t4.suit_after_review.total"}.get(
        row["code"], row["code"]
    )
    key: Key = (beside, "total" if beside.startswith("t3.") else None)
    return more and key in cells and cells[key] is None


def _identifiable(fault: Fault) -> bool:
    cells = fault.row.get("cells", ())
    failed = {(e["id"], e["column"]) for e in fault.errors}
    if fault.kind == "shifted_row":
        return len(failed) > 1
    if fault.kind in _LINES:
        return all(any((check, cell["column"]) in failed for check in ("A1", "A2")) for cell in cells[:2])
    return (
        len(cells) == 1
        and cells[0]["code"].startswith("t3.")
        and ("A3", "total") in failed
        and any(check in ("A1", "A2") for check, _ in failed)
    )


_LINES = ("swapped_cells", "shifted_row", "wrong_applicant")


def _right(fault: Fault, findings: Sequence[Finding]) -> bool:
    """Whether the first cause told is the one."""
    first = next((f for f in findings if f.check in ("A6", "A7")), None)
    if first is None:
        return False
    cells = fault.row["cells"]
    if fault.kind == "shifted_row":
        return first.code == cells[0]["code"] and "错位" in (first.cause or "")
    if fault.kind in _LINES:
        return {e.column for e in first.evidence} == {cell["column"] for cell in cells}
    true = Decimal(str(cells[0]["true"] or 0))
    named = (first.code, first.column) == (cells[0]["code"], cells[0]["column"])
    return named and first.right is not None and first.right.low == true


def judge(report: Report) -> tuple[Tally, str]:
    """How one planted fault fared, and a line for those who want to see it."""
    fault = report.fault
    assert fault is not None
    differs = [f for f in report.findings if f.verdict == "differs"]
    covered = not report.unread and (bool(fault.errors) or (bool(fault.verdicts) and not _mended(report)))
    found = any(_names(f, report) for f in differs)
    identifiable = covered and _identifiable(fault)
    right = identifiable and _right(fault, report.findings)
    told = f"{report.number} {fault.kind} {fault.row.get('code')}[{fault.row.get('column')}] "
    told += f"{fault.row.get('true')} → {fault.row.get('printed')} {fault.row.get('ctx', '')}"
    told += f" | {'找到' if found else '漏'} {'' if right or not identifiable else '原因不对'}"
    causes = list(dict.fromkeys(f.cause for f in differs if f.cause))
    told += f" | {sorted({f.check for f in differs})} {causes[:2]}"
    return Tally(1, int(covered), int(covered and found), int(identifiable), int(right), 0), told


def clean(bench: Bench, count: int) -> Iterator[Report]:
    for number in range(count):
        yield bench.read(number, one(number), None)


def faulty(bench: Bench, count: int) -> Iterator[Report]:
    """One fault a report, the kinds in turn; a kind a report has no room for makes way for the next one."""
    for number in range(count):
        rng = random.Random(f"mutation/{number}")
        for step in range(len(KINDS)):
            kind = KINDS[(number + step) % len(KINDS)]
            made = one(number)
            done = in_both(made, rng) if kind == "cell_and_prose" else faults.plant(made, rng, (kind,))
            if done and done[1]:
                yield bench.read(number, done[0], done[1])
                break


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("count", nargs="?", type=int, default=400)
    parser.add_argument("--show", type=int, default=0, help="print so many faults that were missed or misjudged")
    parser.add_argument("--gold", action="store_true", help="check the generator's figures, not those read")
    options = parser.parse_args(arguments)
    bench = Bench(options.gold)
    flagged: list[str] = []
    checks: Counter[str] = Counter()
    for report in clean(bench, options.count):
        wrong = [f for f in report.findings if f.verdict == "differs"]
        checks.update({f.check.partition(".")[0] for f in wrong})
        flagged += [f"{report.number} {f.check} {f.code} {f.explanation}" for f in wrong]
    hit = len({line.split()[0] for line in flagged})
    print(f"clean reports: {options.count}, flagged: {hit} ({len(flagged)} findings) {dict(checks)}")
    for line in flagged[: options.show]:
        print(f"   {line}")
    tallies: dict[str, Tally] = {}
    missed: list[str] = []
    for report in faulty(bench, options.count):
        assert report.fault is not None
        tally, told = judge(report)
        tallies[report.fault.kind] = tallies.get(report.fault.kind, Tally()) + tally
        if tally.covered > tally.detected or tally.identifiable > tally.cause:
            missed.append(told)
    _print(tallies)
    for line in missed[: options.show]:
        print(f"   {line}")
    return 0


def _print(tallies: dict[str, Tally]) -> None:
    print(f"{'fault':20}{'planted':>9}{'covered':>9}{'detected':>10}{'identif.':>10}{'cause':>8}")
    total = Tally()
    for kind in (*(k for k in KINDS if k in tallies), "all"):
        tally = total if kind == "all" else tallies[kind]
        total = total + tally if kind != "all" else total
        rate = f"{tally.detected / tally.covered:.1%}" if tally.covered else "–"
        cause = f"{tally.cause / tally.identifiable:.1%}" if tally.identifiable else "–"
        print(f"{kind:20}{tally.planted:>9}{tally.covered:>9}{rate:>10}{tally.identifiable:>10}{cause:>8}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
