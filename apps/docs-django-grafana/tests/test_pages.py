"""The error pages, and the number of database queries of each page."""

import pytest
from django.contrib.auth.models import User
from django.db import OperationalError
from pytest_django import DjangoAssertNumQueries

from accounts import tokens
from devkit.testing.django import PrefixClient
from ledger import pages

from .conftest import LIST, LOGS, PREFIX, Book, get_html

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "path",
    ["/", "/book/", "/account/", "/account/password/", "/sql/", "/api/", "/none/", LIST, LOGS],
)
def test_the_number_of_database_queries_is_limited(
    client: PrefixClient,
    book: Book,
    path: str,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    user = User.objects.create_user("head", is_staff=True)
    for number in range(tokens.MAX_TOKENS):
        book(f"user {number}")
        tokens.issue(user, f"token {number}")
        PrefixClient(PREFIX).force_login(user)
    client.force_login(user)
    with django_assert_max_num_queries(10):
        client.get(path)


class TestErrors:
    def test_an_unknown_page(self, client: PrefixClient) -> None:
        assert ">404</p>" in get_html(client, "/none/", 404)

    def test_a_server_error(
        self, client: PrefixClient, monkeypatch: pytest.MonkeyPatch, book: Book
    ) -> None:
        book()  # No kept page has it.
        monkeypatch.setattr(pages, "booking_users", lambda: 1 / 0)
        client.raise_request_exception = False
        html = get_html(client, status=500)
        assert ">500</p>" in html
        assert f'href="{PREFIX}/"' in html

    def test_an_unavailable_database(
        self, client: PrefixClient, monkeypatch: pytest.MonkeyPatch, book: Book
    ) -> None:
        book()  # No kept page has it.

        def unavailable() -> None:
            raise OperationalError("connection refused")

        monkeypatch.setattr(pages, "booking_users", unavailable)
        html = get_html(client, status=503)
        assert ">503</p>" in html
        assert "application-name" in html
