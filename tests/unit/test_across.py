"""Checks over the database: years, levels, versions and repetition, whenever the reports arrive."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pipeline import across
from pipeline.across import texts
from pipeline.bulk import session as sessions
from pipeline.lexicon import Lexicon
from pipeline.lexicon.formula import COLUMNS
from pipeline.model import Cell, DocumentResult, Report
from pipeline.narrative.segment import make_segmenter
from pipeline.reconcile import Reconciler
from pipeline.store import Database, open_db
from pipeline.store import across as store
from pipeline.store.worklist import findings
from tests.conftest import ROOT
from tests.unit.store_cases import cell, figure, fresh, result

WORDS = (
    "一是梳理公开目录并逐项核对更新责任。二是把政策解读和政策文件放在同一页面。三是在办事大厅设置自助查询设备。",
    "街道按月汇总群众来电反映的问题并在公示栏答复。各科室的联络员每周核对一次栏目内容，错漏由专人登记后退回修改。",
    "围绕稳岗就业、托育服务和老旧小区改造制作图解，编印口袋书送到社区。邀请居民代表旁听会议并当场回答提问。",
    "信息管理方面完善了先审后发的流程，涉及个人隐私的内容一律隐去。对历年文件逐件标注是否继续有效并说明理由。",
    "平台方面合并了访问量很小的栏目，把检索框移到首页，增加了无障碍浏览和语音播报，手机端的版式重新排过。",
    "监督方面把公开工作列入年度考核，季度通报发现的问题，请第三方抽查网站和热线，整改情况在内部网页上公布。",
)


def line(code: str, *values: Any) -> tuple[Cell, ...]:
    return tuple(cell(code, column, value) for column, value in zip(COLUMNS, values, strict=True))


def report(year: int, carried_in: int, carried_out: int, **more: Any) -> DocumentResult:
    cells = (
        *line("t3.received", 10, 0, 0, 0, 0, 0, 10),
        *line("t3.carried_in", carried_in, 0, 0, 0, 0, 0, carried_in),
        *line("t3.handled", 10, 0, 0, 0, 0, 0, 10),
        *line("t3.carried_out", carried_out, 0, 0, 0, 0, 0, carried_out),
    )
    organ = more.get("organ", "甲市人民政府")
    return result(f"{organ}{year}{more.pop('again', '')}.html", year=year, cells=more.pop("cells", cells), **more)


def across_of(db: Database) -> list[tuple[str, int, str]]:
    """(organ, year, check) of the findings across reports."""
    return [
        (row[0], row[1], row[2])
        for row in db.select(
            "SELECT r.organ, r.year, f.check_id FROM across_findings f JOIN reports r ON r.report_id = f.report_id "
            "ORDER BY r.organ, r.year, f.check_id"
        )
    ]


def test_a_carry_over_that_does_not_join_is_found_whichever_year_comes_first(tmp_path: Path, lexicon: Lexicon) -> None:
    first, second = report(2022, 0, 4), report(2023, 2, 0)
    hashes = []
    for name, batches in (("a", ((first,), (second,))), ("b", ((second,), (first,))), ("c", ((second, first),))):
        with fresh(tmp_path / f"{name}.duckdb") as db:
            for batch in batches:
                db.load(batch)
                across.refresh(db, lexicon)
            assert across_of(db) == [("甲市人民政府", 2023, "D1.natural"), ("甲市人民政府", 2023, "D1.total")]
            hashes.append(db.content_hash())
    assert len(set(hashes)) == 1


def test_only_what_new_documents_touch_is_done_again(tmp_path: Path, lexicon: Lexicon) -> None:
    with fresh(tmp_path / "a.duckdb") as db:
        db.load(
            [report(year, 1, 1, organ=organ) for organ in ("甲市人民政府", "乙市人民政府") for year in (2021, 2022)]
        )
        assert across.refresh(db, lexicon).reports == 4
        assert across.refresh(db, lexicon).reports == 0
        db.load([report(2023, 0, 1, organ="乙市人民政府")])
        assert across.refresh(db, lexicon).reports == 1
        db.load([report(2022, 1, 3, organ="甲市人民政府", again="b")])
        again = across.refresh(db, lexicon)
        assert again.reports == 1
        assert ("乙市人民政府", 2023, "D1.total") in across_of(db)


def test_a_report_published_again_with_other_values_is_told(tmp_path: Path, lexicon: Lexicon) -> None:
    with fresh(tmp_path / "a.duckdb") as db:
        db.load([report(2023, 1, 1)])
        across.refresh(db, lexicon)
        assert across_of(db) == []
        db.load([report(2023, 1, 2, again="b")])
        across.refresh(db, lexicon)
        assert {check for _, _, check in across_of(db)} == {"D7"}


def _with_fees(number: int, amount: int) -> DocumentResult:
    return report(
        2023, 0, 0, organ=f"第{number}县人民政府", region_code=f"33{number:04}", level="county",
        cells=(cell("t2.fees.amount", None, amount, unit="万元"),),
    )  # fmt: skip


def test_an_amount_in_the_wrong_unit_stands_out_among_organs_alike_whatever_came_first(
    tmp_path: Path, lexicon: Lexicon
) -> None:
    wrong, others = _with_fees(99, 1_300_000), [_with_fees(number, 100 + number) for number in range(1, 26)]
    hashes = []
    for name, batches in (("a", ([wrong, *others[:5]], others[5:])), ("b", (others, [wrong]))):
        with fresh(tmp_path / f"{name}.duckdb") as db:
            for batch in batches:
                db.load(batch)
                assert across.refresh(db, lexicon).reports == len(batch)
            assert across_of(db) == [("第99县人民政府", 2023, "B6.peers")]
            (told,) = db.select("SELECT explanation FROM across_findings")[0]
            assert "1300000" in told
            hashes.append(db.content_hash())
    assert len(set(hashes)) == 1


def test_a_wrong_cell_with_last_years_value_is_told(tmp_path: Path, lexicon: Lexicon) -> None:
    def of(year: int, received: int) -> DocumentResult:
        cells = (
            *line("t3.received", received, 0, 0, 0, 0, 0, 10 if year == 2023 else received),
            *line("t3.carried_in", 0, 0, 0, 0, 0, 0, 0),
            *line("t3.granted", 10, 0, 0, 0, 0, 0, 10),
            *line("t3.handled", 10, 0, 0, 0, 0, 0, 10),
            *line("t3.carried_out", 0, 0, 0, 0, 0, 0, 0),
        )
        found = Reconciler(lexicon).check(Report(), cells, ())
        return report(year, 0, 0, cells=cells, findings=found)

    with fresh(tmp_path / "a.duckdb") as db:
        db.load([of(2022, 7), of(2023, 7)])
        across.refresh(db, lexicon)
        assert ("甲市人民政府", 2023, "A7.last") in across_of(db)
        told = [row[0] for row in db.select("SELECT cause FROM across_findings WHERE check_id = 'A7.last'")]
        assert "沿用了上年年报的数" in told[0]
    both = across.beside_last(of(2023, 7), of(2022, 7), lexicon)
    assert "A7.last" in {finding.check for finding in both.findings}


def _covering(received: int) -> DocumentResult:
    told = figure("t3.received", received, scope="全市", scope_kind="jurisdiction")
    return report(2023, 0, 0, cells=line("t3.received", received, 0, 0, 0, 0, 0, received), figures=(told,))


def _county(number: int, received: int) -> DocumentResult:
    cells = line("t3.received", received, 0, 0, 0, 0, 0, received)
    name = f"第{'一二三'[number]}县人民政府"
    return report(2023, 0, 0, organ=name, region_code=f"33012{number}", level="county", cells=cells)


def test_children_that_add_up_to_more_than_the_whole_are_found_when_the_last_one_arrives(
    tmp_path: Path, lexicon: Lexicon
) -> None:
    with fresh(tmp_path / "a.duckdb") as db:
        db.load([_covering(20), _county(0, 9), _county(1, 8)])
        across.refresh(db, lexicon)
        assert across_of(db) == []
        db.load([_county(2, 7)])
        assert across.refresh(db, lexicon).reports == 2
        assert across_of(db) == [("甲市人民政府", 2023, "E1")]
        (text,) = db.select("SELECT explanation FROM across_findings")[0]
        assert all(word in text for word in ("3份下级年报", "24", "20"))


def test_a_whole_that_does_not_claim_to_cover_the_jurisdiction_is_not_compared(
    tmp_path: Path, lexicon: Lexicon
) -> None:
    whole = report(2023, 0, 0, cells=line("t3.received", 3, 0, 0, 0, 0, 0, 3))
    with fresh(tmp_path / "a.duckdb") as db:
        db.load([whole, _county(0, 9)])
        across.refresh(db, lexicon)
        assert across_of(db) == []


def _prose(order: str, year: int = 2023) -> str:
    return f"{year}年，" + "\n".join(WORDS[int(digit)] for digit in order)


def bureau(organ: str, region: str, body: str, year: int = 2023) -> DocumentResult:
    return report(year, 0, 0, organ=organ, region_code=region, organ_kind="department", body=body)


def test_prose_copied_between_organs_and_from_last_year_is_told_with_its_source(
    tmp_path: Path, lexicon: Lexicon
) -> None:
    with fresh(tmp_path / "a.duckdb") as db:
        db.load([
            bureau("甲县教育局", "330122", _prose("012345", 2022), 2022),
            bureau("甲县教育局", "330122", _prose("012345")),
            bureau("乙县财政局", "330123", _prose("123450")),
            bureau("丙县民政局", "330124", "与别处不同的短文。"),
        ])  # fmt: skip
        across.refresh(db, lexicon)
        assert across_of(db) == [("乙县财政局", 2023, "E2"), ("甲县教育局", 2023, "D6"), ("甲县教育局", 2023, "E2")]
        told = dict(db.select("SELECT r.organ, f.explanation FROM across_findings f JOIN reports r USING (report_id) "
                              "WHERE f.check_id = 'E2'"))  # fmt: skip
        assert "甲县教育局2023年年报" in told["乙县财政局"]


def _stopped(db: Database, lexicon: Lexicon, monkeypatch: pytest.MonkeyPatch) -> None:
    """A refresh that is stopped when it has saved one report."""
    save = store.save

    def last(*told: Any) -> int:
        save(*told)
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(across, "BATCH", 1)
        patched.setattr(store, "save", last)
        with pytest.raises(KeyboardInterrupt):
            across.refresh(db, lexicon)


def test_what_a_stopped_refresh_left_beside_the_new_is_done_by_the_next(
    tmp_path: Path, lexicon: Lexicon, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The new ones come first by name and are saved; those they bear upon were checked before."""
    cells = line("t3.received", 7, 0, 0, 0, 0, 0, 7)
    county = report(2023, 0, 0, organ="丁县人民政府", region_code="330122", level="county", cells=cells)
    held = [_covering(20), _county(0, 9), _county(1, 8), bureau("甲县教育局", "330122", _prose("012345"))]
    for name, new in (("level", county), ("prose", bureau("乙县财政局", "330123", _prose("123450")))):
        with fresh(tmp_path / f"{name}.duckdb") as db:
            db.load(held)
            across.refresh(db, lexicon)
            db.load([new])
            _stopped(db, lexicon, monkeypatch)
            across.refresh(db, lexicon)
            stopped = db.content_hash()
        with fresh(tmp_path / f"{name}-whole.duckdb") as db:
            db.load([*held, new])
            across.refresh(db, lexicon)
            assert db.content_hash() == stopped, name


