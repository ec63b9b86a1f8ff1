"""The reader of the statutory tables: readings of a document made into cells."""

from __future__ import annotations

import msgspec

from pipeline.lexicon import Lexicon
from pipeline.lexicon.schema.forms import CellWords
from pipeline.model import Cell, Document, Problem, Struct, Unread
from pipeline.tables.cellvalue import ValueReader
from pipeline.tables.flat import read_flat
from pipeline.tables.forms import CellSpec, FormCells, Kind, Place, compile_kinds
from pipeline.tables.leftover import leftover
from pipeline.tables.pages import Candidates, read_grids
from pipeline.tables.reading import Reading, Slot
from pipeline.tables.recover import Inferred, recover
from pipeline.tables.regions import find_regions

NAMES = {"2": "第二部分「主动公开政府信息情况」", "3": "第三部分「收到和处理政府信息公开申请情况」",
         "4": "第四部分「行政复议、行政诉讼情况」"}  # fmt: skip
NO_LINE = "表中没有找到这一行"
NO_PLACE = "没有找到这一格"
SHIFTED = "这一行与表头错位，按格的次序读"


class TablesResult(Struct, frozen=True, kw_only=True):
    """The cells of the statutory tables, and the stretches of text they take (prose must not be read there).

    `forms` tells which form each table follows: {"2": "2021", "3": "2019"}.
    """

    cells: tuple[Cell, ...] = ()
    spans: tuple[tuple[int, int], ...] = ()
    forms: dict[str, str] = msgspec.field(default_factory=dict)
    unread: tuple[Unread, ...] = ()
    problems: tuple[Problem, ...] = ()


