"""The hand-written samples and their gold: every mention stands in its text, the tables add up where they should."""

from __future__ import annotations

import csv
import html
import json
import re
import zipfile
from decimal import Decimal
from pathlib import Path
from typing import Any

import pypdfium2
import pytest

from pipeline.samples import forms

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "samples"
NAMES = sorted(path.name.removesuffix(".tables.json") for path in SAMPLES.glob("*.tables.json"))
ROW_KEYS = {"code", "column", "value", "blank", "printed", "unit", "state"}
FIGURE_KEYS = {
    "mention", "value", "unit", "bound", "code", "ctx", "channel", "scope", "scope_kind", "period", "category",
    "column", "measure", "of", "part_of", "parts_exhaustive", "alt", "shared", "zero_by_words", "unit_implied",
}  # fmt: skip


def gold(name: str, kind: str) -> Any:
    return json.loads((SAMPLES / f"{name}.{kind}.json").read_text(encoding="utf-8"))


def source(name: str) -> Path:
    return SAMPLES / gold(name, "tables")["source"]


def squeezed(path: Path) -> str:
    """The text of a sample without white space, tags, comments, scripts and page numbers; entities resolved."""
    if path.suffix == ".pdf":
        document = pypdfium2.PdfDocument(path)
        pages = (document[i].get_textpage().get_text_bounded() for i in range(len(document)))
        return re.sub(r"\s|- \d+ -", "", "".join(pages))
    data = zipfile.ZipFile(path).read("word/document.xml") if path.suffix == ".docx" else path.read_bytes()
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        text = data.decode("gb18030")
    if path.suffix != ".txt":
        text = re.sub(r"(?s)<(script|style)\b.*?</\1>|<!--.*?-->", "", text)
        text = html.unescape(re.sub(r"<[^>]*>", "", text))
    return re.sub(r"\s", "", text)


def test_there_are_samples_of_several_kinds_and_years() -> None:
    reports = [gold(name, "tables") for name in NAMES]
    assert len(NAMES) >= 19
    assert {r["form"] for r in reports} == {"2014", "2019", "2021"}
    assert len({r["report"]["level"] for r in reports}) == 4
    assert {"government", "office", "department", "township", "subdistrict", "zone"} <= {
        r["report"]["organ_kind"] for r in reports
    }
    county = [r["agency"] for r in reports if r["report"]["region_code"] and r["report"]["level"] == "county"]
    assert sum(county.count(organ) >= 2 for organ in set(county)) >= 3, "comparisons over years need three organs"


@pytest.mark.parametrize("name", NAMES)
def test_every_mention_stands_in_the_text_behind_its_context(name: str) -> None:
    text = squeezed(source(name))
    figures = gold(name, "figures")
    for row in (*figures["figures"], *figures["borderline"]):
        assert not row.keys() - FIGURE_KEYS, row
        assert row["ctx"], f"a mention at the start of a paragraph cannot be told apart: {row}"
        assert text.count(row["ctx"] + row["mention"]) == 1, row
    for mention in figures["not_figures"]:
        assert re.sub(r"\s", "", mention) in text


@pytest.mark.parametrize("name", NAMES)
def test_a_number_that_is_no_figure_is_not_also_one(name: str) -> None:
    figures = gold(name, "figures")
    mentions = {row["mention"] for row in (*figures["figures"], *figures["borderline"])}
    assert not mentions & set(figures["not_figures"])


@pytest.mark.parametrize("name", NAMES)
def test_parts_quote_a_whole_and_shares_name_a_base(name: str) -> None:
    rows = gold(name, "figures")["figures"]
    mentions = {row["mention"] for row in rows}
    for row in rows:
        if "part_of" in row:
            assert row["part_of"] in mentions, row
        if row.get("measure") in {"share", "change_rate", "change", "ratio"}:
            assert row.get("of"), row


def indicators() -> dict[str, dict[str, str]]:
    lines = (ROOT / "lexicons" / "indicators.csv").read_text(encoding="utf-8").splitlines()
    return {row["code"]: row for row in csv.DictReader(line for line in lines if not line.startswith("#"))}


@pytest.mark.parametrize("name", NAMES)
def test_codes_are_known_and_stocks_are_told_apart(name: str) -> None:
    known = indicators()
    for row in gold(name, "figures")["figures"]:
        for code in (row["code"], *row.get("alt", ())):
            assert code in known or code.startswith("other:"), row
        if row["code"] in known and row.get("measure", "level") == "level":
            stock = known[row["code"]]["stock"] == "true"
            assert not stock or row.get("period") == "since", row


