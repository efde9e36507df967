"""Generated input for every form and query: no response is a 5xx, no stored data is invalid."""

from typing import Any
from urllib.parse import urlencode

import pytest
from django.contrib.auth.models import User
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import MAX_NAME_LENGTH
from accounts.tokens import MAX_TOKENS
from devkit.testing.django import PrefixClient
from ledger.filters import Filters
from ledger.models import Kind, Transaction
from telemetry.forms import StatisticsForm

from .conftest import PREFIX

pytestmark = pytest.mark.django_db

# Valid and invalid values of fields, also those that no browser sends.
texts = st.one_of(
    st.text(max_size=200),
    st.decimals(allow_nan=True, allow_infinity=True).map(str),
    st.integers().map(str),
    st.dates().map(str),
    st.datetimes().map(lambda time: time.isoformat()),
    st.sampled_from(["", "sale", "fee", "-0", "0.01", "1000000.00", "2026-03-01T10:00", "ada"]),
)


def submissions(names: list[str]) -> st.SearchStrategy[dict[str, list[str]]]:
    return st.dictionaries(st.sampled_from(names), st.lists(texts, max_size=3))


@pytest.fixture
def staff(db: None) -> PrefixClient:
    """A client of a staff account. An exception in a view gives a 500 response."""
    client = PrefixClient(PREFIX, raise_request_exception=False)
    user = User.objects.create_user("head", password="open", is_staff=True)
    user.transactions.create(type=Kind.SALE, amount=1)
    client.force_login(user)
    return client


@given(submissions([*Filters.base_fields, "page"]))
def test_the_list_accepts_any_query(staff: PrefixClient, query: dict[str, list[str]]) -> None:
    response = staff.get(f"/?{urlencode(query, doseq=True, errors='surrogatepass')}")
    assert response.status_code in (200, 400)


@given(submissions([*StatisticsForm.base_fields, "page"]))
def test_the_statistics_accept_any_query(staff: PrefixClient, query: dict[str, list[str]]) -> None:
    assert staff.get(f"/sql/?{urlencode(query, doseq=True)}").status_code == 200


@given(submissions(["type", "amount", "time", "note", "user", "id"]))
def test_booking_stores_valid_transactions_only(
    staff: PrefixClient, fields: dict[str, list[str]]
) -> None:
    count = Transaction.objects.count()
    response = staff.post("/book/", fields)
    assert response.status_code in (302, 400)
    assert Transaction.objects.count() == count + (response.status_code == 302)
    newest = Transaction.objects.latest("id")
    newest.full_clean()
    assert newest.user.username == "head"


@given(texts)
def test_tokens_have_valid_names_and_a_limited_number(staff: PrefixClient, name: str) -> None:
    assert staff.post("/account/", {"name": name}).status_code in (200, 400)
    names = list(User.objects.get(username="head").tokens.values_list("name", flat=True))
    assert len(names) == len(set(names)) <= MAX_TOKENS
    assert all(name.strip() == name and 0 < len(name) <= MAX_NAME_LENGTH for name in names)


@given(submissions(["username", "password", "next"]))
def test_generated_credentials_never_sign_in(db: None, fields: dict[str, list[str]]) -> None:
    client = PrefixClient(PREFIX, raise_request_exception=False)
    assert client.post("/sign-in/", fields).status_code in (400, 429)


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text() | st.integers(),
        lambda some: st.lists(some) | st.dictionaries(st.sampled_from(["type", "amount"]), some),
    )
)
def test_the_api_refuses_any_other_json(staff: PrefixClient, body: Any) -> None:
    response = staff.post("/api/transactions/", body, content_type="application/json")
    assert response.status_code == 400
    assert isinstance(response.json(), dict)
