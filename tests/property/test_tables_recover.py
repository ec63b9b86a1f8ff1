"""Whatever the numbers: a text that lost its blanks yields what was printed, or nothing."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.lexicon import Lexicon
from pipeline.tables import TableReader
from tests.tables_cases import as_text, laid_out, truth, wrong

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
