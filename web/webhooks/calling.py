"""One call to the other side: signed, bounded in time, its answer not read beyond the status."""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import http.client
import socket
import ssl
import threading
import time

from web.webhooks.addresses import AddressError, Target, target

SECONDS = 10.0
"""For the whole call, from connecting to the status."""


class _Pinned(http.client.HTTPConnection):
    """A connection to the address that was looked at, whatever the name means by now."""

    def __init__(self, to: Target) -> None:
        super().__init__(to.host, to.port, timeout=SECONDS / 2)
        self._to = to

    def connect(self) -> None:
        """Connect to the address, and speak TLS with the name."""
        sock = socket.create_connection((self._to.address, self._to.port), self.timeout)
        if self._to.tls:
            sock = ssl.create_default_context().wrap_socket(sock, server_hostname=self._to.host)
        self.sock = sock


def call(url: str, secret: str, name: str, body: str) -> str:
    """Post `body`; empty: the other side took it (2xx), otherwise a line about why not."""
    content, stamp = body.encode(), str(int(time.time()))
    try:
        to = target(url)
        headers = {
            "Host": to.authority,
            "Content-Type": "application/json; charset=utf-8",
            "User-Agent": "sohoa",
            "Sohoa-Message": name,
            "Sohoa-Timestamp": stamp,
            "Sohoa-Signature": f"v1={signature(secret, stamp, content)}",
            "Connection": "close",
        }
        status = _status(to, content, headers)
    except AddressError as error:
        return str(error)
    except (OSError, http.client.HTTPException) as error:
        return f"no answer ({type(error).__name__})"
    return "" if 200 <= status < 300 else f"answered {status}"


def signature(secret: str, stamp: str, content: bytes) -> str:
    """HMAC-SHA256 (hex) of the time, a point and the content."""
    return hmac.new(secret.encode(), stamp.encode() + b"." + content, hashlib.sha256).hexdigest()


def _status(to: Target, content: bytes, headers: dict[str, str]) -> int:
    connection = _Pinned(to)
    overdue = threading.Timer(SECONDS, _cut, [connection])  # a timeout of the socket counts from each byte anew
    overdue.daemon = True
    overdue.start()
    try:
        connection.putrequest("POST", to.path, skip_host=True, skip_accept_encoding=True)
        for name, value in (headers | {"Content-Length": str(len(content))}).items():
            connection.putheader(name, value)
        connection.endheaders(content)
        return connection.getresponse().status
    finally:
        overdue.cancel()
        connection.close()


def _cut(connection: http.client.HTTPConnection) -> None:
    """End a call that takes too long, whatever it waits for."""
    if connection.sock is not None:
        with contextlib.suppress(OSError):
            connection.sock.shutdown(socket.SHUT_RDWR)
