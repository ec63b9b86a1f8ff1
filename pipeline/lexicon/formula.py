"""The small language in which rules are written: `t3.received + t3.carried_in = t3.handled + t3.carried_out`.

Syntax only; what a formula means is compiled in pipeline.reconcile.expr. There is no call into Python and no name that
is not a code, so a rule written by a user can do nothing but arithmetic.

    relation   = sum ("=" | "<=" | ">=" | "<" | ">") sum
    sum        = product (("+" | "-") product)*
    product    = factor (("*" | "/") factor)*
    factor     = NUMBER | "-" factor | "(" sum ")" | FUNCTION "(" sum ("," sum)* ")" | reference
    reference  = ["last." | "children." | "prose."] code ["[" column "]"]    column: natural … total, sum, column
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

COLUMNS = ("natural", "business", "research", "public_interest", "legal", "other_org", "total")
APPLICANTS = COLUMNS[:6]
PLACES = ("last", "children", "prose")
FUNCTIONS = ("abs", "min", "max")
MAX_LENGTH = 2000
_MAX_DEPTH = 40
_COLUMN_WORDS = (*COLUMNS, "sum", "column", "legal_entities")

Place = Literal["", "last", "children", "prose"]
RelationSign = Literal["=", "<=", ">=", "<", ">"]


@dataclass(frozen=True, slots=True)
class Number:
    value: Decimal


@dataclass(frozen=True, slots=True)
class Ref:
    """A cell or figure. `column` is "" where the formula names none; code "line" stands for each line in turn."""

    place: Place
    code: str
    column: str


@dataclass(frozen=True, slots=True)
class Binary:
    sign: Literal["+", "-", "*", "/"]
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Call:
    name: str
    arguments: tuple[Node, ...]


Node = Number | Ref | Binary | Call


@dataclass(frozen=True, slots=True)
class Relation:
    sign: RelationSign
    left: Node
    right: Node


class FormulaError(ValueError):
    """A formula that cannot be read; the message is Chinese and says where."""


_TOKEN = re.compile(
    r"\s*(?:(?P<number>\d+(?:\.\d+)?)"
    r"|(?P<name>(?:(?:last|children|prose)\.)?other:[^\s\[\]()+\-*/=<>,]+|[a-z][a-z0-9_]*(?:\.[a-z0-9_]+)*)"
    r"|(?P<sign><=|>=|[-+*/=<>(),\[\]]))"
)
_POWER = {"+": 1, "-": 1, "*": 2, "/": 2}
_RELATIONS = ("=", "<=", ">=", "<", ">")


def parse_relation(text: str) -> Relation:
    """The relation a formula states. Raises FormulaError."""
    reader = _Reader(text)
    left = reader.sum()
    sign = reader.take()
    if sign not in _RELATIONS:
        raise FormulaError(f"公式里缺少比较号（= <= >= < >）：「{text}」")
    right = reader.sum()
    reader.end()
    return Relation(sign, left, right)  # type: ignore[arg-type]  # the sign was just tested


def parse_sum(text: str) -> Node:
    """An expression without a relation. Raises FormulaError."""
    reader = _Reader(text)
    node = reader.sum()
    reader.end()
    return node


def references(node: Node | Relation) -> list[Ref]:
    """Every reference in a formula, in order."""
    if isinstance(node, Ref):
        return [node]
    if isinstance(node, Binary | Relation):
        return references(node.left) + references(node.right)
    if isinstance(node, Call):
        return [ref for argument in node.arguments for ref in references(argument)]
    return []


class _Reader:
    """A Pratt parser over the tokens of one formula."""

    def __init__(self, text: str) -> None:
        if len(text) > MAX_LENGTH:
            raise FormulaError(f"公式太长（超过 {MAX_LENGTH} 个字符）")
        self.text = text
        self.tokens = self._split(text)
        self.at = 0
        self.depth = 0

    @staticmethod
    def _split(text: str) -> list[tuple[str, str]]:
        tokens: list[tuple[str, str]] = []
        place = 0
        stripped = text.rstrip()
        while place < len(stripped):
            match = _TOKEN.match(stripped, place)
            if match is None:
                raise FormulaError(f"公式第 {place + 1} 个字符「{stripped[place:].strip()[:1]}」看不懂：「{text}」")
            tokens.append((match.lastgroup or "", match[match.lastgroup or 0]))
            place = match.end()
        return tokens

    def peek(self) -> tuple[str, str]:
        return self.tokens[self.at] if self.at < len(self.tokens) else ("end", "")

    def take(self) -> str:
        token = self.peek()[1]
        self.at += 1
        return token

    def expect(self, sign: str) -> None:
        found = self.take()
        if found != sign:
            raise FormulaError(f"公式里应有「{sign}」，写的是「{found or '结尾'}」：「{self.text}」")

    def end(self) -> None:
        if self.peek()[0] != "end":
            raise FormulaError(f"公式里多出「{self.peek()[1]}」：「{self.text}」")

    def sum(self, power: int = 0) -> Node:
        self.depth += 1
        if self.depth > _MAX_DEPTH:
            raise FormulaError(f"公式里的括号套得太深（超过 {_MAX_DEPTH} 层）")
        left = self.factor()
        while True:
            sign = self.peek()[1]
            strength = _POWER.get(sign, 0) if self.peek()[0] == "sign" else 0
            if strength <= power:
                break
            self.take()
            left = Binary(sign, left, self.sum(strength))  # type: ignore[arg-type]  # sign is a key of _POWER
        self.depth -= 1
        return left

    def factor(self) -> Node:
        kind, token = self.peek()
        self.at += 1
        if kind == "number":
            return Number(Decimal(token))
        if token == "-":
            return Binary("-", Number(Decimal(0)), self.sum(2))
        if token == "(":
            node = self.sum()
            self.expect(")")
            return node
        if kind == "name" and token in FUNCTIONS and self.peek()[1] == "(":
            return self._call(token)
        if kind == "name":
            return self._reference(token)
        raise FormulaError(f"公式里这里应是代码、数字或括号，写的是「{token or '结尾'}」：「{self.text}」")

    def _call(self, name: str) -> Call:
        self.expect("(")
        arguments = [self.sum()]
        while self.peek()[1] == ",":
            self.take()
            arguments.append(self.sum())
        self.expect(")")
        return Call(name, tuple(arguments))

    def _reference(self, name: str) -> Ref:
        place, _, rest = name.partition(".")
        if place not in PLACES or not rest:
            place, rest = "", name
        column = ""
        if self.peek()[1] == "[":
            self.take()
            column = self.take()
            if column not in _COLUMN_WORDS:
                raise FormulaError(
                    f"方括号里应是栏目（{' '.join(_COLUMN_WORDS)}），写的是「{column}」：「{self.text}」"
                )
            self.expect("]")
        return Ref(place, rest, column)  # type: ignore[arg-type]  # place is one of PLACES or ""
