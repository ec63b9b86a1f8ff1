"""`python -m benchmarks.prose FOLDER [--resamples N]`: how well the prose is read, on a folder of gold passages.

Prints every measure with its 95 % bootstrap interval (passages drawn with replacement, so that one hard passage
counts as one), then the numbers alone beside jionlp (money and times) and recognizers-text (numbers), where installed:
  found   a number of theirs lies over the digits of a figure of the gold;
  value   and its value is right.
Last the CPU time per passage of each, and ours on texts of growing length, as ratios within this run. What we do is
measured whole (numbers, units, indicators, attributes), recognizers also with its models for units, money and ranks.
"""

from __future__ import annotations

import argparse
import random
import re
import time
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal, InvalidOperation
from pathlib import Path

from pipeline.evaluate import Counts, Score, evaluate, load_passages, read
from pipeline.evaluate.gold import GoldFigure
from pipeline.evaluate.passages import Passage
from pipeline.lexicon import load
from pipeline.model import Quantity
from pipeline.narrative import ProseReader
from pipeline.narrative.reader import document_of
from pipeline.numbers import NumberReader
from pipeline.text import fold

Span = tuple[int, int, Decimal | None]
Finder = Callable[[str], list[Span]]
MEASURES = ("found", "linked", "value", "unit", "bound")
ATTRIBUTES = ("part_of", "scope_kind", "channel", "period", "measure", "category", "column", "zero_by_words")
_SEED = 2021
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_LENGTHS = (30_000, 100_000, 300_000, 1_000_000)


def table(scores: Sequence[Score], resamples: int) -> Iterator[str]:
    """One line per measure: precision, recall, F1 and its interval."""
    picks = random.Random(_SEED)
    draws = [picks.choices(range(len(scores)), k=len(scores)) for _ in range(resamples)]
    yield f"{'':14}{'P':>8}{'R':>8}{'F1':>8}   95 %"
    for name in (*MEASURES, *ATTRIBUTES):
        counts = [_counts(score, name) for score in scores]
        total = _sum(counts)
        if not (total.given or total.wanted):
            continue
        f1 = sorted(_sum([counts[n] for n in draw]).f1 for draw in draws)
        low, high = f1[int(0.025 * resamples)], f1[min(int(0.975 * resamples), resamples - 1)]
        told = f"{name:14}{total.precision:8.4f}{total.recall:8.4f}{total.f1:8.4f}   {low:.4f}–{high:.4f}"
        yield f"{told}   ({total.right} right, {total.given} given, {total.wanted} wanted)"


def _counts(score: Score, name: str) -> Counts:
    return getattr(score, name) if name in MEASURES else score.by_attribute.get(name, Counts())


def _sum(counts: Sequence[Counts]) -> Counts:
    return Counts(sum(c.right for c in counts), sum(c.given for c in counts), sum(c.wanted for c in counts))


def ours(reader: NumberReader) -> Finder:
    """Our own number reader, without any linking."""

    def find(text: str) -> list[Span]:
        folded = fold(text)
        found = [item for item in reader.find(folded.text) if isinstance(item, Quantity)]
        return [(*folded.span(q.start, q.end), q.value) for q in found]

    return find


def jionlp() -> Finder | None:
    """Money and times of jionlp, the only numbers it finds in running text; None where it is not installed."""
    try:
        import jionlp as jio
    except ImportError:
        return None

    def find(text: str) -> list[Span]:
        found: list[Span] = []
        for item in (*jio.ner.extract_money(text), *jio.ner.extract_time(text)):
            detail = item.get("detail") or {}
            found.append((*item["offset"], _value(detail.get("num"))))
        return found

    return find


