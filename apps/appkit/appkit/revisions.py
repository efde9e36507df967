"""Values that a process keeps until the tables from which they were computed change.

A trigger of the database gives a group of tables, its revision, a new random token with every
write, whoever writes: an application of any release, a command, or a person with `psql`. The token
becomes visible with the write, so a value that is kept with its token is never out of date.

The tokens are in the table `TABLE` with the columns `name` and `token`, which an application's
migrations create.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator, Mapping

type Read = Callable[[], Hashable | None]
"""Reads the current token of a revision. While there is none, nothing is kept."""

TABLE = "appkit_revision"

NAME_LENGTH = TOKEN_LENGTH = 40

_TOKENS = {"sqlite": "hex(randomblob(16))", "postgresql": "gen_random_uuid()::text"}
"""An expression for a new token, by database. A counter would return to an earlier value when a
database is restored from a backup while the application runs."""


def creation(database: str, name: str, tables: Mapping[str, str | None]) -> list[str]:
    """The SQL statements that create the revision `name` and its triggers.

    `database` is `sqlite` or `postgresql`. `tables` maps a table to the one column whose updates
    count, or None: all writes count.
    """
    renew = (
        f"INSERT INTO {TABLE} (name, token) VALUES ('{name}', {_TOKENS[database]}) "  # noqa: S608
        "ON CONFLICT (name) DO UPDATE SET token = excluded.token"
    )
    if database == "sqlite":
        return [renew] + [
            f"CREATE TRIGGER {trigger} AFTER {event} ON {table} BEGIN {renew}; END"
            for trigger, event, table in _sqlite_triggers(name, tables)
        ]
    function = (
        f"CREATE FUNCTION revision_{name}() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN {renew}; RETURN NULL; END $$"
    )
    return [renew, function] + [
        f"CREATE TRIGGER revision_{name} AFTER {events} ON {table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION revision_{name}()"
        for table, column in tables.items()
        for events in [
            f"UPDATE OF {column}" if column else "INSERT OR UPDATE OR DELETE OR TRUNCATE"
        ]
    ]


def removal(database: str, name: str, tables: Mapping[str, str | None]) -> list[str]:
    """The SQL statements that remove what those of `creation` created."""
    triggers = (
        [f"DROP TRIGGER {trigger}" for trigger, _, _ in _sqlite_triggers(name, tables)]
        if database == "sqlite"
        else [f"DROP FUNCTION revision_{name}() CASCADE"]
    )
    return [*triggers, f"DELETE FROM {TABLE} WHERE name = '{name}'"]  # noqa: S608


def _sqlite_triggers(name: str, tables: Mapping[str, str | None]) -> Iterator[tuple[str, str, str]]:
    """Names, events and tables. A trigger of SQLite has one event, and runs for each row."""
    for table, column in tables.items():
        for event in [f"UPDATE OF {column}"] if column else ["INSERT", "UPDATE", "DELETE"]:
            yield f"revision_{name}_{table}_{event[:6].lower()}", event, table


class Kept[V]:
    """The values of one revision, at most `size` of them. It is thread-safe."""

    def __init__(self, read: Read, size: int) -> None:
        self._read = read
        self._size = size
        self._lock = threading.Lock()
        self._token: Hashable | None = None
        self._values: OrderedDict[Hashable, V] = OrderedDict()

    def get(self, key: Hashable, compute: Callable[[], V]) -> V:
        """The value of `key`: the one that was kept, or that of `compute`, which queries."""
        token, value = self.find(key)
        if value is None:
            value = compute()
            self.put(token, key, value)
        return value

    def find(self, key: Hashable) -> tuple[Hashable | None, V | None]:
        """The current token, and the value that was kept for `key` with this token."""
        token = self._read()
        with self._lock:
            if token is None or token != self._token or key not in self._values:
                return token, None
            self._values.move_to_end(key)
            return token, self._values[key]

    def put(self, token: Hashable | None, key: Hashable, value: V) -> None:
        """Keeps a value that was computed after `find` had returned `token`.

        A write between the two makes the value newer than its token, so `find` does not return it.
        """
        if token is None:
            return
        with self._lock:
            if token != self._token:
                self._token = token
                self._values.clear()
            self._values[key] = value
            if len(self._values) > self._size:
                self._values.popitem(last=False)
