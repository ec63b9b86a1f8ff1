"""A server over a database of thousands of generated reports, and a browser to look at it: for the long tests.

GONGKAI_TEST_WEB names a folder in which the corpus and its database are kept from one run of the tests to the next;
without it they are made anew in a temporary folder (about a minute).
"""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import uvicorn

from pipeline.web.app import create_app
from pipeline.web.settings import Settings

ROOT = Path(__file__).parents[2]
SCREENS = ROOT / "build" / "screens"
AXE = ROOT / "build" / "axe.min.js"
COUNT = 2000
ARGUMENTS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Corpus:
    """Reports in a folder, and the database they were read into."""

    folder: Path
    db: Path

    def run(self) -> None:
        """Reads what is new into the database, as a second process beside the page."""
        gongkai("run", str(self.folder / "reports"), str(ROOT / "samples"), "--db", str(self.db), "--no-prefect")


def gongkai(*arguments: str) -> None:
    """The command, in a process of its own. Exit 3 (something was set aside) is no failure here."""
    done = subprocess.run([sys.executable, "-m", "pipeline", *arguments], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode in (0, 3), done.stderr


def corpus(kept: Path) -> Corpus:
    """The corpus in that folder, generated where it is not there yet, read with the lexicon of today."""
    made = Corpus(kept, kept / "reports.duckdb")
    if not made.db.exists():
        gongkai("samples", str(kept / "reports"), "--count", str(COUNT), "--faults")
    made.run()  # also where it is kept: the lexicon may have changed since
    return made


@contextmanager
def served(db: Path) -> Iterator[str]:
    """The page over this database on a free port; gives its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    application = create_app(Settings(str(db), port=port))
    server = uvicorn.Server(uvicorn.Config(application, host="127.0.0.1", port=port, log_level="warning"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    until = time.monotonic() + 30
    while not server.started and time.monotonic() < until:
        thread.join(0.05)
    assert server.started
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join(20)


@contextmanager
def browser() -> Iterator[Any]:
    """A headless Chromium of this machine; skips where there is none, saying what to install."""
    playwright = pytest.importorskip("playwright.sync_api", reason="pip install playwright (extra: browser)")
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if found is None:
        pytest.skip("no Chromium on this machine: make browser installs it (Debian: apt-get install chromium)")
    with playwright.sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=found, args=list(ARGUMENTS))
        yield opened
        opened.close()
