"""Reading by shape: milliseconds and peak memory a document, and PDF against what pypdfium2 itself needs.

The yardstick for PDF is pypdfium2 handing over the characters with their boxes and the paths with their bounds, through
its raw interface and without any work on them; the target is that time plus the time of a text report.
"""

from __future__ import annotations

import ctypes
import statistics
import time
import tracemalloc
from collections.abc import Callable

import pypdfium2.raw as raw

from benchmarks.accuracy import opened
from pipeline.samples import OLD_OFFICE, PICTURED, SHAPES, Written, report

REPORTS = 12
ROUNDS = 7


def _medians(*works: Callable[[], object]) -> list[float]:
    """CPU milliseconds of one call of each, the median over rounds in which they take turns."""
    times: list[list[float]] = [[] for _ in works]
    for _ in range(ROUNDS):
        for work, spent in zip(works, times, strict=True):
            began = time.process_time()
            work()
            spent.append(time.process_time() - began)
    return [statistics.median(spent) * 1e3 for spent in times]


def pages(data: bytes) -> int:
    """How many pages a PDF has."""
    opened = raw.FPDF_LoadMemDocument64(data, len(data), None)
    try:
        return int(raw.FPDF_GetPageCount(opened))
    finally:
        raw.FPDF_CloseDocument(opened)


def primitives(data: bytes) -> int:
    """All characters with both boxes and the baseline, and all paths with their bounds; gives how many."""
    opened = raw.FPDF_LoadMemDocument64(data, len(data), None)
    seen = 0
    box = [ctypes.c_double() for _ in range(4)]
    point = [ctypes.c_double() for _ in range(2)]
    bounds = [ctypes.c_float() for _ in range(4)]
    loose = raw.FS_RECTF()
    for index in range(raw.FPDF_GetPageCount(opened)):
        page = raw.FPDF_LoadPage(opened, index)
        text = raw.FPDFText_LoadPage(page)
        for i in range(raw.FPDFText_CountChars(text)):
            raw.FPDFText_GetUnicode(text, i)
            raw.FPDFText_GetCharBox(text, i, *box)
            raw.FPDFText_GetLooseCharBox(text, i, loose)
            raw.FPDFText_GetCharOrigin(text, i, *point)
            seen += 1
        for i in range(raw.FPDFPage_CountObjects(page)):
            shape = raw.FPDFPage_GetObject(page, i)
            if raw.FPDFPageObj_GetType(shape) == raw.FPDF_PAGEOBJ_PATH:
                raw.FPDFPageObj_GetBounds(shape, *bounds)
                seen += 1
        raw.FPDFText_ClosePage(text)
        raw.FPDF_ClosePage(page)
    raw.FPDF_CloseDocument(opened)
    return seen


def _peak(written: Written) -> float:
    """Most memory that reading takes (Python's own), in megabytes."""
    tracemalloc.start()
    try:
        opened(written)
        return tracemalloc.get_traced_memory()[1] / 1e6
    finally:
        tracemalloc.stop()


def main() -> None:
    """Prints one line for each shape."""
    print("reading by shape (CPU time of one process; medians)")
    print(f"{'shape':<22}{'KB':>8}{'ms':>9}{'peak MB':>9}   against pypdfium2 alone")
    text = 0.0
    for shape in SHAPES:
        if shape in PICTURED or shape in OLD_OFFICE:
            whose = "recognition (extra ocr)" if shape in PICTURED else "LibreOffice"
            print(f"{shape:<22} not timed: the time is that of {whose}")
            continue
        reports = [report(7 * number, 1, [shape], gold=False) for number in range(REPORTS)]
        told = ""
        if shape.startswith("pdf"):
            raw.FPDF_InitLibrary()
            pairs = [_medians(lambda w=w: opened(w), lambda w=w: primitives(w.data)) for w in reports]  # bound at once
            mean, theirs = (statistics.mean(one) for one in zip(*pairs, strict=True))
            sheets = statistics.mean(pages(w.data) for w in reports)
            ratio = mean / (theirs + text)
            told = f"   {sheets:.1f} pages; {theirs:.1f} ms; ratio {ratio:.2f} with a text report added"
        else:
            mean = statistics.mean(_medians(lambda w=w: opened(w))[0] for w in reports)
        text = mean if shape == "text-tabs" else text
        size = statistics.mean(len(w.data) for w in reports) / 1e3
        print(f"{shape:<22}{size:>8.0f}{mean:>9.1f}{max(map(_peak, reports)):>9.1f}{told}")


if __name__ == "__main__":
    main()
