"""Figures of documents that differ from those the database holds in nothing but why they were linked so.

    payload = encode([(sha256, held, version, figures), …])      # in the worker
    merge(db, connection, [decode(payload), …])                  # inside a transaction

A changed alias often moves the score of a rule that wins all the same. Then cells, findings and texts stay as they are,
and so does everything that is worked out from them; only rows of `figures` and the data version are written. A document
that another run has replaced since is left alone: it is not held under `held` any more.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from pipeline.errors import StoreError
from pipeline.model import Figure
from pipeline.store.identity import document_id
from pipeline.store.rows import figure_row, pack
from pipeline.store.schema import arrow_schema

if TYPE_CHECKING:
    from pipeline.store.database import Connection, Database

MAGIC = b"GKL1"
Relinked = tuple[str, str, str, Sequence[Figure]]
"""SHA-256, the version the database holds, the version now, the figures."""


def _schema() -> Any:
    import pyarrow as pa

    return pa.schema([(name, pa.string()) for name in ("document_id", "held", "version")])


def encode(documents: Sequence[Relinked]) -> bytes:
    """Documents as bytes: the magic, the length of the first of two Arrow record batches, both."""
    import pyarrow as pa

    ids = [document_id(sha256) for sha256, _, _, _ in documents]
    columns = [ids, [held for _, held, _, _ in documents], [version for _, _, version, _ in documents]]
    marks = pa.RecordBatch.from_arrays([pa.array(column, pa.string()) for column in columns], schema=_schema())
    pairs = zip(ids, documents, strict=True)
    rows = [figure_row(key, seq, figure) for key, one in pairs for seq, figure in enumerate(one[3])]
    first, second = (batch.serialize().to_pybytes() for batch in (marks, pack("figures", rows)))
    return b"".join((MAGIC, struct.pack("<Q", len(first)), first, second))


def decode(payload: bytes) -> tuple[Any, Any]:
    """(marks, figures) as record batches. Raises StoreError where the payload is cut short or damaged."""
    import pyarrow as pa

    try:
        (length,) = struct.unpack("<Q", payload[4:12])
        marks = pa.ipc.read_record_batch(pa.py_buffer(payload[12 : 12 + length]), _schema())
        figures = pa.ipc.read_record_batch(pa.py_buffer(payload[12 + length :]), arrow_schema("figures"))
        marks.validate(full=True)
        figures.validate(full=True)
    except (struct.error, pa.ArrowInvalid, OSError) as error:
        raise StoreError("收到的数据已损坏（figures），请重跑这一批") from error
    return marks, figures


_LIVE = (
    "SELECT r.document_id FROM relinked r JOIN documents d ON d.document_id = r.document_id AND d.data_version = r.held"
)


def merge(db: Database, connection: Connection, parts: Sequence[tuple[Any, Any]]) -> None:
    """Inside a transaction: replaces the figures of the documents that are still held as they were."""
    import pyarrow as pa
    import pyarrow.compute as pc

    db.lock_merge(connection)
    connection.stage("relinked", pa.Table.from_batches([marks for marks, _ in parts]))
    ids = pa.array([row[0] for row in connection.rows(_LIVE)], pa.string())
    figures = pa.Table.from_batches([batch for _, batch in parts])
    connection.run(f"DELETE FROM figures WHERE document_id IN ({_LIVE})")
    connection.append("figures", figures.filter(pc.is_in(figures["document_id"], ids)))
    connection.run(
        "UPDATE documents SET data_version = (SELECT r.version FROM relinked r WHERE r.document_id = "
        f"documents.document_id) WHERE document_id IN ({_LIVE})"
    )
