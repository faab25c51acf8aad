"""Kept warm behind the pages: a Prefect server, a process that runs what it is asked, the desk for new results, and
whoever looks after watched folders.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from catalog.locks import file_lock
from core.settings import settings
from flows import child, prefect_home
from flows.server import Server, announced, own, server


@contextmanager
def keep_warm(worker: bool = True) -> Iterator[None]:
    """Keep the desk and the watch until the block's end, and with `worker` a Prefect server (unless PREFECT_API_URL
    names one) and a process that runs what it is asked.

    Runs on this machine use them, so that none waits for a start. All end with this process, however it
    ends. Where another process keeps them warm already, nothing is started. Raises ServiceError.
    """
    with ExitStack() as stack:
        if stack.enter_context(file_lock(prefect_home.folder() / "warm.lock", wait=0)):
            log = prefect_home.folder() / "desk.log"
            stack.callback(child.stop, child.start("flows.desk_process", {}, log))
            if settings().watch:
                watching = child.start("flows.watch_process", {}, prefect_home.folder() / "watch.log")
                stack.callback(child.stop, watching)
            if settings().work_pool:
                log = prefect_home.folder() / "dispatch.log"
                stack.callback(child.stop, child.start("flows.dispatch_process", {}, log))
            elif worker:
                found = stack.enter_context(_server())
                stack.callback(child.stop, _worker(found))
        yield


@contextmanager
def _server() -> Iterator[Server]:
    if prefect_home.configured_api():
        with server() as named:
            yield named
    else:
        with own("warm-server.log", {}) as started, announced(started):
            yield started


def _worker(found: Server) -> subprocess.Popen[bytes]:
    folder = prefect_home.folder()
    auth = {"PREFECT_API_AUTH_STRING": found.auth} if found.auth else {}
    variables = {
        **prefect_home.environment(),
        "PREFECT_API_URL": found.url,
        "PREFECT_RUNNER_POLL_FREQUENCY": "3",
        **auth,
    }
    return child.start("flows.worker_process", variables, folder / "worker.log")
