"""When two sums meet. The semantics of the verdicts (see docs: checks and verdicts) stand here and nowhere else."""

from __future__ import annotations

from decimal import Decimal

from pipeline.lexicon.formula import RelationSign
from pipeline.model import How, Struct, Verdict
from pipeline.reconcile.facts import ZERO, Total


class Outcome(Struct, frozen=True):
    """A verdict without its explanation. `difference` is left − right at the points where they come nearest."""

    verdict: Verdict
    how: How | None = None
    difference: Decimal | None = None
    missing: tuple[str, ...] = ()
    lacking: Decimal | None = None
    """The amount that the blanks would have to hold for the sum to come out."""


def meet(left: Total, right: Total, sign: RelationSign = "=", blanks: str = "mend") -> Outcome:
    """Compares two sums.

    An empty overlap differs, unless counts ≥ 0 in the blanks (or in what could not be read) of the smaller side could
    mend it: then it cannot be assessed, and the blanks and the amount are named.
    """
    empty = bool(left.blanks or right.blanks)
    unknown = bool(left.unknown or right.unknown)
    if not empty and not unknown:
        gap = _gap(left, right, sign)
        if gap is None:
            return _EXACT if _points(left, right) else Outcome(verdict="agrees", how=_how(left, right))
        return Outcome(verdict="differs", difference=gap)
    missing = tuple([term[0] for term in left.terms + right.terms if term[1] is None])
    gap = _gap(left, right, sign)
    if gap is None:
        if unknown or blanks == "strict":
            return Outcome(verdict="not_assessable", missing=missing)
        if sign in ("<=", "<") and not left.blanks:
            return Outcome(verdict="agrees", how=_how(left, right))
        return Outcome(verdict="agrees_if_blank_zero", how=_how(left, right), missing=missing)
    smaller = left if gap < ZERO else right
    mends = smaller.short or left.signed or right.signed
    if sign in ("<=", "<"):
        mends = right.short
    elif sign in (">=", ">"):
        mends = left.short
    if mends or blanks == "strict":
        return Outcome(verdict="not_assessable", difference=gap, missing=missing, lacking=abs(gap))
    return Outcome(verdict="differs", difference=gap, missing=missing)


_EXACT = Outcome(verdict="agrees", how="exact", difference=ZERO)


def _points(left: Total, right: Total) -> bool:
    return left.low == left.high and right.low == right.high


def _gap(left: Total, right: Total, sign: RelationSign) -> Decimal | None:
    """None where the relation holds; else how far the left side lies from the right one, with its sign."""
    if sign in _NOT_LESS:
        gap = _under(left.high, right.low, sign == ">")
        if gap is not None:
            return gap
    if sign in _NOT_MORE:
        gap = _under(right.high, left.low, sign == "<")
        if gap is not None:
            return -gap
    return None


_NOT_LESS = ("=", ">=", ">")
_NOT_MORE = ("=", "<=", "<")


def _under(high: Decimal | None, low: Decimal | None, strict: bool) -> Decimal | None:
    """How far the upper end of one side lies under the lower end of the other; None where it does not."""
    if high is None or low is None or high > low or (high == low and not strict):
        return None
    return high - low


def _how(left: Total, right: Total) -> How:
    """exact for two points; else what the side that is no point says of itself."""
    if _points(left, right):
        return "exact"
    return left.how or right.how or "rounded"  # type: ignore[return-value]  # Total.how is a How or ""
