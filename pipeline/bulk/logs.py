"""What a run tells while it goes on, as lines of JSON on stderr for whoever collects logs."""

from __future__ import annotations

import logging
import sys
from datetime import UTC, datetime
from typing import Any

import orjson

_log = logging.getLogger("gongkai.run")
_log.addHandler(logging.NullHandler())


def tell(event: str, **facts: Any) -> None:
    """One event with its facts. Costs nothing unless someone listens."""
    _log.info(event, extra={"facts": facts})


class JsonLines(logging.Formatter):
    """One object a line: time (UTC), level, event, and the facts of the event."""

    def format(self, record: logging.LogRecord) -> str:
        told = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": record.getMessage(),
            **getattr(record, "facts", {}),
        }
        return orjson.dumps(told, default=str).decode()


def to_stderr() -> None:
    """From now on what this program and Prefect tell goes to stderr as JSON."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    _log.addHandler(handler)
    _log.setLevel(logging.INFO)
    _log.propagate = False
