"""A made-up corpus for the database: organs through the years, with everything that makes loading hard.

Renamed districts under their name of each year, reports published again with other numbers, one file at several
addresses, and organs whose name several places bear and whose region nobody could tell. Everything follows from the
seed.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache

import msgspec

from pipeline.lexicon import load_only
from pipeline.lexicon.schema.places import Region
from pipeline.model import Document, DocumentResult
from pipeline.store.places import level_of, lineages
from tests.unit.store_cases import DIFFERS, LINES, cell, figure, result, table3, table4

YEARS = range(2010, 2026)
BUREAUS = ("教育局", "民政局", "水利局", "司法局", "审计局", "统计局")
AMBIGUOUS = ("鼓楼区", "朝阳区", "城关镇", "新华区", "和平区")


@dataclass(slots=True)
class Corpus:
    """The documents in the order in which they were found, and what is known of them by construction."""

    results: list[DocumentResult] = field(default_factory=list)
    organs: int = 0
    """Organs with a region, each counted once through all its names."""
    reports: int = 0
    republished: int = 0
    copies: int = 0
    renamed: int = 0
    """Organs that change their name or code on the way."""
    ambiguous: int = 0


@cache
def _regions() -> tuple[dict[str, list[Region]], list[str], list[str]]:
    """(rows of every lineage, lineages that never changed, lineages that did) of counties."""
    rows = load_only(Region).rows(Region)
    going_on = lineages(rows)
    found: dict[str, list[Region]] = {}
    for row in rows:
        if level_of(row.code) == "county":
            found.setdefault(going_on[row.code], []).append(row)
    alive = {key: held for key, held in found.items() if all(_at(held, year) for year in YEARS)}
    changed = [key for key, held in alive.items() if len({_at(held, year) for year in YEARS}) > 1]
    same = [key for key in alive if key not in set(changed)]
    return alive, same, changed


def _at(rows: list[Region], year: int) -> Region | None:
    return next((row for row in rows if (row.first or 0) <= year <= (row.last or 9999)), None)


def corpus(documents: int = 5000, seed: int = 7) -> Corpus:
    """About `documents` documents, of 300 organs at most."""
    organs = min(300, max(documents // 16, 30))
    dice = random.Random(seed)
    alive, same, changed = _regions()
    made = Corpus()
    picked = dice.sample(changed, min(organs // 6, len(changed)))
    made.renamed = len(picked)
    picked += dice.sample(same, organs - len(picked))
    made.organs = len(picked)
    tasks = [(key, year, n) for n, key in enumerate(picked) for year in YEARS]
    dice.shuffle(tasks)
    for key, year, n in tasks:
        if len(made.results) >= documents:
            break
        region = _at(alive[key], year)
        assert region is not None
        kind = "government" if n % 3 == 0 else "department"
        organ = region.name + ("人民政府" if kind == "government" else BUREAUS[n % len(BUREAUS)])
        told = {
            "organ": organ, "organ_kind": kind, "region_code": region.code, "region": region.name, "level": "county",
            "year": year, "published_on": f"{year + 1}-01-{dice.randint(2, 28):02d}", "form": _form(year),
        }  # fmt: skip
        name = f"http://r{region.code}.example/{n}/{year}.html"
        report = _report(name, dice, told)
        made.results.append(report)
        made.reports += 1
        chance = dice.random()
        if chance < 0.08:  # published again in March with other numbers
            again = {**told, "published_on": f"{year + 1}-03-{dice.randint(1, 30):02d}"}
            made.results.append(_report(name.replace(".html", "-2.html"), dice, again))
            made.republished += 1
        elif chance < 0.16:
            for copy in range(dice.randint(1, 2)):
                made.results.append(_elsewhere(report, f"http://mirror{copy}.example/{n}/{year}.html"))
                made.copies += 1
        elif chance < 0.20:
            told = {
                "organ": f"{dice.choice(AMBIGUOUS)}{dice.choice(BUREAUS)}", "organ_kind": "department",
                "region_code": None, "region": None, "level": None, "year": year, "form": _form(year),
            }  # fmt: skip
            made.results.append(_report(f"http://a{n}.example/{year}.html", dice, told))
            made.ambiguous += 1
    return made


def _form(year: int) -> str:
    return "2014" if year < 2019 else "2019" if year < 2021 else "2021"


def _report(name: str, dice: random.Random, told: dict[str, object]) -> DocumentResult:
    cells = []
    if told["form"] == "2014":
        cells += [cell(f"s14.requests.{part}", None, dice.choice([None, 0, dice.randint(1, 400)])) for part in (
            "received", "online", "letter", "in_person")]  # fmt: skip
        funding = f"{dice.randint(0, 90)}.{dice.randint(0, 9999):04d}"
        cells.append(cell("s14.funding.amount", None, funding, unit="万元"))
    else:
        for column in ("natural", "business", "total"):
            values = {line: dice.choice([None, 0, 0, dice.randint(1, 300)]) for line in LINES}
            cells += table3(values, column)
        cells += table4({"upheld": dice.randint(0, 3), "total": 3}, {"total": None}, {})
    figures = [
        figure("disclosure.items", dice.randint(1, 10**6), "条"),
        figure("disclosure.items", dice.randint(1, 999), "条", channel="wechat", part_of=0),
        figure("requests.on_time_rate", f"{dice.randint(8000, 10000) / 100:.2f}", "%", measure="share"),
    ]
    findings = (DIFFERS,) if dice.random() < 0.1 else ()
    text = f"{told['organ']} {told['year']} 年\n{dice.random()}\t“引号”, 逗号 \\N 'a' {name}"
    return result(name, cells=tuple(cells), figures=tuple(figures), findings=findings, body=text, **told)  # type: ignore[arg-type]


def _elsewhere(report: DocumentResult, source: str) -> DocumentResult:
    document: Document = msgspec.structs.replace(report.document, source=source, address=source)
    return msgspec.structs.replace(report, document=document)


def batches(results: list[DocumentResult], size: int) -> Iterator[list[DocumentResult]]:
    for start in range(0, len(results), size):
        yield results[start : start + size]
