"""The checks across reports find the same in both stores."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Thread
from types import ModuleType
from typing import Any

import msgspec
import pytest

from pipeline import across
from pipeline.errors import StoreUnavailable
from pipeline.lexicon import Lexicon
from pipeline.lexicon.formula import COLUMNS
from pipeline.model import DocumentResult
from pipeline.store import Database, open_db, outlying
from pipeline.store import across as store
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


@pytest.fixture(params=["duckdb", "postgres"])
def address(request: pytest.FixtureRequest, server: str, tmp_path: Path) -> Callable[[str], str]:
    """Makes a new database; gives its address."""

    def make(name: str) -> str:
        if request.param == "postgres":
            return new_database(server, f"{name}_{tmp_path.name.lower()}")
        fresh(tmp_path / f"{name}.duckdb").close()
        return str(tmp_path / f"{name}.duckdb")

    return make


def _run(place: str, lexicon: Lexicon, *reports: DocumentResult) -> str:
    """Loads reports and looks at them; gives the content."""
    with open_db(place) as db:
        db.load(reports)
        across.refresh(db, lexicon)
        return db.content_hash()


def _before_saving(monkeypatch: pytest.MonkeyPatch, module: ModuleType, work: Callable[[], object]) -> None:
    """Does something when what was found is to be saved for the first time."""
    save = module.save

    def late(*told: Any) -> Any:
        monkeypatch.setattr(module, "save", save)
        work()
        return save(*told)

    monkeypatch.setattr(module, "save", late)


def test_two_runs_at_once_find_what_one_after_the_other_does(
    address: Callable[[str], str], lexicon: Lexicon, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second run brings last year's report, and looks, when the first has looked and has not saved yet."""
    *_, last_year, this_year = _reports()
    after, at_once = address("after"), address("at_once")
    alone = _run(after, lexicon, this_year)
    both = _run(after, lexicon, last_year)
    assert alone != both
    second = Thread(target=_run, args=(at_once, lexicon, last_year))

    def begin() -> None:
        second.start()
        second.join(1)  # over by then where nothing keeps the two apart

    _before_saving(monkeypatch, store, begin)
    _run(at_once, lexicon, this_year)
    second.join()
    with open_db(at_once) as db:
        assert db.content_hash() == both


@pytest.mark.parametrize("module", [store, outlying])
def test_a_report_that_goes_while_it_is_looked_at_leaves_nothing(
    module: ModuleType, address: Callable[[str], str], lexicon: Lexicon, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another run reads two documents anew, as reports of another organ; both reports had findings."""
    reports = _reports()
    anew = [
        msgspec.structs.replace(one, report=msgspec.structs.replace(one.report, organ="乙市人民政府"))
        for one in (reports[8], reports[-1])
    ]
    after, at_once = address("after"), address("at_once")
    _run(after, lexicon, *reports)
    content = _run(after, lexicon, *anew)

    def load() -> None:
        with open_db(at_once) as db:
            db.load(anew)

    _before_saving(monkeypatch, module, load)
    assert _run(at_once, lexicon, *reports) != content  # what the other run brought is for its own look
    assert _run(at_once, lexicon) == content


def test_nothing_is_written_once_the_lock_is_lost(
    server: str, lexicon: Lexicon, monkeypatch: pytest.MonkeyPatch
) -> None:
    import psycopg

    whole, broken = new_database(server, "whole"), new_database(server, "broken")

    def end() -> None:
        with psycopg.connect(broken, autocommit=True) as con:
            con.execute(
                "SELECT pg_terminate_backend(l.pid) FROM pg_locks l JOIN pg_database d ON d.oid = l.database "
                "WHERE l.locktype = 'advisory' AND d.datname = 'broken'"
            )

    _before_saving(monkeypatch, store, end)
    with pytest.raises(StoreUnavailable):
        _run(broken, lexicon, *_reports())
    assert _run(broken, lexicon) == _run(whole, lexicon, *_reports())
