"""Where batches are worked on: this machine's own workers, or a Dask cluster (extra `dask`).

On a cluster each Dask worker drives one reading process of its own, so that limits, time-outs and the search for the
culprit are the same as here. Items go out and results come back as msgpack and Arrow in files that all can reach
(`GONGKAI_EXCHANGE`, any fsspec address; a temporary folder where everything runs on one machine).
"""

from __future__ import annotations

import contextlib
import ipaddress
import logging
import os
import shutil
import tempfile
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import msgspec

from pipeline.bulk.discover import PROTOCOLS, Item
from pipeline.bulk.worker import Done, Setup
from pipeline.bulk.workers import Pool
from pipeline.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

_CLUSTER_AHEAD = 16
_items = msgspec.msgpack.Decoder(list[Item]).decode
_results = msgspec.msgpack.Decoder(list[Done]).decode
encode = msgspec.msgpack.Encoder().encode


def cluster_address(engine: str) -> str | None:
    """None for the local engine, "" for a Dask cluster of our own, else the address of one.

    Raises UsageError for what is no engine, and for addresses beyond this machine that are not encrypted: whoever
    reaches a Dask scheduler can run any code on it.
    """
    if engine == "local":
        return None
    kind, _, address = engine.partition(":")
    if kind != "dask":
        raise UsageError(
            f"不认识的引擎「{engine}」：可写 local、dask，或 dask:tcp://127.0.0.1:8786、dask:tls://主机:8786"
        )
    if not address:
        return ""
    parts = urlsplit(address)
    if parts.scheme not in ("tcp", "tls") or not parts.hostname:
        raise UsageError(f"Dask 地址「{address}」写法不对：应为 tcp://127.0.0.1:端口 或 tls://主机:端口")
    if parts.scheme == "tcp" and not _loopback(parts.hostname):
        raise UsageError(f"「{address}」不在本机又没有加密：本机以外的 Dask 集群只能用 tls:// 地址")
    return address


def _loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


@contextlib.contextmanager
def exchange(address: str) -> Iterator[str]:
    """The place through which batches and results go. Raises UsageError where a cluster would not reach it."""
    told = os.environ.get("GONGKAI_EXCHANGE", "")
    if told:
        protocol = told.split("://", 1)[0] if "://" in told else "file"
        if "::" in told or protocol not in PROTOCOLS - {"memory"}:
            raise UsageError(
                f"GONGKAI_EXCHANGE 的地址「{told}」不能用：可用 {'、'.join(sorted(PROTOCOLS - {'memory'}))}"
            )
        yield told
        return
    if address.startswith("tls://"):
        raise UsageError("请用环境变量 GONGKAI_EXCHANGE 指定各台机器都能读写的位置（共享文件夹或 s3://…）")
    folder = tempfile.mkdtemp(prefix="gongkai-exchange-")
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def dask_runner(address: str, workers: int) -> Any:
    """Prefect's task runner for the cluster. Raises UsageError when the extra is not installed."""
    try:
        import dask
        from prefect_dask import DaskTaskRunner
    except ImportError as error:
        raise UsageError("--engine dask 需要 prefect-dask：请先 pip install 'gongkai[dask]'") from error
    logging.getLogger("distributed").setLevel(logging.ERROR)  # what Dask tells of itself is not for our users
    if address:
        return DaskTaskRunner(address=address)
    dask.config.set({"distributed.worker.daemon": False, "distributed.scheduler.allowed-failures": 3})
    return DaskTaskRunner(
        cluster_kwargs={
            "n_workers": workers, "threads_per_worker": 1, "processes": True, "host": "127.0.0.1",
            "dashboard_address": None, "memory_limit": 0, "silence_logs": 50,
        }
    )  # fmt: skip


@contextlib.contextmanager
def one_server(address: str) -> Iterator[None]:
    """Lets the workers of a cluster on this machine use the flow's own Prefect server.

    Each would start another otherwise, which goes on for ever when its worker is killed. On other machines the
    flow's temporary server cannot be reached: there PREFECT_API_URL says where to go, or every worker has its own.
    """
    if address.startswith("tls://"):
        yield
        return
    from prefect.client.orchestration import get_client
    from prefect.settings import PREFECT_API_URL, temporary_settings

    with temporary_settings({PREFECT_API_URL: str(get_client(sync_client=True).api_url)}):
        yield


def ahead(address: str, workers: int) -> int:
    """How many batches are under way at once."""
    return 2 * workers if not address else max(2 * workers, _CLUSTER_AHEAD)


@cache
def _pool(told: bytes) -> Pool:
    """The one reading process that this Dask worker drives."""
    return Pool(1, msgspec.msgpack.decode(told, type=Setup))


def work_on(batch: bytes, setup: bytes, place: str) -> None:
    """Runs on the cluster: reads a batch and leaves the outcomes at `place`, all of them or nothing."""
    done = _pool(setup).run(_items(batch))
    write(place, encode(done))


def write(place: str, data: bytes) -> None:
    """Puts a file where others look for it only when it is complete."""
    import fsspec

    system, path = fsspec.core.url_to_fs(place)
    if "file" in (system.protocol if isinstance(system.protocol, tuple) else (system.protocol,)):
        part = f"{path}.{os.getpid()}.part"
        with open(part, "wb") as file:
            file.write(data)
        os.replace(part, path)
    else:
        system.pipe_file(path, data)


def collect(place: str) -> Sequence[Done]:
    """The outcomes of a batch, taken away from the exchange. Raises OSError or msgspec.DecodeError."""
    import fsspec

    system, path = fsspec.core.url_to_fs(place)
    done = _results(system.cat_file(path))
    system.rm_file(path)
    return done
