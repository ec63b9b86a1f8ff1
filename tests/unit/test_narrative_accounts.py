"""Every number is accounted for: each digit run of the prose ends in a figure or is listed as unread with a reason.

Chinese numerals too, where they stand before a unit: the number reader makes them a quantity or gives the reason.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from itertools import chain
from pathlib import Path

import pytest

from pipeline.lexicon import Lexicon
from pipeline.model import Document, RawTable
from pipeline.narrative import ProseReader
from pipeline.narrative.reader import document_of
from pipeline.numbers import NumberReader
from pipeline.run import Pipeline
from pipeline.text import fold

ROOT = Path(__file__).parents[2]
PASSAGES = sorted((ROOT / "tests" / "gold").glob("*/*.json"))
SAMPLES = sorted(p for p in (ROOT / "samples").rglob("*") if p.suffix in (".txt", ".html", ".htm", ".docx", ".mhtml"))
_DIGITS = re.compile(r"\d+")


@pytest.fixture(scope="module")
def reader(lexicon: Lexicon) -> ProseReader:
    return ProseReader(lexicon)


@pytest.fixture(scope="module")
def numbers(lexicon: Lexicon) -> NumberReader:
    return NumberReader(lexicon)


@pytest.fixture(scope="module")
def pipeline(lexicon: Lexicon) -> Pipeline:
    return Pipeline(lexicon)


def left_out(
    document: Document, covered: Iterable[tuple[int, int]], begin: int = 0, end: int | None = None
) -> list[str]:
    """Digit runs of document.text[begin:end] that lie in none of the covered spans, with what stands around them."""
    held = bytearray(len(document.text))
    for a, b in covered:
        held[a:b] = b"\x01" * (b - a)
    return [
        document.text[max(m.start() - 10, 0) : m.end() + 6]
        for m in _DIGITS.finditer(document.text, begin, len(document.text) if end is None else end)
        if not all(held[m.start() : m.end()])
    ]


@pytest.mark.parametrize("file", PASSAGES, ids=lambda p: f"{p.parent.name}-{p.stem}")
def test_every_number_of_a_gold_passage(file: Path, reader: ProseReader, numbers: NumberReader) -> None:
    passages = json.loads(file.read_text("utf-8"))
    for passage in passages if isinstance(passages, list) else ():
        document = document_of(passage["text"], passage["id"])
        result = reader.read(document)
        spans = [(x.start, x.end) for x in chain(result.figures, result.unread)]
        assert not left_out(document, spans), passage["id"]
        folded = fold(document.text)
        for item in numbers.find(folded.text):
            start, end = folded.span(item.start, item.end)
            assert any(a < end and start < b for a, b in spans), (passage["id"], document.text[start:end])


def _accounted(pipeline: Pipeline, path: Path) -> None:
    result = pipeline.process(path.read_bytes(), path.name)
    document = result.document
    spans = [(x.start, x.end) for x in chain(result.figures, result.unread)]
    spans += pipeline.read_tables(document).spans
    paragraphs = [block for block in document.blocks if not isinstance(block, RawTable)]
    missing = [text for block in paragraphs for text in left_out(document, spans, block.start, block.end)]
    assert not missing, missing[:5]


@pytest.mark.parametrize("path", SAMPLES, ids=lambda p: p.name)
def test_every_number_of_a_sample(path: Path, pipeline: Pipeline) -> None:
    _accounted(pipeline, path)


def test_every_number_of_a_published_report(shared_reports: Path, pipeline: Pipeline) -> None:
    for path in sorted(shared_reports.iterdir()):
        if path.suffix in (".txt", ".html", ".docx", ".pdf"):
            _accounted(pipeline, path)
