"""Gold files: NAME.tables.json, NAME.figures.json, NAME.verdicts.json beside the report NAME.*; any of them may lack.

tables    {"source", "cells": [{"code", "column", "value", "blank"}]}
figures   {"figures": [{"mention", "value", "unit", "bound", "code", "ctx", "alt"?, attributes …}], "borderline": […],
          "not_figures": [text]}: `mention` without white space, `ctx` the text just before it, `alt` codes right too,
          `part_of` the mention of the whole, `shared` one mention for several figures
verdicts  [{"statement", "ctx", "code", "verdict"}]
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from pipeline.errors import UsageError


@dataclass(frozen=True, slots=True)
class GoldCell:
    code: str
    column: str | None
    value: Decimal | None


@dataclass(frozen=True, slots=True)
class GoldFigure:
    """`attributes` are those the gold names, as text; part_of is the mention of the whole."""

    mention: str
    ctx: str
    value: Decimal
    unit: str
    bound: str
    codes: tuple[str, ...]
    measure: str
    attributes: Mapping[str, str]
    part_of_ctx: str = ""
    borderline: bool = False

    @property
    def judged(self) -> bool:
        """Whether the code counts: for shares and changes it does not (gold and output name them differently)."""
        return self.measure not in ("share", "change_rate", "change")


@dataclass(frozen=True, slots=True)
class GoldVerdict:
    statement: str
    ctx: str
    code: str
    verdict: str


@dataclass(frozen=True, slots=True)
class Gold:
    name: str
    source: str
    cells: tuple[GoldCell, ...] | None = None
    figures: tuple[GoldFigure, ...] | None = None
    not_figures: tuple[str, ...] = ()
    verdicts: tuple[GoldVerdict, ...] | None = None
    groups: tuple[str, ...] = ()
    """What the scores are also told by, e.g. level:county, year:2021."""
    judge_periods: bool = False
    """Whether a period is judged though no figure of this gold names one."""


ATTRIBUTES = ("column", "channel", "scope", "scope_kind", "category", "period", "part_of", "zero_by_words")


def load_gold(path: Path) -> Iterator[tuple[Gold, Path]]:
    """Each gold of a folder (or the one of NAME.figures.json …) with the report it belongs to.

    Raises UsageError where there is no gold, or a report is not beside it.
    """
    folder = path if path.is_dir() else path.parent
    kinds = ("tables", "figures", "verdicts")
    names = sorted({f.name.rsplit(".", 2)[0] for kind in kinds for f in folder.glob(f"*.{kind}.json")})
    if not path.is_dir():
        names = [name for name in names if path.name.startswith(f"{name}.")]
    if not names:
        raise UsageError(f"{path} 下没有标注文件（应有 名称.figures.json、名称.tables.json 或 名称.verdicts.json）")
    for name in names:
        held = {}
        for kind in kinds:
            file = folder / f"{name}.{kind}.json"
            if file.is_file():
                try:
                    held[kind] = json.loads(file.read_text(encoding="utf-8"), parse_float=Decimal)
                except ValueError as error:
                    raise UsageError(f"{file.name} 不是正确的 JSON：{error}") from error
        yield _gold(name, held), _report(folder, name, held)


def _report(folder: Path, name: str, held: dict[str, Any]) -> Path:
    named = held.get("tables", {}).get("source")
    if named and (folder / named).is_file():
        return folder / str(named)
    for file in sorted(folder.glob(f"{name}.*")):
        if file.suffix != ".json":
            return file
    raise UsageError(f"标注 {name} 旁边没有对应的报告文件")


def _gold(name: str, held: dict[str, Any]) -> Gold:
    tables, prose, verdicts = held.get("tables"), held.get("figures"), held.get("verdicts")
    figures = None if prose is None else figures_of(prose)
    return Gold(
        name=name,
        source=str((tables or {}).get("source", name)),
        cells=None if tables is None else tuple(_cell(item) for item in tables["cells"]),
        figures=figures,
        not_figures=tuple(prose.get("not_figures", ())) if prose else (),
        verdicts=None
        if verdicts is None
        else tuple(GoldVerdict(v["statement"], v.get("ctx", ""), v["code"], v["verdict"]) for v in verdicts),
    )


def figures_of(prose: dict[str, Any]) -> tuple[GoldFigure, ...]:
    """The figures of one gold, those called borderline behind the others."""
    return (
        *(_figure(item, False) for item in prose["figures"]),
        *(_figure(item, True) for item in prose.get("borderline", ()) if isinstance(item, dict)),
    )


def _cell(item: dict[str, Any]) -> GoldCell:
    value = item["value"]
    return GoldCell(item["code"], item["column"], None if value is None else Decimal(str(value)))


def _figure(item: dict[str, Any], borderline: bool) -> GoldFigure:
    attributes = {name: str(item[name]) for name in ATTRIBUTES if item.get(name) not in (None, False)}
    if isinstance(item.get("period"), dict):
        attributes["period"] = str(item["period"].get("kind", "year"))
    if attributes.get("period") == "year":
        del attributes["period"]
    if item.get("measure", "level") != "level":
        attributes["measure"] = str(item["measure"])
    if item.get("zero_by_words"):
        attributes["zero_by_words"] = "true"
    return GoldFigure(
        mention="".join(item["mention"].split()),
        ctx="".join(item.get("ctx", "").split()),
        value=Decimal(str(item["value"])),
        unit=item.get("unit", ""),
        bound=item.get("bound", "exact"),
        codes=(item["code"], *item.get("alt", ())),
        measure=item.get("measure", "level"),
        attributes=attributes,
        part_of_ctx="".join(item.get("part_of_ctx", "").split()),
        borderline=borderline,
    )
