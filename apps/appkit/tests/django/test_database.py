"""The operations of `appkit.database.Database` on Django's default database."""

from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from django.db import OperationalError, connection, connections
from django.db.migrations.recorder import MigrationRecorder

from appkit.database import DatabaseDown
from appkit.django import database
from appkit.django.database import DjangoDatabase, connection_is_lost, one_line


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
