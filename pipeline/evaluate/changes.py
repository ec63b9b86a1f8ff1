"""Facts gained and lost between two sets of results, joined by document and never by position.

A fact is what is said, not where: a cell's code, column, state and value; a figure's code, value, unit and attributes;
a finding's check, code and verdict. A fact that only moved is neither gained nor lost.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pipeline.model import DocumentResult

Fact = tuple[str, ...]


def _plain(value: Any) -> str:
    if value is None:
        return "空白"
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def facts(results: Iterable[DocumentResult]) -> dict[str, Counter[Fact]]:
    """The facts of each document, by its SHA-256 (the same bytes are the same document wherever they lie)."""
    held: dict[str, Counter[Fact]] = {}
    for result in results:
        counted: Counter[Fact] = Counter()
        for c in result.cells:
            counted["表格", c.code, c.column or "", c.state, _plain(c.value), c.unit] += 1
        for f in result.figures:
            more = (f.bound, f.measure, f.column, f.channel, f.scope, f.period.kind, f.category)
            told = "，".join(text for text in more if text and text not in ("exact", "level", "year"))
            counted["正文", f.code, "".join(f.mention.split()), f"{_plain(f.value)}{f.unit}", told] += 1
        for finding in result.findings:
            counted["核对", finding.check, finding.code, finding.column or "", finding.verdict] += 1
        held[result.document.sha256] = counted
    return held


@dataclass(slots=True)
class Changes:
    """`gained` and `lost` by document; documents that stand on one side only are counted, not compared."""

    gained: dict[str, Counter[Fact]] = field(default_factory=dict)
    lost: dict[str, Counter[Fact]] = field(default_factory=dict)
    compared: int = 0
    only_before: tuple[str, ...] = ()
    only_after: tuple[str, ...] = ()

    def totals(self) -> dict[str, int]:
        """How many facts were gained and lost, by kind."""
        found: Counter[str] = Counter()
        for sign, side in (("得", self.gained), ("失", self.lost)):
            for counted in side.values():
                for fact, count in counted.items():
                    found[f"{sign}{fact[0]}"] += count
        return dict(sorted(found.items()))

    def text(self, names: Mapping[str, str] | None = None, limit: int = 200) -> str:
        """For people: a line for each fact, + gained and - lost. `names` gives documents names."""
        lines = [
            f"比较文件 {self.compared} 份，有变化 {len({*self.gained, *self.lost})} 份：{self.totals() or '无变化'}"
        ]
        for title, alone in (("只在前一次", self.only_before), ("只在后一次", self.only_after)):
            if alone:
                lines.append(f"{title}：{len(alone)} 份")
        told = 0
        for document in sorted({*self.gained, *self.lost}):
            lines.append((names or {}).get(document, document[:16]))
            for sign, side in (("-", self.lost), ("+", self.gained)):
                for fact, count in sorted(side.get(document, Counter()).items()):
                    told += 1
                    if told <= limit:
                        lines.append(
                            f"  {sign} {' '.join(part for part in fact if part)}" + (f" ×{count}" if count > 1 else "")
                        )
        if told > limit:
            lines.append(f"……另有 {told - limit} 条")
        return "\n".join(lines)


def changes(before: Mapping[str, Counter[Fact]], after: Mapping[str, Counter[Fact]]) -> Changes:
    """What `after` has that `before` has not, and the other way round, document by document."""
    found = Changes(
        compared=len(before.keys() & after.keys()),
        only_before=tuple(sorted(before.keys() - after.keys())),
        only_after=tuple(sorted(after.keys() - before.keys())),
    )
    for document in sorted(before.keys() & after.keys()):
        gained = after[document] - before[document]
        lost = before[document] - after[document]
        if gained:
            found.gained[document] = gained
        if lost:
            found.lost[document] = lost
    return found
