"""A worker program with faults: by the name of a file it dies, or never ends. Only tests run it."""

from __future__ import annotations

import os
import signal
import time
from multiprocessing.connection import Connection
from pathlib import Path

import msgspec

from pipeline.bulk.discover import Item
from pipeline.bulk.worker import Done, Reader, Setup, serve
from pipeline.model import DocumentResult

HANG_SECONDS = 600


class FaultyReader(Reader):
    def read(self, item: Item, index: int) -> tuple[Done, DocumentResult | None]:
        if "kills" in Path(item.path).name:
            os.kill(os.getpid(), signal.SIGKILL)
        if "hangs" in Path(item.path).name:
            time.sleep(HANG_SECONDS)
        return super().read(item, index)


def main(handle: int, told: str) -> None:
    """As pipeline.bulk.worker.main, with the reader above."""
    serve(Connection(handle), msgspec.json.decode(told, type=Setup), FaultyReader)
