"""Lines that lost their blanks: what all sums allow, and what the table shows of how it prints its zeros."""

from __future__ import annotations

from itertools import product

import pytest

from pipeline.lexicon import Lexicon
from pipeline.model import Document
from pipeline.tables import TableReader
from pipeline.tables.solve import Line, Option, Work, solve
from tests.tables_cases import Truth, as_text, by_place, laid_out, truth, wrong


@pytest.fixture(scope="module")
def reader(lexicon: Lexicon) -> TableReader:
    return TableReader(lexicon)


def _few(lexicon: Lexicon, natural: int, business: int) -> Truth:
    """A year of few applications: one kind of result for each kind of applicant; only 总计 prints its zeros."""
    values = dict.fromkeys(truth(lexicon, "2021", 0), "0")
    granted, partial = {"natural": natural}, {"business": business}
    rows = (("granted", granted), ("partial", partial), ("handled", granted | partial), ("received", granted | partial))
    for line, numbers in rows:
        for column, number in (numbers | {"total": sum(numbers.values())}).items():
            values[f"t3.{line}", column] = str(number)
    for place, text in values.items():
        if place[1] not in (None, "total") and text == "0":
            values[place] = ""
    return values


def test_the_table_itself_shows_where_zeros_are_printed(reader: TableReader, lexicon: Lexicon) -> None:
    """A lone 0 on most lines is the total's: any other column is blank on some line that has a number."""
    values = _few(lexicon, 3, 2)
    result = reader.read(as_text(laid_out(lexicon, "2021", values), "one line"))
    cells = by_place(result)
    assert not wrong(result, values)
    assert cells["t3.rejected.petition", "total"].state == "inferred"
    assert cells["t3.rejected.petition", "total"].value == 0
    assert "零的印法" in (cells["t3.rejected.petition", "total"].evidence or "")
    assert cells["t3.rejected.petition", "legal"].state == "blank"


def test_two_rules_that_hold_leave_the_zero_open(reader: TableReader, lexicon: Lexicon) -> None:
    """Where only one applicant ever has a number, the 0 may be that column's or the total's."""
    values = _few(lexicon, 5, 0)
    result = reader.read(as_text(laid_out(lexicon, "2021", values), "one line"))
    cells = by_place(result)
    assert not wrong(result, values)
    assert cells["t3.rejected.petition", "total"].state == "unreadable"


def test_a_table_without_one_rule_shows_none(reader: TableReader, lexicon: Lexicon) -> None:
    values = _few(lexicon, 3, 2)
    values["t3.rejected.petition", "legal"] = "0"
    result = reader.read(as_text(laid_out(lexicon, "2021", values), "one line"))
    assert not wrong(result, values)
    assert by_place(result)["t3.rejected.repeated", "total"].state == "unreadable"


def test_a_table_4_of_blanks_ends_where_the_next_section_begins(reader: TableReader, lexicon: Lexicon) -> None:
    values = {place: "" if place[0].startswith("t4.") else text for place, text in _few(lexicon, 3, 2).items()}
    source = as_text(laid_out(lexicon, "2021", values), "one line")
    assert {c.state for c in reader.read(source).cells if c.code.startswith("t4.")} == {"blank"}
    cut = as_text(laid_out(lexicon, "2021", values), "one line").text.split("五、存在")[0]
    result = reader.read(Document(source="x", sha256="0" * 64, media_type="text/plain", text=cut, blocks=()))
    assert not [cell for cell in result.cells if cell.code.startswith("t4.") and cell.state == "blank"]


def test_the_search_keeps_just_what_is_part_of_a_solution() -> None:
    """Against trying every combination."""
    one, two = [(1, 0), (0, 1)], [(2, 1), (1, 2), (3, 0), (0, 3)]
    lines = {
        "a": one, "b": one, "c": [(0, 0), (1, 1), (0, 2)], "handled": two,
        "received": [*two, (1, 3)], "carried_in": one, "carried_out": [*one, (0, 0)],
    }  # fmt: skip
    held = {name: set[tuple[int, ...]]() for name in lines}
    for chosen in product(*lines.values()):
        a, b, c, handled, received, back, out = chosen
        if all(a[i] + b[i] + c[i] == handled[i] and received[i] + back[i] == handled[i] + out[i] for i in (0, 1)):
            for name, vector in zip(lines, chosen, strict=True):
                held[name].add(vector)
    given = {name: Line([Option(vector, ()) for vector in vectors], []) for name, vectors in lines.items()}
    solved = solve(given, ["a", "b", "c"], Work())
    assert solved is not None
    assert {name: {option.vector for option in options} for name, options in solved.items()} == held
