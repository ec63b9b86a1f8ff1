"""Texts that have lost their tables in every way met: whole where cells show, never a wrong cell where they do not."""

from __future__ import annotations

import pytest

from pipeline.lexicon import Lexicon
from pipeline.model import Document, Paragraph
from pipeline.tables import TableReader, TablesResult
from tests.tables_cases import HEADINGS, Truth, by_place, laid_out, truth, unread, wrong
from tests.tables_texts import LOST, READ, Style, rows

SEEDS = range(6)


@pytest.fixture(scope="module")
def reader(lexicon: Lexicon) -> TableReader:
    return TableReader(lexicon)


def result_of(reader: TableReader, lexicon: Lexicon, style: Style, seed: int) -> tuple[TablesResult, Truth]:
    """What is read of a report in this style, and what it prints."""
    form = ("2019", "2021")[seed % 2]
    values = truth(lexicon, form, seed, (0.0, 0.5, 1.0)[seed % 3], (0.5, 0.9)[seed // 3])
    text = "一、总体情况\n本年公开信息 120 条。\n"
    for heading, table in zip(HEADINGS, laid_out(lexicon, form, values), strict=True):
        text += f"{heading}\n{style(table)}\n"
    text += "五、存在的主要问题及改进情况\n公开的 3 项不够及时。\n"
    blocks = (Paragraph(start=0, end=len(text)),)
    document = Document(source="case", sha256="0" * 64, media_type="text/plain", text=text, blocks=blocks)
    return reader.read(document), values


@pytest.mark.parametrize("name", READ)
def test_every_cell_that_shows(reader: TableReader, lexicon: Lexicon, name: str) -> None:
    for seed in SEEDS:
        result, values = result_of(reader, lexicon, READ[name], seed)
        cells = by_place(result)
        claims = {place: text for place, text in values.items() if text or cells[place].state != "dash"}
        assert not wrong(result, claims)
        assert not unread(result, values)


@pytest.mark.parametrize("name", LOST)
def test_no_wrong_cell_where_cells_are_lost(reader: TableReader, lexicon: Lexicon, name: str) -> None:
    for seed in SEEDS:
        result, values = result_of(reader, lexicon, LOST[name], seed)
        cells = by_place(result)
        dashes = [
            place for place, text in values.items() if place in cells and not text and cells[place].state == "dash"
        ]
        claims = {place: text for place, text in values.items() if place in cells and place not in dashes}
        assert not wrong(result, claims)


def test_numbers_with_blanks_inside_are_put_together_where_their_line_adds_up(
    reader: TableReader, lexicon: Lexicon
) -> None:
    result, values = result_of(reader, lexicon, LOST["numbers with blanks inside"], 0)
    mended = [cell for cell in result.cells if cell.state == "inferred"]
    assert len(mended) > 20
    for cell in mended:
        assert " " in cell.printed
        assert str(cell.value) == values[cell.code, cell.column]
        assert cell.evidence


def test_numbers_that_fell_apart_are_put_together_by_all_sums(reader: TableReader, lexicon: Lexicon) -> None:
    style = LOST["numbers apart, none blank"]
    found = [result_of(reader, lexicon, style, seed) for seed in SEEDS]
    mended = [(cell, values) for result, values in found for cell in result.cells if cell.state == "inferred"]
    assert len(mended) > 20
    assert all(str(cell.value) == values[cell.code, cell.column] for cell, values in mended)


def test_what_is_not_understood_is_never_blank(reader: TableReader, lexicon: Lexicon) -> None:
    """A label with something behind it that is no value: the cell is not empty."""
    result, values = result_of(reader, lexicon, LOST["quoted"], 0)
    assert not [cell for cell in result.cells if cell.state == "blank" and values.get((cell.code, cell.column))]


def test_old_line_ends(reader: TableReader, lexicon: Lexicon) -> None:
    from pipeline import ingest

    values = truth(lexicon, "2021", 3)
    text = "\r".join(
        f"{heading}\r{rows(chr(9), chr(13))(table)}"
        for heading, table in zip(HEADINGS, laid_out(lexicon, "2021", values), strict=True)
    )
    result = reader.read(ingest.read(text.encode(), "a.txt"))
    assert not wrong(result, values)
    assert not unread(result, values)
