"""Cells, figures and claims of the real reports, built from their gold files: exact inputs for the checks."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from pipeline.model import Cell, Claim, Figure, Finding, OrganKind, Period, Report, Why

REPORTS = ("haining2020", "hongze2023", "shanghai2019")
_ORGANS: dict[str, OrganKind] = {"haining2020": "government", "hongze2023": "government", "shanghai2019": "office"}
_CLAIMS = {"均在": "all_on_time", "均获维持": "all_upheld", "零败诉": "none_lost"}
_SCOPE_KINDS = {
    "全市": "jurisdiction",
    "全区": "jurisdiction",
    "市级部门": "departments",
    "市本级": "own",
    "市政府": "own",
}
_CHANGES = {"去年回落": "-"}


@dataclass
class Gold:
    report: Report
    cells: list[Cell]
    figures: list[Figure]
    claims: list[Claim]
    rows: list[dict[str, Any]]
    verdicts: list[dict[str, Any]]

    def meets(self, row: dict[str, Any], findings: tuple[Finding, ...]) -> bool:
        """Whether a row of the gold verdicts holds: a finding with its figure and code has its verdict."""
        of = [f for f in findings if f.code in self._codes(row) and self._names(row, f)]
        if row["verdict"] == "not comparable":
            return all(f.verdict in ("not_comparable", "not_assessable") for f in of)
        wanted = ("agrees", "agrees_if_blank_zero") if row["verdict"] == "agrees" else (row["verdict"],)
        return any(f.verdict in wanted for f in of)

    def _index(self, row: dict[str, Any]) -> list[int]:
        return [
            i
            for i, gold in enumerate(self.rows)
            if gold["mention"] == row["statement"] and gold["ctx"].endswith(row["ctx"][-8:])
        ]

    def _codes(self, row: dict[str, Any]) -> set[str]:
        codes = {self.figures[i].code for i in self._index(row) if self.rows[i]["code"] == row["code"]}
        return codes | {row["code"]}

    def _names(self, row: dict[str, Any], finding: Finding) -> bool:
        indexes = self._index(row)
        claimed = [c for c in self.claims if _CLAIMS.get(row["statement"]) == c.kind]
        return any(
            (e.kind == "figure" and e.index in indexes)
            or (e.kind == "text" and any(e.start == c.start for c in claimed))
            for e in finding.evidence
        )


def load_gold(folder: Path, name: str) -> Gold:
    def part(kind: str) -> Any:
        return json.loads((folder / f"{name}.{kind}.json").read_text(encoding="utf-8"), parse_float=Decimal)

    figures = part("figures")
    rows = list(figures["figures"])
    claims = [row for row in figures["borderline"] if row["mention"] in _CLAIMS]
    tables = part("tables")
    report = Report(organ_kind=_ORGANS[name], year=figures["year"], form=tables["form"])
    made = [_figure(row, i, rows) for i, row in enumerate(rows)]
    return Gold(
        report=report,
        cells=[_cell(row, i) for i, row in enumerate(tables["cells"])],
        figures=made,
        claims=_claims(claims, rows, made),
        rows=rows,
        verdicts=part("verdicts"),
    )


def _cell(row: dict[str, Any], index: int) -> Cell:
    value = None if row["value"] is None else Decimal(row["value"])
    return Cell(
        code=row["code"],
        column=row["column"],
        state="blank" if row["blank"] else "printed",
        value=value,
        printed=row.get("printed") or ("" if value is None else str(value)),
        unit=row.get("unit", "件"),
        table=row["code"][1],
        row=0,
        start=index,
        end=index,
    )


def _figure(row: dict[str, Any], index: int, rows: list[dict[str, Any]]) -> Figure:
    code = row["code"]
    if code.startswith("other:") and row.get("of"):
        code = "t3.disclosed" if "granted" in row["of"] else row["of"]
    elif row.get("alt") and code == "other:予以公开及部分公开":
        code = "t3.disclosed"
    whole = next((i for i, r in enumerate(rows) if row.get("part_of") == r["mention"]), None)
    value = Decimal(row["value"])
    if any(row["ctx"].endswith(word) for word in _CHANGES):
        value = -value
    open_ended = row["bound"] == "min"
    sentence = _sentence(row["ctx"], index, rows)
    return Figure(
        code=code,
        value=value,
        unit=row["unit"],
        bound=row["bound"],
        low=value,
        high=None if open_ended else value,
        mention=row["mention"],
        start=index * 10,
        end=index * 10 + 5,
        sentence=sentence,
        section=1,
        before=row["ctx"],
        why=Why(alias="gold", rule="gold"),
        measure=row.get("measure", "level"),
        of=None,
        channel=row.get("channel"),
        scope=row.get("scope"),
        scope_kind=_SCOPE_KINDS.get(row.get("scope") or ""),  # type: ignore[arg-type]  # the values are scope kinds
        period=Period(),
        category=row.get("category"),
        part_of=whole,
        zero_by_words=row.get("zero_by_words", False),
    )


def _sentence(ctx: str, index: int, rows: list[dict[str, Any]]) -> tuple[int, int]:
    """A sentence begins where the words before a figure hold a full stop."""
    begin = index
    while begin and not re.search(r"[。”]", rows[begin]["ctx"]):
        begin -= 1
    return begin * 10, begin * 10 + 10_000


def _claims(claims: list[dict[str, Any]], rows: list[dict[str, Any]], figures: list[Figure]) -> list[Claim]:
    """A claim speaks of the figures that stand in the words before it, or of those of its code's table."""
    made: dict[tuple[str, str], Claim] = {}
    for number, row in enumerate(claims):
        kind = _CLAIMS[row["mention"]]
        about = tuple(
            i
            for i, figure in enumerate(figures)
            if figure.measure == "level"
            and (
                (kind == "all_upheld" and figure.code in ("t4.review.total", "t4.suit.total"))
                or (kind == "all_on_time" and figure.code in ("t3.received", "t3.handled"))
            )
        )
        start = 100_000 + number * 10
        made.setdefault(
            (kind, row["ctx"]), Claim(kind=kind, start=start, end=start + 4, sentence=(start, start + 9), figures=about)
        )
    return list(made.values())
