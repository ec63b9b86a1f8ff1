"""How much a blank can hold at most, given the other sums of the table.

A blank is not 0, but where its column already adds up without it, no count above 0 can stand in it: then a statement
that needs one differs, though its cell is blank.
"""

from __future__ import annotations

from decimal import Decimal

from pipeline.model import Cell
from pipeline.reconcile.facts import ZERO, Facts, Total, Vocabulary, add_ref
from pipeline.reconcile.verdicts import Outcome


def bounded(facts: Facts, outcome: Outcome, right: Total, vocabulary: Vocabulary) -> Outcome:
    """The outcome, made certain where the blanks of the right side cannot hold what is lacking."""
    if outcome.verdict != "not_assessable" or outcome.lacking is None or right.unknown or not right.blanks:
        return outcome
    if outcome.difference is None or outcome.difference < 0:
        return outcome  # the left side is the smaller one: blanks of the right would not mend it
    room = room_of(facts, right.blanks, vocabulary)
    if room is None or room >= outcome.lacking:
        return outcome
    return Outcome(verdict="differs", difference=outcome.difference, missing=outcome.missing)


def room_of(facts: Facts, blanks: list[Cell], vocabulary: Vocabulary) -> Decimal | None:
    """What the blanks can hold together; None where the table does not bound them."""
    room = ZERO
    results = vocabulary.leaves_of("t3.handled")
    for column in dict.fromkeys(cell.column for cell in blanks):
        codes = {cell.code for cell in blanks if cell.column == column}
        if codes <= results:
            one = _slack(facts, vocabulary, ("t3.handled",), ("t3.granted", "t3.partial", *_CLASSES), column)
        elif codes == {"t3.carried_in"}:
            one = _slack(facts, vocabulary, ("t3.handled", "t3.carried_out"), ("t3.received",), column)
        elif codes == {"t3.carried_out"}:
            one = _slack(facts, vocabulary, ("t3.received", "t3.carried_in"), ("t3.handled",), column)
        else:
            one = _group_slack(facts, vocabulary, codes)
        if one is None:
            return None
        room += max(one, ZERO)
    return room


_CLASSES = ("t3.denied", "t3.unavailable", "t3.rejected", "t3.other")


def _slack(
    facts: Facts, vocabulary: Vocabulary, whole: tuple[str, ...], parts: tuple[str, ...], column: str | None
) -> Decimal | None:
    """What the printed parts leave of a printed whole; None where the whole is not printed."""
    above, below = Total(), Total()
    for code in whole:
        add_ref(above, facts, vocabulary, code, column)
    for code in parts:
        add_ref(below, facts, vocabulary, code, column)
    if above.short or above.low is None or below.low is None or not above.evidence:
        return None
    return above.low - below.low


def _group_slack(facts: Facts, vocabulary: Vocabulary, codes: set[str]) -> Decimal | None:
    """The same for table 4, where each group has its own total."""
    room = ZERO
    for stem in {code.rpartition(".")[0] for code in codes}:
        parts = tuple(f"{stem}.{part}" for part in ("upheld", "corrected", "other", "pending"))
        if not stem.startswith("t4.") or f"{stem}.total" in codes:
            return None
        one = _slack(facts, vocabulary, (f"{stem}.total",), parts, None)
        if one is None:
            return None
        room += max(one, ZERO)
    return room
