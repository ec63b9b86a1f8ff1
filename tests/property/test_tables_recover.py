"""Whatever the numbers: a text that lost its blanks yields what was printed, or nothing."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.lexicon import Lexicon
from pipeline.tables import TableReader
from tests.tables_cases import COLUMNS, as_text, laid_out, truth, wrong

_READERS: dict[int, TableReader] = {}


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    seed=st.integers(0, 10**6),
    blanks=st.sampled_from([0.2, 0.5, 0.9, 1.0]),
    zeros=st.sampled_from([0.3, 0.6, 0.9]),
    form=st.sampled_from(["2019", "2021"]),
)
def test_lost_blanks_never_make_a_wrong_cell(
    lexicon: Lexicon, seed: int, blanks: float, zeros: float, form: str
) -> None:
    reader = _READERS.setdefault(id(lexicon), TableReader(lexicon))
    values = truth(lexicon, form, seed, blanks, zeros)
    assert not wrong(reader.read(as_text(laid_out(lexicon, form, values), "one line")), values)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10**6), form=st.sampled_from(["2019", "2021"]))
def test_totals_left_out_infer_nothing_wrong(lexicon: Lexicon, seed: int, form: str) -> None:
    """Some publishers fill no totals in; then the last value of a line is no total."""
    reader = _READERS.setdefault(id(lexicon), TableReader(lexicon))
    values = truth(lexicon, form, seed, blanks=1.0)
    kept = ("t3.received", "t3.carried_in", "t3.handled", "t3.carried_out")
    values = {place: "" if place[1] == "total" and place[0] not in kept else text for place, text in values.items()}
    assert not wrong(reader.read(as_text(laid_out(lexicon, form, values), "one line")), values)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    seed=st.integers(0, 10**6),
    form=st.sampled_from(["2019", "2021"]),
    style=st.sampled_from(["pipes", "tab rows", "one cell a line, blank lines", "pipes, ragged"]),
    faults=st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 999)), max_size=5),
)
def test_faults_of_the_report_stay_as_they_are_printed(
    lexicon: Lexicon, seed: int, form: str, style: str, faults: list[tuple[int, int]]
) -> None:
    """What was read cleanly is never touched, whatever the sums say."""
    reader = _READERS.setdefault(id(lexicon), TableReader(lexicon))
    values = truth(lexicon, form, seed, 0.5)
    places = [place for place in values if not place[0].endswith("items_change")]
    for place, value in faults:
        values[places[place % len(places)]] = str(value)
    result = reader.read(as_text(laid_out(lexicon, form, values), style))
    assert not wrong(result, values)
    assert not [cell for cell in result.cells if cell.state == "inferred"]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    seed=st.integers(0, 10**6),
    form=st.sampled_from(["2019", "2021"]),
    fault=st.tuples(st.integers(0, 10**6), st.integers(0, 999)),
    style=st.sampled_from(["one line", "spaces"]),
)
def test_only_lines_that_lost_cells_are_inferred(
    lexicon: Lexicon, seed: int, form: str, fault: tuple[int, int], style: str
) -> None:
    """A line with all its cells is given as printed or not at all; what is inferred was printed in its own line."""
    reader = _READERS.setdefault(id(lexicon), TableReader(lexicon))
    values = truth(lexicon, form, seed, 0.3)
    places = [place for place in values if place[0].startswith("t3.")]
    values[places[fault[0] % len(places)]] = str(fault[1])
    result = reader.read(as_text(laid_out(lexicon, form, values), style))
    lines: dict[str, list[str]] = {}
    for (code, column), printed in values.items():
        lines.setdefault(code if column else "", []).append(printed)
    for cell in result.cells:
        if cell.state == "inferred" and cell.column:
            assert "" in lines[cell.code]
            assert str(cell.value) in lines[cell.code]
        if cell.state == "printed" and cell.value is not None and cell.column:
            assert cell.printed in lines[cell.code]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    seed=st.integers(0, 10**6),
    zeros=st.sampled_from([0.6, 0.9, 0.97]),
    form=st.sampled_from(["2019", "2021"]),
    printed=st.frozensets(st.sampled_from(COLUMNS)),
)
def test_whichever_columns_print_their_zeros_no_cell_is_wrong(
    lexicon: Lexicon, seed: int, zeros: float, form: str, printed: frozenset[str]
) -> None:
    """A table shows by itself which columns print their zeros; what it does not show stays open."""
    reader = _READERS.setdefault(id(lexicon), TableReader(lexicon))
    values = {
        place: "" if place[1] and text == "0" and place[1] not in printed else text
        for place, text in truth(lexicon, form, seed, 0, zeros).items()
    }
    assert not wrong(reader.read(as_text(laid_out(lexicon, form, values), "one line")), values)


def test_two_solutions_leave_a_cell_unreadable(lexicon: Lexicon) -> None:
    """5 and 5 on each line: of one applicant and the total, but of which applicant nobody knows."""
    reader = TableReader(lexicon)
    values = dict.fromkeys(truth(lexicon, "2021", 0), "")
    for code in ("t3.received", "t3.granted", "t3.handled"):
        values[code, "natural"] = values[code, "total"] = "5"
    result = reader.read(as_text(laid_out(lexicon, "2021", values), "one line"))
    states = {cell.column: cell.state for cell in result.cells if cell.code == "t3.granted"}
    assert states.pop("total") == "inferred"
    assert set(states.values()) == {"unreadable"}
