"""Results for the tests of store, comparison and export: made up, or built from gold files."""

from __future__ import annotations

import atexit
import hashlib
import shutil
import tempfile
from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from pipeline.model import (
    Cell,
    CellState,
    Document,
    DocumentResult,
    Figure,
    Finding,
    Paragraph,
    Period,
    Problem,
    Report,
    Section,
    Side,
    Unread,
    Why,
)
from pipeline.store import Database, open_db


@cache
def _template() -> Path:
    """An empty database with all tables and views, made once: copying it is ten times faster than making it."""
    folder = Path(tempfile.mkdtemp(prefix="gongkai-template-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    open_db(folder / "empty.duckdb").prepare()
    return folder / "empty.duckdb"


def fresh(path: Path, **more: Any) -> Database:
    """A new, empty database at a path."""
    shutil.copyfile(_template(), path)
    return open_db(path, **more)


def number(value: Any) -> Decimal | None:
    return None if value is None else Decimal(str(value))


def cell(
    code: str, column: str | None, value: Any, *, state: CellState | None = None, row: int = 0, unit: str = "件"
) -> Cell:
    table = {"t2": "2", "t3": "3", "t4": "4", "s1": "s14"}[code[:2]]
    return Cell(
        code=code, column=column, state=state or ("blank" if value is None else "printed"), value=number(value),
        printed="" if value is None else str(value), unit=unit, table=table, row=row, start=0, end=0,
    )  # fmt: skip


def figure(code: str, value: Any, unit: str = "件", **more: Any) -> Figure:
    amount = Decimal(str(value))
    given: dict[str, Any] = {
        "bound": "exact", "low": amount, "high": amount, "mention": f"{value}{unit}", "start": 0, "end": 1,
        "sentence": (0, 2), "section": 1, "before": "", "why": Why(alias="test", rule="test"),
    }  # fmt: skip
    given.update(more)
    return Figure(code=code, value=amount, unit=unit, **given)


def result(
    name: str = "a.html", *, organ: str | None = "甲市人民政府", region_code: str | None = "330100",
    year: int | None = 2023, cells: tuple[Cell, ...] = (), figures: tuple[Figure, ...] = (),
    findings: tuple[Finding, ...] = (), body: str | None = None, **report: Any,
) -> DocumentResult:  # fmt: skip
    text = body if body is not None else f"{organ} {year} 年报告，{len(cells)} 格 {len(figures)} 条。"
    said = f"{text}{cells}{figures}{organ}{year}"
    given: dict[str, Any] = {"level": "prefecture", "organ_kind": "government", "region": "甲市", "title": "年度报告"}
    given.update(report)
    return DocumentResult(
        document=Document(
            source=name, sha256=hashlib.sha256(said.encode("utf-8", "replace")).hexdigest(), media_type="text/html",
            text=text, blocks=(Paragraph(start=0, end=len(text)),),
        ),
        report=Report(organ=organ, region_code=region_code, year=year, **given),
        sections=(Section(number=1, title="总体情况", start=0, end=len(text)),),
        cells=cells, figures=figures, findings=findings,
        unread=(Unread(text="2023", start=0, end=0, reason="year"),),
        problems=(),
    )  # fmt: skip


LINES = (
    "received", "carried_in", "granted", "partial", "denied.state_secret", "denied.law_forbidden",
    "denied.safety_stability", "denied.third_party", "denied.internal_affairs", "denied.process_info",
    "denied.enforcement_file", "denied.admin_inquiry", "unavailable.not_held", "unavailable.needs_creation",
    "unavailable.unclear_after_correction", "rejected.petition", "rejected.repeated", "rejected.publication",
    "rejected.massive", "rejected.reissue", "other.no_correction", "other.no_fee", "other.other", "handled",
    "carried_out",
)  # fmt: skip


def table3(values: Mapping[str, Any], column: str = "total", rest: Any = 0) -> tuple[Cell, ...]:
    """One column of table 3; lines that are not named get `rest`."""
    return tuple(cell(f"t3.{line}", column, values.get(line, rest), row=i) for i, line in enumerate(LINES))


def table4(review: Mapping[str, Any], direct: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[Cell, ...]:
    """Table 4; what is not named is blank."""
    cells = []
    for group, values in (("review", review), ("suit_direct", direct), ("suit_after_review", after)):
        for outcome in ("upheld", "corrected", "other", "pending", "total"):
            cells.append(cell(f"t4.{group}.{outcome}", None, values.get(outcome)))
    return tuple(cells)


DIFFERS = Finding(
    check="A1.total", code="t3.handled", column="total", verdict="differs", severity="error",
    explanation="总计栏：新收 10 + 结转 1 = 11，办理 9 + 结转 1 = 10，相差 1",
    left=Side(low=Decimal(11), high=Decimal(11), text="10+1"),
    right=Side(low=Decimal(10), high=Decimal(10), text="9+1"),
    difference=Decimal(1), cause="少计一件", missing=("t3.granted",),
)  # fmt: skip

PERIOD = Period
PROBLEM = Problem
