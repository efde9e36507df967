"""Whom to believe about the client: forwarded headers count only from the known proxy."""

import ipaddress
import re
import socket
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

KNOWN_FOR = 10.0
"""Seconds for which an address that resolved is believed."""

UNKNOWN_PAUSE = 1.0
"""Seconds between two look-ups on behalf of unknown peers."""

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


def resolve(name: str) -> frozenset[str]:
    """Every address of a host name now; none when it does not resolve."""
    try:
        found = socket.getaddrinfo(name, None, proto=socket.IPPROTO_TCP)
    except OSError:
        return frozenset()
    return frozenset(str(address[0]) for *_, address in found)


class TrustedProxy:
    """Knows the proxy by its name: its address may change while we run."""

    def __init__(
        self,
        name: str,
        look_up: Callable[[str], Iterable[str]] = resolve,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._name = name
        self._look_up = look_up
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._known: frozenset[str] = frozenset()
        self._asked = float("-inf")

    def trusts(self, address: str) -> bool:
        """Whether `address` is the proxy's. Asks the resolver at most once a second."""
        if not self._name:
            return False
        with self._lock:
            pause = KNOWN_FOR if address in self._known else UNKNOWN_PAUSE
            now = self._monotonic()
            if now - self._asked >= pause:
                self._asked = now
                self._known = frozenset(self._look_up(self._name))
            return address in self._known


@dataclass(frozen=True)
class Forwarded:
    """What the proxy says about a request; empty where it says nothing usable."""

    prefix: str = ""
    client: str = ""
    secure: bool = False


def take_forwarded(environ: dict[str, Any], trusted: bool) -> Forwarded:
    """Removes every forwarded header from `environ`, whoever sent it, and returns those of a
    trusted peer that are well formed.
    """
    sent = {name: str(environ.pop(name, "")) for name in _FORWARDED}
    if not trusted:
        return Forwarded()
    prefix, client = sent["HTTP_X_FORWARDED_PREFIX"], sent["HTTP_X_FORWARDED_FOR"]
    return Forwarded(
        prefix=prefix if _PREFIX.fullmatch(prefix) else "",
        client=client if _is_address(client) else "",
        secure=sent["HTTP_X_FORWARDED_PROTO"] == "https",
    )


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True
