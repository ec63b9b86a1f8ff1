"""A worker with faults: by the name of a file it dies, never ends, or waits to be killed. Only tests run it."""

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
        tells = Path(item.path).with_suffix(".fifo")
        if tells.exists():
            # Says once that it is in the middle of this document, and stays there.
            with tells.open("wb"):
                tells.unlink()
            time.sleep(HANG_SECONDS)
        return super().read(item, index)


def main(handle: int, told: str) -> None:
    """As pipeline.bulk.worker.main, with the reader above."""
    serve(Connection(handle), msgspec.json.decode(told, type=Setup), FaultyReader)
