"""Numbers that are quantities in form but no figures: deadlines set by rule, thresholds, plans, names, furniture."""

from __future__ import annotations

import regex

from pipeline.lexicon.schema.prose import Cues
from pipeline.model import UnreadReason
from pipeline.narrative.structure import Frame, Zone

_TIME_UNITS = frozenset(
    {"天", "日", "个工作日", "工作日", "小时", "分钟", "个月", "月", "年", "周", "个小时", "个自然日", "秒"}
)
_RESULT_OF_TIME = frozenset({"缩短", "平均时长"})
_WITHIN = regex.compile(r"^(?:之?内|以内|前|后|之前|内容)")
_RULE = regex.compile(r"(?:每年|每季度|每月|每周|每半年|每日|每天|每个月|每两年)[^，。；]{0,12}$")
_AT_LEAST = regex.compile(
    r"(?:至少|不少于|不得少于|不低于|不超过|不得超过|原则上|不高于|应当|应于|须在|要求)[^，。；]{0,8}$"
)
_PLAN = regex.compile(r"(?:下一步|将|拟|力争|计划|争取|确保|预计|目标是)[^。]{0,40}$")
_PLAN_SECTION = 5
_SET_RULE = regex.compile(r"(?:在|于|自|起|应|之日起|收到申请之日)[^，。；0-9]{0,12}$")


def refusal(cues: Cues, frame: Frame, index: int, beside: Zone, section: int | None) -> UnreadReason | None:
    """Why the quantity at `index` is no figure, None when it may be one."""
    quantity = frame.quantities[index]
    text = frame.text
    before = text[max(frame.start, quantity.start - 24) : quantity.start]
    behind = text[quantity.end : quantity.end + 4]
    if quantity.unit in _TIME_UNITS and not beside.has(*_RESULT_OF_TIME):
        return "deadline" if _WITHIN.match(behind) or _SET_RULE.search(before) or _AT_LEAST.search(before) else "period"
    if _RULE.search(before) or (section == _PLAN_SECTION and _AT_LEAST.search(before)):
        return "deadline" if _AT_LEAST.search(before) else None
    if section == _PLAN_SECTION and _PLAN.search(text[frame.start : quantity.start]):
        return "plan"
    if _threshold(frame, index, behind):
        return "threshold"
    if _in_title(text, frame.start, quantity.start, quantity.end):
        return "name"
    if section in (0, None) and any(word in text[frame.start : frame.end] for word in cues.intro):
        return "page_furniture"
    return None


def _threshold(frame: Frame, index: int, behind: str) -> bool:
    """阅读量 5000 以上的 80 条, 10 万+推文 4 篇: the first number only says which are counted by the second."""
    quantity = frame.quantities[index]
    if behind.startswith("的") and frame.text[quantity.number_end : quantity.end].endswith(("以上", "以下")):
        return True
    if index + 1 >= len(frame.quantities):
        return False
    following = frame.quantities[index + 1]
    between = frame.text[quantity.end : following.start]
    if len(between) > 14 or any(sign in between for sign in "，。；、,;（("):
        return False
    if quantity.bound == "min" and behind.startswith("的"):
        return True
    return quantity.bound in ("min", "approx") and not quantity.unit and bool(between) and bool(following.unit)


def _in_title(text: str, floor: int, start: int, end: int) -> bool:
    opening = text.rfind("《", floor, start)
    return opening >= 0 and text.find("》", opening, start) < 0 and text.find("》", end) >= 0
