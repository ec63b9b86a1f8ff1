"""What a worker process does: compile the matchers once, then read documents as they are asked for over its pipe.

Messages are msgpack (items, outcomes) with Arrow inside (rows); never pickle. The process ends when the pipe closes,
so that none is left behind when its supervisor is killed.
"""

from __future__ import annotations

import gc
import os
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import msgspec

from pipeline.bulk.cache import ReadingCache, pack
from pipeline.bulk.costs import dear_to_read
from pipeline.bulk.discover import Item, content
from pipeline.bulk.versions import item_version, reading_version
from pipeline.errors import ReadError
from pipeline.lexicon import load

if TYPE_CHECKING:
    from pipeline.model import DocumentResult

MEMORY = 3 << 30
"""Bytes a worker may allocate before its document is set aside."""


class Setup(msgspec.Struct, frozen=True):
    """What a worker is told when it starts."""

    lexicon: str | None = None
    cache: str | None = None
    """The file of the reading cache; None does without."""
    memory: int = MEMORY

    @property
    def folder(self) -> Path | None:
        return Path(self.lexicon) if self.lexicon else None


class Done(msgspec.Struct, frozen=True):
    """One document's outcome as the pool hands it over. `payload` is for the store; empty when set aside unread."""

    index: int
    outcome: Literal["done", "done_with_problems", "set_aside"]
    problems: tuple[tuple[str, str], ...]
    seconds: float
    payload: bytes = b""
    counts: tuple[int, int, int, int] = (0, 0, 0, 0)
    """Cells, figures, findings, findings that differ."""


encode_message = msgspec.msgpack.Encoder().encode
decode_items = msgspec.msgpack.Decoder(list[Item]).decode
decode_done = msgspec.msgpack.Decoder(Done).decode


class Reader:
    """Reads items in this process, with everything compiled. Every failure of a document becomes its outcome."""

    def __init__(self, setup: Setup) -> None:
        from pipeline.run import data_version, default_pipeline

        lexicon = load(setup.folder)
        self._setup = setup
        self._pipeline = default_pipeline(setup.folder)
        self._version = data_version(lexicon)
        self._cache = ReadingCache(Path(setup.cache), reading_version(lexicon)) if setup.cache else None
        self._fresh: list[tuple[str, str, bytes]] = []

    def read(self, item: Item, index: int) -> tuple[Done, DocumentResult | None]:
        """One item. The result is None when it was set aside."""
        from pipeline.run import outcome

        began = time.perf_counter()
        try:
            result = self._result(item)
        except ReadError as error:
            return _lost(index, error.code, error.message, began)
        except OSError as error:
            return _lost(index, "missing_file", f"读不到「{item.source}」：{error.strerror or error}", began)
        except MemoryError:
            told = f"处理「{item.source}」时超出内存上限（{self._setup.memory >> 20} MB）：请单独检查这个文件"
            return _lost(index, "limit", told, began)
        except RecursionError:
            return _lost(index, "limit", f"「{item.source}」嵌套过深：请另存为普通网页或 Word 后再试", began)
        except Exception as error:
            # A fault of ours must not cost the neighbours of the document that shows it; it is told and can be retried.
            told = f"读取时程序出错（{type(error).__name__}：{error}）：请把这个文件发给维护者"
            return _lost(index, "internal", told, began)
        done = Done(
            index=index,
            outcome=outcome(result),
            problems=tuple((p.code, p.message) for p in result.problems),
            seconds=time.perf_counter() - began,
            counts=(
                len(result.cells),
                len(result.figures),
                len(result.findings),
                sum(f.verdict == "differs" for f in result.findings),
            ),
        )
        return done, None if done.outcome == "set_aside" else result

    def _result(self, item: Item) -> DocumentResult:
        from pipeline.ingest import read
        from pipeline.ingest.limits import LIMITS

        suffix = Path(item.member or item.path).suffix.lower()
        if self._cache and item.sha256 and (kept := self._cache.get(item.sha256, item.source, suffix)):
            document, tables = kept
        else:
            data = content(item, LIMITS.max_bytes)
            folder = Path(item.path).parent if item.member is None and "://" not in item.path else None
            document = read(data, item.source, beside=folder)
            tables = self._pipeline.read_tables(document)
            if self._cache and dear_to_read(document.media_type):
                self._fresh.append((document.sha256, suffix, pack(document, tables)))
        if item.hints:
            address = dict(item.hints).get("address")
            document = msgspec.structs.replace(
                document, address=address or document.address, hints=(*document.hints, *item.hints)
            )
        return self._pipeline.process_document(document, tables)

    def read_all(self, items: Sequence[Item]) -> Iterator[Done]:
        """A slice of a batch: a Done for each item, the last of them with the rows of all.

        Rows are written once for several documents: for one alone that would cost a third of reading it.
        """
        from pipeline.store.rows import encode

        results: list[DocumentResult] = []
        versions: list[str] = []
        for index, item in enumerate(items):
            done, result = self.read(item, index)
            if result is not None:
                results.append(result)
                versions.append(item_version(self._version, item))
            if index == len(items) - 1:
                if results:
                    done = msgspec.structs.replace(done, payload=encode(results, versions))
                if self._cache:
                    self._cache.put(self._fresh)
                    self._fresh = []
            yield done


def _lost(index: int, code: str, message: str, began: float) -> tuple[Done, None]:
    seconds = time.perf_counter() - began
    return Done(index=index, outcome="set_aside", problems=((code, message),), seconds=seconds), None


def one_thread() -> None:
    """Numeric libraries get one thread each: there is a worker for every core already."""
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS"):
        os.environ.setdefault(name, "1")


def limit_memory(size: int) -> None:
    """The kernel refuses this process more than `size` bytes, where it can."""
    with suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_DATA, (size, size))


def serve(pipe: Connection, setup: Setup, reads: type[Reader] = Reader) -> None:
    """Life of a worker: compile, then slices of batches until the pipe closes."""
    limit_memory(setup.memory)
    reader = reads(setup)
    # What was compiled stays: the collector need not walk over it again and again.
    gc.collect()
    gc.freeze()
    with suppress(EOFError, OSError):
        pipe.send_bytes(b"ready")
        while True:
            for done in reader.read_all(decode_items(pipe.recv_bytes())):
                pipe.send_bytes(encode_message(done))


def main(handle: int, told: str) -> None:
    """Entry point of the process: the number of its end of the pipe, and its setup as JSON."""
    one_thread()
    serve(Connection(handle), msgspec.json.decode(told, type=Setup))
