"""Formulas of rules, compiled once to closures over the facts of a report.

The usual formula is a plain sum on both sides; its terms are flattened at compile time, so that a check is a loop over
dictionary look-ups. Products, quotients and functions work on intervals and read blanks as 0; a relation that fails
with blanks in it is then never said to differ.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import NamedTuple

from pipeline.lexicon.formula import (
    COLUMNS,
    Binary,
    Call,
    Node,
    Number,
    Ref,
    Relation,
    RelationSign,
    parse_relation,
    parse_sum,
)
from pipeline.model import Figure
from pipeline.reconcile.facts import ZERO, Facts, Total, Vocabulary, add_figure, add_ref, cell_evidence, number

SIGNED_CODES = (".items_change",)
"""Codes whose count may be negative: a blank there may stand for less than 0 as well."""


class Context(NamedTuple):
    """What a formula is evaluated over: the facts, and the column or line that it stands at."""

    facts: Facts
    column: str | None = None
    line: str = ""
    categories: tuple[str, ...] = ()


Side_ = Callable[[Context], Total]


class Compiled(NamedTuple):
    """A relation, ready to be evaluated."""

    sign: RelationSign
    left: Side_
    right: Side_


def compile_relation(text: str, vocabulary: Vocabulary) -> Compiled:
    relation: Relation = parse_relation(text)
    return Compiled(relation.sign, _side(relation.left, vocabulary), _side(relation.right, vocabulary))


def compile_sum(text: str, vocabulary: Vocabulary) -> Side_:
    return _side(parse_sum(text), vocabulary)


def _side(node: Node, vocabulary: Vocabulary) -> Side_:
    flat = _flatten(node, False)
    return _sum_of(flat, vocabulary) if flat is not None else _general(node, vocabulary)


def _flatten(node: Node, minus: bool) -> list[tuple[Ref, bool]] | None:
    """The references of a plain sum with their signs; None for any other expression."""
    if isinstance(node, Ref):
        return [(node, minus)]
    if isinstance(node, Binary) and node.sign in "+-":
        left = _flatten(node.left, minus)
        if left is None and isinstance(node.left, Number) and node.left.value == 0:
            left = []
        right = _flatten(node.right, minus != (node.sign == "-"))
        if left is not None and right is not None:
            return left + right
    return None


def _columns_of(plan: tuple[tuple[str, str], ...], vocabulary: Vocabulary) -> Side_:
    """A sum over columns of the current line: the commonest check of all, so it has a loop of its own."""

    def evaluate(context: Context) -> Total:
        total = Total()
        cells, line = context.facts.cells, context.line
        columned = line.startswith("t3.")
        terms, evidence, blanks = total.terms, total.evidence, total.blanks
        low = ZERO
        for column, label in plan:
            at = column if columned else None
            cell = cells.get((line, at))
            if cell is None or cell.state in _UNREAD:
                add_ref(total, context.facts, vocabulary, line, at, False, True)
                continue
            evidence.append(cell_evidence(line, at))
            value = cell.value
            terms.append((label, value, False))
            if value is None:
                blanks.append(cell)
            else:
                low += value
        total.low = total.high = low
        return total

    return evaluate


_UNREAD = ("unreadable", "covered")


class _Term(NamedTuple):
    """A reference of a plain sum with all that is known of it before the first report."""

    ref: Ref
    minus: bool
    columned: bool
    lines: tuple[tuple[str, str], ...]
    """(code, short name) of the cells it may stand for: the code itself first, then the lines it is made of."""
    signed: bool
    simple: bool
    """True for counts of the report itself that are added: most terms of most formulas."""


def _sum_of(refs: list[tuple[Ref, bool]], vocabulary: Vocabulary) -> Side_:
    """A loop over references; those that stand over columns of one line are told by their column's name."""
    by_column = refs[0][0].code == "line" or (len(refs) > 1 and len({ref.code for ref, _ in refs}) == 1)
    plan = [_term(ref, minus, vocabulary) for ref, minus in refs]
    columns = vocabulary.columns
    if all(term.ref.code == "line" and term.simple and term.ref.column in COLUMNS for term in plan):
        return _columns_of(tuple((term.ref.column, columns[term.ref.column]) for term in plan), vocabulary)

    def evaluate(context: Context) -> Total:
        total = Total()
        facts, current, line, _ = context
        cells = facts.cells
        low: Decimal = ZERO
        for ref, minus, columned, lines, signed, simple in plan:
            at: str | None = None
            if columned and (lines or line.startswith("t3.")):
                at = ref.column if ref.column and ref.column != "column" else (current or "total")
            if simple and at != "sum" and at != "legal_entities":
                found = False
                for code, name in lines or ((line, ""),):
                    cell = cells.get((code, at))
                    if cell is None:
                        continue
                    found = True
                    value = cell.value
                    if value is not None:
                        low += value
                        total.terms.append((columns[at] if by_column and at else name, value, False))
                        total.evidence.append(cell_evidence(code, at))
                    elif cell.state == "blank" and (at != "total" or by_column):
                        total.blanks.append(cell)
                        total.terms.append((columns[at] if by_column and at else name, None, False))
                        total.evidence.append(cell_evidence(code, at))
                    else:
                        add_ref(total, facts, vocabulary, code, at, False, by_column)
                    if code == ref.code:
                        break
                if found:
                    continue
            code = line if ref.code == "line" else ref.code
            if ref.place == "":
                add_ref(total, facts, vocabulary, code, at, minus, by_column)
            else:
                _elsewhere(total, context, vocabulary, ref, code, at, minus)
            total.signed = total.signed or signed
        if low:
            total.low = None if total.low is None else total.low + low
            total.high = None if total.high is None else total.high + low
        return total

    return evaluate


