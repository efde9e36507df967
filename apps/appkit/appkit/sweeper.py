"""A task that a serving process does regularly, by the clock and not by the next visitor."""

import logging
import threading
import time
from collections.abc import Callable

logger = logging.getLogger(__name__)


class Sweeper:
    """Calls `task` every `interval` seconds, in a thread of its own."""

    def __init__(self, task: Callable[[], None], interval: float) -> None:
        self._task = task
        self._interval = interval

    def start(self) -> None:
        """Starts the thread, which ends with the process."""
        threading.Thread(target=self._run, daemon=True, name="sweeper").start()

    def _run(self) -> None:
        while True:
            try:
                self._task()
            except Exception:
                # A later sweep may succeed: the database may be down for a while.
                logger.exception("a sweep failed; the next one is in %.0f s", self._interval)
            time.sleep(self._interval)
