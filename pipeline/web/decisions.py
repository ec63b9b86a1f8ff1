"""Decisions about findings: what a page sends, as keys, and how they are written."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from pipeline.errors import UsageError
from pipeline.store import Connection
from pipeline.store import decisions as stored
from pipeline.web.filters import DECISIONS, text

MOST = 2000
"""Findings that one decision may concern."""
_ID = re.compile(r"[0-9a-f]{16}", re.ASCII)
_BACK = re.compile(r"/(findings|report/[0-9a-f]{16})(\?[^\s\\#]*)?(#v\d+|#a\d+)?")


@dataclass(frozen=True, slots=True)
class Key:
    """The finding a decision is about. It stays the same when the report is read again."""

    report_id: str
    check: str
    code: str
    applicant: str

    def __str__(self) -> str:
        return "|".join((self.report_id, self.check, self.code, self.applicant))


def key(told: str) -> Key:
    """A key as a form sends it. Raises UsageError where it is none."""
    parts = told.split("|")
    if len(parts) != 4 or not _ID.fullmatch(parts[0]) or not parts[1] or any(len(p) > 120 for p in parts):
        raise UsageError("提交的核对项写法不对，请回到上一页刷新后再试")
    return Key(*parts)


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided; `name` None takes a decision back. `value` is the right number, where one was corrected."""

    name: str | None
    reason: str
    author: str
    value: Decimal | None = None


def decision(name: str, reason: str, author: str, value: str = "") -> Decision:
    """What a form sends. Raises UsageError where it is no decision, or lacks the reason or the number it needs."""
    number = _number(value) if name == "corrected" else None
    given = Decision(None if name == "none" else name, text(reason, 500), text(author, 40), number)
    if given.name is not None and given.name not in DECISIONS:
        raise UsageError("请选择处理意见")
    if given.name == "dismissed" and not given.reason:
        raise UsageError("标为「不是问题」要写理由")
    return given


def _number(told: str) -> Decimal:
    """The number of a correction. Raises UsageError where it is none."""
    try:
        number = Decimal(text(told, 30).replace(",", "").replace("，", ""))
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite() or abs(number) >= Decimal(10) ** 15:
        raise UsageError("标为「已更正」要写更正后的数")
    return number


def write(connection: Connection, keys: Sequence[Key], given: Decision) -> int:
    """Writes one decision about several findings. For `Data.write`: all of them in one short transaction."""
    if given.value is not None and len(keys) > 1:
        raise UsageError("「已更正」一次只能处理一项")
    for one in keys:
        stored.write(
            connection, one.report_id, one.check, one.code or None, one.applicant or None, given.name,
            value=given.value, reason=given.reason or None, author=given.author or None,
        )  # fmt: skip
    return len(keys)


def back(told: str) -> str:
    """Where to go after a decision: a page of ours, never an address from outside."""
    return told if _BACK.fullmatch(told) else "/findings"