def _term(ref: Ref, minus: bool, vocabulary: Vocabulary) -> _Term:
    codes = () if ref.code == "line" else (ref.code, *vocabulary.ordered_leaves(ref.code))
    simple = (
        ref.place == "" and not minus and ref.code not in vocabulary.amounts and not ref.code.endswith(SIGNED_CODES)
    )
    columned = ref.code.startswith("t3.") or ref.code == "line"
    lines = tuple((code, vocabulary.name(code)) for code in dict.fromkeys(codes))
    return _Term(ref, minus, columned, lines, ref.code.endswith(SIGNED_CODES), simple)


def _elsewhere(
    total: Total, context: Context, vocabulary: Vocabulary, ref: Ref, code: str, column: str | None, minus: bool
) -> None:
    """Adds what stands in last year's report, in the children's reports, or in the prose."""
    facts = context.facts
    if ref.place == "prose":
        index = find_figure(facts, code, ref.column or None, context.categories)
        if index is None:
            total.unknown.append(f"文中的{vocabulary.name(code)}")
            total.terms.append((f"文中{vocabulary.name(code)}", None, minus))
        else:
            add_figure(total, index, facts.figures[index], f"文中{vocabulary.name(code)}", minus)
        return
    others = ((facts.last,) if facts.last else ()) if ref.place == "last" else tuple(facts.children)
    prefix = "上年年报" if ref.place == "last" else "下级"
    start = len(total.terms)
    evidence = len(total.evidence)
    for other in others:
        add_ref(total, other, vocabulary, code, column, minus)
    del total.evidence[evidence:]  # evidence names places in the report at hand only
    if len(others) > 1 and ref.place == "children":
        held = sum((v for _, v, _ in total.terms[start:] if isinstance(v, Decimal)), ZERO)
        total.terms[start:] = [(f"{len(others)}份下级年报{vocabulary.where(code, column)}合计", held, minus)]
        return
    total.terms[start:] = [(f"{prefix}{label}", value, sign) for label, value, sign in total.terms[start:]]
    if not others:
        total.unknown.append(f"{prefix}{vocabulary.where(code, column)}")
        total.terms.append((f"{prefix}{vocabulary.name(code)}", None, minus))


def find_figure(facts: Facts, code: str, column: str | None, categories: tuple[str, ...] = ()) -> int | None:
    """The first figure that states a code for the report's own scope and year."""
    for index, figure in enumerate(facts.figures):
        if figure.code == code and figure.measure == "level" and figure.column == column and _plain(figure):
            if categories and not any(word in (figure.category or "") for word in categories):
                continue
            return index
    return None


