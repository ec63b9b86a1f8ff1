"""Where one organ stands among its like: the same level and kind of organ, under the same higher region.

Peers of a county are the counties of its prefecture, or of its province where that leaves fewer than `fewest`, or of
the whole database; the answer says which circle was taken. `nearest` takes instead so many organs of its level and kind
that are nearest in size: in inhabitants where a population table is given, else in applications received.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from pipeline.compare.gather import at_once
from pipeline.compare.order import ranking
from pipeline.compare.population import of_year
from pipeline.compare.rankings import Ranking, RankRow
from pipeline.errors import UsageError
from pipeline.store.read import Selection

if TYPE_CHECKING:
    from pipeline.store.database import Database

FEWEST = 5


@dataclass(frozen=True, slots=True)
class Standing:
    """An organ among its peers. `quartiles` are of the peers that have a value, the organ among them."""

    row: RankRow
    circle: str
    ranking: Ranking
    quartiles: tuple[Decimal, Decimal, Decimal] | None


@at_once
def peers(
    db: Database, organ: str, things: Sequence[str], year: int | None = None, *, fewest: int = FEWEST,
    nearest: int | None = None,
    population: Mapping[tuple[str, int | None], Decimal] | None = None,
    ascending: bool = False,
) -> Standing:  # fmt: skip
    """Ranks an organ among its peers by the first of `things`, in its latest year unless one is given.

    Raises UsageError where the organ is not in the database, several organs have the name, or its size is not known.
    """
    rows = db.select(
        "SELECT report_id, organ, organ_kind, region_code, level, year FROM reports WHERE organ LIKE ? "
        "AND year IS NOT NULL",
        (f"%{organ}%",),
    )
    exact = [row for row in rows if row[1] == organ]
    found = exact or rows
    if year is not None:
        found = [row for row in found if row[5] == year]
    if not found:
        raise UsageError(f"库中没有「{organ}」{f'{year} 年' if year else ''}的报告")
    names = sorted({(row[1], row[3] or "") for row in found})
    if len(names) > 1:
        told = "、".join(f"{name}（{code}）" for name, code in names[:5])
        raise UsageError(f"「{organ}」不止一个：{told}，请写全称")
    report, _, kind, code, level, latest = max(found, key=lambda row: row[5])
    if nearest is not None:
        circle, ids = _by_size(db, report, Selection((latest,), None, level, kind), nearest, population)
        chosen = ranking(db, things, Selection((latest,), report_ids=ids), ascending=ascending)
    else:
        for name, region in _circles(code):  # the last is everything, however few
            circle = name
            chosen = ranking(db, things, Selection((latest,), region, level, kind), ascending=ascending)
            if len(chosen.rows) >= fewest:
                break
    row = next(one for one in (*chosen.rows, *chosen.missing) if one.report.report_id == report)
    held = [value for one in chosen.rows if (value := one.shown[0].value) is not None]
    return Standing(row, circle, chosen, quartiles(held))


def _by_size(
    db: Database,
    report: str,
    like: Selection,
    nearest: int,
    population: Mapping[tuple[str, int | None], Decimal] | None,
) -> tuple[str, tuple[str, ...]]:
    """The reports nearest in size to one, itself among them, and what the size is."""
    sized = ranking(db, ["t3.received"], like)
    everyone = [(one.report, one.shown[0].value) for one in (*sized.rows, *sized.missing)]
    if population is not None:
        people = of_year(population, like.years[0])
        everyone = [(one, people.get(one.region_code or "")) for one, _ in everyone]
    sizes = {one.report_id: size for one, size in everyone if size is not None}
    own = sizes.get(report)
    if own is None:
        said = "人口表里没有它的地区" if population is not None else "它没有新收申请数，请用 --population 给出人口表"
        raise UsageError(f"无法按规模找相近的机关：{said}")
    others = sorted((abs(size - own), key) for key, size in sizes.items() if key != report)
    what = "人口" if population is not None else "新收申请数"
    return f"{what}最相近的 {min(nearest, len(others))} 家", (report, *(key for _, key in others[:nearest]))


def _circles(code: str | None) -> list[tuple[str, str | None]]:
    """Ever wider circles around a region, each with its region code; the last is everything."""
    found: list[tuple[str, str | None]] = []
    if code and not code.endswith("00"):
        found.append(("同一地市", code[:4]))
    if code and not code.endswith("0000"):
        found.append(("同一省份", code[:2]))
    return [*found, ("全库", None)]


def quartiles(values: Sequence[Decimal]) -> tuple[Decimal, Decimal, Decimal] | None:
    """Lower quartile, median and upper quartile, between neighbours in proportion; None without values."""
    held = sorted(values)
    if not held:
        return None

    def at(part: Decimal) -> Decimal:
        place = part * (len(held) - 1)
        low = int(place)
        high = min(low + 1, len(held) - 1)
        return held[low] + (held[high] - held[low]) * (place - low)

    return at(Decimal("0.25")), at(Decimal("0.5")), at(Decimal("0.75"))
