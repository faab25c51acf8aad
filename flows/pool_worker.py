"""A worker of the pool on this machine: takes runs from Prefect and starts a process for each, until it is ended."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
from collections.abc import Sequence

from core.errors import ServiceError, UsageError
from core.settings import settings
from flows import child, prefect_home
from flows.deployments import QUEUES, UPKEEP
from flows.run import connected

QUERY_SECONDS = "2"
"""How often Prefect is asked for runs: what an urgent scan waits at most for that."""


def run(queues: Sequence[str], limit: int) -> None:
    """Work until SIGTERM or SIGINT; `queues` empty: all of them, `limit` runs at a time.

    Raises UsageError (no pool, no server named, an unknown queue) and ServiceError.
    """
    pool = settings().work_pool
    if not pool or not prefect_home.configured_api():
        raise UsageError("workers take runs from a Prefect server: set PREFECT_API_URL and SOHOA_WORK_POOL")
    if unknown := set(queues) - {*QUEUES, UPKEEP}:
        raise UsageError(f"no such queue: {', '.join(sorted(unknown))}; there are {', '.join((*QUEUES, UPKEEP))}")
    path = os.pathsep.join(filter(None, (str(child.ROOT), os.environ.get("PYTHONPATH"))))
    os.environ.update({"PREFECT_WORKER_QUERY_SECONDS": QUERY_SECONDS, "PYTHONPATH": path})
    with connected():
        _start(pool, list(queues) or None, limit)


def _start(pool: str, queues: list[str] | None, limit: int) -> None:
    from prefect.exceptions import PrefectHTTPStatusError
    from prefect.workers.process import ProcessWorker

    async def work() -> None:
        worker = ProcessWorker(
            work_pool_name=pool,
            work_queues=queues,
            name=f"{socket.gethostname()}-{os.getpid()}",
            limit=limit,
            create_pool_if_not_found=False,
        )
        working = asyncio.ensure_future(worker.start(printer=lambda *_said: None))
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, working.cancel)
        try:
            await working
        except asyncio.CancelledError:
            return

    try:
        asyncio.run(work())
    except PrefectHTTPStatusError as error:
        raise ServiceError(f"the work pool {pool!r} cannot be reached ({error}): run `sohoa init` first") from error
