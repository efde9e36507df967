"""The metrics. The integration tests run the queries of the dashboard that shows them."""

from collections.abc import Iterator

import pytest
from django.contrib.auth.models import User
from django.db import OperationalError
from django.db.models import QuerySet
from prometheus_client import REGISTRY

from accounts import tokens
from devkit.testing.django import PrefixClient
from ledger import metrics
from ledger.metrics import LedgerCollector
from ledger.models import Kind
from telemetry import metrics as sql_metrics
from telemetry import recorder

from .conftest import Book

pytestmark = pytest.mark.django_db


@pytest.fixture
def attached(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Registers the metrics, as a worker does that serves them."""
    monkeypatch.setattr(recorder, "listeners", [])
    before = set(REGISTRY._collector_to_names)
    metrics.attach()
    sql_metrics.attach()
    yield
    for collector in set(REGISTRY._collector_to_names) - before:
        REGISTRY.unregister(collector)


def value(name: str, **labels: str) -> float | None:
    return REGISTRY.get_sample_value(name, labels)


@pytest.mark.usefixtures("attached")
class TestLedger:
    @pytest.mark.sqlite
    def test_transactions_by_type(self, book: Book) -> None:
        book()
        book()
        book(type=Kind.FEE, amount="2.50")
        assert value("ledger_transactions", type="sale") == 2
        assert value("ledger_transactions", type="refund") == 0
        assert value("ledger_amount_euros", type="fee") == 2.5
        assert value("ledger_database_up") == 1

    def test_sign_ins_sessions_and_tokens(self, ada: User) -> None:
        right, wrong = (value("ledger_sign_ins_total", outcome=o) or 0 for o in ("right", "wrong"))
        for password in ("open", "no", "open"):
            PrefixClient("").post("/sign-in/", {"username": "ada", "password": password})
        tokens.issue(ada, "till")
        assert value("ledger_sessions") == 2
        assert value("ledger_api_tokens") == 1
        assert value("ledger_sign_ins_total", outcome="right") == right + 2
        assert value("ledger_sign_ins_total", outcome="wrong") == wrong + 1

    def test_bookings_by_page_and_api(self, ada: User) -> None:
        before = {
            source: value("ledger_booked_total", type="fee", door=source) or 0
            for source in ("api", "page")
        }
        client = PrefixClient("")
        client.force_login(ada)
        fields = {"type": "fee", "amount": "1.00"}
        client.post("/book/", fields)
        client.post("/api/transactions/", fields, content_type="application/json")
        client.post(
            "/api/transactions/", {**fields, "amount": "0"}, content_type="application/json"
        )
        after = {
            source: value("ledger_booked_total", type="fee", door=source)
            for source in ("api", "page")
        }
        assert after == {source: count + 1 for source, count in before.items()}

    def test_an_unavailable_database_is_reported(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def unavailable(*_: object) -> None:
            raise OperationalError("connection refused")

        monkeypatch.setattr(QuerySet, "order_by", unavailable)
        (up,) = LedgerCollector().collect()
        assert (up.name, up.samples[0].value) == ("ledger_database_up", 0)


@pytest.mark.usefixtures("attached")
class TestSql:
    @pytest.mark.parametrize(
        ("statement", "operation"),
        [("SELECT 1", "select"), ("  insert INTO t", "insert"), ("", "other"), ("PRAGMA", "other")],
    )
    def test_statements_by_operation(self, statement: str, operation: str) -> None:
        count = "sql_statement_duration_seconds_count"
        before = value(count, operation=operation) or 0
        errors = value("sql_statement_errors_total", operation=operation) or 0
        sql_metrics.observe(statement, 0.1, failed=False)
        sql_metrics.observe(statement, 0.1, failed=True)
        assert value(count, operation=operation) == before + 2
        assert value("sql_statement_errors_total", operation=operation) == errors + 1

    def test_statements_of_requests_are_counted(self, client: PrefixClient) -> None:
        before = value("sql_statement_duration_seconds_count", operation="select") or 0
        client.get("/")
        assert (value("sql_statement_duration_seconds_count", operation="select") or 0) > before
