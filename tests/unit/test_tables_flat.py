"""Text that has lost its tables: blank cells that show are blanks, where they were lost nothing is guessed."""

from __future__ import annotations

from decimal import Decimal

import pytest

from pipeline.ingest import read
from pipeline.lexicon import Lexicon
from pipeline.model import Document, Paragraph
from pipeline.samples import report
from pipeline.samples import truth as samples_truth
from pipeline.tables import TableReader
from tests.tables_cases import (
    HEADINGS,
    LOSSY,
    STYLES,
    Table,
    Truth,
    as_text,
    by_place,
    expanded,
    laid_out,
    table_of,
    truth,
    unread,
    wrong,
)

PROSE = "本年制发规章 2 件，行政许可 12 项。收到申请 8 件，均为自然人，予以公开 2 件。未发生行政复议、行政诉讼。\n"
KEEPING = sorted(set(STYLES) - LOSSY)


@pytest.fixture(scope="module")
def reader(lexicon: Lexicon) -> TableReader:
    return TableReader(lexicon)


def text_document(text: str) -> Document:
    return Document(
        source="case", sha256="0" * 64, media_type="text/plain", text=text,
        blocks=(Paragraph(start=0, end=len(text)),),
    )  # fmt: skip


@pytest.mark.parametrize("form", ["2019", "2021"])
@pytest.mark.parametrize("style", KEEPING)
def test_styles_that_show_blanks_are_read_whole(reader: TableReader, lexicon: Lexicon, style: str, form: str) -> None:
    values = truth(lexicon, form, 2, blanks=0.5)
    result = reader.read(as_text(laid_out(lexicon, form, values), style))
    assert not wrong(result, values)
    assert not unread(result, values)
    assert not result.unread
    assert not result.problems


@pytest.mark.parametrize("form", ["2019", "2021"])
@pytest.mark.parametrize("style", sorted(STYLES))
def test_nothing_is_wrong_in_any_style(reader: TableReader, lexicon: Lexicon, style: str, form: str) -> None:
    for seed, blanks in enumerate((0.0, 0.3, 0.7, 1.0)):
        values = truth(lexicon, form, seed, blanks)
        result = reader.read(as_text(laid_out(lexicon, form, values), style))
        assert not wrong(result, values)
        if blanks == 0.0:
            assert not unread(result, values)


@pytest.mark.parametrize("style", KEEPING)
def test_prose_between_heading_and_table_stays_prose(reader: TableReader, lexicon: Lexicon, style: str) -> None:
    values = truth(lexicon, "2021", 4, blanks=0.4)
    source = as_text(laid_out(lexicon, "2021", values), style, PROSE)
    result = reader.read(source)
    assert not wrong(result, values)
    assert not unread(result, values)
    taken = "".join(source.text[start:end] for start, end in result.spans)
    assert "均为" not in taken
    assert "未发生" not in taken
    assert "不够" not in taken


@pytest.mark.parametrize("style", ["tab rows", "pipes", "one cell a line after a tab", "spaces"])
def test_without_headings(reader: TableReader, lexicon: Lexicon, style: str) -> None:
    values = truth(lexicon, "2021", 5)
    text = "\n".join(STYLES[style](table) for table in laid_out(lexicon, "2021", values))
    result = reader.read(text_document(text))
    assert not wrong(result, values)
    assert not unread(result, values)


def test_labels_broken_over_two_lines(reader: TableReader, lexicon: Lexicon) -> None:
    values = truth(lexicon, "2019", 6, blanks=0.5)
    source = as_text(laid_out(lexicon, "2019", values), "one cell a line after a tab")
    text = source.text.replace("本年新制作数量", "本年新\n制作数量").replace("科研机构", "科研\n机构")
    result = reader.read(text_document(text))
    assert not wrong(result, values)
    assert not unread(result, values)


def test_damaged_labels(reader: TableReader, lexicon: Lexicon) -> None:
    values = truth(lexicon, "2021", 7)
    text = as_text(laid_out(lexicon, "2021", values), "tab rows").text
    text = (
        text.replace("2.其他法律行政法规禁止公开", "2.其他法行政禁止公开")
        .replace("重复申请", "重复申")
        .replace("重复申\n", "重复申请\n")
    )
    result = reader.read(text_document(text))
    assert not wrong(result, values)
    assert len(unread(result, values)) <= 7


def test_traditional_script_and_full_width_digits(reader: TableReader, lexicon: Lexicon) -> None:
    values = truth(lexicon, "2021", 8)
    text = as_text(laid_out(lexicon, "2021", values), "pipes").text
    wide = str.maketrans("0123456789不开处组织机构", "０１２３４５６７８９不開處組織機構")
    head, body = text.split("三、收到", 1)
    body, tail = body.split("四、政府", 1)
    result = reader.read(text_document(head + "三、收到" + body.translate(wide) + "四、政府" + tail))
    assert not wrong(result, values)
    assert not unread(result, values)


def test_a_rule_below_the_head_is_no_row(reader: TableReader, lexicon: Lexicon) -> None:
    values = truth(lexicon, "2021", 9, blanks=0.6)
    lines = as_text(laid_out(lexicon, "2021", values), "pipes").text.split("\n")
    at = next(i for i, line in enumerate(lines) if "复议后起诉" in line)
    lines.insert(at + 2, "|" + " --- |" * 15)
    result = reader.read(text_document("\n".join(lines)))
    assert not wrong(result, values)
    assert not unread(result, values)


