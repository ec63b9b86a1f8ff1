"""Scans: what the picture tells by itself, when a number is trusted, whole pages where recognition is installed."""

from __future__ import annotations

import io
import random
from pathlib import Path
from typing import Any

import pytest

from pipeline.ingest import read
from pipeline.ingest.limits import LIMITS
from pipeline.ingest.pdflines import TextLine, scanned_furniture
from pipeline.ingest.pictures import source_bytes
from pipeline.lexicon import Lexicon
from pipeline.model import RawTable
from pipeline.samples import pdf, report
from pipeline.samples import scan as scans
from pipeline.tables import TableReader

A4 = (595.0, 842.0)


def line(text: str, top: float, page: int = 1, x1: float = 400.0) -> TextLine:
    return TextLine(text=text, x0=290.0, top=top, x1=x1, bottom=top + 12, size=11, page=page)


@pytest.mark.parametrize("text", ["5", "S", "-5-", "一5一", "— 12 —", "第3页", "l2", "3/7", "B"])
def test_page_numbers_of_scans_are_known_however_they_are_recognised(text: str) -> None:
    number = line(text, 790)
    assert scanned_furniture({1: [line("正文的一行", 300), number]}, {1: A4}) == {id(number)}


@pytest.mark.parametrize("text", ["一", "第三节", "合计", "2023年1月16日", "SZ2023"])
def test_other_lines_at_the_edge_of_a_scan_are_text(text: str) -> None:
    assert scanned_furniture({1: [line(text, 790)]}, {1: A4}) == set()
    assert scanned_furniture({1: [line("5", 700)]}, {1: A4}) == set()


def test_running_heads_of_scans_may_be_recognised_a_little_otherwise_on_a_page() -> None:
    heads = [
        line(text, 30, page)
        for page, text in enumerate(["年度工作报告汇编", "年度工作报告汇编", "年度工怍报告汇编"], 1)
    ]
    heads.append(line("年度工作报告汇编", 30, 4))
    other = line("办理结果如下", 30, 5)
    pages: dict[int, list[Any]] = {head.page: [head] for head in heads}
    found = scanned_furniture({**pages, 5: [other]}, dict.fromkeys(range(1, 6), A4))
    assert found == {id(head) for head in heads}


def test_the_edge_of_a_page_that_lay_on_its_side_is_that_of_the_turned_page() -> None:
    number = line("5", 560)
    assert scanned_furniture({1: [line("一行很长的字", 300, x1=800), number]}, {1: A4}) == {id(number)}
    assert scanned_furniture({1: [line("一行的字", 300), number]}, {1: A4}) == set()


def test_pictures_outside_the_folder_of_a_page_are_not_opened(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "a b.png").write_bytes(b"inside")
    (tmp_path / "out.png").write_bytes(b"outside")
    (folder / "link.png").symlink_to(tmp_path / "out.png")
    assert source_bytes("a%20b.png", folder, LIMITS) == b"inside"
    for address in (
        "../out.png",
        "link.png",
        (tmp_path / "out.png").as_uri(),
        "http://example.org/a.png",
        "",
        "none.png",
    ):
        assert source_bytes(address, folder, LIMITS) is None
    assert source_bytes("a%20b.png", None, LIMITS) is None


@pytest.mark.parametrize(
    ("address", "content"),
    [
        ("data:image/png;base64,aGk=", b"hi"),
        ("data:image/png;base64,aGk%3D", b"hi"),
        ("data:image/gif,h%69", b"hi"),
        ("data:image/png;base64,a", None),
        ("data:text/html;base64,aGk=", None),
        ("data:image/png", None),
    ],
)
def test_embedded_pictures_are_taken_from_their_address(address: str, content: bytes | None) -> None:
    assert source_bytes(address, None, LIMITS) == content


