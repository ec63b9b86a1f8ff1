"""Scores of one document against its gold, and their sum over documents.

Figures are matched by place: the mention and the text just before it, both without white space. One figure of the
output answers one figure of the gold. What the gold calls borderline is neither asked for nor held against the output.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from pipeline.evaluate.gold import Gold, GoldFigure
from pipeline.evaluate.place import Plain
from pipeline.evaluate.verdicts import verdict_rows
from pipeline.model import DocumentResult, Figure


@dataclass(slots=True)
class Counts:
    """Right, given and wanted; precision, recall and F1 of them."""

    right: int = 0
    given: int = 0
    wanted: int = 0

    def add(self, other: Counts) -> None:
        self.right += other.right
        self.given += other.given
        self.wanted += other.wanted

    @property
    def precision(self) -> float:
        return self.right / self.given if self.given else 1.0

    @property
    def recall(self) -> float:
        return self.right / self.wanted if self.wanted else 1.0

    @property
    def f1(self) -> float:
        both = self.given + self.wanted
        return 2 * self.right / both if both else 1.0

    def as_json(self) -> dict[str, Any]:
        return {
            "right": self.right, "given": self.given, "wanted": self.wanted, "precision": round(self.precision, 4),
            "recall": round(self.recall, 4), "f1": round(self.f1, 4),
        }  # fmt: skip


@dataclass(slots=True)
class Score:
    """Everything that is counted. `notes` are lines for people: what was missed, wrong or too much, and where."""

    documents: int = 0
    cells: Counts = field(default_factory=Counts)
    found: Counts = field(default_factory=Counts)
    linked: Counts = field(default_factory=Counts)
    value: Counts = field(default_factory=Counts)
    unit: Counts = field(default_factory=Counts)
    bound: Counts = field(default_factory=Counts)
    attributes: Counts = field(default_factory=Counts)
    by_attribute: dict[str, Counts] = field(default_factory=dict)
    verdicts: Counts = field(default_factory=Counts)
    not_figures: int = 0
    """Numbers that are no figures and were given as such."""
    by_code: dict[str, Counts] = field(default_factory=dict)
    by_rule: dict[str, Counts] = field(default_factory=dict)
    """By the rule that linked a figure: given and right."""
    by_group: dict[str, Counts] = field(default_factory=dict)
    """Linked figures by what the gold is told by (level, year)."""
    confusions: Counter[tuple[str, str]] = field(default_factory=Counter)
    """(wanted, given) codes."""
    notes: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """The score as plain values."""
        told: dict[str, Any] = {"documents": self.documents}
        for name in _COUNTS:
            told[name] = getattr(self, name).as_json()
        told["not_figures_given"] = self.not_figures
        for name in _BY:
            told[name] = {key: counts.as_json() for key, counts in sorted(getattr(self, name).items())}
        told["confusions"] = [
            {"wanted": wanted, "given": given, "count": count} for (wanted, given), count in _most(self.confusions)
        ]
        told["notes"] = list(self.notes)
        return told

    def to_json(self) -> str:
        """The score as JSON text."""
        return json.dumps(self.as_json(), ensure_ascii=False, indent=1)

    def report(self, notes: bool = True) -> str:
        """The score for people, in Chinese."""
        lines = [f"文件 {self.documents} 份"]
        for name, title in _COUNTS.items():
            counts = getattr(self, name)
            if counts.wanted or counts.given:
                lines.append(
                    f"{title:　<8}准确 {counts.precision:7.2%}　召回 {counts.recall:7.2%}　F1 {counts.f1:6.4f}"
                    f"　（对 {counts.right}，给出 {counts.given}，应有 {counts.wanted}）"
                )
        for title, held in (("属性", self.by_attribute), ("分组", self.by_group)):
            lines += [
                f"　{title} {name}　F1 {c.f1:.4f}（对 {c.right}，给出 {c.given}，应有 {c.wanted}）"
                for name, c in sorted(held.items())
            ]
        lines.append(f"误作数据：{self.not_figures} 处")
        weak = sorted((c.f1, code) for code, c in self.by_code.items() if c.right < max(c.given, c.wanted))
        if weak:
            lines.append("未全对的指标：" + "、".join(f"{code} {f1:.2f}" for f1, code in weak[:15]))
        if self.confusions:
            told = (f"{wanted} → {given} ×{count}" for (wanted, given), count in _most(self.confusions)[:15])
            lines.append("混淆（应为 → 给出）：" + "、".join(told))
        return "\n".join([*lines, *(self.notes if notes else ())])


_BY = ("by_attribute", "by_code", "by_rule", "by_group")
_COUNTS = {
    "cells": "表格单元", "found": "找到数据", "linked": "指标正确", "value": "数值正确", "unit": "单位正确",
    "bound": "精度正确", "attributes": "属性", "verdicts": "核对结论",
}  # fmt: skip


def _most(counter: Counter[tuple[str, str]]) -> list[tuple[tuple[str, str], int]]:
    return sorted(counter.items(), key=lambda item: (-item[1], item[0]))


def merge(scores: Iterable[Score]) -> Score:
    """The sum of several scores."""
    total = Score()
    for score in scores:
        total.documents += score.documents
        total.not_figures += score.not_figures
        for name in _COUNTS:
            getattr(total, name).add(getattr(score, name))
        for name in _BY:
            for key, counts in getattr(score, name).items():
                getattr(total, name).setdefault(key, Counts()).add(counts)
        total.confusions.update(score.confusions)
        total.notes += score.notes
    return total


def evaluate(result: DocumentResult, gold: Gold) -> Score:
    """Scores one document against its gold."""
    score = Score(documents=1)
    if gold.cells is not None:
        _cells(result, gold, score)
    if gold.figures is not None:
        pairs = match(result, gold.figures)
        _figures(result, gold, pairs, score)
        _no_figures(result, gold, pairs, score)
    if gold.verdicts is not None:
        for verdict, holds, told in verdict_rows(result, gold):
            score.verdicts.add(Counts(int(holds), 1, 1))
            if not holds:
                score.notes.append(
                    f"{gold.name} 结论：{verdict.statement} {verdict.code} 应 {verdict.verdict}，得 {told}"
                )
    return score


def _cells(result: DocumentResult, gold: Gold, score: Score) -> None:
    given: dict[tuple[str, str | None], list[Any]] = {}
    for cell in result.cells:
        given.setdefault((cell.code, cell.column), []).append(cell.value)
    right = 0
    for cell_ in gold.cells or ():
        held = given.get((cell_.code, cell_.column))
        if held == [cell_.value]:
            right += 1
        else:
            got = "缺" if held is None else "、".join("空白" if v is None else str(v) for v in held)
            wanted = "空白" if cell_.value is None else cell_.value
            score.notes.append(f"{gold.name} 表格：{cell_.code}[{cell_.column or ''}] 应 {wanted}，得 {got}")
    score.cells.add(Counts(right, len(result.cells), len(gold.cells or ())))


def match(result: DocumentResult, wanted: Sequence[GoldFigure]) -> list[tuple[GoldFigure, int | None]]:
    """Each figure of the gold with the index of the figure that answers it, or None."""
    plain = Plain(result.document.text)
    offers: list[tuple[float, int, int]] = []
    for g, gold in enumerate(wanted):
        for i, figure in enumerate(result.figures):
            mention = "".join(figure.mention.split())
            same = mention == gold.mention
            if not same and not (figure.value == gold.value and (mention in gold.mention or gold.mention in mention)):
                continue
            common = plain.common_before(figure.start, gold.ctx)
            need = min(4, len(gold.ctx))
            if common < need:
                continue
            code = figure.code in gold.codes or (not gold.judged and figure.measure == gold.measure)
            offers.append((common + 20 * same + 10 * code + (figure.value == gold.value) - gold.borderline / 2, g, i))
    offers.sort(key=lambda offer: (-offer[0], offer[1], offer[2]))
    answered: dict[int, int] = {}
    used: set[int] = set()
    for _, g, i in offers:
        if g not in answered and i not in used:
            answered[g] = i
            used.add(i)
    return [(gold, answered.get(g)) for g, gold in enumerate(wanted)]


def _is_linked(figure: Figure, gold: GoldFigure) -> bool:
    if not gold.judged:
        return figure.measure == gold.measure
    if figure.code in gold.codes:
        return True
    return figure.code.startswith("other:") and any(code.startswith("other:") for code in gold.codes)


def _figures(result: DocumentResult, gold: Gold, pairs: Sequence[tuple[GoldFigure, int | None]], score: Score) -> None:
    spare = {i for figure, i in pairs if figure.borderline and i is not None}
    given = len(result.figures) - len(spare)
    asked = [(figure, i) for figure, i in pairs if not figure.borderline]
    found = [(figure, result.figures[i]) for figure, i in asked if i is not None]
    linked = [pair for pair in found if _is_linked(pair[1], pair[0])]
    score.found.add(Counts(len(found), given, len(asked)))
    score.linked.add(Counts(len(linked), given, len(asked)))
    for group in gold.groups:
        score.by_group.setdefault(group, Counts()).add(Counts(len(linked), given, len(asked)))
    wholes = _wholes(result, pairs)
    for wanted, figure in found:
        same = abs(figure.value) == abs(wanted.value) if not wanted.judged else figure.value == wanted.value
        score.value.add(Counts(int(same), 1, 1))
        score.unit.add(Counts(int(figure.unit == wanted.unit), 1, 1))
        score.bound.add(Counts(int(figure.bound == wanted.bound), 1, 1))
        told = [
            f"{what} 应 {should} 得 {got}"
            for what, should, got, fine in (
                ("数值", wanted.value, figure.value, same),
                ("单位", wanted.unit, figure.unit, figure.unit == wanted.unit),
                ("精度", wanted.bound, figure.bound, figure.bound == wanted.bound),
            )
            if not fine
        ]
        if told:
            score.notes.append(f"{gold.name} 数值：{wanted.ctx}{wanted.mention}：{'，'.join(told)}")
        _attributes(result, wanted, figure, gold, score, wholes)
    used = {i for _, i in pairs if i is not None}
    for wanted, i in asked:
        code = score.by_code.setdefault(wanted.codes[0], Counts())
        code.wanted += 1
        if i is None:
            for name in wanted.attributes:
                score.attributes.wanted += 1
                score.by_attribute.setdefault(name, Counts()).wanted += 1
            score.notes.append(f"{gold.name} 漏：{wanted.ctx}【{wanted.mention}】{wanted.codes[0]}")
            continue
        figure = result.figures[i]
        rule = score.by_rule.setdefault(figure.why.rule, Counts())
        rule.given += 1
        rule.wanted += 1
        if _is_linked(figure, wanted):
            code.right += 1
            code.given += 1
            rule.right += 1
        else:
            score.by_code.setdefault(figure.code, Counts()).given += 1
            score.confusions[wanted.codes[0], figure.code] += 1
            score.notes.append(
                f"{gold.name} 错：{wanted.ctx}【{wanted.mention}】应 {wanted.codes[0]}，得 {figure.code}"
            )
    for i, figure in enumerate(result.figures):
        if i not in used:
            score.by_code.setdefault(figure.code, Counts()).given += 1
            score.by_rule.setdefault(figure.why.rule, Counts()).given += 1
            score.notes.append(f"{gold.name} 多：{figure.before}【{figure.mention}】{figure.code}")


def _wholes(result: DocumentResult, pairs: Sequence[tuple[GoldFigure, int | None]]) -> dict[str, list[Figure]]:
    """The figures that answer each mention of the gold."""
    found: dict[str, list[Figure]] = {}
    for gold, i in pairs:
        if i is not None:
            found.setdefault(gold.mention, []).append(result.figures[i])
    return found


def _same_whole(result: DocumentResult, wanted: GoldFigure, figure: Figure, wholes: dict[str, list[Figure]]) -> bool:
    """Whether the whole starts where the gold means it: by part_of_ctx, else the nearest before."""
    meant = wholes.get("".join(wanted.attributes["part_of"].split()), [])
    if len({whole.start for whole in meant}) < 2 or figure.part_of is None:
        return True
    if wanted.part_of_ctx:
        plain = Plain(result.document.text)
        best = max(meant, key=lambda whole: plain.common_before(whole.start, wanted.part_of_ctx))
    else:
        before = [whole for whole in meant if whole.start < figure.start]
        best = max(before, key=lambda whole: whole.start) if before else meant[0]
    return result.figures[figure.part_of].start == best.start


def _attributes(
    result: DocumentResult,
    wanted: GoldFigure,
    figure: Figure,
    gold: Gold,
    score: Score,
    wholes: dict[str, list[Figure]],
) -> None:
    given = attributes_of(result, figure)
    for name in ("period", "scope_kind", "measure"):  # a gold that names none anywhere does not judge it
        if not gold.judge_periods and not any(name in one.attributes for one in gold.figures or ()):
            given.pop(name, None)
    for name in sorted({*given, *wanted.attributes}):
        got, should = given.get(name), wanted.attributes.get(name)
        right = _alike(name, got, should) and (name != "part_of" or _same_whole(result, wanted, figure, wholes))
        counts = Counts(int(right), int(got is not None), int(should is not None))
        score.attributes.add(counts)
        score.by_attribute.setdefault(name, Counts()).add(counts)
        if not counts.right:
            score.notes.append(
                f"{gold.name} 属性：{wanted.ctx}【{wanted.mention}】{name} 应 {should or '无'}，得 {got or '无'}"
            )


def attributes_of(result: DocumentResult, figure: Figure) -> dict[str, str]:
    """The attributes a figure has, as the gold writes them; defaults are none."""
    found: dict[str, str | None] = {
        "column": figure.column,
        "channel": figure.channel,
        "scope": figure.scope,
        "scope_kind": figure.scope_kind,
        "measure": figure.measure if figure.measure != "level" else None,
        "category": figure.category,
        "period": figure.period.kind if figure.period.kind != "year" else None,
        "zero_by_words": "true" if figure.zero_by_words else None,
    }
    if figure.part_of is not None and 0 <= figure.part_of < len(result.figures):
        found["part_of"] = result.figures[figure.part_of].mention
    return {name: "".join(value.split()) for name, value in found.items() if value}


def _alike(name: str, got: str | None, should: str | None) -> bool:
    if got is None or should is None:
        return False
    if name == "channel":
        return set(got.split("+")) == set(should.split("+"))
    if name in ("scope", "category"):
        return got in should or should in got
    return got == "".join(should.split())


def _no_figures(
    result: DocumentResult, gold: Gold, pairs: Sequence[tuple[GoldFigure, int | None]], score: Score
) -> None:
    """Numbers the gold says are no figures, where a figure lies inside them and answers nothing."""
    plain = Plain(result.document.text)
    used = {i for _, i in pairs if i is not None}
    for text in gold.not_figures:
        for begin, end in plain.places("".join(text.split())):
            for i, figure in enumerate(result.figures):
                if i not in used and begin < figure.end and figure.start < end:
                    score.not_figures += 1
                    score.notes.append(f"{gold.name} 误作数据：{text} 给出 {figure.mention} {figure.code}")
