"""Where the parts of a whole end: a new verb, another kind of case, a semicolon before another statement."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.narrative.drafts import APART, Whole, family
from pipeline.narrative.linking import Link
from pipeline.narrative.naming import under
from pipeline.narrative.parts import TOLD_BY
from pipeline.narrative.structure import Zone

if TYPE_CHECKING:
    from pipeline.narrative.sentence import Sentence

_ASKED = frozenset({"t3.received", "requests.intake"})
_CARRYING = _ASKED | {"t3.handled"}
_DONE = frozenset({"t3.handled", "t3.carried_out"})
_CLOSING = frozenset(
    {"结转下年", "收到", "办结", "答复", "召开", "制发", "新增", "注销", "应办", "检查", "并", "采纳", "编发公报"}
)
"""Verbs that begin a new statement behind the parts of a whole."""


def closes(sentence: Sentence, index: int, whole: Whole, link: Link | None, beside: Zone) -> bool:
    """Whether a new statement begins, so that the parts of a whole are at their end."""
    code = sentence.drafts[whole.draft].code
    value = sentence.frame.quantities[index].value
    if code.startswith("other:") and whole.total + value == sentence.drafts[whole.draft].value:
        return False
    if link is not None and whole.bracket < 0 and code.startswith("t4.") and _other_kind(code, link.codes[0]):
        return any(sign in sentence.text[sentence.frame.gap_start(index) : beside.core_end] for sign in "；;，,")
    if link is not None and not whole.first and link.codes[0] == "t3.carried_out" and code in _CARRYING:
        return whole.total + value != sentence.drafts[whole.draft].value
    if link is None or whole.first or whole.cue in ("括号", "冒号"):
        return False
    if not whole.first and whole.bracket < 0 and sentence.passage.parts.completes(sentence.frame, index, whole):
        return False
    acts = _new_statement(beside)
    full = whole.total + value == sentence.drafts[whole.draft].value
    if not full and _semicolon(sentence, index, beside) and _through_another(sentence, index, whole, beside):
        return True
    apart = _semicolon(sentence, index, beside) and any(hit.kind == "act" for hit in beside.left)
    other = sentence.frame.quantities[index].unit != sentence.drafts[whole.draft].unit
    if other and _semicolon(sentence, index, beside) and family(link.codes[0]) != family(code):
        return True  # 公开答复 24 条；专栏维护 3 个
    if whole.cue in (APART, TOLD_BY) and not acts and not apart:
        return False
    if apart and link.codes[0] != code and not family(code) == family(link.codes[0]) == "t3":
        return True
    if code in _ASKED and link.codes[0] == "t3.carried_in" and _semicolon(sentence, index, beside):
        return not full
    if acts and code in _ASKED and link.codes[0] in _DONE:
        return True
    if family(link.codes[0]) == family(code):
        between = sentence.text[sentence.frame.gap_start(index) : beside.start]
        other_head = code.startswith("t4.") and link.codes[0].endswith(".total") and not under(code, link.codes[0])
        return other_head or (acts and any(sign in between for sign in "；;"))
    return acts or family(link.codes[0]) == "t4" or family(code) in ("t3", "t4")


def _through_another(sentence: Sentence, index: int, whole: Whole, beside: Zone) -> bool:
    """Whether a verb publishes through another channel than the whole's (网站 90 条，其中 …；公众号推送 30 条)."""
    head = sentence.drafts[whole.draft].channel
    if head is None or not any("公开" in hit.terms for hit in beside.left):
        return False
    at = sentence.frame.quantities[index].start
    own = [code for a, b, code in sentence.channels if beside.start <= a and b <= at]
    return bool(own) and head not in own


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
