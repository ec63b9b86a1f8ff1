"""Batches by cost: what is dear to read comes first and by itself, so that the cores end together.

The cost is a guess from the name and the size (ms of one core, measured on the sample corpus); it only decides how
documents are put together, never what is done with them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from pipeline.bulk.discover import Item

BATCH_DOCUMENTS = 100
BATCH_BYTES = 32 << 20
BATCH_COST = 3_000.0
"""A batch ends at the first of these: enough to make handing it over worth while, little to lose when it is lost."""

_PICTURES = frozenset({".png", ".jpg", ".jpeg", ".tif", ".tiff", ".bmp", ".webp", ".gif"})
_COSTS = {".pdf": 60.0, ".docx": 18.0, ".xlsx": 25.0, ".doc": 1500.0, ".xls": 1500.0, ".rtf": 1500.0, ".odt": 1500.0}
_PICTURE, _OTHER = 3000.0, 11.0
_PER_MEGABYTE = 40.0


def cost(item: Item) -> float:
    """About how many ms of one core a document takes."""
    suffix = Path(item.member or item.path).suffix.lower()
    base = _PICTURE if suffix in _PICTURES else _COSTS.get(suffix, _OTHER)
    return base + item.size / (1 << 20) * _PER_MEGABYTE


def _kind(item: Item) -> tuple[float, str]:
    """What may share a batch. An archive is read from front to back, so its entries stay together."""
    if item.member is not None:
        return _OTHER, item.path
    suffix = Path(item.path).suffix.lower()
    return (_PICTURE if suffix in _PICTURES else _COSTS.get(suffix, _OTHER)), ""


def batches(items: Iterable[Item]) -> Iterator[tuple[Item, ...]]:
    """Batches of one kind each, the dearest kind first, within a kind in order of input."""
    kinds: dict[tuple[float, str], list[Item]] = {}
    for item in items:
        kinds.setdefault(_kind(item), []).append(item)
    for kind in sorted(kinds, key=lambda kind: (-kind[0], kind[1])):
        yield from _cut(kinds[kind])


def _cut(items: list[Item]) -> Iterator[tuple[Item, ...]]:
    batch: list[Item] = []
    size, spent = 0, 0.0
    for item in items:
        price = cost(item)
        full = len(batch) >= BATCH_DOCUMENTS or size + item.size > BATCH_BYTES or spent + price > BATCH_COST
        if batch and full:
            yield tuple(batch)
            batch, size, spent = [], 0, 0.0
        batch.append(item)
        size += item.size
        spent += price
    if batch:
        yield tuple(batch)
