"""What several pages need: the database of the request, lists of choices, paging."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import quote

from fastapi import Request
from fastapi.responses import Response

from pipeline.lexicon import load_only
from pipeline.lexicon.schema.rules import Rule
from pipeline.web import queries, regions
from pipeline.web.data import Data
from pipeline.web.filters import PAGE, Filter


def data(request: Request) -> Data:
    found: Data = request.app.state.data
    return found


def choices(request: Request, chosen: Filter) -> dict[str, Any]:
    """What the filter forms offer: the region tree opened along the path, and the years that are held."""
    held = data(request).remembered("regions", queries.region_codes)
    years = data(request).remembered("years", queries.held_years)
    return {"f": chosen, "regions": regions.choices(held, chosen.region), "years": years}


@dataclass(frozen=True, slots=True)
class Paging:
    """Where a list stands: for 「第 51–100 项，共 1,203 项」 and the links beside it."""

    page: int
    total: int
    size: int = PAGE

    @property
    def first(self) -> int:
        return (self.page - 1) * self.size + 1 if self.total else 0

    @property
    def last(self) -> int:
        return min(self.page * self.size, self.total)

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // self.size))


@cache
def checks() -> dict[str, str]:
    """Check id → title, from the lexicon."""
    return {rule.id: rule.title for rule in load_only(Rule).rows(Rule)}


def check_title(check: str) -> str:
    """The title of a check, also of one with a dotted suffix."""
    known = checks()
    name = check
    while name:
        if name in known:
            return known[name]
        name = name.rpartition(".")[0]
    return check


def attachment(content: bytes | str, name: str, kind: str) -> Response:
    """A download under a Chinese name."""
    plain = "".join(c if c.isascii() and (c.isalnum() or c in "._-") else "_" for c in name)
    told = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name)}"
    return Response(content, media_type=kind, headers={"content-disposition": told})


XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv; charset=utf-8"
