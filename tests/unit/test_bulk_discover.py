"""Discovery: what is named becomes items, what is not there is told, nothing twice."""

from __future__ import annotations

import zipfile
from pathlib import Path

import msgspec
import pytest

from pipeline.bulk.costs import BATCH_DOCUMENTS, batches
from pipeline.bulk.discover import Ignored, Item, Missing, content, discover
from pipeline.errors import UsageError
from tests.conftest import ROOT


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    (tmp_path / "b").mkdir()
    (tmp_path / "a.html").write_text("<p>甲</p>", encoding="utf-8")
    (tmp_path / "b" / "c.txt").write_text("乙", encoding="utf-8")
    (tmp_path / "b" / "gold.json").write_text("{}", encoding="utf-8")
    (tmp_path / ".hidden.txt").write_text("丙", encoding="utf-8")
    (tmp_path / "page_files").mkdir()
    (tmp_path / "page_files" / "logo.png").write_bytes(b"x")
    with zipfile.ZipFile(tmp_path / "d.zip", "w") as archive:
        archive.writestr("内/e.txt", "丁")
    return tmp_path


def _sources(found: list[Item | Missing | Ignored], root: Path) -> list[str]:
    return [one.source.removeprefix(f"{root}/") for one in found if isinstance(one, Item)]


def test_a_folder_gives_every_report_in_order(corpus: Path) -> None:
    found = list(discover([str(corpus)]))
    assert _sources(found, corpus) == ["a.html", "d.zip!/内/e.txt", "b/c.txt"]
    assert [one.source for one in found if isinstance(one, Ignored)] == [str(corpus / "b" / "gold.json")]


def test_the_bytes_of_a_member_come_from_the_archive(corpus: Path) -> None:
    (item,) = (one for one in discover([str(corpus / "d.zip")]) if isinstance(one, Item))
    assert content(item, 100).decode() == "丁"


def test_what_is_named_twice_comes_once(corpus: Path) -> None:
    named = str(corpus / "a.html")
    assert len(list(discover([named, str(corpus / "*.html"), named]))) == 1


@pytest.mark.parametrize("name", ["nowhere.html", "*.pdf", "@nowhere.txt"])
def test_what_is_not_there_is_told(corpus: Path, name: str) -> None:
    asked = name if name.startswith("@") else str(corpus / name)
    (missing,) = discover([asked])
    assert isinstance(missing, Missing)
    assert missing.code == "missing_file"


def test_lists_and_manifests(corpus: Path) -> None:
    (corpus / "list.txt").write_text(f"# 注释\n{corpus / 'a.html'}\n", encoding="utf-8")
    assert _sources(list(discover([f"@{corpus / 'list.txt'}"])), corpus) == ["a.html"]
    (corpus / "m.csv").write_text("uri,year\nb/c.txt,2021\n", encoding="utf-8")
    (item,) = discover([str(corpus / "m.csv")])
    assert isinstance(item, Item)
    assert item.hints == (("year", "2021"),)


@pytest.mark.parametrize("uri", ["http://example.org/a.html", "ftp://x/y", "zip://a.txt::file:///b.zip"])
def test_addresses_that_are_not_allowed(uri: str) -> None:
    with pytest.raises(UsageError):
        list(discover([uri]))


def test_batches_end_by_number_and_by_size() -> None:
    small = [Item(str(i), str(i), size=1) for i in range(BATCH_DOCUMENTS + 1)]
    assert [len(batch) for batch in batches(small)] == [BATCH_DOCUMENTS, 1]
    large = [Item(str(i), str(i), size=20 << 20) for i in range(3)]
    assert [len(batch) for batch in batches(large)] == [1, 1, 1]


def test_what_a_manifest_says_fills_only_what_the_document_leaves_open(tmp_path: Path) -> None:
    from pipeline.ingest import read
    from pipeline.run import default_pipeline

    hints = (("organ", "浙江省海宁市人民政府"), ("year", "2015"), ("published_on", "2016-03-01"))
    bare = msgspec.structs.replace(read("主动公开政府信息12条。".encode(), "a.txt"), hints=hints)
    report = default_pipeline().process_document(bare).report
    assert (report.organ, report.year, report.published_on) == ("浙江省海宁市人民政府", 2015, "2016-03-01")
    assert report.region_code == "330481"
    sample = ROOT / "samples" / "haining2020.txt"
    whole = read(sample.read_bytes(), sample.name)
    without = default_pipeline().process_document(whole).report
    told = default_pipeline().process_document(msgspec.structs.replace(whole, hints=hints[:2])).report
    assert (told.organ, told.year) == (without.organ, without.year) != (hints[0][1], 2015)
