"""lexicons/README.zh.md is complete, and what it teaches works: its rule is added and run as it stands there."""

from __future__ import annotations

import re
import shutil
from decimal import Decimal
from pathlib import Path

import pytest

from pipeline.lexicon import folder, inspect, load
from pipeline.lexicon.formula import APPLICANTS, COLUMNS
from pipeline.lexicon.schema.rules import Rule
from pipeline.model import Report
from pipeline.reconcile import Reconciler, plain_cell
from pipeline.reconcile.examples import failures

README = (folder() / "README.zh.md").read_text(encoding="utf-8")
(TAUGHT,) = re.findall(r"```yaml\n(.*?)```", README, re.S)


def test_every_lexicon_file_is_named() -> None:
    named = set(re.findall(r"^\| ([\w./*]+) \|", README, re.M))
    for path in sorted(folder().rglob("*")):
        if path.suffix in (".csv", ".yaml"):
            name = path.relative_to(folder()).as_posix()
            assert name in named or f"{path.parent.name}/*{path.suffix}" in named, f"README.zh.md 没有说到 {name}"


def test_every_file_named_is_there() -> None:
    for name in re.findall(r"^\| ([\w/*]+\.(?:csv|yaml)) \|", README, re.M):
        assert list(folder().glob(name)), f"README.zh.md 说到的 {name} 不存在"


def test_every_key_of_a_rule_is_explained() -> None:
    chapter = README.partition("### 各项是什么")[2].partition("### 公式怎么写")[0]
    rows = re.findall(r"^\| ([\w、]+) \|", chapter, re.M)
    keys = {key for row in rows for key in row.split("、")}
    assert set(Rule.model_fields) - {"where"} <= keys


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    root = tmp_path / "lexicons"
    shutil.copytree(folder(), root)
    (root / "rules" / "mine.yaml").write_text(TAUGHT, encoding="utf-8")
    return root


def test_the_rule_taught_works_without_python(mine: Path) -> None:
    lexicon = load(mine)
    (rule,) = [rule for rule in lexicon.rows(Rule) if rule.id == "A9.granted"]
    assert list(failures(lexicon, rule)) == []
    cells = [plain_cell("t3.granted", column, Decimal(7)) for column in COLUMNS]
    cells += [plain_cell("t3.handled", column, Decimal(7 if column in APPLICANTS else 6)) for column in COLUMNS]
    found = [f for f in Reconciler(lexicon).check(Report(), cells, ()) if f.check.startswith("A9")]
    assert [(f.check, f.verdict) for f in found if f.verdict == "differs"] == [("A9.granted.total", "differs")]


@pytest.mark.parametrize(
    ("find", "put", "words"),
    [
        ("t3.handled\n", "t3.handeld\n", "t3.handeld"),
        ("  severity: error\n", "  severty: error\n", "severty"),
        ("      expect: differs\n", "      expect: agrees\n", "不符的例子"),
        ("  basis: 表三第三项（一）是（七）的一部分\n", "", "basis"),
        ("  over: columns\n", "  over: columns\n  over: once\n", "over"),
        ("id: A9.granted", "id: C1", "C1"),
    ],
)
def test_a_rule_that_is_wrong_is_refused_with_file_and_line(mine: Path, find: str, put: str, words: str) -> None:
    assert find in TAUGHT
    (mine / "rules" / "mine.yaml").write_text(TAUGHT.replace(find, put, 1), encoding="utf-8")
    mistakes = [str(mistake) for mistake in inspect(mine)[1].found]
    assert any(re.match(r"rules/\w+\.yaml:\d+[:：]", text) and words in text for text in mistakes), mistakes


def test_an_example_that_is_wrong_is_told_by_its_rule(mine: Path) -> None:
    text = TAUGHT.replace("t3.granted: 2 1 0 0 0 0 3", "t3.granted: 2 1 0 0 0 0 9")
    (mine / "rules" / "mine.yaml").write_text(text, encoding="utf-8")
    lexicon = load(mine)
    (rule,) = [rule for rule in lexicon.rows(Rule) if rule.id == "A9.granted"]
    (told,) = failures(lexicon, rule)
    assert told.startswith("rules/mine.yaml:1:")
    assert "第1个例子应为 agrees" in told
