"""Grids: every cell in its place, and no value in a wrong column where the grid is damaged."""

from __future__ import annotations

from decimal import Decimal

import pytest

from pipeline.lexicon import Lexicon
from pipeline.model import Document
from pipeline.tables import TableReader
from tests.tables_cases import (
    COLUMNS,
    GROUPS,
    HEADINGS,
    RESULTS,
    Laid,
    Table,
    Truth,
    by_place,
    document,
    laid_out,
    places,
    report,
    truth,
    unread,
    wrong,
)

FORMS = ("2019", "2021")
Three = tuple[Table, Table, Table]


@pytest.fixture(scope="module")
def reader(lexicon: Lexicon) -> TableReader:
    return TableReader(lexicon)


@pytest.fixture(scope="module", params=FORMS)
def case(request: pytest.FixtureRequest, lexicon: Lexicon) -> tuple[Truth, Three]:
    values = truth(lexicon, request.param, 3, blanks=0.5)
    return values, laid_out(lexicon, request.param, values)


def copied(table: Table) -> Table:
    return [list(row) for row in table]


def rows_with_values(table: Table) -> list[int]:
    return list(range(3, len(table)))


def cut(table: Table, after: int) -> tuple[Table, Table]:
    """The table cut between two pages: merged cells go on as empty cells."""
    upper: list[list[tuple[int, Laid]]] = [[] for _ in range(after)]
    lower: list[list[tuple[int, Laid]]] = [[] for _ in range(len(table) - after)]
    for row, column, (text, rowspan, colspan) in places(table):
        if row >= after:
            lower[row - after].append((column, (text, rowspan, colspan)))
            continue
        upper[row].append((column, (text, min(rowspan, after - row), colspan)))
        if row + rowspan > after:
            lower[0].append((column, ("", row + rowspan - after, colspan)))
    return [[c for _, c in sorted(row)] for row in upper], [[c for _, c in sorted(row)] for row in lower]


def test_every_cell_of_the_form_is_given_with_its_origin(reader: TableReader, case: tuple[Truth, Three]) -> None:
    values, tables = case
    source = report(tables)
    result = reader.read(source)
    assert not wrong(result, values)
    assert not unread(result, values)
    assert {(cell.code, cell.column) for cell in result.cells} == set(values)
    assert all(source.text[cell.start : cell.end] == cell.printed for cell in result.cells)
    assert not result.unread
    assert not result.problems


def test_forms_are_told_by_the_tables_themselves(reader: TableReader, lexicon: Lexicon) -> None:
    new, old = truth(lexicon, "2021", 1), truth(lexicon, "2019", 1)
    mixed = (laid_out(lexicon, "2021", new)[0], *laid_out(lexicon, "2019", old)[1:])
    result = reader.read(report(mixed))
    assert result.forms["2"] == "2021"
    assert result.forms["3"] == "2019"
    cells = by_place(result)
    assert ("t3.other.total", "total") in cells
    assert ("t3.other.other", "total") not in cells


def test_headings_and_prose_are_not_taken(reader: TableReader, case: tuple[Truth, Three]) -> None:
    source = report(case[1])
    taken = "".join(source.text[start:end] for start, end in reader.read(source).spans)
    assert "本列数据的勾稽关系" in taken
    assert "120" not in taken
    assert "存在的主要问题" not in taken


def test_a_note_above_the_frame_is_taken(reader: TableReader, case: tuple[Truth, Three]) -> None:
    values, (_, table, _) = case
    bare = copied(table)
    bare[0][0] = ("", 3, 3)
    source = document(HEADINGS[1], "（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）", bare)
    result = reader.read(source)
    assert any(source.text[start:end].startswith("（本列数据") for start, end in result.spans)
    assert by_place(result)["t3.received", "total"].printed == values["t3.received", "total"]


@pytest.mark.parametrize("repeated", [False, True])
@pytest.mark.parametrize("after", [5, 8, 14, 20])
def test_a_table_cut_by_a_page_is_joined(
    reader: TableReader, case: tuple[Truth, Three], after: int, repeated: bool
) -> None:
    values, (second, third, fourth) = case
    upper, lower = cut(third, after)
    lower = copied(third[:3]) + lower if repeated else lower
    result = reader.read(document(HEADINGS[0], second, HEADINGS[1], upper, "— 3 —", lower, HEADINGS[2], fourth))
    assert not wrong(result, values)
    assert not unread(result, values)


