"""Whether a table holds data or only arranges what is around it; shared by the readers of HTML and DOCX."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.ingest.pieces import Grid, Piece, Prose

_SHORT = 12
_LONG = 120
_SMALL = 400


def is_layout(filled: Sequence[Sequence[Piece]]) -> bool:
    """`filled`: the pieces of each cell that is not empty.

    A table of tables, one with a single filled cell, and one in which prose outweighs the short cells is layout: its
    pieces belong to the text around it. With a dozen short cells it is data however long its notes are.
    """
    if len(filled) < 2:
        return True
    sizes: list[int] = []
    for cell in filled:
        size = 0
        for piece in cell:
            if isinstance(piece, Grid):
                return True
            size += len(piece.text)
        sizes.append(size)
    total = sum(sizes)
    if total < _SMALL:
        return False
    long = sum(size for size in sizes if size > _LONG)
    return long > 0.7 * total and sum(size <= _SHORT for size in sizes) < _SHORT


def cell_text(pieces: Sequence[Piece]) -> str:
    """The text of a data cell, its lines as they are."""
    if len(pieces) == 1 and isinstance(pieces[0], Prose):
        return pieces[0].text
    return "\n".join(piece.text for piece in pieces if isinstance(piece, Prose))
