"""PDF: tables over page breaks that cut rows and heads, turned pages, tables without rules, pages without text."""

from __future__ import annotations

import random
import sys
import zlib
from decimal import Decimal
from types import ModuleType

import pytest

from pipeline.errors import DamagedFile, EncryptedFile, ToolMissing
from pipeline.ingest import read
from pipeline.ingest.build import CellText
from pipeline.ingest.pdfgrid import Table
from pipeline.ingest.pdfjoin import joined
from pipeline.ingest.pdflines import Item, TextLine
from pipeline.lexicon import Lexicon
from pipeline.model import Document
from pipeline.samples import Written, pdf, report, truth
from pipeline.samples.compose import one
from pipeline.tables import TableReader
from tests.ingest_files import paragraphs

SHAPES = ("pdf", "pdf-cut", "pdf-turned", "pdf-borderless")


@pytest.fixture(scope="module")
def reader(lexicon: Lexicon) -> TableReader:
    return TableReader(lexicon)


def found(reader: TableReader, document: Document) -> dict[tuple[str, str | None], tuple[str, Decimal | None]]:
    return {(c.code, c.column): (c.state, c.value) for c in reader.read(document).cells}


def wanted(written: Written) -> dict[tuple[str, str | None], tuple[str, Decimal | None]]:
    return {
        (row["code"], row["column"]): ("blank", None) if row["blank"] else ("printed", Decimal(str(row["value"])))
        for row in truth(written)["tables"]["cells"]
    }


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("number", [2, 10, 27, 59, 78])
def test_every_cell_is_read_or_told_unreadable(reader: TableReader, shape: str, number: int) -> None:
    written = report(number, shapes=[shape])
    cells = found(reader, read(written.data, written.name))
    wrong = {key: cells.get(key) for key, value in wanted(written).items() if cells.get(key) != value}
    if shape == "pdf-borderless":
        wrong = {key: cell for key, cell in wrong.items() if cell is None or cell[0] != "unreadable"}
    assert not wrong


def test_page_numbers_cut_no_sentence_and_no_table(reader: TableReader) -> None:
    written = report(2, shapes=["pdf"])
    document = read(written.data, written.name)
    texts = paragraphs(document)
    for block in written.made.draft.blocks:
        if block.kind == "text":
            assert block.text in texts
    assert "- 1 -" not in "".join(text for text in texts if len(text) > 9)


def _part(top: float, rows: list[list[tuple[int, int, int, str]]], edges: list[float]) -> Table:
    """A table of rows of (column, colspan, rowspan, text) between these edges."""
    cells = [
        CellText(row=r, column=c, text=text, colspan=wide, rowspan=tall, page=1,
                 box=(edges[c], top + 20 * r, edges[c + wide], top + 20 * (r + tall)))
        for r, row in enumerate(rows)
        for c, wide, tall, text in row
    ]  # fmt: skip
    return Table(edges[0], top, edges[-1], top + 20 * len(rows), tuple(cells), len(rows), len(edges) - 1)


FOUR = [0.0, 50.0, 100.0, 150.0]


def rows_of(table: Table | None) -> list[list[str]]:
    assert table is not None
    return [[cell.text for cell in table.cells if cell.row == row] for row in range(table.rows)]


def test_a_head_row_cut_by_the_page_break_is_one_row_again() -> None:
    upper = _part(700, [[(0, 1, 1, "结果维"), (1, 1, 1, "结果纠"), (2, 1, 1, "总计")]], FOUR)
    lower = _part(70, [[(0, 1, 1, "持"), (1, 1, 1, "正"), (2, 1, 1, "")],
                       [(0, 1, 1, "1"), (1, 1, 1, "0"), (2, 1, 1, "1")]], FOUR)  # fmt: skip
    assert rows_of(joined(upper, lower)) == [["结果维持", "结果纠正", "总计"], ["1", "0", "1"]]


def test_a_tall_head_cut_by_the_page_break_reaches_down_to_the_lower_heads() -> None:
    upper = _part(700, [[(0, 1, 1, "结果维"), (1, 2, 1, "行政诉讼")]], FOUR)
    lower = _part(70, [[(0, 1, 1, "持"), (1, 1, 1, "结果维持"), (2, 1, 1, "总计")],
                       [(0, 1, 1, "1"), (1, 1, 1, "0"), (2, 1, 1, "0")]], FOUR)  # fmt: skip
    table = joined(upper, lower)
    assert rows_of(table) == [["结果维持", "行政诉讼"], ["结果维持", "总计"], ["1", "0", "0"]]
    assert table is not None
    assert table.cells[0].rowspan == 2


def test_a_blank_row_below_a_head_with_room_is_a_row_of_its_own() -> None:
    edges = [0.0, 150.0, 200.0, 250.0]
    upper = _part(700, [[(0, 1, 1, "信息内容"), (1, 1, 1, "制发"), (2, 1, 1, "废止")]], edges)
    lower = _part(70, [[(0, 1, 1, "规章"), (1, 1, 1, ""), (2, 1, 1, "")],
                       [(0, 1, 1, "文件"), (1, 1, 1, "2"), (2, 1, 1, "")]], edges)  # fmt: skip
    assert rows_of(joined(upper, lower)) == [["信息内容", "制发", "废止"], ["规章", "", ""], ["文件", "2", ""]]


