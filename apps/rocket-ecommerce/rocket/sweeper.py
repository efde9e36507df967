"""Tasks that each serving process does regularly, by the clock and not by the next visitor."""

import logging
import threading
import time
from collections.abc import Callable, Sequence

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.db import Error, close_old_connections, connections
from django.utils import timezone
from django.utils.module_loading import import_string

from rocket.cart import rules as carts
from rocket.payments.sweep import sweep

SWEEP_SECONDS = 15
CLEANUP_SECONDS = 3600

logger = logging.getLogger(__name__)


class Sweeper:
    """Calls `task` every `interval` seconds in a thread of its own."""

    def __init__(self, task: Callable[[], None], interval: float) -> None:
        self._task = task
        self._interval = interval
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def wake(self, *_request: object) -> None:
        """Starts the thread unless it runs. No thread survives the fork of a server's process."""
        with self._lock:
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._run, daemon=True, name="sweeper")
                self._thread.start()

    def _run(self) -> None:
        while True:
            self.run_once()
            time.sleep(self._interval)

    def run_once(self) -> None:
        """Does the task. If it fails, a later one may succeed: the database may be down."""
        close_old_connections()
        try:
            self._task()
        except Error as error:
            logger.warning("a sweep failed: %s", type(error).__name__)
        except Exception:
            logger.exception("a sweep failed")
        finally:
            # Nothing else closes the connection of this thread.
            connections.close_all()


def sweep_payments() -> None:
    if settings.GATEWAY is not None:
        sweep(settings.GATEWAY, timezone.now())


def clean_up() -> None:
    """Deletes sessions that have expired, and carts that nobody uses."""
    session_store: type[SessionBase] = import_string(f"{settings.SESSION_ENGINE}.SessionStore")
    session_store.clear_expired()
    carts.delete_abandoned(timezone.now())


SWEEPERS: Sequence[Sweeper] = (
    Sweeper(sweep_payments, SWEEP_SECONDS),
    Sweeper(clean_up, CLEANUP_SECONDS),
)


def wake(*_request: object) -> None:
    """Starts all tasks of this process."""
    for sweeper in SWEEPERS:
        sweeper.wake()
