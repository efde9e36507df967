"""The recording of SQL statements."""

import threading
from collections.abc import Callable

import pytest
from django.db import DatabaseError, OperationalError, connection, transaction
from pytest_django import DjangoAssertNumQueries

from devkit.testing.django import PrefixClient
from telemetry import recorder as recorder_module
from telemetry.models import Statement
from telemetry.recorder import Recorder, Tally, recording, store

from .conftest import WHEN, Book


@pytest.mark.django_db
class TestRecorder:
    def test_requests_are_recorded(
        self, client: PrefixClient, book: Book, recorder: Recorder
    ) -> None:
        book("secret-name")
        client.get("/", {"user": "secret-name", "min": "3.21"})
        recorder.flush()
        texts = "\n".join(Statement.objects.values_list("text", flat=True))
        assert 'FROM "ledger_transaction"' in texts
        assert "secret" not in texts
        assert "3.21" not in texts

    @pytest.mark.sqlite
    def test_writes_are_added_up(self) -> None:
        first = Tally(2, 10.0, 8.0, WHEN, WHEN)
        later = WHEN.replace(hour=5)
        store({"SELECT ?": first})
        store({"SELECT ?": Tally(1, 9.0, 9.0, later, later), "BEGIN": first})
        found = Statement.objects.get(text="SELECT ?")
        assert (found.count, found.total_ms, found.slowest_ms) == (3, 19.0, 9.0)
        assert (found.first_seen, found.last_seen) == (WHEN, later)
        assert str(found) == "SELECT ?"
        assert Statement.objects.count() == 2

    def test_it_schedules_one_write(self) -> None:
        calls: list[tuple[float, Callable[[], None]]] = []
        recorder = Recorder(schedule=lambda *call: calls.append(call))
        for _ in range(3):
            recorder.record("SELECT 1", 0.5)
        assert [seconds for seconds, _ in calls] == [recorder_module.WRITE_DELAY]
        recorder.flush()
        recorder.record("SELECT 1", 0.25)
        assert len(calls) == 2
        recorder.flush()
        found = Statement.objects.get()
        assert (found.count, found.total_ms, found.slowest_ms) == (4, 1750.0, 500.0)

    def test_a_failed_write_is_repeated_later(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def unavailable(_tallies: object) -> None:
            raise OperationalError("connection refused")

        recorder = Recorder(schedule=lambda _seconds, _function: None)
        recorder.record("SELECT 1", 0.5)
        with monkeypatch.context() as patch:
            patch.setattr(recorder_module, "store", unavailable)
            recorder.flush()
        recorder.record("SELECT 1", 0.5)
        recorder.flush()
        assert Statement.objects.get().count == 2

    def test_the_number_of_pending_statements_is_limited(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(recorder_module, "MAX_PENDING", 2)
        recorder = Recorder(schedule=lambda _seconds, _function: None)
        for name in "abca":
            recorder.record(f"SELECT {name}", 0.5)
        recorder.flush()
        counts = dict(Statement.objects.values_list("text", "count"))
        assert counts == {"SELECT a": 2, "SELECT b": 1}

    def test_an_empty_write_needs_no_query(
        self, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        with django_assert_num_queries(0):
            Recorder().flush()

    @pytest.mark.sqlite
    def test_listeners_learn_whether_a_statement_failed(self) -> None:
        calls: list[tuple[str, bool]] = []
        recorder_module.listeners.append(lambda sql, _seconds, failed: calls.append((sql, failed)))
        try:
            with (
                recording(),
                pytest.raises(DatabaseError),
                transaction.atomic(),
                connection.cursor() as cursor,
            ):
                cursor.execute("SELECT * FROM missing")
        finally:
            recorder_module.listeners.pop()
        assert ("SELECT * FROM missing", True) in calls


@pytest.mark.sqlite
@pytest.mark.django_db(transaction=True)
def test_a_scheduled_write_closes_its_connection() -> None:
    # In another thread, as in production.
    done = threading.Event()

    def schedule(_seconds: float, function: Callable[[], None]) -> None:
        def run() -> None:
            function()
            if connection.connection is not None:
                # Django does not close the connection of an in-memory database.
                connection.connection.close()
            done.set()

        threading.Thread(target=run).start()

    Recorder(schedule=schedule).record("SELECT 1", 0.5)
    assert done.wait(10)
    assert Statement.objects.get().count == 1


def test_the_timer_calls_the_function() -> None:
    done = threading.Event()
    recorder_module.start_timer(0.001, done.set)
    assert done.wait(10)
