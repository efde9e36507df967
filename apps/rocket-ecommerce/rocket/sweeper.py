"""Tasks that each serving process does regularly, by the clock and not by the next visitor."""

import logging
from collections.abc import Callable, Sequence
from functools import partial

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.db import Error, close_old_connections, connections
from django.utils import timezone
from django.utils.module_loading import import_string

from appkit.sweeper import Sweeper
from rocket.cart import rules as carts
from rocket.payments.sweep import sweep

SWEEP_SECONDS = 15
CLEANUP_SECONDS = 3600

logger = logging.getLogger(__name__)


def _on_own_connection(task: Callable[[], None]) -> None:
    """Does a task. If the database is down, a later one may succeed."""
    close_old_connections()
    try:
        task()
    except Error as error:
        logger.warning("a sweep failed: %s", type(error).__name__)
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
    Sweeper(partial(_on_own_connection, sweep_payments), SWEEP_SECONDS),
    Sweeper(partial(_on_own_connection, clean_up), CLEANUP_SECONDS),
)
