"""Exports: numbers stay numbers, blanks blank, text harmless and recoverable, bytes the same for the same content."""

from __future__ import annotations

import csv
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import UsageError
from pipeline.store import Database
from pipeline.store.cellsafe import guard, unguard
from pipeline.store.export import export
from pipeline.store.read import Selection
from pipeline.store.sheets import write_table
from tests.unit.store_cases import DIFFERS, cell, figure, fresh, result

EVIL = '=HYPERLINK("http://x","甲")'


@pytest.fixture
def db(tmp_path: Path) -> Database:
    held = fresh(tmp_path / "r.duckdb")
    held.load(
        [
            result(
                "a.html",
                organ=EVIL,
                cells=(
                    cell("t2.fees.amount", None, "23271.8893", unit="万元"),
                    cell("t2.penalty.items_change", None, "-10"),
                    cell("t3.received", "total", None),
                    cell("t3.handled", "total", 0),
                ),
                figures=(
                    figure("gazette.issues", 4, "期", mention="+4期"),
                    figure("funding.amount", "1234567890123456.5", "元"),
                ),
                findings=(DIFFERS,),
            ),
            result(
                "b.html",
                organ="乙县人民政府",
                region_code="330201",
                year=2022,
                cells=(cell("t3.received", "natural", 3),),
            ),
        ]
    )
    return held


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def book(path: Path) -> Any:
    return openpyxl.load_workbook(path)


def sheet_rows(path: Path, title: str) -> list[dict[str, Any]]:
    found = [[cell.value for cell in row] for row in book(path)[title].iter_rows()]
    return [dict(zip(found[0], row, strict=True)) for row in found[1:]]


