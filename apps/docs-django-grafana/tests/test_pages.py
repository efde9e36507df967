"""The pages as a browser sees them."""

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

from .conftest import PREFIX, Book

pytestmark = pytest.mark.django_db


LIST, LOGS = "/api/transactions/", "/api/sql-logs/"

type Query = dict[str, str | list[str]]


def text(
    client: PrefixClient, path: str = "/", status: int = 200, query: Query | None = None
) -> str:
    response = client.get(path, query)
    assert response.status_code == status
    return response.content.decode()


def amounts(html: str) -> list[str]:
    return re.findall(r'<td class="amount \w+">(.+?)</td>', html)


class TestList:
    def test_it_says_which_application_it_is(self, client: PrefixClient) -> None:
        html = text(client)
        assert '<meta name="application-name" content="docs-django-grafana">' in html
        assert '<html lang="en">' in html
        assert "Transactions</title>" in html

    def test_an_empty_book_invites(self, client: PrefixClient, ada: User) -> None:
        assert "The book is still blank" in text(client)
        assert f'href="{PREFIX}/sign-in/"' in text(client)
        client.force_login(ada)
        assert "Book the first transaction" in text(client)

    def test_newest_first_with_their_direction(self, client: PrefixClient, book: Book) -> None:
        book(amount=Decimal("1234.50"))
        book(type=Kind.FEE, amount=Decimal("2.00"), time=datetime(2026, 3, 2, tzinfo=UTC))
        html = text(client)
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
        html = text(client, query=query)
        assert len(amounts(html)) == found
        assert ("No transaction matches" in html) == (found == 0)
        assert ("Show all" in html) == (query not in ({}, {"user": ""}))

    @pytest.mark.parametrize(
        ("query", "error"),
        [
            ({"user": "nobody"}, "Nobody has that name."),
            ({"user": "a\x00b"}, "Null characters are not allowed."),
            ({"type": "gift"}, "gift is not one of the available choices"),
            ({"min": "much"}, "Enter a number."),
            ({"min": "-1"}, "greater than or equal to 0"),
            ({"min": "NaN"}, "Enter a number."),
            ({"max": "1e400"}, "no more than 9 digits"),
            ({"min": "1000000.01"}, "less than or equal to 1000000.00"),
            ({"min": "5", "max": "4"}, "This lies before the start of the range."),
            ({"since": "yesterday"}, "Give a day like 2026-03-01"),
            ({"since": "2026-02-30"}, "Give a day like 2026-03-01"),
            ({"since": "0001-01-01"}, "Give a day like 2026-03-01"),
            ({"since": "9" * 50}, "at most 40 characters"),
            ({"since": "2026-03-02", "until": "2026-03-01"}, "before the start of the range"),
        ],
    )
    def test_a_bad_filter_is_marked(
        self, client: PrefixClient, book: Book, query: Query, error: str
    ) -> None:
        book()
        html = text(client, status=400, query=query)
        assert error in html
        assert 'aria-invalid="true"' in html or "type" in query
        assert "Mend the marked filters" in html
        assert amounts(html) == []

    def test_pages(self, client: PrefixClient, book: Book) -> None:
        for _ in range(2 * pages.PAGE_SIZE + 1):
            book()
        html = text(client, query={"page": "2", "type": "sale"})
        assert "26–50 of 51" in html
        assert '<span aria-current="page">2</span>' in html
        assert 'href="?page=3&amp;type=sale"' in html
        for number, entries in (("3", 1), ("99", 1), ("none", 25), ("-1", 1)):
            assert len(amounts(text(client, query={"page": number}))) == entries

    def test_nothing_leaves_the_prefix(self, client: PrefixClient, book: Book) -> None:
        book()
        html = text(client)
        links = re.findall(r'(?:href|src|action)="([^"]*)"', html)
        assert links
        for link in links:
            assert link.startswith((f"{PREFIX}/", "#", "?")), link
        assert "<script" not in html
        assert " style=" not in html

    def test_names_and_notes_are_text(self, client: PrefixClient, book: Book) -> None:
        book("<b>bold</b>", note="<script>alert(1)</script>")
        html = text(client)
        assert "<script" not in html
        assert "<b>bold" not in html

    def test_it_is_only_read(self, client: PrefixClient) -> None:
        assert client.post("/").status_code == 405

    def test_it_takes_few_queries(
        self, client: PrefixClient, book: Book, django_assert_max_num_queries: object
    ) -> None:
        for user in ("a", "b", "c"):
            book(user)
        with django_assert_max_num_queries(6):  # type: ignore[operator]
            text(client)


