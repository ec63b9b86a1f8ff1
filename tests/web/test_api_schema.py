"""What the description of the API allows, asked at random: no answer is a fault of the server, each has its shape."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from tests.web.served import served

pytestmark = pytest.mark.long
MODES = ("positive", "negative")
"""Requests as the description wants them, and such as it forbids: these must be refused, not crash."""
BARE = ("/api/v1/indicators", "/api/v1/runs")
"""What takes no parameter."""


@pytest.mark.parametrize("mode", MODES)
def test_no_request_ends_in_a_fault(samples_db: Path, mode: str) -> None:
    schemathesis = pytest.importorskip("schemathesis", reason="pip install schemathesis (extra: browser)")
    checks = schemathesis.checks
    held = [checks.not_a_server_error, checks.response_schema_conformance, checks.content_type_conformance]
    asked: set[str] = set()
    with served(samples_db) as address:
        schema = schemathesis.openapi.from_url(f"{address}/api/openapi.json")
        for found in schema.get_all_operations():
            operation = found.ok()

            @settings(max_examples=60, deadline=None, database=None, suppress_health_check=list(HealthCheck))
            @given(case=operation.as_strategy(generation_mode=schemathesis.GenerationMode(mode)))
            def ask(case: Any) -> None:
                asked.add(case.path)
                case.call_and_validate(checks=held)

            if mode == "negative" and operation.path in BARE:
                continue  # nothing that could be wrong
            ask()
    assert len(asked) == (7 if mode == "positive" else 7 - len(BARE))
