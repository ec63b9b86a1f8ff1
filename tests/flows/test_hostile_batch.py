"""A run over every hostile input and a hundred good reports gives exactly what the good ones alone give."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import pytest

from pipeline.bulk import session
from pipeline.store import open_db
from tests.flows.conftest import corpus
from tests.hostile.test_hostile_files import CASES

GOOD = 100
CONTENT = (
    "SELECT sha256, 'cell', code, applicant, state, cells.printed FROM cells JOIN documents USING (document_id)",
    "SELECT sha256, 'figure', code, mention, scope, alias FROM figures JOIN documents USING (document_id)",
    "SELECT sha256, 'finding', check_id, code, verdict, explanation FROM findings JOIN documents USING (document_id)",
)


def _run(inputs: list[Path], db: Path) -> tuple[dict[str, list[Any]], dict[str, str]]:
    """What the database holds of each document, and how it ended, by its SHA-256."""
    with open_db(str(db)) as database, session.start([str(path) for path in inputs], database, workers=2) as planned:
        session.run_plain(planned)
        planned.finish()
        kept: dict[str, list[Any]] = {}
        for query in CONTENT:
            for sha256, *row in database.select(f"{query} ORDER BY 1, seq"):
                kept.setdefault(sha256, []).append(row)
        ended = dict(database.select("SELECT sha256, status FROM run_documents WHERE sha256 IS NOT NULL"))
    return kept, ended


@pytest.mark.long
def test_hostile_inputs_take_nothing_from_good_reports(tmp_path: Path) -> None:
    good = corpus(tmp_path / "good", GOOD)
    refused: set[str] = set()
    for number, (make, name, expected) in enumerate(CASES.values()):
        folder = tmp_path / "hostile" / f"{number:03d}"
        folder.mkdir(parents=True)
        data = make()
        (folder / name).write_bytes(data)
        if expected is not None:
            refused.add(hashlib.sha256(data).hexdigest())
    alone, ended = _run([good], tmp_path / "alone.duckdb")
    assert len(alone) == GOOD
    assert "set_aside" not in ended.values()
    among, mixed = _run([good, tmp_path / "hostile"], tmp_path / "among.duckdb")
    assert {sha256: among[sha256] for sha256 in alone} == alone
    assert {sha256: mixed[sha256] for sha256 in ended} == ended
    assert len(refused) >= 40
    assert not refused & set(among)
    assert {mixed[sha256] for sha256 in refused & set(mixed)} == {"set_aside"}