def test_lost_blanks_are_inferred_only_where_the_sums_leave_no_choice(reader: TableReader, lexicon: Lexicon) -> None:
    lines = {
        "一、本年新收政府信息公开申请数量": "12 5 17",
        "二、上年结转政府信息公开申请数量": "",
        "（一）予以公开": "9 5 14",
        "（二）部分公开": "3 3",
        "（七）总计": "12 5 17",
        "四、结转下年度继续办理": "",
    }
    result = reader.read(text_document(_spaced(lexicon, lines)))
    cells = by_place(result)
    assert cells["t3.received", "total"].state == "inferred"
    assert cells["t3.received", "total"].value == 17
    assert cells["t3.received", "natural"].state == "unreadable"
    assert cells["t3.received", "natural"].value is None
    lines["（七）总计"] = "12 0 0 5 0 0 17"
    cells = by_place(reader.read(text_document(_spaced(lexicon, lines))))
    assert cells["t3.granted", "natural"].value == 9
    assert cells["t3.granted", "public_interest"].value == 5
    assert cells["t3.partial", "natural"].value == 3
    assert cells["t3.partial", "business"].state == "blank"
    assert cells["t3.granted", "natural"].evidence
    assert cells["t3.handled", "natural"].state == "printed"


@pytest.mark.parametrize("form", ["2019", "2021"])
@pytest.mark.parametrize("style", ["pipes, blanks dropped", "one cell a line before a pipe, blanks dropped"])
def test_dropped_blanks_filled_up_at_the_end_are_not_trusted(
    reader: TableReader, lexicon: Lexicon, style: str, form: str
) -> None:
    """The row 3, 3 followed by padding is no 3 under 自然人 and 3 under 商业企业."""
    for seed in range(3):
        values = truth(lexicon, form, seed, blanks=1.0)
        assert not wrong(reader.read(as_text(laid_out(lexicon, form, values), style)), values)


def test_contradicting_sums_infer_nothing(reader: TableReader, lexicon: Lexicon) -> None:
    lines = {
        "一、本年新收政府信息公开申请数量": "12 5 18",
        "（一）予以公开": "9 5 14",
        "（七）总计": "12 0 0 5 0 0 17",
    }
    result = reader.read(text_document(_spaced(lexicon, lines)))
    assert not [cell for cell in result.cells if cell.state == "inferred"]
    assert "18" in [one.text for one in result.unread]


def _spaced(lexicon: Lexicon, lines: dict[str, str]) -> str:
    """Table 3 of 2019 in one line, with these values behind the labels that begin so."""
    head = "自然人 法人或其他组织 总计 商业企业 科研机构 社会公益组织 法律服务机构 其他"
    text = f"{HEADINGS[1]}\n{head}"
    for line in table_of(lexicon, "2019", "3").lines:
        values = [value for label, value in lines.items() if line.label.startswith(label)]
        text += f" {line.label} {''.join(values)}"
    return text + "\n五、问题\n"


def test_spans_and_offsets_point_into_the_text(reader: TableReader, lexicon: Lexicon) -> None:
    values: Truth = truth(lexicon, "2021", 10, blanks=0.3)
    source = as_text(laid_out(lexicon, "2021", values), "one cell a line after a tab")
    result = reader.read(source)
    assert all(source.text[cell.start : cell.end] == cell.printed for cell in result.cells if cell.state == "printed")
    assert len(result.spans) == 3
    inside = [start <= cell.start < end for cell in result.cells if cell.printed for start, end in result.spans]
    assert sum(inside) == sum(1 for cell in result.cells if cell.printed)


def test_a_dump_cut_short(reader: TableReader, lexicon: Lexicon) -> None:
    values = truth(lexicon, "2021", 11)
    text = as_text(laid_out(lexicon, "2021", values), "tab rows").text
    result = reader.read(text_document(text[: text.index("（四）无法提供")]))
    assert not wrong_of_given(result_cells=by_place(result), values=values)
    assert by_place(result)["t3.handled", "total"].state == "unreadable"
    assert [problem.code for problem in result.problems] == ["table_missing"]


def wrong_of_given(result_cells: dict[tuple[str, str | None], object], values: Truth) -> list[tuple[str, str | None]]:
    found = []
    for place, cell in result_cells.items():
        printed = getattr(cell, "printed", "")
        if getattr(cell, "state", "") == "printed" and printed != values[place]:
            found.append(place)
    return found


def test_repeated_merged_cells_are_a_grid(lexicon: Lexicon) -> None:
    table: Table = [[("甲", 2, 1), ("乙", 1, 2)], [("1", 1, 1), ("2", 1, 1)]]
    assert expanded(table, repeat=True) == [["甲", "乙", "乙"], ["甲", "1", "2"]]


@pytest.mark.parametrize("shape", ["text-cells", "text-tabs"])
@pytest.mark.parametrize("number", [5, 20, 33, 82, 130])
def test_dumps_with_almost_nothing_but_blanks_are_read_whole(reader: TableReader, shape: str, number: int) -> None:
    """Rows of blanks look like lines of one cell, and a blank table 4 like a head alone."""
    written = report(number, shapes=[shape])
    cells = {(c.code, c.column): (c.state, c.value) for c in reader.read(read(written.data, written.name)).cells}
    for row in samples_truth(written)["tables"]["cells"]:
        value = ("blank", None) if row["blank"] else ("printed", Decimal(str(row["value"])))
        assert cells[row["code"], row["column"]] == value
