"""The operations of `appkit.database.Database` on Django's default database."""

from collections.abc import Sequence
from typing import Any

from django.db import DatabaseError, InterfaceError, OperationalError, connection, connections
from django.db.migrations.executor import MigrationExecutor

from appkit.database import Breaker, DatabaseDown

breaker = Breaker()
"""Shared by all threads of this process."""


class DjangoDatabase:
    """Implements `appkit.database.Database`."""

    def ping(self) -> None:
        # Django closes broken connections only at the start and the end of a request. Inside a
        # transaction, this call would treat the connection as broken.
        if not connection.in_atomic_block:
            connection.close_if_unusable_or_obsolete()
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1")
        except (DatabaseError, InterfaceError) as error:
            connection.close()
            raise DatabaseDown(one_line(error)) from error

    def pending(self) -> list[str]:
        try:
            executor = MigrationExecutor(connection)
        except (DatabaseError, InterfaceError) as error:
            connection.close()
            raise DatabaseDown(one_line(error)) from error
        plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
        return [f"{migration.app_label}.{migration.name}" for migration, _ in plan]

    def close(self) -> None:
        connections.close_all()

    def stuck(self) -> bool:
        return False  # Each thread has a connection of its own, and waits for no other.


def one_line(error: Exception) -> str:
    """The first line of a driver's message, which may contain the host but not the password."""
    return next(iter(str(error).splitlines()), type(error).__name__)


def connection_is_lost() -> bool:
    """Whether this thread has no live connection: the database failed, not just one query."""
    raw = connection.connection
    return raw is None or bool(getattr(raw, "closed", False))


def fetch_first(statement: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    """The rows of a query that has no effect, and is often the only one of a request.

    Before the first query of a request, Django checks with a query of its own whether the kept
    connection is still alive. Here the query itself is the check: if the connection turns out to
    be lost, the query runs again on a new one.
    """
    # The stubs of Django do not have the attribute.
    done = "health_check_done"
    unchecked = connection.connection is not None and not getattr(connection, done)
    setattr(connection, done, True)
    try:
        return _fetch(statement, parameters)
    except (OperationalError, InterfaceError):
        if not unchecked or connection.in_atomic_block or not connection_is_lost():
            raise
        connection.close()
        return _fetch(statement, parameters)


def _fetch(statement: str, parameters: Sequence[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        # fetchall: SQLite completes a statement only when all of its rows have been read.
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows
