"""Runs tests/specs/numbers/*.json: each case lists everything that must be found in its input, in order.

Offsets index the folded input. A result with a value is a figure, one with a reason is unread.
"""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from pipeline.lexicon import Lexicon
from pipeline.model import Quantity
from pipeline.numbers import NumberReader
from pipeline.text import fold

FOLDER = Path(__file__).parents[1] / "specs" / "numbers"
CASES = [
    pytest.param(case, id=f"{path.stem}-{number}")
    for path in sorted(FOLDER.glob("*.json"))
    for number, case in enumerate(json.loads(path.read_text(encoding="utf-8")), 1)
]


@pytest.fixture(scope="module")
def reader(lexicon: Lexicon) -> NumberReader:
    return NumberReader(lexicon)


def _decimal(value: str | None) -> Decimal | None:
    return None if value is None else Decimal(value)


@pytest.mark.parametrize("case", CASES)
def test_spec(case: dict[str, Any], reader: NumberReader) -> None:
    text = fold(case["input"]).text
    found = reader.find(text)
    assert [text[i.start : i.end] for i in found] == [r["surface"] for r in case["results"]]
    for item, result in zip(found, case["results"], strict=True):
        assert (item.start, item.end) == (result["start"], result["end"])
        if "reason" in result:
            assert not isinstance(item, Quantity)
            assert item.reason == result["reason"]
            continue
        assert isinstance(item, Quantity)
        assert item.value == Decimal(result["value"])
        assert (item.unit, item.bound) == (result["unit"], result["bound"])
        assert (item.low, item.high) == (_decimal(result["low"]), _decimal(result["high"]))
        assert item.unit_printed == result.get("unit_printed", result["unit"])
        assert item.bound_words == result.get("bound_words", "")
        for flag in ("each", "ordinal", "chinese"):
            assert getattr(item, flag) == result.get(flag, False), flag


def test_every_reason_of_this_layer_has_a_case() -> None:
    """Reasons given by other layers: no_indicator, plan and other_year_name come from the narrative."""
    seen = {result.get("reason") for param in CASES for result in param.values[0]["results"]}
    expected = {
        "date", "year", "period", "document_number", "statute", "phone", "postcode", "address", "email", "url", "name",
        "version", "ordinal", "list_number", "deadline", "threshold", "page_furniture", "broken_source", "code",
        "table_text", "idiom", "time_of_day",
    }  # fmt: skip
    assert expected <= seen
