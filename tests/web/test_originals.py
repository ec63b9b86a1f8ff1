"""The pages of a PDF beside what was read from them: shown only from the very file that was read."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from pipeline.web.originals import PDF, Original, Originals
from tests.web.conftest import SAMPLES, Opened, load

NAME = "pinghu2022.pdf"


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("pdf") / "pdf.duckdb"
    load(path, {NAME: (SAMPLES / NAME).read_bytes()})
    return path


@pytest.fixture(scope="module")
def shown(db: Path, opened: Opened) -> TestClient:
    return opened(db, originals=str(SAMPLES))


def address(client: TestClient) -> str:
    return f"/report/{client.get('/api/v1/reports').json()['items'][0]['report_id']}"


def original(content: bytes, *sources: str) -> Original:
    return Original(hashlib.sha256(content).hexdigest(), PDF, sources)


def test_every_cell_has_its_box_on_the_page_it_stands_on(shown: TestClient) -> None:
    report = address(shown)
    page = shown.get(report).text
    cells = shown.get(f"/api/v1{report.replace('report', 'reports')}").json()["cells"]
    boxes = re.findall(r'data-of="(c\d+)" x="([\d.]+)" y="([\d.]+)" width="([\d.]+)"', page)
    assert sorted(name for name, *_ in boxes) == sorted(f"c{n}" for n in range(len(cells)))
    placed = {name: (float(x), float(y)) for name, x, y, _ in boxes}
    assert all(placed[f"c{n}"] == tuple(cell["box"][:2]) for n, cell in enumerate(cells))
    pictures = re.findall(r'<img src="([^"]+)"', page)
    assert len(pictures) == 3
    for picture in pictures:
        answer = shown.get(picture.replace("&amp;", "&"))
        assert answer.headers["content-type"] == "image/png"
        assert answer.content.startswith(b"\x89PNG")
    assert shown.get(f"{report}/page/4.png").status_code == 404
    assert shown.get(f"{report}/page/1.png?version={'0' * 16}").status_code == 404


def test_without_the_file_the_text_is_shown_and_says_so(db: Path, opened: Opened, tmp_path: Path) -> None:
    for content in (None, b"%PDF-1.4 another file under the same name"):
        if content:
            (tmp_path / NAME).write_bytes(content)
        client = opened(db, originals=str(tmp_path))
        report = address(client)
        page = client.get(report).text
        assert "原件不在入库时的位置" in page
        assert "<img" not in page
        assert 'aria-label="统计表"' in page
        assert client.get(f"{report}/page/1.png").status_code == 404


def test_nothing_outside_the_folder_is_opened(tmp_path: Path) -> None:
    content = (SAMPLES / NAME).read_bytes()
    inside = tmp_path / "inside"
    inside.mkdir()
    (tmp_path / "outside.pdf").write_bytes(content)
    (inside / "link.pdf").symlink_to(tmp_path / "outside.pdf")
    held = Originals(str(inside))
    for source in ("../outside.pdf", str(tmp_path / "outside.pdf"), "link.pdf", "", ".", "\0", "no/such.pdf"):
        assert held.sizes(original(content, source)) == [], source
    (inside / "own.pdf").write_bytes(content)
    assert len(held.sizes(original(content, "../outside.pdf", "own.pdf"))) == 3


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7\n%%EOF", b"<html>no pdf</html>", b"%PDF-1.4\n" + b"\0" * 10_000])
def test_a_broken_file_gives_no_page_and_no_fault(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x.pdf").write_bytes(content)
    held = Originals(str(tmp_path))
    assert held.sizes(original(content, "x.pdf")) == []
    assert held.page(original(content, "x.pdf"), 1) is None


def test_only_pdf_files_are_drawn() -> None:
    text = SAMPLES / "haining2020.txt"
    told = hashlib.sha256(text.read_bytes()).hexdigest()
    assert Originals().sizes(Original(told, "text/plain", (str(text),))) == []
