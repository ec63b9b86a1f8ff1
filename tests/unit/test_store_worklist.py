"""The work list, decisions on it, and a document as it was loaded."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import msgspec
import pytest

from pipeline.errors import UsageError
from pipeline.model import Document, Evidence, Figure, Finding, Problem
from pipeline.store import Database, Loader, Outcome, encode
from pipeline.store.read import Selection, by_organ, current_document, document_result, facts
from pipeline.store.worklist import HEADINGS, findings, worklist
from tests.unit.store_cases import DIFFERS, PERIOD, cell, figure, fresh, result, table3


@pytest.fixture
def db(tmp_path: Path) -> Database:
    return fresh(tmp_path / "r.duckdb")


def other(check: str, severity: str, verdict: str = "differs") -> Finding:
    return msgspec.structs.replace(DIFFERS, check=check, severity=severity, verdict=verdict)


def load(db: Database) -> None:
    db.load(
        [
            result("a.html", findings=(other("F1", "info"), DIFFERS, other("C1", "error", "agrees"))),
            result("b.html", organ="乙市人民政府", region_code="330200", findings=(other("B6", "warning"),)),
        ]
    )


def test_the_grave_ones_come_first(db: Database) -> None:
    load(db)
    assert [work.check for work in findings(db)] == ["A1.total", "B6", "F1"]
    assert [work.check for work in findings(db, "warning")] == ["A1.total", "B6"]
    assert [work.check for work in findings(db, selection=Selection(region="3302"))] == ["B6"]
    assert [work.check for work in findings(db, verdicts=())] == ["A1.total", "C1", "B6", "F1"]
    with pytest.raises(UsageError, match="severity"):
        findings(db, "grave")


def test_lines_are_chinese(db: Database) -> None:
    load(db)
    (line,) = worklist(db, "error", year=2023)
    told = dict(zip(HEADINGS, line, strict=True))
    assert (told["严重程度"], told["结论"], told["申请人"], told["相差"]) == ("错误", "不符", "总计", Decimal(1))
    assert told["指标"] == "本年度办理结果总计"


def test_a_decision_stands_through_a_new_load(db: Database) -> None:
    load(db)
    (work,) = findings(db, "error")
    db.decide(work.report_id, work.check, work.code, work.applicant, "confirmed", reason="已电话核实", author="甲")
    load(db)
    assert [w.decision for w in findings(db, "error")] == ["confirmed"]
    assert findings(db, "error", open_only=True) == []
    db.decide(work.report_id, work.check, work.code, work.applicant, None)
    assert [w.decision for w in findings(db, "error")] == [None]


def test_findings_across_years_are_replaced_report_by_report(db: Database) -> None:
    load(db)
    (report,) = {work.report_id for work in findings(db, "error")}
    across = other("D1.total", "error")
    db.load_across({report: [(across, None)]})
    db.load_across({report: [(across, "x")]})
    assert [work.check for work in findings(db, "error")] == ["A1.total", "D1.total"]
    db.load_across({report: []})
    assert [work.check for work in findings(db, "error")] == ["A1.total"]


def test_a_document_comes_back_as_it_was_loaded(db: Database) -> None:
    full: Figure = figure(
        "t3.granted", "12.50", "%", bound="min", low=Decimal("12.5"), high=None, measure="share", of=0,
        column="natural", channel="website+app", scope="全市", scope_kind="jurisdiction", category="政策", part_of=0,
        parts_exhaustive=False, zero_by_words=False, unit_implied=True,
        period=PERIOD(kind="part_year", begin="2023-01-01", end="2023-06-30"),
    )  # fmt: skip
    finding = msgspec.structs.replace(
        DIFFERS,
        evidence=(Evidence(kind="cell", code="t3.handled", column="total"), Evidence(kind="text", start=1, end=2)),
    )
    change = msgspec.structs.replace(
        cell("t2.penalty.items_change", None, "-10"), note="其中修订2", page=3, box=(1.0, 2.5, 3.0, 4.0)
    )
    given = result(
        cells=(*table3({"received": 3, "granted": None}), change),
        figures=(figure("t3.handled", 8, of="t3.received"), full), findings=(finding,),
    )  # fmt: skip
    given = msgspec.structs.replace(given, problems=(Problem(code="no_table", message="缺表四"),))
    db.load([given])
    held = document_result(db, given.document.sha256[:16])
    assert held is not None
    for name in ("report", "sections", "cells", "figures", "findings", "unread", "problems"):
        assert getattr(held, name) == getattr(given, name), name
    assert isinstance(held.document, Document)
    assert held.document.text == given.document.text
    assert document_result(db, "0" * 16) is None


def test_organs_come_with_their_years_in_order(db: Database) -> None:
    db.load(
        [
            result("a3.html", year=2023, cells=(cell("t3.received", "total", 3),)),
            result("b.html", organ="乙县人民政府", region_code="330201", year=2022),
            result("a2.html", year=2022),
            result("x.html", organ=None, year=2022),
        ]
    )
    told = [[(r.report.organ, r.report.year) for _, r in organ] for organ in by_organ(db, size=1)]
    assert told == [[("乙县人民政府", 2022)], [("甲市人民政府", 2022), ("甲市人民政府", 2023)]]
    assert [len(organ) for organ in by_organ(db, Selection(years=(2023,)))] == [1]
    (((report, held),),) = by_organ(db, Selection(years=(2023,)))
    assert current_document(db, report) == held.document.sha256[:16]
    assert current_document(db, "none") is None


def test_a_loader_gathers_and_never_forgets(db: Database) -> None:
    now = [0.0]
    items = [result(f"{n}.html", organ=f"{n}号局") for n in range(5)]
    run = db.start_run()

    def held() -> int:
        return int(db.select("SELECT COUNT(*) FROM documents")[0][0])

    with Loader(db, run, documents=2, seconds=10, clock=lambda: now[0]) as loader:
        loader.add([encode([items[0]])], [Outcome("0.html", items[0].document.sha256, "done")])
        assert held() == 0
        loader.add([encode([items[1]])])
        assert held() == 2
        loader.add([encode([items[2]])])
        now[0] = 11
        loader.add([encode([items[3]])])
        assert held() == 4
        loader.add([encode([items[4]])])
    assert held() == 5
    assert [o.source for o in db.run_documents(run)] == ["0.html"]


def test_frames_for_notebooks(db: Database) -> None:
    pytest.importorskip("pandas", reason="pandas is not installed: no frames here")
    db.load([result(cells=(cell("t3.received", "total", 5), cell("t3.handled", "total", None)))])
    frame = facts(db, codes=("t3.received",))
    assert frame["value"].tolist() == [5.0]
    assert facts(db, kind="arrow").num_rows == 2
