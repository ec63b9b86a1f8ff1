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
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import msgspec

from pipeline.bulk.cache import CacheFile, ReadingCache, pack
from pipeline.bulk.discover import Item, content
from pipeline.bulk.versions import item_version, reading_version, same_hints, version
from pipeline.errors import ReadError
from pipeline.lexicon import load

if TYPE_CHECKING:
    from pipeline.bulk.traces import Became, Kept
    from pipeline.model import Document, DocumentResult, Report, Section
    from pipeline.narrative import ProseResult
    from pipeline.narrative.traced import Again, Trace
    from pipeline.store.relinked import Relinked

    Spans = Sequence[tuple[int, int]]

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
    relinked: bytes = b""
    """For the store as well: documents of which only figures are written."""

    @property
    def payloads(self) -> list[bytes]:
        return [one for one in (self.payload, self.relinked) if one]


encode_message = msgspec.msgpack.Encoder().encode
decode_items = msgspec.msgpack.Decoder(list[Item]).decode
decode_done = msgspec.msgpack.Decoder(Done).decode


class _Folder(type(Path())):  # type: ignore[misc]  # the class of paths of this platform
    """The folder a page lies in; tells whether anything was looked for in it.

    What was read of a page that asked for nothing depends on its bytes alone.
    """

    asked = False

    def resolve(self, strict: bool = False) -> Path:
        self.asked = True
        return Path(self).resolve(strict)


def _is_page(media_type: str) -> bool:
    """Whether a document is a page or a text: what it lacks may be at hand another time (a picture, a component)."""
    return media_type.startswith(("text/", "multipart/", "message/"))


class Reader:
    """Reads items in this process, with everything compiled. Every failure of a document becomes its outcome."""

    def __init__(self, setup: Setup) -> None:
        from pipeline.bulk.traces import Traces
        from pipeline.narrative.traced import TracedReader
        from pipeline.run import data_version, default_pipeline

        lexicon = load(setup.folder)
        self._setup = setup
        self._pipeline = default_pipeline(setup.folder)
        self._version = data_version(lexicon)
        self._file = CacheFile(Path(setup.cache)) if setup.cache else None
        if self._file:
            self._reading = ReadingCache(self._file, reading_version(lexicon))
            self._traces = Traces(self._file, version(lexicon), lexicon)
            self._prose = TracedReader(self._pipeline.prose)
        self._read: list[tuple[str, str, bytes]] = []
        self._linked: list[tuple[str, str, str, Trace, Became]] = []
        self._relinked: list[Relinked] = []
        self._trace: Trace | None = None

    def read(self, item: Item, index: int) -> tuple[Done, DocumentResult | None]:
        """One item. The result is None when it was set aside, or has only figures to be written."""
        began = time.perf_counter()
        self._trace = None
        try:
            result, became = self._result(item)
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
        if self._trace is not None:
            version = item_version(self._version, item)
            self._linked.append((item.source, item.sha256, version, self._trace, became))
        seconds = time.perf_counter() - began
        done = Done(index, became.outcome, became.problems, seconds, counts=became.counts)
        return done, None if done.outcome == "set_aside" else result

    def _result(self, item: Item) -> tuple[DocumentResult | None, Became]:
        from pipeline.ingest import read
        from pipeline.ingest.limits import LIMITS

        suffix = Path(item.member or item.path).suffix.lower()
        if self._file and item.sha256 and (held := self._reading.get(item.sha256, item.source, suffix)):
            document, tables = held
        else:
            data = content(item, LIMITS.max_bytes)
            folder = _Folder(Path(item.path).parent) if item.member is None and "://" not in item.path else None
            document = read(data, item.source, beside=folder)
            tables = self._pipeline.read_tables(document)
            alone = not (folder and folder.asked) and not (document.problems and _is_page(document.media_type))
            if self._file and alone:
                self._read.append((document.sha256, suffix, pack(document, tables)))
        if item.hints:
            address = dict(item.hints).get("address")
            document = msgspec.structs.replace(
                document, address=address or document.address, hints=(*document.hints, *item.hints)
            )
        if not self._file or not item.sha256:
            return _with_outcome(self._pipeline.process_document(document, tables))
        kept = self._traces.get(item.source, item.sha256)
        version = item_version(self._version, item)
        # What the database holds is the result that was traced, and nothing but aliases has changed since.
        known = kept is not None and kept.version == item.held and same_hints(kept.version, version)
        again: Again | None = None
        if kept and known:
            sections = self._pipeline.find_sections(document, tables) if kept.changed.named else ()
            again = self._prose.again(kept.trace, kept.changed, document, sections, tables.spans)
        if kept and again and again.figures_alone and kept.became.outcome != "set_aside":
            self._relinked.append((item.sha256, kept.version, version, again.result.figures))
            self._trace = again.trace
            return None, kept.became
        return _with_outcome(self._pipeline.process_document(document, tables, partial(self._traced, kept, again)))

    def _traced(
        self, kept: Kept | None, again: Again | None, document: Document, sections: Sequence[Section], spans: Spans,
        report: Report,
    ) -> ProseResult:  # fmt: skip
        """The prose, from what is kept of it where only aliases have changed; and what is kept of it now."""
        if kept and not again:
            again = self._prose.again(kept.trace, kept.changed, document, sections, spans, report)
        result, self._trace = again[:2] if again else self._prose.read(document, sections, spans, report)
        return result

    def read_all(self, items: Sequence[Item]) -> Iterator[Done]:
        """A slice of a batch: a Done for each item, the last of them with the rows of all.

        Rows are written once for several documents: for one alone that would cost a third of reading it.
        """
        from pipeline.store import relinked
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
                if self._relinked:
                    done = msgspec.structs.replace(done, relinked=relinked.encode(self._relinked))
                    self._relinked = []
                if self._file:
                    self._file.write([self._reading.kept(self._read), *self._traces.kept(self._linked)])
                    self._read, self._linked = [], []
            yield done


def _with_outcome(result: DocumentResult) -> tuple[DocumentResult, Became]:
    from pipeline.bulk.traces import Became
    from pipeline.run import outcome

    differs = sum(finding.verdict == "differs" for finding in result.findings)
    counts = (len(result.cells), len(result.figures), len(result.findings), differs)
    return result, Became(outcome(result), tuple((p.code, p.message) for p in result.problems), counts)


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
