"""Fixtures shared by all tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.lexicon import Lexicon, load

ROOT = Path(__file__).parents[1]
SHARED_REPORTS = ROOT.parent / "shared" / "reports"


@pytest.fixture(scope="session")
def lexicon() -> Lexicon:
    """The project's own lexicon, loaded once."""
    return load()


@pytest.fixture(scope="session")
def shared_reports() -> Path:
    """The folder of real reports with gold that may lie beside the project; tests that need it say when they skip."""
    if not SHARED_REPORTS.is_dir():
        pytest.skip(f"no real reports at {SHARED_REPORTS}: this check runs only where they are laid out")
    return SHARED_REPORTS
