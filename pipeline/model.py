"""The frozen values that flow through the project.

    bytes → Document(blocks: Paragraph | RawTable) → Sections → Cells, Figures, Claims → Findings → DocumentResult

Every offset is half open and indexes `Document.text`, which `gongkai extract --text` prints: text[start:end] is what
was printed. Values are exact decimals; a blank is None, never 0. msgspec structs: frozen like dataclasses, but made
some ten times faster, and a report has some two hundred cells.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

import msgspec

Box = tuple[float, float, float, float]
"""x0, y0, x1, y1 in points from the top left corner of the page."""

CellState = Literal["printed", "blank", "dash", "covered", "inferred", "unreadable"]
Bound = Literal["exact", "approx", "min", "max"]
Measure = Literal["level", "share", "change_rate", "change", "ratio", "rank", "score"]
ScopeKind = Literal["own", "jurisdiction", "departments", "subordinate", "group"]
PeriodKind = Literal["year", "last_year", "cumulative", "part_year", "since"]
Verdict = Literal["agrees", "agrees_if_blank_zero", "differs", "not_comparable", "not_assessable"]
How = Literal["exact", "rounded", "bound", "truncated", "part", "sum"]
Severity = Literal["error", "warning", "info"]
Level = Literal["national", "province", "prefecture", "county", "township"]
OrganKind = Literal["government", "office", "department", "township", "subdistrict", "zone", "institution", "other"]
UnreadReason = Literal[
    "date", "year", "period", "document_number", "statute", "phone", "postcode", "address", "email", "url", "name",
    "version", "ordinal", "list_number", "deadline", "threshold", "page_furniture", "broken_source", "code",
    "table_text", "no_indicator", "plan", "other_year_name", "idiom", "time_of_day",
]  # fmt: skip


class Struct(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Base of all values: frozen, keyword only."""


class Problem(Struct, frozen=True):
    """Something that went wrong or is missing in a document, told and not raised. `code` is stable."""

    code: str
    message: str


class Paragraph(Struct, frozen=True):
    """A run of prose. `heading` is 1–6 where the source marks it as a heading (h1 … h6, Word heading styles)."""

    start: int
    end: int
    heading: int | None = None
    page: int | None = None
    box: Box | None = None


class GridCell(Struct, frozen=True):
    """One cell of a raw table at its upper left corner; an empty cell has start == end.

    `confidence` (0–1) comes from character recognition only; None means the characters were in the source.
    """

    row: int
    column: int
    start: int
    end: int
    rowspan: int = 1
    colspan: int = 1
    page: int | None = None
    box: Box | None = None
    confidence: float | None = None


class RawTable(Struct, frozen=True):
    """A table as the source has it. `kind` says which reader made it: html docx pdf xlsx ocr text."""

    start: int
    end: int
    rows: int
    columns: int
    cells: tuple[GridCell, ...]
    kind: str
    page: int | None = None


Block = Paragraph | RawTable


class Document(Struct, frozen=True):
    """A source turned into one text with its blocks in reading order.

    `title` is the source's own title (HTML title, Word property), `address` where it was published, `hints` what its
    head says about itself, e.g. ("pubdate", "2021-02-02"). A table's cells are in `text` too, at their offsets.
    """

    source: str
    sha256: str
    media_type: str
    text: str
    blocks: tuple[Block, ...]
    title: str | None = None
    address: str | None = None
    hints: tuple[tuple[str, str], ...] = ()
    problems: tuple[Problem, ...] = ()
    pages: int | None = None


class Section(Struct, frozen=True):
    """One of the six statutory sections (一、总体情况 … 六、其他需要报告的事项); 0 is what stands before the first."""

    number: int
    title: str
    start: int
    end: int


class Cell(Struct, frozen=True):
    """One cell of a statutory table. `column` is None in tables 2 and 4, always given in table 3.

    `value` is in the unit of the form (`unit`); None when blank, dash, covered or unreadable.
    `table` is "2", "3", "4" or "s14"; `row` counts the lines of the form from 0.
    `note` is what else stood in the cell, such as 其中修订16件.
    """

    code: str
    column: str | None
    state: CellState
    value: Decimal | None
    printed: str
    unit: str
    table: str
    row: int
    start: int
    end: int
    note: str | None = None
    page: int | None = None
    box: Box | None = None
    evidence: str | None = None
    """For state inferred: why this reading is the only one. For a doubtful reading: what is doubtful."""


