"""/check : the clerk's check of a draft. Nothing of it is kept."""

from __future__ import annotations

import threading

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile

from pipeline.errors import ReadError
from pipeline.web import filters, source
from pipeline.web.drafts import Drafts
from pipeline.web.render import page

router = APIRouter()


def _drafts(request: Request) -> Drafts:
    found: Drafts = request.app.state.drafts
    return found


@router.get("/check")
def form(request: Request) -> HTMLResponse:
    threading.Thread(target=_drafts(request).warm, daemon=True).start()
    return page(request, "check.html", error="", limit=request.app.state.settings.upload_bytes >> 20)


@router.post("/check")
async def check(request: Request) -> HTMLResponse:
    """Reads the file or the pasted text and shows what does not add up."""
    limit = request.app.state.settings.upload_bytes
    async with request.form(max_files=1, max_fields=5, max_part_size=4 << 20) as told:
        file = told.get("file")
        content, name = b"", ""
        if isinstance(file, UploadFile) and file.filename:
            content, name = await file.read(), filters.text(file.filename, 120)
        elif isinstance(text := told.get("text"), str) and text.strip():
            content, name = text.encode("utf-8", "replace"), "粘贴的文字.txt"
    if not content:
        said = "文件是空的，请换一个文件" if name else "请选择一个文件，或粘贴年报的文字"
        return page(request, "check.html", status=400, error=said, limit=limit >> 20)
    try:
        result = await run_in_threadpool(_drafts(request).check, content, name)
    except ReadError as error:
        return page(request, "check.html", status=422, error=error.message, limit=limit >> 20)
    return page(request, "draft.html", result=result, view=source.view(result), name=name)
