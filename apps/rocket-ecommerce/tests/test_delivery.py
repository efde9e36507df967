"""Stripe asks for the delivery address; the buyer and the staff see it with the order."""

import logging
from collections.abc import Mapping
from html import escape
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from appkit.delivery import MAX_RECIPIENT_LENGTH
from rocket.discounts.models import Discount
from rocket.orders.models import Order, OrderState
from rocket.payments import events, ledger
from rocket.payments.gateway import Gateway
from stripe_fake.server import StripeFake
from stripe_fake.testing import KEY, UNSTORABLE_NAMES, WITHOUT_ADDRESS, collected
from tests.purchases import check_out, only_session, pay, state_of
from tests.responses import text
from tests.stripe_events import COMPLETED, deliver, event, session

SESSIONS = "/v1/checkout/sessions"
LINES = "12 Square Street\n12345 Springfield\nAustria"


def delivery_of(order: Order) -> tuple[str, str]:
    order.refresh_from_db()
    return order.recipient, order.address


def test_stripe_asks_for_the_address(order: Order, stripe_fake: StripeFake) -> None:
    (sent,) = stripe_fake.sent(SESSIONS)
    assert sent["shipping_address_collection[allowed_countries][0]"] == "AT"


@pytest.mark.sqlite
def test_the_buyer_and_the_staff_see_the_address(
    order: Order, stripe_fake: StripeFake, client: Client, admin_client: Client
) -> None:
    pay(stripe_fake)
    deliver(event("evt_1", COMPLETED, only_session(stripe_fake)))
    assert delivery_of(order) == ("A. Buyer", LINES)
    for page in (
        client.get(order.get_absolute_url()),
        admin_client.get(f"/admin/orders/order/{order.pk}/change/"),
    ):
        assert "A. Buyer" in text(page)
        assert LINES.replace("\n", "<br>") in text(page)


@pytest.mark.parametrize("page", ["order page", "sweep"])
def test_the_address_is_stored_although_the_event_is_lost(
    order: Order, stripe_fake: StripeFake, client: Client, gateway: Gateway, page: str
) -> None:
    pay(stripe_fake)
    if page == "order page":
        client.get(f"{order.get_absolute_url()}?from=stripe")
    else:
        change = events.parse_session(gateway.session(order.session_id) or {})
        assert change
        ledger.record_response(change, timezone.now())
    assert delivery_of(order) == ("A. Buyer", LINES)


def test_the_address_of_a_payment_that_takes_days_is_stored_when_it_succeeds(
    order: Order, stripe_fake: StripeFake
) -> None:
    pay(stripe_fake, at_once=False)
    deliver(event("evt_1", COMPLETED, only_session(stripe_fake)))
    assert state_of(order) is OrderState.PROCESSING
    account = stripe_fake.accounts[KEY]
    account.complete_payment(order.session_id, succeeds=True, notify=False)
    succeeded = "checkout.session.async_payment_succeeded"
    deliver(event("evt_2", succeeded, only_session(stripe_fake)))
    assert delivery_of(order) == ("A. Buyer", LINES)


def test_a_report_without_an_address_leaves_the_one_that_is_stored(order: Order) -> None:
    with_address = session(order.key, 6050, **collected("A. Buyer", line1="12 Square Street"))
    deliver(event("evt_1", COMPLETED, with_address))
    succeeded = "checkout.session.async_payment_succeeded"
    deliver(event("evt_2", succeeded, session(order.key, 6050)))
    assert delivery_of(order) == ("A. Buyer", "12 Square Street")


def test_a_payment_of_another_order_changes_no_address(order: Order) -> None:
    deliver(event("evt_1", COMPLETED, session(order.key, 6050, payment_intent="pi_1")))
    Order.objects.filter(pk=order.pk).update(recipient="A. Buyer")
    other = Order.objects.create(
        currency="EUR", subtotal=0, total=0, placed_at=timezone.now(), reserved_until=timezone.now()
    )
    details = collected("Somebody else", line1="1 Wrong Street")
    moved = session(other.key, 6050, payment_intent="pi_1", **details)
    deliver(event("evt_2", COMPLETED, moved))
    assert (delivery_of(order)[0], delivery_of(other)) == ("A. Buyer", ("", ""))


