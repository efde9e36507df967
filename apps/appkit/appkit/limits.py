"""How often something may be done, counted in the database: every replica counts the same.

The rules are here; each framework's module brings the table and the statements.
"""

import hashlib
import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol


@dataclass(frozen=True)
class Limit:
    """At most `most` times, from the first time until the window is over."""

    action: str
    most: int
    window: timedelta


@dataclass(frozen=True)
class Use:
    """One time more of what is limited, and whom it is counted for."""

    limit: Limit
    subject: str

    @property
    def key(self) -> str:
        """A digest (64 hexadecimal digits): people type their password where a name belongs."""
        text = f"{self.limit.action} {self.subject}"
        return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


class Counts(Protocol):
    """The stored counts; moments are seconds since 1970. Each call is committed by itself."""

    def add(self, key: str, now: int, end: int) -> tuple[int, int]:
        """Counts one more in one statement, from 1 until `end` where none counts any more.

        Returns the count, this one included, and when it ends.
        """

    def take_back(self, key: str) -> None:
        """Counts one less, where there is one."""

    def sweep(self, now: int) -> None:
        """Deletes what is over."""


class TooOften(Exception):
    """A limit is reached for as many `seconds` as are told, at least one."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"wait {seconds} s")
        self.seconds = max(1, seconds)

    @property
    def wait(self) -> str:
        """For how long, in words: "1 minute"."""
        minutes = -(-self.seconds // 60)
        return f"{minutes} minute{'' if minutes == 1 else 's'}"


def spend(counts: Counts, uses: Sequence[Use], now: datetime) -> None:
    """Counts one time more of each; all or, raising `TooOften`, none.

    It is counted before anything is judged, in one statement each, so of many at once no more get
    through than may. What is refused is not counted: knocking does not keep a door locked.
    """
    moment = int(now.timestamp())
    for position, use in enumerate(uses):
        window = int(use.limit.window.total_seconds())
        count, end = counts.add(use.key, moment, moment + window)
        if count == 1:
            counts.sweep(moment)
        if count > use.limit.most:
            give_back(counts, uses[: position + 1])
            raise TooOften(end - moment)


def give_back(counts: Counts, uses: Sequence[Use]) -> None:
    """Takes one time of each back, as it turned out not to count."""
    for use in uses:
        counts.take_back(use.key)


_WINDOW = timedelta(minutes=15)
ONE_ACCOUNT_FROM_A_NETWORK = Limit("guess one account from a network", 10, _WINDOW)
FROM_A_NETWORK = Limit("guess from a network", 30, _WINDOW)
# So high that it takes many networks to lock somebody out of what is theirs.
ONE_ACCOUNT = Limit("guess one account", 100, timedelta(hours=1))


def guess(name: str, address: str) -> tuple[Use, ...]:
    """What one try at a password counts for, `name` being whatever was typed as the account's.

    The narrowest first: what it refuses does not count for the others. An address that is not a
    global one stands for many people, behind a proxy or an ingress: one of them who guesses at
    name after name must not lock out the rest, so there only each account is counted.
    """
    here = network(address)
    shared = not _is_global(here)
    return (
        Use(ONE_ACCOUNT_FROM_A_NETWORK, f"{here} {name}"),
        *(() if shared else (Use(FROM_A_NETWORK, here),)),
        Use(ONE_ACCOUNT, name),
    )


def network(address: str) -> str:
    """Whom an address is counted as: itself or, as one subscriber holds that many, its IPv6 /64.

    Empty for what is no address.
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


def _is_global(network: str) -> bool:
    return bool(network) and ipaddress.ip_address(network).is_global
