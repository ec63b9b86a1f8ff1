"""/indicator/CODE : what is counted, where it comes from, how many reports have it. /dictionary : all of them."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, HTTPException, Path, Request
from fastapi.responses import HTMLResponse

from pipeline.compare.rates import parse
from pipeline.explain.names import STATES
from pipeline.lexicon import load_only
from pipeline.lexicon.schema.core import Indicator
from pipeline.lexicon.schema.output import OutputColumn
from pipeline.lexicon.schema.rates import Rate
from pipeline.lexicon.schema.rules import Rule
from pipeline.store import Database
from pipeline.store.schema import TABLES
from pipeline.web import charts, filters
from pipeline.web.pages.common import data
from pipeline.web.queries import Row
from pipeline.web.render import page
from pipeline.web.tables import TITLES, layouts

router = APIRouter()
GROUPS = {"table2": "主动公开政府信息情况（表二）", "table3": "收到和处理申请情况（表三）",
          "table4": "行政复议、行政诉讼情况（表四）", "s14": "旧统计表（2014—2018 年度）", "prose": "正文"}  # fmt: skip
KINDS = {"count": "计数", "amount": "金额", "rate": "比率", "score": "得分", "days": "天数"}
TABLE = {"table2": "2", "table3": "3", "table4": "4", "s14": "s14"}


def _indicators() -> dict[str, Indicator]:
    return {row.code: row for row in load_only(Indicator).rows(Indicator)}


@router.get("/indicator/{code:path}")
def indicator(request: Request, code: Annotated[str, Path(max_length=80)]) -> HTMLResponse:
    known = _indicators()
    this = known.get(code)
    if this is None and not code.startswith("other:"):
        raise HTTPException(404)
    held = data(request)
    coverage = held.remembered(("indicator", code), lambda db: _coverage(db, code))
    years = [row["year"] for row in coverage["years"]]
    asked = filters.years([request.query_params.get("year", "")])
    year = asked[0] if asked and asked[0] in years else years[-1] if years else None
    values = held.remembered(("values", code, year), lambda db: _values(db, code, year)) if year else []
    return page(
        request,
        "indicator.html",
        code=code,
        this=this,
        group=GROUPS[this.group] if this else "正文",
        kind=KINDS[this.kind] if this else "计数",
        table=TITLES.get(TABLE.get(this.group, ""), "") if this else "",
        forms=_forms(this),
        parts=[(one, known[one].name) for one in this.sum_of if one in known] if this else [],
        same=[(row.code, row.name) for row in known.values() if row.same_as == code]
        + ([(this.same_as, known[this.same_as].name)] if this and this.same_as in known else []),
        rates=[rate for rate in load_only(Rate).rows(Rate) if _uses(rate, code)],
        rules=[rule for rule in load_only(Rule).rows(Rule) if code in rule.codes or code in rule.formula],
        coverage=coverage,
        year=year,
        histogram=charts.histogram(values, "", label=f"{year} 年各报告的数值"),
        quartiles=charts.quartiles(values),
        count=len(values),
        STATES=STATES,
    )


def _forms(this: Indicator | None) -> list[tuple[str, str]]:
    """(form, line and column) where a form has this cell."""
    if this is None or this.group not in TABLE:
        return []
    found = []
    for form, layout in layouts().get(TABLE[this.group], ()):
        for line in layout.lines:
            columns = [label for name, label in layout.columns if line.codes.get(name) == this.code]
            if columns:
                where = "各申请人栏" if layout.by_applicant else "、".join(columns)
                found.append((form, " · ".join(part for part in (line.group, line.label, where) if part)))
    return found


def _uses(rate: Rate, code: str) -> bool:
    return any(parse(term)[0] == code for term in (*rate.numerator, *rate.denominator))


def _coverage(db: Database, code: str) -> Row:
    """By year: reports, those with a value in the total column, blank ones; and how many figures the prose has."""
    held = {int(row[0]): int(row[1]) for row in db.select(
        "SELECT year, COUNT(*) FROM reports WHERE year IS NOT NULL GROUP BY year")}  # fmt: skip
    column = "c.applicant = 'total'" if code.startswith("t3.") else "c.applicant IS NULL"
    cells = {int(row[0]): (int(row[1]), int(row[2])) for row in db.select(
        "SELECT r.year, COUNT(c.value), COUNT(*) FROM cells c JOIN reports r ON r.document_id = c.document_id "
        f"WHERE c.code = ? AND {column} AND r.year IS NOT NULL GROUP BY r.year", (code,))}  # fmt: skip
    prose = {int(row[0]): int(row[1]) for row in db.select(
        "SELECT r.year, COUNT(DISTINCT r.report_id) FROM figures f JOIN reports r ON r.document_id = f.document_id "
        "WHERE f.code = ? AND r.year IS NOT NULL GROUP BY r.year", (code,))}  # fmt: skip
    years = [
        {"year": year, "reports": held[year], "valued": cells.get(year, (0, 0))[0],
         "blank": cells.get(year, (0, 0))[1] - cells.get(year, (0, 0))[0], "prose": prose.get(year, 0)}
        for year in sorted(held)
    ]  # fmt: skip
    return {"years": years, "table": bool(cells)}


def _values(db: Database, code: str, year: int) -> list[float]:
    """The values of one year, of the table where it has this code, else of exact statements of the prose."""
    column = "c.applicant = 'total'" if code.startswith("t3.") else "c.applicant IS NULL"
    rows = db.select(
        "SELECT CAST(c.value_base AS DOUBLE PRECISION) FROM cells c JOIN reports r ON r.document_id = c.document_id "
        f"WHERE c.code = ? AND {column} AND c.value_base IS NOT NULL AND r.year = ?",
        (code, year),
    )
    if not rows:
        rows = db.select(
            "SELECT CAST(f.value AS DOUBLE PRECISION) FROM figures f JOIN reports r ON r.document_id = f.document_id "
            "WHERE f.code = ? AND f.value IS NOT NULL AND f.measure = 'level' AND f.part_of IS NULL "
            "AND f.category IS NULL AND f.period_kind IN ('year', 'since') AND r.year = ?",
            (code, year),
        )
    return [row[0] for row in rows]


@router.get("/dictionary")
def dictionary(request: Request) -> HTMLResponse:
    known = _indicators().values()
    groups = [(title, [row for row in known if row.group == group]) for group, title in GROUPS.items()]
    columns = {row.name: row for row in load_only(OutputColumn).rows(OutputColumn)}
    tables = [(table.name, [columns[c] for c in table.names if c in columns]) for table in TABLES if table.content]
    rules = [rule for rule in load_only(Rule).rows(Rule) if rule.enabled]
    return page(request, "dictionary.html", groups=groups, rates=load_only(Rate).rows(Rate), tables=tables, rules=rules)
