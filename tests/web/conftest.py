"""Databases and clients for the tests of the page."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from pipeline.run import default_pipeline
from pipeline.store import Outcome, open_db
from pipeline.web.app import create_app
from pipeline.web.settings import Settings

SAMPLES = Path(__file__).parents[2] / "samples"
ORIGIN = "http://127.0.0.1:8765"


def load(path: Path, files: dict[str, bytes]) -> None:
    """Reads these files, by name, into a new database."""
    results = [default_pipeline().process(content, name) for name, content in files.items()]
    with open_db(path) as db:
        run = db.start_run({"inputs": ["样例"]})
        db.load(results, run=run, outcomes=[Outcome(r.document.source, r.document.sha256, "done") for r in results])
        db.finish_run(run)


@pytest.fixture(scope="session")
def samples_db(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database of the samples; the page is opened over copies of it."""
    path = tmp_path_factory.mktemp("web") / "samples.duckdb"
    load(path, {p.name: p.read_bytes() for p in sorted(SAMPLES.iterdir()) if p.suffix in (".txt", ".html", ".docx")})
    return path


Opened = Callable[..., TestClient]


@pytest.fixture(scope="session")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Opened]:
    """Opens the page over a copy of a database, as a browser on this machine would ask for it."""
    held: list[TestClient] = []

    def make(db: Path, **settings: object) -> TestClient:
        path = tmp_path_factory.mktemp("opened") / "copy.duckdb"
        shutil.copyfile(db, path)
        application = create_app(Settings(str(path), **settings))  # type: ignore[arg-type]
        client = TestClient(application, base_url=ORIGIN, raise_server_exceptions=False)
        held.append(client.__enter__())
        return client

    yield make
    for client in held:
        client.__exit__(None, None, None)


@pytest.fixture(scope="session")
def client(samples_db: Path, opened: Opened) -> TestClient:
    """The page over the samples, for reading."""
    return opened(samples_db)


@pytest.fixture
def own(samples_db: Path, opened: Opened) -> TestClient:
    """The page over a database of this test's own, for deciding."""
    return opened(samples_db)
