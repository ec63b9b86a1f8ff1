"""No number is dropped in silence: each is a cell, a figure or listed as unread, with the reason."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pipeline import ingest
from pipeline.lexicon import Lexicon
from pipeline.model import DocumentResult
from pipeline.run import Pipeline
from pipeline.tables import TableReader
from tests.tables_cases import document, laid_out, report, truth
from tests.tables_pages import PROSE, WHOLE

SAMPLES = Path(__file__).parents[2] / "samples"
REPORTS = sorted(path for path in SAMPLES.iterdir() if path.suffix in (".txt", ".html", ".docx", ".pdf"))
LABEL = re.compile(r"(?:^|[\s|｜（(>])\d{1,2}\s?[.．、]\s?[\u4e00-\u9fff]|计1[条次]")
"""The numbers that labels of the forms print themselves."""


@pytest.fixture(scope="module")
def reader(lexicon: Lexicon) -> TableReader:
    return TableReader(lexicon)


@pytest.fixture(scope="module")
def pipeline(lexicon: Lexicon) -> Pipeline:
    return Pipeline(lexicon)


def dropped(result: DocumentResult) -> list[str]:
    """Runs of digits of the document that stand in no cell, figure or unread number, with what stands around them."""
    text = result.document.text
    told = bytearray(len(text))
    for one in (*result.cells, *result.figures, *result.unread):
        told[one.start : one.end] = b"\1" * (one.end - one.start)
    labels = [match.span() for match in LABEL.finditer(text)]
    return [
        text[max(0, run.start() - 10) : run.end() + 10]
        for run in re.finditer(r"\d+", text)
        if not all(told[run.start() : run.end()])
        and not any(start <= run.start() and run.end() <= end for start, end in labels)
    ]


@pytest.mark.parametrize("path", REPORTS, ids=lambda path: path.name)
def test_every_number_of_a_sample_is_accounted_for(pipeline: Pipeline, path: Path) -> None:
    assert not dropped(pipeline.process(path.read_bytes(), path.name))


@pytest.mark.parametrize("name", ["haining2020.txt", "shanghai2019.html", "hongze2023.pdf"])
def test_every_number_of_a_real_report_is_accounted_for(pipeline: Pipeline, shared_reports: Path, name: str) -> None:
    assert not dropped(pipeline.process((shared_reports / name).read_bytes(), name))


def test_numbers_of_other_tables_are_unread(pipeline: Pipeline) -> None:
    table = (
        "<tr><td>项目<td>预算数（万元）<td>日期<tr><td>行政运行<td>120.5<td>2022-03-01<tr><td>其中1件另列<td>—<td></tr>"
    )
    page = f"<p>一、总体情况</p><p>{PROSE}</p><table>{table}</table><p>五、存在的主要问题及改进情况</p><p>{PROSE}</p>"
    result = pipeline.process(page.encode(), "a.html")
    assert not dropped(result)
    found = [(one.text, one.reason) for one in result.unread]
    assert found == [("120.5", "table_text"), ("2022-03-01", "date"), ("1", "table_text")]


def test_remarks_beside_the_values_are_unread(reader: TableReader, lexicon: Lexicon) -> None:
    import random

    page = WHOLE["a column of remarks"](laid_out(lexicon, "2021", truth(lexicon, "2021", 1)), random.Random(0))
    result = reader.read(ingest.read(page.encode(), "a.html"))
    assert [one.text for one in result.unread] == ["1"]


def test_a_second_copy_of_a_table_is_unread(reader: TableReader, lexicon: Lexicon) -> None:
    tables = laid_out(lexicon, "2021", truth(lexicon, "2021", 1))
    once = reader.read(report(tables))
    twice = reader.read(document("二、主动公开政府信息情况", tables[0], "同上", tables[0]))
    assert not once.unread
    assert len(twice.unread) == len([cell for cell in twice.cells if cell.printed])


def test_numbers_in_the_remains_of_a_table_are_unread(pipeline: Pipeline, lexicon: Lexicon) -> None:
    """Lines of a dump whose columns are unknown, and words among them."""
    tables = laid_out(lexicon, "2021", truth(lexicon, "2021", 2, 1.0))
    text = "一、总体情况\n本年公开信息120条。\n三、收到和处理政府信息公开申请情况\n"
    text += "\n".join(cell for row in tables[1] for cell, _, _ in row if cell) + "\n（含委托办理3件）\n"
    assert not dropped(pipeline.process(text.encode(), "a.txt"))
