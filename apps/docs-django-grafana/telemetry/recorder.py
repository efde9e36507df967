"""Records the SQL statements of requests, and writes them to the database every few seconds.

A request never waits for that write. A replica that is killed loses the statements of its last
few seconds.
"""

import hashlib
import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from django.db import Error, connection, transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from telemetry.redaction import redact

WRITE_DELAY = 5.0
"""Seconds from the first recorded statement until all recorded statements are written."""

MAX_PENDING = 1000
"""Distinct statements that are kept until the next write; further ones are dropped."""

logger = logging.getLogger("telemetry.recorder")

type Execute = Callable[[str, Any, bool, dict[str, Any]], Any]
type Listener = Callable[[str, float, bool], None]


@dataclass
class Tally:
    """The executions of one statement; durations are in milliseconds."""

    count: int
    total: float
    slowest: float
    first: datetime
    last: datetime

    def add(self, other: "Tally") -> None:
        self.count += other.count
        self.total += other.total
        self.slowest = max(self.slowest, other.slowest)
        self.first = min(self.first, other.first)
        self.last = max(self.last, other.last)


class Scheduler(Protocol):
    """Calls a function once, after a delay in seconds."""

    def __call__(self, seconds: float, function: Callable[[], None], /) -> None: ...


def start_timer(seconds: float, function: Callable[[], None], /) -> None:
    """A `Scheduler` that uses a daemon thread."""
    timer = threading.Timer(seconds, function)
    timer.daemon = True
    timer.start()


class Recorder:
    """The statements of this process that are not yet in the database. It is thread-safe."""

    def __init__(self, schedule: Scheduler = start_timer) -> None:
        self._schedule = schedule
        self._lock = threading.Lock()
        self._pending: dict[str, Tally] = {}
        self._scheduled = False

    def record(self, statement: str, seconds: float) -> None:
        """Records one execution. `statement` is the text for the driver, without parameters."""
        now = timezone.now()
        ms = seconds * 1000
        with self._lock:
            self._add(redact(statement), Tally(1, ms, ms, now, now))
            start, self._scheduled = not self._scheduled, True
        if start:
            self._schedule(WRITE_DELAY, self._flush_and_disconnect)

    def flush(self) -> None:
        """Writes the pending statements. If that fails, they stay pending."""
        with self._lock:
            pending, self._pending = self._pending, {}
            self._scheduled = False
        if not pending:
            return
        try:
            store(pending)
        except Error as error:
            logger.warning(
                "cannot write the SQL statistics, they are kept for the next write: %s",
                type(error).__name__,
            )
            with self._lock:
                for text, tally in pending.items():
                    self._add(text, tally)

    def _flush_and_disconnect(self) -> None:
        try:
            self.flush()
        finally:
            # The thread of the timer ends here; nothing else would close its connection.
            connection.close()

    def _add(self, text: str, tally: Tally) -> None:
        known = self._pending.get(text)
        if known is not None:
            known.add(tally)
        elif len(self._pending) < MAX_PENDING:
            self._pending[text] = tally


_UPSERT = """
INSERT INTO telemetry_statement
    (digest, text, count, total_ms, slowest_ms, first_seen, last_seen)
VALUES (%s, %s, %s, %s, %s, %s, %s)
ON CONFLICT (digest) DO UPDATE SET
    count = telemetry_statement.count + excluded.count,
    total_ms = telemetry_statement.total_ms + excluded.total_ms,
    slowest_ms = CASE WHEN excluded.slowest_ms > telemetry_statement.slowest_ms
        THEN excluded.slowest_ms ELSE telemetry_statement.slowest_ms END,
    last_seen = CASE WHEN excluded.last_seen > telemetry_statement.last_seen
        THEN excluded.last_seen ELSE telemetry_statement.last_seen END
"""


def store(tallies: dict[str, Tally]) -> None:
    """Adds `tallies`, by statement, to the statistics. Raises `django.db.Error`."""
    rows = sorted(
        (
            hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest(),
            text,
            tally.count,
            tally.total,
            tally.slowest,
            tally.first,
            tally.last,
        )
        for text, tally in tallies.items()
    )
    # All replicas lock the rows in the same order, so that no deadlock can occur.
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.executemany(_UPSERT, rows)


recorder = Recorder()

listeners: list[Listener] = []
"""Called for each statement with its text, its duration in seconds and whether it failed."""


@contextmanager
def recording() -> Iterator[None]:
    """Records the statements that this thread executes inside the `with` block."""

    def timed(execute: Execute, sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        start = time.perf_counter()
        failed = True
        try:
            result = execute(sql, params, many, context)
            failed = False
            return result
        finally:
            seconds = time.perf_counter() - start
            recorder.record(sql, seconds)
            for listener in listeners:
                listener(sql, seconds, failed)

    with connection.execute_wrapper(timed):
        yield


class RecorderMiddleware:
    """Must come before every middleware that queries the database."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with recording():
            return self._get_response(request)
