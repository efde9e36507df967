"""Limits how many threads a slow service can occupy, and for how long."""

import threading
from collections.abc import Callable
from concurrent.futures import Future
from contextvars import copy_context


class UnavailableError(Exception):
    """The service did not respond in time, or all places are taken by other calls."""


class Bulkhead:
    """Runs at most `places` calls at a time, and waits at most `seconds` for each.

    The timeouts of an HTTP client apply to each read from the socket, so a server that sends one
    byte a second would never reach them. Each call therefore runs in a thread of its own. It keeps
    its place until it really ends, but nobody waits for it longer than `seconds`.
    """

    def __init__(self, places: int, seconds: float) -> None:
        self._places = threading.BoundedSemaphore(places)
        self._seconds = seconds

    def call[Result](self, function: Callable[[], Result]) -> Result:
        """The result of `function`, or its exception. Raises UnavailableError."""
        if not self._places.acquire(blocking=False):
            raise UnavailableError("too many calls are waiting for a response")
        future: Future[Result] = Future()

        def run() -> None:
            try:
                future.set_result(function())
            except BaseException as error:  # noqa: BLE001 - it is raised again in the caller
                future.set_exception(error)
            finally:
                self._places.release()

        # A daemon: a stuck call must not keep the process from stopping. The context has the ID of
        # the request for the log.
        threading.Thread(target=copy_context().run, args=(run,), daemon=True).start()
        try:
            return future.result(self._seconds)
        except TimeoutError as error:
            if future.done():
                raise
            raise UnavailableError(f"no response within {self._seconds:.0f} s") from error
