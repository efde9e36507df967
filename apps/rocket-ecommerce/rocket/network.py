"""The network of a visitor, for limits that hold for a network."""

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
    """Whether all visitors may have this one."""

    @classmethod
    def of(cls, address: str) -> Self:
        """The network of an IP address. An invalid address counts as a shared network."""
        network = limits.network(address)
        digest = salted_hmac("rocket.network", network, algorithm="sha256").hexdigest()
        return cls(digest, limits.is_shared(network))
