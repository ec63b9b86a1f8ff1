"""Conversion by LibreOffice, with a script in its place."""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path

import pytest

from pipeline.errors import DamagedFile, LimitExceeded
from pipeline.ingest import Limits, read
from tests.ingest_files import docx, p, paragraphs

OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "WordDocument".encode("utf-16-le") + bytes(600)

SCRIPT = """#!{python}
import os, pathlib, sys, time
arguments = sys.argv[1:]
assert "--headless" in arguments
assert os.environ["https_proxy"].endswith(":9")
profile = next(a for a in arguments if a.startswith("-env:UserInstallation=file://")).partition("file://")[2]
assert "DisableMacrosExecution" in (pathlib.Path(profile) / "user" / "registrymodifications.xcu").read_text()
what = {what!r}
if what == "sleep":
    time.sleep(60)
if what == "work":
    out = pathlib.Path(arguments[arguments.index("--outdir") + 1])
    out.mkdir()
    (out / (pathlib.Path(arguments[-1]).stem + ".docx")).write_bytes(pathlib.Path({made!r}).read_bytes())
"""


def office(folder: Path, what: str, monkeypatch: pytest.MonkeyPatch) -> None:
    made = folder / "made.docx"
    made.write_bytes(docx(p("旧格式正文")))
    script = folder / "soffice"
    script.write_text(SCRIPT.format(python=sys.executable, what=what, made=str(made)))
    script.chmod(0o755)
    monkeypatch.setenv("GONGKAI_SOFFICE", str(script))


def test_an_old_word_file_is_converted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    office(tmp_path, "work", monkeypatch)
    document = read(OLD, "a.doc")
    assert paragraphs(document) == ["旧格式正文"]
    assert document.media_type == "application/msword"
    assert document.sha256 == hashlib.sha256(OLD).hexdigest()


def test_a_conversion_that_makes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    office(tmp_path, "nothing", monkeypatch)
    with pytest.raises(DamagedFile, match="LibreOffice"):
        read(OLD, "a.doc")


def test_a_conversion_that_hangs_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    office(tmp_path, "sleep", monkeypatch)
    with pytest.raises(LimitExceeded, match="seconds"):
        read(OLD, "a.doc", limits=Limits(seconds=0.3))
