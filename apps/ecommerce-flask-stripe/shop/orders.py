"""Orders and refunds that Stripe reported. Each is stored once, in any order of reports."""

import logging

from sqlalchemy import Select, delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from shop.models import OpenPayment, Order, Refund
from shop.paging import Page, page_of
from shop.stripe_events import Ended, Pending, RefundFailed, Report, is_session_id

PAGE_LENGTH = 20

logger = logging.getLogger(__name__)


def record(session: Session, reported: Report) -> bool:
    """Stores what Stripe reported and commits. False if that changed nothing.

    What a webhook reports and what the shop retrieves from Stripe are recorded in the same way. It
    does not matter which of them comes first, or whether the webhook is lost.
    """
    match reported:
        case Order():
            return _record_order(session, reported)
        case Refund():
            return _insert(session, reported) or _increase_refund(session, reported)
        case RefundFailed(payment_intent):
            return _doubt_refund(session, payment_intent)
        case Pending(session_id):
            return _use_up(session, session_id)
        case Ended(session_id):
            return _close(session, session_id)


def page_of_orders(session: Session, number: int) -> Page[Order] | None:
    """One page of the orders, the latest payment first; None if there is no such page."""
    latest = select(Order).order_by(Order.paid_at.desc(), Order.session_id)
    return page_of(session, latest, number, PAGE_LENGTH)


def order_at(session: Session, session_id: str) -> Order | None:
    """The order of a session, or None. `session_id` may be any text from a request."""
    return session.get(Order, session_id) if is_session_id(session_id) else None


def _record_order(session: Session, order: Order) -> bool:
    session_id, payment_intent = order.session_id, order.payment_intent
    inserted = _insert(session, order)
    if not inserted and session.get(Order, session_id) is None:
        logger.error("the payment %s has paid another order; it pays no second one", payment_intent)
    # After the order is stored: if the process ends in between, a sweep does it later.
    _close(session, session_id)
    return inserted


def _insert(session: Session, row: Order | Refund) -> bool:
    duplicates = _duplicates(row)
    session.add(row)
    try:
        session.commit()
    except IntegrityError:
        # It is stored already, perhaps by another replica just now. Otherwise it is a real error.
        session.rollback()
        if session.scalar(duplicates) is None:
            raise
        return False
    return True


def _duplicates(row: Order | Refund) -> Select[str]:
    """The rows that keep this one from being inserted."""
    if isinstance(row, Refund):
        return select(Refund.payment_intent).where(Refund.payment_intent == row.payment_intent)
    same_payment = Order.payment_intent.is_not(None) & (Order.payment_intent == row.payment_intent)
    return select(Order.session_id).where((Order.session_id == row.session_id) | same_payment)


def _use_up(session: Session, session_id: str) -> bool:
    """Forgets the payment page, which the buyer has used. False if there is none."""
    has_page = OpenPayment.session_id == session_id, OpenPayment.url.is_not(None)
    statement = update(OpenPayment).where(*has_page).values(url=None)
    used = session.scalar(statement.returning(OpenPayment.id)) is not None
    session.commit()
    return used


def _close(session: Session, session_id: str) -> bool:
    """Deletes the open payment, so that it no longer counts. False if there is none."""
    statement = delete(OpenPayment).where(OpenPayment.session_id == session_id)
    closed = session.scalar(statement.returning(OpenPayment.id)) is not None
    session.commit()
    return closed


def _increase_refund(session: Session, reported: Refund) -> bool:
    # Each event has the sum of all refunds so far, so a delayed event has a smaller one.
    statement = (
        update(Refund)
        .where(Refund.payment_intent == reported.payment_intent, Refund.amount < reported.amount)
        .values(amount=reported.amount, refunded_at=reported.refunded_at, checked_at=None)
        .returning(Refund.payment_intent)
    )
    increased = session.scalar(statement) is not None
    session.commit()
    return increased


def _doubt_refund(session: Session, payment_intent: str) -> bool:
    """Makes the check of a refund due. False if no refund of the payment is stored."""
    statement = (
        update(Refund).where(Refund.payment_intent == payment_intent).values(checked_at=None)
    )
    is_stored = session.scalar(statement.returning(Refund.payment_intent)) is not None
    session.commit()
    return is_stored
