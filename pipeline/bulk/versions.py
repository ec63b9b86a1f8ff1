"""What a result depends on, in parts: reading, aliases, and all the rest. A change is told apart by part.

    data version      everything: a document read under another one is done again
    reading version   the code and lexicon files that turn bytes into text, grids and cells; the key of the cache
    aliases           aliases.csv by rows: a document in which no changed row can apply keeps its result

A row of aliases.csv links a number only where all terms of one of its keys stand beside it. So where only rows of that
file changed, a document is done again only if one of its numbers is linked otherwise, which the trace of its reading
tells (traces.py). Without a trace it is done again if its text has a word of every term of a changed key. A word that a
rule names and that no rule named before (or the other way round) touches every text that has it. Everything else is
carried over as it is.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import msgspec

from pipeline.bulk import records
from pipeline.lexicon import Lexicon, folder
from pipeline.lexicon.catalogue import FILES
from pipeline.lexicon.schema.forms import CellWords, Form
from pipeline.lexicon.schema.prose import PSEUDO_TERMS, Alias, Term
from pipeline.narrative.traced import Change
from pipeline.run import data_version
from pipeline.text import fold

if TYPE_CHECKING:
    from pipeline.bulk.discover import Item
    from pipeline.narrative.traced import Keys
    from pipeline.store import Database

READING_CODE = ("ingest", "tables", "lexicon", "model.py", "text.py", "errors.py")
READING_MODELS = (Form, CellWords)
"""What reading is made of; a test holds that ingest and tables import no other part of the lexicon."""
_NOTE = "version "
_RETRIED = ("internal", "timeout", "worker_lost")
_TELLING = ("organ", "year", "published_on", "address")
"""Hints of a manifest that change what is read; when a page was fetched does not."""


class Row(msgspec.Struct, frozen=True):
    """One row of aliases.csv, without the line it stands on."""

    id: str
    told: str
    keys: tuple[tuple[str, ...], ...]
    atoms: tuple[str, ...]


class Version(msgspec.Struct, frozen=True):
    """One data version in its parts."""

    data: str
    rest: str
    """Everything but aliases.csv."""
    rows: tuple[Row, ...]


def _row(alias: Alias) -> Row:
    keys = tuple(tuple(atom.strip() for atom in key.split("+")) for key in alias.key)
    return Row(alias.id, alias.model_dump_json(), keys, alias.atoms)


@cache
def reading_version(lexicon: Lexicon) -> str:
    """Changes when the same bytes may give another text, other grids or other cells."""
    digest = hashlib.sha256(lexicon.fingerprint(*READING_MODELS).encode())
    digest.update((folder() / "script.csv").read_bytes())
    root = Path(__file__).parents[1]
    for part in READING_CODE:
        for file in sorted((root / part).rglob("*.py")) if (root / part).is_dir() else [root / part]:
            digest.update(file.read_bytes())
    return digest.hexdigest()[:16]


@cache
def version(lexicon: Lexicon) -> Version:
    """The parts of what this code and lexicon make of a document."""
    others = [spec.model for spec in FILES if spec.model is not Alias]
    # The data version covers code and all files; the code alone follows from taking the files out of it.
    rest = f"{data_version(lexicon, *others)}"
    return Version(data_version(lexicon), rest, tuple(_row(alias) for alias in lexicon.rows(Alias)))


def item_version(data: str, item: Item) -> str:
    """The version of one document's result: what a manifest says of it counts too."""
    hints = [f"{key}={value}" for key, value in item.hints if key in _TELLING]
    if not hints:
        return data
    return f"{data}.{hashlib.sha256(chr(0).join(hints).encode()).hexdigest()[:8]}"


def same_hints(one: str, other: str) -> bool:
    """Whether two versions of a document's result say the same of what a manifest told."""
    return one[records.VERSION :] == other[records.VERSION :]


