"""Regions and organs as tables: what the lexicon says of regions, and which organs the reports are of.

regions   one row per code and name, with the years in which it was valid, its parent and `lineage`
organs    one row per organ as it was seen (name and region code), with the years of its reports and `series_id`

`lineage` is the code under which a region goes on today: renamed, moved to another code, 县 made 市 or 区. It follows a
successor only where one region became one new one; a region that was split, or joined to one that went on, ends there,
since the numbers after that are of another area (`merged_into` names where it went). `series_id` joins the organs that
are the same through the years: the same lineage, and the same own name once the region's name is taken off. A
government or its office is one through all the ways of writing it; a department under a new name is a new organ.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from pipeline.lexicon.schema.places import Region

if TYPE_CHECKING:
    from pipeline.lexicon import Lexicon

_LEVELS = {"0000": "province", "00": "prefecture"}


def level_of(code: str) -> str:
    """The level of a code: its zeros tell it."""
    return next((level for zeros, level in _LEVELS.items() if code.endswith(zeros)), "county")


def lineages(regions: Iterable[Region]) -> dict[str, str]:
    """Code → the code under which the region goes on; a code that goes on itself, or ends, is its own."""
    rows = list(regions)
    first: dict[str, int] = {}
    last: dict[str, int] = {}
    followed: dict[str, set[str]] = {}
    came_from: dict[str, set[str]] = {}
    for row in rows:
        first[row.code] = min(first.get(row.code, 9999), row.first or 0)
        last[row.code] = max(last.get(row.code, 0), row.last or 9999)
        for code in row.successor:
            if code != row.code:
                followed.setdefault(row.code, set()).add(code)
                came_from.setdefault(code, set()).add(row.code)

    def step(code: str) -> str | None:
        after = followed.get(code, set())
        if len(after) != 1:
            return None
        (one,) = after
        new = len(came_from[one]) == 1 and first.get(one, 0) > last[code] and last[code] < 9999
        return one if new else None

    found = {}
    for code in last:
        seen = [code]
        while (after := step(seen[-1])) is not None and after not in seen:
            seen.append(after)
        found[code] = seen[-1]
    return found


def region_rows(lexicon: Lexicon) -> list[tuple[Any, ...]]:
    """The rows of the table `regions`."""
    rows = lexicon.rows(Region)
    going_on = lineages(rows)
    return [
        (
            row.code, row.name, row.first or 0, row.last, row.parent or _parent(row.code), level_of(row.code),
            "|".join(row.successor) or None, going_on[row.code],
            "|".join(code for code in row.successor if going_on[code] != going_on[row.code]) or None,
        )
        for row in rows
    ]  # fmt: skip


def _parent(code: str) -> str | None:
    return None if code.endswith("0000") else f"{code[:2]}0000"


@cache
def regions_staged(lexicon: Lexicon | None = None) -> tuple[Any, str]:
    """(the rows of `regions` as an Arrow table, their fingerprint)."""
    import pyarrow as pa

    from pipeline.lexicon import load_only
    from pipeline.store.rows import pack

    known = lexicon or load_only(Region)
    return pa.Table.from_batches([pack("regions", region_rows(known))]), known.fingerprint(Region)


ORGAN_ID = "SUBSTR(MD5(CONCAT(REPLACE({0}.organ, ' ', ''), '|', COALESCE({0}.region_code, ''))), 1, 16)"
"""The id of an organ, in SQL, for a table under an alias."""

_OWN = (
    "COALESCE(NULLIF(REGEXP_REPLACE(REGEXP_REPLACE(CASE WHEN POSITION(q.region IN q.organ) > 0 "
    "THEN SUBSTR(q.organ, POSITION(q.region IN q.organ) + LENGTH(q.region)) ELSE q.organ END, "
    "'^(人民政府|政府|府)?(办公室|办公厅|办|机关)$', '办公室'), '(人民政府|政府|办事处)$', ''), ''), '政府')"
)
"""The organ's own name without its region, in SQL."""


def organs_of(which: str, c: str = "") -> str:
    """The statement that fills `organs` from the reports of the organs whose ids `which` (a query) gives.

    `c` is how the engine is told to compare text by bytes, so that both choose the same name.
    """
    return (
        "INSERT INTO organs (organ_id, organ, organ_kind, region_code, region, level, first_year, last_year, reports, "
        "series_id) SELECT q.organ_id, q.organ, q.organ_kind, q.region_code, q.region, q.level, q.first_year, "
        "q.last_year, q.reports, CASE WHEN q.region_code IS NOT NULL OR q.level = 'national' THEN "
        f"CONCAT(COALESCE(g.lineage, q.region_code, 'national'), ' ', {_OWN}) END FROM (SELECT r.organ_id, "
        f"MAX(r.organ{c}) AS organ, MAX(r.organ_kind{c}) AS organ_kind, MAX(r.region_code{c}) AS region_code, "
        f"MAX(r.region{c}) AS region, MAX(r.level{c}) AS level, MIN(r.year) AS first_year, MAX(r.year) AS last_year, "
        f"CAST(COUNT(*) AS INTEGER) AS reports FROM reports r WHERE r.organ_id IN ({which}) GROUP BY r.organ_id) AS q "
        "LEFT JOIN (SELECT code, MAX(lineage) AS lineage FROM regions GROUP BY code) AS g ON g.code = q.region_code"
    )


def refill(c: str = "") -> tuple[str, ...]:
    """All organs anew, where the regions of the lexicon or the schema have changed."""
    return (
        f"UPDATE reports SET organ_id = {ORGAN_ID.format('reports')} WHERE organ IS NOT NULL AND organ_id IS NULL",
        "DELETE FROM organs",
        organs_of("SELECT organ_id FROM reports", c),
    )


def own_name(organ: str, regions: Sequence[str]) -> str:
    """An organ's name without the regions in front and without 人民政府 behind: 北京市密云区教育局 → 教育局."""
    name = "".join(organ.split())
    cut = True
    while cut:
        cut = False
        for region in regions:
            if name.startswith(region):
                name, cut = name[len(region) :], True
    for ending in ("人民政府", "政府", "办事处"):
        if name.endswith(ending):
            return name[: -len(ending)]
    return name
