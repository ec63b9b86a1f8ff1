"""/ : what is held, where the faults are, what was run."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from pipeline.explain import WORST
from pipeline.web import queries, regions, tiles
from pipeline.web.pages.common import check_title, data
from pipeline.web.queries import Coverage, Row
from pipeline.web.render import page

router = APIRouter()


@router.get("/")
def overview(request: Request) -> HTMLResponse:
    held = data(request)
    covered = held.remembered("coverage", queries.coverage)
    verdicts = held.remembered("verdicts", queries.verdicts)
    totals = held.remembered("totals", queries.totals)
    runs = held.remembered("runs", lambda db: db.runs())
    return page(
        request,
        "overview.html",
        coverage=covered,
        rows=_table(covered),
        tiles=_tiles(covered),
        totals=totals,
        verdicts=_by_verdict(verdicts),
        checks=_by_check(verdicts),
        runs=runs[:5],
    )


def _table(covered: Coverage) -> list[Row]:
    return [
        {
            "code": province.ljust(6, "0") if province else "",
            "name": regions.name(province) if province else "国家机关及地区未定的",
            "cells": [(year, *covered.of(province, year)) for year in covered.years],
            "total": covered.of(province),
        }
        for province in covered.provinces
    ]


def _tiles(covered: Coverage) -> list[Row]:
    found = []
    most = max((covered.of(p)[0] for p in covered.provinces if p), default=0)
    for province, (x, y, short) in tiles.TILES.items():
        reports, faulty = covered.of(province)
        found.append(
            {
                "code": province.ljust(6, "0"), "x": x, "y": y, "short": short, "name": regions.name(province),
                "reports": reports, "faulty": faulty, "shade": tiles.shade(reports, most),
            }
        )  # fmt: skip
    return found


def _by_verdict(rows: list[Row]) -> list[tuple[str, int]]:
    counts = {verdict: sum(row["count"] for row in rows if row["verdict"] == verdict) for verdict in WORST}
    return list(counts.items())


def _by_check(rows: list[Row], most: int = 12) -> list[dict[str, Any]]:
    """The checks that fail most often, with how often they were made."""
    found: dict[str, dict[str, Any]] = {}
    for row in rows:
        one = found.setdefault(
            row["check"],
            {
                "check": row["check"],
                "title": check_title(row["check"]),
                "severity": row["severity"],
                "differs": 0,
                "made": 0,
            },
        )
        one["made"] += row["count"]
        one["differs"] += row["count"] if row["verdict"] == "differs" else 0
    failing = [one for one in found.values() if one["differs"]]
    return sorted(failing, key=lambda one: (-one["differs"], one["check"]))[:most]
