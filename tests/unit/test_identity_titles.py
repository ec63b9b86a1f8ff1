"""Titles with gold: organ, kind, region, level and year from a title alone (and its address where it has one).

tests/specs/titles.json: `seen` titles stood on public pages; the others are real organs in the forms seen there.
`ambiguous` titles do not decide the region by themselves: for them None is right and another value than gold is not.
`missed` titles are known not to be read: nothing is given for them that is not so.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from pipeline.identity import Identifier
from pipeline.lexicon import Lexicon
from pipeline.model import Document, Paragraph
from pipeline.text import fold

ROWS: list[dict[str, Any]] = json.loads(
    (Path(__file__).parents[1] / "specs" / "titles.json").read_text(encoding="utf-8")
)
FIELDS = ("organ", "organ_kind", "region_code", "level", "year")


def _plain(value: Any) -> Any:
    return "".join(fold(value).text.split()) if isinstance(value, str) else value


def _differences(identifier: Identifier, row: dict[str, Any]) -> list[str]:
    title = row["title"]
    document = Document(
        source="",
        sha256="",
        media_type="text/html",
        text=title,
        blocks=(Paragraph(start=0, end=len(title)),),
        address=row["address"],
    )
    report = identifier.identify(document, (), None)
    found = []
    for field in FIELDS:
        got, want = getattr(report, field), row[field]
        unsaid = row["ambiguous"] and got is None and field in ("organ", "region_code", "level")
        unsaid = unsaid or (row.get("missed", False) and got is None)
        if _plain(got) != _plain(want) and not unsaid:
            found.append(f"{title}: {field} {got!r}, expected {want!r}")
    return found


@pytest.fixture(scope="module")
def identifier(lexicon: Lexicon) -> Identifier:
    return Identifier(lexicon)


def test_titles(identifier: Identifier) -> None:
    seen = [row for row in ROWS if row["seen"]]
    assert len(seen) >= 500
    assert sum(row.get("missed", False) for row in seen) <= len(seen) // 100
    wrong = [line for row in ROWS for line in _differences(identifier, row)]
    assert wrong == []


def test_ambiguous_titles_are_not_guessed(identifier: Identifier) -> None:
    bare = [row for row in ROWS if row["ambiguous"] and row["address"] is None]
    assert len(bare) >= 20
    for row in bare:
        title = row["title"]
        document = Document(
            source="", sha256="", media_type="text/plain", text=title, blocks=(Paragraph(start=0, end=len(title)),)
        )
        assert identifier.identify(document, (), None).region_code in (None, row["region_code"]), title
