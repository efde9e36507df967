"""Refunds can fail later: the shop asks Stripe about the recent ones. An event may be lost."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from shop import refunds
from shop.checkout import CHECKOUT
from shop.models import Order, Refund, now
from stripe_fake.server import StripeFake
from stripe_fake.testing import KEY
from tests.harness import Shop
from tests.open_payments import MINUTE, session_of


@pytest.fixture
def refunded(selling: Shop, session: Session, stripe_fake: StripeFake) -> Order:
    """An order of which two parts are refunded."""
    browser = selling.browser()
    session_id = session_of(browser)
    stripe_fake.accounts[KEY].pay(session_id, at_once=True, notify=False)
    browser.get(f"/checkout/success?session_id={session_id}")
    order = session.query(Order).one()
    account = stripe_fake.accounts[KEY]
    for part in (3000, 450):
        form = f"payment_intent={order.payment_intent}&amount={part}"
        account.call("POST", "/v1/refunds", form, "")
    session.add(Refund(payment_intent=order.payment_intent, amount=3450, refunded_at=now()))
    session.commit()
    return order


def stored(session: Session) -> list[int]:
    session.rollback()
    return [refund.amount for refund in session.query(Refund)]


@pytest.mark.sqlite
@pytest.mark.usefixtures("refunded")
def test_a_refund_that_fails_is_noticed_although_its_event_is_lost(
    selling: Shop, session: Session, stripe_fake: StripeFake
) -> None:
    checkout, account, at = selling.flask.config[CHECKOUT], stripe_fake.accounts[KEY], now()
    refunds.sweep(session, checkout, at)
    assert stored(session) == [3450]
    for index, left in ((0, [450]), (1, [])):
        account.fail_refund(account.refunds[index]["id"], notify=False)
        at += refunds.CHECK_INTERVAL
        refunds.sweep(session, checkout, at)
        assert stored(session) == left
    session.rollback()
    assert session.query(Order).one().is_refundable


@pytest.mark.usefixtures("refunded")
def test_a_refund_is_kept_while_stripe_is_unavailable_or_does_not_have_the_payment(
    selling: Shop, session: Session, stripe_fake: StripeFake
) -> None:
    checkout, at = selling.flask.config[CHECKOUT], now()
    stripe_fake.is_down = True
    refunds.sweep(session, checkout, at)
    stripe_fake.is_down = False
    stripe_fake.accounts[KEY].charges.clear()
    refunds.sweep(session, checkout, at + refunds.CHECK_INTERVAL)
    assert stored(session) == [3450]


@pytest.mark.usefixtures("refunded")
def test_refunds_are_asked_about_at_intervals_and_not_for_ever(
    selling: Shop, session: Session, stripe_fake: StripeFake
) -> None:
    start = now()
    for wait, requests in (
        (timedelta(), 1),
        (refunds.CHECK_INTERVAL - MINUTE, 1),
        (refunds.CHECK_INTERVAL, 2),
        (refunds.MAX_AGE + MINUTE, 2),
    ):
        refunds.sweep(session, selling.flask.config[CHECKOUT], start + wait)
        assert len(stripe_fake.sent("/v1/charges")) == requests
