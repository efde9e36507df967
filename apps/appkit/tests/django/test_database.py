"""The operations of `appkit.database.Database` on Django's default database."""

from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from django.db import OperationalError, connection, connections, transaction
from django.db.migrations.recorder import MigrationRecorder

from appkit.database import DatabaseDown
from appkit.django import database
from appkit.django.database import DjangoDatabase, connection_is_lost, fetch_first, one_line


def refuse(*_arguments: object, **_options: object) -> None:
    raise OperationalError("refused\n\tdetail")


@pytest.fixture
def unavailable(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The database is unavailable: no connection returns a cursor."""
    with monkeypatch.context() as patch:
        patch.setattr(connection, "cursor", refuse)
        patch.setattr(connection, "close", lambda: None)
        yield


@pytest.mark.sqlite
@pytest.mark.django_db
class TestAvailable:
    def test_it_answers(self) -> None:
        DjangoDatabase().ping()

    @pytest.mark.django_db(transaction=True)
    def test_it_answers_outside_of_a_transaction(self) -> None:
        DjangoDatabase().ping()

    def test_nothing_is_pending(self) -> None:
        assert DjangoDatabase().pending() == []

    def test_an_unapplied_migration_is_pending(self) -> None:
        MigrationRecorder(connection).record_unapplied("sessions", "0001_initial")
        assert DjangoDatabase().pending() == ["sessions.0001_initial"]

    def test_a_live_connection_is_not_lost(self) -> None:
        connection.ensure_connection()
        assert not connection_is_lost()


@pytest.mark.django_db
@pytest.mark.usefixtures("unavailable")
class TestUnavailable:
    def test_a_ping_fails_with_one_line(self) -> None:
        with pytest.raises(DatabaseDown) as caught:
            DjangoDatabase().ping()
        assert str(caught.value) == "refused"

    def test_reading_migrations_fails(self) -> None:
        with pytest.raises(DatabaseDown):
            DjangoDatabase().pending()


def test_every_connection_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    closed: list[bool] = []
    monkeypatch.setattr(type(connections), "close_all", lambda _self: closed.append(True))
    DjangoDatabase().close()
    assert closed == [True]


@pytest.mark.parametrize("raw", [None, SimpleNamespace(closed=True)])
def test_a_missing_or_closed_connection_is_lost(
    monkeypatch: pytest.MonkeyPatch, raw: object
) -> None:
    monkeypatch.setattr(database, "connection", SimpleNamespace(connection=raw))
    assert connection_is_lost()


def test_an_error_without_message_shows_its_name() -> None:
    assert one_line(OperationalError()) == "OperationalError"


class TestFirstQuery:
    """A query that finds out itself whether the kept connection is still alive."""

    @pytest.fixture
    def kept(self, transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> None:
        """A connection as at the start of a request. Django's own check of it would fail a test."""
        connection.ensure_connection()
        # Not the proxy `connection`: pytest would delete the attributes of what it stands for.
        real = connections["default"]
        monkeypatch.setattr(real, "health_check_enabled", True)
        monkeypatch.setattr(real, "health_check_done", False)
        monkeypatch.setattr(real, "is_usable", refuse)

    @pytest.mark.sqlite
    @pytest.mark.usefixtures("kept")
    def test_the_connection_is_not_checked_before_and_after(self) -> None:
        assert fetch_first("SELECT %s", ["x"]) == [("x",)]
        connection.ensure_connection()

    @pytest.mark.postgres_only
    @pytest.mark.usefixtures("kept")
    def test_a_connection_that_ended_is_replaced(self) -> None:
        end_connection()
        assert fetch_first("SELECT 1") == [(1,)]

    @pytest.mark.postgres_only
    @pytest.mark.usefixtures("kept")
    def test_a_connection_that_ends_later_is_an_error(self) -> None:
        fetch_first("SELECT 1")
        end_connection()
        with pytest.raises(OperationalError):
            fetch_first("SELECT 1")
        connection.close()

    @pytest.mark.postgres_only
    @pytest.mark.usefixtures("kept")
    def test_a_transaction_is_not_continued_on_another_connection(self) -> None:
        with pytest.raises(OperationalError), transaction.atomic():
            setattr(connection, "health_check_done", False)  # noqa: B010  # not in the stubs
            end_connection()
            fetch_first("SELECT 1")
        connection.close()

    @pytest.mark.parametrize("raw", [None, SimpleNamespace(closed=False)])
    def test_no_connection_and_a_live_one_are_tried_once(
        self, monkeypatch: pytest.MonkeyPatch, raw: object
    ) -> None:
        """A database that is down would otherwise cost the timeout of a connection twice."""
        tried: list[None] = []

        def cursor() -> None:
            tried.append(None)
            raise OperationalError

        fake = {"health_check_done": False, "in_atomic_block": False, "close": refuse}
        monkeypatch.setattr(
            database, "connection", SimpleNamespace(connection=raw, cursor=cursor, **fake)
        )
        with pytest.raises(OperationalError):
            fetch_first("SELECT 1")
        assert len(tried) == 1


def end_connection() -> None:
    """Ends this thread's connection, as a restart of the database does."""
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(%s, 5000)", [connection.connection.info.backend_pid]
        )
    other.close()
