"""Old Office formats through the real LibreOffice; skipped where it is not installed."""

from __future__ import annotations

from functools import cache

import pytest

from pipeline.ingest import read
from pipeline.ingest.doc import program
from pipeline.lexicon import Lexicon
from pipeline.samples import Written, report
from pipeline.samples.office import convert
from pipeline.tables import TableReader
from tests.ingest_files import tables

pytestmark = pytest.mark.skipif(program() is None, reason="LibreOffice is not installed: DOC, RTF and XLS are not read")


@cache
def _converted(kind: str) -> tuple[bytes, Written]:
    """A report in an old format, made by LibreOffice itself, and the report."""
    shape = "xlsx" if kind == "xls" else "docx"
    written = report(8, 1, [shape])
    return convert(written.data, shape, kind), written


@pytest.mark.parametrize(
    ("kind", "media_type"),
    [("doc", "application/msword"), ("rtf", "application/rtf"), ("xls", "application/vnd.ms-excel")],
)
def test_every_cell_of_a_report_in_an_old_format(kind: str, media_type: str, lexicon: Lexicon) -> None:
    data, written = _converted(kind)
    document = read(data, f"a.{kind}")
    assert document.media_type == media_type
    found = {(cell.code, cell.column): cell.value for cell in TableReader(lexicon).read(document).cells}
    truth = written.made.truth.cells
    assert {key: found.get(key) for key in truth} == truth


def test_merged_cells_keep_their_spans() -> None:
    document = read(_converted("doc")[0], "a.doc")
    spans = {
        document.text[cell.start : cell.end]: (cell.rowspan, cell.colspan)
        for table in tables(document)
        for cell in table.cells
    }
    assert spans["法人或其他组织"] == (1, 5)
    assert spans["自然人"] == (2, 1)
