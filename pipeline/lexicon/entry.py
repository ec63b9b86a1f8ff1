"""What every lexicon entry has in common: a closed set of fields, and the place it stands."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, PrivateAttr

if TYPE_CHECKING:
    from pipeline.lexicon import Lexicon
    from pipeline.lexicon.reader import Mistakes


def _split(value: Any) -> Any:
    return tuple(part.strip() for part in value.split("|") if part.strip()) if isinstance(value, str) else value


Words = Annotated[tuple[str, ...], BeforeValidator(_split)]
"""Several words: a|b|c in a CSV field, a list in YAML."""


class Part(BaseModel):
    """A piece of an entry: unknown keys are refused, values cannot change."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Entry(Part):
    """One entry of a lexicon file. `where` is its file:line, for messages and for `why`."""

    _file: str = PrivateAttr(default="")
    _line: int = PrivateAttr(default=0)

    @property
    def where(self) -> str:
        return f"{self._file}:{self._line}"

    def stands_at(self, file: str, line: int) -> None:
        self._file, self._line = file, line


@dataclass(frozen=True, slots=True)
class FileSpec:
    """Which files hold entries of which model. `pattern` is a glob below the lexicon folder.

    `key` names the field that must be unique over all files of the pattern ("" for none).
    """

    pattern: str
    model: type[Entry]
    kind: Literal["csv", "yaml"]
    key: str = ""


Check = Callable[["Lexicon", "Mistakes"], None]
"""A check over the whole lexicon, such as whether every alias names a known code."""


def nearest(word: str, known: Any) -> str:
    """「，是否想写 X？」 for the nearest known name, or an empty string."""
    close = get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f"，是否想写「{close[0]}」？" if close else ""
