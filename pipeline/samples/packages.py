"""Files that hold other files: saved web pages (MHTML), archives, and workbooks."""

from __future__ import annotations

import base64
import gzip
import io
import random
import tarfile
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any
from urllib.parse import quote

from pipeline.samples import docx, pages, pdf
from pipeline.samples.draft import Draft
from pipeline.samples.grid import Grid, expand

_BOUNDARY = "----MultipartBoundary--samples0000----"
Files = tuple[bytes, dict[str, bytes]]
"""A page, and the files beside it by name."""
_PIXEL = base64.b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")


def mhtml(draft: Draft, rng: random.Random) -> bytes:
    """A page as a browser saves it: MIME, base64, with a picture beside it."""
    page = pages.nested(draft, rng).encode()
    subject = base64.b64encode(draft.title.encode()).decode()
    picture = f"{draft.address.rsplit('/', 1)[0]}/logo.gif"
    lines = (
        "From: <Saved by Blink>",
        f"Snapshot-Content-Location: {draft.address}",
        f"Subject: =?utf-8?B?{subject}?=",
        "MIME-Version: 1.0",
        "Content-Type: multipart/related;",
        '\ttype="text/html";',
        f'\tboundary="{_BOUNDARY}"',
        "",
        f"--{_BOUNDARY}",
        "Content-Type: text/html; charset=utf-8",
        "Content-Transfer-Encoding: base64",
        f"Content-Location: {draft.address}",
        "",
        base64.encodebytes(page).decode().replace("\n", "\r\n"),
        f"--{_BOUNDARY}",
        "Content-Type: image/gif",
        "Content-Transfer-Encoding: base64",
        f"Content-Location: {picture}",
        "",
        base64.b64encode(_PIXEL).decode(),
        f"--{_BOUNDARY}--",
        "",
    )
    return "\r\n".join(lines).encode()


def zipped(draft: Draft, rng: random.Random) -> bytes:
    """An archive with the page and a style sheet."""
    page = pages.clean(draft, rng)
    return docx.archive({"年报/index.html": page, "年报/style.css": "td{border:1px solid #000}"})


def tarred(draft: Draft, rng: random.Random) -> bytes:
    """A compressed tar with the page in a folder; the same whenever it is made."""
    page = pages.clean(draft, rng).encode()
    out = io.BytesIO()
    with gzip.GzipFile(fileobj=out, mode="wb", mtime=0) as packed, tarfile.open(fileobj=packed, mode="w") as package:
        entry = tarfile.TarInfo("年报/index.html")
        entry.size = len(page)
        package.addfile(entry, io.BytesIO(page))
    return out.getvalue()


FILES = "@files@"
"""Stands in a page for the folder of the files beside it, whose name is that of the report."""
_ATTACHED: tuple[tuple[str, Callable[[Draft, random.Random], bytes]], ...] = (
    ("统计表.xlsx", lambda draft, rng: workbook(draft, rng)),
    ("统计表.docx", docx.document),
    ("统计表.pdf", pdf.ruled),
)


def attached(draft: Draft, rng: random.Random) -> Files:
    """A page of prose that links to a file with all its tables: Excel, Word or PDF."""
    name, make = rng.choice(_ATTACHED)
    own = tuple(block for block in draft.blocks if block.kind != "table")
    link = f'<p>附件：<a href="{FILES}/{quote(name)}">{name}</a></p>'
    page = pages.clean(draft._replace(blocks=own), rng).replace("</body>", f"{link}\n</body>")
    tables = tuple(one for before, after in pairwise(draft.blocks) if after.kind == "table" for one in (before, after))
    return page.encode(), {name: make(draft._replace(blocks=tables), rng)}


def workbook(draft: Draft, rng: random.Random) -> bytes:
    """An Excel file: the prose on the first sheet, one sheet for each table. Needs xlsxwriter."""
    import xlsxwriter

    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    book.set_properties({"title": draft.title, "created": datetime(2000, 1, 1, tzinfo=UTC)})
    frame = book.add_format({"border": 1})
    sheet = book.add_worksheet("正文")
    sheet.write_string(0, 0, draft.title)
    for number, block in enumerate((b for b in draft.blocks if b.kind != "table"), 1):
        sheet.write_string(number, 0, block.text)
    for block in draft.blocks:
        if block.kind == "table":
            _sheet(book.add_worksheet(f"表{block.text}"), draft, draft.grid(block.text), frame)
    book.close()
    return out.getvalue()


def _sheet(sheet: Any, draft: Draft, grid: Grid, frame: Any) -> None:
    """One table; every cell has a frame, blank ones too."""
    for r, row in enumerate(expand(grid)):
        for c, box in enumerate(row):
            if box is None:
                continue
            text = draft.cell(box)
            if box.rowspan > 1 or box.colspan > 1:
                sheet.merge_range(r, c, r + box.rowspan - 1, c + box.colspan - 1, text, frame)
            elif box.key and text.replace(".", "", 1).isdigit():
                sheet.write_number(r, c, float(text), frame)
            elif text:
                sheet.write_string(r, c, text, frame)
            else:
                sheet.write_blank(r, c, None, frame)