class Quantity(Struct, frozen=True):
    """A number with its unit as found in a text (pipeline.numbers). Offsets index the text it was found in.

    `value`, `low` and `high` are in base units (10万元 → 100000); `unit` is canonical, "" where none is printed.
    `number_end` is where the digits and 万/亿 end and the unit begins. `approx_words` are the words of bound that
    stand before the number (约, 近, 超); those behind it (余, 以上) lie inside start:end.
    """

    start: int
    end: int
    number_end: int
    value: Decimal
    unit: str
    unit_printed: str
    bound: Bound
    low: Decimal | None
    high: Decimal | None
    chinese: bool = False
    """True when the number is written in Chinese numerals (二十三)."""
    each: bool = False
    """True when 各 stands before it: the number holds for each of the things named."""
    ordinal: bool = False
    """True for 第N名: a rank."""
    bound_words: str = ""


class Period(Struct, frozen=True):
    """What stretch of time a figure speaks of; `begin` and `end` are ISO dates or None when the text does not say."""

    kind: PeriodKind = "year"
    begin: str | None = None
    end: str | None = None


class Why(Struct, frozen=True):
    """Why a figure got its code: the alias (id in lexicons/) and the rule that linked it."""

    alias: str
    rule: str


PART = "部分（"
"""How `Why.rule` begins of a figure that the prose tells as a part; what brought it in follows: 其中, 括号."""


class Figure(Struct, frozen=True):
    """A figure of the prose. See CODES in docs/reference for every attribute."""

    code: str
    value: Decimal
    unit: str
    bound: Bound
    low: Decimal | None
    high: Decimal | None
    mention: str
    start: int
    end: int
    sentence: tuple[int, int]
    section: int | None
    before: str
    why: Why
    measure: Measure = "level"
    of: str | int | None = None
    column: str | None = None
    channel: str | None = None
    scope: str | None = None
    scope_kind: ScopeKind | None = None
    period: Period = Period()
    category: str | None = None
    part_of: int | None = None
    parts_exhaustive: bool | None = None
    zero_by_words: bool = False
    unit_implied: bool = False


class Claim(Struct, frozen=True):
    """A universal about figures before it (均获维持, 均在法定期限内答复, 零败诉): no figure, but checks test it.

    `figures` are indexes into the figures of the same document that it speaks of.
    """

    kind: str
    start: int
    end: int
    sentence: tuple[int, int]
    figures: tuple[int, ...]


class Unread(Struct, frozen=True):
    """A number that is no figure, with the reason why."""

    text: str
    start: int
    end: int
    reason: UnreadReason


class Side(Struct, frozen=True):
    """One side of a comparison: an inclusive interval, None for unbounded, and the sum written out."""

    low: Decimal | None
    high: Decimal | None
    text: str


class Evidence(Struct, frozen=True):
    """Where a side of a finding comes from: a cell (code, column), a figure (index), or a place in the text."""

    kind: Literal["cell", "figure", "text"]
    code: str | None = None
    column: str | None = None
    index: int | None = None
    start: int | None = None
    end: int | None = None


class Finding(Struct, frozen=True):
    """A verdict on one place where two sides should agree. Checks: lexicons/rules; verdicts: docs/explanation."""

    check: str
    code: str
    column: str | None
    verdict: Verdict
    severity: Severity
    explanation: str
    how: How | None = None
    left: Side | None = None
    right: Side | None = None
    difference: Decimal | None = None
    cause: str | None = None
    missing: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...] = ()


class Report(Struct, frozen=True):
    """Who reports on which year. Every field is None when title, text and address do not decide it."""

    organ: str | None = None
    organ_kind: OrganKind | None = None
    region_code: str | None = None
    region: str | None = None
    level: Level | None = None
    year: int | None = None
    form: str | None = None
    period_start: str | None = None
    period_end: str | None = None
    published_on: str | None = None
    title: str | None = None


class DocumentResult(Struct, frozen=True):
    """All that was read from one document."""

    document: Document
    report: Report
    sections: tuple[Section, ...] = ()
    cells: tuple[Cell, ...] = ()
    figures: tuple[Figure, ...] = ()
    findings: tuple[Finding, ...] = ()
    unread: tuple[Unread, ...] = ()
    problems: tuple[Problem, ...] = ()
