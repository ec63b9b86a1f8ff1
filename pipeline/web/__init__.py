"""The web page (`gongkai serve`): find the faulty reports, see each number in its source, decide, compare.

    app = create_app(Settings(db="reports.duckdb"))        # an ASGI application; `gongkai serve` runs it on uvicorn

security   who may ask: host names, token, same origin, size of uploads, headers of answers
data       how the database is reached: one reader for all pages, one writer that opens briefly
filters    what is asked for: query strings ↔ conditions
queries    the SQL of the pages, read only
source     one report as it is shown: the marked text, the statutory tables, the verdicts
drafts     uploaded drafts, read in a worker that can be killed, kept nowhere
pages/     one module a page;  api    the same as JSON and CSV under /api/v1
"""
