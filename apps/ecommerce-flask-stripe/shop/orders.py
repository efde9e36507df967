"""Orders and refunds that Stripe confirmed. Each is stored once, in any order of events."""

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from shop.models import Order, Refund
from shop.paging import Page, page_of
from shop.stripe_events import is_session_id

PAGE_LENGTH = 20


def record(session: Session, reported: Order | Refund) -> bool:
    """Stores what Stripe reported and commits. False if it was stored before."""
    if _insert(session, reported):
        return True
    return isinstance(reported, Refund) and _increase_refund(session, reported)


def page_of_orders(session: Session, number: int) -> Page[Order] | None:
    """One page of the orders, the latest payment first; None if there is no such page."""
    latest = select(Order).order_by(Order.paid_at.desc(), Order.session_id)
    return page_of(session, latest, number, PAGE_LENGTH)


def order_at(session: Session, session_id: str) -> Order | None:
    """The order of a session, or None. `session_id` may be any text from a request."""
    return session.get(Order, session_id) if is_session_id(session_id) else None


def _insert(session: Session, row: Order | Refund) -> bool:
    key = row.session_id if isinstance(row, Order) else row.payment_intent
    session.add(row)
    try:
        session.commit()
    except IntegrityError:
        # It is stored already, perhaps by another replica just now. Otherwise it is a real error.
        session.rollback()
        if session.get(type(row), key) is None:
            raise
        return False
    return True


def _increase_refund(session: Session, reported: Refund) -> bool:
    # Each event has the sum of all refunds so far, so a delayed event has a smaller one.
    statement = (
        update(Refund)
        .where(Refund.payment_intent == reported.payment_intent, Refund.amount < reported.amount)
        .values(amount=reported.amount, refunded_at=reported.refunded_at)
        .returning(Refund.payment_intent)
    )
    increased = session.scalar(statement) is not None
    session.commit()
    return increased
