"""What a first request would wait for, done at the start: templates, lexicon, and the database's first reading."""

from __future__ import annotations

from contextlib import suppress

from pipeline.compare import Order, Selection
from pipeline.errors import GongkaiError
from pipeline.store import Database
from pipeline.web import comparison, queries, render, source
from pipeline.web.data import Data
from pipeline.web.pages import common, report


def warm(data: Data) -> None:
    """Makes ready what all pages share. A database that cannot be read now says so to whoever asks for a page."""
    templates = render.environment()
    for name in templates.list_templates():
        templates.get_template(name)
    comparison.offered()
    common.checks()
    with suppress(GongkaiError):
        for key, work in (
            ("coverage", queries.coverage), ("verdicts", queries.verdicts), ("totals", queries.totals),
            ("regions", queries.region_codes), ("years", queries.held_years),
        ):  # fmt: skip
            data.remembered(key, work)
        data.read(_some_report)


def _some_report(db: Database) -> None:
    """Reads one report as its page and a comparison do, which loads what they need."""
    for (found,) in db.select("SELECT report_id FROM reports LIMIT 1"):
        held = report.fetch(db, found)
        if held is not None:
            source.view(held.result, held.across, held.decisions)
        Order(db, [comparison.DEFAULT], Selection(report_ids=(found,))).rows()
