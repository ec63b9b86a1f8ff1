"""The shapes of the API's answers, for its description."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict

Number = int | float | None


class _Model(BaseModel):
    model_config = ConfigDict(extra="allow")


class Problem(_Model):
    """Why a request was refused."""

    error: str
    detail: list[dict[str, Any]] | None = None


class _Place(_Model):
    report_id: str
    organ: str | None = None
    region_code: str | None = None
    region: str | None = None
    level: str | None = None
    year: int | None = None


class ReportItem(_Place):
    organ_kind: str | None = None
    title: str | None = None
    form: str | None = None
    published_on: str | None = None
    versions: int
    document_id: str
    cells: int
    printed: int
    figures: int
    findings: int
    differs: int
    problems: int
    source: str | None = None


class Reports(_Model):
    total: int
    offset: int
    items: list[ReportItem]


class Report(_Model):
    """The object of `gongkai extract --json`."""

    document: dict[str, Any]
    report: dict[str, Any]
    sections: list[dict[str, Any]]
    cells: list[dict[str, Any]]
    figures: list[dict[str, Any]]
    findings: list[dict[str, Any]]
    unread: list[dict[str, Any]]
    problems: list[dict[str, Any]]


class Fact(_Place):
    """A cell of a table or a figure of the prose; amounts in base units."""

    kind: str
    code: str
    applicant: str | None = None
    state: str
    value: Number = None
    unit: str | None = None
    bound: str
    low: Number = None
    high: Number = None
    measure: str
    channel: str | None = None
    scope: str | None = None
    category: str | None = None
    mention: str | None = None


class Facts(_Model):
    next: str | None
    items: list[Fact]


class FindingItem(_Place):
    check_id: str
    title: str
    severity: str
    verdict: str
    how: str | None = None
    code: str | None = None
    applicant: str | None = None
    left_text: str | None = None
    right_text: str | None = None
    difference: Number = None
    explanation: str | None = None
    cause: str | None = None
    decision: str | None = None
    reason: str | None = None
    across: bool


class Findings(_Model):
    total: int
    offset: int
    items: list[FindingItem]


class Asked(_Model):
    thing: str
    name: str
    unit: str


class Value(_Model):
    value: Number = None
    status: str
    bound: str
    remark: str
    numerator: Number = None
    denominator: Number = None
    low: Number = None
    high: Number = None


class Ranked(_Place):
    rank: int | None
    values: list[Value]


class Comparison(_Model):
    asked: list[Asked]
    years: list[int]
    total: int
    offset: int
    items: list[Ranked]
    missing: int


class IndicatorItem(_Model):
    code: str
    name: str
    english: str | None = None
    unit: str | None = None
    grouping: str | None = None
    kind: str | None = None
    stock: bool | None = None
    same_as: str | None = None
    sum_of: str | None = None


class Indicators(_Model):
    items: list[IndicatorItem]


class RunItem(_Model):
    run: int
    status: str
    parameters: dict[str, Any]
    started_at: str
    finished_at: str | None = None
    summary: dict[str, Any]


class Runs(_Model):
    items: list[RunItem]
