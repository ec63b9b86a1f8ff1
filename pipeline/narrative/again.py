"""Several lines of a table in one number: 规章、规范性文件的制发和废止件数均为 0.

Or by pointing back to lines told before: 规章制发、废止、现行有效均为 0 件，规范性文件的这几栏也各为 0 件.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.narrative.naming import Verdict, by_form, draft_of
from pipeline.narrative.structure import Zone

if TYPE_CHECKING:
    from pipeline.narrative.sentence import Sentence

_BACK = 12


def crosses(sentence: Sentence, index: int, beside: Zone) -> bool:
    """Whether a number holds for several lines of several things (规章、规范性文件的制发和废止均为 0); adds them."""
    quantity, words = sentence.frame.quantities[index], sentence.tools.words
    text = sentence.text[beside.start : quantity.start]
    if not sentence.tools.cues.each_tail.search(text):
        return False
    heads = [head for term, head in words.table_heads.items() if beside.has(term)]
    lines = list(dict.fromkeys(line for word, line in words.table_lines.items() if word in text))
    codes = tuple(by_form(sentence, f"{head}.{line}") for head in heads for line in lines)
    if len(heads) < 2 or len(lines) < 2 or any(code not in sentence.tools.indicators for code in codes):
        return False
    for code in codes:
        sentence.add(index, draft_of(sentence, index, code, Verdict(codes, "crossed", "几项各为"), beside))
    return True


def repeats(sentence: Sentence, index: int, beside: Zone) -> bool:
    """Whether a number holds for the lines told just before of another thing; then each line becomes a draft."""
    quantity = sentence.frame.quantities[index]
    if not sentence.drafts or not sentence.tools.cues.pointing.search(sentence.text, beside.start, quantity.start):
        return False
    told = sentence.drafts[-1].code.rpartition(".")[0]
    lines: list[str] = []
    for draft in reversed(sentence.drafts[-_BACK:]):
        if draft.code.rpartition(".")[0] != told:
            break
        lines.insert(0, draft.code.rpartition(".")[2])
    meant = [head for term, head in sentence.tools.words.table_heads.items() if beside.has(term)]
    known = sentence.tools.indicators
    if len(lines) < 2 or len(meant) != 1 or any(f"{meant[0]}.{line}" not in known for line in lines):
        return False
    codes = tuple(f"{meant[0]}.{line}" for line in lines)
    for code in codes:
        sentence.add(index, draft_of(sentence, index, code, Verdict(codes, "pointing", "前述各项"), beside))
    return True