def test_findings_go_with_the_report_they_rest_on(tmp_path: Path, lexicon: Lexicon) -> None:
    with fresh(tmp_path / "a.duckdb") as db:
        db.load([report(2022, 0, 4), report(2023, 2, 0)])
        across.refresh(db, lexicon)
        with db.transaction() as connection:
            connection.run("UPDATE reports SET organ = '丁市人民政府' WHERE year = 2022")
        across.refresh(db, lexicon)
        assert across_of(db) == []


@pytest.mark.parametrize("words", ["", "很短。", WORDS[0]])
def test_short_prose_meets_nothing(lexicon: Lexicon, words: str) -> None:
    assert texts.buckets(texts.runs(words, make_segmenter(lexicon)), 2023) == []


def test_runs_do_not_see_numbers_and_marks(lexicon: Lexicon) -> None:
    segmenter = make_segmenter(lexicon)
    assert texts.runs("收到申请12件，办结 11 件。" + WORDS[1], segmenter) == texts.runs(
        "收到申请30件；办结29件。" + WORDS[1], segmenter
    )


def test_buckets_are_the_same_on_every_machine(lexicon: Lexicon) -> None:
    found = texts.runs(_prose("012345"), make_segmenter(lexicon))
    assert len(texts.buckets(found, 2023)) == texts.BANDS
    assert texts.buckets(range(100), 2023)[:2] == FIRST_BUCKETS


FIRST_BUCKETS = [-7549529851694577237, -6300454760438336444]


def test_a_run_checks_across_years_and_shows_it_in_the_work_list(tmp_path: Path) -> None:
    with open_db(tmp_path / "a.duckdb") as db:
        inputs = [str(ROOT / "samples" / f"yangli_county{year}.html") for year in (2022, 2023)]
        with sessions.start(inputs, db, workers=1) as session:
            sessions.run_plain(session)
            summary = session.finish()
        assert summary.across == len(db.select("SELECT * FROM across_findings")) > 0
        assert {"D1.natural", "D1.total", "D5"} <= {work.check for work in findings(db, "error")}
