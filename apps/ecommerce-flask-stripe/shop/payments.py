"""Payments that are started and not finished: their limits, and checking them at Stripe.

A visitor and a network can have a limited number of them, and each of them ends soon. A payment is
recorded even if its webhook is lost, because the shop checks it at Stripe when the buyer comes
back, and in a sweep.
"""

import logging
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from appkit import limits
from appkit.flask.limits import Counts
from appkit.limits import Attempt, Limit, TooOften
from shop.checkout import Checkout, CheckoutDownError
from shop.models import Allowance, OpenPayment, Product
from shop.orders import record

LIFETIME = timedelta(minutes=31)
"""The time to pay. Stripe accepts 30 minutes or more by its own clock, which may be ahead."""

MIN_TIME_TO_PAY = timedelta(minutes=5)
"""A payment that ends sooner is not offered again."""

OF_A_VISITOR = Limit("open payments of a visitor", 3, LIFETIME)
FROM_A_NETWORK = Limit("open payments from a network", 10, LIFETIME)
# No visitor may block the others for long.
FROM_A_SHARED_ADDRESS = Limit("open payments from a shared address", 30, timedelta(minutes=1))
AFTER_A_RETURN = Limit("check a payment after a return", 1, timedelta(seconds=5))

FIRST_CHECK = timedelta(minutes=2)
MAX_CHECK_INTERVAL = timedelta(hours=6)
MAX_AGE = timedelta(days=30)
"""No payment method of Stripe takes longer."""

_BATCH = 20
_MAX_OPENING_TIME = timedelta(minutes=1)

logger = logging.getLogger(__name__)


def page_of_payment(session: Session, product: Product, visitor: str, now: datetime) -> str | None:
    """The payment page that this visitor has for this product at its current price, or None."""
    query = select(OpenPayment.url).where(
        OpenPayment.visitor == Attempt(OF_A_VISITOR, visitor).key,
        OpenPayment.product_slug == product.slug,
        OpenPayment.total == product.price,
        OpenPayment.currency == product.currency,
        OpenPayment.url.is_not(None),
        OpenPayment.started > now - LIFETIME + MIN_TIME_TO_PAY,
        OpenPayment.started <= now,
    )
    return session.scalar(query.limit(1))


def reserve(session: Session, product: Product, visitor: str, address: str, now: datetime) -> int:
    """Stores a payment that is about to be started, commits, and returns its id.

    Raises TooOften when the visitor or the network has too many.
    """
    of_visitor, from_network = _attempts(visitor, address)
    payment = OpenPayment(
        visitor=of_visitor.key,
        network=from_network.key,
        product_slug=product.slug,
        total=product.price,
        currency=product.currency,
        started=now,
        next_check=now + FIRST_CHECK,
    )
    session.add(payment)
    session.commit()
    payment_id = payment.id
    # It is counted after it is stored. Of several requests at the same time at least the last one
    # counts all of them, so no limit is ever exceeded. The others may have a later time, but what
    # was stored while the clock was far ahead does not count.
    for attempt, column in (
        (of_visitor, OpenPayment.visitor),
        (from_network, OpenPayment.network),
    ):
        since, until = now - attempt.limit.window, now + attempt.limit.window
        found = select(func.count(), func.min(OpenPayment.started)).where(
            column == attempt.key, OpenPayment.started > since, OpenPayment.started <= until
        )
        count, first = session.execute(found).one()
        if count > attempt.limit.max_attempts:
            release(session, payment_id)
            raise TooOften(int((first - since).total_seconds()))
    return payment_id


def release(session: Session, payment_id: int) -> None:
    """Deletes a payment that was not started, and commits."""
    session.execute(delete(OpenPayment).where(OpenPayment.id == payment_id))
    session.commit()


def started(session: Session, payment_id: int, session_id: str, url: str) -> None:
    """Stores the session that Stripe has opened for a payment, and commits."""
    values = {"session_id": session_id, "url": url}
    session.execute(update(OpenPayment).where(OpenPayment.id == payment_id).values(values))
    session.commit()


def is_open(session: Session, session_id: str) -> bool:
    """Whether a payment is started and its end is not known yet."""
    query = select(OpenPayment.id).where(OpenPayment.session_id == session_id)
    return session.scalar(query) is not None


def check_after_return(
    session: Session, checkout: Checkout, session_id: str, now: datetime
) -> None:
    """Checks an open payment whose buyer has come back, at most every five seconds."""
    if not is_open(session, session_id):
        return
    try:
        limits.consume(Counts(session, Allowance), [Attempt(AFTER_A_RETURN, session_id)], now)
        _check(session, checkout, session_id, now)
    except (TooOften, CheckoutDownError):
        return


def sweep(session: Session, checkout: Checkout, now: datetime) -> None:
    """Checks the payments that are due, and deletes those that were never started.

    Several replicas may sweep at the same time; each payment is checked by one of them. The time
    between two checks of a payment grows with its age.
    """
    _delete_unusable(session, now)
    is_due = OpenPayment.next_check <= now
    due = (
        select(OpenPayment.id, OpenPayment.session_id, OpenPayment.started)
        .where(OpenPayment.session_id.is_not(None), is_due)
        .order_by(OpenPayment.next_check)
        .limit(_BATCH)
    )
    for payment_id, session_id, started_at in session.execute(due).all():
        interval = min(max(now - started_at, FIRST_CHECK), MAX_CHECK_INTERVAL)
        claim = (
            update(OpenPayment)
            .where(OpenPayment.id == payment_id, is_due)
            .values(next_check=now + interval)
            .returning(OpenPayment.id)
        )
        is_claimed = session.scalar(claim) is not None
        session.commit()
        if is_claimed and session_id is not None:
            try:
                _check(session, checkout, session_id, now)
            except CheckoutDownError:
                # The others are still due at the next sweep.
                return


def _check(session: Session, checkout: Checkout, session_id: str, now: datetime) -> None:
    # Releases the database connection while the request to Stripe runs.
    session.close()
    report = checkout.report_of(session_id, now)
    if report is not None:
        record(session, report)


def _delete_unusable(session: Session, now: datetime) -> None:
    unopened = OpenPayment.session_id.is_(None), OpenPayment.started <= now - _MAX_OPENING_TIME
    session.execute(delete(OpenPayment).where(*unopened))
    too_old = delete(OpenPayment).where(OpenPayment.started <= now - MAX_AGE)
    for product_slug in session.scalars(too_old.returning(OpenPayment.product_slug)):
        logger.error("a payment for %s has had no end for %d days", product_slug, MAX_AGE.days)
    session.commit()


def _attempts(visitor: str, address: str) -> tuple[Attempt, Attempt]:
    here = limits.network(address)
    limit = FROM_A_SHARED_ADDRESS if limits.is_shared(here) else FROM_A_NETWORK
    return Attempt(OF_A_VISITOR, visitor), Attempt(limit, here)
