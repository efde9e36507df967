"""Asking Stripe about recent refunds: one can fail days after Stripe has accepted it.

An event about a refund that failed does not have the sum of the others, and an event with a sum may
arrive after the refund has failed. So the shop asks Stripe after each event about a refund.
"""

from contextlib import suppress
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, or_, select, update
from sqlalchemy.orm import Session

from shop.checkout import Checkout, CheckoutDownError, RefusedError
from shop.models import Refund

CHECK_INTERVAL = timedelta(hours=12)
MAX_AGE = timedelta(days=35)
"""Until then a refund can fail: a bank has about 30 days to send the money back."""

_BATCH = 20


def sweep(session: Session, checkout: Checkout, now: datetime) -> None:
    """Replaces the stored sums of recent refunds by those that Stripe has now.

    Several replicas may sweep at the same time; each refund is checked by one of them.
    """
    due = select(Refund.payment_intent).where(Refund.refunded_at > now - MAX_AGE, _is_due(now))
    for payment_intent in session.scalars(due.limit(_BATCH)).all():
        try:
            _check(session, checkout, payment_intent, now)
        except CheckoutDownError:
            return


def check_after_event(
    session: Session, checkout: Checkout, payment_intent: str, now: datetime
) -> None:
    """Checks a refund that an event was about. If Stripe does not respond, a sweep checks it."""
    with suppress(CheckoutDownError):
        _check(session, checkout, payment_intent, now)


def _is_due(now: datetime) -> ColumnElement[bool]:
    # A time in the future comes from a clock that was wrong.
    return or_(
        Refund.checked_at.is_(None),
        Refund.checked_at <= now - CHECK_INTERVAL,
        Refund.checked_at > now,
    )


def _check(session: Session, checkout: Checkout, payment_intent: str, now: datetime) -> None:
    """Checks a refund unless another replica does so. Raises CheckoutDownError."""
    is_this = Refund.payment_intent == payment_intent
    claim = update(Refund).where(is_this, _is_due(now)).values(checked_at=now)
    amount = session.scalar(claim.returning(Refund.amount))
    session.commit()
    if amount is None:
        return
    # Releases the database connection while the request to Stripe runs.
    session.close()
    try:
        refunded = checkout.refund_of(payment_intent, now)
    except RefusedError:
        # Stripe has no such payment: perhaps the shop has got another account.
        return
    except CheckoutDownError:
        session.execute(update(Refund).where(is_this).values(checked_at=None))
        session.commit()
        raise
    _correct(session, payment_intent, amount, refunded.amount if refunded else 0)


def _correct(session: Session, payment_intent: str, stored: int, refunded: int) -> None:
    # What a webhook has changed since the request is newer than the response.
    unchanged = Refund.payment_intent == payment_intent, Refund.amount == stored
    if refunded == 0:
        session.execute(delete(Refund).where(*unchanged))
    elif refunded != stored:
        session.execute(update(Refund).where(*unchanged).values(amount=refunded))
    session.commit()