@pytest.mark.parametrize("changes", WITHOUT_ADDRESS)
def test_an_order_without_an_address_is_paid(
    order: Order, client: Client, admin_client: Client, changes: Mapping[str, Any]
) -> None:
    deliver(event("evt_1", COMPLETED, session(order.key, 6050, **changes)))
    assert (state_of(order), delivery_of(order)) == (OrderState.PAID, ("", ""))
    assert "Delivery address" not in text(client.get(order.get_absolute_url()))
    assert admin_client.get(f"/admin/orders/order/{order.pk}/change/").status_code == 200


@pytest.mark.sqlite
@pytest.mark.parametrize(
    "name",
    [
        "Żółć 東京 محمد 👩🏽",
        "<script>alert(1)</script>",
        'A & B "C"',
        "n" * MAX_RECIPIENT_LENGTH,
    ],
)
def test_an_unusual_address_is_shown_as_text(
    order: Order, client: Client, admin_client: Client, name: str
) -> None:
    changes = collected(name, line1=name, country="DE")
    deliver(event("evt_1", COMPLETED, session(order.key, 6050, **changes)))
    assert delivery_of(order) == (name, f"{name}\nGermany")
    for page in (
        client.get(order.get_absolute_url()),
        admin_client.get(f"/admin/orders/order/{order.pk}/change/"),
    ):
        assert f"{escape(name)}<br>Germany" in text(page)
        assert "<script>alert" not in text(page)


@pytest.mark.sqlite
@pytest.mark.parametrize("name", UNSTORABLE_NAMES)
def test_a_name_that_cannot_be_stored_does_not_prevent_the_payment(
    order: Order, name: object
) -> None:
    changes = collected(name, line1=name, country="DE")
    assert deliver(event("evt_1", COMPLETED, session(order.key, 6050, **changes)))[0] == 200
    assert state_of(order) is OrderState.PAID
    assert len(order.recipient) <= MAX_RECIPIENT_LENGTH


def test_the_address_is_in_no_log(
    order: Order,
    stripe_fake: StripeFake,
    gateway: Gateway,
    client: Client,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    pay(stripe_fake)
    paid = only_session(stripe_fake)
    deliver(event("evt_1", COMPLETED, {**paid, "amount_total": "invalid"}))
    client.get(f"{order.get_absolute_url()}?from=stripe")
    deliver(event("evt_2", COMPLETED, paid))
    change = events.parse_session(gateway.session(order.session_id) or {})
    assert delivery_of(order) == ("A. Buyer", LINES)
    assert "reconciled" in caplog.text
    for part in ("A. Buyer", "Square Street", "Springfield"):
        assert part not in caplog.text
        assert part not in repr(change)


def test_the_buyer_of_a_free_order_sees_the_address_of_the_form(
    buyer: Client, gateway: Gateway, stripe_fake: StripeFake
) -> None:
    Discount.objects.create(code="GIFT", kind="percentage", value=100)
    buyer.post("/cart/code/", {"code": "GIFT"})
    fields = {"email": "ada@example.org", "recipient": "Ada", "address": "Square Street\nLondon"}
    order_page = buyer.post("/checkout/", {"total": 0, **fields})["Location"]
    assert "Ada<br>Square Street<br>London" in text(buyer.get(order_page))
    assert stripe_fake.requests == []


def test_an_order_of_a_previous_release_is_shown_without_an_address(
    buyer: Client, gateway: Gateway
) -> None:
    check_out(buyer)
    Order.objects.update(state=OrderState.PAID)
    page = text(buyer.get(Order.objects.get().get_absolute_url()))
    assert "Delivery address" not in page


def test_a_payment_page_that_a_previous_release_opened_is_used(
    buyer: Client, gateway: Gateway, stripe_fake: StripeFake, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Stripe refuses a repeated request whose parameters differ from those of the first one."""
    with monkeypatch.context() as previous:
        previous.setattr("rocket.payments.gateway.collection", dict)
        first = check_out(buyer)["Location"]
    order = Order.objects.get()
    assert buyer.post(order.get_absolute_url(), {"pay": "yes"})["Location"] == first
    assert only_session(stripe_fake)["url"] == first
