"""Stripe reports a refund that failed by an event, which can arrive at any time and repeatedly."""

import json
from itertools import permutations
from typing import Any

import pytest
from sqlalchemy.orm import Session

from shop import refunds
from shop.checkout import CHECKOUT
from shop.models import Order, Refund, now
from stripe_fake.objects import new_event
from stripe_fake.server import StripeFake
from stripe_fake.testing import KEY
from tests.harness import Shop
from tests.open_payments import pay, session_of
from tests.test_webhook import IGNORED, RECORDED, send

TOTAL = 3450
REFUND: dict[str, Any] = {
    "id": "re_1",
    "object": "refund",
    "amount": TOTAL,
    "currency": "eur",
    "payment_intent": "pi_1",
    "metadata": {},
    "status": "failed",
}


@pytest.fixture
def order(selling: Shop, session: Session, stripe_fake: StripeFake) -> Order:
    """A paid order. Stripe sends no events: each test delivers those that it is about."""
    browser = selling.browser()
    session_id = session_of(browser)
    pay(stripe_fake, session_id)
    browser.get(f"/checkout/success?session_id={session_id}")
    return session.query(Order).one()


def refund_at_stripe(fake: StripeFake, payment_intent: str | None, amount: int) -> str:
    form = f"payment_intent={payment_intent}&amount={amount}"
    refund, _ = fake.accounts[KEY].call("POST", "/v1/refunds", form, "")
    return str(refund["id"])


def events(fake: StripeFake, kind: str) -> list[str]:
    """The bodies of the events of a kind, the oldest first."""
    all_events = fake.accounts[KEY].events.values()
    return [json.dumps(event) for event in all_events if event["type"] == kind]


def failed(payment_intent: str, kind: str = "refund.failed", /, **changes: Any) -> str:
    """The body of an event about a refund that the fake does not have."""
    return json.dumps(new_event(kind, {**REFUND, "payment_intent": payment_intent, **changes}))


def refunded(session: Session) -> list[int]:
    """The refunded amount of each order."""
    session.rollback()
    orders = session.query(Order).order_by(Order.session_id)
    return [order.refund.amount if order.refund else 0 for order in orders]


@pytest.mark.sqlite
def test_a_refund_that_failed_no_longer_counts(
    selling: Shop, session: Session, stripe_fake: StripeFake, order: Order
) -> None:
    refund_id = refund_at_stripe(stripe_fake, order.payment_intent, TOTAL)
    (charged,) = events(stripe_fake, "charge.refunded")
    assert send(selling, charged).json == RECORDED
    assert refunded(session) == [TOTAL]
    stripe_fake.accounts[KEY].fail_refund(refund_id, notify=False)
    (event,) = events(stripe_fake, "refund.failed")
    assert send(selling, event).json == RECORDED
    assert refunded(session) == [0]
    assert session.query(Order).one().is_refundable
    for _ in range(2):
        assert send(selling, event).json == IGNORED
    assert refunded(session) == [0]


def test_the_other_part_of_a_refund_still_counts(
    selling: Shop, session: Session, stripe_fake: StripeFake, order: Order
) -> None:
    first, _ = (refund_at_stripe(stripe_fake, order.payment_intent, part) for part in (3000, 450))
    for charged in events(stripe_fake, "charge.refunded"):
        send(selling, charged)
    stripe_fake.accounts[KEY].fail_refund(first, notify=False)
    (event,) = events(stripe_fake, "refund.failed")
    for _ in range(3):
        assert send(selling, event).status_code == 200
        assert refunded(session) == [450]


@pytest.mark.parametrize("sequence", list(permutations(range(3))))
def test_the_result_does_not_depend_on_the_sequence_of_the_events(
    selling: Shop, session: Session, stripe_fake: StripeFake, order: Order, sequence: list[int]
) -> None:
    first = refund_at_stripe(stripe_fake, order.payment_intent, 3000)
    stripe_fake.accounts[KEY].fail_refund(first, notify=False)
    refund_at_stripe(stripe_fake, order.payment_intent, 450)
    bodies = [*events(stripe_fake, "charge.refunded"), *events(stripe_fake, "refund.failed")]
    for index in (*sequence, *reversed(sequence)):
        assert send(selling, bodies[index]).status_code == 200
    assert refunded(session) == [450]


