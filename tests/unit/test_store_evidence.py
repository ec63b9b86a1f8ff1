"""Evidence as text: whatever it is made of, it comes back as it was."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pipeline.model import Evidence
from pipeline.store.evidence import read, write

NUMBER = st.integers(0, 10**6)
CODE = st.one_of(st.sampled_from(["t3.received", "t4.review.total", "other:占比"]), st.text(min_size=1, max_size=4))
EVIDENCE = st.builds(
    Evidence,
    kind=st.sampled_from(["cell", "figure", "text"]),
    code=st.none() | CODE,
    column=st.none() | st.sampled_from(["natural", "total"]),
    index=st.none() | NUMBER,
    start=st.none() | NUMBER,
    end=st.none() | NUMBER,
)


@given(st.lists(EVIDENCE, max_size=4))
def test_it_comes_back(items: list[Evidence]) -> None:
    assert read(write(items)) == tuple(items)


def test_the_usual_is_short() -> None:
    items = [
        Evidence(kind="cell", code="t3.received", column="natural"),
        Evidence(kind="cell", code="t4.review.total"),
        Evidence(kind="figure", index=12),
        Evidence(kind="figure", index=13, code="t3.granted"),
        Evidence(kind="text", start=120, end=131),
    ]
    assert write(items) == "t3.received[natural] t4.review.total #12 #13:t3.granted @120-131"
    assert write([]) is None
