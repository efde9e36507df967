"""Waiting for the database at start-up, and a circuit breaker for the time it is down."""

import logging
import threading
import time
from collections.abc import Callable, Sequence
from typing import Protocol

WAIT_TIMEOUT = 60.0
"""Seconds that a start waits for the database."""

REPORT_INTERVAL = 3.0
"""Seconds between two log lines about the wait."""

logger = logging.getLogger("appkit.database")


class DatabaseDown(Exception):
    """The database does not answer. The message is the reason, in one line, with no password."""


class NotReady(Exception):
    """The database was not usable before the timeout. The message is one line, with the remedy."""


class Database(Protocol):
    """The operations that the middleware and a start need; each framework implements them."""

    def ping(self) -> None:
        """Raises `DatabaseDown` when the database does not answer."""

    def pending(self) -> Sequence[str]:
        """Names of the migrations that are not applied yet. May raise `DatabaseDown`."""

    def close(self) -> None:
        """Closes every connection of this thread, which uses the database no longer."""

    def stuck(self) -> bool:
        """Whether no connection is ever free again, so that only a restart helps."""


class Clock(Protocol):
    def monotonic(self) -> float: ...
    def sleep(self, seconds: float, /) -> None: ...


def wait(
    database: Database, *, migrated: bool, timeout: float = WAIT_TIMEOUT, clock: Clock | None = None
) -> None:
    """Returns once the database answers and, with `migrated`, once all migrations are applied.

    Raises `NotReady` after `timeout` seconds. Logs the reason for the wait every few seconds.
    """
    clock = clock or time
    start = clock.monotonic()
    reported = start
    while (reason := _not_ready(database, migrated)) is not None:
        now = clock.monotonic()
        if now - start >= timeout:
            raise NotReady(f"gave up after {timeout:.0f} s: {reason}")
        if now - reported >= REPORT_INTERVAL:
            logger.info("waiting: %s", reason)
            reported = now
        clock.sleep(0.2)


def _not_ready(database: Database, migrated: bool) -> str | None:
    """Why the database cannot be used yet; None once it can."""
    try:
        database.ping()
        pending = database.pending() if migrated else ()
    except DatabaseDown as error:
        return f"the database does not answer ({error})"
    if not pending:
        return None
    return f"{len(pending)} migrations are not applied: run `python manage.py prepare` once"


class Breaker:
    """A circuit breaker: open for `pause` seconds after the database failed.

    While it is open, requests are refused at once. Otherwise each request would hold a thread until
    its connection times out, no thread would be left for the health check, and the engine would
    kill the containers of a healthy application.
    """

    def __init__(self, pause: float = 1.0, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._pause = pause
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._until = 0.0

    def trip(self) -> None:
        """Opens the breaker: the database has just failed."""
        with self._lock:
            self._until = self._monotonic() + self._pause

    @property
    def open(self) -> bool:
        with self._lock:
            return self._monotonic() < self._until