@pytest.mark.parametrize("name", NAMES)
def test_the_tables_are_complete_for_their_form(name: str) -> None:
    tables = gold(name, "tables")
    cells = [(row["code"], row["column"]) for row in tables["cells"]]
    assert cells == list(forms.sheet_keys() if tables["form"] == "2014" else forms.keys(tables["form"]))
    for row in tables["cells"]:
        assert not row.keys() - ROW_KEYS
        assert row["blank"] == (row["value"] is None)


def failing(tables: dict[str, Any]) -> set[tuple[str, str]]:
    """(check, line or column) of every identity A1–A4 that does not hold; one with a blank that could mend it does."""
    value = {(r["code"], r["column"]): None if r["blank"] else Decimal(str(r["value"])) for r in tables["cells"]}
    out = set()

    def fails(left: list[Decimal | None], right: list[Decimal | None]) -> bool:
        a, b = (sum((x or Decimal(0) for x in side), Decimal(0)) for side in (left, right))
        return a != b and not (None in left and a < b) and not (None in right and b < a)

    for column in forms.COLUMNS:
        intake = [value["t3.received", column], value["t3.carried_in", column]]
        if fails(intake, [value["t3.handled", column], value["t3.carried_out", column]]):
            out.add(("A1", column))
        results = [value[line.code, column] for line in forms.RESULTS[tables["form"]]]
        if fails(results, [value["t3.handled", column]]):
            out.add(("A2", column))
    for line in forms.lines3(tables["form"]):
        if fails([value[line.code, c] for c in forms.COLUMNS[:6]], [value[line.code, "total"]]):
            out.add(("A3", line.code))
    for group in forms.GROUPS:
        outcomes = [value[f"{group}.{o}", None] for o in forms.OUTCOMES]
        if fails(outcomes[:4], outcomes[4:]):
            out.add(("A4", f"{group}.total"))
    return out


@pytest.mark.parametrize("name", [name for name in NAMES if gold(name, "tables")["form"] != "2014"])
def test_identities_hold_except_the_faults_that_the_gold_names(name: str) -> None:
    tables = gold(name, "tables")
    assert failing(tables) == {(e["id"], e["code"] or e["column"]) for e in tables["published_errors"]}


def test_the_statistics_sheet_adds_up_but_for_the_fault_that_the_gold_names() -> None:
    (name,) = [name for name in NAMES if gold(name, "tables")["form"] == "2014"]
    tables = gold(name, "tables")
    value = {row["code"].removeprefix("s14."): row["value"] or 0 for row in tables["cells"]}

    def parts(prefix: str, depth: int) -> float:
        return sum(v for code, v in value.items() if code.startswith(prefix + ".") and code.count(".") == depth)

    assert value["requests.handled"] == value["requests.on_time"] + value["requests.extended"]
    assert value["requests.answered"] == parts("answered", 1)
    assert value["answered.denied"] == parts("answered.denied", 2)
    assert value["staff.total"] == value["staff.full_time"] + value["staff.part_time"]
    ways = sum(value[f"requests.{way}"] for way in ("in_person", "fax", "online", "letter"))
    (error,) = tables["published_errors"]
    assert (ways, value["requests.received"]) == (error["left"], error["right"])


@pytest.mark.parametrize("name", NAMES)
def test_verdicts_speak_of_figures_of_the_gold(name: str) -> None:
    figures = gold(name, "figures")
    places = {(r["mention"], r["ctx"]) for r in (*figures["figures"], *figures["borderline"])}
    for row in gold(name, "verdicts"):
        assert (row["statement"], row["ctx"]) in places
        assert row["verdict"] in {"agrees", "differs", "not comparable"}
        assert row["why"]


def test_planted_faults_stand_only_in_reports_of_organs_that_do_not_exist() -> None:
    for name in NAMES:
        tables = gold(name, "tables")
        faulty = tables["published_errors"] or any(v["verdict"] == "differs" for v in gold(name, "verdicts"))
        if faulty:
            assert re.match("样例|示例", tables["agency"]), name
        elif tables["invented"] and tables["report"]["region_code"]:
            assert "样例" in tables["report"]["title"]
            assert "数据均为虚构" in squeezed(source(name))


def test_haining_2020_has_the_published_figures(shared_reports: Path) -> None:
    real = json.loads((shared_reports / "haining2020.tables.json").read_text(encoding="utf-8"))
    ours = gold("haining2020", "tables")
    assert [(r["code"], r["column"], r["value"]) for r in ours["cells"]] == [
        (r["code"], r["column"], r["value"]) for r in real["cells"]
    ]
    told = json.loads((shared_reports / "haining2020.figures.json").read_text(encoding="utf-8"))
    assert [(r["code"], r["value"]) for r in gold("haining2020", "figures")["figures"]] == [
        (r["code"], r["value"]) for r in told["figures"]
    ]
