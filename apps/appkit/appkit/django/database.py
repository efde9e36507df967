"""The operations of `appkit.database.Database` on Django's default database."""

from django.db import DatabaseError, InterfaceError, connection, connections
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
