"""Every rule proves itself on its own examples, and mistakes in rule files are told with file and line."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from pipeline.lexicon import Lexicon, folder, inspect, load
from pipeline.lexicon.schema.rules import Rule
from pipeline.reconcile.examples import failures

RULES = load().rows(Rule)


@pytest.mark.parametrize("rule", RULES, ids=[rule.id for rule in RULES])
def test_examples_give_the_verdict_expected(lexicon: Lexicon, rule: Rule) -> None:
    assert list(failures(lexicon, rule)) == []


def test_the_catalogue_is_complete() -> None:
    groups = {rule.id.split(".")[0] for rule in RULES}
    catalogue = {"A": 8, "B": 10, "C": 15, "D": 7, "E": 2, "F": 7, "G": 4}
    wanted = {f"{letter}{n}" for letter, last in catalogue.items() for n in range(1, last + 1)}
    # C16, intervals, holds for every comparison, and G2, by label, for all reading of tables: no rules of their own.
    assert wanted - {"G2"} <= groups


def test_every_rule_names_its_basis_and_a_title_of_its_own() -> None:
    assert len({rule.title for rule in RULES}) == len(RULES)
    assert all(rule.basis for rule in RULES)


def _mistakes(tmp_path: Path, yaml: str) -> list[str]:
    """The mistakes of the project's lexicon with one rule file more."""
    root = tmp_path / "lexicons"
    shutil.copytree(folder(), root)
    (root / "rules" / "zz.yaml").write_text(yaml, encoding="utf-8")
    return [str(mistake) for mistake in inspect(root)[1].found]


GOOD = """- id: Z1
  title: 试一条
  formula: t3.granted <= t3.handled
  basis: 自定
  severity: info
  examples:
    - {cells: {t3.granted: 1 0 0 0 0 0 1, t3.handled: 2 0 0 0 0 0 2}, expect: agrees}
    - {cells: {t3.granted: 3 0 0 0 0 0 3, t3.handled: 2 0 0 0 0 0 2}, expect: differs}
"""


def test_a_user_adds_a_rule_without_python(tmp_path: Path) -> None:
    root = tmp_path / "lexicons"
    shutil.copytree(folder(), root)
    (root / "rules" / "zz.yaml").write_text(GOOD.replace("Z1", "A9"), encoding="utf-8")
    lexicon = load(root)
    (rule,) = [rule for rule in lexicon.rows(Rule) if rule.id == "A9"]
    assert list(failures(lexicon, rule)) == []


@pytest.mark.parametrize(
    ("find", "put", "line", "words"),
    [
        ("t3.granted <=", "t3.grantd <=", 1, "t3.grantd"),
        ("formula: t3.granted <=", "formula: t3.granted ? ", 3, "看不懂"),
        ("formula: t3.granted <= t3.handled", "formula: t3.granted + t3.handled", 3, "比较号"),
        ("formula: t3.granted <=", "formula: t3.granted[totl] <=", 3, "totl"),
        ("severity: info", "severity: bad", 5, "severity"),
        ("basis:", "basiss:", 4, "basiss"),
        ("expect: differs", "expect: agrees", 1, "不符的例子"),
        ("formula: t3.granted", "formula: __import__('os').system('x') + t3.granted", 3, "看不懂"),
    ],
)
def test_mistakes_are_told_with_file_and_line(tmp_path: Path, find: str, put: str, line: int, words: str) -> None:
    mistakes = _mistakes(tmp_path, GOOD.replace(find, put))
    assert any(text.startswith(f"rules/zz.yaml:{line}:") and words in text for text in mistakes), mistakes
