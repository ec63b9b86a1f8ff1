"""Word 97 and Excel 97 files, made by LibreOffice from the newer formats; the only shapes whose bytes vary (dates)."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import tempfile
from pathlib import Path

from pipeline.samples import docx, packages
from pipeline.samples.draft import Draft

_SECONDS = 120


def convert(data: bytes, suffix: str, target: str) -> bytes:
    """A file in another format. FileNotFoundError where LibreOffice is not installed."""
    program = shutil.which("soffice") or shutil.which("libreoffice")
    if program is None:
        raise FileNotFoundError("生成 .doc、.xls 样例需要 LibreOffice；请先安装")
    with tempfile.TemporaryDirectory(prefix="gongkai-samples-") as folder:
        place = Path(folder)
        source = place / f"report.{suffix}"
        source.write_bytes(data)
        command = [program, f"-env:UserInstallation={(place / 'profile').as_uri()}", "--headless"]
        command += ["--convert-to", target, "--outdir", str(place / "out"), str(source)]
        environment = {"HOME": folder, "PATH": os.environ.get("PATH", "")}
        subprocess.run(command, check=True, capture_output=True, timeout=_SECONDS, env=environment)
        return (place / "out" / f"report.{target}").read_bytes()


def doc(draft: Draft, rng: random.Random) -> bytes:
    """A Word 97 file."""
    return convert(docx.document(draft, rng), "docx", "doc")


def xls(draft: Draft, rng: random.Random) -> bytes:
    """An Excel 97 file."""
    return convert(packages.workbook(draft, rng), "xlsx", "xls")
