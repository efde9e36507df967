"""Orders that Stripe confirmed, and what went back. Each thing told counts once, in any order."""

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from shop.events import is_session_id
from shop.models import Order, Refund
from shop.paging import Page, page_of

PAGE_LENGTH = 20


def record(session: Session, told: Order | Refund) -> bool:
    """Store what Stripe told us and commit; False when it says nothing new."""
    if _insert(session, told):
        return True
    return isinstance(told, Refund) and _raise_refund(session, told)


def page_of_orders(session: Session, number: int) -> Page[Order] | None:
    """One page of the orders, the last paid first; None when there is no page of that number."""
    latest = select(Order).order_by(Order.paid_at.desc(), Order.session_id)
    return page_of(session, latest, number, PAGE_LENGTH)


def order_at(session: Session, session_id: str) -> Order | None:
    """The order at an address, which may be any text that a visitor sent."""
    return session.get(Order, session_id) if is_session_id(session_id) else None


def _insert(session: Session, row: Order | Refund) -> bool:
    key = row.session_id if isinstance(row, Order) else row.payment_intent
    session.add(row)
    try:
        session.commit()
    except IntegrityError:
        # Told before, or at this moment, to another replica; any other broken rule is an error.
        session.rollback()
        if session.get(type(row), key) is None:
            raise
        return False
    return True


def _raise_refund(session: Session, told: Refund) -> bool:
    # Each event tells the sum so far, so a late one tells less than what is known.
    more = (
        update(Refund)
        .where(Refund.payment_intent == told.payment_intent, Refund.amount < told.amount)
        .values(amount=told.amount, refunded_at=told.refunded_at)
        .returning(Refund.payment_intent)
    )
    raised = session.scalar(more) is not None
    session.commit()
    return raised
