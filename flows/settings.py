"""Settings that must be in the environment before Prefect is imported: our own home, no analytics, little noise."""

from __future__ import annotations

import os
from pathlib import Path


def prepare() -> None:
    """Sets what the user has not set: works offline, starts nothing beforehand, keeps out of ~/.prefect."""
    base = Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state")
    defaults = {
        "PREFECT_HOME": str(base / "gongkai" / "prefect"),
        "DO_NOT_TRACK": "1",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PREFECT_LOGGING_LEVEL": "WARNING",
        "PREFECT_SERVER_LOGGING_LEVEL": "ERROR",
        "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "90",
    }
    for name, value in defaults.items():
        os.environ.setdefault(name, value)
    Path(os.environ["PREFECT_HOME"]).mkdir(parents=True, exist_ok=True)
