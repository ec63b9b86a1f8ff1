"""How the output is named for its readers: the columns of tables and exports, and the values in them."""

from __future__ import annotations

from pydantic import Field

from pipeline.lexicon.entry import Check, Entry, FileSpec


class OutputColumn(Entry):
    """One column of the database and the exports, the same name wherever it stands."""

    name: str = Field(pattern=r"^([a-z_]+\.)?[a-z][a-z0-9_]*$")
    """The column; `table.column` where it means something of its own in one table."""
    heading: str
    """Chinese heading in spreadsheets."""
    english: str
    meaning: str
    """One sentence in Chinese for the data dictionary."""


class Label(Entry):
    """The Chinese and English name of one value of a column such as verdict or applicant."""

    id: str = Field(pattern=r"^[a-z_]+\.[A-Za-z0-9_]+$")
    """column.value, e.g. applicant.natural"""
    heading: str
    english: str

    @property
    def column(self) -> str:
        return self.id.partition(".")[0]

    @property
    def value(self) -> str:
        return self.id.partition(".")[2]


FILES: tuple[FileSpec, ...] = (
    FileSpec("columns.csv", OutputColumn, "csv", key="name"),
    FileSpec("labels.csv", Label, "csv", key="id"),
)
CHECKS: tuple[Check, ...] = ()