GOOD = {"type": "sale", "amount": "12.30", "time": "2026-03-01T10:00", "note": " Mugs "}


class TestBook:
    def test_it_asks_who_you_are(self, client: PrefixClient) -> None:
        for response in (
            client.get("/book/"),
            client.post("/book/", GOOD),
        ):
            assert response.status_code == 302
            assert response["Location"] == f"{PREFIX}/sign-in/?next={PREFIX}/book/"
        assert not Transaction.objects.exists()

    def test_the_form_is_blank(self, client: PrefixClient, ada: User) -> None:
        client.force_login(ada)
        html = text(client, "/book/")
        assert "value=" not in re.findall(r'<input type="datetime-local"[^>]*>', html)[0]
        assert html.count('type="radio"') == len(Kind)

    def test_what_was_booked_leads_the_list(self, client: PrefixClient, ada: User) -> None:
        client.force_login(ada)
        response = client.post("/book/", GOOD)
        assert (response.status_code, response["Location"]) == (302, f"{PREFIX}/")
        booked = Transaction.objects.get()
        assert (booked.user, booked.type, booked.amount) == (ada, "sale", Decimal("12.30"))
        assert (booked.time, booked.note) == (datetime(2026, 3, 1, 10, tzinfo=UTC), "Mugs")
        assert "Booked: Sale, €12.30." in text(client)
        assert "Booked:" not in text(client)

    def test_without_a_time_it_is_now(self, client: PrefixClient, ada: User) -> None:
        client.force_login(ada)
        before = timezone.now()
        client.post("/book/", {**GOOD, "time": ""})
        assert before <= Transaction.objects.get().time <= timezone.now()

    def test_nobody_books_for_another(self, client: PrefixClient, ada: User) -> None:
        other = User.objects.create_user("other")
        client.force_login(ada)
        client.post("/book/", {**GOOD, "user": str(other.pk)})
        assert Transaction.objects.get().user == ada

    @pytest.mark.parametrize(
        ("changes", "error"),
        [
            ({"type": ""}, "This field is required."),
            ({"type": "gift"}, "gift is not one of the available choices"),
            ({"amount": ""}, "This field is required."),
            ({"amount": "0"}, "greater than or equal to 0.01"),
            ({"amount": "-5"}, "greater than or equal to 0.01"),
            ({"amount": "1000000.01"}, "less than or equal to 1000000.00"),
            ({"amount": "1.234"}, "no more than 2 decimal places"),
            ({"amount": "ten"}, "Enter a number."),
            ({"amount": "Infinity"}, "Enter a number."),
            ({"time": "tomorrow"}, "Enter a valid date/time."),
            ({"time": "2999-01-01T00:00"}, "This is in the future"),
            ({"note": "x" * 121}, "at most 120 characters"),
            ({"note": "a\x00b"}, "Null characters are not allowed."),
        ],
    )
    def test_a_mistake_is_shown_beside_its_field(
        self, client: PrefixClient, ada: User, changes: dict[str, str], error: str
    ) -> None:
        client.force_login(ada)
        response = client.post("/book/", {**GOOD, **changes})
        html = response.content.decode()
        assert response.status_code == 400
        assert error in html
        (field,) = changes
        assert f'id="id_{field}_error"' in html
        assert not Transaction.objects.exists()

    def test_a_form_from_elsewhere_is_refused(self, ada: User) -> None:
        client = Client(enforce_csrf_checks=True)
        client.force_login(ada)
        response = client.post("/book/", GOOD)
        assert response.status_code == 403
        assert "The form had expired" in response.content.decode()
        assert not Transaction.objects.exists()

    @pytest.mark.parametrize(
        ("origin", "status"),
        [("http://shop.example:9005", 302), ("http://shop.example", 403), ("null", 403)],
    )
    def test_the_origin_is_compared_with_its_port(
        self, ada: User, origin: str, status: int
    ) -> None:
        client = Client(
            enforce_csrf_checks=True, headers={"Host": "shop.example:9005", "Origin": origin}
        )
        client.force_login(ada)
        html = client.get("/book/").content.decode()
        (token, *_) = re.findall(r'name="csrfmiddlewaretoken" value="(\w+)"', html)
        response = client.post("/book/", {**GOOD, "csrfmiddlewaretoken": token})
        assert response.status_code == status


