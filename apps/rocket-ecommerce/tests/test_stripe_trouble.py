"""Unusual responses of Stripe, clocks that jumped, and requests at a bad moment."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from rocket.orders.models import Order, OrderState
from rocket.payments import checkout, sweep
from rocket.payments.gateway import Gateway
from rocket.payments.models import Entry
from stripe_fake.server import Response, StripeFake
from tests.purchases import buy, make_overdue, only_session, pay, state_of
from tests.responses import message_levels, text
from tests.stripe_events import COMPLETED, deliver, event, ledger_entries


@pytest.mark.parametrize(
    "changes",
    [
        {"status": "dreamt"},
        {"status": None},
        {"status": "complete", "payment_status": "paid", "payment_intent": None},
        {"status": "complete", "payment_status": "paid", "amount_total": "6050"},
        {"client_reference_id": None, "status": "complete"},
    ],
)
def test_an_unknown_state_at_stripe_changes_nothing_and_blocks_no_other_order(
    order: Order,
    sparrow: int,
    gateway: Gateway,
    stripe_fake: StripeFake,
    changes: dict[str, Any],
) -> None:
    only_session(stripe_fake).update(changes)
    make_overdue(order)
    other = make_overdue(buy(("SP-RED", 1)))
    sweep.sweep(gateway, timezone.now())
    assert (state_of(order), state_of(other)) == (OrderState.AWAITING, OrderState.CANCELLED)
    assert not Entry.objects.exists()


def test_a_session_that_needs_no_payment_does_not_pay_an_order(
    order: Order, gateway: Gateway, stripe_fake: StripeFake
) -> None:
    unpaid = {"payment_status": "no_payment_required", "amount_total": 0, "payment_intent": None}
    only_session(stripe_fake).update(status="complete", **unpaid)
    sweep.sweep(gateway, timezone.now() + sweep.AWAITING_INTERVAL)
    assert (state_of(order), ledger_entries()) == (OrderState.CANCELLED, [])
    assert order.paid_at is None


@pytest.mark.parametrize("jump", [timedelta(days=400), -timedelta(days=400)])
def test_a_clock_that_jumped_does_not_keep_an_order_from_being_checked(
    order: Order, gateway: Gateway, stripe_fake: StripeFake, jump: timedelta
) -> None:
    Order.objects.update(checked_at=timezone.now() + jump)
    make_overdue(order)
    sweep.sweep(gateway, timezone.now())
    assert state_of(order) is OrderState.CANCELLED


def test_an_order_is_checked_by_one_replica(
    order: Order, gateway: Gateway, stripe_fake: StripeFake
) -> None:
    sent = len(stripe_fake.requests)
    stale = Order.objects.get()
    now = timezone.now() + sweep.AWAITING_INTERVAL
    sweep.sweep(gateway, now)
    sweep.sweep(gateway, now)
    sweep.check_after_return(gateway, stale, now)
    assert len(stripe_fake.requests) == sent + 1


def test_the_sweep_sends_a_bounded_number_of_requests(
    sparrow: int, gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sweep, "BATCH", 2)
    unpaid = [make_overdue(buy(("SP-RED", 1))) for _ in range(3)]
    sweep.sweep(gateway, timezone.now())
    assert [state_of(order) is OrderState.CANCELLED for order in unpaid] == [True, True, False]
    sweep.sweep(gateway, timezone.now())
    assert state_of(unpaid[2]) is OrderState.CANCELLED


def test_a_sweep_ends_when_stripe_is_unavailable(
    sparrow: int, gateway: Gateway, stripe_fake: StripeFake, caplog: pytest.LogCaptureFixture
) -> None:
    for number in range(3):
        placed = make_overdue(buy(("SP-RED", 1)))
        Order.objects.filter(pk=placed.pk).update(session_id=f"cs_test_{number}")
    stripe_fake.is_down = True
    sweep.sweep(gateway, timezone.now())
    assert caplog.text.count("cannot be checked") == 1


def test_an_overdue_order_is_not_led_to_stripe_by_a_direct_post(
    order: Order, buyer: Client, gateway: Gateway, stripe_fake: StripeFake
) -> None:
    make_overdue(order)
    sent = len(stripe_fake.requests)
    response = buyer.post(order.get_absolute_url(), {"pay": "yes"})
    assert (response.status_code, response["Location"]) == (303, order.get_absolute_url())
    with pytest.raises(checkout.OrderNotPayable):
        checkout.start(gateway, order)
    assert len(stripe_fake.requests) == sent


def test_cancelling_an_order_that_was_paid_records_the_payment(
    order: Order, buyer: Client, stripe_fake: StripeFake
) -> None:
    pay(stripe_fake)
    buyer.post(order.get_absolute_url(), {"cancel": "yes"})
    page = buyer.get(order.get_absolute_url())
    assert (message_levels(page), "state-paid" in text(page)) == (["error"], True)
    assert ledger_entries() == [("payment", 6050)]


def test_a_malformed_refund_is_reported_and_retried(
    order: Order, gateway: Gateway, stripe_fake: StripeFake, monkeypatch: pytest.MonkeyPatch
) -> None:
    pay(stripe_fake)
    deliver(event("evt_1", COMPLETED, only_session(stripe_fake)))
    Order.objects.update(state=OrderState.REFUND_DUE, checked_at=None)

    def malformed(*_args: object) -> Response:
        return Response(200, {"id": "re_1", "object": "refund", "payment_intent": "pi_1"})

    with monkeypatch.context() as broken:
        broken.setattr(stripe_fake, "handle", malformed)
        sweep.sweep(gateway, timezone.now())
    assert state_of(order) is OrderState.REFUND_DUE
