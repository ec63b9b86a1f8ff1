"""The measure itself: perfect results score full, and each kind of fault is counted where it belongs."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import pytest

from pipeline.errors import UsageError
from pipeline.evaluate import Gold, changes, evaluate, facts, load_gold, merge
from pipeline.model import Document, DocumentResult, Evidence, Figure, Finding, Period, Report
from tests.unit.store_cases import cell, figure

TEXT = "本市共收到申请 423 件，其中网上申请 332 件，占 78.5%。市本级未发生行政复议和诉讼。咨询电话12345，编号第8号。"
GOLD = {
    "figures": [
        {
            "mention": "423件",
            "value": 423,
            "unit": "件",
            "bound": "exact",
            "code": "t3.received",
            "ctx": "本市共收到申请",
            "scope": "本市",
        },
        {
            "mention": "332件",
            "value": 332,
            "unit": "件",
            "bound": "exact",
            "code": "requests.received.online",
            "ctx": "其中网上申请",
            "part_of": "423件",
        },
        {
            "mention": "未发生",
            "value": 0,
            "unit": "件",
            "bound": "exact",
            "code": "t4.review.total",
            "ctx": "市本级",
            "zero_by_words": True,
            "scope": "市本级",
        },
        {
            "mention": "未发生",
            "value": 0,
            "unit": "件",
            "bound": "exact",
            "code": "t4.suit.total",
            "ctx": "市本级",
            "zero_by_words": True,
            "shared": True,
            "scope": "市本级",
            "alt": ["t4.suit_direct.total"],
        },
    ],
    "borderline": [
        {
            "mention": "78.5%",
            "value": 78.5,
            "unit": "%",
            "bound": "exact",
            "code": "other:占比",
            "measure": "share",
            "ctx": "332件，占",
        }
    ],
    "not_figures": ["12345", "第8号"],
}


def at(mention: str, code: str, value: Any, unit: str = "件", **more: Any) -> Figure:
    begin = TEXT.index(mention)
    return figure(code, value, unit, mention=mention, start=begin, end=begin + len(mention), **more)


RIGHT = (
    at("423 件", "t3.received", 423, scope="本市"),
    at("332 件", "requests.received.online", 332, part_of=0),
    at("未发生", "t4.review.total", 0, zero_by_words=True, scope="市本级"),
    at("未发生", "t4.suit.total", 0, zero_by_words=True, scope="市本级"),
)


def result(figures: Sequence[Figure] = RIGHT, findings: Sequence[Finding] = (), cells: Any = ()) -> DocumentResult:
    document = Document(source="x", sha256="0" * 64, media_type="text/plain", text=TEXT, blocks=())
    return DocumentResult(
        document=document, report=Report(), figures=tuple(figures), findings=tuple(findings), cells=tuple(cells)
    )


@pytest.fixture
def gold(tmp_path: Path) -> Gold:
    (tmp_path / "x.figures.json").write_text(json.dumps(GOLD), encoding="utf-8")
    verdicts = [
        {"statement": "423件", "ctx": "收到申请", "code": "t3.received", "verdict": "agrees"},
        {"statement": "332件", "ctx": "网上申请", "code": "requests.received.online", "verdict": "not comparable"},
        {"statement": "未发生", "ctx": "市本级", "code": "t4.suit.total", "verdict": "differs"},
    ]
    (tmp_path / "x.verdicts.json").write_text(json.dumps(verdicts), encoding="utf-8")
    tables = {
        "source": "x.txt",
        "cells": [
            {"code": "t3.received", "column": "total", "value": 423, "blank": False},
            {"code": "t3.received", "column": "legal", "value": None, "blank": True},
        ],
    }
    (tmp_path / "x.tables.json").write_text(json.dumps(tables), encoding="utf-8")
    (tmp_path / "x.txt").write_text(TEXT, encoding="utf-8")
    ((found, report),) = load_gold(tmp_path)
    assert report == tmp_path / "x.txt"
    return found


CELLS = (cell("t3.received", "total", 423), cell("t3.received", "legal", None))
FINDINGS = (
    Finding(
        check="C1",
        code="t3.received",
        column="total",
        verdict="agrees_if_blank_zero",
        severity="info",
        explanation="",
        evidence=(Evidence(kind="figure", index=0),),
    ),
    Finding(
        check="C9",
        code="t4.suit.total",
        column=None,
        verdict="differs",
        severity="error",
        explanation="",
        evidence=(Evidence(kind="figure", index=3),),
    ),
)


def test_a_perfect_result_scores_full(gold: Gold) -> None:
    score = evaluate(result(cells=CELLS, findings=FINDINGS), gold)
    for name in ("cells", "found", "linked", "value", "unit", "bound", "attributes", "verdicts"):
        counts = getattr(score, name)
        assert counts.f1 == 1, name
        assert counts.wanted > 0, name
    assert score.notes == []
    assert score.not_figures == 0


def test_a_missing_a_wrong_and_a_needless_figure(gold: Gold) -> None:
    given = (RIGHT[0], at("332 件", "t3.granted", 332, part_of=0), RIGHT[2], at("12345", "hotline.received", 12345, ""))
    score = evaluate(result(given), gold)
    assert (score.found.right, score.found.given, score.found.wanted) == (3, 4, 4)
    assert score.linked.right == 2
    assert score.confusions == {("requests.received.online", "t3.granted"): 1}
    assert score.not_figures == 1
    assert score.by_code["t4.suit.total"].recall == 0
    assert sum("漏：" in note for note in score.notes) == 1


def test_alternative_codes_count_and_borderline_is_free(gold: Gold) -> None:
    given = (*RIGHT[:3], at("未发生", "t4.suit_direct.total", 0, zero_by_words=True, scope="市本级"))
    share = at("78.5%", "requests.received.online", "78.5", "%", measure="share")
    for figures in (given, (*given, share)):
        score = evaluate(result(figures), gold)
        assert (score.found.f1, score.linked.f1) == (1, 1)


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"value": Decimal(424)}, "value"),
        ({"unit": "条"}, "unit"),
        ({"bound": "min"}, "bound"),
        ({"scope": None}, "attributes"),
        ({"scope": "全省"}, "attributes"),
        ({"channel": "website"}, "attributes"),
    ],
)
def test_each_fault_is_counted_where_it_belongs(gold: Gold, change: dict[str, Any], name: str) -> None:
    given = (msgspec.structs.replace(RIGHT[0], **change), *RIGHT[1:])
    score = evaluate(result(given), gold)
    for other in ("value", "unit", "bound", "attributes"):
        assert (getattr(score, other).f1 < 1) is (other == name), other
    assert score.found.f1 == 1


def test_a_period_is_judged_only_where_the_gold_names_periods(gold: Gold) -> None:
    given = (msgspec.structs.replace(RIGHT[0], period=Period(kind="cumulative")), *RIGHT[1:])
    assert evaluate(result(given), gold).attributes.f1 == 1
    assert gold.figures is not None
    named = dataclasses.replace(gold.figures[0], attributes={**gold.figures[0].attributes, "period": "last_year"})
    told = evaluate(result(given), Gold(name="x", source="x", figures=(named, *gold.figures[1:])))
    assert told.by_attribute["period"].right == 0
    assert told.by_attribute["period"].given == 1


def test_a_blank_told_as_zero_is_wrong(gold: Gold) -> None:
    score = evaluate(result(cells=(CELLS[0], cell("t3.received", "legal", 0))), gold)
    assert (score.cells.right, score.cells.wanted) == (1, 2)
    doubled = evaluate(result(cells=(*CELLS, cell("t3.received", "total", 9))), gold)
    assert doubled.cells.right == 1


def test_no_finding_meets_not_comparable_and_nothing_else(gold: Gold) -> None:
    score = evaluate(result(), gold)
    assert (score.verdicts.right, score.verdicts.wanted) == (1, 3)


def test_scores_add_up(gold: Gold) -> None:
    one = evaluate(result(cells=CELLS, findings=FINDINGS), gold)
    both = merge([one, evaluate(result(()), gold)])
    assert both.documents == 2
    assert both.found.recall == 0.5
    assert json.loads(json.dumps(both.as_json()))["found"]["wanted"] == 8
    assert "找到数据" in both.report()


def test_a_folder_without_gold_is_said(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="没有标注"):
        list(load_gold(tmp_path))


def test_real_gold_can_be_read(shared_reports: Path) -> None:
    found = {gold.name: gold for gold, _ in load_gold(shared_reports)}
    assert all(gold.cells and gold.figures and gold.verdicts for gold in found.values())
    assert len(found) == 3


def test_facts_that_only_moved_are_no_change() -> None:
    moved = msgspec.structs.replace(RIGHT[0], start=99, end=104)
    assert changes(facts([result()]), facts([result((moved, *RIGHT[1:]))])).totals() == {}


def test_gained_and_lost_are_told_by_document() -> None:
    worse = result((*RIGHT[:3], at("未发生", "t4.review.upheld", 0, zero_by_words=True)), cells=CELLS[:1])
    found = changes(facts([result(cells=CELLS)]), facts([worse]))
    assert found.totals() == {"失正文": 1, "失表格": 1, "得正文": 1}
    assert "- 正文 t4.suit.total" in found.text()
    alone = changes(facts([result()]), {})
    assert (alone.compared, len(alone.only_before)) == (0, 1)
