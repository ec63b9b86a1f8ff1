"""Facts and rules to findings: what does not add up in a report, where, and why.

    Reconciler(lexicon).check(report, cells, figures, claims) -> tuple[Finding, ...]

The rules are data (lexicons/rules). This package sees values and the lexicon, never the readers.
"""

from __future__ import annotations

from pipeline.reconcile.engine import Reconciler
from pipeline.reconcile.facts import Facts, facts_of, plain_cell

__all__ = ["Facts", "Reconciler", "facts_of", "plain_cell"]
