"""NumberReader: one scan over a text finds every number and tells figures from what is none.

How a number is decided, cheapest first:
  1. a Chinese numeral counts only where a unit, 分之 or 第 makes it one (spoken); most end here;
  2. Latin letters around the digits make a name, an address, a code (latin);
  3. the rules on the digits alone: dates, document numbers, phones (RuleBook.number);
  4. the number phrase is read: digits, 万, 余, unit, words of bound (arabic, grammar, quantity);
  5. the rules on the phrase: deadlines, thresholds, idioms (RuleBook.quantity).
Every digit of the text ends in exactly one Quantity or Unread.
"""

from __future__ import annotations

import re

from pipeline.lexicon import Lexicon
from pipeline.model import Quantity, Unread
from pipeline.numbers.arabic import arabic, doubtful
from pipeline.numbers.knowledge import Found, Item, Knowledge
from pipeline.numbers.numerals import NUMERALS
from pipeline.numbers.spoken import BARE, spoken

_SCAN = re.compile(rf"[0-9{NUMERALS}](?:(?<=[0-9])[0-9]*|[{NUMERALS}]*)")


class NumberReader:
    """Finds numbers in folded text. Built once per process; holds no state of a document."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._knowledge = Knowledge.of(lexicon)

    def find(self, text: str) -> list[Item]:
        """All numbers of a folded text in order of start, as figures (Quantity) or with the reason why not (Unread).

        Every digit run lies in exactly one of them; a Chinese numeral has one where it stands before a unit.
        """
        return [item for item, _ in self.explain(text)]

    def explain(self, text: str) -> list[Found]:
        """Like find, each with the id of the rule that made it Unread ("" for a figure)."""
        found: list[Found] = []
        knowledge = self._knowledge
        covered = 0
        gate = knowledge.spoken_gate
        behind_last = len(text)
        for match in _SCAN.finditer(text):
            start, end = match.span()
            if start < covered:
                continue
            one: Found | None
            if text[start] <= "9":
                if found and text[start - 1] in " \n" and doubtful(knowledge, text, start, end, found):
                    covered = found[-1][0].end
                    continue
                one = arabic(knowledge, text, start, end, covered)
            else:
                follows = text[end] if end < behind_last else "\n"
                if follows not in gate and text[end - 1] not in BARE and (not start or text[start - 1] not in "第前 "):
                    continue
                one = spoken(knowledge, text, start, end, covered)
                if one is None:
                    continue
            found.append(one)
            covered = one[0].end
        return found


__all__ = ["Item", "NumberReader", "Quantity", "Unread"]
