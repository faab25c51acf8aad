"""The process of the dispatcher: ``python -m flows.dispatch_process``, started by `flows.serve`."""

from __future__ import annotations

import logging
import signal
import threading

import catalog
from flows import child
from flows.run import connected


def main() -> None:
    """Make sure that pool and deployments are there, and dispatch until our parent ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(message)s")
    stop = threading.Event()
    child.end_with_pipe(stop.set)
    catalog.setup()
    with connected():
        from flows import dispatch

        dispatch.keep_dispatching(stop)


if __name__ == "__main__":
    main()
