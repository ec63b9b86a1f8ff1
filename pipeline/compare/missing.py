"""Who has not published, and who was late: a list of organs against the reports of a year.

The list is a CSV file with a heading line: 机关 (or organ), and where there are several of one name 区划代码 (or
region_code). An organ is found by its name without white space, and by region where the list gives one.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from pipeline.errors import UsageError

if TYPE_CHECKING:
    from pipeline.store.database import Database

State = Literal["missing", "late", "on_time", "undated"]
STATES: dict[State, str] = {"missing": "未见报告", "late": "逾期发布", "on_time": "按时发布", "undated": "发布日期不详"}
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


def organs(path: Path) -> list[tuple[str, str | None]]:
    """The list: (organ, region code or None). Raises UsageError where the file is no such list."""
    data = path.read_bytes() if path.is_file() else None
    if data is None:
        raise UsageError(f"找不到机关名单 {path}")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            text = data.decode("gb18030")
        except UnicodeDecodeError as error:
            raise UsageError(f"{path.name} 的编码无法识别，请另存为 UTF-8 的 CSV") from error
    reader = csv.DictReader(text.splitlines())
    heads = reader.fieldnames or ()
    organ = next((name for name in _ORGAN if name in heads), None)
    region = next((name for name in _REGION if name in heads), None)
    if organ is None:
        raise UsageError(f"{path.name} 第一行应有「机关」一栏（可另有「区划代码」）")
    rows = [((row.get(organ) or "").strip(), (row.get(region) or "").strip() if region else "") for row in reader]
    return [(name, code or None) for name, code in rows if name]


def missing(db: Database, wanted: list[tuple[str, str | None]], year: int, deadline: str | None = None) -> list[Due]:
    """The state of every organ of the list, those without a report first.

    `deadline` is an ISO date; without it 31 January of the following year (《条例》第四十九条 gives organs until then).
    """
    last = deadline or f"{year + 1}-01-31"
    try:
        date.fromisoformat(last)
    except ValueError as error:
        raise UsageError(f"期限「{last}」应写成 2024-01-31 的样子") from error
    rows = db.select(
        "SELECT r.organ, r.region_code, d.published_on, s.source FROM reports r "
        "JOIN documents d ON d.document_id = r.document_id "
        "LEFT JOIN document_source s ON s.document_id = r.document_id WHERE r.year = ? AND r.organ IS NOT NULL",
        (year,),
    )
    held: dict[str, list[tuple[str | None, str | None, str | None]]] = {}
    for organ, region, published, source in sorted(rows, key=lambda row: (row[0], row[1] or "", row[3] or "")):
        held.setdefault("".join(organ.split()), []).append((region, published, source))
    found = []
    for organ, region in wanted:
        fits = [row for row in held.get("".join(organ.split()), []) if region is None or row[0] == region]
        if not fits:
            found.append(Due(organ, region, year, "missing", deadline=last))
            continue
        # A report may have been published again; the first date is the one that counts.
        code, published, source = min(fits, key=lambda row: (row[1] is None, row[1] or ""))
        state: State = "undated" if published is None else "on_time" if published <= last else "late"
        found.append(Due(organ, region or code, year, state, published, last, source))
    order: tuple[State, ...] = ("missing", "late", "undated", "on_time")
    return sorted(found, key=lambda due: order.index(due.state))
