"""Downloads: tables of ours as workbooks and CSV, written in memory or in a file that is gone when it is sent."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Iterable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from pipeline.store.cellsafe import text_of
from pipeline.store.dictionary import labels
from pipeline.store.sheets import write_table
from pipeline.store.worklist import HEADINGS
from pipeline.web.filters import DECISIONS
from pipeline.web.queries import Row
from pipeline.web.tables import indicator_names

Line = Sequence[Decimal | int | str | None]


def workbook(heads: Sequence[str], lines: Iterable[Line], title: str) -> bytes:
    """A table as .xlsx; text that a spreadsheet might run is neutralised by the writer."""
    with tempfile.TemporaryDirectory(prefix="gongkai-xlsx-") as folder:
        path = Path(folder, "table.xlsx")
        write_table(path, heads, lines, sheet=title)
        return path.read_bytes()


def csv_text(heads: Sequence[str], lines: Iterable[Sequence[Any]]) -> str:
    """A table as CSV with a byte order mark, which Excel needs to see Chinese."""
    told = io.StringIO()
    writer = csv.writer(told)
    writer.writerow(heads)
    writer.writerows([text_of(value) for value in line] for line in lines)
    return "\ufeff" + told.getvalue()


def findings(rows: Iterable[Row]) -> bytes:
    """The work list as the command line writes it, with the reason of decisions added."""
    named, codes = labels(), indicator_names()

    def label(column: str, value: str | None) -> str | None:
        return named.get(column, {}).get(value, value) if value else value

    lines = (
        (
            label("severity", r["severity"]), r["region"], r["organ"] or "（机关未定）", r["year"], r["check_id"],
            codes.get(r["code"] or "", r["code"]), label("applicant", r["applicant"]), label("verdict", r["verdict"]),
            r["left_text"], r["right_text"], r["difference"], r["explanation"], r["cause"],
            DECISIONS.get(r["decision"] or "", r["decision"]), r["source"], r["reason"], r["author"],
        )
        for r in rows
    )  # fmt: skip
    return workbook((*HEADINGS, "理由", "处理人"), lines, "核对结果")
