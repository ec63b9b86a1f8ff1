"""Raised and struck characters: a footnote's number never joins the number before it, nor a struck one its successor.

12 with a raised 1 behind it is 12¹, not 121; a struck 7 before 12 stays apart from it (7 12), by a blank that is not
taken for one inside a number. Shared by the readers of HTML and DOCX.
"""

from __future__ import annotations

import re
from typing import Any

GAP = "\u2005"
_RAISED = str.maketrans("0123456789+-()（）", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾⁽⁾")
_LOWERED = str.maketrans("0123456789+-()（）", "₀₁₂₃₄₅₆₇₈₉₊₋₍₎₍₎")
_SMALL = re.compile(r"[\s\d()（）+-]{1,12}")
_MAY_RAISE = ("<sup", "<SUP", "<sub", "<SUB", "super")
_MAY_STRIKE = ("<s>", "<S>", "<s ", "<del", "<DEL", "<strike", "<STRIKE", "line-through")
_SUPER = "sup,[style*='vertical-align:super' i],[style*='vertical-align: super' i]"
_STRUCK = "s,del,strike,[style*=line-through i]"


def raised(text: str) -> str:
    """Small digits for the digits of a superscript; other text as it is."""
    return text.translate(_RAISED) if _SMALL.fullmatch(text) else text


def lowered(text: str) -> str:
    """Small digits for the digits of a subscript; other text as it is."""
    return text.translate(_LOWERED) if _SMALL.fullmatch(text) else text


def apart(text: str) -> str:
    """A struck text with blanks around it."""
    return f"{GAP}{text}{GAP}"


def mend(page: str, parser: Any) -> None:
    """Does so in the tree of a page."""
    if any(word in page for word in _MAY_RAISE):
        for selector, small in ((_SUPER, raised), ("sub", lowered)):
            for node in parser.css(selector):
                text = node.text()
                if small(text) != text:
                    node.replace_with(small(text))
    if any(word in page for word in _MAY_STRIKE):
        for node in parser.css(_STRUCK):
            node.insert_before(GAP)
            node.insert_after(GAP)
