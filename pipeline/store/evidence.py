"""Evidence of findings as one short text, which people can read in SQL too and which turns back into values.

    t3.received[natural] t4.review.total #12 #13:t3.granted @120-131

a cell with its column, a cell without, the figure with that index (and code), a place in the text. A report has some
seventy findings with some twenty cells each: as JSON they would be half of everything that is stored.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

import orjson

from pipeline.model import Evidence

_CELL = re.compile(r"([^\s\[\]#@{]+)(?:\[([a-z_0-9]+)\])?")
_FIGURE = re.compile(r"#(\d+)(?::(\S+))?")
_TEXT = re.compile(r"@(\d+)-(\d+)")


def write(items: Sequence[Evidence]) -> str | None:
    """The text of some evidence; None where there is none."""
    if not items:
        return None
    told = []
    for item in items:
        part = None
        if item.kind == "cell":
            if item.index is None and item.start is None and item.end is None:
                part = _cell(item.code, item.column)
        elif item.kind == "figure":
            if item.column is None and item.start is None and item.end is None:
                part = _figure(item.index, item.code)
        elif not (
            item.code is not None
            or item.column is not None
            or item.index is not None
            or item.start is None
            or item.end is None
        ):
            part = f"@{item.start}-{item.end}"
        if part is None:
            return _json(items)
        told.append(part)
    return " ".join(told)


@lru_cache(maxsize=4096)
def _cell(code: str | None, column: str | None) -> str | None:
    part = f"{code}[{column}]" if column else str(code)
    match = _CELL.fullmatch(part)
    return part if match and code is not None and (match[1], match[2]) == (code, column) else None


@lru_cache(maxsize=4096)
def _figure(index: int | None, code: str | None) -> str | None:
    part = f"#{index}:{code}" if code else f"#{index}"
    match = _FIGURE.fullmatch(part)
    return part if match and index is not None and index >= 0 and match[2] == code else None


def _json(items: Iterable[Evidence]) -> str:
    """For evidence of any other make-up: JSON, which begins with a bracket."""
    names = ("kind", "code", "column", "index", "start", "end")
    return orjson.dumps([{n: v for n in names if (v := getattr(i, n)) is not None} for i in items]).decode()


def read(text: str | None) -> tuple[Evidence, ...]:
    """The evidence of a text that `write` made."""
    if not text:
        return ()
    if text.startswith("[{"):
        return tuple(Evidence(**item) for item in orjson.loads(text))
    return tuple(_one(part) for part in text.split(" "))


def _one(part: str) -> Evidence:
    if match := _FIGURE.fullmatch(part):
        return Evidence(kind="figure", index=int(match[1]), code=match[2])
    if match := _TEXT.fullmatch(part):
        return Evidence(kind="text", start=int(match[1]), end=int(match[2]))
    if match := _CELL.fullmatch(part):
        return Evidence(kind="cell", code=match[1], column=match[2])
    raise ValueError(part)
