"""The flow end to end: it runs as a Prefect flow offline, loads once, and its summary artifact can be read back."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT

pytest.importorskip("prefect")


@pytest.fixture(scope="module")
def prefect(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    home = tmp_path_factory.mktemp("prefect")
    before = dict(os.environ)
    os.environ["PREFECT_HOME"] = str(home)
    os.environ.pop("PREFECT_API_URL", None)
    from flows.settings import prepare

    prepare()
    from prefect.testing.utilities import prefect_test_harness

    with prefect_test_harness(server_startup_timeout=120):
        yield
    os.environ.clear()
    os.environ.update(before)


def test_the_flow_loads_reports_once_and_leaves_an_artifact(prefect: None, tmp_path: Path) -> None:
    from prefect.artifacts import Artifact

    from flows.process import process_reports
    from pipeline.store import open_db

    db = str(tmp_path / "flow.duckdb")
    inputs = [str(ROOT / "samples" / "haining2020.txt"), str(tmp_path / "nowhere.html")]
    first = process_reports(inputs=inputs, db=db, workers=1)
    assert first["documents"] == 2
    assert first["set_aside"] == 1
    assert first["cells"] == 198
    with open_db(db) as database:
        held = database.content_hash()
    again = process_reports(inputs=inputs, db=db, workers=1)
    assert again["cells"] == 0
    with open_db(db) as database:
        assert database.content_hash() == held
        assert database.select("SELECT COUNT(*) FROM reports") == [(1,)]
    artifact = Artifact.get("gongkai-summary")
    assert artifact is not None
    rows = {row["项目"]: row["数量"] for row in json.loads(str(artifact.data))}
    assert rows["文件"] == 1  # the second run: what was done is not done again, what is missing is told again
    assert rows["搁置"] == 1


def test_without_an_api_the_same_job_runs_plainly(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from flows import start
    from pipeline.bulk import session as sessions
    from pipeline.store import open_db

    monkeypatch.setattr("flows.start.prepare", lambda: (_ for _ in ()).throw(RuntimeError("no API")))
    db = str(tmp_path / "plain.duckdb")
    with open_db(db) as database:
        session = sessions.start([str(ROOT / "samples" / "haining2020.txt")], database, workers=1)
        start.run(session, [], db)
        assert session.finish().cells == 198
    assert "不经 Prefect" in capsys.readouterr().err


def test_what_is_handed_to_a_cluster_can_be_handed_over() -> None:
    # Dask gets the flow and the task pickled by value, with every global that their functions name.
    import cloudpickle

    from flows.process import _on_dask, process_batch_dask

    for one in (_on_dask, process_batch_dask):
        assert cloudpickle.loads(cloudpickle.dumps(one)).name == one.name
