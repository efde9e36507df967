"""Orders that Stripe confirmed."""

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from shop.models import Order

_LATEST = 20


def record_order(session: Session, order: Order) -> bool:
    """Store an order and commit; False when it was stored before, as Stripe may tell us twice."""
    session.add(order)
    try:
        session.commit()
    except IntegrityError:
        session.rollback()
        if session.get(Order, order.session_id) is None:
            raise
        return False
    return True


def latest_orders(session: Session) -> list[Order]:
    """The newest orders, the last first."""
    return list(session.scalars(select(Order).order_by(Order.paid_at.desc()).limit(_LATEST)))
