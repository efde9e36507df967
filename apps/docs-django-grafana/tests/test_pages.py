"""The HTML pages."""

import re
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.contrib.auth.models import User
from django.db import OperationalError
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts import tokens
from devkit.testing.django import PrefixClient
from ledger import pages
from ledger.models import Kind, Transaction

from .conftest import PREFIX, Book, error_codes

pytestmark = pytest.mark.django_db


LIST, LOGS = "/api/transactions/", "/api/sql-logs/"

type Query = dict[str, str | list[str]]


def get_html(
    client: PrefixClient, path: str = "/", status: int = 200, query: Query | None = None
) -> str:
    response = client.get(path, query)
    assert response.status_code == status
    return response.content.decode()


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
            ({"user": "nobody"}, "unknown_user"),
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

    def test_a_post_is_not_allowed(self, client: PrefixClient) -> None:
        assert client.post("/").status_code == 405

    def test_its_number_of_database_queries(
        self, client: PrefixClient, book: Book, django_assert_max_num_queries: object
    ) -> None:
        for user in ("a", "b", "c"):
            book(user)
        with django_assert_max_num_queries(6):  # type: ignore[operator]
            get_html(client)


GOOD = {"type": "sale", "amount": "12.30", "time": "2026-03-01T10:00", "note": " Mugs "}


class TestBook:
    def test_an_anonymous_client_is_redirected_to_the_sign_in(self, client: PrefixClient) -> None:
        for response in (
            client.get("/book/"),
            client.post("/book/", GOOD),
        ):
            assert response.status_code == 302
            assert response["Location"] == f"{PREFIX}/sign-in/?next={PREFIX}/book/"
        assert not Transaction.objects.exists()

    def test_the_form_is_empty(self, client: PrefixClient, ada: User) -> None:
        client.force_login(ada)
        html = get_html(client, "/book/")
        assert "value=" not in re.findall(r'<input type="datetime-local"[^>]*>', html)[0]
        assert html.count('type="radio"') == len(Kind)

    def test_a_booking_redirects_to_the_list(self, client: PrefixClient, ada: User) -> None:
        client.force_login(ada)
        response = client.post("/book/", GOOD)
        assert (response.status_code, response["Location"]) == (302, f"{PREFIX}/")
        booked = Transaction.objects.get()
        assert (booked.user, booked.type, booked.amount) == (ada, "sale", Decimal("12.30"))
        assert (booked.time, booked.note) == (datetime(2026, 3, 1, 10, tzinfo=UTC), "Mugs")
        (message,) = re.findall(r'class="flash" role="status">(.*?)<', get_html(client))
        assert "€12.30" in message
        assert 'class="flash"' not in get_html(client)

    def test_the_default_time_is_the_current_time(self, client: PrefixClient, ada: User) -> None:
        client.force_login(ada)
        before = timezone.now()
        client.post("/book/", {**GOOD, "time": ""})
        assert before <= Transaction.objects.get().time <= timezone.now()

    def test_the_user_cannot_be_chosen(self, client: PrefixClient, ada: User) -> None:
        other = User.objects.create_user("other")
        client.force_login(ada)
        client.post("/book/", {**GOOD, "user": str(other.pk)})
        assert Transaction.objects.get().user == ada

    @pytest.mark.parametrize(
        ("changes", "code"),
        [
            ({"type": ""}, "required"),
            ({"type": "gift"}, "invalid_choice"),
            ({"amount": ""}, "required"),
            ({"amount": "0"}, "min_value"),
            ({"amount": "-5"}, "min_value"),
            ({"amount": "1000000.01"}, "max_value"),
            ({"amount": "1.234"}, "max_decimal_places"),
            ({"amount": "ten"}, "invalid"),
            ({"amount": "Infinity"}, "invalid"),
            ({"time": "tomorrow"}, "invalid"),
            ({"time": "2999-01-01T00:00"}, "in_future"),
            ({"note": "x" * 121}, "max_length"),
            ({"note": "a\x00b"}, "null_characters_not_allowed"),
        ],
    )
    def test_an_error_is_shown_beside_its_field(
        self, client: PrefixClient, ada: User, changes: dict[str, str], code: str
    ) -> None:
        client.force_login(ada)
        response = client.post("/book/", {**GOOD, **changes})
        (field,) = changes
        assert response.status_code == 400
        assert code in error_codes(response)[field]
        assert f'id="id_{field}_error"' in response.content.decode()
        assert not Transaction.objects.exists()

    def test_a_form_without_a_csrf_token_is_refused(self, ada: User) -> None:
        client = Client(enforce_csrf_checks=True)
        client.force_login(ada)
        response = client.post("/book/", GOOD)
        assert response.status_code == 403
        assert 'class="numeral"' in response.content.decode()
        assert not Transaction.objects.exists()

    @pytest.mark.parametrize(
        ("origin", "status"),
        [("http://shop.example:9005", 302), ("http://shop.example", 403), ("null", 403)],
    )
    def test_the_origin_check_includes_the_port(self, ada: User, origin: str, status: int) -> None:
        client = Client(
            enforce_csrf_checks=True, headers={"Host": "shop.example:9005", "Origin": origin}
        )
        client.force_login(ada)
        html = client.get("/book/").content.decode()
        (token, *_) = re.findall(r'name="csrfmiddlewaretoken" value="(\w+)"', html)
        response = client.post("/book/", {**GOOD, "csrfmiddlewaretoken": token})
        assert response.status_code == status


class TestSignIn:
    def test_signing_in_and_out(self, client: PrefixClient, ada: User) -> None:
        response = client.post(
            "/sign-in/",
            {"username": "ada", "password": "open", "next": f"{PREFIX}/book/"},
        )
        assert (response.status_code, response["Location"]) == (302, f"{PREFIX}/book/")
        cookie = response.cookies["docs-django-grafana-session"]
        assert (cookie["path"], cookie["httponly"], cookie["samesite"]) == ("/", True, "Lax")
        assert "Sign out" in get_html(client)
        response = client.post("/sign-out/")
        assert (response.status_code, response["Location"]) == (302, f"{PREFIX}/")
        assert "Sign out" not in get_html(client)

    @pytest.mark.parametrize("away", ["https://evil.example/", "//evil.example"])
    def test_it_redirects_to_this_site_only(
        self, client: PrefixClient, ada: User, away: str
    ) -> None:
        fields = {"username": "ada", "password": "open", "next": away}
        response = client.post("/sign-in/", fields)
        assert response["Location"] == f"{PREFIX}/"

    def test_a_signed_in_client_skips_the_form(self, client: PrefixClient, ada: User) -> None:
        client.force_login(ada)
        assert client.get("/sign-in/")["Location"] == f"{PREFIX}/"

    @pytest.mark.parametrize("password", ["wrong", ""])
    def test_a_wrong_password_is_refused(
        self, client: PrefixClient, ada: User, password: str
    ) -> None:
        response = client.post("/sign-in/", {"username": "ada", "password": password})
        assert response.status_code == 400
        assert 'class="error"' in response.content.decode()
        assert "_auth_user_id" not in client.session


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

    def test_a_server_error(self, client: PrefixClient, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(pages, "booking_users", lambda: 1 / 0)
        client.raise_request_exception = False
        html = get_html(client, status=500)
        assert ">500</p>" in html
        assert f'href="{PREFIX}/"' in html

    def test_an_unavailable_database(
        self, client: PrefixClient, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def unavailable() -> None:
            raise OperationalError("connection refused")

        monkeypatch.setattr(pages, "booking_users", unavailable)
        html = get_html(client, status=503)
        assert ">503</p>" in html
        assert "application-name" in html
