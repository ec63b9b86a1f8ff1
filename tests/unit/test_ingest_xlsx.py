# ruff: noqa: E501  (a line of Chinese counts double)
"""Workbooks: cells as they are displayed, merged cells with their origin."""

from __future__ import annotations

import pytest

from pipeline.errors import EmptyFile
from pipeline.ingest import read
from pipeline.ingest.xlsxformat import displayed
from tests.ingest_files import grid, paragraphs, rows, tables, xlsx

STYLES = (
    '<numFmts><numFmt numFmtId="164" formatCode="0&quot;件&quot;"/></numFmts>'
    '<cellXfs><xf numFmtId="0"/><xf numFmtId="10"/><xf numFmtId="164"/><xf numFmtId="31"/></cellXfs>'
)


def row(*cells: str) -> str:
    return "<row>" + "".join(cells) + "</row>"


def s(text: str) -> str:
    return f'<c t="inlineStr"><is><t>{text}</t></is></c>'


def v(number: str, style: int = 0) -> str:
    return f'<c s="{style}"><v>{number}</v></c>'


def test_numbers_as_displayed() -> None:
    body = row(s("甲"), v("12"), v("12.0"), v("0.355", 1)) + row(
        s("乙"), v("8", 2), v("44561", 3), v("0.35499999999999998")
    )
    document = read(xlsx(f"<sheetData>{body}</sheetData>", styles=STYLES), "a.xlsx")
    assert rows(document) == [["甲", "12", "12", "35.50%"], ["乙", "8件", "2021年12月31日", "0.355"]]
    assert tables(document)[0].kind == "xlsx"


def test_shared_strings_without_readings_of_characters() -> None:
    strings = "<si><r><t>规</t></r><r><t>章</t></r><rPh><t>guizhang</t></rPh></si><si><t>x</t></si>"
    body = row('<c t="s"><v>0</v></c>', v("1")) + row('<c t="s"><v>99</v></c>', '<c t="b"><v>1</v></c>', s("末"))
    assert rows(read(xlsx(f"<sheetData>{body}</sheetData>", strings), "a.xlsx")) == [
        ["规章", "1", ""],
        ["", "TRUE", "末"],
    ]


def test_merged_cells_and_blanks_between() -> None:
    body = (
        '<row r="2"><c r="B2" t="inlineStr"><is><t>甲</t></is></c><c r="C2" t="inlineStr"><is><t>乙</t></is></c></row>'
        '<row r="3"><c r="C3"><v>1</v></c><c r="D3"><v>2</v></c></row><row r="5"><c r="B5"><v>3</v></c></row>'
    )
    merges = '<mergeCells><mergeCell ref="B2:B3"/><mergeCell ref="C2:D2"/></mergeCells>'
    assert grid(read(xlsx(f"<sheetData>{body}</sheetData>{merges}"), "a.xlsx")) == [
        (0, 0, 2, 1, "甲"), (0, 1, 1, 2, "乙"), (1, 1, 1, 1, "1"), (1, 2, 1, 1, "2"),
        (2, 0, 1, 1, "3"), (2, 1, 1, 1, ""), (2, 2, 1, 1, ""),
    ]  # fmt: skip


def test_long_single_cells_are_paragraphs() -> None:
    long = "本机关全年没有收到申请，" * 8
    body = row(s(long)) + row(s("甲"), v("1")) + row(s("乙"), v("2")) + row(s(long))
    document = read(xlsx(f"<sheetData>{body}</sheetData>"), "a.xlsx")
    assert paragraphs(document) == [long, long]
    assert rows(document) == [["甲", "1"], ["乙", "2"]]


def test_a_sheet_of_one_column_is_text() -> None:
    assert paragraphs(read(xlsx(f"<sheetData>{row(s('甲'))}{row(s('乙'))}</sheetData>"), "a.xlsx")) == ["甲", "乙"]


def test_formulas_without_a_result_are_told() -> None:
    document = read(xlsx(f"<sheetData>{row(s('甲'), '<c><f>A1+1</f></c>', v('1'))}</sheetData>"), "a.xlsx")
    assert [problem.code for problem in document.problems] == ["formulas"]


def at(place: str, text: str) -> str:
    return f'<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>'


