"""From (seed, number) to a finished report: organ, year, truth, prose, faults, shape."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import NamedTuple

from pipeline.samples import context, forms, old, places, prose
from pipeline.samples.context import Words
from pipeline.samples.draft import Block, Draft
from pipeline.samples.forms import Key
from pipeline.samples.markup import Gold, Prose
from pipeline.samples.truth import Truth, Value, make

YEARS = (2019, 2020, 2021, 2022, 2023)


class Made(NamedTuple):
    """A report before it takes a shape, with its truth and the gold of its prose."""

    number: int
    truth: Truth
    draft: Draft
    prose: Prose
    seed: int


def printed(key: Key, value: Value, signed: str) -> str:
    """The text of a cell. `signed` is the style of 本年增/减: words or signs."""
    if value is None:
        return ""
    if key[0].endswith(".items_change") and value:
        if signed == "words":
            return f"{'增' if value > 0 else '减'}{abs(value)}"
        return f"{value:+d}" if signed == "plus" else str(value)
    if key[0] == "t2.procurement.amount" and signed == "words":
        return f"{value}元"
    if isinstance(value, Decimal):
        return f"{value:f}"
    return str(value)


def one(number: int, seed: int = 1, years: Sequence[int] = YEARS, gold: bool = True) -> Made:
    """The report of a number. Consecutive numbers are the years of one organ, then the next organ."""
    organ = places.organ(number // len(years) % places.capacity())
    year = years[number % len(years)]
    if year <= old.LAST_YEAR:
        return _write(number, old.make(seed, organ, year), seed, gold, None)
    return _write(number, make(seed, organ, year), seed, gold, None)


def again(made: Made, alter: Callable[[Words], None]) -> Made:
    """The same report with other words: `alter` changes what is printed, never the tables."""
    return _write(made.number, made.truth, made.seed, True, alter)


def _write(number: int, truth: Truth, seed: int, gold: bool, alter: Callable[[Words], None] | None) -> Made:
    organ, year = truth.organ, truth.year
    rng = random.Random(f"{seed}/{number}/prose")
    collected = Prose(gold)
    if truth.form == old.FORM:
        blocks = old.blocks(truth, rng)
    else:
        facts, words = context.build(truth, rng)
        if alter:
            alter(words)
        blocks = prose.write(truth, facts, words, rng, collected, rng.choice(("own", "own", "inline")))
    published = f"{year + 1}-01-{rng.randint(8, 31):02d}"
    day = f"{year + 1}年1月{int(published[-2:])}日"
    blocks = (*blocks, Block("sign", organ.name), Block("sign", collected.render(f"{{!{day}}}", {})))
    signed = rng.choice(("words", "plus", "minus"))
    cells = {key: printed(key, value, signed) for key, value in truth.cells.items()}
    title = rng.choice(
        ("{0}{1}年政府信息公开工作年度报告", "{0}{1}年度政府信息公开工作报告", "{1}年{0}政府信息公开工作年度报告")
    )
    draft = Draft(
        title=title.format(organ.name, year),
        organ=organ.name,
        year=year,
        published=published,
        address=f"https://www.example.org/{organ.region_code}/{organ.number}/{year}.html",
        form2=truth.form,
        form3=truth.form,
        blocks=blocks,
        cells=cells,
    )
    return Made(number, truth, draft, collected, seed)


def tables_gold(made: Made, source: str, faults: Sequence[Gold] = ()) -> Gold:
    """The content of NAME.tables.json: every cell as printed, who reports, and the faults planted."""
    truth, draft = made.truth, made.draft
    rows: list[Gold] = []
    for key in forms.keys(draft.form2, draft.form3):
        value = truth.cells[key]
        text = draft.cells[key]
        row: Gold = {"code": key[0], "column": key[1], "value": plain(value), "blank": value is None}
        if value is not None and text != str(row["value"]):
            row["printed"] = text
        if key[0] in _UNITS:
            row["unit"] = _UNITS[key[0]]
        rows.append(row)
    organ = truth.organ
    report = {
        "organ": organ.name,
        "organ_kind": organ.kind,
        "region_code": organ.region_code,
        "level": organ.level,
        "year": truth.year,
        "published_on": draft.published,
        "title": draft.title,
    }
    return {
        "name": source.rsplit(".", 1)[0],
        "agency": organ.name,
        "year": truth.year,
        "form": truth.form,
        "source": source,
        "invented": True,
        "report": report,
        "cells": rows,
        "published_errors": list(faults),
        "notes": [f"zeros are printed in the style {truth.blanks}"],
    }


_UNITS = {"t2.fees.amount": "万元", "t2.procurement.amount": "元"}


def plain(value: Value) -> int | float | None:
    """A cell's value as JSON prints it."""
    if value is None or isinstance(value, int):
        return value
    return int(value) if value == value.to_integral_value() else float(value)
