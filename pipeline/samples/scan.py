"""Reports as pictures: pages drawn to pixels, made worse as copiers do, and put into a PDF without any text; web pages
with their tables pasted as pictures.

Needs Pillow (it comes with the extra `ocr`) and a Chinese font: the path in GONGKAI_FONT, the package
pylopdf-fonts-zh-cn, or one of the places where Linux, macOS and Windows keep theirs.
"""

from __future__ import annotations

import base64
import importlib.util
import io
import os
import random
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pipeline.samples import packages, pages, pdf
from pipeline.samples.draft import Block, Draft

_PLACES = (
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/opentype/noto/NotoSerifCJK-Regular.ttc",
    "/usr/share/fonts/truetype/wqy/wqy-microhei.ttc",
    "/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc",
    "/System/Library/Fonts/STHeiti Light.ttc",
    "C:/Windows/Fonts/simsun.ttc",
)
_TEXT = re.compile(r"BT /F1 ([\d.]+) Tf ([\d.]+) ([\d.]+) Td <([0-9a-f]+)> Tj ET")
_LINE = re.compile(r"([\d.]+) ([\d.]+) m ([\d.]+) ([\d.]+) l S")
_NO_TIMES = {"creationDate": time.gmtime(0), "modDate": time.gmtime(0)}
_HIGH = 842.0
_WIDE = 595.0


def font_file() -> Path:
    """The file of a Chinese font; FileNotFoundError says how to get one."""
    candidates = [Path(os.environ["GONGKAI_FONT"])] if "GONGKAI_FONT" in os.environ else []
    package = importlib.util.find_spec("pylopdf_fonts_zh_cn")
    if package and package.submodule_search_locations:
        for folder in package.submodule_search_locations:
            candidates += sorted(Path(folder).rglob("*.[ot]tf"))
    for path in (*candidates, *map(Path, _PLACES)):
        if path.is_file():
            return path
    raise FileNotFoundError("画扫描件要一个中文字体：请装 fonts-noto-cjk，或用环境变量 GONGKAI_FONT 指明字体文件")


def draw(operators: list[str], dpi: int, font: str) -> Any:
    """One page as a grey Pillow image."""
    from PIL import Image, ImageDraw, ImageFont

    scale = dpi / 72
    image = Image.new("L", (round(_WIDE * scale), round(_HIGH * scale)), 255)
    pen = ImageDraw.Draw(image)
    fonts: dict[float, Any] = {}
    for operator in operators:
        if text := _TEXT.fullmatch(operator):
            size, x, y = float(text[1]), float(text[2]), float(text[3])
            face = fonts.setdefault(size, ImageFont.truetype(font, round(size * scale)))
            for character in bytes.fromhex(text[4]).decode("utf-16-be"):
                pen.text((x * scale, (_HIGH - y) * scale), character, fill=0, font=face, anchor="ls")
                x += size / 2 if " " <= character <= "~" else size
        elif line := _LINE.fullmatch(operator):
            x0, y0, x1, y1 = (float(v) * scale for v in line.groups())
            pen.line((x0, _HIGH * scale - y0, x1, _HIGH * scale - y1), fill=0, width=max(1, round(scale * 0.6)))
    return image


def worsen(image: Any, rng: random.Random, skew: float = 0.6) -> Any:
    """Skew by up to so many degrees, grey speckles, and the blur of a cheap scanner."""
    from PIL import Image, ImageChops, ImageFilter

    turned = image.rotate(rng.uniform(-skew, skew), resample=Image.Resampling.BICUBIC, fillcolor=255)
    noise = Image.frombytes("L", (256, 256), rng.randbytes(256 * 256)).point(lambda v: 255 if v else 120)
    sheet = Image.new("L", image.size, 255)
    for x in range(0, image.size[0], 256):
        for y in range(0, image.size[1], 256):
            sheet.paste(noise.rotate(90 * rng.randrange(4)), (x, y))
    return ImageChops.darker(turned, sheet).filter(ImageFilter.GaussianBlur(0.4))


def pictures(draft: Draft, rng: random.Random, dpi: int = 200) -> list[Any]:
    """Every page of a report as a worsened Pillow image."""
    font = str(font_file())
    return [worsen(draw(page, dpi, font), rng) for page in pdf.lay_out(draft)]


def scanned(draft: Draft, rng: random.Random) -> bytes:
    """A PDF whose pages are JPEG pictures."""
    sheets = pictures(draft, rng)
    out = io.BytesIO()
    sheets[0].save(out, "PDF", save_all=True, append_images=sheets[1:], resolution=200.0, quality=70, **_NO_TIMES)
    return out.getvalue()


_FOOT = " 40.00 Td "
"""Where the numbers of pages stand."""


def tables(draft: Draft, dpi: int = 150) -> list[list[Any]]:
    """Per table its pictures, as someone cuts them from a screen: clean, grey, with a narrow margin."""
    from PIL import ImageChops, ImageOps

    font = str(font_file())
    out = []
    for block in draft.blocks:
        if block.kind != "table":
            continue
        pictures = []
        for page in pdf.lay_out(draft._replace(blocks=(block,))):
            image = draw([operator for operator in page if _FOOT not in operator], dpi, font)
            box = ImageChops.invert(image).getbbox()
            if box is not None:
                pictures.append(ImageOps.expand(image.crop(box), 12, 255))
        out.append(pictures)
    return out


def _pasted(draft: Draft, rng: random.Random, source: Callable[[bytes], str]) -> str:
    """A page whose tables are pictures; `source` gives the address of each."""
    markup: dict[str, str] = {}
    blocks = []
    numbers = iter(tables(draft))
    for block in draft.blocks:
        if block.kind != "table":
            blocks.append(block)
            continue
        mark = f"@picture{len(markup)}@"
        tags = []
        for picture in next(numbers):
            out = io.BytesIO()
            picture.save(out, "PNG")
            tags.append(f'<img src="{source(out.getvalue())}" alt="">')
        markup[mark] = "<br>".join(tags)
        blocks.append(Block("para", mark))
    page = pages.clean(draft._replace(blocks=tuple(blocks)), rng)
    for mark, tag in markup.items():
        page = page.replace(mark, tag)
    return page


def embedded(draft: Draft, rng: random.Random) -> bytes:
    """A page that holds its tables as pictures within itself."""
    return _pasted(draft, rng, lambda data: "data:image/png;base64," + base64.b64encode(data).decode()).encode()


def beside(draft: Draft, rng: random.Random) -> packages.Files:
    """A page whose tables are pictures in files beside it."""
    files: dict[str, bytes] = {}

    def source(data: bytes) -> str:
        name = f"{len(files) + 1}.png"
        files[name] = data
        return f"{packages.FILES}/{name}"

    return _pasted(draft, rng, source).encode(), files
