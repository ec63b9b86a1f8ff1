"""Gold passages: files that hold a list of annotated passages, the text beside its figures (tests/gold/GUIDE.md).

A passage is read as the prose of one section of a report of its year; its organ is not known, so nothing is compared
with tables. read(passage, reader) gives a DocumentResult that evaluate() scores like that of a report.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, cast, get_args

from pipeline.errors import UsageError
from pipeline.evaluate.gold import Gold, figures_of
from pipeline.model import Document, DocumentResult, Level, Report, Section
from pipeline.narrative import ProseReader
from pipeline.narrative.reader import document_of

_LEVELS = {
    "town": "township",
    "street": "township",
    "subdistrict": "township",
    "city": "prefecture",
    "municipality": "province",
    "district": "county",
    "ministry": "national",
}
_FORM_2019 = (2019, 2020)


@dataclass(frozen=True, slots=True)
class Passage:
    """One passage with its gold, as a document with one section."""

    gold: Gold
    document: Document
    section: int
    report: Report


def passage_files(path: Path) -> list[Path]:
    """The files under a folder (or the one file) that hold lists of passages; NAME.verdicts.json is none."""
    files = sorted(path.glob("*.json")) if path.is_dir() else [path]
    return [file for file in files if len(file.suffixes) == 1 and file.is_file() and _begins_as_list(file)]


def _begins_as_list(file: Path) -> bool:
    with file.open(encoding="utf-8-sig") as opened:
        return opened.read(64).lstrip().startswith("[")


def load_passages(path: Path) -> Iterator[Passage]:
    """Every passage under `path`. Raises UsageError where a file is no JSON or a passage lacks its parts."""
    for file in passage_files(path):
        try:
            items = json.loads(file.read_text(encoding="utf-8-sig"), parse_float=Decimal)
        except ValueError as error:
            raise UsageError(f"{file.name} 不是正确的 JSON：{error}") from error
        for item in items:
            missing = {"id", "text", "figures"} - set(item)
            if missing:
                raise UsageError(f"{file.name} 有一段缺少 {'、'.join(sorted(missing))}：请补上")
            yield _passage(item)


def _passage(item: dict[str, Any]) -> Passage:
    level = _LEVELS.get(item.get("level", ""), item.get("level"))
    year = item.get("year")
    gold = Gold(
        name=item["id"],
        source=item["id"],
        figures=figures_of(item),
        not_figures=tuple(text for text in item.get("not_figures", ()) if text),
        groups=tuple(f"{name}:{told}" for name, told in (("level", level), ("year", year)) if told),
        judge_periods=True,
    )
    report = Report(
        year=year,
        level=cast(Level, level) if level in get_args(Level) else None,
        form="2019" if year in _FORM_2019 else None,
    )
    return Passage(gold, document_of(item["text"], item["id"]), int(item.get("section") or 1), report)


def read(passage: Passage, reader: ProseReader) -> DocumentResult:
    """Reads one passage; the result has neither cells nor findings."""
    document = passage.document
    sections = (Section(number=passage.section, title="", start=0, end=len(document.text)),)
    prose = reader.read(document, sections, (), passage.report)
    return DocumentResult(
        document=document, report=passage.report, sections=sections, figures=prose.figures, unread=prose.unread
    )
