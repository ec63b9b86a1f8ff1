"""What a page is asked for: a query string as a value, as SQL, and back as a link.

Reading is lenient: a page with a mistyped year shows everything rather than an error. Only known words, digits and
plain text get into a Filter, and text only ever reaches SQL as a parameter.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any
from urllib.parse import urlencode

from pipeline.explain.names import KINDS, LEVELS, SEVERITY, VERDICTS
from pipeline.store.decisions import NAMES
from pipeline.store.read import Selection, prefix

PAGE = 50
LAST_PAGE = 2000
DECISIONS = {name: NAMES[name] for name in ("confirmed", "corrected", "dismissed", "pending")}
DECIDED = {"open": "未处理", "decided": "已处理", "all": "全部", **DECISIONS}
SORTS = {"worst": "问题最多的在前", "region": "按地区", "year": "最新的在前", "late": "发布最晚的在前"}

_REGION = re.compile(r"[1-8]\d{1,5}", re.ASCII)
_CHECK = re.compile(r"[A-G]\d{1,2}(\.[A-Za-z0-9_.]{1,40})?", re.ASCII)
_CODE = re.compile(r"[A-Za-z0-9_.:\[\]\u4e00-\u9fff（）]{1,60}")


@dataclass(frozen=True, slots=True)
class Filter:
    """The filters of lists and comparisons. What is empty does not restrict."""

    region: str = ""
    level: str = ""
    kind: str = ""
    year: tuple[int, ...] = ()
    q: str = ""
    check: str = ""
    code: str = ""
    severity: str = ""
    verdict: str = "differs"
    decision: str = "open"
    sort: str = "worst"
    page: int = 1

    def link(self, **changes: Any) -> str:
        """The query string of this filter with some things changed; defaults are left out, and so is the page."""
        other = replace(self, **{"page": 1, **changes})
        told: list[tuple[str, str]] = []
        for field in fields(other):
            value = getattr(other, field.name)
            if value == field.default:
                continue
            values = value if isinstance(value, tuple) else (value,)
            told += [(field.name, str(one)) for one in values]
        return "?" + urlencode(told)

    @property
    def selection(self) -> Selection:
        """The reports as the functions of store and compare take them."""
        return Selection(self.year, self.region or None, self.level or None, self.kind or None, self.q or None)

    def reports(self) -> tuple[str, list[Any]]:
        """Condition over `reports r` and its parameters."""
        parts: list[str] = []
        params: list[Any] = []
        if self.region:
            parts.append("r.region_code LIKE ?")
            params.append(prefix(self.region) + "%")
        for column, value in (("level", self.level), ("organ_kind", self.kind)):
            if value:
                parts.append(f"r.{column} = ?")
                params.append(value)
        if self.year:
            parts.append(f"r.year IN ({', '.join('?' for _ in self.year)})")
            params += self.year
        if self.q:
            parts.append("strpos(COALESCE(r.organ, ''), ?) > 0")
            params.append(self.q)
        return " AND ".join(parts) or "TRUE", params

    def findings(self) -> tuple[str, list[Any]]:
        """Condition over a finding `f` and its decision `x`, besides that over the report."""
        parts: list[str] = []
        params: list[Any] = []
        if self.verdict != "all":
            parts.append("f.verdict = ?")
            params.append(self.verdict)
        if self.severity:
            parts.append("f.severity = ?")
            params.append(self.severity)
        if self.check:
            parts.append("(f.check_id = ? OR starts_with(f.check_id, ?))")
            params += [self.check, self.check + "."]
        if self.code:
            parts.append("f.code = ?")
            params.append(self.code)
        if self.decision == "open":
            parts.append("(x.decision IS NULL OR x.decision = 'pending')")
        elif self.decision == "decided":
            parts.append("x.decision IS NOT NULL AND x.decision <> 'pending'")
        elif self.decision != "all":
            parts.append("x.decision = ?")
            params.append(self.decision)
        return " AND ".join(parts) or "TRUE", params


def parse(query: Mapping[str, str] | Any, **defaults: Any) -> Filter:
    """A query string (starlette's QueryParams) as a Filter; what makes no sense is left out."""
    base = Filter(**defaults)

    def one(name: str, known: Iterable[str], fallback: str) -> str:
        value = str(query.get(name, fallback))
        return value if value in known else fallback

    region = str(query.get("region", ""))
    check = str(query.get("check", ""))
    code = str(query.get("code", ""))
    return Filter(
        region=region if _REGION.fullmatch(region) else "",
        level=one("level", LEVELS, base.level),
        kind=one("kind", KINDS, base.kind),
        year=years(_all(query, "year")),
        q=text(query.get("q", "")),
        check=check if _CHECK.fullmatch(check) else "",
        code=code if _CODE.fullmatch(code) else "",
        severity=one("severity", SEVERITY, base.severity),
        verdict=one("verdict", (*VERDICTS, "all"), base.verdict),
        decision=one("decision", DECIDED, base.decision),
        sort=one("sort", SORTS, base.sort),
        page=page(query.get("page", "1")),
    )


def _all(query: Any, name: str) -> Sequence[str]:
    if hasattr(query, "getlist"):
        found: Sequence[str] = query.getlist(name)
        return found
    return [query[name]] if name in query else []


def text(value: Any, most: int = 60) -> str:
    """Text someone typed into a field: control characters gone, not too long."""
    return "".join(c for c in str(value) if c.isprintable()).strip()[:most]


def years(values: Sequence[str]) -> tuple[int, ...]:
    found = {int(v) for v in values if v.isascii() and v.isdigit() and 1990 <= int(v[:5]) <= 2100}
    return tuple(sorted(found))


def page(value: Any) -> int:
    told = str(value)
    return min(int(told), LAST_PAGE) if told.isascii() and told.isdigit() and int(told[:6]) > 0 else 1