class TableReader:
    """Reads the statutory tables of a document. Built once from the lexicon; holds nothing of a document."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._kinds: dict[str, Kind] = compile_kinds(lexicon)
        self._values = ValueReader(lexicon.one(CellWords))
        self._words = frozenset(word for kind in self._kinds.values() for word in kind.words)

    def read(self, document: Document) -> TablesResult:
        """All cells of each statutory table that is present, blank ones too."""
        found = read_grids(document, self._kinds)
        problems: list[Problem] = []
        chosen: dict[str, Reading] = {}
        spans: list[tuple[int, int]] = []
        for name, candidates in found.items():
            spans += [span for reading in candidates.readings if reading.lines for span in reading.spans]
            reading = _best(name, candidates, document, problems)
            if reading is not None:
                chosen[name] = reading
        for name, reading in _flat(document.text, chosen, self._kinds).items():
            chosen[name] = reading
            spans += reading.spans
        chosen = {name: chosen[name] for name in self._kinds if name in chosen}
        cells: list[Cell] = []
        forms: dict[str, str] = {}
        for name, reading in chosen.items():
            form = _form(reading, forms)
            forms[name] = form.form
            cells += _cells(reading, form, document.text, self._values)
        copies = [one for candidates in found.values() for one in candidates.readings if one.lines]
        readings = [*copies, *(one for one in chosen.values() if one.flat)]
        unread = leftover(document, readings, cells, spans, self._words)
        if any(name in chosen for name in ("2", "3", "4")) or "s14" not in chosen:
            problems += [_missing(name) for name in NAMES if name not in chosen]
        spans += _notes(document.text, spans, self._kinds)
        return TablesResult(
            cells=tuple(cells),
            spans=_merged(spans),
            forms=forms,
            unread=tuple(unread),
            problems=tuple(problems),
        )


def _best(name: str, candidates: Candidates, document: Document, problems: list[Problem]) -> Reading | None:
    """The fullest reading; copies are told as a problem."""
    readings = [one for one in candidates.readings if one.lines]
    if not readings:
        return None
    best = max(readings, key=lambda one: (one.filled, len(one.lines)))
    whole = [one for one in readings if one is not best and len(one.lines) >= len(best.lines) * 0.7 and one.filled]
    if whole:
        text = document.text
        differing = sum(
            1
            for one in whole
            for place, slot in one.slots.items()
            if place in best.slots
            and text[slot.start : slot.end].strip() != text[best.slots[place].start : best.slots[place].end].strip()
        )
        same = "，内容相同" if not differing else f"，有 {differing} 格不同，请核对以哪张为准"
        message = f"{NAMES.get(name, '统计表')}的表格出现了 {len(whole) + 1} 次{same}"
        problems.append(Problem(code="table_twice", message=message))
    return best


def _flat(text: str, chosen: dict[str, Reading], kinds: dict[str, Kind]) -> dict[str, Reading]:
    """Tables that no grid gave, from the text below their headings. A report has the sheet of 2014 or the others."""
    read: dict[str, Reading] = {}
    groups: tuple[tuple[str, ...], ...] = (("2", "3", "4"), ("s14",))
    for group in groups:
        if any(name not in group for name in (*chosen, *read)):
            continue
        wanted = [name for name in group if name not in chosen and name in kinds]
        regions = find_regions(text, kinds, wanted) if wanted else {}
        for name in sorted(regions, key=lambda one: one != "3"):  # table 3 tells whether the text drops blank cells
            lossy = "3" in read and read["3"].lossy
            reading = read_flat(text, name, kinds[name], regions[name], lossy)
            if reading is not None:
                read[name] = reading
    return read


def _missing(name: str) -> Problem:
    return Problem(code="table_missing", message=f"未找到{NAMES[name]}的表格，请看原文是否以图片或附件发布")


def _form(reading: Reading, others: dict[str, str]) -> FormCells:
    """The form that has most of the places found, then most of the lines, then the one of the tables before."""
    found = set(reading.slots)
    lines = set(reading.lines)
    return max(reading.kind.forms, key=lambda form: (
        len(found & form.places) - len(found - form.places), len(lines & form.lines), -len(form.places),
        form.form in others.values(), form.form,
    ))  # fmt: skip


def _cells(reading: Reading, form: FormCells, text: str, values: ValueReader) -> list[Cell]:
    inferred = recover(reading, form, text, values)
    cells = [
        _inferred(inferred[place], reading.kind.table, row, spec, text)
        if place in inferred
        else _cell(reading, place, row, spec, text, values)
        for place, row, spec in form.cells
    ]
    for place, slot in reading.slots.items():  # what is printed beyond the form is kept under its own code
        if place not in form.places and slot.end > slot.start:
            spec = reading.kind.specs[place]
            cells.append(_cell(reading, place, reading.kind.order[place[0]], spec, text, values))
    return cells


def _cell(reading: Reading, place: Place, row: int, spec: CellSpec, text: str, values: ValueReader) -> Cell:
    slot = reading.slots.get(place)
    table = reading.kind.table
    if slot is None:
        at = _near(reading, place)
        return Cell(
            code=spec.code, column=spec.column, state="unreadable", value=None, printed="", unit=spec.unit,
            table=table, row=row, start=at, end=at, evidence=NO_PLACE if place[0] in reading.lines else NO_LINE,
        )  # fmt: skip
    start, end, page, box, flag, head_unit, cut = slot
    printed = text[start:end].strip() if cut is None else cut
    if flag == "" or flag == "shifted":
        state, value, note, doubt = values.read(printed, spec.unit, spec.signed, head_unit)
        if flag and state == "printed":
            doubt = SHIFTED
    elif flag == "covered":
        state, value, note, doubt = "covered", None, None, None
        printed = ""
    else:
        state, value, note, doubt = "unreadable", None, None, flag
    return Cell(
        code=spec.code, column=spec.column, state=state, value=value, printed=printed, unit=spec.unit,
        note=note, table=table, row=row, start=start, end=end, page=page, box=box, evidence=doubt,
    )  # fmt: skip


def _inferred(one: Inferred, table: str, row: int, spec: CellSpec, text: str) -> Cell:
    blank = one.value is None
    return Cell(
        code=spec.code, column=spec.column, state="blank" if blank else "inferred", value=one.value,
        printed=text[one.start : one.end].strip(), unit=spec.unit, table=table, row=row,
        start=one.start, end=one.end, evidence=one.why,
    )  # fmt: skip


def _near(reading: Reading, place: Place) -> int:
    """Where a cell that has no place of its own is looked for: at its line, else at the start of the table."""
    same = [slot.end for (line, _), slot in reading.slots.items() if line == place[0]]
    same += [values[0][0] for line, values in reading.loose if line == place[0] and values]
    return min(same) if same else min((start for start, _ in reading.spans), default=0)


def _notes(text: str, spans: list[tuple[int, int]], kinds: dict[str, Kind]) -> list[tuple[int, int]]:
    """Notes printed directly before a table, outside its frame: （本列数据的勾稽关系为：…）."""
    found = []
    words = [note for kind in kinds.values() for note in kind.notes]
    for start, _ in spans:
        low = max(0, start - 90)
        before = text[low:start]
        for word in words:
            at = before.rfind(word)
            if at >= 0 and "\n\n" not in before[at:].strip():
                at = at - 1 if at and before[at - 1] in "（(" else at
                found.append((low + at, start))
                break
    return found


def _merged(spans: list[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return tuple(merged)


__all__ = ["Slot", "TableReader", "TablesResult"]
