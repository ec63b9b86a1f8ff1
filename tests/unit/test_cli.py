"""The command line: what a user types and sees. Each command runs in a process of its own, as it would for a user."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT

KEYS = ["document", "report", "sections", "cells", "figures", "findings", "unread", "problems"]
SAMPLE = str(ROOT / "samples" / "haining2020.txt")


def gongkai(*arguments: str, stdin: str | None = None, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "100"}
    return subprocess.run(
        [sys.executable, "-m", "pipeline", *arguments],
        capture_output=True, text=True, input=stdin, cwd=cwd or ROOT, env=environment, timeout=120, check=False,
    )  # fmt: skip


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> str:
    db = str(tmp_path_factory.mktemp("cli") / "samples.duckdb")
    done = gongkai("run", "samples", "--db", db, "--no-prefect", "--workers", "1")
    assert done.returncode == 0, done.stderr
    assert "单元格" in done.stdout
    return db


def test_every_input_gives_an_object_with_every_key_and_the_rest_goes_on(tmp_path: Path) -> None:
    (tmp_path / "empty.html").write_bytes(b"")
    (tmp_path / "binary.html").write_bytes(bytes(range(256)) * 20)
    (tmp_path / "page.html").write_text("<p>与年报无关的一页。</p>", encoding="utf-8")
    names = ["empty.html", "binary.html", "page.html", "nowhere.html"]
    done = gongkai("extract", "--json", *(str(tmp_path / n) for n in names), SAMPLE)
    objects = [json.loads(line) for line in done.stdout.splitlines()]
    assert [list(o) for o in objects] == [KEYS] * 5
    assert [bool(o["cells"]) for o in objects] == [False, False, False, False, True]
    assert [o["problems"][0]["code"] for o in objects[:4]] == ["empty", "unsupported", "not_a_report", "missing_file"]
    assert done.returncode == 3
    lines = done.stderr.splitlines()
    assert len(lines) == 4
    assert "Traceback" not in done.stderr


def test_the_text_is_what_offsets_index() -> None:
    text = gongkai("extract", "--text", SAMPLE).stdout
    (found,) = [json.loads(line) for line in gongkai("extract", "--json", SAMPLE).stdout.splitlines()]
    assert found["document"]["chars"] == len(text)
    for figure in found["figures"]:
        assert text[figure["start"] : figure["end"]] == figure["mention"]


def test_check_tells_what_does_not_add_up_by_its_exit_code() -> None:
    assert gongkai("check", SAMPLE).returncode == 0
    told = gongkai("check", "-", stdin="一、总体情况\n收到申请5件，办结9件，其中予以公开7件、不予公开6件。\n")
    assert told.returncode == 1
    assert "不小于所列各部分之和" in told.stdout
    faulty = gongkai("check", str(ROOT / "samples" / "shili_education2023.txt"))
    assert faulty.returncode == 1
    assert "不一致" in faulty.stdout


def test_explain_writes_a_page_that_escapes_the_report(tmp_path: Path) -> None:
    report = tmp_path / "hostile.html"
    report.write_text(
        "<p>某县2021年政府信息公开工作年度报告</p><p>一、总体情况</p>"
        "<p>公开信息 8 条 &lt;script&gt;alert(1)&lt;/script&gt;。</p>",
        encoding="utf-8",
    )
    page = tmp_path / "page.html"
    gongkai("explain", str(report), "--html", str(page))
    written = page.read_text(encoding="utf-8")
    assert "<script>alert(1)" not in written
    assert "&lt;script&gt;alert(" in written
    assert "核对结论" in written


def test_compare_export_and_findings(database: str, tmp_path: Path) -> None:
    ranked = gongkai("compare", "t3.received", "--year", "2020", "--db", database)
    assert "海宁市人民政府" in ranked.stdout
    assert "423" in ranked.stdout
    out = tmp_path / "out.xlsx"
    assert gongkai("export", str(out), "--db", database).returncode == 0
    assert out.read_bytes()[:2] == b"PK"
    assert "共" in gongkai("findings", "--db", database).stdout
    assert "完成" in gongkai("runs", "--db", database).stdout


def test_mistakes_of_the_caller_are_one_line(database: str, tmp_path: Path) -> None:
    for arguments in (
        ("compare", "t3.recieved", "--db", database),
        ("export", str(tmp_path / "out.docx"), "--db", database),
        ("findings", "--db", str(tmp_path / "nowhere.duckdb")),
        ("run", "http://example.org/a.html", "--db", str(tmp_path / "x.duckdb")),
    ):
        done = gongkai(*arguments)
        assert done.returncode == 2, (arguments, done.stdout)
        assert len(done.stderr.strip().splitlines()) == 1, done.stderr


def test_a_run_again_does_nothing_and_says_so(database: str) -> None:
    again = gongkai("run", "samples", "--db", database, "--no-prefect")
    assert again.returncode == 0
    assert "此前已完成" in again.stdout


def test_every_command_has_help_with_an_example() -> None:
    told = gongkai("--help").stdout
    commands = ["run", "extract", "check", "explain", "compare", "findings", "export", "evaluate", "runs", "samples"]
    for command in commands:
        assert command in told
        assert "例：gongkai " in gongkai(command, "--help").stdout
    for command in ("check", "try"):
        assert "例：gongkai lexicon" in gongkai("lexicon", command, "--help").stdout


def test_lexicon_try_shows_words_and_the_reading() -> None:
    told = gongkai("lexicon", "try", "全年举办培训3期，培训120人次。").stdout
    assert "分词：" in told
    assert "training.sessions" in told


def test_lexicon_check_passes_on_our_own() -> None:
    assert gongkai("lexicon", "check").returncode == 0
