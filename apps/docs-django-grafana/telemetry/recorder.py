"""Notes each SQL statement of a request, and adds the notes of a while to the database.

What a replica noted is in its memory for a few seconds at most; a request never waits for it to be
written. Were a replica killed, those few seconds would be missing from the statistics.
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

PAUSE = 5.0
"""Seconds between a statement and its being written."""

MOST = 1000
"""Different statements that are kept between two writes; more are left out."""

logger = logging.getLogger("telemetry.recorder")

type Execute = Callable[[str, Any, bool, dict[str, Any]], Any]
type Listener = Callable[[str, float, bool], None]


@dataclass
class Tally:
    """Milliseconds."""

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


class Later(Protocol):
    """`threading.Timer`, but for its other arguments."""

    def __call__(self, seconds: float, then: Callable[[], None], /) -> None: ...


def on_a_timer(seconds: float, then: Callable[[], None], /) -> None:
    timer = threading.Timer(seconds, then)
    timer.daemon = True
    timer.start()


class Recorder:
    """The notes of this process; every thread of it writes here."""

    def __init__(self, later: Later = on_a_timer) -> None:
        self._later = later
        self._lock = threading.Lock()
        self._notes: dict[str, Tally] = {}
        self._waiting = False

    def note(self, statement: str, seconds: float) -> None:
        """`statement` as the driver gets it: parameters are not part of it."""
        now = timezone.now()
        ms = seconds * 1000
        with self._lock:
            self._add(redact(statement), Tally(1, ms, ms, now, now))
            start, self._waiting = not self._waiting, True
        if start:
            self._later(PAUSE, self._write_and_hang_up)

    def write(self) -> None:
        """Adds the notes to the database now. When that fails they wait for the next time."""
        with self._lock:
            notes, self._notes = self._notes, {}
            self._waiting = False
        if not notes:
            return
        try:
            store(notes)
        except Error as error:
            logger.warning("statistics are kept for later: %s", type(error).__name__)
            with self._lock:
                for text, tally in notes.items():
                    self._add(text, tally)

    def _write_and_hang_up(self) -> None:
        try:
            self.write()
        finally:
            # The timer's thread ends here, and its connection with it.
            connection.close()

    def _add(self, text: str, tally: Tally) -> None:
        known = self._notes.get(text)
        if known is not None:
            known.add(tally)
        elif len(self._notes) < MOST:
            self._notes[text] = tally


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


def store(notes: dict[str, Tally]) -> None:
    """Adds `notes` to what all replicas wrote. Raises `django.db.Error`."""
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
        for text, tally in notes.items()
    )
    # In one order everywhere, so that two replicas never wait for each other.
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.executemany(_UPSERT, rows)


recorder = Recorder()

listeners: list[Listener] = []
"""Who else wants to know of each statement: its text, its seconds, and whether it failed."""


@contextmanager
def recording() -> Iterator[None]:
    """Notes what this thread executes meanwhile."""

    def timed(execute: Execute, sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        start = time.perf_counter()
        failed = True
        try:
            result = execute(sql, params, many, context)
            failed = False
            return result
        finally:
            seconds = time.perf_counter() - start
            recorder.note(sql, seconds)
            for listener in listeners:
                listener(sql, seconds, failed)

    with connection.execute_wrapper(timed):
        yield


class RecorderMiddleware:
    """Stands before everything that asks the database."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with recording():
            return self._get_response(request)
