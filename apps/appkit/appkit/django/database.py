"""What the shell asks of Django's default database."""

from django.db import DatabaseError, InterfaceError, connection, connections
from django.db.migrations.executor import MigrationExecutor

from appkit.database import Breaker, DatabaseDown

breaker = Breaker()
"""Shared by every thread of this process."""


class DjangoDatabase:
    """Implements `appkit.database.Database`."""

    def ping(self) -> None:
        # Outside of Django's request cycle nobody else drops a connection that has died; inside a
        # transaction it would be mistaken for one.
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


def one_line(error: Exception) -> str:
    """The first line of a driver's message, which holds the host but never the password."""
    return next(iter(str(error).splitlines()), type(error).__name__)


def lost() -> bool:
    """Whether this thread has no live connection, so that the database, not a query, failed."""
    raw = connection.connection
    return raw is None or bool(getattr(raw, "closed", False))
