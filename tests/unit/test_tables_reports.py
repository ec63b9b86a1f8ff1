"""Whole reports: the samples of the project, and real reports where they are laid out."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from pipeline import ingest
from pipeline.lexicon import Lexicon
from pipeline.tables import TableReader
from tests.tables_cases import by_place

SAMPLES = Path(__file__).parents[2] / "samples"
NAMES = sorted(path.name.removesuffix(".tables.json") for path in SAMPLES.glob("*.tables.json"))


@pytest.fixture(scope="module")
def reader(lexicon: Lexicon) -> TableReader:
    return TableReader(lexicon)


def differing(reader: TableReader, source: Path, gold: dict[str, Any]) -> list[str]:
    """Cells that are not as the gold has them."""
    cells = by_place(reader.read(ingest.read(source.read_bytes(), source.name)))
    found = []
    for row in gold["cells"]:
        cell = cells.get((row["code"], row["column"]))
        state = row.get("state") or ("blank" if row["blank"] else "printed")
        value = None if row["value"] is None else Decimal(str(row["value"]))
        if cell is None or (cell.state, cell.value) != (state, value):
            found.append(f"{row['code']} {row['column']}: {state} {value}, read {cell and (cell.state, cell.value)}")
    return found


@pytest.mark.parametrize("name", NAMES)
def test_samples(reader: TableReader, name: str) -> None:
    source = next(path for path in SAMPLES.glob(f"{name}.*") if path.suffix != ".json")
    gold = json.loads((SAMPLES / f"{name}.tables.json").read_text(encoding="utf-8"))
    assert not differing(reader, source, gold)


@pytest.mark.parametrize("name", ["haining2020.txt", "shanghai2019.html", "hongze2023.pdf"])
def test_real_reports(reader: TableReader, shared_reports: Path, name: str) -> None:
    gold = json.loads((shared_reports / f"{name.split('.')[0]}.tables.json").read_text(encoding="utf-8"))
    assert len(gold["cells"]) in (186, 198)
    assert not differing(reader, shared_reports / name, gold)
