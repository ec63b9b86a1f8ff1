"""Regions, organs, how titles and dates are worded, and corrections."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from pydantic import Field

from pipeline.lexicon.entry import Check, Entry, FileSpec, Part, Words
from pipeline.model import Level, OrganKind

if TYPE_CHECKING:
    from pipeline.lexicon import Lexicon
    from pipeline.lexicon.reader import Mistakes

YEARS = range(2007, 2100)


class Region(Entry):
    """One code of GB/T 2260 over the years in which it carried one name.

    `first` and `last` are the first and last year at whose end it was valid; None means since before 2008, and still.
    """

    code: str = Field(pattern=r"^[1-8][0-9]{5}$")
    name: str
    parent: str = ""
    first: int | None = None
    last: int | None = None
    successor: Words = ()
    """Codes that followed when this one ended (its own code where only the name changed)."""
    pinyin: str = ""
    """Its short name in pinyin, a syllable a character: hai ning. Compared with addresses of pages."""
    phone: str = ""
    """Area code, for prefectures."""
    post: str = ""
    """How its postcodes begin."""
    sign: str = ""
    """The character of a province in document numbers (浙政办发)."""
    alias: Words = ()
    """Usual short names that no rule gives (西乌旗)."""


class OrganName(Entry):
    """A standard name of an organ, without its region, or a national organ or a zone with its full name."""

    name: str
    kind: OrganKind
    level: Level | None = None
    """Only where the name itself decides it: national organs, the divisions of the production corps."""
    region: str = Field(default="", pattern=r"^([1-8][0-9]{5})?$")
    """The code of the region a zone belongs to, where its name does not say so."""
    alias: Words = ()


class KindWords(Part):
    """Endings of organ names that tell the kind. The longest ending decides."""

    kind: OrganKind
    ends: Words
    contains: str = ""
    """Such an ending only counts in a name with this word (驻…办事处)."""


class DateLabels(Part):
    """Where a page says when it was published."""

    hints: Words
    """Names of metadata fields, lower case, best first."""
    labels: Words
    """Words in front of a date in the text."""


class OrganKinds(Entry):
    """How titles name organs (lexicons/organ_kinds.yaml)."""

    peoples: Words
    """Names of peoples in the names of autonomous regions; without them the short name is left."""
    region_ends: Words
    """Endings of region names; without them the short name is left."""
    prefixes: Words
    """What may stand before the region in the name of an organ (国家税务总局, 中共)."""
    generic: dict[str, Level | Literal[""]]
    """Stand-ins for the region (市教育局) and the level they mean, empty where that is open."""
    zones: Words
    """Words with which the name of a development zone goes on behind a short region name."""
    kinds: tuple[KindWords, ...]
    branches: Words
    """Endings of branches that name the part of the region they are for: 公安局鹿城区分局."""
    township_parts: Words
    """Endings of townships and streets inside a longer name."""
    not_township: Words
    """Names in which such an ending means something else (城乡建设, 乡村振兴)."""
    report_words: Words
    """Regular expressions of what the report is called; the longest that fits is taken."""
    openings: Words
    """Words before the organ that are no part of it (关于, 印发)."""
    closings: Words
    """Words between organ and the report's name that are no part of the organ (关于, 公布)."""
    title_hints: Words
    """Metadata fields of a page with the report's title, best first."""
    site_hints: Words
    """Metadata fields of a page that tell whose site it is or where the text came from."""
    publisher_labels: Words
    """Words in front of the publisher in the text."""
    editor_words: Words
    """Words behind the organ that wrote the report: 由…编制."""
    contact_words: Words
    """Words in front of the organ to be asked: 请与…联系."""
    period_words: Words
    """Words near the sentence that states the period of the data."""
    dates: DateLabels


class Correction(Entry):
    """A field of one document set by hand, because the source itself is wrong or cannot be read.

    Applied only while the field still reads `expect`; once the source is mended it is reported as stale.
    """

    by: Literal["address", "sha256", "title"]
    key: str
    field: Literal["organ", "organ_kind", "region_code", "level", "year", "period_start", "period_end", "published_on"]
    value: str
    expect: str = ""
    reason: str
    author: str
    date: str = Field(pattern=r"^20\d\d-\d\d-\d\d$")


def _regions(lexicon: Lexicon, mistakes: Mistakes) -> None:
    """A code has one name in any year; parents, successors and the regions of organs exist."""
    rows = lexicon.rows(Region)
    codes = {row.code for row in rows}
    last_of: dict[str, Region] = {}
    for row in rows:
        for code in (row.parent, *row.successor):
            if code and code not in codes:
                _tell(mistakes, row, f"没有代码为「{code}」的行政区划")
        if row.first is not None and row.last is not None and row.first > row.last:
            _tell(mistakes, row, f"first（{row.first}）晚于 last（{row.last}）")
        before = last_of.get(row.code)
        if before is not None and (before.last is None or (row.first or 0) <= before.last):
            _tell(mistakes, row, f"「{row.code}」与 {before.where} 的年份重叠")
        last_of[row.code] = row
    for organ in lexicon.rows(OrganName):
        if organ.region and organ.region not in codes:
            _tell(mistakes, organ, f"没有代码为「{organ.region}」的行政区划")


def _tell(mistakes: Mistakes, entry: Entry, message: str) -> None:
    file, line = entry.where.rsplit(":", 1)
    mistakes.add(file, int(line), message)


FILES: tuple[FileSpec, ...] = (
    FileSpec("regions.csv", Region, "csv"),
    FileSpec("organs.csv", OrganName, "csv", key="name"),
    FileSpec("organ_kinds.yaml", OrganKinds, "yaml"),
    FileSpec("corrections.csv", Correction, "csv"),
)
CHECKS: tuple[Check, ...] = (_regions,)
