"""Pages as publishing systems write them: whole where the markup tells, and never a wrong cell where it lies."""

from __future__ import annotations

import random

import pytest

from pipeline import ingest
from pipeline.lexicon import Lexicon
from pipeline.tables import TableReader
from tests.tables_cases import Truth, by_place, laid_out, truth, unread, wrong
from tests.tables_pages import DOUBTFUL, WHOLE, Page

SEEDS = range(6)


@pytest.fixture(scope="module")
def reader(lexicon: Lexicon) -> TableReader:
    return TableReader(lexicon)


def case(lexicon: Lexicon, write: Page, seed: int) -> tuple[str, Truth]:
    """A page and what it prints: both forms, with and without blank cells."""
    form = ("2019", "2021")[seed % 2]
    values = truth(lexicon, form, seed, (0.0, 0.5, 1.0)[seed % 3])
    return write(laid_out(lexicon, form, values), random.Random(seed)), values


@pytest.mark.parametrize("name", WHOLE)
def test_every_cell_of_a_page(reader: TableReader, lexicon: Lexicon, name: str) -> None:
    for seed in SEEDS:
        text, values = case(lexicon, WHOLE[name], seed)
        result = reader.read(ingest.read(text.encode(), "a.html"))
        assert not wrong(result, values)
        assert not unread(result, values)


@pytest.mark.parametrize("name", DOUBTFUL)
def test_no_wrong_cell_in_a_page_that_contradicts_itself(reader: TableReader, lexicon: Lexicon, name: str) -> None:
    for seed in SEEDS:
        text, values = case(lexicon, DOUBTFUL[name], seed)
        result = reader.read(ingest.read(text.encode(), "a.html"))
        known = {place: printed for place, printed in values.items() if place in by_place(result)}
        left_out = [place for place, printed in known.items() if name == "cells left out" and printed in ("", "0")]
        assert not wrong(result, {place: printed for place, printed in known.items() if place not in left_out})
