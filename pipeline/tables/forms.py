"""Compiles the statutory forms (lexicons/forms) to lookups by label, one `Kind` for each table number.

The forms of 2019 and 2021 share most lines. They are compiled together: a line or column is recognised by its own
label, and which form a table follows is told afterwards by the lines and columns it turned out to have, since reports
mix forms.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import regex

from pipeline.lexicon import Lexicon
from pipeline.lexicon.schema.forms import Form, FormTable
from pipeline.tables.labels import bare, key

Place = tuple[str, str]
"""(line id, column id); column "value" where a table has one column only."""


@dataclass(slots=True, frozen=True)
class CellSpec:
    """What the form says of one cell. `column` is what the cell is given as (None outside table 3)."""

    code: str
    column: str | None
    unit: str
    signed: bool


@dataclass(slots=True, frozen=True)
class FormCells:
    """All cells of one table of one form, in reading order; `rows` counts its lines."""

    form: str
    cells: tuple[tuple[Place, int, CellSpec], ...]
    lines: frozenset[str]
    places: frozenset[Place]


@dataclass(slots=True)
class Kind:
    """One table number over all forms.

    Each dictionary of keys gives the ids a label can stand for; more than one only for bare words such as 其他.
    """

    table: str
    marks: tuple[str, ...] = ()
    headings: tuple[str, ...] = ()
    begins: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    lines: list[str] = field(default_factory=list)
    columns: list[str] = field(default_factory=list)
    groups: list[str] = field(default_factory=list)
    line_keys: dict[str, list[str]] = field(default_factory=dict)
    column_keys: dict[str, list[str]] = field(default_factory=dict)
    group_keys: dict[str, list[str]] = field(default_factory=dict)
    header_keys: set[str] = field(default_factory=set)
    over: set[str] = field(default_factory=set)
    beside: set[str] = field(default_factory=set)
    line_group: dict[str, str] = field(default_factory=dict)
    line_columns: dict[str, list[str]] = field(default_factory=dict)
    specs: dict[Place, CellSpec] = field(default_factory=dict)
    forms: list[FormCells] = field(default_factory=list)
    labels: dict[str, list[str]] = field(default_factory=dict)
    """All label keys of a line, without numbering, longest first."""
    numbers: dict[str, str] = field(default_factory=dict)
    """The number printed before the label of a line: 1 for 1.属于国家秘密."""
    column_labels: dict[str, list[str]] = field(default_factory=dict)
    order: dict[str, int] = field(default_factory=dict)
    instead: dict[str, frozenset[str]] = field(default_factory=dict)
    """A line that other forms have as a heading over several (（六）其他处理): the lines that replace it."""
    words: frozenset[str] = frozenset()
    """Every key of the table, for a first look whether it can be this one."""


_NUMBER = regex.compile(r"(\d{1,2})[.、．]")


def compile_kinds(lexicon: Lexicon) -> dict[str, Kind]:
    """The kinds by table number: "2", "3", "4", "s14"."""
    forms = {form.form: form for form in lexicon.rows(Form)}
    kinds: dict[str, Kind] = {}
    for form in forms.values():
        for given in form.tables:
            kind = kinds.setdefault(given.table, Kind(given.table))
            table = given
            if given.same_as:
                table = next(t for t in forms[given.same_as].tables if t.table == given.table and not t.same_as)
            _add(kind, form.form, table)
    for kind in kinds.values():
        _finish(kind)
    return kinds


def _put(keys: dict[str, list[str]], word: str, name: str) -> None:
    for one in {key(word), bare(key(word))}:
        if one and name not in keys.setdefault(one, []):
            keys[one].append(name)


def _words(label: str, variants: tuple[str, ...]) -> list[str]:
    return [label, *variants]


def _add(kind: Kind, form: str, table: FormTable) -> None:
    kind.marks += tuple(m for m in table.marks if m not in kind.marks)
    kind.headings += tuple(h for h in table.headings if h not in kind.headings)
    kind.begins += tuple(b for b in table.begins if b not in kind.begins)
    kind.notes += tuple(n for n in table.notes if n not in kind.notes)
    kind.over |= {key(word) for word in table.over}
    kind.beside |= {key(word) for word in table.beside}
    kind.header_keys |= {key(word) for word in (*table.headers, *table.over, *table.beside)}
    for column in table.columns:
        if column.id not in kind.columns:
            kind.columns.append(column.id)
        for word in _words(column.label, column.variants):
            _put(kind.column_keys, word, column.id)
            kind.column_labels.setdefault(column.id, []).append(key(word))
    for group in table.groups:
        if group.id not in kind.groups:
            kind.groups.append(group.id)
        for word in _words(group.label, group.variants):
            _put(kind.group_keys, word, group.id)
    signed = {column.id for column in table.columns if column.signed}
    cells: list[tuple[Place, int, CellSpec]] = []
    for row, line in enumerate(table.lines):
        if line.id not in kind.lines:
            kind.lines.append(line.id)
        for word in _words(line.label, line.variants):
            _put(kind.line_keys, word, line.id)
            kind.labels.setdefault(line.id, []).append(bare(key(word)))
        kind.line_group.setdefault(line.id, line.group)
        if numbered := _NUMBER.match(line.label):
            kind.numbers.setdefault(line.id, numbered[1])
        columns = [column.id for column in table.columns] if line.code else list(line.codes)
        for column_id in columns:
            code = line.code or line.codes[column_id]
            spec = CellSpec(
                code=code,
                column=column_id if table.table == "3" else None,
                unit=line.units.get(column_id, line.unit),
                signed=column_id in signed,
            )
            place = (line.id, column_id)
            kind.specs.setdefault(place, spec)
            cells.append((place, row, spec))
            if column_id not in kind.line_columns.setdefault(line.id, []):
                kind.line_columns[line.id].append(column_id)
    kind.forms.append(
        FormCells(form, tuple(cells), frozenset(line.id for line in table.lines), frozenset(c[0] for c in cells))
    )


def _numbered(kind: Kind, line: str) -> list[str]:
    """The label keys of a line, those with its number too."""
    return [word for word, ids in kind.line_keys.items() if line in ids]


def _finish(kind: Kind) -> None:
    # Lines that only one form has (其他处理 1–3) are put where that form has them, so that `order` runs down the page.
    longest = max(kind.forms, key=lambda form: len(form.lines))
    first = {place[0]: row for place, row, _ in reversed(longest.cells)}
    rank: dict[str, float] = {line: float(row) for line, row in first.items()}
    for form in kind.forms:
        before = -1.0
        for place, _, _ in form.cells:
            if place[0] in rank:
                before = rank[place[0]]
            else:
                rank[place[0]] = before + 0.5
    kind.lines.sort(key=lambda line: rank[line])
    kind.order = {line: position for position, line in enumerate(kind.lines)}
    for words in kind.labels.values():
        words.sort(key=len, reverse=True)
    headings = [(bare(word), group) for word, ids in kind.group_keys.items() for group in ids]
    for line, group in kind.line_group.items():  # 不予公开1.属于国家秘密: heading and label in one cell
        for word in {head + label for head, of in headings if of == group for label in _numbered(kind, line)}:
            kind.line_keys.setdefault(word, [line])
    for line in kind.lines:
        for group in {group for word in kind.labels[line] for group in kind.group_keys.get(word, [])}:
            under = frozenset(one for one in kind.lines if kind.line_group.get(one) == group and one != line)
            if under:
                kind.instead[line] = under
    kind.words = frozenset((*kind.line_keys, *kind.column_keys, *kind.group_keys, *kind.header_keys))
