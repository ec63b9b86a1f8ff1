"""Where the parts of a whole end: a new verb, another kind of case, a semicolon before another statement."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.narrative.drafts import Whole, family
from pipeline.narrative.linking import Link
from pipeline.narrative.naming import under
from pipeline.narrative.structure import Zone

if TYPE_CHECKING:
    from pipeline.narrative.sentence import Sentence

_ASKED = frozenset({"t3.received", "requests.intake"})
_DONE = frozenset({"t3.handled", "t3.carried_out"})
_CLOSING = frozenset(
    {"结转下年", "收到", "办结", "答复", "召开", "制发", "新增", "注销", "应办", "检查", "并", "采纳", "编发公报"}
)
"""Verbs that begin a new statement behind the parts of a whole."""


def closes(sentence: Sentence, index: int, whole: Whole, link: Link | None, beside: Zone) -> bool:
    """Whether a new statement begins, so that the parts of a whole are at their end."""
    code = sentence.drafts[whole.draft].code
    if link is not None and whole.bracket < 0 and code.startswith("t4.") and _other_kind(code, link.codes[0]):
        return any(sign in sentence.text[sentence.frame.gap_start(index) : beside.core_end] for sign in "；;，,")
    if link is None or whole.first or whole.cue in ("括号", "冒号"):
        return False
    acts = _new_statement(beside)
    apart = _semicolon(sentence, index, beside) and any(hit.kind == "act" for hit in beside.left)
    if apart and link.codes[0] != code and not family(code) == family(link.codes[0]) == "t3":
        return True
    if code in _ASKED and link.codes[0] == "t3.carried_out":
        return True
    if acts and code in _ASKED and link.codes[0] in _DONE:
        return True
    if family(link.codes[0]) == family(code):
        between = sentence.text[sentence.frame.gap_start(index) : beside.start]
        other_head = code.startswith("t4.") and link.codes[0].endswith(".total") and not under(code, link.codes[0])
        return other_head or (acts and any(sign in between for sign in "；;"))
    return acts or family(link.codes[0]) == "t4" or family(code) in ("t3", "t4")


def _semicolon(sentence: Sentence, index: int, beside: Zone) -> bool:
    between = sentence.text[sentence.frame.gap_start(index) : beside.core_end]
    return "；" in between or ";" in between


def _other_kind(head: str, code: str) -> bool:
    """Whether a code is the total of another kind of case than the head is of (行政诉讼 behind 复议 4 件：…)."""
    return code.startswith("t4.") and code.endswith(".total") and not under(head, code)


def _new_statement(beside: Zone) -> bool:
    """Whether a verb begins a new statement: 收到 anywhere, others in front of the noun (not in 建议答复 19 条)."""
    for hit in beside.left:
        if hit.kind == "thing" and not beside.has("收到"):
            return False
        if hit.kind in ("act", "mark", "result") and not _CLOSING.isdisjoint(hit.terms):
            return True
    return False
