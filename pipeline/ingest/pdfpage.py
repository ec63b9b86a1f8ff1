"""A PDF page as characters with boxes and ruling lines, in points from the top left corner as the reader sees it.

pdfium hands over characters in its own reading order and paths of every kind; here they become plain tuples. Everything
goes through the raw API, since a report has some thousand characters and wrapper objects would cost more than the work.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NamedTuple

import pypdfium2.raw as raw

from pipeline.ingest.limits import exceeded
from pipeline.ingest.pdfcalls import address, bounds_of, loose_box, object_at, origin_of, tight_box, type_of, unicode_of
from pipeline.model import Struct

Char = tuple[str, float, float, float, float, float, float]
"""Character, x0, top, x1, bottom, baseline, middle. x0 to x1 is the whole advance; top, bottom and middle (across) are
of what is inked."""
Line = tuple[float, float, float]
"""Place across (x of a vertical, y of a horizontal), and from where to where it runs."""

THIN = 3.0
"""A filled shape this thin is a ruling line; Word and WPS draw borders so."""
SHORTEST = 4.0
"""Shorter strokes are parts of characters or underlines of one letter."""
MAX_LINES = 20_000
MAX_DEPTH = 6


class Page(Struct, frozen=True):
    """What one page shows."""

    number: int
    width: float
    height: float
    chars: tuple[Char, ...]
    verticals: tuple[Line, ...]
    horizontals: tuple[Line, ...]
    pictures: int
    """Pictures that cover more than a tenth of the page: a scan, or a table pasted as a picture."""


Turn = Callable[[float, float, float, float], tuple[float, float, float, float]]
"""Box in the page's own space (left, bottom, right, top) → (x0, top, x1, bottom) as seen."""


class _Open(NamedTuple):
    """A page of pdfium with its text, and how its boxes are seen: upright, in points."""

    handle: object
    text: object
    turn: Turn
    width: float
    height: float
    sideways: int


@contextmanager
def _opened(document: object, index: int) -> Iterator[_Open | None]:
    """A page while it is open; None where it cannot be opened."""
    handle = raw.FPDF_LoadPage(document, index)
    if not handle:
        yield None
        return
    text = raw.FPDFText_LoadPage(handle)
    try:
        turn, width, height = _view(handle)
        sideways = _sideways(handle, text)
        if sideways:
            turn, width, height = _turned(turn, width, height, sideways)
        yield _Open(handle, text, turn, width, height, sideways)
    finally:
        raw.FPDFText_ClosePage(text)
        raw.FPDF_ClosePage(handle)


def seen(document: object, index: int) -> tuple[float, float, int]:
    """Width and height in points of a page of an open raw document as its boxes count them, and the degrees by which
    it has to be turned further, clockwise, to be seen so. (0, 0, 0) where the page cannot be opened."""
    with _opened(document, index) as page:
        return (page.width, page.height, 90 * page.sideways) if page else (0.0, 0.0, 0)


_BLANK = frozenset("\xa0\u3000\ufffe\ufeff")
Matrix = tuple[float, float, float, float, float, float]
_PATH, _IMAGE, _FORM = raw.FPDF_PAGEOBJ_PATH, raw.FPDF_PAGEOBJ_IMAGE, raw.FPDF_PAGEOBJ_FORM
_SEEN = frozenset((_PATH, _IMAGE))
_UNIT: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


def read_page(document: object, index: int) -> Page:
    """One page of an open raw document. The caller holds the document."""
    with _opened(document, index) as page:
        if page is None:
            return Page(number=index + 1, width=0, height=0, chars=(), verticals=(), horizontals=(), pictures=0)
        chars = _chars(page.text, page.turn)
        verticals, horizontals, pictures = _shapes(page.handle, page.turn, page.width * page.height)
        return Page(
            number=index + 1,
            width=page.width,
            height=page.height,
            chars=tuple(chars),
            verticals=tuple(verticals),
            horizontals=tuple(horizontals),
            pictures=pictures,
        )


