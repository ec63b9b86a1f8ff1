"""The checks (lexicons/rules/*.yaml) and the words in which they are explained (lexicons/rule_words.yaml)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Literal

from pydantic import Field, field_validator, model_validator

from pipeline.lexicon.entry import Check, Entry, FileSpec, Part, Words, nearest
from pipeline.lexicon.formula import COLUMNS, FormulaError, Node, Ref, Relation, parse_relation, parse_sum, references
from pipeline.lexicon.schema.core import Indicator

if TYPE_CHECKING:
    from pipeline.lexicon import Lexicon
    from pipeline.lexicon.reader import Mistakes

Procedure = Literal[
    "formula", "restate", "absent", "joint", "share", "rates", "parts", "repeat", "growth", "claim", "never",
    "diagnosis", "empty", "notes", "negative", "fraction", "blank_lines", "tables", "sections", "words", "dates",
    "publisher", "jump", "outlying", "stale", "copied", "last_year", "repeated", "repeated_elsewhere", "versions",
    "reader",
]  # fmt: skip
"""How a rule works. `formula` needs nothing but its formula; the others name a procedure of pipeline.reconcile."""

Slip = Literal[
    "decimal_point", "fills_hundred", "rounded_up", "last_place", "number_as_share", "other_base", "last_years_number",
    "rate_digits", "part_digits", "part_fits", "percent_point", "this_year_base", "turned", "by_table", "counted_twice",
    "other_whole", "one_number", "part_inside", "not_exhaustive",
]  # fmt: skip
"""Ways in which a share, a growth or a sum of parts is often got wrong (pipeline.reconcile.slips)."""

Expect = Literal["agrees", "agrees_if_blank_zero", "differs", "not_comparable", "not_assessable", "silent"]


class Reading(Part):
    """One way in which a statement may be meant: 受理 may be what came in, or that and what was carried in."""

    name: str
    formula: str

    @field_validator("formula")
    @classmethod
    def _readable(cls, text: str) -> str:
        return _syntax(text, parse_sum)


class When(Part):
    """The reports a rule applies to; an empty list means all. A report whose value is not known is left out."""

    form: Words = ()
    level: Words = ()
    organ_kind: Words = ()
    year_from: int | None = None
    year_to: int | None = None


class ExampleFigure(Part):
    """A figure of an example; what is not given has the usual value. `sentence` numbers sentences from 0."""

    code: str
    value: Decimal
    unit: str = "件"
    low: Decimal | None = None
    high: Decimal | None = None
    bound: Literal["exact", "approx", "min", "max"] = "exact"
    measure: Literal["level", "share", "change_rate", "change", "ratio", "rank", "score"] = "level"
    of: str = ""
    column: str | None = None
    channel: str | None = None
    scope: str | None = None
    scope_kind: Literal["own", "jurisdiction", "departments", "subordinate", "group"] | None = None
    period: Literal["year", "last_year", "cumulative", "part_year", "since"] = "year"
    category: str | None = None
    part_of: int | None = None
    parts_exhaustive: bool | None = None
    zero_by_words: bool = False
    before: str = ""
    mention: str = ""
    sentence: int = 0
    same_mention: bool = False
    """True for a second figure read from the mention of the figure before it."""


class ExampleClaim(Part):
    kind: str
    figures: tuple[int, ...] = ()


class Example(Part):
    """A case with the verdict expected. In `cells` a line of table 3 has seven values, `_` is blank, `-` a dash."""

    about: str = ""
    report: dict[str, str] = Field(default_factory=dict)
    cells: dict[str, str] = Field(default_factory=dict)
    figures: tuple[ExampleFigure, ...] = ()
    claims: tuple[ExampleClaim, ...] = ()
    last: dict[str, str] = Field(default_factory=dict)
    other: dict[str, str] = Field(default_factory=dict)
    """The same report in another version or another reading."""
    peers: dict[str, str] = Field(default_factory=dict)
    """Code → the values of organs alike, separated by blanks."""
    children: tuple[dict[str, str], ...] = ()
    complete: bool = False
    """True when the report declares its total to be that of the children, and all of them are at hand."""
    sections: tuple[str, ...] = ()
    text: str = ""
    last_text: str = ""
    unread: Words = ()
    expect: Expect
    code: str = ""
    column: str = ""
    cause: str = ""
    """A word that the cause must hold."""


class Rule(Entry):
    """One check of the catalogue. A new one needs no Python: a formula and two examples."""

    id: str = Field(pattern=r"^[A-Z]\d+(\.[a-z0-9_]+)*$")
    title: str
    by: Procedure = "formula"
    formula: str = ""
    over: Literal["once", "columns", "lines"] = "once"
    lines: Words = ()
    """Codes (with * as in t3.denied.*) that `line` stands for, for rules over lines."""
    codes: Words = ()
    """Codes of the figures or cells that the rule is about, * allowed."""
    columns: Words = ()
    basis: str
    blanks: Literal["mend", "strict", "skip"] = "mend"
    """mend: as in CHECKS (blank is no 0, but a sum may hold if it were); strict: a blank makes the sum not assessable;
    skip: nothing is said where a cell is blank."""
    severity: Literal["error", "warning", "info"]
    silent: bool = False
    """True when the rule speaks only where it does not hold."""
    fails_as: Literal["differs", "not_comparable", "not_assessable"] = "differs"
    """The verdict where it does not hold: a warning that proves nothing is told as not_comparable."""
    when: When = When()
    readings: tuple[Reading, ...] = ()
    suspects: tuple[Reading, ...] = ()
    """Sums that a wrong statement often turns out to be; told as the cause."""
    tries: tuple[Slip, ...] = ()
    """Slips tried in this order where a share, growth or a sum of parts differs; the first that explains it is told."""
    named: dict[str, str] = Field(default_factory=dict)
    """Code of a line → words (a|b) that name it inside the statement of its class."""
    claims: Words = ()
    """Kinds of claims that the rule tests."""
    categories: Words = ()
    words: Words = ()
    limits: tuple[Decimal, ...] = ()
    enabled: bool = True
    causes: tuple[str, ...] = ()
    examples: tuple[Example, ...]

    @field_validator("formula")
    @classmethod
    def _readable(cls, text: str) -> str:
        return _syntax(text, parse_relation) if text else text

    @model_validator(mode="after")
    def _complete(self) -> Rule:
        if self.by == "formula" and not self.formula:
            raise ValueError("缺少公式（formula）")
        if self.over == "lines" and not self.lines:
            raise ValueError("按行检查的规则要写明是哪些行（lines）")
        good = {"agrees", "agrees_if_blank_zero", "silent", "not_comparable"}
        expected = {example.expect for example in self.examples}
        fails = {"differs", self.fails_as}
        if not expected & good:
            raise ValueError("至少要有一个相符的例子（expect: agrees 或 silent）")
        if not expected & fails:
            raise ValueError(f"至少要有一个不符的例子（expect: {self.fails_as}）")
        return self


class RuleWords(Entry):
    """How columns, lines, causes and states are called in explanations."""

    columns: dict[str, str]
    lines: dict[str, str]
    """Short names of codes where the indicator's own name is too long for a sum."""
    causes: dict[str, str]
    """Stable name of a cause → how it is told; {x} are filled in."""
    claims: dict[str, str]
    narrow_scopes: Words
    """Words of a scope that is narrower than a government's report (本级)."""
    tables: dict[str, str]
    units: dict[str, Decimal]
    """Units that are multiples of another: 万元 → 10000."""


