"""Who has not published, and who was late: a list of organs against the reports of a year.

The list is a CSV file with a heading line: 机关 (or organ), and where there are several of one name 区划代码 (or
region_code). An organ is found by its name without white space; where the list gives a region, by its own name within
the region, however many regions either side writes in front (密云区教育局, 北京市密云区教育局). A report whose region
could not be decided is never taken for the organ: it is named for someone to look at.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from pipeline.compare.gather import at_once
from pipeline.errors import UsageError
from pipeline.store.places import own_name

if TYPE_CHECKING:
    from pipeline.store.database import Database

State = Literal["missing", "unplaced", "late", "on_time", "undated"]
STATES: dict[State, str] = {
    "missing": "未见报告", "unplaced": "有同名机关的报告，但其地区未定", "late": "逾期发布", "on_time": "按时发布",
    "undated": "发布日期不详",
}  # fmt: skip
HEADINGS = ("机关", "区划代码", "年份", "情况", "发布日期", "期限", "来源")

_ORGAN = ("机关", "机关名称", "单位", "单位名称", "organ")
_REGION = ("区划代码", "行政区划代码", "region_code")


@dataclass(frozen=True, slots=True)
class Due:
    """One organ of the list and what became of its report."""

    organ: str
    region_code: str | None
    year: int
    state: State
    published_on: str | None = None
    deadline: str = ""
    source: str | None = None

    def line(self) -> list[str | int | None]:
        """The line under HEADINGS."""
        return [
            self.organ, self.region_code, self.year, STATES[self.state], self.published_on, self.deadline, self.source,
        ]  # fmt: skip


def decoded(path: Path, what: str) -> str:
    """The text of a CSV file in UTF-8 or, as older spreadsheets write it, GB18030. Raises UsageError."""
    if not path.is_file():
        raise UsageError(f"找不到{what} {path}")
    data = path.read_bytes()
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise UsageError(f"{path.name} 的编码无法识别，请另存为 UTF-8 的 CSV")


def organs(path: Path) -> list[tuple[str, str | None]]:
    """The list: (organ, region code or None). Raises UsageError where the file is no such list."""
    reader = csv.DictReader(decoded(path, "机关名单").splitlines())
    heads = reader.fieldnames or ()
    organ = next((name for name in _ORGAN if name in heads), None)
    region = next((name for name in _REGION if name in heads), None)
    if organ is None:
        raise UsageError(f"{path.name} 第一行应有「机关」一栏（可另有「区划代码」）")
    rows = [((row.get(organ) or "").strip(), (row.get(region) or "").strip() if region else "") for row in reader]
    return [(name, code or None) for name, code in rows if name]


@dataclass(frozen=True, slots=True)
class _Held:
    """A report that may be the one looked for; `published` is the first day any version of it bears."""

    name: str
    own: str
    region: str | None
    kind: str | None
    level: str | None
    published: str | None
    source: str | None


@at_once
def missing(db: Database, wanted: list[tuple[str, str | None]], year: int, deadline: str | None = None) -> list[Due]:
    """The state of every organ of the list, those without a report first.

    `deadline` is an ISO date for all; without it the days of 《条例》第四十九条: 31 March of the following year for
    the report of a government of a county or above, 31 January for everyone else.
    """
    if deadline is not None:
        try:
            date.fromisoformat(deadline)
        except ValueError as error:
            raise UsageError(f"期限「{deadline}」应写成 2024-01-31 的样子") from error
    chains = _chains(db, year)
    held = _held(db, year, chains)
    found = [_due(organ, region, year, deadline, held, chains) for organ, region in wanted]
    order: tuple[State, ...] = ("missing", "unplaced", "late", "undated", "on_time")
    return sorted(found, key=lambda due: order.index(due.state))


def counted(found: list[Due]) -> str:
    """How many organs there are in each state, in words."""
    counts = {name: sum(1 for one in found if one.state == state) for state, name in STATES.items()}
    told = "，".join(f"{name} {count}" for name, count in counts.items() if count)
    return f"共 {len(found)} 家{f'：{told}' if told else ''}"


def _chains(db: Database, year: int) -> dict[str, list[str]]:
    """Region code → its name and those of the regions it lies in, in that year."""
    rows = db.select("SELECT code, name, parent, first_year, last_year FROM regions ORDER BY code, first_year")
    valid = {code: (name, parent) for code, name, parent, first, last in rows if first <= year <= (last or 9999)}
    found: dict[str, list[str]] = {}
    for code in valid:
        names, at = list[str](), code
        while at in valid and len(names) < 4:
            name, parent = valid[at]
            names.append(name)
            at = parent or ""
        found[code] = names
    return found


def _held(db: Database, year: int, chains: dict[str, list[str]]) -> list[_Held]:
    rows = db.select(
        "SELECT r.organ, r.region_code, r.organ_kind, r.level, MIN(d.published_on), MIN(s.source) FROM reports r "
        "JOIN documents d ON d.report_id = r.report_id "
        "LEFT JOIN document_source s ON s.document_id = r.document_id WHERE r.year = ? AND r.organ IS NOT NULL "
        "GROUP BY r.report_id, r.organ, r.region_code, r.organ_kind, r.level",
        (year,),
    )
    found = [
        _Held("".join(organ.split()), own_name(organ, chains.get(region or "", [])), region, kind, level, day, source)
        for organ, region, kind, level, day, source in rows
    ]
    return sorted(found, key=lambda one: (one.name, one.region or "", one.published or "~", one.source or ""))


def _due(
    organ: str, region: str | None, year: int, deadline: str | None, held: list[_Held], chains: dict[str, list[str]]
) -> Due:
    name = "".join(organ.split())
    if region is None:
        fits = [one for one in held if one.name == name]
        unplaced: list[_Held] = []
    else:
        own = own_name(organ, chains.get(region, []))
        fits = [one for one in held if one.region == region and (one.name == name or one.own == own)]
        unplaced = [one for one in held if one.region is None and one.level != "national" and one.name in (name, own)]
    if not fits:
        state: State = "unplaced" if unplaced else "missing"
        source = unplaced[0].source if unplaced else None
        return Due(organ, region, year, state, deadline=deadline or _deadline(name, None, None, year), source=source)
    one = min(fits, key=lambda fit: (fit.published is None, fit.published or ""))
    last = deadline or _deadline(one.name, one.kind, one.level, year)
    state = "undated" if one.published is None else "on_time" if one.published <= last else "late"
    return Due(organ, region or one.region, year, state, one.published, last, one.source)


def _deadline(name: str, kind: str | None, level: str | None, year: int) -> str:
    """《条例》第四十九条: departments by 31 January, the report of a government as a whole by 31 March."""
    whole = (
        kind == "government" if kind else name.endswith("人民政府") and not name.endswith(("镇人民政府", "乡人民政府"))
    )
    return f"{year + 1}-03-31" if whole and level != "township" else f"{year + 1}-01-31"
