"""Workbooks: Chinese headings, frozen header, filters, numbers as numbers, blanks as blanks, harmless text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from math import ceil
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.errors import UsageError
from pipeline.store.cellsafe import guard
from pipeline.store.dictionary import HEAD, labels
from pipeline.store.identity import plain
from pipeline.store.sheets import Sheet

if TYPE_CHECKING:
    from pipeline.store.database import Database

ROWS = 1_048_575  # rows of a sheet under its heading
_FITS = 190
"""So many characters are printed across one page; more would be too small to read."""

_WIDEST = 26
_TEXT = 32_767  # characters of a cell
_WIDTHS = {
    "organ": 26, "region": 14, "code": 26, "name": 36, "applicant": 16, "source": 36, "explanation": 60, "cause": 30,
    "mention": 16, "report_title": 36, "left_text": 26, "right_text": 26, "address": 36, "period_start": 12,
    "period_end": 12, "period_from": 12, "period_to": 12, "published_on": 12, "retrieved_on": 12, "value": 16,
    "value_base": 16, "low": 16, "high": 16, "left_low": 16, "left_high": 16, "right_low": 16, "right_high": 16,
    "difference": 16,
}  # fmt: skip
_PLAIN = frozenset({"year", "start_pos", "end_pos", "page", "seq", "part_of"})
_ORDER = ("reports", "wide", "long", "findings")

Value = Decimal | int | float | str | bool | None


class Book:
    """A workbook under construction; the same content gives the same bytes."""

    def __init__(self, path: Path) -> None:
        import xlsxwriter

        self._book = xlsxwriter.Workbook(
            str(path),
            {
                "constant_memory": True,
                "strings_to_numbers": False,
                "strings_to_formulas": False,
                "strings_to_urls": False,
            },
        )
        self._book.set_properties({"created": datetime(2000, 1, 1)})
        self._head = self._book.add_format(
            {"bold": True, "bg_color": "#E8EEF4", "text_wrap": True, "valign": "top", "border": 1}
        )
        self._whole = self._book.add_format({"num_format": "#,##0"})
        self._broken = self._book.add_format({"num_format": "#,##0.0#########"})
        self._percent = self._book.add_format({"num_format": "0.00"})
        self._plain = self._book.add_format({"num_format": "0", "align": "center"})
        self._wrapped = self._book.add_format({"text_wrap": True, "valign": "top"})

    def sheet(
        self, title: str, heads: Sequence[str], rows: Iterable[Sequence[Value]], *, widths: Sequence[int] = (),
        plain_columns: frozenset[int] = frozenset(), percent_columns: frozenset[int] = frozenset(),
        named: int | None = None, wrapped: bool = False,
    ) -> None:  # fmt: skip
        """Adds a sheet. `plain_columns` are numbers without separators (years); `percent_columns` have two decimals.

        Column `named` says whose row it is: where a row takes several pages it is printed on each.
        `wrapped` breaks long text into lines, for tables that are read and printed rather than worked on.
        """
        sheet = self._book.add_worksheet(title)
        sheet.freeze_panes(1, 0)
        sheet.set_landscape()
        sheet.set_paper(9)  # A4
        sheet.repeat_rows(0)
        sheet.set_footer("&L&A&R第 &P 页，共 &N 页")
        sheet.print_across()  # the pages of one row follow each other, each beginning with whose row it is
        if named is not None:
            sheet.repeat_columns(named)
        given = (*widths, *[0] * (len(heads) - len(widths)))
        wide = [width or min(max(2 * len(head), 8), 24) for head, width in zip(heads, given, strict=True)]
        sheet.fit_to_pages(max(ceil(sum(wide) / _FITS), 1), 0)
        sheet.set_row(0, 15 * max(map(_lines, heads, wide), default=1))
        for column, (head, width) in enumerate(zip(heads, wide, strict=True)):
            sheet.set_column(column, column, width)
            sheet.write_string(0, column, head, self._head)
        last = 0
        for last, row in enumerate(rows, 1):
            if wrapped:
                sheet.set_row(last, 15 * max(map(_lines, row, widths), default=1))
            for column, value in enumerate(row):
                if value is None or value == "":
                    continue
                if isinstance(value, bool):
                    sheet.write_string(last, column, "是" if value else "否")
                elif isinstance(value, str):
                    sheet.write_string(last, column, guard(value)[:_TEXT], self._wrapped if wrapped else None)
                else:
                    self._number(sheet, last, column, value, column in plain_columns, column in percent_columns)
        if heads:
            sheet.autofilter(0, 0, last, len(heads) - 1)

    def _number(
        self, sheet: Any, row: int, column: int, value: Decimal | int | float, year: bool, percent: bool
    ) -> None:
        if isinstance(value, Decimal):
            if (
                len(plain(value).strip("-0.").replace(".", "")) > 15 and not percent
            ):  # more digits than a spreadsheet keeps
                sheet.write_string(row, column, plain(value))
                return
            whole = value == value.to_integral_value()
        else:
            whole = float(value).is_integer()
        form = self._plain if year else self._percent if percent else self._whole if whole else self._broken
        sheet.write_number(row, column, float(value), form)

    def close(self) -> None:
        self._book.close()


def write(db: Database, path: Path, tables: Sequence[Sheet], dictionary: Sequence[Sequence[str]]) -> None:
    """The whole export as one workbook. Raises UsageError where a table is too long for a sheet."""
    for sheet in tables:
        count = sheet.count(db)
        if count > ROWS:
            raise UsageError(
                f"{sheet.title}有 {count} 行，超出 Excel 每张表的上限；"
                "请用 --year、--region 缩小范围，或改导出 .parquet 或 .csv"
            )
    named = labels()
    book = Book(path)
    try:
        for sheet in sorted(tables, key=lambda s: _ORDER.index(s.key)):
            with sheet.batches(db) as batches:
                book.sheet(
                    sheet.title,
                    sheet.heads,
                    _labelled(sheet.names, batches, named),
                    widths=[_WIDTHS.get(name, 0) for name in sheet.names],
                    plain_columns=frozenset(i for i, name in enumerate(sheet.names) if name in _PLAIN),
                    named=sheet.names.index("organ"),
                )
        book.sheet("数据字典", HEAD, dictionary, widths=(24, 28, 28, 12, 80))
    finally:
        book.close()


def _labelled(
    columns: Sequence[str], batches: Iterable[Any], named: dict[str, dict[str, str]]
) -> Iterable[Sequence[Value]]:
    """Rows with the Chinese names of coded values (natural → 自然人); codes of indicators and checks stay."""
    for batch in batches:
        lists = [column.to_pylist() for column in batch.columns]
        for place, name in enumerate(columns):
            names = named.get(name)
            if names:
                lists[place] = [names.get(value, value) for value in lists[place]]
        yield from zip(*lists, strict=True)


def _fitting(heads: Sequence[str], rows: Sequence[Sequence[Value]]) -> list[int]:
    """Widths that hold what most cells of a column say, within limits: a Chinese character takes two."""
    found = []
    for column, head in enumerate(heads):
        sizes = sorted(_size(str(row[column])) for row in rows if row[column] is not None)
        usual = sizes[len(sizes) * 9 // 10] if sizes else 0
        found.append(min(max(_size(head), usual) + 2, _WIDEST))
    return found


def _lines(value: Value, width: int) -> int:
    """How many lines a value takes in a column of that width."""
    return ceil(_size(str(value)) / max(width - 1, 1)) if isinstance(value, str) and value else 1


def _size(text: str) -> int:
    return sum(2 if ord(char) > 0x2E80 else 1 for char in text)


def write_tables(path: Path, tables: Sequence[tuple[str, Sequence[str], Iterable[Sequence[Value]]]]) -> None:
    """Tables of our own, (title, headings, rows), as sheets of a workbook: rankings, series, work lists.

    Columns headed 年份 and 名次 hold plain numbers, those with （%） or 区间 rates.
    """
    book = Book(path)
    try:
        for title, heads, given in tables:
            rows = list(given)
            book.sheet(
                title[:31],
                heads,
                rows,
                widths=_fitting(heads, rows),
                wrapped=True,
                plain_columns=frozenset(i for i, head in enumerate(heads) if head in ("年份", "名次")),
                percent_columns=frozenset(
                    i for i, head in enumerate(heads) if head.endswith("（%）") or head.startswith("区间")
                ),
            )
    finally:
        book.close()
