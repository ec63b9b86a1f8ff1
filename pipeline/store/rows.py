"""DocumentResult → rows of the tables, as Arrow record batches, and the bytes in which processes hand them over.

    payload = encode(results, data_version)      # in the worker: a few hundred kB for a batch, no pickle
    batches = decode(payload)                    # in the process that writes: checked, without copying

A payload is `GKR1`, then for each table of PAYLOAD in order its name, a length and the body of one Arrow record batch.
The schema is not sent: both sides have it from schema.py, and a payload that does not fit it is refused.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Sequence
from decimal import Context, Decimal
from typing import Any

import orjson

from pipeline.errors import StoreError
from pipeline.model import Box, Cell, DocumentResult, Figure, Finding, Side
from pipeline.store.evidence import write as write_evidence
from pipeline.store.identity import document_id, report_id, version_id
from pipeline.store.schema import BY_NAME, SCALE, arrow_schema
from pipeline.store.units import base

MAGIC = b"GKR1"
PAYLOAD = (
    "documents", "document_sources", "cells", "figures", "findings", "sections", "unread", "problems", "texts",
)  # fmt: skip

_CONTEXT = Context(prec=80)
_LIMIT = 10**38
_NULL = bytes(16)

Row = tuple[Any, ...]


def encode(results: Sequence[DocumentResult], data_version: str | Sequence[str] = "") -> bytes:
    """The rows of some documents as bytes. `data_version` names the code and lexicon that read them, or each one."""
    parts = [MAGIC]
    for name, batch in batches(results, data_version).items():
        body = batch.serialize().to_pybytes()
        parts += [name.encode().ljust(16), struct.pack("<Q", len(body)), body]
    return b"".join(parts)


def decode(payload: bytes) -> dict[str, Any]:
    """The record batches of a payload by table. Raises StoreError where it is not one, or cut short."""
    import pyarrow as pa

    view = memoryview(payload)
    if bytes(view[:4]) != MAGIC:
        raise StoreError("收到的数据不是本程序写出的行，请检查各进程的版本是否一致")
    found: dict[str, Any] = {}
    place = 4
    for name in PAYLOAD:
        head = view[place : place + 24]
        if len(head) < 24 or bytes(head[:16]).decode("ascii", "replace").strip() != name:
            raise StoreError("收到的数据不完整或版本不同，请让各进程使用同一版本后重跑")
        (length,) = struct.unpack("<Q", head[16:])
        body = view[place + 24 : place + 24 + length]
        place += 24 + length
        try:
            batch = pa.ipc.read_record_batch(pa.py_buffer(body), arrow_schema(name))
            batch.validate(full=True)
        except (pa.ArrowInvalid, OSError) as error:
            raise StoreError(f"收到的数据已损坏（{name}），请重跑这一批") from error
        found[name] = batch
    return found


def batches(results: Sequence[DocumentResult], data_version: str | Sequence[str] = "") -> dict[str, Any]:
    """One record batch per table of PAYLOAD, rows in the order of the results. Of equal documents the last stays."""
    unique = {result.document.sha256: result for result in results}
    versions = [data_version] * len(results) if isinstance(data_version, str) else data_version
    version_of = dict(zip((result.document.sha256 for result in results), versions, strict=True))
    rows: dict[str, list[Row]] = {name: [] for name in PAYLOAD}
    unfit: list[tuple[str, str]] = []
    last_of_source = {result.document.source: result.document.sha256 for result in results}
    sources: dict[tuple[str, str], Row] = {}
    for result in results:
        document = result.document
        key = (document.source, document_id(document.sha256))
        current = last_of_source[document.source] == document.sha256
        told = dict(document.hints)
        sources[key] = (*key, document.address or told.get("address"), current, told.get("retrieved_on"))
    rows["document_sources"] = list(sources.values())
    for result in unique.values():
        _one(result, version_of[result.document.sha256], rows)
    packed = {name: _pack(name, rows[name], unfit) for name in PAYLOAD if name not in ("problems", "documents")}
    problems = _with_unfit(rows["problems"], unfit)
    counts: dict[str, int] = {}
    for row in problems:
        counts[row[0]] = counts.get(row[0], 0) + 1
    at = [column.name for column in BY_NAME["documents"].columns].index("problems")
    rows["documents"] = [(*row[:at], counts.get(row[0], 0), *row[at + 1 :]) for row in rows["documents"]]
    packed["problems"] = _pack("problems", problems, [])
    packed["documents"] = _pack("documents", rows["documents"], [])
    return {name: packed[name] for name in PAYLOAD}


def _with_unfit(problems: list[Row], unfit: list[tuple[str, str]]) -> list[Row]:
    """The problems of the documents and one for each number that the database cannot hold to the last digit."""
    following: dict[str, int] = {}
    for row in problems:
        following[row[0]] = row[1] + 1
    told = list(problems)
    for document, message in dict.fromkeys(unfit):
        seq = following.get(document, 0)
        following[document] = seq + 1
        told.append((document, seq, "value_rounded", message))
    return told


def _one(result: DocumentResult, data_version: str, rows: dict[str, list[Row]]) -> None:
    document, report = result.document, result.report
    key = document_id(document.sha256)
    rows["documents"].append(
        (
            key, document.sha256, report_id(report, document.sha256), version_id(result), document.media_type,
            len(document.text), document.pages, document.title, document.address, report.organ, report.organ_kind,
            report.region_code, report.region, report.level, report.year, report.form, report.period_start,
            report.period_end, report.published_on, report.title, len(result.cells),
            sum(1 for cell in result.cells if cell.value is not None), len(result.figures), len(result.findings),
            sum(1 for finding in result.findings if finding.verdict == "differs"), 0, data_version,
        )
    )  # fmt: skip
    rows["cells"] += [_cell(key, seq, cell) for seq, cell in enumerate(result.cells)]
    rows["figures"] += [figure_row(key, seq, figure) for seq, figure in enumerate(result.figures)]
    rows["findings"] += [(key, seq, *finding_row(finding)) for seq, finding in enumerate(result.findings)]
    rows["sections"] += [(key, seq, s.number, s.title, s.start, s.end) for seq, s in enumerate(result.sections)]
    rows["unread"] += [(key, seq, u.text, u.start, u.end, u.reason) for seq, u in enumerate(result.unread)]
    problems = dict.fromkeys((p.code, p.message) for p in (*document.problems, *result.problems))
    rows["problems"] += [(key, seq, code, message) for seq, (code, message) in enumerate(problems)]
    rows["texts"].append((key, document.text))


def _cell(key: str, seq: int, cell: Cell) -> Row:
    factor, base_unit = base(cell.unit)
    value = cell.value
    return (
        key, seq, cell.table, cell.row, cell.code, cell.column, cell.state, value, cell.unit, cell.printed,
        value if factor == 1 or value is None else value * factor, base_unit, cell.note, cell.evidence, cell.start,
        cell.end, cell.page, _box(cell.box),
    )  # fmt: skip


def figure_row(key: str, seq: int, f: Figure) -> Row:
    """The columns of a figure; `key` is its document's id."""
    of_code = f.of if isinstance(f.of, str) else None
    of_figure = f.of if isinstance(f.of, int) else None
    return (
        key, seq, f.code, f.value, f.unit, f.bound, f.low, f.high, f.measure, of_code, of_figure, f.column, f.channel,
        f.scope, f.scope_kind, f.period.kind, f.period.begin, f.period.end, f.category, f.part_of, f.parts_exhaustive,
        f.zero_by_words, f.unit_implied, f.mention, f.before, f.start, f.end, f.sentence[0], f.sentence[1], f.section,
        f.why.alias, f.why.rule,
    )  # fmt: skip