def test_csv_is_utf8_with_a_mark_and_chinese_headings(db: Database, tmp_path: Path) -> None:
    written = export(db, tmp_path / "out.csv")
    assert written.rows == 7
    assert [path.name for path in written.files] == [
        "out.reports.csv", "out.csv", "out.wide.csv", "out.findings.csv", "out.dictionary.csv", "datapackage.json",
    ]  # fmt: skip
    assert (tmp_path / "out.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    long = {(row["机关"], row["指标代码"]): row for row in rows(tmp_path / "out.csv")}
    fees = long[("'" + EVIL, "t2.fees.amount")]
    assert (fees["数值"], fees["单位"], fees["基本单位数值"], fees["基本单位"]) == (
        "23271.8893",
        "万元",
        "232718893",
        "元",
    )
    assert long[("'" + EVIL, "t2.penalty.items_change")]["数值"] == "-10"
    assert long[("'" + EVIL, "t2.penalty.items_change")]["原文"] == "-10"
    assert (long[("'" + EVIL, "t3.received")]["数值"], long[("'" + EVIL, "t3.received")]["单元状态"]) == ("", "blank")
    assert long[("'" + EVIL, "t3.handled")]["数值"] == "0"
    assert long[("'" + EVIL, "gazette.issues")]["原文"] == "'+4期"
    assert long[("'" + EVIL, "funding.amount")]["数值"] == "1234567890123456.5"


def test_wide_has_a_row_for_each_report_and_units_in_its_headings(db: Database, tmp_path: Path) -> None:
    export(db, tmp_path / "out.csv")
    first, second = rows(tmp_path / "out.wide.csv")
    assert first["行政事业性收费本年收费金额（元）"] == "232718893"
    assert first["本年新收政府信息公开申请数量（件）"] == ""
    assert second["本年新收政府信息公开申请数量（件）"] == ""  # only the natural column is printed there
    assert first["本年度办理结果总计（件）"] == "0"


def test_a_workbook_keeps_numbers_blanks_and_harmless_text(db: Database, tmp_path: Path) -> None:
    export(db, tmp_path / "out.xlsx")
    workbook = book(tmp_path / "out.xlsx")
    assert workbook.sheetnames == ["报告", "宽表", "长表", "核对结果", "数据字典"]
    assert workbook["长表"].freeze_panes == "A2"
    long = {row["指标代码"]: row for row in sheet_rows(tmp_path / "out.xlsx", "长表") if row["年份"] == 2023}
    assert long["t2.fees.amount"]["数值"] == 23271.8893
    assert long["t2.penalty.items_change"]["数值"] == -10
    assert long["t3.received"]["数值"] is None
    assert long["t3.received"]["单元状态"] == "空白"
    assert long["t3.received"]["申请人"] == "总计"
    assert long["t3.handled"]["数值"] == 0
    assert long["t3.handled"]["机关"] == "'" + EVIL
    assert long["funding.amount"]["数值"] == "1234567890123456.5"  # more digits than a spreadsheet keeps
    (finding,) = sheet_rows(tmp_path / "out.xlsx", "核对结果")
    assert (finding["结论"], finding["严重程度"], finding["相差"]) == ("不符", "错误", 1)
    told = {row["栏名或代码"]: row for row in sheet_rows(tmp_path / "out.xlsx", "数据字典")}
    assert told["t3.received"]["单位"] == "件"
    assert any("单引号" in row["说明"] for row in sheet_rows(tmp_path / "out.xlsx", "数据字典") if row["说明"])
    formulas = [c for sheet in workbook for line in sheet.iter_rows() for c in line if c.data_type == "f"]
    assert formulas == []


def test_every_column_of_an_export_is_in_the_dictionary(db: Database, tmp_path: Path) -> None:
    export(db, tmp_path / "out.parquet")
    told = set(pq.read_table(tmp_path / "out.dictionary.parquet")["name"].to_pylist())
    for name in ("out", "out.wide", "out.reports", "out.findings"):
        columns = pq.read_schema(tmp_path / f"{name}.parquet").names
        assert set(columns) - told == set()


@pytest.mark.parametrize("suffix", ["csv", "xlsx", "parquet"])
def test_the_same_content_gives_the_same_bytes(db: Database, tmp_path: Path, suffix: str) -> None:
    other = fresh(tmp_path / "o.duckdb")
    other.finish_run(other.start_run({"x": 1}))
    found = []
    for n, one in enumerate((db, db, other)):
        if one is other:
            other.load(
                [
                    result(
                        "b.html",
                        organ="乙县人民政府",
                        region_code="330201",
                        year=2022,
                        cells=(cell("t3.received", "natural", 3),),
                    )
                ]
            )
            other.load(list(_again(db)))
        folder = tmp_path / str(n)
        folder.mkdir()
        found.append([path.read_bytes() for path in export(one, folder / f"out.{suffix}").files])
    assert found[0] == found[1] == found[2]


def _again(db: Database) -> Any:
    from pipeline.store.read import document_result

    for (key,) in db.select("SELECT document_id FROM documents ORDER BY document_id DESC"):
        yield document_result(db, key)


def test_parquet_keeps_decimals_and_descriptions(db: Database, tmp_path: Path) -> None:
    export(db, tmp_path / "out.parquet")
    table = pq.read_table(tmp_path / "out.parquet")
    assert Decimal("1234567890123456.5") in table["value"].to_pylist()
    assert table.schema.field("value").metadata[b"description"].decode() == "数值"


def test_duckdb_holds_the_same_tables(db: Database, tmp_path: Path) -> None:
    import duckdb

    export(db, tmp_path / "out.duckdb")
    with duckdb.connect(str(tmp_path / "out.duckdb"), read_only=True) as con:
        assert con.execute("SELECT COUNT(*) FROM long").fetchone() == (7,)
        assert con.execute("SELECT organ FROM wide WHERE year = 2022").fetchone() == ("乙县人民政府",)


def test_dta_has_chinese_labels_and_missing_values(db: Database, tmp_path: Path) -> None:
    pyreadstat = pytest.importorskip("pyreadstat", reason="pyreadstat is not installed: no .dta here")
    export(db, tmp_path / "out.dta")
    frame, meta = pyreadstat.read_dta(str(tmp_path / "out.dta"))
    assert meta.column_names_to_labels["value"] == "数值"
    by_code = {(row["year"], row["code"]): row for _, row in frame.iterrows()}
    assert by_code[(2023, "t2.penalty.items_change")]["value"] == -10
    assert by_code[(2023, "t3.received")]["value"] != by_code[(2023, "t3.received")]["value"]
    first = (tmp_path / "out.dta").read_bytes()
    assert b"01 Jan 2000 00:00" in first[:2000]


def test_a_selection_is_exported_alone(db: Database, tmp_path: Path) -> None:
    export(db, tmp_path / "out.csv", Selection(years=(2022,)))
    assert {row["年份"] for row in rows(tmp_path / "out.csv")} == {"2022"}
    export(db, tmp_path / "none.parquet", Selection(years=(1999,)))
    assert pq.read_table(tmp_path / "none.parquet").num_rows == 0


def test_wide_may_be_the_main_table(db: Database, tmp_path: Path) -> None:
    written = export(db, tmp_path / "out.csv", wide=True)
    assert written.rows == 2
    assert (tmp_path / "out.long.csv").is_file()
    assert len(rows(tmp_path / "out.csv")) == 2


def test_a_table_of_our_own_by_the_name_of_the_file(tmp_path: Path) -> None:
    lines: list[list[Any]] = [[1, "=x", Decimal("1.50"), 2023, None], [None, "乙", Decimal(-3), 2022, "说明"]]
    heads = ["名次", "机关", "率（%）", "年份", "说明"]
    write_table(tmp_path / "t.csv", heads, lines)
    assert [list(row.values()) for row in rows(tmp_path / "t.csv")] == [
        ["1", "'=x", "1.5", "2023", ""],
        ["", "乙", "-3", "2022", "说明"],
    ]
    write_table(tmp_path / "t.xlsx", heads, lines, sheet="排名")
    assert [list(row.values()) for row in sheet_rows(tmp_path / "t.xlsx", "排名")] == [
        [1, "'=x", 1.5, 2023, None],
        [None, "乙", -3, 2022, "说明"],
    ]
    with pytest.raises(UsageError):
        write_table(tmp_path / "t.doc", heads, lines)


@pytest.mark.parametrize("name", ["out.doc", "out", "nowhere/out.csv"])
def test_what_cannot_be_written_is_said(db: Database, tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError):
        export(db, tmp_path / name)


def test_a_table_too_long_for_a_sheet_is_refused(db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.store.xlsx.ROWS", 3)
    with pytest.raises(UsageError, match="超出 Excel"):
        export(db, tmp_path / "out.xlsx")
    assert not (tmp_path / "out.xlsx").exists()


@given(st.text())
def test_guarding_is_undone_exactly(text: str) -> None:
    assert unguard(guard(text)) == text
    assert not guard(text).startswith(("=", "@", "\t"))


@pytest.mark.parametrize("text", ["-", "-10", "+5", "-1,234.5", "-12.3%", "甲", ""])
def test_what_is_harmless_stays(text: str) -> None:
    assert guard(text) == text


@pytest.mark.parametrize("text", ["=1+1", "+A1", "-A1", "@x", "\tx", "-1+1", "'x", "=", "--1"])
def test_what_may_run_is_guarded(text: str) -> None:
    assert guard(text) == "'" + text
