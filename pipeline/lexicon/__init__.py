"""The lexicon: what the project knows, as data that a non-programmer edits (lexicons/).

`load()` reads and checks every file and raises one LexiconError that lists ALL mistakes with file and line. The modules
that use the entries compile them to matchers once per process.

    lexicon = load()
    lexicon.rows(Indicator)      # all entries of one model, in file order
    lexicon.one(Cues)            # the only entry of a model
"""

from __future__ import annotations

import hashlib
from functools import cache
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast

from pydantic import ValidationError

from pipeline.errors import LexiconError
from pipeline.lexicon.entry import Check, Entry, FileSpec, nearest
from pipeline.lexicon.reader import Mistakes, Raw, read_csv, read_yaml

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

E = TypeVar("E", bound=Entry)


class Lexicon:
    """All entries, checked. Immutable once loaded."""

    def __init__(self, entries: dict[type[Entry], tuple[Entry, ...]], digests: dict[type[Entry], str]) -> None:
        self._entries = entries
        self._digests = digests

    def rows(self, model: type[E]) -> tuple[E, ...]:
        """All entries of a model in the order of file name and line."""
        return cast(tuple[E, ...], self._entries.get(model, ()))

    def one(self, model: type[E]) -> E:
        """The single entry of a model whose file is one mapping."""
        (entry,) = self.rows(model)
        return entry

    def fingerprint(self, *models: type[Entry]) -> str:
        """A hash of the files behind these models (of all, without arguments): changes when their content does."""
        chosen = models or tuple(self._digests)
        text = "\n".join(sorted(f"{m.__name__} {self._digests.get(m, '')}" for m in chosen))
        return hashlib.sha256(text.encode()).hexdigest()[:16]


def folder() -> Path:
    """The folder of the lexicon that comes with the project."""
    return Path(str(resources.files("lexicons")))


@cache
def load(path: Path | None = None) -> Lexicon:
    """Reads and checks the lexicon below `path` (the project's own without it). Cached per process and path.

    Raises LexiconError with every mistake found, one a line.
    """
    lexicon, mistakes = inspect(path)
    if mistakes.found:
        raise LexiconError("\n".join(str(m) for m in sorted(mistakes.found)))
    return lexicon


@cache
def load_only(*models: type[Entry], path: Path | None = None) -> Lexicon:
    """Reads only the files of these models, without the checks across files: for commands that need a few names.

    Raises LexiconError like load.
    """
    from pipeline.lexicon.catalogue import FILES

    mistakes = Mistakes()
    entries: dict[type[Entry], tuple[Entry, ...]] = {}
    digests: dict[type[Entry], str] = {}
    for spec in FILES:
        if spec.model in models:
            found, digest = _read(path or folder(), spec, mistakes)
            entries[spec.model] = entries.get(spec.model, ()) + found
            digests[spec.model] = digests.get(spec.model, "") + digest
    if mistakes.found:
        raise LexiconError("\n".join(str(m) for m in sorted(mistakes.found)))
    return Lexicon(entries, digests)


def inspect(path: Path | None = None) -> tuple[Lexicon, Mistakes]:
    """Like load, but gives the mistakes back (for `gongkai lexicon check`)."""
    from pipeline.lexicon.catalogue import CHECKS, FILES

    root = path or folder()
    if not root.is_dir():
        raise LexiconError(f"没有词典文件夹「{root}」")
    mistakes = Mistakes()
    entries: dict[type[Entry], tuple[Entry, ...]] = {}
    digests: dict[type[Entry], str] = {}
    for spec in FILES:
        found, digest = _read(root, spec, mistakes)
        entries[spec.model] = entries.get(spec.model, ()) + found
        digests[spec.model] = digests.get(spec.model, "") + digest
    lexicon = Lexicon(entries, digests)
    if not mistakes.found:  # checks across files would only repeat what is already told
        _run(CHECKS, lexicon, mistakes)
    return lexicon, mistakes


def _run(checks: tuple[Check, ...], lexicon: Lexicon, mistakes: Mistakes) -> None:
    for check in checks:
        check(lexicon, mistakes)


def _read(root: Path, spec: FileSpec, mistakes: Mistakes) -> tuple[tuple[Entry, ...], str]:
    paths = sorted(root.glob(spec.pattern))
    if not paths:
        mistakes.add(spec.pattern, 0, f"缺少词典文件（应在 {root.name}/ 下）")
    found: list[Entry] = []
    seen: dict[Any, Entry] = {}
    digest = hashlib.sha256()
    for file in paths:
        name = file.relative_to(root).as_posix()
        digest.update(file.read_bytes())
        read = read_csv if spec.kind == "csv" else read_yaml
        for raw in read(file, name, mistakes):
            entry = _entry(spec.model, raw, mistakes)
            if entry is None:
                continue
            key = getattr(entry, spec.key) if spec.key else None
            if key is not None and key in seen:
                mistakes.add(name, raw.line, f"「{key}」已在 {seen[key].where} 写过")
                continue
            seen[key] = entry
            found.append(entry)
    return tuple(found), digest.hexdigest()


_MEANS = {
    "missing": "缺少这一项",
    "extra_forbidden": "不认识的项",
    "decimal_parsing": "应是数字",
    "int_parsing": "应是整数",
    "bool_parsing": "应写 true 或 false",
}


def _told(model: type[Entry], value: dict[str, Any], detail: ErrorDetails) -> str:
    """What is wrong at one place of an entry, in one line."""
    loc, kind = detail["loc"], detail["type"]
    said = detail["msg"].removeprefix("Value error, ")
    if not loc:  # the entry as a whole: its parts do not go together
        return "：".join(filter(None, (str(value.get("id", "")), said)))
    hint = "" if kind in _MEANS else f"（{said}）"
    if kind == "extra_forbidden":
        hint = nearest(str(loc[-1]), model.model_fields)
    elif kind == "literal_error":
        expected = str(detail.get("ctx", {}).get("expected", ""))
        hint = f"，可写 {expected.replace(' or ', '、').replace(', ', '、')}"
    given = "" if kind in ("missing", "extra_forbidden") else f"，写的是「{detail['input']}」"
    return f"{'.'.join(map(str, loc))}：{_MEANS.get(kind, '写法不对')}{given}{hint}"


def _entry(model: type[Entry], raw: Raw, mistakes: Mistakes) -> Entry | None:
    if not isinstance(raw.value, dict):
        mistakes.add(raw.file, raw.line, "这里应是「键: 值」")
        return None
    try:
        entry = model.model_validate(raw.value)
    except ValidationError as error:
        for detail in error.errors():
            mistakes.add(raw.file, raw.line_of(detail["loc"]), _told(model, raw.value, detail))
        return None
    entry.stands_at(raw.file, raw.line)
    return entry
