"""One table into a file an office can open: CSV with a BOM, or a workbook."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pipeline.errors import UsageError


def write(path: Path, title: str, headings: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Writes rows; numbers stay numbers, None stays blank, text cannot become a formula.

    Raises UsageError for a name that ends in neither .csv nor .xlsx.
    """
    if path.suffix.lower() == ".xlsx":
        from pipeline.store.xlsx import Book

        book = Book(path)
        years = frozenset(i for i, heading in enumerate(headings) if heading in ("年份", "名次"))
        book.sheet(title, headings, rows, plain_columns=years)
        book.close()
    elif path.suffix.lower() == ".csv":
        import csv

        from pipeline.store.export import text_of

        with path.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(headings)
            writer.writerows([text_of(cell) for cell in row] for row in rows)
    else:
        raise UsageError(f"不能写成「{path.name}」：文件名请以 .csv 或 .xlsx 结尾")
