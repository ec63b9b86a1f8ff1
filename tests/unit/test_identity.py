"""Identity from whole documents: evidence, years, periods, publication, forms, corrections."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from pipeline.identity import Identifier, Identity
from pipeline.ingest import read
from pipeline.lexicon import Lexicon
from pipeline.lexicon.schema.places import Correction, OrganKinds, OrganName, Region
from pipeline.model import Document, Paragraph

TITLE = "2020年政府信息公开工作年度报告"
Explain = Callable[..., Identity]


@dataclass(frozen=True)
class Tables:
    forms: Mapping[str, str]


def document(text: str, heading: int | None = None, **more: Any) -> Document:
    """A text whose lines are paragraphs; `heading` is the line that is marked as one."""
    blocks, at = [], 0
    for number, line in enumerate(text.split("\n")):
        if line.strip():
            blocks.append(Paragraph(start=at, end=at + len(line), heading=1 if number == heading else None))
        at += len(line) + 1
    fields = {"source": "x", "sha256": "s", "media_type": "text/plain"} | more
    return Document(text=text, blocks=tuple(blocks), **fields)


@pytest.fixture(scope="module")
def identifier(lexicon: Lexicon) -> Identifier:
    return Identifier(lexicon)


@pytest.fixture(scope="module")
def explain(identifier: Identifier) -> Explain:
    def run(text: str, heading: int | None = None, **more: Any) -> Identity:
        return identifier.explain(document(text, heading, **more), (), None)

    return run


@pytest.mark.parametrize(
    ("body", "address", "code"),
    [
        ("", None, None),
        ("如有疑问请与本局联系（电话：025-84720000）。", None, "320106"),
        ("按照福建省、福州市的要求编写，电话0591-87500000。", None, "350102"),
        ("", "http://www.njgl.gov.cn/a.html", "320106"),
        ("", "https://www.kaifeng.gov.cn/a.html", "410204"),
        ("考察了南京市、徐州市和福州市的做法。", None, None),
        ("办公室地址：徐州市鼓楼区，邮编：221000。", None, "320302"),
    ],
)
def test_a_name_borne_by_four_districts_needs_evidence(
    explain: Explain, body: str, address: str | None, code: str | None
) -> None:
    report = explain(f"鼓楼区民政局{TITLE}\n{body}", address=address).report
    assert (report.region_code, report.level, report.organ_kind) == (code, "county", "department")


@pytest.mark.parametrize(
    ("text", "address", "organ", "kind", "code", "level"),
    [
        ("朝阳区人民政府" + TITLE, "http://www.bjchy.gov.cn/", "朝阳区人民政府", "government", "110105", "county"),
        (
            f"建章路街道{TITLE}\n地址：西安市未央区建章路街道办事处",
            None,
            "建章路街道",
            "subdistrict",
            "610112",
            "township",
        ),
        (
            f"建章路街道{TITLE}\n街道共公开信息若干条，与长沙市岳麓区交流一次。",
            None,
            "建章路街道",
            "subdistrict",
            None,
            "township",
        ),
        (
            f"市教育局{TITLE}\n正文\n海宁市教育局",
            "http://www.haining.gov.cn/x",
            "市教育局",
            "department",
            "330481",
            "county",
        ),
        (f"县财政局{TITLE}\n本报告由城口县财政局编制", None, "县财政局", "department", "500229", "county"),
        (
            f"区人民政府办公室{TITLE}\n来源：上城区人民政府办公室",
            None,
            "区人民政府办公室",
            "office",
            "330102",
            "county",
        ),
        (f"赣州市水东镇{TITLE}\n请与章贡区水东镇党政办联系", None, "赣州市水东镇", "township", "360702", "township"),
        (f"赣州市水东镇{TITLE}", None, "赣州市水东镇", "township", None, "township"),
        (f"东莞市寮步镇人民政府{TITLE}", None, "东莞市寮步镇人民政府", "township", "441900", "township"),
        (
            "2018年建新镇政府信息公开工作年度报告\n正文\n遂溪县建新镇人民政府",
            None,
            "建新镇",
            "township",
            "440823",
            "township",
        ),
    ],
)
def test_what_the_title_leaves_open(
    explain: Explain, text: str, address: str | None, organ: str, kind: str, code: str | None, level: str
) -> None:
    report = explain(text, address=address).report
    assert (report.organ, report.organ_kind, report.region_code, report.level) == (organ, kind, code, level)


@pytest.mark.parametrize(
    ("text", "organ", "year"),
    [
        (
            "2012年度政府信息公开工作报告\n本报告由桐乡市水利局办公室编制。\n概述\n桐乡市水利局\n2013年1月20日",
            "桐乡市水利局",
            2012,
        ),
        (TITLE + "\n现公布余姚市审计局2020年政府信息公开工作年度报告。", "余姚市审计局", 2020),
        ("淮安市清江浦区审计局\n２０２１年度\n政府信息公开工作年度报告\n一、总体情况", "淮安市清江浦区审计局", 2021),
        ("附件1\n铜陵市义安区财政局\n政府信息公开工作年度报告\n（2021年度）", "铜陵市义安区财政局", 2021),
        ("二〇二〇年宁国市水利局政府信息公开年报", "宁国市水利局", 2020),
        ("海宁市水利局 2 0 2 0 年政府信息公开工作年度报告", "海宁市水利局", 2020),
        ("海宁市人民政府办公室关于印发2020年政府信息公开工作年度报告的通知", "海宁市人民政府办公室", 2020),
        ("2020年政府信息公开工作年度报告（桐乡市财政局）", "桐乡市财政局", 2020),
        ("大英县2020年度政府信息公开工作年度报告\n正文\n大英县人民政府", "大英县人民政府", 2020),
        ("清江浦区审计局2021年政府信息公开工作年度报告\n联系淮安市清江浦区审计局。", "淮安市清江浦区审计局", 2021),
        ("桐乡市司法局政府信息公开工作年度报告\n统计期限自2019年1月1日起至2019年12月31日止。", "桐乡市司法局", 2019),
    ],
)
def test_where_organ_and_year_stand(explain: Explain, text: str, organ: str, year: int) -> None:
    report = explain(text).report
    assert (report.organ, report.year) == (organ, year)


def test_the_page_title_goes_before_its_menu(explain: Explain) -> None:
    report = explain(
        "桐庐县财政局2023年政府信息公开工作年度报告\n桐庐县审计局2023年政府信息公开工作年度报告\n正文",
        title="桐庐县司法局2023年政府信息公开工作年度报告 - 通知公告 - 桐庐县人民政府",
        media_type="text/html",
    ).report
    assert (report.organ, report.title) == ("桐庐县司法局", "桐庐县司法局2023年政府信息公开工作年度报告")


def test_a_heading_goes_before_the_lines_around_it(explain: Explain) -> None:
    text = "桐庐县财政局2023年政府信息公开工作年度报告\n桐庐县审计局2023年政府信息公开工作年度报告"
    assert explain(text, heading=1).report.organ == "桐庐县审计局"


def test_a_menu_of_years_yields_the_year_of_the_data(explain: Explain) -> None:
    lines = "".join(f"桐乡市审计局{year}年政府信息公开工作年度报告\n" for year in (2022, 2021, 2020))
    report = explain(lines + "统计期限自2021年1月1日起至2021年12月31日止。").report
    assert report.year == 2021
    assert report.title == "桐乡市审计局2021年政府信息公开工作年度报告"


def test_a_misprinted_period_does_not_change_the_year(explain: Explain) -> None:
    report = explain(f"桐乡市审计局{TITLE}\n统计期限自2019年1月1日起至2019年12月31日止。").report
    assert (report.year, report.period_start) == (2020, "2019-01-01")


@pytest.mark.parametrize("text", ["2023年度法治政府建设情况报告", "关于召开会议的通知\n各镇：\n请参加。", ""])
def test_other_documents_have_no_title_of_a_report(explain: Explain, text: str) -> None:
    report = explain(text).report
    assert (report.organ, report.title) == (None, None)


@pytest.mark.parametrize(
    ("sentence", "period"),
    [
        ("数据统计期限从2020年1月1日到12月31日止。", ("2020-01-01", "2020-12-31")),
        ("统计期限为2020.1.1-2020.12.31。", ("2020-01-01", "2020-12-31")),
        ("统计期限自二〇二〇年1月1日起至二〇二〇年12月31日止。", ("2020-01-01", "2020-12-31")),
        ("所列数据自2020年1月1日起，至2020年12月31日止。", ("2020-01-01", "2020-12-31")),
        ("数据的统计时限为 2020 年 1 月 1 日 至 12 月 31 日。", ("2020-01-01", "2020-12-31")),
        ("统计期限自2020年1月1日起至2020年11月30日止。", ("2020-01-01", "2020-11-30")),
        ("活动自2020年3月1日至3月8日举行；数据统计期限自2020年1月1日至12月31日。", ("2020-01-01", "2020-12-31")),
        ("自2020年2月30日起至2020年12月31日止统计。", (None, None)),
        ("全年公开信息若干条。", (None, None)),
    ],
)
def test_period(explain: Explain, sentence: str, period: tuple[str | None, str | None]) -> None:
    report = explain(f"桐乡市审计局{TITLE}\n{sentence}").report
    assert (report.period_start, report.period_end) == period


@pytest.mark.parametrize(
    ("text", "hints", "date"),
    [
        ("发布时间：2021-03-09 10:00", (("pubdate", "2021-02-02 10:00"),), "2021-02-02"),
        ("发布日期：2021年01月25日 浏览次数：7", (), "2021-01-25"),
        ("日期：2021/1/5", (("keywords", "年报"),), "2021-01-05"),
        ("正文\n桐乡市审计局\n2021年2月2日", (), "2021-02-02"),
        ("正文\n桐乡市审计局 二〇二一年2月2日", (), "2021-02-02"),
        ("成文日期：2019-01-01", (), None),
        ("本局于2021年1月3日召开会议，部署了工作，并在会上通报情况。", (), None),
        ("", (("pubdate", "20210120"),), "2021-01-20"),
        ("", (("pubdate", "昨天"),), None),
    ],
)
def test_published_on(explain: Explain, text: str, hints: tuple[tuple[str, str], ...], date: str | None) -> None:
    assert explain(f"桐乡市审计局{TITLE}\n{text}", hints=hints).report.published_on == date


@pytest.mark.parametrize(
    ("forms", "form"),
    [
        ({"2": "2021", "3": "2019"}, "2021"),
        ({"2": "2019", "3": "2019", "4": "2019"}, "2019"),
        ({"3": "2019"}, "2019"),
        ({"s14": "2014"}, "2014"),
        ({}, None),
    ],
)
def test_form(identifier: Identifier, forms: dict[str, str], form: str | None) -> None:
    assert identifier.identify(document("桐乡市审计局" + TITLE), (), Tables(forms)).form == form


def test_names_change_and_codes_with_them(explain: Explain) -> None:
    now = explain("洪泽县人民政府2020年政府信息公开工作年度报告").report
    then = explain("淮安市洪泽区人民政府2013年政府信息公开工作年度报告").report
    assert (now.region_code, now.region) == ("320813", "洪泽区")
    assert (then.region_code, then.region) == ("320829", "洪泽县")


def test_evidence_is_recorded_only_where_the_title_leaves_something_open(explain: Explain) -> None:
    assert explain("桐乡市审计局" + TITLE).evidence is None
    evidence = explain(f"鼓楼区民政局{TITLE}\n电话：025-84720000").evidence
    assert evidence is not None
    assert evidence.place is not None
    assert evidence.points[0][0] == "320106"


@pytest.mark.parametrize(
    ("file", "forms", "expected"),
    [
        (
            "haining2020.txt",
            {"2": "2019", "3": "2019"},
            (
                "海宁市人民政府",
                "government",
                "330481",
                "county",
                2020,
                "2019",
                "2020-01-01",
                "2020-12-31",
                "2021-02-02",
            ),
        ),
        (
            "shanghai2019.html",
            {"2": "2019", "3": "2019"},
            (
                "上海市人民政府办公厅",
                "office",
                "310000",
                "province",
                2019,
                "2019",
                "2019-01-01",
                "2019-12-31",
                "2020-01-31",
            ),
        ),
        (
            "hongze2023.pdf",
            {"2": "2021", "3": "2019"},
            ("淮安市洪泽区人民政府", "government", "320813", "county", 2023, "2021", "2023-01-01", "2023-12-31", None),
        ),
    ],
)
def test_real_reports(
    identifier: Identifier, shared_reports: Path, file: str, forms: dict[str, str], expected: tuple[Any, ...]
) -> None:
    report = identifier.identify(read((shared_reports / file).read_bytes(), file), (), Tables(forms))
    assert (
        report.organ,
        report.organ_kind,
        report.region_code,
        report.level,
        report.year,
        report.form,
        report.period_start,
        report.period_end,
        report.published_on,
    ) == expected


def _with(lexicon: Lexicon, *corrections: Correction) -> Identifier:
    models = (Region, OrganName, OrganKinds)
    entries: dict[Any, Any] = {model: lexicon.rows(model) for model in models}
    return Identifier(Lexicon(entries | {Correction: corrections}, {}))


def _correction(**more: str) -> Correction:
    base = {"by": "sha256", "key": "s", "reason": "标题写错", "author": "测试", "date": "2026-01-01"}
    return Correction.model_validate(base | more)


def test_a_correction_applies_while_the_source_is_wrong(lexicon: Lexicon) -> None:
    identifier = _with(
        lexicon,
        _correction(field="year", value="2021", expect="2020"),
        _correction(field="region_code", value="330483", expect="330481"),
    )
    identity = identifier.explain(document("海宁市审计局" + TITLE), (), None)
    assert (identity.report.year, identity.report.region_code, identity.report.region) == (2021, "330483", "桐乡市")
    assert identity.problems == ()


def test_a_correction_of_a_mended_source_is_told(lexicon: Lexicon) -> None:
    identifier = _with(lexicon, _correction(field="year", value="2021", expect="2019"))
    identity = identifier.explain(document("海宁市审计局" + TITLE), (), None)
    assert identity.report.year == 2020
    assert [problem.code for problem in identity.problems] == ["stale_correction"]
    assert "\n" not in identity.problems[0].message
