"""Formats read by way of LibreOffice, when it is installed: DOC, WPS, RTF, ODT → DOCX; XLS → XLSX.

The file is untrusted: each conversion has a throw-away profile with macros off and links not followed, a dead proxy in
place of the network, a time limit, and its own process group, which is killed as a whole.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

from pipeline.errors import DamagedFile, ToolMissing
from pipeline.ingest.docx import read_docx
from pipeline.ingest.kinds import DOC, ODT, RTF, XLS
from pipeline.ingest.limits import LIMITS, Limits, exceeded
from pipeline.ingest.xlsx import read_xlsx
from pipeline.model import Document

_PROGRAMS = ("soffice", "libreoffice")
_SETTINGS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema">
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="MacroSecurityLevel" oor:op="fuse">
<value>3</value></prop><prop oor:name="DisableMacrosExecution" oor:op="fuse"><value>true</value></prop>
<prop oor:name="BlockUntrustedRefererLinks" oor:op="fuse"><value>true</value></prop>
<prop oor:name="DisableActiveContent" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Inet/Settings"><prop oor:name="ooInetProxyType" oor:op="fuse"><value>2</value></prop>
<prop oor:name="ooInetHTTPProxyName" oor:op="fuse"><value>127.0.0.1</value></prop>
<prop oor:name="ooInetHTTPProxyPort" oor:op="fuse"><value>9</value></prop>
<prop oor:name="ooInetHTTPSProxyName" oor:op="fuse"><value>127.0.0.1</value></prop>
<prop oor:name="ooInetHTTPSProxyPort" oor:op="fuse"><value>9</value></prop></item>
</oor:items>
"""


def read_doc(data: bytes, name: str, limits: Limits = LIMITS) -> Document:
    """Reads a Word 97 file (or WPS). Raises ToolMissing without LibreOffice, DamagedFile, LimitExceeded."""
    return _as_read(read_docx(convert(data, "doc", "docx", limits), name, limits), data, DOC)


def read_rtf(data: bytes, name: str, limits: Limits = LIMITS) -> Document:
    """Reads an RTF file in the same way."""
    return _as_read(read_docx(convert(data, "rtf", "docx", limits), name, limits), data, RTF)


def read_odt(data: bytes, name: str, limits: Limits = LIMITS) -> Document:
    """Reads an OpenDocument text in the same way."""
    return _as_read(read_docx(convert(data, "odt", "docx", limits), name, limits), data, ODT)


def read_xls(data: bytes, name: str, limits: Limits = LIMITS) -> Document:
    """Reads an Excel 97 file in the same way."""
    return _as_read(read_xlsx(convert(data, "xls", "xlsx", limits), name, limits), data, XLS)


def _as_read(document: Document, data: bytes, media_type: str) -> Document:
    """The document under the hash and type of what was handed in, not of what it was converted to."""
    import hashlib

    import msgspec

    return msgspec.structs.replace(document, sha256=hashlib.sha256(data).hexdigest(), media_type=media_type)


def program() -> str | None:
    """Where LibreOffice is; None when it is not installed. GONGKAI_SOFFICE names one that is not on the path."""
    named = os.environ.get("GONGKAI_SOFFICE")
    return next((found for p in ((named,) if named else _PROGRAMS) if (found := shutil.which(p))), None)


def convert(data: bytes, suffix: str, target: str, limits: Limits) -> bytes:
    """Converts a file with LibreOffice. Raises ToolMissing, DamagedFile, LimitExceeded."""
    soffice = program()
    if soffice is None:
        raise ToolMissing(f"读取 .{suffix} 需要 LibreOffice；请安装它，或用 Word、WPS 另存为 .{target} 后再读")
    with tempfile.TemporaryDirectory(prefix="gongkai-") as folder:
        place = Path(folder)
        settings = place / "profile" / "user"
        settings.mkdir(parents=True)
        (settings / "registrymodifications.xcu").write_text(_SETTINGS, encoding="utf-8")
        source = place / f"report.{suffix}"
        source.write_bytes(data)
        _run(soffice, source, target, place, limits.seconds)
        made = place / "out" / f"report.{target}"
        if not made.is_file():
            raise DamagedFile(f"LibreOffice 打不开这个 .{suffix} 文件；请用 Word 或 WPS 另存为 .{target} 后再读")
        if made.stat().st_size > limits.max_bytes:
            raise exceeded("文件大小（max_bytes）", f"{limits.max_bytes} 字节", "请拆分后再读")
        return made.read_bytes()


def _run(soffice: str, source: Path, target: str, place: Path, seconds: float) -> None:
    """One conversion, ended after `seconds` with everything it has started."""
    command = [
        *(soffice, f"-env:UserInstallation={(place / 'profile').as_uri()}", "--headless", "--norestore"),
        *("--nolockcheck", "--nodefault", "--convert-to", target, "--outdir", str(place / "out"), str(source)),
    ]
    dead = dict.fromkeys(("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"), "http://127.0.0.1:9")
    environment = {
        "PATH": os.environ.get("PATH", ""),
        "HOME": str(place),
        "TMPDIR": str(place),
        "LC_ALL": "C.UTF-8",
        **dead,
    }
    with subprocess.Popen(
        command, cwd=place, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL, start_new_session=True,
    ) as process:  # fmt: skip
        try:
            process.wait(timeout=seconds)
        except subprocess.TimeoutExpired:
            raise exceeded("转换时间（seconds）", f"{seconds:g} 秒", "请用 Word 或 WPS 另存为 DOCX 后再读") from None
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
