"""What a scanned page looks like: ink, ruling lines, the angle it was laid down at, which way is up (extra `ocr`).

Pictures are RGB arrays of height × width × 3 bytes; boxes and lines come out in points at 200 dots per inch.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import cv2
import numpy as np

from pipeline.ingest.pdfpage import Line

Image = Any

DPI = 200
SCALE = 72 / DPI
_PAGE = 1967
"""Root of the pixels of an A4 page at 200 dpi: pictures are brought to about this size."""
_INK = 70
"""A pixel this much darker than the paper around it is ink (of 255)."""
_STEEPEST = 4.0
"""Degrees by which a page may have been laid down askew."""
_STRIPS = 10
_LEAST_ANGLE = 0.04


def sized(image: Image) -> Image:
    """A picture at about 200 dpi: small ones enlarged up to three times, large ones reduced.

    A long picture (a page saved from a telephone) is taken for pages under one another: its width tells its size.
    """
    height, width = image.shape[:2]
    factor = min(3.0, _PAGE / (width * min(height, _TALL * width)) ** 0.5)
    factor = min(factor, (_MOST / (width * height)) ** 0.5, _HIGHEST / height, _WIDEST / width)
    if 0.8 < factor < 1.25:
        return image
    how = cv2.INTER_AREA if factor < 1 else cv2.INTER_CUBIC
    return cv2.resize(image, (max(1, round(width * factor)), max(1, round(height * factor))), interpolation=how)


_TALL = 1.5
"""Height by width up to which a picture is one page."""
_MOST, _HIGHEST, _WIDEST = 20_000_000, 30_000, 6_000
"""Pixels of a picture in all, down and across at most."""


def bands(ink: Image, high: int = 2400) -> list[tuple[int, int]]:
    """Top and bottom of the parts, no higher than that, in which a long picture is searched; cut where ink is least."""
    rows = ink.sum(axis=1, dtype=np.int64)
    parts: list[tuple[int, int]] = []
    top = 0
    while len(rows) - top > high:
        start = top + high * 2 // 3
        cut = start + int(np.argmin(rows[start : top + high]))
        parts.append((top, cut))
        top = cut
    return [*parts, (top, len(rows))]


def ink_of(gray: Image, least: int = _INK) -> Image:
    """1 where there is ink: darker than the paper around it, so that shadows and grey paper do not count.

    Single dark pixels are noise: what is left has at least some neighbours.
    """
    small = cv2.resize(gray, None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA)
    paper = cv2.resize(cv2.medianBlur(cv2.dilate(small, np.ones((5, 5), np.uint8)), 21), gray.shape[::-1])
    ink = (cv2.subtract(paper, gray) > least).astype(np.uint8)
    neighbours = cv2.boxFilter(ink, cv2.CV_16S, (3, 3), normalize=False)
    kept: Image = ((ink > 0) & (neighbours >= 3)).astype(np.uint8)
    return kept


def straight(image: Image) -> Image:
    """The picture turned so that lines of text and rulings run level."""
    angle = _angle(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY))
    if abs(angle) < _LEAST_ANGLE:
        return image
    height, width = image.shape[:2]
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), angle, 1.0)
    return cv2.warpAffine(image, turn, (width, height), flags=cv2.INTER_CUBIC, borderValue=(255, 255, 255))


def _angle(gray: Image) -> float:
    """The angle at which the ink falls most into rows: coarse on a small picture, then finer."""
    factor = min(1.0, 700 / gray.shape[1])
    small = cv2.resize(gray, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
    dark = cv2.subtract(np.full_like(small, int(np.median(small))), small).astype(np.float32)
    best = _sharpest(dark, np.arange(-_STEEPEST, _STEEPEST + 0.01, 0.5))
    best = _sharpest(dark, np.arange(best - 0.4, best + 0.41, 0.1))
    large = min(1.0, 1400 / gray.shape[1])
    fine = cv2.resize(gray, None, fx=large, fy=large, interpolation=cv2.INTER_AREA)
    fine = cv2.subtract(np.full_like(fine, int(np.median(fine))), fine).astype(np.float32)
    return _sharpest(fine, np.arange(best - 0.08, best + 0.081, 0.02))


def _sharpest(dark: Image, angles: Image) -> float:
    height, width = dark.shape
    scores = []
    for angle in angles:
        turn = cv2.getRotationMatrix2D((width / 2, height / 2), float(angle), 1.0)
        rows = cv2.warpAffine(dark, turn, (width, height)).sum(axis=1)
        scores.append(float(np.square(np.diff(rows)).sum()))
    return float(angles[int(np.argmax(scores))])


Score = Callable[[list[Image]], float]
"""How much can be read in crops of lines: the more the better."""


def upright(image: Image, score: Score) -> Image:
    """The picture turned by quarters so that its text can be read; `score` tells how well lines are read."""
    ink = ink_of(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY))
    level, steep = _strips(ink), _strips(np.ascontiguousarray(ink.T))
    best, most = image, 0.0
    if len(level) >= _FEWEST:
        best, most = _way_up(image, level, score)
    if len(steep) >= _FEWEST and 2 * len(steep) > len(level):
        turned = np.ascontiguousarray(np.rot90(image))
        other, better = _way_up(turned, _strips(np.ascontiguousarray(np.rot90(ink))), score)
        if better > 1.2 * most:
            return other
    return best


_FEWEST = 3
"""Lines of text that tell which way up a page is."""


def _way_up(image: Image, strips: Sequence[tuple[int, int, int, int]], score: Score) -> tuple[Image, float]:
    """The picture as it is or on its head, whichever can be read, and how well one line of it is on average."""
    as_is = on_head = 0.0
    read = 0
    for part in (strips[:_FEWEST], strips[_FEWEST:_STRIPS]):  # a few lines tell it nearly always
        crops = [image[y : y + h, x : x + w] for x, y, w, h in part]
        as_is += score(crops)
        on_head += score([np.ascontiguousarray(crop[::-1, ::-1]) for crop in crops])
        read += len(crops)
        if max(as_is, on_head) >= _PLAIN * read and not 0.5 < as_is / max(on_head, 0.1) < 2.0:
            break
    if 1.2 * as_is >= on_head:
        return image, as_is / read
    return np.ascontiguousarray(image[::-1, ::-1]), on_head / read


_PLAIN = 6.0
"""So many characters in a line on average are no chance reading."""


def _strips(ink: Image) -> list[tuple[int, int, int, int]]:
    """Places of lines of text: long and low stretches of ink that are no rulings."""
    across, down = _runs(ink)
    text = ink * (across == 0) * (down == 0)
    joined = cv2.morphologyEx(text, cv2.MORPH_CLOSE, np.ones((3, 25), np.uint8))
    found = []
    for x, y, w, h, area in cv2.connectedComponentsWithStats(joined)[2][1:]:
        if 10 <= h <= 70 and 3 * h < w < 25 * h and area > 0.35 * w * h:
            found.append((int(x), int(y), int(w), int(h)))
    return sorted(found, key=lambda box: -min(box[2], 12 * box[3]))


def _runs(ink: Image) -> tuple[Image, Image]:
    """Long thin runs of ink, across and down; small gaps in them closed."""
    height, width = ink.shape
    across = cv2.morphologyEx(ink, cv2.MORPH_CLOSE, np.ones((1, 9), np.uint8))
    across = cv2.morphologyEx(across, cv2.MORPH_OPEN, np.ones((1, max(40, width // 45)), np.uint8))
    down = cv2.morphologyEx(ink, cv2.MORPH_CLOSE, np.ones((9, 1), np.uint8))
    down = cv2.morphologyEx(down, cv2.MORPH_OPEN, np.ones((max(34, height // 70), 1), np.uint8))
    return across, down


def rulings(ink: Image) -> tuple[list[Line], list[Line]]:
    """Vertical and horizontal ruling lines in points. Strokes of characters, which end in the open, are left out."""
    across, down = _runs(ink)
    horizontals: list[Line] = []
    verticals: list[Line] = []
    for x, y, w, h, _ in cv2.connectedComponentsWithStats(across)[2][1:]:
        if h <= 16 and w > 3 * h and _is_ruling(ink, int(x), int(y), int(w), int(h)):
            horizontals.append(((y + h / 2) * SCALE, x * SCALE, (x + w) * SCALE))
    for x, y, w, h, _ in cv2.connectedComponentsWithStats(down)[2][1:]:
        if w <= 16 and h > 3 * w and _is_ruling(ink.T, int(y), int(x), int(h), int(w)):
            verticals.append(((x + w / 2) * SCALE, y * SCALE, (y + h) * SCALE))
    # Both the pieces and what they make together: a piece may be whole, with a stroke of a heading in its line.
    verticals, horizontals = verticals + _mended(verticals), horizontals + _mended(horizontals)
    for _ in range(_ROUNDS):
        before = len(verticals) + len(horizontals)
        verticals = [line for line in verticals if _held(line, horizontals)]
        horizontals = [line for line in horizontals if _held(line, verticals)]
        if len(verticals) + len(horizontals) == before:
            break
    return verticals, horizontals


def _is_ruling(ink: Image, x: int, y: int, w: int, h: int) -> bool:
    """Whether a level run is a ruling and no row of strokes: ink nearly all along it, and little beside it."""
    if w <= _SHORT and w < 8 * h:
        return False
    run = ink[max(y - 1, 0) : y + h + 1, x : x + w]
    solid = float(run.any(axis=0).mean())
    beside = [ink[max(y - 6, 0) : max(y - 3, 0), x : x + w], ink[y + h + 3 : y + h + 6, x : x + w]]
    crowd = sum(float(part.any(axis=0).mean()) for part in beside if part.size) / 2
    most = _CROWDED if w > _SHORT else _CROWDED / 2
    return (solid >= _SOLID and crowd < most) or (solid >= 0.5 and crowd < 0.12)


_SOLID = 0.88
_CROWDED = 0.45
_SHORT = 160
"""Shorter runs (in pixels) can be strokes that line up in the words of a narrow cell."""
_ROUNDS = 6
_REACH = 4.0
"""Points within which the end of a ruling is at another one."""
_BREAK = 9.0
"""Points over which a faint ruling may be interrupted."""


def _mended(lines: list[Line]) -> list[Line]:
    """Pieces of one ruling as one line."""
    out: list[Line] = []
    for line in sorted(lines, key=lambda one: one[1]):
        for i, other in enumerate(out):
            if abs(other[0] - line[0]) <= 1.5 and line[1] - other[2] <= _BREAK:
                long, short = other[2] - other[1], line[2] - line[1]
                place = (other[0] * long + line[0] * short) / max(long + short, 0.1)
                out[i] = (place, other[1], max(other[2], line[2]))
                break
        else:
            out.append(line)
    return out


def _held(line: Line, crossing: Sequence[Line]) -> bool:
    """Whether both ends of a line are at lines that cross its way."""
    place, start, end = line
    return all(
        any(abs(at - other[0]) <= _REACH and other[1] - _REACH <= place <= other[2] + _REACH for other in crossing)
        for at in (start, end)
    )
