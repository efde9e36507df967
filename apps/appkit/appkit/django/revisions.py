"""Reads revisions, and creates them in migrations; see `appkit.revisions`."""

from collections.abc import Mapping

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from appkit.django.database import fetch_first
from appkit.revisions import TABLE, creation


def read(name: str) -> str | None:
    """The token that the triggers of `watch` renew.

    None if there is none, as in a database whose tables were truncated.
    """
    rows = fetch_first(f"SELECT token FROM {TABLE} WHERE name = %s", [name])  # noqa: S608
    return str(rows[0][0]) if rows else None


def watch(name: str, tables: Mapping[str, str | None]) -> migrations.RunPython:
    """A migration operation; `appkit.revisions.creation` describes the arguments."""

    def create(_apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
        for statement in creation(editor.connection.vendor, name, tables):
            editor.execute(statement)

    return migrations.RunPython(create)