def test_an_event_of_a_failed_refund_can_overtake_the_events_of_its_order(
    selling: Shop, session: Session, stripe_fake: StripeFake, order: Order
) -> None:
    refund_id = refund_at_stripe(stripe_fake, order.payment_intent, TOTAL)
    stripe_fake.accounts[KEY].fail_refund(refund_id, notify=False)
    session.delete(order)
    session.commit()
    for kind in ("refund.failed", "charge.refunded", "checkout.session.completed"):
        (event,) = events(stripe_fake, kind)
        assert send(selling, event).status_code == 200
    assert refunded(session) == [0]


@pytest.mark.parametrize("kind", ["refund.failed", "refund.updated", "charge.refund.updated"])
@pytest.mark.parametrize("status", ["failed", "canceled"])
def test_each_event_about_a_refund_without_success_counts(
    selling: Shop, session: Session, stripe_fake: StripeFake, order: Order, kind: str, status: str
) -> None:
    refund_id = refund_at_stripe(stripe_fake, order.payment_intent, TOTAL)
    send(selling, events(stripe_fake, "charge.refunded")[0])
    stripe_fake.accounts[KEY].fail_refund(refund_id, notify=False)
    event = failed(str(order.payment_intent), kind, id=refund_id, status=status)
    assert send(selling, event).json == RECORDED
    assert refunded(session) == [0]


def test_only_the_refund_of_the_payment_is_checked(
    selling: Shop, session: Session, stripe_fake: StripeFake, order: Order
) -> None:
    refund_at_stripe(stripe_fake, order.payment_intent, TOTAL)
    send(selling, events(stripe_fake, "charge.refunded")[0])
    asked = len(stripe_fake.sent("/v1/charges"))
    assert send(selling, failed("pi_of_another_order")).json == IGNORED
    assert refunded(session) == [TOTAL]
    assert len(stripe_fake.sent("/v1/charges")) == asked


@pytest.mark.parametrize(
    "event",
    [
        failed("pi_1", "refund.updated", status="pending"),
        failed("pi_1", "refund.updated", status="succeeded"),
        failed("pi_1", "refund.created", status="succeeded"),
        failed("pi_1", payment_intent=None),
    ],
)
def test_an_event_about_a_refund_that_changes_nothing_is_ignored(
    selling: Shop, session: Session, event: str
) -> None:
    session.add(Refund(payment_intent="pi_1", amount=TOTAL, refunded_at=now()))
    session.commit()
    assert send(selling, event).json == IGNORED
    session.rollback()
    assert session.query(Refund).one().amount == TOTAL


@pytest.mark.parametrize("value", [7, "", "pi_1\n", "pi_\0", "../1", ["pi_1"], {"id": "pi_1"}])
def test_an_invalid_payment_is_refused(selling: Shop, value: object) -> None:
    assert send(selling, failed("pi_1", payment_intent=value)).status_code == 400


def test_while_stripe_is_unavailable_the_next_sweep_corrects_the_refund(
    selling: Shop, session: Session, stripe_fake: StripeFake, order: Order
) -> None:
    refund_id = refund_at_stripe(stripe_fake, order.payment_intent, TOTAL)
    send(selling, events(stripe_fake, "charge.refunded")[0])
    stripe_fake.accounts[KEY].fail_refund(refund_id, notify=False)
    stripe_fake.is_down = True
    assert send(selling, events(stripe_fake, "refund.failed")[0]).json == RECORDED
    assert refunded(session) == [TOTAL]
    stripe_fake.is_down = False
    refunds.sweep(session, selling.flask.config[CHECKOUT], now())
    assert refunded(session) == [0]


@pytest.mark.usefixtures("connected")
def test_the_shop_shows_a_refund_that_fails_after_stripe_has_sent_its_events(
    selling: Shop, session: Session, stripe_fake: StripeFake
) -> None:
    session_id = session_of(selling.browser())
    pay(stripe_fake, session_id)
    admin, path = selling.signed_in(), f"/admin/orders/{session_id}"
    assert admin.submit(path, {}).status_code == 303
    assert "Refunded" in admin.get(path).text
    refund_id = stripe_fake.accounts[KEY].refunds[0]["id"]
    target = f"/test/{KEY}/refunds/{refund_id}"
    assert stripe_fake.handle("POST", target, {}, "how=failed").status == 200
    assert refunded(session) == [0]
    assert "Refunded" not in admin.get(path).text
