"""`gongkai fetch`: addresses → files and a manifest, politely. The only part of the project that goes online.

    DIR/files/ab/ab12….html      the bytes, by their SHA-256
    DIR/fetched.jsonl            every answer: address, time, status, headers, SHA-256; the memory of the next fetch
    DIR/manifest.csv             what `gongkai run` reads: uri, address, retrieved_on, and what the list said of it

Each host is asked in turn by at most `per_host` threads at its pace; what has not changed is not sent again.
"""

from __future__ import annotations

import csv
import hashlib
import os
import threading
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import msgspec

from pipeline.bulk.discover import HINTS
from pipeline.bulk.fetch.net import Limits, Refused, Web
from pipeline.bulk.fetch.pages import attachments, suffix
from pipeline.errors import UsageError

__all__ = ["Limits", "Told", "fetch"]

_KEPT_HEADERS = ("content-type", "content-length", "last-modified", "etag", "date", "content-disposition")
_COLUMNS = ("uri", "address", "page", "organ", "year", "published_on", "retrieved_on")


class Entry(msgspec.Struct, frozen=True):
    """One answer, as a line of fetched.jsonl."""

    asked: str
    address: str
    time: str
    status: int
    headers: dict[str, str]
    sha256: str
    file: str
    follow: tuple[str, ...] = ()
    """Attachments of the page that were followed."""
    report: bool = True
    """False for a page that only leads to its attachments."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One address to fetch, what the list says of it, and the page it is an attachment of."""

    address: str
    hints: dict[str, str]
    page: str = ""


@dataclass
class Told:
    """What a fetch did."""

    new: int = 0
    unchanged: int = 0
    failed: list[tuple[str, str]] = field(default_factory=list)


def fetch(
    addresses: Path, out: Path, limits: Limits | None = None, *, each: Callable[[str], None] | None = None
) -> Told:
    """Fetches every address of a list into a folder. Raises UsageError for a list that cannot be read."""
    asked = list(_asked(addresses))
    out.mkdir(parents=True, exist_ok=True)
    job = _Job(out, limits or Limits(), each)
    try:
        job.run(asked)
    finally:
        job.close()
    return job.told


