"""A generator of report corpora with known truth.

    for path in generate(Path("corpus"), 10_000): ...

It imports no other module of the pipeline, lexicon included, so that neither side copies the other's mistakes: labels
are typed from the published forms, numbers come from a model of an organ's year, and every sentence carries its gold.
The same seed and number always give the same bytes. Reports are made one by one; nothing is held in memory.
"""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Callable, Generator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from pipeline.samples import docx, office, packages, pages, pdf, plain, script
from pipeline.samples.compose import YEARS, Made, one, tables_gold
from pipeline.samples.draft import Block, Draft
from pipeline.samples.faults import KINDS, Fault, plant
from pipeline.samples.markup import Gold, gold_of

__all__ = [
    "KINDS",
    "MIX",
    "OLD_OFFICE",
    "PICTURED",
    "SHAPES",
    "YEARS",
    "Shape",
    "Summary",
    "Written",
    "generate",
    "report",
    "truth",
]

Print = Callable[[Draft, random.Random], "bytes | packages.Files"]


class Shape(NamedTuple):
    """A file format with the disorder it comes in. `blank` is what a blank cell prints as."""

    suffix: str
    print: Print
    blank: str = ""
    traditional: bool = False


def _page(page: pages.Page, charset: str = "utf-8", declared: str = "") -> Print:
    def make(draft: Draft, rng: random.Random) -> bytes:
        text = page(draft, rng)
        if declared:
            text = text.replace('charset="utf-8"', f'charset="{declared}"')
        return text.encode(charset, "xmlcharrefreplace")

    return make


def _text(text: plain.Text, charset: str = "utf-8") -> Print:
    return lambda draft, rng: text(draft, rng).encode(charset)


def _pictures(name: str) -> Print:
    """What `scan` prints by this name; imported when first needed."""

    def make(draft: Draft, rng: random.Random) -> bytes | packages.Files:
        from pipeline.samples import scan

        made: bytes | packages.Files = getattr(scan, name)(draft, rng)
        return made

    return make


SHAPES: dict[str, Shape] = {
    "html-clean": Shape(".html", _page(pages.clean)),
    "html-word": Shape(".html", _page(pages.word)),
    "html-wps": Shape(".html", _page(pages.wps)),
    "html-nested": Shape(".html", _page(pages.nested)),
    "html-split": Shape(".html", _page(pages.split)),
    "html-gb18030": Shape(".html", _page(pages.nested, "gb18030", "gb2312")),
    "html-traditional": Shape(".html", _page(pages.clean), traditional=True),
    "html-big5": Shape(".html", _page(pages.clean, "big5", "big5"), traditional=True),
    "text-cells": Shape(".txt", _text(plain.cells)),
    "text-tabs": Shape(".txt", _text(plain.tabs)),
    "text-pipes": Shape(".txt", _text(plain.pipes, "gb18030")),
    "text-spaces": Shape(".txt", _text(plain.spaces), blank="—"),
    "text-oneline": Shape(".txt", _text(plain.oneline), blank="—"),
    "text-vertical": Shape(".txt", _text(plain.vertical)),
    "text-parted": Shape(".txt", _text(plain.parted)),
    "text-fallen": Shape(".txt", _text(plain.fallen)),
    "docx": Shape(".docx", docx.document),
    "pdf": Shape(".pdf", pdf.ruled),
    "pdf-cut": Shape(".pdf", pdf.cut),
    "pdf-turned": Shape(".pdf", pdf.turned),
    "pdf-borderless": Shape(".pdf", pdf.borderless),
    "mhtml": Shape(".mhtml", packages.mhtml),
    "zip": Shape(".zip", packages.zipped),
    "tar": Shape(".tar.gz", packages.tarred),
    "html-attached": Shape(".html", packages.attached),
    "xlsx": Shape(".xlsx", packages.workbook),
    "doc": Shape(".doc", office.doc),
    "xls": Shape(".xls", office.xls),
    "scan": Shape(".pdf", _pictures("scanned")),
    "html-picture": Shape(".html", _pictures("embedded")),
    "html-pictures-beside": Shape(".html", _pictures("beside")),
}
"""Every shape by name; "text-fallen" has lost its blank cells."""

PICTURED = ("scan", "html-picture", "html-pictures-beside")
"""Shapes that need the extra `ocr` and a Chinese font."""
OLD_OFFICE = ("doc", "xls")
"""Shapes that need LibreOffice, to be made and to be read."""

MIX: dict[str, int] = {
    "html-clean": 11, "html-word": 9, "html-wps": 10, "html-nested": 11, "html-split": 5, "html-gb18030": 7,
    "html-traditional": 2, "text-cells": 4, "text-tabs": 4, "text-pipes": 3, "text-spaces": 2, "text-oneline": 1,
    "docx": 10, "pdf": 17, "pdf-borderless": 2, "mhtml": 1, "zip": 1,
}  # fmt: skip
"""The default corpus in per cent: more than half pages and text, and nothing that needs an extra."""


class Summary(NamedTuple):
    """What was written: reports, bytes, and reports by shape and by planted fault."""

    reports: int
    size: int
    shapes: dict[str, int]
    faults: dict[str, int]


