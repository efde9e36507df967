"""Rate limits, counted in the database, so that they hold for all replicas together.

This module has the rules; the module of each framework has the table and the SQL statements.
"""

import hashlib
import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol


@dataclass(frozen=True)
class Limit:
    """At most `max_attempts` within a window, which begins with the first attempt."""

    action: str
    max_attempts: int
    window: timedelta


@dataclass(frozen=True)
class Attempt:
    """One attempt at a limited action; it counts for `subject`, such as a name or a network."""

    limit: Limit
    subject: str
    otherwise: "Attempt | None" = None
    """The attempt that decides in place of this one when this limit is reached."""

    @property
    def key(self) -> str:
        """A digest of 64 hexadecimal digits: users sometimes type a password in place of a name."""
        text = f"{self.limit.action} {self.subject}"
        return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


class Counts(Protocol):
    """The stored counts; times are seconds since 1970. Each call is a transaction of its own."""

    def add(self, key: str, now: int, end: int) -> tuple[int, int]:
        """Counts one attempt, in one statement; a new window begins where none is open.

        `end` is the end of a new window. Returns the count, with this attempt, and the end of the
        window.
        """

    def subtract(self, key: str) -> None:
        """Decrements the count, unless it is zero."""

    def sweep(self, now: int) -> None:
        """Deletes the counts of closed windows."""


class TooOften(Exception):
    """A limit is reached. The next attempt is possible after `seconds`, at least one."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"wait {seconds} s")
        self.seconds = max(1, seconds)

    @property
    def wait(self) -> str:
        """The time to wait in words, such as "1 minute"."""
        minutes = -(-self.seconds // 60)
        return f"{minutes} minute{'' if minutes == 1 else 's'}"


def consume(counts: Counts, attempts: Sequence[Attempt], now: datetime) -> None:
    """Counts all of the attempts or, if a limit is reached, none. Raises `TooOften`.

    Each attempt is counted before its outcome is known, in one statement, so that concurrent
    requests cannot exceed a limit. A refused attempt is not counted, so that repeated requests do
    not prolong the block.
    """
    moment = int(now.timestamp())
    for position, attempt in enumerate(attempts):
        if (seconds := _count(counts, attempt, moment)) is not None:
            refund(counts, attempts[: position + 1])
            raise TooOften(seconds)


def _count(counts: Counts, attempt: Attempt, moment: int) -> int | None:
    """Counts one attempt. Returns the seconds to wait if its limit is reached."""
    window = int(attempt.limit.window.total_seconds())
    count, end = counts.add(attempt.key, moment, moment + window)
    if count == 1:
        counts.sweep(moment)
    if count <= attempt.limit.max_attempts:
        return None
    if attempt.otherwise is not None:
        return _count(counts, attempt.otherwise, moment)
    return end - moment


def refund(counts: Counts, attempts: Sequence[Attempt]) -> None:
    """Removes attempts from the counts, because they succeeded or were refused."""
    for attempt in attempts:
        counts.subtract(attempt.key)
        if attempt.otherwise is not None:
            refund(counts, [attempt.otherwise])


_WINDOW = timedelta(minutes=15)
ONE_ACCOUNT_FROM_A_NETWORK = Limit("sign in to one account from a network", 10, _WINDOW)
FROM_A_NETWORK = Limit("sign in from a network", 30, _WINDOW)
ONE_ACCOUNT_FROM_A_BUSY_NETWORK = Limit("sign in to one account from a busy network", 3, _WINDOW)
# So high that an attacker needs many networks to lock a user out.
ONE_ACCOUNT = Limit("sign in to one account", 100, timedelta(hours=1))


def login_attempts(name: str, address: str) -> tuple[Attempt, ...]:
    """The attempts that one login with the account name `name` from `address` counts as.

    The narrowest limit comes first, so that a refusal by it does not count for the others. Beyond
    the limit of a network each account has a few attempts left there, because a network may be an
    office, and one visitor of it must not lock out the others.
    """
    here = network(address)
    one_account_here = f"{here} {name}"
    few = Attempt(ONE_ACCOUNT_FROM_A_BUSY_NETWORK, one_account_here)
    return (
        Attempt(ONE_ACCOUNT_FROM_A_NETWORK, one_account_here),
        *network_attempts(FROM_A_NETWORK, address, otherwise=few),
        Attempt(ONE_ACCOUNT, name),
    )


def network_attempts(
    limit: Limit, address: str, otherwise: Attempt | None = None
) -> tuple[Attempt, ...]:
    """The attempts that one action from `address` counts as, by a limit for a whole network.

    None for a shared one, whose visitors would lock each other out.
    """
    here = network(address)
    return () if is_shared(here) else (Attempt(limit, here, otherwise),)


def network(address: str) -> str:
    """The network for which requests from an address are counted; empty for an invalid address.

    That is an IPv4 address itself, or the /64 of an IPv6 address, which one subscriber holds.
    """
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return ""
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped:
            return str(parsed.ipv4_mapped)
        return str(ipaddress.IPv6Address(int(parsed) >> 64 << 64))
    return str(parsed)


def is_shared(network: str) -> bool:
    """Whether a network is not global, or invalid: it belongs to a proxy or an ingress.

    All visitors may have this one, so that a limit for one visitor must not apply to it.
    """
    return not network or not ipaddress.ip_address(network).is_global
