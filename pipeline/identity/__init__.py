"""Who reports on which year: organ, kind, region and level, year, period, form, day of publication.

    titles.py    which line is the title, the organ and the year in it
    organs.py    the organ's name taken apart: regions, kind
    regions.py   the gazetteer: names and codes by year
    evidence.py  where the name leaves the region open: what else decides it
    dates.py     years, periods, days

A name that several places bear is never guessed: without evidence the region stays None.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from pipeline.identity.dates import DateReader, arabic_years, years_in
from pipeline.identity.evidence import Clues, Evidence, Judge
from pipeline.identity.organs import Organ, OrganReader
from pipeline.identity.regions import Gazetteer, Place
from pipeline.identity.titles import Title, TitleReader
from pipeline.lexicon import Lexicon
from pipeline.lexicon.schema.places import Correction, OrganKinds
from pipeline.model import Document, Problem, Report, Section, Struct
from pipeline.text import fold

HEAD = 1500
FARTHER = 4000
"""Where the first HEAD characters (perhaps a page's menu) do not state the period, so many are looked at."""
TAIL = 400


class HasForms(Protocol):
    """What identity needs of the tables: the edition of the form of each, such as {"2": "2021", "3": "2019"}."""

    @property
    def forms(self) -> Mapping[str, str]: ...


class Identity(Struct, frozen=True):
    """A report's identity with its reasons."""

    report: Report
    problems: tuple[Problem, ...] = ()
    evidence: Evidence | None = None
    """Points of the candidates where the title alone did not decide the region."""


class Identifier:
    """Identifies reports. Built once per process from the lexicon, keeps nothing of a document."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._gazetteer = Gazetteer(lexicon)
        self._organs = OrganReader(lexicon, self._gazetteer)
        self._titles = TitleReader(lexicon, self._organs)
        self._judge = Judge(lexicon, self._gazetteer, self._organs)
        self._dates = DateReader(lexicon)
        self._site_hints = frozenset(lexicon.one(OrganKinds).site_hints)
        self._corrections: dict[tuple[str, str], list[Correction]] = {}
        for row in lexicon.rows(Correction):
            self._corrections.setdefault((row.by, row.key), []).append(row)

    def identify(self, document: Document, sections: tuple[Section, ...], tables: HasForms | None) -> Report:
        """The report's identity; every field None that title, text and address do not decide."""
        return self.explain(document, sections, tables).report

    def explain(self, document: Document, sections: tuple[Section, ...], tables: HasForms | None) -> Identity:
        """Like identify, with the evidence and with corrections that no longer fit told as problems."""
        head = arabic_years(_folded(document.text[:HEAD]))
        tail = arabic_years(_folded(document.text[-TAIL:]))
        begin, end = self._dates.period(head)
        if begin is None and len(document.text) > HEAD:
            head = arabic_years(_folded(document.text[:FARTHER]))
            begin, end = self._dates.period(head)
        title = self._titles.find(document, _one_year(begin, end))
        told = dict(document.hints)
        year = self._year(title, _one_year(begin, end), head) or _told_year(told)
        given = [value for name, value in document.hints if name in self._site_hints]
        site = "|".join((*([title.rest] if title and title.rest else ()), *map(_folded, given)))
        clues = Clues(head=head, tail=tail, address=document.address, site=site)
        organ, name = self._organ(title, clues, year)
        if organ is None and told.get("organ"):  # the document does not say; who made the manifest does
            organ, name = self._organs.read(told["organ"], year), told["organ"]
        place, evidence = self._place(organ, clues, year)
        report = Report(
            organ=name,
            organ_kind=organ.kind if organ else None,
            region_code=place.code if place else None,
            region=place.name if place else None,
            level=self._level(organ, place),
            year=year,
            form=_form(tables),
            period_start=begin,
            period_end=end,
            published_on=self._dates.published(document.hints, head, tail, year),
            title=title.text if title else document.title,
        )
        report, problems = self._correct(report, document)
        return Identity(report=report, problems=problems, evidence=evidence)

    @staticmethod
    def _year(title: Title | None, data_year: int | None, head: str) -> int | None:
        """The title's year, else the one the data are of, else the only one the first sentences name with 年度."""
        if title is not None and title.year is not None:
            return title.year
        if data_year is not None:
            return data_year
        named = {y for y in years_in(head[:300]) if f"{y}年度" in head[:300]}
        return named.pop() if len(named) == 1 else None

    def _organ(self, title: Title | None, clues: Clues, year: int | None) -> tuple[Organ | None, str | None]:
        """The organ and its name as printed. A bare region gets the full name of its government if that is printed."""
        if title is not None and title.organ is not None:
            organ = self._organs.read(title.organ, year)
            full = title.organ + "人民政府"
            bare = organ.kind == "government" and organ.rest == "" and not organ.national and organ.places
            name = full if bare and (full in clues.head or full in clues.tail) else title.organ
            return organ, self._fullest(name, organ, clues, year)
        return self._from_text(clues, year)

    def _fullest(self, name: str, organ: Organ, clues: Clues, year: int | None) -> str:
        """The name with the regions above it where the text prints it so: 淮安市|洪泽区人民政府."""
        if len(organ.places) != 1 or not name.startswith(organ.places[0].name):
            return name
        for above in self._gazetteer.up(organ.places[0], year):
            if above.name + name in clues.head or above.name + name in clues.tail:
                name = above.name + name
        return name

    def _from_text(self, clues: Clues, year: int | None) -> tuple[Organ | None, str | None]:
        """Where no title names it: 现公布…年度报告 in the first sentences, else who signs, publishes or edits it."""
        for sentence in clues.head[:1200].replace("\n", "。").replace("，", "。").split("。"):
            for opening in ("公布", "公开", "发布", "编制", "公告", ""):
                start = sentence.rfind(opening, 0, sentence.find("信息公开") + 1) if opening else 0
                named = self._titles.read(sentence[start + len(opening) :]) if start >= 0 else None
                if named and named.organ and self._organs.read(named.organ, year).places:
                    return self._organs.read(named.organ, year), named.organ
        for _, organ in self._judge.named_organs(clues, year):
            return organ, organ.name
        return None, None

    def _place(self, organ: Organ | None, clues: Clues, year: int | None) -> tuple[Place | None, Evidence | None]:
        if organ is None or organ.national:
            return None, None
        if len(organ.places) == 1:
            place = organ.places[0]
            inner = organ.level == "township" and place.level != "county" and place.code in self._gazetteer.parents
            if not inner:
                return place, None
        evidence = self._judge.decide(organ, clues, year)
        return evidence.place, evidence

    @staticmethod
    def _level(organ: Organ | None, place: Place | None) -> Any:
        if organ is None:
            return None
        if organ.level is not None:
            return organ.level
        if place is not None:
            return place.level
        levels = {p.level for p in organ.places}
        return levels.pop() if len(levels) == 1 else None

    # ---- corrections

    def _correct(self, report: Report, document: Document) -> tuple[Report, tuple[Problem, ...]]:
        if not self._corrections:
            return report, ()
        problems: list[Problem] = []
        for by, key in (("address", document.address), ("sha256", document.sha256), ("title", report.title)):
            for row in self._corrections.get((by, key), ()) if key else ():
                now = getattr(report, row.field)
                if str("" if now is None else now) != row.expect:
                    problems.append(Problem(code="stale_correction", message=_stale(row, now)))
                    continue
                report = self._set(report, row.field, row.value)
        return report, tuple(problems)

    def _set(self, report: Report, field: str, value: str) -> Report:
        fields: dict[str, Any] = {name: getattr(report, name) for name in report.__struct_fields__}
        fields[field] = int(value) if field == "year" else value or None
        if field in ("region_code", "year"):
            code = fields["region_code"]
            place = self._gazetteer.code_at(code, fields["year"]) if code else None
            fields["region"] = place.name if place else None
        return Report(**fields)


def _folded(text: str) -> str:
    return fold(text).text


def _told_year(told: dict[str, str]) -> int | None:
    """The year that a manifest gives; it counts only where the document names none."""
    year = told.get("year", "")
    return int(year) if year.isascii() and year.isdigit() and len(year) == 4 else None


def _one_year(begin: str | None, end: str | None) -> int | None:
    """The year both days lie in."""
    return int(begin[:4]) if begin is not None and end is not None and begin[:4] == end[:4] else None


def _stale(row: Correction, now: object) -> str:
    return f"{row.where} 的更正没有用上：{row.field} 读到「{now}」，不是「{row.expect}」；来源已改好的话，请删去这一条"


def _form(tables: HasForms | None) -> str | None:
    """The edition of the form: that of table 2, which tells 2019 and 2021 apart; that of another table without it."""
    forms = tables.forms if tables is not None else {}
    return forms.get("2") or forms.get("3") or forms.get("4") or ("2014" if "s14" in forms else None)
