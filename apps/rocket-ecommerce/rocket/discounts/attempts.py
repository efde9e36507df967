"""Limits of the discount codes that a visitor can try, so that nobody can guess one."""

from datetime import timedelta

from appkit.limits import Attempt, Limit
from rocket.network import Network

OF_A_CART = Limit("discount codes of a cart", 5, timedelta(minutes=15))
FROM_A_NETWORK = Limit("discount codes from a network", 20, timedelta(hours=1))
# All visitors may have this network. Nobody can keep the others from entering codes for long.
FROM_A_SHARED_NETWORK = Limit("discount codes from a shared network", 30, timedelta(minutes=1))


def attempts(cart_key: str, address: str) -> tuple[Attempt, ...]:
    """The attempts that one code from `address` counts as."""
    network = Network.of(address)
    limit = FROM_A_SHARED_NETWORK if network.is_shared else FROM_A_NETWORK
    return Attempt(OF_A_CART, cart_key), Attempt(limit, network.digest)
