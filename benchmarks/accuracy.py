"""`python -m benchmarks accuracy [--truths N] [--ocr N] [--office N] [--shapes a,b]`: cells read right, by shape.

N reports with known truth (pipeline.samples) are printed in every shape and read again. A cell is
  right       state and value are what was printed (blank as blank, a dash as a dash);
  unreadable  said to be unreadable, or its table was not found;
  inferred    not read where it stands, but given as the only content that the sums of the form allow: right or wrong;
  wrong       anything else: a value that is not the printed one, a blank where a number stands.
Time is that of reading and of finding the cells. Each shape is measured in a process of its own, so that its peak of
memory (the whole process, lexicon and generator included) is not another one's.
Scans need the extra `ocr` and a Chinese font; they are drawn as described in docs/accuracy.md.
"""

from __future__ import annotations

import argparse
import multiprocessing
import resource
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

from pipeline.ingest import LIMITS, read
from pipeline.ingest.archive import entries
from pipeline.ingest.kinds import ARCHIVES
from pipeline.ingest.sniff import sniff
from pipeline.lexicon import load
from pipeline.model import Cell, Document
from pipeline.samples import OLD_OFFICE, PICTURED, SHAPES, YEARS, Written, report, truth
from pipeline.tables import TableReader

OUTCOMES = ("right", "unreadable", "inferred right", "inferred wrong", "wrong")


class Count(NamedTuple):
    """Cells of one shape by outcome, the seconds that reading took, and the peak of memory in megabytes."""

    shape: str
    reports: int
    told: dict[str, int]
    seconds: float
    peak: float
    mistakes: tuple[str, ...]

    @property
    def cells(self) -> int:
        """All cells of the truth, and those that were read although the report does not have them."""
        return sum(self.told.values())

    def row(self) -> tuple[str, ...]:
        """What the table shows."""
        right, *others = (self.told.get(name, 0) for name in OUTCOMES)
        share = f"{100 * right / max(self.cells, 1):.2f} %"
        ms = f"{1000 * self.seconds / max(self.reports, 1):.1f}"
        return (self.shape, str(self.reports), str(self.cells), share, *map(str, others), ms, f"{self.peak:.0f}")


def document(data: bytes, name: str) -> Document:
    """A report, or the first one of an archive."""
    if sniff(data, name) in ARCHIVES:
        for inner, content in entries(data, name, LIMITS):
            if isinstance(content, bytes):
                return read(content, inner)
    return read(data, name)


def opened(written: Written) -> Document:
    """A report of the generator, read with the files beside it where it has any."""
    if not written.beside:
        return document(written.data, written.name)
    with tempfile.TemporaryDirectory() as folder:
        for name, content in written.beside.items():
            path = Path(folder, name)
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(content)
        return read(written.data, written.name, beside=Path(folder))


def outcome(gold: dict[str, Any], cell: Cell | None) -> str:
    """Which of the outcomes one cell of the truth is."""
    if cell is None or cell.state == "unreadable":
        return "unreadable"
    state = gold.get("state") or ("blank" if gold["blank"] else "printed")
    true = None if state in ("blank", "dash") else Decimal(str(gold["value"]))
    if cell.state == "inferred" or (cell.state == "blank" and cell.evidence):
        return "inferred right" if cell.value == true else "inferred wrong"
    return "right" if cell.state == state and cell.value == true else "wrong"


def compare(written: Written, cells: Sequence[Cell]) -> Iterator[tuple[str, str]]:
    """(outcome, what is to be said of it) of every cell of a report, and of cells that it does not have."""
    found = {(cell.code, cell.column): cell for cell in cells}
    for gold in truth(written)["tables"]["cells"]:
        cell = found.pop((gold["code"], gold["column"]), None)
        told = outcome(gold, cell)
        shown = "—" if cell is None else f"{cell.state} {cell.value} {cell.printed!r} {cell.evidence or ''}"
        yield told, f"{written.name} {gold['code']} {gold['column'] or ''}: {gold['value']} ↔ {shown}"
    for cell in found.values():
        if cell.value is not None:
            yield "wrong", f"{written.name} {cell.code} {cell.column or ''}: not in the report ↔ {cell.value}"


def measure(shape: str, count: int, seed: int, years: Sequence[int] = YEARS) -> Count:
    """Reads `count` reports of a shape, of these years in turn."""
    tables = TableReader(load())
    told: Counter[str] = Counter()
    mistakes: list[str] = []
    seconds = 0.0
    warm = report(count, seed, [shape], years)  # imports and matchers made at first need are no part of a report's time
    tables.read(opened(warm))
    for number in range(count):
        written = report(number, seed, [shape], years)
        began = time.process_time()
        cells = tables.read(opened(written)).cells
        seconds += time.process_time() - began
        for what, line in compare(written, cells):
            told[what] += 1
            if what != "right":
                mistakes.append(f"{what}: {line}")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    order = {name: place for place, name in enumerate(reversed(OUTCOMES))}
    mistakes.sort(key=lambda line: (order[line.partition(":")[0]], line))
    return Count(shape, count, dict(told), seconds, peak, tuple(mistakes))


_HEAD = ("shape", "reports", "cells", *OUTCOMES, "ms a report", "peak MB")


def table(counts: Sequence[Count]) -> str:
    """The counts as a Markdown table."""
    lines = [_HEAD, ("---", *["---:"] * (len(_HEAD) - 1)), *(one.row() for one in counts)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def main(arguments: Sequence[str] | None = None) -> int:
    """Prints the table; 1 where any cell is wrong."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks accuracy", description=__doc__.split("\n")[0])
    parser.add_argument("--truths", type=int, default=200, help="reports of each shape")
    parser.add_argument(
        "--ocr", type=int, default=0, help="reports of shapes with pictures (slow; needs the extra ocr)"
    )
    parser.add_argument("--office", type=int, default=0, help="reports in DOC and XLS (slow; needs LibreOffice)")
    parser.add_argument("--shapes", default="", help="only these, separated by commas")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--years", default="", help="years of the reports, separated by commas; 2014–2018 have the old sheet"
    )
    parser.add_argument("--list", type=int, default=0, metavar="N", help="also list N cells of each shape not right")
    given = parser.parse_args(arguments)
    wanted = given.shapes.split(",") if given.shapes else list(SHAPES)
    years = tuple(map(int, given.years.split(","))) if given.years else YEARS
    counts = []
    fresh = multiprocessing.get_context("spawn")
    for shape in wanted:
        count = given.ocr if shape in PICTURED else given.office if shape in OLD_OFFICE else given.truths
        if not count:
            continue
        with ProcessPoolExecutor(1, mp_context=fresh) as alone:
            one = alone.submit(measure, shape, count, given.seed, years).result()
        counts.append(one)
        print(" ".join(one.row()), file=sys.stderr, flush=True)
        for line in one.mistakes[: given.list]:
            print("  " + line, file=sys.stderr)
    print(table(counts))
    return int(any(one.told.get("wrong") or one.told.get("inferred wrong") for one in counts))


if __name__ == "__main__":
    sys.exit(main())
