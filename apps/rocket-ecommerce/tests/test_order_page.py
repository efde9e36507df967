"""The order page: paying again, cancelling, and the text for each state."""

import re
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from rocket.cart import rules as carts
from rocket.discounts.models import Discount
from rocket.orders import rules as orders
from rocket.orders.models import Order, OrderState
from rocket.payments.gateway import Gateway
from stripe_fake.server import StripeFake
from tests.purchases import buy, check_out, fill_cart, only_session, place_order, stock_of
from tests.responses import message_levels, text
from tests.stripe_events import deliver, event, session


def test_paying_again_opens_the_same_payment_page(
    buyer: Client, gateway: Gateway, stripe_fake: StripeFake
) -> None:
    first = check_out(buyer)["Location"]
    order = Order.objects.get()
    assert 'name="pay"' in text(buyer.get(order.get_absolute_url()))
    assert buyer.post(order.get_absolute_url(), {"pay": "yes"})["Location"] == first
    assert only_session(stripe_fake)["url"] == first


def test_cancelling_closes_the_payment_page_and_refills_the_cart(
    buyer: Client, gateway: Gateway, stripe_fake: StripeFake
) -> None:
    check_out(buyer)
    order = Order.objects.get()
    response = buyer.post(order.get_absolute_url(), {"cancel": "yes"})
    assert response["Location"] == "/cart/"
    cart_page = buyer.get("/cart/")
    assert message_levels(cart_page) == ["success"]
    assert order.number in text(cart_page)
    assert "€60.50" in text(cart_page)
    assert only_session(stripe_fake)["status"] == "expired"
    assert stock_of("SP-RED") == 30
    assert "state-cancelled" in text(buyer.get(order.get_absolute_url()))
    again = buyer.post(order.get_absolute_url(), {"cancel": "yes"})
    assert again["Location"] == order.get_absolute_url()
    assert buyer.post(order.get_absolute_url(), {"pay": "yes"})["Location"].endswith("/")


