"""The statutory forms and the variants of their labels (lexicons/forms, one file a form).

A form is a set of tables, a table a set of lines and columns; a line gives the code of each of its cells. Where a form
keeps a table of an earlier one, `same_as` names that form instead of repeating it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from pydantic import Field

from pipeline.lexicon.entry import Check, Entry, FileSpec, Part, Words, nearest

if TYPE_CHECKING:
    from pipeline.lexicon import Lexicon
    from pipeline.lexicon.reader import Mistakes


class FormColumn(Part):
    """A column of a table, known by its label."""

    id: str = Field(pattern=r"^[a-z_]+$")
    label: str
    variants: Words = ()
    signed: bool = False
    """True where an increase or a decrease is told (本年增/减): 增26 is 26, 减10 is -10."""


class FormGroup(Part):
    """A heading over several lines: （三）不予公开. It has no cells of its own."""

    id: str = Field(pattern=r"^[a-z_]+$")
    label: str
    variants: Words = ()


class FormLine(Part):
    """A line of a table. `codes` gives the code of the cell in each column; `code` the one of all columns (table 3)."""

    id: str = Field(pattern=r"^[a-z0-9_.]+$")
    label: str
    variants: Words = ()
    group: str = ""
    code: str = ""
    codes: dict[str, str] = Field(default_factory=dict)
    unit: str = "件"
    units: dict[str, str] = Field(default_factory=dict)
    """The unit of single columns where it is not `unit`."""


class FormTable(Part):
    """A table of a form."""

    table: Literal["2", "3", "4", "s14"]
    same_as: str = ""
    """The form whose table of this number this one keeps unchanged."""
    marks: Words = ()
    """Words of which at least one stands in every table of this kind (without blanks between the characters)."""
    headings: Words = ()
    """How the heading above the table reads, without its number; for texts that have lost the table itself."""
    begins: Words = ()
    """Words of the head with which the table begins, without brackets and blanks."""
    notes: Words = ()
    """Beginnings of notes printed in or above the table that hold no figures."""
    headers: Words = ()
    """Labels of the head that stand over columns or blocks but name no column."""
    over: Words = ()
    """Those of them that stand over all columns but the first and the last (法人或其他组织)."""
    beside: Words = ()
    """Heads of columns that the form does not have and that hold none of its values: 序号, 备注."""
    columns: tuple[FormColumn, ...] = ()
    groups: tuple[FormGroup, ...] = ()
    lines: tuple[FormLine, ...] = ()


class Form(Entry):
    """A statutory form."""

    form: str = Field(pattern=r"^\d{4}$")
    title: str
    basis: str
    """The document that laid the form down."""
    years: str
    tables: tuple[FormTable, ...]


class CellWords(Entry):
    """What a cell may print beside or instead of a number (lexicons/cells.yaml). None of it counts as 0 but `zeros`."""

    dashes: Words
    """Printed for "does not apply": the cell is not blank, and has no value."""
    zeros: Words
    increase: Words
    decrease: Words
    about: Words
    lead: Words
    """Words before a number that change nothing."""
    measures: Words
    notes: Words
    """Words that begin a note behind the number."""


def _consistent(lexicon: Lexicon, mistakes: Mistakes) -> None:
    """Codes exist, groups and columns are declared, and the referenced form has the table."""
    from pipeline.lexicon.schema.core import Indicator

    known = {row.code for row in lexicon.rows(Indicator)}
    forms = {form.form: form for form in lexicon.rows(Form)}
    for form in forms.values():
        file, line = form.where.rsplit(":", 1)
        for table in form.tables:
            where = f"表 {table.table}"
            if table.same_as:
                other = forms.get(table.same_as)
                if other is None or not any(t.table == table.table and not t.same_as for t in other.tables):
                    mistakes.add(file, int(line), f"{where}：same_as 指的表式「{table.same_as}」没有这张表")
                continue
            for problem in _table_problems(table, known):
                mistakes.add(file, int(line), f"{where}：{problem}")


def _table_problems(table: FormTable, known: set[str]) -> list[str]:
    columns = {column.id for column in table.columns}
    groups = {group.id for group in table.groups}
    found: list[str] = []
    for line in table.lines:
        codes = {line.code} if line.code else set(line.codes.values())
        if not codes or (line.code and line.codes):
            found.append(f"「{line.label}」要么写 code，要么写 codes")
        found += [f"不认识的指标代码「{code}」{nearest(code, known)}" for code in sorted(codes - known)]
        if line.group and line.group not in groups:
            found.append(f"「{line.label}」的 group「{line.group}」没有列在 groups 里")
        for column in sorted((line.codes.keys() | line.units.keys()) - columns):
            found.append(f"「{line.label}」的栏「{column}」没有列在 columns 里{nearest(column, columns)}")
    ids = [line.id for line in table.lines]
    found += [f"行 id「{one}」写了两次" for one in sorted({one for one in ids if ids.count(one) > 1})]
    return found


FILES: tuple[FileSpec, ...] = (
    FileSpec("forms/*.yaml", Form, "yaml", key="form"),
    FileSpec("cells.yaml", CellWords, "yaml"),
)
CHECKS: tuple[Check, ...] = (_consistent,)
