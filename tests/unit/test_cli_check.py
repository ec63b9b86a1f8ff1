"""`gongkai check`: last year's report beside this one, pasted text, and a page to hand on."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pipeline.cli.app import app
from pipeline.errors import LexiconError, UsageError
from pipeline.lexicon import folder
from tests.conftest import ROOT

SAMPLES = ROOT / "samples"
THIS, LAST = str(SAMPLES / "yangli_county2023.html"), str(SAMPLES / "yangli_county2022.html")


def check(*arguments: str, text: str | None = None) -> tuple[int, str]:
    done = CliRunner().invoke(app, ["check", *arguments], input=text)
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.exit_code, done.output


def test_last_year_adds_the_checks_over_years(tmp_path: Path) -> None:
    page = tmp_path / "sheet.html"
    code, told = check(THIS, "--last-year", LAST, "--html", str(page))
    assert code == 1
    assert "[D1.total]" in told
    assert "[D5]" in told
    html = page.read_text(encoding="utf-8")
    assert "D1.total" in html
    assert "可能的原因" in html
    assert "<script" not in html
    assert "[D1.total]" not in check(THIS)[1]


def test_a_year_that_is_not_the_one_before_is_refused() -> None:
    with pytest.raises(UsageError, match="2020 年的年报，应是 2022 年的"):
        check(THIS, "--last-year", str(SAMPLES / "haining2020.txt"))


def test_a_last_year_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="读不了"):
        check(THIS, "--last-year", str(tmp_path / "none.docx"))


def test_pasted_text_is_checked() -> None:
    pasted = "一、总体情况\n全年受理申请20件，其中网上15件、信函8件。\n二、主动公开政府信息情况\n公开信息30条。\n"
    code, told = check("-", text=pasted)
    assert code in (0, 1)
    assert "缺少第三部分" in told


def test_a_difference_is_told_with_its_place_and_what_would_mend_it() -> None:
    code, told = check(str(SAMPLES / "yangli_district2022.html"))
    assert code == 1
    assert "第5行，正文「制发行政规范性文件8件" in told
    assert "怎样改：表中无误的，文中应写9；文中无误的，改正表中的数" in told
    assert "办理结果总计107＋结转下年度6＝113" in told


def test_what_a_report_says_is_escaped_on_the_page(tmp_path: Path) -> None:
    source = tmp_path / "<b>x.txt"
    source.write_text(
        "某县2023年政府信息公开工作年度报告<script>alert(1)</script>\n一、总体情况\n二、主动公开政府信息情况\n", "utf-8"
    )
    page = tmp_path / "sheet.html"
    check(str(source), "--html", str(page))
    html = page.read_text(encoding="utf-8")
    assert "<script>" not in html
    assert "<b>x" not in html


RULE = """
- id: A9.mine
  title: 予以公开不超过五十件
  formula: t3.granted <= 50
  basis: 自定
  severity: warning
  examples:
    - {cells: {t3.granted: 2 0 0 0 0 0 2}, expect: agrees}
    - {cells: {t3.granted: 60 0 0 0 0 0 60}, expect: differs}
"""


def test_a_lexicon_of_ones_own_is_used(tmp_path: Path) -> None:
    own = tmp_path / "我的词典"
    shutil.copytree(folder(), own)
    (own / "rules" / "我的.yaml").write_text(RULE, encoding="utf-8")
    report = str(SAMPLES / "yangli_district2022.html")
    assert "[A9.mine]" in check(report, "--lexicon", str(own))[1]
    assert "[A9.mine]" not in check(report)[1]


def test_a_lexicon_that_is_not_there_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(LexiconError, match="没有词典文件夹") as told:
        check(THIS, "--lexicon", str(tmp_path / "none"))
    assert "\n" not in told.value.message
