"""Serving the pages with uvicorn on a socket of this machine."""

from __future__ import annotations

import logging
import socket
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from core.errors import UsageError

if TYPE_CHECKING:
    from django.core.handlers.asgi import ASGIHandler

_SECONDS_TO_FINISH = 5


@contextmanager
def listen(host: str, port: int) -> Iterator[socket.socket]:
    """A listening socket; UsageError where the address cannot be had (another program holds the port)."""
    try:
        family, kind, protocol, _name, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listening = socket.socket(family, kind, protocol)
    except OSError as error:
        raise UsageError(f"cannot listen on {host}: {error.strerror or error}") from error
    with listening:
        try:
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listening.bind(address)
            listening.listen()
        except OSError as error:
            text = f"cannot listen on {host}:{port} ({error.strerror}): choose another port with --port"
            raise UsageError(text) from error
        yield listening


def run(application: ASGIHandler, listening: socket.socket, *, behind_proxy: bool = False) -> None:
    """Serve until SIGINT or SIGTERM. Queries hold names of people, so requests are not logged."""
    import uvicorn

    from web.bodies import bounded

    logging.getLogger("django.request").setLevel(logging.ERROR)
    logging.getLogger("django.security.DisallowedHost").setLevel(logging.CRITICAL)
    # whitenoise hands its (small, few) files over as plain iterators, which Django mentions each time.
    warnings.filterwarnings("ignore", message="StreamingHttpResponse must consume synchronous iterators")
    config = uvicorn.Config(
        bounded(application),
        access_log=False,
        lifespan="off",
        log_level="warning",
        # What a proxy on this machine tells of who asked, and over what; nobody else is believed.
        proxy_headers=behind_proxy,
        forwarded_allow_ips="127.0.0.1,::1",
        server_header=False,
        ws="none",
        timeout_graceful_shutdown=_SECONDS_TO_FINISH,
    )
    uvicorn.Server(config).run(sockets=[listening])