def _asked(path: Path) -> Iterator[Asked]:
    """The addresses of a list: one a line, or the column uri of a CSV, whose other columns go along."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise UsageError(f"读不到清单「{path}」：{error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise UsageError(f"清单「{path}」不是 UTF-8：请另存为 UTF-8 再试") from error
    lines = text.splitlines()
    seen: set[str] = set()
    rows: Iterator[dict[str, str]]
    if lines and "uri" in next(csv.reader(lines[:1]), []):
        rows = ({key: (value or "").strip() for key, value in row.items() if key} for row in csv.DictReader(lines))
    else:
        rows = ({"uri": line.strip()} for line in lines if not line.lstrip().startswith("#"))
    for row in rows:
        address = row.get("uri", "")
        if address and address not in seen:
            seen.add(address)
            yield Asked(address, {key: row[key] for key in HINTS if row.get(key)})


class _Job:
    """One fetch under way."""

    def __init__(self, out: Path, limits: Limits, each: Callable[[str], None] | None) -> None:
        self.told = Told()
        self._out, self._limits, self._each = out, limits, each or (lambda _: None)
        self._web = Web(limits)
        self._lock = threading.Lock()
        self._rows: dict[str, list[dict[str, str]]] = {}
        self._log = out / "fetched.jsonl"
        self._before = {entry.asked: entry for entry in self._entries()}
        self._file = self._log.open("ab")

    def close(self) -> None:
        self._file.close()
        self._web.close()

    def _entries(self) -> Iterator[Entry]:
        if self._log.is_file():
            for line in self._log.read_bytes().splitlines():
                try:
                    yield msgspec.json.decode(line, type=Entry)
                except msgspec.DecodeError:
                    continue  # a line cut short when an earlier fetch was killed: its address is asked again

    def run(self, asked: list[Asked]) -> None:
        """All addresses; then the manifest, in the order of the list."""
        hosts: dict[str, deque[Asked]] = {}
        for one in asked:
            hosts.setdefault(urlsplit(one.address).netloc, deque()).append(one)
        with ThreadPoolExecutor(self._limits.at_once) as threads:
            for waiting in hosts.values():
                for _ in range(min(self._limits.per_host, len(waiting))):
                    threads.submit(self._drain, waiting)
        self.told.failed.sort()
        self._write_manifest(asked)

    def _drain(self, waiting: deque[Asked]) -> None:
        while True:
            try:
                one = waiting.popleft()
            except IndexError:
                return
            self._page(one)

    def _page(self, one: Asked) -> None:
        """An address, and the attachments of what it gives."""
        entry = self._get(one)
        rows: list[dict[str, str]] = []
        if entry is not None:
            if entry.report:
                rows.append(self._row(one, entry))
            for target in entry.follow:
                attached = Asked(target, one.hints, page=entry.address)
                if (below := self._get(attached)) is not None:
                    rows.append(self._row(attached, below))
        with self._lock:
            self._rows[one.address] = rows

    def _get(self, one: Asked) -> Entry | None:
        """Fetches one address, unless it has not changed. A failure is told, and what was fetched before stays."""
        before = self._before.get(one.address)
        if before is not None and not (self._out / before.file).is_file():
            before = None
        try:
            answer = self._web.get(one.address, _conditions(before))
        except Refused as error:
            with self._lock:
                self.told.failed.append((one.address, error.message))
            self._each(f"× {one.address}：{error.message}")
            return before
        except Exception as error:
            # One odd server must not end the whole list; whatever it did is told.
            with self._lock:
                self.told.failed.append((one.address, f"{type(error).__name__}：{error}"))
            return before
        if answer.data is None:
            with self._lock:
                self.told.unchanged += 1
            return before
        entry = self._keep(one, answer.address, answer.status, answer.headers, answer.data)
        with self._lock:
            changed = before is None or before.sha256 != entry.sha256
            self.told.new += changed
            self.told.unchanged += not changed
        self._each(f"✓ {one.address}")
        return entry if changed or before is None else before

    def _keep(self, one: Asked, address: str, status: int, headers: dict[str, str], data: bytes) -> Entry:
        sha256 = hashlib.sha256(data).hexdigest()
        name = f"files/{sha256[:2]}/{sha256}{suffix(data, address)}"
        path = self._out / name
        if not path.is_file():
            path.parent.mkdir(parents=True, exist_ok=True)
            part = path.with_name(f"{path.name}.{threading.get_ident()}.part")
            part.write_bytes(data)
            os.replace(part, path)
        follow, report = ([], True) if one.page else attachments(data, address, self._limits.attachments)
        entry = Entry(
            asked=one.address, address=address, time=datetime.now(UTC).isoformat(timespec="seconds"), status=status,
            headers={key: headers[key] for key in _KEPT_HEADERS if key in headers}, sha256=sha256, file=name,
            follow=tuple(follow), report=report,
        )  # fmt: skip
        with self._lock:
            self._file.write(msgspec.json.encode(entry) + b"\n")
            self._file.flush()
        return entry

    def _row(self, one: Asked, entry: Entry) -> dict[str, str]:
        told = {"retrieved_on": entry.time[:10], **one.hints}
        return {**told, "uri": entry.file, "address": entry.address, "page": one.page}

    def _write_manifest(self, asked: list[Asked]) -> None:
        """The manifest as a whole or not at all; rows of earlier fetches whose address is not in this list stay."""
        path = self._out / "manifest.csv"
        mine = [row for one in asked for row in self._rows.get(one.address, [])]
        named = {one.address for one in asked} | {row["address"] for row in mine} | {row["page"] for row in mine}
        earlier: list[dict[str, str]] = []
        if path.is_file():
            with path.open(encoding="utf-8-sig", newline="") as file:
                earlier = [
                    row for row in csv.DictReader(file) if row["address"] not in named and row["page"] not in named
                ]
        part = path.with_suffix(".csv.part")
        with part.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.DictWriter(file, _COLUMNS, extrasaction="ignore", restval="")
            writer.writeheader()
            writer.writerows([*earlier, *mine])
        os.replace(part, path)


def _conditions(before: Entry | None) -> dict[str, str]:
    if before is None:
        return {}
    told = {"If-None-Match": before.headers.get("etag"), "If-Modified-Since": before.headers.get("last-modified")}
    return {name: value for name, value in told.items() if value}
