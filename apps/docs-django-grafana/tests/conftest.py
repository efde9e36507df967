"""Fixtures and helpers that several test modules share."""

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import User
from pytest_django import Settings

from devkit.testing import use_reproducible_examples
from devkit.testing.django import PrefixClient, keep_templates
from ledger.models import Kind, Transaction
from telemetry.recorder import Recorder

use_reproducible_examples()

PREFIX = "/some/where"
LIST, LOGS = "/api/transactions/", "/api/sql-logs/"

WHEN = datetime(2026, 3, 1, tzinfo=UTC)
"""The time of a recorded statement."""

type Book = Callable[..., Transaction]
type Query = dict[str, str | list[str]]


def error_codes(response: Any, form: str = "form") -> dict[str, list[str]]:
    """The codes of the errors of a form that `response` was rendered with, by field."""
    errors = response.context[form].errors.as_data()
    return {field: [str(error.code) for error in found] for field, found in errors.items()}


def get_html(
    client: PrefixClient, path: str = "/", status: int = 200, query: Query | None = None
) -> str:
    response = client.get(path, query)
    assert response.status_code == status
    return response.content.decode()


@pytest.fixture(scope="session", autouse=True)
def _compiled_templates() -> None:
    keep_templates()


@pytest.fixture(autouse=True)
def _fast_password_hasher(settings: Settings) -> None:
    # The production hasher takes most of a second on purpose.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def client() -> PrefixClient:
    """An HTTP client behind the proxy, which serves the application below `PREFIX`."""
    return PrefixClient(PREFIX)


@pytest.fixture
def ada(db: None) -> User:
    """An account with the password `open`."""
    return User.objects.create_user("ada", password="open")


@pytest.fixture
def book(db: None) -> Book:
    """Books a transaction, by default a sale of 10 € on 1 March 2026 at noon."""

    def make(user: str = "kiosk", **changes: object) -> Transaction:
        owner, _ = User.objects.get_or_create(username=user)
        values: dict[str, object] = {
            "type": Kind.SALE,
            "amount": Decimal("10.00"),
            "time": datetime(2026, 3, 1, 12, tzinfo=UTC),
            **changes,
        }
        return Transaction.objects.create(user=owner, **values)

    return make


@pytest.fixture(autouse=True)
def recorder(monkeypatch: pytest.MonkeyPatch) -> Recorder:
    """Replaces the recorder by an empty one that writes on `flush` only, without a timer."""
    fresh = Recorder(schedule=lambda _seconds, _function: None)
    monkeypatch.setattr("telemetry.recorder.recorder", fresh)
    return fresh
