"""Loading with patience: a database that is busy or gone, and a disk that is full, are waited for."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from pipeline.bulk import loading
from pipeline.bulk import session as sessions
from pipeline.bulk.loading import PATIENCE, patiently
from pipeline.errors import StoreError, StoreUnavailable
from pipeline.store import open_db
from tests.flows.conftest import corpus


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How long was waited; nobody waits."""
    waited: list[float] = []
    monkeypatch.setattr(loading.time, "sleep", waited.append)
    return waited


def test_a_database_that_is_gone_for_a_while_is_asked_again(pauses: list[float]) -> None:
    answers = [StoreUnavailable("正在重启"), StoreUnavailable("正在重启"), None]

    def work() -> str:
        if error := answers.pop(0):
            raise error
        return "done"

    assert patiently(work) == "done"
    assert pauses == list(PATIENCE[:2])


def test_one_that_stays_away_is_told_after_some_minutes(pauses: list[float]) -> None:
    def work() -> None:
        raise StoreUnavailable("连不上")

    with pytest.raises(StoreUnavailable, match="连不上"):
        patiently(work)
    assert 240 <= sum(pauses) <= 360


def test_what_will_not_pass_is_told_at_once(pauses: list[float]) -> None:
    def work() -> None:
        raise StoreError("不是数据库")

    with pytest.raises(StoreError, match="不是数据库"):
        patiently(work)
    assert pauses == []


@pytest.mark.skipif(sys.platform == "win32", reason="limits of file sizes are those of Unix")
def test_a_disk_that_is_full_is_waited_for_and_nothing_is_lost(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import resource

    reports = corpus(tmp_path / "reports", 6)
    none = resource.getrlimit(resource.RLIMIT_FSIZE)
    waited: list[float] = []

    def room(seconds: float) -> None:
        """Somebody makes room while the run waits for the second time."""
        waited.append(seconds)
        if len(waited) == 2:
            resource.setrlimit(resource.RLIMIT_FSIZE, none)

    def run(db: Path, full: bool) -> str:
        with open_db(str(db)) as database:
            with sessions.start([str(reports)], database, workers=1) as planned:
                with planned.pool() as pool:
                    batches = [(batch, pool.run(batch)) for batch in planned.job.batches]
                for batch, done in batches:
                    planned.take(batch, done)
                piece = planned.rest()
                assert piece is not None
                if full:
                    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, none[1]))
                patiently(lambda: planned.load(piece))
                planned.finish()
            assert database.select("SELECT COUNT(*) FROM documents") == [(6,)]
            return database.content_hash()

    whole = run(tmp_path / "whole.duckdb", full=False)
    monkeypatch.setattr(loading.time, "sleep", room)
    try:
        assert run(tmp_path / "full.duckdb", full=True) == whole
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, none)
    assert waited == list(PATIENCE[:2])