def recognizers(units: bool = False) -> Finder | None:
    """Numbers and percentages of recognizers-text for Chinese; None where it is not installed (it needs emoji<2).

    With `units` also its ordinals, currencies and dimensions.
    """
    try:
        from recognizers_number import Culture, recognize_number, recognize_ordinal, recognize_percentage
        from recognizers_number_with_unit import recognize_currency, recognize_dimension
    except ImportError:
        return None
    models = [recognize_number, recognize_percentage]
    models += [recognize_ordinal, recognize_currency, recognize_dimension] if units else []

    def find(text: str) -> list[Span]:
        results = [result for model in models for result in model(text, Culture.Chinese)]
        return [(r.start, r.end + 1, _value((r.resolution or {}).get("value"))) for r in results]

    return find


def _value(printed: object) -> Decimal | None:
    match = _NUMBER.search(str(printed)) if printed is not None else None
    try:
        return Decimal(match[0]) if match else None
    except InvalidOperation:
        return None


def numbers_found(finder: Finder, passages: Sequence[Passage]) -> tuple[int, int, int]:
    """(figures of the gold, numbers found over them, of these with the right value)."""
    wanted = found = right = 0
    for passage in passages:
        text = passage.document.text
        spans = finder(text)
        for gold in passage.gold.figures or ():
            at = _place(text, gold)
            if at is None or gold.attributes.get("zero_by_words"):
                continue
            wanted += 1
            over = [value for a, b, value in spans if a < at[1] and at[0] < b]
            found += bool(over)
            right += any(value is not None and gold.value is not None and value == gold.value for value in over)
    return wanted, found, right


def _place(text: str, gold: GoldFigure) -> tuple[int, int] | None:
    """Where the gold's mention stands, through its context; None where blanks hide it."""
    at = text.find(gold.ctx + gold.mention)
    return (at + len(gold.ctx), at + len(gold.ctx) + len(gold.mention)) if at >= 0 else None


def seconds(finder: Callable[[str], object], texts: Sequence[str], least: float = 0.5) -> float:
    """Seconds per text: the best of three rounds that last at least `least` together."""
    best = float("inf")
    spent = 0.0
    while spent < least or best == float("inf"):
        begin = time.process_time()
        for text in texts:
            finder(text)
        took = time.process_time() - begin
        spent += took
        best = min(best, took / len(texts))
    return best


def main(argv: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.prose")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--resamples", type=int, default=2000)
    told = parser.parse_args(argv)
    lexicon = load()
    reader = ProseReader(lexicon)
    passages = list(load_passages(told.folder))
    scores = [evaluate(read(passage, reader), passage.gold) for passage in passages]
    wrong = _sum([score.value for score in scores])
    print(f"{len(passages)} passages, {_sum([s.found for s in scores]).wanted} figures")
    print("\n".join(table(scores, told.resamples)))
    print(f"wrong values: {wrong.given - wrong.right}; numbers that are no figures given as such: "
          f"{sum(score.not_figures for score in scores)}")  # fmt: skip
    texts = [passage.document.text for passage in passages]
    whole = seconds(lambda text: reader.read(document_of(text)), texts)
    print(f"\n{'numbers alone':18}{'found':>8}{'value':>8}{'ms/passage':>12}{'× ours':>9}")
    print(f"{'figures, linked':18}{'':8}{'':8}{whole * 1000:12.3f}{1:9.1f}")
    finders = {
        "ours": ours(NumberReader(lexicon)), "jionlp": jionlp(), "recognizers": recognizers(),
        "… with units": recognizers(units=True),
    }  # fmt: skip
    for name, finder in finders.items():
        if finder is None:
            print(f"{name:18}not installed")
            continue
        wanted, found, right = numbers_found(finder, passages)
        took = seconds(finder, texts)
        print(f"{name:18}{found / wanted:8.4f}{right / wanted:8.4f}{took * 1000:12.3f}{took / whole:9.1f}")
    print("\nlength   µs a character, as a ratio to the shortest")
    body = "\n".join(texts)
    first = 0.0
    for length in _LENGTHS:
        text = (body + "\n") * (length // len(body) + 1)
        each = (
            seconds(lambda text: reader.read(document_of(text)), [text[:length]], 0.0 if length > 200_000 else 2.0)
            / length
        )
        first = first or each
        print(f"{length:9,}{each / first:8.2f}")


if __name__ == "__main__":
    main()
