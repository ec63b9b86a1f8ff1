"""Whole runs over a mixed corpus: throughput, where the time goes, memory, runs again, one alias changed.

    python -m benchmarks bulk [COUNT …] [--folder FOLDER] [--aliases N] [--aliases-at COUNT]

Corpora, databases and caches are made below FOLDER; corpora are used again by the next call.

Times are CPU seconds of the whole process tree, so that other work on the machine matters little; the wall clock runs
from the first batch handed out to the last one loaded, with start-up told apart. Every run is a process of its own.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import Any

ROOT = Path(__file__).parents[1]
TICK = os.sysconf("SC_CLK_TCK")
SAMPLED = 240
COUNTS = (1000, 10_000)
ALIASES = 12
"""How many rows of aliases.csv are changed, one at a time, for the figure of a changed alias."""
KINDS = ("priority", "gone", "unit")
"""What is done to them in turn: a priority that may make the row win more often, the row taken out, its units cut."""


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
    clock, began = time.monotonic(), os.times()
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
    return told | {"tree_cpu": spent, "tree_wall": time.monotonic() - clock}


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


def changed_alias(folder: Path, count: int, number: int) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Runs over the database of `scratch`, each with one row of aliases.csv changed: (row, what was done, run)."""
    lines = (ROOT / "lexicons" / "aliases.csv").read_text(encoding="utf-8").splitlines()
    rows = [i for i, line in enumerate(lines) if line and not line.startswith(("#", "id,"))]
    for place, row in enumerate(rows[:: max(1, len(rows) // max(1, number))][:number]):
        kind = KINDS[place % len(KINDS)]
        lexicon, db, cache = folder / "lexicon", folder / "relink.duckdb", folder / "cache-relink"
        for old in (lexicon, cache):
            shutil.rmtree(old, ignore_errors=True)
        shutil.copytree(ROOT / "lexicons", lexicon)
        changed = [*lines[:row], *_changed(lines[row], kind), *lines[row + 1 :]]
        (lexicon / "aliases.csv").write_text("\n".join(changed) + "\n", encoding="utf-8")
        # Every change starts from the same state: the database and the cache that the run from nothing left.
        shutil.copy(folder / f"bulk-{count}.duckdb", db)
        shutil.copytree(folder / f"cache-{count}", cache)
        yield (
            lines[row].split(",")[0],
            kind,
            run("--one", str(corpus(folder, count)), str(db), str(lexicon), cache=cache),
        )


def _changed(line: str, kind: str) -> list[str]:
    """A row of aliases.csv otherwise, or none."""
    if kind == "gone":
        return []
    *fields, units, priority = line.split(",")
    if kind == "unit" and units:
        return [",".join([*fields, "组", priority])]
    return [",".join([*fields, units, str(round(float(priority or 0) + 0.25, 2))])]


def _line(told: dict[str, Any]) -> str:
    count, work = told["documents"], told["worker_cpu"] + told["parent_cpu"]
    return (
        f"{count:>7,} documents  {1000 * work / count:5.1f} ms CPU each  {count / told['wall']:5.1f} a second  "
        f"busy {told['busy']:.0%}  parent {told['parent_cpu'] / work:.1%} (load {told['load_cpu'] / work:.1%})  "
        f"plan {told['plan_cpu']:.1f} s  after {told['finish_cpu']:.1f} s  RSS {told['rss_mb']} MB"
    )


def main(arguments: list[str]) -> int:
    if arguments[:1] == ["--one"]:  # a run in a process of its own: corpus, database, lexicon
        print(json.dumps(one(arguments[1], arguments[2], arguments[3] if len(arguments) > 3 else None)))
        return 0
    parser = argparse.ArgumentParser(prog="python -m benchmarks bulk", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument(
        "counts", nargs="*", type=int, default=list(COUNTS), metavar="COUNT", help="reports in a corpus"
    )
    parser.add_argument("--folder", type=Path, default=ROOT / "build" / "bulk", help="where corpora and databases lie")
    parser.add_argument("--aliases", type=int, default=ALIASES, help="rows of aliases.csv to change (0: none)")
    parser.add_argument("--aliases-at", type=int, help="the corpus for changed aliases; by default the smallest")
    parser.add_argument("--no-stages", action="store_true", help="leave out the cost by stage")
    told = parser.parse_args(arguments)
    if not told.no_stages:
        for suffix, spent in stages(corpus(told.folder, min(told.counts))).items():
            print(f"{suffix:7}", spent, flush=True)
    costs = []
    for count in told.counts:
        first, again = scratch(told.folder, count)
        costs.append((first["worker_cpu"] + first["parent_cpu"]) / first["documents"])
        print(_line(first))
        ratio = first["tree_cpu"] / again["tree_cpu"]
        print(f"        again: {ratio:.0f} times less CPU ({again['tree_cpu']:.1f} s)", flush=True)
        if told.aliases and count == (told.aliases_at or min(told.counts)):
            _aliases(told.folder, count, told.aliases, first)
    print(f"a document costs {max(costs) / min(costs) - 1:.0%} more at one of these sizes than at another")
    return 0


def _aliases(folder: Path, count: int, number: int, first: dict[str, Any]) -> None:
    ratios, walls = [], []
    for name, kind, told in changed_alias(folder, count, number):
        ratios.append(first["tree_cpu"] / told["tree_cpu"])
        walls.append(first["tree_wall"] / told["tree_wall"])
        done = f"{told['documents']:6} done again, {told['kept']:6} kept"
        print(
            f"        {name:24} {kind:9} {done}: {ratios[-1]:.1f} times less CPU, {walls[-1]:.1f} times faster",
            flush=True,
        )
    print(
        f"        one alias changed: median {median(ratios):.1f}, least {min(ratios):.1f} times less CPU; "
        f"by the clock median {median(walls):.1f}, least {min(walls):.1f}"
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
