"""How long the pages take at 100,000 reports: python -m benchmarks.web [--reports N] [--keep FILE]

The database is generated: the samples are read once, then every document is copied under other organs, regions and
years until there are as many reports as asked for, with values that vary. Cells, figures and findings are as many for
each report as the samples have. Each page is asked for by
a client in the same process (no network): first cold, right after the server has opened the database, and then seven
times with what is remembered between pages thrown away, so that every query is made. Times are also given as multiples
of summing all cells once, so that machines can be compared.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb

ROOT = Path(__file__).parents[1]
ORGANS = ("人民政府", "人民政府办公室", "教育局", "卫生健康局", "市场监督管理局", "公安局", "财政局", "民政局")
YEARS = 6


def _level(code: str) -> str:
    return "province" if code.endswith("0000") else "prefecture" if code.endswith("00") else "county"


def generate(path: Path, reports: int) -> None:
    """A database with that many reports, copied from the samples with other organs, years and values."""
    from pipeline.lexicon import load_only
    from pipeline.lexicon.schema.places import Region
    from pipeline.run import default_pipeline
    from pipeline.store import Outcome, open_db
    from pipeline.store.schema import BY_NAME

    pipeline = default_pipeline()
    files = [p for p in sorted((ROOT / "samples").iterdir()) if p.suffix in (".txt", ".html", ".docx", ".pdf")]
    with open_db(path) as db:
        run = db.start_run({"inputs": ["samples"]})
        results = [pipeline.process(file.read_bytes(), file.name) for file in files]
        db.load(results, run=run, outcomes=[Outcome(r.document.source, r.document.sha256, "done") for r in results])
        db.finish_run(run)
    regions = [row for row in load_only(Region).rows(Region) if row.last is None]
    con = duckdb.connect(str(path))
    con.execute("SET preserve_insertion_order = false")
    con.execute("CREATE TEMP TABLE place (n INTEGER, code TEXT, name TEXT, level TEXT)")
    con.executemany(
        "INSERT INTO place VALUES (?, ?, ?, ?)",
        [(n, r.code, r.name, _level(r.code)) for n, r in enumerate(regions)],
    )
    names = ", ".join(f"'{name}'" for name in ORGANS)
    con.execute(
        f"""CREATE TEMP TABLE copies AS SELECT t.n, d.document_id AS origin,
        substr(sha256(d.document_id || t.n), 1, 16) AS document_id, sha256(d.document_id || t.n) AS sha256,
        substr(sha256('r' || t.n), 1, 16) AS report_id, p.code, p.name,
        p.level, 2019 + t.n % {YEARS} AS year, o.organ, p.name || o.organ AS full_name,
        CASE WHEN o.organ = '人民政府' THEN 'government' WHEN o.organ LIKE '%办公室' THEN 'office'
        ELSE 'department' END AS kind
        FROM range({reports}) t(n)
        JOIN (SELECT document_id, row_number() OVER (ORDER BY document_id) - 1 AS k, count(*) OVER () AS c
        FROM documents) d ON d.k = (t.n // {YEARS}) % d.c
        JOIN place p ON p.n = (t.n // {YEARS}) % {len(regions)}
        JOIN (SELECT unnest([{names}]) AS organ, unnest(range({len(ORGANS)})) AS o) o
        ON o.o = (t.n // {YEARS * len(regions)}) % {len(ORGANS)}
        WHERE t.n >= (SELECT count(*) FROM documents)"""
    )
    replaced = {
        "document_id": "c.document_id", "sha256": "c.sha256", "report_id": "c.report_id", "organ": "c.full_name",
        "organ_kind": "c.kind", "region_code": "c.code", "region": "c.name", "level": "c.level", "year": "c.year",
        "source": "'generated/' || c.n || '.html'",
        "report_title": "c.full_name || c.year || '年政府信息公开工作年度报告'",
    }  # fmt: skip
    vary = "CASE WHEN t.{0} > 0 THEN t.{0} + c.n % 89 ELSE t.{0} END"
    for table in ("documents", "document_sources", "cells", "figures", "findings", "sections", "unread", "problems",
                  "texts", "reports", "report_versions"):  # fmt: skip
        columns = BY_NAME[table].names
        told = dict(replaced)
        if table == "cells":
            told |= {name: vary.format(name) for name in ("value", "value_base")}
        picked = ", ".join(told.get(name, f"t.{name}") for name in columns)
        con.execute(
            f"INSERT INTO {table} ({', '.join(columns)}) SELECT {picked} FROM copies c "
            f"JOIN {table} t ON t.document_id = c.origin"
        )
    con.execute("CHECKPOINT")
    con.close()


PAGES = (
    "/", "/reports", "/reports?region=510000&year=2022&sort=late", "/reports?q=教育局", "/findings",
    "/findings?region=330000&level=county&severity=error", "/findings?page=400", "/findings?decision=all&verdict=all",
    "/report/{report}", "/compare", "/compare?thing=rate.disclosed&level=county&kind=government&year=2022",
    "/compare?view=distribution", "/compare?view=series&organ={organ}", "/compare?view=peers&organ={organ}&year=2022",
    "/indicator/t3.received", "/indicator/disclosure.items", "/dictionary", "/runs", "/check", "/api/v1/reports",
    "/api/v1/reports?offset=90000", "/api/v1/findings", "/api/v1/facts?code=t3.received",
    "/api/v1/compare?thing=t3.received",
)  # fmt: skip
TARGET = 300
"""Milliseconds that a page may take on the server."""


def measure(path: Path, rounds: int) -> list[tuple[str, float, float, float]]:
    """(page, milliseconds cold, median of the rounds, median CPU milliseconds of all threads) of every page."""
    from starlette.testclient import TestClient

    from pipeline.web.app import create_app
    from pipeline.web.settings import Settings

    application: Any = create_app(Settings(str(path)))
    told = []
    with TestClient(application, base_url="http://127.0.0.1:8765") as client:
        some = client.get("/api/v1/reports?region=330481&kind=government&year=2022").json()["items"][0]
        for page in PAGES:
            address = page.format(report=some["report_id"], organ=some["organ"])
            taken, spent = [], []
            for _ in range(rounds + 1):
                application.inner.state.data.forget()
                begin, busy = time.perf_counter(), time.process_time()
                answer = client.get(address)
                taken.append(1000 * (time.perf_counter() - begin))
                spent.append(1000 * (time.process_time() - busy))
                if answer.status_code != 200:
                    raise SystemExit(f"{address}: {answer.status_code}")
            told.append((page, taken[0], statistics.median(taken[1:]), statistics.median(spent[1:])))
    return told


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.web")
    parser.add_argument("--reports", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--keep", type=Path, help="the database is kept in this file and used again")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = asked.keep or Path(folder, "web.duckdb")
        if not path.exists():
            generate(path, asked.reports)
        con = duckdb.connect(str(path), read_only=True, config={"memory_limit": "1GB"})
        counts = {name: con.execute(f"SELECT count(*) FROM {name}").fetchall()[0][0] for name in COUNTED}
        unit = min(_timed(lambda: con.execute("SELECT sum(value_base) FROM cells").fetchall()) for _ in range(5))
        con.close()
        print(", ".join(f"{count:,} {name}" for name, count in counts.items()))
        print(f"{path.stat().st_size / 1e6:,.0f} MB; summing all cells once: {unit:.0f} ms\n")
        print("| page | first, ms | then, ms | CPU, ms | sums of all cells |\n|---|---|---|---|---|")
        slow = []
        for page, cold, warm, cpu in measure(path, asked.rounds):
            print(f"| {page} | {cold:.0f} | {warm:.0f} | {cpu:.0f} | {warm / unit:.1f} |", flush=True)
            slow += [page] if warm > TARGET else []
        print(f"\nover {TARGET} ms: {', '.join(slow) or 'none'}")


COUNTED = ("reports", "cells", "figures", "findings")


def _timed(work: Callable[[], Any]) -> float:
    begin = time.perf_counter()
    work()
    return 1000 * (time.perf_counter() - begin)


if __name__ == "__main__":
    main()
