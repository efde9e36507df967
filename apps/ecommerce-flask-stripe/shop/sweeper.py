"""Sweeps the open payments again and again, in a thread of each serving process."""

import logging
import threading
import time
from collections.abc import Callable

from flask import Flask

from appkit.flask.database import database_of
from shop import payments
from shop.checkout import CHECKOUT
from shop.models import now

SWEEP_SECONDS = "SWEEP_SECONDS"
"""Key of `app.config`: seconds between two sweeps; without it there are none."""

logger = logging.getLogger(__name__)


class Sweeper:
    """Calls `task` every `interval` seconds."""

    def __init__(self, task: Callable[[], None], interval: float) -> None:
        self._task = task
        self._interval = interval
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def wake(self) -> None:
        """Starts the thread unless it runs."""
        with self._lock:
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._run, daemon=True, name="sweeper")
                self._thread.start()

    def _run(self) -> None:
        while True:
            try:
                self._task()
            except Exception:
                # A later sweep may succeed: the database may be down for a while.
                logger.exception("a sweep failed; the next one is in %.0f s", self._interval)
            time.sleep(self._interval)


def sweep_regularly(app: Flask) -> None:
    """Sweeps from the first request on: no thread survives the fork of a server's first process."""
    if not app.config.get(SWEEP_SECONDS) or app.config[CHECKOUT] is None:
        return

    def sweep() -> None:
        with database_of(app).session() as session:
            payments.sweep(session, app.config[CHECKOUT], now())

    sweeper = Sweeper(sweep, app.config[SWEEP_SECONDS])

    @app.before_request
    def wake() -> None:
        sweeper.wake()
