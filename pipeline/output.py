"""The JSON object of a document (`gongkai extract --json`); keys and meaning are stable, see docs/reference."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import orjson

from pipeline.model import (
    Cell,
    DocumentResult,
    Evidence,
    Figure,
    Finding,
    Period,
    Problem,
    Report,
    Section,
    Side,
    Unread,
)

Json = dict[str, Any]


_LARGEST = 2**63


def number(value: Decimal | None) -> int | float | None:
    """A decimal as JSON: whole numbers as integers, others as the shortest float that prints the same.

    Integers beyond 64 bits (digits run together) are none that JSON readers agree on; they are floats as well.
    """
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() and abs(value) < _LARGEST else float(value)


def result_object(result: DocumentResult) -> Json:
    """One document as plain values, in the order of keys that docs/reference gives."""
    document = result.document
    return {
        "document": {
            "source": document.source,
            "sha256": document.sha256,
            "media_type": document.media_type,
            "chars": len(document.text),
        },
        "report": report_object(result.report),
        "sections": [section_object(s) for s in result.sections],
        "cells": [cell_object(c) for c in result.cells],
        "figures": [figure_object(f) for f in result.figures],
        "findings": [finding_object(f) for f in result.findings],
        "unread": [unread_object(u) for u in result.unread],
        "problems": [problem_object(p) for p in result.problems],
    }


def dumps(result: DocumentResult) -> bytes:
    """The object as one line of UTF-8 JSON, without a line end."""
    return orjson.dumps(result_object(result))


def report_object(report: Report) -> Json:
    return {name: getattr(report, name) for name in _REPORT}


_REPORT = ("organ", "organ_kind", "region_code", "region", "level", "year", "form", "period_start", "period_end",
           "published_on", "title")  # fmt: skip


def section_object(section: Section) -> Json:
    return {"number": section.number, "title": section.title, "start": section.start, "end": section.end}


def cell_object(cell: Cell) -> Json:
    return {
        "code": cell.code,
        "column": cell.column,
        "state": cell.state,
        "value": number(cell.value),
        "printed": cell.printed,
        "unit": cell.unit,
        "note": cell.note,
        "table": cell.table,
        "row": cell.row,
        "page": cell.page,
        "box": cell.box,
        "start": cell.start,
        "end": cell.end,
    }


def figure_object(figure: Figure) -> Json:
    return {
        "code": figure.code,
        "value": number(figure.value),
        "unit": figure.unit,
        "bound": figure.bound,
        "low": number(figure.low),
        "high": number(figure.high),
        "measure": figure.measure,
        "of": figure.of,
        "column": figure.column,
        "channel": figure.channel,
        "scope": figure.scope,
        "scope_kind": figure.scope_kind,
        "period": period_object(figure.period),
        "category": figure.category,
        "part_of": figure.part_of,
        "zero_by_words": figure.zero_by_words,
        "mention": figure.mention,
        "before": figure.before,
        "start": figure.start,
        "end": figure.end,
        "section": figure.section,
        "sentence": figure.sentence,
        "parts_exhaustive": figure.parts_exhaustive,
        "why": {"alias": figure.why.alias, "rule": figure.why.rule},
    }


def period_object(period: Period) -> Json:
    return {"kind": period.kind, "from": period.begin, "to": period.end}


def finding_object(finding: Finding) -> Json:
    return {
        "check": finding.check,
        "code": finding.code,
        "column": finding.column,
        "verdict": finding.verdict,
        "how": finding.how,
        "severity": finding.severity,
        "left": side_object(finding.left),
        "right": side_object(finding.right),
        "difference": number(finding.difference),
        "missing": finding.missing,
        "explanation": finding.explanation,
        "cause": finding.cause,
        "evidence": [evidence_object(e) for e in finding.evidence],
    }


def side_object(side: Side | None) -> Json | None:
    return None if side is None else {"low": number(side.low), "high": number(side.high), "text": side.text}


def evidence_object(evidence: Evidence) -> Json:
    if evidence.kind == "cell":
        return {"kind": "cell", "code": evidence.code, "column": evidence.column}
    if evidence.kind == "figure":
        return {"kind": "figure", "index": evidence.index}
    return {"kind": "text", "start": evidence.start, "end": evidence.end}


def unread_object(unread: Unread) -> Json:
    return {"text": unread.text, "start": unread.start, "end": unread.end, "reason": unread.reason}


def problem_object(problem: Problem) -> Json:
    return {"code": problem.code, "message": problem.message}
