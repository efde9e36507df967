"""Evaluates forwarded headers (`X-Forwarded-…`), which are trusted only from known proxies."""

import ipaddress
import re
import socket
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

TRUST_SECONDS = 10.0
"""Seconds for which a resolved address is trusted without another lookup."""

MIN_LOOKUP_INTERVAL = 1.0
"""Seconds between two lookups that requests from unknown addresses cause."""

_FORWARDED = (
    "HTTP_FORWARDED",
    "HTTP_X_FORWARDED_FOR",
    "HTTP_X_FORWARDED_HOST",
    "HTTP_X_FORWARDED_PORT",
    "HTTP_X_FORWARDED_PREFIX",
    "HTTP_X_FORWARDED_PROTO",
    "HTTP_X_FORWARDED_SSL",
    "HTTP_X_REAL_IP",
    "HTTP_X_SCRIPT_NAME",
)
_PREFIX = re.compile(r"(/[a-z0-9-]+)+")

type Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def resolve(name: str) -> frozenset[str]:
    """All current addresses of a host name; empty when it does not resolve."""
    try:
        found = socket.getaddrinfo(name, None, proto=socket.IPPROTO_TCP)
    except OSError:
        return frozenset()
    return frozenset(str(address[0]) for *_, address in found)


class TrustedProxy:
    """Recognizes the proxy by its host name, because its address may change at run time."""

    def __init__(
        self,
        name: str,
        lookup: Callable[[str], Iterable[str]] = resolve,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._name = name
        self._lookup = lookup
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._known: frozenset[str] = frozenset()
        self._looked_up = float("-inf")

    def trusts(self, address: str) -> bool:
        """Whether `address` belongs to the proxy. Resolves the name at most once a second."""
        if not self._name:
            return False
        with self._lock:
            interval = TRUST_SECONDS if address in self._known else MIN_LOOKUP_INTERVAL
            now = self._monotonic()
            if now - self._looked_up >= interval:
                self._looked_up = now
                self._known = frozenset(self._lookup(self._name))
            return address in self._known


@dataclass(frozen=True)
class Forwarded:
    """The forwarded headers of a request; empty where one is missing, invalid or not trusted."""

    prefix: str = ""
    client: str = ""
    secure: bool = False


def take_forwarded(
    environ: dict[str, Any], proxy: TrustedProxy, networks: Sequence[Network]
) -> Forwarded:
    """Removes all forwarded headers from `environ`, and returns the well-formed ones.

    `proxy` replaces what a client sends in them. The proxies in `networks`, such as a TLS
    terminator, append the address of their client, and pass any other header on, so that a client
    can choose the prefix.
    """
    sent = {name: str(environ.pop(name, "")) for name in _FORWARDED}
    peer = str(environ.get("REMOTE_ADDR", ""))
    is_ours = proxy.trusts(peer)
    if not (is_ours or _is_in(peer, networks)):
        return Forwarded()
    prefix = sent["HTTP_X_FORWARDED_PREFIX"]
    return Forwarded(
        prefix=prefix if is_ours and _PREFIX.fullmatch(prefix) else "",
        client=_client(sent["HTTP_X_FORWARDED_FOR"].split(","), networks),
        secure=sent["HTTP_X_FORWARDED_PROTO"] == "https",
    )


def _client(hops: Sequence[str], networks: Sequence[Network]) -> str:
    """The last address that is not that of a proxy in `networks`; empty if a hop is malformed."""
    address = ""
    for hop in reversed(hops):
        address = hop.strip()
        if _parsed(address) is None:
            return ""
        if not _is_in(address, networks):
            break
    return address


def _is_in(text: str, networks: Sequence[Network]) -> bool:
    address = _parsed(text) if networks else None
    return address is not None and any(address in network for network in networks)


def _parsed(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    # The form in which a socket for both protocols has an IPv4 address.
    return getattr(address, "ipv4_mapped", None) or address