def test_head_and_body_on_two_pages(reader: TableReader, case: tuple[Truth, Three]) -> None:
    values, (second, third, fourth) = case
    result = reader.read(document(*cut(second, 2), third, *cut(fourth, 3)))
    assert not wrong(result, values)
    assert not unread(result, values)


def test_a_label_cut_by_a_page_is_mended(reader: TableReader, lexicon: Lexicon) -> None:
    values = truth(lexicon, "2021", 5)
    second, third, fourth = laid_out(lexicon, "2021", values)
    upper, lower = cut(third, 8)
    label = upper[-1][-8][0]
    blank: list[Laid] = [("", 1, 1)] * 7
    upper[-1] = [*upper[-1][:-8], (label[:4], 1, 1), *upper[-1][-7:]]
    rest: list[Laid] = [("", 1, 1), ("", 1, 1), (label[4:], 1, 1), *blank]
    result = reader.read(document(second, upper, [rest, *lower], fourth))
    assert not wrong(result, values)
    assert not unread(result, values)


def test_labels_that_lost_characters(reader: TableReader, lexicon: Lexicon) -> None:
    values = truth(lexicon, "2021", 6)
    second, third, fourth = laid_out(lexicon, "2021", values)
    damaged = {
        "2.其他法律行政法规禁止公开": "2.其他法行政禁止公开",
        "（二）部分公开（区分处理的，只计这一情形，不计其他情形）": "（二）部分公（区分处理的，只计这情形）",
        "1.申请人无正当理由逾期不补正、行政机关不再处理其政府信息公开申请": "1.申请人无正理由逾期不补、行政机不再处理",
    }
    third = [[(damaged.get(text, text), r, c) for text, r, c in row] for row in third]
    result = reader.read(report((second, third, fourth)))
    assert not wrong(result, values)
    assert not unread(result, values)
    assert ("t3.other.total", "natural") not in by_place(result)


def test_a_label_that_is_no_line_is_not_forced(reader: TableReader, lexicon: Lexicon) -> None:
    values = truth(lexicon, "2021", 6)
    second, third, fourth = laid_out(lexicon, "2021", values)
    third = [
        [("8.甲乙丙丁", r, c) if text == "8.属于行政查询事项" else (text, r, c) for text, r, c in row] for row in third
    ]
    result = reader.read(report((second, third, fourth)))
    assert {by_place(result)["t3.denied.admin_inquiry", column].state for column in COLUMNS} == {"unreadable"}
    assert not wrong(result, values)
    assert result.unread
    assert all(one.reason == "table_text" for one in result.unread)


@pytest.mark.parametrize("row", [7, 12, 17])
def test_a_missing_cell_never_shifts_the_others(reader: TableReader, lexicon: Lexicon, row: int) -> None:
    for place in range(7):
        values = truth(lexicon, "2021", place, zeros=0.1)
        second, third, fourth = laid_out(lexicon, "2021", values)
        third = copied(third)
        del third[row][len(third[row]) - 7 + place]
        result = reader.read(report((second, third, fourth)))
        assert not [one for one in wrong(result, values) if one[2] != "0"]


@pytest.mark.parametrize("by", [-1, 1])
def test_spans_that_lie(reader: TableReader, lexicon: Lexicon, by: int) -> None:
    values = truth(lexicon, "2019", 8)
    for row, cell in [
        (r, c) for r, cells in enumerate(laid_out(lexicon, "2019", values)[1]) for c in range(len(cells))
    ]:
        second, third, fourth = laid_out(lexicon, "2019", values)
        text, rowspan, colspan = third[row][cell]
        if row < 3 or rowspan == 1:
            continue
        third[row][cell] = (text, rowspan + by, colspan)
        assert not wrong(reader.read(report((second, third, fourth))), values)