def _view(page: object) -> tuple[Turn, float, float]:
    """How the page's own coordinates are seen, by its crop box and rotation."""
    left, bottom, right, top = (ctypes.c_float() for _ in range(4))
    found = raw.FPDFPage_GetCropBox(page, left, bottom, right, top) or raw.FPDFPage_GetMediaBox(
        page, left, bottom, right, top
    )
    x0, y0, x1, y1 = (left.value, bottom.value, right.value, top.value) if found else (0.0, 0.0, 612.0, 792.0)
    rotation = raw.FPDFPage_GetRotation(page)
    width, height = x1 - x0, y1 - y0
    if rotation == 1:
        return (lambda a, b, c, d: (b - y0, a - x0, d - y0, c - x0)), height, width
    if rotation == 2:
        return (lambda a, b, c, d: (x1 - c, b - y0, x1 - a, d - y0)), width, height
    if rotation == 3:
        return (lambda a, b, c, d: (y1 - d, x1 - c, y1 - b, x1 - a)), height, width
    return (lambda a, b, c, d: (a - x0, y1 - d, c - x0, y1 - b)), width, height


def _turned(turn: Turn, width: float, height: float, quarter: int) -> tuple[Turn, float, float]:
    """The view turned further, for pages whose text itself is drawn sideways. `quarter` 1: text runs upwards."""
    if quarter == 1:

        def up(a: float, b: float, c: float, d: float) -> tuple[float, float, float, float]:
            x0, top, x1, bottom = turn(a, b, c, d)
            return height - bottom, x0, height - top, x1

        return up, height, width

    def down(a: float, b: float, c: float, d: float) -> tuple[float, float, float, float]:
        x0, top, x1, bottom = turn(a, b, c, d)
        return top, width - x1, bottom, width - x0

    return down, height, width


