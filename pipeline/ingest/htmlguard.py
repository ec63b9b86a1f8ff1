"""Makes a page harmless for the HTML parser, whose cost grows with the square of nesting and of attributes."""

from __future__ import annotations

import re
from collections import Counter

from pipeline.ingest.limits import Limits, exceeded

_FEW = 5000  # below this the worst nesting costs a tenth of a second
_BIG = 1 << 20
_EMBEDDED = re.compile(r"data:[a-zA-Z0-9/+.;=-]{0,100},[A-Za-z0-9+/=%\s]{1000,}")
_BLANKS = re.compile(r"[ \t\r\n]{64,}")
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9:]*)")
_OPTIONAL_END = frozenset(
    (
        *("p", "li", "dt", "dd", "option", "optgroup", "tr", "td", "th", "tbody", "thead", "tfoot", "colgroup", "col"),
        *("rt", "rp", "html", "head", "body", "br", "hr", "img", "input", "meta", "link", "area", "base", "embed"),
        *("param", "source", "track", "wbr", "frame"),
    )
)


def lighten(text: str, limits: Limits, *, pictures: bool = False) -> str:
    """The page without embedded pictures (unless they are wanted) and endless blanks.

    Raises LimitExceeded where it is too deep or too big.
    """
    if len(text) > _BIG:
        text = _BLANKS.sub("\n", text if pictures else _EMBEDDED.sub("data:,", text))
    if len(text) > limits.max_tag_length:
        _check_tag_length(text, limits)
    tags = text.count("<")
    if tags > limits.max_tags:
        raise exceeded("网页标签数（max_tags）", limits.max_tags, "请确认这是一份年报页面")
    if tags > _FEW:
        _check_depth(text, limits)
    return text


def _check_tag_length(text: str, limits: Limits) -> None:
    at = text.find("<")
    while at >= 0:
        end = text.find(">", at)
        if end < 0:
            end = len(text)
        long = end - at > limits.max_tag_length and text[at + 1 : at + 2].isalpha()
        if long and not _EMBEDDED.search(text, at, end):
            raise exceeded("单个标签长度（max_tag_length）", f"{limits.max_tag_length} 字符", "页面可能已损坏")
        at = text.find("<", end)


def _check_depth(text: str, limits: Limits) -> None:
    """An upper bound of the nesting: per tag name, openings without their closings so far."""
    open_now: Counter[str] = Counter()
    depth = 0
    for slash, name in _TAG.findall(text):
        name = name.lower()
        if name in _OPTIONAL_END:
            continue
        if not slash:
            open_now[name] += 1
            depth += 1
            if depth > limits.max_depth:
                raise exceeded("网页嵌套层数（max_depth）", limits.max_depth, "页面标记有误，请用浏览器另存后再试")
        elif open_now[name]:
            open_now[name] -= 1
            depth -= 1
