"""What the tests of pages, API and commands share."""

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.contrib.auth.models import User
from pytest_django import Settings

from devkit.testing import use_reproducible_examples
from devkit.testing.django import PrefixClient
from ledger.models import Kind, Transaction
from telemetry.recorder import Recorder

use_reproducible_examples()

PREFIX = "/some/where"

type Book = Callable[..., Transaction]


@pytest.fixture(autouse=True)
def _quick_passwords(settings: Settings) -> None:
    # The real hash takes most of a second on purpose.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def client() -> PrefixClient:
    """A browser that comes through the proxy, below `PREFIX`."""
    return PrefixClient(PREFIX)


@pytest.fixture
def ada(db: None) -> User:
    """Somebody who can sign in, with the password `open`."""
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
def notes(monkeypatch: pytest.MonkeyPatch) -> Recorder:
    """The recorder of this process, empty, which writes when it is told to and not by a timer."""
    fresh = Recorder(later=lambda _seconds, _then: None)
    monkeypatch.setattr("telemetry.recorder.recorder", fresh)
    return fresh