class Written(NamedTuple):
    """One report as a file: its bytes, its shape, its fault if one was planted; the files beside it by their path."""

    name: str
    data: bytes
    made: Made
    shape: str
    fault: Fault | None
    beside: Mapping[str, bytes] = MappingProxyType({})


def report(
    number: int,
    seed: int = 1,
    shapes: Sequence[str] | None = None,
    years: Sequence[int] | None = None,
    faults: bool = False,
    gold: bool = True,
) -> Written:
    """The report of a number, in memory. Unknown shapes raise ValueError."""
    made = one(number, seed, tuple(years or YEARS), gold or faults)
    rng = random.Random(f"{seed}/{number}/shape")
    names, weights = _mix(shapes)
    name = rng.choices(names, weights)[0]
    shape = SHAPES[name]
    fault = None
    if faults:
        made, fault = plant(made, rng)
    draft = _dress(made.draft, shape)
    data = shape.print(draft, rng)
    folder = f"{number:06d}_files"
    beside: dict[str, bytes] = {}
    if isinstance(data, tuple):
        data, files = data
        data = data.replace(packages.FILES.encode(), folder.encode())
        beside = {f"{folder}/{file}": content for file, content in files.items()}
    return Written(f"{number:06d}{shape.suffix}", data, made, name, fault, beside)


def _mix(shapes: Sequence[str] | None) -> tuple[list[str], list[int]]:
    if not shapes:
        return list(MIX), list(MIX.values())
    unknown = [s for s in shapes if s not in SHAPES]
    if unknown:
        raise ValueError(f"没有这种样例形态：{'、'.join(unknown)}；可用的有 {'、'.join(SHAPES)}")
    return list(shapes), [1] * len(shapes)


def _dress(draft: Draft, shape: Shape) -> Draft:
    """Traditional script where the shape has it, and marks in blank cells where blanks would be lost."""
    if shape.blank:
        draft = draft._replace(cells={k: v or shape.blank for k, v in draft.cells.items()})
    if shape.traditional:
        turn = script.traditional
        draft = draft._replace(
            title=turn(draft.title),
            organ=turn(draft.organ),
            blocks=tuple(Block(b.kind, turn(b.text)) for b in draft.blocks),
            traditional=True,
        )
    return draft


def truth(written: Written) -> Gold:
    """The content of NAME.truth.json: tables, figures, verdicts as in samples/README.md, and the fault."""
    made, shape = written.made, SHAPES[written.shape]
    name = written.name.partition(".")[0]
    fault = written.fault
    tables = tables_gold(made, written.name, fault.errors if fault else ())
    if shape.blank:
        for row in tables["cells"]:
            if row["blank"]:
                row |= {"state": "dash", "printed": shape.blank}
    head = {"name": name, "agency": made.truth.organ.name, "year": made.truth.year}
    out: Gold = {
        "tables": tables,
        "figures": gold_of(made.prose, head),
        "verdicts": list(fault.verdicts) if fault else [],
        "fault": fault.row if fault else None,
        "shape": written.shape,
    }
    if shape.traditional:
        out["figures"] = _traditional(out["figures"])
    return out


def _traditional(figures: Gold) -> Gold:
    """The gold of a page in traditional script: what is quoted is turned, units and codes stay."""
    turn = script.traditional

    def turned(row: Gold) -> Gold:
        return row | {key: turn(row[key]) for key in ("mention", "ctx", "part_of", "scope", "category") if key in row}

    lists = {key: [turned(row) for row in figures[key]] for key in ("figures", "borderline")}
    return figures | lists | {"not_figures": [turn(text) for text in figures["not_figures"]]}


def generate(
    out: Path,
    count: int,
    seed: int = 1,
    shapes: Sequence[str] | None = None,
    years: Sequence[int] | None = None,
    faults: bool = False,
    with_truth: bool = False,
) -> Generator[Path, None, Summary]:
    """Writes `count` reports under `out` (a thousand to a folder) and yields the path of each as it is done.

    With `with_truth`, NAME.truth.json stands beside each. The iterator's return value is a Summary.
    """
    kinds: Counter[str] = Counter()
    planted: Counter[str] = Counter()
    size = 0
    for number in range(count):
        written = report(number, seed, shapes, years, faults, with_truth)
        folder = out / f"{number // 1000:03d}"
        if number % 1000 == 0:
            folder.mkdir(parents=True, exist_ok=True)
        path = folder / written.name
        path.write_bytes(written.data)
        for file, content in written.beside.items():
            (folder / file).parent.mkdir(exist_ok=True)
            (folder / file).write_bytes(content)
        if with_truth:
            text = json.dumps(truth(written), ensure_ascii=False, indent=1)
            path.with_name(f"{number:06d}.truth.json").write_text(text + "\n", encoding="utf-8")
        kinds[written.shape] += 1
        if written.fault:
            planted[written.fault.kind] += 1
        size += len(written.data) + sum(map(len, written.beside.values()))
        yield path
    return Summary(count, size, dict(kinds), dict(planted))
