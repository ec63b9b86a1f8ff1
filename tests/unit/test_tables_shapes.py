"""Generated reports in the shapes they come in, read from the bytes to the cells: as printed, or unreadable."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from pipeline.ingest import read
from pipeline.ingest.archive import entries
from pipeline.lexicon import Lexicon
from pipeline.model import Cell
from pipeline.samples import Written, report, truth
from pipeline.tables import TableReader


@pytest.fixture(scope="module")
def reader(lexicon: Lexicon) -> TableReader:
    return TableReader(lexicon)


def cells(reader: TableReader, written: Written, folder: Path) -> dict[tuple[str, str | None], Cell]:
    """The cells of a report, its files put beside it."""
    data, name = written.data, written.name
    for file, content in written.beside.items():
        (folder / file).parent.mkdir(exist_ok=True)
        (folder / file).write_bytes(content)
    if name.endswith(".tar.gz"):
        ((name, inner),) = entries(data, name)
        assert isinstance(inner, bytes)
        data = inner
    return {(cell.code, cell.column): cell for cell in reader.read(read(data, name, beside=folder)).cells}


@pytest.mark.parametrize("shape", ["tar", "html-attached", "text-vertical"])
@pytest.mark.parametrize("number", [3, 24, 61])
def test_every_cell_is_read_as_printed(reader: TableReader, shape: str, number: int, tmp_path: Path) -> None:
    written = report(number, 3, [shape])
    found = cells(reader, written, tmp_path)
    for row in truth(written)["tables"]["cells"]:
        cell = found[row["code"], row["column"]]
        assert cell.state == ("blank" if row["blank"] else "printed")
        assert cell.value == (None if row["blank"] else Decimal(str(row["value"])))


@pytest.mark.parametrize("number", range(0, 30, 6))
def test_numbers_parted_by_blanks_are_put_together_or_unreadable(
    reader: TableReader, number: int, tmp_path: Path
) -> None:
    written = report(number, 3, ["text-parted"])
    found = cells(reader, written, tmp_path)
    states = set()
    for row in truth(written)["tables"]["cells"]:
        cell = found[row["code"], row["column"]]
        states.add(cell.state)
        assert cell.value == (None if row["blank"] or cell.state == "unreadable" else Decimal(str(row["value"])))
        assert cell.state in (("blank",) if row["blank"] else ("printed", "inferred", "unreadable"))
    assert "printed" in states


@pytest.mark.parametrize(
    "shape", ["html-word", "html-split", "text-cells", "text-oneline", "docx", "xlsx", "pdf", "pdf-cut", "text-fallen"]
)
@pytest.mark.parametrize("year", [2015, 2018])
def test_the_sheet_of_2014_in_its_shapes(reader: TableReader, shape: str, year: int, tmp_path: Path) -> None:
    written = report(7, 3, [shape], [year])
    found = cells(reader, written, tmp_path)
    rows = truth(written)["tables"]["cells"]
    assert len(rows) == 58
    for row in rows:
        cell = found[row["code"], None]
        if shape == "text-fallen" and cell.state == "unreadable":
            continue
        assert cell.state == ("dash" if row.get("state") else "blank" if row["blank"] else "printed")
        assert cell.value == (None if row["blank"] else Decimal(str(row["value"])))
