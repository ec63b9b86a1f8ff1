"""Small questions to the markup of a Word file: properties of runs and cells, and which branch is read."""

from __future__ import annotations

from collections.abc import Callable

from pipeline.ingest.docxnum import W, value
from pipeline.ingest.marks import apart, lowered, raised
from pipeline.ingest.ooxml import Element

MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
ALTERNATE = MC + "AlternateContent"
_VAL = W + "val"
_OFF = ("0", "false", "off")


def has(parent: Element | None, *names: str) -> bool:
    """Whether an element has this descendant, named step by step."""
    for name in names:
        if parent is None:
            return False
        parent = parent.find(W + name)
    return parent is not None


def on(properties: Element, name: str) -> bool:
    """Whether a run has this property, and not switched off."""
    found = properties.find(W + name)
    return found is not None and found.get(_VAL) not in _OFF


def shown(properties: Element) -> Callable[[str], str]:
    """How the text of a run is written: small digits where it is raised or lowered, apart where it is struck."""
    place = value(properties, "vertAlign")
    if place in ("superscript", "subscript"):
        return raised if place == "superscript" else lowered
    return apart if on(properties, "strike") or on(properties, "dstrike") else str


def merge(properties: Element | None, name: str) -> str:
    """ "restart", "continue" or "" for a cell's vMerge (hMerge: the old way of merging to the left)."""
    found = None if properties is None else properties.find(W + name)
    if found is None:
        return ""
    return "restart" if found.get(_VAL) == "restart" else "continue"


def chosen(alternate: Element) -> Element:
    """The one branch of an AlternateContent that is read: the new one, else the fallback."""
    choice = alternate.find(MC + "Choice")
    fallback = alternate.find(MC + "Fallback")
    if choice is not None:
        return choice
    return alternate.makeelement(MC + "Fallback") if fallback is None else fallback
