"""Runs that are killed at any moment, completed by the next: the same content as an unbroken run."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.store import open_db
from tests.conftest import ROOT
from tests.flows.conftest import corpus

RUNS = 30
REPORTS = 500
PIECE = 40


def _start(reports: Path, db: str, piece: int = PIECE) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.flows.drive", str(reports), db, str(piece)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def _complete(reports: Path, db: str) -> None:
    process = _start(reports, db)
    _, told = process.communicate(timeout=600)
    assert process.returncode == 0, told


def _content(db: str) -> str:
    with open_db(db) as database:
        held = database.content_hash()
        assert database.select("SELECT COUNT(*) FROM documents")[0][0] > 0
    return held


def _workers(process: subprocess.Popen[str]) -> list[int]:
    found: list[int] = []
    try:
        for task in Path(f"/proc/{process.pid}/task").iterdir():
            found += [int(pid) for pid in (task / "children").read_text().split()]
    except OSError:  # ended while we looked
        return []
    return found


def _kill(pids: list[int]) -> int:
    """Kills those that are still there; gives how many were."""
    killed = 0
    for pid in pids:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            continue
        killed += 1
    return killed


def kill_worker(process: subprocess.Popen[str], rng: random.Random) -> bool:
    """One of the workers, as soon as there are any; the run goes on."""
    while process.poll() is None:
        if workers := _workers(process):
            return _kill([rng.choice(workers)]) == 1
        time.sleep(0.02)
    return False


def kill_flow(process: subprocess.Popen[str], rng: random.Random) -> bool:
    """The process that plans and loads; its workers find their pipes closed."""
    process.kill()
    return process.wait() == -signal.SIGKILL


def kill_all(process: subprocess.Popen[str], rng: random.Random) -> bool:
    _kill([process.pid, *_workers(process)])
    return process.wait() == -signal.SIGKILL


Strike = Callable[[subprocess.Popen[str], random.Random], bool]
"""Strikes at a run; gives whether the strike landed, which it does not on a run that ends by itself before."""
STRIKES: tuple[Strike, ...] = (kill_worker, kill_flow, kill_all)
TRIES = 6


def struck(
    strike: Strike, rng: random.Random, reports: Path, seconds: float, address: Callable[[int], str]
) -> tuple[str, int]:
    """A run into a new database that was struck while it went on: its database, and how it ended.

    `seconds` is what an unbroken run takes. A run that was over before the strike is none: another is struck earlier.
    """
    moment = rng.uniform(0.1, 0.95) * seconds
    for number in range(TRIES):
        db = address(number)
        process = _start(reports, db)
        try:
            process.communicate(timeout=moment)
        except subprocess.TimeoutExpired:
            landed = strike(process, rng)
            process.communicate()
            if landed:
                return db, process.returncode
        moment *= 0.7
    pytest.fail(f"no strike landed within {TRIES} runs")


needs_proc = pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="finds worker processes through /proc")


@needs_proc
def test_a_run_killed_between_two_transactions_is_completed(tmp_path: Path) -> None:
    reports = corpus(tmp_path / "reports", 20)
    _complete(reports, str(tmp_path / "whole.duckdb"))
    broken = str(tmp_path / "broken.duckdb")
    process = _start(reports, broken, piece=5)
    assert process.stdout is not None
    for line in process.stdout:
        if line.startswith("loaded"):
            break
    kill_all(process, random.Random(1))
    process.communicate()
    assert process.returncode == -signal.SIGKILL
    assert _content(broken) != _content(str(tmp_path / "whole.duckdb"))
    _complete(reports, broken)
    assert _content(broken) == _content(str(tmp_path / "whole.duckdb"))


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return corpus(tmp_path_factory.mktemp("chaos") / "reports", REPORTS)


@pytest.fixture(scope="module")
def unbroken(reports: Path) -> tuple[str, float]:
    """The content of an unbroken run, and how long it takes."""
    db = str(reports.parent / "whole.duckdb")
    began = time.monotonic()
    _complete(reports, db)
    return _content(db), time.monotonic() - began


@needs_proc
@pytest.mark.long
@pytest.mark.parametrize("number", range(RUNS))
def test_a_run_killed_at_a_random_moment_is_completed(
    number: int, reports: Path, unbroken: tuple[str, float], tmp_path: Path
) -> None:
    content, seconds = unbroken
    strike = STRIKES[number % len(STRIKES)]
    db, ended = struck(strike, random.Random(number), reports, seconds, lambda n: str(tmp_path / f"broken{n}.duckdb"))
    # A run outlives its workers; one that was killed itself cannot have come to an end.
    assert ended == (0 if strike is kill_worker else -signal.SIGKILL)
    _complete(reports, db)
    assert _content(db) == content
    with open_db(db) as database:
        lone = "SELECT COUNT(*) FROM cells c LEFT JOIN documents d ON d.document_id = c.document_id"
        assert database.select(f"{lone} WHERE d.document_id IS NULL") == [(0,)]
        twice = "SELECT COUNT(*) - COUNT(DISTINCT document_id || '/' || seq) FROM "
        assert all(database.select(twice + table) == [(0,)] for table in ("cells", "figures", "findings"))
