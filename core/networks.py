"""Which addresses of a network this program may call, where somebody else named them.

Who lets outsiders name addresses resolves a name once (`resolved`), holds all that it means against a policy of its own
(`is_public`, `own`), and connects to that very address.
"""

from __future__ import annotations

import ipaddress
import socket

from core.errors import SettingsError
from core.settings import settings

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
_TRANSLATED = tuple(map(ipaddress.IPv6Network, ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32")))
"""Networks whose addresses stand for IPv4 addresses."""


def resolved(host: str, port: int) -> tuple[Address, ...]:
    """All addresses that `host` has now. Raises OSError or UnicodeError where the name is not known."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return tuple(ipaddress.ip_address(str(entry[4][0]).partition("%")[0]) for entry in found)


def is_public(address: Address) -> bool:
    """Whether anybody may reach it: no network of an office or a machine, nor one that stands for such."""
    if isinstance(address, ipaddress.IPv6Address) and (
        address.ipv4_mapped is not None or any(address in network for network in _TRANSLATED)
    ):
        return False
    return address.is_global and not address.is_multicast


def own() -> tuple[Network, ...]:
    """The networks that the operator allows besides (``webhook_networks``). Raises SettingsError."""
    named = [name.strip() for name in settings().webhook_networks.split(",")]
    try:
        return tuple(ipaddress.ip_network(name) for name in named if name)
    except ValueError as error:
        raise SettingsError(f"SOHOA_WEBHOOK_NETWORKS: {error}") from error


def is_within(address: Address, networks: tuple[Network, ...]) -> bool:
    """Whether it lies in one of them."""
    return any(address.version == network.version and address in network for network in networks)
