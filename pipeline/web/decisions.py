"""Decisions about findings: what a page sends, as keys, and how they are written."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from pipeline.errors import UsageError
from pipeline.store import Connection
from pipeline.store.identity import decision_id
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
    """What was decided; `name` None takes a decision back."""

    name: str | None
    reason: str
    author: str


def decision(name: str, reason: str, author: str) -> Decision:
    """What a form sends. Raises UsageError where it is no decision, or a dismissal gives no reason."""
    given = Decision(None if name == "none" else name, text(reason, 500), text(author, 40))
    if given.name is not None and given.name not in DECISIONS:
        raise UsageError("请选择处理意见")
    if given.name == "dismissed" and not given.reason:
        raise UsageError("标为「不是问题」要写理由")
    return given


def write(connection: Connection, keys: Sequence[Key], given: Decision) -> int:
    """Writes one decision about several findings. For `Data.write`: all of them in one short transaction."""
    now = datetime.now().astimezone().isoformat(timespec="seconds")
    for one in keys:
        number = decision_id(one.report_id, one.check, one.code, one.applicant)
        connection.run("DELETE FROM decisions WHERE decision_id = ?", (number,))
        if given.name is not None:
            connection.run(
                "INSERT INTO decisions (decision_id, report_id, check_id, code, applicant, decision, reason, author, "
                "decided_at, document_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, "
                "(SELECT document_id FROM reports WHERE report_id = ?))",
                (
                    number, one.report_id, one.check, one.code or None, one.applicant or None, given.name,
                    given.reason or None, given.author or None, now, one.report_id,
                ),
            )  # fmt: skip
    return len(keys)


def back(told: str) -> str:
    """Where to go after a decision: a page of ours, never an address from outside."""
    return told if _BACK.fullmatch(told) else "/findings"