def test_hidden_rows_and_columns_are_not_read_and_told() -> None:
    body = (
        f'<row r="1">{at("A1", "项目")}{at("B1", "旧")}{at("C1", "数")}{at("E1", "计")}</row>'
        f'<row r="2" hidden="1">{at("A2", "甲")}{at("B2", "1")}{at("C2", "2")}</row>'
        f'<row r="3" ht="0">{at("A3", "乙")}</row>'
        f'<row r="4">{at("A4", "丙")}{at("B4", "3")}{at("C4", "4")}{at("D4", "5")}{at("E4", "6")}</row>'
    )
    columns = '<cols><col min="2" max="2" hidden="1"/><col min="4" max="4" width="0"/><col min="5" max="99" hidden="0"/></cols>'
    document = read(xlsx(f"{columns}<sheetData>{body}</sheetData>"), "a.xlsx")
    assert rows(document) == [["项目", "数", "计"], ["丙", "4", "6"]]
    assert [problem.code for problem in document.problems] == ["hidden_cells"]
    assert "7 个格" in document.problems[0].message


def test_a_merged_cell_shows_as_long_as_any_part_of_it_does() -> None:
    body = (
        f'<row r="1" hidden="true">{at("A1", "组")}{at("B1", "0")}{at("C1", "9")}</row>'
        f'<row r="2">{at("B2", "甲")}{at("C2", "1")}{at("D2", "2")}</row><row r="3">{at("B3", "乙")}{at("C3", "3")}{at("D3", "4")}</row>'
        f'<row r="4">{at("A4", "计")}{at("C4", "4")}{at("D4", "6")}</row>'
    )
    merges = '<mergeCells><mergeCell ref="A1:A3"/><mergeCell ref="A4:B4"/><mergeCell ref="B1:C1"/></mergeCells>'
    document = read(xlsx(f"<sheetData>{body}</sheetData>{merges}"), "a.xlsx")
    assert grid(document) == [
        (0, 0, 2, 1, "组"), (0, 1, 1, 1, "甲"), (0, 2, 1, 1, "1"), (0, 3, 1, 1, "2"),
        (1, 1, 1, 1, "乙"), (1, 2, 1, 1, "3"), (1, 3, 1, 1, "4"),
        (2, 0, 1, 2, "计"), (2, 2, 1, 1, "4"), (2, 3, 1, 1, "6"),
    ]  # fmt: skip


def test_rows_that_a_filter_hides_are_read() -> None:
    body = "".join(
        f'<row r="{n}" hidden="{int(n in (2, 5))}">{at(f"A{n}", f"行{n}")}{at(f"B{n}", str(n))}</row>'
        for n in range(1, 6)
    )
    active = '<autoFilter ref="A1:B4"><filterColumn colId="0"><filters><filter val="x"/></filters></filterColumn></autoFilter>'
    shown = read(xlsx(f"<sheetData>{body}</sheetData>{active}"), "a.xlsx")
    assert [line[0] for line in rows(shown)] == ["行1", "行2", "行3", "行4"]
    idle = read(xlsx(f'<sheetData>{body}</sheetData><autoFilter ref="A1:B4"/>'), "a.xlsx")
    assert [line[0] for line in rows(idle)] == ["行1", "行3", "行4"]


def test_a_workbook_of_nothing_that_shows() -> None:
    body = f'<cols><col min="1" max="16384" hidden="1"/></cols><sheetData>{row(s("甲"), v("1"))}</sheetData>'
    with pytest.raises(EmptyFile, match="取消隐藏"):
        read(xlsx(body), "a.xlsx")


def test_an_empty_workbook() -> None:
    with pytest.raises(EmptyFile):
        read(xlsx("<sheetData/>"), "a.xlsx")


@pytest.mark.parametrize(
    ("raw", "code", "text"),
    [
        ("1234.5", "General", "1234.5"), ("1E+3", "General", "1000"), ("1.2E-2", "General", "0.012"),
        ("-5", "General", "-5"), ("1234567.891", "#,##0.00", "1,234,567.89"), ("0.5", "0%", "50%"), ("0.125", "0.0%", "12.5%"),
        ("2.5", "0", "3"), ("-3", "0;(0)", "3"), ("-3", "0.0", "-3.0"), ("12", '0"条"', "12条"), ("12", '"共"0"条"', "共12条"),
        ("5", "@", "5"), ("5", "[Red]0_ ", "5"), ("44561", "yyyy-mm-dd", "2021-12-31"), ("44561", 'yyyy"年"m"月"', "2021年12月"),
        ("NaN", "0", "NaN"), ("abc", "0", "abc"), ("1E+999", "0", "1E+999"), ("1.50", "0.##", "1.5"), ("12", "0.00E+00", "12"),
        ("-1", "yyyy-mm-dd", "-1"), ("7", '"', "7"),
    ],
)  # fmt: skip
def test_number_formats(raw: str, code: str, text: str) -> None:
    assert displayed(raw, code) == text
