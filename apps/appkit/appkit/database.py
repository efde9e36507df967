"""Waiting for a database, and sparing one that is down; the frameworks bring the queries."""

import logging
import threading
import time
from collections.abc import Callable, Sequence
from typing import Protocol

LIMIT = 60.0
"""Seconds that a start waits for the database."""

REPORT = 3.0
"""Seconds between two lines about the wait."""

logger = logging.getLogger("appkit.database")


class DatabaseDown(Exception):
    """The database does not answer; the text says why, in one line, without its password."""


class NotReady(Exception):
    """The wait for the database is over and it is still not usable; one line, with the remedy."""


class Database(Protocol):
    """What the shell asks of an application's database."""

    def ping(self) -> None:
        """Raises `DatabaseDown` when it does not answer."""

    def pending(self) -> Sequence[str]:
        """Names of the migrations that were not applied yet. May raise `DatabaseDown`."""

    def close(self) -> None:
        """Gives up every connection of this thread, so that none crosses a fork."""


class Clock(Protocol):
    def monotonic(self) -> float: ...
    def sleep(self, seconds: float, /) -> None: ...


def wait(
    database: Database, *, migrated: bool, limit: float = LIMIT, clock: Clock | None = None
) -> None:
    """Returns once the database answers and, if `migrated`, lacks no migration.

    Raises `NotReady` after `limit` seconds. Says every few seconds what it waits for.
    """
    clock = clock or time
    start = clock.monotonic()
    reported = start
    while (reason := _missing(database, migrated)) is not None:
        now = clock.monotonic()
        if now - start >= limit:
            raise NotReady(f"gave up after {limit:.0f} s: {reason}")
        if now - reported >= REPORT:
            logger.info("waiting: %s", reason)
            reported = now
        clock.sleep(0.2)


def _missing(database: Database, migrated: bool) -> str | None:
    try:
        database.ping()
        pending = database.pending() if migrated else ()
    except DatabaseDown as error:
        return f"the database does not answer ({error})"
    if not pending:
        return None
    return f"{len(pending)} migrations are not applied: run `python manage.py prepare` once"


class Breaker:
    """Open for a second after the database failed; meanwhile requests are refused at once.

    Otherwise each request would hold a thread until its own connection times out, the threads
    would run out, and the health check with them: a dead database would kill its containers.
    """

    def __init__(self, pause: float = 1.0, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._pause = pause
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._until = 0.0

    def trip(self) -> None:
        """The database failed just now."""
        with self._lock:
            self._until = self._monotonic() + self._pause

    @property
    def open(self) -> bool:
        with self._lock:
            return self._monotonic() < self._until