def _syntax(text: str, parse: object) -> str:
    try:
        parse(text)  # type: ignore[operator]  # parse_relation or parse_sum
    except FormulaError as error:
        raise ValueError(str(error)) from error
    return text


def expand(patterns: Iterable[str], codes: Iterable[str]) -> Iterator[str]:
    """The codes that match any of the patterns (* stands for any run of characters), each once, in their order."""
    wanted = tuple(patterns)
    for code in codes:
        if any(code == pattern or ("*" in pattern and fnmatchcase(code, pattern)) for pattern in wanted):
            yield code


def _codes_known(lexicon: Lexicon, mistakes: Mistakes) -> None:
    known = [row.code for row in lexicon.rows(Indicator)]
    everything = set(known)
    for rule in lexicon.rows(Rule):
        file, line = rule.where.rsplit(":", 1)
        for word in (*rule.lines, *rule.codes, *rule.named):
            if word not in everything and not any(expand((word,), known)) and not word.startswith("other:"):
                mistakes.add(file, int(line), f"{rule.id}：不认识的指标代码「{word}」{nearest(word, known)}")
        for ref in _references(rule):
            if ref.code == "line" and rule.over == "lines":
                continue
            if ref.code not in everything and not ref.code.startswith("other:"):
                mistakes.add(
                    file, int(line), f"{rule.id}：公式里不认识的指标代码「{ref.code}」{nearest(ref.code, known)}"
                )
        for column in rule.columns:
            if column not in (*COLUMNS, "legal_entities"):
                mistakes.add(file, int(line), f"{rule.id}：不认识的栏目「{column}」{nearest(column, COLUMNS)}")


def _references(rule: Rule) -> Iterator[Ref]:
    trees: list[Node | Relation] = [parse_relation(rule.formula)] if rule.formula else []
    trees += [parse_sum(reading.formula) for reading in (*rule.readings, *rule.suspects)]
    for tree in trees:
        yield from references(tree)


FILES: tuple[FileSpec, ...] = (
    FileSpec("rules/*.yaml", Rule, "yaml", key="id"),
    FileSpec("rule_words.yaml", RuleWords, "yaml"),
)
CHECKS: tuple[Check, ...] = (_codes_known,)
