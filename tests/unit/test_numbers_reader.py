"""NumberReader on whole texts: real reports with gold, hostile input, and what it promises to its callers."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from pipeline.lexicon import Lexicon
from pipeline.model import Quantity, Unread
from pipeline.numbers import NumberReader
from pipeline.text import fold


@pytest.fixture(scope="module")
def reader(lexicon: Lexicon) -> NumberReader:
    return NumberReader(lexicon)


def _text(folder: Path, name: str) -> str:
    """The folded text of a report; markup is dropped as far as needed here."""
    if (folder / f"{name}.txt").exists():
        return fold((folder / f"{name}.txt").read_text(encoding="utf-8")).text
    markup = (folder / f"{name}.html").read_text(encoding="utf-8")
    markup = re.sub(r"</(?:p|tr|td|div|h\d)>", "\n", re.sub(r"<(script|style)[\s\S]*?</\1>", "", markup))
    return fold(re.sub(r"<[^>]+>", "", markup)).text


def _gold(folder: Path, name: str) -> dict[str, Any]:
    gold: dict[str, Any] = json.loads((folder / f"{name}.figures.json").read_text(encoding="utf-8"))
    return gold


NAMES = ["haining2020", "shanghai2019"]


@pytest.mark.parametrize("name", NAMES)
def test_gold_figures_are_read_as_printed(name: str, shared_reports: Path, reader: NumberReader) -> None:
    text = _text(shared_reports, name)
    found = reader.find(text)
    numbers = {(text[i.start : i.end].replace(" ", ""), text[max(i.start - 4, 0) : i.start]): i for i in found}
    for figure in _gold(shared_reports, name)["figures"]:
        if figure.get("zero_by_words"):
            continue
        item = numbers.get((figure["mention"], fold(figure["ctx"]).text[-4:]))
        assert isinstance(item, Quantity), figure
        assert item.value == Decimal(str(figure["value"]))
        assert item.bound == figure["bound"]
        assert item.unit == ("" if figure.get("unit_implied") else figure["unit"])


@pytest.mark.parametrize("name", NAMES)
def test_what_gold_calls_no_figure_is_none(name: str, shared_reports: Path, reader: NumberReader) -> None:
    text = _text(shared_reports, name)
    found = reader.find(text)
    for phrase in _gold(shared_reports, name)["not_figures"]:
        start = text.find(phrase)
        while start >= 0:
            inside = [i for i in found if i.start < start + len(phrase) and start < i.end]
            assert all(isinstance(item, Unread) for item in inside), phrase
            start = text.find(phrase, start + 1)


@pytest.mark.parametrize("name", NAMES)
def test_no_digit_of_a_report_is_left_out(name: str, shared_reports: Path, reader: NumberReader) -> None:
    text = _text(shared_reports, name)
    places = {place for item in reader.find(text) for place in range(item.start, item.end)}
    assert [
        text[place - 5 : place + 5] for place, c in enumerate(text) if "0" <= c <= "9" and place not in places
    ] == []


@pytest.mark.parametrize(
    "text",
    [
        "1" * 100_000,
        "1 " * 50_000,
        "1," * 50_000,
        "1-" * 50_000,
        "1.1" * 30_000,
        "a1" * 50_000,
        "第" * 50_000 + "1",
        "（1" * 50_000,
        "《1" * 50_000,
        "“1" * 50_000,
        "一百" * 50_000 + "件",
        "2021年" * 30_000,
        "电话：1" * 30_000,
        " " * 100_000 + "1" + " " * 100_000 + "件",
        "1万" * 50_000,
        "百分之" * 50_000,
        "1\n" * 50_000,
        "http://" + "a/1" * 50_000,
    ],
    ids=lambda text: text[:6],
)
def test_hostile_text_is_read_to_its_end(text: str, reader: NumberReader) -> None:
    found = reader.find(text)
    last = 0
    for item in found:
        assert item.start >= last
        last = item.end
    digits = sum(c.isdigit() and c.isascii() for c in text)
    assert sum(sum("0" <= c <= "9" for c in text[i.start : i.end]) for i in found) == digits


def test_a_long_row_of_digits_is_a_code(reader: NumberReader) -> None:
    (item,) = reader.find("编号" + "7" * 40 + "件")
    assert isinstance(item, Unread)
    assert item.reason == "code"


def test_the_reader_keeps_nothing_of_a_text(reader: NumberReader) -> None:
    first = reader.find("收到申请12件，办结〔2021")
    reader.find("〕30号")
    assert reader.find("收到申请12件，办结〔2021") == first


def test_texts_without_numbers(reader: NumberReader) -> None:
    assert reader.find("") == []
    assert reader.find("加强政务公开，一是完善制度，统一平台。") == []


def test_explain_names_the_rule(reader: NumberReader) -> None:
    found = reader.explain("邮编：123456，共12件")
    assert [rule for _, rule in found] == ["postcode.labelled", ""]


def test_offsets_of_the_parts(reader: NumberReader) -> None:
    text = "累计超 14 万余 条次"
    (item,) = reader.find(text)
    assert isinstance(item, Quantity)
    assert text[item.start : item.end] == "14 万余 条次"
    assert text[item.start : item.number_end] == "14 万余"
    assert (item.unit, item.unit_printed, item.bound_words) == ("条", "条次", "超")
