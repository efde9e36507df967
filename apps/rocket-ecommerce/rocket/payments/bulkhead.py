"""Limits how many threads a slow service can occupy, and for how long."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from contextvars import copy_context

PATIENCE_SECONDS = 0.5
"""The time for which a call waits for a place while the service responds quickly."""


class Unavailable(Exception):
    """The service did not respond in time, or other calls have taken all places."""


class Bulkhead:
    """Runs at most `places` calls at a time, and waits at most `seconds` for the result of each.

    The timeout of an HTTP client applies to each read from its socket, and not to a DNS lookup, so
    a call could take any time. It therefore runs in a thread of its own, and keeps its place until
    it really ends, but the caller does not wait longer than `seconds`.

    While calls end quickly, a short burst waits for a place. After a slow call nothing waits.
    """

    def __init__(self, places: int, seconds: float) -> None:
        self._places = threading.BoundedSemaphore(places)
        self._seconds = seconds
        self._patience = PATIENCE_SECONDS

    def call[Result](self, function: Callable[[], Result]) -> Result:
        """Returns the result of `function`, or raises its exception. Raises `Unavailable`."""
        if not self._places.acquire(timeout=self._patience):
            raise Unavailable("too many other requests are waiting for a response")
        future: Future[Result] = Future()

        def run() -> None:
            start = time.monotonic()
            try:
                future.set_result(function())
            except BaseException as error:  # noqa: BLE001  # the caller raises it again
                future.set_exception(error)
            finally:
                is_slow = time.monotonic() - start > PATIENCE_SECONDS
                self._patience = 0 if is_slow else PATIENCE_SECONDS
                self._places.release()

        # A daemon thread does not keep the process from stopping. The log needs the request ID.
        threading.Thread(target=copy_context().run, args=(run,), daemon=True).start()
        try:
            return future.result(self._seconds)
        except TimeoutError as error:
            if future.done():
                raise
            self._patience = 0
            raise Unavailable(f"no response within {self._seconds:g} s") from error
