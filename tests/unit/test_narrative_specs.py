"""Every case of tests/specs/prose: a text of our own making, the figures it holds, and what each of them must be."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from pipeline.lexicon import Lexicon
from pipeline.model import Figure, Report
from pipeline.narrative import ProseReader

SPECS = Path(__file__).parents[1] / "specs" / "prose"
CASES = [(file.stem, case) for file in sorted(SPECS.glob("*.json")) for case in json.loads(file.read_text("utf-8"))]


@pytest.fixture(scope="session")
def reader(lexicon: Lexicon) -> ProseReader:
    return ProseReader(lexicon)


@pytest.mark.parametrize("case", [case for _, case in CASES], ids=[f"{stem}:{case['id']}" for stem, case in CASES])
def test_case(reader: ProseReader, case: dict[str, Any]) -> None:
    result = reader.read_text(case["text"], Report(year=case.get("year", 2023), form=case.get("form")))
    found = [(f.mention, f.code) for f in result.figures]
    assert len(found) == len(case["figures"]), found
    for wanted, figure in zip(case["figures"], result.figures, strict=True):
        differing = {
            key: (_given(figure, key), value) for key, value in wanted.items() if not _same(figure, key, value)
        }
        assert not differing, f"{figure.mention} {figure.why}: (read, wanted) {differing}"
    if "claims" in case:
        assert [claim.kind for claim in result.claims] == case["claims"]
    if "claim_figures" in case:
        assert [list(claim.figures) for claim in result.claims] == case["claim_figures"]


def _given(figure: Figure, key: str) -> Any:
    return figure.period.kind if key == "period" else getattr(figure, key)


def _same(figure: Figure, key: str, wanted: Any) -> bool:
    given = _given(figure, key)
    if key == "value":
        return bool(given == Decimal(wanted))
    return bool(given == wanted)


@pytest.mark.parametrize("case", [case for _, case in CASES], ids=[f"{stem}:{case['id']}" for stem, case in CASES])
def test_mentions_stand_where_they_say(reader: ProseReader, case: dict[str, Any]) -> None:
    text = case["text"]
    result = reader.read_text(text, Report(year=case.get("year", 2023)))
    for figure in result.figures:
        assert text[figure.start : figure.end] == figure.mention
        assert figure.sentence[0] <= figure.start < figure.end <= figure.sentence[1]
        assert text[: figure.start].endswith(figure.before)
    for unread in result.unread:
        assert text[unread.start : unread.end] == unread.text


def test_ids_are_unique() -> None:
    ids = [case["id"] for _, case in CASES]
    assert len(ids) == len(set(ids))
