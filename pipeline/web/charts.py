"""Charts as SVG, drawn here: they need no script, print well, and carry no style that the policy would refuse.

histogram   how values spread         boxes    spread by region        series   one line per organ
Each has a title for screen readers; the table beside it says the same.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from decimal import Decimal
from html import escape

from pipeline.compare.series import Series
from pipeline.web.render import num

FONT = "'Noto Sans CJK SC','Source Han Sans SC','PingFang SC','Microsoft YaHei',sans-serif"
COLOURS = ("#0b57a4", "#b3541e", "#2f7d46", "#7a4b94", "#8a6d00", "#1f7f86", "#a0303f", "#5d6873")
INK, DIM, LINE, FILL = "#1d2329", "#5d6873", "#d9dee3", "#8fb6dd"


def quartiles(values: Sequence[float]) -> tuple[float, float, float, float, float] | None:
    """Least, lower quartile, median, upper quartile, greatest; None without values."""
    held = sorted(values)
    if not held:
        return None

    def at(part: float) -> float:
        place = part * (len(held) - 1)
        low = int(place)
        high = min(low + 1, len(held) - 1)
        return held[low] + (held[high] - held[low]) * (place - low)

    return held[0], at(0.25), at(0.5), at(0.75), held[-1]


def short(value: float) -> str:
    """A number for an axis: 1.2万, 3亿, 0.5."""
    for size, name in ((1e8, "亿"), (1e4, "万")):
        if abs(value) >= size:
            return f"{value / size:.3g}{name}"
    return f"{value:.3g}" if value != int(value) else f"{int(value)}"


def steps(low: float, high: float, most: int = 6) -> list[float]:
    """Round numbers between low and high for an axis."""
    if high <= low:
        return [low]
    raw = (high - low) / most
    size = 10 ** math.floor(math.log10(raw))
    step = next(size * n for n in (1, 2, 5, 10) if size * n >= raw)
    first = math.ceil(low / step) * step
    return [first + n * step for n in range(int((high - first) / step + 1e-9) + 1)]


def _svg(width: int, height: int, title: str, parts: Sequence[str]) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        f'role="img" aria-label="{escape(title)}" font-family="{FONT}" font-size="12">'
        f'<rect width="100%" height="100%" fill="#ffffff"/>{"".join(parts)}</svg>'
    )


def _text(x: float, y: float, text: str, *, anchor: str = "start", fill: str = DIM) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{fill}">{escape(text)}</text>'


def _title(x: float, y: float, text: str) -> str:
    """What the drawing shows, for whoever has it without the page; a page whose heading says the same hides it."""
    return f'<text class="title" x="{x}" y="{y}" fill="{INK}" font-size="14" font-weight="600">{escape(text)}</text>'


def histogram(values: Sequence[float], unit: str, *, label: str, mark: float | None = None) -> str:
    """How values spread, in up to 24 bars; long tails are cut at the 99th hundredth and told. `mark` shows one."""
    if not values:
        return ""
    held = sorted(values)
    low, top = min(held[0], 0.0), held[-1]
    high = held[max(0, math.ceil(len(held) * 0.99) - 1)] if len(held) > 100 else top
    if high <= low:
        high = low + 1
    bars = min(24, max(6, math.isqrt(len(held))))
    counts = [0] * bars
    beyond = 0
    for value in held:
        if value > high:
            beyond += 1
            continue
        counts[min(bars - 1, int((value - low) / (high - low) * bars))] += 1
    width, height, left, bottom = 760, 240, 46, 200
    plot = width - left - 16
    most = max(counts) or 1
    parts = [_title(left, 18, label)]
    whole: Sequence[float] = steps(0, most, 4) if most >= 4 else range(most + 1)
    for step in whole:
        y = bottom - step / most * 165
        parts.append(f'<path d="M{left} {y:.1f}H{width - 16}" stroke="{LINE}"/>')
        parts.append(_text(left - 6, y + 4, short(step), anchor="end"))
    for n, count in enumerate(counts):
        x, tall = left + n * plot / bars, count / most * 165
        begin, end = low + (high - low) * n / bars, low + (high - low) * (n + 1) / bars
        parts.append(
            f'<rect x="{x + 1:.1f}" y="{bottom - tall:.1f}" width="{plot / bars - 2:.1f}" height="{tall:.1f}" '
            f'fill="{FILL}"><title>{short(begin)}–{short(end)}{escape(unit)}：{count} 份</title></rect>'
        )
    parts.append(f'<path d="M{left} {bottom}H{width - 16}" stroke="{DIM}"/>')
    for step in steps(low, high):
        x = left + (step - low) / (high - low) * plot
        parts.append(_text(x, bottom + 16, short(step), anchor="middle"))
    middle = quartiles(held)
    if middle and middle[2] <= high:
        x = left + (middle[2] - low) / (high - low) * plot
        parts.append(f'<path d="M{x:.1f} 22V{bottom}" stroke="{INK}" stroke-dasharray="4 3"/>')
        parts.append(_text(x + 4, 30, f"中位数 {num(round(middle[2], 2))}", fill=INK))
    if mark is not None and low <= mark <= high:
        x = left + (mark - low) / (high - low) * plot
        parts.append(f'<path d="M{x:.1f} 32V{bottom}" stroke="{COLOURS[1]}" stroke-width="2"/>')
    note = f"横轴{f'（{unit}）' if unit else ''}，纵轴为报告份数"
    if beyond:
        note += f"；另有 {beyond} 份大于 {short(high)}，最大 {num(round(top, 2))}，未画出"
    parts.append(_text(left, height - 6, note))
    return _svg(width, height, label, parts)


def boxes(groups: Sequence[tuple[str, Sequence[float]]], unit: str, *, label: str) -> str:
    """One line per group: the middle half as a box, the median as a stroke, from least to greatest as a thread."""
    told = [(name, values, quartiles(values)) for name, values in groups]
    drawn = [(name, len(values), five) for name, values, five in told if five]
    if not drawn:
        return ""
    # The scale ends where the widest box does: one outlier must not press all boxes flat.
    low = min(0.0, min(five[1] for _, _, five in drawn))
    high = max(five[3] + 1.5 * (five[3] - five[1]) for _, _, five in drawn)
    if high <= low:
        high = low + 1
    width, left, row = 760, 150, 26
    plot = width - left - 90
    height = 44 + row * len(drawn) + 40

    def x(value: float) -> float:
        return left + (min(max(value, low), high) - low) / (high - low) * plot

    parts = [_title(12, 20, label)]
    for step in steps(low, high):
        parts.append(f'<path d="M{x(step):.1f} 34V{height - 40}" stroke="{LINE}"/>')
        parts.append(_text(x(step), height - 26, short(step), anchor="middle"))
    for n, (name, count, five) in enumerate(drawn):
        y = 44 + n * row
        quarters = [num(round(value, 2)) for value in five[1:4]]
        said = f"{name}：{count} 份，中位数 {quarters[1]}，四分位 {quarters[0]}–{quarters[2]}"
        parts.append(f"<g><title>{escape(said)}</title>" + _text(left - 8, y + 13, name[:9], anchor="end", fill=INK))
        parts.append(f'<path d="M{x(five[0]):.1f} {y + 9}H{x(five[4]):.1f}" stroke="{DIM}"/>')
        box = max(x(five[3]) - x(five[1]), 1)
        parts.append(f'<rect x="{x(five[1]):.1f}" y="{y + 2}" width="{box:.1f}" height="14" fill="{FILL}"/>')
        parts.append(f'<path d="M{x(five[2]):.1f} {y}v18" stroke="{INK}" stroke-width="2"/>')
        parts.append(_text(width - 84, y + 13, f"{num(round(five[2], 2))}（{count}份）") + "</g>")
    unit_said = f"（{unit}）" if unit else ""
    parts.append(
        _text(12, height - 6, f"横轴{unit_said}；方框是中间一半，竖线是中位数，细线到最小和最大（过长的截在边上）")
    )
    return _svg(width, height, label, parts)


def series(held: Series, *, label: str) -> str:
    """One line per organ through the years; a year without a value breaks the line."""
    rows = held.rows[: len(COLOURS)]
    values = [float(s.value) for row in rows for s in row.shown.values() if s.value is not None]
    if not values or not held.years:
        return ""
    low, high = min(0.0, *values), max(values)
    if high <= low:
        high = low + 1
    first, last = held.years[0], held.years[-1]
    left, right, top, bottom = 58, 30, 40, 260
    # A few years need no wide drawing, which would not fit on a phone.
    width = min(760, max(340, 24 + 15 * len(label), left + right + 90 * len(held.years)))
    height = bottom + 40 + 20 * len(rows)

    def x(year: int) -> float:
        return left + 20 + (year - first) / max(last - first, 1) * (width - left - right - 40)

    def y(value: float) -> float:
        return bottom - (value - low) / (high - low) * (bottom - top - 10)

    parts = [_title(12, 20, label)]
    for step in steps(low, high, 5):
        parts.append(f'<path d="M{left} {y(step):.1f}H{width - right}" stroke="{LINE}"/>')
        parts.append(_text(left - 6, y(step) + 4, short(step), anchor="end"))
    for year in held.years:
        parts.append(_text(x(year), bottom + 18, str(year), anchor="middle"))
    for n, (colour, row) in enumerate(zip(COLOURS, rows, strict=False)):
        name = row.report.organ or row.report.source or ""
        line, pen = "", "M"
        for year in held.years:
            shown = row.shown.get(year)
            if shown is None or shown.value is None:
                pen = "M"
                continue
            px, py = x(year), y(float(shown.value))
            line += f"{pen}{px:.1f} {py:.1f}"
            pen = "L"
            said = (
                f"{name} {year} 年：{told(shown.value, held.asked.unit)}{f'（{shown.remark}）' if shown.remark else ''}"
            )
            parts.append(
                f'<circle cx="{px:.1f}" cy="{py:.1f}" r="4" fill="{colour}"><title>{escape(said)}</title></circle>'
            )
            if len(rows) <= 3:
                parts.append(_text(px, py - 9, told(shown.value, held.asked.unit), anchor="middle", fill=colour))
        parts.append(f'<path d="{line}" fill="none" stroke="{colour}" stroke-width="2"/>')
        at = bottom + 42 + n * 20
        parts.append(f'<rect x="{left}" y="{at - 10}" width="14" height="11" fill="{colour}"/>')
        parts.append(_text(left + 22, at, name, fill=INK))
    return _svg(width, height, label, parts)


def told(value: Decimal | None, unit: str) -> str:
    """A value as the pages write it: rates with two places."""
    if value is None:
        return ""
    return f"{num(value.quantize(Decimal('0.01')))}%" if unit == "%" else num(value)
