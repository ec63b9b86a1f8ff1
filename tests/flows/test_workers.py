"""The supervisor: a document that kills or holds up its worker is set aside, its neighbours are read."""

from __future__ import annotations

import os
import shutil
import signal
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.bulk.discover import Item
from pipeline.bulk.workers import DEATHS, Pool, Setup
from pipeline.errors import WorkerError
from tests.conftest import ROOT

SAMPLE = ROOT / "samples" / "haining2020.txt"
FAULTY = "tests.flows.faulty:main"


@pytest.fixture(scope="module")
def pool() -> Iterator[Pool]:
    with Pool(1, Setup(), seconds=3, program=FAULTY) as started:
        yield started


def _items(folder: Path, *names: str) -> list[Item]:
    for name in names:
        shutil.copy(SAMPLE, folder / name)
    return [Item(name, str(folder / name)) for name in names]


def test_a_document_that_kills_its_worker_is_set_aside_alone(pool: Pool, tmp_path: Path) -> None:
    before = set(pool.pids())
    done = pool.run(_items(tmp_path, "a.txt", "kills.txt", "b.txt"))
    outcomes = {one.index: one for one in done}
    assert [outcomes[i].outcome for i in range(3)] == ["done", "set_aside", "done"]
    code, message = outcomes[1].problems[0]
    assert code == "worker_lost"
    assert "kills.txt" in message
    assert str(DEATHS) in message
    assert not before & set(pool.pids())


def test_a_document_that_never_ends_is_set_aside_with_its_limit(pool: Pool, tmp_path: Path) -> None:
    done = pool.run(_items(tmp_path, "a.txt", "hangs.txt", "b.txt"))
    outcomes = {one.index: one for one in done}
    assert [outcomes[i].outcome for i in range(3)] == ["done", "set_aside", "done"]
    assert outcomes[1].problems[0][0] == "timeout"
    assert "时限 3 秒" in outcomes[1].problems[0][1]


def test_a_worker_killed_from_outside_costs_nothing(pool: Pool, tmp_path: Path) -> None:
    pool.run(_items(tmp_path, "warm.txt"))
    (pid,) = pool.pids()
    items = _items(tmp_path, *(f"{i:02d}.txt" for i in range(20)))
    within = tmp_path / "07.fifo"
    os.mkfifo(within)

    def strike() -> None:
        with within.open("rb") as told:
            told.read()  # until the worker is in the middle of that document
        os.kill(pid, signal.SIGKILL)

    killer = threading.Thread(target=strike, daemon=True)
    killer.start()
    done = pool.run(items)
    killer.join(timeout=10)
    assert not killer.is_alive()
    assert not within.exists()  # the worker was in the middle of it
    assert pid not in pool.pids()  # and the supervisor saw it die
    assert sorted(one.index for one in done) == list(range(20))
    assert {one.outcome for one in done} == {"done"}
    # Rows come with the last document of a slice: every document's rows must be in one of the payloads.
    from pipeline.store import decode

    sources = [s for one in done if one.payload for s in decode(one.payload)["document_sources"]["source"].to_pylist()]
    assert sorted(sources) == [item.source for item in items]


def test_workers_that_cannot_start_are_told_at_once(tmp_path: Path) -> None:
    with Pool(1, Setup(lexicon=str(tmp_path))) as pool, pytest.raises(WorkerError, match="lexicon check"):
        pool.run(_items(tmp_path, "a.txt"))