def test_the_cart_is_refilled_when_the_event_cancels_the_order_first(
    buyer: Client, gateway: Gateway, stripe_fake: StripeFake, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Closing the payment page makes Stripe send an event, which can be faster than the shop."""
    check_out(buyer)
    order = Order.objects.get()
    close_session = Gateway.close_session

    def close(gateway: Gateway, session_id: str) -> bool:
        closed = close_session(gateway, session_id)
        expired = event("evt_1", "checkout.session.expired", only_session(stripe_fake))
        assert deliver(expired)[1] == "recorded"
        return closed

    monkeypatch.setattr(Gateway, "close_session", close)
    response = buyer.post(order.get_absolute_url(), {"cancel": "yes"})
    assert response["Location"] == "/cart/"
    page = buyer.get("/cart/")
    assert message_levels(page) == ["success"]
    assert "€60.50" in text(page)
    assert "state-cancelled" in text(buyer.get(order.get_absolute_url()))
    assert stock_of("SP-RED") == 30
    # A second click, and a page that still shows the button, find nothing more to do.
    buyer.post(order.get_absolute_url(), {"cancel": "yes"})
    assert not orders.cancel(order.pk, refill_cart=True)
    assert "€60.50" in text(buyer.get("/cart/"))


def test_the_cart_is_refilled_once_by_two_clicks(
    buyer: Client, gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    check_out(buyer)
    order = Order.objects.get()

    def close(_gateway: Gateway, _session_id: str) -> bool:
        return orders.cancel(order.pk, refill_cart=True)

    monkeypatch.setattr(Gateway, "close_session", close)
    response = buyer.post(order.get_absolute_url(), {"cancel": "yes"})
    assert response["Location"] == "/cart/"
    page = buyer.get("/cart/")
    assert message_levels(page) == ["success"]
    assert "€60.50" in text(page)


def test_an_order_that_expired_does_not_refill_the_cart(
    buyer: Client, gateway: Gateway, stripe_fake: StripeFake
) -> None:
    """The buyer posts the form of a page that was loaded before."""
    check_out(buyer)
    order = Order.objects.get()
    deliver(event("evt_1", "checkout.session.expired", only_session(stripe_fake)))
    response = buyer.post(order.get_absolute_url(), {"cancel": "yes"})
    assert response["Location"] == order.get_absolute_url()
    assert "€60.50" not in text(buyer.get("/cart/"))


def test_a_paid_order_cannot_be_cancelled(
    buyer: Client, gateway: Gateway, stripe_fake: StripeFake
) -> None:
    """The order was paid at Stripe, but the event has not arrived yet."""
    check_out(buyer)
    order = Order.objects.get()
    only_session(stripe_fake)["status"] = "complete"
    buyer.post(order.get_absolute_url(), {"cancel": "yes"})
    page = buyer.get(order.get_absolute_url())
    assert message_levels(page) == ["error"]
    assert "state-processing" in text(page)
    deliver(event("evt_1", "checkout.session.completed", session(order.key, 6050)))
    assert "state-paid" in text(buyer.get(order.get_absolute_url()))
    assert stock_of("SP-RED") == 28


def test_cancelling_while_stripe_is_unavailable_changes_nothing(
    buyer: Client, gateway: Gateway, stripe_fake: StripeFake
) -> None:
    check_out(buyer)
    order = Order.objects.get()
    stripe_fake.is_down = True
    response = buyer.post(order.get_absolute_url(), {"cancel": "yes"})
    assert (response.status_code, message_levels(response)) == (503, ["error"])
    assert stock_of("SP-RED") == 28


def test_without_stripe_keys_orders_are_neither_paid_nor_cancelled(
    buyer: Client, gateway: Gateway, settings: Any
) -> None:
    check_out(buyer)
    order = Order.objects.get()
    settings.GATEWAY = None
    assert buyer.post(order.get_absolute_url(), {"cancel": "yes"}).status_code == 503
    assert buyer.post(order.get_absolute_url(), {"pay": "yes"}).status_code == 303
    assert 'name="pay"' not in text(buyer.get(order.get_absolute_url()))


def test_an_order_is_visible_only_with_its_key(sparrow: int, client: Client) -> None:
    order = buy(("SP-RED", 1))
    assert client.get(f"/orders/{order.pk}/").status_code == 404
    assert list(client.get("/orders/").context["page"]) == []
    page = client.get(order.get_absolute_url())
    assert 'content="noindex"' in text(page)
    assert "no-store" in page["Cache-Control"]


def test_the_list_has_the_orders_of_this_browser_only(buyer: Client, gateway: Gateway) -> None:
    check_out(buyer)
    other = Client()
    other.post("/products/sparrow/", {"sku": "SP-RED", "quantity": 1})
    check_out(other, 1950)
    for visitor, total in ((buyer, 6050), (other, 1950)):
        assert [order.total for order in visitor.get("/orders/").context["page"]] == [total]


@pytest.mark.parametrize("state", OrderState)
def test_the_page_has_a_text_for_each_state(
    sparrow: int, client: Client, state: OrderState
) -> None:
    order = buy(("SP-RED", 1))
    Order.objects.update(state=state, shipped_at=timezone.now())
    page = text(client.get(order.get_absolute_url()))
    assert f"state-{state}" in page
    assert re.search(r'<p class="lead">\s*\w', page)


def test_cancelling_refills_the_cart_of_the_order_and_no_other(sparrow: int) -> None:
    keys = [fill_cart(("SP-RED", 1)) for _ in range(3)]
    order = place_order(keys[1])
    assert [carts.item_count(key) for key in keys] == [1, 0, 1]
    assert orders.cancel(order.pk, refill_cart=True)
    assert [carts.item_count(key) for key in keys] == [1, 1, 1]


@pytest.mark.parametrize("meanwhile", [None, "LATER"])
def test_a_cart_keeps_the_code_that_was_entered_after_its_order(
    sparrow: int, meanwhile: str | None
) -> None:
    now = timezone.now()
    for code in ("FIRST", "LATER"):
        Discount.objects.create(code=code, kind=Discount.Kind.PERCENTAGE, value=10)
    key = fill_cart(("SP-RED", 1))
    carts.apply_discount(key, "FIRST", currency="EUR", now=now)
    order = place_order(key)
    if meanwhile:
        carts.add(key, "SP-RED", 1, currency="EUR", now=now)
        carts.apply_discount(key, meanwhile, currency="EUR", now=now)
    assert orders.cancel(order.pk, refill_cart=True)
    discount = carts.load(key, currency="EUR", now=now).discount
    assert discount
    assert discount.code == (meanwhile or "FIRST")


def test_an_order_whose_cart_was_deleted_can_be_cancelled(sparrow: int) -> None:
    order = buy(("SP-RED", 1))
    Order.objects.update(cart=None)
    assert orders.cancel(order.pk, refill_cart=True)
    assert carts.item_count(None) == 0
