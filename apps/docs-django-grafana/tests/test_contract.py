"""Sends generated requests to every operation of the OpenAPI document.

No response is a 5xx or undocumented, and no stored transaction is invalid.
"""

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.contrib.auth.models import User
from hypothesis import settings
from schemathesis import Case
from schemathesis.checks import CHECKS

from accounts import tokens
from config.wsgi import application
from ledger.models import Transaction

from .conftest import Book

pytestmark = pytest.mark.django_db(transaction=True)

API = schemathesis.openapi.from_wsgi("/api/openapi.json", application)

# A request can match the schema and be invalid, such as an unknown user or a future time.
EXCLUDED: list[Any] = [CHECKS.get_one("positive_data_acceptance")]

# All examples of a test share one database, so a request can read what an earlier one booked.
generated = settings(max_examples=30)


@pytest.fixture
def bearer(book: Book) -> Iterator[dict[str, str]]:
    """Headers that authenticate a staff account, in a ledger with three transactions."""
    for _ in range(3):
        book()
    staff = User.objects.create_user("head", is_staff=True)
    yield {"Authorization": f"Bearer {tokens.issue(staff, 'contract')}"}
    for entry in Transaction.objects.all():
        entry.full_clean()


@API.parametrize()
@generated
def test_requests_of_staff(case: Case[Any], bearer: dict[str, str]) -> None:
    case.call_and_validate(headers=bearer, excluded_checks=EXCLUDED)


@API.parametrize()
@generated
def test_anonymous_requests(case: Case[Any], bearer: dict[str, str]) -> None:
    count = Transaction.objects.count()
    case.call_and_validate(excluded_checks=EXCLUDED)
    assert Transaction.objects.count() == count