_NO_SIDE = Side(low=None, high=None, text="")


def finding_row(f: Finding) -> Row:
    """The columns of a finding from check_id to evidence; a side that is absent has no text (NULL)."""
    left, right = f.left or _NO_SIDE, f.right or _NO_SIDE
    return (
        f.check, f.code, f.column, f.verdict, f.how, f.severity, left.low, left.high, left.text if f.left else None,
        right.low, right.high, right.text if f.right else None, f.difference, f.cause,
        orjson.dumps(f.missing).decode() if f.missing else None, f.explanation, write_evidence(f.evidence),
    )  # fmt: skip


def _box(box: Box | None) -> str | None:
    return None if box is None else ",".join(f"{side:.2f}" for side in box)


# --- columns -----------------------------------------------------------------------------------------------------


def pack(name: str, rows: Sequence[Row]) -> Any:
    """Rows of one table as a record batch, numbers rounded to what the database holds."""
    return _pack(name, rows, [])


def _pack(name: str, rows: Sequence[Row], unfit: list[tuple[str, str]]) -> Any:
    import pyarrow as pa

    schema = arrow_schema(name)
    lists: Sequence[Sequence[Any]] = list(zip(*rows, strict=True)) if rows else [()] * len(schema)
    arrays = []
    for column, field, values in zip(BY_NAME[name].columns, schema, lists, strict=True):
        if column.kind == "number":
            keys = lists[0]

            def told(index: int, value: Decimal, keys: Sequence[Any] = keys, label: str = column.name) -> None:
                if label not in ("value", "value_base"):
                    return  # bounds and quotients are worked out: ten decimals are enough for them
                unfit.append(
                    (keys[index], f"数值 {value} 位数过多，{name}.{label} 只存到小数点后 {SCALE} 位，原文不变")
                )

            arrays.append(_numbers(values, told))
        elif values.count(None) == len(values):
            arrays.append(pa.nulls(len(values), field.type))
        elif column.kind == "text":
            arrays.append(_texts(values))
        else:
            arrays.append(pa.array(values, type=field.type))
    return pa.RecordBatch.from_arrays(arrays, schema=schema)


