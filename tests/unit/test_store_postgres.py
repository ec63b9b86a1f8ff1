"""PostgreSQL against a real server: the same content as DuckDB, loaders side by side, constraints that hold."""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path

import pytest

from pipeline.compare import ranking
from pipeline.errors import StoreError, StoreUnavailable
from pipeline.store import Database, Outcome, encode, open_db
from pipeline.store.export import export
from pipeline.store.read import Selection, document_result
from pipeline.store.worklist import findings, worklist
from tests.database.server import new_database, running
from tests.unit.store_cases import DIFFERS, cell, figure, fresh, result, table3
from tests.unit.test_store_views import from_sql, reports

psycopg = pytest.importorskip("psycopg", reason="psycopg is not installed: PostgreSQL is not tested here")


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with running() as address:
        yield address


@pytest.fixture
def db(server: str, request: pytest.FixtureRequest) -> Iterator[Database]:
    """A database of its own for every test."""
    with open_db(new_database(server, f"t{abs(hash(request.node.name)) % 10**9}_{os.getpid()}"), wait=2) as opened:
        yield opened


A = result(
    "a.html",
    cells=(
        *table3({"received": 10, "carried_in": None, "handled": 10}),
        cell("t2.fees.amount", None, "23271.8893", unit="万元"),
    ),
    figures=(
        figure("gazette.issues", 4, "期", before='他说"甲,乙"\n第二行\\N'),
        figure("funding.amount", "0.0000000001", "元"),
    ),
    findings=(DIFFERS,),
)
B = result("b.html", organ="乙市人民政府", region_code="330200", cells=table3({"received": 7}))
C = result("c.html", cells=table3({"received": 12}), published_on="2024-03-01")
D = result("d.html", organ=None, region_code=None, year=None, body="什么也没有\0")


def test_both_engines_hold_the_same_content(db: Database, tmp_path: Path) -> None:
    embedded = fresh(tmp_path / "r.duckdb")
    embedded.load([A, B])
    embedded.load([D, C])
    for order in ([C], [D, A], [B, A]):
        db.load_encoded(encode(order))
    assert db.content_hash() == embedded.content_hash()
    for one in (db, embedded):
        one.record_outcome(None, "z.pdf", "e" * 64, "set_aside", "已加密", code="encrypted")
        one.add_sources([("elsewhere.html", B.document.sha256)])
    assert db.content_hash() == embedded.content_hash()


def test_text_and_numbers_come_back_as_they_were(db: Database) -> None:
    db.load([A])
    held = document_result(db, A.document.sha256[:16])
    assert held is not None
    assert held.cells == A.cells
    assert held.figures == A.figures
    assert held.findings == A.findings
    assert db.select("SELECT value_base FROM facts WHERE code = 't2.fees.amount'") == [(Decimal("232718893"),)]


def test_loading_again_changes_nothing_and_loaders_do_not_disturb_each_other(db: Database) -> None:
    db.load([A])
    batches = [
        [result(f"{n}-{k}.html", organ=f"{n % 7}号局", cells=table3({"received": n * 10 + k})) for k in range(3)]
        for n in range(12)
    ]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda batch: db.load_encoded(encode(batch)), batches))
    first = db.content_hash()
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda batch: db.load_encoded(encode(batch)), batches[::-1]))
    assert db.content_hash() == first
    assert db.select("SELECT COUNT(*) FROM reports") == [(8,)]


def test_constraints_stand(db: Database) -> None:
    db.load([A])
    with pytest.raises(psycopg.errors.ForeignKeyViolation), db.transaction() as connection:
        connection.run(
            "INSERT INTO cells (document_id, seq, form_table, line, code, state) VALUES ('x', 0, '3', 0, 'c', 'blank')"
        )
    with pytest.raises(psycopg.errors.UniqueViolation), db.transaction() as connection:
        connection.run(
            "INSERT INTO cells (document_id, seq, form_table, line, code, state) "
            "SELECT document_id, seq, form_table, line, code, state FROM cells LIMIT 1"
        )


def test_runs_known_and_worklist(db: Database) -> None:
    run = db.start_run({"inputs": ["x"]})
    db.load([A], run=run, data_version="1", outcomes=[Outcome("a.html", A.document.sha256, "done", seconds=0.5)])
    db.finish_run(run)
    assert db.runs()[0]["summary"] == {"done": 1}
    assert db.known([A.document.sha256, "0" * 64], "1") == {A.document.sha256}
    assert [work.check for work in findings(db, "error", Selection((2023,), "3301"))] == ["A1.total"]
    assert worklist(db, region="34", year=2023) == []


def test_comparison_and_export_are_the_same(db: Database, tmp_path: Path) -> None:
    embedded = fresh(tmp_path / "r.duckdb")
    for one in (db, embedded):
        one.load([A, B, C])
    assert ranking(db, ["t3.received", "t3.denied"]).lines() == ranking(embedded, ["t3.received", "t3.denied"]).lines()
    for one, name in ((db, "p"), (embedded, "d")):
        (tmp_path / name).mkdir()
        export(one, tmp_path / name / "out.csv")
    for path in (tmp_path / "p").iterdir():
        assert path.read_bytes() == (tmp_path / "d" / path.name).read_bytes(), path.name


def test_an_empty_database_says_what_to_do(db: Database) -> None:
    assert db.known(["a"], "1") == set()
    with pytest.raises(StoreError, match="还没有数据"):
        db.select("SELECT * FROM reports")


def test_a_password_never_stands_in_a_message() -> None:
    with pytest.raises(StoreError) as told:
        open_db("postgresql://u:geheim@127.0.0.1:1/none", wait=0.1).exists()
    assert "geheim" not in str(told.value)
    assert "u@127.0.0.1" in str(told.value)


def test_the_views_give_the_same_rates(db: Database, tmp_path: Path) -> None:
    embedded = fresh(tmp_path / "r.duckdb")
    for one in (db, embedded):
        one.load(reports(1))
    assert from_sql(db) == from_sql(embedded)


@pytest.mark.parametrize("params", [(), (3,)])
def test_a_quotient_is_streamed_with_the_decimals_of_the_schema(db: Database, params: tuple[int, ...]) -> None:
    three = "?" if params else "3"
    sql = f'SELECT 1::numeric / {three}::numeric AS "a ""third"", %", 2::numeric(38, 10) AS two, \'x\' AS text'
    if params:
        sql = sql.replace("%", "")
    with db.transaction() as connection:
        rows = [row for batch in connection.stream(sql, params) for row in batch.to_pylist()]
    assert [list(row.values()) for row in rows] == [[Decimal("0.3333333333"), Decimal(2), "x"]]


def test_a_reader_is_served_while_another_writes(server: str, db: Database) -> None:
    db.load([A])
    before = db.select("SELECT COUNT(*) FROM cells")
    with db.transaction() as writing:
        db.lock_merge(writing)
        writing.run("DELETE FROM cells")
        assert db.select("SELECT COUNT(*) FROM cells") == before  # what was committed, at once
    assert db.select("SELECT COUNT(*) FROM cells") == [(0,)]


def test_a_writer_that_never_ends_is_named(server: str, db: Database) -> None:
    from pipeline.store.postgres import PostgresDatabase

    assert isinstance(db, PostgresDatabase)
    db.prepare()
    with db.transaction() as writing:
        db.lock_merge(writing)
        db.turn = 0.05
        with pytest.raises(StoreUnavailable, match="另一个程序一直在写入"), db.transaction() as second:
            db.lock_merge(second)
    assert db.load([A]).new == 1
