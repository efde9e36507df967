"""Purchases and refunds from end to end, over HTTP, with the fake Stripe."""

import re
from collections.abc import Callable
from http.client import HTTPConnection
from urllib.parse import urlsplit

import pytest
from sqlalchemy.orm import Session

from shop.models import Order, now
from stripe_fake.server import StripeFake
from stripe_fake.testing import KEY
from tests.harness import Shop

PAGE = "/products/oak-tray"
BUY = "/products/oak-tray/checkout"
SESSION = "checkout.session"


def pay(page: str, how: str) -> str:
    """Presses a button of Stripe's page; returns the path and query of the redirect to the shop."""
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
    """The statuses of the deliveries, by type of event."""
    events = fake.accounts[KEY].events
    return {event["type"]: fake.deliveries[name] for name, event in events.items()}


def event_of(fake: StripeFake, kind: str) -> str:
    events = fake.accounts[KEY].events
    (found,) = [name for name, event in events.items() if event["type"] == kind]
    return found


def orders(session: Session) -> list[tuple[int, int]]:
    session.expire_all()
    return [(o.total, o.refund.amount if o.refund else 0) for o in session.query(Order)]


def test_a_paid_product_is_an_order(
    connected: Shop, stripe_fake: StripeFake, session: Session
) -> None:
    back = pay(start(connected), "now")
    page = connected.browser().get(back).text
    assert "Thank you" in page
    assert "Oak tray, €34.50" in page
    assert orders(session) == [(3450, 0)]
    assert deliveries(stripe_fake) == {"charge.succeeded": [200], f"{SESSION}.completed": [200]}


