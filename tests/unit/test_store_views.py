"""The views: the same rates as pipeline.compare, on both engines; keys that hold; columns that exist."""

from __future__ import annotations

import itertools
import random
from pathlib import Path
from typing import Any

import pytest

from pipeline.compare.gather import gather
from pipeline.compare.rankings import vocabulary
from pipeline.compare.rates import needed, rate_of
from pipeline.compare.values import Facts
from pipeline.model import DocumentResult
from pipeline.store import Database
from pipeline.store.read import Selection
from pipeline.store.schema import TABLES, VERSION, migrations
from pipeline.store.views import NAMES
from tests.unit.store_cases import DIFFERS, LINES, cell, figure, fresh, result, table3, table4


def reports(seed: int) -> list[DocumentResult]:
    """Made-up reports with blanks, dashes, doubled cells, missing tables and the one-line 其他处理."""
    dice = random.Random(seed)
    found = []
    for n, year in itertools.product(range(12), (2022, 2023)):
        values: dict[str, Any] = {line: dice.choice([0, 0, None, 1, 2, 30]) for line in LINES}
        if n % 3 == 0:
            values.update({k: None for k, v in values.items() if v == 0})
        results = [k for k in LINES if k not in ("received", "carried_in", "handled", "carried_out")]
        if n % 4 != 3:
            values["handled"] = sum(values[k] or 0 for k in results)
            values["carried_in"], values["carried_out"] = None, 0
            values["received"] = values["handled"]
        cells = table3(values)
        if n % 5 == 1:
            cells = (
                *(c for c in cells if not c.code.startswith("t3.other")),
                cell("t3.other.total", "total", 2 if n % 2 else None),
            )
        if n % 5 == 2:
            cells = (*cells, cell("t3.granted", "total", 7))
        if n % 5 == 3:
            cells = tuple(c for c in cells if c.code != "t3.denied.third_party")
        natural = dice.choice([None, 3, 10**6])
        group = [
            {
                "upheld": 3,
                "corrected": dice.choice([None, 0, 1]),
                "other": None,
                "pending": 0,
                "total": dice.choice([3, 4, None]),
            }
            for _ in range(3)
        ]
        cells = (*cells, cell("t3.received", "natural", natural), *table4(*group))
        found.append(result(f"{n}-{year}", organ=f"{n}号局", year=year, cells=cells))
    found.append(
        result(
            "old",
            organ="旧局",
            year=2016,
            cells=(
                cell("s14.requests.received", None, 50),
                cell("s14.review.total", None, 8),
                cell("s14.review.corrected", None, 2),
            ),
            findings=(DIFFERS,),
            figures=(figure("t3.received", 5),),
        )
    )
    return found


def from_sql(db: Database) -> dict[tuple[str, str], tuple[Any, ...]]:
    rows = db.select("SELECT report_id, rate, numerator, denominator, value, ranked FROM rates")
    return {(row[0], row[1]): (row[2], row[3], round(row[4], 6), row[5]) for row in rows}


def from_python(db: Database) -> dict[tuple[str, str], tuple[Any, ...]]:
    codes, rates = vocabulary()
    wanted = {code for rate in rates.values() for code in needed(rate, codes)}
    held = gather(db, Selection(), wanted)
    series = {(organ, year): report for report, organ, year in db.select("SELECT report_id, organ, year FROM reports")}
    found = {}
    for (organ, year), report in series.items():
        before = held.get(series.get((organ, year - 1), ""))
        for rate in (rate for rate in rates.values() if rate.kind != "prose"):
            value = rate_of(rate, held.get(report, Facts()), codes, before)
            if value.value is not None:
                found[report, rate.code] = (
                    value.numerator,
                    value.denominator,
                    round(float(value.value), 6),
                    value.ranked,
                )
    return found


@pytest.mark.parametrize("seed", range(2))
def test_rates_in_sql_are_those_of_the_comparison(tmp_path: Path, seed: int) -> None:
    db = fresh(tmp_path / "r.duckdb")
    db.load(reports(seed))
    told = from_python(db)
    assert from_sql(db) == told
    assert len({rate for _, rate in told}) > 10


def test_every_view_can_be_read(tmp_path: Path) -> None:
    db = fresh(tmp_path / "r.duckdb")
    db.load(reports(0))
    for name in NAMES:
        assert db.select(f"SELECT COUNT(*) FROM {name}")[0][0] > 0, name
    assert {row[0] for row in db.select("SELECT year FROM latest")} == {2016, 2023}


def test_small_tables_have_keys_and_no_table_has_a_stray_type() -> None:
    kinds = {column.kind for table in TABLES for column in table.columns}
    assert kinds <= {"text", "int", "long", "number", "bool", "double", "time"}
    for table in TABLES:
        assert set(table.key) <= set(table.names)
        assert table.since <= min(column.since for column in table.columns)


def test_step_by_step_migrations_give_the_same_tables(tmp_path: Path) -> None:
    import duckdb

    steps = migrations("duckdb", 0)
    assert [number for number, _ in steps] == list(range(1, VERSION + 1))
    assert migrations("duckdb", VERSION) == []
    with duckdb.connect(str(tmp_path / "m.duckdb")) as con:
        for _, statements in steps:
            for sql in statements:
                con.execute(sql)
        for table in TABLES:
            found = [row[0] for row in con.execute(f"DESCRIBE {table.name}").fetchall()]
            assert sorted(found) == sorted(table.names)
