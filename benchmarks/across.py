"""`python -m benchmarks.across [N]`: checks over years, levels and repetition on N stored reports with generated facts.

Tables and prose come from the generator as they are printed; reading is left out. Prints the time of the first refresh
(all is new), of one with nothing new, and of one with one year of one organ new. Clock and processor time are told
apart, since other work on the machine counts in the first only.
"""

from __future__ import annotations

import hashlib
import sys
import tempfile
import time
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

from pipeline import across
from pipeline.lexicon import load
from pipeline.model import Cell, Document, DocumentResult, Figure, Period, Report, Why
from pipeline.samples.compose import one
from pipeline.samples.forms import Key
from pipeline.samples.truth import Value
from pipeline.store import open_db

LOADED = 1000


def stored(number: int) -> DocumentResult:
    """A generated report as the readers would give it, with one figure: last year's number of requests."""
    made = one(number, gold=False)
    organ, truth = made.truth.organ, made.truth
    last = Decimal(truth.last["received"])
    told = Figure(
        code="t3.received", value=last, unit="件", bound="exact", low=last, high=last, mention=f"{last}件", start=0,
        end=1, sentence=(0, 1), section=1, before="", why=Why(alias="", rule=""), period=Period(kind="last_year"),
    )  # fmt: skip
    return DocumentResult(
        document=Document(
            source=f"{number}.html", sha256=hashlib.sha256(str(number).encode()).hexdigest(), media_type="text/html",
            text="\n".join(block.text for block in made.draft.blocks if block.kind != "table"), blocks=(),
        ),
        report=Report(  # kinds and levels are those of the model, though the generator types them as text
            organ=organ.name, organ_kind=organ.kind, region_code=organ.region_code, level=organ.level,
            year=truth.year, form=truth.form,
        ),
        cells=tuple(_cell(key, value) for key, value in truth.cells.items()),
        figures=(told,),
    )  # fmt: skip


def _cell(key: Key, value: Value) -> Cell:
    code, column = key
    return Cell(
        code=code, column=column, state="blank" if value is None else "printed",
        value=None if value is None else Decimal(value), printed="" if value is None else str(value),
        unit="万元" if code == "t2.fees.amount" else "", table=code[1] if code[0] == "t" else "s14", row=0, start=0,
        end=0,
    )  # fmt: skip


def _timed(name: str, work: Callable[[], across.Refreshed]) -> None:
    clock, processor = time.perf_counter(), time.process_time()
    done = work()
    print(
        f"{name:28}{done.reports:>8} reports{done.findings:>7} findings"
        f"{time.perf_counter() - clock:>8.1f} s clock{time.process_time() - processor:>8.1f} s processor"
    )


def main(count: int) -> int:
    lexicon = load()
    with tempfile.TemporaryDirectory() as folder, open_db(Path(folder) / "a.duckdb") as db:
        held = count - 1  # the last year of the last organ arrives later
        for start in range(0, held, LOADED):
            db.load([stored(number) for number in range(start, min(start + LOADED, held))])
        _timed("all new", lambda: across.refresh(db, lexicon))
        _timed("nothing new", lambda: across.refresh(db, lexicon))
        db.load([stored(held)])
        _timed("one report new", lambda: across.refresh(db, lexicon))
    return 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000))
