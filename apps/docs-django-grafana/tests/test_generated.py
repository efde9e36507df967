"""Generated input for every form and for the query of every page: never a 5xx, never bad data."""

from typing import Any
from urllib.parse import urlencode

import pytest
from django.contrib.auth.models import User
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import NAME_LENGTH
from accounts.tokens import MOST
from devkit.testing.django import PrefixClient
from ledger.filters import Filters
from ledger.models import Kind, Transaction
from telemetry.forms import LogForm

from .conftest import PREFIX

pytestmark = pytest.mark.django_db

# What a form is usually sent, and what it is never sent by a browser.
texts = st.one_of(
    st.text(max_size=200),
    st.decimals(allow_nan=True, allow_infinity=True).map(str),
    st.integers().map(str),
    st.dates().map(str),
    st.datetimes().map(lambda time: time.isoformat()),
    st.sampled_from(["", "sale", "fee", "-0", "0.01", "1000000.00", "2026-03-01T10:00", "ada"]),
)


def answers(names: list[str]) -> st.SearchStrategy[dict[str, list[str]]]:
    return st.dictionaries(st.sampled_from(names), st.lists(texts, max_size=3))


@pytest.fixture
def staff(db: None) -> PrefixClient:
    """Signed in; what it cannot answer is an answer, not an exception."""
    client = PrefixClient(PREFIX, raise_request_exception=False)
    user = User.objects.create_user("head", password="open", is_staff=True)
    user.transactions.create(type=Kind.SALE, amount=1)
    client.force_login(user)
    return client


@given(answers([*Filters.base_fields, "page"]))
def test_the_list_answers_any_query(staff: PrefixClient, query: dict[str, list[str]]) -> None:
    response = staff.get(f"/?{urlencode(query, doseq=True, errors='surrogatepass')}")
    assert response.status_code in (200, 400)


@given(answers([*LogForm.base_fields, "page"]))
def test_statistics_answer_any_query(staff: PrefixClient, query: dict[str, list[str]]) -> None:
    assert staff.get(f"/sql/?{urlencode(query, doseq=True)}").status_code == 200


@given(answers(["type", "amount", "time", "note", "user", "id"]))
def test_booking_keeps_the_rules(staff: PrefixClient, sent: dict[str, list[str]]) -> None:
    count = Transaction.objects.count()
    response = staff.post("/book/", sent)
    assert response.status_code in (302, 400)
    assert Transaction.objects.count() == count + (response.status_code == 302)
    newest = Transaction.objects.latest("id")
    newest.full_clean()
    assert newest.user.username == "head"


@given(texts)
def test_tokens_keep_the_rules(staff: PrefixClient, name: str) -> None:
    assert staff.post("/account/", {"name": name}).status_code in (200, 400)
    names = list(User.objects.get(username="head").tokens.values_list("name", flat=True))
    assert len(names) == len(set(names)) <= MOST
    assert all(name.strip() == name and 0 < len(name) <= NAME_LENGTH for name in names)


@given(answers(["username", "password", "next"]))
def test_nobody_signs_in_by_chance(db: None, sent: dict[str, list[str]]) -> None:
    client = PrefixClient(PREFIX, raise_request_exception=False)
    assert client.post("/sign-in/", sent).status_code in (400, 429)


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text() | st.integers(),
        lambda some: st.lists(some) | st.dictionaries(st.sampled_from(["type", "amount"]), some),
    )
)
def test_the_api_takes_any_json(staff: PrefixClient, body: Any) -> None:
    response = staff.post("/api/transactions/", body, content_type="application/json")
    assert response.status_code == 400
    assert isinstance(response.json(), dict)
