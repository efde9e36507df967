from typing import Any

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from appkit.database import DatabaseDown
from appkit.env import DatabaseUrl
from appkit.flask.database import Database, is_connection_failure, new_metadata, reason

UNREACHABLE = DatabaseUrl("postgres", "shop", "shop", "sesame", "127.0.0.1", 1)
"""A port at which nothing listens."""


class DriverError(Exception):
    def __init__(self, message: str, sqlstate: str | None) -> None:
        super().__init__(message)
        self.sqlstate = sqlstate


def failure(message: str, sqlstate: str | None, kind: Any = OperationalError) -> Exception:
    error: Exception = kind("SELECT secret FROM users", {}, DriverError(message, sqlstate))
    return error


@pytest.mark.parametrize(
    ("error", "connection_failed"),
    [
        (failure("connection refused", None), True),
        (failure("the server closed the connection", "08006"), True),
        (failure("too many connections", "53300"), True),
        (failure("terminating: administrator command", "57P01"), True),
        (failure("statement timeout", "57014"), False),
        (failure("deadlock detected", "40P01"), False),
        (failure("duplicate key", "23505", IntegrityError), False),
        (ValueError("not from the database"), False),
    ],
)
def test_a_failed_connection_differs_from_a_failed_statement(
    error: Exception, connection_failed: bool
) -> None:
    assert is_connection_failure(error) is connection_failed


def test_the_reason_is_one_line_without_the_statement() -> None:
    assert reason(failure("no response\n\tfrom 10.0.0.1", None)) == "no response from 10.0.0.1"
    assert reason(DatabaseDown("gone")) == "gone"


@pytest.mark.sqlite
def test_a_reachable_database(database: Database) -> None:
    database.ping()
    assert database.pending() == ["0001", "0002"]


def test_an_unreachable_database() -> None:
    database = Database("sample", UNREACHABLE, threads=2)
    for query in (database.ping, database.pending):
        with pytest.raises(DatabaseDown) as caught:
            query()
        assert "sesame" not in str(caught.value)
        assert "\n" not in str(caught.value)


def test_the_breaker_opens_after_a_failed_connection(database: Database) -> None:
    database.report_failure(failure("statement timeout", "57014"))
    database.session().close()
    database.report_failure(failure("connection refused", None))
    with pytest.raises(DatabaseDown):
        database.session()


def test_a_pool_that_stays_exhausted_is_stuck(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    database.report_failure(PoolTimeout("no free connection"))
    assert not database.stuck()
    monkeypatch.setattr("appkit.flask.database.STUCK_SECONDS", -1)
    assert database.stuck()
    database.ping()
    assert not database.stuck()


def test_a_database_that_is_down_is_not_stuck(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("appkit.flask.database.STUCK_SECONDS", -1)
    database.report_failure(failure("connection refused", None))
    assert not database.stuck()


@pytest.mark.sqlite
def test_a_query_is_read_without_a_transaction_and_later_ones_have_one(database: Database) -> None:
    with database.engine.begin() as connection:
        connection.execute(text("CREATE TABLE notes (id INTEGER)"))
    assert database.read("SELECT 'value'") == "value"
    assert database.read("SELECT 'value' WHERE 1 = 0") is None
    with database.engine.connect() as connection:
        connection.execute(text("INSERT INTO notes VALUES (1)"))
        connection.rollback()
    assert database.read("SELECT count(*) FROM notes") == 0


@pytest.mark.sqlite
def test_a_query_that_fails_raises_as_others_do(database: Database) -> None:
    with pytest.raises(DBAPIError, match="nowhere"):
        database.read("SELECT token FROM nowhere")
    assert database.read("SELECT 1") == 1


@pytest.mark.sqlite
def test_the_message_of_an_error_has_no_values(database: Database) -> None:
    """Logs have the message, and values can be data of a person."""
    with database.session() as session, pytest.raises(DBAPIError) as caught:
        session.execute(text("SELECT :name FROM missing"), {"name": "A. Buyer"})
    assert "SELECT" in str(caught.value)
    assert "A. Buyer" not in str(caught.value)


def test_a_query_is_not_read_while_the_breaker_is_open(database: Database) -> None:
    database.breaker.trip()
    with pytest.raises(DatabaseDown):
        database.read("SELECT 1")


def test_reading_from_an_unreachable_database_opens_the_breaker() -> None:
    database = Database("sample", UNREACHABLE, threads=2)
    with pytest.raises(OperationalError) as caught:
        database.read("SELECT 1")
    database.report_failure(caught.value)
    assert database.breaker.open


@pytest.mark.postgres_only
def test_a_connection_that_the_server_has_closed_is_replaced(database: Database) -> None:
    own, others = text("SELECT pg_backend_pid()"), text("SELECT pg_terminate_backend(:pid, 10000)")
    with database.engine.connect() as first, database.engine.connect() as second:
        closed = [connection.scalar(own) for connection in (first, second)]
    admin = create_engine(database.engine.url)
    with admin.connect() as connection:
        assert all(connection.scalar(others, {"pid": pid}) for pid in closed)
    admin.dispose()
    assert database.read("SELECT pg_backend_pid()") not in closed
    with database.engine.connect() as first, database.engine.connect() as second:
        assert {first.scalar(own), second.scalar(own)}.isdisjoint(closed)


def test_all_connections_share_a_database_in_memory() -> None:
    database = Database("sample", DatabaseUrl("sqlite", ":memory:"), threads=2)
    with database.engine.begin() as connection:
        connection.execute(text("CREATE TABLE notes (id INTEGER)"))
    with database.engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM notes")).scalar_one() == 0
        assert connection.execute(text("PRAGMA foreign_keys")).scalar_one() == 1
    database.close()


def test_each_constraint_has_a_name() -> None:
    assert set(new_metadata().naming_convention) == {"ix", "uq", "ck", "fk", "pk"}
