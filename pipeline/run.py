"""One document in, one DocumentResult out; pure, and the only place where the readers meet.

    pipeline = Pipeline(load())
    result = pipeline.process(data, "年报.html")     # never raises for what is wrong with the document

A Pipeline compiles every matcher once; it holds no state between documents.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Literal

import msgspec

from pipeline.errors import ReadError
from pipeline.identity import Identifier
from pipeline.ingest import read
from pipeline.lexicon import Lexicon, load
from pipeline.lexicon.entry import Entry
from pipeline.model import Document, DocumentResult, Finding, Problem, Report, Section
from pipeline.narrative import ProseReader, ProseResult
from pipeline.reconcile import Reconciler
from pipeline.sections import SectionFinder
from pipeline.tables import TableReader, TablesResult

ReadProse = Callable[[Document, Sequence[Section], Sequence[tuple[int, int]], Report], ProseResult]


class Pipeline:
    """All readers and checks, compiled from one lexicon."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.lexicon = lexicon
        self._tables = TableReader(lexicon)
        self._sections = SectionFinder(lexicon)
        self._identity = Identifier(lexicon)
        self.prose = ProseReader(lexicon)
        self._reconcile = Reconciler(lexicon)

    def process(self, data: bytes, name: str, *, beside: Path | None = None) -> DocumentResult:
        """Reads one file. A file that cannot be read still gives its object, with the reason under problems.

        `beside` is the folder in which pictures named by a page may be looked up.
        """
        try:
            document = read(data, name, beside=beside)
        except ReadError as error:
            return _set_aside(data, name, error)
        return self.process_document(document)

    def read_tables(self, document: Document) -> TablesResult:
        """The statutory tables alone: with the document all that a change of wording does not touch."""
        return self._tables.read(document)

    def find_sections(self, document: Document, tables: TablesResult) -> tuple[Section, ...]:
        """The statutory sections outside the tables."""
        return self._sections.find(document, tables.spans)

    def process_document(
        self, document: Document, tables: TablesResult | None = None, read_prose: ReadProse | None = None
    ) -> DocumentResult:
        """Everything after reading: sections, tables (unless they are given), identity, prose, checks.

        `read_prose` stands in for the prose reader where what it does is kept for later.
        """
        tables = tables or self._tables.read(document)
        sections = self.find_sections(document, tables)
        report = self._identity.identify(document, sections, tables)
        prose = (read_prose or self.prose.read)(document, sections, tables.spans, report)
        findings = self._reconcile.check(report, tables.cells, prose.figures, prose.claims, text=document.text)
        unread = tuple(sorted((*tables.unread, *prose.unread), key=lambda u: (u.start, u.end)))
        problems = (*document.problems, *tables.problems)
        form: tuple[Finding, ...] = ()
        if tables.cells or any(section.number for section in sections):
            form = self._reconcile.check_form(report, sections, document.text, tables.cells, unread)
        else:
            # A report has headings or tables; a page with neither is something else, and its lack of tables no news.
            problems = (*document.problems, _NOT_A_REPORT)
        return DocumentResult(
            document=document,
            report=report,
            sections=sections,
            cells=tables.cells,
            figures=prose.figures,
            findings=(*findings, *form),
            unread=unread,
            problems=problems,
        )


_NOT_A_REPORT = Problem(
    code="not_a_report",
    message="没有找到年度报告的章节和统计表：请确认这是政府信息公开工作年度报告的正文，而不是目录页或通知",
)


def _set_aside(data: bytes, name: str, error: ReadError) -> DocumentResult:
    document = Document(
        source=name, sha256=hashlib.sha256(data).hexdigest(), media_type="application/octet-stream", text="", blocks=()
    )
    return DocumentResult(
        document=document, report=Report(), problems=(Problem(code=error.code, message=error.message),)
    )


SET_ASIDE = frozenset({"empty", "unsupported", "damaged", "encrypted", "limit", "tool_missing", "unreadable",
                       "not_a_report", "missing_file", "worker_lost", "timeout", "internal"})  # fmt: skip
"""Problem codes that mean: nothing usable was read."""


def outcome(result: DocumentResult) -> Literal["done", "done_with_problems", "set_aside"]:
    """done, done_with_problems or set_aside: what a run counts."""
    codes = {problem.code for problem in result.problems}
    if codes & SET_ASIDE:
        return "set_aside"
    return "done_with_problems" if codes else "done"


@cache
def default_pipeline(lexicon_folder: Path | None = None) -> Pipeline:
    """The pipeline of this process for a lexicon folder (the project's own without one), compiled on first use."""
    return Pipeline(load(lexicon_folder))


@cache
def data_version(lexicon: Lexicon, *models: type[Entry]) -> str:
    """Changes when the code that reads or the lexicon changes: what was done under another version is done again.

    With `models` only their part of the lexicon counts.
    """
    digest = hashlib.sha256(lexicon.fingerprint(*models).encode())
    root = Path(__file__).parent
    for file in sorted(root.rglob("*.py")):
        part = file.relative_to(root).parts[0]
        if part not in {"store", "across", "compare", "web", "cli", "cli.py", "bulk", "evaluate", "explain", "samples"}:
            digest.update(file.read_bytes())
    return digest.hexdigest()[:16]


def offsets_hold(result: DocumentResult) -> bool:
    """Whether text[start:end] is what each cell, figure and unread number says was printed. Used by tests."""
    text = result.document.text
    return all(text[f.start : f.end] == f.mention for f in result.figures) and all(
        text[u.start : u.end] == u.text for u in result.unread
    )


def renamed(result: DocumentResult, source: str) -> DocumentResult:
    """The same result under another source name (the same bytes seen at another address)."""
    return msgspec.structs.replace(result, document=msgspec.structs.replace(result.document, source=source))
