"""Templates: one environment, everything escaped, and the words and numbers as the pages write them."""

from __future__ import annotations

import hashlib
from datetime import datetime
from decimal import Decimal
from functools import cache
from importlib import resources
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined

from pipeline.explain.names import COLUMNS, HOW, KINDS, LEVELS, SEVERITY, VERDICTS
from pipeline.store.identity import plain
from pipeline.web import regions
from pipeline.web.filters import DECIDED, DECISIONS, SORTS

TYPES = {"css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8", "svg": "image/svg+xml",
         "txt": "text/plain; charset=utf-8"}  # fmt: skip


@cache
def static_files() -> dict[str, tuple[bytes, str, str]]:
    """Name → (content, media type, hash) of every static file: read once, so that no request opens a file."""
    found = {}
    for file in resources.files("pipeline.web").joinpath("static").iterdir():
        ending = file.name.rpartition(".")[2]
        if file.is_file() and ending in TYPES:
            content = file.read_bytes()
            found[file.name] = (content, TYPES[ending], hashlib.sha256(content).hexdigest()[:12])
    return found


def static(name: str) -> str:
    """The address of a static file; it changes with its content."""
    return f"/static/{name}?v={static_files()[name][2]}"


def num(value: Any) -> str:
    """A number for people: thousands apart, no trailing zeros; nothing for nothing."""
    if value is None or value == "":
        return ""
    if isinstance(value, int):
        return f"{value:,}"
    text = plain(value if isinstance(value, Decimal) else Decimal(str(value)))
    whole, point, rest = text.partition(".")
    sign, digits = ("−", whole[1:]) if whole.startswith("-") else ("", whole)
    return f"{sign}{int(digits):,}{point}{rest}"


def share(part: int, whole: int) -> str:
    """A share in percent with one place; nothing of nothing."""
    return "" if not whole else f"{part * 100 / whole:.1f}%"


def when(value: Any) -> str:
    """A moment (UTC in the database) as local time."""
    if isinstance(value, datetime):
        from datetime import UTC

        return value.replace(tzinfo=UTC).astimezone().strftime("%Y-%m-%d %H:%M")
    return str(value or "")[:16].replace("T", " ")


@cache
def environment() -> Environment:
    env = Environment(
        loader=PackageLoader("pipeline.web"), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip
    env.globals.update(
        static=static, VERDICTS=VERDICTS, SEVERITY=SEVERITY, LEVELS=LEVELS, KINDS=KINDS, COLUMNS=COLUMNS, HOW=HOW,
        DECISIONS=DECISIONS, DECIDED=DECIDED, SORTS=SORTS, region_name=regions.name, full_region=regions.full_name,
        share=share,
    )  # fmt: skip
    env.filters.update(num=num, when=when)
    return env


def page(request: Request, template: str, *, status: int = 200, **values: Any) -> HTMLResponse:
    """A page from a template."""
    told = {
        "path": request.url.path,
        "query": str(request.url.query),
        "guarded": request.app.state.settings.token is not None,
        **values,
    }
    return HTMLResponse(environment().get_template(template).render(told), status_code=status)
