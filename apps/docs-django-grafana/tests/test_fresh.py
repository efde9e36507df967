"""The list is kept between requests, and shows every change at once, whoever makes it."""

import re
from collections.abc import Callable
from decimal import Decimal

import pytest
from django.contrib.auth.models import User
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.tokens import issue
from appkit.django.revisions import read
from devkit.testing.django import PrefixClient
from ledger.models import Kind, Transaction

from .conftest import PREFIX, Book, get_html

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]


def test_an_unchanged_list_takes_one_query(client: PrefixClient, book: Book) -> None:
    book()
    html = get_html(client)
    with CaptureQueriesContext(connection) as queries:
        assert get_html(client) == html
    assert len(queries) == 1


def raw_update(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


WRITES: dict[str, Callable[[], object]] = {
    "save": lambda: Transaction.objects.get().save(),
    "bulk": lambda: Transaction.objects.bulk_create(
        [Transaction(user=User.objects.get(username="kiosk"), type=Kind.FEE, amount=Decimal(1))]
    ),
    "update": lambda: Transaction.objects.update(amount=Decimal(7)),
    "delete": lambda: Transaction.objects.all().delete(),
    "SQL": lambda: raw_update("UPDATE ledger_transaction SET note = 'raw'"),
    "name": lambda: User.objects.filter(username="kiosk").update(username="shop"),
}


@pytest.mark.parametrize("write", WRITES)
def test_every_write_changes_the_revision(book: Book, write: str) -> None:
    book()
    before = read("ledger")
    WRITES[write]()
    assert read("ledger") not in (before, None)


@pytest.mark.parametrize("write", ["bulk", "update", "delete", "SQL", "name"])
@pytest.mark.parametrize("signed_in", [False, True])
def test_every_write_is_shown_at_once(
    client: PrefixClient, book: Book, ada: User, write: str, signed_in: bool
) -> None:
    book()
    if signed_in:
        client.force_login(ada)
    before = shown(client)
    assert shown(client) == before
    WRITES[write]()
    assert shown(client) != before


def shown(client: PrefixClient) -> str:
    """The page without the token of its form, which differs each time."""
    return re.sub('(?<=name="csrfmiddlewaretoken" value=")[A-Za-z0-9]+', "", get_html(client))


def test_a_sign_in_keeps_the_revision(client: PrefixClient, book: Book, ada: User) -> None:
    book()
    before = read("ledger")
    client.post("/sign-in/", {"username": "ada", "password": "open"})
    assert read("ledger") == before


def test_a_new_transaction_is_shown_at_once(client: PrefixClient, ada: User, book: Book) -> None:
    book()
    assert "</span> €10.00" in get_html(client)
    key = issue(ada, "till")
    for number in range(2, 5):
        client.post(
            "/api/transactions/",
            {"type": "sale", "amount": "10.00"},
            content_type="application/json",
            headers={"Authorization": f"Bearer {key}"},
        )
        assert f"</span> €{number}0.00" in get_html(client)


def test_a_transaction_that_is_rolled_back_is_not_kept(client: PrefixClient, book: Book) -> None:
    book()
    before = get_html(client)
    with transaction.atomic():
        book(amount=Decimal(5))
        assert "€15.00" in get_html(client)
        transaction.set_rollback(True)
    assert get_html(client) == before


def test_the_kept_list_depends_on_the_prefix_and_on_whether_somebody_is_signed_in(
    client: PrefixClient, ada: User
) -> None:
    signed_in = PrefixClient(PREFIX)
    signed_in.force_login(ada)
    for _ in range(2):
        assert get_html(client).count(f'href="{PREFIX}/sign-in/"') == 2
        assert get_html(signed_in).count(f'href="{PREFIX}/book/"') == 2
        assert PREFIX not in get_html(PrefixClient(""))


def test_the_kept_list_depends_on_the_query(client: PrefixClient, book: Book) -> None:
    book()
    for _ in range(2):
        assert "€10.00" in get_html(client)
        assert "€10.00" not in get_html(client, query={"type": "fee"})


def test_nobody_sees_the_page_of_an_account(client: PrefixClient, ada: User) -> None:
    visitors = [client, PrefixClient(PREFIX), PrefixClient(PREFIX)]
    visitors[1].force_login(ada)
    visitors[2].force_login(User.objects.create_user("grace"))
    for _ in range(2):
        names = [re.findall(r'class="username">(\w+)<', get_html(one)) for one in visitors]
        assert names == [[], ["ada"], ["grace"]]
    visitors[1].post("/sign-out/")
    assert get_html(visitors[1]) == get_html(client)


def test_a_page_of_an_account_is_not_stored_by_caches(client: PrefixClient, ada: User) -> None:
    assert "Cache-Control" not in client.get("/").headers
    client.force_login(ada)
    assert client.get("/")["Cache-Control"] == "private, no-store"
