"""Stripe asks for the delivery address; the buyer and the shopkeeper see it with the order."""

import logging
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from markupsafe import escape
from sqlalchemy import text
from sqlalchemy.orm import Session

from appkit.delivery import MAX_RECIPIENT_LENGTH
from appkit.flask import migrations
from devkit.testing.databases import fresh_database
from shop.models import Base, Order, now
from stripe_fake.server import StripeFake
from stripe_fake.testing import KEY, UNSTORABLE_NAMES, WITHOUT_ADDRESS, collected
from tests.harness import Shop
from tests.open_payments import MINUTE, SESSIONS, at_stripe, pay, session_of, sweep
from tests.test_database import upgrade
from tests.test_webhook import PAID, RECORDED, event, send

LINES = "12 Square Street\n12345 Springfield\nAustria"
BUYER_PAGE = f"/checkout/success?session_id={PAID['id']}"
ADMIN_PAGE = f"/admin/orders/{PAID['id']}"


def delivery(session: Session) -> tuple[str, str]:
    session.rollback()
    order = session.query(Order).one()
    return order.recipient, order.address


def lines_of(page: str) -> list[str]:
    """The lines of the delivery address on a page, as HTML."""
    found = re.search(r'class="address">(.*?)</', page, re.DOTALL)
    return found[1].split("\n") if found else []


def test_stripe_asks_for_the_address(selling: Shop, stripe_fake: StripeFake) -> None:
    session_of(selling.browser())
    (sent,) = stripe_fake.sent(SESSIONS)
    assert sent["shipping_address_collection[allowed_countries][0]"] == "AT"


@pytest.mark.sqlite
@pytest.mark.usefixtures("connected")
@pytest.mark.parametrize("how", ["now", "later"])
def test_the_buyer_and_the_shopkeeper_see_the_address(
    selling: Shop, session: Session, stripe_fake: StripeFake, how: str
) -> None:
    browser = selling.browser()
    session_id = session_of(browser)
    pay(stripe_fake, session_id, f"how={how}")
    if how == "later":
        at_stripe(stripe_fake, session_id, "how=succeeded")
    assert delivery(session) == ("A. Buyer", LINES)
    for page in (
        browser.get(f"/checkout/success?session_id={session_id}"),
        selling.signed_in().get(f"/admin/orders/{session_id}"),
    ):
        assert lines_of(page.text) == ["A. Buyer", *LINES.split("\n")]


@pytest.mark.parametrize("by", ["return", "sweep"])
def test_the_address_is_stored_although_the_event_is_lost(
    selling: Shop, session: Session, stripe_fake: StripeFake, by: str
) -> None:
    browser = selling.browser()
    session_id = session_of(browser)
    pay(stripe_fake, session_id, "how=now&webhooks=held")
    if by == "return":
        browser.get(f"/checkout/success?session_id={session_id}")
    else:
        sweep(selling, 3 * MINUTE)
    assert delivery(session) == ("A. Buyer", LINES)


@pytest.mark.parametrize("changes", WITHOUT_ADDRESS)
def test_a_payment_without_an_address_is_an_order(
    selling: Shop, session: Session, changes: dict[str, Any]
) -> None:
    assert send(selling, event(**changes)).json == RECORDED
    assert delivery(session) == ("", "")
    assert lines_of(selling.browser().get(BUYER_PAGE).text) == []
    page = selling.signed_in().get(ADMIN_PAGE)
    assert (page.status_code, lines_of(page.text)) == (200, [])


@pytest.mark.sqlite
@pytest.mark.parametrize(
    "name",
    [
        "Żółć 東京 محمد 👩🏽",
        "<script>alert(1)</script>",
        "A & B \"C\" 'D' {{ 7 * 7 }}",
        "n" * MAX_RECIPIENT_LENGTH,
    ],
)
def test_an_unusual_address_is_shown_as_text(selling: Shop, session: Session, name: str) -> None:
    assert send(selling, event(**collected(name, line1=name, country="DE"))).json == RECORDED
    assert delivery(session) == (name, f"{name}\nGermany")
    for page in (selling.browser().get(BUYER_PAGE), selling.signed_in().get(ADMIN_PAGE)):
        assert lines_of(page.text) == [str(escape(name)), str(escape(name)), "Germany"]


@pytest.mark.sqlite
@pytest.mark.parametrize("name", UNSTORABLE_NAMES)
def test_a_name_that_cannot_be_stored_does_not_prevent_the_order(
    selling: Shop, session: Session, name: object
) -> None:
    assert send(selling, event(**collected(name, line1=name, country="DE"))).json == RECORDED
    assert len(delivery(session)[0]) <= MAX_RECIPIENT_LENGTH


def test_only_the_buyer_and_the_shopkeeper_see_the_address(selling: Shop, session: Session) -> None:
    send(selling, event(**collected("A. Buyer", line1="12 Square Street")))
    for path in ("/", "/checkout/success?session_id=cs_test_2", ADMIN_PAGE, "/admin/orders"):
        assert "A. Buyer" not in selling.browser().get(path, follow_redirects=True).text


def test_the_address_is_in_no_log(
    selling: Shop, session: Session, stripe_fake: StripeFake, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    logging.getLogger("sqlalchemy").setLevel(logging.WARNING)
    browser = selling.browser()
    session_id = session_of(browser)
    pay(stripe_fake, session_id)
    paid = stripe_fake.accounts[KEY].sessions[session_id]
    assert send(selling, event(**{**paid, "currency": "xau"})).status_code == 400
    assert send(selling, event(**paid)).json == RECORDED
    # Another order with the same payment is logged.
    assert send(selling, event(**{**paid, "id": "cs_test_other"})).status_code == 200
    browser.get(f"/checkout/success?session_id={session_id}")
    assert delivery(session) == ("A. Buyer", LINES)
    assert "has paid another order" in caplog.text
    for part in ("A. Buyer", "Square Street", "Springfield"):
        assert part not in caplog.text


@pytest.fixture
def earlier_shop(tmp_path: Path, environ: dict[str, str]) -> Iterator[Shop]:
    """A shop with the database of the previous release."""
    with fresh_database(tmp_path) as url:
        shop = Shop({**environ, "DATABASE_URL": url})
        with shop.database.engine.begin() as connection:
            upgrade(connection, "0005")
        yield shop
        shop.database.close()


@pytest.mark.sqlite
def test_orders_of_the_previous_release_have_no_address(earlier_shop: Shop) -> None:
    insert = text(
        "INSERT INTO orders (session_id, product_slug, product_name, total, currency, paid_at)"
        " VALUES (:session_id, 'a', 'A', 100, 'eur', :paid_at)"
    )
    with earlier_shop.database.engine.begin() as connection:
        connection.execute(insert, {"session_id": "cs_before", "paid_at": str(now())})
        upgrade(connection, "head")
        # The previous release still runs while the new one starts.
        connection.execute(insert, {"session_id": "cs_during", "paid_at": str(now())})
    with earlier_shop.database.engine.connect() as connection:
        assert migrations.drift(connection, Base.metadata) == []
    with Session(earlier_shop.database.engine) as session:
        assert [(o.recipient, o.address) for o in session.query(Order)] == [("", "")] * 2
    pages = earlier_shop.signed_in()
    for key in ("cs_before", "cs_during"):
        assert pages.get(f"/admin/orders/{key}").status_code == 200
