"""Rankings: `gongkai compare t3.received rate.disclosed --year 2020`.

The first code or rate ranks; others stand beside it. Equal values share a rank and the next is skipped (1, 2, 2, 4).
Reports of the selection without a value are listed with the reason: blank, not mentioned, contradictory, refused.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from pipeline.compare import rates
from pipeline.compare.gather import ReportRow
from pipeline.compare.values import STATUS_NAMES, Codes, Value, plain
from pipeline.errors import UsageError
from pipeline.lexicon import load_only
from pipeline.lexicon.entry import nearest
from pipeline.lexicon.schema.core import Indicator
from pipeline.lexicon.schema.rates import COLUMNS, TERM, Rate
from pipeline.store.dictionary import labels
from pipeline.store.read import Selection


@dataclass(frozen=True, slots=True)
class Asked:
    """One thing to compare: an indicator, perhaps in one column, or a rate."""

    text: str
    name: str
    unit: str
    code: str = ""
    column: str | None = None
    rate: Rate | None = None


@dataclass(frozen=True, slots=True)
class Shown:
    """What is shown of one thing for one report."""

    value: Decimal | None
    unit: str
    status: str
    taken_from: str = ""
    bound: str = "exact"
    remark: str = ""
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    ranked: bool = True


@dataclass(frozen=True, slots=True)
class RankRow:
    rank: int | None
    report: ReportRow
    shown: tuple[Shown, ...]


@dataclass(frozen=True, slots=True)
class Ranking:
    """`rows` have a value for the first thing asked, best first; `missing` have none, each with its status."""

    asked: tuple[Asked, ...]
    rows: tuple[RankRow, ...]
    missing: tuple[RankRow, ...]
    years: tuple[int, ...]

    def head(self) -> list[str]:
        """The headings of `lines`."""
        found = ["名次", "地区", "机关", "年份"]
        for asked in self.asked:
            found.append(f"{asked.name}（{asked.unit}）" if asked.unit else asked.name)
            if asked.rate:
                found += ["分子", "分母", "区间下限", "区间上限"]
            found += ["来源", "说明"]
        return found

    def lines(self, missing: bool = False) -> list[list[Decimal | int | str | None]]:
        """Rows for a table: numbers as numbers, what is missing as None."""
        found: list[list[Decimal | int | str | None]] = []
        for row in self.missing if missing else self.rows:
            organ = row.report.organ or f"（机关未定）{row.report.source or ''}"
            line: list[Decimal | int | str | None] = [row.rank, row.report.region, organ, row.report.year]
            for asked, shown in zip(self.asked, row.shown, strict=True):
                line.append(shown.value)
                if asked.rate:
                    line += [shown.numerator, shown.denominator, shown.low, shown.high]
                status = "" if shown.value is not None else STATUS_NAMES.get(shown.status, shown.status)
                line += [shown.taken_from, "：".join(part for part in (status, shown.remark) if part)]
            found.append(line)
        return found

    def missing_counts(self) -> dict[str, int]:
        """How many reports lack the first value, by reason."""
        return counted(row.shown[0].status for row in self.missing)


def counted(statuses: Iterable[str]) -> dict[str, int]:
    """How often each status stands there, by its name."""
    counts = Counter(STATUS_NAMES.get(status, status) for status in statuses)
    return dict(sorted(counts.items()))


def vocabulary() -> tuple[Codes, dict[str, Rate]]:
    """The indicators and rates of the lexicon."""
    lexicon = load_only(Indicator, Rate)
    return Codes(lexicon.rows(Indicator), labels()), {rate.code: rate for rate in lexicon.rows(Rate)}


def listing(words: Sequence[str] = ()) -> list[tuple[str, str, str, str]]:
    """What can be compared, as (code or rate, Chinese name, unit, note); with words only what has one of them in it."""
    codes, rates_known = vocabulary()
    found = [(rate.code, rate.name, "%", rate.note) for rate in rates_known.values()]
    for row in codes.by_code.values():
        found.append((row.code, row.name, codes.unit(row.code), f"同 {row.same_as}" if row.same_as else ""))
    return [line for line in found if not words or any(word in line[0] or word in line[1] for word in words)]


def ask(text: str, codes: Codes, known: dict[str, Rate]) -> Asked:
    """What a word of the command line means: a code, code[column], code[sum], a rate's code or its Chinese name."""
    rate = known.get(text) or next((r for r in known.values() if r.name == text), None)
    if rate:
        return Asked(rate.code, rate.name, "%", rate=rate)
    match = TERM.match(text)
    code, column = (match["code"], match["column"]) if match else (text, None)
    named = [row.code for row in codes.by_code.values() if row.name == text]
    if len(named) == 1:
        code = named[0]
    indicator = codes.by_code.get(code)
    if indicator is None and not code.startswith("other:"):
        hint = nearest(text, [*codes.by_code, *known, *(r.name for r in known.values())])
        raise UsageError(f"不认识的指标或比率「{text}」{hint or '；可写的见 lexicons/indicators.csv 和 rates.yaml'}")
    if column and column not in (*COLUMNS, "sum"):
        raise UsageError(f"不认识的申请人栏「{column}」，可写 {'、'.join((*COLUMNS, 'sum'))}")
    if column and not code.startswith("t3."):
        raise UsageError(f"只有表三的指标分申请人栏，「{code}」没有")
    name = indicator.name if indicator else code.removeprefix("other:")
    if column:
        name += f"（{'各栏相加' if column == 'sum' else labels().get('applicant', {}).get(column, column)}）"
    return Asked(text, name, codes.unit(code), code, column)


