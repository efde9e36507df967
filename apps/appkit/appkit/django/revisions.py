"""Values that a process keeps until the tables from which they were computed change.

A trigger of the database gives a group of tables, its revision, a new random token with every
write, whoever writes: an application of any release, a command, or a person with `psql`. The token
becomes visible with the write, so a value that is kept with its token is never out of date.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping

from django.apps.registry import Apps
from django.db import connection, migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

_TOKENS = {"sqlite": "hex(randomblob(16))", "postgresql": "gen_random_uuid()::text"}
"""An expression for a new token, by database. A counter would return to an earlier value when a
database is restored from a backup while the application runs."""


def read(name: str) -> str | None:
    """The current token; None if there is none, as in a database whose tables were truncated."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT token FROM appkit_revision WHERE name = %s", [name])
        rows = cursor.fetchall()
    return str(rows[0][0]) if rows else None


def watch(name: str, tables: Mapping[str, str | None]) -> migrations.RunPython:
    """A migration operation that creates the revision `name` and its triggers.

    `tables` maps a table to the one column whose updates count, or None: all writes count.
    """

    def create(_apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
        for statement in _statements(editor.connection.vendor, name, tables):
            editor.execute(statement)

    return migrations.RunPython(create)


def _statements(vendor: str, name: str, tables: Mapping[str, str | None]) -> list[str]:
    renew = (
        f"INSERT INTO appkit_revision (name, token) VALUES ('{name}', {_TOKENS[vendor]}) "  # noqa: S608
        "ON CONFLICT (name) DO UPDATE SET token = excluded.token"
    )
    trigger = f"CREATE TRIGGER revision_{name}"
    if vendor == "sqlite":
        # A trigger has one event, and runs for each row.
        return [renew] + [
            f"{trigger}_{table}_{event[:6].lower()} AFTER {event} ON {table} BEGIN {renew}; END"
            for table, column in tables.items()
            for event in ([f"UPDATE OF {column}"] if column else ["INSERT", "UPDATE", "DELETE"])
        ]
    function = (
        f"CREATE FUNCTION revision_{name}() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN {renew}; RETURN NULL; END $$"
    )
    return [renew, function] + [
        f"{trigger} AFTER {events} ON {table} FOR EACH STATEMENT EXECUTE FUNCTION revision_{name}()"
        for table, column in tables.items()
        for events in [
            f"UPDATE OF {column}" if column else "INSERT OR UPDATE OR DELETE OR TRUNCATE"
        ]
    ]


class Kept[V]:
    """The values of one revision, at most `size` of them. It is thread-safe."""

    def __init__(self, revision: str, size: int) -> None:
        self._revision = revision
        self._size = size
        self._lock = threading.Lock()
        self._token: str | None = None
        self._values: OrderedDict[Hashable, V] = OrderedDict()

    def get(self, key: Hashable, compute: Callable[[], V]) -> V:
        """The value of `key`: the one that was kept, or that of `compute`, which queries."""
        # Read before `compute` runs: a write meanwhile makes the value newer than its token, and
        # the next call computes it again.
        token = read(self._revision)
        with self._lock:
            if token is not None and token == self._token and key in self._values:
                self._values.move_to_end(key)
                return self._values[key]
        value = compute()
        if token is not None:
            with self._lock:
                if token != self._token:
                    self._token = token
                    self._values.clear()
                self._values[key] = value
                if len(self._values) > self._size:
                    self._values.popitem(last=False)
        return value
