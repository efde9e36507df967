"""The page that lists the transactions."""

import re
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.contrib.auth.models import User

from devkit.testing.django import PrefixClient
from ledger import pages
from ledger.models import Kind

from .conftest import PREFIX, Book, Query, error_codes, get_html

pytestmark = pytest.mark.django_db


def amounts(html: str) -> list[str]:
    """The amounts in the table of transactions."""
    return re.findall(r'<td class="amount \w+">(.+?)</td>', html)


class TestList:
    def test_it_names_the_application(self, client: PrefixClient) -> None:
        html = get_html(client)
        assert '<meta name="application-name" content="docs-django-grafana">' in html
        assert '<html lang="en">' in html
        assert "Transactions</title>" in html

    def test_an_empty_ledger_links_to_the_sign_in_or_the_form(
        self, client: PrefixClient, ada: User
    ) -> None:
        assert 'class="empty"' in get_html(client)
        assert get_html(client).count(f'href="{PREFIX}/sign-in/"') == 2
        client.force_login(ada)
        assert get_html(client).count(f'href="{PREFIX}/book/"') == 2

    def test_transactions_are_signed_and_newest_first(
        self, client: PrefixClient, book: Book
    ) -> None:
        book(amount=Decimal("1234.50"))
        book(type=Kind.FEE, amount=Decimal("2.00"), time=datetime(2026, 3, 2, tzinfo=UTC))
        html = get_html(client)
        assert amounts(html) == ["−€2.00", "€1,234.50"]
        assert "€1,232.50" in html
        assert "1 Mar 2026, 12:00" in html

    @pytest.mark.sqlite
    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ({}, 4),
            ({"user": "kiosk"}, 3),
            ({"user": ""}, 4),
            ({"type": "fee"}, 1),
            ({"type": ["fee", "refund"]}, 2),
            ({"min": "10"}, 3),
            ({"max": "10"}, 3),
            ({"min": "10", "max": "10"}, 2),
            ({"since": "2026-03-02"}, 2),
            ({"until": "2026-03-01"}, 2),
            ({"since": "2026-03-01", "until": "2026-03-01"}, 2),
            ({"since": "2026-03-01T12:00:01Z"}, 2),
            ({"until": "2026-03-02T01:00:00+01:00"}, 3),
            ({"user": "depot", "type": "fee"}, 0),
            ({"user": "nobody"}, 0),
        ],
    )
    def test_filters(self, client: PrefixClient, book: Book, query: Query, found: int) -> None:
        book()
        book(type=Kind.FEE, amount=Decimal(5))
        book(type=Kind.REFUND, amount=Decimal(10), time=datetime(2026, 3, 2, tzinfo=UTC))
        book("depot", amount=Decimal(50), time=datetime(2026, 3, 4, tzinfo=UTC))
        html = get_html(client, query=query)
        assert len(amounts(html)) == found
        assert ('class="empty"' in html) == (found == 0)
        assert (">Show all</a>" in html) == (query not in ({}, {"user": ""}))

    @pytest.mark.parametrize(
        ("query", "code"),
        [
            ({"user": "a\x00b"}, "null_characters_not_allowed"),
            ({"type": "gift"}, "invalid_choice"),
            ({"min": "much"}, "invalid"),
            ({"min": "-1"}, "min_value"),
            ({"min": "NaN"}, "invalid"),
            ({"max": "1e400"}, "max_digits"),
            ({"min": "1000000.01"}, "max_value"),
            ({"min": "5", "max": "4"}, "empty_range"),
            ({"since": "yesterday"}, "invalid_day"),
            ({"since": "2026-02-30"}, "invalid_day"),
            ({"since": "0001-01-01"}, "invalid_day"),
            ({"since": "9" * 50}, "max_length"),
            ({"since": "2026-03-02", "until": "2026-03-01"}, "empty_range"),
        ],
    )
    def test_an_invalid_filter_is_marked(
        self, client: PrefixClient, book: Book, query: Query, code: str
    ) -> None:
        book()
        response = client.get("/", query)
        html = response.content.decode()
        field = list(query)[-1]
        (codes,) = error_codes(response, "filters").values()
        assert response.status_code == 400
        assert code in codes
        assert f'id="id_{field}_error"' in html
        assert 'aria-invalid="true"' in html or "type" in query
        assert 'class="empty"' in html
        assert amounts(html) == []

    def test_pagination(self, client: PrefixClient, book: Book) -> None:
        for _ in range(2 * pages.PAGE_SIZE + 1):
            book()
        html = get_html(client, query={"page": "2", "type": "sale"})
        assert "26–50 of 51" in html
        assert '<span aria-current="page">2</span>' in html
        assert 'href="?page=3&amp;type=sale"' in html
        for number, entries in (("3", 1), ("99", 1), ("none", 25), ("-1", 1)):
            assert len(amounts(get_html(client, query={"page": number}))) == entries

    def test_links_stay_below_the_prefix(self, client: PrefixClient, book: Book) -> None:
        book()
        html = get_html(client)
        links = re.findall(r'(?:href|src|action)="([^"]*)"', html)
        assert links
        for link in links:
            assert link.startswith((f"{PREFIX}/", "#", "?")), link
        assert "<script" not in html
        assert " style=" not in html

    def test_names_and_notes_are_escaped(self, client: PrefixClient, book: Book) -> None:
        book("<b>bold</b>", note="<script>alert(1)</script>")
        html = get_html(client)
        assert "<script" not in html
        assert "<b>bold" not in html

    @pytest.mark.parametrize("path", ["/", "/api/transactions/"])
    def test_the_user_filter_does_not_tell_who_has_an_account(
        self, client: PrefixClient, book: Book, ada: User, path: str
    ) -> None:
        book()
        known, unknown = (client.get(path, {"user": name}) for name in ("ada", "eve"))
        assert known.status_code == unknown.status_code == 200
        assert known.content == unknown.content

    def test_a_post_is_not_allowed(self, client: PrefixClient) -> None:
        assert client.post("/").status_code == 405

    def test_its_number_of_database_queries(
        self, client: PrefixClient, book: Book, django_assert_max_num_queries: object
    ) -> None:
        for user in ("a", "b", "c"):
            book(user)
        with django_assert_max_num_queries(6):  # type: ignore[operator]
            get_html(client)
