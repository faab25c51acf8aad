"""The process of the desk: ``python -m flows.desk_process``, started by `flows.serve`."""

from __future__ import annotations

import logging
import signal
import threading

import catalog
from flows import child


def main() -> None:
    """Keep the desk open until our parent ends. What is in hand then is given up, and gone on with by the next one."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(message)s")
    stop = threading.Event()
    child.end_with_pipe(stop.set)
    catalog.setup()
    from flows import desk

    desk.keep_open(stop)


if __name__ == "__main__":
    main()
