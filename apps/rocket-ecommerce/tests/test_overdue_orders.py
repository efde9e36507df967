"""Orders that were not paid in time."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from rocket.orders.models import Order, OrderState
from rocket.payments import checkout
from rocket.payments.gateway import Gateway
from stripe_fake.server import StripeFake
from stripe_fake.testing import KEY
from tests.purchases import buy, check_out, only_session, stock_of


def make_overdue(order: Order) -> Order:
    Order.objects.filter(pk=order.pk).update(reserved_until=timezone.now() - timedelta(minutes=1))
    order.refresh_from_db()
    return order


@pytest.mark.parametrize(
    ("session_status", "state", "remaining"),
    [
        ("open", OrderState.CANCELLED, 30),
        ("expired", OrderState.CANCELLED, 30),
        ("missing", OrderState.CANCELLED, 30),
        ("complete", OrderState.PROCESSING, 28),
    ],
)
def test_an_overdue_order_is_cancelled_unless_its_session_was_paid(
    buyer: Client,
    gateway: Gateway,
    stripe_fake: StripeFake,
    session_status: str,
    state: str,
    remaining: int,
) -> None:
    check_out(buyer)
    order = make_overdue(Order.objects.get())
    assert not buyer.get(order.get_absolute_url()).context["payable"]
    if session_status == "missing":
        stripe_fake.accounts[KEY].sessions.clear()
    else:
        only_session(stripe_fake)["status"] = session_status
    assert checkout.cancel_overdue(gateway, timezone.now()) == int(remaining == 30)
    order.refresh_from_db()
    assert (order.state, stock_of("SP-RED")) == (state, remaining)


def test_the_next_checkout_releases_the_stock_of_overdue_orders(
    sparrow: int, client: Client, gateway: Gateway
) -> None:
    make_overdue(buy(("SP-BLUE", 3)))
    client.post("/checkout/", {"total": 0})
    assert stock_of("SP-BLUE") == 3


def test_overdue_orders_are_kept_while_stripe_is_unavailable(
    buyer: Client, gateway: Gateway, stripe_fake: StripeFake
) -> None:
    check_out(buyer)
    make_overdue(Order.objects.get())
    stripe_fake.is_down = True
    for unavailable in (gateway, None):
        assert checkout.cancel_overdue(unavailable, timezone.now()) == 0
    assert stock_of("SP-RED") == 28
