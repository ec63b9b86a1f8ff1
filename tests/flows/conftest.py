"""Shared by the tests of bulk runs: a reading cache of their own, and small corpora."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def _own_cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GONGKAI_CACHE", str(tmp_path_factory.mktemp("cache")))


def corpus(folder: Path, count: int, seed: int = 1) -> Path:
    """Sample reports in mixed shapes."""
    from pipeline.samples import generate

    for _ in generate(folder, count, seed=seed):
        pass
    return folder
