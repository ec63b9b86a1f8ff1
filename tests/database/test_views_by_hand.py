"""Every view on both engines against values worked out by hand: blanks, doubled cells, nothing to divide by, intervals.

The reports, all of 甲市:

    old   2022  two versions: v1 (received 80) and, published later, v2 (received 90, carried in blank)
    new   2023  received 60, handled 45 + 0 carried out, table 2 with 万元, table 4 blank, a bounded figure, a finding
    none  2023  another organ with nothing received and nothing handled: a zero denominator
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from pipeline.model import DocumentResult
from pipeline.store import Database, open_db
from pipeline.store.views import NAMES
from tests.database.server import new_database, running
from tests.unit.store_cases import DIFFERS, cell, figure, result, table3, table4

ORGAN = "甲市人民政府"


def made() -> list[DocumentResult]:
    """The reports of the table above."""
    twice = (cell("t3.partial", "total", 3), cell("t3.partial", "total", 4))
    return [
        result("v1.html", year=2022, cells=table3({"received": 80, "granted": 80, "handled": 80})),
        result(
            "v2.html", year=2022, published_on="2023-03-01",
            cells=table3({"received": 90, "carried_in": None, "granted": 90, "handled": 90}),
        ),
        result(
            "new.html", year=2023, findings=(DIFFERS,),
            cells=(
                *(c for c in table3({"received": 60, "granted": 40, "denied.third_party": None, "other.other": 1,
                                     "handled": 45, "carried_out": 15}) if c.code != "t3.partial"),
                *twice,
                cell("t3.received", "natural", 45), cell("t3.received", "business", None),
                cell("t2.fees.amount", None, "1.5", unit="万元"), cell("t2.rules.issued", None, None),
                *table4({}, {"upheld": 30, "corrected": 6, "other": 4, "pending": 10, "total": 50}, {"total": 0}),
            ),
            figures=(
                figure("disclosure.items", 12000, "条", bound="approx", low=Decimal(11500), high=Decimal(12500)),
                figure("disclosure.items", 6000, "条", channel="website", part_of=0),
            ),
        ),
        result("none.html", organ="乙市人民政府", region_code="330200", region="乙市", year=2023, cells=table3({})),
    ]  # fmt: skip


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with running() as address:
        yield address


@pytest.fixture(scope="module", params=["duckdb", "postgres"])
def db(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    if request.param == "duckdb":
        address: str | Path = tmp_path_factory.mktemp("views") / "v.duckdb"
    else:
        address = new_database(request.getfixturevalue("server"), "by_hand")
    with open_db(address) as opened:
        opened.load(made())
        yield opened


def told(db: Database, sql: str) -> list[tuple[Any, ...]]:
    """Rows with numbers as plain Python ones, so that both engines compare."""
    return [tuple(_plain(value) for value in row) for row in db.select(sql)]


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return round(value, 6) if isinstance(value, float) else value


def test_every_view_is_tested_here() -> None:
    tested = "".join(Path(__file__).read_text("utf-8"))
    assert [name for name in NAMES if f"FROM {name} " not in tested] == []


def test_cell_values(db: Database) -> None:
    rows = told(
        db,
        "SELECT v.code, v.applicant, v.value, v.blank FROM cell_values v JOIN reports r ON r.document_id = "
        "v.document_id WHERE r.year = 2023 AND r.region = '甲市' AND v.code IN ('t3.received', 't3.partial', "
        "'t3.denied.third_party', 't2.fees.amount', 't2.rules.issued') ORDER BY 1, 2",
    )
    assert rows == [
        ("t2.fees.amount", None, 15000, 0),
        ("t2.rules.issued", None, None, 1),
        ("t3.denied.third_party", "total", None, 1),
        ("t3.partial", "total", None, 0),  # printed twice, 3 and 4
        ("t3.received", "business", None, 1),
        ("t3.received", "natural", 45, 0),
        ("t3.received", "total", 60, 0),
    ]
    assert told(db, "SELECT COUNT(*) FROM cell_values WHERE value IS NOT NULL AND blank = 1") == [(0,)]


def test_wide(db: Database) -> None:
    rows = told(
        db,
        "SELECT region, year, t3_received, t3_carried_in, t3_partial, t3_denied_third_party, t3_handled, "
        "t2_fees_amount, t2_rules_issued, t4_review_total, t4_suit_direct_total, t4_suit_after_review_total "
        "FROM wide ORDER BY region, year",
    )
    assert rows == [
        ("乙市", 2023, 0, 0, 0, 0, 0, None, None, None, None, None),
        ("甲市", 2022, 90, None, 0, 0, 90, None, None, None, None, None),
        ("甲市", 2023, 60, 0, None, None, 45, 15000, None, None, 50, 0),
    ]


def test_wide_applicants(db: Database) -> None:
    rows = told(
        db,
        "SELECT applicant, t3_received, t3_handled FROM wide_applicants WHERE year = 2023 AND region = '甲市' "
        "ORDER BY applicant",
    )
    assert rows == [("business", None, None), ("natural", 45, None), ("total", 60, 45)]


def test_rates(db: Database) -> None:
    rows = told(
        db,
        "SELECT rate, numerator, denominator, value, ranked FROM rates WHERE year = 2023 AND region = '甲市' "
        "ORDER BY rate",
    )
    assert rows == [
        ("rate.carried_out", 15, 60, 25.0, True),
        ("rate.granted", 40, 45, round(4000 / 45, 6), True),
        ("rate.handled", 45, 60, 75.0, True),
        ("rate.natural", 45, 60, 75.0, True),
        ("rate.received_change", 60, 90, round(-3000 / 90, 6), True),
        ("rate.rejected", 0, 45, 0.0, True),
        ("rate.suit_lost", 6, 50, 12.0, True),
        ("rate.suit_lost_decided", 6, 40, 15.0, True),
        ("rate.unavailable", 0, 45, 0.0, True),
    ]
    assert told(db, "SELECT COUNT(*) FROM rates WHERE region = '乙市'") == [(0,)]  # nothing to divide by


def test_facts(db: Database) -> None:
    rows = told(
        db,
        "SELECT kind, code, applicant, state, value, unit, value_base, base_unit, bound, low, high, channel, part_of, "
        "source FROM facts WHERE (kind = 'figure' OR code IN ('t2.fees.amount', 't2.rules.issued')) AND year = 2023 "
        "ORDER BY kind, code, seq",
    )
    assert rows == [
        ("cell", "t2.fees.amount", None, "printed", 1.5, "万元", 15000, "元", "exact", 15000, 15000, None, None,
         "new.html"),
        ("cell", "t2.rules.issued", None, "blank", None, "件", None, "件", "exact", None, None, None, None, "new.html"),
        ("figure", "disclosure.items", None, "printed", 12000, "条", 12000, "条", "approx", 11500, 12500, None, None,
         "new.html"),
        ("figure", "disclosure.items", None, "printed", 6000, "条", 6000, "条", "exact", 6000, 6000, "website", 0,
         "new.html"),
    ]  # fmt: skip
    received = "code = 't3.received' AND applicant = 'total' AND year = 2022"
    assert told(db, f"SELECT value FROM facts WHERE {received}") == [(90,)]
    assert told(db, f"SELECT value, is_current FROM facts_all WHERE {received} ORDER BY value") == [
        (80, False),
        (90, True),
    ]


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        (
            "SELECT value, state FROM current_cells WHERE code = 't3.received' AND applicant = 'total' AND year = 2022",
            [(90, "printed")],
        ),
        ("SELECT code, low, high, organ FROM current_figures WHERE channel IS NULL ORDER BY seq",
         [("disclosure.items", 11500, 12500, ORGAN)]),
        ("SELECT check_id, verdict, left_low, right_low, difference, year FROM current_findings ORDER BY seq",
         [("A1.total", "differs", 11, 10, 1, 2023)]),
        ("SELECT organ, year FROM latest ORDER BY organ", [("乙市人民政府", 2023), (ORGAN, 2023)]),
        ("SELECT source, is_current FROM all_documents ORDER BY source",
         [("new.html", True), ("none.html", True), ("v1.html", False), ("v2.html", True)]),
        ("SELECT source FROM current_documents ORDER BY source", [("new.html",), ("none.html",), ("v2.html",)]),
        ("SELECT source, address FROM document_source ORDER BY source",
         [("new.html", None), ("none.html", None), ("v1.html", None), ("v2.html", None)]),
    ],
)  # fmt: skip
def test_the_other_views(db: Database, sql: str, expected: list[tuple[Any, ...]]) -> None:
    assert told(db, sql) == expected