@pytest.mark.parametrize("values", [["1", "0", "1"], ["", "", ""], ["无", "0", "无"]])
def test_values_below_a_head_are_no_rest_of_it(values: list[str]) -> None:
    upper = _part(700, [[(0, 1, 1, "甲"), (1, 1, 1, "乙"), (2, 1, 1, "丙")]], FOUR)
    lower = _part(70, [[(c, 1, 1, text) for c, text in enumerate(values)], [(0, 3, 1, "注")]], FOUR)
    assert rows_of(joined(upper, lower))[:2] == [["甲", "乙", "丙"], values]


def test_downward_text_is_read_as_upward_text_is() -> None:
    draft = one(2).draft
    data = pdf.assemble(pdf.lay_out(draft), draft.title, turned=True, told=False)
    other = _with_streams(data, b"0 1 -1 0 842 0 cm", b"0 -1 1 0 0 595 cm")
    assert read(other, "a.pdf").text == read(data, "a.pdf").text


def _with_streams(data: bytes, old: bytes, new: bytes) -> bytes:
    """The file with `old` replaced in its page contents; offsets are left to the reader's repair."""
    out, at = b"", 0
    while (start := data.find(b"stream\n", at)) >= 0:
        start += len(b"stream\n")
        end = data.index(b"\nendstream", start)
        body = zlib.compress(zlib.decompress(data[start:end]).replace(old, new))
        head = data[at:start].replace(b"/Length %d/" % (end - start), b"/Length %d/" % len(body))
        out += head + body
        at = end + len(b"\nendstream")
        out += b"\nendstream"
    return out + data[at:]


def test_a_cut_off_file_and_one_with_a_password_are_told() -> None:
    data = report(2, shapes=["pdf"]).data
    with pytest.raises(DamagedFile):
        read(data[:400], "a.pdf")
    locked = data.replace(
        b"/Info 6 0 R",
        b"/Encrypt<</Filter/Standard/V 1/R 2/O<" + b"41" * 32 + b">/U<" + b"42" * 32 + b">/P -4>>/Info 6 0 R",
    )
    with pytest.raises(EncryptedFile):
        read(locked, "a.pdf")


def test_characters_fetched_at_once_and_one_by_one_are_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    data = report(4, shapes=["pdf"]).data
    at_once = read(data, "a.pdf")
    monkeypatch.setattr("pypdfium2.raw.FPDFText_GetText", lambda *arguments: 0)
    assert read(data, "a.pdf") == at_once


def _meaningless(pages: pdf.Pages) -> None:
    """Twenty lines in a font without a map to characters."""
    rng = random.Random(1)
    for line in range(20):
        pages.text(72, 700 - 20 * line, 12, "".join(chr(0xE000 + rng.randrange(900)) for _ in range(30)))


def test_a_page_whose_letters_have_no_meaning_is_told_or_recognised(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pipeline.ingest.ocr", None)
    pages = pdf.Pages()
    _meaningless(pages)
    pages.turn()
    pages.text(72, 700, 12, "第二页的字是好的，可以读出。")
    document = read(pdf.assemble(pages.pages, "坏字"), "a.pdf")
    assert [problem.code for problem in document.problems] == ["scanned_pages"]
    assert "gongkai[ocr]" in document.problems[0].message
    assert "第二页的字是好的" in document.text


def test_a_document_without_any_readable_page_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pipeline.ingest.ocr", None)
    pages = pdf.Pages()
    _meaningless(pages)
    with pytest.raises(ToolMissing, match="gongkai\\[ocr\\]"):
        read(pdf.assemble(pages.pages, "坏字"), "a.pdf")


@pytest.mark.parametrize(("broken", "recognised"), [(4, True), (3, False)])
def test_pages_with_many_letters_without_meaning_are_recognised(
    monkeypatch: pytest.MonkeyPatch, broken: int, recognised: bool
) -> None:
    """More than three characters in ten that are private or replaced: the text layer is not to be trusted."""
    asked: list[int] = []

    def recognise_page(document: object, number: int) -> list[Item]:
        asked.append(number)
        return [TextLine(text="重新认出的字", x0=72, top=100, x1=200, bottom=112, size=12, page=number)]

    module = ModuleType("pipeline.ingest.ocr")
    monkeypatch.setattr(module, "recognise_page", recognise_page, raising=False)
    monkeypatch.setitem(sys.modules, "pipeline.ingest.ocr", module)
    pages = pdf.Pages()
    for line in range(10):
        pages.text(72, 700 - 20 * line, 12, "\ue123" * broken + "好" * (10 - broken))
    text = read(pdf.assemble(pages.pages, "坏字"), "a.pdf").text
    assert asked == ([1] if recognised else [])
    assert ("重新认出的字" in text) is recognised
    assert ("好" in text) is not recognised
