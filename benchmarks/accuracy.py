"""`python -m benchmarks.accuracy [N] [--shapes a,b] [--ocr N]`: cells of the tables read right, by shape.

N reports with known truth (pipeline.samples) are printed in every shape and read again. A cell is
  right       state and value are what was printed (blank as blank, a dash as a dash);
  inferred    not printed where it could be read, but the sums leave one value only, and that is the true one;
  unreadable  said to be unreadable, or its table was not found;
  wrong       anything else: a value that is not the printed one, a blank where a number stands.
Scans need the extra `ocr` and a Chinese font; they are drawn as described in docs/accuracy.md.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from pipeline.ingest import LIMITS, read
from pipeline.ingest.archive import entries, is_archive
from pipeline.ingest.sniff import sniff
from pipeline.lexicon import load
from pipeline.model import Cell, Document
from pipeline.samples import SHAPES, Written, report, truth
from pipeline.tables import TableReader


class Count(NamedTuple):
    """Cells of one shape by outcome, and the seconds that reading took."""

    shape: str
    reports: int
    right: int
    inferred: int
    unreadable: int
    wrong: int
    seconds: float
    mistakes: tuple[str, ...]

    @property
    def cells(self) -> int:
        """All cells of the truth."""
        return self.right + self.inferred + self.unreadable + self.wrong


def document(data: bytes, name: str) -> Document:
    """A report, or the first one of an archive."""
    if is_archive(data[:512]) and sniff(data, name) == "application/zip":
        for inner, content in entries(data, name, LIMITS):
            if isinstance(content, bytes):
                return read(content, inner)
    return read(data, name)


def outcome(gold: dict[str, Any], cell: Cell | None) -> str:
    """right, inferred, unreadable or wrong for one cell of the truth."""
    if cell is None or cell.state == "unreadable":
        return "unreadable"
    state = gold.get("state") or ("blank" if gold["blank"] else "printed")
    true = None if state in ("blank", "dash") else Decimal(str(gold["value"]))
    if cell.state == "inferred" or (cell.state == "blank" and cell.evidence):
        return "inferred" if cell.value == true else "wrong inferred"
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


def measure(shape: str, count: int, seed: int, tables: TableReader) -> Count:
    """Reads `count` reports of a shape."""
    told: Counter[str] = Counter()
    mistakes: list[str] = []
    seconds = 0.0
    for number in range(count):
        written = report(number, seed, [shape])
        began = time.perf_counter()
        cells = tables.read(document(written.data, written.name)).cells
        seconds += time.perf_counter() - began
        for what, line in compare(written, cells):
            told[what] += 1
            if what != "right":
                mistakes.append(f"{what}: {line}")
    wrong = told["wrong"] + told["wrong inferred"]
    return Count(
        shape, count, told["right"], told["inferred"], told["unreadable"], wrong, seconds, tuple(sorted(mistakes))
    )


def table(counts: Sequence[Count]) -> str:
    """The counts as a Markdown table."""
    lines = ["| shape | reports | cells | right | inferred | unreadable | wrong | ms a report |"]
    lines.append("|---|---:|---:|---:|---:|---:|---:|---:|")
    for one in counts:
        share = f"{100 * one.right / max(one.cells, 1):.2f} %"
        lines.append(
            f"| {one.shape} | {one.reports} | {one.cells} | {share} | {one.inferred} | {one.unreadable} "
            f"| {one.wrong} | {1000 * one.seconds / max(one.reports, 1):.1f} |"
        )
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> int:
    """Prints the table; 1 where any cell is wrong."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.accuracy", description=__doc__.split("\n")[0])
    parser.add_argument("count", nargs="?", type=int, default=200, help="reports of each shape")
    parser.add_argument("--ocr", type=int, default=0, help="reports of the scanned shapes (slow; needs the extra ocr)")
    parser.add_argument("--shapes", default="", help="only these, separated by commas")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--list", type=int, default=0, metavar="N", help="also list N cells of each shape not right")
    given = parser.parse_args(arguments)
    wanted = given.shapes.split(",") if given.shapes else list(SHAPES)
    tables = TableReader(load())
    counts = []
    for shape in wanted:
        count = given.ocr if shape.startswith("scan") else given.count
        if not count:
            continue
        one = measure(shape, count, given.seed, tables)
        counts.append(one)
        print(f"{shape}: {one.right} right, {one.inferred} inferred, {one.unreadable} unreadable, {one.wrong} wrong "
              f"of {one.cells}, {1000 * one.seconds / count:.1f} ms a report", file=sys.stderr, flush=True)  # fmt: skip
        for line in one.mistakes[: given.list] if given.list else ():
            print("  " + line, file=sys.stderr)
    print(table(counts))
    return int(any(one.wrong for one in counts))


if __name__ == "__main__":
    sys.exit(main())
