"""Cells of a scanned table: which have ink, what stands in them, and how far that can be trusted.

A number is trusted only when two readings of different pictures of it agree, and when it has as many digits as there
are shapes of a digit's height in the picture. Whether a cell is blank is told by the picture, never by the recogniser.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import cv2
import msgspec
import numpy as np

from pipeline.ingest.ocrimage import SCALE, Image
from pipeline.ingest.pdfgrid import Table

Recognise = Callable[[list[Any]], list[tuple[str, float]]]
"""Crops of one line each → text and score (0–1) of each."""

_INSET = 4
"""Pixels inside the edge of a cell where its ruling may still be."""
_DOUBTFUL = 0.3
"""The confidence of a number that fails a test: below what the tables accept."""
_TRUSTED = 0.9
"""The confidence of a number that passes all tests; single digits score low by themselves."""
_MAYBE_NUMBER = re.compile(r"[\dOoQ〇○DlI|丨!.,，。、:：\-—–－一_~/／+\s]*")
_ALIKE = str.maketrans("OoQ〇○DlI|丨!，。、—–－一_／", "00000011111,..-----/")
_NUMBER = re.compile(r"[-+]?\d+(?:,\d{3})*(?:\.\d+)?")


class Crop(NamedTuple):
    """A line of text in a cell: its picture, a second picture of the same, the shapes of ink in it."""

    owner: int
    picture: Image
    again: Image
    boxes: tuple[tuple[int, int, int, int], ...]
    """x, y, width, height of each shape of ink within the line, from left to right."""
    cut: bool
    """Whether ink runs over the edge of the cell."""


def read_cells(table: Table, image: Image, ink: Image, faint: Image, recognise: Recognise) -> Table:
    """The table with the text and confidence of every cell. `faint` has ink that is light, too."""
    clean = cv2.medianBlur(image, 3)
    crops: list[Crop] = []
    doubted: set[int] = set()
    for index, cell in enumerate(table.cells):
        if cell.box is None:
            continue
        x0, y0, x1, y1 = (round(v / SCALE) for v in cell.box)
        found = _lines(index, (x0 + _INSET, y0 + _INSET, x1 - _INSET, y1 - _INSET), image, clean, ink)
        crops += found
        if not found and _stained(faint[y0 + _INSET : y1 - _INSET, x0 + _INSET : x1 - _INSET]):
            doubted.add(index)
    first = recognise([crop.picture for crop in crops])
    alone = {owner for owner in {c.owner for c in crops} if sum(c.owner == owner for c in crops) == 1}
    numeric = [i for i, c in enumerate(crops) if c.owner in alone and _MAYBE_NUMBER.fullmatch(first[i][0].strip())]
    second = dict(zip(numeric, recognise([crops[i].again for i in numeric]), strict=True))
    lone = [i for i in numeric if _unsure(crops[i], first[i], second[i])]
    third = dict(zip(lone, recognise([_in_a_row(crops[i].picture) for i in lone]), strict=True))
    texts: dict[int, list[str]] = {}
    least: dict[int, float] = {}
    for i, crop in enumerate(crops):
        text, score = first[i][0].strip(), first[i][1]
        if i in second:
            text, score = _number(crop, (text, score), second[i], third.get(i))
        texts.setdefault(crop.owner, []).append(text)
        least[crop.owner] = min(least.get(crop.owner, 1.0), score)
    cells = []
    for index, cell in enumerate(table.cells):
        text = "".join(texts.get(index, []))
        score = least.get(index, 1.0)
        if index in doubted or (index in least and not text):
            text, score = text or "?", _DOUBTFUL  # something stands there: it must not be taken for a blank
        cells.append(msgspec.structs.replace(cell, text=text, confidence=round(score, 3)))
    return msgspec.structs.replace(table, cells=tuple(cells))


def _lines(owner: int, box: tuple[int, int, int, int], image: Image, clean: Image, ink: Image) -> list[Crop]:
    """The lines of text in a cell, cut out with a little white around them."""
    x0, y0, x1, y1 = box
    inside = ink[y0:y1, x0:x1]
    if inside.size == 0 or not inside.any():
        return []
    shapes = _shapes(inside)
    if not shapes:
        return []
    mask = np.zeros(inside.shape[0], bool)
    for _, y, _, h in shapes:
        mask[y : y + h] = True
    rows = np.flatnonzero(mask)
    crops = []
    for group in np.split(rows, np.flatnonzero(np.diff(rows) > 2) + 1):
        top, bottom = int(group[0]), int(group[-1]) + 1
        boxes = sorted(s for s in shapes if top <= s[1] < bottom)
        if bottom - top < 6 and max(b[2] for b in boxes) < 8:
            continue  # specks, the rest of a ruling
        left, right = boxes[0][0], max(b[0] + b[2] for b in boxes)
        cut = left <= 0 or right >= inside.shape[1]
        place = (x0 + left, y0 + top, x0 + right, y0 + bottom)
        crops.append(Crop(owner, _cut(image, place, 5, 1.0), _cut(clean, place, 3, 1.25), tuple(boxes), cut))
    return crops


def _shapes(inside: Image) -> list[tuple[int, int, int, int]]:
    """Connected shapes of ink, without specks and without what a ruling left at the edge."""
    height, width = inside.shape
    found = []
    for x, y, w, h, area in cv2.connectedComponentsWithStats(inside, connectivity=8)[2][1:]:
        if max(w, h) < 3 or area < 5:
            continue
        at_side = x <= 1 or x + w >= width - 1
        at_end = y <= 1 or y + h >= height - 1
        if (at_side and w <= 4 and h > 0.5 * height) or (at_end and h <= 4 and w > 12):
            continue
        found.append((int(x), int(y), int(w), int(h)))
    return [shape for shape in found if not _apart(shape, found, width)]


def _apart(shape: tuple[int, int, int, int], shapes: Sequence[tuple[int, int, int, int]], width: int) -> bool:
    """Whether a sliver at the side of a cell is a rest of its ruling: far from all that is written there."""
    x, _, w, _ = shape
    if w > 3 or 1 < x < width - w - 1:
        return False
    others = [o for o in shapes if o[2] > 3]
    return bool(others) and all(max(x - o[0] - o[2], o[0] - x - w) > 1.2 * o[3] for o in others)


def _cut(image: Image, place: tuple[int, int, int, int], share: int, stretch: float) -> Image:
    """A crop with a margin of the paper's own colour."""
    x0, y0, x1, y1 = place
    piece = image[y0:y1, x0:x1]
    margin = max(4, (y1 - y0) // share)
    paper = [int(v) for v in np.percentile(piece.reshape(-1, 3), 90, axis=0)]
    framed = cv2.copyMakeBorder(piece, margin, margin, 2 * margin, 2 * margin, cv2.BORDER_CONSTANT, value=paper)
    return framed if stretch == 1.0 else cv2.resize(framed, None, fx=stretch, fy=1.0, interpolation=cv2.INTER_CUBIC)


def _stained(faint: Image) -> bool:
    """Whether a cell without ink has something faint in it of the size of a digit."""
    if faint.size == 0:
        return False
    return any(h >= 8 or w >= 12 for _, _, w, h in _shapes(faint))


def _unsure(crop: Crop, first: tuple[str, float], second: tuple[str, float]) -> bool:
    """Whether two readings of a lone digit agree without certainty: a 0 alone might be an O, a Q, a 〇."""
    one = _alike(first[0])
    return len(crop.boxes) == 1 and len(one) == 1 and one == _alike(second[0]) and min(first[1], second[1]) < _SURE


def _in_a_row(picture: Image) -> Image:
    """A digit three times side by side: among its like it is read with certainty."""
    height = picture.shape[0]
    core = picture[:, max(_SIDE, height // 4) :][:, : -max(_SIDE, height // 4)]
    paper = [int(v) for v in picture[0, 0]]
    return cv2.copyMakeBorder(np.hstack([core] * 3), 0, 0, 8, 8, cv2.BORDER_CONSTANT, value=paper)


_SIDE = 6
"""Pixels of margin that are cut off at either side of a digit to bring it close to its like."""
_SURE = 0.5
_IN_A_ROW = 0.8
"""How sure the reading in a row has to be."""


def _number(
    crop: Crop, first: tuple[str, float], second: tuple[str, float], third: tuple[str, float] | None = None
) -> tuple[str, float]:
    """The text of a crop that looks like a number, and how far it is to be trusted. `third` is its reading in a row."""
    height = max(h for _, _, _, h in crop.boxes)
    if len(crop.boxes) == 1 and height <= 6 and crop.boxes[0][2] >= 2 * height:
        return "-", 0.99  # a dash is told by its shape
    one, other = (_alike(text) for text in (first[0], second[0]))
    score = min(first[1], second[1])
    if one != other or not _NUMBER.fullmatch(one) or crop.cut:
        return one, min(score, _DOUBTFUL)
    digits = sum(c.isdigit() for c in one)
    tall = [box for box in crop.boxes if box[3] >= 0.6 * height]
    low = [box for box in crop.boxes if box[3] < 0.45 * height and box[1] + box[3] >= _foot(tall) - 0.2 * height]
    fits = len(tall) in (digits, digits + one.startswith("+")) or (len(tall) < digits and _touching(tall, digits))
    marks = sum(c in ".," for c in one)
    if not fits or (marks == 0 and _points(low, tall)) or (marks and len(low) < marks):
        return one, min(score, _DOUBTFUL)
    in_a_row = third is not None and _alike(third[0]) == 3 * one and third[1] >= _IN_A_ROW
    return one, max(score, _TRUSTED) if score >= _SURE or in_a_row else score


def _alike(text: str) -> str:
    return "".join(text.translate(_ALIKE).split())


def _foot(tall: Sequence[tuple[int, int, int, int]]) -> int:
    return max(y + h for _, y, _, h in tall)


def _touching(tall: Sequence[tuple[int, int, int, int]], digits: int) -> bool:
    """Whether shapes are as wide as the digits that would have to touch in them."""
    height = max(h for _, _, _, h in tall)
    return sum(max(1, round(w / (0.62 * height))) for _, _, w, _ in tall) == digits


def _points(low: Sequence[tuple[int, int, int, int]], tall: Sequence[tuple[int, int, int, int]]) -> bool:
    """Whether one of the low shapes stands between two digits, as a decimal point does."""
    return any(tall[0][0] < x < tall[-1][0] and w >= 2 and h >= 2 for x, _, w, h in low)
