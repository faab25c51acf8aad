"""Where messages may go.

Threat model: whoever holds a token makes this program call something that only this program can reach: the database
next door, a cloud's metadata address, the office's printers. So an address must be public, unless the operator allowed
its network (`webhook_networks`); the name is resolved once and that very address is connected to, so that it cannot
mean something else a moment later; redirects are not followed. Without TLS only allowed networks are called. Accepted
risk: public addresses may be called by anybody who may subscribe; what they answer is not passed on.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from core import networks
from core.errors import UsageError

_LONGEST = 2000


class AddressError(UsageError):
    """An address that is not called."""


@dataclass(frozen=True, slots=True)
class Target:
    """What is called."""

    host: str
    """As the other side is called, for its certificate and its web server."""
    address: str
    """The one that is connected to."""
    port: int
    path: str
    tls: bool

    @property
    def authority(self) -> str:
        """Host and port as a request names them."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == (443 if self.tls else 80) else f"{host}:{self.port}"


def target(url: str) -> Target:
    """What `url` means now. Raises AddressError for one that may not be called, or whose name is not known."""
    try:
        parts = urlsplit(url)
        port, host = parts.port, (parts.hostname or "").encode("idna").decode("ascii")
    except (ValueError, UnicodeError) as error:
        raise AddressError("this is no address") from error
    tls = parts.scheme == "https"
    if len(url) > _LONGEST or not url.isascii() or not url.isprintable() or " " in url or "#" in url:
        raise AddressError("an address is https://NAME/PATH in ASCII, at most 2000 characters")
    if parts.scheme not in {"https", "http"} or not host or parts.username is not None or port == 0:
        raise AddressError("an address begins with https:// and a name, without a password")
    port = port or (443 if tls else 80)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(host, _resolved(host, port, tls), port, path, tls)


def _resolved(host: str, port: int, tls: bool) -> str:
    """The address of `host`; all that it has must be allowed, lest it be chosen by chance."""
    try:
        addresses = networks.resolved(host, port)
    except (OSError, UnicodeError) as error:
        raise AddressError(f"the name {host} is not known") from error
    own = networks.own()
    if not addresses or not all(
        networks.is_within(address, own) or (tls and networks.is_public(address)) for address in addresses
    ):
        raise AddressError(
            "this address may not be called: it is not public (webhook_networks allows networks), or lacks https"
        )
    return str(addresses[0])