def test_a_merged_value_is_not_shared_out(reader: TableReader, lexicon: Lexicon) -> None:
    values = truth(lexicon, "2021", 9, zeros=0.0)
    second, third, fourth = laid_out(lexicon, "2021", values)
    text = third[5][-7][0]
    third[5][-7:-5] = [(text, 1, 2)]
    cells = by_place(reader.read(report((second, third, fourth))))
    assert cells["t3.granted", "natural"].state == "unreadable"
    assert cells["t3.granted", "natural"].value is None
    assert cells["t3.granted", "business"].state == "covered"
    assert cells["t3.granted", "total"].printed == values["t3.granted", "total"]


def test_columns_come_from_their_labels_not_from_their_order(reader: TableReader, lexicon: Lexicon) -> None:
    values = truth(lexicon, "2021", 10, zeros=0.1)
    second, third, fourth = laid_out(lexicon, "2021", values)
    third[2][0], third[2][1] = third[2][1], third[2][0]
    for row in rows_with_values(third):
        third[row][-6], third[row][-5] = third[row][-5], third[row][-6]
    result = reader.read(report((second, third, fourth)))
    assert not wrong(result, values)
    assert not unread(result, values)


def test_other_words_for_labels(reader: TableReader, lexicon: Lexicon) -> None:
    values = truth(lexicon, "2019", 11)
    changes = {
        "总计": "合 计",
        "（七）总计": "(七)合计",
        "规范性文件": "行政规范性文件",
        "商业企业": "商业\n企业",
        "三、本年度办理结果": "\n".join("三、本年度办理结果"),
        "（一）予以公开": "(一)予以公開",
    }
    tables = [
        [[(changes.get(t, t), r, c) for t, r, c in row] for row in table] for table in laid_out(lexicon, "2019", values)
    ]
    result = reader.read(report((tables[0], tables[1], tables[2])))
    assert not wrong(result, values)
    assert not unread(result, values)


def test_a_column_of_numbers_before_the_labels(reader: TableReader, case: tuple[Truth, Three]) -> None:
    values, (second, third, fourth) = case
    numbered: Table = [[("序号", 3, 1), *third[0]], third[1], third[2]]
    numbered += [[(str(i), 1, 1), *row] for i, row in enumerate(third[3:], 1)]
    result = reader.read(report((second, numbered, fourth)))
    assert not wrong(result, values)
    assert not unread(result, values)
    assert [one.text for one in result.unread][:2] == ["1", "2"]


def test_an_empty_column_among_the_others(reader: TableReader, case: tuple[Truth, Three]) -> None:
    values, (second, third, fourth) = case
    wider = copied(third)
    wider[0][1], wider[1][1] = ("申请人情况", 1, 8), ("法人或其他组织", 1, 6)
    wider[2].insert(2, ("", 1, 1))
    for row in rows_with_values(wider):
        wider[row].insert(len(wider[row]) - 4, ("", 1, 1))
    result = reader.read(report((second, wider, fourth)))
    assert not wrong(result, values)
    assert not unread(result, values)


def test_a_number_in_an_unlabelled_column_makes_the_row_unreadable(reader: TableReader, lexicon: Lexicon) -> None:
    values = truth(lexicon, "2021", 12, zeros=0.1)
    second, third, fourth = laid_out(lexicon, "2021", values)
    third[0][1], third[1][1] = ("申请人情况", 1, 8), ("法人或其他组织", 1, 6)
    third[2].insert(2, ("", 1, 1))
    for row in rows_with_values(third):
        third[row].insert(len(third[row]) - 4, ("", 1, 1))
    row = third[9]
    row[-5], row[-6] = row[-6], ("", 1, 1)
    result = reader.read(report((second, third, fourth)))
    assert not [one for one in wrong(result, values) if one[3] != "inferred"]
    assert by_place(result)["t3.denied.safety_stability", "research"].state in ("unreadable", "inferred")


