"""The REST API."""

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from rest_framework.authtoken.models import Token

from appkit.django.testing import PrefixClient
from ledger.models import Kind, Transaction

from .conftest import PREFIX, Book

pytestmark = pytest.mark.django_db

LIST = "/api/transactions/"
GOOD = {"type": "sale", "amount": "12.30", "time": "2026-03-01T10:00:00Z", "note": "Mugs"}


@pytest.fixture
def token(ada: User) -> dict[str, str]:
    """Headers that sign ada in."""
    return {"Authorization": f"Token {Token.objects.create(user=ada).key}"}


def post(client: Client, body: object, headers: Mapping[str, str] | None = None) -> Any:
    return client.post(LIST, body, content_type="application/json", headers=headers or {})


class TestRead:
    def test_one(self, client: PrefixClient, book: Book) -> None:
        booked = book(note="Mugs")
        assert client.get(f"{LIST}{booked.pk}/").json() == {
            "id": booked.pk,
            "user": "kiosk",
            "type": "sale",
            "amount": "10.00",
            "time": "2026-03-01T12:00:00Z",
            "note": "Mugs",
        }

    @pytest.mark.parametrize("key", ["7", "9" * 30])
    def test_none(self, client: PrefixClient, key: str) -> None:
        response = client.get(f"{LIST}{key}/")
        assert response.status_code == 404
        assert response["Content-Type"] == "application/json"

    def test_pages_without_a_host(self, client: PrefixClient, book: Book) -> None:
        for _ in range(5):
            book()

        def page(query: str) -> dict[str, object]:
            response = client.get(f"{LIST}?{query}", headers={"Host": "evil.example"})
            found: dict[str, object] = response.json()
            return found

        first, second, third = (page(f"page_size=2&page={number}") for number in (1, 2, 3))
        assert first["count"] == 5
        assert first["previous"] is None
        assert first["next"] == f"{PREFIX}{LIST}?page=2&page_size=2"
        assert second["previous"] == f"{PREFIX}{LIST}?page_size=2"
        assert third["next"] is None
        assert client.get(f"{LIST}?page=4").status_code == 404
        assert client.get(f"{LIST}?page_size=9999").json()["next"] is None

    def test_the_same_filters_as_the_page(self, client: PrefixClient, book: Book) -> None:
        book()
        book(type=Kind.FEE, time=datetime(2026, 3, 2, tzinfo=UTC))
        found = client.get(LIST, {"type": "fee", "since": "2026-03-02", "user": "kiosk"}).json()
        assert [entry["type"] for entry in found["results"]] == ["fee"]

    def test_a_bad_filter_is_named(self, client: PrefixClient) -> None:
        response = client.get(LIST, {"user": "nobody", "min": "x"})
        assert response.status_code == 400
        assert response.json() == {"user": ["Nobody has that name."], "min": ["Enter a number."]}


class TestBook:
    def test_a_token_books(self, client: PrefixClient, ada: User, token: dict[str, str]) -> None:
        response = post(client, GOOD, token)
        booked = Transaction.objects.get()
        assert response.status_code == 201
        assert response["Location"] == f"{PREFIX}{LIST}{booked.pk}/"
        assert response.json() == {"id": booked.pk, "user": "ada", **GOOD}
        assert (booked.user, booked.amount) == (ada, Decimal("12.30"))

    def test_time_and_note_may_be_absent(self, client: PrefixClient, token: dict[str, str]) -> None:
        assert post(client, {"type": "fee", "amount": 1}, token).status_code == 201

    def test_a_session_books_with_its_csrf_token_only(self, ada: User) -> None:
        client = Client(enforce_csrf_checks=True)
        client.force_login(ada)
        assert post(client, GOOD).status_code == 403
        client.get("/book/")
        csrf = client.cookies["docs-django-grafana-csrf"].value
        assert post(client, GOOD, {"X-CSRFToken": csrf}).status_code == 201

    @pytest.mark.parametrize("headers", [{}, {"Authorization": "Token wrong"}])
    def test_a_stranger_does_not(self, client: PrefixClient, headers: dict[str, str]) -> None:
        response = post(client, GOOD, headers)
        assert response.status_code == 401
        assert response["WWW-Authenticate"] == "Token"
        assert not Transaction.objects.exists()

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"type": "gift"}, "type"),
            ({"type": None}, "type"),
            ({"amount": "0"}, "amount"),
            ({"amount": "-1"}, "amount"),
            ({"amount": "1000000.01"}, "amount"),
            ({"amount": "1.234"}, "amount"),
            ({"amount": "NaN"}, "amount"),
            ({"amount": [1]}, "amount"),
            ({"time": "2999-01-01T00:00:00Z"}, "time"),
            ({"time": "soon"}, "time"),
            ({"note": "x" * 121}, "note"),
            ({"note": "a\x00b"}, "note"),
            ({"note": "\ud800"}, "note"),
        ],
    )
    def test_a_mistake_is_named(
        self, client: PrefixClient, token: dict[str, str], changes: dict[str, object], field: str
    ) -> None:
        response = post(client, {**GOOD, **changes}, token)
        assert response.status_code == 400
        assert list(response.json()) == [field]
        assert not Transaction.objects.exists()

    @pytest.mark.parametrize("body", ["{", "[]", '"x"', "null", "\xff"])
    def test_nonsense_is_400(self, client: PrefixClient, token: dict[str, str], body: str) -> None:
        response = client.post(
            LIST, body.encode("latin-1"), content_type="application/json", headers=token
        )
        assert response.status_code == 400

    def test_only_json(self, client: PrefixClient, token: dict[str, str]) -> None:
        assert client.post(LIST, GOOD, headers=token).status_code == 415

    @pytest.mark.parametrize("method", ["put", "patch", "delete"])
    def test_what_is_booked_stays(
        self, client: PrefixClient, book: Book, token: dict[str, str], method: str
    ) -> None:
        path = f"{LIST}{book().pk}/"
        assert getattr(client, method)(path, headers=token).status_code == 405
        assert Transaction.objects.count() == 1


class TestToken:
    def test_it_is_given_for_a_password(self, client: PrefixClient, ada: User) -> None:
        sent = {"username": "ada", "password": "open"}
        response = client.post("/api/token/", sent, content_type="application/json")
        assert response.json() == {"token": Token.objects.get(user=ada).key}

    @pytest.mark.parametrize("password", ["wrong", ""])
    def test_not_for_a_wrong_one(self, client: PrefixClient, ada: User, password: str) -> None:
        sent = {"username": "ada", "password": password}
        response = client.post("/api/token/", sent, content_type="application/json")
        assert response.status_code == 400
        assert not Token.objects.exists()
