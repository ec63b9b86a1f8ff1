"""The whole of extract (read, tables, prose, findings, JSON) against jieba.cut alone on the same prose.

Both run in this process, in turn, several rounds; the ratio of the medians is what counts. jieba with its defaults
(HMM on) is the yardstick, since it is what anyone would use to split the same text into words.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parents[1]
ROUNDS = 7


def _seconds(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


def measure(paths: list[Path]) -> list[tuple[str, int, float, float]]:
    """(file, characters of prose, milliseconds of extract, milliseconds of jieba.cut), medians over the rounds."""
    import jieba

    from pipeline.model import Paragraph
    from pipeline.output import dumps
    from pipeline.run import default_pipeline

    jieba.setLogLevel(60)
    jieba.initialize()
    pipeline = default_pipeline()
    rows = []
    for path in paths:
        data = path.read_bytes()
        result = pipeline.process(data, path.name)
        taken = {(c.start, c.end) for c in result.cells}
        prose = "\n".join(
            result.document.text[b.start : b.end]
            for b in result.document.blocks
            if isinstance(b, Paragraph) and (b.start, b.end) not in taken
        )
        ours, theirs = [], []
        for _ in range(ROUNDS):
            ours.append(_seconds(lambda d=data, n=path.name: dumps(pipeline.process(d, n))))
            theirs.append(_seconds(lambda p=prose: list(jieba.cut(p))))
        rows.append((path.name, len(prose), statistics.median(ours) * 1e3, statistics.median(theirs) * 1e3))
    return rows


def main() -> None:
    shared = ROOT.parent / "shared" / "reports"
    paths = [p for folder in (ROOT / "samples", shared) if folder.is_dir() for p in sorted(folder.iterdir())
             if p.suffix in (".txt", ".html")]  # fmt: skip
    print("extract against jieba.cut on the same prose (CPU time, one process)")
    print(f"{'report':<40}{'prose chars':>12}{'extract ms':>12}{'jieba ms':>10}{'ratio':>8}")
    for name, chars, ours, theirs in measure(paths):
        print(f"{name:<40}{chars:>12}{ours:>12.2f}{theirs:>10.2f}{ours / theirs:>8.2f}")


if __name__ == "__main__":
    main()
