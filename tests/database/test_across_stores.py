"""The checks across reports find the same in both stores."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline import across
from pipeline.lexicon import Lexicon
from pipeline.lexicon.formula import COLUMNS
from pipeline.model import DocumentResult
from pipeline.store import Database, open_db
from tests.database.server import new_database, running
from tests.unit.store_cases import cell, fresh, result


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with running() as address:
        yield address


def _reports() -> list[DocumentResult]:
    """Twenty-five counties of one year, one with fees in yuan; and two years of an organ that do not join."""
    made = [
        result(
            f"{number}.html", organ=f"第{number}县人民政府", region_code=f"3301{number:02}", level="county",
            cells=(cell("t2.fees.amount", None, 1_300_000 if number == 9 else 100 + number, unit="万元"),),
        )
        for number in range(1, 26)
    ]  # fmt: skip
    for year, carried in ((2022, 4), (2023, 3)):
        rows = {"t3.received": 7, "t3.carried_in": carried, "t3.granted": 10, "t3.handled": 10, "t3.carried_out": 1}
        cells = tuple(
            cell(code, column, value if column in ("natural", "total") else 0)
            for code, value in rows.items()
            for column in COLUMNS
        )
        made.append(result(f"甲{year}.html", year=year, cells=cells))
    return made


def _found(db: Database, lexicon: Lexicon) -> list[tuple[str, ...]]:
    db.load(_reports())
    across.refresh(db, lexicon)
    return sorted(db.select("SELECT check_id, code, verdict, explanation FROM across_findings"))


def test_the_same_is_found_in_both_stores(server: str, tmp_path: Path, lexicon: Lexicon) -> None:
    with fresh(tmp_path / "a.duckdb") as duck, open_db(new_database(server, "across")) as postgres:
        here, there = _found(duck, lexicon), _found(postgres, lexicon)
    assert here == there
    assert {"B6.peers", "D1.total"} <= {check for check, *_ in here}
