"""Peers, charts, repeated prose."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from pipeline.compare import Selection, ranking, series
from pipeline.compare.charts import bars, lines, write_chart
from pipeline.compare.peers import peers
from pipeline.compare.repetition import between_organs, from_last_year, sentences
from pipeline.errors import UsageError
from pipeline.store import Database
from tests.unit.store_cases import cell, fresh, result


@pytest.fixture
def db(tmp_path: Path) -> Database:
    return fresh(tmp_path / "r.duckdb")


def county(code: str, value: Any, year: int = 2023, **more: Any) -> Any:
    cells = (cell("t3.received", "total", value),)
    given: dict[str, Any] = {
        "organ": f"{code}县政府",
        "region_code": code,
        "level": "county",
        "year": year,
        "cells": cells,
    }
    given.update(more)
    return result(f"{code}-{year}.html", **given)


def test_peers_are_the_nearest_circle_with_enough_of_them(db: Database) -> None:
    db.load([county(f"3301{n:02d}", n * 10) for n in range(1, 6)])
    db.load([county("330201", 7), county("340101", 500), county("330199", None)])
    db.load([result("p.html", cells=(cell("t3.received", "total", 9999),))])  # a prefecture is no peer of a county
    near = peers(db, "330103县政府", ["t3.received"])
    assert (near.circle, near.row.rank, len(near.ranking.rows)) == ("同一地市", 3, 5)
    assert near.quartiles == (Decimal(20), Decimal(30), Decimal(40))
    wide = peers(db, "330201县政府", ["t3.received"])
    assert (wide.circle, wide.row.rank, len(wide.ranking.rows)) == ("同一省份", 6, 6)
    assert peers(db, "340101县政府", ["t3.received"]).circle == "全库"
    assert peers(db, "330199县政府", ["t3.received"]).row.shown[0].status == "blank"
    with pytest.raises(UsageError, match="不止一个"):
        peers(db, "县政府", ["t3.received"])
    with pytest.raises(UsageError, match="没有"):
        peers(db, "330103县政府", ["t3.received"], 1999)


def test_a_chart_of_a_ranking_draws_every_value_and_says_what_is_missing(db: Database, tmp_path: Path) -> None:
    db.load([county("330101", 40, organ="<甲>县"), county("330102", -3), county("330103", None)])
    drawn = bars(ranking(db, ["t3.received"]))
    root = ElementTree.fromstring(drawn)
    texts = [node.text for node in root.iter("{http://www.w3.org/2000/svg}text")]
    assert "1  <甲>县" in texts
    assert "没有数的 1 份（空白 1）" in texts
    assert len(list(root.iter("{http://www.w3.org/2000/svg}rect"))) == 3  # the ground and two bars
    assert bars(ranking(db, ["t3.received"])) == drawn
    write_chart(tmp_path / "c.html", drawn)
    assert (tmp_path / "c.html").read_text(encoding="utf-8").startswith("<!doctype html>")
    with pytest.raises(UsageError, match="结尾"):
        write_chart(tmp_path / "c.gif", drawn)


def test_a_rate_is_drawn_with_its_interval_and_nothing_of_nothing(db: Database) -> None:
    db.load([county("330101", 40, cells=(cell("t3.received", "natural", 10), cell("t3.received", "total", 40)))])
    assert "stroke='#222'" in bars(ranking(db, ["rate.natural"]))
    ElementTree.fromstring(bars(ranking(db, ["t4.review.total"], Selection(years=(1999,)))))
    ElementTree.fromstring(lines(series(db, "t3.received", Selection(years=(1999,)))))


def test_a_year_without_a_value_breaks_the_line(db: Database) -> None:
    db.load([county("330101", v, year) for year, v in ((2019, 4), (2020, 5), (2022, 6), (2023, 9))])
    root = ElementTree.fromstring(lines(series(db, "t3.received")))
    paths = [node.get("d", "") for node in root.iter("{http://www.w3.org/2000/svg}path")]
    (line,) = [path for path in paths if "L" in path]
    assert (line.count("M"), line.count("L")) == (2, 2)


OWN = "本机关全年通过门户网站公开各类信息{n}条并及时更新目录栏目内容"
PLAN = "针对群众反映办事材料偏多的问题我们重新梳理了服务指南"


def prose(name: str, year: int, *parts: str, **more: Any) -> Any:
    given: dict[str, Any] = {
        "organ": f"{name}局",
        "region_code": "330101",
        "year": year,
        "body": "。".join(parts) + "。",
    }
    given.update(more)
    return result(f"{name}-{year}.html", **given)


def test_last_years_sentence_with_this_years_number_is_repeated(db: Database) -> None:
    db.load(
        [
            prose("甲", 2022, OWN.format(n=10), "去年才有的一句话说的是另外一件事情而已"),
            prose("甲", 2023, OWN.format(n=25), PLAN),
            prose("乙", 2022, "乙局的第一句话与别的报告都不一样请放心"),
            prose("乙", 2023, "乙局的第二句话与上年的报告也不一样请放心"),
        ]
    )
    (found,) = from_last_year(db)
    assert (found.organ, found.year, found.other_year) == ("甲局", 2023, 2022)
    assert found.share == pytest.approx(len(OWN.format(n="")) / (len(OWN.format(n="")) + len(PLAN)))


def test_organs_that_share_more_than_the_common_wording(db: Database) -> None:
    law = "现按照政府信息公开条例的规定编制并公布本年度报告"
    db.load([prose(f"{n}", 2023, law, f"这是只有第{'甲乙丙丁'[n]}家机关自己才会写的一句话") for n in range(4)])
    db.load([prose("戊", 2023, law, PLAN, OWN), prose("己", 2023, law, PLAN)])
    (found,) = between_organs(db, common=3)
    assert {found.organ, found.other_organ} == {"戊局", "己局"}
    assert (found.organ, found.share) == ("己局", 1.0)


def test_short_sentences_do_not_count() -> None:
    assert sentences("一、总体情况。2023年。") == frozenset()
