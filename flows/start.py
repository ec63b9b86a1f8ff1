"""Runs a planned session as a flow, or without Prefect when its API cannot be had."""

from __future__ import annotations

import sys

from flows.settings import prepare
from pipeline.bulk.session import Session, current, run_plain
from pipeline.errors import GongkaiError, UsageError


def run(session: Session, inputs: list[str], db: str, *, orchestrate: bool = True, engine: str = "local") -> None:
    """Works through the session's batches. Says so on stderr when it goes on without Prefect.

    Raises UsageError for a Dask engine without Prefect, which is what hands work to the cluster.
    """
    if engine != "local" and not orchestrate:
        raise UsageError("--engine dask 要经 Prefect：请去掉 --no-prefect")
    if not orchestrate:
        run_plain(session)
        return
    token = current.set(session)
    try:
        prepare()
        from flows.process import process_reports

        process_reports(inputs=inputs, db=db, workers=session.workers, engine=engine)
    except GongkaiError:
        raise
    except Exception as error:
        # Prefect raises many kinds of errors when its API is out of reach. If none of our batches had begun, the
        # failure is Prefect's and the same functions run without it; otherwise it is ours and must be seen.
        if session.begun or engine != "local":
            raise
        print(f"连不上 Prefect 的接口（{type(error).__name__}），改为不经 Prefect 直接处理。", file=sys.stderr)
        run_plain(session)
    finally:
        current.reset(token)
