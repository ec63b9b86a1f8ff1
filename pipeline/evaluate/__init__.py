"""Accuracy against gold, and what a change gained and lost.

scores = [evaluate(result, gold) for ...]
print(merge(scores).text())

print(changes(facts(before), facts(after)).text())
"""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from pipeline.evaluate.changes import Changes, changes, facts
from pipeline.evaluate.gold import Gold, load_gold
from pipeline.evaluate.passages import load_passages, passage_files, read
from pipeline.evaluate.score import Counts, Score, evaluate, merge
from pipeline.lexicon import load
from pipeline.model import DocumentResult
from pipeline.narrative import ProseReader

__all__ = [
    "Changes",
    "Counts",
    "Gold",
    "Score",
    "changes",
    "evaluate",
    "facts",
    "folder",
    "load_gold",
    "load_passages",
    "merge",
    "read",
]


class Reader(Protocol):
    """What reads one document: pipeline.run.Pipeline."""

    def process(self, data: bytes, name: str) -> DocumentResult: ...


def folder(path: Path, reader: Reader) -> Score:
    """Reads every report or passage with gold in a folder and scores it. Raises UsageError where there is no gold."""
    if passage_files(path):
        prose = ProseReader(load())
        return merge(evaluate(read(passage, prose), passage.gold) for passage in load_passages(path))
    return merge(evaluate(reader.process(report.read_bytes(), report.name), gold) for gold, report in load_gold(path))
