"""`manage.py prepare`: prepares the database once, before the replicas start."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.management import BaseCommand, CommandError, call_command
from django.db import connection
from django.utils.module_loading import import_string

from appkit import database
from appkit.django.database import DjangoDatabase
from appkit.django.settings import current

LOCK = 0x6170706B6974
"""Key of the advisory lock of Postgres that lets only one `prepare` of a database run at a time."""


@contextmanager
def advisory_lock() -> Iterator[None]:
    """Holds the lock. SQLite needs none, because it has only one writer at a time."""
    if connection.vendor != "postgresql":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])


class Command(BaseCommand):
    help = "Waits for the database, applies migrations and, except in production, loads demo data."

    def handle(self, *_args: Any, **_options: Any) -> None:
        try:
            database.wait(DjangoDatabase(), migrated=False)
        except database.NotReady as error:
            raise CommandError(str(error)) from error
        with advisory_lock():
            call_command("migrate", interactive=False, verbosity=1)
            if apps.is_installed("django.contrib.sessions"):
                call_command("clearsessions")
            demo: str | None = getattr(settings, "DEMO_DATA", None)
            if demo is not None and current().demo_data:
                import_string(demo)()
        self.stdout.write("prepared")
