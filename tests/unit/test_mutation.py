"""The mutation benchmark on a few reports: on the generator's own figures the checks find all and flag nothing else."""

from __future__ import annotations

import pytest

from benchmarks.mutation import KINDS, Bench, Tally, clean, faulty, judge

COUNT = 40


@pytest.fixture(scope="module")
def bench() -> Bench:
    return Bench(gold=True)


def test_nothing_differs_in_clean_reports(bench: Bench) -> None:
    flagged = [f"{r.number} {f.check} {f.explanation}" for r in clean(bench, COUNT) for f in r.findings
               if f.verdict == "differs"]  # fmt: skip
    assert flagged == []


def test_faults_are_found_and_their_cell_is_named(bench: Bench) -> None:
    total, told, kinds = Tally(), [], set()
    for report in faulty(bench, COUNT):
        tally, line = judge(report)
        total = total + tally
        kinds.add(report.fault.kind if report.fault else "")
        if tally.covered > tally.detected or tally.identifiable > tally.cause:
            told.append(line)
    assert told == []
    assert total.covered > COUNT // 2
    assert total.identifiable > COUNT // 5
    assert len(kinds) >= 12
    assert kinds <= set(KINDS)
