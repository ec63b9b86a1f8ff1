"""Terms, aliases, cues, section titles, user words: how the prose names things.

terms.csv gathers the wordings of one notion under one name; aliases.csv says which notions beside a number make it
which indicator; cues.yaml holds the words of structure, channel, scope, time, absence and universals.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from pydantic import Field

from pipeline.lexicon.entry import Check, Entry, FileSpec, Part, Words, nearest
from pipeline.lexicon.schema.core import Indicator
from pipeline.model import ScopeKind

if TYPE_CHECKING:
    from pipeline.lexicon import Lexicon
    from pipeline.lexicon.reader import Mistakes

TermKind = Literal["thing", "act", "result", "rate", "way", "who", "mark", "stop"]
_MIN_WORD = 2


class Term(Entry):
    """One notion of the prose and the words for it. Several rows of one term add up."""

    term: str
    kind: TermKind
    words: Words


class Alias(Entry):
    """What must stand beside a number for it to be one indicator.

    key: alternatives (|) of terms that stand together (+) right beside the number; near: one of these terms somewhere
    in the sentence or under the same heading (with ! only in the sentence); without: none of these beside the number.
    An atom is a term or a word.
    """

    id: str = Field(pattern=r"^[a-z0-9-]+$")
    code: str
    key: Words
    near: Words = ()
    without: Words = ()
    units: Words = ()
    priority: float = 0.0

    @property
    def codes(self) -> tuple[str, ...]:
        """One code, or several for one number (收到并办结 40 件)."""
        return tuple(self.code.split("+"))

    @property
    def atoms(self) -> tuple[str, ...]:
        near = (atom.rstrip("!") for atom in self.near)
        return (*(atom for one in self.key for atom in one.split("+")), *near, *self.without)


class Channel(Part):
    code: Literal["website", "wechat", "weibo", "newmedia", "app", "gazette", "press", "board", "other", "all"]
    words: Words


class ScopeWords(Part):
    kind: ScopeKind
    words: Words


class Absence(Part):
    """A thing whose absence in words is a zero of `code`; with `negations` only where one of these
    verbs or words of the negation denies it.

    `unit` is that of the zero where it is not the first of the indicator.
    """

    term: str
    code: str
    unit: str = ""
    negations: Words = ()


class ZeroWord(Part):
    word: str
    code: str


class Universal(Part):
    """A universal (均获维持): a claim about the figures before it whose code starts with one of `codes`."""

    kind: str = Field(pattern=r"^[a-z_]+$")
    words: Words
    codes: tuple[str, ...]


class PartCues(Part):
    open: Words
    inside: Words
    outside: Words
    after_colon: Words
    total: Words
    results: Words
    wholes: Words
    inheriting: Words
    """Codes of wholes whose parts keep the code, unless a part's own code is of the same family."""


class ChangeCues(Part):
    up: Words
    down: Words
    against: Words
    over: Words


class PeriodCues(Part):
    last_year: Words
    this_year: Words
    """Also words that come back to the report's year: 1128 条升至 1887 条."""
    cumulative: Words
    since: Words
    part_year: Words
    compared_before: Words
    """Before a year: it says what is compared or carried, not when; so does compared_behind."""
    compared_behind: Words


class Cues(Entry):
    """All words of structure; the file is one mapping (cues.yaml)."""

    unit_groups: dict[str, Words]
    unit_kinds: tuple[Words, ...]
    channels: tuple[Channel, ...]
    channel_codes: Words
    channel_social: Words
    """Codes that only have a channel of social media (留言 on the 公众号)."""
    channel_blockers: Words
    channel_weak: Words
    """Words for a place inside a site or account (公开专栏, 栏目)."""
    channel_places: Words
    """Those that name no channel where no site or account stands before them."""
    scopes: tuple[ScopeWords, ...]
    scope_organs: Words
    scope_represents: Words
    scope_blockers: Words
    scope_sites: Words
    """Behind an organ's name these make the name of a site or gazette; 我局网站 is ours all the same."""
    scope_prefix_blockers: Words
    periods: PeriodCues
    fillers: Words
    parts: PartCues
    share: Words
    changes: ChangeCues
    plans: Words
    rules_of_time: Words
    negation_adverbs: Words
    negation_forms: Words
    negation_verbs: Words
    """A negation is any adverbs, a form and a verb: 均未收到, 也没有发生."""
    negation_words: Words
    """Negations of one word: 无, 不存在, 为零."""
    negation_verbs_listed: Words
    """Verbs that deny only what lists them under `absences` (没有发布规范性文件)."""
    negation_blockers: Words
    absences: tuple[Absence, ...]
    zero_words: tuple[ZeroWord, ...]
    universals: tuple[Universal, ...]
    columns: dict[str, str]
    column_codes: Words
    distributed: Words
    each: Words
    each_verbs: Words
    """What may stand between a word of `each` and the number (各编发 4 期)."""
    pointing: Words
    """Words that point back to several lines told before (这几栏); table_heads gives the beginning of their codes."""
    table_heads: dict[str, str]
    table_lines: dict[str, str]
    """Words for the lines of a thing, and how their codes end (制发: issued)."""
    pairs: dict[str, Words]
    people_of: dict[str, str]
    """The code of those who took part, behind the code of what was held (培训 2 次，合计 80 人次)."""
    no_items: Words
    """What is counted in 条 or 篇 without an indicator is published information, save these (线索 30 条)."""
    stocks: Words
    furniture: Words
    contact: Words
    intro: Words
    names: Words
    label_stop: Words


