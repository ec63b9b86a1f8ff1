"""A changed alias redoes only what it can touch, from what was read before, with the result of a run from scratch."""

from __future__ import annotations

import ast
import random
import re
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from pipeline.bulk import session as sessions
from pipeline.bulk.job import Summary
from pipeline.bulk.versions import READING_MODELS, change, reading_version, touches, version
from pipeline.lexicon import load
from pipeline.lexicon.schema.prose import Alias
from pipeline.reconcile import Reconciler
from pipeline.store import Connection, Database, open_db
from tests.conftest import ROOT
from tests.flows.conftest import corpus

REPORTS = 40


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return corpus(tmp_path_factory.mktemp("relink") / "reports", REPORTS)


def _lexicon(folder: Path, *changes: tuple[str, str], file: str = "aliases.csv") -> Path:
    """A copy of the lexicon in which lines that begin with a text are replaced (or dropped: "")."""
    shutil.copytree(ROOT / "lexicons", folder)
    path = folder / file
    lines = path.read_text(encoding="utf-8").splitlines()
    for begins, line in changes:
        (place,) = [i for i, old in enumerate(lines) if old.startswith(begins)]
        lines[place] = line
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


def _run(reports: Path, db: Path, lexicon: Path) -> tuple[Summary, str]:
    with open_db(str(db)) as database:
        with sessions.start([str(reports)], database, workers=2, lexicon_folder=lexicon) as planned:
            if planned.job.items:
                sessions.run_plain(planned)
            summary = planned.finish()
        return summary, database.content_hash()


def test_a_changed_alias_gives_what_a_run_from_scratch_gives(reports: Path, tmp_path: Path) -> None:
    before = _lexicon(tmp_path / "before")
    after = _lexicon(
        tmp_path / "after",
        ("t3-carried-out-2,", "t3-carried-out-2,t3.carried_out,在办,,复议|诉讼,@件,1"),
        ("t3-disclosed-1,", ""),
    )
    _, first = _run(reports, tmp_path / "db.duckdb", before)
    again, changed = _run(reports, tmp_path / "db.duckdb", after)
    _, scratch = _run(reports, tmp_path / "scratch.duckdb", after)
    assert changed == scratch
    assert first != changed  # the change matters to some reports
    assert again.kept > 0  # and not to others
    assert again.documents + again.kept == REPORTS
    unchanged, same = _run(reports, tmp_path / "db.duckdb", after)
    assert (unchanged.known, unchanged.documents, same) == (REPORTS, 0, changed)


CHANGES = {
    "a score": ("t3-received-1,", 6, "1.25"),
    "a rule for the same": ("t3-received-1,", 4, "复议|诉讼|申请"),
    "another code": ("t3-handled-1,", 1, "t3.received"),
    "a word that no rule named": ("t3-handled-1,", 2, "办结+申请|答复+申请|办理+申请|依申请公开"),
    "what is close by": ("documents-1,", 3, "收到"),
    "a rule for most": ("t3-received-3,", 6, "5"),
}
"""Changes of one row: how the row begins, the column, what it says then."""


def _changed(folder: Path, begins: str, column: int, told: str) -> Path:
    lines = (ROOT / "lexicons" / "aliases.csv").read_text(encoding="utf-8").splitlines()
    (line,) = [line for line in lines if line.startswith(begins)]
    fields = line.split(",")
    fields[column] = told
    return _lexicon(folder, (begins, ",".join(fields)))


