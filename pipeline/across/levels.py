"""Levels (E): whether a government's report speaks of all that the reports below it count.

A county's government covers the county's departments, townships and subdistricts; a prefecture's its own departments
and the governments of its counties, not their departments, which those governments have counted already. Who stands
below whom is asked of the database (pipeline.store.across).
"""

from __future__ import annotations

from pipeline.lexicon import Lexicon
from pipeline.lexicon.formula import parse_relation, references
from pipeline.lexicon.schema.core import Indicator
from pipeline.lexicon.schema.rules import Rule, expand
from pipeline.reconcile import Facts

MAIN = ("t3.received", "t3.handled", "requests.intake")
"""What a report tells of the whole jurisdiction, where its tables cover it."""


def covers(facts: Facts) -> bool:
    """Whether the report says that its numbers are those of the jurisdiction, and its table has that number."""
    for figure in facts.figures:
        if figure.scope_kind == "jurisdiction" and figure.code in MAIN and figure.measure == "level":
            cell = facts.cells.get((figure.code, "total"))
            if figure.code == "requests.intake" or (cell is not None and cell.value == figure.value):
                return True
    return False


def codes_below(lexicon: Lexicon) -> tuple[str, ...]:
    """The codes that the rules over levels add up, with the lines that they are made of."""
    rows = lexicon.rows(Indicator)
    known = [row.code for row in rows]
    parts = {row.code: tuple(row.sum_of) for row in rows}
    wanted: set[str] = set()
    for rule in lexicon.rows(Rule):
        if "children." in rule.formula:
            wanted.update(expand(rule.lines, known))
            wanted.update(ref.code for ref in references(parse_relation(rule.formula)) if ref.place == "children")
    more = set(wanted)
    while more:
        more = {part for code in more for part in parts.get(code, ())} - wanted
        wanted |= more
    return tuple(sorted(wanted & set(known)))
