"""SQL statistics: what is kept, what is not, and who may see it."""

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
from telemetry.redaction import LONGEST, redact

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
    def test_what_stays(self, statement: str, text: str) -> None:
        assert redact(statement) == text

    @given(st.text(), st.sampled_from(["'{}'", "E'{}'", "$q${}$q$", "/*{}*/", "x = '{}' AND y"]))
    @example("'; SELECT 'secret", "'{}'")
    def test_no_literal_stays(self, secret: str, form: str) -> None:
        marked = f"zz{secret}zz"
        escaped = marked.replace("'", "''")
        if form.startswith("E"):
            escaped = escaped.replace("\\", "\\\\")
        if form.startswith(("$", "/")):
            escaped = re.sub(r"[$*/]", "", marked)
        assert "zz" not in redact(f"WHERE a = {form.format(escaped)}")

    @given(st.floats(allow_nan=False, allow_infinity=False) | st.integers())
    def test_no_number_stays(self, number: float) -> None:
        assert not re.search(r"\d", redact(f"WHERE b = {number}"))

    @given(st.text())
    def test_any_text_is_read_to_its_end(self, text: str) -> None:
        found = redact(text)
        assert len(found) <= LONGEST
        assert redact(found.replace("…", "?")) is not None

    @given(st.integers(1, 50), st.integers(1, 50))
    def test_how_many_values_makes_no_difference(self, some: int, more: int) -> None:
        def statement(count: int) -> str:
            return "VALUES " + ", ".join(["(%s, %s)"] * count)

        assert redact(statement(some + 1)) == redact(statement(more + 1))

    def test_a_long_one_is_cut(self) -> None:
        assert len(redact("a " * LONGEST)) == LONGEST