class SectionTitle(Entry):
    """How one statutory section is headed. `number` 0 is what stands before the first and behind no heading.

    `titles` are compared without blanks and punctuation after the list number is cut off; a heading also counts when
    it contains all of one of `contains` (words joined by +) and none of `without`.
    """

    number: int = Field(ge=0, le=6)
    titles: Words
    contains: Words = ()
    without: Words = ()


class UserWord(Entry):
    """A word for the segmenter beyond those of the terms."""

    word: str
    frequency: int = 1000


def _spots(where: str) -> tuple[str, int]:
    file, line = where.rsplit(":", 1)
    return file, int(line)


def _terms(lexicon: Lexicon, mistakes: Mistakes) -> None:
    kinds: dict[str, Term] = {}
    for row in lexicon.rows(Term):
        first = kinds.setdefault(row.term, row)
        if first.kind != row.kind:
            mistakes.add(*_spots(row.where), f"词项「{row.term}」在 {first.where} 是 {first.kind}，这里写成 {row.kind}")
        for word in row.words:
            if len(word) < _MIN_WORD:
                mistakes.add(*_spots(row.where), f"「{word}」只有一个字，会误认；请写至少两个字")


def _aliases(lexicon: Lexicon, mistakes: Mistakes) -> None:
    codes = {row.code for row in lexicon.rows(Indicator)}
    terms = {row.term for row in lexicon.rows(Term)}
    words = {word for row in lexicon.rows(Term) for word in row.words}
    groups = {f"@{name}" for cues in lexicon.rows(Cues) for name in cues.unit_groups}
    for row in lexicon.rows(Alias):
        spot = _spots(row.where)
        for code in row.codes:
            if code not in codes and not code.startswith("other:"):
                mistakes.add(*spot, f"不认识的指标代码「{code}」{nearest(code, codes)}")
        for atom in row.atoms:
            if atom not in terms and atom not in words and atom not in PSEUDO_TERMS:
                mistakes.add(*spot, f"「{atom}」既不是词项，也不是 terms.csv 里的词{nearest(atom, terms)}")
        for unit in row.units:
            if unit.startswith("@") and unit not in groups:
                mistakes.add(*spot, f"不认识的单位组「{unit}」{nearest(unit, groups)}")


def _cues(lexicon: Lexicon, mistakes: Mistakes) -> None:
    codes = {row.code for row in lexicon.rows(Indicator)}
    terms = {row.term for row in lexicon.rows(Term)}
    for row in lexicon.rows(Cues):
        spot = _spots(row.where)
        for code in (*(a.code for a in row.absences), *(z.code for z in row.zero_words)):
            if code not in codes and not code.startswith("other:"):
                mistakes.add(*spot, f"不认识的指标代码「{code}」{nearest(code, codes)}")
        for term in (*(a.term for a in row.absences), *row.columns, *row.table_heads):
            if term not in terms:
                mistakes.add(*spot, f"不认识的词项「{term}」{nearest(term, terms)}")


PSEUDO_TERMS = frozenset({"上年", "下年"})
"""Terms made from the years in the text: the year before and after the report's."""

FILES: tuple[FileSpec, ...] = (
    FileSpec("terms.csv", Term, "csv"),
    FileSpec("aliases.csv", Alias, "csv", key="id"),
    FileSpec("cues.yaml", Cues, "yaml"),
    FileSpec("sections.yaml", SectionTitle, "yaml", key="number"),
    FileSpec("user_words.csv", UserWord, "csv", key="word"),
)
CHECKS: tuple[Check, ...] = (_terms, _aliases, _cues)
