"""Tables without rulings → grids, only where it is clear which cell is which.

    lines with wide gaps → regions → blocks (a head and rows under it) → columns from the head → rows from the labels

Columns come from the heads and from where all values stand, so that a blank cell stays blank and nothing is counted.
Rows come from the labels: the lines of one label stand closer than two labels do. Where any of this does not hold all
through a block, its lines stay paragraphs: what cannot be told apart is not guessed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
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
    """A table and the pieces that it takes."""

    table: Table
    pieces: frozenset[Piece]


def read_region(lines: Sequence[Sequence[Piece]], walls: Sequence[float], closed: bool) -> list[Loose]:
    """The tables of a region; `lines` hold their pieces, `walls` the heights of horizontal rulings.

    `closed` when it is certain that nothing of the region stands in what follows it.
    """
    if sum(len(line) for line in lines) > MOST_PIECES:
        return []
    blocks = _blocks(lines, _label_edge(lines))
    ends = [closed or number < len(blocks) - 1 for number in range(len(blocks))]
    found = [_block(head, body, walls, end, False) for (head, body), end in zip(blocks, ends, strict=True)]
    if any(found):  # beside tables that are certain, those that have no value at all are certain too
        for number, (head, body) in enumerate(blocks):
            found[number] = found[number] or _block(head, body, walls, ends[number], True)
    return [table for table in found if table is not None]


def _label_edge(lines: Sequence[Sequence[Piece]]) -> float:
    """How far to the right labels reach: words beside values, on the same line and left of all of them."""
    edge = -1.0
    least = 1e9
    begun = False
    loose = False
    for line in lines:
        first = min((piece.x0 for piece in line if VALUE.fullmatch(piece.text)), default=None)
        words = [piece for piece in line if not VALUE.fullmatch(piece.text)]
        if first is not None:
            begun = True
            least = min(least, first)
            edge = max(edge, *(piece.x1 for piece in words if piece.x1 <= first), -1.0)
        elif begun and words:
            loose = True
    return least if edge < 0 and loose else edge


Lines = list[Sequence[Piece]]


def _blocks(lines: Sequence[Sequence[Piece]], edge: float) -> list[tuple[Lines, Lines]]:
    """Heads with the lines under them. A line of a head has words right of all labels and no value in it."""
    blocks: list[tuple[Lines, Lines]] = []
    open_head = False
    for line in lines:
        has_value = any(VALUE.fullmatch(piece.text) for piece in line)
        if not has_value and any(piece.x0 > edge for piece in line):
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


def _block(head: Lines, body: Lines, walls: Sequence[float], closed: bool, blank: bool) -> Loose | None:
    """One head and its rows as a table. None where it is not clear; `blank` tells that it may have no value at all."""
    over = [piece for line in head for piece in line]
    under = [piece for line in body for piece in line]
    if len(over) < 2:
        return None
    values = [piece for piece in under if VALUE.fullmatch(piece.text)]
    heads = stacked(over, _leading([*over, *under]), walls)
    leaves = leaves_of(heads)
    if leaves is None or len(leaves) < 2:
        return None
    if not under:
        return _bare_head(heads, leaves) if closed else None
    if not values and not (blank and closed):
        return None
    columns = columns_of(values, leaves)
    if columns is None:
        return None
    words = [piece for piece in under if piece not in columns]
    # A head over labels is no column of values; one that is over nothing is a column of blanks.
    first = next((i for i, leaf in enumerate(leaves) if not any(overlap(leaf, piece) > 1 for piece in words)), None)
    if first is None or min(columns.values(), default=first) < first:
        return None
    edge = min(min((p.x0 for p in values), default=leaves[first].x0), leaves[first].x0)
    if any(piece.x1 > edge + 0.5 * piece.size for piece in words):
        return None
    rows = _rows(values, words, walls)
    if rows is None or (words and not any(row.label for row in rows)):
        return None
    if rows[-1].sure and not rows[-1].values and not closed:
        rows[-1] = rows[-1]._replace(sure=False)
    return _emit(heads, leaves, first, columns, rows)


def _leading(pieces: Sequence[Piece]) -> float:
    """How far the lines of one cell stand apart at most: the least distance that recurs, if there are wider ones."""
    gaps = sorted(_gaps(pieces))
    if not gaps:
        return 0.0
    size = pieces[0].size
    least = next((gap for gap, other in pairwise(gaps) if other <= 1.06 * gap), gaps[0])
    most = 1.12 * least
    return most if least <= 1.9 * size and gaps[-1] > most else 0.0


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
        rows = _matched(anchors, groups, apart, min(_gaps(labels), default=0.0))
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


def _matched(anchors: list[list[Piece]], groups: list[Group], apart: float, pitch: float) -> list[Row] | None:
    """Each line of values with its label: the rightmost one that it stands beside."""
    outer = {id(g) for g in groups if any(o.x0 >= g.x1 - 1 and _beside(o, g) > 0.3 * g.pieces[0].size for o in groups)}
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
        whole = apart > 0 or pitch >= 1.6 * size
        sure = bool(values) or (whole and not _at_break(g, groups) and not _touched(g, groups, apart))
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


def _touched(group: Group, groups: Sequence[Group], apart: float) -> bool:
    """Whether another label stands as near as the lines of one label do: they may be one."""
    first, last = group.pieces[0].base, group.pieces[-1].base
    return any(
        overlap(other, group) > 0.5
        and (0 <= first - other.pieces[-1].base <= apart or 0 <= other.pieces[0].base - last <= apart)
        for other in groups
        if other is not group
    )


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


class _Sheet:
    """The cells of a table as they are put down, and the pieces they are made of."""

    def __init__(self) -> None:
        self.cells: list[CellText] = []
        self.used: set[Piece] = set()

    def put(self, row: int, column: int, group: Group | None, page: int, colspan: int = 1) -> None:
        """One cell; a blank one without `group`."""
        self.cells.append(_cell(row, column, group, page, colspan))
        if group is not None:
            self.used.update(group.pieces)

    def head(self, heads: Sequence[Group], leaves: Sequence[Group], first: int, shift: int) -> int:
        """The rows of the head; gives how many. Columns from `first` on are values, moved by `shift`."""
        upper = spans(heads, leaves[first:])
        levels = max((cell.level for cell in upper), default=-1) + 1
        page = leaves[0].pieces[0].page
        for cell in upper:
            self.put(cell.level, shift + cell.first, cell.group, page, cell.last - cell.first + 1)
        if shift:
            self.put(levels, 0, leaves[first - 1] if first else None, page, shift)
        for i, leaf in enumerate(leaves[first:]):
            self.put(levels, shift + i, leaf, page)
        return levels + 1

    def row(self, at: int, row: Row, columns: Mapping[Piece, int], width: int, first: int, shift: int) -> None:
        """A row of the body; without values where it may be cut."""
        page = row.label.pieces[0].page if row.label else row.values[0].page
        if row.label:
            for place, group in enumerate(row.groups):
                self.put(at, place, group, page)
            self.put(at, len(row.groups), row.label, page, LABELS - len(row.groups))
        if row.sure:
            here = {columns[piece]: group_of([piece]) for piece in row.values}
            for i in range(first, width):
                self.put(at, shift + i - first, here.get(i), page)

    def loose(self, rows: int, columns: int) -> Loose:
        """The table."""
        cells = sorted(self.cells, key=lambda c: (c.row, c.column))
        boxes = [c.box for c in cells if c.box]
        page = min(c.page for c in cells if c.page)
        here = [c.box for c in cells if c.box and c.page == page]
        table = Table(
            x0=min(b[0] for b in boxes),
            top=min(b[1] for b in here),
            x1=max(b[2] for b in boxes),
            bottom=max(b[3] for b in here),
            cells=tuple(cells),
            rows=rows,
            columns=columns,
        )
        return Loose(table, frozenset(self.used))


def _emit(
    heads: Sequence[Group], leaves: Sequence[Group], first: int, columns: Mapping[Piece, int], rows: Sequence[Row]
) -> Loose:
    shift = LABELS if any(row.label for row in rows) else 0
    sheet = _Sheet()
    at = sheet.head(heads, leaves, first, shift)
    for row in rows:
        sheet.row(at, row, columns, len(leaves), first, shift)
        at += 1
    return sheet.loose(at, shift + len(leaves) - first)


def _bare_head(heads: Sequence[Group], leaves: Sequence[Group]) -> Loose | None:
    """A head of two levels over columns of equal labels, and nothing under it: its one row of values is blank."""
    if len(leaves) < 10 or len(heads) == len(leaves):
        return None
    sheet = _Sheet()
    at = sheet.head(heads, leaves, 0, 0)
    for i in range(len(leaves)):
        sheet.put(at, i, None, leaves[0].pieces[0].page)
    return sheet.loose(at + 1, len(leaves))
