"""Who has not published, who was late."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.compare.missing import missing, organs
from pipeline.errors import UsageError
from tests.unit.store_cases import fresh, result


def test_states(tmp_path: Path) -> None:
    db = fresh(tmp_path / "r.duckdb")
    db.load(
        [
            result("a.html", organ_kind="department", organ="甲局", published_on="2024-01-31"),
            result("b.html", organ_kind="department", organ="乙 局", published_on="2024-02-01"),
            result("c.html", organ_kind="department", organ="丙局"),
            result("d.html", organ_kind="department", organ="丁局", region_code="330200", published_on="2024-01-05"),
            result("e.html", organ_kind="department", organ="戊局", year=2022, published_on="2023-01-05"),
        ]
    )
    listed = [("甲局", None), ("乙局", None), ("丙局", None), ("丁局", "330100"), ("丁局", "330200"), ("戊局", None)]
    found = [(due.organ, due.region_code, due.state) for due in missing(db, listed, 2023)]
    assert found == [
        ("丁局", "330100", "missing"),
        ("戊局", None, "missing"),
        ("乙局", "330100", "late"),
        ("丙局", "330100", "undated"),
        ("甲局", "330100", "on_time"),
        ("丁局", "330200", "on_time"),
    ]
    assert missing(db, [("乙局", None)], 2023, "2024-03-31")[0].state == "on_time"
    assert missing(db, [("乙局", None)], 2023)[0].line() == [
        "乙局", "330100", 2023, "逾期发布", "2024-02-01", "2024-01-31", "b.html",
    ]  # fmt: skip
    with pytest.raises(UsageError, match="期限"):
        missing(db, [], 2023, "明年")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_list_in_any_usual_encoding(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "l.csv"
    path.write_text("机关,区划代码\n甲局,330100\n乙局,\n,\n", encoding=encoding)
    assert organs(path) == [("甲局", "330100"), ("乙局", None)]


def test_what_is_no_list_is_said(tmp_path: Path) -> None:
    (tmp_path / "l.csv").write_text("名字\n甲局\n", encoding="utf-8")
    with pytest.raises(UsageError, match="「机关」一栏"):
        organs(tmp_path / "l.csv")
    with pytest.raises(UsageError, match="找不到"):
        organs(tmp_path / "none.csv")
