"""Charts as SVG, written by hand: no dependency, no font to register (the viewer's own Chinese font is used).

bars          a ranking as horizontal bars, with the 95 % interval where it is a rate
lines         a series, one line per organ; a year without a value breaks the line
distribution  how the values lie: counts in equal steps, quartiles, and where one organ stands
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from html import escape
from math import ceil, floor, log10

from pipeline.compare.peers import quartiles
from pipeline.compare.picture import write_chart
from pipeline.compare.rankings import Ranking, told
from pipeline.compare.series import Series

__all__ = ["bars", "distribution", "lines", "write_chart"]

_FONT = "'Noto Sans CJK SC','Source Han Sans SC','Microsoft YaHei','PingFang SC','SimHei',sans-serif"
_COLOURS = ("#1f5f8b", "#b8572a", "#3a7d44", "#7a4b94", "#a08a1e", "#33808a", "#8c2f39", "#5c5c5c")
_ROW, _LABEL, _PLOT, _SIDE = 22, 260, 520, 110
MOST = 60
"""Bars in one chart; the rest is named in the note below it."""


def bars(ranking: Ranking, title: str | None = None, mark: str | None = None) -> str:
    """A ranking as SVG. Negative values go to the left of the axis; what is missing is counted below.

    `mark` is the report id of the organ to stand out.
    """
    rows = ranking.rows[:MOST]
    asked = ranking.asked[0]
    years = "、".join(map(str, ranking.years))
    heading = title or f"{asked.name}{f'（{asked.unit}）' if asked.unit else ''}{f'，{years}年' if years else ''}"
    values = [row.shown[0].value or Decimal(0) for row in rows]
    ends = [row.shown[0].high for row in rows if row.shown[0].high is not None]
    top = max([*values, *ends, Decimal(0)])
    bottom = min([*values, Decimal(0)])
    span = float(top - bottom) or 1.0

    def x(value: Decimal) -> float:
        return _LABEL + float(value - bottom) / span * _PLOT

    parts = []
    for n, row in enumerate(rows):
        shown = row.shown[0]
        value = shown.value or Decimal(0)
        y = 44 + n * _ROW
        begin, end = sorted((x(Decimal(0)), x(value)))
        name = f"{row.rank or '—'}  {row.report.organ or row.report.source or ''}"
        colour = _COLOURS[int(row.report.report_id == mark)]
        told_of = escape(f"{name} {shown.remark}")
        faint = " opacity='.7'" if row.rank is not None else " opacity='.3'"
        parts.append(f"<text x='{_LABEL - 8}' y='{y + 14}' text-anchor='end'>{escape(_short(name))}</text>")
        parts.append(
            f"<rect x='{begin:.1f}' y='{y + 3}' width='{max(end - begin, 0.5):.1f}' height='{_ROW - 7}' "
            f"fill='{colour}'{faint}><title>{told_of}</title></rect>"
        )
        if shown.low is not None and shown.high is not None:
            middle = y + _ROW / 2
            parts.append(
                f"<path d='M{x(shown.low):.1f} {middle}H{x(shown.high):.1f}' stroke='#222' stroke-width='1.2'/>"
            )
        edge = max(end, x(shown.high) if shown.high is not None else end)
        parts.append(f"<text x='{edge + 5:.1f}' y='{y + 14}'>{escape(told(shown.value, asked.unit))}</text>")
    note = _note(ranking, len(rows), faint=any(row.rank is None for row in rows))
    height = 44 + len(rows) * _ROW + 30
    return _svg(_LABEL + _PLOT + _SIDE, height, heading, parts, note)


def _note(ranking: Ranking, drawn: int, faint: bool = False) -> str:
    parts = ["浅色的分母太小，不参加排名"] if faint else []
    if len(ranking.rows) > drawn:
        parts.append(f"另有 {len(ranking.rows) - drawn} 份未画出")
    if ranking.missing:
        counted = "，".join(f"{name} {count}" for name, count in ranking.missing_counts().items())
        parts.append(f"没有数的 {len(ranking.missing)} 份（{counted}）")
    return "；".join(parts)


def lines(series: Series, title: str | None = None) -> str:
    """A series as SVG: the first eight organs; a gap stays a gap."""
    rows = series.rows[: len(_COLOURS)]
    years = series.years
    values = [s.value for row in rows for s in row.shown.values() if s.value is not None]
    top, bottom = max([*values, Decimal(0)]), min([*values, Decimal(0)])
    step = _step(float(top - bottom), 5) if top > bottom else Decimal(1)
    first, last = floor(bottom / step), ceil(top / step)
    bottom, span = first * step, float((last - first) * step) or 1.0
    width, height, left = 640, 300, 90

    def point(year: int, value: Decimal) -> tuple[float, float]:
        across = (year - years[0]) / max(len(years) - 1, 1)
        return left + across * (width - left - 30), 44 + (1 - float(value - bottom) / span) * (height - 80)

    parts = []
    for value in (n * step for n in range(first, last + 1)):
        y = point(years[0], value)[1] if years else 0
        label = told(value.quantize(Decimal("0.01")), series.asked.unit)
        parts.append(f"<path d='M{left} {y:.1f}H{width - 30}' stroke='#ccc'/>")
        parts.append(f"<text x='{left - 6}' y='{y + 4:.1f}' text-anchor='end'>{escape(label)}</text>")
    for year in years:
        parts.append(f"<text x='{point(year, bottom)[0]:.1f}' y='{height - 16}' text-anchor='middle'>{year}</text>")
    for colour, row in zip(_COLOURS, rows, strict=False):
        held = {year: shown.value for year, shown in row.shown.items() if shown.value is not None}
        path = ""
        for year in years:
            if year in held:
                px, py = point(year, held[year])
                path += f"{'L' if year - 1 in held else 'M'}{px:.1f} {py:.1f}"
                parts.append(f"<circle cx='{px:.1f}' cy='{py:.1f}' r='3' fill='{colour}'/>")
        parts.append(f"<path d='{path}' fill='none' stroke='{colour}' stroke-width='2'/>" if path else "")
    for n, (colour, row) in enumerate(zip(_COLOURS, rows, strict=False)):
        y = 52 + n * 18
        parts.append(f"<rect x='{width}' y='{y - 9}' width='12' height='10' fill='{colour}'/>")
        parts.append(f"<text x='{width + 18}' y='{y}'>{escape(_short(row.report.organ or ''))}</text>")
    note = f"另有 {len(series.rows) - len(rows)} 个机关未画出" if len(series.rows) > len(rows) else ""
    heading = title or f"{series.asked.name}{f'（{series.asked.unit}）' if series.asked.unit else ''}"
    return _svg(width + 240, height + 20, heading, parts, note)


_STEPS = (1, 2, 2.5, 5, 10)
_BINS = 20


def _step(span: float, most: int = _BINS) -> Decimal:
    """A round width that cuts a span into at most so many steps."""
    rough = span / most
    size = 10 ** floor(log10(rough))
    return Decimal(str(next(step * size for step in _STEPS if step * size >= rough * 0.999)))


def distribution(ranking: Ranking, mark: str | None = None, title: str | None = None) -> str:
    """How the values of a ranking lie, as SVG: columns of counts, quartiles, and the report `mark` where it stands."""
    asked = ranking.asked[0]
    held = [(row, row.shown[0].value) for row in ranking.rows]
    values = [value for _, value in held if value is not None]
    years = "、".join(map(str, ranking.years))
    unit = f"（{asked.unit}）" if asked.unit else ""
    heading = title or f"{asked.name}{unit}的分布{f'，{years}年' if years else ''}（{len(values)} 份）"
    width, height, left, base = 760, 320, 60, 250
    if not values:
        return _svg(width, height, heading, [], _note(ranking, 0) or "没有一份报告有这个数")
    low, high = min(values), max(values)
    step = _step(float(high - low)) if high > low else Decimal(1)
    start = Decimal(floor(low / step)) * step
    count = max(ceil((high - start) / step), 1)
    if start + step * count <= high:  # the highest value stands on the edge
        count += 1
    columns = [0] * count
    for value in values:
        columns[int((value - start) / step)] += 1
    each = (width - left - 30) / count

    def x(value: Decimal) -> float:
        return left + float((value - start) / step) * each

    tallest = max(columns)
    parts = [f"<path d='M{left} {base}H{width - 30}' stroke='#888'/>"]
    for n, number in enumerate(columns):
        tall = number / tallest * 170
        span = f"{told(start + step * n, asked.unit)} – {told(start + step * (n + 1), asked.unit)}"
        parts.append(
            f"<rect x='{left + n * each + 1:.1f}' y='{base - tall:.1f}' width='{max(each - 2, 1):.1f}' "
            f"height='{tall:.1f}' fill='{_COLOURS[0]}' opacity='.8'><title>{span}：{number} 份</title></rect>"
        )
        if number:
            middle = left + (n + 0.5) * each
            parts.append(f"<text x='{middle:.1f}' y='{base - tall - 4:.1f}' text-anchor='middle'>{number}</text>")
    every = max(ceil(count / 8), 1)
    for n in range(0, count + 1, every):
        edge = left + n * each
        parts.append(
            f"<text x='{edge:.1f}' y='{base + 16}' text-anchor='middle'>"
            f"{escape(told(start + step * n, asked.unit))}</text>"
        )
    found = quartiles(values)
    if found:
        parts.append(f"<path d='M{x(found[0]):.1f} {base + 28}H{x(found[2]):.1f}' stroke='#666' stroke-width='6'/>")
        parts.append(f"<path d='M{x(found[1]):.1f} {base + 22}V{base + 34}' stroke='#000' stroke-width='2'/>")
        quarter = "、".join(told(value, asked.unit) for value in found)
        parts.append(f"<text x='{left}' y='{base + 52}'>四分位（粗线）和中位数（竖线）：{escape(quarter)}</text>")
    marked = next(((row, value) for row, value in held if row.report.report_id == mark and value is not None), None)
    if marked:
        row, value = marked
        place = x(value)
        anchor = "end" if place > width / 2 else "start"
        label = f"{_short(row.report.organ or '')} {told(value, asked.unit)}{f'，第 {row.rank} 名' if row.rank else ''}"
        parts.append(f"<path d='M{place:.1f} 50V{base}' stroke='{_COLOURS[1]}' stroke-width='2'/>")
        parts.append(
            f"<text x='{place + (-5 if anchor == 'end' else 5):.1f}' y='52' text-anchor='{anchor}' "
            f"fill='{_COLOURS[1]}' font-weight='bold'>{escape(label)}</text>"
        )
    return _svg(width, height, heading, parts, _note(ranking, len(ranking.rows)))


def _short(text: str, most: int = 20) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"


def _svg(width: int, height: int, title: str, parts: Sequence[str], note: str) -> str:
    body = "".join(parts)
    below = f"<text x='12' y='{height - 8}' fill='#666'>{escape(note)}</text>" if note else ""
    return (
        f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {width} {height}' width='{width}' height='{height}' "
        f"font-family=\"{_FONT}\" font-size=\"12\"><rect width='100%' height='100%' fill='#fff'/>"
        f"<text x='12' y='24' font-size='15' font-weight='bold'>{escape(title)}</text>{body}{below}</svg>"
    )
