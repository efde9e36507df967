from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, OperationalError

from appkit.database import DatabaseDown
from appkit.env import DatabaseUrl
from appkit.flask.database import Database, is_gone, new_metadata, reason

NOBODY = DatabaseUrl("postgres", "shop", "shop", "sesame", "127.0.0.1", 1)
"""Where nothing listens."""


class FromDriver(Exception):
    def __init__(self, said: str, sqlstate: str | None) -> None:
        super().__init__(said)
        self.sqlstate = sqlstate


def failure(said: str, sqlstate: str | None, kind: Any = OperationalError) -> Exception:
    error: Exception = kind("SELECT secret FROM users", {}, FromDriver(said, sqlstate))
    return error


@pytest.mark.parametrize(
    ("error", "gone"),
    [
        (failure("connection refused", None), True),
        (failure("the server closed the connection", "08006"), True),
        (failure("too many connections", "53300"), True),
        (failure("terminating: administrator command", "57P01"), True),
        (failure("statement timeout", "57014"), False),
        (failure("deadlock detected", "40P01"), False),
        (failure("duplicate key", "23505", IntegrityError), False),
        (ValueError("not the database's"), False),
    ],
)
def test_a_gone_database_is_told_from_a_refused_statement(error: Exception, gone: bool) -> None:
    assert is_gone(error) is gone


def test_the_reason_is_one_line_without_the_statement() -> None:
    assert reason(failure("no answer\n\tfrom 10.0.0.1", None)) == "no answer from 10.0.0.1"
    assert reason(DatabaseDown("gone")) == "gone"


def test_a_database_that_answers(database: Database) -> None:
    database.ping()
    assert database.pending() == ["0001", "0002"]


def test_a_database_that_does_not_answer() -> None:
    database = Database("sample", NOBODY, threads=2)
    for ask in (database.ping, database.pending):
        with pytest.raises(DatabaseDown) as caught:
            ask()
        assert "sesame" not in str(caught.value)
        assert "\n" not in str(caught.value)


def test_a_gone_database_is_spared_for_a_moment(database: Database) -> None:
    database.failed(failure("statement timeout", "57014"))
    database.session().close()
    database.failed(failure("connection refused", None))
    with pytest.raises(DatabaseDown, match="a moment ago"):
        database.session()


def test_a_database_in_memory_is_one_for_all_threads() -> None:
    database = Database("sample", DatabaseUrl("sqlite", ":memory:"), threads=2)
    with database.engine.begin() as connection:
        connection.execute(text("CREATE TABLE notes (id INTEGER)"))
    with database.engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM notes")).scalar_one() == 0
        assert connection.execute(text("PRAGMA foreign_keys")).scalar_one() == 1
    database.close()


def test_each_constraint_has_a_name() -> None:
    assert set(new_metadata().naming_convention) == {"ix", "uq", "ck", "fk", "pk"}
