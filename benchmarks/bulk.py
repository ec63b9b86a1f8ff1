"""Whole runs over a mixed corpus: throughput, where the time goes, memory, runs again, one alias changed.

    python -m benchmarks bulk [FOLDER] [COUNT …]      by default build/bulk 1000 10000

Corpora, databases and caches are made below FOLDER; corpora are used again by the next call.

Times are CPU seconds of the whole process tree, so that other work on the machine matters little; the wall clock runs
from the first batch handed out to the last one loaded, with start-up told apart. Every run is a process of its own.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import threading
import time
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import Any

ROOT = Path(__file__).parents[1]
TICK = os.sysconf("SC_CLK_TCK")
SAMPLED = 240
ALIASES = 12
"""How many rows of aliases.csv are changed, one at a time, for the figure of a changed alias."""


def cpu(pid: int) -> float:
    """CPU seconds of a process so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICK


def memory(pid: int) -> float:
    """Resident MB of a process."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / (1 << 20)


def one(corpus: str, db: str, lexicon: str | None) -> dict[str, Any]:
    """One run in this process without Prefect, with everything measured from outside the code."""
    from pipeline.bulk import session as sessions
    from pipeline.store import open_db

    loads: list[float] = []

    class Timed(sessions.Session):
        def load(self, piece: Any) -> None:
            began = time.thread_time()
            super().load(piece)
            loads.append(time.thread_time() - began)

    sessions.Session = Timed  # the class the planner makes, in this process only
    marks = {"start": time.process_time()}
    with (
        open_db(db) as database,
        sessions.start([corpus], database, lexicon_folder=Path(lexicon) if lexicon else None) as planned,
    ):
        marks["planned"] = time.process_time()
        seen: dict[str, Any] = {"workers": {}, "rss": []}
        if planned.job.items:
            pool = planned.pool()
            planned._pool = pool
            watch = threading.Thread(target=_watch, args=(pool, planned, seen), daemon=True)
            watch.start()
            wall = time.monotonic()
            sessions.run_plain(planned)
            seen["wall"] = time.monotonic() - wall
            seen["stop"] = True
            watch.join()
        marks["worked"] = time.process_time()
        planned.finish()
        marks["finished"] = time.process_time()
        count = len(planned.job.items)
    quarters = _quarters(seen["rss"])
    workers = sum(end - begin for begin, end in seen["workers"].values())
    return {
        "documents": count,
        "kept": planned.summary.kept,
        "wall": seen.get("wall", 0.0),
        "worker_cpu": workers,
        "parent_cpu": marks["worked"] - marks["planned"],
        "load_cpu": sum(loads),
        "plan_cpu": marks["planned"] - marks["start"],
        "finish_cpu": marks["finished"] - marks["worked"],
        "busy": seen.get("busy", 0.0),
        "rss_mb": quarters,
    }


def _watch(pool: Any, planned: Any, seen: dict[str, Any]) -> None:
    """Samples the workers until the run is over; work begins when a worker has compiled its matchers."""
    began: float | None = None
    while "stop" not in seen:
        try:
            now = {pid: (cpu(pid), memory(pid)) for pid in pool.pids()}
        except OSError:
            now = {}
        if began is None and planned.summary.documents:
            began = time.monotonic()
            seen["first"] = sum(used for used, _ in now.values()), began
        for pid, (used, _) in now.items():
            seen["workers"][pid] = (seen["workers"].get(pid, (0.0, 0.0))[0], used)
        if now:
            seen["rss"].append([round(size) for _, size in now.values()])
        if began is not None and now and time.monotonic() > began and len(planned.job.items) > 0:
            left = len(planned.job.items) - planned.summary.documents
            if left > 300:  # the tail, when a worker has nothing left to do, is told by the wall clock
                used = sum(used for used, _ in now.values()) - seen["first"][0]
                seen["busy"] = used / (time.monotonic() - began) / max(1, len(now))
        time.sleep(0.25)


def _quarters(samples: list[list[int]]) -> list[int]:
    """The largest worker in each quarter of the run, in MB."""
    step = max(1, len(samples) // 4)
    return [max(max(sizes) for sizes in samples[i : i + step]) for i in range(0, len(samples), step) if samples][:4]


def stages(corpus: Path) -> dict[str, dict[str, float]]:
    """ms of CPU a document by kind of file and stage, in this process."""
    from pipeline.ingest import read
    from pipeline.run import default_pipeline
    from pipeline.store import encode

    pipeline = default_pipeline()
    spent: dict[str, list[list[float]]] = {}
    files = [path for path in sorted(corpus.rglob("*")) if path.suffix in (".html", ".txt", ".docx", ".pdf", ".mhtml")]
    for warm in (True, False):
        spent.clear()
        for path in files[: SAMPLED // 6 if warm else SAMPLED]:
            marks = [time.process_time()]
            document = read(path.read_bytes(), path.name)
            marks.append(time.process_time())
            tables = pipeline.read_tables(document)
            marks.append(time.process_time())
            result = pipeline.process_document(document, tables)
            marks.append(time.process_time())
            encode([result])
            marks.append(time.process_time())
            spent.setdefault(path.suffix, []).append([1000 * (b - a) for a, b in pairwise(marks)])
    names = ("read", "tables", "prose and findings", "rows, alone")
    return {
        suffix: {name: round(sum(row[i] for row in rows) / len(rows), 2) for i, name in enumerate(names)}
        | {"documents": len(rows)}
        for suffix, rows in sorted(spent.items())
    }


def run(*arguments: str, cache: Path) -> dict[str, Any]:
    """One run in a process of its own; its CPU is that of the whole tree."""
    began = os.times()
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.bulk", *arguments],
        cwd=ROOT,
        env={**os.environ, "GONGKAI_CACHE": str(cache)},
        capture_output=True,
        text=True,
        check=True,
    )
    ended = os.times()
    spent = ended.children_user + ended.children_system - began.children_user - began.children_system
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return told | {"tree_cpu": spent}


def corpus(folder: Path, count: int) -> Path:
    from pipeline.samples import generate

    out = folder / f"corpus-{count}"
    if not out.is_dir():
        for _ in generate(out, count):
            pass
        time.sleep(2.5)  # files that changed just now are not trusted by the next run
    return out


def scratch(folder: Path, count: int) -> tuple[dict[str, Any], dict[str, Any]]:
    """A run from nothing, and one again."""
    cache = folder / f"cache-{count}"
    shutil.rmtree(cache, ignore_errors=True)
    db = folder / f"bulk-{count}.duckdb"
    db.unlink(missing_ok=True)
    reports = corpus(folder, count)
    return run("--one", str(reports), str(db), cache=cache), run("--one", str(reports), str(db), cache=cache)


def changed_alias(folder: Path, count: int) -> list[tuple[str, dict[str, Any]]]:
    """Runs over the database of `scratch`, each with one row of aliases.csv changed from the run before."""
    runs = []
    lines = (ROOT / "lexicons" / "aliases.csv").read_text(encoding="utf-8").splitlines()
    rows = [i for i, line in enumerate(lines) if line and not line.startswith(("#", "id,"))]
    for row in rows[:: max(1, len(rows) // ALIASES)][:ALIASES]:
        lexicon = folder / "lexicon"
        shutil.rmtree(lexicon, ignore_errors=True)
        shutil.copytree(ROOT / "lexicons", lexicon)
        fields = lines[row].rsplit(",", 1)
        fields[1] = str(round(float(fields[1] or 0) + 0.25, 2))
        changed = [*lines[:row], ",".join(fields), *lines[row + 1 :]]
        (lexicon / "aliases.csv").write_text("\n".join(changed) + "\n", encoding="utf-8")
        db = folder / "relink.duckdb"
        shutil.copy(folder / f"bulk-{count}.duckdb", db)
        arguments = ("--one", str(corpus(folder, count)), str(db), str(lexicon))
        runs.append((lines[row].split(",")[0], run(*arguments, cache=folder / f"cache-{count}")))
    return runs


def _line(told: dict[str, Any]) -> str:
    count, work = told["documents"], told["worker_cpu"] + told["parent_cpu"]
    return (
        f"{count:>7,} documents  {1000 * work / count:5.1f} ms CPU each  {count / told['wall']:5.1f} a second  "
        f"busy {told['busy']:.0%}  parent {told['parent_cpu'] / work:.1%} (load {told['load_cpu'] / work:.1%})  "
        f"plan {told['plan_cpu']:.1f} s  after {told['finish_cpu']:.1f} s  RSS {told['rss_mb']} MB"
    )


def main(arguments: list[str]) -> int:
    if arguments[:1] == ["--one"]:
        print(json.dumps(one(arguments[1], arguments[2], arguments[3] if len(arguments) > 3 else None)))
        return 0
    folder = Path(arguments[0] if arguments else ROOT / "build" / "bulk")
    counts = [int(text) for text in arguments[1:]] or [1000, 10_000]
    for suffix, told in stages(corpus(folder, counts[0])).items():
        print(f"{suffix:7}", told)
    costs = []
    for count in counts:
        first, again = scratch(folder, count)
        costs.append((first["worker_cpu"] + first["parent_cpu"]) / first["documents"])
        print(_line(first))
        print(f"        again: {first['tree_cpu'] / again['tree_cpu']:.0f} times less CPU ({again['tree_cpu']:.1f} s)")
        if count == counts[0]:
            ratios = []
            for name, told in changed_alias(folder, count):
                ratios.append(first["tree_cpu"] / told["tree_cpu"])
                again_and_kept = f"{told['documents']:6} done again, {told['kept']:6} kept"
                print(f"        {name:24} {again_and_kept}: {ratios[-1]:.1f} times less")
            print(f"        one alias changed: median {median(ratios):.1f}, least {min(ratios):.1f} times less CPU")
    print(f"a document costs {max(costs) / min(costs) - 1:.0%} more at one of these sizes than at another")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