@pytest.fixture(scope="module")
def read(reports: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A database of the reports under the lexicon as it is, and the cache that came about with it."""
    folder = tmp_path_factory.mktemp("read")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GONGKAI_CACHE", str(folder / "cache"))
        _run(reports, folder / "db.duckdb", _lexicon(folder / "lexicon"))
    return folder / "db.duckdb", folder / "cache"


def _like_scratch(
    read: tuple[Path, Path], reports: Path, lexicon: Path, folder: Path, patch: pytest.MonkeyPatch
) -> tuple[Summary, Summary]:
    """Runs again over a copy of what was read, and from scratch without any cache; both give the same."""
    db, cache = read
    shutil.copy(db, folder / "db.duckdb")
    shutil.copytree(cache, folder / "cache")
    patch.setenv("GONGKAI_CACHE", str(folder / "cache"))
    again, content = _run(reports, folder / "db.duckdb", lexicon)
    patch.setenv("GONGKAI_CACHE", "off")
    whole, scratch = _run(reports, folder / "scratch.duckdb", lexicon)
    assert content == scratch
    assert (again.documents + again.kept, whole.kept) == (whole.documents, 0)
    return again, whole


@pytest.mark.long
@pytest.mark.parametrize("what", CHANGES)
def test_from_what_was_read_comes_what_a_run_from_scratch_gives(
    what: str, read: tuple[Path, Path], reports: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _like_scratch(read, reports, _changed(tmp_path / "lexicon", *CHANGES[what]), tmp_path, monkeypatch)


def test_where_only_scores_differ_only_figures_are_written(
    read: tuple[Path, Path], reports: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pipeline.store import relinked

    written: list[int] = []
    merge = relinked.merge

    def watched(database: Database, connection: Connection, parts: Sequence[tuple[Any, Any]]) -> None:
        written.extend(marks.num_rows for marks, _ in parts)
        merge(database, connection, parts)

    monkeypatch.setattr(relinked, "merge", watched)
    lexicon = _changed(tmp_path / "lexicon", *CHANGES["a score"])
    again, whole = _like_scratch(read, reports, lexicon, tmp_path, monkeypatch)
    assert sum(written) == again.documents > 0
    assert whole.findings > again.findings > 0  # what is written of it is told as if all had been done


def test_figures_that_another_run_has_replaced_are_left_alone(
    read: tuple[Path, Path], reports: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    db, cache = read
    shutil.copy(db, tmp_path / "db.duckdb")
    shutil.copytree(cache, tmp_path / "cache")
    monkeypatch.setenv("GONGKAI_CACHE", str(tmp_path / "cache"))
    lexicon = _changed(tmp_path / "lexicon", *CHANGES["a score"])
    with open_db(str(tmp_path / "db.duckdb")) as database:
        before = database.content_hash()
        with sessions.start([str(reports)], database, workers=1, lexicon_folder=lexicon) as planned:
            with database.transaction() as connection:
                connection.run("UPDATE documents SET data_version = 'another'")
            sessions.run_plain(planned)
        assert database.content_hash() == before
        assert database.select("SELECT DISTINCT data_version FROM documents") == [("another",)]


@pytest.mark.long
def test_any_change_of_one_alias_gives_what_a_run_from_scratch_gives(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reports = corpus(tmp_path / "reports", 200, seed=7)
    shutil.copytree(ROOT / "samples", reports / "samples")
    monkeypatch.setenv("GONGKAI_CACHE", str(tmp_path / "cache"))
    _run(reports, tmp_path / "db.duckdb", _lexicon(tmp_path / "lexicon"))
    rows = load().rows(Alias)
    rng = random.Random(7)
    for number, row in enumerate(rng.sample(rows, 12)):
        folder = tmp_path / str(number)
        folder.mkdir()
        change = [(6, f"{row.priority + 0.25}"), (6, f"{row.priority + 3}"), (4, "申请"), (3, "收到")][number % 4]
        lexicon = _changed(folder / "lexicon", f"{row.id},", *change)
        _like_scratch((tmp_path / "db.duckdb", tmp_path / "cache"), reports, lexicon, folder, monkeypatch)


def test_no_check_reads_which_rule_linked_a_figure() -> None:
    """Of a `why` checks read only whether a figure goes on with a list, and what brought a part in."""
    from pipeline.narrative.traced import LISTED
    from pipeline.run import default_pipeline
    from pipeline.samples import report

    pipeline = default_pipeline()
    scored = re.compile(r"[^ ]+ -?[0-9]+\.[0-9]$")
    checks = Reconciler(pipeline.lexicon)
    changed = 0
    for number in range(12):
        made = report(number)
        result = pipeline.process(made.data, made.name)
        figures = []
        for figure in result.figures:
            why = figure.why
            if why.alias != LISTED:
                why = replace(why, alias="another", rule=scored.sub("其他~另一条 9.9", why.rule))
            changed += why != figure.why
            figures.append(replace(figure, why=why))
        spans = pipeline.read_tables(result.document).spans
        claims = pipeline.prose.read(result.document, result.sections, spans, result.report).claims
        told = [checks.check(result.report, result.cells, one, claims) for one in (result.figures, tuple(figures))]
        assert told[0] == told[1]
    assert changed > 100


def test_only_texts_with_the_words_of_a_changed_rule_are_touched(tmp_path: Path) -> None:
    before, after = load(_lexicon(tmp_path / "a")), load(_lexicon(tmp_path / "b", ("t3-intake-1,", "")))
    changed = change(version(before), version(after), after)
    assert changed is not None
    applies = touches(changed, after)
    assert not applies("本机关主动公开规章三件。")
    assert applies("全年应当办\n理的申请共 5 件，应办 理申请 5 件，应办申请五件")
    unchanged = change(version(after), version(after), after)
    assert unchanged is not None
    assert not touches(unchanged, after)("应办申请五件")


@pytest.mark.parametrize("file", ["terms.csv", "cues.yaml"])
def test_a_change_of_other_files_touches_everything(file: str, tmp_path: Path) -> None:
    changed = _lexicon(tmp_path / "b")
    with (changed / file).open("a", encoding="utf-8") as out:
        out.write("# 注\n")
    assert change(version(load()), version(load(changed)), load()) is None
    assert reading_version(load()) == reading_version(load(changed))


def test_a_changed_form_is_read_again(tmp_path: Path) -> None:
    changed = _lexicon(tmp_path / "b")
    with (changed / "cells.yaml").open("a", encoding="utf-8") as out:
        out.write("# 注\n")
    assert reading_version(load()) != reading_version(load(changed))


def test_reading_knows_no_other_part_of_the_lexicon() -> None:
    names: set[str] = set()
    for part in ("ingest", "tables"):
        for path in (ROOT / "pipeline" / part).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("pipeline.lexicon.schema"):
                    names |= {alias.name for alias in node.names}
                if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("pipeline."):
                    assert (node.module or "").split(".")[1] in {
                        "ingest",
                        "tables",
                        "lexicon",
                        "model",
                        "text",
                        "errors",
                    }
    # FormTable and the like are parts of Form and CellWords, in the same file.
    modules = {model.__module__ for model in READING_MODELS}
    assert modules == {"pipeline.lexicon.schema.forms"}
    assert names >= {model.__name__ for model in READING_MODELS}


def test_what_was_read_comes_back_from_the_cache_as_it_was(tmp_path: Path) -> None:
    from pipeline.bulk.cache import CacheFile, ReadingCache, pack
    from pipeline.ingest import read
    from pipeline.run import default_pipeline
    from pipeline.samples import report

    file = CacheFile(tmp_path / "c" / "reading.sqlite")
    cache = ReadingCache(file, "v1")
    for number, shape in enumerate(("pdf", "docx", "xlsx", "html-word", "text-tabs")):
        data = report(number, shapes=[shape]).data
        document = read(data, f"甲.{shape}")
        tables = default_pipeline().read_tables(document)
        file.write([cache.kept([(document.sha256, f".{shape}", pack(document, tables))])])
        assert cache.get(document.sha256, f"甲.{shape}", f".{shape}") == (document, tables)
        assert cache.get(document.sha256, "甲", ".doc") is None
    assert ReadingCache(file, "v2").get(document.sha256, "甲", ".txt") is None
    file.close()


def test_a_cache_that_is_damaged_or_full_only_costs_time(tmp_path: Path) -> None:
    from pipeline.bulk.cache import CacheFile, ReadingCache

    path = tmp_path / "reading.sqlite"
    path.write_bytes(b"not a database, but long enough to look like one" * 100)
    broken = CacheFile(path)
    cache = ReadingCache(broken, "v")
    broken.write([cache.kept([("a", ".pdf", b"x")])])
    assert cache.get("a", "a.pdf", ".pdf") is None
    small = CacheFile(tmp_path / "small.sqlite", limit=200_000)
    cache = ReadingCache(small, "v")
    for number in range(100):
        small.write([cache.kept([(str(number), ".pdf", bytes(20_000))])])
    assert (tmp_path / "small.sqlite").stat().st_size < 400_000
    assert cache.get("99", "x", ".pdf") is None  # there, but it does not check
