"""Orders that wait for Stripe: the shop asks Stripe about them, because an event may be lost."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from rocket.discounts.models import Discount
from rocket.orders import rules as orders
from rocket.orders.models import Order, OrderState
from rocket.payments import refunds, sweep
from rocket.payments.gateway import Gateway
from stripe_fake.server import StripeFake
from stripe_fake.testing import KEY
from tests.purchases import buy, check_out, make_overdue, only_session, pay, state_of, stock_of
from tests.responses import text
from tests.stripe_events import COMPLETED, deliver, event, ledger_entries

MINUTE = timedelta(minutes=1)


@pytest.mark.sqlite
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
    order: Order,
    buyer: Client,
    gateway: Gateway,
    stripe_fake: StripeFake,
    session_status: str,
    state: str,
    remaining: int,
) -> None:
    make_overdue(order)
    assert not buyer.get(order.get_absolute_url()).context["payable"]
    session = only_session(stripe_fake)
    if session_status == "missing":
        stripe_fake.accounts[KEY].sessions.clear()
    else:
        session["status"] = session_status
    sweep.sweep(gateway, timezone.now())
    assert (state_of(order), stock_of("SP-RED")) == (state, remaining)
    if session_status == "open":
        assert session["status"] == "expired"


def test_the_sweep_releases_the_stock_of_overdue_orders_without_a_payment_page(
    sparrow: int, gateway: Gateway, stripe_fake: StripeFake
) -> None:
    make_overdue(buy(("SP-BLUE", 3)))
    sweep.sweep(gateway, timezone.now())
    assert (stock_of("SP-BLUE"), stripe_fake.requests) == (3, [])


def test_a_checkout_does_not_wait_for_the_orders_of_others(
    order: Order, buyer: Client, stripe_fake: StripeFake
) -> None:
    make_overdue(order)
    sent = len(stripe_fake.requests)
    check_out(Client(), 0)
    assert (state_of(order), len(stripe_fake.requests)) == (OrderState.AWAITING, sent)


def test_an_overdue_order_releases_the_last_use_of_a_discount(
    sparrow: int, client: Client, gateway: Gateway
) -> None:
    Discount.objects.create(code="ONCE", kind="percentage", value=10, limit=1)
    client.post("/products/sparrow/", {"sku": "SP-RED", "quantity": 1})
    client.post("/cart/code/", {"code": "ONCE"})
    check_out(client, 1755)
    assert Discount.objects.get().used == 1
    make_overdue(Order.objects.get())
    sweep.sweep(gateway, timezone.now())
    assert Discount.objects.get().used == 0


def test_overdue_orders_are_kept_while_stripe_is_unavailable(
    order: Order, gateway: Gateway, stripe_fake: StripeFake
) -> None:
    make_overdue(order)
    stripe_fake.is_down = True
    sweep.sweep(gateway, timezone.now())
    assert (state_of(order), stock_of("SP-RED")) == (OrderState.AWAITING, 28)
    stripe_fake.is_down = False
    sweep.sweep(gateway, timezone.now() + MINUTE)
    assert (state_of(order), stock_of("SP-RED")) == (OrderState.CANCELLED, 30)


@pytest.mark.sqlite
def test_a_lost_event_about_a_payment_is_replaced_when_the_buyer_returns(
    order: Order, buyer: Client, stripe_fake: StripeFake
) -> None:
    pay(stripe_fake)
    page = text(buyer.get(f"{order.get_absolute_url()}?from=stripe"))
    assert "state-paid" in page
    order.refresh_from_db()
    assert (order.state, order.email) == (OrderState.PAID, "buyer@example.org")
    assert ledger_entries() == [("payment", 6050)]
    # The event arrives much later, twice.
    completed = event("evt_1", COMPLETED, only_session(stripe_fake))
    assert [deliver(completed)[1] for _ in range(2)] == ["recorded", "known"]
    assert ledger_entries() == [("payment", 6050)]
    assert (state_of(order), stock_of("SP-RED")) == (OrderState.PAID, 28)


def test_a_lost_event_about_a_payment_is_replaced_by_the_sweep(
    order: Order, gateway: Gateway, stripe_fake: StripeFake
) -> None:
    pay(stripe_fake)
    sweep.sweep(gateway, timezone.now())
    assert state_of(order) is OrderState.AWAITING
    sweep.sweep(gateway, timezone.now() + sweep.AWAITING_INTERVAL)
    assert (state_of(order), ledger_entries()) == (OrderState.PAID, [("payment", 6050)])


def test_an_open_payment_page_stays_open(
    order: Order, buyer: Client, gateway: Gateway, stripe_fake: StripeFake
) -> None:
    sweep.sweep(gateway, timezone.now() + sweep.AWAITING_INTERVAL)
    assert "state-awaiting" in text(buyer.get(f"{order.get_absolute_url()}?from=stripe"))
    assert only_session(stripe_fake)["status"] == "open"
    assert state_of(order) is OrderState.AWAITING


def test_stock_is_released_at_once_when_stripe_says_that_the_page_has_expired(
    order: Order, buyer: Client, stripe_fake: StripeFake
) -> None:
    only_session(stripe_fake)["status"] = "expired"
    assert "state-cancelled" in text(buyer.get(f"{order.get_absolute_url()}?from=stripe"))
    assert stock_of("SP-RED") == 30


def test_reloading_the_page_does_not_ask_stripe_each_time(
    order: Order, buyer: Client, stripe_fake: StripeFake
) -> None:
    sent = len(stripe_fake.requests)
    for _ in range(5):
        buyer.get(f"{order.get_absolute_url()}?from=stripe")
    assert len(stripe_fake.requests) == sent + 1


def test_the_page_is_shown_while_stripe_is_unavailable(
    order: Order, buyer: Client, stripe_fake: StripeFake, settings: Any
) -> None:
    stripe_fake.is_down = True
    address = f"{order.get_absolute_url()}?from=stripe"
    assert buyer.get(address).status_code == 200
    settings.GATEWAY = None
    assert buyer.get(address).status_code == 200


@pytest.mark.parametrize(
    ("succeeds", "state", "remaining"),
    [(True, OrderState.PAID, 28), (False, OrderState.CANCELLED, 30)],
)
def test_lost_events_about_a_payment_that_takes_days(
    order: Order,
    gateway: Gateway,
    stripe_fake: StripeFake,
    succeeds: bool,
    state: OrderState,
    remaining: int,
) -> None:
    pay(stripe_fake, at_once=False)
    now = timezone.now() + sweep.AWAITING_INTERVAL
    sweep.sweep(gateway, now)
    assert (state_of(order), stock_of("SP-RED")) == (OrderState.PROCESSING, 28)
    account = stripe_fake.accounts[KEY]
    account.complete_payment(only_session(stripe_fake)["id"], succeeds=succeeds, notify=False)
    sweep.sweep(gateway, now + sweep.PROCESSING_INTERVAL - MINUTE)
    assert state_of(order) is OrderState.PROCESSING
    sweep.sweep(gateway, now + sweep.PROCESSING_INTERVAL)
    assert (state_of(order), stock_of("SP-RED")) == (state, remaining)


def test_a_pending_payment_ends_after_two_weeks(
    order: Order, gateway: Gateway, stripe_fake: StripeFake
) -> None:
    pay(stripe_fake, at_once=False)
    for days, state in ((1, OrderState.PROCESSING), (14, OrderState.CANCELLED)):
        sweep.sweep(gateway, order.placed_at + timedelta(days=days))
        assert state_of(order) is state
    assert stock_of("SP-RED") == 30


@pytest.mark.sqlite
def test_a_payment_for_sold_out_stock_is_paid_back(
    order: Order, buyer: Client, gateway: Gateway, stripe_fake: StripeFake
) -> None:
    orders.cancel(order.pk)
    buy(("SP-BLUE", 3))
    pay(stripe_fake)
    deliver(event("evt_1", COMPLETED, only_session(stripe_fake)))
    assert state_of(order) is OrderState.REFUND_DUE
    stripe_fake.is_down = True
    sweep.sweep(gateway, timezone.now())
    assert state_of(order) is OrderState.REFUND_DUE
    stripe_fake.is_down = False
    sweep.sweep(gateway, timezone.now() + sweep.REFUND_INTERVAL)
    assert (state_of(order), stock_of("SP-RED")) == (OrderState.REFUNDED, 30)
    (charge,) = stripe_fake.accounts[KEY].charges.values()
    assert charge["amount_refunded"] == 6050
    # The event about the refund has no further effect.
    (created,) = (
        found
        for found in stripe_fake.accounts[KEY].events.values()
        if found["type"] == "refund.created"
    )
    assert deliver(created) == (200, "recorded")
    assert ledger_entries() == [("payment", 6050), ("refund", -6050)]


@pytest.fixture
def refunded(order: Order, gateway: Gateway, stripe_fake: StripeFake) -> Order:
    """An order whose payment is refunded in full."""
    pay(stripe_fake)
    deliver(event("evt_1", COMPLETED, only_session(stripe_fake)))
    refunds.request_refund(gateway, order)
    assert state_of(order) is OrderState.REFUNDED
    return order


@pytest.mark.sqlite
def test_a_refund_that_fails_is_noticed_although_its_event_is_lost(
    refunded: Order, gateway: Gateway, stripe_fake: StripeFake
) -> None:
    now = timezone.now()
    sweep.sweep(gateway, now)
    assert state_of(refunded) is OrderState.REFUNDED
    account = stripe_fake.accounts[KEY]
    account.fail_refund(account.refunds[0]["id"], notify=False)
    for _ in range(2):
        now += sweep.REFUNDED_INTERVAL
        sweep.sweep(gateway, now)
        assert (state_of(refunded), stock_of("SP-RED")) == (OrderState.PAID, 28)
        assert ledger_entries() == [("payment", 6050), ("refund", -6050), ("return", 6050)]


def test_a_partial_refund_that_fails_is_noticed_too(
    order: Order, gateway: Gateway, stripe_fake: StripeFake
) -> None:
    pay(stripe_fake)
    session = only_session(stripe_fake)
    deliver(event("evt_1", COMPLETED, session))
    account = stripe_fake.accounts[KEY]
    form = f"payment_intent={session['payment_intent']}&amount=50"
    part, _ = account.call("POST", "/v1/refunds", form, "")
    deliver(event("evt_2", "refund.created", part))
    account.fail_refund(part["id"], notify=False)
    sweep.sweep(gateway, timezone.now())
    assert state_of(order) is OrderState.PAID
    assert ledger_entries() == [("payment", 6050), ("refund", -50), ("return", 50)]


def test_refunds_are_asked_about_at_intervals_and_not_for_ever(
    refunded: Order, gateway: Gateway, stripe_fake: StripeFake
) -> None:
    now = timezone.now()
    for wait, requests in (
        (timedelta(), 1),
        (sweep.REFUNDED_INTERVAL - MINUTE, 1),
        (sweep.REFUNDED_INTERVAL, 2),
        (sweep.MAX_REFUND_TIME + MINUTE, 2),
    ):
        sweep.sweep(gateway, now + wait)
        assert len(stripe_fake.sent("/v1/refunds")) == 1 + requests
