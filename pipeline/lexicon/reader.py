"""Strict reading of lexicon files. Knows YAML and CSV, nothing of what the words mean.

YAML is read as strings only: YAML's own guesses turn 010000 into 4096 and 1:30 into 90. Keys that stand twice are
refused, where a loose reader keeps the last in silence. Every value keeps the line it stands on, so that a mistake is
told as file:line.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
Path_ = tuple[str | int, ...]


@dataclass(frozen=True, slots=True, order=True)
class Mistake:
    """One mistake in a lexicon file."""

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}"


@dataclass(slots=True)
class Mistakes:
    """Gathers every mistake, so that an editor sees all of them at once."""

    found: list[Mistake] = field(default_factory=list)

    def add(self, file: str, line: int, message: str) -> None:
        self.found.append(Mistake(file, line, message))


@dataclass(frozen=True, slots=True)
class Raw:
    """One entry as read: plain strings, lists and dicts, and the line of every place in it."""

    file: str
    line: int
    value: Any
    lines: dict[Path_, int]

    def line_of(self, path: Path_) -> int:
        """The line of the place at `path`, or of the nearest place that encloses it."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, self.line)


def read_csv(path: Path, name: str, mistakes: Mistakes) -> Iterator[Raw]:
    """Rows of a CSV file with a header line. Lines starting with # are comments; an empty field is left out.

    A row with more or fewer fields than the header is a mistake, never padded in silence.
    """
    text = path.read_text(encoding="utf-8-sig")
    kept = [(number, line) for number, line in enumerate(text.splitlines(), 1) if line.strip() and line[0] != "#"]
    if not kept:
        return
    reader = csv.reader(io.StringIO("\n".join(line for _, line in kept)), strict=True)
    header: list[str] | None = None
    try:
        for row in reader:
            line = kept[reader.line_num - 1][0]
            if header is None:
                header = row
                for column in {c for c in row if row.count(c) > 1}:
                    mistakes.add(name, line, f"表头里「{column}」出现了两次")
                continue
            if len(row) != len(header):
                mistakes.add(name, line, f"这一行有 {len(row)} 栏，表头有 {len(header)} 栏；值里有逗号时请加引号")
                continue
            value = {key: cell.strip() for key, cell in zip(header, row, strict=True) if cell.strip()}
            yield Raw(name, line, value, {})
    except csv.Error as error:
        mistakes.add(name, kept[max(reader.line_num - 1, 0)][0], f"CSV 写法有误：{error}")


def read_yaml(path: Path, name: str, mistakes: Mistakes) -> Iterator[Raw]:
    """The entries of a YAML file: each item of a top-level list, or the whole file where it is a mapping."""
    try:
        root = yaml.compose(path.read_text(encoding="utf-8-sig"), Loader=_LOADER)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        mistakes.add(name, line, f"YAML 写法有误：{error.problem or error.context}")
        return
    if root is None:
        return
    nodes = root.value if isinstance(root, yaml.SequenceNode) else [root]
    for node in nodes:
        lines: dict[Path_, int] = {}
        value = _plain(node, (), lines, name, mistakes)
        yield Raw(name, node.start_mark.line + 1, value, lines)


def _plain(node: yaml.Node, path: Path_, lines: dict[Path_, int], name: str, mistakes: Mistakes) -> Any:
    lines[path] = node.start_mark.line + 1
    if isinstance(node, yaml.ScalarNode):
        return node.value
    if isinstance(node, yaml.SequenceNode):
        return [_plain(item, (*path, i), lines, name, mistakes) for i, item in enumerate(node.value)]
    value: dict[str, Any] = {}
    for key, item in node.value:
        line = key.start_mark.line + 1
        if not isinstance(key, yaml.ScalarNode):
            mistakes.add(name, line, "键必须是一个词")
            continue
        if key.value in value:
            mistakes.add(name, line, f"键「{key.value}」出现了两次")
            continue
        value[key.value] = _plain(item, (*path, key.value), lines, name, mistakes)
        lines[(*path, key.value)] = line
    return value
