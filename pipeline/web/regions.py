"""Names of regions and the tree a filter walks down: the country, a province, a prefecture, a county."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from pipeline.lexicon import load_only
from pipeline.lexicon.schema.places import Region
from pipeline.store.read import prefix


@cache
def names() -> dict[str, str]:
    """Code → name; of a code that had several names over the years, the one valid longest."""
    found: dict[str, Region] = {}
    for row in load_only(Region).rows(Region):
        held = found.get(row.code)
        if held is None or (held.last or 9999) <= (row.last or 9999):
            found[row.code] = row
    return {code: row.name for code, row in found.items()}


def name(code: str | None) -> str:
    """The name of a region, also where only its first digits are given; the code itself where it is unknown."""
    if not code:
        return ""
    return names().get(code.ljust(6, "0"), code)


def full_name(code: str | None) -> str:
    """浙江省 嘉兴市 海宁市."""
    if not code:
        return ""
    return " ".join(dict.fromkeys(name(part) for part in path(code)))


def path(code: str) -> list[str]:
    """The codes above a region and its own: 330481 → 330000, 330400, 330481."""
    start = prefix(code)
    steps = [start[:n].ljust(6, "0") for n in (2, 4, 6) if len(start) >= n]
    return [step for step in steps if step == code.ljust(6, "0") or step in names()]


@dataclass(frozen=True, slots=True)
class Choice:
    """One option of the region filter; `depth` is how far it is indented."""

    code: str
    name: str
    depth: int


def choices(held: Iterable[str], chosen: str | None) -> list[Choice]:
    """Every province that is held, and below the chosen region what comes next: the tree, opened along the path."""
    codes = {code for code in held if code}
    provinces = sorted({code[:2].ljust(6, "0") for code in codes})
    opened = set(path(chosen)) if chosen else set()
    found: list[Choice] = []
    for province in provinces:
        found.append(Choice(province, name(province), 0))
        if province not in opened:
            continue
        below = {code for code in codes if code[:2] == province[:2] and code != province}
        prefectures = {code[:4].ljust(6, "0") for code in below}
        direct = {code for code in below if code[:4].ljust(6, "0") not in names()}  # counties right below a province
        for code in sorted({p for p in prefectures if p in names()} | direct):
            found.append(Choice(code, name(code), 1))
            if code in opened and code not in direct:
                counties = sorted(c for c in below if c[:4] == code[:4] and c != code)
                found += [Choice(c, name(c), 2) for c in counties]
    return found
