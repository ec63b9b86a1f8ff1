"""One corpus in both stores: identical facts, whatever the order, the number of loads and of loaders."""

from __future__ import annotations

import random
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.compare import Selection, ranking, series
from pipeline.store import Database, encode, open_db
from pipeline.store.export import export
from tests.conftest import ROOT
from tests.database.corpus import Corpus, batches, corpus
from tests.database.server import new_database, running
from tests.unit.store_cases import fresh

SIZES = [pytest.param(300, id="small"), pytest.param(5000, id="whole", marks=pytest.mark.long)]


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with running() as address:
        yield address


@pytest.fixture(scope="module", params=SIZES)
def made(request: pytest.FixtureRequest) -> Corpus:
    return corpus(request.param)


@pytest.fixture(scope="module")
def duck(made: Corpus, tmp_path_factory: pytest.TempPathFactory) -> Database:
    db = fresh(tmp_path_factory.mktemp("two") / "r.duckdb")
    for batch in batches(made.results, 1000):
        db.load(batch)
    return db


def test_the_database_holds_what_the_corpus_was_made_of(made: Corpus, duck: Database) -> None:
    assert made.renamed >= 5
    assert min(made.republished, made.copies, made.ambiguous) >= 5
    documents = len({one.document.sha256 for one in made.results})
    assert duck.select("SELECT COUNT(*) FROM documents") == [(documents,)]
    assert duck.select("SELECT COUNT(*) FROM document_sources") == [(len(made.results),)]
    assert duck.select("SELECT COUNT(*) FROM reports") == [(made.reports + made.ambiguous,)]
    # A report published again is a new version: the later one counts, the earlier one stays.
    assert duck.select("SELECT COUNT(*) FROM reports WHERE versions = 2") == [(made.republished,)]
    assert duck.select("SELECT COUNT(*) FROM report_versions") == [(made.reports + made.ambiguous + made.republished,)]
    late = duck.select(
        "SELECT COUNT(*) FROM reports r JOIN documents d ON d.document_id = r.document_id WHERE r.versions = 2 "
        "AND d.published_on LIKE '%-03-%'"
    )
    assert late == [(made.republished,)]
    # What nobody could place stands for itself and is in no series.
    assert duck.select("SELECT COUNT(*) FROM reports WHERE region_code IS NULL") == [(made.ambiguous,)]
    assert duck.select("SELECT COUNT(*) FROM organs WHERE series_id IS NOT NULL AND region_code IS NULL") == [(0,)]
    held = {one.report.region_code for one in made.results}
    assert duck.select("SELECT COUNT(DISTINCT series_id) FROM organs")[0][0] <= made.organs < len(held)
    keys = duck.select("SELECT COUNT(*), COUNT(DISTINCT document_id || ' ' || seq) FROM cells")[0]
    assert keys[0] == keys[1] > 0


def test_series_run_on_through_new_names(made: Corpus, duck: Database) -> None:
    found = series(duck, "disclosure.items", Selection())
    lines = [row for row in found.rows if row.report.region_code]
    assert len(lines) <= made.organs
    assert sum("名为" in row.remark for row in lines) >= made.renamed // 2
    assert all(len(row.shown) == 1 for row in found.rows if not row.report.region_code)


def test_loading_again_in_another_order_changes_nothing(made: Corpus, duck: Database) -> None:
    before = duck.content_hash()
    for batch in batches(made.results[::-1], 700):
        again = duck.load(batch)
        assert again.new == 0
    # Where a source is seen last decides which file is there now; all files of a source are still where they were.
    assert duck.content_hash() == before


def test_both_stores_hold_identical_facts(made: Corpus, duck: Database, server: str, tmp_path: Path) -> None:
    with open_db(new_database(server, f"one{len(made.results)}"), wait=5) as db:
        results = list(made.results)
        random.Random(1).shuffle(results)
        run = db.start_run()
        for batch in batches(results, 900):
            db.load_encoded(encode(batch), run=run)
        db.finish_run(run)
        assert db.content_hash() == duck.content_hash()
        for things in (["t3.received", "rate.disclosed"], ["rate.received_change"]):
            chosen = Selection(years=(2022,))
            assert ranking(db, things, chosen).lines() == ranking(duck, things, chosen).lines()
        assert series(db, "t3.received").lines() == series(duck, "t3.received").lines()
        for one, name in ((db, "p"), (duck, "d")):
            (tmp_path / name).mkdir()
            export(one, tmp_path / name / "out.csv")
        for path in (tmp_path / "p").iterdir():
            assert path.read_bytes() == (tmp_path / "d" / path.name).read_bytes(), path.name


LOADER = """
import sys
from pipeline.store import encode, open_db
from tests.database.corpus import batches, corpus
which, url, documents = int(sys.argv[1]), sys.argv[2], int(sys.argv[3])
with open_db(url, wait=60) as db:
    for n, batch in enumerate(batches(corpus(documents).results, 150)):
        if n % 2 == which or n % 5 == 0:        # some batches come from both
            db.load_encoded(encode(batch))
"""


def test_two_loaders_at_once_give_what_one_gives(made: Corpus, duck: Database, server: str) -> None:
    address = new_database(server, f"two{len(made.results)}")
    documents = 300 if len(made.results) < 1000 else 5000
    loaders = [
        subprocess.Popen(
            [sys.executable, "-c", LOADER, str(which), address, str(documents)], cwd=ROOT, stderr=subprocess.PIPE,
            env={"PYTHONPATH": str(ROOT)}, text=True,
        )
        for which in range(2)
    ]  # fmt: skip
    for loader in loaders:
        _, told = loader.communicate(timeout=600)
        assert loader.returncode == 0, told
    with open_db(address) as db:
        assert db.content_hash() == duck.content_hash()
