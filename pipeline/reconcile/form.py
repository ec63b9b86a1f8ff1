"""The form of a report (F), and what our own reading left open (G). They speak only when they fire."""

from __future__ import annotations

import re
from datetime import date

from pipeline.model import Evidence, Finding
from pipeline.reconcile.base import CheckFunction, Compiled, fired
from pipeline.reconcile.explain import names
from pipeline.reconcile.facts import Facts, cell_evidence
from pipeline.text import fold

STATUTORY = (1, 2, 3, 4, 5, 6)
_YEAR = re.compile(r"(?:19|20)\d\d(?=\s*年)")
_DIGITS = re.compile(r"\d{2,}")
_WIDE = {ord(str(digit)): 0xFF10 + digit for digit in range(10)}
_NUMERALS = "一二三四五六"


def _sections(one: Compiled) -> CheckFunction:
    """F1: the six sections are there, once each, and in order."""

    def check(facts: Facts, found: list[Finding]) -> None:
        numbers = [section.number for section in facts.sections if section.number]
        if len(set(numbers)) < 2:
            return  # a piece of a report, perhaps pasted: what else it holds is not known
        missing = tuple(f"第{_NUMERALS[n - 1]}部分" for n in STATUTORY if n not in numbers)
        if missing:
            found.append(fired(one, f"缺少{names(missing)}。", missing=missing))
        twice = sorted({n for n in numbers if numbers.count(n) > 1})
        if twice:
            found.append(fired(one, f"{names(tuple(f'第{_NUMERALS[n - 1]}部分' for n in twice))}出现了不止一次。"))
        elif numbers != sorted(numbers):
            order = "、".join(_NUMERALS[n - 1] for n in numbers)
            found.append(fired(one, f"各部分次序不对：{order}。"))

    return check


def _words(one: Compiled) -> CheckFunction:
    """F2, F5: words that should not stand where they stand. `limits`: section, and the longest text of a 空话."""
    words = tuple("".join(word.split()) for word in one.rule.words)
    hints = {form for word in words for digits in _DIGITS.findall(word) for form in (digits, digits.translate(_WIDE))}
    section_number = int(one.rule.limits[0]) if one.rule.limits else None
    longest = int(one.rule.limits[1]) if len(one.rule.limits) > 1 else None

    def check(facts: Facts, found: list[Finding]) -> None:
        if section_number is None:
            # Folding a whole report costs more than all other rules: only where a number of the words is in it at all.
            spans = [(0, len(facts.text))] if any(hint in facts.text for hint in hints) else []
        else:
            spans = [(s.start, s.end) for s in facts.sections if s.number == section_number]
        for start, end in spans:
            text = "".join(fold(facts.text[start:end]).text.split())
            if longest is not None:
                title = next(("".join(fold(s.title).text.split()) for s in facts.sections if s.start == start), "")
                text = text.partition(title)[2] if title else text
                empty = not text.strip("。，：:、.") or (len(text) <= longest and any(word in text for word in words))
                if empty:
                    found.append(fired(one, f"{one.rule.title}。", (Evidence(kind="text", start=start, end=end),)))
                continue
            hit = next((word for word in words if word in text), None)
            if hit is not None:
                found.append(fired(one, f"文中写的是“{hit}”，{one.rule.title}。", missing=(hit,)))

    return check


def _dates(one: Compiled) -> CheckFunction:
    """F3, F4, F6: the year in the title, the period, and the day of publication, by what the rule is about."""
    about = one.rule.words[0] if one.rule.words else ""

    def check(facts: Facts, found: list[Finding]) -> None:
        report = facts.report
        if report.year is None:
            return
        if about == "title":
            years = set(_YEAR.findall(fold(report.title or "").text))
            if years and str(report.year) not in years:
                found.append(fired(one, f"标题里是{'、'.join(sorted(years))}年，报告年度是{report.year}年。"))
        elif about == "period":
            wanted = (f"{report.year}-01-01", f"{report.year}-12-31")
            given = (report.period_start or wanted[0], report.period_end or wanted[1])
            if given != wanted:
                found.append(fired(one, f"统计期限是{given[0]}至{given[1]}，应为{wanted[0]}至{wanted[1]}。"))
        else:
            _late(one, report.year, report.published_on, about, found)

    return check


def _late(one: Compiled, year: int, published: str | None, deadline: str, found: list[Finding]) -> None:
    """F6; a date that is none, or before the year's end, is not judged."""
    try:
        day = date.fromisoformat(published or "")
        last = date.fromisoformat(f"{year + 1}-{deadline}")
    except ValueError:
        return
    if day > last:
        found.append(fired(one, f"{published}公布，晚于{last.isoformat()}，迟了{(day - last).days}天。"))


def _reader(one: Compiled) -> CheckFunction:
    """G: cells that could not be read for sure, and numbers that found no place. `words` are the reasons."""
    reasons = frozenset(one.rule.words)

    def check(facts: Facts, found: list[Finding]) -> None:
        if not reasons:
            doubtful = [c for c in facts.listed if c.state in ("unreadable", "inferred") or c.evidence]
            if doubtful:
                where = tuple(one.vocabulary.where(c.code, c.column) for c in doubtful)
                evidence = tuple(cell_evidence(c.code, c.column) for c in doubtful)
                found.append(fired(one, f"这些格没有读准，请对照原件：{names(where)}。", evidence, where))
            return
        left = [u for u in facts.unread if u.reason in reasons]
        if left:
            evidence = tuple(Evidence(kind="text", start=u.start, end=u.end) for u in left)
            texts = tuple(u.text for u in left)
            found.append(fired(one, f"{one.rule.title}：{names(texts)}。", evidence, texts))

    return check


def _publisher(one: Compiled) -> CheckFunction:
    """F7: the page names another organ as its publisher. `words` stand before it, `categories` end organs."""
    labels = "|".join(map(re.escape, one.rule.words))
    pattern = re.compile(rf"(?:{labels})[\s|:：】]{{1,6}}([\u4e00-\u9fff（）]{{3,40}})")
    endings = one.rule.categories

    def check(facts: Facts, found: list[Finding]) -> None:
        organ = facts.report.organ
        for match in pattern.finditer(facts.text, 0, _HEAD) if organ else ():
            name = match[1]
            if organ and name.endswith(endings) and not _same_organ(name, organ):
                place = Evidence(kind="text", start=match.start(1), end=match.end(1))
                found.append(fired(one, f"发布机构写的是“{name}”，报告的是“{organ}”。", (place,), (name,)))
                return

    return check


_HEAD = 2000
"""Where a page names its publisher: before the report, or in its first lines."""
_OFFICE = str.maketrans("", "", "办公室厅")
"""An office publishes for the government whose office it is."""


def _same_organ(name: str, organ: str) -> bool:
    """Whether one name may be the other, shortened: all its characters stand in the other in their order."""
    short, long = sorted((name.translate(_OFFICE), organ.translate(_OFFICE)), key=len)
    letters = iter(long)
    return all(letter in letters for letter in short)


MAKERS = {"sections": _sections, "words": _words, "dates": _dates, "publisher": _publisher, "reader": _reader}