def test_a_cancelled_payment_stores_nothing(
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
def test_a_bank_transfer_is_an_order_when_it_arrives(
    connected: Shop,
    stripe_fake: StripeFake,
    session: Session,
    arrives: bool,
    stored: list[tuple[int, int]],
) -> None:
    back = pay(start(connected), "later")
    assert "Not confirmed yet" in connected.browser().get(back).text
    assert orders(session) == []
    (bought,) = stripe_fake.accounts[KEY].sessions
    how = "succeeded" if arrives else "failed"
    response = stripe_fake.handle("POST", f"/test/{KEY}/sessions/{bought}", {}, f"how={how}")
    assert response.status == 200
    assert orders(session) == stored


def test_a_repeated_event_is_stored_once(
    connected: Shop, stripe_fake: StripeFake, session: Session
) -> None:
    pay(start(connected), "now")
    completed = event_of(stripe_fake, f"{SESSION}.completed")
    assert stripe_fake.deliver(KEY, completed, times=8) == [200] * 8
    assert stripe_fake.deliver(KEY, completed, age=301) == [400]
    assert stripe_fake.deliver(KEY, completed, secret="whsec_of_somebody") == [400]
    assert orders(session) == [(3450, 0)]


def test_an_admin_refunds_an_order(
    connected: Shop, stripe_fake: StripeFake, session: Session
) -> None:
    back = pay(start(connected), "now")
    admin = connected.signed_in()
    (path,) = re.findall(r'href="(/admin/orders/cs_test_\w+)"', admin.get("/admin/orders").text)
    assert "Refund €34.50" in admin.get(path).text
    response = admin.submit(path, {}, page="/admin/orders")
    assert (response.status_code, response.headers["Location"]) == (303, path)
    page = admin.get(path).text
    assert 'class="flash"' in page
    assert "<dt>Refunded</dt><dd>€34.50" in page
    assert "Refund €" not in page
    assert "€34.50 refunded" in admin.get("/admin/orders").text
    assert 'class="notice">€34.50' in connected.browser().get(back).text
    assert orders(session) == [(3450, 3450)]
    refunded = event_of(stripe_fake, "charge.refunded")
    assert stripe_fake.deliver(KEY, refunded, times=4) == [200] * 4
    assert orders(session) == [(3450, 3450)]
    assert admin.submit(path, {}, page="/admin").status_code == 409


@pytest.mark.parametrize("at_stripe", [None, "900", "3450"])
def test_a_lost_webhook_of_a_refund_is_made_up_for(
    selling: Shop, stripe_fake: StripeFake, session: Session, at_stripe: str | None
) -> None:
    """Also if a part or all of it was refunded at Stripe itself."""
    back = pay(start(selling), "now")
    assert "Thank you" in selling.browser().get(back).text
    admin = selling.signed_in()
    order = session.query(Order).one()
    if at_stripe:
        form = f"payment_intent={order.payment_intent}&amount={at_stripe}"
        headers = {
            "Authorization": f"Bearer {KEY}",
            "Content-Type": "application/x-www-form-urlencoded",
        }
        assert stripe_fake.handle("POST", "/v1/refunds", headers, form).status == 200
    path = f"/admin/orders/{order.session_id}"
    session.rollback()
    assert admin.submit(path, {}).headers["Location"] == path
    page = admin.get(path).text
    assert "<dt>Refunded</dt><dd>€34.50" in page
    assert "Refund €" not in page
    assert orders(session) == [(3450, 3450)]


def test_a_refused_refund_is_reported(
    selling: Shop, stripe_fake: StripeFake, session: Session
) -> None:
    path = unknown_payment(session)
    admin = selling.signed_in()
    admin.submit(path, {})
    assert "Stripe refused" in admin.get(path).text
    stripe_fake.fail(KEY, 402)
    admin.submit(path, {})
    assert "Nothing was refunded" in admin.get(path).text


def test_without_keys_an_order_cannot_be_refunded(
    shop: Shop, session: Session, open_shop: Callable[..., Shop]
) -> None:
    path = unknown_payment(session)
    admin = shop.signed_in()
    page = admin.get(path).text
    assert "Checkout is off" in page
    assert "Refund €" not in page
    assert admin.submit(path, {}, page="/admin").status_code == 409


def test_an_order_of_an_unknown_payment_cannot_be_refunded(
    selling: Shop, session: Session, stripe_fake: StripeFake
) -> None:
    """The first release stored no payments."""
    path = unknown_payment(session)
    session.query(Order).update({"payment_intent": None})
    session.commit()
    admin = selling.signed_in()
    assert "Refund €" not in admin.get(path).text
    assert admin.submit(path, {}, page="/admin").status_code == 409
    assert not stripe_fake.requests


def unknown_payment(session: Session) -> str:
    """Stores an order whose payment Stripe does not have; returns the path of its page."""
    copied = {"product_slug": "gone", "product_name": "Old vase", "currency": "eur"}
    session.add(
        Order(session_id="cs_1", payment_intent="pi_1", total=1250, paid_at=now(), **copied)
    )
    session.commit()
    return "/admin/orders/cs_1"


@pytest.mark.parametrize("path", ["/admin/orders/cs_2", "/admin/orders/x", "/admin/orders?page=2"])
def test_an_unknown_order_is_404(shop: Shop, session: Session, path: str) -> None:
    unknown_payment(session)
    admin = shop.signed_in()
    assert admin.get(path).status_code == 404
    assert "Old vase" in admin.get("/admin/orders").text


def test_an_empty_list_of_orders(shop: Shop) -> None:
    assert 'class="empty"' in shop.signed_in().get("/admin/orders").text


def test_a_refund_that_stripe_did_not_accept_changes_nothing(
    selling: Shop, stripe_fake: StripeFake, session: Session
) -> None:
    selling.browser().get(pay(start(selling), "now"))
    order = session.query(Order).one()
    path = f"/admin/orders/{order.session_id}"
    session.rollback()
    admin = selling.signed_in()
    stripe_fake.fail(KEY, 402)
    assert admin.submit(path, {}).status_code == 303
    assert orders(session) == [(3450, 0)]
