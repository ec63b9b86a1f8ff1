"""Checks over the database: years (A7, B6, B7, D), organs alike (B6, B7), levels (E1), repetition (D6, E2), versions.

    refresh(db, lexicon)        after a load; does only what the new documents touch

What is found depends on what the database holds, never on the order in which it came: a report is checked again when
it, last year's report of its organ, its earlier version, the reports below it or prose like its own has changed.
"""

from __future__ import annotations

import time
from array import array
from collections import OrderedDict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Protocol

from msgspec.structs import replace

from pipeline.across import texts
from pipeline.across.levels import codes_below, covers
from pipeline.lexicon import Lexicon
from pipeline.lexicon.schema.core import Indicator
from pipeline.lexicon.schema.prose import Term, UserWord
from pipeline.lexicon.schema.rules import Rule, RuleWords, expand
from pipeline.model import DocumentResult, Finding, Report
from pipeline.narrative.segment import Segmenter, make_segmenter
from pipeline.reconcile import Facts, Reconciler, plain_cell
from pipeline.reconcile.facts import Standing
from pipeline.run import data_version
from pipeline.store import Connection, Database, outlying
from pipeline.store import across as store
from pipeline.store.across import Member
from pipeline.store.outlying import Group

VERSION = "2"
"""Goes up when this package finds something else in the same reports."""
BATCH = 400
"""Reports held in memory at a time, with last year's reports beside them."""
_HELD_RUNS = 50_000
"""Reports whose runs of words are held: some 1.3 KB each."""

Found = list[tuple[Finding, str | None]]


@dataclass(frozen=True, slots=True)
class Refreshed:
    """What a refresh did: reports checked, findings they have now, seconds."""

    reports: int = 0
    findings: int = 0
    seconds: float = 0.0


@cache
def _tools(lexicon: Lexicon) -> tuple[Reconciler, Segmenter, tuple[str, ...]]:
    return Reconciler(lexicon), make_segmenter(lexicon), codes_below(lexicon)


class Kept(Protocol):
    """Runs of words of documents that are kept from one refresh to the next, by name; without them they are made."""

    def get(self, names: Sequence[str]) -> dict[str, array[int]]: ...

    def put(self, made: Mapping[str, array[int]]) -> None: ...


def refresh(
    db: Database, lexicon: Lexicon, progress: Callable[[int, int], None] | None = None, kept: Kept | None = None
) -> Refreshed:
    """Checks all reports that something new touches. Stopped half way, the next refresh does the rest.

    One at a time: of two at once, the one that looked first could save last, and undo what the other found.
    """
    if not db.exists():
        return Refreshed()
    with db.alone():
        return _refresh(db, lexicon, progress, kept)


def _refresh(
    db: Database, lexicon: Lexicon, progress: Callable[[int, int], None] | None, kept: Kept | None
) -> Refreshed:
    begun = time.monotonic()
    rules = f"{data_version(lexicon, Rule, RuleWords, Indicator, Term, UserWord)}/{VERSION}"
    changed, gone = store.touched(db, rules)
    if not changed and not gone:
        return Refreshed(seconds=time.monotonic() - begun)
    work = _Refresh(db, lexicon, rules, kept)
    todo = work.plan(changed, gone)
    work.check_outlying({(m.year, m.organ_kind) for m in (*changed, *gone)})
    findings = 0
    for at in range(0, len(todo), BATCH):
        batch = todo[at : at + BATCH]
        findings += store.save(db, work.check(batch), batch)
        if progress:
            progress(min(at + BATCH, len(todo)), len(todo))
    if gone:
        store.save(db, {}, (), gone)
    return Refreshed(len(todo), findings, time.monotonic() - begun)


