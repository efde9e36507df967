"""Values that are kept until their tables change."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest

from appkit.revisions import TABLE, Kept, creation, removal

SIZE = 3


class Tokens:
    """Reads the token that a test sets."""

    current: str | None = "a"

    def __call__(self) -> str | None:
        return self.current


@pytest.fixture
def tokens() -> Tokens:
    return Tokens()


@pytest.fixture
def kept(tokens: Tokens) -> Kept[int]:
    return Kept(tokens, SIZE)


def test_a_value_is_computed_once_for_each_token_and_key(tokens: Tokens, kept: Kept[int]) -> None:
    computed = iter(range(10))

    def get(key: str) -> int:
        return kept.get(key, lambda: next(computed))

    assert [get("x"), get("x"), get("y"), get("x")] == [0, 0, 1, 0]
    tokens.current = "b"
    assert [get("x"), get("y"), get("x")] == [2, 3, 2]
    tokens.current = "a"
    assert get("x") == 4


def test_without_a_token_nothing_is_kept(tokens: Tokens, kept: Kept[int]) -> None:
    tokens.current = None
    assert [kept.get("x", lambda: 1), kept.get("x", lambda: 2)] == [1, 2]


def test_a_write_during_the_computation_is_not_hidden(tokens: Tokens, kept: Kept[int]) -> None:
    def compute() -> int:
        tokens.current = "b"
        return 1

    assert kept.get("x", compute) == 1
    assert kept.get("x", lambda: 2) == 2


def test_a_late_value_of_an_earlier_token_is_not_used(tokens: Tokens, kept: Kept[int]) -> None:
    def compute() -> int:
        tokens.current = "b"
        assert kept.get("x", lambda: 2) == 2
        return 1

    assert kept.get("x", compute) == 1
    assert kept.get("x", lambda: 3) == 3


def test_an_exception_is_not_kept(kept: Kept[int]) -> None:
    with pytest.raises(ZeroDivisionError):
        kept.get("x", lambda: 1 // 0)
    assert kept.get("x", lambda: 1) == 1


def test_the_least_recently_used_value_is_dropped(kept: Kept[int]) -> None:
    for key in ("a", "b", "c", "a", "d"):
        kept.get(key, lambda: 1)
    assert [kept.get(key, lambda: 2) for key in ("a", "c", "d", "b")] == [1, 1, 1, 2]


@pytest.fixture
def database() -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute(f"CREATE TABLE {TABLE} (name TEXT PRIMARY KEY, token TEXT NOT NULL)")
        connection.execute("CREATE TABLE notes (id INTEGER, text TEXT)")
        connection.execute("CREATE TABLE users (name TEXT, seen INTEGER)")
        connection.execute("INSERT INTO users VALUES ('ada', 0)")
        yield connection


WATCHED = {"notes": None, "users": "name"}


def token(database: sqlite3.Connection) -> object:
    query = f"SELECT token FROM {TABLE} WHERE name = 'board'"  # noqa: S608
    return database.execute(query).fetchone()


def renews(database: sqlite3.Connection, statement: str) -> bool:
    """Executes a statement, and returns whether the token changed."""
    before = token(database)
    database.execute(statement)
    return token(database) != before


def test_each_write_to_a_watched_table_or_column_renews_the_token(
    database: sqlite3.Connection,
) -> None:
    for statement in creation("sqlite", "board", WATCHED):
        database.execute(statement)
    assert token(database) is not None
    assert renews(database, "INSERT INTO notes VALUES (1, 'a')")
    assert renews(database, "UPDATE notes SET text = 'b'")
    assert renews(database, "DELETE FROM notes")
    assert renews(database, "UPDATE users SET name = 'eve'")
    assert not renews(database, "UPDATE users SET seen = 1")
    assert not renews(database, "INSERT INTO users VALUES ('bob', 0)")


def test_a_removed_revision_leaves_nothing(database: sqlite3.Connection) -> None:
    for statement in creation("sqlite", "board", WATCHED) + removal("sqlite", "board", WATCHED):
        database.execute(statement)
    assert token(database) is None
    assert not database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