def shown_value(value: Value) -> Shown:
    bounds = {"approx": "约数", "min": "下限", "max": "上限"}
    remark = "；".join(part for part in (bounds.get(value.bound, ""), value.scope or "", value.remark) if part)
    return Shown(value.value, value.unit, value.status, value.taken_from, value.bound, remark)


def shown_rate(value: rates.RateValue) -> Shown:
    return Shown(
        value.value, "%", value.status, "表格推算" if value.value is not None else "", "exact", value.remark,
        value.numerator, value.denominator, value.low, value.high, value.ranked,
    )  # fmt: skip


def with_minimum(asked: Asked, minimum: int) -> Asked:
    if asked.rate is None:
        return asked
    return Asked(asked.text, asked.name, asked.unit, rate=asked.rate.model_copy(update={"minimum": minimum}))


def flagged(shown: Shown, checks: list[str]) -> Shown:
    if not checks:
        return shown
    remark = "；".join(part for part in (shown.remark, f"核对不符：{'、'.join(checks)}") if part)
    return Shown(shown.value, shown.unit, shown.status, shown.taken_from, shown.bound, remark)


def ranked(rows: list[RankRow], ascending: bool) -> list[RankRow]:
    """Ranked rows first, then those shown without a rank (small denominators)."""

    def key(row: RankRow) -> tuple[bool, Decimal, str, str, int, str]:
        value = row.shown[0].value or Decimal(0)
        report = row.report
        return (
            not row.shown[0].ranked, value if ascending else -value, report.region_code or "~", report.organ or "~",
            report.year or 0, report.report_id,
        )  # fmt: skip

    found: list[RankRow] = []
    last: tuple[Decimal | None, int] | None = None
    for place, row in enumerate(sorted(rows, key=key), 1):
        if not row.shown[0].ranked:
            found.append(row)
            continue
        value = row.shown[0].value
        rank = last[1] if last is not None and last[0] == value else place
        last = (value, rank)
        found.append(RankRow(rank, row.report, row.shown))
    return found


def needed_by(asked: Asked, codes: Codes) -> set[str]:
    return rates.needed(asked.rate, codes) if asked.rate else codes.needed(asked.code)


def columns_of(asked: Sequence[Asked]) -> set[str]:
    found = {"total"}
    for one in asked:
        if one.column:
            found.add(one.column)
        if one.rate:
            found |= {column for term in one.rate.terms if (column := rates.parse(term)[1])}
    return found


def narrowed(selection: Selection, year: int | None) -> Selection:
    years = (year,) if year is not None else ()
    return Selection(
        years, selection.region, selection.level, selection.organ_kind, selection.organ, selection.report_ids
    )


def told(value: Decimal | None, unit: str) -> str:
    """A value for people: 1234.5, 12.34%."""
    if value is None:
        return ""
    return rates.shown(value) if unit == "%" else plain(value)