class TestPicture:
    """What the picture tells; needs OpenCV, but no recogniser."""

    @pytest.fixture(autouse=True)
    def _cv2(self) -> None:
        pytest.importorskip("cv2", reason="OpenCV comes with the extra ocr")

    @staticmethod
    def net(xs: list[int], ys: list[int], width: int = 2) -> Any:
        import numpy as np

        gray = np.full((1200, 900), 245, np.uint8)
        for x in xs:
            gray[ys[0] : ys[-1] + width, x : x + width] = 30
        for y in ys:
            gray[y : y + width, xs[0] : xs[-1] + width] = 30
        return gray

    def test_rulings_are_found_where_they_are(self) -> None:
        from pipeline.ingest.ocrimage import SCALE, ink_of, rulings

        xs, ys = [100, 300, 420, 800], [200, 250, 320, 400, 900]
        verticals, horizontals = rulings(ink_of(self.net(xs, ys)))
        assert {round(v[0] / SCALE / 10) * 10 for v in verticals} == set(xs)
        assert {round(h[0] / SCALE / 10) * 10 for h in horizontals} == set(ys)
        assert all(abs(h[1] / SCALE - 100) < 4 and abs(h[2] / SCALE - 802) < 4 for h in horizontals)

    def test_faint_gaps_in_rulings_are_closed_and_lines_in_the_open_left_out(self) -> None:
        from pipeline.ingest.ocrimage import ink_of, rulings

        gray = self.net([100, 400, 800], [200, 300, 400])
        gray[300:302, 500:512] = 245
        gray[700:703, 100:700] = 30  # an underline: no ruling ends at another one
        verticals, horizontals = rulings(ink_of(gray))
        assert len({round(h[0]) for h in horizontals}) == 3
        assert len({round(v[0]) for v in verticals}) == 3
        assert all(h[2] - h[1] > 250 for h in horizontals if abs(h[0] - 108.4) < 1)

    @pytest.mark.parametrize(
        ("height", "width", "brought"),
        [
            (2339, 1654, (2339, 1654)),  # A4 at 200 dpi
            (300, 400, (900, 1200)),
            (4678, 3308, (2339, 1654)),
            (12_000, 800, (17_321, 1155)),  # a page saved from a telephone: its letters must not become dots
            (20, 40_000, (3, 6_000)),
        ],
    )
    def test_pictures_are_brought_to_the_size_of_a_page(
        self, height: int, width: int, brought: tuple[int, int]
    ) -> None:
        import numpy as np

        from pipeline.ingest.ocrimage import sized

        assert sized(np.zeros((height, width, 3), np.uint8)).shape[:2] == pytest.approx(brought, abs=2)

    def test_a_long_picture_is_searched_in_parts_cut_between_lines(self) -> None:
        import numpy as np

        from pipeline.ingest.ocrimage import bands

        ink = np.zeros((1000, 50), np.uint8)
        for top in range(0, 1000, 40):
            ink[top : top + 30] = 1
        parts = bands(ink, 300)
        assert [top for top, _ in parts] == [0, *(bottom for _, bottom in parts[:-1])]
        assert parts[-1][1] == 1000
        assert all(bottom - top <= 300 for top, bottom in parts)
        assert all(not ink[bottom].any() for _, bottom in parts[:-1])
        assert bands(ink) == [(0, 1000)]

    def test_a_single_row_left_over_by_a_page_break_is_a_table_and_strokes_of_a_heading_are_none(self) -> None:
        pytest.importorskip("rapidocr", reason="the extra ocr is not installed: pictures cannot be recognised")
        from pipeline.ingest.ocr import _is_table
        from pipeline.ingest.pdfgrid import Table

        def net(wide: float, high: float) -> Table:
            return Table(x0=72, top=72, x1=72 + wide, bottom=72 + high, cells=(), rows=1, columns=8)

        assert _is_table(net(450, 16), 595)
        assert _is_table(net(80, 40), 595)
        assert not _is_table(net(60, 20), 595)
        assert not _is_table(net(450, 5), 595)

    def test_a_scan_whose_resolution_is_not_told_is_a_sheet_of_a4(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """One point a pixel: the page is as large as a poster. Places are those of the page."""
        pytest.importorskip("rapidocr", reason="the extra ocr is not installed: pictures cannot be recognised")
        import pypdfium2

        from pipeline.ingest import ocr

        seen: list[tuple[int, ...]] = []

        def recognise(image: Any, number: int) -> list[TextLine]:
            seen.append(image.shape)
            return [line("一行字", 100, number)]

        monkeypatch.setattr(ocr, "recognise", recognise)
        document = pypdfium2.PdfDocument.new()
        for wide, high in ((595, 842), (1654, 2339)):
            document.new_page(wide, high)
        small, large = (ocr.recognise_page(document.raw, number)[0] for number in (1, 2))
        assert seen[0] == pytest.approx((2338, 1652, 3), abs=2)
        assert seen[1] == pytest.approx((2338, 1653, 3), abs=2)
        assert (small.top, small.x0) == (100, 290)
        assert (large.top, large.x0) == pytest.approx((278, 806), abs=1)

    @pytest.mark.parametrize("turns", [0, 2])
    def test_a_page_is_set_upright_by_what_can_be_read(self, turns: int) -> None:
        import numpy as np

        from pipeline.ingest.ocrimage import upright

        page = np.full((800, 700, 3), 255, np.uint8)
        for top in range(100, 700, 50):
            for x in range(80, 560, 22):  # heavier at the foot of each line
                page[top : top + 10, x : x + 4] = 0
                page[top + 10 : top + 24, x : x + 9] = 0

        def score(crops: list[Any]) -> float:
            """Lines can be read where their foot is darker than their head."""
            asked.append(len(crops))
            return sum(10.0 for c in crops if c[: len(c) // 2].mean() > c[len(c) // 2 :].mean())

        asked: list[int] = []
        turned = np.ascontiguousarray(np.rot90(page, turns))
        assert np.array_equal(upright(turned, score), page)
        assert sum(asked) <= 6, "a few lines tell it"

    @pytest.mark.parametrize(
        ("texts", "shapes", "text", "trusted"),
        [
            (("12", "12"), [(0, 0, 9, 20), (12, 0, 9, 20)], "12", True),
            (("1O", "10"), [(0, 0, 9, 20), (12, 0, 9, 20)], "10", True),
            (("12", "17"), [(0, 0, 9, 20), (12, 0, 9, 20)], "12", False),
            (("12", "12"), [(0, 0, 9, 20), (12, 0, 9, 20), (24, 0, 9, 20)], "12", False),
            (("36", "36"), [(0, 0, 26, 20)], "36", True),
            (("15", "15"), [(0, 0, 9, 20), (11, 17, 3, 3), (16, 0, 9, 20)], "15", False),
            (("1.5", "1.5"), [(0, 0, 9, 20), (11, 17, 3, 3), (16, 0, 9, 20)], "1.5", True),
            (("1.5", "1.5"), [(0, 0, 9, 20), (16, 0, 9, 20)], "1.5", False),
            (("一", "-"), [(0, 8, 12, 3)], "-", True),
        ],
    )
    def test_a_number_is_trusted_when_readings_and_shapes_agree(
        self, texts: tuple[str, str], shapes: list[tuple[int, int, int, int]], text: str, trusted: bool
    ) -> None:
        from pipeline.ingest.ocrcells import Crop, _number

        crop = Crop(0, None, None, tuple(shapes), False)
        told, score = _number(crop, (texts[0], 0.97), (texts[1], 0.96))
        assert (told, score > 0.5) == (text, trusted)
        if trusted and text != "-":
            assert _number(crop._replace(cut=True), (texts[0], 0.97), (texts[1], 0.96))[1] < 0.5

    @pytest.mark.parametrize(
        ("third", "trusted"),
        [
            (("000", 0.97), True),
            (("OO0", 0.9), True),
            (("000", 0.7), False),
            (("00", 0.97), False),
            (("888", 1.0), False),
        ],
    )
    def test_a_lone_digit_read_without_certainty_is_read_again_among_its_like(
        self, third: tuple[str, float], trusted: bool
    ) -> None:
        import numpy as np

        from pipeline.ingest.ocrcells import Crop, _in_a_row, _number, _unsure

        crop = Crop(0, None, None, ((8, 4, 10, 17),), False)
        first, second = ("Q", 0.47), ("0", 0.86)
        assert _unsure(crop, first, second)
        assert not _unsure(crop, ("0", 0.6), second)
        assert not _unsure(crop, ("8", 0.47), second)
        assert _number(crop, first, second)[1] < 0.5
        assert (_number(crop, first, second, third)[1] > 0.5) is trusted
        picture = np.full((25, 26, 3), 240, np.uint8)
        picture[4:21, 8:18] = 10
        row = _in_a_row(picture)
        assert (row < 100).sum() == 3 * (picture < 100).sum()
        assert row.shape[0] == 25

    def test_blank_is_told_by_the_picture_and_never_by_the_recogniser(self) -> None:
        import cv2
        import numpy as np

        from pipeline.ingest.ocrcells import read_cells
        from pipeline.ingest.ocrimage import SCALE, ink_of, rulings
        from pipeline.ingest.pdfgrid import find_tables
        from pipeline.ingest.pdfpage import Page

        gray = self.net([100, 300, 500, 700], [200, 260, 320])
        cv2.putText(gray, "7", (190, 245), cv2.FONT_HERSHEY_SIMPLEX, 1.0, 20, 3)
        cv2.putText(gray, "7", (390, 245), cv2.FONT_HERSHEY_SIMPLEX, 1.0, 195, 3)
        image = np.repeat(gray[:, :, None], 3, axis=2)
        ink = ink_of(gray)
        verticals, horizontals = rulings(ink)
        page = Page(
            number=1,
            width=900 * SCALE,
            height=1200 * SCALE,
            chars=(),
            verticals=tuple(verticals),
            horizontals=tuple(horizontals),
            pictures=0,
        )
        (table,) = find_tables(page)[0]
        asked: list[int] = []

        def silent(crops: list[Any]) -> list[tuple[str, float]]:
            asked.append(len(crops))
            return [("", 0.0)] * len(crops)

        cells = {(c.row, c.column): c for c in read_cells(table, image, ink, ink_of(gray, 30), silent).cells}
        assert asked[0] == 1
        assert cells[0, 0].text == "?"
        assert (cells[0, 0].confidence or 0) < 0.5
        assert cells[0, 1].text == "?", "faint, but something stands there"
        assert all(cells[row, column].text == "" for row, column in ((0, 2), (1, 0), (1, 1), (1, 2)))


def _drawn(number: int, table: str) -> tuple[Any, dict[Any, Any]]:
    """The picture of one table of a made report, worsened, and the cells of it."""
    pytest.importorskip("rapidocr", reason="the extra ocr is not installed: pictures cannot be recognised")
    try:
        font = str(scans.font_file())
    except FileNotFoundError:
        pytest.skip("no Chinese font on this machine: pictures cannot be drawn")
    written = report(number, 1, ["pdf"])
    draft = written.made.draft
    draft = draft._replace(blocks=tuple(b for b in draft.blocks if b.kind == "table" and b.text == table))
    image = scans.worsen(scans.draw(pdf.lay_out(draft)[0], 200, font), random.Random(1))
    return image, {key: value for key, value in written.made.truth.cells.items() if key[0].startswith(f"t{table}.")}


def test_a_page_with_a_broken_text_layer_is_recognised(lexicon: Lexicon) -> None:
    """Letters without meaning, and the page as it should look: what is seen is read, what is under it is not."""
    import pypdfium2

    image, truth = _drawn(8, "4")
    pages = pdf.Pages()
    rng = random.Random(2)
    for row in range(20):
        pages.text(72, 700 - 20 * row, 12, "".join(chr(0xE000 + rng.randrange(900)) for _ in range(30)))
    document = pypdfium2.PdfDocument(pdf.assemble(pages.pages, "坏字"))
    picture = pypdfium2.PdfImage.new(document)
    jpeg = io.BytesIO()
    image.save(jpeg, "JPEG", quality=80)
    picture.load_jpeg(jpeg)
    picture.set_matrix(pypdfium2.PdfMatrix().scale(595, 842))
    page = document[0]
    page.insert_obj(picture)
    page.gen_content()
    out = io.BytesIO()
    document.save(out)
    seen = read(out.getvalue(), "a.pdf")
    assert not any("\ue000" <= c <= "\uf8ff" for c in seen.text)
    (table,) = [block for block in seen.blocks if isinstance(block, RawTable)]
    assert table.kind == "ocr"
    cells = {(c.code, c.column): c.value for c in TableReader(lexicon).read(seen).cells}
    assert {key: cells[key] for key in truth} == truth