def _texts(values: Sequence[str | None]) -> Any:
    """Text as Arrow strings. What no database stores (NUL, half a surrogate pair) becomes U+FFFD, at equal length."""
    import pyarrow as pa

    try:
        array = pa.array(values, type=pa.string())
    except UnicodeEncodeError:
        return pa.array([None if v is None else _storable(v) for v in values], type=pa.string())
    buffer = array.buffers()[2]
    if buffer is not None and b"\0" in memoryview(buffer)[: buffer.size].tobytes().rstrip(b"\0"):
        return pa.array([None if v is None else _storable(v) for v in values], type=pa.string())
    return array


def _storable(text: str) -> str:
    return text.replace("\0", "\ufffd").encode("utf-16", "surrogatepass").decode("utf-16", "replace")


_seen: dict[Decimal | None, bytes] = {None: _NULL}


def _numbers(values: Sequence[Decimal | None], unfit: Callable[[int, Decimal], None]) -> Any:
    """Decimals as decimal128. pyarrow itself takes 4 µs for each; most numbers of reports are small and come again."""
    import pyarrow as pa

    empty = [index for index, value in enumerate(values) if value is None]  # == None is slow on decimals
    if len(empty) == len(values):
        return pa.nulls(len(values), pa.decimal128(38, SCALE))
    known = _seen.get
    found = [known(value) for value in values]
    for index, packed in enumerate(found):
        if packed is None:
            value = values[index] or Decimal(0)
            found[index] = _fixed(value, lambda v, i=index: unfit(i, v))  # type: ignore[misc]  # a lambda with a default
            if found[index] is None:
                found[index] = _NULL
                empty.append(index)
    bits = bytearray(b"\xff" * ((len(values) + 7) // 8))
    for index in empty:
        bits[index >> 3] &= ~(1 << (index & 7))
    data = b"".join(packed for packed in found if packed is not None)
    validity = pa.py_buffer(bytes(bits)) if empty else None
    return pa.Array.from_buffers(pa.decimal128(38, SCALE), len(values), [validity, pa.py_buffer(data)])


def _fixed(value: Decimal, unfit: Callable[[Decimal], None]) -> bytes | None:
    """A number as a 128-bit integer of units of 10^-SCALE; None for what does not fit at all."""
    if not value.is_finite() or value.adjusted() > 27:
        unfit(value)
        return None
    scaled = value.scaleb(SCALE, _CONTEXT)
    whole = int(scaled.to_integral_value(context=_CONTEXT))
    if abs(whole) >= _LIMIT:
        unfit(value)
        return None
    packed = whole.to_bytes(16, "little", signed=True)
    if whole != scaled:
        unfit(value)  # not remembered: the next document with it has to be told too
        return packed
    if len(_seen) > 50_000:
        _seen.clear()
        _seen[None] = _NULL
    _seen[value] = packed
    return packed
