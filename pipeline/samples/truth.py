"""The truth of one report: consistent tables, and the further numbers that its prose tells.

All depends on (seed, organ, year) alone, so that a report can be made without the others, and yet what one year carries
out the next carries in. Identities A1–A4 hold; last year's numbers and growth agree with last year's report.
"""

from __future__ import annotations

import random
from decimal import Decimal
from typing import NamedTuple

from pipeline.samples import forms
from pipeline.samples.forms import Key
from pipeline.samples.places import Organ

Value = int | Decimal | None
"""None is a blank cell."""

BLANKS = ("zeros", "blanks", "sparse")
"""How an organ prints zeros: all as 0; as blanks but for totals; all as blanks."""


class Truth(NamedTuple):
    """Tables as printed (`cells`, None for blank) and as meant (`meant`, never None), and numbers for the prose."""

    organ: Organ
    year: int
    form: str
    blanks: str
    cells: dict[Key, Value]
    meant: dict[Key, int | Decimal]
    last: dict[str, int]
    """Of the year before: received, in_force."""


def _rng(*parts: object) -> random.Random:
    return random.Random("/".join(map(str, parts)))


def form_of(year: int) -> str:
    """The form that reports for a year use."""
    return "2019" if year <= 2020 else "2021"


def _received(seed: int, organ: Organ, year: int) -> list[int]:
    rng = _rng(seed, organ.number, year, "in")
    level = organ.scale * (40 + _rng(seed, organ.number, "size").paretovariate(1.6) * 60)
    natural = round(level * rng.uniform(0.7, 1.3)) if organ.scale >= 1 else rng.randint(0, max(1, round(level)))
    firms = round(natural * rng.uniform(0, 0.2))
    rest = [rng.randint(0, 1 + natural // 120) if rng.random() < 0.5 else 0 for _ in range(4)]
    return [natural, firms, *rest]


def _carried(seed: int, organ: Organ, year: int) -> list[int]:
    """How many of each applicant's applications of a year go over to the next."""
    rng = _rng(seed, organ.number, year, "over")
    received = _received(seed, organ, year)
    return [min(n, rng.randint(0, max(1, n // 20))) if rng.random() < 0.7 else 0 for n in received]


def _normative(seed: int, organ: Organ, year: int) -> tuple[int, int]:
    rng = _rng(seed, organ.number, year, "norm")
    most = {"province": 40, "prefecture": 25, "county": 12}.get(organ.level, 2) if organ.kind != "department" else 3
    return rng.randint(0, most), rng.randint(0, max(1, most // 2))


def _in_force(seed: int, organ: Organ, year: int) -> int:
    base = _rng(seed, organ.number, "base").randint(20, 60) if organ.scale >= 1 else 12
    for past in range(2018, year + 1):
        issued, repealed = _normative(seed, organ, past)
        base = base + issued - min(repealed, base)
    return base


def _rules(seed: int, organ: Organ, year: int) -> tuple[int, int, int]:
    """Rules made, repealed and in force: what is in force at the end of a year follows from the year before."""
    if organ.level not in ("province", "prefecture"):
        return 0, 0, 0
    in_force = _rng(seed, organ.number, "rules").randint(9, 60)
    made = gone = 0
    for past in range(2018, year + 1):
        made = _rng(seed, organ.number, past, "rules").randint(0, 8)
        gone = min(made, 1)
        in_force += made - gone
    return made, gone, in_force


_WEIGHTS = {
    "t3.partial": 0.08,
    "t3.denied.state_secret": 0.004,
    "t3.denied.law_forbidden": 0.006,
    "t3.denied.safety_stability": 0.002,
    "t3.denied.third_party": 0.015,
    "t3.denied.internal_affairs": 0.015,
    "t3.denied.process_info": 0.025,
    "t3.denied.enforcement_file": 0.012,
    "t3.denied.admin_inquiry": 0.02,
    "t3.unavailable.not_held": 0.22,
    "t3.unavailable.needs_creation": 0.03,
    "t3.unavailable.unclear_after_correction": 0.012,
    "t3.rejected.petition": 0.04,
    "t3.rejected.repeated": 0.02,
    "t3.rejected.publication": 0.002,
    "t3.rejected.massive": 0.004,
    "t3.rejected.reissue": 0.006,
    "t3.other.no_correction": 0.03,
    "t3.other.no_fee": 0.001,
    "t3.other.other": 0.03,
    "t3.other.total": 0.06,
}


def _split(rng: random.Random, total: int, codes: list[str]) -> dict[str, int]:
    """Spreads the handled applications of one column over the result lines; what is left is granted."""
    out = dict.fromkeys(codes, 0)
    left = total
    if total > 20:
        for code, weight in _WEIGHTS.items():
            if code in out and left:
                n = min(left, int(total * weight * rng.uniform(0.3, 1.6) + rng.random()))
                out[code] = n
                left -= n
    elif total:
        names = [c for c in codes if c in _WEIGHTS]
        weights = [_WEIGHTS[c] for c in names]
        for code in rng.choices(names, weights, k=sum(rng.random() < 0.45 for _ in range(total))):
            out[code] += 1
            left -= 1
    out["t3.granted"] += left
    return out


def _table3(seed: int, organ: Organ, year: int, form: str, rng: random.Random, out: dict[Key, int | Decimal]) -> None:
    received, carried_in, carried_out = (
        _received(seed, organ, year),
        _carried(seed, organ, year - 1),
        _carried(seed, organ, year),
    )
    codes = [line.code for line in forms.RESULTS[form]]
    columns = []
    for r, i, o in zip(received, carried_in, carried_out, strict=True):
        column = {"t3.received": r, "t3.carried_in": i, "t3.handled": r + i - o, "t3.carried_out": o}
        column.update(_split(rng, r + i - o, codes))
        columns.append(column)
    for line in forms.lines3(form):
        total = 0
        for name, column in zip(forms.COLUMNS, columns, strict=False):
            out[line.code, name] = column[line.code]
            total += column[line.code]
        out[line.code, "total"] = total


def _table2(seed: int, organ: Organ, year: int, form: str, rng: random.Random, out: dict[Key, int | Decimal]) -> None:
    issued, repealed = _normative(seed, organ, year)
    in_force = _in_force(seed, organ, year)
    repealed = min(repealed, _in_force(seed, organ, year - 1))
    big = organ.scale * 1000
    rules, gone, rules_in_force = _rules(seed, organ, year)
    if form == "2019":
        out |= {("t2.rules.made", None): rules, ("t2.rules.published", None): rules}
        out["t2.rules.published_total", None] = rules_in_force
        out |= {("t2.normative.made", None): issued, ("t2.normative.published", None): issued}
        out["t2.normative.published_total", None] = in_force
        for name, size in (("licensing", 900), ("other_services", 400), ("penalty", 3000), ("coercion", 90)):
            out |= _items(seed, organ, year, name, size)
            out[f"t2.{name}.decisions", None] = rng.randint(0, int(big * size / 20) + 1)
        out |= _items(seed, organ, year, "fees", 60)
        out["t2.procurement.projects", None] = rng.randint(0, int(big / 2) + 2)
        out["t2.procurement.amount", None] = out["t2.procurement.projects", None] * rng.randint(20_000, 900_000)
        return
    out |= {("t2.rules.issued", None): rules, ("t2.rules.repealed", None): gone}
    out["t2.rules.in_force", None] = rules_in_force
    out |= {("t2.normative.issued", None): issued, ("t2.normative.repealed", None): repealed}
    out["t2.normative.in_force", None] = in_force
    out["t2.licensing.decisions", None] = rng.randint(0, int(big * 90) + 1)
    out["t2.penalty.decisions", None] = rng.randint(0, int(big * 7) + 1)
    out["t2.coercion.decisions", None] = rng.randint(0, int(big / 2) + 1)
    fees = Decimal(rng.randint(0, int(big * 1500))) / 100
    out["t2.fees.amount", None] = fees if rng.random() < 0.7 and organ.kind != "township" else 0


def _items(seed: int, organ: Organ, year: int, name: str, size: int) -> dict[Key, int | Decimal]:
    """Items of last year and their change (form of 2019): the next year starts from where the last one ended."""
    current = int(size * min(organ.scale, 1.5))
    for past in range(2018, year):
        current = max(0, current + _rng(seed, organ.number, past, name).randint(-size // 12, size // 12))
    change = _rng(seed, organ.number, year, name).randint(-size // 12, size // 12)
    return {(f"t2.{name}.items_prev", None): current, (f"t2.{name}.items_change", None): max(change, -current)}


def _table4(organ: Organ, rng: random.Random, out: dict[Key, int | Decimal]) -> None:
    for group, size in zip(forms.GROUPS, (6, 2, 2), strict=True):
        counts = [0, 0, 0, 0]
        if rng.random() < min(0.9, 0.15 + organ.scale * 0.6):
            most = max(1, int(size * organ.scale))
            counts = [rng.randint(0, most // part) for part in (1, 4, 4, 3)]
        for outcome, n in zip(forms.OUTCOMES, (*counts, sum(counts)), strict=True):
            out[f"{group}.{outcome}", None] = n


def make(seed: int, organ: Organ, year: int) -> Truth:
    """The truth of the report of an organ on a year."""
    rng = _rng(seed, organ.number, year)
    form = form_of(year)
    meant: dict[Key, int | Decimal] = {}
    _table2(seed, organ, year, form, rng, meant)
    _table3(seed, organ, year, form, rng, meant)
    _table4(organ, rng, meant)
    blanks = rng.choices(BLANKS, (6, 3, 1))[0]
    last = {"received": sum(_received(seed, organ, year - 1)), "in_force": _in_force(seed, organ, year - 1)}
    return Truth(organ, year, form, blanks, _blank(meant, blanks), meant, last)


def _blank(meant: dict[Key, int | Decimal], blanks: str) -> dict[Key, Value]:
    """The cells as printed: in the style of the organ some zeros are left blank."""
    if blanks == "zeros":
        return dict(meant)
    out: dict[Key, Value] = {}
    for key, value in meant.items():
        keep = value or (blanks == "blanks" and (key[1] == "total" or key[1] is None))
        out[key] = value if keep else None
    return out
