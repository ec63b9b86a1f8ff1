"""Decisions: what they need, how they age, and that they lapse when the document is another one."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from pipeline.errors import UsageError
from pipeline.store import Database
from pipeline.store.decisions import age, held, resolve
from pipeline.store.worklist import HEADINGS, findings, worklist
from tests.unit.store_cases import DIFFERS, cell, fresh, result


@pytest.fixture
def db(tmp_path: Path) -> Database:
    found = fresh(tmp_path / "a.duckdb")
    found.load([result("dir/a.html", findings=(DIFFERS,))])
    return found


def decide(db: Database, decision: str, **more: object) -> None:
    (work,) = findings(db)
    db.decide(work.report_id, work.check, work.code, work.applicant, decision, **more)  # type: ignore[arg-type]  # test


def test_a_correction_has_its_value_and_its_age(db: Database) -> None:
    decide(db, "corrected", value=Decimal(11), author="张三", decided_at="2024-05-01T09:00:00+08:00")
    (work,) = findings(db)
    assert work.decided(date(2024, 5, 4)) == "已更正为 11（张三，3 天前）"
    assert findings(db, open_only=True) == []


def test_a_decision_lapses_loudly_when_another_document_takes_its_place(db: Database) -> None:
    decide(db, "confirmed", author="张三")
    assert held(db, only_lapsed=True) == []
    db.load([result("dir/a.html", findings=(DIFFERS,))])
    assert held(db, only_lapsed=True) == [], "the same document again is no other document"
    db.load([result("dir/a.html", findings=(DIFFERS,), cells=(cell("t4.review.total", None, 3),))])
    (lapsed,) = held(db, only_lapsed=True)
    assert (lapsed.check, lapsed.author, lapsed.lapsed) == ("A1.total", "张三", True)
    assert [work.check for work in findings(db, open_only=True)] == ["A1.total"]
    (line,) = worklist(db)
    assert "已失效，文件已更换" in str(dict(zip(HEADINGS, line, strict=True))["处理意见"])
    decide(db, "confirmed")
    assert held(db, only_lapsed=True) == []


def test_what_a_decision_needs(db: Database) -> None:
    with pytest.raises(UsageError, match="--value"):
        decide(db, "corrected")
    with pytest.raises(UsageError, match="--value"):
        decide(db, "confirmed", value=Decimal(1))
    with pytest.raises(UsageError, match="--reason"):
        decide(db, "dismissed")
    assert held(db) == []


def test_a_report_is_found_by_its_file(db: Database) -> None:
    (work,) = findings(db)
    assert resolve(db, "a.html") == resolve(db, "dir/a.html") == resolve(db, work.report_id) == work.report_id
    with pytest.raises(UsageError, match="没有这份报告"):
        resolve(db, "b.html")


@pytest.mark.parametrize(
    ("told", "days"), [("2024-05-04T10:00:00", "今天"), ("2024-05-01", "3 天前"), (None, ""), ("x", "")]
)
def test_age(told: str | None, days: str) -> None:
    assert age(told, date(2024, 5, 4)) == days
