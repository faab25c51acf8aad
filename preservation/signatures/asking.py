"""Lists of revoked certificates and answers of OCSP servers, fetched over the network (`SOHOA_REVOCATION=online`).

Threat model. The addresses stand in certificates, which anybody may bring along in a signed file: one could make this
program call what only it can reach. So a name is resolved once and that very address is connected to, it must be a
public one, on port 80 or 443, without redirects, answers are bounded in size and the call in time, and what comes is
read in the process with limits alone, where it counts only if the authority signed it. Such servers speak plain HTTP by
rule (RFC 5280). Accepted risk: a public server learns that this office looks at a signature. Networks named in
`SOHOA_WEBHOOK_NETWORKS` may be called as well, on any port: an office's own authority often stands there.
"""

from __future__ import annotations

import base64
import contextlib
import http.client
import socket
import ssl
import threading
from collections.abc import Iterable
from urllib.parse import urlsplit

from core import networks
from preservation.signatures.verdicts import Wanted

SECONDS = 10.0
MOST_BYTES = 20_000_000
_MOST = 8
"""Calls for one file."""
_LONGEST = 2000
_PORTS = {"http": 80, "https": 443}


class NotAskedError(ValueError):
    """An address that is not called, or that gave nothing."""


def fetch(wanted: Iterable[Wanted]) -> tuple[tuple[bytes, ...], tuple[bytes, ...]]:
    """Lists and OCSP answers (DER), as many of those wanted as can be had."""
    crls, ocsps = list[bytes](), list[bytes]()
    for one in list(wanted)[:_MOST]:
        with contextlib.suppress(NotAskedError, OSError, http.client.HTTPException):
            content = _call(one)
            (ocsps if one.request else crls).append(content)
    return tuple(crls), tuple(ocsps)


def _call(wanted: Wanted) -> bytes:
    scheme, host, port, path = _parts(wanted.url)
    connection = _Pinned(host, _resolved(host, port, _PORTS[scheme]), port, tls=scheme == "https")
    overdue = threading.Timer(SECONDS, _cut, [connection])  # a timeout of the socket counts from each byte anew
    overdue.daemon = True
    overdue.start()
    try:
        if wanted.request:
            headers = {"Content-Type": "application/ocsp-request", "Connection": "close"}
            connection.request("POST", path, base64.b64decode(wanted.request), headers)
        else:
            connection.request("GET", path, headers={"Connection": "close"})
        answer = connection.getresponse()
        content = answer.read(MOST_BYTES + 1)
    finally:
        overdue.cancel()
        connection.close()
    if answer.status != 200 or not content or len(content) > MOST_BYTES:
        raise NotAskedError(f"answered {answer.status} with {len(content)} bytes")
    return content


def _parts(url: str) -> tuple[str, str, int, str]:
    try:
        parts = urlsplit(url)
        port, host = parts.port, (parts.hostname or "").encode("idna").decode("ascii")
    except (ValueError, UnicodeError) as error:
        raise NotAskedError("this is no address") from error
    plain = len(url) <= _LONGEST and url.isascii() and url.isprintable() and " " not in url
    if not plain or parts.scheme not in _PORTS or not host or parts.username is not None:
        raise NotAskedError("this address is not called")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return parts.scheme, host, port or _PORTS[parts.scheme], path


def _resolved(host: str, port: int, usual: int) -> str:
    """The address of `host`; all that it has must be allowed, lest it be chosen by chance."""
    try:
        addresses = networks.resolved(host, port)
    except (OSError, UnicodeError) as error:
        raise NotAskedError(f"the name {host} is not known") from error
    own = networks.own()
    if not addresses or not all(
        networks.is_within(one, own) or (port == usual and networks.is_public(one)) for one in addresses
    ):
        raise NotAskedError("this address may not be called")
    return str(addresses[0])


class _Pinned(http.client.HTTPConnection):
    """A connection to the address that was looked at, whatever the name means by now."""

    def __init__(self, host: str, address: str, port: int, *, tls: bool) -> None:
        super().__init__(host, port, timeout=SECONDS / 2)
        self._address, self._tls = address, tls

    def connect(self) -> None:
        """Connect to the address, and speak TLS with the name."""
        sock = socket.create_connection((self._address, self.port), self.timeout)
        self.sock = ssl.create_default_context().wrap_socket(sock, server_hostname=self.host) if self._tls else sock


def _cut(connection: http.client.HTTPConnection) -> None:
    """End a call that takes too long, whatever it waits for."""
    if connection.sock is not None:
        with contextlib.suppress(OSError):
            connection.sock.shutdown(socket.SHUT_RDWR)
