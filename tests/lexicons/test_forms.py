"""The forms: complete, free of contradictions, and mistakes in them are told."""

from __future__ import annotations

from pathlib import Path
from shutil import copytree

import pytest

from pipeline.lexicon import Lexicon, folder, inspect
from pipeline.lexicon.schema.core import Indicator
from pipeline.lexicon.schema.forms import Form
from pipeline.tables.forms import compile_kinds
from pipeline.tables.labels import key, names
from tests.tables_cases import table_of

SIZES = {"2019": (22, 161, 15), "2021": (10, 175, 15)}


@pytest.mark.parametrize("form", sorted(SIZES))
def test_number_of_cells(lexicon: Lexicon, form: str) -> None:
    kinds = compile_kinds(lexicon)
    found = tuple(next(len(one.cells) for one in kinds[table].forms if one.form == form) for table in ("2", "3", "4"))
    assert found == SIZES[form]


def test_every_table_code_has_a_cell_in_some_form(lexicon: Lexicon) -> None:
    rolled_up = {"t3.denied", "t3.unavailable", "t3.rejected", "t3.other", "t3.disclosed"}
    rolled_up |= {f"t4.suit.{result}" for result in ("upheld", "corrected", "other", "pending", "total")}
    codes = {row.code for row in lexicon.rows(Indicator) if row.group != "prose"} - rolled_up
    given = {spec.code for kind in compile_kinds(lexicon).values() for spec in kind.specs.values()}
    assert given == codes


@pytest.mark.parametrize("table", ["2", "3", "4", "s14"])
def test_every_label_finds_its_own_line(lexicon: Lexicon, table: str) -> None:
    kind = compile_kinds(lexicon)[table]
    for form in lexicon.rows(Form):
        if not any(one.table == table for one in form.tables):
            continue
        for line in table_of(lexicon, form.form, table).lines:
            for label in (line.label, *line.variants):
                assert line.id in names(kind.line_keys, key(label)), label


@pytest.mark.parametrize("table", ["2", "3", "4"])
def test_printed_labels_are_unambiguous(lexicon: Lexicon, table: str) -> None:
    kind = compile_kinds(lexicon)[table]
    for form in ("2019", "2021"):
        for line in table_of(lexicon, form, table).lines:
            assert names(kind.line_keys, key(line.label)) == [line.id]


def test_units_agree_with_the_indicators(lexicon: Lexicon) -> None:
    """Amounts are told in the unit of the form; counts in a unit the indicator knows."""
    known = {row.code: row for row in lexicon.rows(Indicator)}
    for kind in compile_kinds(lexicon).values():
        for spec in kind.specs.values():
            assert spec.unit in known[spec.code].units, spec.code


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("code: t3.granted,", "code: t3.grantd,", "t3.granted"),
        ("group: denied, label: 1.", "group: refused, label: 1.", "refused"),
        ("codes: {made: t2.rules.made,", "codes: {mad: t2.rules.made,", "made"),
        ("    label: 规章\n", "    lable: 规章\n", "label"),
    ],
)
def test_mistakes_are_told_with_their_place(tmp_path: Path, old: str, new: str, message: str) -> None:
    copytree(folder(), tmp_path / "lexicons", ignore=lambda *_: ["__pycache__"])
    file = tmp_path / "lexicons" / "forms" / "2019.yaml"
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    _, mistakes = inspect(tmp_path / "lexicons")
    told = [str(one) for one in mistakes.found if one.file == "forms/2019.yaml"]
    assert told
    assert any(message in one for one in told)


def test_same_as_must_lead_to_a_table(tmp_path: Path) -> None:
    copytree(folder(), tmp_path / "lexicons", ignore=lambda *_: ["__pycache__"])
    file = tmp_path / "lexicons" / "forms" / "2021.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace('same_as: "2019"', 'same_as: "2014"'), encoding="utf-8")
    _, mistakes = inspect(tmp_path / "lexicons")
    assert any("same_as" in str(one) for one in mistakes.found)
