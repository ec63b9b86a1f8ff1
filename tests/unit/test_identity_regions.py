"""The gazetteer: every region in every year is found by its names, and never under another's code."""

from __future__ import annotations

from collections import defaultdict

import pytest

from pipeline.identity.evidence import abbreviates, labels_of, spellings
from pipeline.identity.organs import OrganReader
from pipeline.identity.regions import Gazetteer, Place
from pipeline.lexicon import Lexicon
from pipeline.text import fold

ENDINGS = {
    "": "government",
    "人民政府": "government",
    "人民政府办公室": "office",
    "教育局": "department",
    "经济开发区管理委员会": "zone",
    "人民医院": "institution",
    "总工会": "other",
}
TOWNSHIPS = {"城关镇人民政府": "township", "和平街道办事处": "subdistrict"}


@pytest.fixture(scope="module")
def gazetteer(lexicon: Lexicon) -> Gazetteer:
    return Gazetteer(lexicon)


@pytest.fixture(scope="module")
def organs(lexicon: Lexicon, gazetteer: Gazetteer) -> OrganReader:
    return OrganReader(lexicon, gazetteer)


def _in(gazetteer: Gazetteer, year: int) -> list[Place]:
    return [p for rows in gazetteer.by_code.values() for p in rows if p.first <= year <= p.last]


@pytest.mark.parametrize("year", [2010, 2016, 2023])
def test_with_its_parent_every_region_is_found(gazetteer: Gazetteer, organs: OrganReader, year: int) -> None:
    wrong = []
    for place in _in(gazetteer, year):
        above = gazetteer.up(place, year)
        name = (above[0].name if above else "") + place.name
        for ending, kind in (ENDINGS | (TOWNSHIPS if place.level == "county" else {})).items():
            organ = organs.read(name + ending, year)
            if [p.code for p in organ.places] != [place.code] or organ.kind != kind:
                wrong.append((name + ending, organ.kind, [p.code for p in organ.places]))
    assert wrong == []


@pytest.mark.parametrize("year", [2010, 2023])
def test_alone_a_name_gives_all_that_bear_it(gazetteer: Gazetteer, organs: OrganReader, year: int) -> None:
    bearers: dict[str, set[str]] = defaultdict(set)
    for place in _in(gazetteer, year):
        bearers[place.name].add(place.code)
    for name, codes in bearers.items():
        found = {p.code for p in organs.read(name + "人民政府", year).places}
        # 东乡县 is also what 东乡族自治县 is called for short: more candidates are right, fewer are not.
        assert codes <= found, name
        assert len(found - codes) <= 1, name


@pytest.mark.parametrize(
    ("name", "year", "codes"),
    [
        ("景宁县教育局", 2020, {"331127"}),
        ("恩施州财政局", 2020, {"422800"}),
        ("西乌旗财政局", 2020, {"152526"}),
        ("浙江嘉兴海宁市财政局", 2020, {"330481"}),
        ("合肥高新技术产业开发区管理委员会", 2020, {"340100"}),
        ("南昌经济技术开发区管理委员会", 2020, {"360100"}),
        ("国家统计局盐城调查队", 2020, {"320900"}),
        ("苏州工业园区教育局", 2020, {"320500"}),
        ("万盛经济技术开发区管理委员会", 2015, {"500110"}),
        ("万盛区人民政府", 2010, {"500110"}),
        ("和平街道办事处", 2020, set()),
        ("城区街道办事处", 2020, set()),
        ("东方红林业局", 2020, set()),
        ("朝阳经济开发区管理委员会", 2020, {"110105", "211300", "211321", "220104"}),
        ("铜仁市人民政府", 2010, {"522201"}),
        ("铜仁市人民政府", 2015, {"520600"}),
        ("毛家湾区人民政府", 2020, set()),
    ],
)
def test_names_in_use(organs: OrganReader, name: str, year: int, codes: set[str]) -> None:
    assert {p.code for p in organs.read(name, year).places} == codes


@pytest.mark.parametrize(
    ("name", "kind", "level"),
    [
        ("海宁市长安镇综合行政执法队", "department", "township"),
        ("海宁市住房和城乡建设局", "department", None),
        ("海宁市乡村振兴局", "department", None),
        ("北京市人民政府驻上海办事处", "department", None),
        ("焦作市马村区待王办事处", "subdistrict", "township"),
        ("淮北市妇幼保健中心（市妇幼保健院）", "institution", None),
        ("第八师石河子市", "government", "prefecture"),
        ("新疆生产建设兵团第六师教育局", "department", "prefecture"),
        ("教育部", "department", "national"),
        ("国家税务总局", "department", "national"),
        ("国家新闻出版署（国家版权局）", "department", "national"),
        ("锡林郭勒盟行政公署", "government", None),
        ("海宁市委组织部", "other", None),
        ("海宁市人民法院", "other", None),
        ("海宁市的一些事", None, None),
    ],
)
def test_kinds(organs: OrganReader, name: str, kind: str | None, level: str | None) -> None:
    organ = organs.read(fold(name).text, 2020)
    assert (organ.kind, organ.level) == (kind, level)


@pytest.mark.parametrize(
    ("code", "year", "expected"),
    [
        ("320829", 2015, "320829"),
        ("320829", 2016, "320813"),
        ("320813", 2010, "320829"),
        ("500110", 2005, None),
        ("330114", 2020, "330114"),
        ("330114", 2018, None),
        ("469003", 2020, "460400"),
    ],
)
def test_codes_through_the_years(gazetteer: Gazetteer, code: str, year: int, expected: str | None) -> None:
    place = gazetteer.by_code[code][0]
    now = gazetteer.at(place, year)
    if code == "500110" and expected is None:
        assert now is None or now.name == "万盛区"
    else:
        assert (now.code if now else None) == expected


def test_hosts(gazetteer: Gazetteer) -> None:
    assert labels_of("https://www.njgl.gov.cn/a/b.html?x=1") == ["njgl"]
    assert labels_of("www.haining.gov.cn") == ["haining"]
    assert labels_of("/local/file.html") == []
    assert labels_of(None) == []
    gulou, nanjing = gazetteer.by_code["320106"][0], gazetteer.by_code["320100"][0]
    assert {"gulou", "njgl", "nanjinggulou", "gulouqu"} <= spellings(gulou, nanjing)
    chaoyang, beijing = gazetteer.by_code["110105"][0], gazetteer.by_code["110000"][0]
    assert abbreviates("bjchy", chaoyang, beijing)
    assert not abbreviates("bjhd", chaoyang, beijing)
