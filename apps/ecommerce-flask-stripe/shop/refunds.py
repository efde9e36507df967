"""Asking Stripe about recent refunds: one can fail days after Stripe has accepted it."""

from datetime import datetime, timedelta

from sqlalchemy import delete, or_, select, update
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
    # A time in the future comes from a clock that was wrong.
    is_due = or_(
        Refund.checked_at.is_(None),
        Refund.checked_at <= now - CHECK_INTERVAL,
        Refund.checked_at > now,
    )
    due = select(Refund.payment_intent).where(Refund.refunded_at > now - MAX_AGE, is_due)
    for payment_intent in session.scalars(due.limit(_BATCH)).all():
        claim = (
            update(Refund)
            .where(Refund.payment_intent == payment_intent, is_due)
            .values(checked_at=now)
            .returning(Refund.amount)
        )
        amount = session.scalar(claim)
        session.commit()
        if amount is None:
            continue
        # Releases the database connection while the request to Stripe runs.
        session.close()
        try:
            refunded = checkout.refund_of(payment_intent, now)
        except RefusedError:
            # Stripe has no such payment: perhaps the shop has got another account.
            continue
        except CheckoutDownError:
            return
        _correct(session, payment_intent, amount, refunded.amount if refunded else 0)


def _correct(session: Session, payment_intent: str, stored: int, refunded: int) -> None:
    # What a webhook has changed since the request is newer than the response.
    unchanged = Refund.payment_intent == payment_intent, Refund.amount == stored
    if refunded == 0:
        session.execute(delete(Refund).where(*unchanged))
    elif refunded != stored:
        session.execute(update(Refund).where(*unchanged).values(amount=refunded))
    session.commit()
