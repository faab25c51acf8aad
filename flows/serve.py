"""Kept warm behind the pages: a Prefect server, a process that runs what it is asked, the desk for new results, and
whoever looks after watched folders. One of them that dies is started again.
"""

from __future__ import annotations

import logging
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from functools import partial
from urllib.parse import urlsplit

from catalog.locks import file_lock
from core.errors import SohoaError
from core.settings import settings
from flows import child, prefect_home
from flows.server import Server, announced, own, server

_log = logging.getLogger(__name__)
_LOOK_EVERY = 0.5
"""Seconds between two looks whether a process is alive."""
_PAUSES = (0.5, 1.0, 2.0, 5.0, 15.0, 60.0)
"""Seconds until one that died is started again; longer each time it dies young, the last one again and again."""
_OF_AGE = 60.0
"""Seconds after which a process that dies did not die young."""
_ENDING = 15.0
"""Seconds that we wait for our processes at the end; without us they end by themselves."""
_CONNECT_SECONDS = 2.0

Alive = Callable[[], bool]


@contextmanager
def keep_warm(worker: bool = True) -> Iterator[None]:
    """Keep the desk and the watch until the block's end, and with `worker` a Prefect server (unless PREFECT_API_URL
    names one) and a process that runs what it is asked.

    Runs on this machine use them, so that none waits for a start. One that dies is started again, and the log says so.
    All end with this process, however it ends. Where another process keeps them warm already, nothing is started.
    Raises ServiceError.
    """
    with ExitStack() as stack:
        if stack.enter_context(file_lock(prefect_home.folder() / "warm.lock", wait=0)):
            _keep(stack, "the desk", partial(_one, "flows.desk_process", "desk.log", {}))
            if settings().watch:
                _keep(stack, "the watch", partial(_one, "flows.watch_process", "watch.log", {}))
            if settings().work_pool:
                _keep(stack, "the dispatcher", partial(_one, "flows.dispatch_process", "dispatch.log", {}))
            elif worker:
                _keep(stack, "Prefect's server or its worker", _server_and_worker)
        yield


def _keep(stack: ExitStack, name: str, begin: Callable[[], AbstractContextManager[Alive]]) -> None:
    """Begin now, which may raise; from then on begin again whenever what was begun is alive no longer."""
    begun = ExitStack()
    alive = begun.enter_context(begin())
    stop = threading.Event()
    thread = threading.Thread(target=_look_after, args=(name, begin, begun, alive, stop), name=name, daemon=True)
    stack.callback(thread.join, _ENDING)
    stack.callback(stop.set)
    thread.start()


def _look_after(
    name: str, begin: Callable[[], AbstractContextManager[Alive]], begun: ExitStack, alive: Alive, stop: threading.Event
) -> None:
    """Until `stop` is set; then end what was begun."""
    young = 0
    with begun:
        while True:
            born = time.monotonic()
            while alive():
                if stop.wait(_LOOK_EVERY):
                    return
            begun.close()
            young = young + 1 if time.monotonic() - born < _OF_AGE else 0
            pause = _PAUSES[min(young, len(_PAUSES) - 1)]
            _log.warning("%s ended; started again in %g s (why it ended: %s)", name, pause, prefect_home.folder())
            if stop.wait(pause):
                return
            try:
                alive = begun.enter_context(begin())
            except (SohoaError, OSError) as error:
                _log.warning("%s cannot be started: %s", name, error)
                alive = _dead


def _dead() -> bool:
    return False


@contextmanager
def _one(module: str, log_name: str, variables: Mapping[str, str]) -> Iterator[Alive]:
    """A process of ours, and whether it is alive. What the one before it said last stays beside its log."""
    log = prefect_home.folder() / log_name
    if log.exists():
        log.replace(log.with_suffix(".before.log"))
    process = child.start(module, variables, log)
    try:
        yield lambda: process.poll() is None
    finally:
        child.stop(process)


@contextmanager
def _server_and_worker() -> Iterator[Alive]:
    """Both, and whether both are alive: a worker knows the address of its server, and a new server has another."""
    with _server() as found, _one("flows.worker_process", "worker.log", _variables(found)) as alive:
        ours = not prefect_home.configured_api()
        yield lambda: alive() and (not ours or _listens(found))


def _listens(found: Server) -> bool:
    """Whether a server of ours is there; one that is busy still listens."""
    named = urlsplit(found.url)
    try:
        socket.create_connection((named.hostname or "127.0.0.1", named.port or 80), _CONNECT_SECONDS).close()
    except TimeoutError:
        return True
    except OSError:
        return False
    return True


@contextmanager
def _server() -> Iterator[Server]:
    if prefect_home.configured_api():
        with server() as named:
            yield named
    else:
        with own("warm-server.log", {}) as started, announced(started):
            yield started


def _variables(found: Server) -> dict[str, str]:
    auth = {"PREFECT_API_AUTH_STRING": found.auth} if found.auth else {}
    return {
        **prefect_home.environment(),
        "PREFECT_API_URL": found.url,
        "PREFECT_RUNNER_POLL_FREQUENCY": "3",
        **auth,
    }
