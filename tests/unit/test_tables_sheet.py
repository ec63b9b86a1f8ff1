"""The statistics sheet of 2014–2018."""

from __future__ import annotations

import pytest

from pipeline.lexicon import Lexicon
from pipeline.lexicon.schema.core import Indicator
from pipeline.lexicon.schema.forms import FormLine
from pipeline.model import Document, Paragraph
from pipeline.tables import TableReader
from tests.tables_cases import Laid, Table, by_place, document, table_of


@pytest.fixture(scope="module")
def reader(lexicon: Lexicon) -> TableReader:
    return TableReader(lexicon)


@pytest.fixture(scope="module")
def lines(lexicon: Lexicon) -> tuple[FormLine, ...]:
    return table_of(lexicon, "2014", "s14").lines


def printed(place: int) -> str:
    return "" if place % 7 == 3 else str(place + 1)


def sheet(lines: tuple[FormLine, ...], unit: bool = True) -> Table:
    rows: Table = [
        [("统计指标", 1, 1), ("单位", 1, 1), ("统计数", 1, 1)],
        [("一、主动公开情况", 1, 1), ("——", 1, 1), ("——", 1, 1)],
    ]
    for place, line in enumerate(lines):
        middle: list[Laid] = [(line.unit, 1, 1)] if unit else [("", 1, 1)]
        rows.append([(line.label, 1, 1), *middle, (printed(place), 1, 1)])
    return rows


def test_every_code_of_the_sheet_has_a_line(lexicon: Lexicon, lines: tuple[FormLine, ...]) -> None:
    codes = {row.code for row in lexicon.rows(Indicator) if row.group == "s14"}
    assert {line.codes["value"] for line in lines} == codes


def test_the_sheet_is_read_line_by_line(reader: TableReader, lines: tuple[FormLine, ...]) -> None:
    result = reader.read(document("政府信息公开情况统计表", sheet(lines)))
    assert result.forms == {"s14": "2014"}
    cells = by_place(result)
    for place, line in enumerate(lines):
        cell = cells[line.codes["value"], None]
        assert (cell.printed, cell.unit, cell.row) == (printed(place), line.unit, place)
        assert cell.state == ("blank" if printed(place) == "" else "printed")
    assert not result.problems
    assert not result.unread


def test_a_sheet_without_head(reader: TableReader, lines: tuple[FormLine, ...]) -> None:
    cells = by_place(reader.read(document(sheet(lines)[2:])))
    for place, line in enumerate(lines):
        cell = cells[line.codes["value"], None]
        assert (cell.state == "printed" and cell.printed == printed(place)) or printed(place) == ""
        assert cell.value is not None or printed(place) == ""


def test_equal_labels_are_told_apart_by_their_group(reader: TableReader, lines: tuple[FormLine, ...]) -> None:
    cells = by_place(reader.read(document(sheet(lines))))
    place = {line.id: str(number + 1) for number, line in enumerate(lines)}
    for name in ("review.corrected", "suit.corrected", "review.other", "suit.other"):
        assert cells[f"s14.{name}", None].printed in (place[name], "")


def test_two_columns_of_numbers_are_not_guessed(reader: TableReader, lines: tuple[FormLine, ...]) -> None:
    rows = [[*row, ("99", 1, 1)] for row in sheet(lines)]
    rows[0] = [("统计指标", 1, 1), ("单位", 1, 1), ("本级", 1, 1), ("所属", 1, 1)]
    result = reader.read(document(rows))
    assert {cell.state for cell in result.cells} == {"unreadable"}
    assert result.unread


@pytest.mark.parametrize("mark", ["\t", " | "])
def test_the_sheet_as_text(reader: TableReader, lines: tuple[FormLine, ...], mark: str) -> None:
    body = "\n".join(mark.join(text for text, _, _ in row) for row in sheet(lines))
    text = f"附件\n政府信息公开情况统计表\n{body}\n"
    source = Document(
        source="case", sha256="0" * 64, media_type="text/plain", text=text,
        blocks=(Paragraph(start=0, end=len(text)),),
    )  # fmt: skip
    cells = by_place(reader.read(source))
    for place, line in enumerate(lines):
        cell = cells[line.codes["value"], None]
        assert cell.printed == printed(place)
        assert cell.state == ("blank" if printed(place) == "" else "printed")
