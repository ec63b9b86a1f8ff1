"""Sections: headings in their many forms, sub-headings, tables of contents, older reports."""

from __future__ import annotations

from itertools import pairwise

import pytest

from pipeline.lexicon import Lexicon
from pipeline.narrative.reader import document_of
from pipeline.sections import SectionFinder


@pytest.fixture(scope="session")
def finder(lexicon: Lexicon) -> SectionFinder:
    return SectionFinder(lexicon)


def _numbers(finder: SectionFinder, text: str) -> list[tuple[int, str]]:
    return [(s.number, s.title) for s in finder.find(document_of(text))]


STANDARD = """某局2023年政府信息公开工作年度报告
本报告由六部分组成。
一、总体情况
（一）主动公开情况。公开信息12条。
（二）依申请公开情况
收到申请3件。
二、主动公开政府信息情况
表格
三、收到和处理政府信息公开申请情况
表格
四、政府信息公开行政复议、行政诉讼情况
表格
五、存在的主要问题及改进情况
一是内容不多。
六、其他需要报告的事项
无。"""


def test_standard_headings(finder: SectionFinder) -> None:
    sections = finder.find(document_of(STANDARD))
    assert [s.number for s in sections] == [1, 2, 3, 4, 5, 6]
    assert sections[0].title == "总体情况"
    assert STANDARD[sections[0].start :].startswith("一、总体情况")
    assert all(a.end == b.start for a, b in pairwise(sections))
    assert sections[-1].end == len(STANDARD)


@pytest.mark.parametrize(
    ("heading", "number"),
    [
        ("一、概述", 1),
        ("二、 主动公开政府信息的情况", 2),
        ("三、行政机关收到和处理政府信息公开申请的情况", 3),
        ("四、因政府信息公开工作被申请行政复议、提起行政诉讼情况", 4),
        ("五、政府信息公开工作存在的主要问题及改进措施", 5),
        ("七、其它需要报告的事项", 6),
        ("四、依申请公开办理情况", 3),
        ("第五部分 存在的主要问题及改进情况", 5),
        ("存在的主要问题及改进情况", 5),
    ],
)
def test_variants(finder: SectionFinder, heading: str, number: int) -> None:
    found = _numbers(finder, f"一、总体情况\n公开信息。\n{heading}\n内容若干。")
    assert number in [n for n, _ in found]


def test_sub_headings_and_prose_are_no_sections(finder: SectionFinder) -> None:
    text = "一、总体情况\n（三）政府信息管理情况\n1.主动公开情况\n二是依申请公开情况良好。\n在主动公开情况方面有进步。"
    assert _numbers(finder, text) == [(1, "总体情况")]


def test_heading_glued_to_its_text(finder: SectionFinder) -> None:
    assert _numbers(finder, "一、总体情况。全年公开信息若干。\n六、其他需要报告的事项：无。") == [
        (1, "总体情况"), (6, "其他需要报告的事项"),
    ]  # fmt: skip


def test_older_headings_without_a_counterpart(finder: SectionFinder) -> None:
    text = "一、概述\n甲。\n二、政府信息公开的收费及减免情况\n乙。\n三、存在的主要问题和改进措施\n丙。"
    assert [n for n, _ in _numbers(finder, text)] == [1, 0, 5]


def test_lines_of_the_statutory_table_are_no_headings(finder: SectionFinder) -> None:
    lines = (
        "一、本年新收政府信息公开申请数量",
        "二、上年结转政府信息公开申请数量",
        "五、存在的主要问题及改进情况",
        "无。",
    )
    text = "\n".join(("三、收到和处理政府信息公开申请情况", *lines))
    assert [n for n, _ in _numbers(finder, text)] == [3, 5]


def test_table_of_contents_is_left_out(finder: SectionFinder) -> None:
    contents = "\n".join(line for line in STANDARD.splitlines() if line[1:2] == "、")
    found = finder.find(document_of(contents + "\n" + STANDARD))
    assert [s.number for s in found] == [1, 2, 3, 4, 5, 6]
    assert found[0].start > len(contents)


def test_text_without_headings_has_no_sections(finder: SectionFinder) -> None:
    assert finder.find(document_of("全年公开信息12条。")) == ()


def test_traditional_and_wide_headings(finder: SectionFinder) -> None:
    assert _numbers(finder, "一、總體情況\n公開信息。\n五、存在的主要問題及改進情況\n無。") == [
        (1, "總體情況"), (5, "存在的主要問題及改進情況"),
    ]  # fmt: skip
