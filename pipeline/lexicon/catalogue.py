"""Which lexicon files there are, which model each entry has, and the checks across files."""

from __future__ import annotations

from pipeline.lexicon.entry import Check, FileSpec
from pipeline.lexicon.schema import core, forms, linking, numbers, output, places, prose, rates, rules, wording

_PARTS = (core, numbers, forms, places, prose, rules, rates, output, wording, linking)

FILES: tuple[FileSpec, ...] = tuple(spec for part in _PARTS for spec in part.FILES)
CHECKS: tuple[Check, ...] = tuple(check for part in _PARTS for check in part.CHECKS)
