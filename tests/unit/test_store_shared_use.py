"""Two at one file: wait, then say so; and what is read while another writes."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import pytest

from pipeline.errors import StoreError
from pipeline.store import open_db
from tests.unit.store_cases import fresh, result, table3

HOLD = "import duckdb,sys; c=duckdb.connect(sys.argv[1]); print('held',flush=True); sys.stdin.read()"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    target = tmp_path / "r.duckdb"
    open_db(target).load([result()])
    return target


def test_a_file_in_use_is_waited_for_and_then_named(path: Path) -> None:
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    try:
        with pytest.raises(StoreError, match="正被另一个程序使用"):
            open_db(path, wait=0.05).select("SELECT 1")
        with pytest.raises(StoreError, match="正被另一个程序使用"):
            open_db(path, wait=0.05).load([result("b.html")])
        patient: list[object] = []
        waiting = threading.Thread(target=lambda: patient.extend(open_db(path, wait=30).select("SELECT 1")))
        waiting.start()
    finally:
        holder.communicate("")
    waiting.join(30)
    assert patient == [(1,)]


def test_threads_of_one_process_read_and_write(path: Path) -> None:
    db = open_db(path)
    faults: list[BaseException] = []

    def work(n: int) -> None:
        try:
            db.load([result(f"{n}.html", organ=f"{n}号局", cells=table3({"received": n}))])
            db.select("SELECT COUNT(*) FROM facts")
            open_db(path).select("SELECT COUNT(*) FROM reports")
        except BaseException as error:
            faults.append(error)

    threads = [threading.Thread(target=work, args=(n,)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    assert db.select("SELECT COUNT(*) FROM reports") == [(7,)]


def test_a_locked_connection_reaches_nothing_else(path: Path, tmp_path: Path) -> None:
    (tmp_path / "secret.csv").write_text("a\n1\n")
    db = open_db(path, locked=True)
    assert db.select("SELECT COUNT(*) FROM reports") == [(1,)]
    for sql in (
        f"SELECT * FROM read_csv('{tmp_path / 'secret.csv'}')",
        "SET enable_external_access = true",
        "INSTALL httpfs",
    ):
        with pytest.raises(Exception, match=r"(?i)disabled|locked|cannot|permission"):
            db.select(sql)


def test_what_is_no_database_is_said(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="没有数据库"):
        open_db(tmp_path / "none.duckdb").select("SELECT 1")
    (tmp_path / "x.duckdb").write_bytes(b"not a database at all" * 500)
    with pytest.raises(StoreError, match="打不开数据库"):
        open_db(tmp_path / "x.duckdb").select("SELECT 1")
    with pytest.raises(StoreError, match="文件夹"):
        open_db(tmp_path / "no" / "x.duckdb").load([])
    with pytest.raises(StoreError, match="不认识的数据库地址"):
        open_db("mysql://x")
    with pytest.raises(StoreError):
        open_db("")


def test_a_newer_database_is_refused(path: Path) -> None:
    import duckdb

    with duckdb.connect(str(path)) as con:
        con.execute("UPDATE meta SET value = '99' WHERE name = 'schema'")
    for use in (lambda db: db.load([]), lambda db: db.select("SELECT 1")):
        with pytest.raises(StoreError, match="更新的版本"):
            use(open_db(path))


def test_a_database_with_older_views_is_brought_up_to_date_when_read(path: Path) -> None:
    import duckdb

    with duckdb.connect(str(path)) as con:
        con.execute("DROP VIEW rates")
        con.execute("UPDATE meta SET value = '1' WHERE name = 'views'")
        con.execute("UPDATE meta SET value = 'old' WHERE name = 'indicators'")
    assert open_db(path).select("SELECT COUNT(*) FROM rates") == [(0,)]


KILLED = """
import sys
from pipeline.store import encode, open_db
from tests.unit.store_cases import fresh, result, table3
db = open_db(sys.argv[1])
for n in range(8):
    db.load([result(f"{n}.html", organ=f"{n}号局", cells=table3({"received": n}))])
    print(n, flush=True)
"""


def test_a_killed_load_is_completed_to_the_same_content(tmp_path: Path) -> None:
    killed, whole = tmp_path / "k.duckdb", fresh(tmp_path / "w.duckdb")
    root = Path(__file__).parents[2]
    process = subprocess.Popen(
        [sys.executable, "-c", KILLED, str(killed)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=root,
        env={"PYTHONPATH": str(root)},
    )
    assert process.stdout is not None
    for _ in range(3):
        process.stdout.readline()
    process.kill()
    process.wait()
    process.stdout.close()
    results = [result(f"{n}.html", organ=f"{n}号局", cells=table3({"received": n})) for n in range(8)]
    held = {row[0] for row in open_db(killed).select("SELECT sha256 FROM documents")}
    assert {r.document.sha256 for r in results[:3]} <= held
    open_db(killed).load(results)
    whole.load(results)
    assert open_db(killed).content_hash() == whole.content_hash()
