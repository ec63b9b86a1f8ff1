"""The indicators: what can be counted (lexicons/indicators.csv)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from pydantic import Field

from pipeline.lexicon.entry import Check, Entry, FileSpec, Words, nearest

if TYPE_CHECKING:
    from pipeline.lexicon import Lexicon
    from pipeline.lexicon.reader import Mistakes


class Indicator(Entry):
    """One code of the public vocabulary."""

    code: str = Field(pattern=r"^(other:\S+|[a-z][a-z0-9_]*(\.[a-z0-9_]+)*)$")
    name: str
    """Chinese name, as a heading."""
    english: str
    units: Words = ()
    """Usual units; the first is taken where none is printed."""
    group: Literal["table2", "table3", "table4", "s14", "prose"]
    kind: Literal["count", "amount", "rate", "score", "days"] = "count"
    stock: bool = False
    """True for what is there at a moment (现行有效, 人员, 粉丝), not what happened in the year."""
    same_as: str = ""
    """The code that means the same, so that series run through."""
    sum_of: Words = ()
    """Codes that together are this one (t3.denied = its eight lines)."""


def _references(lexicon: Lexicon, mistakes: Mistakes) -> None:
    known = {row.code for row in lexicon.rows(Indicator)}
    for row in lexicon.rows(Indicator):
        file, line = row.where.rsplit(":", 1)
        for code in (*((row.same_as,) if row.same_as else ()), *row.sum_of):
            if code not in known:
                mistakes.add(file, int(line), f"不认识的指标代码「{code}」{nearest(code, known)}")


FILES: tuple[FileSpec, ...] = (FileSpec("indicators.csv", Indicator, "csv", key="code"),)
CHECKS: tuple[Check, ...] = (_references,)
