"""Generated requests against every operation of the OpenAPI document.

Never a 5xx, never an answer that the document does not know, never data that the rules forbid.
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

# What fits the schema may still be refused: a name that nobody has, a time to come.
EXCLUDED: list[Any] = [CHECKS.get_one("positive_data_acceptance")]

# Each example is a request of its own to the same application; what one books, the next may read.
generated = settings(max_examples=30)


@pytest.fixture
def bearer(book: Book) -> Iterator[dict[str, str]]:
    """Headers of somebody on the staff, before a book that is not empty."""
    for _ in range(3):
        book()
    staff = User.objects.create_user("head", is_staff=True)
    yield {"Authorization": f"Bearer {tokens.issue(staff, 'contract')}"}
    for entry in Transaction.objects.all():
        entry.full_clean()


@API.parametrize()
@generated
def test_staff(case: Case[Any], bearer: dict[str, str]) -> None:
    case.call_and_validate(headers=bearer, excluded_checks=EXCLUDED)


@API.parametrize()
@generated
def test_a_stranger(case: Case[Any], bearer: dict[str, str]) -> None:
    count = Transaction.objects.count()
    case.call_and_validate(excluded_checks=EXCLUDED)
    assert Transaction.objects.count() == count
