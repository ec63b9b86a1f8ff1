"""Loading: what comes out depends on what is held, never on order, number of loads or way of handing over."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import StoreError
from pipeline.store import Database, Outcome, decode, encode, open_db
from pipeline.store.rows import pack
from pipeline.store.schema import BY_NAME
from tests.unit.store_cases import DIFFERS, cell, figure, fresh, result, table3


@pytest.fixture
def db(tmp_path: Path) -> Database:
    return fresh(tmp_path / "r.duckdb", wait=0.2)


A = result("a.html", cells=table3({"received": 10, "handled": 10, "granted": 10}), findings=(DIFFERS,))
B = result(
    "b.html",
    organ="乙市人民政府",
    region_code="330200",
    cells=table3({"received": 7}),
    figures=(figure("gazette.issues", 4, "期"),),
)
C = result("c.html", organ=None, region_code=None, year=None, figures=(figure("funding.amount", "100000", "元"),))


def test_loading_again_changes_nothing(db: Database) -> None:
    assert db.load([A, B]).new == 2
    before = db.content_hash()
    assert db.load([A]).new == 0
    assert db.load([B, A]).new == 0
    assert db.content_hash() == before


def test_any_order_and_any_batches_give_the_same_content(tmp_path: Path) -> None:
    later = result("a2.html", cells=table3({"received": 11}), published_on="2024-01-31")
    found = set()
    for n, order in enumerate(([A, B, C, later], [later, C, B, A], [B, later, A, C], [C, A, later, B])):
        one = fresh(tmp_path / f"{n}.duckdb")
        if n % 2:
            for item in order:
                one.load([item])
        else:
            one.load(order[:2])
            one.load_encoded([encode(order[2:3]), encode(order[1:])])
        found.add(one.content_hash())
    assert len(found) == 1


def test_a_new_content_of_a_report_is_a_new_version_and_the_old_one_stays(db: Database) -> None:
    db.load([result("x.html", cells=table3({"received": 10}), published_on="2024-01-20")])
    db.load([result("y.html", cells=table3({"received": 12}), published_on="2024-03-01")])
    assert db.select("SELECT versions, documents FROM reports") == [(2, 2)]
    assert db.select("SELECT version_no, is_current, published_on FROM report_versions ORDER BY version_no") == [
        (1, False, "2024-01-20"),
        (2, True, "2024-03-01"),
    ]
    current = "SELECT value FROM facts WHERE code = 't3.received'"
    assert db.select(current) == [(Decimal(12),)]
    assert len(db.select("SELECT 1 FROM facts_all WHERE code = 't3.received'")) == 2


def test_new_bytes_at_the_same_place_become_current(db: Database) -> None:
    first = result("x.html", cells=table3({"received": 99}), published_on="2024-03-01")
    second = result("x.html", cells=table3({"received": 1}), published_on="2024-01-01")
    db.load([first])
    db.load([second])
    assert db.select("SELECT value FROM facts WHERE code = 't3.received'") == [(Decimal(1),)]
    db.load([first])
    assert db.select("SELECT value FROM facts WHERE code = 't3.received'") == [(Decimal(99),)]
    assert db.select("SELECT COUNT(*) FROM report_versions") == [(2,)]


def test_the_same_content_at_another_address_is_no_new_version(db: Database) -> None:
    db.load([result("x.html", cells=table3({"received": 10}))])
    db.load([result("copy/x.html", cells=table3({"received": 10}))])
    db.load([result("x.docx", cells=table3({"received": 10}), body="同一份报告，另一种排版")])
    assert db.select("SELECT versions, documents FROM reports") == [(1, 2)]
    assert db.select("SELECT source FROM document_sources ORDER BY source") == [
        ("copy/x.html",),
        ("x.docx",),
        ("x.html",),
    ]


def test_organs_of_one_name_without_a_region_are_kept_apart(db: Database) -> None:
    for n in range(2):
        db.load([result(f"{n}.html", organ="市场监督管理局", region_code=None, cells=table3({"received": n}))])
    assert db.select("SELECT COUNT(*) FROM reports") == [(2,)]
    db.load([result("n.html", organ="国家某局", region_code=None, level="national", cells=table3({"received": 5}))])
    db.load([result("m.html", organ="国家某局", region_code=None, level="national", cells=table3({"received": 6}))])
    assert db.select("SELECT versions FROM reports WHERE organ = '国家某局'") == [(2,)]


def test_numbers_survive_to_the_last_digit(db: Database) -> None:
    db.load(
        [
            result(
                cells=(
                    cell("t2.fees.amount", None, "23271.8893", unit="万元"),
                    cell("t2.penalty.items_change", None, "-10"),
                ),
                figures=(
                    figure("funding.amount", "123456789012345678.25", "元"),
                    figure("disclosure.rate", "0.00000000019", "%"),
                ),
            )
        ]
    )
    assert db.select("SELECT value, value_base, base_unit FROM cells ORDER BY seq") == [
        (Decimal("23271.8893"), Decimal("232718893"), "元"),
        (Decimal(-10), Decimal(-10), "件"),
    ]
    assert db.select("SELECT value FROM figures ORDER BY seq") == [
        (Decimal("123456789012345678.25"),),
        (Decimal("0.0000000002"),),
    ]
    assert db.select("SELECT DISTINCT code FROM problems") == [("value_rounded",)]
    assert db.select("SELECT problems FROM documents") == [(1,)]


def test_a_blank_is_not_zero(db: Database) -> None:
    db.load(
        [
            result(
                cells=(
                    cell("t3.received", "total", None),
                    cell("t3.handled", "total", 0),
                    cell("t3.granted", "total", None, state="dash"),
                )
            )
        ]
    )
    assert db.select("SELECT code, state, value FROM cells ORDER BY seq") == [
        ("t3.received", "blank", None),
        ("t3.handled", "printed", Decimal(0)),
        ("t3.granted", "dash", None),
    ]
    assert db.select("SELECT t3_received, t3_handled, t3_granted, t3_partial FROM wide") == [
        (None, Decimal(0), None, None)
    ]


def test_two_tables_that_disagree_give_no_wide_value(db: Database) -> None:
    db.load([result(cells=(cell("t3.received", "total", 5), cell("t3.received", "total", 6)))])
    assert db.select("SELECT t3_received FROM wide") == [(None,)]


def test_text_that_no_database_stores_keeps_its_length(db: Database) -> None:
    db.load([result(body="甲\0乙\ud800丙", cells=(cell("t3.received", "total", 5),))])
    assert db.select("SELECT text FROM texts") == [("甲\ufffd乙\ufffd丙",)]


def test_no_document_stands_twice_in_the_large_tables(db: Database) -> None:
    for _ in range(3):
        db.load([A, B, A])
    for table in ("cells", "figures", "findings", "sections", "unread", "problems"):
        doubled = db.select(f"SELECT document_id, seq FROM {table} GROUP BY document_id, seq HAVING COUNT(*) > 1")
        assert doubled == [], table


def test_a_changed_reading_replaces_the_rows_of_the_document(db: Database) -> None:
    import msgspec

    db.load([A], data_version="1")
    better = msgspec.structs.replace(A, cells=A.cells[:3])
    db.load([better], data_version="2")
    assert db.select("SELECT COUNT(*) FROM cells") == [(3,)]
    assert db.select("SELECT cells, data_version FROM documents") == [(3, "2")]
    assert db.select("SELECT COUNT(*) FROM report_versions") == [(1,)]


def test_a_document_that_turns_out_to_be_another_report_leaves_no_empty_one(db: Database) -> None:
    import msgspec

    db.load([A])
    moved = msgspec.structs.replace(A, report=msgspec.structs.replace(A.report, year=2022))
    db.load([moved])
    assert db.select("SELECT year FROM reports") == [(2022,)]


def test_a_broken_payload_is_refused_and_changes_nothing(db: Database) -> None:
    payload = encode([A])
    db.load([B])
    before = db.content_hash()
    for broken in (b"", payload[:-5], b"XXXX" + payload[4:], payload[:200] + b"\xff" * 40 + payload[240:]):
        with pytest.raises(StoreError):
            db.load_encoded([encode([C]), broken])
    assert db.content_hash() == before


def test_a_payload_holds_every_row(db: Database) -> None:
    held = decode(encode([A, B]))
    assert held["cells"].num_rows == len(A.cells) + len(B.cells)
    assert held["documents"].schema.names == list(BY_NAME["documents"].names)


def test_known_asks_for_the_same_bytes_read_by_the_same_version(db: Database) -> None:
    db.load([A], data_version="1")
    db.record_outcome(None, "z.pdf", "f" * 64, "set_aside", "文件已加密", code="encrypted", data_version="1")
    shas = {A.document.sha256, B.document.sha256, "f" * 64}
    assert db.known(shas, "1") == {A.document.sha256, "f" * 64}
    assert db.known(shas, "1", set_aside=False) == {A.document.sha256}
    assert db.known(shas, "2") == set()
    assert db.set_aside() == [("z.pdf", "f" * 64, "encrypted", "文件已加密")]


def test_known_of_no_database_is_nothing(tmp_path: Path) -> None:
    assert open_db(tmp_path / "none.duckdb").known({"a"}, "1") == set()


def test_an_unchanged_document_at_a_new_place_is_only_noted(db: Database) -> None:
    db.load([A])
    db.add_sources([("elsewhere.html", A.document.sha256)])
    assert db.select("SELECT source, current FROM document_sources ORDER BY source") == [
        ("a.html", True),
        ("elsewhere.html", True),
    ]
    assert db.select("SELECT versions, documents FROM reports") == [(1, 1)]


def test_a_run_is_told_with_its_outcomes(db: Database) -> None:
    run = db.start_run({"inputs": ["x"]})
    db.load([A], run=run, outcomes=[Outcome("a.html", A.document.sha256, "done", seconds=0.1)])
    db.record_outcome(run, "z.pdf", None, "set_aside", "损坏", 0.2, code="damaged")
    db.finish_run(run)
    (told,) = db.runs()
    assert (told["run"], told["status"], told["summary"]) == (run, "finished", {"done": 1, "set_aside": 1})
    assert [o.source for o in db.run_documents(run, "set_aside")] == ["z.pdf"]
    assert db.start_run() == run + 1


def test_runs_are_no_content(db: Database) -> None:
    db.load([A])
    before = db.content_hash()
    db.finish_run(db.start_run())
    assert db.content_hash() == before


def test_a_failed_load_leaves_nothing_behind(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    from pipeline.store import merge

    db.load([B])
    before = db.content_hash()
    monkeypatch.setattr(merge, "SOURCES", ("SELECT * FROM no_such_table",))
    with pytest.raises(Exception, match="no_such_table"):
        db.load([A])
    assert db.content_hash() == before


@given(
    st.lists(
        st.none() | st.decimals(allow_nan=False, allow_infinity=False, places=6, min_value=-(10**20), max_value=10**20)
    )
)
def test_decimals_are_packed_as_they_are(values: list[Decimal | None]) -> None:
    batch = pack(
        "findings", [("d", n, "C1", "c", None, "agrees", None, "info", v, *[None] * 10) for n, v in enumerate(values)]
    )
    assert batch.column("left_low").to_pylist() == values
    batch.validate(full=True)
