"""The process of a Prefect server of ours: ``python -m flows.server_process``, started by `flows.server`."""

from __future__ import annotations

import os
import signal
import socket

from flows import child
from flows.server import SOCKET


def main() -> None:
    """Serve until the process that started us ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    listening = socket.socket(fileno=int(os.environ.pop(SOCKET)))
    import uvicorn
    from prefect.server.api.server import create_app

    config = uvicorn.Config(
        create_app, factory=True, log_level="error", lifespan="on", access_log=False, timeout_graceful_shutdown=1
    )
    serving = uvicorn.Server(config)

    def end() -> None:
        serving.should_exit = True

    child.end_with_pipe(end)
    serving.run(sockets=[listening])


if __name__ == "__main__":
    main()