def _plain(figure: Figure) -> bool:
    return figure.scope_kind in (None, "own") and figure.period.kind in ("year", "since")


def _general(node: Node, vocabulary: Vocabulary) -> Side_:
    if isinstance(node, Number):
        value = node.value

        def constant(_: Context) -> Total:
            total = Total()
            total.low = total.high = value
            total.terms.append(("", value, False))
            return total

        return constant
    if isinstance(node, Ref):
        return _sum_of([(node, False)], vocabulary)
    if isinstance(node, Binary):
        return _binary(node.sign, _side(node.left, vocabulary), _side(node.right, vocabulary))
    return _call(node, [_side(argument, vocabulary) for argument in node.arguments])


def _join(parts: list[Total], text: str, low: Decimal | None, high: Decimal | None) -> Total:
    total = Total()
    total.low, total.high = low, high
    for part in parts:
        total.blanks += part.blanks
        total.unknown += part.unknown
        total.evidence += part.evidence
        total.how = total.how or part.how
    # A blank below a quotient moves it either way, so no gap can be told to be beyond mending.
    total.signed = any(part.short or part.signed for part in parts)
    total.terms.append((text, "", False))
    return total


def _binary(sign: str, left: Side_, right: Side_) -> Side_:
    def evaluate(context: Context) -> Total:
        a, b = left(context), right(context)
        low, high = _arithmetic(sign, a, b)
        joined = _join(
            [a, b], f"{_brief(a)}{'×' if sign == '*' else '÷' if sign == '/' else sign}{_brief(b)}", low, high
        )
        if sign == "/" and b.low is not None and b.low <= 0:
            joined.unknown.append(f"{_brief(b)}（除数为0）")
            joined.low = joined.high = None
        return joined

    return evaluate


def _arithmetic(sign: str, a: Total, b: Total) -> tuple[Decimal | None, Decimal | None]:
    if sign in "+-":
        b_low, b_high = (b.low, b.high) if sign == "+" else (_negated(b.high), _negated(b.low))
        return (
            None if a.low is None or b_low is None else a.low + b_low,
            None if a.high is None or b_high is None else a.high + b_high,
        )
    if a.low is None or a.high is None or b.low is None or b.high is None or (sign == "/" and b.low <= 0 <= b.high):
        return None, None
    if sign == "*":
        ends = [x * y for x in (a.low, a.high) for y in (b.low, b.high)]
    else:
        ends = [x / y for x in (a.low, a.high) for y in (b.low, b.high)]
    return min(ends), max(ends)


def _negated(value: Decimal | None) -> Decimal | None:
    return None if value is None else -value


def _call(node: Call, arguments: list[Side_]) -> Side_:
    def evaluate(context: Context) -> Total:
        parts = [argument(context) for argument in arguments]
        lows, highs = [part.low for part in parts], [part.high for part in parts]
        low: Decimal | None = None
        high: Decimal | None = None
        if None not in lows and None not in highs:
            known_lows = [x for x in lows if x is not None]
            known_highs = [x for x in highs if x is not None]
            if node.name == "abs":
                inside = known_lows[0] <= ZERO <= known_highs[0]
                ends = (abs(known_lows[0]), abs(known_highs[0]))
                low, high = (ZERO if inside else min(ends)), max(ends)
            else:
                pick = min if node.name == "min" else max
                low, high = pick(known_lows), pick(known_highs)
        return _join(parts, f"{node.name}({'、'.join(_brief(part) for part in parts)})", low, high)

    return evaluate


def _brief(total: Total) -> str:
    """The value of an operand inside a larger expression."""
    if len(total.terms) == 1 and total.terms[0][1] == "":
        return f"（{total.terms[0][0]}）"
    if total.low != total.high:
        return f"[{number(total.low)}, {number(total.high)}]"
    label = total.terms[0][0] if len(total.terms) == 1 else ""
    return f"{label}{number(total.low)}"
