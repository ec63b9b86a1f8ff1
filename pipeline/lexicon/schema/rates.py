"""Rates: what is divided by what (lexicons/rates.yaml)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal, get_args

from pydantic import Field

from pipeline.lexicon.entry import Check, Entry, FileSpec, Part, Words, nearest
from pipeline.lexicon.schema.core import Indicator
from pipeline.lexicon.schema.prose import Channel

if TYPE_CHECKING:
    from pipeline.lexicon import Lexicon
    from pipeline.lexicon.reader import Mistakes

TERM = re.compile(r"^(?P<code>[a-z][a-z0-9_.]*)(?:@(?P<channel>[a-z]+))?(?:\[(?P<column>[a-z_]+)\])?$")
COLUMNS = ("natural", "business", "research", "public_interest", "legal", "other_org", "total")
CHANNELS: tuple[str, ...] = get_args(Channel.model_fields["code"].annotation)


class Proof(Part):
    """When a blank among the lines may count as 0: where the printed lines already add up to the printed total.

    Several totals are added up; each must be printed.
    """

    total: Words = Field(min_length=1)
    lines: Words = Field(min_length=1)


class Sheet(Part):
    """The cells of the statistics sheet of 2014–2018 that say the same as a rate of the prose."""

    numerator: Words = Field(min_length=1)
    denominator: Words = Field(min_length=1)


class Rate(Entry):
    """One rate. Terms are codes of table cells, `code` for the total column of table 3 or `code[column]`.

    Those of a rate of the prose: `code` for the main number the prose gives, `code@channel` for that of a channel.
    """

    code: str = Field(pattern=r"^rate\.[a-z][a-z0-9_]*$")
    name: str
    english: str
    kind: Literal["share", "change", "prose"] = "share"
    """share: numerator / denominator × 100. change: numerator against the same of the year before. prose: a share of
    numbers of the prose, with the interval that rounded numbers leave; `sheet` comes first where the old sheet is."""
    numerator: Words = Field(min_length=1)
    denominator: Words = ()
    blanks: Literal["refuse", "proven"] = "refuse"
    """refuse: any blank term means no rate. proven: a blank counts as 0 where a proof with that line holds."""
    proof: tuple[Proof, ...] = ()
    sheet: Sheet | None = None
    minimum: int = Field(default=30, ge=0)
    """Below this denominator the rate is shown, but not ranked."""
    note: str = ""
    """What the rate says and does not say, in Chinese."""

    @property
    def terms(self) -> tuple[str, ...]:
        """All terms the rate rests on."""
        proofs = [term for proof in self.proof for term in (*proof.total, *proof.lines)]
        sheet = (*self.sheet.numerator, *self.sheet.denominator) if self.sheet else ()
        return (*self.numerator, *self.denominator, *proofs, *sheet)


def _terms(lexicon: Lexicon, mistakes: Mistakes) -> None:
    known = {row.code for row in lexicon.rows(Indicator)}
    for rate in lexicon.rows(Rate):
        file, line = rate.where.rsplit(":", 1)
        terms = list(rate.terms)
        for term in terms:
            match = TERM.match(term)
            if match is None or (match["column"] and match["column"] not in COLUMNS):
                mistakes.add(file, int(line), f"「{term}」应写成 代码 或 代码[申请人]，如 t3.received[natural]")
            elif match["code"] not in known:
                mistakes.add(file, int(line), f"不认识的指标代码「{match['code']}」{nearest(match['code'], known)}")
            elif match["channel"] and (rate.kind != "prose" or match["channel"] not in CHANNELS):
                hint = nearest(match["channel"], CHANNELS) if rate.kind == "prose" else "，只有 kind: prose 分渠道"
                mistakes.add(file, int(line), f"「{term}」里的渠道「{match['channel']}」不能用{hint}")
        if rate.kind != "change" and not rate.denominator:
            mistakes.add(file, int(line), f"{rate.code} 缺少 denominator（分母）")
        if rate.kind == "change" and rate.denominator:
            mistakes.add(file, int(line), f"{rate.code} 是同比，分母就是上年的同一数，请删去 denominator")
        if rate.blanks == "proven" and not rate.proof:
            mistakes.add(file, int(line), f"{rate.code} 写了 blanks: proven，还要写 proof（哪些行合计等于哪个总计）")


FILES: tuple[FileSpec, ...] = (FileSpec("rates.yaml", Rate, "yaml", key="code"),)
CHECKS: tuple[Check, ...] = (_terms,)
