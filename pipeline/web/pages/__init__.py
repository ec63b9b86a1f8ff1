"""One module a page. Each has a `router`; none of them writes SQL or HTML by hand."""

from __future__ import annotations

from pipeline.web.pages import check, compare, findings, indicator, overview, report, reports, runs

ROUTERS = tuple(module.router for module in (overview, reports, findings, report, compare, indicator, runs, check))
