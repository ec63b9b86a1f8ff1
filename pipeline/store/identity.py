"""Which report a document is, and which version of it: ids that depend on the content alone.

Two documents are the same report when organ, region and year are known and equal. An organ's name alone is not enough
(every county has a 市场监督管理局): where the region is not decided, only a national organ may do without; any other
document stands for itself. Two documents are the same version when they say the same figures, at whatever address and
in whatever format.
"""

from __future__ import annotations

import hashlib
from decimal import Decimal

from pipeline.model import DocumentResult, Report

_ID = 16  # hex digits: 64 bits


def _short(*parts: str) -> str:
    return hashlib.sha256("\x1f".join(parts).encode("utf-8", "replace")).hexdigest()[:_ID]


def document_id(sha256: str) -> str:
    """The id of a document: the first 16 hex digits of its SHA-256."""
    return sha256[:_ID]


def report_id(report: Report, sha256: str) -> str:
    """The id of the report a document is a version of."""
    if report.organ and report.year is not None and (report.region_code or report.level == "national"):
        return _short("report", "".join(report.organ.split()), report.region_code or "", str(report.year))
    return _short("document", sha256)


def decision_id(report: str, check: str, code: str | None, applicant: str | None) -> str:
    """The id of a decision: one for each finding of a report."""
    return _short("decision", report, check, code or "", applicant or "")


def plain(value: Decimal | None) -> str:
    """A number in one way of writing: no exponent, no trailing zeros; an empty text for none."""
    if value is None:
        return ""
    text = format(value, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


_plain: dict[Decimal | None, str] = {None: ""}


def _quick(value: Decimal | None) -> str:
    """plain(), remembered: most numbers of reports are small and come again."""
    text = _plain.get(value)
    if text is None:
        if len(_plain) > 50_000:
            _plain.clear()
            _plain[None] = ""
        text = _plain[value] = plain(value)
    return text


def version_id(result: DocumentResult) -> str:
    """The id of what a document says: cells and figures without their places; its bytes where it has neither."""
    if not result.cells and not result.figures:
        return _short("bytes", result.document.sha256)
    said = [f"{c.code}\x1f{c.column}\x1f{c.state}\x1f{_quick(c.value)}\x1f{c.unit}\x1f{c.note}" for c in result.cells]
    said += [
        f"{f.code}\x1f{_quick(f.value)}\x1f{f.unit}\x1f{f.bound}\x1f{_quick(f.low)}\x1f{_quick(f.high)}\x1f{f.measure}"
        f"\x1f{f.column}\x1f{f.channel}\x1f{f.scope}\x1f{f.period.kind}\x1f{f.category}"
        for f in result.figures
    ]
    said.sort()
    return _short("facts", *said)
