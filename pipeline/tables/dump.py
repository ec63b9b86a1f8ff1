"""The remains of a table in plain text: how its cells were parted, and which slots follow a label.

A slot is a cell of the dump, blank or not. Only explicit separators (tabs, pipes, one cell a line) make blank slots;
where cells were joined by spaces the blanks are gone, and what is left is a list of values without columns.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import msgspec
import regex

from pipeline.model import GridCell, RawTable
from pipeline.tables.labels import key
from pipeline.text import fold

Span = tuple[int, int]


class Style(NamedTuple):
    """How the cells of a region are parted.

    `mark` is the separator: tab, pipe, newline (one cell a line, blank lines for blank cells) or space.
    `row_end` matches where a row ends; None where rows do not show.
    """

    mark: str
    row_end: regex.Pattern[str] | None
    closing: bool = False
    """Rows end with a pipe, so that nothing stands behind the last one."""
    leading: bool = False
    """Rows begin with a pipe."""
    gap: str = ""
    """For one cell a line: "white" where blank cells are lines of white space, else what parts two cells."""

    @property
    def explicit(self) -> bool:
        """Blank cells show."""
        return self.mark != " "


_EMPTY_LINE = regex.compile(r"\n[^\S\n\t]*(?=\n)|\n[^\S\n\t]*\Z")
_LINE_END = regex.compile(r"\n")
_PIPES = "|｜│┃║"
_PADDING = regex.compile(rf"[{_PIPES}][^\S\n]*[{_PIPES}]")
_PIPE = regex.compile(f"[{_PIPES}]")
_TAB = regex.compile(r"\t")
_BLANK = regex.compile(r"[\s\u200b\ufeff]*")
# Words that can stand in a value cell; anything else with characters ends the row.
_VALUE = regex.compile(
    r"[\s\d.,，．+\-－−—–―/／~*＊¹²³⁰⁴-⁹⁽⁾①-⑳]*"
    r"(?:(?:增加|新增|增|减少|减)\s*\d[\d.,，]*)?\s*(?:[万亿]?元|人次|[件项个条次篇人])?"
    r"(?:(?<=[\d元件项个条次篇人]\s*)[（(][^（()）\n]{0,60}[）)])?\s*|\s*(?:无|不适用|空|暂无|零|/)\s*"
)
_RULE = regex.compile(
    r"^(?:[\s|｜:：\-—+=]*-{3}[\s|｜:：\-—+=]*|\s*[\u2500-\u257F][\s\u2500-\u257F|]*)$", regex.MULTILINE
)


def style_of(region: str) -> Style:
    """The style of a region, from what parts most of it."""
    tabs = region.count("\t")
    pipes = len(_PIPE.findall(region))
    lines = [line for line in region.split("\n") if line.strip()]
    if pipes >= 6 and pipes >= tabs:
        piped = [line for line in lines if _PIPE.search(line) and not _RULE.match(line)]
        rows = [line for line in piped if sum(1 for part in _PIPE.split(line) if part.strip()) >= 2]
        closing = all(line.rstrip()[-1] in _PIPES for line in piped)
        leading = all(line.lstrip()[0] in _PIPES for line in piped)
        if len(rows) * 4 >= len(piped):
            return Style("|", _LINE_END, closing, leading)
        return Style("|", _PADDING, closing, leading)
    if tabs >= 6:
        single = sum(1 for line in lines if _is_one_cell(line))
        return Style("\t", _EMPTY_LINE if single * 2 > len(lines) else _LINE_END)
    return Style(" ", None)


def _is_one_cell(line: str) -> bool:
    """Whether a line is one cell behind its tab, and no row of which all but the label is blank."""
    one = line.lstrip(" \u3000").startswith("\t") and line.strip("\t ").count("\t") == 0
    return one and not line.rstrip(" \u3000\xa0").endswith("\t\t")


def line_styles(region: str) -> list[Style]:
    """The ways in which a dump without tabs and pipes may have one cell a line, blank cells as lines too.

    Whether one holds is told by the rows: all of them must then have the same number of cells.
    """
    lines = region.split("\n")
    filled = [line for line in lines if line.strip()]
    many = sum(1 for line in filled if len(line.split()) > 2)
    if len(filled) < 20 or many * 8 > len(filled):
        return []
    white = any(line and not line.strip() for line in lines)
    gaps = [gap for gap in ("white" if white else "", "\n", "\n\n") if gap]
    return [Style("\n", None, gap=gap) for gap in gaps]


@lru_cache(maxsize=8192)
def is_value(text: str) -> bool:
    """Whether a piece can be the content of a value cell (blank included)."""
    return _VALUE.fullmatch(text if text.isascii() else fold(text).text) is not None


def slots_after(text: str, start: int, end: int, style: Style, skip_break: bool = False) -> list[Span] | None:
    """The slots between a label that ends at `start` and the next one that begins at `end`, trimmed.

    A blank slot has start == end. Stops at the end of the row and at the first piece that is no value. None where
    numbers go on behind what seemed to be the end of the row.
    `skip_break`: the values stand in the next row (below a head), so that a row end directly behind is passed.
    """
    segment = text[start:end]
    if style.row_end is not None:
        for match in style.row_end.finditer(segment):
            if skip_break and not any(c.isdigit() for c in segment[: match.start()]):
                continue
            stop = match.start() + (1 if style.row_end is _PADDING else 0)
            if style.row_end is not _LINE_END and not skip_break and _goes_on(segment[stop:]):
                return None
            segment = segment[:stop]
            break
    if style.mark == " ":
        return _words(segment, start)
    if style.mark == "\n":
        return _lines(segment, start, style.gap)
    if style.row_end is _LINE_END and skip_break:
        return _next_row(segment, start, style)
    parts: list[Span] = []
    at = 0
    pattern = _PIPE if style.mark == "|" else _TAB
    for match in pattern.finditer(segment):
        parts.append((at, match.start()))
        at = match.end()
    tail_open = at <= len(segment)
    if tail_open and not (style.mark == "|" and (style.closing or style.row_end is _PADDING)):
        parts.append((at, len(segment)))
    if not parts:
        return []
    if not _BLANK.fullmatch(segment, parts[0][0], parts[0][1]) and not is_value(segment[parts[0][0] : parts[0][1]]):
        parts[0] = (parts[0][1], parts[0][1])  # the rest of the label's own cell
    own = segment[parts[0][0] : parts[0][1]]
    if any(c.isdigit() for c in own):
        return _trimmed(segment, start, parts)  # label and number in one cell
    return _trimmed(segment, start, parts[1:])


_HAN = regex.compile(r"\p{Han}")


def _goes_on(rest: str) -> bool:
    """Whether a number stands behind the end of a row, before any word."""
    word = _HAN.search(rest)
    before = rest[: word.start()] if word else rest
    return any(c.isdigit() for c in _NUMBER_BEFORE.sub("", before))


_ROW_ENDS = regex.compile(rf"[ \t{_PIPES}\u3000\xa0]*(?:\n|\Z)")


def row_ends(text: str, end: int, stop: int, style: Style) -> bool:
    """Whether nothing is printed behind a label that has no slots: its row ends there.

    Without separators: no number stands before the next label at `stop` either, else it would be one that is not
    understood. Behind the last label of a table (`stop` is `end` then) only the next word counts.
    """
    if style.explicit:
        return _ROW_ENDS.match(text, end) is not None
    if stop > end:
        return not any(c.isdigit() for c in text[end:stop])
    piece = _PIECE.search(text, end, end + LONGEST_PIECE)
    return piece is None or not any(c.isdigit() for c in piece[0]) or _NUMBERING.match(piece[0]) is not None


LONGEST_PIECE = 60
"""Characters behind the last label of a table that are looked at for a number."""


def _trimmed(segment: str, start: int, parts: list[Span]) -> list[Span]:
    slots: list[Span] = []
    for low, high in parts:
        piece = segment[low:high]
        if not is_value(piece):
            first = piece.split("\n", 1)[0]
            blank = not first.strip() and not _EMPTY_LINE.match(piece, len(first))
            if first == piece or blank or not is_value(first):
                break
            piece = first  # the last cell of the table, and what follows in the next line
        lead = len(piece) - len(piece.lstrip())
        size = len(piece.strip())
        slots.append((start + low + lead, start + low + lead + size) if size else (start + low, start + low))
    return slots


def _lines(segment: str, start: int, gap: str) -> list[Span]:
    """One cell a line. What stands before the first line end belongs to the label, behind the last to the next one."""
    parts: list[Span] = []
    at = 0
    between = "\n" if gap == "white" else gap
    for piece in segment.split(between):
        parts.append((at, at + len(piece)))
        at += len(piece) + len(between)
    low, high = parts[-1]
    parts = parts[1:-1]
    tail = segment[low:high].split("\n", 1)
    if gap == "\n\n" and len(tail) == 2 and tail[0].strip() and is_value(tail[0]):
        parts.append((low, low + len(tail[0])))  # the last cell of the table, a single line end before what follows
    if gap == "white":
        parts = [(low, high) for low, high in parts if high > low]
    return _trimmed(segment, start, parts)


def row_cells(line: str, style: Style) -> list[Span]:
    """The cells of one line of a dump that has a row a line."""
    pattern = _PIPE if style.mark == "|" else _TAB
    cells: list[Span] = []
    at = 0
    for match in pattern.finditer(line):
        cells.append((at, match.start()))
        at = match.end()
    if not (style.closing and style.mark == "|"):
        cells.append((at, len(line)))
    return cells[1:] if style.leading and style.mark == "|" else cells


def _next_row(segment: str, start: int, style: Style) -> list[Span]:
    """Rows below a head: the first line that holds only values, at least one of them filled."""
    at = segment.find("\n") + 1
    if not at:
        return []
    for line in segment[at:].split("\n"):
        low, at = at, at + len(line) + 1
        if not (_PIPE if style.mark == "|" else _TAB).search(line) or _RULE.match(line):
            continue
        cells = [(low + a, low + b) for a, b in row_cells(line, style)]
        slots = _trimmed(segment, start, cells)
        if len(slots) == len(cells):
            return slots
    return []


_REPEATED = regex.compile(
    r"([|｜│┃║\t])[^\S\t\n]*(\p{Han}[^|｜│┃║\t\n]{2,60}?)[^\S\t\n]*\1[^\S\t\n]*\2[^\S\t\n]*(?=\1|\n)"
)


def repeats_labels(region: str) -> bool:
    """Whether merged cells are repeated in each place they cover: | 规章 | 规章 |."""
    return _REPEATED.search("|" + region.replace("\n", "|\n|")) is not None


def grid_of(text: str, span: Span, style: Style) -> RawTable | None:
    """A raw table from lines of equally many cells; repeated labels side by side become one merged cell."""
    rows: list[list[Span]] = []
    at = span[0]
    for line in text[span[0] : span[1]].split("\n"):
        low, at = at, at + len(line) + 1
        if _RULE.match(line):
            continue
        piped = (_PIPE if style.mark == "|" else _TAB).search(line)
        row = [(low + a, low + b) for a, b in row_cells(line, style)] if piped else []
        if rows and len(row) != len(rows[0]):
            break
        if piped:
            rows.append(row)
    width = len(rows[0]) if rows else 0
    if len(rows) < 2:
        return None
    cells: list[GridCell] = []
    for number, row in enumerate(rows):
        before = ""
        for column, (low, high) in enumerate(row):
            piece = text[low:high].strip()
            if piece and piece == before and not is_value(piece):
                cells[-1] = msgspec.structs.replace(cells[-1], colspan=cells[-1].colspan + 1)
                continue
            before = piece
            lead = low + (len(text[low:high]) - len(text[low:high].lstrip())) if piece else low
            cells.append(GridCell(row=number, column=column, start=lead, end=lead + len(piece)))
    return RawTable(start=span[0], end=rows[-1][-1][1], rows=len(rows), columns=width, cells=tuple(cells), kind="text")


_PIECE = regex.compile(r"\S+")
_NUMBERING = regex.compile(
    r"(?:[0-9]{1,2}[.、．]|[（(]?[一二三四五六七八九十]{1,2}[）)]?[、.．]|[（(][一二三四五六七八九十]{1,2}[）)])"
)


def _words(segment: str, start: int) -> list[Span]:
    """Values parted by spaces or line ends. Blank cells do not show."""
    slots: list[Span] = []
    for match in _PIECE.finditer(segment):
        piece = match[0]
        if not is_value(piece) or _NUMBERING.fullmatch(piece):
            break
        slots.append((start + match.start(), start + match.end()))
    return slots


_PARTED = regex.compile(rf"[^\s{_PIPES}]+")


def pieces(text: str, start: int, end: int) -> list[Span]:
    """The parts of a region that can only be values of cells."""
    found = [m.span() for m in _PARTED.finditer(text, start, end)]
    return [(low, high) for low, high in found if is_value(text[low:high]) and not _NUMBERING.fullmatch(text[low:high])]


NUMBER_LENGTH = 12
"""Characters that the printed number of a label takes at most, blanks included."""

_NUMBER_BEFORE = regex.compile(
    r"(?:\d{1,2}\s*[.、．,]\s*|(?:[（(][ \u3000]?)?[一二三四五六七八九十]{1,2}\s*[）)]?\s*[、.．]?\s*)\Z"
)


def cell_start(text: str, place: int, number: str, floor: int) -> int:
    """Where the cell of a label begins, its printed number (1. （一） 三、) included."""
    floor = max(floor, place - NUMBER_LENGTH)
    match = _NUMBER_BEFORE.search(text[floor:place])
    if match is None:
        return place
    found = match[0]
    if found.strip()[:1].isdigit() and number:
        # 0 and 1. can be glued (01.属于…): only the number that belongs to the label is taken.
        position = found.rfind(number)
        if position < 0:
            return place
        return floor + match.start() + position
    return floor + match.start()


def squeezed(text: str, start: int, end: int) -> tuple[str, list[int]]:
    """Letters and digits of text[start:end], folded, and the offset of each in the text."""
    folded = fold(text[start:end])
    letters = "".join(filter(str.isalnum, folded.text))
    offsets = [offset for offset, character in enumerate(folded.text) if character.isalnum()]
    if folded.kept:
        offsets = [folded.origin(offset) for offset in offsets]
    return letters, [start + offset for offset in offsets]


def chunks(text: str, start: int, end: int) -> list[tuple[int, int, str]]:
    """Runs of Chinese characters with their label keys: candidates for damaged labels."""
    pattern = regex.compile(r"\p{Han}[\p{Han}“”\"、，（）()\s]{2,60}\p{Han}")
    return [(start + m.start(), start + m.end(), key(m[0])) for m in pattern.finditer(text[start:end])]