def change(old: Version, new: Version, lexicon: Lexicon) -> Change | None:
    """What makes the difference; None when more than rows of aliases.csv has changed."""
    if old.rest != new.rest or not _same_order(old.rows, new.rows):
        return None
    before, after = {row.id: row for row in old.rows}, {row.id: row for row in new.rows}
    ids = [one for one in before.keys() | after.keys() if before.get(one) != after.get(one)]
    rows = [row for one in ids for row in (before.get(one), after.get(one)) if row is not None]
    named = {atom for row in old.rows for atom in row.atoms} ^ {atom for row in new.rows for atom in row.atoms}
    words = {word for row in lexicon.rows(Term) for word in row.words}
    return Change(frozenset(key for row in rows for key in row.keys), frozenset(named & words))


def touches(changed: Change, lexicon: Lexicon) -> Callable[[str], bool]:
    """Tells of a text by its words whether a change can matter to it."""
    words = _words(lexicon)
    wanted = [tuple(words.get(atom, (bare(atom),)) for atom in key if atom not in PSEUDO_TERMS) for key in changed.keys]
    wanted += [((bare(word),),) for word in changed.named]

    def applies(text: str) -> bool:
        plain = bare(text)
        return any(all(any(word in plain for word in atom) for atom in key) for key in wanted)

    return applies


def _same_order(old: tuple[Row, ...], new: tuple[Row, ...]) -> bool:
    """Whether the rows that are in both stand in the same order: of two rules that score alike, the first wins."""
    shared = {row.id for row in old} & {row.id for row in new}
    return [row.id for row in old if row.id in shared] == [row.id for row in new if row.id in shared]


def _words(lexicon: Lexicon) -> Mapping[str, tuple[str, ...]]:
    """The words of each term, as `bare` writes them; an atom that is itself a word stands for itself."""
    found: dict[str, set[str]] = {}
    for row in lexicon.rows(Term):
        found.setdefault(row.term, set()).update(bare(word) for word in row.words)
        for word in row.words:
            found.setdefault(word, set()).add(bare(word))
    return {term: tuple(sorted(words)) for term, words in found.items()}


def bare(text: str) -> str:
    """A text without any blanks, folded: whatever a rule can see in it is seen here too."""
    return "".join(fold(text).text.split())


def note(db: Database, now: Version) -> None:
    """Keeps the parts of a version in the database, for later runs to compare with."""
    if now.data not in noted(db):
        records.note(db, _NOTE + now.data, msgspec.json.encode(now).decode())


def noted(db: Database) -> dict[str, Version]:
    """The versions under which documents of this database were read, by data version."""
    found = records.notes(db, _NOTE) if db.exists() else {}
    return {name.removeprefix(_NOTE): msgspec.json.decode(told, type=Version) for name, told in found.items()}


def carry_over(db: Database, lexicon: Lexicon, judge: Judge | None) -> int:
    """Marks as done what was done under a version that differs only in aliases which do not matter to it.

    Gives how many documents keep their result. Those in which a changed row links something otherwise, or may do so,
    are left to be done again.
    """
    now = version(lexicon)
    kept = 0
    for data, old in noted(db).items():
        changed = change(old, now, lexicon) if data != now.data else None
        if changed is None:
            continue
        same = partial(judge.same, keys=changed.keys) if judge is not None else None
        count, places = records.carry_over(
            db, data, now.data, touches(changed, lexicon), _names(changed), same, _RETRIED
        )
        if judge is not None:
            judge.move((source, sha256, now.data + held.removeprefix(data)) for source, sha256, held in places)
        kept += count
    return kept


def _names(changed: Change) -> Callable[[str], bool] | None:
    """Tells of a text whether it has one of the words that count as terms in one version only."""
    if not changed.named:
        return None
    words = [bare(word) for word in changed.named]

    def has(text: str) -> bool:
        plain = bare(text)
        return any(word in plain for word in words)

    return has


class Judge(Protocol):
    """Whether all numbers of a document are linked as they were; None where that is not known."""

    def same(self, source: str, sha256: str, version: str, keys: Keys) -> bool | None: ...

    def move(self, kept: Iterable[records.Place]) -> None:
        """Takes along what is kept of documents whose results are kept."""
