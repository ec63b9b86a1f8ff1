"""Parts and shares of unseen prose, read and checked: what is no contradiction is not told as one, what is stays."""

from __future__ import annotations

import pytest

from pipeline.lexicon import Lexicon
from pipeline.run import Pipeline


@pytest.fixture(scope="module")
def pipeline(lexicon: Lexicon) -> Pipeline:
    return Pipeline(lexicon)


def _verdicts(pipeline: Pipeline, text: str, check: str) -> list[str]:
    findings = pipeline.process(text.encode(), "a.txt").findings
    return [finding.verdict for finding in findings if finding.check.startswith(check)]


def test_parts_told_in_a_sentence_of_their_own_are_no_repetition(pipeline: Pipeline) -> None:
    text = "2014年收到公开申请12件。按所求内容分：行政许可7件，项目实施3件，拆迁安置2件。"
    assert "differs" not in _verdicts(pipeline, text, "C14")


def test_a_repetition_that_differs_is_told(pipeline: Pipeline) -> None:
    text = "2014年收到公开申请12件。答复都在期限内。全年收到公开申请13件。"
    assert "differs" in _verdicts(pipeline, text, "C14")


@pytest.mark.parametrize(
    ("text", "verdicts"),
    [
        # The base read is a running total of years; the year's own number gives the share.
        ("我局2024年公开政府信息200条，连同往年的历年累计已到4000条。今年的信息按类别细分，其中行政许可一类50条，占25%。",
         {"agrees"}),
        # It does not give it either: which of the two is meant is not known.
        ("我局2024年公开政府信息200条，连同往年的历年累计已到4000条。今年的信息按类别细分，其中行政许可一类50条，占35%。",
         {"not_comparable"}),
        # The whole is not told; a number beside, with a share of its own, is no base.
        ("政府信息公开网上，政策法规栏目发布信息1000条，占总数的2.5%；规划计划栏目200条，占0.5%。",
         {"not_comparable", "not_assessable"}),
        # A whole that is told remains one.
        ("2023年主动公开政府信息200条，其中动态类150条，占75%；规划类50条，占24%。", {"agrees", "differs"}),
    ],
)  # fmt: skip
def test_a_share_has_no_base_that_is_a_part_beside_it_or_of_other_years(
    pipeline: Pipeline, text: str, verdicts: set[str]
) -> None:
    assert set(_verdicts(pipeline, text, "C6")) == verdicts


def test_parts_in_a_bracket_and_behind_a_later_cue_are_not_one_sum(pipeline: Pipeline) -> None:
    text = "2025年公开政府信息900条（目录更新600条、动态更新280条），其中规范性文件5条、重点领域90条。"
    assert "differs" not in _verdicts(pipeline, text, "C8")
    text = "2025年公开政府信息900条（目录更新600条、动态更新280条、通知公告70条），其中规范性文件5条、重点领域90条。"
    assert "differs" in _verdicts(pipeline, text, "C8.sum")


def test_shares_of_applicants_and_of_channels_are_not_one_sum(pipeline: Pipeline) -> None:
    text = (
        "2024年收到公开申请200件（公民个人180件，占90%；法人或其他组织20件，占10%），"
        "其中网站提交150件，占75%；信函提交40件，占20%；当面提交10件，占{}%。"
    )
    assert "differs" not in _verdicts(pipeline, text.format(5), "C8.rates")
    assert "differs" in _verdicts(pipeline, text.format(15), "C8.rates")


def test_that_a_part_is_one_of_all_says_nothing_of_its_own_parts(pipeline: Pipeline) -> None:
    text = "2025年主动公开政府信息100条，其中文件30条、行政执法20条（行政许可{}条、行政处罚6条）、旅游资讯50条。"
    assert "differs" not in _verdicts(pipeline, text.format(8), "C8")
    assert "differs" in _verdicts(pipeline, text.format(18), "C8.sum")


def test_parts_of_a_kind_told_by_channel_are_not_added_up(pipeline: Pipeline) -> None:
    text = "2022年主动公开政府信息50条，其中在政府网站登出安全生产信息46条，宣传资料和广播传达惠农信息34条。"
    assert "differs" not in _verdicts(pipeline, text, "C8")
