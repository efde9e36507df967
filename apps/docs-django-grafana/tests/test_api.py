"""The REST API."""

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import OperationalError
from django.test import Client

from accounts import tokens
from devkit.testing.django import PrefixClient
from ledger.filters import Filters
from ledger.models import Kind, Transaction

from .conftest import PREFIX, Book

pytestmark = pytest.mark.django_db

LIST = "/api/transactions/"
GOOD = {"type": "sale", "amount": "12.30", "time": "2026-03-01T10:00:00Z", "note": "Mugs"}


@pytest.fixture
def token(ada: User) -> dict[str, str]:
    """Headers that authenticate ada."""
    return {"Authorization": f"Bearer {tokens.issue(ada, 'tests')}"}


def post(client: Client, body: object, headers: Mapping[str, str] | None = None) -> Any:
    return client.post(LIST, body, content_type="application/json", headers=headers or {})


class TestRead:
    def test_a_transaction(self, client: PrefixClient, book: Book) -> None:
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
    def test_an_unknown_transaction_is_404(self, client: PrefixClient, key: str) -> None:
        response = client.get(f"{LIST}{key}/")
        assert response.status_code == 404
        assert response["Content-Type"] == "application/json"

    @pytest.mark.parametrize("path", ["/api/none", f"{LIST}x/", "/api/transactions"])
    def test_an_unknown_path_gives_json(self, client: PrefixClient, path: str) -> None:
        response = client.get(path, follow=False)
        if path == "/api/transactions":
            assert response["Location"] == f"{PREFIX}{LIST}"
        else:
            assert (response.status_code, list(response.json())) == (404, ["detail"])

    @pytest.mark.parametrize(
        ("error", "status"), [(ZeroDivisionError, 500), (OperationalError, 503)]
    )
    @pytest.mark.parametrize("headers", [{}, {"Accept": "*/*"}, {"Accept": "application/json"}])
    def test_a_server_error_gives_json(
        self,
        client: PrefixClient,
        monkeypatch: pytest.MonkeyPatch,
        error: type[Exception],
        status: int,
        headers: dict[str, str],
    ) -> None:
        def broken(*_: object) -> None:
            raise error("secret")

        monkeypatch.setattr(Filters, "apply", broken)
        client.raise_request_exception = False
        response = client.get(LIST, headers=headers)
        assert (response.status_code, list(response.json())) == (status, ["detail"])
        assert b"secret" not in response.content

    def test_json_is_the_only_format(self, client: PrefixClient) -> None:
        response = client.get(LIST, headers={"Accept": "text/html"})
        assert (response.status_code, list(response.json())) == (406, ["detail"])

    def test_links_to_pages_have_no_host(self, client: PrefixClient, book: Book) -> None:
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
        assert client.get(f"{LIST}?page_size=100").json()["next"] is None

    def test_filters_select(self, client: PrefixClient, book: Book) -> None:
        book()
        book(type=Kind.FEE, time=datetime(2026, 3, 2, tzinfo=UTC))
        found = client.get(LIST, {"type": "fee", "since": "2026-03-02", "user": "kiosk"}).json()
        assert [entry["type"] for entry in found["results"]] == ["fee"]

    @pytest.mark.parametrize(
        ("query", "status"),
        [
            ({"tpye": "fee"}, 400),
            ({"user": ""}, 400),
            ({"since": " "}, 400),
            ({"page_size": "101"}, 400),
            ({"page_size": "0"}, 400),
            ({"page_size": "many"}, 400),
            ({"page": "2"}, 404),
            ({"page": "last"}, 400),
            ({"page": "-1"}, 400),
        ],
    )
    def test_invalid_query_parameters(
        self, client: PrefixClient, book: Book, query: dict[str, str], status: int
    ) -> None:
        book()
        response = client.get(LIST, query)
        assert response.status_code == status
        assert list(response.json()) == (list(query) if status == 400 else ["detail"])

    def test_every_invalid_filter_is_named(self, client: PrefixClient) -> None:
        response = client.get(LIST, {"user": "x" * 151, "min": "x", "page": "0"})
        assert response.status_code == 400
        assert response.json().keys() == {"user", "min", "page"}


class TestBook:
    def test_a_token_books(self, client: PrefixClient, ada: User, token: dict[str, str]) -> None:
        response = post(client, GOOD, token)
        booked = Transaction.objects.get()
        assert response.status_code == 201
        assert response["Location"] == f"{PREFIX}{LIST}{booked.pk}/"
        assert response.json() == {"id": booked.pk, "user": "ada", **GOOD}
        assert (booked.user, booked.amount) == (ada, Decimal("12.30"))

    def test_time_and_note_are_optional(self, client: PrefixClient, token: dict[str, str]) -> None:
        assert post(client, {"type": "fee", "amount": 1}, token).status_code == 201

    def test_a_session_needs_its_csrf_token(self, ada: User) -> None:
        client = Client(enforce_csrf_checks=True)
        client.force_login(ada)
        assert post(client, GOOD).status_code == 403
        client.get("/book/")
        csrf = client.cookies["docs-django-grafana-csrf"].value
        assert post(client, GOOD, {"X-CSRFToken": csrf}).status_code == 201

    @pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer wrong"}])
    def test_an_anonymous_client_cannot_book(
        self, client: PrefixClient, headers: dict[str, str]
    ) -> None:
        response = post(client, GOOD, headers)
        assert response.status_code == 401
        assert response["WWW-Authenticate"] == "Bearer"
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
            ({"amount": True}, "amount"),
            ({"amount": "1_0"}, "amount"),
            ({"amount": "1e2"}, "amount"),
            ({"amount": "\u0663"}, "amount"),
            ({"amount": " 1"}, "amount"),
            ({"note": 0}, "note"),
            ({"time": "2999-01-01T00:00:00Z"}, "time"),
            ({"time": "soon"}, "time"),
            ({"time": "0001-01-01T00:00:00+14:00"}, "time"),
            ({"time": "1969-12-31T23:59:59Z"}, "time"),
            ({"note": "x" * 121}, "note"),
            ({"note": "a\x00b"}, "note"),
            ({"note": "\ud800"}, "note"),
        ],
    )
    def test_an_invalid_field_is_named(
        self, client: PrefixClient, token: dict[str, str], changes: dict[str, object], field: str
    ) -> None:
        response = post(client, {**GOOD, **changes}, token)
        assert response.status_code == 400
        assert list(response.json()) == [field]
        assert not Transaction.objects.exists()

    @pytest.mark.parametrize("body", ["{", "[]", '"x"', "null", "\xff"])
    def test_a_malformed_body_is_400(
        self, client: PrefixClient, token: dict[str, str], body: str
    ) -> None:
        response = client.post(
            LIST, body.encode("latin-1"), content_type="application/json", headers=token
        )
        assert response.status_code == 400

    def test_another_media_type_is_415(self, client: PrefixClient, token: dict[str, str]) -> None:
        assert client.post(LIST, GOOD, headers=token).status_code == 415

    @pytest.mark.parametrize("method", ["put", "patch", "delete"])
    def test_a_transaction_cannot_be_changed_or_deleted(
        self, client: PrefixClient, book: Book, token: dict[str, str], method: str
    ) -> None:
        path = f"{LIST}{book().pk}/"
        assert getattr(client, method)(path, headers=token).status_code == 405
        assert Transaction.objects.count() == 1
