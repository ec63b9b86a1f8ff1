"""A run in a process of its own, for tests that kill it: `python -m tests.flows.drive CORPUS DB PIECE [WORKERS]`.

PIECE is how many documents a transaction takes; each that is through is told by a line on stdout.
"""

from __future__ import annotations

import sys

from pipeline.bulk import loading, session
from pipeline.store import open_db


class Told(session.Session):
    """A session that says when a piece is loaded."""

    def load(self, piece: loading.Piece) -> None:
        super().load(piece)
        print("loaded", piece.documents, flush=True)


def run(corpus: str, db: str, piece: int, workers: int = 2) -> None:
    """Plans and runs without Prefect."""
    loading.DOCUMENTS = piece
    session.Session = Told  # type: ignore[misc]  # the class the planner makes; only in this process
    with open_db(db) as database, session.start([corpus], database, workers=workers) as planned:
        print("planned", len(planned.job.items), flush=True)
        if planned.job.items:
            session.run_plain(planned)
        planned.finish()


if __name__ == "__main__":
    run(sys.argv[1], sys.argv[2], int(sys.argv[3]), *map(int, sys.argv[4:5]))
