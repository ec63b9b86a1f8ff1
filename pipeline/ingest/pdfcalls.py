"""The few functions of pdfium that are called for every character and shape, without ctypes' checks of each argument.

pypdfium2's own bindings convert every argument and let go of the interpreter lock, which costs as much as the work
behind it. Handles and places for results are plain addresses here; `address` gives that of a handle.
"""

from __future__ import annotations

import ctypes
from typing import Any

import pypdfium2.raw as raw

_ADDRESS, _INT = ctypes.c_void_p, ctypes.c_int


def address(handle: Any) -> int:
    """The address that a handle of pdfium or a ctypes value stands for."""
    return ctypes.cast(handle, _ADDRESS).value or 0


def _call(function: Any, result: Any, *arguments: Any) -> Any:
    return ctypes.PYFUNCTYPE(result, *arguments)(address(function))


unicode_of = _call(raw.FPDFText_GetUnicode, ctypes.c_uint, _ADDRESS, _INT)
loose_box = _call(raw.FPDFText_GetLooseCharBox, _INT, _ADDRESS, _INT, _ADDRESS)
"""Fills four floats: left, top, right, bottom."""
tight_box = _call(raw.FPDFText_GetCharBox, _INT, _ADDRESS, _INT, *[_ADDRESS] * 4)
"""Fills four doubles: left, right, bottom, top."""
origin_of = _call(raw.FPDFText_GetCharOrigin, _INT, _ADDRESS, _INT, _ADDRESS, _ADDRESS)
object_at = _call(raw.FPDFPage_GetObject, _ADDRESS, _ADDRESS, _INT)
type_of = _call(raw.FPDFPageObj_GetType, _INT, _ADDRESS)
bounds_of = _call(raw.FPDFPageObj_GetBounds, _INT, _ADDRESS, *[_ADDRESS] * 4)
"""Fills four floats: left, bottom, right, top."""
