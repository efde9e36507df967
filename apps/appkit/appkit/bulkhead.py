"""Limits how many threads a slow service can occupy, and for how long."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from contextvars import copy_context

PATIENCE_SECONDS = 1.0
"""A call that takes longer is slow: nothing waits for its place."""


class Unavailable(Exception):
    """The service did not respond in time, or all places are taken by slow calls."""


class Bulkhead:
    """Runs at most `places` calls at a time, and waits at most `seconds` for each.

    The timeouts of an HTTP client apply to each read from the socket, so a server that sends one
    byte a second would never reach them. Each call therefore runs in a thread of its own. It keeps
    its place until it really ends, but the caller does not wait longer than `seconds`.

    A burst of calls waits for places as long as the service is fast.
    """

    def __init__(self, places: int, seconds: float) -> None:
        self._places = threading.BoundedSemaphore(places)
        self._seconds = seconds
        self._lock = threading.Lock()
        self._starts: dict[object, float] = {}

    def call[Result](self, function: Callable[[], Result]) -> Result:
        """The result of `function`, or its exception. Raises Unavailable."""
        if not self._places.acquire(timeout=self._patience()):
            raise Unavailable("too many calls are waiting for a response")
        future: Future[Result] = Future()
        with self._lock:
            self._starts[future] = time.monotonic()

        def run() -> None:
            try:
                future.set_result(function())
            except BaseException as error:  # noqa: BLE001  # the caller raises it again
                future.set_exception(error)
            finally:
                with self._lock:
                    del self._starts[future]
                self._places.release()

        # A daemon: a stuck call must not keep the process from stopping. The context has the ID of
        # the request for the log.
        threading.Thread(target=copy_context().run, args=(run,), daemon=True).start()
        try:
            return future.result(self._seconds)
        except TimeoutError as error:
            if future.done():
                raise
            raise Unavailable(f"no response within {self._seconds:g} s") from error

    def _patience(self) -> float:
        """Seconds until the oldest call is slow; 0 if it is slow already."""
        now = time.monotonic()
        with self._lock:
            oldest = min(self._starts.values(), default=now)
        return max(0.0, oldest + PATIENCE_SECONDS - now)
