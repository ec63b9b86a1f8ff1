"""Files that a page names and that lie beside it. A page is untrusted: nothing outside its folder is ever opened."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote, urlsplit


def inside(address: str, beside: Path | None) -> Path | None:
    """The file below the folder `beside` that a relative address names; None for any other, and through no link out."""
    if beside is None:
        return None
    try:
        parts = urlsplit(address)
        if parts.scheme or parts.netloc or not parts.path:
            return None
        folder = beside.resolve()
        path = (folder / unquote(parts.path).lstrip("/\\")).resolve()
        return path if path.is_relative_to(folder) and path.is_file() else None
    except (OSError, ValueError):
        return None