@pytest.mark.django_db
class TestRecorder:
    def test_requests_are_noted(self, client: PrefixClient, book: Book, notes: Recorder) -> None:
        book("secret-name")
        client.get("/", {"user": "secret-name", "min": "3.21"})
        notes.write()
        texts = "\n".join(Statement.objects.values_list("text", flat=True))
        assert 'FROM "ledger_transaction"' in texts
        assert "secret" not in texts
        assert "3.21" not in texts

    def test_replicas_add_up(self) -> None:
        first = Tally(2, 10.0, 8.0, WHEN, WHEN)
        later = WHEN.replace(hour=5)
        store({"SELECT ?": first})
        store({"SELECT ?": Tally(1, 9.0, 9.0, later, later), "BEGIN": first})
        found = Statement.objects.get(text="SELECT ?")
        assert (found.count, found.total_ms, found.slowest_ms) == (3, 19.0, 9.0)
        assert (found.first_seen, found.last_seen) == (WHEN, later)
        assert str(found) == "SELECT ?"
        assert Statement.objects.count() == 2

    def test_it_writes_once_after_a_while(self) -> None:
        calls: list[tuple[float, Callable[[], None]]] = []
        recorder = Recorder(later=lambda seconds, then: calls.append((seconds, then)))
        for _ in range(3):
            recorder.note("SELECT 1", 0.5)
        assert [seconds for seconds, _ in calls] == [recorder_module.PAUSE]
        recorder.write()
        recorder.note("SELECT 1", 0.25)
        assert len(calls) == 2
        recorder.write()
        found = Statement.objects.get()
        assert (found.count, found.total_ms, found.slowest_ms) == (4, 1750.0, 500.0)

    def test_what_cannot_be_written_is_kept(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def gone(_notes: object) -> None:
            raise OperationalError("connection refused")

        recorder = Recorder(later=lambda _seconds, _then: None)
        recorder.note("SELECT 1", 0.5)
        with monkeypatch.context() as patch:
            patch.setattr(recorder_module, "store", gone)
            recorder.write()
        recorder.note("SELECT 1", 0.5)
        recorder.write()
        assert Statement.objects.get().count == 2

    def test_there_is_an_end(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(recorder_module, "MOST", 2)
        recorder = Recorder(later=lambda _seconds, _then: None)
        for name in "abca":
            recorder.note(f"SELECT {name}", 0.5)
        recorder.write()
        counts = dict(Statement.objects.values_list("text", "count"))
        assert counts == {"SELECT a": 2, "SELECT b": 1}

    def test_nothing_asks_nothing(self, django_assert_num_queries: DjangoAssertNumQueries) -> None:
        with django_assert_num_queries(0):
            Recorder().write()

    def test_a_failed_statement_is_heard_of(self, notes: Recorder) -> None:
        heard: list[tuple[str, bool]] = []
        recorder_module.listeners.append(lambda sql, _seconds, failed: heard.append((sql, failed)))
        try:
            with recording(), connection.cursor() as cursor, pytest.raises(OperationalError):
                if connection.vendor != "sqlite":
                    raise OperationalError
                cursor.execute("SELECT * FROM missing")
        finally:
            recorder_module.listeners.pop()
        assert heard in ([("SELECT * FROM missing", True)], [])


@pytest.mark.django_db(transaction=True)
def test_the_timer_writes_and_leaves_no_connection() -> None:
    """With a thread of its own, as it is when served."""
    done = threading.Event()

    def later(_seconds: float, then: Callable[[], None]) -> None:
        def act() -> None:
            then()
            if connection.connection is not None:
                # A database in memory, which Django never closes.
                connection.connection.close()
            done.set()

        threading.Thread(target=act).start()

    Recorder(later=later).note("SELECT 1", 0.5)
    assert done.wait(10)
    assert Statement.objects.get().count == 1


@pytest.mark.django_db
class TestApi:
    def test_nothing_yet(self, client: PrefixClient, staff: User) -> None:
        client.force_login(staff)
        assert client.get(LOGS).json() == {
            "count": 0,
            "total_ms": 0.0,
            "mean_ms": 0.0,
            "since": None,
            "statements": [],
        }

    def test_the_sums_and_the_slowest(self, client: PrefixClient, staff: User) -> None:
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
    def test_a_bad_question(self, client: PrefixClient, staff: User, query: dict[str, str]) -> None:
        client.force_login(staff)
        response = client.get(LOGS, query)
        assert (response.status_code, list(response.json())) == (400, list(query))

    def test_only_for_staff(self, client: PrefixClient, ada: User) -> None:
        assert client.get(LOGS).status_code == 401
        client.force_login(ada)
        assert client.get(LOGS).status_code == 403
        assert client.delete(LOGS).status_code == 403

    def test_it_starts_anew(self, client: PrefixClient, staff: User) -> None:
        store({"a": Tally(1, 1.0, 1.0, WHEN, WHEN)})
        client.force_login(staff)
        assert client.delete(LOGS).status_code == 204
        assert client.get(LOGS).json()["count"] == 0


@pytest.mark.django_db
class TestPage:
    def test_it_lists_them(
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
        assert 'aria-current="true">Slowest once' in html

    @pytest.mark.parametrize("query", [{"order": "x"}, {"limit": "no"}])
    def test_a_bad_question_is_passed_over(
        self, client: PrefixClient, staff: User, query: dict[str, str]
    ) -> None:
        client.force_login(staff)
        html = client.get("/sql/", query).content.decode()
        assert "Nothing was counted yet" in html

    def test_it_starts_anew(self, client: PrefixClient, staff: User) -> None:
        store({"a": Tally(1, 1.0, 1.0, WHEN, WHEN)})
        client.force_login(staff)
        assert client.post("/sql/")["Location"] == f"{PREFIX}/sql/"
        assert "The statistics start anew" in client.get("/sql/").content.decode()
        assert not Statement.objects.exists()

    def test_only_for_staff(self, client: PrefixClient, ada: User) -> None:
        assert client.get("/sql/")["Location"] == f"{PREFIX}/sign-in/?next={PREFIX}/sql/"
        client.force_login(ada)
        response = client.get("/sql/")
        assert response.status_code == 403
        assert "This page is for staff" in response.content.decode()
        assert client.post("/sql/").status_code == 403
        assert f'href="{PREFIX}/sql/"' not in client.get("/").content.decode()
        assert not Transaction.objects.exists()


def test_a_timer_calls_once() -> None:
    done = threading.Event()
    recorder_module.on_a_timer(0.001, done.set)
    assert done.wait(10)