class _Refresh:
    """One refresh: what it knows of the reports, and the runs of words it has made."""

    def __init__(self, db: Database, lexicon: Lexicon, rules: str, kept: Kept | None = None) -> None:
        self.db, self.rules, self.kept = db, rules, kept
        self.reconciler, self.segmenter, self.codes = _tools(lexicon)
        rules_at_hand = [rule for rule in lexicon.rows(Rule) if rule.enabled]
        known = [row.code for row in lexicon.rows(Indicator)]
        self.told_by = [check for rule in rules_at_hand if rule.by == "stale" for check in rule.words]
        self.sized = [code for rule in rules_at_hand if rule.by == "outlying" for code in expand(rule.codes, known)]
        self.runs: OrderedDict[str, array[int]] = OrderedDict()
        self.alike: dict[str, list[str]] = {}
        self.others: dict[str, Member] = {}

    # --- what is to be done ------------------------------------------------------------------------------------------

    def plan(self, changed: Sequence[Member], gone: Sequence[Member]) -> list[Member]:
        """All reports to check: those that changed, and those that something that changed bears upon."""
        with self.db.reading() as connection:
            governments = store.of_region(connection, gone)
            for start in range(0, len(changed), 1000):
                governments += store.above(connection, [m.report_id for m in changed[start : start + 1000]])
        near = self._put_buckets([member for member in changed if not member.same_prose], gone, governments)
        todo = {member.report_id: member for member in changed}
        todo |= self._members({*near, *governments} - todo.keys())
        self._find_alike([*near, *(member.report_id for member in changed if member.same_prose)])
        return sorted(todo.values(), key=lambda m: (m.organ or "", m.region_code or "", m.year or 0, m.report_id))

    def _members(self, reports: Iterable[str]) -> dict[str, Member]:
        wanted = sorted(reports)
        found: dict[str, Member] = {}
        for start in range(0, len(wanted), 1000):
            part = wanted[start : start + 1000]
            marks = ", ".join("?" * len(part))
            with self.db.reading() as connection:
                held = store.members(connection, f"r.report_id IN ({marks})", part, self.rules)
            found |= {member.report_id: member for member in held}
        return found

    def _put_buckets(self, changed: Sequence[Member], gone: Sequence[Member], governments: Sequence[str]) -> list[str]:
        """Puts the prose of what changed into its buckets; gives the reports that share one."""
        held: dict[str, list[int]] = {}
        for start in range(0, len(changed), BATCH):
            batch = changed[start : start + BATCH]
            with self.db.reading() as connection:
                self._read([member.document_id for member in batch], connection)
            for member in batch:
                held[member.report_id] = texts.buckets(self.runs.get(member.document_id, ()), member.year)
        return store.put_buckets(self.db, held, [member.report_id for member in gone], governments)

    def _find_alike(self, near: Sequence[str]) -> None:
        if not near:
            return
        self.alike = store.alike(self.db, near, texts.SHARED, texts.TRIED)
        self.others = self._members({other for others in self.alike.values() for other in others})

    # --- checking ----------------------------------------------------------------------------------------------------

    def check(self, batch: Sequence[Member]) -> dict[str, Found]:
        """The findings of a batch of reports."""
        documents = [m.document_id for m in batch] + [d for m in batch for d in (m.last, m.earlier) if d]
        names = list(dict.fromkeys(documents))
        with self.db.reading() as connection:
            cells, figures = store.cells(connection, names), store.figures(connection, names)
            told = store.proposals(connection, [m.document_id for m in batch if m.last], self.told_by)
            self._read([d for m in batch for d in (m.document_id, m.last) if d] + self._likest(batch), connection)

        def facts(document: str, member: Member) -> Facts:
            return Facts(
                member.report, cells.get(document, ()), figures.get(document, ()), shingles=self._shingles(document)
            )

        own = {member.report_id: facts(member.document_id, member) for member in batch}
        children = self._children([name for name, this in own.items() if covers(this)])
        out: dict[str, Found] = {}
        for member in batch:
            this = own[member.report_id]
            found: Found = []
            if member.last:
                years = self.reconciler.check_years(this, facts(member.last, member), told.get(member.document_id, ()))
                found += [(each, member.last_report) for each in years]
            if member.earlier:
                found += [(f, None) for f in self.reconciler.check_versions(this, facts(member.earlier, member), "D7")]
            if member.report_id in children:
                below = self.reconciler.check_levels(this, children[member.report_id])
                found += [(each, None) for each in below]
            found += self._repeated(member, this)
            out[member.report_id] = found
        return out

    def check_outlying(self, groups: Collection[Group]) -> None:
        """B6, B7 among organs alike, for whole groups: what is usual among them moves with each that comes or goes."""
        found: dict[str, list[Finding]] = {}
        for one in outlying.above(self.db, groups, self.sized) if self.sized else ():
            cell = plain_cell(one.code, one.column, one.value)
            report = Report(year=one.year, level=one.level, organ_kind=one.organ_kind)  # type: ignore[arg-type]  # as read
            facts = Facts(report, (cell,))
            facts.peers = {(one.code, one.column): Standing(one.organs, one.high)}
            found.setdefault(one.report_id, []).extend(self.reconciler.check_outlying(facts))
        outlying.save(self.db, groups, found)

    def _children(self, governments: Sequence[str]) -> dict[str, list[Facts]]:
        """The reports below each of these reports of governments, with the lines that are added up."""
        if not governments:
            return {}
        out: dict[str, list[Facts]] = {}
        with self.db.reading() as connection:
            below = store.below(connection, governments)
            held = store.cells(connection, list({document for _, document, _ in below}), self.codes)
        for government, document, member in below:
            if document in held:
                out.setdefault(government, []).append(Facts(member.report, held[document]))
        return out

    def _likest(self, batch: Sequence[Member]) -> list[str]:
        """The documents whose prose a batch is compared with."""
        names = [name for member in batch for name in self.alike.get(member.report_id, ())]
        return [self.others[name].document_id for name in names if name in self.others]

    def _repeated(self, member: Member, this: Facts) -> Found:
        """E2 against the reports of other organs whose prose is most like this one's: the likest one is told."""
        others = [self.others[name] for name in self.alike.get(member.report_id, ()) if name in self.others]
        others = [other for other in others if other.organ != member.organ or other.region_code != member.region_code]
        if not others or not this.shingles:
            return []
        best: tuple[int, str, Member] | None = None
        for other in others:
            same = len(this.shingles.intersection(self.runs.get(other.document_id, ())))
            if best is None or (-same, other.report_id) < best[:2]:
                best = (-same, other.report_id, other)
        if best is None:
            return []
        other = best[2]
        told = self.reconciler.check_peers(this, Facts(other.report, shingles=self._shingles(other.document_id)))
        name = f"{other.organ or '机关未定'}{other.year or ''}年年报"
        return [(replace(f, explanation=f"{f.explanation[:-1]}：{name}。"), other.report_id) for f in told]

    def _shingles(self, document: str) -> frozenset[int]:
        """The runs of words of a document, where there are enough of them."""
        found = self.runs.get(document, ())
        return frozenset(found) if len(found) >= texts.LEAST_RUNS else frozenset()

    def _read(self, documents: Iterable[str], connection: Connection) -> None:
        """Makes the runs of words of documents, unless they are held."""
        wanted = list(dict.fromkeys(documents))
        missing = [document for document in wanted if document not in self.runs]
        if self.kept and missing:
            # What counts as a word, and as prose, is part of the rules.
            names = {f"{document}{self.rules}": document for document in missing}
            self.runs |= {names[name]: found for name, found in self.kept.get(list(names)).items()}
            missing = [document for document in missing if document not in self.runs]
        made = {d: texts.runs(text, self.segmenter) for d, text in store.texts(connection, missing).items()}
        self.runs |= made
        if self.kept:
            self.kept.put({f"{document}{self.rules}": found for document, found in made.items()})
        for document in wanted:
            if document in self.runs:
                self.runs.move_to_end(document)
        while len(self.runs) > max(_HELD_RUNS, len(wanted)):
            self.runs.popitem(last=False)


def beside_last(result: DocumentResult, last: DocumentResult, lexicon: Lexicon) -> DocumentResult:
    """The result with what D1–D6 find of it beside last year's report, which was read from a file as well."""
    reconciler, segmenter, _ = _tools(lexicon)
    this, before = (
        Facts(one.report, one.cells, one.figures, shingles=_shingles_of(one, segmenter)) for one in (result, last)
    )
    found = reconciler.check_years(this, before, result.findings)
    return replace(result, findings=(*result.findings, *found))


def _shingles_of(result: DocumentResult, segmenter: Segmenter) -> frozenset[int]:
    spans: dict[str, tuple[int, int]] = {}
    for cell in result.cells:
        start, end = spans.get(cell.table, (cell.start, cell.end))
        spans[cell.table] = (min(start, cell.start), max(end, cell.end))
    found = texts.runs(store.without(result.document.text, spans.values()), segmenter)
    return frozenset(found) if len(found) >= texts.LEAST_RUNS else frozenset()
