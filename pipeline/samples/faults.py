"""Planted faults: one a report, of the kinds that checkers meet, each recorded with what it was before.

Faults of the tables change printed cells; faults of the prose change a number in the sentences and leave the tables
alone. A kind that a report has no room for (no case to misplace) makes way for the next one.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from pipeline.samples import forms
from pipeline.samples.compose import Made, again, plain, printed
from pipeline.samples.context import Words
from pipeline.samples.forms import Key
from pipeline.samples.markup import Gold, read
from pipeline.samples.truth import Value

Cells = dict[Key, Value]


class Fault(NamedTuple):
    """What was planted: `row` for the truth file, the identities of the tables that fail by it, and the verdicts."""

    kind: str
    row: Gold
    errors: tuple[Gold, ...]
    verdicts: tuple[Gold, ...]


def failing(cells: Cells, form: str) -> tuple[Gold, ...]:
    """The identities A1–A4 that the printed cells break. One that a number in a blank could mend is not broken."""
    out: list[Gold] = []

    def compare(check: str, code: str | None, column: str | None, left: Iterable[Key], right: Iterable[Key]) -> None:
        sides = [[cells[key] for key in side] for side in (left, right)]
        a, b = (sum((v for v in side if v is not None), Decimal(0)) for side in sides)
        if a != b and not (None in sides[0] and a < b) and not (None in sides[1] and b < a):
            out.append(
                {"check": check, "id": check, "code": code, "column": column, "left": plain(a), "right": plain(b)}
            )

    for c in forms.COLUMNS:
        compare("A1", None, c, (("t3.received", c), ("t3.carried_in", c)), (("t3.handled", c), ("t3.carried_out", c)))
        compare("A2", None, c, ((line.code, c) for line in forms.RESULTS[form]), (("t3.handled", c),))
    for line in forms.lines3(form):
        compare("A3", line.code, "total", ((line.code, c) for c in forms.COLUMNS[:6]), ((line.code, "total"),))
    for group in forms.GROUPS:
        outcomes = [(f"{group}.{o}", None) for o in forms.OUTCOMES]
        compare("A4", f"{group}.total", None, outcomes[:4], outcomes[4:])
    return tuple(out)


Change = dict[Key, Value]
Plant = Callable[[Cells, str, random.Random], Change | None]


def _counts(cells: Cells, least: int, totals: bool = True) -> list[Key]:
    """Cells of table 3 with a count of at least so much."""
    return [
        key
        for key, value in cells.items()
        if key[0].startswith("t3.") and value is not None and value >= least and (totals or key[1] != "total")
    ]


def _pick(keys: list[Key], rng: random.Random) -> Key | None:
    return rng.choice(keys) if keys else None


def _text(least: int, change: Callable[[str, random.Random], str]) -> Plant:
    """A fault that changes the digits of one count."""

    def plant(cells: Cells, form: str, rng: random.Random) -> Change | None:
        keys = _counts(cells, least)
        rng.shuffle(keys)
        for key in keys:
            value = int(change(str(cells[key]), rng))
            if value != cells[key]:
                return {key: value}
        return None

    return plant


def _digit(text: str, rng: random.Random) -> str:
    at = rng.randrange(len(text))
    return text[:at] + rng.choice([d for d in "123456789" if d != text[at]]) + text[at + 1 :]


def _lost(text: str, rng: random.Random) -> str:
    at = rng.randrange(1, len(text))
    return text[:at] + text[at + 1 :]


def _doubled(text: str, rng: random.Random) -> str:
    at = rng.randrange(len(text))
    return text[: at + 1] + text[at:]


def _turned(text: str, rng: random.Random) -> str:
    at = rng.randrange(len(text) - 1)
    turned = text[:at] + text[at + 1] + text[at] + text[at + 2 :]
    return text if turned[0] == "0" else turned


def _swapped_cells(cells: Cells, form: str, rng: random.Random) -> Change | None:
    pairs = []
    for line in forms.lines3(form):
        for a, b in zip(forms.COLUMNS, forms.COLUMNS[1:6], strict=False):
            one, other = (line.code, a), (line.code, b)
            if cells[one] and cells[one] != cells[other]:
                pairs.append((one, other))
    if not pairs:
        return None
    one, other = rng.choice(pairs)
    return {one: cells[other], other: cells[one]}


def _shifted_row(cells: Cells, form: str, rng: random.Random) -> Change | None:
    lines = [
        line.code for line in forms.lines3(form) if cells[line.code, "natural"] and not cells[line.code, "other_org"]
    ]
    if not lines:
        return None
    code = rng.choice(lines)
    old = [cells[code, c] for c in forms.COLUMNS[:6]]
    new = [None, *old[:5]]
    return {(code, c): v for c, v, o in zip(forms.COLUMNS, new, old, strict=False) if v != o}


def _wrong_applicant(cells: Cells, form: str, rng: random.Random) -> Change | None:
    codes = [line.code for line in forms.RESULTS[form] if cells[line.code, "natural"]]
    if not codes:
        return None
    code = rng.choice(codes)
    other = (code, rng.choice(forms.COLUMNS[1:6]))
    natural = (code, "natural")
    return {natural: (cells[natural] or 0) - 1, other: (cells[other] or 0) + 1}


def _sign(cells: Cells, form: str, rng: random.Random) -> Change | None:
    key = _pick(_counts(cells, 1, totals=False), rng)
    return {key: -(cells[key] or 0)} if key else None


def _unit_slip(cells: Cells, form: str, rng: random.Random) -> Change | None:
    key: Key = ("t2.fees.amount" if form == "2021" else "t2.procurement.amount", None)
    value = cells.get(key)
    if not value:
        return None
    return {key: value * 10_000 if form == "2021" else Decimal(value) / 10_000}


def _total(cells: Cells, form: str, rng: random.Random) -> Change | None:
    key = _pick([key for key in _counts(cells, 1) if key[1] == "total"], rng)
    return {key: (cells[key] or 0) + rng.choice((1, 2, 10, -1))} if key else None


def _total_blank(cells: Cells, form: str, rng: random.Random) -> Change | None:
    return {("t3.handled", "total"): None} if cells["t3.handled", "total"] else None


def _carried_in(cells: Cells, form: str, rng: random.Random) -> Change | None:
    more = rng.randint(1, 3)
    keys: tuple[Key, Key] = ("t3.carried_in", "natural"), ("t3.carried_in", "total")
    return {key: (cells[key] or 0) + more for key in keys}


def _table4_total(cells: Cells, form: str, rng: random.Random) -> Change | None:
    keys: list[Key] = [(f"{group}.total", None) for group in forms.GROUPS if cells[f"{group}.total", None]]
    key = _pick(keys, rng)
    return {key: (cells[key] or 0) + 1} if key else None


_TABLE_FAULTS: dict[str, Plant] = {
    "digit": _text(1, _digit),
    "lost_digit": _text(10, _lost),
    "doubled_digit": _text(1, _doubled),
    "swapped_digits": _text(12, _turned),
    "swapped_cells": _swapped_cells,
    "shifted_row": _shifted_row,
    "wrong_applicant": _wrong_applicant,
    "sign": _sign,
    "unit_slip": _unit_slip,
    "total_wrong": _total,
    "total_blank": _total_blank,
    "carried_in_wrong": _carried_in,
    "table4_total_wrong": _table4_total,
}

_PROSE_FAULTS: dict[str, dict[str, str]] = {
    "prose_number": {
        "rec": "t3.received", "hnd": "t3.handled", "cin": "t3.carried_in", "cout": "t3.carried_out", "g": "t3.granted",
        "iss": "t2.normative.issued", "inf": "t2.normative.in_force", "pen": "t2.penalty.decisions",
        "pub": "t2.normative.published", "rv": "t4.review.total", "st": "t4.suit.total",
    },
    "class_wrong": {"d": "t3.denied", "u": "t3.unavailable", "j": "t3.rejected", "o": "t3.other"},
    "share_wrong": {"sg": "t3.granted", "sd": "t3.denied", "sdisc": "t3.disclosed"},
    "growth_wrong": {"gr": "t3.received"},
    "part_exceeds_whole": {"inta": "interpretation.items"},
}  # fmt: skip

KINDS = (*_TABLE_FAULTS, *_PROSE_FAULTS)


def plant(made: Made, rng: random.Random, among: Sequence[str] = KINDS) -> tuple[Made, Fault | None]:
    """The report with one fault of these kinds; the report unchanged and None where none of them could go wrong."""
    kinds = list(among)
    rng.shuffle(kinds)
    for kind in kinds:
        done = _in_table(made, kind, rng) if kind in _TABLE_FAULTS else _in_prose(made, kind, rng)
        if done:
            return done
    return made, None


def _in_table(made: Made, kind: str, rng: random.Random) -> tuple[Made, Fault] | None:
    cells = made.truth.cells
    change = _TABLE_FAULTS[kind](cells, made.truth.form, rng)
    if not change:
        return None
    changed = cells | change
    texts = dict(made.draft.cells)
    rows: list[Gold] = []
    for key, value in change.items():
        texts[key] = printed(key, value, "minus")
        rows.append({"code": key[0], "column": key[1], "printed": texts[key], "true": plain(cells[key])})
    errors = failing(changed, made.truth.form)
    for error in errors:
        error["note"] = f"planted: {kind}"
    fault = Fault(kind, {"kind": kind, "where": "table", **rows[0], "cells": rows}, errors, ())
    faulty = made._replace(truth=made.truth._replace(cells=changed), draft=made.draft._replace(cells=texts))
    return faulty, fault


def _altered(words: Words, name: str, rng: random.Random) -> str:
    """Another number for a word: one digit changed, or raised beyond the whole for a part."""
    old = words[name]
    if name == "inta":
        return str(int(words["int"].replace(",", "")) + rng.randint(1, 9))
    places = [i for i, c in enumerate(old) if c.isdigit()]
    at = rng.choice(places)
    new = old[:at] + rng.choice([d for d in "123456789" if d != old[at]]) + old[at + 1 :]
    return f"{9.5:g}%" if read(new)[0] > 100 and new.endswith("%") and name != "gr" else new


def _in_prose(made: Made, kind: str, rng: random.Random) -> tuple[Made, Fault] | None:
    names = list(_PROSE_FAULTS[kind].items())
    rng.shuffle(names)
    for name, code in names:
        measure = {"share_wrong": "share", "growth_wrong": "change_rate"}.get(kind, "level")
        told: dict[str, str] = {}

        def alter(words: Words, name: str = name, told: dict[str, str] = told) -> None:
            if name in words:
                told["old"], told["new"] = words[name], _altered(words, name, rng)
                words[name] = told["new"]
                if name == "gr":
                    words["grv"] = told["new"].rstrip("%")

        other = again(made, alter)
        if told.get("old") == told.get("new"):
            continue
        new = read(told["new"])[0]
        if name == "rec" and new == _intake(made.truth.meant):
            continue  # 受理 may mean both together: no fault
        hits = [
            f
            for f in other.prose.figures
            if f["code"] == code
            and f.get("measure", "level") == measure
            and abs(Decimal(str(f["value"]))) == new
            and "column" not in f
            and not f.get("zero_by_words")
            and (name != "inta" or f.get("category") == "图解")
            and (kind != "part_exceeds_whole" or "part_of" in f)
        ]
        if hits:
            true = plain(read(told["old"])[0])
            row = {
                "kind": kind,
                "where": "prose",
                "code": code,
                "column": None,
                "printed": hits[0]["mention"],
                "true": true,
            }
            verdicts = tuple(_differs(f, true, kind) for f in hits)
            return other, Fault(kind, {**row, "ctx": hits[0]["ctx"]}, (), verdicts)
    return None


def _intake(meant: Mapping[Key, int | Decimal]) -> Decimal:
    return Decimal(meant["t3.received", "total"] + meant["t3.carried_in", "total"])


def _differs(figure: Gold, true: int | float | None, kind: str) -> Gold:
    return {
        "statement": figure["mention"],
        "ctx": figure["ctx"],
        "code": figure["code"],
        "against": figure.get("part_of") or figure["code"],
        "relation": {"share_wrong": "share", "growth_wrong": "growth", "part_exceeds_whole": "part_of"}.get(
            kind, "equal"
        ),
        "left": figure["value"],
        "right": true,
        "verdict": "differs",
        "why": f"planted: {kind}",
    }
