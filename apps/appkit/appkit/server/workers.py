"""The threads that run the application, and the rule by which an overloaded one refuses work."""

import asyncio
import queue
import threading
import time
from collections import deque
from collections.abc import Callable

MAX_WAIT = 2.0
"""Seconds. While a request has waited longer than this for a thread, new ones are refused.

The wait and not the number of requests is limited: a burst that is served in time is no overload,
and no client waits long at any capacity.
"""

STUCK_SECONDS = 60.0
"""Seconds. The application is stuck when every thread works on a request for longer than this.

No call of an application may take that long: its statements, and its calls to other services, have
shorter timeouts.
"""


class Overloaded(Exception):
    """The requests that came before fill the capacity."""


class _Job[T]:
    """One call of the application; `started` is None while it waits for a thread."""

    def __init__(self, call: Callable[[], T], submitted: float) -> None:
        self._call = call
        self._loop = asyncio.get_running_loop()
        self.submitted = submitted
        self.started: float | None = None
        self.result: asyncio.Future[T] = self._loop.create_future()

    def run(self) -> None:
        try:
            value = self._call()
        except BaseException as error:  # noqa: BLE001  # the event loop raises it
            self._loop.call_soon_threadsafe(self._fail, error)
        else:
            self._loop.call_soon_threadsafe(self._succeed, value)

    # The event loop cancels the result when the server stops before the call has ended.

    def _succeed(self, value: T) -> None:
        if not self.result.done():
            self.result.set_result(value)

    def _fail(self, error: BaseException) -> None:
        if not self.result.done():
            self.result.set_exception(error)


class Workers:
    """A fixed number of threads. All methods except the threads' own belong to the event loop."""

    def __init__(self, threads: int) -> None:
        self._jobs: queue.SimpleQueue[_Job[object]] = queue.SimpleQueue()
        self._waiting: deque[_Job[object]] = deque()
        self._running: list[_Job[object] | None] = [None] * threads
        for position in range(threads):
            # A daemon, because a stuck request must not keep the process alive after SIGTERM.
            threading.Thread(
                target=self._work, args=(position,), name=f"worker-{position}", daemon=True
            ).start()

    async def run[T](self, call: Callable[[], T]) -> T:
        """The result of `call` on one of the threads. Raises `Overloaded` without calling it."""
        now = time.monotonic()
        while self._waiting and self._waiting[0].started is not None:
            self._waiting.popleft()
        if self._waiting and now - self._waiting[0].submitted > MAX_WAIT:
            raise Overloaded
        job: _Job[T] = _Job(call, now)
        self._waiting.append(job)  # type: ignore[arg-type]  # the threads ignore the type of results
        self._jobs.put(job)  # type: ignore[arg-type]
        return await job.result

    def stuck(self) -> bool:
        """Whether no thread has finished a request for so long that none ever will."""
        now = time.monotonic()
        return all(
            job is not None and job.started is not None and now - job.started > STUCK_SECONDS
            for job in list(self._running)
        )

    def _work(self, position: int) -> None:
        while True:
            job = self._jobs.get()
            job.started = time.monotonic()
            self._running[position] = job
            job.run()
            self._running[position] = None