def _sideways(page: object, text: object) -> int:
    """1 or 3 where most of the text runs upwards or downwards as seen, else 0. A sample is enough."""
    total = raw.FPDFText_CountChars(text)
    if total < 20:
        return 0
    # Angles are clockwise, in the page's own space; a page turned by its rotation shows upright text with angle ≠ 0.
    turned = raw.FPDFPage_GetRotation(page) * 90
    votes = [0, 0, 0, 0]
    for i in range(0, total, max(1, total // 60)):
        if raw.FPDFText_GetUnicode(text, i) > 32:
            angle = raw.FPDFText_GetCharAngle(text, i) * 57.29578
            votes[round((angle + turned) / 90) % 4] += 1
    best = max(range(4), key=votes.__getitem__)
    return 4 - best if best in (1, 3) and votes[best] > 0.8 * sum(votes) else 0


def _chars(text: object, turn: Turn) -> list[Char]:
    """The characters that show, in pdfium's order.

    Across, the loose box spans the whole advance, so that a narrow 1 leaves no gap behind it in 1136. Down, the tight
    box tells where the ink is (loose ones overlap the next line in some fonts), and the baseline which line it is on.
    A loose box as high and as low as the one before has its baseline, too.
    """
    found: list[Char] = []
    loose, tight, origin = (ctypes.c_float * 4)(), (ctypes.c_double * 4)(), (ctypes.c_double * 2)()
    page, wide, at_x = address(text), ctypes.addressof(loose), ctypes.addressof(origin)
    left = ctypes.addressof(tight)
    right, bottom, top, at_y = left + 8, left + 16, left + 24, at_x + 8
    shift_x, shift_y = _shifts(turn)
    known = (0.0, 0.0)
    for i, character in enumerate(_text(text)):
        if character <= " " or character in _BLANK or not tight_box(page, i, left, right, bottom, top):
            continue
        a, c, b, d = tight[:]
        if a == c and b == d:
            continue
        loose_box(page, i, wide)
        start, high, end, low = loose[:]
        if shift_x is not None and shift_y is not None:  # the usual page: only moved
            if (high, low) != known:
                origin_of(page, i, at_x, at_y)
                known = high, low
            found.append((character, (a if a < start else start) - shift_x, shift_y - d,
                          (c if c > end else end) - shift_x, shift_y - b, shift_y - origin[1],
                          (a + c) / 2 - shift_x))  # fmt: skip
            continue
        origin_of(page, i, at_x, at_y)
        x0, y0, x1, y1 = turn(a, b, c, d)
        start, _, end, _ = turn(start, low, end, high)
        _, base, _, _ = turn(origin[0], origin[1], origin[0], origin[1])
        found.append((character, min(x0, start), y0, max(x1, end), y1, base, (x0 + x1) / 2))
    return found


def _text(text: object) -> str:
    """The characters of a page, one for each of pdfium's: at once where they are as many, else one by one."""
    count = raw.FPDFText_CountChars(text)
    buffer = (ctypes.c_ushort * (count + 1))()
    if raw.FPDFText_GetText(text, 0, count, buffer) == count + 1:
        try:
            whole = bytes(buffer)[: 2 * count].decode("utf-16-le")
        except UnicodeDecodeError:
            whole = ""
        if len(whole) == count:  # no character was left out, and none takes two places
            return whole
    page = address(text)
    codes = [unicode_of(page, i) for i in range(count)]
    return "".join([chr(c) if c < 0x110000 and not 0xD800 <= c < 0xE000 else "\ufffd" for c in codes])


def _shifts(turn: Turn) -> tuple[float, float] | tuple[None, None]:
    """Of a view that only moves and mirrors: (x0, y1) of the page's corner. (None, None) of one that turns."""
    x0, top, x1, bottom = turn(0.0, 0.0, 1.0, 2.0)
    return (-x0, bottom) if abs(x1 - x0 - 1) < 1e-9 and abs(bottom - top - 2) < 1e-9 and turn(5, 0, 6, 2)[0] > x0 else (
        None, None
    )  # fmt: skip


def _shapes(page: object, turn: Turn, area: float) -> tuple[list[Line], list[Line], int]:
    """Vertical and horizontal ruling lines, and the number of large pictures."""
    verticals: list[Line] = []
    horizontals: list[Line] = []
    pictures = 0
    edges = (ctypes.c_float * 4)()
    left = ctypes.addressof(edges)
    places = (left, left + 4, left + 8, left + 12)
    shift_x, shift_y = _shifts(turn)
    for kind, shape, matrix in _objects(page):
        if not bounds_of(shape, *places):
            continue
        a, b, c, d = edges[:] if matrix is _UNIT else _moved(edges[:], matrix)
        if shift_x is not None and shift_y is not None:
            x0, y0, x1, y1 = a - shift_x, shift_y - d, c - shift_x, shift_y - b
        else:
            x0, y0, x1, y1 = turn(a, b, c, d)
        width, height = x1 - x0, y1 - y0
        if kind == _IMAGE:
            pictures += abs(width * height) > area / 10
        elif width <= THIN and height >= SHORTEST:
            verticals.append(((x0 + x1) / 2, y0, y1))
        elif height <= THIN and width >= SHORTEST:
            horizontals.append(((y0 + y1) / 2, x0, x1))
        elif width > THIN and height > THIN and _stroked(shape):
            _outline(shape, matrix, turn, verticals, horizontals)
        if len(verticals) + len(horizontals) > MAX_LINES:
            raise exceeded("一页的线条数", MAX_LINES, "请将文件另存为 DOCX 后再试")
    return verticals, horizontals, pictures


def _outline(shape: int, matrix: Matrix, turn: Turn, verticals: list[Line], horizontals: list[Line]) -> None:
    """Adds the straight sides of a drawn outline."""
    for a, b, c, d in _segments(shape, matrix):
        u0, v0, u1, v1 = turn(min(a, c), min(b, d), max(a, c), max(b, d))
        if u1 - u0 <= 1 and v1 - v0 >= SHORTEST:
            verticals.append(((u0 + u1) / 2, v0, v1))
        elif v1 - v0 <= 1 and u1 - u0 >= SHORTEST:
            horizontals.append(((v0 + v1) / 2, u0, u1))


def _objects(page: object) -> Iterator[tuple[int, int, Matrix]]:
    """Paths and pictures of a page, those inside form objects too: kind, handle, the matrix into the page's space."""
    handle = address(page)
    for i in range(raw.FPDFPage_CountObjects(page)):
        shape = object_at(handle, i)
        kind = type_of(shape)
        if kind in _SEEN:
            yield kind, shape, _UNIT
        elif kind == _FORM:
            yield from _inside(shape)


def _inside(form: int) -> Iterator[tuple[int, int, Matrix]]:
    """Paths and pictures of a form object."""
    stack: list[tuple[int, Matrix, int]] = [(form, _UNIT, 0)]
    while stack:
        shape, matrix, depth = stack.pop()
        kind = type_of(shape)
        if kind in _SEEN:
            yield kind, shape, matrix
        elif kind == _FORM and depth < MAX_DEPTH:
            inner = _times(_matrix(shape), matrix)
            holder = _handle(shape)
            for i in range(raw.FPDFFormObj_CountObjects(holder) - 1, -1, -1):
                stack.append((address(raw.FPDFFormObj_GetObject(holder, i)), inner, depth + 1))


def _handle(shape: int) -> object:
    """The typed handle of a page object."""
    return ctypes.cast(shape, raw.FPDF_PAGEOBJECT)


def _matrix(shape: int) -> Matrix:
    m = raw.FS_MATRIX()
    return (m.a, m.b, m.c, m.d, m.e, m.f) if raw.FPDFPageObj_GetMatrix(_handle(shape), m) else _UNIT


def _times(m: Matrix, n: Matrix) -> Matrix:
    """The matrix that applies m, then n."""
    a, b, c, d, e, f = m
    p, q, r, s, t, u = n
    return (a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s, e * p + f * r + t, e * q + f * s + u)


def _apply(m: Matrix, x: float, y: float) -> tuple[float, float]:
    return m[0] * x + m[2] * y + m[4], m[1] * x + m[3] * y + m[5]


def _moved(box: list[float], matrix: Matrix) -> tuple[float, float, float, float]:
    """The bounds of a box in a form object's space, in the page's."""
    left, bottom, right, top = box
    corners = [_apply(matrix, x, y) for x in (left, right) for y in (bottom, top)]
    xs, ys = [c[0] for c in corners], [c[1] for c in corners]
    return min(xs), min(ys), max(xs), max(ys)


def _stroked(shape: int) -> bool:
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    return bool(raw.FPDFPath_GetDrawMode(_handle(shape), fill, stroke)) and bool(stroke.value)


def _segments(shape: int, matrix: Matrix) -> Iterator[tuple[float, float, float, float]]:
    """The straight segments of a path in the page's space."""
    path = _handle(shape)
    into = _times(_matrix(shape), matrix)
    x, y = ctypes.c_float(), ctypes.c_float()
    start = last = (0.0, 0.0)
    for i in range(min(raw.FPDFPath_CountSegments(path), MAX_LINES)):
        segment = raw.FPDFPath_GetPathSegment(path, i)
        raw.FPDFPathSegment_GetPoint(segment, x, y)
        point = _apply(into, x.value, y.value)
        kind = raw.FPDFPathSegment_GetType(segment)
        if kind == raw.FPDF_SEGMENT_MOVETO:
            start = point
        elif kind == raw.FPDF_SEGMENT_LINETO:
            yield (*last, *point)
        last = point
        if raw.FPDFPathSegment_GetClose(segment):
            yield (*last, *start)
            last = start
