"""Writes the prose of a report: sentences drawn from the families, filled up with paragraphs without figures."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from functools import cache

from pipeline.samples import forms, templates, templates_more
from pipeline.samples.context import Facts, Words
from pipeline.samples.draft import Block, Kind
from pipeline.samples.markup import Prose
from pipeline.samples.templates import Family
from pipeline.samples.truth import Truth

# Paragraphs of filler beside the sentences with figures: so the median report has some 3,000 characters of prose.
_FEWEST_FILLERS = 25

_PARTS: tuple[tuple[str, dict[str, Family], float], ...] = (
    ("主动公开", templates.ACTIVE, 0.55),
    ("依申请公开", templates.REQUESTS, 0.65),
    ("政府信息管理", templates_more.MANAGEMENT, 0.6),
    ("平台建设", templates_more.PLATFORM, 0.7),
    ("监督保障", templates_more.SUPERVISION, 0.65),
)
_ALWAYS = {"main", "results", "channels", "cases"}
_MARKS = "一二三四五"


@cache
def _conditions(text: str) -> tuple[tuple[str, bool], ...]:
    return tuple((name.lstrip("!"), not name.startswith("!")) for name in text.split())


def fitting(family: Family, facts: Facts) -> list[str]:
    """The wordings of a family whose conditions the facts meet."""
    return [
        template
        for conditions, template in family
        if all(bool(facts[name]) is wanted for name, wanted in _conditions(conditions))
    ]


def write(
    truth: Truth, facts: Facts, words: Words, rng: random.Random, prose: Prose, numbered: str
) -> tuple[Block, ...]:
    """The blocks of a report; gold goes into `prose`. `numbered` is the style of the sub-headings: own or inline."""
    organ, year = truth.organ, truth.year
    blocks: list[Block] = []

    def say(templates: str | Sequence[str], kind: Kind = "para") -> None:
        blocks.append(Block(kind, prose.add(templates, words)))

    number = "〔2019〕60号" if truth.form == "2019" else "〔2021〕30号"
    say(
        f"本报告依照《中华人民共和国政府信息公开条例》和{{!国办公开办函{number}}}的要求编制，"
        f"数据统计期限为{{!{year}年1月1日}}至{{!{year}年12月31日}}。"
        f"如有疑问，请与{organ.name}联系（电话：{{!0{rng.randint(310, 999)}-{rng.randint(2000000, 8999999)}}}，"
        f"邮编：{{!{rng.randint(100000, 850000)}}}）。"
    )
    say("一、总体情况", "heading")
    fillers = list(templates_more.FILLERS)
    rng.shuffle(fillers)
    fillers = fillers[: rng.randint(_FEWEST_FILLERS, len(fillers))]
    cut = len(fillers) // len(_PARTS) or 1
    for index, (title, families, chance) in enumerate(_PARTS):
        sentences = list(_sentences(families, chance, facts, rng))
        mine = fillers[index * cut : (index + 1) * cut] if index < 4 else fillers[4 * cut :]
        head = f"（{_MARKS[index]}）{title}"
        if numbered == "own":
            say(head, "subheading")
        for place, group in enumerate(_paragraphs(sentences, mine, rng)):
            say(group if place or numbered == "own" else (f"{head}。", *group))
    for table in ("2", "3", "4"):
        say(forms.TITLES[table], "heading")
        blocks.append(Block("table", table))
    say("五、存在的主要问题及改进情况", "heading")
    for family in templates_more.PROBLEMS.values():
        say(rng.choice(family)[1])
    say("六、其他需要报告的事项", "heading")
    say(rng.choice(templates_more.ENDINGS))
    return tuple(blocks)


def _sentences(families: dict[str, Family], chance: float, facts: Facts, rng: random.Random) -> Iterable[str]:
    for name, family in families.items():
        if name in _ALWAYS or rng.random() < chance:
            options = fitting(family, facts)
            if options:
                yield rng.choice(options)


def _paragraphs(sentences: list[str], fillers: list[str], rng: random.Random) -> Iterable[tuple[str, ...]]:
    """Joins sentences to paragraphs of one to three, a filler before, behind or between them."""
    at = 0
    while at < len(sentences) or fillers:
        size = rng.randint(1, 3)
        group = sentences[at : at + size]
        at += size
        lead: tuple[str, ...] = ()
        if fillers and (not group or rng.random() < 0.75):
            lead = (fillers.pop(), rng.choice(templates_more.TAILS)) if rng.random() < 0.6 else (fillers.pop(),)
        yield (*lead, *group)
