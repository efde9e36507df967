"""The SQL statistics: redaction, recording, and access for staff only."""

import re
import threading
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.contrib.auth.models import User
from django.db import OperationalError, connection
from hypothesis import example, given
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from devkit.testing.django import PrefixClient
from ledger.models import Transaction
from telemetry import recorder as recorder_module
from telemetry.models import Statement
from telemetry.recorder import Recorder, Tally, recording, store
from telemetry.redaction import MAX_LENGTH, redact

from .conftest import PREFIX, Book

LOGS = "/api/sql-logs/"
WHEN = datetime(2026, 3, 1, tzinfo=UTC)


@pytest.fixture
def staff(db: None) -> User:
    return User.objects.create_user("head", password="open", is_staff=True)


class TestRedaction:
    @pytest.mark.parametrize(
        ("statement", "text"),
        [
            ('SELECT "a"."b" FROM t', 'SELECT "a"."b" FROM t'),
            ("SELECT a FROM t WHERE b = 'x'", "SELECT a FROM t WHERE b = ?"),
            ("WHERE b = 'it''s' AND c", "WHERE b = ? AND c"),
            (r"WHERE b = E'it\'s' AND c", "WHERE b = ? AND c"),
            ("VALUES (N'a', x'ff', B'01', U&'b')", "VALUES (?, …)"),
            ("$$it's$$ || $tag$ $$ $tag$ || x", "? || ? || x"),
            ("LIMIT 25 OFFSET 1.5e-3", "LIMIT ? OFFSET ?"),
            ("a = .5 OR a = 0xFF OR a = -1", "a = ? OR a = ? OR a = -?"),
            ("a IN (%s, %s, %s)", "a IN (?, …)"),
            ("a IN (%s)", "a IN (?)"),
            ("VALUES (%s, %s), (%s, %s), (%s, %s)", "VALUES (?, …), …"),
            ("a = %(name)s OR b = $1 OR c = :name", "a = ? OR b = ? OR c = ?"),
            ("a::text", "a::text"),
            ("SELECT a -- 'secret'\nFROM t", "SELECT a FROM t"),
            ("SELECT /* a /* secret */ b */ a", "SELECT a"),
            ("SELECT a /* secret", "SELECT a"),
            ("SELECT 'secret", "SELECT ?"),
            ("SELECT $$secret", "SELECT ?"),
            ('SELECT "two words"', "SELECT ?"),
            ('SELECT "secret', "SELECT ?"),
            ('SELECT "a""b"', "SELECT ?"),
            ('SAVEPOINT "s140_x7"', "SAVEPOINT ?"),
            ("SELECT\n\t a ,  b", "SELECT a, b"),
            ("SELECT 'a' 'b'", "SELECT ? ?"),
            ("SELECT \x00\x01", "SELECT ?"),
            ("", ""),
        ],
    )
    def test_a_statement(self, statement: str, text: str) -> None:
        assert redact(statement) == text

    @given(st.text(), st.sampled_from(["'{}'", "E'{}'", "$q${}$q$", "/*{}*/", "x = '{}' AND y"]))
    @example("'; SELECT 'secret", "'{}'")
    def test_every_literal_is_removed(self, secret: str, form: str) -> None:
        marked = f"zz{secret}zz"
        escaped = marked.replace("'", "''")
        if form.startswith("E"):
            escaped = escaped.replace("\\", "\\\\")
        if form.startswith(("$", "/")):
            escaped = re.sub(r"[$*/]", "", marked)
        assert "zz" not in redact(f"WHERE a = {form.format(escaped)}")

    @given(st.floats(allow_nan=False, allow_infinity=False) | st.integers())
    def test_every_number_is_removed(self, number: float) -> None:
        assert not re.search(r"\d", redact(f"WHERE b = {number}"))

    @given(st.text())
    def test_any_text_is_accepted(self, text: str) -> None:
        found = redact(text)
        assert len(found) <= MAX_LENGTH
        assert redact(found.replace("…", "?")) is not None

    @given(st.integers(1, 50), st.integers(1, 50))
    def test_the_number_of_values_does_not_matter(self, some: int, more: int) -> None:
        def statement(count: int) -> str:
            return "VALUES " + ", ".join(["(%s, %s)"] * count)

        assert redact(statement(some + 1)) == redact(statement(more + 1))

    def test_a_long_statement_is_cut_off(self) -> None:
        assert len(redact("a " * MAX_LENGTH)) == MAX_LENGTH


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

    def test_listeners_learn_whether_a_statement_failed(self) -> None:
        calls: list[tuple[str, bool]] = []
        recorder_module.listeners.append(lambda sql, _seconds, failed: calls.append((sql, failed)))
        try:
            with recording(), connection.cursor() as cursor, pytest.raises(OperationalError):
                if connection.vendor != "sqlite":
                    raise OperationalError
                cursor.execute("SELECT * FROM missing")
        finally:
            recorder_module.listeners.pop()
        assert calls in ([("SELECT * FROM missing", True)], [])


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


