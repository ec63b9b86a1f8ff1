"""Text of reports in spreadsheets: what a spreadsheet program might run as a formula gets an apostrophe in front.

Reversible: `guard` puts one apostrophe in front of text that begins with = + - @, tab, carriage return or apostrophe,
and `unguard` takes one away. A lone dash and plain numbers are harmless and stay as they are.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from pipeline.store.identity import plain

_RISKY = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
_HARMLESS = re.compile(r"[-+－＋](?:\d[\d,，]*(?:\.\d+)?[%％]?)?", re.ASCII)


def guard(text: str) -> str:
    """The text as it may stand in a spreadsheet."""
    if text.startswith("'") or (text.startswith(_RISKY) and not _HARMLESS.fullmatch(text)):
        return "'" + text
    return text


def unguard(text: str) -> str:
    """The text as it was before `guard`."""
    return text[1:] if text.startswith("'") else text


def text_of(value: Any) -> str:
    """A value as text of a CSV file: a blank is empty, a number has no trailing zeros, text is harmless."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, Decimal):
        return plain(value)
    return guard(value) if isinstance(value, str) else str(value)