class TestSignIn:
    def test_and_out(self, client: PrefixClient, ada: User) -> None:
        response = client.post(
            "/sign-in/",
            {"username": "ada", "password": "open", "next": f"{PREFIX}/book/"},
        )
        assert (response.status_code, response["Location"]) == (302, f"{PREFIX}/book/")
        cookie = response.cookies["docs-django-grafana-session"]
        assert (cookie["path"], cookie["httponly"], cookie["samesite"]) == ("/", True, "Lax")
        assert "Sign out" in text(client)
        response = client.post("/sign-out/")
        assert (response.status_code, response["Location"]) == (302, f"{PREFIX}/")
        assert "Sign out" not in text(client)

    @pytest.mark.parametrize("away", ["https://evil.example/", "//evil.example"])
    def test_it_leads_nowhere_else(self, client: PrefixClient, ada: User, away: str) -> None:
        sent = {"username": "ada", "password": "open", "next": away}
        response = client.post("/sign-in/", sent)
        assert response["Location"] == f"{PREFIX}/"

    def test_who_is_signed_in_needs_no_form(self, client: PrefixClient, ada: User) -> None:
        client.force_login(ada)
        assert client.get("/sign-in/")["Location"] == f"{PREFIX}/"

    @pytest.mark.parametrize("password", ["wrong", ""])
    def test_a_wrong_password(self, client: PrefixClient, ada: User, password: str) -> None:
        response = client.post("/sign-in/", {"username": "ada", "password": password})
        assert response.status_code == 400
        assert 'class="error"' in response.content.decode()
        assert "_auth_user_id" not in client.session


@pytest.mark.parametrize(
    "path",
    ["/", "/book/", "/account/", "/account/password/", "/sql/", "/api/", "/none/", LIST, LOGS],
)
def test_no_page_asks_the_database_often(
    client: PrefixClient,
    book: Book,
    path: str,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    user = User.objects.create_user("head", is_staff=True)
    for number in range(tokens.MOST):
        book(f"user {number}")
        tokens.issue(user, f"token {number}")
        PrefixClient(PREFIX).force_login(user)
    client.force_login(user)
    with django_assert_max_num_queries(10):
        client.get(path)


class TestErrors:
    def test_an_unknown_page(self, client: PrefixClient) -> None:
        assert "Nothing is filed under this address" in text(client, "/none/", 404)

    def test_our_mistake(self, client: PrefixClient, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(pages, "people", lambda: 1 / 0)
        client.raise_request_exception = False
        html = text(client, status=500)
        assert "That is our mistake" in html
        assert f'href="{PREFIX}/"' in html

    def test_a_database_that_is_down(
        self, client: PrefixClient, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def gone() -> None:
            raise OperationalError("connection refused")

        monkeypatch.setattr(pages, "people", gone)
        html = text(client, status=503)
        assert "The books are closed for a moment" in html
        assert "application-name" in html
