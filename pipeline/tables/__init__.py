"""The statutory tables of a report: from raw tables, or from text that has lost them, to cells of the form.

    bytes → Document ─ grids ──→ Reading (places of the form) ─┐
                     └ flat text (where a table is missing) ───┴→ recover → cells, one for every place of the form

heads.py and match.py read tables whose lines run down, matrix.py table 4, flat.py text dumps, pages.py joins parts,
recover.py finds the one placement that the sums allow where a dump has lost its blanks. Forms: lexicons/forms.
"""

from __future__ import annotations

from pipeline.tables.reader import TableReader, TablesResult

__all__ = ["TableReader", "TablesResult"]