@pytest.mark.django_db
class TestApi:
    def test_empty_statistics(self, client: PrefixClient, staff: User) -> None:
        client.force_login(staff)
        assert client.get(LOGS).json() == {
            "count": 0,
            "total_ms": 0.0,
            "mean_ms": 0.0,
            "since": None,
            "statements": [],
        }

    def test_totals_and_statements(self, client: PrefixClient, staff: User) -> None:
        store({"SELECT a": Tally(4, 10.0, 9.0, WHEN, WHEN)})
        store({"SELECT b": Tally(1, 6.0, 6.0, WHEN, WHEN)})
        client.force_login(staff)
        found = client.get(LOGS).json()
        assert (found["count"], found["total_ms"], found["mean_ms"]) == (5, 16.0, 3.2)
        assert found["since"] == "2026-03-01T00:00:00Z"
        assert found["statements"][0] == {
            "statement": "SELECT a",
            "count": 4,
            "total_ms": 10.0,
            "mean_ms": 2.5,
            "slowest_ms": 9.0,
            "last_seen": "2026-03-01T00:00:00Z",
        }

    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ({}, ["a", "b"]),
            ({"order": "mean"}, ["b", "a"]),
            ({"order": "total"}, ["a", "b"]),
            ({"order": "count"}, ["a", "b"]),
            ({"order": "mean", "limit": "1"}, ["b"]),
        ],
    )
    def test_orders(
        self, client: PrefixClient, staff: User, query: dict[str, str], found: list[str]
    ) -> None:
        store({"a": Tally(4, 10.0, 9.0, WHEN, WHEN), "b": Tally(1, 6.0, 6.0, WHEN, WHEN)})
        client.force_login(staff)
        statements = client.get(LOGS, query).json()["statements"]
        assert [one["statement"] for one in statements] == found

    @pytest.mark.parametrize("query", [{"order": "x"}, {"limit": "0"}, {"limit": "101"}])
    def test_invalid_query_parameters(
        self, client: PrefixClient, staff: User, query: dict[str, str]
    ) -> None:
        client.force_login(staff)
        response = client.get(LOGS, query)
        assert (response.status_code, list(response.json())) == (400, list(query))

    def test_only_for_staff(self, client: PrefixClient, ada: User) -> None:
        assert client.get(LOGS).status_code == 401
        client.force_login(ada)
        assert client.get(LOGS).status_code == 403
        assert client.delete(LOGS).status_code == 403

    def test_reset(self, client: PrefixClient, staff: User) -> None:
        store({"a": Tally(1, 1.0, 1.0, WHEN, WHEN)})
        client.force_login(staff)
        assert client.delete(LOGS).status_code == 204
        assert client.get(LOGS).json()["count"] == 0


@pytest.mark.django_db
class TestPage:
    def test_it_lists_statements(
        self,
        client: PrefixClient,
        staff: User,
        django_assert_max_num_queries: DjangoAssertNumQueries,
    ) -> None:
        store({"SELECT <a>": Tally(1200, 2400.0, 9.0, WHEN, WHEN)})
        client.force_login(staff)
        with django_assert_max_num_queries(6):
            html = client.get("/sql/").content.decode()
        assert "SELECT &lt;a&gt;" in html
        assert "2,400.0 ms" in html
        assert f'href="{PREFIX}/sql/?order=slowest" aria-current="true"' in html

    @pytest.mark.parametrize("query", [{"order": "x"}, {"limit": "no"}])
    def test_invalid_query_parameters_are_ignored(
        self, client: PrefixClient, staff: User, query: dict[str, str]
    ) -> None:
        client.force_login(staff)
        response = client.get("/sql/", query)
        assert response.status_code == 200
        assert 'class="empty"' in response.content.decode()

    def test_reset(self, client: PrefixClient, staff: User) -> None:
        store({"a": Tally(1, 1.0, 1.0, WHEN, WHEN)})
        client.force_login(staff)
        assert client.post("/sql/")["Location"] == f"{PREFIX}/sql/"
        assert 'class="flash"' in client.get("/sql/").content.decode()
        assert not Statement.objects.exists()

    def test_only_for_staff(self, client: PrefixClient, ada: User) -> None:
        assert client.get("/sql/")["Location"] == f"{PREFIX}/sign-in/?next={PREFIX}/sql/"
        client.force_login(ada)
        response = client.get("/sql/")
        assert response.status_code == 403
        assert ">403</p>" in response.content.decode()
        assert client.post("/sql/").status_code == 403
        assert f'href="{PREFIX}/sql/"' not in client.get("/").content.decode()
        assert not Transaction.objects.exists()


def test_the_timer_calls_the_function() -> None:
    done = threading.Event()
    recorder_module.start_timer(0.001, done.set)
    assert done.wait(10)
