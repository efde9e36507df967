"""The shop and Stripe's fake, over HTTP: what a buyer and a shopkeeper do, from end to end."""

import re
from collections.abc import Callable
from http.client import HTTPConnection
from urllib.parse import urlsplit

import pytest
from sqlalchemy.orm import Session

from shop.models import Order, now
from stripe_fake.server import StripeFake
from stripe_fake.testing import KEY
from tests.running import Shop

PAGE = "/products/oak-tray"
BUY = "/products/oak-tray/checkout"
SESSION = "checkout.session"


def press(page: str, how: str) -> str:
    """A button of Stripe's page; the path and query to which it leads at the shop."""
    address = urlsplit(page)
    connection = HTTPConnection(address.netloc)
    connection.request("POST", address.path, f"how={how}")
    back = urlsplit(connection.getresponse().headers["Location"])
    connection.close()
    assert back.netloc == "shop.test"
    return f"{back.path.removeprefix('/ecommerce-flask')}?{back.query}"


def start(shop: Shop) -> str:
    return shop.browser().submit(BUY, {}, page=PAGE).headers["Location"]


def deliveries(fake: StripeFake) -> dict[str, list[int]]:
    """By type of event, how each delivery was answered."""
    events = fake.accounts[KEY].events
    return {event["type"]: fake.deliveries[name] for name, event in events.items()}


def event_of(fake: StripeFake, kind: str) -> str:
    events = fake.accounts[KEY].events
    (found,) = [name for name, event in events.items() if event["type"] == kind]
    return found


def orders(session: Session) -> list[tuple[int, int]]:
    session.expire_all()
    return [(o.total, o.refund.amount if o.refund else 0) for o in session.query(Order)]


def test_buy_and_be_thanked(connected: Shop, stripe_fake: StripeFake, session: Session) -> None:
    back = press(start(connected), "now")
    page = connected.browser().get(back).text
    assert "Thank you" in page
    assert "Oak tray, €34.50" in page
    assert orders(session) == [(3450, 0)]
    assert deliveries(stripe_fake) == {"charge.succeeded": [200], f"{SESSION}.completed": [200]}


def test_cancel_and_nothing_is_kept(
    connected: Shop, stripe_fake: StripeFake, session: Session
) -> None:
    start(connected)
    (bought,) = stripe_fake.accounts[KEY].sessions.values()
    back = urlsplit(bought["cancel_url"])
    path = back.path.removeprefix("/ecommerce-flask")
    page = connected.browser().get(f"{path}?{back.query}").text
    assert "Nothing was charged" in page
    assert "Back to Oak tray" in page
    assert orders(session) == []


@pytest.mark.parametrize(("arrives", "stored"), [(True, [(3450, 0)]), (False, [])])
def test_a_transfer_counts_when_it_arrives(
    connected: Shop,
    stripe_fake: StripeFake,
    session: Session,
    arrives: bool,
    stored: list[tuple[int, int]],
) -> None:
    back = press(start(connected), "later")
    assert "Your payment is under way" in connected.browser().get(back).text
    assert orders(session) == []
    (bought,) = stripe_fake.accounts[KEY].sessions
    how = "succeeded" if arrives else "failed"
    answer = stripe_fake.handle("POST", f"/test/{KEY}/sessions/{bought}", {}, f"how={how}")
    assert answer.status == 200
    assert orders(session) == stored


def test_replays_count_once(connected: Shop, stripe_fake: StripeFake, session: Session) -> None:
    press(start(connected), "now")
    completed = event_of(stripe_fake, f"{SESSION}.completed")
    assert stripe_fake.deliver(KEY, completed, times=8) == [200] * 8
    assert stripe_fake.deliver(KEY, completed, age=301) == [400]
    assert stripe_fake.deliver(KEY, completed, secret="whsec_of_somebody") == [400]
    assert orders(session) == [(3450, 0)]


def test_the_shopkeeper_sends_the_money_back(
    connected: Shop, stripe_fake: StripeFake, session: Session
) -> None:
    back = press(start(connected), "now")
    admin = connected.signed_in()
    (path,) = re.findall(r'href="(/admin/orders/cs_test_\w+)"', admin.get("/admin/orders").text)
    assert "Refund €34.50" in admin.get(path).text
    answer = admin.submit(path, {}, page="/admin/orders")
    assert (answer.status_code, answer.headers["Location"]) == (303, path)
    page = admin.get(path).text
    assert "Stripe has taken the refund." in page
    assert "<dt>Refunded</dt><dd>€34.50" in page
    assert "Refund €" not in page
    assert "€34.50 refunded" in admin.get("/admin/orders").text
    assert "€34.50 of it went back to you" in connected.browser().get(back).text
    assert orders(session) == [(3450, 3450)]
    refunded = event_of(stripe_fake, "charge.refunded")
    assert stripe_fake.deliver(KEY, refunded, times=4) == [200] * 4
    assert orders(session) == [(3450, 3450)]
    assert admin.submit(path, {}, page="/admin").status_code == 409


def test_a_refund_that_stripe_refuses_is_said(
    selling: Shop, stripe_fake: StripeFake, session: Session
) -> None:
    path = unknown_payment(session)
    admin = selling.signed_in()
    admin.submit(path, {})
    assert "Stripe refused" in admin.get(path).text
    stripe_fake.fail(KEY, 402)
    admin.submit(path, {})
    assert "Nothing was sent back; try again" in admin.get(path).text


def test_without_keys_nothing_is_sent_back(
    shop: Shop, session: Session, open_shop: Callable[..., Shop]
) -> None:
    path = unknown_payment(session)
    admin = shop.signed_in()
    page = admin.get(path).text
    assert "Checkout is off" in page
    assert "Refund €" not in page
    assert admin.submit(path, {}, page="/admin").status_code == 409


def unknown_payment(session: Session) -> str:
    """The page of an order whose payment Stripe does not know."""
    copied = {"product_slug": "gone", "product_name": "Old vase", "currency": "eur"}
    session.add(
        Order(session_id="cs_1", payment_intent="pi_1", total=1250, paid_at=now(), **copied)
    )
    session.commit()
    return "/admin/orders/cs_1"


@pytest.mark.parametrize("path", ["/admin/orders/cs_2", "/admin/orders/x", "/admin/orders?page=2"])
def test_there_is_no_such_order(shop: Shop, session: Session, path: str) -> None:
    unknown_payment(session)
    admin = shop.signed_in()
    assert admin.get(path).status_code == 404
    assert "Old vase" in admin.get("/admin/orders").text


def test_no_order_yet(shop: Shop) -> None:
    assert "No order yet." in shop.signed_in().get("/admin/orders").text
