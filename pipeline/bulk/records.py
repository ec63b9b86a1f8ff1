"""What a run asks and tells the database about versions: under which version each document was read, and notes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipeline.store import Connection, Database

VERSION = 16
"""Characters of a data version; what follows is the part of a manifest's hints."""


def data_versions(db: Database, wanted: set[str]) -> dict[str, str]:
    """Under which version each of these files was read or set aside, by SHA-256; those never seen are left out."""
    if not wanted or not db.exists():
        return {}
    found: dict[str, str] = {}
    with db.reading() as connection:
        # All rows pass by in batches: a query by key would need the keys in a table of the database.
        for table in ("set_aside", "documents"):
            for batch in connection.stream(f"SELECT sha256, data_version FROM {table}"):
                pairs = zip(batch.column(0).to_pylist(), batch.column(1).to_pylist(), strict=True)
                found.update((sha, data or "") for sha, data in pairs if sha in wanted)
    return found


def set_aside_of(db: Database, run: int | None) -> set[str]:
    """SHA-256 of what is set aside in the database; with a run, of those that this run set aside."""
    held = {sha256 for _, sha256, _, _ in db.set_aside()}
    return held if run is None else held & {one.sha256 for one in db.run_documents(run, "set_aside") if one.sha256}


def note(db: Database, name: str, told: str) -> None:
    """Keeps a note under a name."""
    with db.transaction() as connection:
        db.lock_merge(connection)
        connection.run("DELETE FROM meta WHERE name = ?", (name,))
        connection.run("INSERT INTO meta (name, value) VALUES (?, ?)", (name, told))


def notes(db: Database, prefix: str) -> dict[str, str]:
    """All notes whose name begins with `prefix`."""
    rows = db.select("SELECT name, value FROM meta")
    return {name: told for name, told in rows if name.startswith(prefix)}


Place = tuple[str, str, str]
"""Source, SHA-256 and version of a document's result."""


def carry_over(
    db: Database,
    old: str,
    new: str,
    applies: Callable[[str], bool],
    names: Callable[[str], bool] | None = None,
    same: Callable[[str, str, str], bool | None] | None = None,
    retried: Sequence[str] = (),
) -> tuple[int, list[Place]]:
    """Puts version `new` on the documents of version `old` that a change does not matter to.

    `same` tells by source, SHA-256 and version whether all is as it was, unless a text has words that `names` knows.
    Where it cannot tell, `applies` tells by the text whether the change may matter. So also on what was set aside,
    unless for a code of `retried`. Gives the number of documents, and the places by which `same` told of them.
    """
    import pyarrow as pa

    known = _known(db, old, same) if same is not None else {}
    keep = [document for document, (kept, _) in known.items() if kept]
    with db.reading() as connection:
        held = int(connection.value(f"SELECT COUNT(*) FROM documents WHERE {_OF_VERSION}", (old,)))
        if held > len(known) or names is not None:
            for document, text in _texts(connection, old):
                if document not in known and not applies(text):
                    keep.append(document)
                elif names is not None and document in known and names(text):
                    known[document] = False, known[document][1]
            keep = [document for document in keep if document not in known or known[document][0]]
    marks = ", ".join("?" for _ in retried) or "''"
    with db.transaction() as connection:
        db.lock_merge(connection)
        connection.stage("kept_documents", pa.table({"document_id": pa.array(keep, pa.string())}))
        changed = f"data_version = ? || SUBSTR(data_version, {VERSION + 1})"
        connection.run(
            f"UPDATE documents SET {changed} WHERE document_id IN (SELECT document_id FROM kept_documents)", (new,)
        )
        connection.run(
            f"UPDATE set_aside SET {changed} WHERE SUBSTR(data_version, 1, {VERSION}) = ? AND code NOT IN ({marks})",
            (new, old, *retried),
        )
    return len(keep), [place for kept, place in known.values() if kept]


_OF_VERSION = f"SUBSTR(data_version, 1, {VERSION}) = ?"


def _texts(connection: Connection, version: str) -> Iterator[tuple[str, str]]:
    """(document, text) of all documents of a version."""
    texts = connection.stream(
        "SELECT d.document_id, t.text FROM documents d JOIN texts t ON t.document_id = d.document_id "
        f"WHERE {_OF_VERSION}",
        (version,),
        size=500,
    )
    for batch in texts:
        pairs = zip(batch.column(0).to_pylist(), batch.column(1).to_pylist(), strict=True)
        yield from ((document, text or "") for document, text in pairs)


def _known(db: Database, old: str, same: Callable[[str, str, str], bool | None]) -> dict[str, tuple[bool, Place]]:
    """Of documents of a version whether all is as it was, where that is known of one of their sources."""
    known: dict[str, tuple[bool, Place]] = {}
    with db.reading() as connection:
        places = connection.stream(
            "SELECT d.document_id, s.source, d.sha256, d.data_version FROM documents d "
            f"JOIN document_sources s ON s.document_id = d.document_id WHERE {_OF_VERSION}",
            (old,),
        )
        for batch in places:
            for document, *place in zip(*(column.to_pylist() for column in batch.columns), strict=True):
                if document not in known and (found := same(*place)) is not None:
                    known[document] = found, tuple(place)
    return known
