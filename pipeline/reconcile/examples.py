"""The examples of rules, run: each rule proves itself on cases of its own (tests, `gongkai lexicon check`)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, cast

from pipeline.lexicon import Lexicon
from pipeline.lexicon.formula import COLUMNS
from pipeline.lexicon.reader import Mistakes
from pipeline.lexicon.schema.rules import Example, ExampleFigure, Rule
from pipeline.model import Cell, Claim, Figure, Finding, Period, Report, Section, Unread, UnreadReason, Why
from pipeline.reconcile import form
from pipeline.reconcile.engine import Reconciler
from pipeline.reconcile.facts import Facts, Standing, default_column, plain_cell

SENTENCE = 100
"""Length of an example's sentences: figures of sentence 1 stand behind offset 100."""

_STATES = {"_": "blank", "-": "dash", "?": "unreadable"}


def cells_of(lines: Mapping[str, str]) -> list[Cell]:
    """Cells from an example: code → one value, or the seven of a line of table 3. `22（注）` gives a note."""
    cells: list[Cell] = []
    for code, text in lines.items():
        code, _, column = code.partition("[")
        values = text.split()
        if column:
            cells.append(_cell(code, column.rstrip("]"), values[0]))
        elif code.startswith("t3."):
            cells += [_cell(code, name, value) for name, value in zip(COLUMNS, values, strict=True)]
        else:
            cells.append(_cell(code, None, values[0]))
    return cells


def _cell(code: str, column: str | None, text: str) -> Cell:
    if text in _STATES:
        return plain_cell(code, column, None, _STATES[text])
    value, _, note = text.partition("（")
    cell = plain_cell(code, column, Decimal(value))
    if not note:
        return cell
    fields: dict[str, Any] = {name: getattr(cell, name) for name in cell.__struct_fields__}
    return Cell(**(fields | {"note": note.rstrip("）"), "printed": text}))


def figures_of(rows: tuple[ExampleFigure, ...]) -> list[Figure]:
    figures: list[Figure] = []
    for index, row in enumerate(rows):
        exact = row.bound == "exact"
        start = row.sentence * SENTENCE + index * 5
        if row.same_mention and figures:
            start = figures[-1].start
        mention = row.mention or f"{row.value:f}{row.unit}"
        figures.append(
            Figure(
                code=row.code,
                value=row.value,
                unit=row.unit,
                bound=row.bound,
                low=row.low if row.low is not None or not exact else row.value,
                high=row.high if row.high is not None or not exact else row.value,
                mention=mention,
                start=start,
                end=start + 4,
                sentence=(row.sentence * SENTENCE, (row.sentence + 1) * SENTENCE),
                section=1,
                before=row.before,
                why=Why(alias="example", rule="example"),
                measure=row.measure,
                of=int(row.of) if row.of.isdigit() else row.of or None,
                column=row.column,
                channel=row.channel,
                scope=row.scope,
                scope_kind=row.scope_kind,
                period=Period(kind=row.period),
                category=row.category,
                part_of=row.part_of,
                parts_exhaustive=row.parts_exhaustive,
                zero_by_words=row.zero_by_words,
            )
        )
    return figures


def run_example(lexicon: Lexicon, rule: Rule, example: Example) -> tuple[Finding, ...]:
    """What the rule alone says of the example."""
    wanted = {"diagnosis": ("A1", "A2", "A3"), "stale": ("A1", "A2", "A3", *rule.words)}.get(rule.by, ())
    helpers = [r for r in lexicon.rows(Rule) if r.id in wanted]
    reconciler = Reconciler(lexicon, only=[*helpers, rule])
    report = report_of(example)
    facts = Facts(report, cells_of(example.cells), figures_of(example.figures), _claims(example))
    facts.text = example.text
    found: list[Finding] = []
    if rule.by == "repeated_elsewhere":
        found += reconciler.check_peers(facts, Facts(report, text=example.last_text))
    elif example.last or example.last_text:
        told = reconciler.check_facts(facts) if rule.by == "stale" else ()
        found += reconciler.check_years(facts, Facts(report, cells_of(example.last), text=example.last_text), told)
    elif example.peers:
        facts.peers = {(code, default_column(code)): _standing(text) for code, text in example.peers.items()}
        found += reconciler.check_outlying(facts)
    elif example.other:
        found += reconciler.check_versions(facts, Facts(report, cells_of(example.other)))
    elif example.children:
        children = [Facts(report, cells_of(child)) for child in example.children]
        found += reconciler.check_levels(facts, children, complete=example.complete)
    elif rule.by in form.MAKERS:
        reason = cast(UnreadReason, rule.words[0] if rule.words else "table_text")
        unread = [Unread(text=word, start=0, end=len(word), reason=reason) for word in example.unread]
        found += reconciler.check_form(report, _sections(example), example.text, facts.listed, unread)
    else:
        found += reconciler.check_facts(facts)
    return tuple(finding for finding in found if finding.check.startswith(rule.id))


def _standing(text: str) -> Standing:
    """What a database would tell of these values."""
    values = sorted(map(Decimal, text.split()))
    at, rest = divmod(9 * (len(values) - 1), 10)
    higher = values[min(at + 1, len(values) - 1)]
    return Standing(len(values), values[at] + (higher - values[at]) * rest / 10)


def report_of(example: Example) -> Report:
    given: dict[str, Any] = dict(example.report)
    if "year" in given:
        given["year"] = int(given["year"])
    return Report(**given)


def _claims(example: Example) -> list[Claim]:
    return [Claim(kind=c.kind, start=90, end=94, sentence=(0, SENTENCE), figures=c.figures) for c in example.claims]


def _sections(example: Example) -> list[Section]:
    sections: list[Section] = []
    for number_and_title in example.sections:
        number, _, title = number_and_title.partition(" ")
        start = example.text.find(title)
        sections.append(Section(number=int(number), title=title, start=max(start, 0), end=len(example.text)))
    for index in range(len(sections) - 1):
        one = sections[index]
        sections[index] = Section(number=one.number, title=one.title, start=one.start, end=sections[index + 1].start)
    return sections


def run_examples(lexicon: Lexicon, mistakes: Mistakes) -> None:
    """Runs the examples of all rules and adds what is wrong with them to the mistakes."""
    for rule in lexicon.rows(Rule):
        file, _, line = rule.where.rpartition(":")
        for told in failures(lexicon, rule):
            mistakes.add(file, int(line), told.partition(": ")[2])


def failures(lexicon: Lexicon, rule: Rule) -> Iterator[str]:
    """What is wrong with a rule's examples, one line each; nothing when all give the verdict expected."""
    for place, example in enumerate(rule.examples, 1):
        try:
            found = run_example(lexicon, rule, example)
        except (ValueError, InvalidOperation) as error:
            yield f"{rule.where}: {rule.id} 第{place}个例子写法有误：{error}"
            continue
        wanted = [
            f
            for f in found
            if f.verdict == example.expect
            and (not example.code or f.code == example.code)
            and (not example.column or f.column == example.column)
            and example.cause in (f.cause or "")
        ]
        verdicts = "、".join(sorted({f.verdict for f in found})) or "没有结论"
        bad = bool(found) if example.expect == "silent" else not wanted
        if example.expect.startswith("agrees"):
            bad = bad or any(f.verdict == "differs" for f in found)
        if bad:
            yield f"{rule.where}: {rule.id} 第{place}个例子应为 {example.expect}，得到 {verdicts}"
