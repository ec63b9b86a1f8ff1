"""Tables without rulings → grids, only where it is clear which cell is which.

    lines with wide gaps → regions → blocks (a head and the rows under it) → columns from the head → rows from the labels

Columns come from the heads and from where all values stand, so that a blank cell stays blank and nothing is counted.
Rows come from the labels: the lines of one label stand closer than two labels do. Where any of this does not hold all
through a block, its lines stay paragraphs: what cannot be told apart is not guessed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from pipeline.ingest.build import CellText
from pipeline.ingest.loosehead import VALUE, Group, Piece, columns_of, group_of, leaves_of, overlap, spans, stacked
from pipeline.ingest.pdfgrid import Table

LIFT = 20_000.0
"""Added to heights from page to page, so that a region may run over pages."""
LABELS = 3
"""Columns kept for labels; the leaf label is in the last of them."""
MOST_PIECES = 6000


class Loose(NamedTuple):
    """A table and the lines of its region (by index) that it takes."""

    table: Table
    lines: frozenset[int]


def read_region(lines: Sequence[Sequence[Piece]], walls: Sequence[float]) -> list[Loose]:
    """The tables of a region; `lines` hold their pieces, `walls` the heights of horizontal rulings."""
    pieces = [piece for line in lines for piece in line]
    values = [piece for piece in pieces if VALUE.fullmatch(piece.text)]
    if len(pieces) > MOST_PIECES:
        return []
    zone = min((piece.x0 for piece in values), default=0.0)
    found = []
    for head, body in _blocks(lines, zone, bool(values)):
        table = _block(head, body, walls)
        if table is not None:
            found.append(table)
    return found


Lines = list[Sequence[Piece]]


def _blocks(lines: Sequence[Sequence[Piece]], zone: float, any_value: bool) -> list[tuple[Lines, Lines]]:
    """Heads with the lines under them. A line of a head has words over the values and no value in it."""
    blocks: list[tuple[Lines, Lines]] = []
    open_head = False
    for line in lines:
        has_value = any(VALUE.fullmatch(piece.text) for piece in line)
        is_head = not has_value and (any(piece.middle > zone for piece in line) or not any_value)
        if is_head:
            if not open_head:
                blocks.append(([], []))
                open_head = True
            head, body = blocks[-1]
            head += [*body, line]  # lines between those of a head belong to its corner
            body.clear()
        elif blocks:
            blocks[-1][1].append(line)
            open_head = open_head and not has_value
    return [(_trimmed(head), body) for head, body in blocks]


def _trimmed(head: Lines) -> Lines:
    """A head without the lines of one piece above it: titles, which stay paragraphs."""
    first = next((i for i, line in enumerate(head) if len(line) > 1), len(head))
    return head[first:]


def _block(head: Lines, body: Lines, walls: Sequence[float]) -> Loose | None:
    """One head and its rows as a table. None where it is not clear."""
    over = [piece for line in head for piece in line]
    under = [piece for line in body for piece in line]
    if len(over) < 2:
        return None
    values = [piece for piece in under if VALUE.fullmatch(piece.text)]
    leading = _leading([*over, *under])
    heads = stacked(over, leading, walls)
    leaves = leaves_of(heads)
    if leaves is None or len(leaves) < 2:
        return None
    if not values:
        return _bare_head(heads, leaves, head)
    columns = columns_of(values, leaves)
    if columns is None:
        return None
    first = min(columns.values())
    zone = min(min(p.x0 for p in values), leaves[first].x0)
    labels = [piece for piece in under if piece not in columns and piece.x1 <= zone + 0.5 * piece.size]
    notes = [piece for piece in under if piece not in columns and piece not in labels]
    if notes:
        return None
    # A head over labels is no column of values; one that is over nothing is a column of blanks.
    while first > 0 and not any(overlap(leaves[first - 1], p) > 1 for p in labels) and labels:
        first -= 1
    rows = _rows(values, labels, walls)
    if rows is None or (labels and not any(row.label for row in rows)):
        return None
    return _emit(heads, leaves, first, columns, rows, head, body)


def _leading(pieces: Sequence[Piece]) -> float:
    """How far the lines of one cell stand apart at most: between the two kinds of distance, if there are two."""
    gaps = sorted(_gaps(pieces))
    if not gaps:
        return 0.0
    size = sorted(p.size for p in pieces)[len(pieces) // 2]
    for near, far in zip(gaps, gaps[1:], strict=False):
        if near > 1.9 * size:
            break
        if far > 1.15 * near and far - near > 1.0:
            return (near + far) / 2
    return 0.0


def _gaps(pieces: Sequence[Piece]) -> list[float]:
    """The distances of base lines from each piece to the next one under it."""
    ordered = sorted(pieces, key=lambda p: p.base)
    gaps = []
    for i, piece in enumerate(ordered):
        for other in ordered[i + 1 : i + 40]:
            gap = other.base - piece.base
            if gap > 5 * piece.size:
                break
            if gap > 0.5 * piece.size and overlap(piece, other) > 0.5:
                gaps.append(gap)
                break
    return gaps


class Row(NamedTuple):
    """A row: its label, the labels of groups beside it, its values. `sure` is False where the row may be cut."""

    top: float
    label: Group | None
    groups: tuple[Group, ...]
    values: tuple[Piece, ...]
    sure: bool


def _rows(values: Sequence[Piece], labels: Sequence[Piece], walls: Sequence[float]) -> list[Row] | None:
    """The rows from top to bottom; None where labels and values cannot be brought together."""
    anchors = _anchors(values)
    if not labels:
        return [Row(a[0].base, None, (), tuple(a), True) for a in anchors]
    leading = _leading(labels)
    for apart in dict.fromkeys((leading, 0.0)):
        groups = stacked(labels, apart, walls) if apart else [group_of([p]) for p in labels]
        rows = _matched(anchors, groups, wrapped=apart > 0, pitch=min(_gaps(labels), default=0.0))
        if rows is not None:
            return rows
    return None


def _anchors(values: Sequence[Piece]) -> list[list[Piece]]:
    """The values by line."""
    anchors: list[list[Piece]] = []
    for piece in sorted(values, key=lambda p: p.base):
        if anchors and piece.base - anchors[-1][0].base < 0.45 * piece.size:
            anchors[-1].append(piece)
        else:
            anchors.append([piece])
    return anchors


def _matched(anchors: list[list[Piece]], groups: list[Group], wrapped: bool, pitch: float) -> list[Row] | None:
    """Each line of values with its label: the rightmost one that it stands beside."""
    outer = {
        id(g) for g in groups if any(o.x0 >= g.x1 - 1 and _beside(o, g) > 0.3 * g.pieces[0].size for o in groups)
    }
    edge = max((g.x1 for g in groups if id(g) in outer), default=-1.0)
    inner = [g for g in groups if id(g) not in outer]
    held: dict[int, list[Piece]] = {}
    for anchor in anchors:
        size = anchor[0].size
        middle = (anchor[0].top + anchor[0].bottom) / 2
        near = [g for g in inner if g.top - 0.2 * size <= middle <= g.bottom + 0.2 * size]
        if len(near) != 1 or id(near[0]) in held or not _aligned(middle, near[0], size):
            return None
        held[id(near[0])] = anchor
    rows = []
    for g in sorted(inner, key=lambda g: g.top):
        values = held.get(id(g), [])
        if not values and g.x1 <= edge + 1:
            outer.add(id(g))  # the label of a group that stands between two of its rows
            continue
        size = g.pieces[0].size
        # Without values: a row of blanks, if it cannot be a piece of another label.
        sure = bool(values) or ((wrapped or pitch >= 1.6 * size) and not _at_break(g, groups))
        rows.append(Row(g.top, g, (), tuple(values), sure))
    return [row._replace(groups=_outer_of(row, rows, groups, outer)) for row in rows] if rows else None


def _beside(a: Group, b: Group) -> float:
    return min(a.bottom, b.bottom) - max(a.top, b.top)


def _aligned(middle: float, group: Group, size: float) -> bool:
    """Values stand in the middle of their label, or beside its first or last line."""
    first, last = group.pieces[0], group.pieces[-1]
    places = ((group.top + group.bottom) / 2, (first.top + first.bottom) / 2, (last.top + last.bottom) / 2)
    return any(abs(middle - place) <= 0.5 * size for place in places)


def _at_break(group: Group, groups: Sequence[Group]) -> bool:
    """Whether a label is the last one of its page or the first of the next: it may be half a label."""
    pages = {g.pieces[0].page for g in groups}
    page = group.pieces[0].page
    same = [g for g in groups if g.pieces[0].page == page]
    last = page + 1 in pages and group.bottom >= max(g.bottom for g in same) - 1
    first = page - 1 in pages and group.top <= min(g.top for g in same) + 1
    return last or first


def _outer_of(row: Row, rows: list[Row], groups: list[Group], outer: set[int]) -> tuple[Group, ...]:
    """The labels of groups whose middle is nearest to this row: one of their rows is enough to place them."""
    mine = []
    for g in groups:
        if id(g) in outer:
            middle = (g.top + g.bottom) / 2
            nearest = min(rows, key=lambda r: abs(r.top - middle))
            if nearest.top == row.top:
                mine.append(g)
    return tuple(sorted(mine, key=lambda g: g.x0)[-(LABELS - 1) :])


Place = Callable[[Sequence[Piece] | Group], tuple[int, tuple[float, float, float, float] | None]]


def _cell(row: int, column: int, group: Group | None, page: int, colspan: int = 1) -> CellText:
    if group is None:
        return CellText(row=row, column=column, text="", colspan=colspan, page=page)
    page = group.pieces[0].page
    first = [p for p in group.pieces if p.page == page]
    low = LIFT * page
    box = (min(p.x0 for p in first), min(p.top for p in first) - low,
           max(p.x1 for p in first), max(p.bottom for p in first) - low)  # fmt: skip
    x0, y0, x1, y1 = (round(v, 1) for v in box)
    return CellText(row=row, column=column, text=group.text, colspan=colspan, page=page, box=(x0, y0, x1, y1))


def _head_cells(heads: Sequence[Group], leaves: Sequence[Group], first: int, shift: int) -> tuple[list[CellText], int]:
    """The rows of the head, and how many there are. Columns from `first` on are values, moved by `shift`."""
    upper = spans(heads, leaves[first:])
    levels = max((cell.level for cell in upper), default=-1) + 1
    cells = [_cell(c.level, shift + c.first, c.group, 0, c.last - c.first + 1) for c in upper]
    page = leaves[0].pieces[0].page
    if shift:
        corner = leaves[first - 1] if first else None
        cells.append(_cell(levels, 0, corner, page, shift))
    cells += [_cell(levels, shift + i, leaf, page) for i, leaf in enumerate(leaves[first:])]
    return cells, levels + 1


def _emit(
    heads: Sequence[Group], leaves: Sequence[Group], first: int, columns: Mapping[Piece, int], rows: Sequence[Row],
    head: Lines, body: Lines,
) -> Loose:  # fmt: skip
    labelled = any(row.label for row in rows)
    shift = LABELS if labelled else 0
    cells, at = _head_cells(heads, leaves, first, shift)
    used = {piece.line for line in head for piece in line}
    for row in rows:
        page = row.label.pieces[0].page if row.label else row.values[0].page
        taken = [*row.groups, row.label] if row.label else list(row.groups)
        used |= {p.line for g in taken if g for p in g.pieces} | {p.line for p in row.values}
        if labelled:
            for place, group in enumerate(row.groups):
                cells.append(_cell(at, place, group, page))
            begin = len(row.groups)
            cells.append(_cell(at, begin, row.label, page, LABELS - begin))
        if row.sure:
            here = {columns[piece]: group_of([piece]) for piece in row.values}
            for i in range(first, len(leaves)):
                cells.append(_cell(at, shift + i - first, here.get(i), page))
        at += 1
    cells.sort(key=lambda c: (c.row, c.column))
    return _made(cells, at, shift + len(leaves) - first, used)


def _bare_head(heads: Sequence[Group], leaves: Sequence[Group], head: Lines) -> Loose | None:
    """A head of two levels over columns of equal labels, and nothing under it: its one row of values is blank."""
    if len(leaves) < 10 or len(heads) == len(leaves):
        return None
    cells, at = _head_cells(heads, leaves, 0, 0)
    page = leaves[0].pieces[0].page
    cells += [_cell(at, i, None, page) for i in range(len(leaves))]
    cells.sort(key=lambda c: (c.row, c.column))
    return _made(cells, at + 1, len(leaves), {piece.line for line in head for piece in line})


def _made(cells: list[CellText], rows: int, columns: int, used: set[int]) -> Loose:
    boxes = [c.box for c in cells if c.box]
    page = min(c.page for c in cells if c.page)
    top = min(c.box[1] for c in cells if c.box and c.page == page)
    bottom = max(c.box[3] for c in cells if c.box and c.page == page)
    table = Table(x0=min(b[0] for b in boxes), top=top, x1=max(b[2] for b in boxes), bottom=bottom,
                  cells=tuple(cells), rows=rows, columns=columns)  # fmt: skip
    return Loose(table, frozenset(used))
