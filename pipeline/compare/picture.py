"""Charts to files: SVG as drawn, HTML that holds all it needs, PNG through vl-convert (the extra `charts`).

A picture carries its letters as dots, so a Chinese font has to be there when it is made: without one the converter
draws boxes and says nothing. One is looked for on the machine first, then among the installed Python packages.
"""

from __future__ import annotations

import importlib.util
from html import escape
from pathlib import Path

from pipeline.errors import StoreError, UsageError

SUFFIXES = (".png", ".svg", ".html")
SCALE = 2.0
"""Dots of a PNG for each point of the drawing."""

_FOLDERS = (
    "/usr/share/fonts", "/usr/local/share/fonts", "~/.fonts", "~/.local/share/fonts", "/System/Library/Fonts",
    "/Library/Fonts", "~/Library/Fonts", "C:/Windows/Fonts", "~/AppData/Local/Microsoft/Windows/Fonts",
)  # fmt: skip
_NAMES = (
    "NotoSansCJK*", "NotoSansSC*", "SourceHanSans*", "msyh*", "PingFang*", "simhei*", "wqy*", "DroidSansFallback*",
)  # fmt: skip
_PACKAGES = ("pylopdf_fonts_zh_cn",)


def write_chart(path: Path, drawn: str, title: str = "") -> None:
    """Writes an SVG drawing as .svg, .html or .png. Raises UsageError for another name or where no PNG can be made."""
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        raise UsageError(f"图表文件「{path.name}」应以 {'、'.join(SUFFIXES)} 结尾")
    if not path.parent.is_dir():
        raise UsageError(f"文件夹 {path.parent} 不存在，请先建立")
    if suffix == ".png":
        data = png(drawn)
    elif suffix == ".html":
        head = f"<!doctype html><html lang='zh-CN'><meta charset='utf-8'><title>{escape(title or path.stem)}</title>"
        data = f"{head}<body>{drawn}</body></html>\n".encode()
    else:
        data = f"{drawn}\n".encode()
    try:
        path.write_bytes(data)
    except OSError as error:
        raise StoreError(f"写不了 {path}：{error.strerror or error}，请检查文件夹和权限") from error


def png(drawn: str) -> bytes:
    """An SVG drawing as PNG, with Chinese letters. Raises UsageError where the converter or a font is missing."""
    try:
        import vl_convert
    except ImportError as error:
        raise UsageError("导出 PNG 需要 vl-convert，请先 pip install 'gongkai[charts]'，或改存 .svg、.html") from error
    folder = font_folder()
    if folder is None:
        raise UsageError("这台机器上没有中文字体，PNG 里的字会成方框；请先装 Noto Sans CJK，或改存 .svg、.html")
    vl_convert.register_font_directory(str(folder))
    return bytes(vl_convert.svg_to_png(drawn, scale=SCALE))


def font_folder() -> Path | None:
    """A folder with a Chinese font; None where there is none."""
    roots = [Path(folder).expanduser() for folder in _FOLDERS]
    for package in _PACKAGES:
        found = importlib.util.find_spec(package)
        roots += map(Path, found.submodule_search_locations or ()) if found else ()
    for root in roots:
        if not root.is_dir():
            continue
        for name in _NAMES:
            font = next((f for f in sorted(root.rglob(name)) if f.suffix.lower() in (".ttc", ".ttf", ".otf")), None)
            if font is not None:
                return font.parent
    return None
