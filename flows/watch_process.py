"""The process that looks after watched folders: ``python -m flows.watch_process``, started by `flows.serve`."""

from __future__ import annotations

import logging
import signal
import threading

import catalog
from catalog.configuration import close
from core.settings import WatchedFolder, settings
from flows import child

_log = logging.getLogger("sohoa.watch")


def main() -> None:
    """Watch the folders of the settings until our parent ends; a thread each, so that none waits for another."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    stop = threading.Event()
    child.end_with_pipe(stop.set)
    catalog.setup()
    from staging import arrivals

    arrivals.clear_away()
    threads = [threading.Thread(target=_watch, args=(watched, stop)) for watched in settings().watch]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _watch(watched: WatchedFolder, stop: threading.Event) -> None:
    from staging.watch import Told, Watcher

    def tell(told: Told) -> None:
        _log.info("%s: %s %s", watched.path, told.what.value, told.text or told.name)

    try:
        Watcher(watched, tell).keep(stop)
    finally:
        close()


if __name__ == "__main__":
    main()
