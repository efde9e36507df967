"""The default database as the shell sees it."""

from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from django.db import OperationalError, connection, connections
from django.db.migrations.recorder import MigrationRecorder

from appkit.database import DatabaseDown
from appkit.django import database
from appkit.django.database import DjangoDatabase, lost, one_line


def refuse(*_arguments: object, **_options: object) -> None:
    raise OperationalError("refused\n\tdetail")


@pytest.fixture
def away(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The database is gone: nothing gets a cursor."""
    with monkeypatch.context() as patch:
        patch.setattr(connection, "cursor", refuse)
        patch.setattr(connection, "close", lambda: None)
        yield


@pytest.mark.django_db
class TestThere:
    def test_it_answers(self) -> None:
        DjangoDatabase().ping()

    @pytest.mark.django_db(transaction=True)
    def test_it_answers_outside_of_a_transaction(self) -> None:
        DjangoDatabase().ping()

    def test_nothing_is_pending(self) -> None:
        assert DjangoDatabase().pending() == []

    def test_what_was_not_applied_is_pending(self) -> None:
        MigrationRecorder(connection).record_unapplied("sessions", "0001_initial")
        assert DjangoDatabase().pending() == ["sessions.0001_initial"]

    def test_a_live_connection_is_not_lost(self) -> None:
        connection.ensure_connection()
        assert not lost()


@pytest.mark.django_db
@pytest.mark.usefixtures("away")
class TestAway:
    def test_a_ping_says_so_in_one_line(self) -> None:
        with pytest.raises(DatabaseDown) as caught:
            DjangoDatabase().ping()
        assert str(caught.value) == "refused"

    def test_so_do_migrations(self) -> None:
        with pytest.raises(DatabaseDown):
            DjangoDatabase().pending()


def test_every_connection_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    closed: list[bool] = []
    monkeypatch.setattr(type(connections), "close_all", lambda _self: closed.append(True))
    DjangoDatabase().close()
    assert closed == [True]


@pytest.mark.parametrize("raw", [None, SimpleNamespace(closed=True)])
def test_no_connection_is_lost(monkeypatch: pytest.MonkeyPatch, raw: object) -> None:
    monkeypatch.setattr(database, "connection", SimpleNamespace(connection=raw))
    assert lost()


def test_an_error_without_text_has_its_name() -> None:
    assert one_line(OperationalError()) == "OperationalError"
