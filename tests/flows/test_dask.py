"""A run on a Dask cluster of two processes: the same content as on local workers, also when a Dask worker is killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from pipeline.store import open_db
from tests.conftest import ROOT
from tests.flows.conftest import corpus
from tests.flows.test_chaos import _complete, _content, needs_proc

pytest.importorskip("prefect_dask", reason="the extra dask is not installed: no cluster here")

pytestmark = pytest.mark.long

REPORTS = 2000


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return corpus(tmp_path_factory.mktemp("dask") / "reports", REPORTS)


@pytest.fixture(scope="module")
def local(reports: Path) -> str:
    db = str(reports.parent / "local.duckdb")
    _complete(reports, db)
    return _content(db)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("prefect")


def _start(reports: Path, db: str, home: Path) -> subprocess.Popen[str]:
    environment = {**os.environ, "PREFECT_HOME": str(home)}
    environment.pop("PREFECT_API_URL", None)
    call = [sys.executable, "-m", "pipeline", "run", str(reports), "--db", db, "--engine", "dask", "--workers", "2"]
    return subprocess.Popen(call, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def _finish(process: subprocess.Popen[str]) -> None:
    told = process.communicate(timeout=1200)
    assert process.returncode == 0, told


def _parents_of_readers(pid: int) -> list[int]:
    """The Dask workers below a process: each has started a reading process."""
    below = [int(child) for task in Path(f"/proc/{pid}/task").iterdir() for child in _words(task / "children")]
    reads = any("pipeline.bulk.worker" in _command(child) for child in below)
    return [*([pid] if reads else []), *(found for child in below for found in _parents_of_readers(child))]


def _words(path: Path) -> list[str]:
    try:
        return path.read_text().split()
    except OSError:
        return []


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace")
    except OSError:
        return ""


def test_a_cluster_gives_what_local_workers_give(reports: Path, local: str, home: Path, tmp_path: Path) -> None:
    db = str(tmp_path / "dask.duckdb")
    _finish(_start(reports, db, home))
    assert _content(db) == local


@needs_proc
def test_a_dask_worker_that_is_killed_costs_nothing(reports: Path, local: str, home: Path, tmp_path: Path) -> None:
    db = str(tmp_path / "dask.duckdb")
    process = _start(reports, db, home)
    workers: list[int] = []
    while process.poll() is None and not workers:
        workers = _parents_of_readers(process.pid)
        time.sleep(0.2)
    assert workers, process.communicate()
    time.sleep(3)  # until it is at something
    assert workers[0] in _parents_of_readers(process.pid)  # it has not gone home yet
    os.kill(workers[0], signal.SIGKILL)
    assert process.poll() is None, process.communicate()
    _finish(process)
    assert _content(db) == local
    with open_db(db) as database:
        assert database.select("SELECT COUNT(*) FROM set_aside") == [(0,)]
