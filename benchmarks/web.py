"""How long the pages take at 100,000 reports: python -m benchmarks.web [reports] [--keep FILE]

The database is generated: the samples are read once, then every document is copied under other organs, regions and
years until there are as many reports as asked for, with values that vary. Cells, figures and findings are as many for
each report as the samples have. Each page is asked for by a client in the same process (no network), first cold (new
state of the database, nothing remembered) and then warm. Times are also given as ratios to counting the cells once,
so that machines can be compared.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
ORGANS = ("人民政府", "人民政府办公室", "教育局", "卫生健康局", "市场监督管理局", "公安局", "财政局", "民政局")
YEARS = 6


def generate(path: Path, reports: int) -> None:
    """A database with that many reports, copied from the samples with other organs, years and values."""
    import duckdb

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
        [
            (n, r.code, r.name, "province" if r.code.endswith("0000") else "prefecture" if r.code.endswith("00") else "county")
            for n, r in enumerate(regions)
        ],
    )
    names = ", ".join(f"'{name}'" for name in ORGANS)
    con.execute(
        f"""CREATE TEMP TABLE copies AS SELECT t.n, d.document_id AS origin,
        substr(sha256(d.document_id || t.n), 1, 16) AS document_id, sha256(d.document_id || t.n) AS sha256,
        substr(sha256('r' || t.n), 1, 16) AS report_id, p.code, p.name,
        p.level, 2019 + t.n % {YEARS} AS year, o.organ, p.name || o.organ AS full_name,
        CASE WHEN o.organ = '人民政府' THEN 'government' WHEN o.organ LIKE '%办公室' THEN 'office' ELSE 'department' END AS kind
        FROM range({reports}) t(n)
        JOIN (SELECT document_id, row_number() OVER (ORDER BY document_id) - 1 AS k, count(*) OVER () AS c FROM documents) d
        ON d.k = (t.n // {YEARS}) % d.c
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
            f"INSERT INTO {table} ({', '.join(columns)}) SELECT {picked} FROM copies c JOIN {table} t ON t.document_id = c.origin"
        )
    con.execute("CHECKPOINT")
    con.close()
