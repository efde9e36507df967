"""The network of a visitor, for limits that hold for a network."""

import ipaddress
from dataclasses import dataclass
from typing import Self

from django.utils.crypto import salted_hmac

from appkit import limits


@dataclass(frozen=True, slots=True)
class Network:
    """A network as the shop stores it."""

    digest: str
    """A keyed digest, because networks are only compared."""
    is_shared: bool
    """Whether it belongs to a proxy or an ingress, so that all visitors may have this one."""

    @classmethod
    def of(cls, address: str) -> Self:
        """The network of an IP address. An invalid address counts as a shared network."""
        network = limits.network(address)
        is_shared = not network or not ipaddress.ip_address(network).is_global
        digest = salted_hmac("rocket.network", network, algorithm="sha256").hexdigest()
        return cls(digest, is_shared)