@pytest.mark.parametrize("shape", ["side", "three", "rows"])
def test_table_4_in_other_shapes(reader: TableReader, case: tuple[Truth, Three], shape: str) -> None:
    values, (second, third, fourth) = case
    printed = [text for text, _, _ in fourth[3]]
    if shape == "side":
        turned: Table = []
        for place, text in enumerate(printed):
            before: list[Laid] = [(GROUPS[place // 5], 5, 1)] if place % 5 == 0 else []
            turned.append([*before, (RESULTS[place % 5], 1, 1), (text, 1, 1)])
        blocks: list[Table] = [turned]
    elif shape == "three":
        blocks = [
            [[(group, 1, 5)], [(word, 1, 1) for word in RESULTS], [(text, 1, 1) for text in printed[5 * i : 5 * i + 5]]]
            for i, group in enumerate(GROUPS)
        ]
    else:
        rows: Table = [
            [(group, 1, 1), *((t, 1, 1) for t in printed[5 * i : 5 * i + 5])] for i, group in enumerate(GROUPS)
        ]
        blocks = [[[("类型", 1, 1), *((word, 1, 1) for word in RESULTS)], *rows]]
    result = reader.read(document(second, third, HEADINGS[2], *blocks))
    assert not wrong(result, values)
    assert not unread(result, values)


def test_all_tables_in_one(reader: TableReader, case: tuple[Truth, Three]) -> None:
    values, tables = case
    rows: Table = []
    for heading, table in zip(HEADINGS, tables, strict=True):
        rows += [[(heading, 1, 15)], *table]
    result = reader.read(document(rows))
    assert not wrong(result, values)
    assert not unread(result, values)
    assert not result.unread


def test_label_and_number_in_one_cell(reader: TableReader, lexicon: Lexicon) -> None:
    values = truth(lexicon, "2021", 13)
    second, third, fourth = laid_out(lexicon, "2021", values)
    second = [[("行政许可  31", 1, 4)] if row[0][0] == "行政许可" else row for row in second]
    cell = by_place(reader.read(report((second, third, fourth))))["t2.licensing.decisions", None]
    assert (cell.state, cell.value, cell.printed) == ("printed", Decimal(31), "31")


def test_units_in_the_head(reader: TableReader, lexicon: Lexicon) -> None:
    values = truth(lexicon, "2021", 14) | {("t2.fees.amount", None): "1250000"}
    second, third, fourth = laid_out(lexicon, "2021", values)
    second = [[(text.replace("单位：万元", "单位：元"), r, c) for text, r, c in row] for row in second]
    cell = by_place(reader.read(report((second, third, fourth))))["t2.fees.amount", None]
    assert (cell.value, cell.unit, cell.printed) == (Decimal(125), "万元", "1250000")
    assert cell.note
    assert "元" in cell.note


def test_a_table_given_twice(reader: TableReader, lexicon: Lexicon) -> None:
    values = truth(lexicon, "2021", 15)
    second, third, fourth = laid_out(lexicon, "2021", values)
    empty = [
        [(text if i < 3 or j < len(row) - 7 else "", r, c) for j, (text, r, c) in enumerate(row)]
        for i, row in enumerate(third)
    ]
    result = reader.read(document(second, empty, third, fourth, third))
    assert not wrong(result, values)
    assert [problem.code for problem in result.problems] == ["table_twice"]


def test_missing_tables_are_named(reader: TableReader, lexicon: Lexicon) -> None:
    second, _, _ = laid_out(lexicon, "2021", truth(lexicon, "2021", 16))
    result = reader.read(document("一、总体情况", second))
    assert [problem.code for problem in result.problems] == ["table_missing", "table_missing"]
    assert "第三部分" in result.problems[0].message
    assert "第四部分" in result.problems[1].message


def test_other_tables_are_left_alone(reader: TableReader) -> None:
    budget: Table = [
        [("项目", 1, 1), ("预算数", 1, 1), ("总计", 1, 1)],
        [("行政运行", 1, 1), ("120", 1, 1), ("120", 1, 1)],
    ]
    result = reader.read(document("部门预算", budget))
    assert not result.cells
    assert not result.spans
    assert [(one.text, one.reason) for one in result.unread] == [("120", "table_text"), ("120", "table_text")]


def test_endless_tables_are_refused(reader: TableReader) -> None:
    source = document([[("自然人", 1, 1), ("商业企业", 1, 1)]])
    (table,) = source.blocks
    huge = Document(
        source="case", sha256="0" * 64, media_type="text/html", text=source.text,
        blocks=(type(table)(start=0, end=table.end, rows=10**6, columns=10**6, cells=table.cells, kind="html"),),
    )  # fmt: skip
    assert not reader.read(huge).cells
